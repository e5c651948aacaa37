"""Who may do what. Every route is looked at, so that a new one cannot be forgotten."""

import importlib
import json
import pkgutil
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute
from sqlalchemy import func, select
from starlette.routing import BaseRoute
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from gesso import accounts, api
from gesso.credits.tables import Entry
from gesso.db import Table
from gesso.events import Event
from gesso.kit.ids import uuid7
from gesso.library import Asset
from gesso.runs.tables import Run
from tests.api.conftest import resting, serving
from tests.conftest import House, photo, upload
from tests.library.test_imports import packed

pytestmark = pytest.mark.anyio

PUBLIC = {
    ("GET", "/sign-in"),
    ("GET", "/api/docs"),
    ("POST", "/api/session"),
    ("GET", "/api/health"),
    ("GET", "/api/health/live"),
    ("GET", "/api/image-studio/health"),
    ("GET", "/api/signed/{token}"),
    ("HEAD", "/api/signed/{token}"),
    ("GET", "/s/{secret}"),
    ("GET", "/s/{secret}/picture"),
    ("POST", "/api/shared/{link_id}/open"),
    ("GET", "/api/notifications/off/{token}"),
    ("POST", "/api/notifications/off/{token}"),
}
OWN = {
    ("DELETE", "/api/session"),
    ("PUT", "/api/me/password"),
    ("POST", "/api/tokens"),
    ("DELETE", "/api/tokens/{token_id}"),
    ("POST", "/api/notifications/read"),
    ("POST", "/api/notifications/{notice_id}/read"),
    ("DELETE", "/api/notifications/{notice_id}"),
    ("PUT", "/api/notifications/preferences"),
    ("PUT", "/api/notifications/email"),
    ("POST", "/api/notifications/email/verify"),
    ("DELETE", "/api/notifications/email"),
    ("POST", "/api/notifications/push"),
    ("POST", "/api/notifications/push/test"),
    ("DELETE", "/api/notifications/push/{browser_id}"),
    ("POST", "/api/notifications/off/{token}"),
}
"""What everybody may do with what is theirs."""
OTHER = "0190a000-0000-7000-8000-000000000000"
LOOKS = {
    ("POST", "/api/assets/zip"),
    ("POST", "/api/assets/known"),
    ("POST", "/api/assets/similar"),
    ("POST", "/api/tagging/estimate"),
    ("POST", "/api/assets/{asset_id}/segment"),
    ("POST", "/api/assets/{asset_id}/crops"),
    ("POST", "/api/brand/lint"),
    ("POST", "/api/brand/words"),
    ("POST", "/api/runs/estimate"),
    ("POST", "/api/comparisons/estimate"),
    ("POST", "/api/recipes/read"),
    ("POST", "/api/credentials/verify"),
    ("POST", "/api/runs/many/estimate"),
    ("POST", "/api/image-studio/estimate-cost"),
    ("POST", "/api/image-studio/transform/estimate-cost"),
    ("POST", "/api/assets/{asset_id}/link"),
    ("POST", "/api/assets/{asset_id}/views"),
    ("POST", "/api/prompts/score"),
    ("POST", "/api/schedules/preview"),
    ("POST", "/api/prompts/resolve"),
}
"""POSTs that change nothing."""

BY_LINK = "/api/shared/"
"""Asked by who came by a link, with whose pass: `tests/sharing` knows all of these."""

ARCHIVE = packed({"a.png": photo()})
OWN_STYLE = {"title": "mine", "text": "in mud"}
OWN_KIT = {"title": "mine", "palette": [{"colour": "#0b2a4a"}]}
OWN_FORMAT = {"title": "mine", "width": 512, "height": 512}
OWN_TEMPLATE = {"title": "mine", "prompt": "a {thing:lake}", "width": 512, "height": 512}
SKETCH = {"op": "image.generate", "input": {"prompt": "a lake", "width": 256, "height": 256}}
TIMED = {"title": "mine", "when": {"kind": "daily", "time": "09:00"}, "run": SKETCH}
GRID = SKETCH | {"axes": [{"field": "seed", "values": "1, 2"}]}


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """(method, path) of everything that answers."""
    for route in written():
        if not isinstance(route, APIWebSocketRoute):
            assert isinstance(route, APIRoute)
            path = next(path for path in (route.path, f"/api{route.path}") if path in known(app))
            yield from ((method, path) for method in route.methods or ())


def written() -> Iterator[BaseRoute]:
    for _, name, _ in pkgutil.iter_modules(api.__path__, "gesso.api."):
        for router in vars(importlib.import_module(name)).values():
            yield from router.routes if isinstance(router, APIRouter) else ()


def known(app: FastAPI) -> set[str]:
    return {"/sign-in", "/api/docs", "/s/{secret}", "/s/{secret}/picture", *app.openapi()["paths"]}


