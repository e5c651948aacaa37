"""Where bytes rest, behind one URL: local disk, S3, Azure Blob, Google Cloud Storage, memory (all by obstore).

Keys are content addresses that callers make; an object is written once and never changed.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlparse

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, from_url

from gesso.kit.errors import NotFound, Unavailable
from gesso.kit.ids import uuid7

CHUNK = 1 << 20
LISTED = 500


@dataclass(frozen=True, slots=True)
class Resting:
    """One object: `at` is when it came to rest."""

    key: str
    bytes: int
    at: datetime


class Store:
    def __init__(self, objects: obstore.store.ObjectStore, root: Path | None) -> None:
        self._objects = objects
        self._root = root

    async def put(self, key: str, data: bytes | Path) -> None:
        """Writes the object unless it is there already (same key, same bytes)."""
        with suppress(AlreadyExistsError), _told("stored"):
            await obstore.put_async(self._objects, key, data, mode="create")

    async def get(self, key: str) -> bytes:
        """The object; NotFound when there is none, Unavailable when the store cannot be asked now."""
        with _told("read"):
            found = await obstore.get_async(self._objects, key)
            return bytes(await found.bytes_async())

    async def size(self, key: str) -> int:
        """Length in bytes; errors as for `get`."""
        with _told("read"):
            return int((await obstore.head_async(self._objects, key))["size"])

    async def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` to before `end`, in pieces of at most 1 MiB."""
        for at in range(start, end, CHUNK):
            with _told("read"):
                piece = await obstore.get_range_async(self._objects, key, start=at, end=min(at + CHUNK, end))
            yield bytes(piece)

    async def remove(self, keys: Iterable[str]) -> None:
        """Removes the objects; those that are not there are no matter."""
        await asyncio.gather(*map(self._remove, keys))

    async def _remove(self, key: str) -> None:
        with suppress(NotFound), _told("removed"):
            await obstore.delete_async(self._objects, key)

    async def digest(self, key: str) -> tuple[str, int]:
        """What rests there in truth: its SHA-256 and its length, read in pieces; errors as for `get`."""
        size, seen = await self.size(key), sha256()
        async for piece in self.stream(key, 0, size):
            await asyncio.to_thread(seen.update, piece)
        return seen.hexdigest(), size

    async def objects(self, prefix: str = "") -> AsyncIterator[list[Resting]]:
        """What rests under the folder, some hundred at a time, in no order."""
        with _told("listed"):
            async for batch in obstore.list(self._objects, prefix or None, chunk_size=LISTED):
                yield [Resting(meta["path"], int(meta["size"]), meta["last_modified"]) for meta in batch]

    async def keys(self, prefix: str = "") -> AsyncIterator[str]:
        async for batch in self.objects(prefix):
            for each in batch:
                yield each.key

    async def ready(self) -> None:
        """Raises when the store cannot be reached or written."""
        probe = f".ready-{uuid7()}"
        await obstore.put_async(self._objects, probe, b"")
        await obstore.delete_async(self._objects, probe)

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


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turns the errors of the many stores into ours."""
    try:
        yield
    except AlreadyExistsError:
        raise
    except FileNotFoundError:
        raise NotFound("The bytes of this asset are gone.") from None
    except (OSError, BaseError) as error:
        raise Unavailable(f"The picture could not be {what} just now: {error}. Is the disk full, or away?") from error


def open_store(url: str) -> Store:
    """The store at `url`. A local folder is made when it is not there."""
    parts = urlparse(url)
    if parts.scheme == "file":
        root = Path(unquote(parts.path))
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Store(LocalStore(root), root)
    return Store(from_url(url), None)
