"""What comes in: every odd picture becomes a right asset, every bad file a clear answer, and nothing is left behind."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx2
import psutil
import pytest

from tests.api import pictures
from tests.api.conftest import resting, serving, strays
from tests.conftest import House, photo, upload

pytestmark = pytest.mark.anyio

GOOD: dict[str, tuple[Callable[[], bytes], dict[str, Any], dict[str, Any]]] = {
    "one pixel": (lambda: photo(1, 1), {"type": "image/png", "width": 1, "height": 1}, {"alpha": False}),
    "one row": (lambda: photo(3000, 1), {"width": 3000, "height": 1}, {}),
    "cmyk jpeg": (
        lambda: pictures.saved(pictures.disc("CMYK"), "JPEG"),
        {"type": "image/jpeg", "width": 96, "height": 64},
        {"space": "cmyk"},
    ),
    "16-bit png": (pictures.deep, {"type": "image/png", "width": 96, "height": 64}, {"bits": 16}),
    "animated gif": (
        lambda: pictures.animation("GIF"),
        {"type": "image/gif", "kind": "image", "width": 60, "height": 40},
        {"pages": 3},
    ),
    "animated webp": (
        lambda: pictures.animation("WEBP"),
        {"type": "image/webp", "width": 60, "height": 40},
        {"pages": 3},
    ),
    "palette with transparency": (
        pictures.palette,
        {"type": "image/png", "width": 96, "height": 64},
        {"alpha": True},
    ),
    "turned by exif": (
        pictures.turned,
        {"type": "image/jpeg", "width": 64, "height": 96},
        {"orientation": 6},
    ),
    "grey with alpha": (
        lambda: pictures.saved(pictures.disc("LA"), "PNG"),
        {"width": 96, "height": 64},
        {"alpha": True, "space": "grey"},
    ),
    "black and white": (lambda: pictures.saved(pictures.disc("1"), "PNG"), {"width": 96}, {}),
    "avif": (lambda: pictures.saved(pictures.disc(), "AVIF"), {"type": "image/avif", "width": 96}, {}),
    "tiff": (lambda: pictures.saved(pictures.disc(), "TIFF"), {"type": "image/tiff", "width": 96}, {}),
    "bmp": (lambda: pictures.saved(pictures.disc(), "BMP"), {"type": "image/bmp", "width": 96}, {}),
}

BAD: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "empty": (lambda: b"", 422, "bad_media"),
    "text": (lambda: b"this is no picture at all", 422, "bad_media"),
    "noise": (lambda: bytes(range(256)) * 40, 422, "bad_media"),
    "page": (lambda: b"<!doctype html><script>alert(1)</script>", 422, "bad_media"),
    "svg": (lambda: pictures.SVG, 422, "bad_media"),
    "truncated png": (lambda: photo(300, 300)[:-200], 422, "bad_media"),
    "truncated jpeg": (lambda: photo(300, 300, "JPEG")[:2000], 422, "bad_media"),
    "head of a png": (lambda: photo()[:20], 422, "bad_media"),
    "bytes swapped": (lambda: photo(300, 300).replace(b"IDAT", b"IDAX"), 422, "bad_media"),
    "bomb": (lambda: pictures.bomb(30_000), 413, "too_large"),
    "film": (lambda: b"\0\0\0\x18ftypmp42" + bytes(100), 422, "bad_media"),
}


async def test_every_odd_picture_is_taken_in_as_what_it_is(plain: House) -> None:
    client = await plain.as_owner()
    for name, (make, shape, facts) in GOOD.items():
        asset = await upload(client, make(), "named.xyz")
        assert {key: asset[key] for key in shape} == shape, name
        assert {key: asset["facts"][key] for key in facts} == facts, name
        assert (asset["run"], asset["parents"], asset["title"]) == (None, [], "named")
        assert (await client.get(asset["thumbnail"])).status_code == 200, name
        assert (await client.get(asset["file"])).content == make(), name
    assert await strays(plain) == set()


async def test_every_odd_picture_can_be_worked_on(plain: House) -> None:
    """Succeeded, or failed with a reason that a person can read: never an engine's mistake, never without end."""
    client = await plain.as_owner()
    asked: dict[tuple[str, str], str] = {}
    for name, (make, _, _) in GOOD.items():
        asset = await upload(client, make())
        for op in ("image.upscale", "image.remove_background"):
            answer = await client.post("/api/runs", json={"op": op, "input": {"image": asset["id"]}})
            assert answer.status_code == 202, (name, answer.text)
            asked[name, op] = answer.json()["id"]
    for (name, op), id in asked.items():
        run = (await client.get(f"/api/runs/{id}", headers={"Prefer": "wait=60"})).json()
        shape = GOOD[name][1]
        if op == "image.upscale":
            assert run["state"] == "succeeded", (name, run["error"])
            made = run["outputs"][0]
            assert made["width"] == 2 * shape["width"], name
            assert made["height"] == 2 * shape.get("height", 64), name
        elif run["state"] == "succeeded":
            assert run["outputs"][0]["width"] == shape["width"], name
            assert run["outputs"][0]["facts"]["alpha"] is True, name
        else:
            assert run["state"] == "failed", (name, run["state"])
            assert run["error"]["code"] in ("bad_media", "too_large", "invalid"), (name, run["error"])
    assert await strays(plain) == set()


