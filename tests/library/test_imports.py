"""Archives and addresses: what is good comes in once, what is bad is told, and a kill in between costs nothing."""

import asyncio
import io
import stat
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import httpx2
import pytest
from PIL import Image, IptcImagePlugin

from gesso.dev.fakes.server import Answered
from gesso.imaging import declared, packets
from gesso.kit.errors import BadMedia, GessoError, Invalid, TooLarge
from gesso.kit.fetch import Fetcher
from gesso.library.archive import PACKED, Archive
from tests.api.conftest import strays
from tests.conftest import House, photo, upload
from tests.kit.test_fetch import Files

pytestmark = pytest.mark.anyio

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4">'
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Lake at dawn</rdf:li></rdf:Alt></dc:title>'
    '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Still &lt;b&gt; water\u202e</rdf:li></rdf:Alt>'
    "</dc:description>"
    "<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li></rdf:Seq></dc:creator>"
    "<dc:subject><rdf:Bag><rdf:li>lake</rdf:li><rdf:li>dawn, blue</rdf:li><rdf:li>lake</rdf:li></rdf:Bag></dc:subject>"
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def told(width: int = 40) -> bytes:
    """A JPEG whose file says what it shows."""
    found = packets.laid(photo(width, 30, "JPEG"), XMP.encode())
    assert found is not None
    return found


def packed(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w") as file:
        for name, data in files.items():
            file.writestr(name, data)
    return out.getvalue()


def hostile() -> bytes:
    """Everything that is wrong with an archive, beside one picture that is right."""
    out = io.BytesIO()
    with ZipFile(out, "w") as file:
        file.writestr("good.png", photo(31, 31))
        file.writestr("../../etc/passwd.png", photo(32, 32))
        file.writestr("/root.png", photo(33, 33))
        file.writestr("C:\\windows\\a.png", photo(34, 34))
        link = ZipInfo("link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
        file.writestr("inner.zip", packed({"a.png": photo()}))
        file.writestr("notes.txt", "no picture")
        file.writestr("__MACOSX/._good.png", "x")
        file.writestr(".DS_Store", "x")
        file.writestr("bomb.png", b"\0" * 30_000_000, ZIP_DEFLATED)
        file.writestr("folder/", "")
        file.writestr("<script>alert(1)\u202egnp.png", photo(35, 35))
        file.writestr("lies.png", photo(36, 36))
    data = bytearray(out.getvalue())
    # It says that it has ten bytes, in its head and in the list.
    for sign, name, size in ((b"PK\3\4", 30, 22), (b"PK\1\2", 46, 24)):
        at = -1
        while (at := data.find(sign, at + 1)) >= 0:
            if data[at + name : at + name + 8] == b"lies.png":
                struct.pack_into("<I", data, at + size, 10)
    return bytes(data)


def test_an_archive_is_opened_with_care(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(hostile())
    with Archive(path) as archive:
        found = {entry.name: entry for entry in archive.entries(20_000_000)}
        assert set(found) == {
            *("good.png", "../../etc/passwd.png", "root.png", "C:/windows/a.png", "link.png", "inner.zip", "notes.txt"),
            *("bomb.png", "<script>alert(1)gnp.png", "lies.png"),
        }
        fine = {"good.png", "notes.txt", "<script>alert(1)gnp.png", "lies.png"}
        assert {name for name, entry in found.items() if not entry.why} == fine
        assert archive.unpack(found["good.png"].place, tmp_path / "out", 1 << 20) == len(photo(31, 31))
        with pytest.raises(GessoError):
            archive.unpack(found["lies.png"].place, tmp_path / "out", 1 << 20)
        with pytest.raises(TooLarge):
            archive.unpack(found["bomb.png"].place, tmp_path / "out", 1000)
    for data in (b"", b"no zip", b"PK\3\4" + bytes(100), packed({"a": b"b"})[:-5]):
        path.write_bytes(data)
        with pytest.raises(Invalid):
            Archive(path)
    # A list that says it is longer than memory: nobody reads it.
    end = bytearray(packed({"a": b"b"}))
    struct.pack_into("<I", end, len(end) - 10, 0x7FFFFFF0)
    path.write_bytes(end)
    with pytest.raises(TooLarge):
        Archive(path)
    # Names as they were written before UTF-8 was said, and as most write them without saying so.
    path.write_bytes(
        packed({"xxxxx.png": b"x", "yyy.png": b"y"}).replace(b"xxxxx", "Küche"[:4].encode()).replace(b"yyy", b"K\x81e")
    )
    with Archive(path) as archive:
        assert [entry.name for entry in archive.entries(100)] == ["Küch.png", "Küe.png"]


def test_what_becomes_more_than_it_says_is_not_unpacked(tmp_path: Path) -> None:
    """Python unpacks a piece of bzip2 or LZMA whole, and believes the second end of a list."""
    path = tmp_path / "packed.zip"
    with ZipFile(path, "w", ZIP_BZIP2) as archive_file:
        archive_file.writestr("a.png", bytes(1 << 20))
    with Archive(path) as opened:
        (entry,) = opened.entries(20_000_000)
        assert entry.why == PACKED
        with pytest.raises(BadMedia):
            opened.unpack(0, tmp_path / "a.png", 20_000_000)
    whole = path.read_bytes()
    end = whole.rindex(b"PK\5\6")
    more = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 10**9, 10**9, 10**11, 0)
    way = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    path.write_bytes(whole[:end] + more + way + whole[end:])
    with pytest.raises(TooLarge):
        Archive(path)


def test_what_a_file_says_of_itself_is_read_within_bounds() -> None:
    assert declared.read(told()) == {
        "title": "Lake at dawn",
        "caption": "Still <b> water",
        "keywords": ["lake", "dawn", "blue"],
        "rating": 4,
    }
    assert declared.read(photo()) == {}

    # IPTC's older records, of a JPEG.
    def record(number: int, text: bytes) -> bytes:
        return b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(text)) + text

    body = record(5, "Märkte".encode("cp1252")) + record(120, b"A market") + record(25, b"fruit") + record(25, b"fish")
    block = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(body)) + body + b"\0" * (len(body) % 2)
    plain = photo(40, 30, "JPEG")
    old = plain[:2] + b"\xff\xed" + struct.pack(">H", len(block) + 2) + block + plain[2:]
    assert IptcImagePlugin.getiptcinfo(Image.open(io.BytesIO(old)))
    assert declared.read(old) == {"title": "Märkte", "caption": "A market", "keywords": ["fruit", "fish"]}
    exif = Image.Exif()
    exif[0x9C9B], exif[0x4746], exif[0x010E] = "Fenster".encode("utf-16-le"), 9, "OLYMPUS DIGITAL CAMERA"
    assert declared.read(photo(40, 30, "JPEG", exif=exif)) == {"title": "Fenster"}


