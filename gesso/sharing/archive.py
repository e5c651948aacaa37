"""A board as one ZIP, written while it is sent."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from zipfile import ZipFile

from gesso.kit.errors import NotFound
from gesso.kit.media import extension
from gesso.library import Asset
from gesso.library.bundle import Names, Sink, entry, poured
from gesso.store import Store


@dataclass(frozen=True, slots=True)
class File:
    """What is handed out of an asset: bytes of this type, or without `data` the bytes that rest."""

    title: str
    type: str
    data: bytes | None = None


async def archive(store: Store, files: AsyncIterator[tuple[Asset, File]]) -> AsyncIterator[bytes]:
    """The archive, piece by piece. What has no bytes any more is left out."""
    sink, names = Sink(), Names()
    with ZipFile(sink, "w") as packed:
        async for asset, file in files:
            name = names.next(file.title, extension(file.type))
            if file.data is not None:
                with packed.open(entry(name, asset.created_at, len(file.data)), "w") as written:
                    await asyncio.to_thread(written.write, file.data)
                yield sink.taken()
                continue
            try:
                size = await store.size(asset.key)
            except NotFound:
                continue
            async for piece in poured(packed, sink, store, asset, name, size):
                yield piece
    yield sink.taken()