async def test_every_bad_file_is_refused_in_words_and_leaves_nothing(plain: House) -> None:
    client = await plain.as_owner()
    for name, (make, status, code) in BAD.items():
        data = make()
        answer = await client.post("/api/assets", files={"file": ("photo.png", data, "image/png")})
        told = answer.json()
        assert (answer.status_code, told["code"]) == (status, code), (name, told)
        assert answer.headers["content-type"] == "application/problem+json"
        assert len(told["detail"]) > 20, name
        assert str(plain.studio.scratch) not in answer.text, name
    assert len(pictures.bomb(30_000)) < 2_000_000
    assert (await client.get("/api/assets")).json()["items"] == []
    assert await strays(plain) == set()
    assert await resting(plain) == set()


def form(*parts: tuple[bytes, bytes], boundary: bytes = b"edge", end: bytes = b"--edge--\r\n") -> bytes:
    """A multipart body, written as it goes over the line: (what stands after Content-Disposition, bytes)."""
    return (
        b"".join(
            b"--" + boundary + b"\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + body + b"\r\n"
            for head, body in parts
        )
        + end
    )


FILE = b'name="file"; filename="a.png"'
FORM = "multipart/form-data; boundary=edge"


async def test_every_bad_form_is_refused_in_words_and_leaves_nothing(plain: House) -> None:
    client = await plain.as_owner()
    picture = photo()
    for name, body, type in (
        ("no body", b"", FORM),
        ("no type", form((FILE, picture)), ""),
        ("json", b"{}", "application/json"),
        ("url-encoded", b"file=abc", "application/x-www-form-urlencoded"),
        ("no boundary", form((FILE, picture)), "multipart/form-data"),
        ("another boundary", form((FILE, picture)), "multipart/form-data; boundary=other"),
        ("a boundary too long", form((FILE, picture)), "multipart/form-data; boundary=" + "x" * 300),
        ("no field", form(end=b"--edge--\r\n"), FORM),
        ("another field", form((b'name="picture"; filename="a.png"', picture)), FORM),
        ("a field that is no file", form((b'name="file"', b"abc")), FORM),
        ("two files", form((FILE, picture), (b'name="more"; filename="b.png"', picture)), FORM),
        ("many fields", form(*((b'name="f%d"' % n, b"x") for n in range(50)), (FILE, picture)), FORM),
        ("a huge field", form((b'name="title"', b"x" * (2 << 20)), (FILE, picture)), FORM),
        ("no name", form((b'filename="a.png"', picture)), FORM),
        ("broken", b"--edge\r\nnonsense\r\n\r\n" + picture, FORM),
        ("binary", picture, FORM),
    ):
        headers = {"Content-Type": type} if type else {}
        answer = await client.post("/api/assets", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), (name, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await client.get("/api/assets")).json()["items"] == []
    assert await strays(plain) == set()


