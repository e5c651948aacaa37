"""Films, sounds and 3D models on their way in and out: in part, in other formats, as seen and heard; to their team."""

import io
import zipfile
from typing import Any

import httpx2
import pytest
from PIL import Image

from gesso.imaging import film, mesh
from tests.api.conftest import strays
from tests.conftest import House, upload
from tests.imaging.test_casts import box, read_stl
from tests.imaging.test_film import sound as hum
from tests.imaging.test_film import wav
from tests.imaging.test_footage import counted, recorded

pytestmark = pytest.mark.anyio


async def ran(client: httpx2.AsyncClient, op: str, **given: object) -> dict[str, Any]:
    answer = await client.post("/api/runs", json={"op": op, "input": given}, headers={"Prefer": "wait=60"})
    assert answer.is_success, answer.text
    run: dict[str, Any] = answer.json()
    assert run["state"] == "succeeded", run
    return run


@pytest.mark.row("T6", at="GET /api/assets/{asset_id}/file")
async def test_they_come_in_ranges_and_to_nobody_else(plain: House) -> None:
    client, stranger = await plain.as_owner(), await plain.join("eve", "owner", team="Elsewhere")
    files = {"film.mp4": counted(6), "voice.wav": wav(hum(0.5)), "said.webm": recorded(0.5), "box.glb": mesh.glb(box())}
    kinds = {
        "film.mp4": "video/mp4",
        "voice.wav": "audio/wav",
        "said.webm": "audio/webm",
        "box.glb": "model/gltf-binary",
    }
    for name, data in files.items():
        asset = await upload(client, data, name)
        whole = await client.get(asset["file"])
        assert (whole.content, whole.headers["content-type"]) == (data, kinds[name])
        assert whole.headers["content-disposition"].endswith(name.rpartition(".")[2])
        etag = whole.headers["etag"]
        part = await client.get(asset["file"], headers={"Range": "bytes=10-19", "If-Range": etag})
        assert (part.status_code, part.content) == (206, data[10:20])
        assert part.headers["content-range"] == f"bytes 10-19/{len(data)}"
        stale = await client.get(asset["file"], headers={"Range": "bytes=10-19", "If-Range": '"other"'})
        assert (stale.status_code, stale.content) == (200, data)
        assert (await client.get(asset["file"], headers={"Range": f"bytes={len(data)}-"})).status_code == 416
        assert (await client.get(asset["file"], headers={"If-None-Match": etag})).status_code == 304
        about = f"/api/assets/{asset['id']}"
        for path in (asset["file"], asset["thumbnail"], f"{about}/peaks", f"{about}/mesh"):
            assert (await stranger.get(path, headers={"Range": "bytes=0-1"})).status_code == 404, path
            nobody = await plain.client().get(path)
            assert (nobody.status_code, nobody.json()["code"]) == (401, "signed_out")


async def test_a_waveform_is_found_once_and_goes_with_its_sound(plain: House) -> None:
    client = await plain.as_owner()
    asset = await upload(client, recorded(1.5), "said.webm")
    assert (asset["kind"], asset["facts"]["seconds"]) == ("audio", pytest.approx(1.5, abs=0.06))
    path = f"/api/assets/{asset['id']}/peaks"
    first = (await client.get(path)).json()
    assert first["seconds"] == asset["facts"]["seconds"]
    assert (len(first["peaks"]), max(first["peaks"])) == (1200, pytest.approx(102, abs=8))
    assert (await client.get(path)).json() == first
    silent = await upload(client, counted(2), "film.mp4")
    answer = await client.get(f"/api/assets/{silent['id']}/peaks")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_media")
    assert (await client.delete(f"/api/assets/{asset['id']}")).is_success
    assert (await client.delete(f"/api/assets/{asset['id']}?forever=true")).status_code == 204
    assert await strays(plain) == set(), "the waveform is erased with it"


async def test_a_model_in_other_formats(plain: House) -> None:
    client = await plain.as_owner()
    asset = await upload(client, mesh.glb(box()), "a box.glb")
    facts = asset["facts"]
    assert (facts["vertices"], facts["triangles"], facts["closed"]) == (24, 12, True)
    assert facts["size"] == pytest.approx([0.2, 0.4, 0.1])
    path = f"/api/assets/{asset['id']}/mesh"
    stl = await client.get(path, params={"as": "stl", "mm": 50})
    assert (stl.status_code, stl.headers["content-type"]) == (200, "model/stl")
    assert stl.headers["content-disposition"].startswith('attachment; filename="a box.stl"')
    assert read_stl(stl.content)[1].max() == pytest.approx(25, abs=0.01)
    held = {"If-None-Match": stl.headers["etag"]}
    assert (await client.get(path, params={"as": "stl", "mm": 50}, headers=held)).status_code == 304
    assert (await client.get(path, params={"as": "stl"}, headers=held)).status_code == 200
    packed = await client.get(path, params={"as": "obj"})
    with zipfile.ZipFile(io.BytesIO(packed.content)) as file:
        assert sorted(file.namelist()) == ["a_box.mtl", "a_box.obj", "a_box_1.jpg"]
    assert (await client.get(path, params={"as": "glb"})).content == mesh.glb(box())
    assert (await client.get(path, params={"as": "fbx"})).status_code == 422
    voice = await upload(client, wav(hum(0.2)), "voice.wav")
    assert (await client.get(f"/api/assets/{voice['id']}/mesh")).status_code == 422


