"""What was only made to be looked at is swept away; a source that goes meanwhile takes no result with it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from gesso import library, runs
from gesso.catalog import Context, Provider, per_output
from gesso.kit.media import Media
from gesso.kit.time import now
from gesso.library import Asset, Selection
from gesso.ops.fields import AssetRef
from gesso.ops.repair import Inpaint
from gesso.ops.upscale import Upscale
from tests.api.conftest import resting
from tests.conftest import House, photo, upload

pytestmark = pytest.mark.anyio

WAIT = {"Prefer": "wait=60"}


async def test_trials_that_nobody_kept_are_swept_away_after_their_days(house: House) -> None:
    client = await house.as_owner()
    source = await upload(client, photo(90, 60))

    async def tried(number: int) -> dict[str, Any]:
        region = {"x": number, "y": 0, "width": 32, "height": 32}
        order = {"op": "image.upscale", "offer": "local/lanczos", "input": {"image": source["id"], "region": region}}
        made: dict[str, Any] = (await client.post("/api/runs", json=order, headers=WAIT)).json()["outputs"][0]
        return made

    names = ("lost", "liked", "rated", "kept", "told", "named", "parent", "logo", "wanted", "thrown", "new")
    trials = {name: await tried(number) for number, name in enumerate(names)}
    path = {name: f"/api/assets/{trial['id']}" for name, trial in trials.items()}
    for name, change in (
        ("liked", {"favorite": True}),
        ("rated", {"rating": 3}),
        ("kept", {"reference": True}),
        ("told", {"caption": "a disc"}),
        ("named", {"title": "mine"}),
    ):
        assert (await client.patch(path[name], json=change)).status_code == 200
    grown = {"op": "image.upscale", "input": {"image": trials["parent"]["id"]}}
    child = (await client.post("/api/runs", json=grown, headers=WAIT)).json()["outputs"][0]
    kit = {"title": "Oak", "palette": [{"colour": "#0b2a4a"}], "logo": trials["logo"]["id"]}
    assert (await client.post("/api/brand", json=kit)).status_code == 201
    axes = [{"field": "factor", "values": [2, 4]}]
    compared = {"op": "image.upscale", "input": {"image": trials["wanted"]["id"]}, "axes": axes}
    comparison = (await client.post("/api/comparisons", json=compared)).json()
    for cell in comparison["cells"]:
        await client.get(f"/api/runs/{cell['run']['id']}", headers=WAIT)
    await client.delete(path["thrown"])
    mask = (await client.post("/api/assets", files={"file": ("m.png", photo())}, data={"purpose": "mask"})).json()
    old = [UUID(each["id"]) for name, each in trials.items() if name != "new"]
    async with house.studio.db.work(house.owner) as work:
        past = now() - timedelta(days=8)
        ids = [*old, UUID(mask["id"]), UUID(source["id"])]
        await work.session.execute(update(Asset).where(Asset.id.in_(ids)).values(created_at=past))

    off = house.studio.settings.model_copy(update={"trial_days": 0})
    await type(house.studio)(**{**vars(house.studio), "settings": off}).tidy()
    assert (await client.get(path["lost"])).status_code == 200
    await house.studio.tidy()
    gone = {name for name in names if (await client.get(path[name])).status_code == 404}
    assert gone == {"lost", "thrown"}
    for left in (source, mask, child):
        assert (await client.get(left["file"])).status_code == 200
    keys = await resting(house)
    for name, trial in trials.items():
        assert any(trial["sha256"] in key for key in keys) == (name not in gone), name
    assert await runs.sweep(house.studio.db, house.studio.store, now() - timedelta(days=7)) == 0
    # The run that made it counts what it made still.
    run = (await client.get(f"/api/runs/{trials['lost']['run']}")).json()
    assert (run["state"], run["outputs"]) == ("succeeded", [])


class Slow(Provider):
    """Sells what it makes, while somebody erases what it was made from."""

    def __init__(self, house: House) -> None:
        super().__init__("slow", "Slow")

        async def erase(*refs: AssetRef) -> None:
            async with house.studio.db.work(house.owner) as work:
                for ref in refs:
                    await library.remove(work, ref)
                await library.erase(work, Selection(refs))
            await library.sweep(house.studio.db, house.studio.store, house.owner)

        @self.offers(Upscale, model="up", title="Up", price=per_output(5))
        async def up(request: Upscale, ctx: Context) -> AsyncIterator[Media]:
            await ctx.open(request.image)
            await erase(request.image)
            yield Media(photo(192, 128))

        @self.offers(Inpaint, model="in", title="In", price=per_output(5))
        async def within(request: Inpaint, ctx: Context) -> AsyncIterator[Media]:
            assert request.mask is not None
            await erase(request.image, request.mask)
            yield Media(photo(96, 64))


async def test_what_was_paid_for_is_kept_though_its_source_was_erased_meanwhile(house: House) -> None:
    client = await house.as_owner()
    house.offer(Slow(house))
    for op, offer, more in (
        ("image.upscale", "slow/up", {"print_width": 1, "dpi": 488}),
        ("image.inpaint", "slow/in", {"prompt": "a disc"}),
    ):
        input = {"image": (await upload(client))["id"], **more}
        if op == "image.inpaint":
            files = {"file": ("m.png", photo(96, 64))}
            input["mask"] = (await client.post("/api/assets", files=files, data={"purpose": "mask"})).json()["id"]
        order = {"op": op, "offer": offer, "input": input}
        run = (await client.post("/api/runs", json=order, headers=WAIT)).json()
        assert (run["state"], run["spent"]) == ("succeeded", 5000), run
        assert any("erased meanwhile" in note for note in run["notes"])
        (made,) = run["outputs"]
        assert "fidelity" not in made["facts"]
        assert (await client.get(made["file"])).status_code == 200
        assert made["facts"].get("dpi") == (488 if op == "image.upscale" else None)


async def test_a_key_of_any_length_stands_for_a_list_of_orders(idle: House) -> None:
    client = await idle.as_owner()
    order = {"op": "image.generate", "input": {"prompt": "a lake", "width": 256, "height": 256}}
    body = {"orders": [order] * 12}
    for key in ("k" * 252, "k" * 253, "k" * 255):
        one, two = [
            (await client.post("/api/runs/many", json=body, headers={"Idempotency-Key": key})).json()["items"]
            for _ in range(2)
        ]
        assert [run["id"] for run in one] == [run["id"] for run in two]
        assert len({run["id"] for run in one}) == 12
    for path, sent in (("/api/runs/many", body), ("/api/runs", order)):
        refused = await client.post(path, json=sent, headers={"Idempotency-Key": "k" * 256})
        assert (refused.status_code, "255 characters" in refused.json()["detail"]) == (422, True)
    assert len((await client.get("/api/runs?limit=100")).json()["items"]) == 36


async def test_one_step_of_tidying_up_that_fails_skips_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    async def breaks(*_: object) -> None:
        raise RuntimeError("nobody has thought of this")

    async def sweeps(*_: object) -> None:
        done.append("events")

    monkeypatch.setattr("gesso.webhooks.sweep", breaks)
    monkeypatch.setattr("gesso.events.sweep", sweeps)
    await house.studio.tidy()
    assert done == ["events"]
