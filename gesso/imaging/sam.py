"""Segment Anything in ONNX files of an operator's own: an encoder, which looks at a picture once, and a decoder, which
answers each click. Nothing is ever downloaded.

Two ways of exporting them are read. Segment Anything's own: the decoder takes `point_coords` and `orig_im_size`, and
the encoder a normalised picture in planes, or one of whole numbers in rows (as samexporter writes it). That of
transformers.js: the decoder takes `input_points`, and answers with small masks of the padded square.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.cutout.edge import Bytes
from gesso.imaging.matting import MEAN, STD, first_line, session
from gesso.imaging.picture import Pixels
from gesso.imaging.pointing import Box, Point
from gesso.kit.errors import GessoError, Invalid

SIDE = 1024
"""Long side, in pixels, of the picture that the encoder looks at, unless it says otherwise."""
INSIDE, OUTSIDE, CORNER, OPPOSITE, NOTHING = 1, 0, 2, 3, -1
"""What the decoder is told of each point."""

Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Seen:
    """A picture as the encoder sees it: what it answered, in which size (height, width) it was given the picture."""

    answer: Arrays
    shape: tuple[int, int]
    side: int


def pairs(folder: Path) -> list[tuple[Path, Path]]:
    """Encoders with their decoders, by their names: `sam.encoder.onnx` and `sam.decoder.onnx`, and whatever else
    differs in that word alone; or the one encoder and the one decoder that are there."""
    files = sorted(folder.glob("*.onnx"))
    decoders = [file for file in files if "decoder" in file.stem.lower()]
    encoders = [file for file in files if "encoder" in file.stem.lower() and file not in decoders]
    found = [
        (encoder, decoder)
        for decoder in decoders
        for encoder in encoders
        if encoder.stem.lower() == decoder.stem.lower().replace("decoder", "encoder")
    ]
    return found or ([(encoders[0], decoders[0])] if len(encoders) == len(decoders) == 1 else [])


def usable(encoder: Path, decoder: Path) -> bool:
    """Whether the files can be opened here and speak one of the two ways."""
    try:
        asked = _names(session(decoder, 1).get_inputs())
        session(encoder, 1)
    except GessoError:
        return False
    return "point_coords" in asked or "input_points" in asked


def look(encoder: Path, rgb: Pixels, *, threads: int = 1) -> Seen:
    """The picture (H, W, 3) as the encoder sees it. Invalid where the file is no such model, or fails."""
    opened = session(encoder, threads)
    source = opened.get_inputs()[0]
    dims = list(source.shape or [])
    planes = len(dims) == 4
    side = dims[2] if planes and isinstance(dims[2], int) else SIDE
    scale = side / max(rgb.shape[:2])
    height, width = max(1, round(rgb.shape[0] * scale)), max(1, round(rgb.shape[1] * scale))
    small = cv2.resize(np.ascontiguousarray(rgb[..., :3]), (width, height), interpolation=cv2.INTER_AREA)
    if planes:
        level = (small.astype(np.float32) / np.float32(255) - np.asarray(MEAN, np.float32)) / np.asarray(
            STD, np.float32
        )
        tensor = np.zeros((1, 3, side, side), np.float16 if source.type == "tensor(float16)" else np.float32)
        tensor[0, :, :height, :width] = level.transpose(2, 0, 1)
    else:
        tensor = small.astype(np.uint8 if source.type == "tensor(uint8)" else np.float32)
    names = [output.name for output in opened.get_outputs()]
    answers = _run(encoder, opened, names, {source.name: tensor})
    return Seen(dict(zip(names, answers, strict=True)), (height, width), side)


def select(
    decoder: Path,
    seen: Seen,
    size: tuple[int, int],
    points: Sequence[Point],
    box: Box | None = None,
    *,
    threads: int = 1,
) -> Bytes:
    """The mask (H, W) of a picture of `size` (width, height) of what the points are on, the best of those offered."""
    opened = session(decoder, threads)
    asked = _names(opened.get_inputs())
    scale = seen.shape[1] / size[0], seen.shape[0] / size[1]
    told = [(point.x * scale[0], point.y * scale[1], INSIDE if point.keep else OUTSIDE) for point in points]
    if box is not None:
        left, top, width, height = box
        told.append((left * scale[0], top * scale[1], CORNER))
        told.append(((left + width) * scale[0], (top + height) * scale[1], OPPOSITE))
    elif "point_coords" in asked:
        told.append((0.0, 0.0, NOTHING))
    places = np.array([each[:2] for each in told], np.float32)
    labels = np.array([each[2] for each in told])
    given: Arrays = {name: seen.answer[name] for name in asked if name in seen.answer}
    if "point_coords" in asked:
        given |= {
            "point_coords": places[None],
            "point_labels": labels[None].astype(np.float32),
            "mask_input": np.zeros((1, 1, 256, 256), np.float32),
            "has_mask_input": np.zeros(1, np.float32),
            "orig_im_size": np.array([size[1], size[0]], np.float32),
        }
    else:
        given |= {"input_points": places[None, None], "input_labels": labels[None, None].astype(np.int64)}
    if "image_embeddings" in asked and "image_embeddings" not in given:
        given["image_embeddings"] = next(iter(seen.answer.values()))
    outputs = [output.name for output in opened.get_outputs()]
    answers = dict(
        zip(outputs, _run(decoder, opened, outputs, {n: v for n, v in given.items() if n in asked}), strict=True)
    )
    masks = next((np.asarray(answers[name], np.float32) for name in ("masks", "pred_masks") if name in answers), None)
    if masks is None or masks.ndim < 3:
        raise Invalid(f"The model {decoder.name} answers with no masks.", fields=["model"])
    masks = masks.reshape(-1, *masks.shape[-2:])
    scores = next((np.ravel(answers[name]) for name in ("iou_predictions", "iou_scores") if name in answers), None)
    best = masks[int(np.argmax(scores)) if scores is not None and len(scores) == len(masks) else 0]
    return _mask(best, seen, size)


def _mask(logits: NDArray[np.float32], seen: Seen, size: tuple[int, int]) -> Bytes:
    """What is above 0, at the picture's size; a small mask is of the padded square. Its edge is one pixel soft."""
    if logits.shape != (size[1], size[0]):
        square = cv2.resize(logits, (seen.side, seen.side), interpolation=cv2.INTER_LINEAR)
        logits = cv2.resize(square[: seen.shape[0], : seen.shape[1]], size, interpolation=cv2.INTER_LINEAR)
    return np.where(logits > 0, np.uint8(255), np.uint8(0))


def _names(values: Iterable[Any]) -> list[str]:
    return [str(value.name) for value in values]


def _run(path: Path, opened: Any, names: list[str], given: Arrays) -> list[NDArray[np.generic]]:
    try:
        answer: list[NDArray[np.generic]] = opened.run(names, given)
    # onnxruntime raises its own kinds, which are not to be named without importing it.
    except Exception as error:
        raise Invalid(f"The model {path.name} failed: {first_line(error)}", fields=["model"]) from error
    return answer
