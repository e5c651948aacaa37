"""Providers that answer an order with a number, under which the result is looked for."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeVar, cast

from gesso.catalog.wire import Wire
from gesso.kit.errors import Refused, Undecided
from gesso.kit.media import Media

T = TypeVar("T")
Pictures = Mapping[str, Media | list[Media]]
"""Each by the name of its field, several where that is a list."""


class Patience(Protocol):
    """The settings that say how often is looked, and for how long."""

    @property
    def poll_seconds(self) -> float: ...

    @property
    def patience_seconds(self) -> float: ...


class Failing(Refused):
    """The work ended there without a result: a refusal, of which its status says how it came."""


async def addressed(pictures: Pictures, upload: Callable[[Media], Awaitable[str]]) -> dict[str, str | list[str]]:
    """Where each of the pictures lies, once `upload` has brought it there."""
    found: dict[str, str | list[str]] = {}
    for name, media in pictures.items():
        found[name] = [await upload(each) for each in media] if isinstance(media, list) else await upload(media)
    return found


async def outcome(line: Wire, number: str, look: Callable[[], Awaitable[T | None]], told: Patience) -> T:
    """What `look` finds in the end. Raises Failing where the work failed there, and Undecided where nobody there knows
    of it any more."""
    try:
        return cast(T, await line.wait(look, every=told.poll_seconds, most=told.patience_seconds))
    except Failing:
        raise
    except Refused as error:
        said = f"{line.title} accepted this as {number[:12]}…, and no longer knows of it. {error}"
        raise Undecided(said) from error
