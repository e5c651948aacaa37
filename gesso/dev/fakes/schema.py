"""What the fakes of catalogues share: a body held to the JSON Schema of its model, and pictures to give."""

import base64
import io
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict,
}  # fmt: skip
PICTURES = re.compile(r"(^|_)(image|images|mask)(_url|_urls)?$|start_image")


def faults(schema: dict[str, Any], value: Any, at: str = "input") -> Iterator[str]:
    """What in a value is not as a schema says. No field is taken that it does not name."""
    if "anyOf" in schema:
        if all(list(faults(each, value, at)) for each in schema["anyOf"]):
            yield f"{at}: fits none of its forms"
        return
    kind = schema.get("type")
    if kind and (not isinstance(value, KINDS[kind]) or (isinstance(value, bool) and kind != "boolean")):
        yield f"{at}: must be {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: is not one of {schema['enum']}"
    if isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{at}: out of range"
    if schema.get("format") == "uri" and not re.match(r"https?://|data:", value):
        yield f"{at}: is no address"
    if isinstance(value, dict):
        yield from (f"{at}.{name}: is required" for name in schema.get("required", ()) if name not in value)
        for name, each in value.items():
            if name not in schema["properties"]:
                yield f"{at}.{name}: unknown field"
            else:
                yield from faults(schema["properties"][name], each, f"{at}.{name}")


def pictures(fields: dict[str, Any], files: dict[str, bytes]) -> tuple[dict[str, Image.Image], list[str]]:
    """The pictures in a body, from `files` by their address or out of the address itself, and what is none."""
    found: dict[str, Image.Image] = {}
    wrong: list[str] = []
    for name, value in fields.items():
        if not PICTURES.search(name) or not isinstance(value, str | list):
            continue
        for number, place in enumerate(value if isinstance(value, list) else [value]):
            head, _, text = place.partition(";base64,")
            data = base64.b64decode(text) if head.startswith("data:") else files.get(place, b"")
            try:
                image = Image.open(io.BytesIO(data))
                image.load()
            except OSError:
                wrong.append(f"{name}: {place[:60]} is no picture")
                continue
            if head.startswith("data:") and head != f"data:{Image.MIME[image.format or '']}":
                wrong.append(f"{name}: is not what its address says")
            found[f"{name}{number or ''}"] = image
    return found, wrong


def drawn(size: tuple[int, int], seed: int, way: str = "", *, alpha: bool = False) -> bytes:
    """A picture of soft noise as PNG; for the ways "blank" and "words" what is none, or as good as none."""
    if way == "words":
        return b"<html>not a picture</html>"
    noise = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    image = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
    if way == "blank":
        image = Image.new("RGB", size)
    if alpha:
        layer = Image.new("L", size)
        layer.paste(255, (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
        image.putalpha(layer)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
