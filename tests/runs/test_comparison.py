"""The same request side by side: promised together or not at all, shown one by one, voted on without names."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import Field
from sqlalchemy import event

from gesso import credits
from gesso.catalog import Context, Provider, per_output
from gesso.kit.errors import Refused
from gesso.kit.media import Media
from gesso.kit.money import Credits
from gesso.ops.create import Generate
from gesso.runs.axes import MOST, Axis, read
from tests.conftest import House, photo, upload

pytestmark = pytest.mark.anyio

BASE: dict[str, Any] = {
    "op": "image.generate",
    "input": {"prompt": "a red barn", "width": 256, "height": 256},
}


class Small(Generate):
    """At most 512 pixels wide."""

    width: int = Field(256, ge=64, le=512, title="Width")


class Fine(Generate):
    """With a grain that the others know nothing of."""

    grain: int = Field(1, ge=1, le=9, title="Grain")


class Shop(Provider):
    """Sells pictures at two prices; what is forbidden it refuses, `down` says until when."""

    def __init__(self) -> None:
        super().__init__("shop", "Shop")
        self.seeds: list[tuple[str, int | None]] = []
        self.down = False

        @self.offers(Fine, model="fine", title="Fine", price=per_output(5))
        async def fine(request: Fine, ctx: Context) -> AsyncIterator[Media]:
            self.seeds.append(("fine", request.seed))
            if self.down:
                raise Refused("Closed today.")
            yield Media(photo(64, 48))

        @self.offers(Small, model="small", title="Small", price=per_output(2))
        async def small(request: Small, ctx: Context) -> AsyncIterator[Media]:
            self.seeds.append(("small", request.seed))
            yield Media(photo(48, 64))


async def over(client: Any, comparison: dict[str, Any]) -> dict[str, Any]:
    """The comparison, when each run of it has ended."""
    for cell in comparison["cells"]:
        if cell["run"] is not None:
            await client.get(f"/api/runs/{cell['run']['id']}", headers={"Prefer": "wait=60"})
    found: dict[str, Any] = (await client.get(f"/api/comparisons/{comparison['id']}")).json()
    assert found["state"] == "over"
    return found


@pytest.mark.row("C1", "C5", at="POST /api/comparisons")
async def test_models_are_compared_for_a_price_that_is_told_and_promised_as_one(house: House) -> None:
    client, shop = await house.as_owner(), Shop()
    house.offer(shop)
    wanted = BASE["input"] | {"grain": 3}
    models = BASE | {"input": wanted, "axes": [{"field": "offer", "values": "local/sketchbook, shop/fine, shop/small"}]}
    plan = (await client.post("/api/comparisons/estimate", json=models)).json()
    assert [(cell["offer"], cell["price"]) for cell in plan["cells"]] == [
        ("local/sketchbook", 0),
        ("shop/fine", 5000),
        ("shop/small", 2000),
    ]
    assert (plan["price"], plan["possible"], plan["fits"]) == (7000, 3, 3)
    assert [cell["dropped"] for cell in plan["cells"]] == [["grain"], [], ["grain"]]
    assert plan["axes"][0] == {
        "field": "offer",
        "title": "Model",
        "find": "",
        "values": ["local/sketchbook", "shop/fine", "shop/small"],
        "labels": ["Sketchbook (offline, procedural)", "Fine", "Small"],
    }

    # What is too dear is not begun, not even what of it could be paid.
    async with house.studio.db.work(house.owner) as work:
        await credits.limit(work, Credits(6000))
    short = await client.post("/api/comparisons", json=models)
    assert (short.status_code, short.json()["code"]) == (402, "insufficient_credits")
    assert (short.json()["fits"], short.json()["price"]) == (2, 7000)
    assert (await client.get("/api/runs")).json()["items"] == []
    assert (await client.get("/api/credits")).json()["reserved"] == 0
    async with house.studio.db.work(house.owner) as work:
        await credits.limit(work, Credits(100_000))

    # Twice is once, and another body under the same key is none.
    key = {"Idempotency-Key": "one"}
    made = (await client.post("/api/comparisons", json=models, headers=key)).json()
    again = await client.post("/api/comparisons", json=models, headers=key)
    assert (again.status_code, again.json()["id"]) == (202, made["id"])
    other = BASE | {"axes": [{"field": "seed", "values": "1,2"}]}
    assert (await client.post("/api/comparisons", json=other, headers=key)).status_code == 409
    assert len((await client.get("/api/comparisons")).json()["items"]) == 1

    found = await over(client, made)
    seeds = {cell["run"]["input"]["seed"] for cell in found["cells"]}
    assert len(seeds) == 1, "chance is chosen once for all"
    assert {seed for _, seed in shop.seeds} == seeds
    assert [cell["run"]["state"] for cell in found["cells"]] == ["succeeded"] * 3
    assert found["title"] == "a red barn"
    assert found["whole"]["spent"] == 7000
    assert (await client.get("/api/credits")).json() == {"balance": 93_000, "reserved": 0, "unlimited": False}

    # Which is better is said by places; what an accepted one costs counts all that was paid.
    for vote in ({"winner": 1, "loser": 0}, {"winner": 1, "loser": 2}, {"winner": 0}):
        answer = await client.post(f"/api/comparisons/{made['id']}/votes", json=vote)
        assert answer.status_code == 200, answer.text
    for vote in ({"winner": 1, "loser": 1}, {"winner": 9, "loser": 1}, {"winner": 3}):
        assert (await client.post(f"/api/comparisons/{made['id']}/votes", json=vote)).status_code == 422
    for place in (1, 2):
        await client.patch(f"/api/comparisons/{made['id']}/cells/{place}", json={"accepted": True})
    ended = (await client.patch(f"/api/comparisons/{made['id']}/cells/2", json={"accepted": False})).json()
    assert [(cell["wins"], cell["losses"], cell["accepted"]) for cell in ended["cells"]] == [
        (1, 1, False),
        (2, 0, True),
        (0, 1, False),
    ]
    assert (ended["votes"], ended["whole"]["cost"]) == (3, 7000)
    assert {each["offer"]: each["cost"] for each in ended["offers"]} == {
        "local/sketchbook": None,
        "shop/fine": 5000,
        "shop/small": None,
    }
    assert (await client.patch(f"/api/comparisons/{made['id']}/cells/7", json={"accepted": True})).status_code == 404

    # As one picture, with its names, made from all of them.
    sheet = (await client.post(f"/api/comparisons/{made['id']}/image", headers={"Prefer": "wait=60"})).json()
    assert (sheet["state"], sheet["price"], sheet["input"]["columns"]) == (
        "succeeded",
        0,
        "Sketchbook (offline, procedural)\nFine\nSmall",
    )
    assert set(sheet["outputs"][0]["parents"]) == {cell["run"]["outputs"][0]["id"] for cell in found["cells"]}


@pytest.mark.row("C5", at="POST /api/comparisons")
async def test_two_axes_make_a_grid_and_what_fails_is_tried_again_alone(house: House) -> None:
    client, shop = await house.as_owner(), Shop()
    house.offer(shop)
    grid = BASE | {
        "axes": [
            {"field": "offer", "values": ["shop/fine", "shop/small"]},
            {"field": "width", "values": "256, 1024"},
        ]
    }
    shop.down = True
    plan = (await client.post("/api/comparisons/estimate", json=grid)).json()
    assert [bool(cell["trouble"]) for cell in plan["cells"]] == [False, False, False, True]
    assert (plan["possible"], plan["price"]) == (3, 12_000)
    made = (await client.post("/api/comparisons", json=grid)).json()
    found = await over(client, made)
    states = [cell["run"] and cell["run"]["state"] for cell in found["cells"]]
    assert states == ["failed", "succeeded", "failed", None]
    assert [cell["run"]["input"]["width"] for cell in found["cells"][:3]] == [256, 256, 1024]
    assert "512" in found["cells"][3]["trouble"]
    assert found["whole"]["spent"] == 2000, "what was refused costs nothing"

    shop.down = False
    place = f"/api/comparisons/{made['id']}/cells"
    key = {"Idempotency-Key": "again"}
    first = (await client.post(f"{place}/0/retry", headers=key)).json()
    twice = (await client.post(f"{place}/0/retry", headers=key)).json()
    assert first["cells"][0]["run"]["id"] == twice["cells"][0]["run"]["id"]
    assert twice["cells"][0]["run"]["rerun_of"] == found["cells"][0]["run"]["id"]
    found = await over(client, first)
    assert [cell["tries"] for cell in found["cells"]] == [2, 1, 1, 0]
    assert (found["cells"][0]["run"]["state"], found["whole"]["spent"]) == ("succeeded", 7000)
    for wrong, status in ((1, 409), (3, 409), (9, 404)):
        assert (await client.post(f"{place}/{wrong}/retry")).status_code == status, wrong
    sheet = (await client.post(f"/api/comparisons/{made['id']}/image", headers={"Prefer": "wait=60"})).json()
    assert (sheet["input"]["empty"], sheet["input"]["rows"]) == ("3, 4", "256\n1024")
    assert sheet["outputs"][0]["width"] > 2 * 64


async def test_what_waits_is_stopped_and_what_cannot_be_compared_is_refused(idle: House) -> None:
    client = await idle.as_owner()
    words = BASE | {
        "axes": [{"field": "prompt", "find": "red", "values": "red, green"}, {"field": "seed", "values": "1-5/2"}]
    }
    made = (await client.post("/api/comparisons", json=words)).json()
    asked = [(cell["run"]["input"]["prompt"], cell["run"]["input"]["seed"]) for cell in made["cells"]]
    assert asked == [(f"a {colour} barn", seed) for seed in (1, 3, 5) for colour in ("red", "green")]
    assert [axis["title"] for axis in made["axes"]] == ["red", "Seed"]
    assert (await client.post(f"/api/comparisons/{made['id']}/image")).status_code == 409
    assert (await client.post(f"/api/comparisons/{made['id']}/votes", json={"winner": 0})).status_code == 422
    stopped = (await client.post(f"/api/comparisons/{made['id']}/cancel")).json()
    assert stopped["state"] == "over"
    assert {cell["run"]["state"] for cell in stopped["cells"]} == {"cancelled"}
    image = (await upload(client))["id"]
    for axes, field in (
        ([{"field": "knob", "values": "1"}], "axes.0"),
        ([{"field": "seed", "values": ""}], "axes.0"),
        ([{"field": "seed", "values": "1, x"}], "axes.0"),
        ([{"field": "prompt", "find": "blue", "values": "red"}], "axes.0"),
        ([{"field": "offer", "values": "nobody/x"}], "axes.0"),
        ([{"field": "seed", "values": "1"}, {"field": "seed", "values": "2"}], "axes.1"),
        ([{"field": "seed", "values": "1-9"}, {"field": "strength", "values": "0-1/0.1"}], "axes"),
        ([{"field": "seed", "values": f"1-{MOST + 1}"}], "axes.0"),
    ):
        for path in ("/api/comparisons/estimate", "/api/comparisons"):
            answer = await client.post(path, json=BASE | {"axes": axes})
            assert (answer.status_code, answer.json()["fields"][0]["field"]) == (422, field), (axes, answer.text)
    alone = {"op": "image.upscale", "input": {"image": image}, "axes": [{"field": "factor", "values": [2, 4]}]}
    assert (await client.post("/api/comparisons/estimate", json=alone)).json()["possible"] == 2
    nothing = BASE | {"op": "image.nothing", "axes": [{"field": "seed", "values": "1"}]}
    assert (await client.post("/api/comparisons/estimate", json=nothing)).status_code == 404
    viewer = await idle.join("vera", "viewer")
    assert (await viewer.get(f"/api/comparisons/{made['id']}")).status_code == 200


async def test_a_comparison_is_named_thrown_away_and_taken_back_and_what_it_made_stays(house: House) -> None:
    client = await house.as_owner()
    made = (await client.post("/api/comparisons", json=BASE | {"axes": [{"field": "seed", "values": "1, 2"}]})).json()
    found = await over(client, made)
    path = f"/api/comparisons/{made['id']}"
    outputs = [cell["run"]["outputs"][0] for cell in found["cells"]]

    async def listed(**asked: Any) -> list[str]:
        return [each["title"] for each in (await client.get("/api/comparisons", params=asked)).json()["items"]]

    assert (await client.patch(path, json={"title": "  Barns  "})).json()["title"] == "Barns"
    assert (await client.patch(path, json={"title": " "})).status_code == 422
    assert (await client.delete(path, params={"forever": True})).status_code == 409
    gone = (await client.delete(path)).json()
    assert gone["deleted_at"] is not None
    assert (await client.delete(path)).json()["deleted_at"] == gone["deleted_at"], "twice is once"
    assert (await listed(), await listed(deleted=True)) == ([], ["Barns"])
    assert (await client.get(path)).json()["cells"] == gone["cells"]
    for method, rest, body in (
        ("POST", "/votes", {"winner": 0}),
        ("POST", "/image", None),
        ("PATCH", "/cells/0", {"accepted": True}),
        ("POST", "/cells/0/retry", None),
    ):
        refused = await client.request(method, path + rest, json=body)
        assert (refused.status_code, "restore it first" in refused.json()["detail"]) == (404, True), rest
    assert (await client.post(f"{path}/restore")).json()["deleted_at"] is None
    assert await listed() == ["Barns"]
    await client.post(f"{path}/votes", json={"winner": 0, "loser": 1})

    await client.delete(path)
    assert (await client.delete(path, params={"forever": True})).status_code == 204
    assert (await client.get(path)).status_code == 404
    assert await listed(deleted=True) == []
    for asset in outputs:
        assert (await client.get(asset["file"])).status_code == 200
        assert (await client.get(f"/api/runs/{asset['run']}")).json()["state"] == "succeeded"


async def test_many_cells_are_planned_with_the_questions_of_a_few(idle: House) -> None:
    client = await idle.as_owner()
    image = (await upload(client))["id"]
    asked = 0

    def count(*_: Any) -> None:
        nonlocal asked
        asked += 1

    event.listen(idle.studio.db.engine.sync_engine, "before_cursor_execute", count)

    async def questions(op: str, input: dict[str, Any], values: str, prefer: str = "price") -> int:
        nonlocal asked
        asked = 0
        body = {"op": op, "input": input, "prefer": prefer, "axes": [{"field": "seed", "values": values}]}
        answer = await client.post("/api/comparisons/estimate", json=body)
        assert answer.status_code == 200, answer.text
        return asked

    kit = (await client.post("/api/brand", json={"title": "Oak", "palette": [{"colour": "#0b2a4a"}]})).json()["id"]
    for op, input in (
        ("image.generate", BASE["input"] | {"brand": kit}),
        ("image.upscale", {"image": image}),
    ):
        for prefer in ("price", "speed"):
            few, many = [await questions(op, input, values, prefer) for values in ("1, 2", "1-40")]
            assert few == many, (op, prefer)


@pytest.mark.parametrize(
    ("field", "text", "values"),
    [
        ("seed", "1, 2,2 ,3", (1, 2, 3)),
        ("seed", "10-30/5, 99", (10, 15, 20, 25, 30, 99)),
        ("seed", "3..1", (3, 2, 1)),
        ("strength", "0-1", (0, 0.25, 0.5, 0.75, 1)),
        ("strength", "0.1-0.3/0.1", (0.1, 0.2, 0.3)),
        ("style", "watercolour, oil", ("watercolour", "oil")),
        ("quality", "draft; premium", ("draft", "premium")),
        ("prompt", "a lake, still\na hill | a wood", ("a lake, still", "a hill", "a wood")),
    ],
)
async def test_values_are_typed_as_people_type_them(field: str, text: str, values: tuple[Any, ...]) -> None:
    offers = {offer.id: offer for offer in Shop().listed}
    assert read(Axis(field, text), 0, offers, {}).values == values
