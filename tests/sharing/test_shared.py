"""What a link opens, for whom, for how long; and that it opens nothing else."""

import io
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import httpx2
import pytest
from PIL import Image, PngImagePlugin

from gesso.api import shared
from gesso.kit.ids import uuid7
from gesso.kit.time import now
from gesso.sharing import Link
from tests.conftest import House, photo, upload

pytestmark = pytest.mark.anyio

OURS = {"Sec-Fetch-Site": "same-origin"}
HOSTILE = "<script>alert(1)</script>\u202e../..\"'&"


@dataclass
class Stranger:
    """A browser that has nothing but a link."""

    client: httpx2.AsyncClient
    link: str
    page: httpx2.Response
    told: dict[str, Any] = field(default_factory=dict)

    async def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        return await self.client.request(method, f"/api/shared/{self.link}{path}", **more)

    async def get(self, path: str) -> httpx2.Response:
        return await self.ask("GET", path)

    async def open(self, password: str = "") -> httpx2.Response:
        answer = await self.ask("POST", "/open", json={"password": password})
        if answer.status_code == 200:
            self.told = answer.json()
        return answer

    async def pictures(self) -> list[str]:
        return [each["id"] for each in (await self.get("/items")).json()["items"]]


async def arrives(house: House, url: str, *, password: str | None = "") -> Stranger:
    """With `password` None at the closed door."""
    client = house.client(**OURS)
    page = await client.get(url.replace("http://gesso.test", ""))
    found = re.search(r'name="gesso-link" content="([^"]+)"', page.text)
    stranger = Stranger(client, found[1] if found else str(uuid7()), page)
    if password is not None:
        assert (await stranger.open(password)).status_code == 200
    return stranger


async def board(owner: httpx2.AsyncClient, *assets: str, **said: Any) -> str:
    answer = await owner.post("/api/boards", json={"title": "For the client", "assets": list(assets), **said})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def link(owner: httpx2.AsyncClient, on: str, **terms: Any) -> dict[str, Any]:
    answer = await owner.post(f"/api/boards/{on}/links", json=terms)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def spoken(width: int = 96, height: int = 64) -> bytes:
    """A picture whose file tells how it was made."""
    told = PngImagePlugin.PngInfo()
    told.add_text("parameters", "a secret prompt, by nobody\nSteps: 20, Seed: 7")
    out = io.BytesIO()
    Image.open(io.BytesIO(photo(width, height))).save(out, "PNG", pnginfo=told)
    return out.getvalue()


async def test_a_link_shows_exactly_its_board(idle: House) -> None:
    owner = await idle.as_owner()
    one, two, other = [(await upload(owner, spoken(96 + n, 64)))["id"] for n in range(3)]
    ours = await board(owner, one, two, words=HOSTILE)
    await board(owner, other)
    made = await link(owner, ours, name="Anna", watermark="", downloads=True)
    assert made["url"].startswith("http://gesso.test/s/board_")
    listed = (await owner.get(f"/api/boards/{ours}/links")).text
    assert made["url"].rpartition("/")[2] not in listed, "the secret is shown once"
    stranger = await arrives(idle, made["url"])
    assert HOSTILE not in stranger.page.text
    assert "&lt;script&gt;" in stranger.page.text
    assert stranger.page.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in stranger.page.headers["x-robots-tag"]
    assert "script-src 'self'" in stranger.page.headers["content-security-policy"]
    assert stranger.told["words"] == HOSTILE.strip()
    assert await stranger.pictures() == [one, two]
    (shown, _) = (await stranger.get("/items")).json()["items"]
    assert (shown["title"], shown["recipe"]) == ("", None)
    assert "secret" not in (await stranger.get("/items")).text
    for path in ("thumbnail", "thumbnail?size=256", "preview", "file"):
        seen = await stranger.get(f"/assets/{one}/{path}")
        assert seen.status_code == 200, path
        assert b"secret prompt" not in seen.content, path
        assert Image.open(io.BytesIO(seen.content)).size[0] == 96
        assert "no-cache" in seen.headers["cache-control"]
        for hidden in (other, str(uuid7())):
            assert (await stranger.get(f"/assets/{hidden}/{path}")).status_code == 404
    with ZipFile(io.BytesIO((await stranger.get("/zip")).content)) as packed:
        assert len(packed.namelist()) == 2
        assert all(b"secret prompt" not in packed.read(name) for name in packed.namelist())
    preview = await stranger.client.get(made["url"].replace("http://gesso.test", "") + "/picture")
    assert preview.headers["content-type"] == "image/webp"
    # The pass is of this link alone, and opens nothing else of the studio.
    again = await link(owner, await board(owner, other))
    kept = stranger.client.cookies.jar
    assert all(cookie.path == f"/api/shared/{stranger.link}" for cookie in kept)
    header = "; ".join(f"{cookie.name}={cookie.value}" for cookie in kept)
    for path in (f"/api/shared/{again['id']}/items", f"/api/assets/{one}", "/api/boards", f"/api/boards/{ours}"):
        assert (await idle.client(Cookie=header).get(path)).status_code == 401, path
    # What was put in the trash is gone from the board, too.
    await owner.delete(f"/api/assets/{one}")
    assert await stranger.pictures() == [two]
    assert (await stranger.get(f"/assets/{one}/thumbnail")).status_code == 404


