"""Photographs of others, found and taken in by their rules: Unsplash and Pexels.

Both want their photographers named with links, and what is shown before it is taken comes from their own addresses.
Unsplash is told of each one that is taken. What a picture says of itself afterwards stays with it (`facts["stock"]`)
and goes out with its files, as IPTC's creator and credit.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import httpx2

from gesso import vault
from gesso.db import Database, Work
from gesso.kit.actor import Actor
from gesso.kit.errors import Invalid, NotFound, TooOften, Unavailable, Unreached
from gesso.library.arrivals import twin, welcome
from gesso.library.imports import Imports
from gesso.library.tables import Asset
from gesso.store import Store

PAGE: Final = 24
MOST_PAGES: Final = 200
WHO: Final = "gesso"
"""Under which Unsplash counts who comes from here."""
Orientation = Literal["landscape", "portrait", "square"]


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph as its source tells of it. `thumb` is shown from there; `file` is what is taken."""

    id: str
    width: int
    height: int
    thumb: str
    title: str
    colour: str
    photographer: str
    photographer_url: str
    page: str
    file: str
    told: str = ""
    """What is asked once before it is taken, where the source wants that."""


@dataclass(frozen=True, slots=True)
class Found:
    photos: tuple[Photo, ...]
    total: int
    pages: int


