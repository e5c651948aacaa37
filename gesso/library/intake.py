"""How bytes become an asset: checked, described and put to rest, all before a row points at them.

Keys are content addresses under the team's own folder: the same bytes rest once in a team, and no team can learn
from a key what another keeps.
"""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import UUID

from gesso.imaging import casts, credentials, declared, film, mesh, picture, recipes, sound, thumb, writing
from gesso.imaging.seen import caption
from gesso.kit.errors import Exhausted, TooLarge
from gesso.kit.media import Media, extension, kind
from gesso.kit.pool import Pool
from gesso.store import Store

PATIENCE: Final = 30.0
"""Seconds that the credentials of a file may take to be verified."""
DERIVED: Final[Mapping[str, str]] = {
    "256": ".256.webp",
    "512": ".512.webp",
    "preview": ".2048",
    "peaks": ".peaks",
    "strip": ".strip",
}
"""What is added to an asset's key, less its extension. A preview is WebP or JPEG: `facts["preview"]` says which. Peaks
are how loud a recording is from its start to its end, a strip is a film or a body at a glance; both are found when
somebody first wants to see them."""
SHARED: Final = ".shared"
"""Ends the name of the folder for what is drawn of an asset for those who are no people of the team."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How many bytes a team, and one person of it, may keep at most; 0: as many as there is room for."""

    team: int = 0
    person: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    bytes: int
    pixels: int
    ceiling: Ceiling = Ceiling()


@dataclass(frozen=True, slots=True)
class Kept:
    """What `library.add` needs to make resting bytes an asset. Travels as JSON (`asdict`). What a stranger brought has
    a `ceiling` to keep to."""

    key: str
    type: str
    sha256: str
    bytes: int
    width: int
    height: int
    facts: dict[str, Any]
    look: str = ""
    """What it looks like (`imaging.likeness`), in hex; empty of what cannot be looked at."""
    ceiling: Ceiling | None = None
    words: str = ""
    """What is written in it, where it is a text: it is found by that."""


@dataclass(frozen=True, slots=True)
class _Seen:
    type: str
    width: int
    height: int
    facts: dict[str, Any]
    derived: thumb.Derivatives
    sha256: str
    signed: bool = False
    words: str = ""


def _look(source: bytes | str, max_pixels: int, *, thorough: bool, name: str = "") -> _Seen:
    """In a worker process: everything there is to know of a file. `thorough` reads every pixel of a picture. What is
    text is taken as such only where its `name` says so: anything else of text is a picture that went wrong."""
    read = Path(source) if isinstance(source, str) else source
    head = read[: picture.HEAD] if isinstance(read, bytes) else _head(read)
    type = picture.sniff(head) or ""
    words = ""
    match kind(type):
        case "text" if written := _written(type, name):
            seen, words = _text(read, written)
        case "video" | "audio":
            seen = _recording(read, type, max_pixels)
        case "mesh":
            seen = _mesh(read, type)
        case _:
            seen = _picture(read, max_pixels, thorough=thorough)
    if isinstance(read, Path):
        with read.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
    else:
        digest = sha256(read).hexdigest()
    return _Seen(*seen, digest, kind(seen[0]) == "image" and credentials.signed(read), words)


_Found: TypeAlias = tuple[str, int, int, dict[str, Any], thumb.Derivatives]


def _picture(read: Path | bytes, max_pixels: int, *, thorough: bool) -> _Found:
    facts = picture.check(read, max_pixels=max_pixels) if thorough else picture.inspect(read, max_pixels=max_pixels)
    told = asdict(facts)
    for name in ("type", "width", "height"):
        del told[name]
    # What a stranger's file says of how it was made. Of our own the run knows it.
    if thorough and (recipe := recipes.read(read)) is not None:
        told["recipe"] = recipe.facts()
    if thorough and (said := credentials.plain(read)):
        told["provenance"] = said
    if thorough and (own := declared.read(read)):
        told["declared"] = own
    return facts.type, facts.width, facts.height, told, thumb.derive(read, max_pixels=max_pixels)


def _recording(read: Path | bytes, type: str, max_pixels: int) -> _Found:
    """A video by its poster, a sound by its waveform."""
    facts = film.inspect(read)
    told: dict[str, Any] = {"seconds": facts.seconds, "fps": facts.fps, "audio": facts.audio}
    if facts.video is None:
        shown = sound.waveform(film.listen(read, 4_000, most=1_200))
        # The containers of films hold music too.
        type = {"video/mp4": "audio/mp4", "video/webm": "audio/webm"}.get(type, type)
    else:
        shown = film.poster(read, max_pixels=max_pixels)
        told["video"] = facts.video
        type = "video/mp4" if type == "audio/mp4" else type
    height, width = shown.shape[:2]
    return type, width, height, told, thumb.derive(picture.png(shown, level=1))


