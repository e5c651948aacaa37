"""The client: one object, asynchronous, that speaks the studio's HTTP surface."""

import asyncio
import builtins
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, cast
from urllib.parse import quote
from uuid import uuid4

import httpx2

from gesso_client.batches import Batches
from gesso_client.boards import Boards
from gesso_client.comparisons import Comparisons
from gesso_client.credentials import Credentials
from gesso_client.errors import Problem, Unreachable
from gesso_client.here import here
from gesso_client.imports import Imports, Stock
from gesso_client.looks import Looks
from gesso_client.notifications import Notifications
from gesso_client.prompts import Prompts
from gesso_client.queue import Queue
from gesso_client.schedules import Schedules
from gesso_client.searches import Searches
from gesso_client.shapes import (
    Asset,
    Credits,
    Estimate,
    Format,
    Kit,
    Lint,
    Operation,
    Page,
    Provider,
    Recipe,
    Run,
    Style,
    Template,
    Token,
)
from gesso_client.shelves import Collections, Tags
from gesso_client.storage import Storage
from gesso_client.webhooks import Webhooks

POLL_SECONDS = 0.2
WAIT_SECONDS = 30
RETRY_SECONDS = (0.1, 0.3, 0.9)
PATIENCE_SECONDS = 60.0
"""How long a wait for a run outlives its server: long enough for a restart."""

Progress = Callable[[Run], None]
Prefer = Literal["price", "quality", "speed"]


