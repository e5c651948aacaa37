"""Brand kits: kept, chosen, applied to what is made and to what is handed out, handed on; and what is warned of."""

from io import BytesIO
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image

from gesso.imaging import brand, picture
from tests.api.pictures import saved
from tests.conftest import House, upload

pytestmark = pytest.mark.anyio

WAIT = {"Prefer": "wait=60"}
PALETTE = [
    {"colour": "#0b2a4a", "name": "deep blue", "role": "text"},
    {"colour": "#e9dfc8", "name": "sand", "role": "ground"},
    {"colour": "#f2a33a", "name": "amber", "role": "accent"},
]
KIT: dict[str, Any] = {
    "title": "Northwind",
    "voice": "calm, made for people who sail",
    "palette": PALETTE,
    "heading": "DM Serif Display",
    "use": ["hand-made"],
    "avoid": [{"word": "castle", "instead": "lake"}, {"word": "cheap"}],
    "donts": ["Never show fog"],
    "clear_space": 0.5,
    "least": 20,
}
SMALL = {"prompt": "a castle in the mountains", "width": 256, "height": 192, "seed": 3}


def logo(colour: tuple[int, int, int] = (11, 42, 74)) -> bytes:
    return saved(Image.new("RGB", (100, 50), colour), "PNG")


async def ran(client: httpx2.AsyncClient, op: str, **input: Any) -> dict[str, Any]:
    answer = await client.post("/api/runs", json={"op": op, "input": input}, headers=WAIT)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert found["state"] == "succeeded", found
    return found


async def pixels(client: httpx2.AsyncClient, run: dict[str, Any]) -> picture.Pixels:
    return picture.load((await client.get(run["outputs"][0]["file"])).content)


@pytest.mark.row("C7", at="POST /api/runs")
async def test_a_kit_goes_into_pictures_and_their_exports_and_a_recipe_keeps_it(house: House) -> None:
    client = await house.as_owner()
    dark, pale = await upload(client, logo()), await upload(client, logo((255, 255, 255)))
    kit = (await client.post("/api/brand", json={**KIT, "logo": dark["id"], "logo_dark": pale["id"]})).json()
    codes = [shade["colour"] for shade in PALETTE]

    order: dict[str, Any] = {"op": "image.generate", "input": {**SMALL, "brand": kit["id"]}}
    said = (await client.post("/api/runs/estimate", json=order)).json()
    assert {"deep blue #0b2a4a", "calm", "lake"} <= set(said["understood"]), said
    assert "hand-made" in said["ignored"]
    assert "castle" not in said["ignored"]
    run = await ran(client, "image.generate", **order["input"])
    assert (run["input"]["own_brand"]["title"], run["input"]["prompt"]) == ("Northwind", SMALL["prompt"])
    plain = await ran(client, "image.generate", **SMALL)
    assert plain["input"]["own_brand"] is None
    fits = [brand.fitting(await pixels(client, each), codes)[0] for each in (plain, run)]
    assert fits[1] > max(0.85, fits[0]), fits
    worn = await ran(client, "image.generate", **SMALL, brand=kit["id"], style="watercolour")
    assert brand.fitting(await pixels(client, worn), codes)[0] > 0.8
    sketched = await ran(client, "image.structure", image=plain["outputs"][0]["id"], prompt="a lake", brand=kit["id"])
    assert brand.fitting(await pixels(client, sketched), codes)[0] > 0.8
    both = {"image": plain["outputs"][0]["id"], "style_image": plain["outputs"][0]["id"], "texture": 0}
    taken, bare = [await ran(client, "image.style_transfer", **both, **more) for more in ({"brand": kit["id"]}, {})]
    assert (
        brand.fitting(await pixels(client, taken), codes)[0] > 0.8 > brand.fitting(await pixels(client, bare), codes)[0]
    )
    film = {"op": "video.from_text", "offer": "local/sketchbook", "input": {"prompt": "a lake", "brand": kit["id"]}}
    told = (await client.post("/api/runs/estimate", json=film)).json()
    assert any(codes[0] in word for word in told["understood"])

    # Chosen by the team, changed, thrown away: the recipe keeps what was said.
    order["input"]["brand"] = "default"
    answer = await client.post("/api/runs", json=order)
    assert (answer.status_code, answer.json()["fields"][0]["field"]) == (422, "brand")
    assert (await client.put(f"/api/brand/{kit['id']}/default", json={"default": True})).status_code == 204
    chosen = await ran(client, "image.generate", **order["input"])
    assert chosen["input"]["brand"] == kit["id"]
    assert chosen["outputs"][0]["sha256"] == run["outputs"][0]["sha256"]

    white = await upload(client, saved(Image.new("RGB", (400, 200), (255, 255, 255)), "PNG"))
    for op, more in (("image.convert", {"format": "png"}), ("image.compress", {"format": "png", "target_kb": 50})):
        for place in ("bottom_right", "top_left"):
            out = await ran(client, op, image=white["id"], brand=kit["id"], logo=place, logo_size=0.4, **more)
            assert set(out["outputs"][0]["parents"]) == {white["id"], dark["id"], pale["id"]}
            made = (await pixels(client, out))[..., :3]
            ink = (made != 255).any(axis=2)
            rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
            near = (rows[0], columns[0]) if place == "top_left" else (199 - rows[-1], 399 - columns[-1])
            assert (near, len(rows), len(columns)) == ((20, 20), 40, 80), op
            assert made[rows[20], columns[40]].tolist() == [11, 42, 74]
    night = await upload(client, saved(Image.new("RGB", (400, 200), (5, 10, 20)), "PNG"))
    out = await ran(client, "image.convert", image=night["id"], brand=kit["id"], format="png", logo_size=0.4)
    assert (await pixels(client, out))[160, 340, :3].tolist() == [255, 255, 255]
    frames = [Image.new("RGB", (40, 40), (value, 9, 9)) for value in (0, 200)]
    moving = await upload(client, saved(frames[0], "GIF", save_all=True, append_images=frames[1:]), "moving.gif")
    out = await ran(client, "image.convert", image=moving["id"], brand=kit["id"], format="gif")
    assert "A moving picture gets no logo." in out["notes"]

    assert (await client.delete(f"/api/brand/{kit['id']}")).status_code == 204
    again = (await client.post(f"/api/runs/{run['id']}/rerun", json={}, headers=WAIT)).json()
    assert again["outputs"][0]["sha256"] == run["outputs"][0]["sha256"]
    bare = (await client.post(f"/api/runs/{run['id']}/rerun", json={"input": {"brand": None}}, headers=WAIT)).json()
    assert bare["outputs"][0]["sha256"] == plain["outputs"][0]["sha256"]
    order["input"]["brand"] = kit["id"]
    assert "no longer there" in (await client.post("/api/runs", json=order)).json()["detail"]


