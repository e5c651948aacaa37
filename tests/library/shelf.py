"""A library with many assets in it, at once: each rests on the bytes of one picture that was really taken in."""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from gesso import library
from gesso.db import Work
from gesso.library import Kept
from gesso.store import Store
from tests.conftest import House, photo


async def taken_in(house: House, data: bytes | None = None) -> Kept:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo"
        path.write_bytes(photo(8, 8) if data is None else data)
        studio = house.studio
        return await library.take_in(studio.pool, studio.store, house.owner.team_id, path, studio.limits)


async def filled(house: House, shelf: Iterable[Mapping[str, Any]]) -> list[UUID]:
    """An asset for each: `width`, `height`, `kind`, and whatever `library.add` takes. Nothing is proposed to be
    said of them. Their ids, the oldest first."""
    kept = await taken_in(house)
    async with house.studio.db.work(house.owner) as work:
        await library.proposals.set_mode(work, "off", "en")
        return [await _put(work, kept, house.studio.store, **told) for told in shelf]


async def _put(work: Work, kept: Kept, store: Store, width: int = 8, height: int = 8, **told: Any) -> UUID:
    asset = await library.add(work, replace(kept, width=width, height=height), store, **({"title": "x"} | told))
    return asset.id
