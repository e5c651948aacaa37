"""A picture on its way out: whole, in part, small, by a signed link; and what the browser is told about it."""

import re
import time
from io import BytesIO
from typing import Any

import anyio
import httpx2
import pytest
from PIL import Image

from gesso.kit import sign
from tests.conftest import House, photo, upload

pytestmark = pytest.mark.anyio


def opened(answer: httpx2.Response) -> Image.Image:
    assert answer.status_code == 200
    return Image.open(BytesIO(answer.content))


async def test_a_range_is_what_was_asked_for(plain: House) -> None:
    client = await plain.as_owner()
    data = photo(200, 150)
    asset = await upload(client, data)
    size = len(data)

    async def get(wanted: str, **headers: str) -> httpx2.Response:
        return await client.get(asset["file"], headers={"Range": wanted, **headers})

    whole = await client.get(asset["file"])
    assert (whole.status_code, whole.content, whole.headers["content-length"]) == (200, data, str(size))
    assert whole.headers["accept-ranges"] == "bytes"
    for wanted, start, end in (
        ("bytes=0-0", 0, 1),
        ("bytes=0-9", 0, 10),
        ("bytes=100-199", 100, 200),
        ("bytes=100-", 100, size),
        ("bytes=-10", size - 10, size),
        (f"bytes=-{size * 2}", 0, size),
        (f"bytes=5-{size * 9}", 5, size),
        (f"bytes={size - 1}-{size - 1}", size - 1, size),
    ):
        part = await get(wanted)
        assert (part.status_code, part.content) == (206, data[start:end]), wanted
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert part.headers["content-length"] == str(end - start)
    for wanted in (f"bytes={size}-", f"bytes={size}-{size + 5}", "bytes=-0"):
        beyond = await get(wanted)
        assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}"), wanted
        assert beyond.headers["content-type"] == "application/problem+json"
    for wanted in (
        "bytes=5-2",
        "bytes=a-b",
        "bytes=-",
        "bytes",
        "lines=1-2",
        "bytes=0-1,4-5",
        "bytes=\u00b2-\u00b3",
        "bytes=1.5-2",
        "bytes=" + "9" * 5000 + "-",
        "",
    ):
        ignored = await client.get(asset["file"], headers=[(b"Range", wanted.encode("latin-1"))])
        assert (ignored.status_code, ignored.content) == (200, data), wanted
    etag = whole.headers["etag"]
    assert (await get("bytes=0-9", **{"If-Range": etag})).status_code == 206
    assert (await get("bytes=0-9", **{"If-Range": '"another"'})).content == data