async def test_prompts_and_names_are_shown_where_the_maker_says_so(house: House) -> None:
    owner = await house.as_owner()
    order = {"op": "image.generate", "input": {"prompt": "a secret lake", "width": 64, "height": 64}}
    run = (await owner.post("/api/runs", json=order, headers={"Prefer": "wait=60"})).json()
    (asset,) = run["outputs"]
    on = await board(owner, asset["id"])
    quiet = await arrives(house, (await link(owner, on, downloads=True))["url"])
    loud = await arrives(house, (await link(owner, on, downloads=True, names=True, recipes=True))["url"])
    for stranger, tells in ((quiet, False), (loud, True)):
        texts = [(await stranger.get("/items")).text, (await stranger.get(f"/assets/{asset['id']}/file")).text]
        heads = str((await stranger.get(f"/assets/{asset['id']}/file")).headers)
        assert [("secret lake" in text or "secret_lake" in text) for text in (*texts, heads)] == [tells] * 3
        assert "price" not in texts[0]


async def test_revoked_is_gone_at_once_with_every_byte(idle: House) -> None:
    owner = await idle.as_owner()
    asset = (await upload(owner, photo(3000, 2000)))["id"]
    on = await board(owner, asset)
    ways = ["/items", "/zip", "/remarks", *(f"/assets/{asset}/{size}" for size in ("thumbnail", "preview", "file"))]

    async def ends(stranger: Stranger, url: str) -> None:
        assert [(await stranger.get(way)).status_code for way in ways] == [404] * len(ways)
        assert (await stranger.open()).status_code == 404
        page = url.replace("http://gesso.test", "")
        assert (await stranger.client.get(page)).status_code == 404
        assert (await stranger.client.get(page + "/picture")).status_code == 404

    terms = {"role": "commenter", "downloads": True}
    revoked, expired, kept = [await link(owner, on, **terms) for _ in range(3)]
    strangers = [await arrives(idle, each["url"]) for each in (revoked, expired, kept)]
    for stranger in strangers:
        assert [(await stranger.get(way)).status_code for way in ways] == [200] * len(ways)
    assert (await owner.delete(f"/api/boards/{on}/links/{revoked['id']}")).json()["revoked_at"] is not None
    await ends(strangers[0], revoked["url"])
    past = await owner.patch(f"/api/boards/{on}/links/{kept['id']}", json={"expires_at": "2020-01-01"})
    assert past.status_code == 422
    async with idle.studio.db.session() as session:
        found = await session.get(Link, UUID(expired["id"]))
        assert found is not None
        found.expires_at = now() - timedelta(seconds=1)
    await ends(strangers[1], expired["url"])
    assert (await strangers[2].get("/items")).status_code == 200
    assert (await owner.delete(f"/api/boards/{on}")).status_code == 204
    await ends(strangers[2], kept["url"])
    assert (await owner.post(f"/api/boards/{on}/restore")).status_code == 200
    assert (await strangers[2].get("/items")).status_code == 200
    again = await owner.patch(f"/api/boards/{on}/links/{revoked['id']}", json={"name": "x"})
    assert again.status_code == 409


