"""What platforms ask of a picture: sizes, accepted types, limits, and what the app draws over it; each with its source
and its date, for platforms change their minds."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, Literal, get_args

from gesso.kit.time import now

Type = Literal["jpeg", "png", "gif", "webp", "avif"]
FormatKind = Literal["feed", "story", "profile", "cover", "ad", "thumbnail", "link", "carousel"]

TYPES: Final[tuple[Type, ...]] = get_args(Type)
FORMAT_KINDS: Final[tuple[FormatKind, ...]] = get_args(FormatKind)
FRESH: Final = timedelta(days=365)
"""What was looked up before that may no longer be so."""
OWN_PLATFORM: Final = "own"
OURS: Final = "Gesso's own table"
"""The source of what no page was found for."""


@dataclass(frozen=True, slots=True)
class Safe:
    """The shares of the edges that an app may cover or cut, 0..1."""

    top: float = 0.0
    bottom: float = 0.0
    left: float = 0.0
    right: float = 0.0


@dataclass(frozen=True, slots=True)
class Zone:
    """What an app draws over the picture, in shares of it."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Caption:
    """How long the words beside a picture may be; None where no limit is known."""

    max: int | None = None
    hashtags: int | None = None
    mentions: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """One place for a picture on a platform. `source` is where it was looked up and `as_of` when; `note` says what of
    it is not from there."""

    id: str
    platform: str
    title: str
    width: int
    height: int
    types: tuple[Type, ...]
    max_bytes: int | None = None
    safe: Safe = Safe()
    zones: tuple[Zone, ...] = ()
    round: bool = False
    kind: FormatKind = "feed"
    caption: Caption | None = None
    alt_max: int | None = None
    source: str = OURS
    as_of: date = date(2026, 11, 30)
    note: str = ""
    own: bool = False

    @property
    def platform_title(self) -> str:
        found = PLATFORMS.get(self.platform)
        return found.title if found else "Your own"

    @property
    def name(self) -> str:
        """What it is called within its platform, fit for the name of a file."""
        return slug(self.title) if self.own else self.id.partition(".")[2]

    @property
    def stale(self) -> bool:
        return self.stale_on(now().date())

    def stale_on(self, day: date) -> bool:
        return day - self.as_of > FRESH


@dataclass(frozen=True, slots=True)
class Platform:
    """`aka` are other names that a request may call it; `words` find it."""

    id: str
    title: str
    formats: tuple[Format, ...]
    aka: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def slug(title: str) -> str:
    """The title in small letters that every file system bears."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40] or "format"


def _read() -> dict[str, Platform]:
    told = tomllib.loads((Path(__file__).parent / "platforms.toml").read_text("utf-8"))
    return {id: _platform(id, said) for id, said in told.items()}


def _platform(id: str, said: dict[str, Any]) -> Platform:
    title, aka, words = said.pop("title"), said.pop("aka", ()), said.pop("words", ())
    rows = said.pop("formats")
    formats = tuple(_format(f"{id}.{name}", id, {**said, **row}) for name, row in rows.items())
    return Platform(id, title, formats, tuple(aka), tuple(words))


def _format(id: str, platform: str, said: dict[str, Any]) -> Format:
    caption = said.pop("caption", None)
    return Format(
        id,
        platform,
        types=tuple(said.pop("types")),
        safe=Safe(*said.pop("safe", ())),
        zones=tuple(Zone(*zone) for zone in said.pop("zones", ())),
        caption=Caption(**caption) if caption else None,
        **said,
    )


PLATFORMS: Final[Mapping[str, Platform]] = _read()
FORMATS: Final[Mapping[str, Format]] = {each.id: each for one in PLATFORMS.values() for each in one.formats}
_AKA: Final = {name: one.id for one in PLATFORMS.values() for name in one.aka}


def platform(name: str) -> Platform | None:
    """The platform of this name, or of another that it has, however it is spelled."""
    plain = re.sub(r"[\s-]+", "_", name.strip().lower())
    return PLATFORMS.get(_AKA.get(plain, _AKA.get(plain.replace("_", "-"), plain)))


def format(name: str) -> Format | None:
    """The format of this id, `platform.name`."""
    where, _, what = name.strip().lower().partition(".")
    found = platform(where)
    return FORMATS.get(f"{found.id}.{re.sub(r'[ -]+', '_', what)}") if found else None


def grouped(formats: Iterable[Format]) -> list[Platform]:
    """The formats by platform, in the order in which each platform first comes."""
    groups: dict[str, list[Format]] = {}
    for each in formats:
        groups.setdefault(each.platform, []).append(each)
    bare = Platform(OWN_PLATFORM, "Your own", ())
    return [replace(PLATFORMS.get(id, bare), formats=tuple(some)) for id, some in groups.items()]
