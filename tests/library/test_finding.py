"""Finding assets: by words in an order, by filters as they are typed, counted, completed, and kept. On both databases
the same, in the same order."""

from typing import Any

import httpx2
import pytest

from gesso import library
from gesso.kit.ids import uuid7
from gesso.library import Asset, AssetTag, Collection, CollectionAsset
from tests.conftest import House
from tests.library.shelf import filled

pytestmark = pytest.mark.anyio

SHELF: list[dict[str, Any]] = [
    {"title": "Old lighthouse", "prompt": "a storm over the sea", "width": 1600, "height": 900},
    {"title": "Storm", "prompt": "a lighthouse far away", "op": "image.generate", "width": 2000, "height": 2000},
    {"title": "Lighthouses of Brittany", "prompt": "", "width": 900, "height": 1600, "op": "image.inpaint"},
    {"title": "Snow", "prompt": "blue mountains, golden hour", "width": 40, "height": 40, "op": "image.generate"},
    {"title": "Café am Meer", "prompt": "golden light at a late hour"},
]


async def asked(client: httpx2.AsyncClient, path: str = "/api/assets", **params: Any) -> Any:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def titles(client: httpx2.AsyncClient, q: str, **params: Any) -> list[str]:
    """In the order of the list, cut into pages of two, so that every cursor is tried."""
    met: list[str] = []
    after: str | None = None
    while True:
        page = await asked(client, q=q, limit=2, **params, **({"after": after} if after else {}))
        met += [item["title"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    outline = await asked(client, "/api/assets/layout", q=q, **params)
    assert outline["total"] == len(met), "the outline is of the same list"
    return met


async def shelf(house: House) -> list[Asset]:
    """SHELF, with tags, ratings, a label and a collection within another."""
    ids = await filled(house, SHELF)
    async with house.studio.db.work(house.owner) as work:
        found = list(await library.several(work, ids))
        team = house.owner.team_id
        for asset, tags in zip(found, (["sea"], ["sea", "Golden hour"], [], [], []), strict=True):
            for tag in tags:
                key = library.tagging.key(tag)
                work.session.add(AssetTag(asset_id=asset.id, key=key, team_id=team, tag=tag, by="person", state="kept"))
        found[0].rating, found[1].rating, found[2].rating = 5, 3, 1
        found[3].favorite, found[4].label = True, "red"
        above = Collection(team_id=team, user_id=house.owner.user_id, name="Spring 2031", position="a")
        work.session.add(above)
        await work.session.flush()
        inner = Collection(team_id=team, user_id=house.owner.user_id, name="Coast", position="a", parent_id=above.id)
        work.session.add(inner)
        await work.session.flush()
        work.session.add(CollectionAsset(collection_id=inner.id, asset_id=found[0].id, position="a"))
        work.session.add(CollectionAsset(collection_id=above.id, asset_id=found[3].id, position="a"))
    return found


async def test_words_rank_forgive_slips_and_keep_their_order_from_page_to_page(idle: House) -> None:
    client = await idle.as_owner()
    one, *_ = await shelf(idle)
    every = ["Old lighthouse", "Lighthouses of Brittany", "Storm"]
    assert await titles(client, "lighthouse") == every, "as it is, begun by it, said of it"
    assert await titles(client, "lihgthouse") == every[::2], "where no word is as it was typed, the nearest is meant"
    assert await titles(client, "lighthouse", sort="newest") == [every[1], every[2], every[0]]
    assert await titles(client, "lighthouse", sort="oldest") == [every[0], every[2], every[1]]
    assert await titles(client, "storm lighthouse") == ["Old lighthouse", "Storm"][::-1], "a word in the title is more"
    assert await titles(client, "golden") == ["Storm", "Café am Meer", "Snow"], "in a tag, then said, the newest first"
    assert await titles(client, '"golden hour"') == ["Storm", "Snow"], "one after the other, a comma does not count"
    assert await titles(client, "golden -blue") == ["Storm", "Café am Meer"]
    assert await titles(client, 'golden -"golden hour"') == ["Café am Meer"]
    assert await titles(client, "CAFE meer") == ["Café am Meer"]
    assert await titles(client, "zzzzzz") == []
    assert await titles(client, str(one.id)) == await titles(client, one.id.hex[:20]) == ["Old lighthouse"]
    read = await asked(client, "/api/assets/query", q="lihgthouse storm")
    assert read["instead"] == {"lihgthouse": ["lighthouse"]}


async def test_filters_are_typed_beside_words(idle: House) -> None:
    client = await idle.as_owner()
    await shelf(idle)
    old, storm, many, snow, cafe = (each["title"] for each in SHELF)
    for q, expected in {
        "type:image": [cafe, snow, many, storm, old],
        "type:video": [],
        "studio:create": [snow, storm],
        "studio:create,edit": [snow, many, storm],
        "op:inpaint": [many],
        "op:image.inpaint op:image.generate": [snow, many, storm],
        "-op:image.generate": [cafe, many, old],
        "tag:sea": [storm, old],
        'tag:sea tag:"GOLDEN hour"': [storm],
        "-tag:sea rating:1..5": [many],
        "rating:>=3": [storm, old],
        "rating:none": [cafe, snow],
        "rating:<4": [many, storm],
        "is:favourite": [snow],
        "is:upload": [cafe, old],
        "is:tagged -is:made": [old],
        "label:red": [cafe],
        "label:none rating:none": [snow],
        'collection:"spring 2031"': [snow, old],
        "in:coast": [old],
        "is:collected -collection:coast": [snow],
        "by:owner": [cafe, snow, many, storm, old],
        "by:me rating:5": [old],
        "by:nobody": [],
        "size:>2mp": [storm],
        "size:>=900px": [many, storm, old],
        "size:40x40": [snow],
        "size:<1gb width:>1000": [storm, old],
        "ratio:16:9": [old],
        "ratio:portrait": [many],
        "ratio:<1": [many],
        "cost:free": [cafe, snow, many, storm, old],
        "cost:>=0.01": [],
        "status:uploaded": [cafe, old],
        "status:trash": [],
        "after:today before:2001": [],
        "after:2001-01-01 -on:2001-02": [cafe, snow, many, storm, old],
        "rating:5 storm": [old],
        "after:7d format:png ratio:square storm": [storm],
        "12:30": [],
        "": [cafe, snow, many, storm, old],
    }.items():
        assert await titles(client, q) == expected, q


async def test_what_people_arranged_keeps_its_own_order(idle: House) -> None:
    one, two, three, four, five = await shelf(idle)
    stack = uuid7()
    async with idle.studio.db.work(idle.owner) as work:
        for asset, position in ((two, 2), (three, 1), (five, 3)):
            row = await work.find(Asset, asset.id)
            row.stack_id, row.stack_position = stack, position
        collection = await coast(work)
        work.session.add_all(
            CollectionAsset(collection_id=collection, asset_id=asset.id, position=at)
            for asset, at in ((five, "aV"), (three, "Z"))
        )

    async def listed(**wanted: Any) -> list[str]:
        met: list[str] = []
        after: str | None = None
        async with idle.studio.db.work(idle.owner, read_only=True) as work:
            while True:
                page = await library.listed(work, library.Wanted(**wanted), after=after, limit=2)
                met += [asset.title for asset in page.items]
                after = page.next
                if after is None:
                    return met

    by_hand = {"collection": collection, "by_hand": True}
    assert await listed(**by_hand) == [three.title, one.title, five.title]
    assert await listed(**by_hand, q="rating:>=1") == [three.title, one.title]
    assert await listed(collection=collection) == [five.title, three.title, one.title]
    assert await listed(ranked=(four.id, one.id, uuid7(), two.id), q="-rating:none") == [one.title, two.title]
    assert await listed(closed=True) == [four.title, three.title, one.title]
    assert await listed(stack=stack) == [five.title, three.title, two.title]
    assert await listed(tags=("SEA",), label="none") == [two.title, one.title]
    async with idle.studio.db.work(idle.owner) as work:
        await library.remove(work, three.id)
    assert await listed(closed=True) == [four.title, two.title, one.title], "the next one lies on top"


async def test_wrong_syntax_is_told_with_its_place_and_never_widens_what_is_found(idle: House) -> None:
    client = await idle.as_owner()
    await shelf(idle)
    for q, start in {
        "rating:x": 0,
        "snow size:3zz": 5,
        "type:": 0,
        "raiting:5": 0,
        "label:pink": 0,
        "like:this": 0,
    }.items():
        answer = await client.get("/api/assets", params={"q": q})
        assert (answer.status_code, answer.json()["fields"][0]["start"]) == (422, start), q
        select = {"select": {"all": {"q": q}}, "change": {"deleted": True}}
        assert (await client.post("/api/assets/bulk", json=select)).status_code == 422
        parts = (await asked(client, "/api/assets/query", q=q))["parts"]
        assert [part["trouble"] is not None for part in parts][-1]
    assert len(await titles(client, "")) == 5
    gone = await client.post(
        "/api/assets/bulk", json={"select": {"all": {"q": "tag:sea"}}, "change": {"deleted": True}}
    )
    assert gone.json()["changed"] == 2
    assert await titles(client, "status:trash") == await titles(client, "", deleted=True) == ["Storm", "Old lighthouse"]


async def test_counts_say_what_else_could_be_chosen(idle: House) -> None:
    client = await idle.as_owner()
    await shelf(idle)

    async def counted(**params: Any) -> dict[str, dict[str, int]]:
        told = await asked(client, "/api/assets/facets", **params)
        return {name: {each["value"]: each["count"] for each in values} for name, values in told["fields"].items()}

    every = await counted()
    assert every["rating"] == {"5": 1, "3": 1, "1": 1, "none": 2}
    assert every["tag"] == {"sea": 2, "Golden hour": 1}
    assert every["op"] == {"image.generate": 2, "image.inpaint": 1}
    assert every["studio"] == {"create": 2, "upload": 2, "edit": 1}
    assert every["collection"] == {"Coast": 1, "Spring 2031": 2}, "with what is nested in it"
    assert every["label"] == {"red": 1, "none": 4}
    assert every["by"] == {"owner": 5}
    assert (every["is"]["favourite"], every["ratio"]["16:9"], every["size"][">=1mp"]) == (1, 1, 3)
    some = await counted(q="op:image.generate")
    assert some["op"] == every["op"], "a filter that is set does not narrow its own values"
    assert some["rating"] == {"3": 1, "none": 1}
    for name, values in every.items():
        for value, many in values.items():
            found = await titles(client, f'{name}:"{value}"')
            assert len(found) == many, (name, value)
    stranger = await idle.join("Eve", team="Elsewhere")
    assert await asked(stranger, "/api/assets/facets") == {"total": 0, "fields": {}}


async def test_what_may_be_typed_next(idle: House) -> None:
    client = await idle.as_owner()
    await shelf(idle)

    async def offered(q: str, at: int | None = None) -> list[str]:
        told = await asked(client, "/api/assets/query", q=q, at=len(q) if at is None else at)
        found: list[str] = told["offered"]
        return found

    assert await offered("ra") == ["rating:", "ratio:"]
    assert await offered("snow tag:") == ["tag:sea", 'tag:"Golden hour"']
    assert await offered("tag:gold snow", at=6) == ['tag:"Golden hour"']
    assert await offered("-collection:spr") == ['-collection:"Spring 2031"']
    assert await offered("by:m") == ["by:me"]
    assert await offered('"ra') == []


async def test_what_changes_is_found_at_once_wherever_it_was_changed(idle: House) -> None:
    client = await idle.as_owner()
    ids = [asset.id for asset in await shelf(idle)]
    assert await titles(client, "harbour") == []
    await client.patch(f"/api/assets/{ids[0]}", json={"title": "The harbour", "tags": ["quay"], "rating": 2})
    assert await titles(client, "harbour") == await titles(client, "tag:quay rating:2") == ["The harbour"]
    assert await titles(client, "tag:sea") == ["Storm"]
    async with idle.studio.db.work(idle.owner) as work:
        # As another process would, past everything that this one knows.
        (await work.find(Asset, ids[1])).label = "blue"
        inner = await work.session.get_one(CollectionAsset, (await coast(work), ids[0]))
        await work.session.delete(inner)
    assert await titles(client, "label:blue") == ["Storm"]
    assert await titles(client, "in:coast") == []
    for id in ids[:2]:
        await client.delete(f"/api/assets/{id}")
    assert await titles(client, "harbour") == []
    await client.delete(f"/api/assets/{ids[0]}", params={"forever": True})
    assert await titles(client, "status:trash") == ["Storm"]
    await filled(idle, [{"title": f"Number {n}"} for n in range(300)])
    assert len(await titles(client, "number")) == 300
    assert await titles(client, "number 299") == ["Number 299"]


async def coast(work: Any) -> Any:
    query = Collection.visible_to(work.actor).where(Collection.name == "Coast")
    return await work.session.scalar(query.with_only_columns(Collection.id))


async def test_a_search_is_kept_counted_shared_and_nobody_elses(idle: House) -> None:
    client, colleague = await idle.as_owner(), await idle.join("Ana")
    stranger = await idle.join("Eve", team="Elsewhere")
    await shelf(idle)
    hostile = "<script>alert(1)</script>\u202e"
    made = (await client.post("/api/searches", json={"name": hostile, "q": "tag:sea rating:>=3"})).json()
    assert (made["count"], made["mine"], made["shared"]) == (2, True, False)
    path = f"/api/searches/{made['id']}"
    assert await asked(colleague, "/api/searches") == []
    for other in (colleague, stranger):
        assert (await other.patch(path, json={"name": "mine"})).status_code == 404
        assert (await other.delete(path)).status_code == 404
    assert (await client.patch(path, json={"shared": True})).json()["shared"] is True
    assert [each["mine"] for each in await asked(colleague, "/api/searches")] == [False]
    assert (await colleague.patch(path, json={"name": "Sea", "q": "tag:sea"})).json()["name"] == "Sea"
    assert (await colleague.patch(path, json={"shared": False})).status_code == 403
    assert (await stranger.patch(path, json={"name": "mine"})).status_code == 404
    assert (await client.post("/api/searches", json={"name": "x", "q": "rating:x"})).status_code == 422
    assert (await client.patch(path, json={"q": "rating:x"})).status_code == 422
    await client.delete(f"/api/assets/{(await asked(client, q='tag:sea'))['items'][0]['id']}")
    assert [each["count"] for each in await asked(client, "/api/searches")] == [1]
    assert (await client.delete(path)).status_code == 204
    assert await asked(client, "/api/searches") == []
    assert (await client.delete(f"/api/searches/{uuid7()}")).status_code == 404


async def test_other_parts_of_the_library_may_answer_a_filter(idle: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await idle.as_owner()
    found = await shelf(idle)

    async def teal(work: Any, value: str) -> dict[Any, int]:
        assert value == "teal"
        return {found[0].id: 1, found[2].id: 9, uuid7(): 5}

    monkeypatch.setitem(library.FINDERS, "colour", teal)
    assert await titles(client, "colour:teal") == ["Lighthouses of Brittany", "Old lighthouse"]
    assert await titles(client, "colour:teal rating:5") == ["Old lighthouse"]
    assert await titles(client, "-colour:teal") == ["Café am Meer", "Snow", "Storm"]
