"""The outline of a whole list, from which a page scrolls through it."""

import gzip
import math
from base64 import b64decode
from typing import Any

import httpx2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from gesso import library
from gesso.library.ratio import coded
from tests.conftest import House
from tests.library.shelf import filled

pytestmark = pytest.mark.anyio


async def outline(client: httpx2.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await client.get("/api/assets/layout", params=asked)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told | {"ratios": b64decode(told["ratios"])}


async def listed(client: httpx2.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    answer = await client.get("/api/assets", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def byte(width: int, height: int) -> int:
    return max(0, min(255, round(128 + 31.75 * math.log2(width / height))))


@given(st.integers(1, 100_000), st.integers(1, 100_000))
def test_a_byte_tells_a_ratio_to_about_one_hundredth(width: int, height: int) -> None:
    told = int(coded(np.array([width], float), np.array([height], float))[0])
    assert abs(told - (128 + 31.75 * math.log2(width / height))) <= 0.5 + 1e-9 or told in (0, 255)
    if 1 / 14 < width / height < 14:
        assert 2 ** ((told - 128) / 31.75) == pytest.approx(width / height, rel=0.011)


def test_what_has_no_sides_is_square() -> None:
    assert coded(np.array([0.0, 0.0]), np.array([0.0, 5.0])).tolist() == [128, 54]


@pytest.mark.parametrize("sort", ["newest", "oldest"])
async def test_the_blocks_of_an_outline_are_the_pages_of_the_list(idle: House, sort: str) -> None:
    client = await idle.as_owner()
    sizes = [(100 + n % 7 * 50, 100 + n % 5 * 40) for n in range(450)]
    await filled(idle, [{"width": width, "height": height} for width, height in sizes])
    told = await outline(client, sort=sort)
    assert (told["total"], told["block"], len(told["anchors"])) == (450, 200, 2)
    await filled(idle, [{"width": 9, "height": 9}] * 3)
    met: list[dict[str, Any]] = []
    for after, most in zip([None, *told["anchors"]], (200, 200, 50), strict=True):
        met += await listed(client, sort=sort, limit=most, **({"after": after} if after else {}))
    if sort == "newest":
        assert len(await listed(client, limit=3)) == 3, "what is new comes before the first block"
        met = met[3:200] + (await listed(client, after=met[199]["id"], limit=3)) + met[200:]
    assert [byte(item["width"], item["height"]) for item in met] == list(told["ratios"])
    ordered = sizes[::-1] if sort == "newest" else sizes
    assert list(told["ratios"]) == [byte(width, height) for width, height in ordered]


async def test_an_outline_ends_where_a_block_ends(idle: House) -> None:
    client = await idle.as_owner()
    assert await outline(client) | {"seq": 0} == {"total": 0, "block": 200, "ratios": b"", "anchors": [], "seq": 0}
    made = await filled(idle, [{}] * 200)
    told = await outline(client)
    assert (told["total"], told["anchors"]) == (200, [])
    await filled(idle, [{}])
    told = await outline(client)
    assert (told["total"], told["anchors"]) == (201, [str(made[1])])


async def test_an_outline_has_the_filters_of_the_list_and_stays_within_the_team(idle: House) -> None:
    client = await idle.as_owner()
    await filled(idle, [{"width": 300, "height": 100}, {"width": 100, "height": 300}, {"purpose": "mask"}])
    for asked in ({}, {"shape": "portrait"}, {"purpose": "any"}, {"min_side": 9}, {"q": "nowhere"}):
        told = await outline(client, **asked)
        assert list(told["ratios"]) == [byte(each["width"], each["height"]) for each in await listed(client, **asked)]
    stranger = await idle.join("Ada", team="Elsewhere")
    assert (await outline(stranger, purpose="any"))["total"] == 0
    assert (await idle.client().get("/api/assets/layout")).status_code == 401
    assert (await client.get("/api/assets/layout", params={"limit": "5"})).status_code == 422


async def test_an_outline_says_which_events_it_knows_of(idle: House) -> None:
    client = await idle.as_owner()
    first = (await outline(client))["seq"]
    (made,) = await filled(idle, [{}])
    assert (await outline(client))["seq"] == first + 1
    await client.patch(f"/api/assets/{made}", json={"favorite": True})
    assert (await outline(client))["seq"] == first + 2


@pytest.mark.parametrize(
    ("accepted", "squeezed"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("gzip; q=0", False), ("gzip;q=0.0, br", False), ("identity", False)],
)
async def test_an_outline_is_squeezed_for_who_can_read_that(idle: House, accepted: str, squeezed: bool) -> None:
    client = await idle.as_owner()
    async with client.stream("GET", "/api/assets/layout", headers={"Accept-Encoding": accepted}) as answer:
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert answer.headers["vary"] == "Accept-Encoding"
    assert (answer.headers.get("content-encoding") == "gzip") == squeezed
    assert b'"total":0' in (gzip.decompress(raw) if squeezed else raw)


async def test_an_outline_takes_as_many_statements_for_many_as_for_few(idle: House) -> None:
    async def statements() -> int:
        asked: list[str] = []
        engine = idle.studio.db.engine.sync_engine

        def heard(*told: Any) -> None:
            asked.append(told[2])

        event.listen(engine, "before_cursor_execute", heard)
        async with idle.studio.db.work(idle.owner, read_only=True) as work:
            await library.layout(work, library.Wanted())
        event.remove(engine, "before_cursor_execute", heard)
        return len(asked)

    # A first connection says more than that.
    await statements()
    few = await statements()
    await filled(idle, [{}] * 300)
    assert await statements() == few
