"""The columns that a library is asked by: always as the database is, whatever changed it and however it came about."""

import random
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from gesso.library import Asset, search
from gesso.library.index import Index
from tests.conftest import House
from tests.library.shelf import filled

pytestmark = pytest.mark.anyio


async def titles(client: httpx2.AsyncClient, q: str = "") -> list[str]:
    answer = await client.get("/api/assets", params={"q": q})
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


async def test_every_table_that_lists_go_by_tells_of_its_changes(idle: House) -> None:
    """A migration that writes one of them anew on SQLite takes its triggers along."""
    events = {"asset": "iu", "run": "u", "asset_tag": "iud", "collection_asset": "iud"}
    words = {"i": "insert", "u": "update", "d": "delete"}
    expected = {f"{table}_touched_{words[event]}" for table, letters in events.items() for event in letters}
    on_sqlite = idle.studio.db.on_sqlite
    told = "SELECT name FROM sqlite_master WHERE type = 'trigger'" if on_sqlite else "SELECT tgname FROM pg_trigger"
    async with idle.studio.db.session(read_only=True) as session:
        found = set(await session.scalars(text(told)))
    assert expected <= found


async def test_what_is_committed_late_is_seen_then(idle: House) -> None:
    client = await idle.as_owner()
    first, second = await filled(idle, [{"title": "a"}, {"title": "b"}])
    assert await titles(client) == ["b", "a"]
    async with idle.studio.db.work(idle.owner) as work:
        (await work.find(Asset, first)).title = "late"
        await work.session.flush()
        assert await titles(client) == ["b", "a"], "not yet"
        if not idle.studio.db.on_sqlite:
            # One that began later is committed before it.
            async with idle.studio.db.work(idle.owner) as other:
                (await other.find(Asset, second)).rating = 5
            assert await titles(client, "rating:5") == ["b"]
    assert await titles(client) == ["b", "late"]
    assert await titles(client, "rating:5") == ([] if idle.studio.db.on_sqlite else ["b"])


async def test_ids_that_come_out_of_order_stand_in_theirs(idle: House) -> None:
    client = await idle.as_owner()
    newest, middle = await filled(idle, [{"title": "one"}, {"title": "two"}])
    assert await titles(client) == ["two", "one"]
    async with idle.studio.db.work(idle.owner) as work:
        early = {
            **{name: getattr(await work.find(Asset, middle), name) for name in COPIED},
            "id": UUID(int=7 << 76 | 2 << 62),
        }
        work.session.add(Asset(**early, title="early", words="early"))
    assert await titles(client) == ["two", "one", "early"]
    page = (await client.get("/api/assets", params={"limit": 2})).json()
    rest = (await client.get("/api/assets", params={"after": page["next"]})).json()
    assert [item["title"] for item in rest["items"]] == ["early"]
    assert newest < middle


COPIED = ("team_id", "user_id", "kind", "type", "key", "sha256", "bytes", "width", "height", "facts")


async def test_a_reading_that_broke_off_is_begun_again(idle: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await idle.as_owner()
    await filled(idle, [{"title": "a"}])
    assert await titles(client) == ["a"]
    await filled(idle, [{"title": "b"}])

    def broken(*told: Any) -> None:
        raise OSError("the database is gone")

    with monkeypatch.context() as patch:
        patch.setattr(Index, "_say", broken)
        assert (await client.get("/api/assets")).status_code == 500
    assert await titles(client) == ["b", "a"]
    assert await titles(client, "b") == ["b"]


def test_words_are_found_the_same_however_they_came_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "RECENT", 3)
    monkeypatch.setattr(search, "MIDDLE", 9)
    rng = random.Random(7)
    vocabulary = [
        "lake",
        "lakeside",
        "Straße".casefold(),
        "snow,",
        "snow",
        "a_b",
        "100%",
        "blue-green",
        "日本の湖",
        "ÉTÉ".casefold(),
    ]

    def line() -> search.Text:
        parts = ((weight, " ".join(rng.choices(vocabulary, k=rng.randint(0, 4)))) for weight in (8, 4))
        return tuple(parts)

    grown, texts = search.Words(), dict[int, search.Text]()
    for total in range(1, 60):
        now = {total - 1: line()} | {rng.randrange(total): line() for _ in range(rng.randint(0, 2))}
        texts |= now
        grown.take(now, total)
    fresh = search.Words()
    fresh.take(texts, len(texts))
    assert len(grown.segments) > 2
    asked = [
        search.Asked(words=(word,))
        for word in ("lake", "lak", "side", "strasse", "snow", "snoow", "%", "b", "湖", "ete")
    ]
    asked += [search.Asked(phrases=(("lake", "snow"),)), search.Asked(words=("lake",), without=("snow",))]
    for each in asked:
        one, other = (words.scores(each, {}, len(texts)).tolist() for words in (grown, fresh))
        assert one == other, each
        assert any(one), each
    plain = {slot for slot, text in texts.items() if any("lake" in part for _, part in text)}
    assert set(fresh.scores(asked[0], {}, len(texts)).nonzero()[0].tolist()) == plain


@pytest.mark.parametrize(
    ("one", "other", "many"),
    [
        ("lake", "lake", 0),
        ("lake", "lkae", 1),
        ("lake", "lakes", 1),
        ("lake", "cake", 1),
        ("lake", "like", 1),
        ("lake", "ale", 2),
    ],
)
def test_slips_are_counted(one: str, other: str, many: int) -> None:
    assert search.slips(one, other, 2) == search.slips(other, one, 2) == many
    assert search.slips("lake", "mountain", 2) == 3
