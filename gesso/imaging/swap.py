"""A face of one picture on a person in another: laid over eyes and mouth, in the light that is there.

Three points of the one face are brought onto those of the other (an affine map), its colours onto theirs (E. Reinhard
and others, 2001), and the seam is closed in the gradients (P. Perez and others, 2003). No model: the head's shape, its
hair and its turn stay those of the picture.
"""

import cv2
import numpy as np

from gesso.imaging.avatar import Face
from gesso.imaging.picture import Pixels

WIDE, HIGH, LOW = 0.92, 1.18, 0.55
"""Of what is laid over, in distances between the eyes: half its width, half its height, and how far its middle lies
under them. From the brows to the chin, and within the cheeks."""


def swap(pixels: Pixels, onto: Face, face: Pixels, of: Face) -> Pixels:
    """The picture (H, W, 3) with the face `of` another laid `onto` that in it."""
    height, width = pixels.shape[:2]
    mask = _oval(height, width, onto)
    left, top, wide, high = cv2.boundingRect(mask)
    margin = max(4, round(0.2 * onto.unit))
    x0, y0 = max(0, left - margin), max(0, top - margin)
    x1, y1 = min(width, left + wide + margin), min(height, top + high + margin)
    there, within = np.ascontiguousarray(pixels[y0:y1, x0:x1, :3]), mask[y0:y1, x0:x1]
    points = np.array([onto.left, onto.right, onto.mouth], np.float32) - np.array([x0, y0], np.float32)
    way = cv2.getAffineTransform(np.array([of.left, of.right, of.mouth], np.float32), points)
    size = (x1 - x0, y1 - y0)
    laid = cv2.warpAffine(face[..., :3], way, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    laid = _lit(np.asarray(laid, np.uint8), there, within > 0)
    # Where the oval meets the edge of the picture there is no seam to close: it would bleed in from there.
    within[[0, -1], :] = 0
    within[:, [0, -1]] = 0
    across, down, over, under = cv2.boundingRect(within)
    middle = across + over // 2, down + under // 2
    # It writes into the mask that it is given.
    closed = np.asarray(cv2.seamlessClone(laid, there, within.copy(), middle, cv2.NORMAL_CLONE), np.float32)
    soft = cv2.GaussianBlur(within, (0, 0), max(1.0, 0.06 * onto.unit)).astype(np.float32)[..., None] / 255
    soft = np.minimum(soft * (within[..., None] > 0), 1)
    made = pixels.copy()
    made[y0:y1, x0:x1, :3] = np.rint(there + soft * (closed - there)).astype(np.uint8)
    return made


def _oval(height: int, width: int, face: Face) -> Pixels:
    tilt = face.tilt
    middle = (face.left[0] + face.right[0]) / 2, (face.left[1] + face.right[1]) / 2
    centre = middle[0] - np.sin(tilt) * LOW * face.unit, middle[1] + np.cos(tilt) * LOW * face.unit
    mask = np.zeros((height, width), np.uint8)
    axes = max(2, round(WIDE * face.unit)), max(2, round(HIGH * face.unit))
    cv2.ellipse(mask, (round(centre[0]), round(centre[1])), axes, float(np.degrees(tilt)), 0, 360, 255, -1)
    return mask


def _lit(laid: Pixels, there: Pixels, within: np.ndarray) -> Pixels:
    """What is laid over, with the mean and the spread of each colour of what it covers."""
    if not within.any():
        return laid
    own, other = (cv2.cvtColor(each, cv2.COLOR_RGB2LAB).astype(np.float32) for each in (laid, there))
    for each in range(3):
        mine, theirs = own[..., each][within], other[..., each][within]
        spread = np.clip(theirs.std() / max(1.0, float(mine.std())), 0.6, 1.5)
        own[..., each] = (own[..., each] - mine.mean()) * spread + theirs.mean()
    return np.asarray(cv2.cvtColor(np.clip(np.rint(own), 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB), np.uint8)
