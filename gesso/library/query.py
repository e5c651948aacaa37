"""What people type to find assets: words, "exact phrases", -without, and filters as `rating:>=4`. The one place that
reads it.

Wrong syntax is told and not guessed at: a filter that is left out by mistake would widen what is found, and what is
found can be deleted. What has the form of a filter and the name of none (`12:30`, `https://…`) is words.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias
from uuid import UUID

from gesso.db import Work
from gesso.kit.errors import Invalid
from gesso.kit.time import now
from gesso.library import search
from gesso.ops import OPERATIONS

Bounds: TypeAlias = tuple[tuple[str, float], ...]
"""Comparisons that all hold, as ((">=", 3), ("<=", 5))."""
Finder: TypeAlias = Callable[[Work, str], Awaitable[Mapping[UUID, int]]]

FINDERS: Final[dict[str, Finder]] = {}
"""Fields that another part of the library answers, by look or by meaning: which of the team's assets fit a value, and
how well (from 1 on, the best first). It raises `Invalid` for a value that it cannot read."""

NAMED: Final = {
    "red": "#d7263d",
    "orange": "#f2802b",
    "yellow": "#f6d13d",
    "lime": "#a4cf4a",
    "green": "#2e8b57",
    "teal": "#1b9aaa",
    "sky": "#7cc4f0",
    "blue": "#2456c9",
    "violet": "#7a3fbf",
    "pink": "#e0529c",
    "rose": "#f3bccb",
    "brown": "#7a4a2b",
    "beige": "#d9c3a0",
    "white": "#fafafa",
    "grey": "#8c8c8c",
    "black": "#141414",
}
"""Colours that may be typed by name."""
_SEEN: Final = {
    "colour": re.compile(rf"#?[0-9a-f]{{6}}|{'|'.join(NAMED)}", re.IGNORECASE),
    "like": re.compile("[0-9a-f-]{32,36}|[0-9a-z_-]{60,200}", re.IGNORECASE),
}
"""How what is looked for by look may be written: as a colour, as an id, as what stands for a picture that was sent."""

MOST_PARTS: Final = 40

SAYS: Final = {
    "number": "This needs a number, as 4, >=4 or 3..5.",
    "rating": "A rating is a number from 1 to 5, or none.",
    "date": "This needs a date, as 2026-01-31, 2026-01, today or 7d.",
    "size": "A size is in megapixels, pixels or bytes, as >2mp, >=1024px, 1024x768 or <5mb.",
    "ratio": "A ratio is as 16:9, >1.5, landscape, portrait or square.",
    "cost": "A cost is in dollars, as <0.05.",
    "one": "There is nothing of this name to choose here.",
    "id": "This is not the beginning of an id.",
    "empty": "Something is missing after the colon.",
    "field": "There is no filter of this name.",
    "colour": "A colour is as #1e90ff, or a name as teal.",
    "like": "This needs the id of a picture.",
    "finder": "This cannot be looked for here.",
    "many": "These are too many parts; leave some out.",
}
"""Why a part cannot be read."""

IS: Final = (
    "favourite",
    "reference",
    "upload",
    "made",
    "version",
    "original",
    "mask",
    "trial",
    "rated",
    "tagged",
    "collected",
    "labelled",
    "stacked",
    "approved",
    "changes",
    "held",
)
KINDS: Final = {"image": "image", "video": "video", "audio": "audio", "mesh": "mesh", "text": "text"} | {
    "picture": "image",
    "film": "video",
    "sound": "audio",
    "3d": "mesh",
    "model": "mesh",
}
LABELS: Final = ("red", "orange", "yellow", "green", "blue", "purple", "grey", "none")
STATES: Final = ("succeeded", "failed", "cancelled", "running", "queued", "unknown", "uploaded", "trash")
STUDIOS: Final = ("create", "edit", "upscale", "control", "transform", "export", "words", "upload")
SHAPES: Final = ("landscape", "portrait", "square")


class _Wrong(ValueError):
    """Its argument names a sentence of `SAYS`."""


@dataclass(frozen=True, slots=True)
class Term:
    """A filter. `value` is what its field makes of what was written."""

    field: str
    value: Any
    without: bool = False
    written: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what was typed, from `start` to `end`: a filter, or a word or phrase where it has no field."""

    start: int
    end: int
    text: str
    value: str
    field: str | None = None
    without: bool = False
    phrase: bool = False
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    parts: tuple[Part, ...] = ()
    terms: tuple[Term, ...] = ()
    asked: search.Asked = field(default_factory=search.Asked)

    def checked(self) -> "Query":
        """Itself; Invalid, with the place of what is wrong, when a part cannot be read."""
        wrong = [part for part in self.parts if part.trouble]
        if wrong:
            fields = [{"field": "q", "start": part.start, "end": part.end, "message": part.trouble} for part in wrong]
            raise Invalid(f"“{wrong[0].text}”: {wrong[0].trouble}", fields=fields)
        return self


