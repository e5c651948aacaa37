"""From `field=value` to JSON values, by the JSON Schema of an operation."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from gesso.kit.errors import Invalid

Schema = Mapping[str, Any]

WORDS: Final[Mapping[str, bool]] = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


@dataclass(frozen=True)
class Field:
    """One input of an operation. `shapes` are the schemas that a value may fit, null left out."""

    name: str
    shapes: tuple[Schema, ...]
    required: bool
    nullable: bool
    default: Any
    unit: str
    description: str

    def parse(self, text: str, asset: Callable[[str], Any] | None = None) -> Any:
        """The JSON value; a Path where a file was named, or what `asset` makes of the text that names a picture
        (ValueError where it names none). Invalid when the text fits no shape."""
        if self.nullable and text.lower() in ("", "none", "null"):
            return None
        faults: list[str] = []
        # A text fits anything, so it comes last.
        for shape in sorted(self.shapes, key=lambda shape: shape.get("type") == "string"):
            try:
                return _parse(shape, text, asset or _asset)
            except ValueError as fault:
                faults.append(str(fault))
        raise Invalid(f"{self.name}: {faults[0] if faults else 'takes no value'}.", fields=[{"field": self.name}])

    def takes(self, kind: str) -> bool:
        """Whether it takes one asset of this kind: `image`, `video`, `audio`, `mesh`."""
        return any(shape.get("x-ui", {}).get("widget") == kind and _is_asset(shape) for shape in self.shapes)

    @property
    def pictured(self) -> bool:
        """Whether a value names an asset, or several."""
        return any(_is_asset(shape) or _is_asset(shape.get("items", {})) for shape in self.shapes)

    @property
    def kind(self) -> str:
        """What a value looks like, for a person."""
        kinds = " or ".join(dict.fromkeys(_kind(shape) for shape in self.shapes))
        return f"{kinds} {self.unit}".strip()


def of(schemas: Iterable[Schema]) -> dict[str, Field]:
    """The inputs of an operation, of all who offer it: a name means what the first of them says."""
    found: dict[str, Field] = {}
    for schema in schemas:
        required = schema.get("required", ())
        for name, told in schema.get("properties", {}).items():
            if name not in found:
                found[name] = _field(name, told, name in required, schema.get("$defs", {}))
    return found


def parse(fields: Mapping[str, Field], said: Sequence[str]) -> dict[str, Any]:
    """`name=value` texts as JSON values, with a Path where a file was named.

    Raises Invalid for a text without `=`, an unknown name (with all names), and a value that does not fit.
    """
    values: dict[str, Any] = {}
    for text in said:
        name, equals, value = text.partition("=")
        name = name.strip().lstrip("-").replace("-", "_")
        if not equals:
            raise Invalid(f"“{text}” is no field=value. Fields: {_known(fields)}.")
        if name not in fields:
            near = get_close_matches(name, fields, 1)
            hint = f" Did you mean “{near[0]}”?" if near else ""
            raise Invalid(f"There is no field “{name}”.{hint} Fields: {_known(fields)}.", fields=[{"field": name}])
        values[name] = fields[name].parse(value)
    return values


def _known(fields: Mapping[str, Field]) -> str:
    """All names, what is needed first."""
    return ", ".join(sorted(fields, key=lambda name: not fields[name].required))


def files(value: Any) -> set[Path]:
    """Every file that is named among parsed values."""
    if isinstance(value, Path):
        return {value}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*(files(item) for item in inner))


def replaced(value: Any, by: Callable[[Path], str]) -> Any:
    """The values with each file replaced by what stands for it: an asset's id."""
    if isinstance(value, Path):
        return by(value)
    if isinstance(value, dict):
        return {name: replaced(item, by) for name, item in value.items()}
    return [replaced(item, by) for item in value] if isinstance(value, list) else value


def _field(name: str, told: Schema, required: bool, defs: Mapping[str, Schema]) -> Field:
    shapes = tuple(_shapes(told, defs))
    some = tuple(shape for shape in shapes if shape.get("type") != "null")
    hints = [shape.get("x-ui", {}) for shape in (told, *some)]
    return Field(
        name,
        some,
        required,
        len(some) < len(shapes),
        told.get("default"),
        next((hint["unit"] for hint in hints if hint.get("unit")), ""),
        str(told.get("description") or next((s["description"] for s in some if s.get("description")), "")),
    )


def _shapes(schema: Schema, defs: Mapping[str, Schema]) -> Iterable[Schema]:
    """The alternatives of a schema, with what stands in `$defs` put in its place."""
    if "$ref" in schema:
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        yield from _shapes(dict(defs[str(schema["$ref"]).rpartition("/")[2]]) | rest, defs)
        return
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            for alternative in schema[word]:
                yield from _shapes(alternative, defs)
            return
    if "items" in schema:
        items = tuple(_shapes(schema["items"], defs))
        yield {**schema, "items": items[0] if len(items) == 1 else {"anyOf": items}}
        return
    yield schema


