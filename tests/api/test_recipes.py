"""Recipes that leave with a picture, and those that come in: by file, by text, from the library."""

import json
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image

from gesso.imaging import picture, recipes
from tests.conftest import House, photo, upload
from tests.imaging.test_recipes import GRAPH, INFOTEXT, png

pytestmark = pytest.mark.anyio

WANTED = {"prompt": "a lake at dawn", "width": 320, "height": 256, "seed": 11, "count": 2, "style": "watercolour"}


async def test_what_is_made_here_says_how_in_the_file_that_leaves(plain: House) -> None:
    client = await plain.as_owner()
    start = await upload(client)
    order = {"op": "image.generate", "input": WANTED | {"image": start["id"]}}
    run = (await client.post("/api/runs", json=order, headers={"Prefer": "wait=60"})).json()
    assert run.get("state") == "succeeded", run
    asset = run["outputs"][1]
    kept = (await client.get(asset["file"])).content
    assert sha256(kept).hexdigest() == asset["sha256"]
    assert recipes.read(kept) is None, "what is kept is what was made"
    told = await client.get(f"{asset['file']}?download=true")
    bare = await client.get(f"{asset['file']}?download=true&recipe=false")
    assert bare.content == kept
    assert (picture.load(told.content) == picture.load(kept)).all()
    assert told.headers["content-disposition"] == bare.headers["content-disposition"]
    assert int(told.headers["content-length"]) == len(told.content)
    same = {"If-None-Match": told.headers["etag"]}
    assert (await client.get(f"{asset['file']}?download=true", headers=same)).status_code == 304
    head = await client.head(f"{asset['file']}?recipe=true")
    assert (head.headers["etag"], head.content) == (told.headers["etag"], b"")
    recipe = recipes.read(told.content)
    assert recipe is not None
    assert (recipe.op, recipe.offer) == ("image.generate", run["offer"])
    assert recipe.fields["seed"] == 12, "that of the second"
    assert recipe.fields["image"] == f"sha256:{start['sha256']}"
    assert start["id"].encode() not in told.content
    sign = (await client.post(f"/api/assets/{asset['id']}/link")).json()["url"]
    assert (await client.get(sign)).content == kept, "a stranger gets no recipe"
    assert (await client.get(f"{start['file']}?download=true")).content == photo(), "an upload stays as it came"

    # And back again, from the file and from the library.
    for answer in (
        await client.post("/api/recipes/read", files={"file": ("a.png", told.content)}),
        await client.post("/api/recipes/read", json={"asset": asset["id"]}),
    ):
        found = answer.json()
        assert (found["source"], found["op"], found["offer"], found["left"]) == (
            "gesso",
            "image.generate",
            run["offer"],
            [],
        )
        assert found["input"] == run["input"] | {"seed": 12, "count": 1}
    again = await client.post(
        "/api/runs", json={"op": found["op"], "input": found["input"]}, headers={"Prefer": "wait=60"}
    )
    assert again.json()["outputs"][0]["sha256"] == asset["sha256"], "the very same picture"
    stranger = await plain.join("eve", "owner", team="Elsewhere")
    theirs = (await stranger.post("/api/recipes/read", files={"file": ("a.png", told.content)})).json()
    assert "image" not in theirs["input"]
    assert [(each["name"], each["why"]) for each in theirs["left"]] == [
        ("image", "This picture is not in your library.")
    ]


@pytest.mark.row("C9", at="POST /api/recipes/read")
async def test_a_recipe_of_others_fills_what_has_a_place_and_says_what_has_none(plain: House) -> None:
    client = await plain.as_owner()
    asset = await upload(client, png(parameters=INFOTEXT))
    assert asset["facts"]["recipe"]["source"] == "automatic1111"
    for sent in (
        {"files": {"file": ("a.png", png(parameters=INFOTEXT))}},
        {"json": {"text": INFOTEXT}},
        {"json": {"asset": asset["id"]}},
    ):
        found = (await client.post("/api/recipes/read", **sent)).json()
        assert (found["source"], found["op"], found["offer"]) == ("automatic1111", "image.generate", None)
        assert found["input"] == {
            "prompt": "a red fox in the snow, (sharp:1.2)\nsecond line, with: a colon",
            "negative_prompt": "blurry, low quality\nwatermark",
            "seed": 3141592653,
            "width": 768,
            "height": 512,
            "strength": 0.45,
            "steps": 28,
            "guidance": 6.5,
        }
        assert {(each["name"], each["value"]) for each in found["left"]} == {("model", "sd_xl_base_1.0")}
        assert found["also"]["Sampler"] == "DPM++ 2M Karras"
    seed = {"text": INFOTEXT.replace("3141592653", str(2**40)).replace("768x512", "99999x512")}
    found = (await client.post("/api/recipes/read", json=seed)).json()
    assert {each["name"] for each in found["left"]} == {"model", "seed", "width"}
    assert found["input"]["height"] == 512
    graph = (await client.post("/api/recipes/read", json={"text": json.dumps(GRAPH)})).json()
    assert (graph["source"], graph["input"]["prompt"]) == ("comfyui", "a tower by the sea")
    ours = {"op": "image.upscale", "offer": "nobody/here", "input": {"factor": 4}}
    copied = (await client.post("/api/recipes/read", json={"text": json.dumps(ours)})).json()
    assert (copied["op"], copied["offer"], copied["input"]) == ("image.upscale", None, {"factor": 4})
    assert [each["value"] for each in copied["left"]] == ["nobody/here"]
    gone = {"op": "x.gone", "offer": "a/b", "input": {"prompt": "a barn", "knob": 1}}
    kept = (await client.post("/api/recipes/read", json={"text": json.dumps(gone)})).json()
    assert (kept["op"], kept["input"]) == ("image.generate", {"prompt": "a barn"})
    assert {each["name"] for each in kept["left"]} == {"operation", "model", "knob"}
    for sent in (
        {"files": {"file": ("a.png", photo())}},
        {"files": {"file": ("a.png", b"no picture at all")}},
        {"json": {"text": "just some words"}},
        {"json": {"asset": (await upload(client))["id"]}},
    ):
        assert (await client.post("/api/recipes/read", **sent)).status_code == 404, sent
    for wrong in ({}, {"text": "a", "asset": asset["id"]}, {"txt": "a"}):
        assert (await client.post("/api/recipes/read", json=wrong)).status_code == 422
    assert (await client.post("/api/recipes/read", content=b"x" * (2 << 20))).status_code == 413
    with Image.open(BytesIO((await client.get(f"{asset['file']}?download=true")).content)) as image:
        assert image.info["parameters"] == INFOTEXT, "an upload keeps what it brought"
