"""What is read from the schema of a model, whoever has it."""

import json
from importlib.resources import files
from typing import Any

import pytest

from gesso.catalog.limits import Frame
from gesso.dialects.schema import Model, fitted, flat, nearest

FRAME = Frame(least=256, most=2048, area=2_000_000)
TEXT = {"type": "string"}


def model(required: str = "prompt", about: str = "", **fields: Any) -> Model:
    return Model("a/model", "A model", {"required": required.split(), "properties": fields}, about)


def test_what_a_model_can_do_is_read_from_what_it_takes() -> None:
    image, several = TEXT, {"type": "array", "items": TEXT}
    assert model(prompt=TEXT).does == {"generate"}
    assert model("prompt image_url", prompt=TEXT, image_url=image).does == {"edit"}
    assert model(prompt=TEXT, input_image=image).does == {"generate", "edit"}
    assert model(prompt=TEXT, image=image, prompt_strength={"type": "number"}).does == {"generate"}
    assert model("prompt image_urls", prompt=TEXT, image_urls=several).does == {"edit"}
    assert model("prompt image mask", prompt=TEXT, image=image, mask=TEXT).does == {"inpaint"}
    assert model(prompt=TEXT, image=image, mask=TEXT).does == {"generate", "inpaint"}
    assert model("image", "An upscaler", image=image, prompt=TEXT).does == {"upscale"}
    assert model("image", "Background removal", image=image).does == {"cut"}
    assert model("image prompt", image=image, prompt=TEXT, duration={"enum": [5, 10]}).does == {"animate"}
    assert model("prompt lora", prompt=TEXT, lora=TEXT).does == set(), "it wants what the studio has no word for"
    assert model("image", image=image).does == set(), "nobody knows what it does with it"


def test_every_model_of_the_lists_has_something_to_do_and_a_source() -> None:
    for name in ("replicate", "fal"):
        for line in json.loads(files("gesso.providers").joinpath(f"{name}.json").read_text()):
            assert Model(line["id"], line["title"], line["input"], line.get("about", "")).does, line["id"]
            assert line["seen"].startswith("2026-"), line["id"]


def test_references_and_alternatives_are_one_flat_rule() -> None:
    """Replicate writes choices as `allOf` with a reference, fal a size as `anyOf`."""
    defs = {"ratio": {"enum": ["1:1", "16:9"], "type": "string"}}
    rule = flat({"allOf": [{"$ref": "#/components/schemas/ratio"}], "default": "1:1"}, defs)
    assert rule == {"enum": ["1:1", "16:9"], "type": "string", "default": "1:1"}
    pair = {"type": "object", "properties": {"width": {"type": "integer"}, "height": {"type": "integer"}}}
    rule = flat({"anyOf": [pair, {"enum": ["square_hd"]}, {"type": "null"}]}, {})
    assert set(rule["properties"]) == {"width", "height"}
    assert rule["enum"] == ["square_hd"]


def test_numbers_are_brought_within_their_limits_and_choices_must_be_there() -> None:
    steps = {"type": "integer", "minimum": 1, "maximum": 4}
    assert [fitted(steps, value) for value in (0, 2.4, 50)] == [1, 2, 4]
    assert fitted({"enum": ["5", "10"]}, 5) == "5"
    assert fitted({"enum": ["jpg", "webp"]}, "png") is None
    taken = model(prompt=TEXT, num_inference_steps=steps, output_format={"enum": ["jpg"]})
    told = taken.told(prompt="a cat", steps=28, format="png", guidance=3, seed=7, negative="")
    assert told == {"prompt": "a cat", "num_inference_steps": 4}
    assert model(prompt=TEXT, seed={"type": "integer", "maximum": 9}).sown(25) == 5
    assert model(prompt=TEXT, steps={"type": "integer", "default": 28}).worked("draft") == 14
    assert model(prompt=TEXT, duration={"enum": ["5", "10"]}).lasting(6) == "10"
    assert model(prompt=TEXT, duration={"type": "integer"}).lasting(4.5) == 5


SHAPES = {"enum": ["1:1", "16:9", "9:16", "match_input_image"]}
SIDE = {"type": "integer", "minimum": 256, "maximum": 1440}
NAMES = {"enum": ["square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"]}
PAIR = {"type": "object", "properties": {"width": {"type": "integer"}, "height": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("fields", "size", "told"),
    [
        ({"aspect_ratio": SHAPES}, (1920, 1080), {"aspect_ratio": "16:9"}),
        ({"aspect_ratio": SHAPES, "width": SIDE, "height": SIDE}, (600, 1000), {"aspect_ratio": "9:16"}),
        ({"width": SIDE, "height": SIDE}, (3000, 1500), {"width": 1440, "height": 720}),
        (
            {"aspect_ratio": {"enum": ["custom", "1:1"]}, "width": SIDE, "height": SIDE},
            (800, 600),
            {"aspect_ratio": "custom", "width": 800, "height": 608},
        ),
        ({"image_size": {"anyOf": [PAIR, NAMES]}}, (800, 600), {"image_size": {"width": 800, "height": 608}}),
        ({"image_size": NAMES}, (800, 1400), {"image_size": "portrait_16_9"}),
        ({"image_size": NAMES}, (500, 500), {"image_size": "square_hd"}),
        (
            {"aspect_ratio": SHAPES, "megapixels": {"enum": ["1", "0.25"]}},
            (512, 512),
            {"aspect_ratio": "1:1", "megapixels": "0.25"},
        ),
        ({"size": {"enum": ["1024x1024", "1536x1024"]}}, (1500, 900), {"size": "1536x1024"}),
        ({}, (800, 600), {}),
    ],
)
def test_a_size_is_told_in_each_model_s_own_way(
    fields: dict[str, Any], size: tuple[int, int], told: dict[str, Any]
) -> None:
    assert model(prompt=TEXT, **fields).shaped(*size, FRAME) == told


def test_a_picture_that_is_changed_keeps_its_shape() -> None:
    assert model(prompt=TEXT, aspect_ratio=SHAPES).kept() == {"aspect_ratio": "match_input_image"}
    assert model(prompt=TEXT, aspect_ratio={"enum": ["1:1"]}).kept() == {}
    assert nearest(["1:1", "match_input_image"], 3, 1) == "1:1"
    several = model(prompt=TEXT, image_urls={"type": "array", "items": TEXT})
    assert several.pictures(["one"]) == {"image_urls": ["one"]}
    assert model(prompt=TEXT, image=TEXT).pictures(["one"]) == {"image": "one"}
