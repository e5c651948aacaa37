"""Duplicates: found by bytes and by look, never among versions; made one, and taken apart again."""

from typing import Any
from uuid import UUID

import httpx2
import numpy as np
import pytest
from sqlalchemy import select

from gesso.imaging.likeness import look
from gesso.kit.ids import uuid7
from gesso.kit.time import now
from gesso.library.arranged import AssetTag, Collection, CollectionAsset
from gesso.library.doubles import grouped
from gesso.library.looks import Sheet
from tests.conftest import House, upload
from tests.library.test_looks import file, scene

pytestmark = pytest.mark.anyio


async def groups(client: httpx2.AsyncClient) -> list[dict[str, Any]]:
    answer = await client.get("/api/assets/duplicates")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_duplicates_are_found_made_one_and_taken_apart_again(idle: House) -> None:
    client = await idle.as_owner()
    whole, night = file(scene()), file(scene("#0b1030", "#101418", 300))
    ids = [
        (await upload(client, data, f"{name}.png"))["id"]
        for name, data in (
            ("big", whole),
            ("small", file(scene().resize((300, 200)), "JPEG", quality=75)),
            ("night", night),
            ("other", file(scene("#c04a90", "#402f7d", 200))),
            ("night again", night),
        )
    ]
    big, small, dark, _, again = ids
    found = await groups(client)
    assert [[item["asset"]["title"] for item in group["items"]] for group in found] == [
        ["night again", "night"],
        ["small", "big"],
    ]
    assert [(group["same"], group["keep"], group["why"]) for group in found] == [
        (True, dark, "oldest"),
        (False, big, "pixels"),
    ]
    first = (await client.get("/api/assets/duplicates", params={"limit": 1})).json()
    rest = (await client.get("/api/assets/duplicates", params={"limit": 1, "after": first["next"]})).json()
    assert [group["key"] for group in first["items"] + rest["items"]] == [group["key"] for group in found]
    assert rest["next"] is None

    # What somebody has said of the one that goes is not lost.
    told = {"rating": 4, "favorite": True, "caption": "A meadow", "tags": ["Meadow", "Sun"]}
    assert (await client.patch(f"/api/assets/{small}", json=told)).status_code == 200
    assert (await client.patch(f"/api/assets/{big}", json={"rating": 2, "tags": ["sun"]})).status_code == 200
    async with idle.studio.db.work(idle.owner) as work:
        place = Collection(
            id=uuid7(), team_id=idle.owner.team_id, user_id=idle.owner.user_id, name="Summer", position="a0"
        )
        work.session.add(place)
        await work.session.flush()
        work.session.add(CollectionAsset(collection_id=place.id, asset_id=UUID(small), position="a0"))
    before = (await client.get(f"/api/assets/{big}")).json()
    url = "/api/assets/duplicates/merge"
    made = await client.post(url, json={"keep": big, "others": [small]})
    assert made.status_code == 201, made.text
    kept = made.json()["kept"]
    assert (kept["rating"], kept["favorite"], kept["facts"]["described"]["caption"]) == (4, True, "A meadow")
    assert (await client.get(f"/api/assets/{small}")).json()["deleted_at"] is not None
    assert [item["id"] for item in (await client.get("/api/assets", params={"q": "meadow"})).json()["items"]] == [big]
    assert [group["same"] for group in await groups(client)] == [True]
    assert (await client.post(url, json={"keep": big, "others": [small]})).status_code == 409
    assert (await client.post(url, json={"keep": big, "others": [big]})).status_code == 422

    async def belongs() -> tuple[set[str], set[UUID]]:
        async with idle.studio.db.work(idle.owner, read_only=True) as work:
            tags = select(AssetTag.key).where(AssetTag.asset_id == UUID(big), AssetTag.state == "kept")
            put = select(CollectionAsset.collection_id).where(CollectionAsset.asset_id == UUID(big))
            return set(await work.session.scalars(tags)), set(await work.session.scalars(put))

    assert await belongs() == ({"meadow", "sun"}, {place.id})
    undo = f"{url}/{made.json()['id']}/undo"
    for _ in range(2):
        assert (await client.post(undo)).json()["undone"] is True
    after = (await client.get(f"/api/assets/{big}")).json()
    assert after == before
    assert await belongs() == ({"sun"}, set())
    assert (await client.get(f"/api/assets/{small}")).json()["rating"] == 4
    assert len(await groups(client)) == 2

    # Versions of each other are no duplicates, and neither is what somebody says is none.
    restored = await client.post(f"/api/assets/{dark}/versions")
    assert restored.status_code == 201
    assert len((await groups(client))[0]["items"]) == 2
    pair = {"ids": [dark, again]}
    assert (await client.post("/api/assets/duplicates/apart", json=pair)).status_code == 204
    assert [group["same"] for group in await groups(client)] == [False]
    await client.post("/api/assets/duplicates/apart", json=pair | {"apart": False})
    assert len(await groups(client)) == 2

    stranger = await idle.join("Eve", team="Elsewhere")
    mine = (await upload(stranger, whole))["id"]
    assert await groups(stranger) == [], "the same bytes in another team are nobody's business"
    assert (await stranger.post(url, json={"keep": mine, "others": [small]})).status_code == 404
    assert (await stranger.post(undo)).status_code == 404


def test_many_that_are_the_same_are_one_group_and_those_that_are_not_are_none() -> None:
    numbers = np.random.default_rng(5)
    base = np.frombuffer(look(np.asarray(scene())).packed(), np.uint8)

    def one(flips: int, drift: int) -> bytes:
        """Like the base, but for so many bits of the hash and so much in its numbers."""
        packed = base.copy()
        packed[:96] = (packed[:96].view(np.int8) // 2 + numbers.integers(0, drift + 1, 96).astype(np.int8)).view(
            np.uint8
        )
        for bit in numbers.choice(64, flips, replace=False):
            packed[96 + bit // 8] ^= 1 << (bit % 8)
        return packed.tobytes()

    rows = [(uuid7(), now(), one(2, 3), bytes([1, *number.to_bytes(7, "big")])) for number in range(300)]
    rows += [(uuid7(), now(), one(32, 100), bytes([2, *number.to_bytes(7, "big")])) for number in range(300)]
    sheet = Sheet()
    sheet.take(rows)
    assert grouped(sheet, 600) == [tuple(sorted((row[0] for row in rows[:300]), reverse=True))]
    assert grouped(sheet, 1) == []