def bodies(asset: str) -> dict[tuple[str, str], dict[str, Any]]:
    """For each route that writes, a request that an editor could make."""
    picture = {"image": asset}
    return {
        ("POST", "/api/runs"): {"json": SKETCH},
        ("POST", "/api/runs/{run_id}/cancel"): {},
        ("POST", "/api/runs/{run_id}/rerun"): {},
        ("POST", "/api/runs/{run_id}/resolve"): {"json": {"charged": True}},
        ("POST", "/api/runs/{run_id}/text"): {},
        ("POST", "/api/comparisons"): {"json": GRID},
        ("POST", "/api/comparisons/estimate"): {"json": GRID},
        ("POST", "/api/comparisons/{comparison_id}/cancel"): {},
        ("PATCH", "/api/comparisons/{comparison_id}"): {"json": {"title": "mine"}},
        ("DELETE", "/api/comparisons/{comparison_id}"): {},
        ("POST", "/api/comparisons/{comparison_id}/restore"): {},
        ("PATCH", "/api/comparisons/{comparison_id}/cells/{place}"): {"json": {"accepted": True}},
        ("POST", "/api/comparisons/{comparison_id}/cells/{place}/retry"): {},
        ("POST", "/api/comparisons/{comparison_id}/votes"): {"json": {"winner": 0, "loser": 1}},
        ("POST", "/api/comparisons/{comparison_id}/image"): {},
        ("POST", "/api/batches"): {"json": {"op": "image.generate", "rows": ["a lake"]}},
        ("POST", "/api/batches/file"): {"files": {"file": ("a.csv", b"prompt\na lake\n")}},
        ("PUT", "/api/batches/{batch_id}"): {"json": {"op": "image.generate"}},
        ("PATCH", "/api/batches/{batch_id}"): {"json": {"title": "mine"}},
        ("DELETE", "/api/batches/{batch_id}"): {},
        ("POST", "/api/batches/{batch_id}/pictures"): {"files": {"file": ("a.zip", ARCHIVE)}},
        ("POST", "/api/batches/{batch_id}/start"): {},
        ("POST", "/api/batches/{batch_id}/pause"): {},
        ("POST", "/api/batches/{batch_id}/cancel"): {},
        ("POST", "/api/batches/{batch_id}/retry"): {"json": {"which": "all"}},
        ("PATCH", "/api/batches/{batch_id}/rows/{place}"): {"json": {"data": {"prompt": "a lake"}}},
        ("POST", "/api/batches/templates"): {"json": {"name": "mine", "wanted": {"op": "image.generate"}}},
        ("DELETE", "/api/batches/templates/{template_id}"): {},
        ("POST", "/api/recipes/read"): {"json": {"text": "a lake\nSteps: 20, Seed: 7"}},
        ("POST", "/api/assets/url"): {"json": {"url": "http://10.0.0.1/a.png"}},
        ("POST", "/api/assets/known"): {"json": {"sha256": ["0" * 64]}},
        ("POST", "/api/imports/zip"): {"files": {"file": ("a.zip", ARCHIVE)}},
        ("POST", "/api/imports/urls"): {"json": {"urls": ["http://10.0.0.1/a.png"]}},
        ("POST", "/api/imports/{import_id}/cancel"): {},
        ("PUT", "/api/stock/{name}"): {"json": {"key": "a-key-of-the-tests"}},
        ("DELETE", "/api/stock/{name}"): {},
        ("POST", "/api/stock/{name}/photos/{photo}"): {},
        ("POST", "/api/content-assets"): {"files": {"file": ("b.png", photo())}},
        ("PUT", "/api/content-assets/{asset_id}"): {"json": {"title": "mine now"}},
        ("PATCH", "/api/content-assets/{asset_id}"): {"json": {"title": "mine now"}},
        ("DELETE", "/api/content-assets/{asset_id}"): {},
        ("POST", "/api/content-assets/{asset_id}/favorite"): {},
        ("POST", "/api/assets"): {"files": {"file": ("a.png", photo())}},
        ("POST", "/api/searches"): {"json": {"name": "mine", "q": "rating:>=4"}},
        ("PATCH", "/api/searches/{search_id}"): {"json": {"name": "mine"}},
        ("DELETE", "/api/searches/{search_id}"): {},
        ("PATCH", "/api/assets/{asset_id}"): {
            "json": {"favorite": True, "title": "mine now", "alt": "mine", "rating": 1}
        },
        ("DELETE", "/api/assets/{asset_id}"): {},
        ("POST", "/api/assets/{asset_id}/restore"): {},
        ("POST", "/api/assets/{asset_id}/versions"): {},
        ("POST", "/api/assets/hold"): {"json": {"select": {"ids": [asset]}, "reason": "a case"}},
        ("POST", "/api/assets/hold/lift"): {"json": {"select": {"ids": [asset]}, "reason": "settled"}},
        ("POST", "/api/assets/{asset_id}/derived"): {"json": {"count": 1}},
        ("POST", "/api/assets/{asset_id}/views"): {},
        ("POST", "/api/trash/empty"): {},
        ("PATCH", "/api/storage/rules"): {"json": {"trash_days": 1}},
        ("POST", "/api/storage/check"): {},
        ("POST", "/api/storage/clean"): {"json": {"dry_run": True}},
        ("POST", "/api/storage/verify"): {},
        ("POST", "/api/credits/limit"): {"json": {"balance": 1}},
        ("DELETE", "/api/credits/limit"): {},
        ("POST", "/api/image-studio/social/optimize"): {"json": picture | {"platforms": ["linkedin.feed"]}},
        ("POST", "/api/image-studio/create"): {"json": {"prompt": "a lake"}},
        ("POST", "/api/image-studio/upscale"): {"json": picture},
        ("POST", "/api/image-studio/edit"): {"json": picture | {"operation": "remove_background"}},
        ("POST", "/api/image-studio/edit/process"): {"json": picture | {"operation": "remove_background"}},
        ("POST", "/api/image-studio/control/process"): {
            "json": picture | {"operation": "sketch", "prompt": "a red house"}
        },
        ("POST", "/api/image-studio/transform/image-to-video"): {"json": picture},
        ("POST", "/api/image-studio/transform/talking-avatar"): {"json": picture | {"script": "Hello."}},
        ("POST", "/api/image-studio/transform/image-to-3d"): {"json": picture},
        ("POST", "/api/image-studio/compress"): {"json": picture},
        ("POST", "/api/image-studio/compress/estimate"): {"json": picture},
        ("POST", "/api/image-studio/convert-format"): {"json": picture | {"format": "webp"}},
        ("POST", "/api/image-studio/transform/estimate-cost"): {"json": {"operation": "image-to-video"}},
        ("POST", "/api/runs/estimate"): {"json": SKETCH},
        ("POST", "/api/runs/preview"): {"json": SKETCH},
        ("POST", "/api/runs/many"): {"json": {"orders": [SKETCH, SKETCH]}},
        ("POST", "/api/runs/many/estimate"): {"json": {"orders": [SKETCH, SKETCH]}},
        ("POST", "/api/runs/glimpse"): {"json": {"op": "image.preprocess", "input": picture}},
        ("POST", "/api/runs/preview/{number}"): {"json": SKETCH},
        ("POST", "/api/image-studio/estimate-cost"): {"json": {"operation": "create", "input": SKETCH["input"]}},
        ("POST", "/api/assets/{asset_id}/link"): {},
        ("POST", "/api/prompts/score"): {"json": {"prompt": "a lake"}},
        ("POST", "/api/prompts/resolve"): {"json": {"prompt": "a {red|blue} lake"}},
        ("POST", "/api/prompts/reset"): {},
        ("DELETE", "/api/prompts/reset"): {},
        ("PUT", "/api/prompts/lists/{name}"): {"json": {"entries": ["a lake"]}},
        ("DELETE", "/api/prompts/lists/{name}"): {},
        ("POST", "/api/assets/bulk"): {"json": {"select": {"ids": [asset]}, "change": {"favorite": True}}},
        ("POST", "/api/assets/bulk/{change_id}/undo"): {},
        ("POST", "/api/assets/bulk/{change_id}/resume"): {},
        ("POST", "/api/tags/rename"): {"json": {"tags": ["lake"], "to": "pond"}},
        ("POST", "/api/tags/delete"): {"json": {"tags": ["lake"]}},
        ("POST", "/api/content-assets/collections"): {"json": {"name": "mine"}},
        ("PATCH", "/api/content-assets/collections/{collection_id}"): {"json": {"name": "mine now"}},
        ("DELETE", "/api/content-assets/collections/{collection_id}"): {},
        ("POST", "/api/content-assets/collections/{collection_id}/restore"): {},
        ("POST", "/api/content-assets/collections/{collection_id}/assets"): {"json": {"ids": [asset]}},
        ("DELETE", "/api/content-assets/collections/{collection_id}/assets/{asset_id}"): {},
        ("POST", "/api/assets/zip"): {"json": {"ids": [asset]}},
        ("POST", "/api/assets/similar"): {"files": {"file": ("a.png", photo())}},
        ("POST", "/api/assets/looks"): {},
        ("PUT", "/api/tagging"): {"json": {"mode": "accept"}},
        ("POST", "/api/tagging/estimate"): {"json": {"select": {"ids": [asset]}}},
        ("POST", "/api/tagging/chores"): {"json": {"select": {"ids": [asset]}}},
        ("POST", "/api/tagging/decide"): {"json": {"state": "kept"}},
        ("POST", "/api/tagging/undo"): {"json": {"tags": {asset: ["a"]}, "fields": {}}},
        ("POST", "/api/assets/duplicates/merge"): {"json": {"keep": asset, "others": [OTHER]}},
        ("POST", "/api/assets/duplicates/merge/{merge_id}/undo"): {},
        ("POST", "/api/assets/duplicates/apart"): {"json": {"ids": [asset, OTHER]}},
        ("POST", "/api/chores/{chore_id}/cancel"): {},
        ("POST", "/api/queue/{job_id}/resume"): {},
        ("POST", "/api/queue/{job_id}/cancel"): {},
        ("POST", "/api/assets/{asset_id}/segment"): {"json": {"points": [{"x": 5, "y": 5}]}},
        ("POST", "/api/assets/{asset_id}/crops"): {"json": {"formats": ["instagram.story"]}},
        ("PUT", "/api/credentials"): {"json": {"chain": "-----BEGIN CERTIFICATE-----", "key": "of an intruder"}},
        ("DELETE", "/api/credentials"): {},
        ("POST", "/api/credentials/verify"): {"files": {"file": ("a.png", photo())}},
        ("PUT", "/api/providers/{name}"): {"json": {"told": {"key": "sk-of-an-intruder"}}},
        ("POST", "/api/providers/{name}/check"): {},
        ("POST", "/api/providers/{name}/free"): {},
        ("DELETE", "/api/providers/{name}"): {},
        ("POST", "/api/providers/{name}/workflows"): {"json": {"name": "mine", "graph": {}}},
        ("DELETE", "/api/providers/{name}/workflows/{workflow}"): {},
        ("POST", "/api/formats"): {"json": OWN_FORMAT},
        ("POST", "/api/formats/import"): {"json": {"gesso": "formats", "format": 1, "items": [OWN_FORMAT]}},
        ("PATCH", "/api/formats/{name}"): {"json": {"width": 640}},
        ("DELETE", "/api/formats/{name}"): {},
        ("POST", "/api/styles"): {"json": OWN_STYLE},
        ("POST", "/api/styles/import"): {"json": {"gesso": "styles", "format": 1, "items": [OWN_STYLE]}},
        ("PATCH", "/api/styles/{name}"): {"json": {"title": "ours"}},
        ("DELETE", "/api/styles/{name}"): {},
        ("PUT", "/api/styles/{name}/favorite"): {"json": {"favorite": True}},
        ("POST", "/api/brand"): {"json": OWN_KIT},
        ("POST", "/api/brand/import"): {"json": {"gesso": "kits", "format": 1, "items": [OWN_KIT]}},
        ("POST", "/api/brand/words"): {"json": {"prompt": "a lake", "kit": {"palette": OWN_KIT["palette"]}}},
        ("POST", "/api/brand/lint"): {"json": {"kit": {"palette": OWN_KIT["palette"]}, "prompt": "a lake"}},
        ("PATCH", "/api/brand/{name}"): {"json": {"title": "ours"}},
        ("DELETE", "/api/brand/{name}"): {},
        ("PUT", "/api/brand/{name}/default"): {"json": {"default": True}},
        ("POST", "/api/schedules"): {"json": TIMED},
        ("POST", "/api/schedules/preview"): {"json": {"when": TIMED["when"]}},
        ("PUT", "/api/schedules/{schedule_id}"): {"json": TIMED},
        ("DELETE", "/api/schedules/{schedule_id}"): {},
        ("POST", "/api/schedules/{schedule_id}/pause"): {},
        ("POST", "/api/schedules/{schedule_id}/resume"): {},
        ("POST", "/api/schedules/{schedule_id}/run"): {},
        ("POST", "/api/boards"): {"json": {"title": "mine"}},
        ("PATCH", "/api/boards/{board_id}"): {"json": {"title": "mine now"}},
        ("DELETE", "/api/boards/{board_id}"): {},
        ("POST", "/api/boards/{board_id}/restore"): {},
        ("POST", "/api/boards/{board_id}/items"): {"json": {"assets": [asset]}},
        ("POST", "/api/boards/{board_id}/items/move"): {"json": {"assets": [asset]}},
        ("POST", "/api/boards/{board_id}/items/remove"): {"json": {"assets": [asset]}},
        ("POST", "/api/boards/{board_id}/items/accept"): {"json": {"assets": [asset]}},
        ("PUT", "/api/boards/{board_id}/people/{user_id}"): {"json": {"role": "viewer"}},
        ("POST", "/api/boards/{board_id}/links"): {"json": {"name": "mine"}},
        ("PATCH", "/api/boards/{board_id}/links/{link_id}"): {"json": {"name": "mine"}},
        ("DELETE", "/api/boards/{board_id}/links/{link_id}"): {},
        ("POST", "/api/boards/{board_id}/remarks"): {"json": {"asset": asset, "words": "mine"}},
        ("PATCH", "/api/boards/{board_id}/remarks/{remark_id}"): {"json": {"resolved": True}},
        ("DELETE", "/api/boards/{board_id}/remarks/{remark_id}"): {},
        ("POST", "/api/boards/{board_id}/verdicts"): {"json": {"asset": asset, "state": "approved"}},
        ("POST", "/api/webhooks"): {"json": {"url": "https://10.0.0.1/hook"}},
        ("PATCH", "/api/webhooks/{webhook_id}"): {"json": {"enabled": False}},
        ("DELETE", "/api/webhooks/{webhook_id}"): {},
        ("POST", "/api/webhooks/{webhook_id}/rotate"): {},
        ("POST", "/api/webhooks/{webhook_id}/test"): {},
        ("POST", "/api/webhooks/{webhook_id}/deliveries/{delivery_id}/replay"): {},
        ("POST", "/api/templates"): {"json": OWN_TEMPLATE},
        ("POST", "/api/templates/import"): {"json": {"gesso": "templates", "format": 1, "items": [OWN_TEMPLATE]}},
        ("PATCH", "/api/templates/{name}"): {"json": {"title": "ours"}},
        ("DELETE", "/api/templates/{name}"): {},
        ("PUT", "/api/templates/{name}/favorite"): {"json": {"favorite": True}},
    }


