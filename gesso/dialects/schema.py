"""A model that is known by the JSON Schema of what it takes, as Replicate and fal publish one for each of theirs.

Fields have many names and few meanings. From the schema alone is read which field means what, what the studio can ask
of the model, and what is sent for a request: numbers within their limits, of choices only those that there are, and
nothing that the schema does not know.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from gesso.catalog.finish import stepped
from gesso.catalog.limits import Frame, Limits
from gesso.ops import Size

Does = Literal["generate", "edit", "inpaint", "upscale", "cut", "animate"]
Json = Mapping[str, Any]

MEANINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "prompt": ("prompt", "text_prompt", "instruction"),
    "negative": ("negative_prompt",),
    "image": (
        "start_image", "start_image_url", "first_frame_image", "input_image", "input_image_url", "image", "image_url",
        "init_image",
    ),
    "end": ("end_image", "end_image_url", "tail_image", "tail_image_url", "last_frame_image", "last_image"),
    "images": ("images", "image_urls", "input_images", "image_input", "reference_images", "reference_image_urls"),
    "mask": ("mask", "mask_url", "mask_image", "mask_image_url"),
    "width": ("width",),
    "height": ("height",),
    "size": ("image_size", "size"),
    "shape": ("aspect_ratio",),
    "megapixels": ("megapixels",),
    "resolution": ("resolution", "target_resolution"),
    "seed": ("seed",),
    "count": ("num_outputs", "num_images", "number_of_images"),
    "strength": ("strength", "prompt_strength", "denoising_strength"),
    "format": ("output_format",),
    "steps": ("num_inference_steps", "steps"),
    "guidance": ("guidance_scale", "guidance", "cfg_scale"),
    "factor": ("upscale_factor", "scale_factor", "scale"),
    "creativity": ("creativity",),
    "duration": ("duration",),
}  # fmt: skip
"""By what names a meaning goes; the first that a model has is it."""
OWN: Final = ("match_input_image", "match_input", "auto", "original")
"""How a model is told to keep the shape of the picture that it is given."""
QUALITY: Final = {"draft": 0.5, "standard": 1.0, "premium": 1.5}
"""How many steps are worked, to as many as the model would by itself."""
STEP: Final = 16


@dataclass(frozen=True)
class Model:
    """One model: `input` is the JSON Schema of what it takes. What a schema cannot tell is in `about`: whether what a
    picture alone is sent to makes it larger or cuts it out."""

    id: str
    title: str
    input: Json
    about: str = ""
    defs: Json = field(default_factory=dict)

    @cached_property
    def fields(self) -> Mapping[str, Json]:
        """Each field as a flat rule, whatever its schema is made of."""
        return {name: flat(rule, self.defs) for name, rule in self.input.get("properties", {}).items()}

    @cached_property
    def required(self) -> frozenset[str]:
        return frozenset(self.input.get("required", ()))

    @cached_property
    def means(self) -> Mapping[str, str]:
        """The name of the field, by its meaning."""
        found: dict[str, str] = {}
        for meaning, names in MEANINGS.items():
            name = next((name for name in names if name in self.fields and self._is(meaning, name)), None)
            if name is not None:
                found[meaning] = name
        return found

    def _is(self, meaning: str, name: str) -> bool:
        several = self.fields[name].get("type") == "array"
        return several == (meaning == "images")

    def rule(self, meaning: str) -> Json:
        """What the schema says of the field with a meaning; nothing where there is none."""
        return self.fields.get(self.means.get(meaning, ""), {})

    @cached_property
    def does(self) -> frozenset[Does]:
        """What the studio can ask of it."""
        has = set(self.means)
        needs = {meaning for meaning, name in self.means.items() if name in self.required}
        pictured = "image" in has or "images" in has
        found: set[Does] = set()
        if self.required - set(self.means.values()):
            return frozenset()  # It wants something that the studio has no word for.
        if "duration" in has or re.search(r"\bvideo\b", self.about, re.I):
            return frozenset({"animate"}) if "image" in has else frozenset()
        if pictured and re.search(r"upscal|super.?resolution|enlarge", self.about, re.I):
            return frozenset({"upscale"})
        if pictured and re.search(r"background.{0,20}remov|remov\w*.{0,20}background|rmbg", self.about, re.I):
            return frozenset({"cut"})
        if "prompt" not in has:
            return frozenset()
        if not needs & {"image", "images", "mask"}:
            found.add("generate")
        if "mask" in has and "image" in has:
            found.add("inpaint")
        elif pictured and "strength" not in has and "mask" not in needs:
            found.add("edit")
        return frozenset(found)

    @property
    def starts(self) -> bool:
        """Whether it starts from a picture, as far from it as it is told."""
        return "image" in self.means and "strength" in self.means

    @property
    def shows(self) -> int:
        """How many pictures it takes as references."""
        return int(self.rule("images").get("maxItems", 4)) if "images" in self.means else 0

    def told(self, **wanted: Any) -> dict[str, Any]:
        """Of what is wanted, by its meaning, what the model takes, by its names."""
        found: dict[str, Any] = {}
        for meaning, value in wanted.items():
            name = self.means.get(meaning)
            if name is None or value is None or value == "":
                continue
            kept = fitted(self.fields[name], value)
            if kept is not None:
                found[name] = kept
        return found

    def shaped(self, width: int, height: int, frame: Frame) -> dict[str, Any]:
        """How it is told of a size: by itself, or as the nearest of its shapes and classes."""
        size, shapes = self.rule("size"), list(self.rule("shape").get("enum", ()))
        classes = self.told(
            megapixels=_least(self.rule("megapixels").get("enum", ()), width * height / 1e6 * 0.8),
            resolution=_least(self.rule("resolution").get("enum", ()), min(width, height)),
        )
        if "width" in size.get("properties", {}):
            across, down = self.drawn(width, height, frame)
            return {self.means["size"]: {"width": across, "height": down}, **classes}
        if {"width", "height"} <= set(self.means) and (not shapes or "custom" in shapes):
            across, down = self.drawn(width, height, frame)
            custom = self.told(shape="custom") if shapes else {}
            return {**custom, **self.told(width=across, height=down), **classes}
        return {
            **self.told(shape=nearest(shapes, width, height)),
            **self.told(size=_named(size, width, height)),
            **classes,
        }

    def frame(self, frame: Frame) -> Frame:
        """The sizes that it may be asked for, where sides are told, within these."""
        rules = [self.rule("width"), *(self.rule("size").get("properties", {}).values())]
        most = min([frame.most, *(int(rule["maximum"]) for rule in rules if "maximum" in rule)])
        least = max([frame.least, *(int(rule["minimum"]) for rule in rules if "minimum" in rule)])
        return Frame(least=least, most=most, area=frame.area)

    def limits(self, frame: Frame, sent: Frame) -> Limits:
        """What it makes, by its sides or by the names of its shapes, and what it is sent."""
        shapes = [str(name) for name in self.rule("shape").get("enum", ()) if _ratio(str(name))]
        sided = "width" in self.rule("size").get("properties", {}) or {"width", "height"} <= set(self.means)
        given = sent if {"image", "images"} & set(self.means) else None
        if sided and (not shapes or "custom" in self.rule("shape").get("enum", ()) or "size" in self.means):
            return Limits(made=self.frame(frame), sent=given)
        return Limits(shapes=tuple(shapes), sent=given)

    def drawn(self, width: int, height: int, frame: Frame) -> Size:
        """The size that it is asked for, where sides are told: legal, and as near as may be in shape and area."""
        legal = self.frame(frame)
        least, most = legal.least, legal.most // STEP * STEP
        across, down = legal.fits(width, height)
        return min(max(stepped(across, STEP), least), most), min(max(stepped(down, STEP), least), most)

    def kept(self) -> dict[str, Any]:
        """How it is told to keep the shape of the picture that it changes. Left out, most do."""
        found: dict[str, Any] = {}
        for meaning in ("shape", "size", "megapixels"):
            word = next((word for word in OWN if word in self.rule(meaning).get("enum", ())), None)
            found |= self.told(**{meaning: word})
        return found

    def sown(self, seed: int | None) -> int | None:
        """A seed, within the model's limits."""
        if seed is None:
            return None
        rule = self.rule("seed")
        most = min(int(rule.get("maximum", 2**31 - 1)), 2**31 - 1)
        least = max(0, int(rule.get("minimum", 0)))
        return least + seed % (most - least + 1)

    def worked(self, quality: str) -> int | None:
        """How many steps, where that is other than what the model does by itself."""
        usual = self.rule("steps").get("default")
        if usual is None or QUALITY[quality] == 1:
            return None
        return max(1, round(float(usual) * QUALITY[quality]))

    def lasting(self, seconds: float) -> Any:
        """The length that is nearest above, as the model names it."""
        rule = self.rule("duration")
        if choices := rule.get("enum"):
            return _least(choices, seconds)
        return math.ceil(seconds) if rule.get("type") == "integer" else seconds

    def pictures(self, sent: Sequence[Any]) -> dict[str, Any]:
        """Where pictures go: one into its field, several into the list."""
        if len(sent) == 1 and "image" in self.means:
            return {self.means["image"]: sent[0]}
        if sent and "images" in self.means:
            return {self.means["images"]: list(sent)}
        return {}


