"""What is typed as field=value becomes what the operation's schema asks for."""

import json
from pathlib import Path
from typing import Any

import pytest

from gesso import catalog
from gesso.kit import fields
from gesso.kit.errors import Invalid
from gesso.ops import OPERATIONS
from tests.conftest import photo

SHELF = catalog.load({}, Path("no-such-folder"))

SCHEMA: dict[str, Any] = {
    "$defs": {
        "Box": {
            "type": "object",
            "properties": {name: {"type": "integer"} for name in ("x", "y", "width", "height")},
            "required": ["x", "y", "width", "height"],
        },
        "Weighted": {
            "type": "object",
            "properties": {"image": {"type": "string", "format": "uuid"}, "weight": {"type": "number"}},
            "required": ["image"],
        },
        "Plain": {
            "type": "object",
            "properties": {"kind": {"const": "plain", "type": "string"}, "colour": {"type": "string"}},
            "required": ["kind", "colour"],
        },
        "Blurred": {
            "type": "object",
            "properties": {"kind": {"const": "blurred", "type": "string"}, "radius": {"type": "number"}},
            "required": ["kind"],
        },
    },
    "properties": {
        "words": {"type": "string"},
        "count": {"type": "integer", "minimum": 1, "exclusiveMaximum": 11},
        "strength": {"type": "number", "x-ui": {"widget": "number", "unit": "%"}},
        "sharp": {"type": "boolean", "default": True},
        "factor": {"enum": [2, 4, 8], "type": "integer"},
        "style": {"anyOf": [{"enum": ["ink", "oil"], "type": "string"}, {"type": "null"}]},
        "seed": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
        "box": {"anyOf": [{"$ref": "#/$defs/Box"}, {"type": "null"}]},
        "images": {
            "type": "array",
            "items": {"type": "string", "format": "uuid", "x-ui": {"widget": "image"}},
        },
        "looks": {"type": "array", "items": {"$ref": "#/$defs/Weighted"}},
        "ground": {
            "anyOf": [{"oneOf": [{"$ref": "#/$defs/Plain"}, {"$ref": "#/$defs/Blurred"}]}, {"type": "null"}],
        },
        "sizes": {"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "string"}]}},
        "extra": {"type": "object", "additionalProperties": True},
    },
    "required": ["words"],
}
ID = "01a1f93e-ed96-7632-ab98-f7f797f5c558"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("words=a=b, 7", "a=b, 7"),
        ("words=", ""),
        ("count=3", 3),
        ("--count=3", 3),
        ("strength=0.5", 0.5),
        ("sharp=no", False),
        ("factor=4", 4),
        ("style=INK", "ink"),
        ("style=none", None),
        ("seed=7", 7),
        ("seed=", None),
        ("box=1,2, 30,40", {"x": 1, "y": 2, "width": 30, "height": 40}),
        ('box={"x":1,"y":2,"width":30,"height":40}', {"x": 1, "y": 2, "width": 30, "height": 40}),
        (f"images={ID},{ID}", [ID, ID]),
        (f"looks={ID}; {ID},0.25", [{"image": ID}, {"image": ID, "weight": 0.25}]),
        ("ground=plain,#ff8800", {"kind": "plain", "colour": "#ff8800"}),
        ("ground=blurred,12", {"kind": "blurred", "radius": 12.0}),
        ("ground=blurred", {"kind": "blurred"}),
        ("ground=none", None),
        ("sizes=256,large", [256, "large"]),
        ('extra={"a":[1]}', {"a": [1]}),
    ],
)
def test_a_text_becomes_the_value_that_the_schema_means(text: str, value: Any) -> None:
    assert list(fields.parse(fields.of([SCHEMA]), [text]).values()) == [value]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("count=many", "count: a whole number, not “many”."),
        ("strength=much", "strength: a number, not “much”."),
        ("sharp=perhaps", "sharp: true or false, not “perhaps”."),
        ("factor=3", "factor: one of 2, 4, 8, not “3”."),
        ("box=1,2,3", "box: x,y,width,height, not “1,2,3”."),
        ("images=missing.png", "images: an asset's id or a file; there is no file “missing.png”."),
        ("extra={", "extra: not JSON"),
        ("lighthouse", "“lighthouse” is no field=value."),
        ("cuont=3", "There is no field “cuont”. Did you mean “count”? Fields: words, count"),
    ],
)
def test_what_does_not_fit_is_named_with_what_would(text: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        fields.parse(fields.of([SCHEMA]), [text])
    assert str(refused.value).startswith(said)


def test_a_file_stands_for_the_asset_that_it_will_become(tmp_path: Path) -> None:
    one, two = tmp_path / "one.png", tmp_path / "two.png"
    for path in (one, two):
        path.write_bytes(photo())
    values = fields.parse(fields.of([SCHEMA]), [f"images={one},{ID},{two}", "count=1"])
    assert fields.files(values) == {one, two}
    assert fields.replaced(values, lambda path: path.stem) == {"images": ["one", ID, "two"], "count": 1}


def test_a_field_says_what_it_takes() -> None:
    kinds = {name: field.kind for name, field in fields.of([SCHEMA]).items()}
    assert kinds == {
        "words": "text",
        "count": "whole number 1..10",
        "strength": "number %",
        "sharp": "true | false",
        "factor": "2 | 4 | 8",
        "style": "ink | oil",
        "seed": "whole number",
        "box": "x,y,width,height",
        "images": "list of picture (id or file)",
        "looks": "list of image,weight",
        "ground": "plain,colour or blurred,radius",
        "sizes": "list of value",
        "extra": "JSON object",
    }


@pytest.mark.parametrize("op", sorted(op for op, kind in OPERATIONS.items() if not kind.brought))
def test_every_operation_can_be_typed(op: str, tmp_path: Path) -> None:
    """Its example, typed field by field, is the example again, and an offer accepts it."""
    asset = tmp_path / "asset.png"
    asset.write_bytes(photo())
    named = ("asset", "mask", "voice", "film")
    example = OPERATIONS[op].told(dict.fromkeys(named, ID))
    meant = OPERATIONS[op].told(dict.fromkeys(named, str(asset)))
    texts = {name: ",".join(value) if isinstance(value, list) else value for name, value in meant.items()}
    typed = [f"{name}={text if isinstance(text, str) else json.dumps(text)}" for name, text in texts.items()]
    schemas = [offer.request.model_json_schema() for offer in SHELF.offers[op].values()]
    values = fields.replaced(fields.parse(fields.of(schemas), typed), lambda path: ID)
    assert values == example
    SHELF.accepting(op, None, values)