def asks(asset: str) -> dict[tuple[str, str], dict[str, Any]]:
    """What a route that reads cannot do without."""
    against = {"params": {"against": asset}}
    return {
        ("GET", "/api/assets/{asset_id}/difference"): against,
        ("GET", "/api/assets/{asset_id}/changes"): against,
    }


async def census(house: House) -> dict[str, int]:
    """How many rows each table has: what was written shows. How often something was looked at is counted by itself."""
    async with house.studio.db.session(read_only=True) as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in Table.metadata.sorted_tables
            if table.name != "asset_use"
        }


def filled(
    path: str,
    asset: str,
    run: str,
    token: str = "",
    comparison: str = "",
    collection: str = "",
    change: str = "",
    board: str = "",
) -> str:
    ids = {"asset_id": asset, "run_id": run, "token_id": token, "comparison_id": comparison or run, "user_id": run}
    ids |= {
        "collection_id": collection or run,
        "import_id": run,
        "change_id": change or run,
        "search_id": run,
        "chore_id": run,
        "merge_id": run,
    }
    ids |= {"batch_id": run, "template_id": run}
    ids |= {"board_id": board or run, "link_id": run, "remark_id": run, "webhook_id": run, "delivery_id": run}
    ids |= {"notice_id": run, "browser_id": run}
    ids |= {"job_id": f"{run}:0"}
    ids |= {"schedule_id": run}
    names = {
        "token": "x",
        "secret": "x",
        "name": "stability",
        "platform": "linkedin",
        "workflow": "x",
        "photo": "x",
        "filename": f"{asset}.mp4",
    }
    return path.format(**ids, **names, number=1, place=0)