async def test_what_does_not_keep_to_a_kit_is_warned_of(house: House) -> None:
    client = await house.as_owner()
    mark = await upload(client, logo())
    kit = (await client.post("/api/brand", json={**KIT, "logo": mark["id"], "least": 64})).json()

    async def linted(**asked: Any) -> dict[str, Any]:
        answer = await client.post("/api/brand/lint", json={"kit": kit["id"], **asked})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    said = await linted(prompt="a cheap castle by the sea")
    assert [each["message"] for each in said["findings"]] == ["The prompt says “castle”.", "The prompt says “cheap”."]
    assert said["findings"][0]["advice"] == "Say “lake” instead."
    assert (await linted(prompt="a lake"))["findings"] == []

    wrong = await upload(client, saved(Image.new("RGB", (200, 100), (30, 190, 30)), "PNG"), "cheap.png")
    told = await linted(asset=wrong["id"])
    assert {each["rule"] for each in told["findings"]} == {"palette", "words", "logo"}
    assert told["palette"] == 0
    await client.patch(f"/api/assets/{wrong['id']}", json={"title": "A field", "alt": "a castle"})
    messages = [each["message"] for each in (await linted(asset=wrong["id"]))["findings"]]
    assert "The alt text says “castle”." in messages

    right = await upload(client, saved(Image.new("RGB", (800, 600), (233, 223, 200)), "PNG"), "sand.png")
    assert await linted(asset=right["id"]) == {"kit": kit["id"], "title": "Northwind", "palette": 1.0, "findings": []}
    lettered = await ran(client, "image.annotate", image=right["id"], text="Hello", colour="#ffffff", shadow=False)
    rules = {each["rule"]: each["message"] for each in (await linted(asset=lettered["outputs"][0]["id"]))["findings"]}
    assert rules.keys() == {"fonts", "contrast"}
    assert rules["fonts"] == "The text is set in Jost Bold; the brand has DM Serif Display."

    assert (await client.post("/api/brand/lint", json={"kit": kit["id"]})).status_code == 422
    assert (await client.post("/api/brand/lint", json={"prompt": "a lake"})).status_code == 422
    loose = {"kit": {"palette": PALETTE, "avoid": [{"word": "sea"}]}, "prompt": "the sea"}
    answer = (await client.post("/api/brand/lint", json=loose)).json()
    assert (answer["kit"], [each["code"] for each in answer["findings"]]) == ("", ["word"])
    words = {"prompt": "a cheap castle.", "kit": {name: KIT[name] for name in KIT if name != "title"}}
    assert (await client.post("/api/brand/words", json=words)).json() == {
        "prompt": "a cheap lake, calm, made for people who sail, hand-made, in the colours deep blue #0b2a4a, "
        "sand #e9dfc8, amber #f2a33a",
        "negative": "castle, cheap, fog",
    }