def parse(text: str, at: datetime | None = None) -> Query:
    """What is asked for. `at` is the moment from which `7d` counts."""
    moment = at or now()
    parts: list[Part] = []
    terms: list[Term] = []
    for part in _pieces(text):
        if len(parts) == MOST_PARTS:
            parts.append(_troubled(part, "many"))
            break
        if part.field is not None:
            try:
                terms.append(Term(part.field, _read(part.field, part.value, moment), part.without, part.text))
            except _Wrong as wrong:
                part = _troubled(part, str(wrong))
        parts.append(part)
    said = [part for part in parts if part.field is None and part.trouble is None]
    asked = search.Asked(
        words=tuple(part.value for part in said if not part.phrase and not part.without),
        phrases=tuple(tuple(part.value.split()) for part in said if part.phrase and not part.without),
        without=tuple(part.value for part in said if not part.phrase and part.without),
        without_phrases=tuple(tuple(part.value.split()) for part in said if part.phrase and part.without),
    )
    return Query(tuple(parts), tuple(terms), asked)


def written(field: str, value: str) -> str:
    """A filter as it is typed."""
    plain = re.fullmatch(r"[^\s\",]+", value)
    return f"{field}:{value}" if plain else '{}:"{}"'.format(field, value.replace('"', ""))


# -- the pieces

_PIECE: Final = re.compile(
    r"""(?P<without>-(?=[\w"#]))?
        (?:(?P<field>[^\W\d][\w-]*):(?!//)(?P<value>(?:"[^"]*(?:"|$)|[^\s"])*)|"(?P<phrase>[^"]*)(?:"|$)|(?P<word>\S+))""",
    re.VERBOSE,
)


def _pieces(text: str) -> Iterator[Part]:
    for found in _PIECE.finditer(text):
        place = found.start(), found.end(), found[0]
        without = found["without"] is not None
        name = (found["field"] or "").casefold()
        known = NAMES.get(name)
        if known:
            value = found["value"].replace('"', "").strip()
            yield Part(*place, value, known, without)
        elif name and (meant := _meant(name)):
            yield _troubled(Part(*place, found["value"], without=without), "field", meant)
        elif found["phrase"] is not None:
            if plain := " ".join(found["phrase"].split()):
                yield Part(*place, plain, None, without, phrase=True)
        else:
            word = found[0][without:].replace('"', " ") if found["word"] is None else found["word"]
            yield from (Part(*place, each, None, without) for each in word.split())


def _troubled(part: Part, why: str, meant: str | None = None) -> Part:
    return Part(part.start, part.end, part.text, meant or part.value, part.field, part.without, False, SAYS[why])


def _meant(name: str) -> str | None:
    """The filter that somebody has mistyped."""
    if len(name) < 4:
        return None
    near = [known for known in NAMES if search.slips(name, known, 2 if len(known) > 6 else 1) <= (1 + (len(known) > 6))]
    return NAMES[near[0]] if near else None


# -- what a value means

