"""The outline of a whole list, so that a page can scroll through it before it has seen it."""

import asyncio
from base64 import b64encode
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import String, cast, func, select, type_coerce

from gesso import events
from gesso.db import Work
from gesso.library.tables import Asset
from gesso.library.wanted import Wanted

BLOCK: Final = 200
STEPS: Final = 31.75
"""Per doubling of the ratio: so a byte tells ratios from 1:16 to 16:1, each to about one hundredth."""


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
    """Says of every asset that is wanted how wide it is for its height.

    The database itself puts the columns together into one row of three texts: to make a hundred thousand rows of
    Python objects would take several times as long, and would take it from the event loop.
    """
    seq = await events.newest(work)
    # SQLite joins numbers as they are, in two thirds of the time.
    text = type_coerce if work.session.get_bind().dialect.name == "sqlite" else cast
    listed = (
        wanted.query(work.actor)
        .with_only_columns(
            text(Asset.id, String).label("id"),
            text(Asset.width, String).label("width"),
            text(Asset.height, String).label("height"),
        )
        .subquery()
    )
    joined = select(
        func.aggregate_strings(listed.c.id, ""),
        func.aggregate_strings(listed.c.width, " "),
        func.aggregate_strings(listed.c.height, " "),
    )
    ids, widths, heights = (await work.session.execute(joined)).one()
    if not ids:
        return Layout(0, "", [], seq)
    return await asyncio.to_thread(_drawn, ids, widths, heights, seq)


def _drawn(ids: str, widths: str, heights: str, seq: int) -> Layout:
    ratios = coded(np.fromstring(widths, np.float64, sep=" "), np.fromstring(heights, np.float64, sep=" "))
    total = len(ratios)
    length = len(ids) // total
    ends = range(BLOCK * length, (total - 1) * length + 1, BLOCK * length)
    return Layout(total, b64encode(ratios.tobytes()).decode(), [UUID(ids[end - length : end]) for end in ends], seq)


def coded(widths: NDArray[np.float64], heights: NDArray[np.float64]) -> NDArray[np.uint8]:
    """A byte for each ratio: 128 is square, `STEPS` more is twice as wide, as many less twice as high. What has no
    sides (a sound, a text) is square."""
    ratios = np.maximum(widths, 1) / np.maximum(heights, 1)
    return np.clip(np.rint(128 + STEPS * np.log2(ratios)), 0, 255).astype(np.uint8)