def within(asset: str, collection: str) -> dict[str, Any]:
    return {"select": {"ids": [asset]}, "change": {"collection": {"add": collection}}}


async def ask(client: httpx2.AsyncClient, method: str, path: str, **body: Any) -> httpx2.Response:
    return await client.request(method, path, **body)


async def test_without_a_token_nothing_opens(idle: House) -> None:
    client, owner = idle.client(), await idle.as_owner()
    asset = (await upload(owner))["id"]
    run = (await owner.post("/api/runs", json=SKETCH)).json()["id"]
    before = await census(idle)
    for strange in ({}, {"Authorization": "Bearer gesso_wrong"}, {"Authorization": "Basic YTpi"}):
        for method, path in routes(idle.app):
            if (method, path) in PUBLIC:
                continue
            answer = await client.request(method, filled(path, asset, run, asset), headers=strange)
            assert answer.status_code == 401, (method, path)
            assert answer.headers["www-authenticate"] == "Bearer"
            if method != "HEAD":
                assert answer.json()["code"] == "signed_out", (method, path)
    cookie = await client.get("/api/me", headers={"Cookie": "gesso_visit=visit_wrong"})
    assert cookie.status_code == 401
    assert await census(idle) == before


async def test_without_a_token_no_socket_says_a_word(idle: House) -> None:
    sockets = [route.path for route in written() if isinstance(route, APIWebSocketRoute)]
    assert "/ws" in sockets
    async with serving(idle) as (host, port):
        for path in sockets:
            async with connect(f"ws://{host}:{port}/api{path}", proxy=None) as line:
                with pytest.raises(ConnectionClosed) as closed:
                    await line.recv()
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 4401, path


