"""How a board's pictures look to who came by a link: never the original's own bytes, unless the link says so.

What is shown is drawn anew, since a file may say more than its picture does: prompts, places, names. A watermark is
part of it. Either is made once, in a worker process, and lies beside the asset's other derivatives.
"""

import asyncio
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Literal

from gesso.imaging import overlay, picture
from gesso.kit.errors import NotFound
from gesso.kit.pool import Pool
from gesso.library import Asset
from gesso.library.intake import DERIVED, SHARED
from gesso.store import Store

Size = Literal["256", "512", "preview"]

SIDES: Final[dict[str, int]] = {"256": 256, "512": 512, "preview": 2048}


@dataclass(frozen=True, slots=True)
class View:
    """Where the bytes of a view rest, and of what type they are."""

    key: str
    type: str


@dataclass
class Views:
    pool: Pool
    store: Store
    making: dict[str, asyncio.Task[None]] = field(default_factory=dict, repr=False)

    async def of(self, asset: Asset, size: Size, watermark: str = "") -> View:
        """A picture of the asset at most 256, 512 or 2048 pixels a side, with the words over it, if there are any."""
        stem = asset.key.rpartition(".")[0]
        preview = asset.facts.get("preview")
        if not watermark:
            if size != "preview":
                return View(stem + DERIVED[size], "image/webp")
            if preview is not None:
                return View(stem + DERIVED["preview"], preview)
            if asset.kind != "image":
                return View(stem + DERIVED["512"], "image/webp")
        clear = bool(asset.facts.get("alpha"))
        name = sha256(watermark.encode()).hexdigest()[:16] if watermark else "plain"
        view = View(f"{stem}{SHARED}/{name}.{size}", "image/webp" if clear else "image/jpeg")
        if not await self._there(view.key):
            # Of what is no picture, the one that stands for it; of a large one, one that is smaller already.
            source = (
                stem + DERIVED["preview"]
                if preview is not None
                else asset.key
                if asset.kind == "image"
                else stem + DERIVED["512"]
            )
            await self._made(view.key, source, SIDES[size], watermark, clear)
        return view

    async def _there(self, key: str) -> bool:
        try:
            await self.store.size(key)
        except NotFound:
            return False
        return True

    async def _made(self, key: str, source: str, side: int, watermark: str, clear: bool) -> None:
        """Two that ask at once have it made once; who goes away takes it from nobody else."""
        task = self.making.get(key)
        if task is None:
            task = self.making[key] = asyncio.create_task(self._make(key, source, side, watermark, clear))
            task.add_done_callback(lambda _: self.making.pop(key, None))
        await asyncio.shield(task)

    async def _make(self, key: str, source: str, side: int, watermark: str, clear: bool) -> None:
        data = await self.store.get(source)
        await self.store.put(key, await self.pool.run(drawn, data, side, watermark, clear))


def drawn(data: bytes, side: int, watermark: str, clear: bool) -> bytes:
    """In a worker process."""
    pixels = picture.load(data, inside=side, alpha=None if clear else False)
    if watermark:
        pixels = overlay.watermarked(pixels, overlay.Watermark(watermark, tiled=True))
    if clear:
        return picture.webp(pixels, quality=85, effort=0)
    return picture.jpeg(pixels, quality=88)