# --- rules


def flat(rule: Json, defs: Json) -> dict[str, Any]:
    """A schema as one flat rule: references followed, alternatives joined (their choices and properties), null left
    out."""
    found: dict[str, Any] = {}
    for part in _parts(rule, defs):
        for name, value in part.items():
            if name == "enum" and "enum" in found:
                found["enum"] = [*found["enum"], *(each for each in value if each not in found["enum"])]
            else:
                found.setdefault(name, value)
    return found


def _parts(rule: Json, defs: Json) -> Iterator[Json]:
    """What a schema is made of; what stands outermost says most."""
    yield {name: value for name, value in rule.items() if name not in ("$ref", "allOf", "anyOf", "oneOf")}
    if "$ref" in rule:
        yield from _parts(defs[str(rule["$ref"]).rpartition("/")[2]], defs)
    for joined in ("allOf", "anyOf", "oneOf"):
        for part in rule.get(joined, ()):
            if part.get("type") != "null":
                yield from _parts(part, defs)


def fitted(rule: Json, value: Any) -> Any:
    """A value as the rule lets it pass, None for one that it does not: numbers are brought within their limits, a
    choice must be there, in its own type (5 is "5" where choices are words)."""
    if choices := rule.get("enum"):
        return next((choice for choice in choices if _same(choice, value)), None)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = min(max(value, rule.get("minimum", value)), rule.get("maximum", value))
        if rule.get("type") == "integer":
            return round(value)
    return value