def _mesh(read: Path | bytes, type: str) -> _Found:
    made = mesh.read(read.read_bytes() if isinstance(read, Path) else read)
    shown = mesh.render(made, 1024, 1024)
    told = asdict(casts.facts(made))
    return type, 1024, 1024, told, thumb.derive(picture.png(shown, level=1))


def _written(type: str, name: str) -> str | None:
    """As what a file of this name is kept that is of this type by its bytes; None unless it is a text by both."""
    named = writing.named(name)
    allowed = ("text/plain", "text/html") if named == "text/markdown" else ("text/plain",)
    return named if type in allowed else None


def _text(read: Path | bytes, type: str) -> tuple[_Found, str]:
    """By a page with its first lines; and what is written in it."""
    found = writing.read(read, type)
    shown = picture.png(writing.page(found.text), level=1)
    told: dict[str, Any] = {"lines": found.lines, "words": found.words, "head": found.head}
    return (type, writing.WIDTH, writing.HEIGHT, told, thumb.derive(shown)), found.text[:20_000]


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(picture.HEAD)


async def take_in(pool: Pool, store: Store, team_id: UUID, path: Path, limits: Limits, *, name: str = "") -> Kept:
    """Takes a stranger's file in. Nothing rests when it is refused (BadMedia, TooLarge). Texts are taken where its
    `name` says that it is one."""
    size = await asyncio.to_thread(os.path.getsize, path)
    if size > limits.bytes:
        raise TooLarge(f"The file is larger than {limits.bytes >> 20} MiB.", limit=limits.bytes)
    seen = await pool.run(_look, str(path), limits.pixels, thorough=True, name=name)
    kept = await _rest(store, team_id, seen, size, path, await _credentials(pool, seen, str(path)))
    return replace(kept, ceiling=limits.ceiling)


async def keep(pool: Pool, store: Store, team_id: UUID, media: Media, limits: Limits) -> Kept:
    """Puts to rest what an offer made."""
    name = f"made.{extension(media.type)}"
    seen = await pool.run(_look, media.data, limits.pixels, thorough=False, name=name)
    facts = {**await _credentials(pool, seen, media.data), **media.facts}
    return await _rest(store, team_id, seen, len(media.data), media.data, facts)


async def _credentials(pool: Pool, seen: _Seen, source: bytes | str) -> dict[str, Any]:
    """What its content credentials say, where it has any. They are read on their own: whatever is wrong with them, it
    costs the picture nothing."""
    if not seen.signed:
        return {}
    before = seen.facts.get("provenance", {})
    try:
        found = await asyncio.wait_for(pool.run(credentials.read, source, seen.type), PATIENCE)
    except (Exhausted, TimeoutError, OSError):
        found = {"state": "broken"}
    return {"provenance": {**before, **found}} if found else {}


async def _rest(
    store: Store, team_id: UUID, seen: _Seen, size: int, data: bytes | Path, facts: Mapping[str, Any]
) -> Kept:
    stem = f"{team_id}/{seen.sha256[:2]}/{seen.sha256}"
    key = f"{stem}.{extension(seen.type)}"
    derived = {"256": seen.derived.small, "512": seen.derived.large, "preview": seen.derived.preview}
    await asyncio.gather(
        store.put(key, data),
        *(store.put(stem + DERIVED[name], found) for name, found in derived.items() if found is not None),
    )
    told = dict(seen.facts)
    told |= {
        "thumbhash": seen.derived.thumbhash,
        "colour": seen.derived.colour,
        "preview": picture.sniff(seen.derived.preview) if seen.derived.preview else None,
        **facts,
    }
    if kind(seen.type) == "image":
        # Of a film, a sound or a body this would tell of the picture that stands for it.
        told = {
            "seen": seen.derived.seen.facts(),
            "caption": caption(seen.derived.seen, seen.width, seen.height),
            **told,
        }
    look = "" if kind(seen.type) == "audio" else seen.derived.likeness.hex()
    return Kept(key, seen.type, seen.sha256, size, seen.width, seen.height, told, look, words=seen.words)