class Source(ABC):
    """One shop window. `address` is where it answers."""

    name: ClassVar[str]
    title: ClassVar[str]
    site: ClassVar[str]
    keys: ClassVar[str]
    """Where one gets a key."""
    licence: ClassVar[str]
    licence_url: ClassVar[str]
    address: ClassVar[str]

    def __init__(self, http: httpx2.AsyncClient, told: Mapping[str, Any]) -> None:
        self._http = http
        self._key = str(told.get("key", ""))
        self._address = str(told.get("url") or self.address).rstrip("/")

    @abstractmethod
    async def search(self, words: str, page: int, orientation: Orientation | None) -> Found:
        """A page of what answers the words."""

    @abstractmethod
    async def photo(self, id: str) -> Photo:
        """One photograph; NotFound where there is none."""

    async def leave(self, photo: Photo) -> str:
        """The address of the file that is about to be taken."""
        return photo.file

    def credit(self, photo: Photo) -> str:
        return f"Photo by {photo.photographer} on {self.title}"

    def facts(self, photo: Photo) -> dict[str, Any]:
        """What stays with the asset."""
        return {
            "source": self.name,
            "title": self.title,
            "id": photo.id,
            "photographer": photo.photographer,
            "photographer_url": photo.photographer_url,
            "page": photo.page,
            "licence": self.licence,
            "licence_url": self.licence_url,
            "credit": self.credit(photo),
        }

    @abstractmethod
    def _headers(self) -> dict[str, str]: ...

    async def _ask(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The answer. `path` may be a whole address, but one of this source: nobody else gets the key."""
        url = path if "://" in path else f"{self._address}{path}"
        if urlsplit(url)[:2] != urlsplit(self._address)[:2]:
            raise Unreached(f"{self.title} named an address that is not its own.")
        try:
            answer = await self._http.get(url, params=params, headers=self._headers(), timeout=30)
        except httpx2.HTTPError as error:
            raise Unreached(f"{self.title} could not be reached.") from error
        remaining = answer.headers.get("x-ratelimit-remaining")
        if answer.status_code == 429 or (answer.status_code == 403 and remaining == "0"):
            raise TooOften(f"{self.title} lets this key ask only so often. Try again in an hour.", retry_after=3600)
        if answer.status_code in (401, 403):
            raise Invalid(f"{self.title} does not take this key.", fields=[{"field": "key"}])
        if answer.status_code == 404:
            raise NotFound(f"{self.title} has no such photograph.")
        if answer.status_code != 200:
            raise Unreached(f"{self.title} answered {answer.status_code}.")
        try:
            return answer.json()
        except ValueError as error:
            raise Unreached(f"{self.title} answered with something else.") from error


class Unsplash(Source):
    name = "unsplash"
    title = "Unsplash"
    site = f"https://unsplash.com/?utm_source={WHO}&utm_medium=referral"
    keys = "https://unsplash.com/oauth/applications"
    licence = "Unsplash License"
    licence_url = "https://unsplash.com/license"
    address = "https://api.unsplash.com"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Client-ID {self._key}", "Accept-Version": "v1"}

    async def search(self, words: str, page: int, orientation: Orientation | None) -> Found:
        shape = {"square": "squarish"}.get(orientation or "", orientation)
        asked = {"query": words, "page": page, "per_page": PAGE, **({"orientation": shape} if shape else {})}
        told = await self._ask("/search/photos", asked)
        return Found(tuple(map(self._photo, told["results"])), int(told["total"]), int(told["total_pages"]))

    async def photo(self, id: str) -> Photo:
        return self._photo(await self._ask(f"/photos/{quote(id, safe='')}"))

    async def leave(self, photo: Photo) -> str:
        """Their rules want this asked each time that one is taken; it answers where the file lies."""
        return str((await self._ask(photo.told))["url"])

    def _photo(self, told: Mapping[str, Any]) -> Photo:
        user = told["user"]
        return Photo(
            id=str(told["id"]),
            width=int(told["width"]),
            height=int(told["height"]),
            thumb=str(told["urls"]["small"]),
            title=str(told.get("alt_description") or told.get("description") or ""),
            colour=str(told.get("color") or ""),
            photographer=str(user.get("name") or user.get("username") or ""),
            photographer_url=_referred(user["links"]["html"]),
            page=_referred(told["links"]["html"]),
            file=str(told["urls"]["full"]),
            told=str(told["links"]["download_location"]),
        )


class Pexels(Source):
    name = "pexels"
    title = "Pexels"
    site = "https://www.pexels.com"
    keys = "https://www.pexels.com/api/new/"
    licence = "Pexels License"
    licence_url = "https://www.pexels.com/license/"
    address = "https://api.pexels.com"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": self._key}

    async def search(self, words: str, page: int, orientation: Orientation | None) -> Found:
        asked = {
            "query": words,
            "page": page,
            "per_page": PAGE,
            **({"orientation": orientation} if orientation else {}),
        }
        told = await self._ask("/v1/search", asked)
        total = int(told["total_results"])
        return Found(tuple(map(self._photo, told["photos"])), total, -(-total // PAGE))

    async def photo(self, id: str) -> Photo:
        if not id.isdigit():
            raise NotFound(f"{self.title} has no such photograph.")
        return self._photo(await self._ask(f"/v1/photos/{id}"))

    def _photo(self, told: Mapping[str, Any]) -> Photo:
        return Photo(
            id=str(told["id"]),
            width=int(told["width"]),
            height=int(told["height"]),
            thumb=str(told["src"]["medium"]),
            title=str(told.get("alt") or ""),
            colour=str(told.get("avg_color") or ""),
            photographer=str(told["photographer"]),
            photographer_url=_web(told["photographer_url"]),
            page=_web(told["url"]),
            file=str(told["src"]["original"]),
        )


SOURCES: Final[Mapping[str, type[Source]]] = {kind.name: kind for kind in (Unsplash, Pexels)}


@dataclass(frozen=True, slots=True)
class Window:
    """A source as a team sees it: whether it has a key, who told it (the "team" or the "machine"), and its end."""

    kind: type[Source]
    by: Literal["team", "machine"] | None
    ending: str


class Stock:
    """`machine` is what the machine's settings tell each source."""

    def __init__(
        self,
        db: Database,
        store: Store,
        imports: Imports,
        http: httpx2.AsyncClient,
        secret: bytes,
        machine: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._db = db
        self._store = store
        self._imports = imports
        self._http = http
        self._secret = secret
        self._machine = machine

    async def windows(self, work: Work) -> list[Window]:
        return [self._window(kind, await self._own(work, name)) for name, kind in SOURCES.items()]

    def _window(self, kind: type[Source], own: Mapping[str, Any]) -> Window:
        key = str(own.get("key") or self._machine.get(kind.name, {}).get("key") or "")
        return Window(kind, "team" if own.get("key") else "machine" if key else None, key[-4:] if len(key) > 8 else "")

    async def tell(self, actor: Actor, name: str, key: str) -> Window:
        """Keeps the team's key, once the source has taken it."""
        actor.require("providers.manage")
        kind = _kind(name)
        told = {**self._machine.get(name, {}), "key": key}
        await kind(self._http, told).search("light", 1, None)
        async with self._db.work(actor) as work:
            await vault.tell(work, self._secret, _vaulted(name), {"key": key})
        return self._window(kind, {"key": key})

    async def forget(self, work: Work, name: str) -> None:
        _kind(name)
        await vault.clear(work, _vaulted(name))

    async def source(self, work: Work, name: str) -> Source:
        """The source, with its key. Unavailable where it has none."""
        kind = _kind(name)
        told = {**self._machine.get(name, {}), **await self._own(work, name)}
        if not told.get("key"):
            raise Unavailable(f"{kind.title} has no key yet. Whoever manages the providers can tell it one.")
        return kind(self._http, told)

    async def take(self, actor: Actor, name: str, id: str) -> tuple[Asset, bool]:
        """The photograph as an asset with its credit, and whether it is new here."""
        actor.require("library.write")
        async with self._db.work(actor, read_only=True) as work:
            source = await self.source(work, name)
        photo = await source.photo(id)
        kept, _ = await self._imports.fetched(actor, await source.leave(photo))
        facts = source.facts(photo)
        own = kept.facts.get("provenance") or {}
        provenance = {**own, "creator": photo.photographer, "credit": facts["credit"]}
        async with self._db.work(actor) as work:
            known = await twin(work, kept.sha256)
            if known is not None:
                return known, False
            title = photo.title or facts["credit"]
            more = {"stock": facts, "provenance": provenance}
            return await welcome(work, kept, self._store, name=title, facts=more), True

    async def _own(self, work: Work, name: str) -> Mapping[str, Any]:
        shown = (await vault.shown(work, self._secret)).get(_vaulted(name))
        return (shown.told or {}) if shown is not None and shown.enabled else {}


def _kind(name: str) -> type[Source]:
    kind = SOURCES.get(name)
    if kind is None:
        raise NotFound("There is no such source of photographs.")
    return kind


def _vaulted(name: str) -> str:
    return f"stock.{name}"


def _web(url: Any) -> str:
    """A link that a page may show: to the web, and to nothing else."""
    return str(url) if str(url).startswith("https://") else ""


def _referred(url: Any) -> str:
    """With what Unsplash wants on each link to it."""
    parts = urlsplit(_web(url))
    query = urlencode({**dict(parse_qsl(parts.query)), "utm_source": WHO, "utm_medium": "referral"})
    return urlunsplit(parts._replace(query=query)) if parts.netloc else ""