_NUMBER: Final = r"[0-9]+(?:[.][0-9]+)?"
_COMPARED: Final = re.compile(rf"(?P<sign>>=|<=|>|<|=)?(?P<number>{_NUMBER})(?P<unit>[a-z]*)")
_BETWEEN: Final = re.compile(rf"(?P<low>{_NUMBER})(?P<low_unit>[a-z]*)\.\.(?P<high>{_NUMBER})(?P<unit>[a-z]*)")
_SIDES: Final = re.compile(r"(?P<width>[0-9]{1,6})[x×](?P<height>[0-9]{1,6})")
_SHARE: Final = re.compile(rf"(?P<sign>>=|<=|>|<|=)?(?P<wide>{_NUMBER})[:/](?P<tall>{_NUMBER})")
_AGO: Final = re.compile(r"(?P<many>[0-9]{1,4})(?P<unit>[hdwmy])")
_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)} | {
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}


def _read(name: str, value: str, at: datetime) -> Any:
    if value == "":
        raise _Wrong("empty")
    if name in FIELDS:
        return FIELDS[name](value, at)
    if name not in FINDERS:
        raise _Wrong("finder")
    if name in _SEEN and not _SEEN[name].fullmatch(value):
        raise _Wrong(name)
    return value


def _several(value: str, at: datetime) -> tuple[str, ...]:
    return tuple(filter(None, (each.strip() for each in value.split(","))))


def _one_of(names: Mapping[str, str]) -> Callable[[str, datetime], tuple[str, ...]]:
    def read(value: str, at: datetime) -> tuple[str, ...]:
        try:
            return tuple(names[each.casefold()] for each in _several(value, at))
        except KeyError:
            raise _Wrong("one") from None

    return read


def _compared(value: str, why: str, units: Mapping[str, float]) -> Bounds:
    plain = value.casefold().replace(" ", "")
    try:
        if found := _BETWEEN.fullmatch(plain):
            high = units[found["unit"]]
            low = units[found["low_unit"]] if found["low_unit"] else high
            return (">=", float(found["low"]) * low), ("<=", float(found["high"]) * high)
        if found := _COMPARED.fullmatch(plain):
            return ((found["sign"] or "=", float(found["number"]) * units[found["unit"]]),)
    except KeyError:
        pass
    raise _Wrong(why)


def _number(value: str, at: datetime) -> Bounds:
    return _compared(value, "number", {"": 1, "px": 1})


def _rating(value: str, at: datetime) -> Bounds:
    if value.casefold() == "none":
        return (("=", 0.0),)
    bounds = _compared(value.replace("★", ""), "rating", {"": 1})
    if any(not 0 <= number <= 5 for _, number in bounds):
        raise _Wrong("rating")
    # What has no rating is below none of them.
    return (*bounds, (">=", 1.0))


def _cost(value: str, at: datetime) -> Bounds:
    """In thousandths of a credit."""
    if value.casefold() == "free":
        return (("=", 0.0),)
    return tuple((sign, number * 100_000) for sign, number in _compared(value.replace("$", ""), "cost", {"": 1}))


def _size(value: str, at: datetime) -> tuple[str, Bounds]:
    """By what it is measured, and the bounds."""
    if found := _SIDES.fullmatch(value.casefold().replace(" ", "")):
        return "sides", (("width", float(found["width"])), ("height", float(found["height"])))
    units = {"mp": ("pixels", 1e6), "": ("side", 1), "px": ("side", 1), "p": ("side", 1), "b": ("bytes", 1)} | {
        "kb": ("bytes", 1 << 10),
        "mb": ("bytes", 1 << 20),
        "gb": ("bytes", 1 << 30),
    }
    unit = re.search(r"[a-z]*$", value.casefold())
    what, _ = units.get(unit[0] if unit else "", ("", 0))
    if not what:
        raise _Wrong("size")
    return what, _compared(value, "size", {name: factor for name, (of, factor) in units.items() if of == what})


