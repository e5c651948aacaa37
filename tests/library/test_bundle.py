"""Many assets as one ZIP archive."""

import io
import json
import unicodedata
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zipfile import ZipFile

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesso import library
from gesso.kit.ids import uuid7
from gesso.library.bundle import RESERVED, STEM_BYTES, Names, safe
from tests.conftest import House, photo, upload
from tests.library.shelf import filled

pytestmark = pytest.mark.anyio

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def unpacked(answer: httpx2.Response) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files by name, and the manifest. Every checksum is right."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
        assert len(files) == len(archive.namelist()), "no name comes twice"
    return files, json.loads(files.pop("manifest.json"))


async def packed(client: httpx2.AsyncClient, **select: Any) -> tuple[dict[str, bytes], dict[str, Any]]:
    return unpacked(await client.post("/api/assets/zip", json=select))


async def test_the_originals_come_out_with_their_recipes(house: House) -> None:
    client = await house.as_owner()
    source = await upload(client, name="Café.png")
    order = {"op": "image.upscale", "input": {"image": source["id"], "factor": 2}}
    run = (await client.post("/api/runs", json=order, headers={"Prefer": "wait=60"})).json()
    larger = run["outputs"][0]
    files, manifest = await packed(client, ids=[source["id"], larger["id"]])
    assert list(files) == ["Café.png", "Café (2).png"]
    assert [(told["id"], told["file"]) for told in manifest["files"]] == [
        (larger["id"], next(iter(files))),
        (source["id"], list(files)[1]),
    ]
    for told in manifest["files"]:
        assert sha256(files[told["file"]]).hexdigest() == told["sha256"]
    assert manifest["missing"] == []
    assert manifest["files"][0]["input"]["factor"] == 2
    assert manifest["files"][0]["op"] == "image.upscale"
    assert (manifest["files"][1]["input"], manifest["files"][1]["op"]) == (None, None)
    assert manifest["files"][1]["width"] == source["width"]


async def test_a_form_of_our_own_page_downloads_what_is_selected(idle: House) -> None:
    client = await idle.as_owner()
    kept, other = await upload(client, name="kept.png"), await upload(client, name="other.png")
    for select in ({"ids": [kept["id"]]}, {"all": {"q": "kept"}}, {"all": {}, "except": [other["id"]]}):
        data = {"selection": json.dumps(select)}
        for answer in (
            await client.post("/api/assets/zip", content=urlencode(data), headers=FORM),
            await client.post("/api/assets/zip", data=data, files={}),
        ):
            assert list(unpacked(answer)[0]) == ["kept.png"]
            assert answer.headers["content-disposition"].startswith('attachment; filename="gesso-')
    multipart = {"selection": (None, json.dumps({"ids": [kept["id"]]}).encode())}
    assert list(unpacked(await client.post("/api/assets/zip", files=multipart))[0]) == ["kept.png"]


async def test_names_are_those_of_the_titles_and_none_comes_twice(idle: House) -> None:
    client = await idle.as_owner()
    names = ["a", "A", "a", "a (2)", "../../etc/passwd", "manifest", "nul", "Straße"]
    await filled(idle, [{"title": name} for name in names])
    files, manifest = await packed(client, all={"sort": "oldest"})
    assert list(files) == [
        "a.png",
        "A (2).png",
        "a (3).png",
        "a (2) (2).png",
        "_.._etc_passwd.png",
        "manifest.png",
        "_nul.png",
        "Straße.png",
    ]
    assert [told["title"] for told in manifest["files"]] == names


async def test_what_has_vanished_is_named_and_the_rest_comes(idle: House) -> None:
    client = await idle.as_owner()
    first, gone = await upload(client, name="first.png"), await upload(client, photo(40, 40), "gone.png")
    (path,) = (idle.studio.settings.data / "store").rglob(f"{gone['sha256']}.png")
    path.unlink()
    files, manifest = await packed(client, ids=[first["id"], gone["id"]])
    assert list(files) == ["first.png"]
    assert [told["id"] for told in manifest["missing"]] == [gone["id"]]
    assert "file" not in manifest["missing"][0]


async def test_what_cannot_be_packed_is_said_before_anything_is_sent(idle: House) -> None:
    client = await idle.as_owner()
    (made,) = await filled(idle, [{}])
    none = await client.post("/api/assets/zip", json={"ids": [str(uuid7())]})
    assert (none.status_code, none.json()["code"]) == (404, "not_found")
    for wrong in (b"", b"{", b"[]", b'{"ids": ["x"]}', b'{"all": {"colour": "red"}}', b"\xff"):
        for headers in ({"Content-Type": "application/json"}, FORM, {"Content-Type": "multipart/form-data"}):
            answer = await client.post("/api/assets/zip", content=wrong, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), (wrong, headers, answer.text)
    large = await client.post("/api/assets/zip", content=b" " * (2 << 20), headers={"Content-Type": "application/json"})
    assert large.status_code == 413
    stranger = await idle.join("Ada", team="Elsewhere")
    assert (await stranger.post("/api/assets/zip", json={"ids": [str(made)]})).status_code == 404
    assert (await idle.client().post("/api/assets/zip", json={"ids": [str(made)]})).status_code == 401


async def test_more_than_five_thousand_are_refused_and_five_thousand_are_not(idle: House) -> None:
    client = await idle.as_owner()
    await filled(idle, [{}] * 5_001)
    refused = await client.post("/api/assets/zip", json={"all": {}})
    assert (refused.status_code, refused.json()["code"], refused.json()["limit"]) == (413, "too_large", 5000)
    assert "5,000" in refused.json()["detail"]
    newest = (await client.get("/api/assets")).json()["items"][0]["id"]
    files, _ = await packed(client, all={}, **{"except": [newest]})
    assert len(files) == 5_000
    assert "x (5000).png" in files


async def test_a_large_archive_is_never_whole_in_memory(idle: House) -> None:
    """Each piece is at most what is read at once, and a little."""
    client = await idle.as_owner()
    noise = await upload(client, photo(2600, 2600, "TIFF"), "large.tiff")
    assert noise["bytes"] > 8 << 20
    async with idle.studio.db.work(idle.owner, read_only=True) as work:
        asset = await library.get(work, UUID(noise["id"]))

    async def one() -> Any:
        yield library.Packed(asset, None)

    pieces = [len(piece) async for piece in library.bundle(idle.studio.store, one())]
    assert sum(pieces) > 8 << 20
    assert max(pieces) < (1 << 20) + 4096


@given(st.lists(st.text(max_size=40) | st.sampled_from(["a", "A", "a (2)", "é", "e\u0301", "CON", ".", "x. "])))
def test_no_two_files_have_one_name_on_any_system(titles: list[str]) -> None:
    names = Names("manifest.json")
    given = [names.next(title, "png") for title in titles]
    seen = {unicodedata.normalize("NFC", name.casefold()) for name in given}
    assert len(seen) == len(titles)


@given(st.text(max_size=400))
def test_a_name_leads_nowhere_and_can_be_written(title: str) -> None:
    name = safe(title)
    assert 1 <= len(name.encode()) <= STEM_BYTES + 1
    assert not set(name) & set('<>:"/\\|?*\0\n\r\u202e')
    assert name == name.strip(" .")
    assert name.partition(".")[0].casefold() not in RESERVED
    assert safe(name) == name, "a safe name stays as it is"
