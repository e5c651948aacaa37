"""Masks: which pixels may change, and the proof that no other did.

A mask is (H, W) uint8, white where the picture may change, of exactly the picture's size. Its feather reaches outwards:
a result fades into the source within that many pixels around what is marked, and beyond them every byte is the
source's own.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import picture
from gesso.imaging.picture import Pixels, Source
from gesso.kit.errors import Invalid

Mask = NDArray[np.uint8]
"""uint8, shape (H, W): 255 may change, 0 may not."""


def read(source: Source) -> Mask:
    """The mask in a picture file: its brightness, and nothing where it is transparent."""
    return grey(picture.load(source))


def grey(pixels: Pixels) -> Mask:
    """(H, W) from a picture (H, W, 3 or 4): Rec. 601 luma, times alpha."""
    light = np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_RGB2GRAY), np.uint8)
    if pixels.shape[2] == 3:
        return light
    return np.asarray((light.astype(np.uint16) * pixels[..., 3] + 127) // 255, np.uint8)


def marked(mask: Mask) -> NDArray[np.bool_]:
    """What is marked, (H, W): more than half white. Invalid, naming the mask, where that is nothing."""
    found = mask >= 128
    if not found.any():
        message = "nothing is marked. Paint over what is to change"
        raise Invalid(f"mask: {message}.", fields=[{"field": "mask", "message": message, "kind": "empty"}])
    return found


def feathered(mask: Mask, feather: float) -> Mask:
    """The mask with an edge that falls to 0 within `feather` pixels outside of it; its inside stays as it is."""
    if feather <= 0:
        return mask
    # Distances are of pixel centres, so that at `feather` itself nothing is left.
    far = cv2.distanceTransform((mask < 128).astype(np.uint8), cv2.DIST_L2, 5)
    fall = np.clip(1 - far / (feather + 1), 0, 1)
    # A smooth step (Ken Perlin's 3t² - 2t³) has no edge of its own.
    fall = fall * fall * (3 - 2 * fall)
    return np.asarray(np.maximum(mask, np.rint(fall * 255)), np.uint8)


def composite(source: Pixels, edited: Pixels, mask: Mask, feather: float = 0) -> Pixels:
    """`edited` where the mask is white, `source` where it is black, mixed by alpha between.

    All three are of one size. The result has alpha where either picture has. Where the feathered mask is 0 it is the
    source byte for byte, colours under full transparency too. Invalid where the sizes differ.
    """
    if not source.shape[:2] == edited.shape[:2] == mask.shape:
        raise Invalid(
            f"The mask is {mask.shape[1]} x {mask.shape[0]}, the picture {source.shape[1]} x {source.shape[0]}."
        )
    if source.shape[2] != edited.shape[2]:
        source, edited = opaque(source), opaque(edited)
    soft = feathered(mask, feather)
    result = np.where(soft[..., None] == 255, edited, source)
    between = (soft > 0) & (soft < 255)
    if between.any():
        share = soft[between][:, None].astype(np.float32) / np.float32(255)
        result[between] = _mixed(source[between].astype(np.float32), edited[between].astype(np.float32), share)
    return np.ascontiguousarray(result)


def opaque(pixels: Pixels) -> Pixels:
    """(H, W, 4): with an alpha of 255 where there was none."""
    if pixels.shape[2] == 4:
        return pixels
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


def outside(source: Pixels, result: Pixels, mask: Mask, feather: float = 0) -> int:
    """How many pixels changed where the feathered mask is 0: the proof, when it is 0."""
    if source.shape[2] != result.shape[2]:
        source, result = opaque(source), opaque(result)
    return int(((source != result).any(2) & (feathered(mask, feather) == 0)).sum())


def seal(source: bytes, result: bytes, marks: bytes, feather: float) -> tuple[bytes | None, dict[str, float]]:
    """The file of a result made true to its source outside of the mask, None where it is so already; and the proof:
    `outside_changed`, the pixels that differ there (0), and `mask_share`, the share of the picture that might change.

    A result of another size is scaled to the source's first: some who edit know only some sizes.
    """
    before, after, mask = picture.load(source), picture.load(result), read(marks)
    if scaled := after.shape[:2] != before.shape[:2]:
        size = before.shape[1], before.shape[0]
        shrinks = size[0] < after.shape[1]
        after = np.asarray(cv2.resize(after, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC))
    share = round(float((feathered(mask, feather) > 0).mean()), 4)
    if not scaled and outside(before, after, mask, feather) == 0:
        return None, {"outside_changed": 0, "mask_share": share}
    sealed = composite(before, after, mask, feather)
    proof = {"outside_changed": outside(before, sealed, mask, feather), "mask_share": share}
    return picture.png(sealed), proof


def _mixed(under: NDArray[np.float32], over: NDArray[np.float32], share: NDArray[np.float32]) -> Pixels:
    """Rows of pixels mixed; colours weigh as much as their alpha, which keeps what is transparent from bleeding."""
    if under.shape[1] == 3:
        return np.asarray(np.rint(under + (over - under) * share), np.uint8)
    alpha = under[:, 3:] * (1 - share) + over[:, 3:] * share
    colour = under[:, :3] * under[:, 3:] * (1 - share) + over[:, :3] * over[:, 3:] * share
    straight = colour / np.maximum(alpha, 1e-6)
    clear = alpha[:, 0] < 0.5
    straight[clear] = under[clear, :3]
    return np.asarray(np.clip(np.rint(np.hstack([straight, alpha])), 0, 255), np.uint8)
