"""What somebody points at in a picture, as a mask: by the operator's own Segment Anything where there is one, else by
colours and edges. What a model sees in a picture is kept for the next click on it."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gesso.imaging import picture, pointing, sam
from gesso.imaging.pointing import Box, Point
from gesso.kit.errors import GessoError, Invalid
from gesso.kit.pool import Pool
from gesso.library.intake import DERIVED
from gesso.library.tables import Asset
from gesso.store import Store

KEPT: Final = 12
"""Pictures of which is kept what the model saw: some megabytes each."""
BY_COLOUR: Final = "colours and edges"

Model = tuple[Path, Path]


@dataclass
class Pointer:
    pool: Pool
    store: Store
    models: Path
    seen: OrderedDict[tuple[str, Model], asyncio.Task[sam.Seen]] = field(default_factory=OrderedDict, repr=False)
    _usable: dict[tuple[Model, int], bool] = field(default_factory=dict, repr=False)

    async def mask(self, asset: Asset, points: Sequence[Point], box: Box | None = None) -> tuple[bytes, str]:
        """The mask as PNG, of the asset's size, and by what it was found."""
        if asset.kind != "image":
            raise Invalid("Only in a picture something can be pointed at.")
        pointing.checked(points, box, asset.width, asset.height)
        size = asset.width, asset.height
        if model := await self._model():
            try:
                seen = await self._look(asset, model)
                return await self.pool.run(by_model, str(model[1]), seen, size, points, box), model[1].stem
            except Invalid:
                # A model that fails is passed over: `gesso models` says why, and a click is answered all the same.
                pass
        return await self.pool.run(by_colour, await self._small(asset), size, points, box), BY_COLOUR

    async def _model(self) -> Model | None:
        for model in await asyncio.to_thread(sam.pairs, self.models):
            known = model, sum(file.stat().st_mtime_ns for file in model)
            if known not in self._usable:
                self._usable[known] = await self.pool.run(sam.usable, *model)
            if self._usable[known]:
                return model
        return None

    async def _look(self, asset: Asset, model: Model) -> sam.Seen:
        """Two clicks at once look once; a look that failed is forgotten."""
        key = asset.sha256, model
        task = self.seen.get(key)
        if task is None:
            task = self.seen[key] = asyncio.create_task(self._encoded(asset, model[0]))
            while len(self.seen) > KEPT:
                self.seen.popitem(last=False)
        self.seen.move_to_end(key)
        try:
            return await asyncio.shield(task)
        except GessoError:
            self.seen.pop(key, None)
            raise

    async def _encoded(self, asset: Asset, encoder: Path) -> sam.Seen:
        return await self.pool.run(looked, str(encoder), await self._small(asset))

    async def _small(self, asset: Asset) -> bytes:
        """Its preview, where it has one: nobody points at less than a pixel of that."""
        if asset.facts.get("preview") is None:
            return await self.store.get(asset.key)
        return await self.store.get(asset.key.rpartition(".")[0] + DERIVED["preview"])


def by_colour(data: bytes, size: tuple[int, int], points: Sequence[Point], box: Box | None) -> bytes:
    """In a worker process: the mask, as PNG."""
    pixels = picture.load(data)[..., :3]
    across, down = pixels.shape[1] / size[0], pixels.shape[0] / size[1]
    found = pointing.region(
        pixels,
        [Point(point.x * across, point.y * down, point.keep) for point in points],
        box and (int(box[0] * across), int(box[1] * down), max(1, int(box[2] * across)), max(1, int(box[3] * down))),
    )
    return pointing.written(found, size)


def looked(encoder: str, data: bytes) -> sam.Seen:
    """In a worker process."""
    return sam.look(Path(encoder), picture.load(data)[..., :3])


def by_model(decoder: str, seen: sam.Seen, size: tuple[int, int], points: Sequence[Point], box: Box | None) -> bytes:
    """In a worker process: the mask, as PNG."""
    return pointing.written(sam.select(Path(decoder), seen, size, points, box), size)
