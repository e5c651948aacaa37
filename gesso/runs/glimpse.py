"""What a quick operation makes, before anything is promised: nothing is written down."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from gesso.catalog import Find, finish
from gesso.imaging.seal import UNSEALED, Seal
from gesso.kit.errors import Invalid
from gesso.kit.media import Media
from gesso.ops.fields import LATER, AssetRef
from gesso.ops.sealed import Sealed
from gesso.runs.context import RunContext

T = TypeVar("T")


@dataclass
class Glimpse(RunContext):
    """A context of a run that is none, in which nothing can be bought. Pictures are small unless they are `whole`;
    `given` is one that no library has."""

    whole: bool = False
    given: Media | None = None

    async def open(self, ref: AssetRef) -> Media:
        found = self.given if self.given is not None and ref == LATER else await super().open(ref)
        return found if self.whole else await self.pool.run(finish.small, found.data)

    async def seal(self, request: Sealed) -> Seal:
        # Where every byte counts, also those that say where it comes from; what no library has comes from nowhere.
        return await self.sealed(request, lasting=False) if self.whole and self.given is None else UNSEALED

    async def once(self, step: str, call: Callable[[], Awaitable[T]], find: Find[T] | None = None) -> T:
        raise Invalid("What costs money cannot be looked at before.")


async def glimpsed(outputs: Any, context: Glimpse) -> Media:
    """The first output of a handler, with what was said of it as its "notes"."""
    async with aclosing(outputs):
        found: Media = await anext(outputs)
        return replace(found, facts={**found.facts, "notes": list(context.notes)})