async def test_a_password_is_asked_for_and_not_guessed(idle: House) -> None:
    owner = await idle.as_owner()
    asset = (await upload(owner))["id"]
    on = await board(owner, asset, words="hidden words")
    short = await owner.post(f"/api/boards/{on}/links", json={"password": "abc"})
    assert (short.status_code, short.json()["fields"][0]["field"]) == (422, "password")
    made = await link(owner, on, password="chalk and glue")
    assert made["has_password"]
    stranger = await arrives(idle, made["url"], password=None)
    for hidden in ("hidden words", "For the client", asset):
        assert hidden not in stranger.page.text
    assert (await stranger.client.get(made["url"].replace("http://gesso.test", "") + "/picture")).status_code == 404
    assert (await stranger.get("/items")).status_code == 401
    assert (await stranger.open()).json()["detail"] == "This board has a password."
    wrong = await stranger.open("chalk and gum")
    assert (wrong.status_code, "not the password" in wrong.json()["detail"]) == (401, True)
    for _ in range(9):
        last = await stranger.open("chalk and gum")
        assert last.status_code == 401
    refused = await stranger.open("chalk and glue")
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)
    # Another link is another count, and so is another process.
    idle.app.state.link_tries.forget(made["id"], "127.0.0.1")
    assert (await stranger.open("chalk and glue")).status_code == 200
    assert await stranger.pictures() == [asset]
    listed = (await owner.get(f"/api/boards/{on}/links")).json()[0]
    assert (listed["views"], listed["opened_at"] is not None) == (1, True)
    assert (await stranger.open()).status_code == 200, "who is in is not asked again, and is not counted again"
    assert (await owner.get(f"/api/boards/{on}/links")).json()[0]["views"] == 1
    # Another password turns out who came in by the old one.
    assert (await owner.patch(f"/api/boards/{on}/links/{made['id']}", json={"password": "linseed"})).status_code == 200
    assert (await stranger.get(f"/assets/{asset}/thumbnail")).status_code == 401


