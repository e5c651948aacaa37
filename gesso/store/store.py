"""Where bytes rest, behind one URL: local disk, S3, Azure Blob, Google Cloud Storage, memory (all by obstore).

Keys are content addresses that callers make; an object is written once and never changed.
"""

import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote, urlparse

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, from_url

from gesso.kit.errors import NotFound, Unavailable

CHUNK = 1 << 20


class Store:
    def __init__(self, objects: obstore.store.ObjectStore, root: Path | None) -> None:
        self._objects = objects
        self._root = root

    async def put(self, key: str, data: bytes | Path) -> None:
        """Writes the object unless it is there already (same key, same bytes)."""
        try:
            await obstore.put_async(self._objects, key, data, mode="create")
        except AlreadyExistsError:
            return
        except (OSError, BaseError) as error:
            raise Unavailable(f"The picture could not be stored: {error}. Is the disk full?") from error

    async def get(self, key: str) -> bytes:
        try:
            found = await obstore.get_async(self._objects, key)
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            raise NotFound("The bytes of this asset are gone.") from None

    async def size(self, key: str) -> int:
        """Length in bytes; NotFound when there is no such object."""
        try:
            return int((await obstore.head_async(self._objects, key))["size"])
        except FileNotFoundError:
            raise NotFound("The bytes of this asset are gone.") from None

    async def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` to before `end`, in pieces of at most 1 MiB."""
        for at in range(start, end, CHUNK):
            piece = await obstore.get_range_async(self._objects, key, start=at, end=min(at + CHUNK, end))
            yield bytes(piece)

    async def keys(self, prefix: str = "") -> AsyncIterator[str]:
        async for batch in obstore.list(self._objects, prefix or None):
            for meta in batch:
                yield meta["path"]

    async def ready(self) -> None:
        """Raises when the store cannot be reached or written."""
        await obstore.put_async(self._objects, ".ready", b"")
        await obstore.delete_async(self._objects, ".ready")

    def sweep(self, *, older: float = 0.0) -> None:
        """Removes what a killed process left half-written on local disk, if untouched for `older` seconds.

        obstore writes to NAME#N and renames it when it is whole. While others write, `older` must be more than the
        longest write takes.
        """
        if self._root is None or not self._root.exists():
            return
        for left in self._root.rglob("*#*"):
            if re.search(r"#\d+$", left.name) and time.time() - left.stat().st_mtime >= older:
                left.unlink(missing_ok=True)


def open_store(url: str) -> Store:
    """The store at `url`. A local folder is made when it is not there."""
    parts = urlparse(url)
    if parts.scheme == "file":
        root = Path(unquote(parts.path))
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Store(LocalStore(root), root)
    return Store(from_url(url), None)