async def test_a_viewer_sees_and_changes_nothing(idle: House) -> None:
    owner, viewer = await idle.as_owner(), await idle.join("vera", "viewer")
    asset = (await upload(owner))["id"]
    run = (await owner.post("/api/runs", json=SKETCH)).json()["id"]
    comparison = (await owner.post("/api/comparisons", json=GRID)).json()["id"]
    writing = {(method, path) for method, path in routes(idle.app) if method not in ("GET", "HEAD")}
    known = bodies(asset)
    writing = {each for each in writing if not each[1].startswith(BY_LINK)}
    assert writing == known.keys() | OWN | {("POST", "/api/session")}, "a new route: say here how it is asked"
    board = (await owner.post("/api/boards", json={"title": "ours", "assets": [asset]})).json()["id"]
    before = await census(idle)
    for (method, path), body in known.items():
        answer = await ask(viewer, method, filled(path, asset, run, comparison=comparison, board=board), **body)
        if (method, path) in LOOKS:
            assert answer.status_code == 200, (method, path, answer.text)
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "denied"), (method, path)
    assert await census(idle) == before
    seen = (await viewer.get(f"/api/assets/{asset}")).json()
    assert (seen["favorite"], seen["title"], seen["deleted_at"]) == (False, "photo", None)
    assert (await viewer.get(f"/api/runs/{run}")).json()["state"] == "queued"
    for data in (photo(), b"no picture"):
        sent = {"image": f"data:image/png;base64,{data.hex()}"}
        assert (await viewer.post("/api/image-studio/upscale", json=sent)).status_code == 403