async def ended(client: httpx2.AsyncClient, order: Mapping[str, Any]) -> dict[str, Any]:
    for _ in range(3000):
        now: dict[str, Any] = (await client.get(f"/api/imports/{order['id']}")).json()
        if now["ended_at"] is not None:
            return now
        await asyncio.sleep(0.02)
    raise AssertionError(now)


async def test_an_archive_comes_in_file_by_file_and_each_says_what_became_of_it(house: House) -> None:
    client = await house.as_owner()
    await upload(client, photo(50, 50))
    files = {
        "Trips/Lake/lake.jpg": told(),
        "Trips/known.png": photo(50, 50),
        "Trips/new.png": photo(51, 51),
        "again.png": photo(51, 51),
        "Trips/notes.md": b"# The lake",
        "notes.xyz": b"no picture",
    }
    answer = await client.post(
        "/api/imports/zip",
        files={"file": ("holiday.zip", packed(files))},
        data={"folders": "tags", "tags": "mine, , mine"},
    )
    assert answer.status_code == 202, answer.text
    order = await ended(client, answer.json())
    counts = {name: order[name] for name in ("state", "total", "kept", "twins", "refused", "error")}
    assert counts == {"state": "succeeded", "total": 6, "kept": 3, "twins": 2, "refused": 1, "error": None}
    told_files = (await client.get(f"/api/imports/{order['id']}/files")).json()
    assert [file["name"] for file in told_files] == list(files)
    assert [file["state"] for file in told_files if file["name"] in ("Trips/known.png", "notes.xyz")] == [
        "twin",
        "refused",
    ]
    assert sorted(file["state"] for file in told_files if "n.png" in file["name"] or "new" in file["name"]) == [
        "kept",
        "twin",
        "twin",
    ]
    lake = (await client.get(f"/api/assets/{told_files[0]['asset']}")).json()
    assert (lake["title"], lake["rating"]) == ("Lake at dawn", 4)
    assert lake["facts"]["described"] == {"caption": "Still <b> water"}
    assert lake["tags"] == ["blue", "dawn", "lake", "mine", "Trips"]
    assert lake["facts"]["provenance"]["creator"] == "Ada"
    assert lake["facts"]["came"] == {"archive": "holiday.zip", "path": "Trips/Lake/lake.jpg"}
    found = (await client.get("/api/assets", params={"q": "dawn trips"})).json()["items"]
    assert [each["id"] for each in found] == [lake["id"]]
    # Once more: nothing twice.
    again = await ended(
        client, (await client.post("/api/imports/zip", files={"file": ("b.zip", packed(files))})).json()
    )
    assert (again["kept"], again["twins"], again["refused"]) == (0, 5, 1)
    refused = (await client.get(f"/api/imports/{again['id']}/files", params={"state": "refused"})).json()
    assert [file["name"] for file in refused] == ["notes.xyz"]
    assert refused[0]["why"]
    # Its folders as collections: nested, each once, with what was here already too.
    for _ in range(2):
        sent = {"files": {"file": ("c.zip", packed(files))}, "data": {"folders": "collections"}}
        await ended(client, (await client.post("/api/imports/zip", **sent)).json())  # type: ignore[arg-type]
    tree = (await client.get("/api/content-assets/collections")).json()
    tree = tree["items"] if isinstance(tree, dict) else tree
    assert {each["name"]: each["count"] for each in tree} == {"Trips": 3, "Lake": 1}
    # An upload is asked for the same.
    twin = await client.post("/api/assets", files={"file": ("x.png", photo(51, 51))}, data={"once": "true"})
    assert (twin.status_code, twin.json()["title"]) == (200, twin.json()["title"])
    hashes = [lake["sha256"], "0" * 64]
    assert (await client.post("/api/assets/known", json={"sha256": hashes})).json() == {lake["sha256"]: lake["id"]}
    # Nobody else sees any of it, and what is over leaves nothing.
    other = await house.join("Eve", team="Others")
    assert (await other.get("/api/imports")).json() == []
    assert (await other.post("/api/assets/known", json={"sha256": hashes})).json() == {}
    for method, path in (("GET", ""), ("GET", "/files"), ("POST", "/cancel")):
        assert (await other.request(method, f"/api/imports/{order['id']}{path}")).status_code == 404
    bad = await client.post("/api/imports/zip", files={"file": ("a.zip", b"no zip")})
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid")
    empty = await client.post("/api/imports/zip", files={"file": ("a.zip", packed({".DS_Store": b"x"}))})
    assert empty.status_code == 422
    assert not await strays(house)


