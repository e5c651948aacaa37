"""What a quick operation makes of a small copy of its picture, before anything is promised: nothing is written down."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any, TypeVar

from gesso.catalog import Find, finish
from gesso.imaging.seal import Seal
from gesso.kit.errors import Invalid
from gesso.kit.media import Media
from gesso.ops.fields import AssetRef
from gesso.ops.sealed import Sealed
from gesso.runs.context import RunContext

T = TypeVar("T")


class Glimpse(RunContext):
    """A context of a run that is none, in which pictures are small and nothing can be bought."""

    async def open(self, ref: AssetRef) -> Media:
        whole = await super().open(ref)
        return await self.pool.run(finish.small, whole.data)

    async def seal(self, request: Sealed) -> Seal:
        return Seal(told=False)

    async def once(self, step: str, call: Callable[[], Awaitable[T]], find: Find[T] | None = None) -> T:
        raise Invalid("What costs money cannot be looked at before.")


async def glimpsed(outputs: Any) -> Media:
    """The first output of a handler."""
    async with aclosing(outputs):
        found: Media = await anext(outputs)
        return found
