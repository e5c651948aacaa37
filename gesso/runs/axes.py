"""The axes of a comparison: from what a person types to the values of each cell."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final, cast

from pydantic import TypeAdapter, ValidationError

from gesso.catalog import Offer, plain
from gesso.kit.errors import Invalid
from gesso.ops import Operation

OFFER: Final = "offer"
"""The axis whose values are who does it; no operation has such a field."""
EVERY: Final = "all"
"""Every offer that there is."""
MOST: Final = 64
"""Cells of one comparison."""
_RANGE: Final = re.compile(
    r"\s*(-?\d{1,12}(?:\.\d{1,6})?)\s*(?:-|–|\.\.)\s*(-?\d{1,12}(?:\.\d{1,6})?)\s*(?:/\s*(\d{1,12}(?:\.\d{1,6})?)\s*)?"
)
_STEPS: Final = 4
"""Between the ends of a range of fractions, where nobody says how large a step is."""


@dataclass(frozen=True, slots=True)
class Axis:
    """`field` takes each of the `values`, as a text that is still to be read or as a list. With `find`, these words in
    its text are replaced by each of them instead."""

    field: str
    values: str | Sequence[Any]
    find: str = ""

    def into(self, input: Mapping[str, Any], value: Any) -> dict[str, Any]:
        """The input with this value in its place."""
        if not self.find:
            return {**input, self.field: value}
        return {**input, self.field: str(input[self.field]).replace(self.find, str(value))}


def read(axis: Axis, number: int, offers: Mapping[str, Offer[Any]], input: Mapping[str, Any]) -> Axis:
    """The axis with its values as the field has them, each once. Invalid, with the field `axes.N`, where they are none
    or do not fit."""
    if axis.field == OFFER:
        named = _split(axis.values, commas=True) if isinstance(axis.values, str) else [*map(str, axis.values)]
        values: list[Any] = [*offers] if named == [EVERY] else named
        if unknown := [name for name in values if name not in offers]:
            raise _fault(number, f"nobody here is named “{unknown[0]}”. Offers: {', '.join(sorted(offers))}")
        return _kept(axis, number, values)
    kind = next((offer.request for offer in offers.values() if axis.field in offer.request.model_fields), None)
    if kind is None:
        names = sorted({name for offer in offers.values() for name in offer.request.model_fields})
        raise _fault(number, f"there is no field “{axis.field}”. Fields: {OFFER}, {', '.join(names)}")
    if axis.find and axis.find not in str(input.get(axis.field, "")):
        raise _fault(number, f"“{axis.find}” does not stand in {axis.field}")
    given = _typed(axis, kind) if isinstance(axis.values, str) else [*axis.values]
    if axis.find:
        return _kept(axis, number, [*map(str, given)])
    return _kept(axis, number, [_fitting(kind, axis.field, value, number) for value in given])


def _kept(axis: Axis, number: int, values: Iterable[Any]) -> Axis:
    each: list[Any] = []
    for value in values:
        if value not in each:
            each.append(value)
    if not each:
        raise _fault(number, f"name some values of {axis.field}")
    if len(each) > MOST:
        raise _fault(number, f"these are {len(each)} values, and a comparison has {MOST} pictures at most")
    return Axis(axis.field, tuple(each), axis.find)


def _fault(number: int, message: str) -> Invalid:
    fields = [{"field": f"axes.{number}", "message": message, "kind": "axis"}]
    return Invalid(f"{message[:1].upper()}{message[1:]}.", fields=fields)


def _typed(axis: Axis, kind: type[Operation]) -> list[Any]:
    """Of a text: what stands between commas, of words between bars or in lines; of numbers also 10-30/5."""
    assert isinstance(axis.values, str)
    shapes = [*_shapes(kind.model_json_schema(), axis.field)]
    types = {shape.get("type") for shape in shapes}
    words = any(shape.get("x-ui", {}).get("widget") in ("prompt", "text") for shape in shapes)
    parts = _split(axis.values, commas=bool(axis.find) or not words)
    if axis.find or not types & {"integer", "number"}:
        return [*parts]
    return [value for part in parts for value in _range(part, whole="number" not in types)]


def _split(text: str, *, commas: bool) -> list[str]:
    between = r"[|\n]" if not commas or "|" in text or "\n" in text else r"[,;]"
    return [part.strip() for part in re.split(between, text) if part.strip()]


def _range(text: str, *, whole: bool) -> Iterator[str]:
    """`1-9/2` is 1, 3, 5, 7, 9; without a step whole numbers go one by one, others in four steps."""
    found = _RANGE.fullmatch(text)
    if found is None:
        yield text
        return
    low, high = Decimal(found[1]), Decimal(found[2])
    step = Decimal(found[3]) if found[3] else Decimal(1) if whole else abs(high - low) / _STEPS
    if not step or low == high:
        yield str(low)
        return
    for count in range(min(MOST, int(abs(high - low) / step)) + 1):
        value = low + count * (step if high > low else -step)
        yield str(value.normalize() if value % 1 else value.quantize(Decimal(1)))


def _shapes(schema: Mapping[str, Any], field: str) -> Iterator[Mapping[str, Any]]:
    told = schema["properties"][field]
    yield told
    for each in told.get("anyOf", ()):
        yield schema["$defs"][each["$ref"].rpartition("/")[2]] if "$ref" in each else each


def _fitting(kind: type[Operation], name: str, value: Any, number: int) -> Any:
    """The value as JSON has it, of the field's own type."""
    field = kind.model_fields[name]
    # Its bounds, and its name, since there has to be something.
    typed = cast(Any, Annotated[(field.annotation, *field.metadata, name)])
    adapter: TypeAdapter[Any] = TypeAdapter(typed)
    try:
        return adapter.dump_python(adapter.validate_python(value), mode="json")
    except ValidationError as error:
        why = plain(error.errors(include_url=False, include_input=False, include_context=False)[0]["msg"])
        raise _fault(number, f"{name} cannot be {value!r}: {why}") from None