class Client:
    """Speaks to the studio at `server` with the rights of `token`. Open it with `async with`.

    Every call raises Problem when the studio says no, and Unreachable when it says nothing. `transport` is
    for a studio that is reached in another way than by its address.
    """

    def __init__(
        self, server: str, token: str | None = None, *, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self.server = server.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._opens: AbstractAsyncContextManager[httpx2.AsyncClient] = httpx2.AsyncClient(
            base_url=self.server,
            headers=headers,
            timeout=httpx2.Timeout(90, connect=10),
            transport=transport,
        )
        self._stack = AsyncExitStack()
        self.assets = Assets(self)
        self.boards = Boards(self)
        self.comparisons = Comparisons(self)
        self.notifications = Notifications(self)
        self.prompts = Prompts(self)
        self.queue = Queue(self)
        self.schedules = Schedules(self)
        self.searches = Searches(self)
        self.storage = Storage(self)
        self.credentials = Credentials(self)
        self.imports = Imports(self)
        self.batches = Batches(self)
        self.stock = Stock(self)
        self.collections = Collections(self)
        self.tags = Tags(self)
        self.looks = Looks(self)
        self.webhooks = Webhooks(self)

    @classmethod
    def here(cls, data: str | os.PathLike[str] | None = None, *, work: bool = True) -> Self:
        """The studio in this process, for the machine's owner: needs Gesso itself, no server and no token.

        Uses the data folder that Gesso is told by its settings, or `data`. Also while a server runs on the
        same folder: then the server works and this process only asks. Without `work` nothing is carried out.
        """
        client = cls("http://gesso.here")
        client._opens = here(Path(data) if data is not None else None, work=work)
        return client

    async def __aenter__(self) -> Self:
        self._http = await self._stack.enter_async_context(self._opens)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    # -- what the studio can do --

    async def operations(self) -> list[Operation]:
        """Everything that the studio can do, and who offers it."""
        return [Operation.of(told) for told in await self._get("/api/operations")]

    async def estimate(
        self, op: str, input: Mapping[str, Any], offer: str | None = None, *, prefer: Prefer = "price"
    ) -> Estimate:
        """Price and time. Nothing is promised, nothing is spent."""
        body = {"op": op, "input": dict(input), "offer": offer, "prefer": prefer}
        return Estimate.of(await self._ask("POST", "/api/runs/estimate", again=True, json=body))

    async def estimate_all(self, orders: Iterable[Mapping[str, Any]]) -> tuple[int | None, float]:
        """Price and seconds of several orders together; no price where that of one cannot be told yet. An order has
        the keys `op`, `input`, and where wanted `offer`, `prefer` and `fallbacks`."""
        body = {"orders": [dict(order) for order in orders]}
        told = await self._ask("POST", "/api/runs/many/estimate", again=True, json=body)
        return told["price"], told["seconds"]

    # -- styles and templates --

    async def styles(self, words: str = "") -> list[Style]:
        """All styles, the team's own first; or those that answer the words, the best first."""
        return [Style.of(told) for told in await self._get("/api/styles", params={"q": words})]

    async def add_style(self, title: str, text: str, *, negative: str = "", base: str = "painterly") -> Style:
        """Keeps a style of the team's own; a request names it by its `id`. Offline it is painted as `base`."""
        body = {"title": title, "text": text, "negative": negative, "base": base}
        return Style.of(await self._ask("POST", "/api/styles", json=body))

    async def templates(self, words: str = "") -> list[Template]:
        """All templates, the team's own first; or those that answer the words, the best first."""
        return [Template.of(told) for told in await self._get("/api/templates", params={"q": words})]

    async def recommended(self, sentence: str) -> list[Template]:
        """The templates that a sentence asks for, with the reasons."""
        return [Template.of(told) for told in await self._get("/api/templates/recommend", params={"text": sentence})]

    async def add_template(
        self, title: str, prompt: str, width: int, height: int, *, style: str = "", quality: str = "standard"
    ) -> Template:
        """Keeps a template of the team's own; `{name:words}` in its prompt is a gap with what stands in it at first."""
        body = {"title": title, "prompt": prompt, "width": width, "height": height, "style": style, "quality": quality}
        return Template.of(await self._ask("POST", "/api/templates", json=body))

    async def like(self, kind: Literal["styles", "templates"], id: str, value: bool = True) -> None:
        """Marks a style or a template as one that you like, or no more."""
        await self._ask("PUT", f"/api/{kind}/{quote(id, safe='')}/favorite", again=True, json={"favorite": value})

    async def discard(self, kind: Literal["styles", "templates", "formats"], id: str) -> None:
        """Throws a style, a template or a format of the team's own away."""
        await self._ask("DELETE", f"/api/{kind}/{quote(id, safe='')}")

    async def handed(self, kind: Literal["styles", "templates", "formats"]) -> dict[str, Any]:
        """The team's own, as a file for another studio."""
        told: dict[str, Any] = await self._get(f"/api/{kind}/export")
        return told

    async def take(
        self, kind: Literal["styles", "templates", "formats"], file: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """Takes in such a file, all of it or nothing; gives what is new here."""
        told: list[dict[str, Any]] = await self._ask("POST", f"/api/{kind}/import", json=dict(file))
        return told

    # -- formats of platforms --

    async def formats(self, words: str = "") -> list[Format]:
        """The formats of all platforms, the team's own first; or those that answer the words."""
        told = await self._get("/api/platforms", params={"q": words})
        return [Format.of(each) for platform in told["platforms"] for each in platform["formats"]]

    async def add_format(self, title: str, width: int, height: int, **said: Any) -> Format:
        """Keeps a format of the team's own; a request names it by its `id`. What else it has is said by name: types,
        max_bytes, safe, zones, platform, kind, source, ..."""
        body = {"title": title, "width": width, "height": height, **said}
        return Format.of(await self._ask("POST", "/api/formats", json=body))

    async def crops(
        self,
        asset: str,
        formats: Iterable[str],
        *,
        crop: Literal["smart", "centre", "fit"] = "smart",
        focal: tuple[float, float] | None = None,
        overrides: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Where a picture is cut for these formats, by itself, around a point, or as `overrides` say for single ones;
        and its faces. All in shares of the picture. Nothing is made."""
        body = {"formats": list(formats), "crop": crop, "focal": focal, "overrides": dict(overrides or {})}
        told: dict[str, Any] = await self._ask("POST", f"/api/assets/{asset}/crops", again=True, json=body)
        return told

    # -- brand kits --

    async def kits(self) -> list[Kit]:
        """The team's brand kits, the newest first."""
        return [Kit.of(told) for told in await self._get("/api/brand")]

    async def add_kit(self, title: str, palette: Iterable[Mapping[str, Any]], **said: Any) -> Kit:
        """Keeps a kit: its palette (1 to 8 of `{"colour": "#rrggbb", "name": ..., "role": ...}`), and what else of a
        `Kit` it says. A request names it as `brand`."""
        body = {"title": title, "palette": [dict(shade) for shade in palette], **said}
        return Kit.of(await self._ask("POST", "/api/brand", json=body))

    async def change_kit(self, id: str, **said: Any) -> Kit:
        """Changes what is said of a kit; what is left out stays."""
        return Kit.of(await self._ask("PATCH", f"/api/brand/{quote(id, safe='')}", json=said))

    async def remove_kit(self, id: str) -> None:
        """Throws a kit away. Runs that used it keep what it said."""
        await self._ask("DELETE", f"/api/brand/{quote(id, safe='')}")

    async def choose_kit(self, id: str, value: bool = True) -> None:
        """Makes a kit the team's default, which requests name as "default"; or no more."""
        await self._ask("PUT", f"/api/brand/{quote(id, safe='')}/default", again=True, json={"default": value})

    async def lint(self, kit: str = "default", *, asset: str | None = None, prompt: str | None = None) -> Lint:
        """What of an asset, or of a prompt, does not keep to a kit."""
        body = {"kit": kit, "asset": asset, "prompt": prompt}
        return Lint.of(await self._ask("POST", "/api/brand/lint", again=True, json=body))

    async def handed_kits(self, kit: str | None = None) -> dict[str, Any]:
        """The team's kits, or one, with their logos, as a file for another studio."""
        told: dict[str, Any] = await self._get("/api/brand/export", params={"kit": kit} if kit else {})
        return told

    async def take_kits(self, file: Mapping[str, Any]) -> list[Kit]:
        """Takes in such a file, all of it or nothing; gives what is new here."""
        return [Kit.of(told) for told in await self._ask("POST", "/api/brand/import", json=dict(file))]

    # -- runs --

    async def run(
        self,
        op: str,
        input: Mapping[str, Any],
        *,
        offer: str | None = None,
        fallbacks: Iterable[str] = (),
        prefer: Prefer = "price",
        key: str | None = None,
        on_progress: Progress | None = None,
    ) -> Run:
        """Carries the operation out and waits for its end, whatever that is: look at `state` and `error`.

        Without `offer` one is chosen, by what is preferred: "price", "quality" or "speed".

        `on_progress` is given the run whenever something about it has changed; its outputs come one by one.
        With the same `key` and the same input the same run is answered, and nothing is bought twice.
        """
        run = await self.submit(op, input, offer=offer, fallbacks=fallbacks, prefer=prefer, key=key)
        return await self.wait(run.id, on_progress=on_progress)

    async def submit(
        self,
        op: str,
        input: Mapping[str, Any],
        *,
        offer: str | None = None,
        fallbacks: Iterable[str] = (),
        prefer: Prefer = "price",
        key: str | None = None,
    ) -> Run:
        """Promises the run and does not wait for it."""
        body = {"op": op, "input": dict(input), "offer": offer, "prefer": prefer, "fallbacks": list(fallbacks)}
        return Run.of(await self._buy("/api/runs", body, key))

    async def submit_all(self, orders: Iterable[Mapping[str, Any]], *, key: str | None = None) -> builtins.list[Run]:
        """Promises a run for each order, all of them or none, and does not wait for them."""
        body = {"orders": [dict(order) for order in orders]}
        return [Run.of(told) for told in (await self._buy("/api/runs/many", body, key))["items"]]

    async def wait(self, run_id: str, *, on_progress: Progress | None = None) -> Run:
        """The run, at its end. Outlives a restart of the server."""
        last: Run | None = None
        heard = time.monotonic()
        while True:
            try:
                run = await self.get_run(run_id, wait=0 if on_progress else WAIT_SECONDS)
            except Unreachable:
                if time.monotonic() - heard > PATIENCE_SECONDS:
                    raise
                await asyncio.sleep(1)
                continue
            heard = time.monotonic()
            if on_progress is not None and run != last:
                on_progress(run)
            if run.over:
                return run
            last = run
            await asyncio.sleep(POLL_SECONDS if on_progress else 0)

    async def get_run(self, run_id: str, *, wait: int = 0) -> Run:
        """The run with the outputs that are there so far: now, or when it ends within `wait` seconds."""
        headers = {"Prefer": f"wait={wait}"} if wait else {}
        return Run.of(await self._get(f"/api/runs/{run_id}", headers=headers))

    async def cancel(self, run_id: str) -> Run:
        """Stops the run. What it delivered stays; the rest is not charged."""
        return Run.of(await self._ask("POST", f"/api/runs/{run_id}/cancel", again=True))

    async def rerun(
        self,
        run_id: str,
        *,
        offer: str | None = None,
        input: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> Run:
        """The same recipe again, with what is changed; does not wait for it."""
        return Run.of(await self._buy(f"/api/runs/{run_id}/rerun", {"offer": offer, "input": dict(input or {})}, key))

    async def read_recipe(
        self, *, file: str | os.PathLike[str] | None = None, text: str | None = None, asset: str | None = None
    ) -> Recipe:
        """How a picture was made, as this studio takes it: of a file, of copied text, or of an asset; name one. Problem
        where nobody has said."""
        if file is None:
            body = {"text": text} if text is not None else {"asset": asset}
            return Recipe.of(await self._ask("POST", "/api/recipes/read", again=True, json=body))
        source = Path(file)
        data = await asyncio.to_thread(source.read_bytes)
        return Recipe.of(await self._ask("POST", "/api/recipes/read", again=True, files={"file": (source.name, data)}))

    # -- the account --

    async def credits(self) -> Credits:
        """What the team may still spend."""
        return Credits.of(await self._get("/api/credits"))

    async def limit_credits(self, balance: int) -> Credits:
        """From now on the team may spend `balance` thousandths of a credit and no more. For owners."""
        return Credits.of(await self._ask("POST", "/api/credits/limit", again=True, json={"balance": balance}))

    async def unlimit_credits(self) -> Credits:
        """Takes the limit away. For owners."""
        return Credits.of(await self._ask("DELETE", "/api/credits/limit", again=True))

    async def providers(self) -> list[Provider]:
        """Every provider that the studio knows, also those that still have to be told a key."""
        return [Provider.of(told) for told in await self._get("/api/providers")]

    async def tell_provider(
        self, name: str, told: Mapping[str, Any] | None = None, *, enabled: bool = True
    ) -> Provider:
        """Tells a provider its key and what else it needs, kept sealed; fields that are left out stay. For admins."""
        body = {"told": None if told is None else dict(told), "enabled": enabled}
        return Provider.of(await self._ask("PUT", f"/api/providers/{name}", again=True, json=body))

    async def check_provider(self, name: str, told: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What the provider's own server says, at no cost, of what it was or would be told: `ok`, `message`, `balance`
        and its `unit`. For admins."""
        body = {"told": None if told is None else dict(told)}
        return dict(await self._ask("POST", f"/api/providers/{name}/check", again=True, json=body))

    async def free_provider(self, name: str) -> dict[str, Any]:
        """Makes a server of one's own give the memory of its models free: `ok` and `message`. For admins."""
        return dict(await self._ask("POST", f"/api/providers/{name}/free", again=True))

    async def forget_provider(self, name: str) -> None:
        await self._ask("DELETE", f"/api/providers/{name}", again=True)

    async def bring_workflow(
        self,
        provider: str,
        name: str,
        graph: Mapping[str, Any] | str,
        *,
        title: str = "",
        fields: Iterable[Mapping[str, Any]] | None = None,
        keep: bool = True,
    ) -> dict[str, Any]:
        """Makes an operation with a form of a graph of your own: `name`, `title`, its `fields` and all that they `may`
        be. Without `keep` it is only read. For admins."""
        chosen = None if fields is None else [dict(field) for field in fields]
        told = graph if isinstance(graph, str) else dict(graph)
        body = {"name": name, "title": title, "graph": told, "fields": chosen, "keep": keep}
        return dict(await self._ask("POST", f"/api/providers/{provider}/workflows", again=True, json=body))

    async def forget_workflow(self, provider: str, name: str) -> None:
        await self._ask("DELETE", f"/api/providers/{provider}/workflows/{name}", again=True)

    async def tokens(self) -> list[Token]:
        """Your own tokens."""
        return [Token.of(told) for told in await self._get("/api/tokens")]

    async def create_token(self, name: str, scopes: Iterable[str] = ()) -> str:
        """The token itself, which cannot be had again."""
        told = await self._ask("POST", "/api/tokens", json={"name": name, "scopes": list(scopes)})
        return str(told["token"])

    async def revoke_token(self, token_id: str) -> None:
        await self._ask("DELETE", f"/api/tokens/{token_id}", again=True)

    # -- how it asks --

    async def _get(self, path: str, **options: Any) -> Any:
        return await self._ask("GET", path, again=True, **options)

    async def _buy(self, path: str, body: Mapping[str, Any], key: str | None) -> Any:
        """The key makes the retry of a request whose answer was lost the same purchase, not a second one."""
        headers = {"Idempotency-Key": key or str(uuid4())}
        return await self._ask("POST", path, again=True, json=body, headers=headers)

    async def _ask(self, method: str, path: str, *, again: bool = False, **options: Any) -> Any:
        """The answer, as JSON values. `again`: asking twice does no harm, so a dead line is tried again."""
        pauses = iter(RETRY_SECONDS if again else ())
        while True:
            try:
                return _read(await self._http.request(method, path, **options))
            except httpx2.TransportError as error:
                pause = None if isinstance(error, httpx2.UnsupportedProtocol) else next(pauses, None)
                if pause is None:
                    raise self._unreachable(error) from error
                await asyncio.sleep(pause)
            except httpx2.InvalidURL as error:
                raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> Unreachable:
        reason = str(error) or type(error).__name__
        return Unreachable(f"{self.server} does not answer ({reason}).")


class Assets:
    """What the studio keeps. `client.assets`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def list(
        self,
        *,
        q: str | None = None,
        kind: str | None = None,
        op: str | Iterable[str] | None = None,
        favorite: bool | None = None,
        deleted: bool = False,
        purpose: str = "picture",
        shape: str | None = None,
        since: str | None = None,
        until: str | None = None,
        min_side: int | None = None,
        uploads: bool | None = None,
        meaning: str | None = None,
        like: str | None = None,
        colour: str | None = None,
        status: str | None = None,
        sort: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[Asset]:
        """A page of at most `limit` (1..200) assets, by `sort` the best, newest or oldest first; without one the best
        where words are looked for, and else the newest.

        `q`: words, "phrases", -without and filters as rating:>=4; `op`: the operation that made them, of several any;
        `purpose`: picture, mask or any; `shape`: landscape, portrait or square; `since` and `until`: dates or times,
        ISO 8601; `min_side`: pixels of the shorter side; `uploads`: whether no operation made them; `meaning`: words,
        or others for the same; `like`: an asset that they look like, the most alike first; `colour`: #rrggbb;
        `status`: what was decided of them on boards: approved, changes or open.
        """
        asked: dict[str, Any] = {
            "q": q,
            "kind": kind,
            "op": op if op is None or isinstance(op, str) else [*op],
            "favorite": favorite,
            "deleted": deleted,
            "purpose": purpose,
            "shape": shape,
            "since": since,
            "until": until,
            "min_side": min_side,
            "uploads": uploads,
            "meaning": meaning,
            "like": like,
            "colour": colour,
            "status": status,
            "sort": sort,
            "after": after,
            "limit": limit,
        }
        told = await self._client._get(
            "/api/assets", params={name: value for name, value in asked.items() if value is not None}
        )
        return Page(tuple(map(Asset.of, told["items"])), told.get("next"))

    async def facets(self, **wanted: Any) -> dict[str, Any]:
        """How many of what `list` would find have each value of each filter: `total`, and `fields` by name."""
        asked = {name: value for name, value in wanted.items() if value is not None}
        return dict(await self._client._get("/api/assets/facets", params=asked))

    async def read(self, q: str, at: int | None = None) -> dict[str, Any]:
        """What a query is read as: its `parts`, what is wrong with each, words that stand `instead` of mistyped ones,
        and what may be typed at the cursor."""
        asked = {"q": q, **({} if at is None else {"at": at})}
        return dict(await self._client._get("/api/assets/query", params=asked))

    async def every(self, **wanted: Any) -> AsyncIterator[Asset]:
        """All that `list` would find, page after page."""
        after = None
        while True:
            page = await self.list(**wanted, after=after)
            for asset in page.items:
                yield asset
            after = page.next
            if after is None:
                return

    async def get(self, asset_id: str) -> Asset:
        return Asset.of(await self._client._get(f"/api/assets/{asset_id}"))

    async def versions(self, asset_id: str) -> builtins.list[Asset]:
        """The first original, then whatever was made of it by editing or enlarging, in order of time."""
        return [Asset.of(told) for told in await self._client._get(f"/api/assets/{asset_id}/versions")]

    async def lineage(self, asset_id: str, *, fan: int = 8) -> dict[str, Any]:
        """Where an asset came from and what came of it, over all generations: `nodes` and `edges` with what each cost,
        `total` for what it took to come to this one. Of each, at most `fan` children are shown, the newest."""
        told: dict[str, Any] = await self._client._get(f"/api/assets/{asset_id}/lineage", params={"fan": fan})
        return told

    async def changes(self, asset_id: str, against: str) -> dict[str, Any]:
        """What differs between how `against` and this one were made: `items` with the words, settings, model, cost."""
        path = f"/api/assets/{asset_id}/changes"
        told: dict[str, Any] = await self._client._get(path, params={"against": against})
        return told

    async def add(
        self,
        path: str | os.PathLike[str],
        *,
        title: str | None = None,
        purpose: str = "picture",
        tags: Iterable[str] = (),
        once: bool = False,
    ) -> Asset:
        """Takes the picture at `path` in. Problem when it cannot be read or is too large. A `purpose` of mask keeps it
        out of lists. With `once`, bytes that are there already are answered as the asset that they are."""
        source = Path(path)
        file = await asyncio.to_thread(source.open, "rb")
        with file:
            told = await self._client._ask(
                "POST",
                "/api/assets",
                files={"file": (source.name, file)},
                data={"purpose": purpose, "tags": ",".join(tags), "once": "true" if once else "false"}
                | ({"title": title} if title else {}),
            )
        return Asset.of(told)

    async def add_url(self, url: str, *, title: str = "", tags: Iterable[str] = ()) -> Asset:
        """Takes in what lies at an address of the public web. What is there already is answered as it is."""
        body = {"url": url, "title": title, "tags": [*tags]}
        return Asset.of(await self._client._ask("POST", "/api/assets/url", json=body, timeout=180))

    async def known(self, hashes: Iterable[str]) -> dict[str, str]:
        """Which of these bytes (SHA-256) are in the library, each with its asset."""
        wanted, found = [*dict.fromkeys(hashes)], dict[str, str]()
        for start in range(0, len(wanted), 1000):
            body = {"sha256": wanted[start : start + 1000]}
            found |= await self._client._ask("POST", "/api/assets/known", again=True, json=body)
        return found

    async def download(self, asset_id: str, path: str | os.PathLike[str], *, recipe: bool = True) -> Path:
        """Writes the original to `path`, all of it or nothing. What was made here says in its metadata how, unless
        `recipe` is false: then these are the very bytes that are kept."""
        told = {"recipe": "true" if recipe else "false"}
        return await self._save("GET", f"/api/assets/{asset_id}/file", Path(path), params=told)

    async def zip(
        self,
        path: str | os.PathLike[str],
        ids: Iterable[str] | None = None,
        *,
        but: Iterable[str] = (),
        form: Mapping[str, Any] | None = None,
        **wanted: Any,
    ) -> Path:
        """Writes the originals to `path` as one ZIP with a manifest: those named, or else all that `list` would find
        for `wanted` but not those in `but`. Problem when they are too many. `form` makes other files of the pictures:
        `format`, `long`, `quality`, `metadata` ("all", "safe", "none"), `recipe`."""
        body = _selection(ids, but, wanted) | ({"as": dict(form)} if form else {})
        return await self._save("POST", "/api/assets/zip", Path(path), json=body)

    async def pack(self, path: str | os.PathLike[str], runs: Iterable[str]) -> Path:
        """Writes what runs made for platforms to `path` as one ZIP, with manifests and the words for the posts; of
        several runs, each picture has a folder of its own."""
        ids = list(runs)
        if len(ids) == 1:
            return await self._save("GET", f"/api/runs/{ids[0]}/pack", Path(path))
        return await self._save("GET", "/api/packs", Path(path), params={"run": ids})

    async def change(
        self,
        ids: Iterable[str] | None = None,
        *,
        favorite: bool | None = None,
        deleted: bool | None = None,
        forever: bool | None = None,
        but: Iterable[str] = (),
        all: Mapping[str, Any] | None = None,
    ) -> builtins.list[str]:
        """One change to many, in one step: to those named, or to all that `list` would find for the filters `all` but
        not to those in `but`. The ids of those that it really changed: to undo it, name exactly these. `forever` erases
        what is in the trash, and cannot be undone."""
        if ids is None and all is None:
            raise ValueError("Name the assets, or say by filters which are meant; {} means all.")
        wanted = {"favorite": favorite, "deleted": deleted, "forever": forever or None}
        body = {
            "select": _selection(ids, but, all or {}),
            "change": {name: value for name, value in wanted.items() if value is not None},
        }
        told = await self._client._ask("POST", "/api/assets/bulk", json=body)
        return [str(id) for id in told["ids"]]

    async def undo(self, change_id: str) -> None:
        """Puts back exactly what each asset had before a change of many, by the `id` that this said."""
        await self._client._ask("POST", f"/api/assets/bulk/{change_id}/undo", again=True)

    async def _save(self, method: str, path: str, target: Path, **options: Any) -> Path:
        part = target.with_name(f".{target.name}.{uuid4().hex[:8]}")
        try:
            async with self._client._http.stream(method, path, **options) as answer:
                if answer.is_error:
                    await answer.aread()
                    _read(answer)
                with await asyncio.to_thread(part.open, "wb") as file:
                    async for piece in answer.aiter_bytes(1 << 20):
                        await asyncio.to_thread(file.write, piece)
            await asyncio.to_thread(part.replace, target)
        except httpx2.TransportError as error:
            raise self._client._unreachable(error) from error
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        return target

    async def favorite(self, asset_id: str, value: bool = True) -> Asset:
        told = await self._client._ask("PATCH", f"/api/assets/{asset_id}", again=True, json={"favorite": value})
        return Asset.of(told)

    async def rate(self, asset_id: str, value: int) -> Asset:
        """How well it turned out, from 1 to 5; 0 takes that away."""
        told = await self._client._ask("PATCH", f"/api/assets/{asset_id}", again=True, json={"rating": value})
        return Asset.of(told)

    async def describe(
        self,
        asset_id: str,
        *,
        caption: str | None = None,
        alt: str | None = None,
        tags: Iterable[str] | None = None,
    ) -> Asset:
        """Says what it shows, and tags it: it is found by that. What is None stays, what is empty goes."""
        said = {"caption": caption, "alt": alt, "tags": None if tags is None else [*tags]}
        body = {name: value for name, value in said.items() if value is not None}
        return Asset.of(await self._client._ask("PATCH", f"/api/assets/{asset_id}", again=True, json=body))

    async def remove(self, asset_id: str) -> Asset:
        """Into the trash, from which `restore` takes it out again."""
        return Asset.of(await self._client._ask("DELETE", f"/api/assets/{asset_id}", again=True))

    async def restore(self, asset_id: str) -> Asset:
        return Asset.of(await self._client._ask("POST", f"/api/assets/{asset_id}/restore", again=True))

    async def bring_back(self, asset_id: str) -> Asset:
        """Makes this version of a picture the newest one: nothing is made, paid or copied, and none is lost."""
        return Asset.of(await self._client._ask("POST", f"/api/assets/{asset_id}/versions", again=True))


def _selection(ids: Iterable[str] | None, but: Iterable[str], wanted: Mapping[str, Any]) -> dict[str, Any]:
    if ids is not None:
        return {"ids": [*ids]}
    return {"all": {name: value for name, value in wanted.items() if value is not None}, "except": [*but]}


def _read(answer: httpx2.Response) -> Any:
    """The body; Problem when the studio said no, or when something between us and it did."""
    if answer.status_code == 204:
        return None
    try:
        told = answer.json()
    except ValueError:
        told = None
    if answer.is_success and told is not None:
        return told
    if answer.is_success or answer.is_redirect:
        raise Problem(answer.status_code, {"title": "There is no Gesso at this address"})
    raise Problem(answer.status_code, cast(Mapping[str, Any], told) if isinstance(told, dict) else {})
