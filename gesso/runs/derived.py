"""Files made of many assets on their way out: in another format or size, with what they say of themselves or without.
They are made one after the other and kept nowhere."""

from dataclasses import dataclass
from typing import Literal

from gesso.catalog import Catalog
from gesso.imaging import tags
from gesso.imaging.seal import Seal
from gesso.kit.actor import Actor
from gesso.kit.errors import BadMedia, Exhausted, Failed, TooLarge
from gesso.kit.media import Media
from gesso.library import Asset
from gesso.ops import export, filed
from gesso.ops.export import Format
from gesso.runs.pipeline import Runs
from gesso.runs.recall import inscription
from gesso.runs.sealing import sealed


@dataclass(frozen=True, slots=True)
class Way:
    """How a picture leaves. Without a `format` its bytes stay as they are, with its recipe laid in if that is asked
    for; `metadata` says how much a file that is made anew tells of itself."""

    format: Format | None = None
    long: int | None = None
    quality: int = 85
    metadata: Literal["all", "safe", "none"] = "safe"
    recipe: bool = False

    @property
    def as_it_is(self) -> bool:
        return self.format is None and not self.recipe


async def derived(runs: Runs, catalog: Catalog, actor: Actor, asset: Asset, way: Way) -> Media | None:
    """The file of a picture, made so; None where it leaves as it is, or cannot be made so."""
    if way.as_it_is or asset.kind != "image":
        return None
    text = None
    if way.recipe and way.metadata != "none":
        async with runs.db.work(actor, read_only=True) as work:
            text = await inscription(work, asset)
    data = await runs.store.get(asset.key)
    if way.format is None:
        written = await runs.pool.run(tags.inscribed, data, text) if text else None
        return Media(written, asset.type) if written is not None else None
    request = export.Convert(
        image=asset.id,
        format=way.format,
        long=way.long,
        quality=way.quality,
        metadata=way.metadata,
        credentials="none",
        ai_label="none",
    )
    seal = await sealed(runs.db, runs.store, actor, runs.secret, catalog, request)
    try:
        return await runs.pool.run(_made, request, data, seal, text)
    except (BadMedia, Exhausted, Failed, TooLarge):
        return None


def _made(request: export.Convert, data: bytes, seal: Seal, text: str | None) -> Media:
    """In a worker process."""
    made = filed.made(request, data)
    done = seal.on(made.data, made.type, ("converted",))
    return Media((tags.inscribed(done, text) if text else None) or done, made.type, made.facts)
