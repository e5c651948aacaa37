"""The values that the studio speaks in. What a newer server says beyond them is in `raw`; what an older one
leaves out has its default."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Generic, TypeVar

T = TypeVar("T")

OVER = frozenset({"succeeded", "failed", "cancelled", "unknown"})
"""The states in which nothing more happens by itself. `unknown` waits for a person."""


def _told(kind: type[T], told: Mapping[str, Any], **read: Any) -> T:
    """A `kind` of what was told about it: names that it does not know are left to `raw`."""
    known = {name: value for name, value in told.items() if name in _names(kind)}
    return kind(**(known | read | {"raw": told}))


def _names(kind: type[Any]) -> frozenset[str]:
    return frozenset(found.name for found in fields(kind))


def _raw() -> Any:
    return field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Asset:
    """A picture with provenance. Times are ISO 8601; `run` made it (None for an upload); `parents` are the
    assets that it was made from; `version_of` is the first original, when this is that picture edited or enlarged;
    `bytes` is its length."""

    id: str
    kind: str = "image"
    type: str = "image/png"
    width: int = 0
    height: int = 0
    bytes: int = 0
    sha256: str = ""
    title: str = ""
    favorite: bool = False
    rating: int | None = None
    reference: bool = False
    created_at: str = ""
    deleted_at: str | None = None
    op: str | None = None
    run: str | None = None
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    purpose: str = "picture"
    version_of: str | None = None
    review: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Asset":
        return _told(cls, told, parents=tuple(told.get("parents") or ()), children=tuple(told.get("children") or ()))


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of an operation. `price` and `spent` are thousandths of a credit, `progress` is 0..1,
    `seconds` the estimate; `answer` is what it has said, where its operation makes text; `error` has `code`, `title`
    and `message`."""

    id: str
    op: str = ""
    offer: str = ""
    state: str = "queued"
    progress: float = 0.0
    note: str = ""
    expected: int = 1
    seconds: float = 0.0
    price: int = 0
    spent: int = 0
    input: Mapping[str, Any] = field(default_factory=dict)
    understood: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    answer: Mapping[str, Any] | None = None
    error: Mapping[str, str] | None = None
    outputs: tuple[Asset, ...] = ()
    rerun_of: str | None = None
    created_at: str = ""
    started_at: str | None = None
    ended_at: str | None = None
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Run":
        lists = {name: tuple(told.get(name) or ()) for name in ("understood", "ignored", "notes", "why")}
        return _told(cls, told, **lists, outputs=tuple(map(Asset.of, told.get("outputs") or ())))

    @property
    def over(self) -> bool:
        return self.state in OVER


@dataclass(frozen=True, slots=True)
class Estimate:
    """Before anything is promised: who would do it and why, the price in thousandths of a credit (None while what
    decides it is still to be uploaded), about how many seconds it takes, the words that are understood, what will be
    ignored, what becomes of the style ("native", "near", "text", "unsupported"), and the width and height of each
    result where they are known before."""

    offer: str
    price: int | None = None
    seconds: float = 0.0
    understood: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    style: str = ""
    why: tuple[str, ...] = ()
    size: tuple[int, int] | None = None
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Estimate":
        lists = {name: tuple(told.get(name) or ()) for name in ("understood", "ignored", "why")}
        size = told.get("size")
        return _told(cls, told, **lists, size=(size["width"], size["height"]) if size else None)


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of a comparison, counted row by row. `run` is None, and `trouble` says why, where it cannot be; `tries`
    counts the runs that were in it, `spent` what all of them cost."""

    place: int
    offer: str = ""
    run: Run | None = None
    trouble: str = ""
    accepted: bool = False
    tries: int = 0
    spent: int = 0
    wins: int = 0
    losses: int = 0
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Cell":
        return _told(cls, told, run=Run.of(told["run"]) if told.get("run") else None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same request side by side. `axes` have `field`, `title`, `values` and `labels`, the first runs across;
    `whole` and each of `offers` count `made`, `accepted`, `spent`, `cost` for each accepted picture, `wins` and
    `losses`."""

    id: str
    title: str = ""
    op: str = ""
    state: str = "working"
    axes: tuple[Mapping[str, Any], ...] = ()
    cells: tuple[Cell, ...] = ()
    votes: int = 0
    whole: Mapping[str, Any] = field(default_factory=dict)
    offers: tuple[Mapping[str, Any], ...] = ()
    created_at: str = ""
    deleted_at: str | None = None
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Comparison":
        lists = {name: tuple(told.get(name) or ()) for name in ("axes", "offers")}
        return _told(cls, told, **lists, cells=tuple(map(Cell.of, told.get("cells") or ())))

    @property
    def over(self) -> bool:
        return self.state == "over"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a picture was made, as this studio takes it: `input` fits `op`; what of it has no place is `left`, each with
    `name`, `value` and `why`, and `also` what was found beside."""

    source: str = ""
    op: str = ""
    offer: str | None = None
    input: Mapping[str, Any] = field(default_factory=dict)
    left: tuple[Mapping[str, str], ...] = ()
    models: tuple[str, ...] = ()
    also: Mapping[str, str] = field(default_factory=dict)
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Recipe":
        return _told(cls, told, left=tuple(told.get("left") or ()), models=tuple(told.get("models") or ()))


@dataclass(frozen=True, slots=True)
class Provider:
    """Who offers models. `missing` says what it must still be told; `form` is the JSON Schema of what it can be told,
    `told` what it was told, of secrets the end alone; `offers` what it offers, or would."""

    name: str
    title: str = ""
    ready: bool = False
    enabled: bool = True
    missing: str | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    offers: tuple[Mapping[str, Any], ...] = ()
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Provider":
        return _told(cls, told, offers=tuple(told.get("offers") or ()))


@dataclass(frozen=True, slots=True)
class Offer:
    """Who does an operation, with which model. `input` is a JSON Schema."""

    id: str
    title: str = ""
    provider: str = ""
    model: str = ""
    lane: str = ""
    input: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Offer":
        return _told(cls, told)


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that the studio can do, with everyone who offers it there, the first choice first."""

    op: str
    title: str = ""
    description: str = ""
    capability: str = ""
    makes: str = "image"
    example: Mapping[str, Any] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Operation":
        return _told(cls, told, offers=tuple(map(Offer.of, told.get("offers") or ())))


