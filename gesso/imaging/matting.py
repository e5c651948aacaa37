"""Mattes from an operator's own ONNX model: onnxruntime is called directly, nothing is ever downloaded.

Models for salient objects, portraits and matting share one shape: a normalised RGB picture goes in, one map
of how much each pixel is subject comes out. They differ in size and normalisation; a JSON file beside the
model, `NAME.json` for `NAME.onnx`, may state them: `{"size": 320, "mean": [0.5, 0.5, 0.5], "std": [1, 1,
1]}`, each key optional, `size` one number or [height, width], mean and std per channel of a picture in 0..1.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.kit.errors import Invalid, Unavailable

# Channel means and standard deviations of ImageNet, on which most backbones were trained.
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# The size, in pixels, given to a model that takes any.
SIZE = 1024
# Every common backbone halves five times: sizes that are no multiple of 32 fail inside, or shift the matte.
STRIDE = 32


@dataclass(frozen=True)
class ModelFacts:
    """What a matting model asks for and gives."""

    input: str  # the input's name
    output: str  # the name of the first output, which is the matte
    size: tuple[int, int] | None  # (height, width) in pixels; None where the model takes any
    half: bool  # 16-bit floats instead of 32
    mean: tuple[float, float, float]  # per channel, of a picture in 0..1
    std: tuple[float, float, float]
    preferred: tuple[int, int] | None  # the sidecar's size, for a model that takes any


def inspect(model_path: str | Path) -> ModelFacts:
    """The facts of the model at `model_path` and of its sidecar.

    Raises `Invalid` where the file is no ONNX model, or no matting model (one input 1 x 3 x H x W, first
    output 1 x 1 x H x W or 1 x H x W), or where the sidecar is wrong; `Unavailable` without onnxruntime.
    """
    return _facts(Path(model_path), session(Path(model_path), 1))


def matte(
    model_path: str | Path, rgb: NDArray[np.uint8], *, size: int | None = None, threads: int = 1
) -> NDArray[np.uint8]:
    """Alpha (H, W) of `rgb` (H, W, 3), by the model at `model_path`, on the CPU with `threads` threads.

    `size` is the side in pixels of the square that a model of free size is given (default: the sidecar's,
    else 1024). An answer outside 0..1 is stretched to it. Colours stay mixed at the edge: see
    `cutout.decontaminate`. Raises what `inspect` raises, and `Invalid` for another array, a size that the
    model does not take, or a model that fails.
    """
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or 0 in rgb.shape:
        raise Invalid("A matte needs an RGB picture of 8 bits per channel.", fields=["image"])
    if threads < 1:
        raise Invalid("A model needs at least one thread.", fields=["threads"])
    path = Path(model_path)
    opened = session(path, threads)
    facts = _facts(path, opened)
    height, width = _size(facts, size)
    shrinks = height * width < rgb.shape[0] * rgb.shape[1]
    small = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    mean, std = np.asarray(facts.mean, np.float32), np.asarray(facts.std, np.float32)
    planes = ((small.astype(np.float32) / np.float32(255) - mean) / std).transpose(2, 0, 1)[None]
    tensor = np.ascontiguousarray(planes, np.float16 if facts.half else np.float32)
    try:
        answer = opened.run([facts.output], {facts.input: tensor})[0]
    # onnxruntime raises its own kinds, which are not to be named without importing it.
    except Exception as error:
        raise Invalid(f"The model {path.name} failed at {width} x {height} pixels: {first_line(error)}") from error
    return _alpha(path, np.asarray(answer, np.float32), rgb.shape[:2])


def _alpha(path: Path, answer: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    layer = answer[0, 0] if answer.ndim == 4 and answer.shape[:2] == (1, 1) else None
    layer = answer[0] if answer.ndim == 3 and answer.shape[0] == 1 else layer
    if layer is None or layer.size == 0 or not np.isfinite(layer).all():
        raise Invalid(f"The model {path.name} is no matting model: it answered with an array {answer.shape}.")
    low, high = float(layer.min()), float(layer.max())
    if low < 0 or high > 1:
        layer = (layer - low) / max(high - low, 1e-6)
    large = cv2.resize(layer, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    result: NDArray[np.uint8] = np.clip(np.rint(large * 255), 0, 255).astype(np.uint8)
    return result


def _size(facts: ModelFacts, asked: int | None) -> tuple[int, int]:
    """The (height, width) to give the model."""
    if facts.size is not None:
        if asked is not None and (asked, asked) != facts.size:
            fixed = f"{facts.size[1]} x {facts.size[0]}"
            raise Invalid(f"The model takes pictures of {fixed} pixels only, not {asked}.", fields=["size"])
        return facts.size
    if asked is None:
        return facts.preferred or (SIZE, SIZE)
    if not STRIDE <= asked <= 4096:
        raise Invalid(f"The size of a model's picture is {STRIDE} to 4096 pixels, not {asked}.", fields=["size"])
    side = max(STRIDE, round(asked / STRIDE) * STRIDE)
    return side, side


def session(path: Path, threads: int) -> Any:
    """The model in the file, ready to run; Invalid where it is none, Unavailable without onnxruntime."""
    try:
        import onnxruntime
    except ImportError as error:
        raise Unavailable("Models in ONNX files need onnxruntime: pip install 'gesso[onnx]'.") from error
    if not path.is_file():
        raise Invalid(f"There is no model file {path.name}.", fields=["model"])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Its warnings would go to stderr past every log; a failure is raised in any case.
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise Invalid(f"{path.name} cannot be read as an ONNX model: {first_line(error)}", fields=["model"]) from error


def _facts(path: Path, session: Any) -> ModelFacts:
    inputs, outputs = session.get_inputs(), session.get_outputs()
    if len(inputs) != 1 or not outputs:
        raise _unfit(path, f"it has {len(inputs)} inputs and {len(outputs)} outputs")
    source, target = inputs[0], outputs[0]
    if source.type not in ("tensor(float)", "tensor(float16)"):
        raise _unfit(path, f"its input is {source.type}, not floats")
    shape = list(source.shape or [])
    if len(shape) != 4 or not _may_be(shape[0], 1) or not _may_be(shape[1], 3):
        raise _unfit(path, f"its input is {shape}, not 1 x 3 x height x width")
    given = list(target.shape or [])
    # A model may leave its output's shape open; then only its answer can tell.
    if given and (len(given) not in (3, 4) or not all(_may_be(n, 1) for n in given[:-2])):
        raise _unfit(path, f"its first output is {given}, not 1 x 1 x height x width")
    fixed = all(isinstance(n, int) for n in shape[2:])
    mean, std, preferred = _sidecar(path.with_suffix(".json"))
    return ModelFacts(
        input=source.name,
        output=target.name,
        size=(shape[2], shape[3]) if fixed else None,
        half=source.type == "tensor(float16)",
        mean=mean,
        std=std,
        preferred=preferred,
    )


def _may_be(dimension: int | str | None, wanted: int) -> bool:
    """A dimension without a number is decided by what is given."""
    return not isinstance(dimension, int) or dimension == wanted


def _unfit(path: Path, why: str) -> Invalid:
    return Invalid(f"The model {path.name} is no matting model: {why}.", fields=["model"])


Triple = tuple[float, float, float]


def _sidecar(path: Path) -> tuple[Triple, Triple, tuple[int, int] | None]:
    """Mean, standard deviation and size from the JSON file at `path`, ImageNet's and none where there is no
    file."""
    if not path.is_file():
        return MEAN, STD, None
    try:
        stated = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise Invalid(f"{path.name} is no JSON: {error}", fields=["model"]) from error
    if not isinstance(stated, dict) or not stated.keys() <= {"size", "mean", "std"}:
        raise Invalid(f'{path.name} must be an object with "size", "mean" and "std" at most.', fields=["model"])
    mean = _triple(path, "mean", stated.get("mean", MEAN))
    std = _triple(path, "std", stated.get("std", STD))
    if min(std) <= 0:
        raise Invalid(f'{path.name}: "std" divides, so it must be above 0.', fields=["model"])
    size = stated.get("size")
    if size is None:
        return mean, std, None
    sides = [size, size] if isinstance(size, int) else size
    if not isinstance(sides, list) or len(sides) != 2 or not all(type(n) is int and 1 <= n <= 4096 for n in sides):
        raise Invalid(f'{path.name}: "size" is a number of pixels up to 4096, or [height, width].', fields=["model"])
    return mean, std, (sides[0], sides[1])


def _triple(path: Path, key: str, value: Any) -> Triple:
    if (
        not isinstance(value, list | tuple)
        or len(value) != 3
        or not all(type(n) in (int, float) and np.isfinite(n) for n in value)
    ):
        raise Invalid(f'{path.name}: "{key}" is a list of three numbers.', fields=["model"])
    return float(value[0]), float(value[1]), float(value[2])


def first_line(error: Exception) -> str:
    """What an error says, without all that onnxruntime says after it."""
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__
