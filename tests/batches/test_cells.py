"""Which column goes where, and what a cell means there."""

from typing import Any

from gesso.batches import cells
from gesso.batches.cells import Named, Place
from gesso.kit import fields

GENERATE = fields.of(
    [
        {
            "properties": {
                "prompt": {"type": "string", "x-ui": {"widget": "prompt"}},
                "negative_prompt": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "width": {"type": "integer"},
                "tile": {"type": "boolean"},
                "image": {
                    "anyOf": [
                        {"type": "string", "format": "uuid", "x-ui": {"widget": "image"}},
                        {"type": "null"},
                    ]
                },
            },
            "required": ["prompt"],
        }
    ]
)
UPSCALE = fields.of(
    [
        {
            "properties": {
                "image": {"type": "string", "format": "uuid", "x-ui": {"widget": "image"}},
                "factor": {"enum": [2, 4, 8]},
            }
        }
    ]
)
STEPS: list[dict[str, Any]] = [{"input": {"width": 512}}, {"input": {}}]


def guess(*columns: str) -> dict[str, str | None]:
    return cells.guessed(columns, [GENERATE, UPSCALE], [Place(1, "image")])


def test_columns_go_where_their_names_say_in_whatever_spelling() -> None:
    assert guess("Prompt", "Negative Prompt", "WIDTH", "factor", "Notes") == {
        "Prompt": "prompt",
        "Negative Prompt": "negative_prompt",
        "WIDTH": "width",
        "factor": "2:factor",
        "Notes": None,
    }
    assert guess("text", "photo")["text"] == "prompt"
    assert guess("text", "photo")["photo"] == "image"


def test_a_name_of_its_own_goes_before_what_is_also_meant_and_a_place_is_filled_once() -> None:
    assert guess("text", "prompt") == {"text": None, "prompt": "prompt"}
    assert guess("image", "file") == {"image": "image", "file": None}


def test_cells_become_values_and_empty_ones_say_nothing() -> None:
    into = {"p": "prompt", "w": "width", "t": "tile", "i": "image", "f": "2:factor"}
    data = {"p": " two  words ", "w": "640", "t": "yes", "i": "cat.png", "f": "4"}
    given, faults = cells.inputs(data, into, STEPS, [GENERATE, UPSCALE])
    assert faults == []
    assert given == [
        {"width": 640, "prompt": " two  words ", "tile": True, "image": Named("cat.png")},
        {"factor": 4},
    ]
    given, faults = cells.inputs({"p": "a", "w": " "}, into, STEPS, [GENERATE, UPSCALE])
    assert given[0] == {"width": 512, "prompt": "a"}
    assert faults == []


def test_what_does_not_fit_is_told_with_its_column() -> None:
    given, faults = cells.inputs({"w": "wide", "f": "3"}, {"w": "width", "f": "2:factor"}, STEPS, [GENERATE, UPSCALE])
    assert [(fault.column, fault.field, fault.message) for fault in faults] == [
        ("w", "width", "a whole number, not “wide”"),
        ("f", "factor", "one of 2, 4, 8, not “3”"),
    ]
    assert given[0] == {"width": 512}


def test_values_of_json_keep_their_types() -> None:
    given, faults = cells.inputs({"w": 640, "t": False}, {"w": "width", "t": "tile"}, STEPS, [GENERATE, UPSCALE])
    assert (given[0], faults) == ({"width": 640, "tile": False}, [])