async def test_a_role_may_do_what_it_says_and_nothing_more(idle: House) -> None:
    """A table of role by route; and that it knows every route."""
    owner = await idle.as_owner()
    asset = (await upload(owner))["id"]
    on = await board(owner, asset)
    made = {role: await link(owner, on, role=role) for role in ("viewer", "commenter", "uploader")}
    made["downloader"] = await link(owner, on, role="viewer", downloads=True)
    who = {role: await arrives(idle, each["url"]) for role, each in made.items()}
    said = {"asset": asset, "words": "Brighter", "x": 0.25, "y": 0.5, "name": "Anna"}
    mine = {
        role: (await who[role].ask("POST", "/remarks", json=said)).json().get("id", str(uuid7()))
        for role in ("commenter", "uploader", "viewer", "downloader")
    }
    looks, talks = {"viewer", "downloader"}, {"commenter", "uploader"}
    every = looks | talks
    table: dict[tuple[str, str], tuple[set[str], dict[str, Any]]] = {
        ("POST", "/open"): (every, {"json": {}}),
        ("GET", "/items"): (every, {}),
        ("GET", "/assets/{asset_id}/thumbnail"): (every, {}),
        ("HEAD", "/assets/{asset_id}/thumbnail"): (every, {}),
        ("GET", "/assets/{asset_id}/preview"): (every, {}),
        ("HEAD", "/assets/{asset_id}/preview"): (every, {}),
        ("GET", "/assets/{asset_id}/play"): (set(), {}),
        ("HEAD", "/assets/{asset_id}/play"): (set(), {}),
        ("GET", "/assets/{asset_id}/file"): ({"downloader"}, {}),
        ("GET", "/zip"): ({"downloader"}, {}),
        ("GET", "/remarks"): (talks, {}),
        ("POST", "/remarks"): (talks, {"json": said}),
        ("PATCH", "/remarks/{remark_id}"): (talks, {"json": {"words": "Darker"}}),
        ("POST", "/verdicts"): (talks, {"json": {"asset": asset, "state": "approved", "name": "Anna"}}),
        ("POST", "/assets"): ({"uploader"}, {"files": {"file": ("a.png", photo())}, "data": {"name": "Anna"}}),
        ("DELETE", "/remarks/{remark_id}"): (talks, {}),
    }
    written = {
        (method, route.path.removeprefix("/shared/{link_id}"))  # type: ignore[attr-defined]
        for route in shared.router.routes
        for method in route.methods  # type: ignore[attr-defined]
    }
    assert written == table.keys()
    for (method, path), (able, body) in table.items():
        for role, stranger in who.items():
            asked = path.format(asset_id=asset, remark_id=mine[role])
            answer = await stranger.ask(method, asked, **body)
            assert answer.is_success == (role in able), (role, method, path, answer.status_code, answer.text)
            if role not in able and method != "HEAD":
                assert answer.status_code == 403, (role, method, path)
        if method in ("POST", "PATCH", "DELETE"):
            elsewhere = await next(iter(who.values())).ask(
                method,
                path.format(asset_id=asset, remark_id=mine["viewer"]),
                headers={"Sec-Fetch-Site": "cross-site"},
                **body,
            )
            assert elsewhere.status_code == 403, "no other site makes a browser say something"


async def test_guests_speak_by_name_and_change_their_own(idle: House) -> None:
    owner = await idle.as_owner()
    asset = (await upload(owner))["id"]
    on = await board(owner, asset)
    url = (await link(owner, on, role="commenter"))["url"]
    anna, ben = await arrives(idle, url), await arrives(idle, url)
    said = {"asset": asset, "words": HOSTILE, "x": 0.25, "y": 0.5, "name": f"Anna {HOSTILE}"}
    nameless = await anna.ask("POST", "/remarks", json=said | {"name": " \x00 "})
    assert (nameless.status_code, nameless.json()["fields"][0]["field"]) == (422, "name")
    assert (await anna.ask("POST", "/remarks", json=said | {"x": 1.5})).status_code == 422
    assert (await anna.ask("POST", "/remarks", json=said | {"words": "  "})).status_code == 422
    first = (await anna.ask("POST", "/remarks", json=said)).json()
    assert (first["words"], first["x"], first["y"], first["mine"], first["guest"]) == (HOSTILE, 0.25, 0.5, True, True)
    assert first["by"].startswith("Anna <script>")
    reply = {"asset": asset, "words": "Agreed", "name": "Ben", "thread": first["id"]}
    answer = (await ben.ask("POST", "/remarks", json=reply)).json()
    assert (answer["thread"], answer["x"]) == (first["id"], None)
    assert (await ben.ask("POST", "/remarks", json=reply | {"thread": answer["id"]})).status_code == 404
    assert (await ben.ask("PATCH", f"/remarks/{first['id']}", json={"words": "No"})).status_code == 403
    assert (await ben.ask("DELETE", f"/remarks/{first['id']}")).status_code == 403
    edited = (await anna.ask("PATCH", f"/remarks/{first['id']}", json={"words": "Warmer"})).json()
    assert (edited["words"], edited["edited_at"] is not None) == ("Warmer", True)
    settled = await ben.ask("PATCH", f"/remarks/{first['id']}", json={"resolved": True, "name": "Ben"})
    assert settled.json()["resolved_by"] == "Ben"
    (item,) = (await owner.get(f"/api/boards/{on}/items")).json()["items"]
    assert (item["threads"], item["unresolved"]) == (1, 0)
    ours = (await owner.post(f"/api/boards/{on}/remarks", json={"asset": asset, "words": "Done"})).json()
    assert (ours["guest"], ours["by"]) == (False, "owner")
    assert (await anna.ask("DELETE", f"/remarks/{ours['id']}")).status_code == 403
    # Deleted, it leaves its place to its answers; who edits the board may take away anybody's.
    assert (await anna.ask("DELETE", f"/remarks/{first['id']}")).status_code == 204
    told = (await ben.get("/remarks")).json()
    assert [(each["words"], each["deleted"]) for each in told] == [("", True), ("Agreed", False), ("Done", False)]
    assert (await owner.delete(f"/api/boards/{on}/remarks/{answer['id']}")).status_code == 204
    assert [each["words"] for each in (await ben.get("/remarks")).json()] == ["Done"]


