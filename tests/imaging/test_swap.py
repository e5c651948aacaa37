"""Faces that change places, without a model."""

import cv2
import numpy as np
import pytest

from gesso.imaging import avatar, picture, swap
from gesso.kit.errors import Failed
from gesso.ops.edit import SwapFace
from gesso.ops.fields import LATER, Box
from gesso.providers.local.swap import laid
from tests.imaging.photos import photo


def test_a_face_takes_the_place_of_another_and_nothing_else_changes() -> None:
    own = photo("astronaut")
    other = np.ascontiguousarray(own[:, ::-1] // 2)
    onto, of = avatar.find(own), avatar.find(other)
    made = swap.swap(own, onto, other, of)
    changed = (made != own).any(axis=2)
    rows, columns = np.nonzero(changed)
    middle = (onto.left[0] + onto.right[0]) / 2
    assert abs(columns - middle).max() < 1.3 * onto.unit
    assert onto.left[1] - onto.unit < rows.min()
    assert rows.max() < onto.mouth[1] + 1.2 * onto.unit
    assert changed.mean() > 0.02
    # In the light that is there: as bright as before, though the other is half as bright.
    face = np.s_[rows.min() : rows.max(), columns.min() : columns.max()]
    assert made[face].mean() == pytest.approx(own[face].mean(), rel=0.12)
    # A mole on the cheek comes along.
    x, y = round(onto.left[0]), round(onto.left[1] + 0.6 * onto.unit)
    spot = np.s_[y - 4 : y + 5, x - 4 : x + 5]
    cv2.circle(other, (round(of.left[0]), round(of.left[1] + 0.6 * of.unit)), 2, (0, 0, 0), -1)
    marked = swap.swap(own, onto, other, of)
    assert (made[spot].astype(int) - marked[spot]).max() > 60


def test_alpha_stays_and_what_is_no_face_is_said() -> None:
    own = photo("astronaut")
    clear = np.dstack([own, np.full(own.shape[:2], 128, np.uint8)])
    wanted = SwapFace(image=LATER, face=LATER, consent=True)
    made = picture.load(laid(wanted, picture.png(clear), picture.png(own)).data)
    assert made.shape == clear.shape
    assert (made[..., 3] == 128).all()
    with pytest.raises(Failed, match="No face was found"):
        laid(wanted, picture.png(own), picture.png(photo("coffee")))
    with pytest.raises(Failed, match="There are 1 faces"):
        laid(wanted.model_copy(update={"index": 1}), picture.png(own), picture.png(own))
    boxed = wanted.model_copy(update={"face_box": Box(x=10, y=10, width=200, height=200)})
    assert laid(boxed, picture.png(own), picture.png(photo("coffee"))).type == "image/png"


def test_nobody_is_swapped_without_a_word() -> None:
    with pytest.raises(ValueError, match="both people have agreed"):
        SwapFace(image=LATER, face=LATER)
