"""Tags: in a table of their own, and the one truth about what an asset is filed under."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic import command

from gesso import library, migrations
from gesso.db import Database, sync_engine
from gesso.kit.ids import uuid7
from gesso.kit.time import now
from tests.conftest import House
from tests.library.shelf import filled

pytestmark = pytest.mark.anyio


def test_tags_compare_without_case_and_without_what_nobody_sees() -> None:
    assert library.tagging.key(" Rote\u200b  SCHEIBE ") == "rote scheibe"
    assert library.tagging.key("Stra\u00dfe") == library.tagging.key("STRASSE")
    assert library.tagging.key("cafe\u0301") == library.tagging.key("caf\u00e9")
    assert library.tagging.spelled(["Cat", "cat", "\u202e", " a\nb "]) == {"cat": "Cat", "a b": "a b"}


async def test_what_was_said_in_facts_becomes_tags_and_goes_back(database_url: str) -> None:
    db = Database(database_url)
    team, one, two = uuid7(), uuid7(), uuid7()
    engine = sync_engine(db.url)

    def row(id: UUID, described: dict[str, Any] | None, words: str) -> dict[str, Any]:
        facts = {"alpha": False} | ({"described": described} if described is not None else {})
        told: dict[str, Any] = dict.fromkeys(("bytes", "width", "height"), 1)
        told |= dict.fromkeys(("key", "sha256", "type", "title"), "x") | {"kind": "image", "favorite": False}
        return {**told, "id": id, "team_id": team, "user_id": team, "created_at": now(), "words": words, "facts": facts}

    uuid, text = sa.Uuid(), sa.String()
    teams = sa.table("team", sa.column("id", uuid), sa.column("created_at", sa.DateTime(True)), sa.column("name", text))
    tags = sa.table("asset_tag", sa.column("asset_id", uuid), *map(sa.column, ("key", "tag", "by", "state")))
    assets = sa.table(
        "asset",
        *(sa.column(name, uuid) for name in ("id", "team_id", "user_id")),
        *(sa.column(name, text) for name in ("kind", "type", "key", "sha256", "title", "words")),
        *(sa.column(name, sa.Integer()) for name in ("bytes", "width", "height")),
        sa.column("created_at", sa.DateTime(True)),
        sa.column("facts", sa.JSON()),
        sa.column("favorite", sa.Boolean()),
    )

    def moved() -> None:
        told = migrations.config(db)
        command.downgrade(told, "0017")
        said = {"caption": "A sign", "tags": ["Rote Scheibe", "disc", "DISC"]}
        with engine.begin() as connection:
            connection.execute(teams.insert(), {"id": team, "created_at": now(), "name": "x"})
            connection.execute(assets.insert(), row(one, said, "x a sign rote scheibe disc disc"))
            connection.execute(assets.insert(), row(two, {"tags": ["disc"]}, "disc disc"))
        command.upgrade(told, "head")
        with engine.begin() as connection:
            kept = connection.execute(sa.select(tags).order_by(tags.c.asset_id, tags.c.key)).all()
            assert [(each.key, each.tag, each.by, each.state) for each in kept] == [
                ("disc", "disc", "person", "kept"),
                ("rote scheibe", "Rote Scheibe", "person", "kept"),
                ("disc", "disc", "person", "kept"),
            ]
            found = connection.execute(sa.select(assets).order_by(assets.c.id)).all()
            assert [(each.words, each.facts) for each in found] == [
                ("x a sign", {"alpha": False, "described": {"caption": "A sign"}}),
                ("disc", {"alpha": False}),
            ]
        command.downgrade(told, "0017")
        with engine.begin() as connection:
            found = connection.execute(sa.select(assets).order_by(assets.c.id)).all()
            assert found[0].facts["described"] == {"caption": "A sign", "tags": ["disc", "Rote Scheibe"]}
            assert found[0].words == "x a sign disc rote scheibe"
        command.upgrade(told, "head")

    try:
        await asyncio.to_thread(moved)
    finally:
        engine.dispose()
        await db.close()


async def test_a_persons_list_is_what_is_kept_and_what_a_program_says_is_not_lost(idle: House) -> None:
    client = await idle.as_owner()
    (id,) = await filled(idle, [{"title": "A sign"}])
    tagging, path = library.tagging, f"/api/assets/{id}"
    assert (await client.patch(path, json={"tags": ["Disc", "  disc", "red sign"]})).json()["tags"] == [
        "Disc",
        "red sign",
    ]
    async with idle.studio.db.work(idle.owner) as work:
        said = {"by": "rules", "team_id": idle.owner.team_id, "asset_id": id}
        work.session.add(library.AssetTag(**said, key="round", tag="round", state="proposed"))
        work.session.add(library.AssetTag(**said, key="metal", tag="metal", state="kept"))

    async def found(q: str) -> int:
        return len((await client.get("/api/assets", params={"q": q})).json()["items"])

    assert [await found(q) for q in ("DISC", "sign metal", "round", "100% disc", "di_c")] == [1, 1, 0, 0, 0]
    kept = (await client.patch(path, json={"tags": ["red sign"]})).json()
    assert kept["tags"] == ["red sign"]
    assert "tags" not in kept["facts"]["described"]
    assert await found("disc") == 0, "what is taken away is not found"
    async with idle.studio.db.work(idle.owner, read_only=True) as work:
        rows = await work.session.scalars(sa.select(library.AssetTag).order_by(library.AssetTag.key))
        assert [(row.key, row.by, row.state) for row in rows] == [
            ("metal", "rules", "rejected"),
            ("red sign", "person", "kept"),
            ("round", "rules", "proposed"),
        ]
        assert await tagging.of(work, [id]) == {id: ["red sign"]}
    assert (await client.patch(path, json={"tags": ["Round", "red sign"]})).json()["tags"] == ["red sign", "Round"]
    await client.delete(path)
    await client.delete(path, params={"forever": True})
    async with idle.studio.db.work(idle.owner, read_only=True) as work:
        assert await work.session.scalar(sa.select(sa.func.count()).select_from(library.AssetTag)) == 0
