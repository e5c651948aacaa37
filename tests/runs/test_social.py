"""A picture for many platforms, through the whole studio: as a run, by its named route, and as a pack."""

import base64
import csv
import io
import json
from hashlib import sha256
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import cv2
import httpx2
import numpy as np
import pytest
from PIL import Image

from gesso import library
from gesso.imaging import picture
from gesso.presets import FORMATS
from tests.conftest import House, photo, upload
from tests.imaging.photos import photo as real

pytestmark = pytest.mark.anyio

WAIT = {"Prefer": "wait=60"}
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Where it does not matter which database there is; runs and packs are tried on both."""
HUGE = {"id": "own:huge", "platform": "own", "title": "Huge", "width": 90_000, "height": 90_000, "types": ["png"]}
OWN = {"title": "Tiny badge", "width": 400, "height": 400, "types": ["png"], "max_bytes": 20_000}


def jpeg(side: int = 1400) -> bytes:
    out = io.BytesIO()
    grown = cv2.resize(real("astronaut"), (side, side), interpolation=cv2.INTER_CUBIC)
    Image.fromarray(np.asarray(grown, np.uint8)).save(out, "JPEG", quality=90)
    return out.getvalue()


async def exported(client: httpx2.AsyncClient, image: str, formats: list[str], **said: Any) -> dict[str, Any]:
    order = {"op": "image.social", "input": {"image": image, "formats": formats, **said}}
    answer = await client.post("/api/runs", json=order)
    assert answer.status_code == 202, answer.text
    run: dict[str, Any] = (await client.get(f"/api/runs/{answer.json()['id']}", headers=WAIT)).json()
    return run


def unpacked(answer: httpx2.Response) -> tuple[dict[str, bytes], list[dict[str, str]], dict[str, Any]]:
    """The files, the table and the manifest of a pack."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
        assert len(files) == len(archive.namelist()), "no name comes twice"
    table = csv.DictReader(io.StringIO(files.pop("manifest.csv").decode("utf-8-sig")))
    return files, list(table), json.loads(files.pop("manifest.json"))


async def test_what_can_be_made_is_made_and_the_rest_is_told_by_name(house: House) -> None:
    client = await house.as_owner()
    source = await upload(client, jpeg(), name="=cmd() über.jpg")
    await client.patch(f"/api/assets/{source['id']}", json={"alt": "+1 astronaut"})
    own = (await client.post("/api/formats", json=OWN)).json()["id"]
    wanted = ["Instagram.Story", own, "linkedin.feed", "instagram.story"]
    run = await exported(client, source["id"], wanted, caption="Hello #moon", crop="centre")
    assert run["state"] == "succeeded", run
    assert run["price"] == run["spent"] == 0
    assert run["expected"] == 3, "each is made once"
    assert run["input"]["formats"] == ["instagram.story", own, "linkedin.feed"]
    assert any("Tiny badge was not made: as PNG it has" in note for note in run["notes"]), run["notes"]
    assert any("too small" in note and "Instagram Story" in note for note in run["notes"])
    story, feed = run["outputs"]
    assert story["title"] == "=cmd() über (Instagram Story)"
    assert (story["width"], story["height"], feed["width"], feed["height"]) == (1080, 1920, 1200, 628)
    assert [each["parents"] for each in run["outputs"]] == [[source["id"]]] * 2, "an export knows its original"
    assert story["facts"]["padded"] is True
    assert story["facts"]["enlarged"] == 1
    assert feed["facts"]["box"][2] == 1

    # The format may be thrown away: the recipe knows what it was.
    assert (await client.delete(f"/api/formats/{own}")).status_code in (200, 204)
    changes = {"formats": [own], "smaller": True, "metadata": "none"}
    again = await client.post(f"/api/runs/{run['id']}/rerun", json={"input": changes})
    done = (await client.get(f"/api/runs/{again.json()['id']}", headers=WAIT)).json()
    assert done["state"] == "succeeded", done
    assert done["outputs"][0]["bytes"] <= 20_000
    assert done["outputs"][0]["facts"]["scale"] < 1
    gone = {"op": "image.social", "input": {"image": source["id"], "formats": [own]}}
    assert (await client.post("/api/runs", json=gone)).status_code == 422

    files, table, manifest = unpacked(await client.get(f"/api/runs/{run['id']}/pack"))
    assert [*files] == ["instagram/story_1080x1920.jpg", "linkedin/feed_1200x628.jpg", "posts.txt"]
    for row, told in zip(table, manifest["files"], strict=True):
        data = files[row["file"]]
        assert sha256(data).hexdigest() == row["sha256"] == told["sha256"]
        assert int(row["bytes"]) == len(data) == told["bytes"]
        assert row["picture"] == "'=cmd() über", "no formula in a spreadsheet"
        assert row["alt"] == "'+1 astronaut"
        assert told["alt"] == "+1 astronaut"
        assert float(row["ssim"]) > 0.9
    assert [row["platform"] for row in table] == ["instagram", "linkedin"]
    assert manifest["missing"][0]["format"] == own
    assert "was not made" in manifest["missing"][0]["why"]
    posts = files["posts.txt"].decode()
    assert "Hello #moon" in posts
    assert "Alt text: +1 astronaut" in posts

    stranger = await house.join("eve", "owner", team="Elsewhere")
    assert (await stranger.get(f"/api/runs/{run['id']}/pack")).status_code == 404
    assert (await stranger.get("/api/packs", params={"run": run["id"]})).status_code == 404
    # What a program has written is told as such, also where the file itself says nothing.
    async with house.studio.db.work(house.owner) as work:
        await library.describe(work, UUID(source["id"]), "", alt="")
        await library.describe(work, UUID(source["id"]), "", alt="An astronaut", alt_by="model")
    both, table, _ = unpacked(await client.get("/api/packs", params={"run": [run["id"], done["id"]]}))
    assert [(row["alt"], row["alt_by"]) for row in table] == [("'+1 astronaut", "person")] * 2 + [
        ("An astronaut", "model")
    ]
    assert "Alt text (written by a model, please check): An astronaut" in both["posts.txt"].decode()
    assert len(table) == 3
    assert {name.split("/")[0] for name in both} == {"=cmd() über", "=cmd() über (2)", "posts.txt"}