async def test_kits_are_the_teams_one_of_them_is_chosen_and_what_does_not_fit_is_said(idle: House) -> None:
    owner, editor = await idle.as_owner(), await idle.join("ed", "editor")
    viewer = await idle.join("vi", "viewer")
    stranger = await idle.join("eve", "owner", team="Elsewhere")
    first, second = [(await owner.post("/api/brand", json=KIT | {"title": title})).json() for title in ("One", "Two")]
    for name in (first["id"], second["id"], second["id"]):
        assert (await editor.put(f"/api/brand/{name}/default", json={"default": True})).status_code == 204
    kits = (await viewer.get("/api/brand")).json()
    assert [(kit["title"], kit["default"]) for kit in kits] == [("Two", True), ("One", False)]
    assert (await viewer.get("/api/brand/default")).json()["title"] == "Two"
    path = f"/api/brand/{first['id']}"
    assert (await viewer.patch(path, json={"title": "mine"})).status_code == 403
    theirs = await upload(stranger, logo())
    for answer in (
        await stranger.get(path),
        await stranger.patch(path, json={"title": "mine"}),
        await stranger.delete(path),
        await stranger.put(f"{path}/default", json={"default": True}),
        await stranger.get(f"/api/brand/export?kit={first['id']}"),
        await owner.patch(f"/api/styles/{first['id']}", json={"title": "of another kind"}),
        await owner.put(f"/api/styles/{first['id']}/favorite", json={"favorite": True}),
    ):
        assert answer.status_code == 404, answer.text
    assert (await stranger.get("/api/brand")).json() == []
    changed = (await editor.patch(path, json={"voice": "loud", "logo": None})).json()
    assert (changed["voice"], changed["palette"], changed["title"]) == ("loud", first["palette"], "One")
    for wrong, field in (
        ({"title": "  "}, "title"),
        ({"logo": theirs["id"]}, "logo"),
        ({"palette": []}, "palette"),
        ({"palette": [{"colour": "blue"}]}, "palette.0.colour"),
        ({"palette": [{"colour": "#12345", "role": "sky"}]}, "palette.0.colour"),
        ({"use": ["x" * 201]}, "use"),
    ):
        answer = await owner.post("/api/brand", json=KIT | wrong)
        assert (answer.status_code, answer.json()["fields"][0]["field"].removeprefix("body.")) == (422, field), wrong
    bare = {"op": "image.convert", "input": {"image": (await upload(owner))["id"], "brand": first["id"]}}
    assert "has no logo" in (await owner.post("/api/runs", json=bare)).json()["detail"]


async def test_a_kit_travels_with_its_logo_and_a_hostile_file_is_refused(idle: House) -> None:
    owner, stranger = await idle.as_owner(), await idle.join("eve", "owner", team="Elsewhere")
    mark = await upload(owner, logo())
    await owner.post("/api/brand", json=KIT | {"logo": mark["id"]})
    file = (await owner.get("/api/brand/export")).json()
    [taken] = (await stranger.post("/api/brand/import", json=file)).json()
    assert taken["logo"] != mark["id"]
    got = (await stranger.get(f"/api/assets/{taken['logo']}/file")).content
    assert Image.open(BytesIO(got)).size == (100, 50)
    assert (await stranger.post("/api/brand/import", json=file)).json() == []
    assert (await stranger.get("/api/brand/export")).json() == file

    count = len((await stranger.get("/api/assets")).json()["items"])
    item = file["items"][0]
    for strange in (
        file | {"format": 2},
        file | {"gesso": "styles"},
        file | {"items": [item | {"title": "broken", "palette": "red"}]},
        file | {"items": [item | {"title": "broken", "spell": 1}]},
        file | {"items": [item | {"title": "broken", "logo": mark["id"]}]},
        file | {"items": [item | {"title": "broken", "logo": {"data": "%%%"}}]},
        file | {"items": [item | {"title": "broken", "logo": {"data": "aGVsbG8="}}]},
    ):
        answer = await stranger.post("/api/brand/import", json=strange)
        assert answer.status_code in (415, 422), answer.text
        assert len((await stranger.get("/api/brand")).json()) == 1
    for body in (b"", b"{", b"[1]", b'{"gesso": "kits", "format": 1, "items": [1]}'):
        answer = await stranger.post("/api/brand/import", content=body)
        assert (answer.status_code, "no file of kits" in answer.json()["detail"]) == (422, True), answer.text
    assert len((await stranger.get("/api/assets")).json()["items"]) == count
