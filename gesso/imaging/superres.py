"""Upscaling by an operator's own ONNX model, in tiles; nothing is ever downloaded.

Such models take a picture (1 x 3 x H x W, 0..1) and give a larger one (1 x 3 x sH x sW). How much larger is seen by
asking.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from gesso.imaging import matting, resize
from gesso.imaging.picture import MAX_PIXELS, Pixels
from gesso.kit.errors import Invalid, TooLarge

TILE, OVERLAP = 256, 16
"""Pixels of the small picture: a tile's side, and how far it looks beyond what is kept of it."""


@dataclass(frozen=True)
class Upscaler:
    """What a model asks for and gives: `side` is its tile where it takes only one, `scale` how much larger it makes."""

    input: str
    output: str
    side: int | None
    scale: int
    half: bool


def inspect(path: Path) -> Upscaler:
    """The facts of the model; Invalid where it is none that enlarges pictures, Unavailable without onnxruntime."""
    return _facts(path, matting.session(path, 1))


def enlarge(
    path: Path, pixels: Pixels, *, max_pixels: int = MAX_PIXELS, report: Callable[[float], None] | None = None
) -> Pixels:
    """The picture as many times larger as the model makes it; alpha is resampled. TooLarge beyond `max_pixels`."""
    opened = matting.session(path, 1)
    facts = _facts(path, opened)
    height, width = pixels.shape[:2]
    scale = facts.scale
    if height * width * scale**2 > max_pixels:
        raise TooLarge(f"{scale} times {width} x {height} is more than {max_pixels / 1e6:.3g} megapixels.")
    step = (facts.side or TILE + 2 * OVERLAP) - 2 * OVERLAP
    result = np.empty((height * scale, width * scale, pixels.shape[2]), np.uint8)
    rgb = np.pad(pixels[..., :3], ((OVERLAP, step + OVERLAP), (OVERLAP, step + OVERLAP), (0, 0)), "edge")
    for top in range(0, height, step):
        for left in range(0, width, step):
            tile = rgb[top : top + step + 2 * OVERLAP, left : left + step + 2 * OVERLAP]
            large = _asked(path, opened, facts, tile)
            inner = large[OVERLAP * scale : (OVERLAP + step) * scale, OVERLAP * scale : (OVERLAP + step) * scale]
            part = result[top * scale : (top + step) * scale, left * scale : (left + step) * scale, :3]
            part[:] = inner[: part.shape[0], : part.shape[1]]
        if report is not None:
            report(min(1.0, (top + step) / height))
    if pixels.shape[2] == 4:
        size = width * scale, height * scale
        result[..., 3] = cv2.resize(pixels[..., 3], size, interpolation=cv2.INTER_CUBIC)
    return result


def to_factor(pixels: Pixels, source: Pixels, factor: int) -> Pixels:
    """The model's result, brought to `factor` times the source."""
    height, width = source.shape[0] * factor, source.shape[1] * factor
    if pixels.shape[:2] == (height, width):
        return pixels
    if pixels.shape[0] > height:
        return resize.reduce(pixels, width, height)
    made = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(made, np.uint8)


def _asked(path: Path, opened: Any, facts: Upscaler, tile: Pixels) -> Pixels:
    kind = np.float16 if facts.half else np.float32
    tensor = np.ascontiguousarray((tile.astype(np.float32) / 255).transpose(2, 0, 1)[None], kind)
    try:
        answer = np.asarray(opened.run([facts.output], {facts.input: tensor})[0], np.float32)
    # onnxruntime raises its own kinds, which are not to be named without importing it.
    except Exception as error:
        raise Invalid(f"The model {path.name} failed: {matting.first_line(error)}", fields=["model"]) from error
    wanted = (1, 3, tile.shape[0] * facts.scale, tile.shape[1] * facts.scale)
    if answer.shape != wanted or not np.isfinite(answer).all():
        raise Invalid(f"The model {path.name} answered with an array {answer.shape}, not {wanted}.", fields=["model"])
    return np.asarray(np.clip(np.rint(answer[0].transpose(1, 2, 0) * 255), 0, 255), np.uint8)


def _facts(path: Path, opened: Any) -> Upscaler:
    inputs, outputs = opened.get_inputs(), opened.get_outputs()
    shape = list(inputs[0].shape or []) if len(inputs) == 1 else []
    fits = len(shape) == 4 and shape[1] == 3 and inputs[0].type in ("tensor(float)", "tensor(float16)")
    given = list(outputs[0].shape or []) if outputs else []
    if not fits or len(given) != 4 or (isinstance(given[1], int) and given[1] != 3):
        raise Invalid(f"The model {path.name} does not enlarge pictures.", fields=["model"])
    side = shape[2] if isinstance(shape[2], int) else None
    half = inputs[0].type == "tensor(float16)"
    probe = side or 32
    try:
        blank = np.zeros((1, 3, probe, probe), np.float16 if half else np.float32)
        answer = np.asarray(opened.run([outputs[0].name], {inputs[0].name: blank})[0])
    except Exception as error:
        raise Invalid(f"The model {path.name} failed: {matting.first_line(error)}", fields=["model"]) from error
    scale = answer.shape[-1] // probe if answer.ndim == 4 and answer.shape[1] == 3 else 0
    if scale not in (2, 3, 4, 8) or answer.shape[2:] != (probe * scale, probe * scale):
        raise Invalid(f"The model {path.name} answered with an array {answer.shape}.", fields=["model"])
    if side is not None and side <= 2 * OVERLAP:
        raise Invalid(f"The model {path.name} takes tiles of {side} pixels, which is too few.", fields=["model"])
    return Upscaler(inputs[0].name, outputs[0].name, side, scale, half)