async def test_any_file_name_becomes_a_title_of_one_line(idle: House) -> None:
    client = await idle.as_owner()
    picture = photo(8, 8)
    for sent, title in (
        ("photo.final.png", "photo.final"),
        ("../../../etc/passwd.png", "passwd"),
        ("C:\\Users\\ada\\cat.png", "cat"),
        ("/", "Upload"),
        ("..", ".."),
        (".png", ".png"),
        ("   .png", "Untitled"),
        ("a\tb\x07c\x7f.png", "a b c"),
        ("nul\x00byte.png", "nul byte"),
        ("👩‍🎨 paints.png", "👩‍🎨 paints"),
        ("снег 雪.png", "снег 雪"),
        ("a" * 500 + ".png", "a" * 300),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>"),
    ):
        body = form((b'name="file"; filename="' + sent.replace("\\", "\\\\").encode() + b'"', picture))
        answer = await client.post("/api/assets", content=body, headers={"Content-Type": FORM})
        assert answer.status_code == 201, (sent, answer.text)
        assert answer.json()["title"] == title, sent
    latin = form((b'name="file"; filename="caf\xe9.png"', picture))
    assert (await client.post("/api/assets", content=latin, headers={"Content-Type": FORM})).status_code == 201
    said = form((FILE, picture), (b'name="title"', b" A title\r\nof two lines "))
    answer = await client.post("/api/assets", content=said, headers={"Content-Type": FORM})
    assert answer.json()["title"] == "A title of two lines"
    assert await strays(idle) == set()


@pytest.mark.parametrize("announced", [True, False])
async def test_half_a_gigabyte_is_refused_so_that_the_sender_can_read_why(plain: House, announced: bool) -> None:
    """Through a real server, from a sender who sends all before it reads and wants no second request, as nginx
    does: were the connection just closed, it would see nothing but that."""
    token = (await plain.as_owner()).headers["Authorization"]
    count, piece = 500, bytes(1 << 20)
    head = b"--edge\r\nContent-Disposition: form-data; " + FILE + b"\r\n\r\n"
    process = psutil.Process()
    before, most = process.memory_info().rss, 0
    async with serving(plain) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        length = f"Content-Length: {len(head) + count * len(piece)}" if announced else "Transfer-Encoding: chunked"
        writer.write(request(host, token, f"Connection: close\r\n{length}"))
        for part in (head, *[piece] * count):
            writer.write(part if announced else b"%x\r\n%s\r\n" % (len(part), part))
            await writer.drain()
            most = max(most, process.memory_info().rss)
        if not announced:
            writer.write(b"0\r\n\r\n")
        answer = await asyncio.wait_for(reader.readuntil(b"}"), 60)
        writer.close()
        await writer.wait_closed()
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"200 MiB" in answer.partition(b"\r\n\r\n")[2]
    assert most - before < 100 << 20, "it was held in memory"
    assert await strays(plain) == set()
    assert await resting(plain) == set()


def request(host: str, token: str, length: str) -> bytes:
    return (
        f"POST /api/assets HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token}\r\n"
        f"Content-Type: {FORM}\r\n{length}\r\n\r\n".encode()
    )


async def test_an_upload_that_breaks_off_leaves_nothing(plain: House) -> None:
    token = (await plain.as_owner()).headers["Authorization"]
    body = form((FILE, photo(600, 400) + bytes(2 << 20)))
    async with serving(plain) as (host, port):
        for length in (None, len(body)):
            _, writer = await asyncio.open_connection(host, port)
            writer.write(request(host, token, f"Content-Length: {length}" if length else "Transfer-Encoding: chunked"))
            half = body[: len(body) // 2]
            writer.write(half if length else b"%x\r\n%s\r\n" % (len(half), half))
            await writer.drain()
            await asyncio.sleep(0.2)
            writer.close()
            await writer.wait_closed()
        await asyncio.sleep(0.2)
        async with httpx2.AsyncClient(verify=False, headers={"Authorization": token}) as client:
            assert (await client.get(f"http://{host}:{port}/api/assets")).json()["items"] == []
            sent = await client.post(f"http://{host}:{port}/api/assets", files={"file": ("a.png", photo())})
            assert sent.status_code == 201, "the server goes on"
    assert await strays(plain) == set()