def _same(choice: Any, value: Any) -> bool:
    return bool(choice == value) or str(choice) == str(value)


def nearest(shapes: Sequence[Any], width: int, height: int) -> str | None:
    """Of shapes such as 16:9 the one nearest to a size."""
    known = {str(name): found for name in shapes if (found := _ratio(str(name)))}
    return min(known, key=lambda name: abs(math.log(known[name] * height / width)), default=None)


def _ratio(name: str) -> float | None:
    """Width over height of 16:9, 1024x768, portrait_4_3 or square_hd."""
    if name.startswith("square"):
        return 1.0
    found = re.search(r"(\d+)[:x*_](\d+)$", name)
    if not found:
        return None
    sides = int(found[1]), int(found[2])
    if name.startswith("portrait"):
        return min(sides) / max(sides)
    return sides[0] / sides[1]


def _named(size: Json, width: int, height: int) -> str | None:
    """The name of a size where there is a choice of names; of those of the same shape the largest."""
    names = [str(name) for name in size.get("enum", ())]
    if "square_hd" in names:
        names = [name for name in names if name != "square"]
    return nearest(names, width, height)


def _least(choices: Sequence[Any], wanted: float) -> Any:
    """The first of some choices with a number in them (1, "0.25", "1080p") that is enough, or else the largest."""
    known = {choice: float(found[0]) for choice in choices if (found := re.search(r"\d+(\.\d+)?", str(choice)))}
    enough = [choice for choice in known if known[choice] >= wanted]
    return min(enough, key=lambda choice: known[choice]) if enough else max(known, key=lambda c: known[c], default=None)
