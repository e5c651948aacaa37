"""What a run would send, without sending it: the offer's own handler is carried out up to its first purchase, on a line
that keeps what it is given. So what is shown is what is sent, at every provider, and none has code for it.

What is brought to a provider before (a picture that it is to fetch) is kept as well, and answered with an address that
nobody has; what is only asked for (which models a server has) is asked.
"""

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, Final, TypeVar, cast

import cv2
import httpx2
import numpy as np
from pydantic import BaseModel, SecretStr

from gesso.catalog import Find
from gesso.catalog.finish import Marks
from gesso.catalog.wire import BUYS
from gesso.imaging import mask, picture
from gesso.kit.errors import GessoError, Unavailable
from gesso.kit.media import Media
from gesso.runs.context import RunContext

T = TypeVar("T")

PATIENCE: Final = 5.0
"""Seconds within which a server must say what it has."""
LONGEST: Final = 2000
"""Letters of a field that are shown."""
SHORTEST: Final = 64
"""Letters of base64 that are taken for a picture."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as it is sent, in the field `name`. For a mask, `marks` says how it tells what to change."""

    name: str
    media: Media
    marks: Marks | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """One request: `fields` are its texts and numbers, by their places in it. `buys`: the one that costs."""

    method: str
    address: str
    bytes: int
    buys: bool
    fields: tuple[tuple[str, str], ...] = ()
    pictures: tuple[Shown, ...] = ()


class Composed(Exception):
    """All that would be sent is known: the rehearsal ends here."""


class Unanswered(Exception):
    """What had to be asked before was not answered."""


@dataclass
class Rehearsal(RunContext):
    """A context of a run that is none: nothing is written down, and what would be bought ends it."""

    stage: "Stage" = field(kw_only=True)

    async def once(self, step: str, call: Callable[[], Awaitable[T]], find: Find[T] | None = None) -> T:
        before = len(self.stage.kept)
        try:
            value = await call()
        except Exception as error:
            if len(self.stage.kept) == before:
                raise
            # It is the answer, which is none, that it could not read.
            raise Composed from error
        if len(self.stage.kept) > before:
            raise Composed
        # Nobody was asked: a number that it chose itself, say.
        return value

    async def forget(self, step: str) -> None:
        """Nothing was kept."""

    async def bought(self, step: str, call: Callable[[], Awaitable[Media]]) -> Media:
        return await self.once(step, call)


async def rehearsed(outputs: Any, stage: "Stage", told: BaseModel, marks: bytes | None, ctx: Rehearsal) -> list[Sent]:
    """What the handler would send until it buys its first output."""
    try:
        async with aclosing(outputs):
            await anext(outputs)
    except (Composed, StopAsyncIteration):
        pass
    except Unanswered as error:
        raise Unavailable(f"{error} What would be sent cannot be shown before.") from error
    secrets = [value.get_secret_value() for _, value in told if isinstance(value, SecretStr) and value]
    # Megabytes of base64 are read beside the event loop.
    sent = await asyncio.to_thread(lambda: [_read(each, secrets) for each in _named(stage.kept)])
    return [replace(each, pictures=tuple([await _seen(one, marks, ctx) for one in each.pictures])) for each in sent]


# --- the line


@dataclass(frozen=True, slots=True)
class Kept:
    """A request that was not sent, and the `place` that was said in its answer."""

    request: httpx2.Request
    place: str
    name: str = ""


class Stage(httpx2.AsyncBaseTransport):
    """A line that keeps what it is given. What is only asked for goes over `line`, the real one."""

    def __init__(self, line: httpx2.AsyncClient) -> None:
        self.line = line
        self.kept: list[Kept] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.method in ("GET", "HEAD"):
            return await self._asked(request)
        await request.aread()
        known = any(str(request.url) == kept.place for kept in self.kept)
        place = str(request.url) if known else f"https://sent-before.invalid/{len(self.kept) + 1}"
        self.kept.append(Kept(request, place))
        if BUYS in request.extensions:
            raise Composed
        return Answer(place)

    async def _asked(self, request: httpx2.Request) -> httpx2.Response:
        try:
            answer = await self.line.request(
                request.method, request.url, headers=request.headers, timeout=PATIENCE, follow_redirects=False
            )
        except httpx2.TransportError as error:
            raise Unanswered(f"{request.url.host} does not answer just now.") from error
        kind = {"content-type": answer.headers.get("content-type", "")}
        return httpx2.Response(answer.status_code, headers=kind, content=answer.content)