async def test_addresses_come_in_as_a_job_or_at_once(idle: House) -> None:
    with Files().running() as files:
        port = int(files.url.rpartition(":")[2])
        idle.studio.imports.fetcher = Fetcher([f"127.0.0.1:{port}"])
        client = await idle.as_owner()
        png = {"content-type": "image/png"}
        files.asks["/a/red%20disc.png"] = lambda: Answered(200, photo(61, 61), png)
        files.asks["/page"] = lambda: Answered(200, b"<!doctype html><p>", {"content-type": "image/png"})
        files.asks["/away"] = lambda: Answered(302, headers={"location": "http://10.0.0.1/"})
        one = await client.post(
            "/api/assets/url", json={"url": f"{files.url}/a/red disc.png?key=secret", "tags": ["x"]}
        )
        assert one.status_code == 201, one.text
        asset = one.json()
        assert (asset["title"], asset["facts"]["came"]) == ("red disc", {"url": f"{files.url}/a/red disc.png"})
        assert (await client.post("/api/assets/url", json={"url": f"{files.url}/a/red disc.png"})).status_code == 200
        for path, status, code in (
            ("/page", 422, "bad_media"),
            ("/away", 422, "off_limits"),
            ("/no", 502, "unreached"),
        ):
            answer = await client.post("/api/assets/url", json={"url": f"{files.url}{path}"})
            assert (answer.status_code, answer.json()["code"]) == (status, code)
        urls = [f"{files.url}{path}" for path in ("/a/red disc.png", "/b.png", "/page", "/away", "/no", "/b.png")]
        files.asks["/b.png"] = lambda: Answered(200, photo(62, 62), png)
        order = (await client.post("/api/imports/urls", json={"urls": [*urls, "http://localhost:1/"]})).json()
        assert (order["state"], order["total"]) == ("queued", 6)
        stopped = (await client.post("/api/imports/urls", json={"urls": urls})).json()
        assert (await client.post(f"/api/imports/{stopped['id']}/cancel")).json()["stopping"]
        await idle.work()
        done = await ended(client, order)
        assert (done["kept"], done["twins"], done["refused"]) == (1, 1, 4)
        told = (await client.get(f"/api/imports/{order['id']}/files")).json()
        assert [file["state"] for file in told] == ["twin", "kept", "refused", "refused", "refused", "refused"]
        over = await ended(client, stopped)
        assert (over["state"], over["kept"]) == ("cancelled", 0)
        assert not await strays(idle)