def _parse(shape: Schema, text: str, asset: Callable[[str], Any]) -> Any:
    """Raises ValueError with what the shape wants. Ranges are left to the server, which knows them best."""
    choices = _choices(shape)
    if choices:
        for choice in choices:
            if str(choice).lower() == text.strip().lower():
                return choice
        raise ValueError(f"one of {', '.join(map(str, choices))}, not “{text}”")
    if _is_asset(shape):
        return asset(text)
    match shape.get("type"):
        case "integer":
            try:
                return int(text)
            except ValueError:
                raise ValueError(f"a whole number, not “{text}”") from None
        case "number":
            try:
                return float(text)
            except ValueError:
                raise ValueError(f"a number, not “{text}”") from None
        case "boolean":
            if text.strip().lower() not in WORDS:
                raise ValueError(f"true or false, not “{text}”")
            return WORDS[text.strip().lower()]
        case "array":
            if text.lstrip().startswith("["):
                return _json(text)
            items = shape.get("items", {})
            # A comma stands within what has several parts.
            parts = text.split(";" if items.get("type") == "object" else ",")
            return [_item(items, part.strip(), asset) for part in parts if part.strip()]
        case "object":
            if text.lstrip().startswith("{"):
                return _json(text)
            return _compound(shape, text, asset)
        case "string":
            return text
        case _:
            return _json(text) if text.lstrip()[:1] in ("{", "[") else text


def _item(shape: Schema, text: str, asset: Callable[[str], Any]) -> Any:
    faults: list[str] = []
    for alternative in shape.get("anyOf", (shape,)):
        try:
            return _parse(alternative, text, asset)
        except ValueError as fault:
            faults.append(str(fault))
    raise ValueError(faults[0])


def _compound(shape: Schema, text: str, asset: Callable[[str], Any]) -> dict[str, Any]:
    """A few values in the order of their names, x,y,width,height; the last may be left out where not required."""
    properties = shape.get("properties", {})
    names, parts = list(properties), text.split(",")
    if not names or not len(shape.get("required", ())) <= len(parts) <= len(names):
        raise ValueError(f"{_parts(properties) or 'a JSON object'}, not “{text}”")
    return {name: _parse(properties[name], part.strip(), asset) for name, part in zip(names, parts, strict=False)}


def _parts(properties: Mapping[str, Schema]) -> str:
    """The names of the values, or the value itself where there is but one."""
    return ",".join(str(shape.get("const", name)) for name, shape in properties.items())


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("not JSON: it is nested too deep") from None
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from None


def _asset(text: str) -> str | Path:
    try:
        return str(UUID(text))
    except ValueError:
        path = Path(text).expanduser()
        if path.is_file():
            return path
        raise ValueError(f"an asset's id or a file; there is no file “{text}”") from None


def _is_asset(shape: Schema) -> bool:
    widget = shape.get("x-ui", {}).get("widget")
    return widget in ("image", "mask") or (shape.get("type") == "string" and shape.get("format") == "uuid")


def _choices(shape: Schema) -> list[Any]:
    return list(shape["enum"]) if "enum" in shape else [shape["const"]] if "const" in shape else []


def _kind(shape: Schema) -> str:
    if choices := _choices(shape):
        return " | ".join(map(str, choices))
    if _is_asset(shape):
        widget = shape.get("x-ui", {}).get("widget")
        return f"{'mask' if widget == 'mask' else 'picture'} (id or file)"
    match shape.get("type"):
        case "integer":
            return f"whole number{_range(shape, 1)}"
        case "number":
            return f"number{_range(shape, 0)}"
        case "boolean":
            return "true | false"
        case "array":
            return f"list of {_kind(shape.get('items', {}))}"
        case "object":
            return _parts(shape.get("properties", {})) or "JSON object"
        case "string":
            return "text"
        case _:
            return "value"


def _range(shape: Schema, step: int) -> str:
    """Bounds as people read them; `step` turns "less than" into "at most" where numbers are whole."""
    low = shape.get("minimum", _moved(shape.get("exclusiveMinimum"), step))
    high = shape.get("maximum", _moved(shape.get("exclusiveMaximum"), -step))
    if low is None and high is None:
        return ""
    if high is None:
        return f" ≥ {low}"
    return f" ≤ {high}" if low is None else f" {low}..{high}"


def _moved(bound: Any, step: int) -> Any:
    return None if bound is None else bound + step
