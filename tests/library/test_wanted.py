"""What narrows a list: shape, size, time, where it came from."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesso.api.assets import Filters
from gesso.library import Asset
from tests.conftest import House
from tests.library.shelf import filled

pytestmark = pytest.mark.anyio


async def titles(client: httpx2.AsyncClient, **asked: Any) -> list[str]:
    """Of what is listed, the newest first."""
    answer = await client.get("/api/assets", params=asked)
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


async def test_a_shape_is_square_within_three_hundredths(idle: House) -> None:
    client = await idle.as_owner()
    sizes = [(103, 100), (100, 103), (104, 100), (100, 104), (1, 1), (50_000, 40_000)]
    await filled(idle, [{"title": f"{w}x{h}", "width": w, "height": h} for w, h in sizes])
    assert await titles(client, shape="square") == ["1x1", "100x103", "103x100"]
    assert await titles(client, shape="landscape") == ["50000x40000", "104x100"]
    assert await titles(client, shape="portrait") == ["100x104"]
    assert (await client.get("/api/assets", params={"shape": "round"})).status_code == 422


async def test_the_shorter_side_counts(idle: House) -> None:
    client = await idle.as_owner()
    await filled(idle, [{"title": f"{w}x{h}", "width": w, "height": h} for w, h in [(10, 99), (50, 50), (99, 49)]])
    assert await titles(client, min_side=49) == ["99x49", "50x50"]
    assert await titles(client, min_side=50) == ["50x50"]
    for wrong in (0, -1, "large", 10**9):
        assert (await client.get("/api/assets", params={"min_side": wrong})).status_code == 422


async def test_of_several_operations_any_may_have_made_it(idle: House) -> None:
    client = await idle.as_owner()
    await filled(idle, [{"title": str(op), "op": op} for op in ("a.one", "a.two", "a.three", None)])
    assert await titles(client, op=["a.one", "a.two"]) == ["a.two", "a.one"]
    assert await titles(client, op="a.three") == ["a.three"]
    assert await titles(client, uploads=True) == ["None"]
    assert await titles(client, uploads=False) == ["a.three", "a.two", "a.one"]
    assert await titles(client, uploads=True, op="a.one") == []


async def test_a_date_means_all_of_that_day_and_a_time_is_utc_unless_it_says_otherwise(idle: House) -> None:
    client = await idle.as_owner()
    moments = ["2031-05-06T23:59:59", "2031-05-07T00:00:00", "2031-05-07T23:59:59", "2031-05-08T00:00:00"]
    made = await filled(idle, [{"title": moment} for moment in moments])
    async with idle.studio.db.work(idle.owner) as work:
        for id, moment in zip(made, moments, strict=True):
            (await work.find(Asset, id)).created_at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    late = moments[::-1]
    assert await titles(client, since="2031-05-07", until="2031-05-07") == late[1:3]
    assert await titles(client, since="2031-05-07T00:00:01") == late[:2]
    assert await titles(client, until="2031-05-07T00:00:00Z") == late[2:]
    assert await titles(client, since="2031-05-07T02:00:00+02:00", until="2031-05-07T20:00:00-03:00") == [late[2]]
    assert await titles(client, since="9999-12-31", until="9999-12-31") == []
    for wrong in ("yesterday", "2031-13-01", "9999-12-31T23:00:00-05:00", "0001-01-01T00:00:00+05:00", ""):
        for name in ("since", "until"):
            answer = await client.get("/api/assets", params={name: wrong})
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), (name, wrong)


async def test_both_ends_can_be_first(idle: House) -> None:
    client = await idle.as_owner()
    await filled(idle, [{"title": str(n)} for n in range(7)])
    met: list[str] = []
    after: str | None = None
    while True:
        asked = {"sort": "oldest", "limit": "3"} | ({"after": after} if after else {})
        page = (await client.get("/api/assets", params=asked)).json()
        met += [item["title"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert met == [str(n) for n in range(7)]
    assert await titles(client) == await titles(client, sort="newest") == met[::-1]
    assert (await client.get("/api/assets", params={"sort": "size"})).status_code == 422


async def test_a_filter_that_does_not_exist_is_not_taken_for_none(idle: House) -> None:
    client = await idle.as_owner()
    answer = await client.get("/api/assets", params={"favourite": "true"})
    assert (answer.status_code, answer.json()["fields"][0]["field"]) == (422, "favourite")


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_a_time_is_the_same_moment_wherever_it_was_written(moment: datetime, minutes: int) -> None:
    written = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    told = Filters.model_validate({"since": written.isoformat()}).since
    assert told == written
    assert told.tzinfo is UTC
