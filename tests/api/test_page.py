"""The page and what it loads, as the build left them: the right bytes, kept for the right time, and no others."""

import gzip
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from gesso.app import create_app
from gesso.kit.pool import Pool
from gesso.settings import Settings
from tests.api.conftest import serving
from tests.conftest import House

pytestmark = pytest.mark.anyio

PAGE = b"<!doctype html><title>Gesso</title><script src=/assets/main-1f.js></script>"
SCRIPT = b"export const white = 1;\n" * 100
PLACES = ("/", "/library", "/library/01a1/canvas", "/welcome?used=1", "/a%20b", "//evil", "/assets/", "/settings/")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small build."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / ".vite").mkdir()
    (folder / "index.html").write_bytes(PAGE)
    (folder / "icon.svg").write_bytes(b"<svg/>")
    (folder / ".sources").write_text("0" * 64)
    (folder / ".vite" / "manifest.json").write_text("{}")
    (folder / "assets" / "main-1f.js").write_bytes(SCRIPT)
    (folder / "assets" / "main-1f.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "assets" / "main-1f.js.br").write_bytes(b"in brotli")
    (folder / "assets" / "geist.woff2").write_bytes(b"wOF2")
    (tmp_path / "secret.txt").write_text("outside")
    return folder


def visitor(tmp_path: Path, pool: Pool, web: Path) -> httpx2.AsyncClient:
    app = create_app(Settings(data=tmp_path / "data"), pool=pool, web=web)
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://gesso.test", headers={"Accept-Encoding": ""}
    )


@pytest.fixture
async def browser(tmp_path: Path, pool: Pool, folder: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with visitor(tmp_path, pool, folder) as client:
        yield client


async def test_every_place_in_the_page_is_the_page(browser: httpx2.AsyncClient) -> None:
    for place in PLACES:
        answer = await browser.get(place)
        assert (answer.status_code, answer.content) == (200, PAGE), place
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"


async def test_a_page_may_load_nothing_from_elsewhere_and_stands_in_no_frame(browser: httpx2.AsyncClient) -> None:
    page, script = await browser.get("/library"), await browser.get("/assets/main-1f.js")
    policy = dict(rule.split(" ", 1) for rule in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["img-src"] == "'self' blob: data: https://images.unsplash.com https://images.pexels.com"
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "camera=(self)" in page.headers["permissions-policy"]
    assert "microphone=(self)" in page.headers["permissions-policy"]
    for answer in (page, script):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"


async def test_files_have_their_type_and_are_kept_as_long_as_their_name_holds(browser: httpx2.AsyncClient) -> None:
    year = "public, max-age=31536000, immutable"
    for name, type, kept in (
        ("/assets/main-1f.js", "text/javascript; charset=utf-8", year),
        ("/assets/geist.woff2", "font/woff2", year),
        ("/icon.svg", "image/svg+xml", "no-cache"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
    ):
        answer = await browser.get(name)
        assert (answer.headers["content-type"], answer.headers["cache-control"]) == (type, kept), name


async def test_what_is_no_file_and_no_place_is_not_found(browser: httpx2.AsyncClient) -> None:
    for name in (
        "/nothing.js",
        "/assets/main-2f.js",
        "/assets/main-1f.js.gz",
        "/assets/main-1f.js.br",
        "/.sources",
        "/.vite/manifest.json",
        "/.env",
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/..%5csecret.txt",
        "/api",
        "/api/",
        "/api/nothing",
        "/api/runs/x/y/z",
        "/v1",
        "/v1/images/generations",
        "/sign-in/",
        "/sign-in/more",
    ):
        answer = await browser.get(name)
        assert answer.status_code in (307, 404), name
        assert b"outside" not in answer.content
        if answer.status_code == 404:
            assert answer.json()["code"] == "not_found", name
    for method in ("POST", "PUT", "DELETE"):
        answer = await browser.request(method, "/library")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_packed_file_is_sent_as_the_reader_wants_it(browser: httpx2.AsyncClient) -> None:
    for accepted, encoding in (
        ("", None),
        ("identity", None),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP;Q=0.5", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("br;q=0.9, gzip; q=0.9", "br"),
        ("br;q=0, gzip;q=0", None),
        ("*", "br"),
        ("*;q=0.5, br;q=0", "gzip"),
        ("identity;q=1, *;q=0.5", None),
        ("*;q=0", None),
        ("zstd", None),
        ("br;q=x, ,;;q=1", None),
    ):
        answer = await browser.get("/assets/main-1f.js", headers={"Accept-Encoding": accepted, "Range": "bytes=0-1"})
        assert answer.headers.get("content-encoding") == encoding, accepted
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        if encoding != "br":
            assert answer.content == SCRIPT
    assert "content-encoding" not in (await browser.get("/icon.svg", headers={"Accept-Encoding": "br"})).headers


async def test_what_has_not_changed_is_not_sent_again(browser: httpx2.AsyncClient) -> None:
    tags = set()
    for accepted in ("", "gzip", "br"):
        async with browser.stream("GET", "/assets/main-1f.js", headers={"Accept-Encoding": accepted}) as answer:
            tags.add(tag := answer.headers["etag"])
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            headers = {"Accept-Encoding": accepted, "If-None-Match": known}
            again = await browser.get("/assets/main-1f.js", headers=headers)
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), known
        other = await browser.get("/icon.svg", headers={"Accept-Encoding": accepted, "If-None-Match": tag})
        assert other.status_code == 200
    assert len(tags) == 3, "another encoding is another body"


async def test_one_may_ask_for_the_head_alone(browser: httpx2.AsyncClient) -> None:
    for path, length in (("/library", len(PAGE)), ("/assets/main-1f.js", len(SCRIPT))):
        answer = await browser.head(path)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-length"] == str(length)
        assert answer.headers["etag"] == (await browser.get(path)).headers["etag"]


async def test_a_studio_may_have_a_look_of_its_own(tmp_path: Path, pool: Pool, folder: Path) -> None:
    for own in (b"", b":root { --brand: teal; }"):
        if own:
            (folder / "theme.css").write_bytes(own)
        async with visitor(tmp_path, pool, folder) as client:
            answer = await client.get("/theme.css")
            assert (answer.status_code, answer.content) == (200, own)
            assert answer.headers["content-type"] == "text/css; charset=utf-8"
            assert answer.headers["cache-control"] == "no-cache"


async def test_a_studio_without_its_page_says_how_to_build_it(tmp_path: Path, pool: Pool) -> None:
    async with visitor(tmp_path, pool, tmp_path / "nowhere") as client:
        for place in PLACES:
            answer = await client.get(place)
            assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store"), place
            assert "make run" in answer.text
            assert "content-security-policy" in answer.headers
        assert (await client.get("/main.js")).status_code == 404
        assert (await client.get("/theme.css")).content == b""
        assert (await client.get("/api/docs")).status_code == 200


async def test_a_build_that_runs_meanwhile_does_no_harm(browser: httpx2.AsyncClient, folder: Path) -> None:
    shutil.rmtree(folder)
    assert (await browser.get("/assets/main-1f.js")).content == SCRIPT
    assert (await browser.get("/library")).content == PAGE


async def test_a_socket_to_nowhere_is_refused(idle: House) -> None:
    async with serving(idle) as (host, port):
        for path in ("/", "/library", "/api/nothing"):
            with pytest.raises(InvalidStatus):
                await connect(f"ws://{host}:{port}{path}", proxy=None)
