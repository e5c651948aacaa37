"""Many assets as one ZIP archive that is written while it is sent: nothing of it rests anywhere, and little of it in
memory. Pictures are compressed already, so they are stored as they are."""

import asyncio
import json
import unicodedata
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zipfile import ZipFile, ZipInfo

from gesso.kit.errors import NotFound
from gesso.kit.media import Media, extension
from gesso.kit.time import now
from gesso.library.tables import Asset
from gesso.store import Store

MANIFEST: Final = "manifest.json"
STEM_BYTES: Final = 150
"""Of a name, in UTF-8: so it fits every file system, also with a number and an ending."""
RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in (*range(10), *"¹²³")}
)
"""What Windows takes for a device, whatever its ending."""


@dataclass(frozen=True, slots=True)
class Packed:
    """An asset that goes into an archive, the recipe of the run that made it, and its tags; with `made`, the file that
    goes in its place."""

    asset: Asset
    input: Mapping[str, Any] | None
    tags: Sequence[str] = ()
    made: Media | None = None


async def bundle(store: Store, packed: AsyncIterator[Packed]) -> AsyncIterator[bytes]:
    """The archive, piece by piece. The last file in it, `manifest.json`, says what each file is, and which assets are
    `missing` because their bytes are gone."""
    sink, names = Sink(), Names(MANIFEST)
    files: list[dict[str, Any]] = []
    missing: list[dict[str, Any]] = []
    with ZipFile(sink, "w") as archive:
        async for each in packed:
            asset = each.asset
            try:
                size = await store.size(asset.key)
            except NotFound:
                missing.append(_told(each))
                continue
            if (made := each.made) is not None:
                name = names.next(asset.title, extension(made.type))
                whole = entry(name, asset.created_at, len(made.data))
                await asyncio.to_thread(archive.writestr, whole, made.data)
                yield sink.taken()
                files.append(_told(each) | {"file": name, "made": {"type": made.type, "bytes": len(made.data)}})
                continue
            name = names.next(asset.title, extension(asset.type))
            async for piece in poured(archive, sink, store, asset, name, size):
                yield piece
            files.append(_told(each) | {"file": name})
        manifest = await asyncio.to_thread(_json, {"files": files, "missing": missing})
        archive.writestr(entry(MANIFEST, now(), len(manifest)), manifest)
    yield sink.taken()


async def poured(
    archive: ZipFile, sink: "Sink", store: Store, asset: Asset, name: str, size: int
) -> AsyncIterator[bytes]:
    """One asset's bytes into the archive, and out of it."""
    with archive.open(entry(name, asset.created_at, size), "w") as file:
        async for piece in store.stream(asset.key, 0, size):
            await asyncio.to_thread(file.write, piece)
            yield sink.taken()


class Names:
    """Gives each file a name that every system takes and no other file has, in whatever case."""

    def __init__(self, *taken: str) -> None:
        self._taken = set(map(_key, taken))
        self._used: dict[str, int] = {}

    def next(self, title: str, extension: str) -> str:
        """`title.ext`, or `title (2).ext` and so on."""
        stem = safe(title)
        key = _key(f"{stem}.{extension}")
        number = self._used.get(key, 0) + 1
        while _key(name := f"{stem} ({number}).{extension}" if number > 1 else f"{stem}.{extension}") in self._taken:
            number += 1
        self._used[key] = number
        self._taken.add(_key(name))
        return name

    def folder(self, title: str) -> str:
        """A name for a folder, in the same way."""
        stem = safe(title)
        number, name = 1, stem
        while _key(name) in self._taken:
            number += 1
            name = f"{stem} ({number})"
        self._taken.add(_key(name))
        return name


def safe(title: str) -> str:
    """The title as the name of a file, without an ending: no sign that leads elsewhere or cannot be seen, no name of a
    device, at most `STEM_BYTES` long, never empty."""
    seen = "".join(
        "_" if char in '<>:"/\\|?*' else " " if unicodedata.category(char) in _UNSEEN else char
        for char in unicodedata.normalize("NFC", title)
    )
    cut = " ".join(seen.split()).strip(" .").encode()[:STEM_BYTES].decode(errors="ignore").strip(" .")
    if cut.partition(".")[0].strip().casefold() in RESERVED:
        cut = f"_{cut}"
    return cut or "Untitled"


_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def entry(name: str, at: datetime, size: int) -> ZipInfo:
    """The archive's own form for one file; `size` decides whether it is a large one (ZIP64)."""
    made = ZipInfo(name, at.timetuple()[:6])
    made.file_size = size
    made.external_attr = 0o644 << 16
    return made


def _told(packed: Packed) -> dict[str, Any]:
    asset = packed.asset
    return {
        "id": str(asset.id),
        "title": asset.title,
        "width": asset.width,
        "height": asset.height,
        "sha256": asset.sha256,
        "op": asset.op,
        "input": packed.input,
        "tags": list(packed.tags),
        **({"stock": stock} if (stock := asset.facts.get("stock")) else {}),
        "created_at": asset.created_at.isoformat(),
    }


def _json(manifest: Mapping[str, Any]) -> bytes:
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode(errors="replace")


class Sink:
    """A file that cannot seek: what is written to it is taken away again."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Whatever was written can be taken at once."""

    def close(self) -> None:
        """There is nothing behind it to be closed."""

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
