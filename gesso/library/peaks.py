"""How loud a recording is from its start to its end: found once, and kept beside it."""

import json
from typing import Final

from gesso.imaging import film, sound
from gesso.kit.errors import NotFound
from gesso.kit.pool import Pool
from gesso.library.intake import DERIVED
from gesso.library.tables import Asset
from gesso.store import Store

COUNT: Final = 1_200
RATE: Final = 8_000
"""Samples a second that are looked at: more than a page can show, fewer than the ear hears."""


async def peaks(pool: Pool, store: Store, asset: Asset) -> list[int]:
    """So many parts of the same length, each 0..255. BadMedia where there is no sound."""
    key = asset.key.rpartition(".")[0] + DERIVED["peaks"]
    try:
        kept: list[int] = json.loads(await store.get(key))
    except NotFound:
        kept = await pool.run(_found, await store.get(asset.key))
        await store.put(key, json.dumps(kept, separators=(",", ":")).encode())
    return kept


def _found(data: bytes) -> list[int]:
    """In a worker process."""
    return sound.peaks(film.listen(data, RATE), COUNT)
