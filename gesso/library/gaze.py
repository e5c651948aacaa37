"""What is seen in pictures, kept for the next crop: a grid of previews asks for many at once, again
at each drag."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from gesso.imaging import crop
from gesso.imaging.crop import Focus
from gesso.kit.errors import Invalid
from gesso.kit.pool import Pool
from gesso.library.tables import Asset
from gesso.store import Store

KEPT: Final = 1000
"""Pictures of which is kept what is seen in them: some kilobytes each."""


@dataclass
class Gaze:
    pool: Pool
    store: Store
    seen: OrderedDict[str, asyncio.Task[Focus]] = field(default_factory=OrderedDict, repr=False)

    async def focus(self, asset: Asset) -> Focus:
        """Looks at the picture's own bytes, as an export does: what a preview shows is what is made. Two that ask at
        once look once; a look that failed is forgotten."""
        if asset.kind != "image":
            raise Invalid("Only a picture can be cropped.")
        task = self.seen.get(asset.sha256)
        if task is None:
            task = self.seen[asset.sha256] = asyncio.create_task(self._looked(asset))
            while len(self.seen) > KEPT:
                self.seen.popitem(last=False)
        self.seen.move_to_end(asset.sha256)
        try:
            return await asyncio.shield(task)
        except Exception:
            self.seen.pop(asset.sha256, None)
            raise

    async def _looked(self, asset: Asset) -> Focus:
        return await self.pool.run(crop.look, await self.store.get(asset.key))