async def test_what_is_known_already_is_not_sent_again(plain: House) -> None:
    client = await plain.as_owner()
    asset = await upload(client)
    seen: set[str] = set()
    for path in (asset["file"], f"{asset['thumbnail']}?size=256", f"{asset['thumbnail']}?size=512"):
        first = await client.get(path)
        etag = first.headers["etag"]
        assert re.fullmatch(r'"[0-9a-f]{64}-\w+"', etag)
        assert "immutable" in first.headers["cache-control"]
        assert "private" in first.headers["cache-control"]
        for known in (etag, "*", f'"x", {etag}', f"W/{etag}"):
            again = await client.get(path, headers={"If-None-Match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag), known
        assert (await client.get(path, headers={"If-None-Match": '"x"'})).status_code == 200
        seen.add(etag)
    assert len(seen) == 3


async def test_head_tells_what_get_would_without_the_bytes(plain: House) -> None:
    client = await plain.as_owner()
    asset = await upload(client)
    link = (await client.post(f"/api/assets/{asset['id']}/link")).json()["url"]
    for path in (asset["file"], asset["thumbnail"], f"/api/assets/{asset['id']}/preview", link):
        get, head = await client.get(path), await client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-length", "content-type", "etag", "accept-ranges"):
            assert head.headers[name] == get.headers[name], (path, name)
        part = await client.head(path, headers={"Range": "bytes=0-1"})
        assert (part.status_code, part.headers["content-length"]) == (200, get.headers["content-length"])


async def test_thumbnails_are_webp_within_their_size_and_the_right_way_up(plain: House) -> None:
    client = await plain.as_owner()
    source = Image.new("RGB", (1200, 300), (20, 40, 200))
    source.paste((200, 30, 30), (0, 0, 300, 300))
    exif = Image.Exif()
    exif[0x0112] = 6
    out = BytesIO()
    source.save(out, "JPEG", exif=exif, quality=95)
    asset = await upload(client, out.getvalue(), "on its side.jpg")
    assert (asset["width"], asset["height"]) == (300, 1200)
    for size in (256, 512):
        answer = await client.get(f"{asset['thumbnail']}?size={size}")
        assert answer.headers["content-type"] == "image/webp"
        small = opened(answer)
        assert (small.format, small.size) == ("WEBP", (size // 4, size))
        red, blue = (small.convert("RGB").getpixel((small.width // 2, y)) for y in (4, small.height - 4))
        assert isinstance(red, tuple)
        assert isinstance(blue, tuple)
        assert red[0] > red[2] + 100, "what was left is on top, after a quarter turn"
        assert blue[2] > blue[0] + 100
    tiny = await upload(client, photo(20, 10), "tiny.png")
    assert opened(await client.get(tiny["thumbnail"])).size == (20, 10)
    assert (await client.get(f"{asset['thumbnail']}?size=999")).status_code == 422


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.row("U3", at="GET /api/assets/{asset_id}/preview")
async def test_a_preview_says_what_it_is_and_a_small_picture_is_its_own(plain: House, alpha: bool) -> None:
    client = await plain.as_owner()
    large = Image.new("RGBA" if alpha else "RGB", (2600, 1300), (90, 120, 40, 128) if alpha else (90, 120, 40))
    out = BytesIO()
    large.save(out, "PNG")
    asset = await upload(client, out.getvalue())
    answer = await client.get(f"/api/assets/{asset['id']}/preview")
    preview = opened(answer)
    assert preview.size == (2048, 1024)
    assert answer.headers["content-type"] == f"image/{str(preview.format).lower()}"
    assert preview.format == ("WEBP" if alpha else "JPEG")
    assert answer.headers["content-disposition"].endswith(".webp" if alpha else ".jpg")
    small = await upload(client, photo())
    same = await client.get(f"/api/assets/{small['id']}/preview")
    assert (same.content, same.headers["content-type"]) == (photo(), "image/png")


async def test_no_picture_can_act_as_a_page_and_no_title_can_break_a_header(plain: House) -> None:
    client = await plain.as_owner()
    titles = {
        "a lake": 'inline; filename="a lake.png"',
        'quo"te\\back': 'inline; filename="quo_te_back.png"',
        "../../etc/passwd": 'inline; filename="______etc_passwd.png"',
        "снег 雪 é": 'inline; filename="____ _ _.png"',
        "x\r\nSet-Cookie: a=b": 'inline; filename="x Set-Cookie_ a_b.png"',
        "😀": 'inline; filename="_.png"',
        "evil.html": 'inline; filename="evil_html.png"',
        "a" * 300: f'inline; filename="{"a" * 80}.png"',
    }
    for title, wanted in titles.items():
        answer = await client.post("/api/assets", files={"file": ("x.png", photo())}, data={"title": title})
        asset: dict[str, Any] = answer.json()
        shown = await client.get(asset["file"])
        assert shown.headers["content-disposition"].startswith(wanted), title
        assert "set-cookie" not in shown.headers
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert shown.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert shown.headers["content-type"] == "image/png"
        assert (await client.get(asset["thumbnail"])).headers["content-security-policy"].startswith("sandbox")
    named = (await client.get(asset["file"], params={"download": "true"})).headers["content-disposition"]
    assert named.startswith("attachment; ")
    (snow,) = (await client.get("/api/assets?q=雪")).json()["items"]
    header = (await client.get(snow["file"])).headers["content-disposition"]
    assert header.endswith("filename*=UTF-8''%D1%81%D0%BD%D0%B5%D0%B3%20%E9%9B%AA%20%C3%A9.png")


async def test_a_signed_link_opens_one_picture_for_a_while_and_for_anybody(idle: House) -> None:
    client, anybody = await idle.as_owner(), idle.client()
    asset = await upload(client)
    told = (await client.post(f"/api/assets/{asset['id']}/link")).json()
    assert told["seconds"] == 3600
    seen = await anybody.get(told["url"])
    assert (seen.status_code, seen.content) == (200, photo())
    part = await anybody.get(told["url"], headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, photo()[:4])
    small = (await client.post(f"/api/assets/{asset['id']}/link?variant=256")).json()["url"]
    assert (await anybody.get(small)).headers["content-type"] == "image/webp"
    for wrong in ("variant=secret", "seconds=0", "seconds=604801", "seconds=x"):
        assert (await client.post(f"/api/assets/{asset['id']}/link?{wrong}")).status_code == 422
    token = told["url"].rpartition("/")[2]
    for at in (0, 10, token.index(".") - 1, token.index(".") + 1, len(token) - 1):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        answer = await anybody.get(f"/api/signed/{changed}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    other = sign.seal(b"not our key", {"asset": asset["id"], "variant": "file"}, 60)
    assert (await anybody.get(f"/api/signed/{other}")).status_code == 404

    brief = (await client.post(f"/api/assets/{asset['id']}/link?seconds=4")).json()["url"]
    assert (await anybody.get(brief)).status_code == 200
    ends = time.time() + 20
    while (await anybody.get(brief)).status_code == 200:
        assert time.time() < ends, "it never expired"
        await anyio.sleep(0.1)

    await client.delete(f"/api/assets/{asset['id']}")
    assert (await anybody.get(told["url"])).status_code == 404
    await client.post(f"/api/assets/{asset['id']}/restore")
    assert (await anybody.get(told["url"])).status_code == 200


async def test_bytes_that_are_gone_are_said_to_be_gone(plain: House) -> None:
    """A lost disk is no reason to break off in the middle of an answer."""
    client = await plain.as_owner()
    asset = await upload(client)
    for left in (plain.studio.settings.data / "store").rglob("*.*"):
        left.unlink()
    for path in (asset["file"], asset["thumbnail"]):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    order = {"op": "image.upscale", "input": {"image": asset["id"]}}
    run = (await client.post("/api/runs", json=order, headers={"Prefer": "wait=60"})).json()
    assert (run["state"], run["error"]["code"]) == ("failed", "not_found")