@ONE
async def test_a_format_is_made_of_the_picture_that_was_extended_to_its_shape(house: House) -> None:
    client = await house.as_owner()
    source = await upload(client, jpeg(1080), name="moon.jpg")
    await client.patch(f"/api/assets/{source['id']}", json={"alt": "An astronaut"})
    order = {"op": "image.outpaint", "offer": "local/mirror", "input": {"image": source["id"], "ratio": "1080:1920"}}
    begun = (await client.post("/api/runs", json=order)).json()
    [tall] = (await client.get(f"/api/runs/{begun['id']}", headers=WAIT)).json()["outputs"]
    wanted = ["instagram.story", "linkedin.feed", "tiktok.video_cover"]
    own = {"picture": tall["id"], "crop": "centre"}
    said = {"focal": [0.1, 0.1], "overrides": {"instagram.story": own, "tiktok.video_cover": own}}
    run = await exported(client, source["id"], wanted, crop="fit", **said)
    assert run["state"] == "succeeded", run
    made = {each["facts"]["format"]: each for each in run["outputs"]}
    story, feed = made["instagram.story"], made["linkedin.feed"]
    assert (story["width"], story["height"], story["facts"]["padded"]) == (1080, 1920, False)
    assert story["facts"]["box"] == pytest.approx([0, 0, 1, 1], abs=0.002)
    assert (feed["facts"]["padded"], feed["facts"]["box"]) == (True, [0, 0, 1, 1])
    # It is the extended one that is seen, all of it.
    seen, whole = [picture.load((await client.get(each["file"])).content) for each in (story, tall)]
    small = cv2.resize(whole, (1080, 1920), interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(seen - small).mean() < 4
    # Each knows what it was made from, and its file says so.
    assert set(story["parents"]) == {source["id"], tall["id"]}
    assert feed["parents"] == [source["id"]]
    for each, named in ((story, 2), (feed, 1)):
        told = (await client.get(f"/api/assets/{each['id']}/provenance")).json()
        assert told["state"] == "yours"
        assert told["alt"] == "An astronaut"
        assert len(told["ingredients"]) == named, told

    # Nobody's picture but one that is seen, and no formats but those that are made.
    stranger = await house.join("eve", "owner", team="Elsewhere")
    theirs = await upload(stranger, photo(90, 160))
    given = {"image": source["id"], "formats": wanted, "overrides": {"instagram.story": {"picture": theirs["id"]}}}
    answer = await client.post("/api/runs", json={"op": "image.social", "input": given})
    assert answer.status_code in (404, 422), answer.text


@ONE
async def test_all_formats_go_into_one_request(house: House) -> None:
    client = await house.as_owner()
    image = (await upload(client, photo(300, 200)))["id"]
    order = {"op": "image.social", "input": {"image": image, "formats": [*FORMATS]}}
    told = await client.post("/api/runs/estimate", json=order)
    assert (told.status_code, told.json()["price"]) == (200, 0), told.text


@ONE
async def test_what_does_not_go_together_is_refused_before_anything_is_promised(house: House) -> None:
    client = await house.as_owner()
    image = (await upload(client, photo(300, 200)))["id"]
    for said, word in (
        ({"formats": ["nowhere.feed"]}, "no format is named"),
        ({"formats": []}, "formats"),
        ({"overrides": {"x.post": {"crop": "fit"}}}, "not among the formats"),
        ({"watermark": {"text": " "}}, "logo of a brand"),
        ({"overrides": {"linkedin.feed": {"box": [0.5, 0.5, 0.6, 0.5]}}}, "outside the picture"),
        ({"focal": [0.5, 1.5]}, "focal"),
        ({"brand": "own:none"}, "brand"),
        ({"formats": ["own:huge"], "own_formats": [{**HUGE}]}, "own_formats"),
        ({"formats": ["own:huge"], "own_formats": [{**HUGE, "width": 20, "height": 20, "safe": [1, 1, 0, 0]}]}, "safe"),
    ):
        given = {"image": image, "formats": ["linkedin.feed"], **said}
        answer = await client.post("/api/runs", json={"op": "image.social", "input": given})
        assert answer.status_code == 422, (said, answer.text)
        assert word in answer.json()["detail"], answer.text
    nothing = await exported(client, image, ["linkedin.feed", "x.post"], small="skip")
    assert (nothing["state"], nothing["outputs"]) == ("failed", [])
    assert "LinkedIn Feed: The picture is too small" in nothing["error"]["message"]
    assert (await client.get(f"/api/runs/{nothing['id']}/pack")).status_code == 404


@ONE
async def test_other_clients_optimize_by_the_names_that_they_know(house: House) -> None:
    client = await house.as_owner()
    body = {
        "image_base64": base64.b64encode(jpeg(700)).decode(),
        "platforms": ["instagram", "linkedin.feed"],
        "format_names": {"instagram": ["Profile Picture"]},
        "crop_mode": "center",
        "focal_point": {"x": 0.5, "y": 0.4},
        "output_format": "jpg",
        "show_safe_zones": False,
        "small": "enlarge",
    }
    answer = await client.post("/api/image-studio/social/optimize", json=body, headers=WAIT)
    run = (await client.get(f"/api/runs/{answer.json()['id']}", headers=WAIT)).json()
    assert run["state"] == "succeeded", run
    assert [each["facts"]["format"] for each in run["outputs"]] == ["instagram.profile", "linkedin.feed"]
    assert run["outputs"][1]["facts"]["enlarged"] == pytest.approx(1200 / 700, abs=0.01)
    assert any("enlarged for: LinkedIn Feed" in note for note in run["notes"])
    for wrong in ({"platforms": ["nowhere"]}, {"format_names": {"instagram": "Nothing"}, "platforms": ["instagram"]}):
        told = await client.post("/api/image-studio/social/optimize", json=body | wrong)
        assert told.status_code == 422, told.text
    listed = (await client.get("/api/image-studio/social/platforms/LinkedIn/formats")).json()
    assert listed["platform"] == "linkedin"
    assert listed["total"] == len(listed["formats"]) > 3
    specs = (await client.get("/api/image-studio/platform-specs/linkedin")).json()
    assert specs["formats"] == listed["formats"]
    assert specs["formats"][0]["source"]
    assert (await client.get("/api/image-studio/platform-specs/nowhere")).status_code == 404


@ONE
async def test_a_brands_logo_and_watermark_go_on_every_format(house: House) -> None:
    client = await house.as_owner()
    mark = await upload(client, photo(200, 100), name="logo.png")
    kit = {"title": "Ours", "palette": [{"colour": "#c8281e"}], "logo": mark["id"]}
    brand = (await client.post("/api/brand", json=kit)).json()["id"]
    image = (await upload(client, jpeg()))["id"]
    formats = ["facebook.cover", "linkedin.company_cover"]
    plain = await exported(client, image, formats, file="png")
    logo = await exported(client, image, formats, file="png", brand=brand)
    tiled = await exported(client, image, formats, file="png", brand=brand, watermark={"tiled": True, "opacity": 0.5})
    for bare, one, all_over in zip(plain["outputs"], logo["outputs"], tiled["outputs"], strict=True):
        seen = [picture.load((await client.get(each["file"])).content) for each in (bare, one, all_over)]
        changed = np.any(seen[0] != seen[1], axis=2)
        (told,) = one["facts"]["overlay"]
        left, top, wide, high = np.multiply(told["box"], [seen[0].shape[1], seen[0].shape[0]] * 2).round().astype(int)
        assert changed[top : top + high, left : left + wide].mean() > 0.9
        changed[top - 1 : top + high + 1, left - 1 : left + wide + 1] = False
        assert not changed.any()
        assert np.any(seen[0] != seen[2], axis=2).mean() > 0.2
        assert "overlay" not in all_over["facts"], "the logo is the watermark now"
