"""From the cells of a row to the input of each step: which column goes where, and what a text means there."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from gesso.kit.errors import Invalid
from gesso.kit.fields import Field

ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "prompt": ("text", "description", "beschreibung", "caption", "idea"),
    "negative_prompt": ("negative", "negativeprompt", "exclude", "without"),
    "image": ("picture", "photo", "file", "filename", "asset", "assetid", "url", "imageurl", "src", "source", "bild"),
    "count": ("images", "number", "n", "anzahl"),
    "width": ("w", "breite"),
    "height": ("h", "hoehe"),
}
"""What people call a column that means this field."""


@dataclass(frozen=True, slots=True)
class Named:
    """A picture that a cell names: by an address, or as a file of an archive. (An asset's id stands for itself.)"""

    text: str

    @property
    def is_url(self) -> bool:
        return self.text.lower().startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell: the column that it stands in, if it is one, and the field that it goes into."""

    column: str
    field: str
    message: str
    kind: str = "error"

    def told(self) -> dict[str, str]:
        return {"column": self.column, "field": self.field, "message": self.message, "kind": self.kind}


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a step, counted from 0."""

    step: int
    field: str

    @classmethod
    def read(cls, text: str) -> "Place":
        """`prompt` is a field of the first step, `2:factor` one of the second."""
        number, colon, field = text.partition(":")
        if colon and number.strip().isdigit():
            return cls(int(number) - 1, field.strip())
        return cls(0, text.strip())

    def __str__(self) -> str:
        return self.field if self.step == 0 else f"{self.step + 1}:{self.field}"


def plain(name: str) -> str:
    """A name as it is compared: letters and digits alone."""
    return re.sub(r"[\W_]+", "", name).casefold()


def guessed(
    columns: Sequence[str], steps: Sequence[Mapping[str, Field]], fed: Iterable[Place]
) -> dict[str, str | None]:
    """Where each column goes by its name; None: nowhere. A place is filled by one column, and none that is fed by the
    step before."""
    taken, places = set(fed), dict[str, str]()
    for number in reversed(range(len(steps))):
        for name in steps[number]:
            place = Place(number, name)
            if place in taken:
                continue
            names = (name, *ALSO.get(name, ()))
            places |= {plain(each): str(place) for each in reversed(names)}
            places |= {f"{number + 1}{plain(each)}": str(place) for each in names}
    # By its own name before what it is also called.
    exact = {
        plain(name): str(Place(number, name))
        for number in reversed(range(len(steps)))
        for name in steps[number]
        if Place(number, name) not in taken
    }
    found: dict[str, str | None] = {}
    for known in (exact, places):
        for column in columns:
            meant = known.get(plain(column))
            if found.get(column) is None and meant is not None and meant not in found.values():
                found[column] = meant
    return {column: found.get(column) for column in columns}


def inputs(
    data: Mapping[str, Any],
    into: Mapping[str, str | None],
    steps: Sequence[Mapping[str, Any]],
    known: Sequence[Mapping[str, Field]],
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The input of each step: what is the same for all rows, and what the cells of this one say. An empty cell says
    nothing; a picture that is named stands as `Named`."""
    given: list[dict[str, Any]] = [dict(step["input"]) for step in steps]
    faults: list[Fault] = []
    for column, text in into.items():
        value = data.get(column)
        if text is None or value is None or (isinstance(value, str) and not value.strip()):
            continue
        place = Place.read(text)
        field = known[place.step].get(place.field)
        if field is None:
            faults.append(Fault(column, place.field, f"there is no field “{place.field}” in step {place.step + 1}"))
            continue
        try:
            given[place.step][place.field] = _value(field, value)
        except Invalid as error:
            faults.append(Fault(column, place.field, str(error).removeprefix(f"{field.name}: ").rstrip(".")))
    return given, faults


def _value(field: Field, value: Any) -> Any:
    if isinstance(value, str):
        return field.parse(value if field.name.endswith("prompt") else value.strip(), _named)
    if isinstance(value, list) and field.pictured:
        return [_named(each) if isinstance(each, str) else each for each in value]
    return value


def _named(text: str) -> Any:
    try:
        return str(UUID(text.strip()))
    except ValueError:
        return Named(text.strip())


def names(value: Any) -> Iterable[Named]:
    """Every picture that is named in a value."""
    if isinstance(value, Named):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from names(each)
    elif isinstance(value, list):
        for each in value:
            yield from names(each)


def settled(value: Any, by: Callable[[Named], str]) -> Any:
    """The value with the id of each picture in the place of its name."""
    if isinstance(value, Named):
        return by(value)
    if isinstance(value, Mapping):
        return {name: settled(each, by) for name, each in value.items()}
    return [settled(each, by) for each in value] if isinstance(value, list) else value