class Answer(httpx2.Response):
    """What comes of a request that was not sent."""

    def __init__(self, place: str) -> None:
        super().__init__(200, json={})
        self.place = place

    def json(self, **options: Any) -> Any:
        return Whatever(self.place)


class Whatever(dict[str, Any]):
    """Nothing, but under every name there is something: in the end an address. So what is told where to put a picture
    can go on."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def __missing__(self, name: str) -> "Whatever":
        return self

    def get(self, name: str, default: Any = None) -> Any:
        return self if default is None else default

    def __str__(self) -> str:
        return self.place


# --- what was kept


def _named(kept: list[Kept]) -> Iterator[Kept]:
    """Each with the field in which a later request speaks of it: that is what a picture is for."""
    for number, each in enumerate(kept):
        later = (field for other in kept[number + 1 :] for field in _fields(other.request))
        yield replace(each, name=next((name for name, value in later if value == each.place), ""))


def _read(kept: Kept, secrets: list[str]) -> Sent:
    fields: list[tuple[str, str]] = []
    pictures: list[Shown] = []
    for name, value in _fields(kept.request):
        media = _picture(value)
        if media is not None:
            pictures.append(Shown(kept.name or name, media))
        elif isinstance(value, bytes):
            fields.append((name, f"{len(value)} bytes"))
        elif not value.startswith("https://sent-before.invalid/"):
            for secret in secrets:
                value = value.replace(secret, "…")
            fields.append((name, value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"))
    url = kept.request.url
    address = str(url.copy_with(query=None, userinfo=b"", fragment=None))
    return Sent(
        kept.request.method,
        "" if address.startswith("https://sent-before.invalid/") else address,
        len(kept.request.content),
        BUYS in kept.request.extensions,
        tuple(fields),
        tuple(pictures),
    )


def _fields(request: httpx2.Request) -> Iterator[tuple[str, str | bytes]]:
    """What is in the body, by its place there; what is a file as its bytes."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        yield from _flat(json.loads(request.content))
    elif kind.startswith("multipart/form-data"):
        for part in (
            BytesParser(policy=HTTP).parsebytes(f"content-type: {kind}\r\n\r\n".encode() + request.content).iter_parts()
        ):
            data = cast(bytes, part.get_payload(decode=True))
            name = str(part.get_param("name", header="content-disposition"))
            yield name, data if part.get_filename() else data.decode(errors="replace")
    elif request.content:
        yield "", request.content


def _flat(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _flat(each, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _flat(each, f"{place}.{number}")
    elif value is not None:
        yield place, value if isinstance(value, str) else json.dumps(value)


def _picture(value: str | bytes) -> Media | None:
    """The picture that a field is, or holds as base64."""
    if isinstance(value, str):
        head, _, text = value.rpartition(";base64,")
        if len(text) < SHORTEST or (head and not head.startswith("data:")):
            return None
        try:
            value = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return None
    type = picture.sniff(value[:64])
    return Media(value, type) if type is not None and type.startswith("image/") else None


async def _seen(shown: Shown, marks: bytes | None, ctx: Rehearsal) -> Shown:
    try:
        facts, how = await ctx.compute(_looked_at, shown.media.data, marks)
    except GessoError:
        return shown
    return replace(shown, media=replace(shown.media, facts=facts), marks=how)


def _looked_at(data: bytes, marks: bytes | None) -> tuple[dict[str, int], Marks | None]:
    """In a worker process: its size, and for what was made of the mask `marks` how it marks."""
    pixels = picture.load(data)
    height, width = pixels.shape[:2]
    how: Marks | None = None
    if marks is not None and np.isin(pixels, (0, 255)).all():
        if pixels.shape[2] == 4:
            how = "alpha" if not pixels[..., :3].any() else None
        elif (pixels == pixels[..., :1]).all():
            wanted = cv2.resize(mask.read(marks), (width, height), interpolation=cv2.INTER_AREA) > 0
            how = "white" if ((pixels[..., 0] > 0) == wanted).mean() > 0.5 else "black"
    return {"width": width, "height": height}, how
