"""Larger pictures: the size that is asked for is the size that comes, on screens and on paper, and a part is tried."""

from io import BytesIO
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image

from gesso.catalog import Reading
from gesso.catalog.finish import finished
from gesso.dialects.steered import REFERENCE_ONLY
from gesso.imaging import dots, guides, picture
from gesso.kit.errors import BadMedia, Invalid
from gesso.kit.media import Media
from gesso.ops import Finish, Size, Source
from gesso.ops.fields import ImageRef
from gesso.ops.upscale import (
    ONLY,
    SHOWS_ENOUGH,
    SHOWS_FACES,
    SHOWS_LITTLE,
    SHOWS_SOFT,
    SHOWS_WORDS,
    Upscale,
)
from gesso.providers.google import read
from gesso.providers.local.upscale import Plain
from tests.conftest import House, photo, upload

IMAGE = ImageRef("01900000-0000-7000-8000-000000000001")


def wanted(kind: type[Upscale] = Upscale, **told: Any) -> Upscale:
    return kind.model_validate({"image": IMAGE, **told})


@pytest.mark.parametrize(
    ("told", "size", "dpi"),
    [
        ({}, (2000, 1200), None),
        ({"factor": 4}, (4000, 2400), None),
        ({"preset": "web"}, (2560, 1536), None),
        ({"preset": "social"}, (2160, 1296), None),
        ({"preset": "print"}, (4961, 2977), 300),
        ({"target": 3000}, (3000, 1800), None),
        ({"width": 1999}, (1999, 1199), None),
        ({"height": 1200}, (2000, 1200), None),
        ({"width": 2000, "height": 2000}, (2000, 2000), None),
        ({"width": 2000, "height": 2000, "fit": "whole"}, (2000, 1200), None),
        ({"print_width": 20}, (2362, 1417), 300),
        ({"print_width": 30, "print_height": 20, "dpi": 150}, (1772, 1181), 150),
        ({"print_height": 8, "unit": "inch", "dpi": 200}, (2667, 1600), 200),
    ],
)
def test_each_way_to_say_a_size_gives_that_size(told: dict[str, Any], size: Size, dpi: int | None) -> None:
    request = wanted(**told)
    assert (request.size((1000, 600)), request.finish().dots) == (size, dpi)
    factor, made = request.goal(1000, 600)
    assert made[0] >= size[0]
    assert made[1] >= size[1]
    assert factor * 1000 >= made[0]
    request.check({IMAGE: Source("image", 1000, 600)})


def test_what_is_large_enough_or_too_far_is_refused_with_its_field() -> None:
    cases: tuple[tuple[dict[str, Any], str, str], ...] = (
        ({"target": 900}, "target", "as large as is asked for"),
        ({"print_width": 10, "dpi": 100}, "print_width", "253 dots an inch as it is"),
        ({"print_height": 10, "dpi": 100}, "print_height", "152 dots an inch as it is"),
        ({"width": 9000}, "width", "eight times is the most"),
    )
    for told, field, words in cases:
        with pytest.raises(Invalid, match=words) as refused:
            wanted(**told).check({IMAGE: Source("image", 1000, 600)})
        assert refused.value.facts["fields"][0]["field"] == field
    for by in ("side", "print", "pixels"):
        with pytest.raises(ValueError, match="say how"):
            wanted(by=by)