async def test_what_is_decided_is_seen_in_the_library_and_its_history_kept(idle: House) -> None:
    owner = await idle.as_owner()
    one, two = [(await upload(owner))["id"] for _ in range(2)]
    on = await board(owner, one, two)
    stranger = await arrives(idle, (await link(owner, on, role="commenter"))["url"])

    async def library(status: str) -> list[str]:
        return [each["id"] for each in (await owner.get("/api/assets", params={"status": status})).json()["items"]]

    assert await library("open") == [two, one]
    mute = await stranger.ask("POST", "/verdicts", json={"asset": one, "state": "changes", "name": "Anna"})
    assert mute.status_code == 422
    for state, words in (("changes", "Warmer"), ("approved", "")):
        said = {"asset": one, "state": state, "words": words, "name": "Anna"}
        assert (await stranger.ask("POST", "/verdicts", json=said)).status_code == 201
    assert (await library("approved"), await library("changes"), await library("open")) == ([one], [], [two])
    assert (await owner.get(f"/api/assets/{one}")).json()["review"] == "approved"
    history = (await owner.get(f"/api/assets/{one}/reviews")).json()
    told = [(each["state"], each["words"], each["by"], each["guest"]) for each in history["verdicts"]]
    assert told == [("approved", "", "Anna", True), ("changes", "Warmer", "Anna", True)]
    assert [each["id"] for each in history["boards"]] == [on]
    (first, _) = (await owner.get(f"/api/boards/{on}/items")).json()["items"]
    assert first["verdict"]["state"] == "approved"
    back = await owner.post(f"/api/boards/{on}/verdicts", json={"asset": one, "state": "open"})
    assert back.status_code == 201
    assert await library("open") == [two, one]


async def test_what_a_guest_brings_waits_for_the_team(idle: House) -> None:
    owner = await idle.as_owner()
    asset = (await upload(owner))["id"]
    on = await board(owner, asset)
    url = (await link(owner, on, role="uploader"))["url"]
    anna, ben = await arrives(idle, url), await arrives(idle, url)

    async def bring(name: str, data: bytes) -> httpx2.Response:
        return await anna.ask("POST", "/assets", files={"file": (name, data)}, data={"name": "Anna"})

    refused = await bring("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_media")
    brought = [(await bring(name, photo(90 + n, 60))).json()["id"] for n, name in enumerate(("../../etc.png", "b.png"))]
    assert await ben.pictures() == [asset], "nobody but the team sees it yet"
    assert (await ben.get(f"/assets/{brought[0]}/thumbnail")).status_code == 404
    assert [each["id"] for each in (await owner.get("/api/assets")).json()["items"]] == [asset]
    items = (await owner.get(f"/api/boards/{on}/items")).json()["items"]
    assert [(each["waiting"], each["guest"]) for each in items] == [(False, ""), (True, "Anna"), (True, "Anna")]
    assert items[1]["asset"]["title"] == "etc"
    assert (await owner.get(f"/api/boards/{on}")).json()["waiting"] == 2
    assert (await owner.post(f"/api/boards/{on}/items/accept", json={"assets": brought[:1]})).json() == {
        "assets": brought[:1]
    }
    assert (await owner.post(f"/api/boards/{on}/items/remove", json={"assets": brought[1:]})).status_code == 200
    assert await ben.pictures() == [asset, brought[0]]
    kept = (await owner.get(f"/api/assets/{brought[0]}")).json()
    assert (kept["purpose"], kept["facts"]["guest"], kept["deleted_at"]) == ("picture", "Anna", None)
    assert (await owner.get(f"/api/assets/{brought[1]}")).json()["deleted_at"] is not None


