"""ZIP archives that strangers have packed, opened with care: no name in one leads anywhere, no archive in it is opened,
and none unpacks to more than it says and we take.

It reads files and takes its time: it belongs beside the event loop.
"""

import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Final, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from gesso.kit.errors import BadMedia, Invalid, TooLarge

MOST: Final = 20_000
"""Files of one archive."""
DIRECTORY: Final = 64 << 20
"""Bytes of the list at its end, which lies in memory."""
UNPACKED: Final = 64 << 30
"""Bytes of all files together, as the archive says."""
LONGEST: Final = 1_000
PIECE: Final = 1 << 20
ARCHIVES: Final = frozenset((".zip", ".cbz", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"))
LITTER: Final = frozenset(("thumbs.db", "desktop.ini", ".ds_store"))
"""What systems leave in folders, and nobody means."""
_END, _END64, _WAY64 = b"PK\5\6", b"PK\6\6", b"PK\6\7"

OUT = "Its name leads out of the archive."
LINK = "It is a link to another file."
NESTED = "Archives within archives are not opened."
LOCKED = "It is locked with a password."
HEAVY = "It is larger than what this studio takes."
PACKED = "It is packed in a way that is not read here."


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of an archive: its place there, its path as text, how large it says it is, and why it is not taken, if
    that can be told already."""

    place: int
    name: str
    bytes: int
    why: str = ""


class Archive:
    """An open archive. Invalid where it is none or cannot be read, TooLarge where it holds too much."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        try:
            _measured(self._file)
            self._zip = ZipFile(self._file)
            self._infos = self._zip.infolist()
        # NotImplementedError: so `zipfile` says that an archive needs a newer reader than it is.
        except (BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as error:
            self._file.close()
            raise Invalid("This file is no ZIP archive, or it is damaged.", fields=[{"field": "file"}]) from error
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()
        self._file.close()

    def entries(self, most: int) -> list[Entry]:
        """Its files, but not what systems leave about. `most` bytes are the largest that is taken."""
        found = list(self._entries(most))
        if len(found) > MOST:
            raise TooLarge(f"An archive may hold {MOST:,} files; this one has {len(found):,}. Pack it in parts.")
        if sum(entry.bytes for entry in found) > UNPACKED:
            raise TooLarge(f"What is in this archive comes to more than {UNPACKED >> 30} GiB. Pack it in parts.")
        return found

    def _entries(self, most: int) -> Iterator[Entry]:
        for place, info in enumerate(self._infos):
            name = _named(info)
            parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
            mode = info.external_attr >> 16
            if info.is_dir() or stat.S_ISDIR(mode) or not parts:
                continue
            if parts[0] == "__MACOSX" or parts[-1].casefold() in LITTER or parts[-1].startswith("._"):
                continue
            yield Entry(place, "/".join(parts)[:LONGEST], info.file_size, _why(info, name, parts, mode, most))

    def unpack(self, place: int, path: Path, most: int) -> int:
        """Writes one file to `path`, and says how many bytes it has: never more than it has said, nor than `most`."""
        info = self._infos[place]
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadMedia(PACKED)
        count, room = 0, min(most, info.file_size)
        try:
            with self._zip.open(info) as packed, path.open("wb") as out:
                while piece := packed.read(PIECE):
                    count += len(piece)
                    if count > room:
                        raise TooLarge(HEAVY)
                    out.write(piece)
        # NotImplementedError: so `zipfile` says that a file is patched or locked in a way that it does not know.
        except (BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error) as error:
            raise BadMedia("It is damaged in the archive, or packed in a way that cannot be read.") from error
        return count


def _why(info: ZipInfo, name: str, parts: list[str], mode: int, most: int) -> str:
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return LINK
    if ".." in parts or name.startswith(("/", "\\")) or parts[0][1:2] == ":":
        return OUT
    if PurePosixPath(parts[-1]).suffix.lower() in ARCHIVES:
        return NESTED
    if info.flag_bits & 1:
        return LOCKED
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        # Python unpacks a piece of the others whole, however much it becomes.
        return PACKED
    return HEAVY if info.file_size > most else ""


def _named(info: ZipInfo) -> str:
    """Its path as text. Where nobody says how it is written, it is UTF-8 if it can be, else what DOS wrote; what cannot
    be seen is left out, so that no name reads as another."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with suppress(UnicodeEncodeError, UnicodeDecodeError):
            name = name.encode("cp437").decode()
    plain = unicodedata.normalize("NFC", name)
    return "".join("" if unicodedata.category(sign) in ("Cc", "Cf", "Cs") else sign for sign in plain)


def _measured(file: BinaryIO) -> None:
    """Raises for a list of files that is too long to be read: whoever reads it holds all of it in memory."""
    size = file.seek(0, 2)
    start = max(0, size - (1 << 16) - 22)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise BadZipFile("no end")
    count, length = struct.unpack_from("<H", tail, at + 10)[0], struct.unpack_from("<I", tail, at + 12)[0]
    if at >= 20 and tail[at - 20 : at - 16] == _WAY64:
        # Whoever reads it looks where the way points, or right before it, whatever the plain end says.
        for place in (struct.unpack_from("<Q", tail, at - 12)[0], size - len(tail) + at - 76):
            if not 0 <= place <= size - 56:
                continue
            file.seek(place)
            end = file.read(56)
            if end[:4] == _END64:
                counted, long = struct.unpack_from("<QQ", end, 32)
                count, length = max(count, counted), max(length, long)
    file.seek(0)
    if length > DIRECTORY or count > 10 * MOST:
        raise TooLarge(f"An archive may hold {MOST:,} files; this one has more. Pack it in parts.")
