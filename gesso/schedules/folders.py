"""A folder of the server that is looked into for new files. Functions over a file system, for a thread.

Only folders within those that the operator has named are looked into. What is no plain file is passed over: a link
leads nowhere, inside or outside, and none that takes the place of a folder on the way; and of what is opened it is
asked again whether it is a file, by what was opened.
"""

import os
import stat
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from gesso.kit.errors import Denied, Invalid

QUIET: Final = 30.0
"""Seconds for which a file has not changed, and is taken for whole."""
MOST_FILES: Final = 20_000
"""That a watched folder may hold."""
SHEETS: Final = (".csv", ".tsv", ".xlsx", ".xls", ".ods", ".jsonl", ".ndjson")
PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Came:
    """A file as it lies there, by the name with which it is opened; `key` is a digest of its name, its size and when it
    was last changed."""

    name: str
    size: int
    key: str

    @property
    def shown(self) -> str:
        """The name as it is shown and stored. Some names are no text, and no database takes those."""
        return self.name.encode(errors="surrogateescape").decode(errors="replace")

    @property
    def is_sheet(self) -> bool:
        return self.name.lower().endswith(SHEETS)


def allowed(place: str, within: Iterable[Path]) -> Path:
    """Where the folder truly is, every link followed. Denied unless it is within one of these; Invalid where there is
    none."""
    roots = [root.resolve() for root in within]
    if not roots:
        raise Denied("No folder may be watched here. Whoever runs the studio can allow some: GESSO_WATCH.")
    try:
        found = Path(place).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        found = Path(place).absolute() if "\0" not in place else Path("/")
        if not any(found.is_relative_to(root) for root in roots):
            raise _outside() from None
        raise Invalid("There is no such folder.", fields=[{"field": "watch.place"}]) from None
    if not any(found.is_relative_to(root) for root in roots):
        raise _outside()
    if not found.is_dir():
        raise Invalid("There is no such folder.", fields=[{"field": "watch.place"}])
    return found


def _outside() -> Denied:
    return Denied("This folder is not among those that may be watched (GESSO_WATCH).")


def look(folder: Path, *, quiet: bool = True) -> list[Came]:
    """The files that lie in it, by name: hidden ones, links and folders are left out; and unless all are wanted, what
    has not been `quiet` for long enough. Invalid where there are too many, or it cannot be read."""
    try:
        with _opened(folder) as opened:
            return sorted(_files(opened, quiet), key=lambda came: came.name)
    except OSError as error:
        raise Invalid(
            f"The folder cannot be read: {error.strerror or error}.", fields=[{"field": "watch.place"}]
        ) from None


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """The folder itself, as `allowed` has found it: opened step by step from the root, so that no link is followed that
    has come since. OSError where one has."""
    way = os.O_DIRECTORY | os.O_NOFOLLOW | getattr(os, "O_PATH", 0)
    opened = os.open("/", way)
    try:
        for part in folder.parts[1:]:
            inner = os.open(part, way, dir_fd=opened)
            os.close(opened)
            opened = inner
        # What was opened for the way alone cannot be read.
        last = os.open(".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=opened)
    finally:
        os.close(opened)
    try:
        yield last
    finally:
        os.close(last)


def _files(folder: int, quiet: bool) -> Iterator[Came]:
    at = time.time()
    with os.scandir(folder) as entries:
        for count, entry in enumerate(entries):
            if count >= MOST_FILES:
                raise Invalid(f"The folder holds more than {MOST_FILES:,} files.", fields=[{"field": "watch.place"}])
            if entry.name.startswith(".") or not entry.is_file(follow_symlinks=False):
                continue
            found = entry.stat(follow_symlinks=False)
            # By when it was written and by when anything of it changed: a copy may bring an old time along. What is of
            # the future has not been quiet either.
            if not found.st_size or (quiet and max(found.st_mtime, found.st_ctime) > at - QUIET):
                continue
            yield Came(entry.name, found.st_size, _key(entry.name, found))


def copy(folder: Path, came: Came, into: Path, most: int) -> str | None:
    """Copies the file, and answers the SHA-256 of its bytes; None where it is not as it was seen: gone, a link by now,
    larger than `most`, or changed before or meanwhile."""
    try:
        with _opened(folder) as within:
            opened = os.open(came.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=within)
    except OSError:
        return None
    digest, count = sha256(), 0
    with os.fdopen(opened, "rb") as source, into.open("wb") as target:
        found = os.fstat(source.fileno())
        if not stat.S_ISREG(found.st_mode) or _key(came.name, found) != came.key or found.st_size > most:
            return None
        while piece := source.read(PIECE):
            count += len(piece)
            if count > most:
                return None
            digest.update(piece)
            target.write(piece)
        after = os.fstat(source.fileno())
    return digest.hexdigest() if count == came.size and _key(came.name, after) == came.key else None


def fresh(found: Iterable[Came], seen: Collection[str]) -> list[Came]:
    """Those that were not seen yet."""
    return [came for came in found if came.key not in seen]


def _key(name: str, found: os.stat_result) -> str:
    return sha256(f"file\0{name}\0{found.st_size}\0{found.st_mtime_ns}".encode(errors="surrogateescape")).hexdigest()
