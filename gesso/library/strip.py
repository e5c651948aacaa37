"""A film or a 3D model at a glance: found once, when somebody first points at it, and kept beside it."""

from gesso.imaging import strip as drawn
from gesso.kit.errors import NotFound
from gesso.kit.pool import Pool
from gesso.library.intake import DERIVED
from gesso.library.tables import Asset
from gesso.store import Store


async def strip(pool: Pool, store: Store, asset: Asset) -> bytes:
    """WebP: `COUNT` small pictures next to each other."""
    key = asset.key.rpartition(".")[0] + DERIVED["strip"]
    try:
        return await store.get(key)
    except NotFound:
        made = await pool.run(drawn.sides if asset.kind == "mesh" else drawn.moments, await store.get(asset.key))
        await store.put(key, made)
        return made