def test_automatic_says_what_it_chose_and_why() -> None:
    def why(kind: type[Upscale] = Upscale, width: int = 900, factor: int = 4, **seen: Any) -> tuple[str, str]:
        source = Source("image", width, width * 2 // 3, seen={"sharpness": 0.8, **seen})
        request, said = wanted(kind, factor=factor).chosen({IMAGE: source})
        assert request.chosen({IMAGE: source}) == (request, ())
        return request.mode, *said  # type: ignore[return-value]

    assert why() == ("conservative", SHOWS_ENOUGH)
    assert why(width=300) == ("creative", SHOWS_LITTLE)
    assert why(width=300, factor=2) == ("conservative", SHOWS_ENOUGH)
    assert why(sharpness=0.2) == ("creative", SHOWS_SOFT)
    assert why(width=300, faces=1) == ("conservative", SHOWS_FACES)
    assert why(width=300, text=True) == ("conservative", SHOWS_WORDS)
    assert why(Plain, width=300) == ("conservative", ONLY["conservative"])


def test_a_file_says_how_many_dots_an_inch_it_has_and_keeps_its_pixels() -> None:
    pixels = np.random.default_rng(3).integers(0, 255, (40, 60, 3)).astype(np.uint8)
    for data in (picture.png(pixels), picture.jpeg(pixels), photo(60, 40, "JPEG", dpi=(72, 72))):
        said = dots.stamped(dots.stamped(data, 96), 300)
        with Image.open(BytesIO(said)) as image, Image.open(BytesIO(data)) as before:
            assert round(image.info["dpi"][0]) == round(image.info["dpi"][1]) == 300
            assert (np.asarray(image) == np.asarray(before)).all()
    with pytest.raises(BadMedia):
        dots.stamped(picture.webp(pixels), 300)


def test_whoever_made_it_a_result_is_judged_cut_and_stamped() -> None:
    small = picture.png(np.random.default_rng(1).integers(0, 255, (30, 40, 3)).astype(np.uint8))
    made = Media(picture.webp(picture.load(small).repeat(2, 0).repeat(2, 1), lossless=True), "image/webp")
    found = finished(small, made, Finish((80, 50), 150, judged=True))
    with Image.open(BytesIO(found.data)) as image:
        assert (image.format, image.size, round(image.info["dpi"][0])) == ("PNG", (80, 50), 150)
    assert found.facts["fidelity"]["psnr"] == 99
    assert (picture.load(found.data) == picture.load(made.data)[5:55]).all()
    kept = finished(small, Media(made.data, made.type, {"fidelity": {"psnr": 1}}), Finish(judged=True))
    assert (kept.data, kept.facts["fidelity"]) == (made.data, {"psnr": 1})


async def done(client: httpx2.AsyncClient, op: str, **input: Any) -> dict[str, Any]:
    run: dict[str, Any] = (
        await client.post("/api/runs", json={"op": op, "input": input}, headers={"Prefer": "wait=60"})
    ).json()
    assert run.get("state") == "succeeded", run
    return run


@pytest.mark.anyio
@pytest.mark.row("U5", "U6", at="POST /api/runs")
async def test_a_part_is_tried_as_it_would_be_in_the_whole_and_leaves_the_library_alone(
    house: House, client: httpx2.AsyncClient
) -> None:
    source = (await upload(client, photo(300, 200)))["id"]
    part = {"x": 140, "y": 90, "width": 400, "height": 40}
    size = {"by": "side", "target": 900}
    asked = {"op": "image.upscale", "input": {"image": source, "region": part, **size}}
    told = (await client.post("/api/runs/estimate", json=asked)).json()
    assert told["size"] == {"width": 480, "height": 120}
    run = await done(client, "image.upscale", image=source, region=part, **size)
    (tried,) = run["outputs"]
    assert (tried["width"], tried["height"], tried["purpose"], tried["version_of"]) == (480, 120, "trial", None)
    assert run["input"]["region"] == part | {"width": 160, "of": [300, 200]}
    assert tried["facts"]["fidelity"]["ssim"] > 0.9
    for listed in ("/api/assets", f"/api/assets/{source}/versions"):
        found = (await client.get(listed)).json()
        assert [each["id"] for each in (found if isinstance(found, list) else found["items"])] == [source]
    assert (await client.get("/api/assets?purpose=trial")).json()["items"][0]["id"] == tried["id"]
    again = (await client.post(f"/api/runs/{run['id']}/rerun", headers={"Prefer": "wait=60"})).json()
    assert (again["outputs"][0]["width"], again["outputs"][0]["height"]) == (480, 120)

    # The whole, on paper: exactly so large, and its file says so.
    whole = await done(client, "image.upscale", image=source, print_width=5, print_height=5, dpi=254, mode="auto")
    (made,) = whole["outputs"]
    data = (await client.get(made["file"])).content
    with Image.open(BytesIO(data)) as image:
        assert (image.size, round(image.info["dpi"][0])) == ((500, 500), 254)
    assert made["facts"]["dpi"] == 254
    assert whole["input"]["mode"] == "conservative"
    assert SHOWS_ENOUGH in whole["why"]
    assert made["version_of"] == source


@pytest.mark.anyio
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.row("K6", "K7", at=["POST /api/runs/glimpse", "PATCH /api/assets/{asset_id}"])
async def test_guides_are_seen_before_and_several_are_held_at_once(house: House, client: httpx2.AsyncClient) -> None:
    source = (await upload(client, photo(900, 600)))["id"]
    ramp = np.repeat(np.linspace(0, 255, 300).astype(np.uint8)[:, None, None], 450, 1).repeat(3, 2)
    sheet = np.full((300, 450, 3), 255, np.uint8)
    sheet[100:104, 40:410] = 0
    lines, far = [(await upload(client, picture.png(each)))["id"] for each in (sheet, np.ascontiguousarray(ramp))]

    before = await (await house.join("mia")).get("/api/assets?purpose=any")
    glimpse = await client.post(
        "/api/runs/glimpse", json={"op": "image.preprocess", "input": {"image": source, "kind": "canny"}}
    )
    seen = picture.load(glimpse.content)
    assert (glimpse.headers["content-type"], seen.shape) == ("image/png", (427, 640, 3))
    assert (seen == guides.read(picture.load(picture.png(_small(source_pixels()))), "canny")[0]).all()
    assert (await client.get("/api/runs")).json()["items"] == []
    assert (await (await house.join("ben")).get("/api/assets?purpose=any")).json() == before.json()
    refused = await client.post("/api/runs/glimpse", json={"op": "image.upscale", "input": {"image": source}})
    assert refused.status_code == 422

    async def made(*controls: dict[str, Any]) -> Any:
        run = await done(
            client, "image.structure", image=source, prompt="a watercolour", strength=0.2, controls=list(controls)
        )
        assert set(run["outputs"][0]["parents"]) == {source, *(each["image"] for each in controls)}
        return picture.load((await client.get(run["outputs"][0]["file"])).content, alpha=False).astype(int), run

    edges = {"image": lines, "kind": "lines", "weight": 1}
    depth = {"image": far, "kind": "depth", "weight": 1, "start": 0.2}
    plain, _ = await made()
    drawn, _ = await made(edges)
    both, run = await made(edges, depth)
    line = np.s_[203:205, 120:780]
    assert drawn[line].mean() < plain[line].mean() - 20
    assert both[line].mean() < plain[line].mean() - 10
    assert np.abs(both - drawn).mean() > 2
    assert run["ignored"] == ["start"]
    wrong = {"op": "image.structure", "input": {"image": source, "prompt": "x", "controls": [depth | {"end": 0.1}]}}
    assert (await client.post("/api/runs/estimate", json=wrong)).status_code == 422

    # What is kept as a reference is found as one.
    await client.patch(f"/api/assets/{lines}", json={"reference": True})
    kept = (await client.get("/api/assets?reference=true")).json()["items"]
    assert [(each["id"], each["reference"]) for each in kept] == [(lines, True)]
    change = {"select": {"ids": [lines, far]}, "change": {"reference": True}}
    assert (await client.post("/api/assets/bulk", json=change)).json()["ids"] == [far]


def source_pixels() -> Any:
    return picture.load(photo(900, 600))


def _small(pixels: Any) -> Any:
    return picture.load(picture.png(pixels), inside=640)


def test_who_takes_a_picture_as_a_reference_only_says_so() -> None:
    from gesso.dialects.openai import Pictures

    words = {"prompt": "a lake", "width": 1024, "height": 1024}
    assert read(Pictures.model_validate(words)) == Reading()
    assert read(Pictures.model_validate({**words, "image": IMAGE})).losses == (REFERENCE_ONLY,)
