"""Keys: told on the page, by a team, sealed at rest, good at once, and shown to nobody again."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, update

from gesso.dev.fakes.stability import Stability
from gesso.vault import Told
from tests.conftest import House

pytestmark = pytest.mark.anyio

KEY = "sk-first-0123456789-abcd"
OTHER = "sk-other-0123456789-wxyz"
ORDER = {"op": "image.generate", "offer": "stability/core", "input": {"prompt": "a lighthouse"}}


@pytest.fixture
def stability() -> Iterator[Stability]:
    with Stability(KEY, credits=123.5).running() as fake:
        yield fake


@pytest.fixture(autouse=True)
def here(request: pytest.FixtureRequest, stability: Stability) -> None:
    """The machine says where Stability lives, and no key."""
    house: House = request.getfixturevalue("idle" if "idle" in request.fixturenames else "house")
    house.tell("stability", url=stability.url, poll_seconds=0.02)


async def card(client: httpx2.AsyncClient, name: str = "stability") -> dict[str, Any]:
    every = (await client.get("/api/providers")).json()
    found: dict[str, Any] = next(each for each in every if each["name"] == name)
    return found


async def test_without_a_key_the_page_says_what_one_would_add(client: httpx2.AsyncClient) -> None:
    told = await card(client)
    assert (told["ready"], told["source"], told["told"]) == (False, "machine", {})
    assert "key" in told["missing"]
    assert "Generate" in told["would_offer"]
    assert {offer["id"]: offer["price"] for offer in told["offers"]}["stability/sd3.5-large"] == 6500
    assert all(offer["price"] for offer in told["offers"])
    assert told["prices"]["source"].startswith("https://")
    assert list(told["form"]["properties"]) == ["key"]
    answer = await client.post("/api/runs", json=ORDER)
    assert answer.status_code == 404
    local = await card(client, "local")
    assert (local["ready"], local["missing"], local["checkable"]) == (True, None, False)


async def test_a_key_is_good_at_once_and_never_shown_again(
    house: House, client: httpx2.AsyncClient, stability: Stability, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = await client.put("/api/providers/stability", json={"told": {"key": KEY}})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["ready"], told["source"], told["told"]) == (True, "team", {"key": "…abcd"})
    run = (await client.post("/api/runs", json=ORDER)).json()
    run = (await client.get(f"/api/runs/{run['id']}", headers={"Prefer": "wait=60"})).json()
    assert (run["state"], run["spent"]) == ("succeeded", 3000)
    async with house.studio.db.session(read_only=True) as session:
        row = (await session.scalars(select(Told))).one()
    assert row.sealed is not None
    assert KEY.encode() not in row.sealed
    paths = ("/api/providers", "/api/operations", "/api/runs", "/api/image-studio/providers", f"/api/runs/{run['id']}")
    said = "".join([(await client.get(path)).text for path in paths]) + "".join(capfd.readouterr())
    assert KEY not in said
    assert KEY[:-4] not in said


async def test_what_is_left_out_stays_and_what_is_forgotten_goes(client: httpx2.AsyncClient) -> None:
    await client.put("/api/providers/stability", json={"told": {"key": KEY}})
    off = (await client.put("/api/providers/stability", json={"enabled": False})).json()
    assert (off["ready"], off["enabled"], off["told"]) == (False, False, {"key": "…abcd"})
    assert (await client.post("/api/runs", json=ORDER)).status_code == 404
    on = (await client.put("/api/providers/stability", json={"told": {}, "enabled": True})).json()
    assert (on["ready"], on["told"]) == (True, {"key": "…abcd"})
    assert (await client.delete("/api/providers/stability")).status_code == 204
    assert (await card(client))["ready"] is False


async def test_a_key_is_tried_before_it_is_kept(client: httpx2.AsyncClient, stability: Stability) -> None:
    path = "/api/providers/stability/check"
    good = (await client.post(path, json={"told": {"key": KEY}})).json()
    assert good == {"ok": True, "message": "The key works.", "balance": 123.5, "unit": "credits"}
    bad = (await client.post(path, json={"told": {"key": OTHER}})).json()
    assert bad["ok"] is False
    assert "does not accept the key" in bad["message"]
    assert OTHER not in bad["message"]
    assert (await card(client))["ready"] is False
    assert stability.orders == []
    stability.looks = ["cut before"] * 2
    assert "cannot be reached" in (await client.post(path, json={"told": {"key": KEY}})).json()["message"]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"key": "short"}, "key"),
        ({"key": KEY, "url": "http://169.254.169.254"}, "url"),
        ({"word": "x"}, "word"),
        ({}, "key"),
    ],
)
async def test_what_does_not_fit_is_refused_and_nothing_changes(
    client: httpx2.AsyncClient, told: dict[str, str], field: str
) -> None:
    answer = await client.put("/api/providers/stability", json={"told": told})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["fields"][0]["field"] == field
    assert (await card(client))["told"] == {}


async def test_each_team_has_its_own(house: House, client: httpx2.AsyncClient, stability: Stability) -> None:
    other = await house.join("berta", "admin", team="Elsewhere")
    await client.put("/api/providers/stability", json={"told": {"key": KEY}})
    assert (await card(other))["ready"] is False
    assert (await other.post("/api/runs", json=ORDER)).status_code == 404
    stability.keys = (KEY, OTHER)
    await other.put("/api/providers/stability", json={"told": {"key": OTHER}})
    run = (await other.post("/api/runs", json=ORDER)).json()
    assert (await other.get(f"/api/runs/{run['id']}", headers={"Prefer": "wait=60"})).json()["state"] == "succeeded"
    assert stability.seen[-1].headers["authorization"] == f"Bearer {OTHER}"
    # A row that is moved to another team does not open there.
    async with house.studio.db.session() as session:
        rows = {row.team_id: row for row in await session.scalars(select(Told))}
        mine, theirs = rows[house.owner.team_id], next(row for team, row in rows.items() if team != house.owner.team_id)
        await session.execute(update(Told).where(Told.id == theirs.id).values(sealed=mine.sealed))
    told = await card(other)
    assert (told["lost"], told["ready"]) == (True, False)


@pytest.mark.parametrize("role", ["editor", "viewer"])
async def test_only_admins_tell(house: House, role: str) -> None:
    guest = await house.join("carla", role)
    assert (await guest.get("/api/providers")).status_code == 200
    for answer in (
        await guest.put("/api/providers/stability", json={"told": {"key": KEY}}),
        await guest.post("/api/providers/stability/check", json={"told": {"key": KEY}}),
        await guest.delete("/api/providers/stability"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "denied")


async def test_a_key_that_is_taken_away_stops_what_waits_for_it(idle: House, stability: Stability) -> None:
    client = await idle.as_owner()
    await client.put("/api/providers/stability", json={"told": {"key": KEY}})
    run = (await client.post("/api/runs", json=ORDER)).json()
    await client.delete("/api/providers/stability")
    await idle.work()
    run = (await client.get(f"/api/runs/{run['id']}", headers={"Prefer": "wait=30"})).json()
    assert (run["state"], run["spent"]) == ("failed", 0)
    assert "no longer offers" in run["error"]["message"]
    assert stability.seen == []