async def test_who_can_speak_and_how_they_sound(plain: House) -> None:
    client = await plain.as_owner()
    voices = {voice["name"]: voice["title"] for voice in (await client.get("/api/voices")).json()}
    assert {"de", "es", "en-us"} <= voices.keys()
    assert voices["de"] == "German"
    said = await client.get("/api/voices/de/sample", params={"text": "Guten Tag"})
    assert said.headers["content-type"] == "audio/wav"
    assert 0.3 < film.inspect(said.content).seconds < 4
    for wrong in ("-w", "klingon-9"):
        assert (await client.get(f"/api/voices/{wrong}/sample")).status_code == 404
    assert (await client.get("/api/voices/de/sample", params={"text": "a" * 301})).status_code == 422


async def test_a_film_ends_with_the_picture_that_it_is_to_end_with_and_gives_its_sound(plain: House) -> None:
    client = await plain.as_owner()
    red, blue = [
        await upload(client, picture_of(colour), f"{name}.png")
        for name, colour in (("red", (200, 30, 30)), ("blue", (30, 30, 200)))
    ]
    voice = await upload(client, wav(hum(1)), "voice.wav")
    told = {"image": red["id"], "motion": "still", "seconds": 1, "resolution": "480p", "parallax": 0, "fps": 24}
    (made,) = (await ran(client, "video.from_image", **told, end_image=blue["id"], audio=voice["id"]))["outputs"]
    assert set(made["parents"]) == {red["id"], blue["id"], voice["id"]}
    seen = []
    for moment in (0, 0.5, 1):
        (frame,) = (await ran(client, "video.frame", video=made["id"], seconds=moment))["outputs"]
        with Image.open(io.BytesIO((await client.get(frame["file"])).content)) as shown:
            seen.append(shown.convert("RGB").getpixel((shown.width // 2, shown.height // 2)))
    for found, wanted in zip(seen, ((200, 30, 30), (115, 30, 115), (30, 30, 200)), strict=True):
        assert found == pytest.approx(wanted, abs=14)
    same = {"op": "video.from_image", "input": {**told, "end_image": red["id"]}}
    assert (await client.post("/api/runs/estimate", json=same)).json()["fields"][0]["field"] == "end_image"

    (sound,) = (await ran(client, "video.sound", video=made["id"]))["outputs"]
    assert (sound["kind"], sound["type"], sound["parents"]) == ("audio", "audio/mp4", [made["id"]])
    assert sound["facts"]["seconds"] == pytest.approx(1, abs=0.1)
    silent = {"op": "video.sound", "input": {"video": (await upload(client, counted(2), "film.mp4"))["id"]}}
    run = (await client.post("/api/runs", json=silent, headers={"Prefer": "wait=60"})).json()
    assert (run["state"], run["error"]["message"]) == ("failed", "This file has no sound.")


def picture_of(colour: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (96, 64), colour).save(out, "PNG")
    return out.getvalue()


async def test_a_frame_is_a_picture_of_its_own_and_a_part_a_sound(plain: House) -> None:
    client = await plain.as_owner()
    reel = await upload(client, counted(12), "film.mp4")
    (frame,) = (await ran(client, "video.frame", video=reel["id"], seconds=7.5 / 12))["outputs"]
    assert (frame["kind"], frame["type"], frame["parents"]) == ("image", "image/png", [reel["id"]])
    with Image.open(io.BytesIO((await client.get(frame["file"])).content)) as picture:
        assert picture.size == (96, 64)
        seen = picture.getpixel((20, 32))
        assert isinstance(seen, tuple)
        assert seen[0] == pytest.approx(48, abs=3), "the eighth picture"
    voice = await upload(client, wav(hum(2)), "voice.wav")
    (part,) = (await ran(client, "audio.trim", audio=voice["id"], start=0.5, end=1.25))["outputs"]
    assert (part["kind"], part["type"], part["parents"]) == ("audio", "audio/mp4", [voice["id"]])
    assert part["facts"]["seconds"] == pytest.approx(0.75, abs=0.05)
    for given in ({"start": 30}, {"start": 1, "end": 1}):
        told = {"op": "audio.trim", "input": {"audio": voice["id"], **given}}
        answer = await client.post("/api/runs", json=told)
        assert answer.status_code == 422, given
    stills = [frame["id"]] * 3
    joined_of = {
        "images": stills,
        "resolution": "480p",
        "fps": 24,
        "lengths": [0.5, 1, 0.5],
        "transitions": ["cut", "fade"],
    }
    (joined,) = (await ran(client, "video.from_images", audio=part["id"], **joined_of))["outputs"]
    assert joined["facts"]["seconds"] == pytest.approx(2, abs=0.1)
    assert joined["facts"]["audio"] == "aac"
    for wrong in ({"lengths": [1]}, {"transitions": ["cut"]}, {"lengths": [1, 1, 0.1]}):
        answer = await client.post("/api/runs/estimate", json={"op": "video.from_images", "input": joined_of | wrong})
        assert answer.status_code == 422, wrong