@dataclass(frozen=True, slots=True)
class Style:
    """What pictures can look like. An offer whose `styles` is among `native` has a preset of it; others are told
    `text`. `own`: the team made it."""

    id: str
    title: str = ""
    group: str = ""
    text: str = ""
    negative: str = ""
    base: str = ""
    native: tuple[str, ...] = ()
    own: bool = False
    favorite: bool = False
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Style":
        return _told(cls, told, native=tuple(told.get("native") or ()))


@dataclass(frozen=True, slots=True)
class Kit:
    """A brand kit: how a brand looks and speaks. A request names it by `id`, or as "default" the one that is chosen.
    `palette` has colours with a `colour`, a `name` and a `role`; `avoid` has words with what stands `instead`."""

    id: str
    title: str = ""
    default: bool = False
    voice: str = ""
    palette: tuple[Mapping[str, Any], ...] = ()
    heading: str = ""
    body: str = ""
    logo: str | None = None
    logo_dark: str | None = None
    use: tuple[str, ...] = ()
    avoid: tuple[Mapping[str, Any], ...] = ()
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Kit":
        several = {name: tuple(told.get(name) or ()) for name in ("palette", "use", "avoid")}
        return _told(cls, told, **several)


@dataclass(frozen=True, slots=True)
class Lint:
    """What does not keep to a kit: `findings` have a `rule`, a `severity`, a `message` and an `advice`. `palette` is
    the share of the picture, 0..1, that is in the kit's colours."""

    kit: str
    title: str = ""
    palette: float | None = None
    findings: tuple[Mapping[str, Any], ...] = ()
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Lint":
        return _told(cls, told, findings=tuple(told.get("findings") or ()))


@dataclass(frozen=True, slots=True)
class Template:
    """What a form can be filled with. `prompt` has gaps, `{name:words}`; `why` says what of it answers the words that
    were asked for, each with a `kind` and a `value`."""

    id: str
    title: str = ""
    platform: str = ""
    category: str = ""
    width: int = 0
    height: int = 0
    style: str = ""
    quality: str = "standard"
    prompt: str = ""
    use_cases: tuple[str, ...] = ()
    own: bool = False
    favorite: bool = False
    why: tuple[Mapping[str, Any], ...] = ()
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Template":
        return _told(cls, told, use_cases=tuple(told.get("use_cases") or ()), why=tuple(told.get("why") or ()))


@dataclass(frozen=True, slots=True)
class Format:
    """A place for a picture on a platform, or one of the team's own. `max_bytes` is None where nobody sets a limit;
    `stale`: it was looked up (`as_of`, at `source`) more than a year ago. `raw` has the safe edges and all else."""

    id: str
    platform: str = ""
    title: str = ""
    width: int = 0
    height: int = 0
    types: tuple[str, ...] = ()
    max_bytes: int | None = None
    kind: str = ""
    source: str = ""
    as_of: str = ""
    stale: bool = False
    own: bool = False
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Format":
        return _told(cls, told, types=tuple(told.get("types") or ()))


@dataclass(frozen=True, slots=True)
class Credits:
    """What the team may still spend, and what its runs hold at present: thousandths of a credit."""

    balance: int = 0
    reserved: int = 0
    unlimited: bool = False
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Credits":
        return _told(cls, told)


@dataclass(frozen=True, slots=True)
class Token:
    """An API token, without the token itself. No scopes: it may do what its person may."""

    id: str
    name: str = ""
    scopes: tuple[str, ...] = ()
    created_at: str = ""
    raw: Mapping[str, Any] = _raw()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Token":
        return _told(cls, told, scopes=tuple(told.get("scopes") or ()))


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list. `next`, when there is one, is the `after` of the page that follows."""

    items: tuple[T, ...]
    next: str | None = None