def _ratio(value: str, at: datetime) -> str | Bounds:
    if value.casefold() in SHAPES:
        return value.casefold()
    if found := _SHARE.fullmatch(value):
        tall = float(found["tall"])
        if tall == 0:
            raise _Wrong("ratio")
        return ((found["sign"] or "=", float(found["wide"]) / tall),)
    return _compared(value, "ratio", {"": 1})


def _date(value: str, at: datetime) -> tuple[datetime, datetime]:
    """From when to before when; the days are UTC."""
    plain = value.casefold()
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if plain == "today":
        return day, day + timedelta(days=1)
    if plain == "yesterday":
        return day - timedelta(days=1), day
    try:
        if found := _AGO.fullmatch(plain):
            return at - int(found["many"]) * _UNITS[found["unit"]], at
        if re.fullmatch(r"[0-9]{4}", plain):
            return datetime(int(plain), 1, 1, tzinfo=UTC), datetime(int(plain) + 1, 1, 1, tzinfo=UTC)
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}", plain):
            year, month = int(plain[:4]), int(plain[5:])
            return datetime(year, month, 1, tzinfo=UTC), datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", plain):
            begins = datetime.fromisoformat(plain).replace(tzinfo=UTC)
            return begins, begins + timedelta(days=1)
    except (ValueError, OverflowError):
        pass
    raise _Wrong("date")


def _between(value: str, at: datetime) -> tuple[datetime, datetime]:
    first, dots, last = value.partition("..")
    return (_date(first, at)[0], _date(last, at)[1]) if dots else _date(value, at)


def _id(value: str, at: datetime) -> str:
    plain = value.casefold().replace("-", "")
    if not re.fullmatch(r"[0-9a-f]{1,32}", plain):
        raise _Wrong("id")
    return plain


def _same(names: tuple[str, ...]) -> dict[str, str]:
    return {name: name for name in names}


FIELDS: Final[Mapping[str, Callable[[str, datetime], Any]]] = {
    "type": _one_of(KINDS),
    "studio": _one_of(_same(STUDIOS)),
    "op": _several,
    "model": _several,
    "format": _several,
    "tag": _several,
    "collection": _several,
    "label": _one_of(_same(LABELS) | {"gray": "grey"}),
    "is": _one_of(_same(IS) | {"favorite": "favourite", "uploaded": "upload"}),
    "status": _one_of(_same(STATES) | {"deleted": "trash"}),
    "rating": _rating,
    "by": _several,
    "after": _date,
    "before": _date,
    "on": _between,
    "size": _size,
    "width": _number,
    "height": _number,
    "ratio": _ratio,
    "cost": _cost,
    "id": _id,
}
NAMES: Final[Mapping[str, str]] = (
    {name: name for name in FIELDS}
    | {"colour": "colour", "color": "colour", "like": "like"}
    | {"kind": "type", "operation": "op", "person": "by", "user": "by", "since": "after", "until": "before"}
    | {"date": "on", "price": "cost", "in": "collection", "stars": "rating", "shape": "ratio", "state": "status"}
)
"""How each filter may be written."""
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "type": ("image", "video", "audio", "mesh", "text"),
    "studio": STUDIOS,
    "label": LABELS,
    "colour": tuple(NAMED),
    "is": IS,
    "status": STATES,
    "rating": ("5", ">=4", ">=3", "none"),
    "after": ("today", "yesterday", "7d", "30d", "1y"),
    "before": ("today", "7d", "30d", "1y"),
    "on": ("today", "yesterday"),
    "size": (">2mp", ">=1024px", "<5mb"),
    "ratio": ("landscape", "portrait", "square", "16:9", "1:1", "4:5", "9:16"),
    "cost": ("free", "<0.05", ">=0.05"),
}
"""What may be offered after the colon where the library itself need not be asked."""


def studio(op: str) -> str:
    """The studio that an operation belongs to; what nobody made was uploaded."""
    if op == "":
        return "upload"
    known = OPERATIONS.get(op)
    return known.capability if known else "create"