async def test_only_an_owner_sets_what_may_be_spent(idle: House) -> None:
    for role in ("commenter", "editor", "admin"):
        client = await idle.join(f"a {role}", role)
        assert (await client.post("/api/credits/limit", json={"balance": 0})).status_code == 403
        assert (await client.delete("/api/credits/limit")).status_code == 403
    commenter = await idle.join("carl", "commenter")
    assert (await commenter.post("/api/runs", json=SKETCH)).status_code == 403


async def test_another_team_is_told_nothing(idle: House) -> None:
    """What is another team's is answered in the same words as what is not there at all."""
    owner, stranger = await idle.as_owner(), await idle.join("eve", "owner", team="Elsewhere")
    asset = (await upload(owner))["id"]
    run = (await owner.post("/api/runs", json=SKETCH)).json()["id"]
    comparison = (await owner.post("/api/comparisons", json=GRID)).json()["id"]
    token = (await owner.get("/api/tokens")).json()[0]["id"]
    shelf = await owner.post("/api/content-assets/collections", json={"name": "Autumn"})
    collection = shelf.json()["id"]
    put = await owner.post(f"/api/content-assets/collections/{collection}/assets", json={"ids": [asset]})
    board = (await owner.post("/api/boards", json={"title": "ours", "assets": [asset]})).json()["id"]
    ids = (asset, run, token, comparison, collection, put.json()["id"], board)
    nothing = str(uuid7())
    before = await census(idle)
    tried = 0
    for method, path in routes(idle.app):
        # A provider has a name and no owner; what each team told it, test_providers.py sees to.
        if "_id}" not in path or (method, path) in PUBLIC or path.startswith(BY_LINK):
            continue
        tried += 1
        body = (bodies(asset) | asks(asset)).get((method, path), {})
        theirs = await ask(stranger, method, filled(path, *ids), **body)
        absent = await ask(stranger, method, filled(path, nothing, nothing, nothing, nothing), **body)
        assert theirs.status_code == absent.status_code == 404, (method, path, theirs.text)
        assert theirs.content == absent.content, (method, path)
    assert tried >= 15
    for name in ("image.upscale", "image.remove_background"):
        order = {"op": name, "input": {"image": asset}}
        assert (await stranger.post("/api/runs", json=order)).status_code == 404
    mine = (await upload(stranger))["id"]
    masked = {"op": "image.remove_background", "input": {"image": mine, "mask": asset}}
    assert (await stranger.post("/api/runs", json=masked)).status_code == 404
    sent = {"operation": "remove_background", "image": mine, "mask": asset}
    assert (await stranger.post("/api/image-studio/edit/process", json=sent)).status_code == 404
    assert (await stranger.post("/api/image-studio/upscale", json={"image": asset})).status_code == 404
    assert (await stranger.get("/api/assets", params={"collection": collection})).status_code == 404
    assert (await stranger.post("/api/assets/bulk", json=within(mine, collection))).status_code == 404
    for path in ("/api/runs", "/api/assets?q=photo", "/api/assets?deleted=true"):
        found = (await stranger.get(path)).json()["items"]
        assert all(item["id"] == mine for item in found), path
    assert (await owner.get(f"/api/runs/{run}")).json()["state"] == "queued"
    after = await census(idle)
    assert after == before | {
        name: before[name] + 1 for name in ("asset", "asset_touched", "look", "event", "storage_share")
    } | {"asset_tag": after["asset_tag"]}, "only the upload"


async def test_the_same_picture_in_two_teams_is_two_pictures(idle: House) -> None:
    """Nobody learns from an upload that others have the same bytes, or loses theirs with them."""
    owner, stranger = await idle.as_owner(), await idle.join("eve", "owner", team="Elsewhere")
    one, two = await upload(owner), await upload(stranger)
    assert one["sha256"] == two["sha256"]
    assert len([key for key in await resting(idle) if key.endswith(".png")]) == 2
    await stranger.delete(f"/api/assets/{two['id']}")
    assert (await owner.get(one["file"])).status_code == 200


