"""The outline of a whole list, so that a page can scroll through it before it has seen it."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from gesso import events
from gesso.db import Work
from gesso.library.filters import Wanted
from gesso.library.wanted import Found, find

BLOCK: Final = 200


@dataclass(frozen=True, slots=True)
class Layout:
    """`ratios` has one byte for each asset in the order of the list (`coded`), as base64. `anchors[k]` is the last
    asset of block k, for all blocks but the last: after it begins block k + 1. `seq` is the number of the newest event
    that this knows of."""

    total: int
    ratios: str
    anchors: list[UUID]
    seq: int


async def layout(work: Work, wanted: Wanted) -> Layout:
    """Says of every asset that is wanted how wide it is for its height."""
    seq = await events.newest(work)
    return await find(work, wanted, lambda found: _drawn(found, seq))


def _drawn(found: Found, seq: int) -> Layout:
    ratios = found.index["ratio"][found.slots]
    ends = found.slots[BLOCK - 1 : max(len(ratios) - 1, 0) : BLOCK]
    anchors = [UUID(bytes=found.index.ids[end]) for end in ends.tolist()]
    return Layout(len(ratios), b64encode(ratios.tobytes()).decode(), anchors, seq)