async def test_what_a_link_shows_is_counted_and_a_full_studio_is_told_without_numbers(idle: House) -> None:
    owner = await idle.as_owner()
    one, two = [(await upload(owner, photo(50 + n, 40)))["id"] for n in range(2)]
    on = await board(owner, one)
    made = await link(owner, on, role="uploader", downloads=True)
    assert (await owner.post(f"/api/boards/{on}/items", json={"assets": [two]})).status_code == 200
    stranger = await arrives(idle, made["url"])
    for headers in ({}, {}, {"Gesso-Ahead": "1"}):
        assert (await stranger.ask("GET", f"/assets/{one}/preview", headers=headers)).status_code == 200
    assert (await stranger.ask("GET", f"/assets/{two}/preview", headers={"Gesso-Ahead": "1"})).status_code == 200
    assert (await stranger.get(f"/assets/{one}/file")).status_code == 200
    assert (await stranger.get("/zip")).status_code == 200
    await idle.studio.uses.write()
    told = [(await owner.get(f"/api/assets/{id}/usage")).json()["total"] for id in (one, two)]
    assert [(each["views"], each["downloads"], each["shares"]) for each in told] == [(1, 1, 1), (0, 1, 1)]
    await owner.patch("/api/storage/rules", json={"room": 10})
    full = await stranger.ask("POST", "/assets", files={"file": ("a.png", photo(60, 40))}, data={"name": "Anna"})
    assert (full.status_code, full.json()["code"], full.json()["detail"]) == (413, "no_room", shared.FULL)
    assert "limit" not in full.json()


async def test_under_a_watermark_no_original_is_ever_reachable(idle: House) -> None:
    owner = await idle.as_owner()
    data = photo(700, 500)
    asset = (await upload(owner, data))["id"]
    on = await board(owner, asset)
    marked = await arrives(idle, (await link(owner, on, watermark="Draft", downloads=True))["url"])
    plain = await arrives(idle, (await link(owner, on))["url"])
    seen: dict[str, bytes] = {}
    for path in ("thumbnail", "preview", "file"):
        seen[path] = (await marked.get(f"/assets/{asset}/{path}")).content
        with Image.open(io.BytesIO(seen[path])) as shown, Image.open(io.BytesIO(data)) as own:
            size = shown.size
            apart = [
                abs(a - b)
                for a, b in zip(shown.convert("L").tobytes(), own.resize(size).convert("L").tobytes(), strict=True)
            ]
        assert sum(each > 24 for each in apart) > len(apart) / 200, path
    assert (await marked.get(f"/assets/{asset}/thumbnail")).headers["etag"] != (
        await plain.get(f"/assets/{asset}/thumbnail")
    ).headers["etag"]
    with ZipFile(io.BytesIO((await marked.get("/zip")).content)) as packed:
        assert [packed.read(name) for name in packed.namelist()] == [seen["preview"]]
    assert data not in seen.values()
    assert (await marked.get(f"/assets/{asset}/play")).status_code == 403
    # Made once, beside the asset's other derivatives, and gone with it.
    made = [key async for key in idle.studio.store.keys("") if ".shared/" in key]
    assert len(made) == 2
    await owner.delete(f"/api/assets/{asset}")
    await owner.delete(f"/api/assets/{asset}", params={"forever": "true"})
    assert [key async for key in idle.studio.store.keys("")] == []