async def test_scopes_narrow_a_token_and_a_narrow_token_makes_no_wide_one(idle: House) -> None:
    owner = await idle.as_owner()
    made = await owner.post("/api/tokens", json={"name": "looks", "scopes": ["library.read"]})
    looks = idle.client(made.json()["token"])
    assert (await looks.get("/api/assets")).status_code == 200
    assert (await looks.get("/api/me")).json()["permissions"] == ["library.read"]
    before = await census(idle)
    for refused in (
        await looks.get("/api/runs"),
        await looks.get("/api/credits"),
        await looks.post("/api/runs", json=SKETCH),
        await looks.post("/api/assets", files={"file": ("a.png", photo())}),
        await looks.post("/api/tokens", json={"name": "more", "scopes": ["library.write"]}),
        await looks.post("/api/tokens", json={"name": "more", "scopes": ["library.read", "runs.create"]}),
        await looks.post("/api/tokens", json={"name": "all", "scopes": []}),
        await looks.post("/api/tokens", json={"name": "all"}),
        await looks.put("/api/me/password", json={"password": "a way to all of it"}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "denied"), refused.request.url
    assert await census(idle) == before
    same = await looks.post("/api/tokens", json={"name": "same", "scopes": ["library.read"]})
    again = idle.client(same.json()["token"])
    assert (await again.get("/api/me")).json()["permissions"] == ["library.read"]
    unknown = await owner.post("/api/tokens", json={"name": "x", "scopes": ["everything"]})
    assert unknown.status_code in (403, 422)


async def test_a_token_whose_scopes_are_all_gone_may_nothing(idle: House) -> None:
    """A person who was an admin and is a viewer now: no scopes left is not the same as no scopes named."""
    async with idle.studio.db.session() as session:
        admin = await accounts.add_person(session, "amy", "admin", team="Studio")
        token = await accounts.create_token(session, admin, "t", ["people.manage"])
        member = await session.get_one(accounts.tables.Member, (admin.user_id, admin.team_id))
        member.role = "viewer"
    client = idle.client(token)
    assert (await client.get("/api/me")).json()["permissions"] == []
    assert (await client.get("/api/assets")).status_code == 403
    assert (await client.post("/api/tokens", json={"name": "wider"})).status_code == 403


async def test_a_revoked_token_opens_nothing_and_cannot_be_listed(idle: House) -> None:
    owner, editor = await idle.as_owner(), await idle.join("ed", "editor")
    secret = (await owner.post("/api/tokens", json={"name": "short-lived"})).json()["token"]
    client = idle.client(secret)
    listed = (await owner.get("/api/tokens")).json()
    assert secret not in json.dumps(listed)
    (token,) = [token["id"] for token in listed if token["name"] == "short-lived"]
    assert (await client.get("/api/me")).status_code == 200
    assert (await editor.delete(f"/api/tokens/{token}")).status_code == 403
    assert (await client.get("/api/me")).status_code == 200
    assert (await owner.delete(f"/api/tokens/{token}")).status_code == 204
    assert (await client.get("/api/me")).status_code == 401
    assert [found["name"] for found in (await owner.get("/api/tokens")).json()] == ["test"]
    theirs = (await editor.get("/api/tokens")).json()
    assert [found["name"] for found in theirs] == ["test"]
    assert (await owner.delete(f"/api/tokens/{theirs[0]['id']}")).status_code == 204
    assert (await editor.get("/api/me")).status_code == 401


async def test_whoever_leaves_the_team_is_let_in_no_more(idle: House) -> None:
    client = await idle.join("lea", "admin")
    assert (await client.get("/api/assets")).status_code == 200
    async with idle.studio.db.session() as session:
        me = (await client.get("/api/me")).json()
        found = await session.scalar(select(accounts.tables.Member).where(accounts.tables.Member.role == "admin"))
        assert found is not None
        assert str(found.user_id) == me["user"]
        await session.delete(found)
    assert (await client.get("/api/assets")).status_code == 403


ODD = ["", "x", "-1", "0", "201", "1e3", "9" * 30, "null", "%", "\x00", "é", "😀", "'; DROP TABLE asset;--", "a" * 600]


async def test_odd_ids_and_odd_queries_are_a_clear_answer(idle: House) -> None:
    """On both databases alike: PostgreSQL keeps no NUL and no number without end, SQLite keeps both."""
    owner = await idle.as_owner()
    asset = (await upload(owner))["id"]
    document = idle.app.openapi()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if path == "/api/events":
                continue
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "header":
                    continue
                for value in ODD:
                    given: dict[str, Any] = bodies(asset).get((method.upper(), path), {})
                    if parameter["in"] == "path":
                        url = path.replace(f"{{{parameter['name']}}}", quote(value, safe=""))
                    else:
                        url = filled(path, asset, asset, asset)
                        given = given | {"params": {parameter["name"]: value}}
                    answer = await ask(owner, method.upper(), url, **given)
                    assert answer.status_code < 500, (method, url, value, answer.text)
                    if answer.status_code >= 400:
                        assert answer.headers["content-type"] == "application/problem+json"
                        told = answer.json()
                        assert (told["status"], bool(told["code"])) == (answer.status_code, True)


BROKEN = [
    b"",
    b"null",
    b"[]",
    b"{",
    b"\xff\xfe",
    b'"text"',
    b'{"\\ud800": 1}',
    b'{"op": "\\ud800", "input": {"\\ud800": "\\ud800"}}',
    b'{"op": "image.generate", "input": {"prompt": "a\\u0000b"}}',
    b'{"op": "image.generate", "input": {"prompt": "\\ud800"}}',
    b'{"op": "image.generate", "input": {"prompt": "x", "\\ud800": 1}}',
    b'{"op": "image.generate", "input": {"prompt": "x", "seed": 1e400}}',
    b'{"op": "image.generate", "input": {"prompt": "x", "width": NaN, "seed": Infinity}}',
    b'{"op": "image.upscale", "input": {"image": "x"}, "offer": "a/\\u0000"}',
    b'{"op": "\\u0000", "input": {}}',
    b'{"title": "a\\u0000b"}',
    b'{"title": "   "}',
    b'{"title": "\\ud800"}',
    b'{"name": "a\\u0000b", "password": "\\u0000"}',
    b'{"name": "\\ud800", "password": "x"}',
    b'{"name": "a\\u0000b", "scopes": ["\\u0000"]}',
    b'{"prompt": "a\\u0000b"}',
    b'{"image": "\\ud800"}',
    b'{"image": "\\u0000", "operation": "remove_background"}',
    b'{"balance": 1e999}',
    b'{"balance": ' + b"9" * 5000 + b"}",
    b'{"op": "x", "input": {"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}}",
    b'{"op": "x", "input": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}",
]


async def test_broken_bodies_are_a_clear_answer(idle: House) -> None:
    owner = await idle.as_owner()
    asset = (await upload(owner))["id"]
    run = (await owner.post("/api/runs", json=SKETCH)).json()["id"]
    for method, path in routes(idle.app):
        if method in ("GET", "HEAD", "DELETE"):
            continue
        for body in BROKEN:
            answer = await owner.request(
                method,
                filled(path, asset, run, asset),
                content=body,
                headers={"Content-Type": "application/json"},
            )
            assert answer.status_code < 500, (method, path, body[:80], answer.text)
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json"


async def test_no_route_reads_more_than_it_could_need(idle: House) -> None:
    """JSON lies in memory before anybody is asked who they are."""
    stranger, document = idle.client(), idle.app.openapi()
    for method, path in routes(idle.app):
        if method not in ("POST", "PUT", "PATCH") or "requestBody" not in document["paths"][path][method.lower()]:
            continue
        flood = Flood((70 if "image-studio" in path else 20 if path == "/api/batches" else 2) << 20)
        answer = await stranger.request(
            method,
            filled(path, str(uuid7()), str(uuid7())),
            content=flood.pour(),
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code in (401, 413), (method, path)
        assert flood.sent < flood.size or answer.status_code == 413, (method, path)
        assert answer.headers["content-type"] == "application/problem+json"


class Flood:
    """A body that goes on and on."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.sent = 0

    async def pour(self) -> AsyncIterator[bytes]:
        yield b'{"a": "'
        while self.sent < self.size:
            self.sent += 1 << 20
            yield b"a" * (1 << 20)


async def test_what_is_not_there_and_what_is_not_done_there_are_problems_too(idle: House) -> None:
    owner = await idle.as_owner()
    for path in ("/api/nothing", "/nothing.txt", "/api/assets/x/y/z", "/v1/images"):
        answer = await owner.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    answer = await owner.put("/api/assets")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["allow"] or "POST" in answer.headers["allow"]
    for answer in (await owner.get("/api/assets"), await owner.get("/"), await owner.get("/api/nothing")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"


async def test_nothing_of_what_happened_names_another_team(idle: House) -> None:
    """Each row of what was done belongs to one of the teams that did something, and to the right one."""
    owner, stranger = await idle.as_owner(), await idle.join("eve", "owner", team="Elsewhere")
    await upload(owner)
    await owner.post("/api/runs", json=SKETCH)
    await upload(stranger)
    async with idle.studio.db.session(read_only=True) as session:
        for teams, mine in ((Asset.team_id, 1), (Run.team_id, 1), (Event.team_id, 2), (Entry.team_id, 0)):
            found = (await session.scalars(select(teams))).all()
            assert found.count(idle.owner.team_id) == mine, teams
