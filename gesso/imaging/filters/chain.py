"""Filters one after another, and how people write that down: `sepia amount=0.6, grain, vignette strength=0.5`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from gesso.imaging import resize
from gesso.imaging.filters.shelf import SHELF
from gesso.imaging.filters.steps import Layers, carry_out
from gesso.imaging.picture import Pixels

Report = Callable[[float], None]

MOST: Final = 12
_SETTING: Final = re.compile(r"([a-z_]+)=(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Link:
    """One filter of a chain: what is set of its parameters, and its `strength` 0..1."""

    filter: str
    amounts: dict[str, float] = field(default_factory=dict)
    strength: float = 1.0

    def __post_init__(self) -> None:
        if self.filter not in SHELF:
            raise ValueError(f"no filter is called “{self.filter}”; there are {', '.join(SHELF)}")
        known = {one.name: one for one in SHELF[self.filter].parameters}
        for name, value in self.amounts.items():
            if name not in known:
                raise ValueError(f"{self.filter} has no “{name}”; it has {', '.join([*known, 'strength'])}")
            if not known[name].low <= value <= known[name].high:
                raise ValueError(f"{name} of {self.filter} goes from {known[name].low:g} to {known[name].high:g}")
        if not 0 <= self.strength <= 1:
            raise ValueError(f"strength of {self.filter} goes from 0 to 1")


def read(text: str) -> tuple[Link, ...]:
    """A chain as people write it. ValueError says what of it is not understood."""
    links = []
    for part in filter(None, (part.strip() for part in re.split(r"[,;>]", text.lower()))):
        name, *settings = part.split()
        amounts: dict[str, float] = {}
        for setting in settings:
            found = _SETTING.fullmatch(setting)
            if found is None:
                raise ValueError(f"“{setting}” is no setting; write amount=0.5")
            amounts[found[1]] = float(found[2])
        links.append(Link(name.replace("-", "_"), amounts, amounts.pop("strength", 1.0)))
    if len(links) > MOST:
        raise ValueError(f"at most {MOST} filters are put one after another")
    return tuple(links)


def apply(
    pixels: Pixels,
    links: Sequence[Link],
    *,
    seed: int = 0,
    texture: Pixels | None = None,
    report: Report | None = None,
) -> Pixels:
    """The picture (H, W, 3 or 4) through the chain; alpha is bent where the picture is, else it stays.

    `texture` is a picture for the filter `own`, laid over the whole. The same seed gives the same bytes.
    """
    height, width = pixels.shape[:2]
    rgb, alpha = np.ascontiguousarray(pixels[..., :3]), pixels[..., 3:]
    total, done = sum(len(SHELF[link.filter].steps) for link in links), 0
    for number, link in enumerate(links):
        chosen = SHELF[link.filter]
        amounts = {one.name: one.usual for one in chosen.parameters} | link.amounts
        layers: Layers = {"here": rgb}
        if link.filter == "own":
            layers["texture"] = (
                resize.cover(texture[..., :3], width, height) if texture is not None else np.full_like(rgb, 128)
            )
        for step in chosen.steps:
            carry_out(step, layers, amounts, seed + number)
            done += 1
            if report is not None:
                report(done / total)
        made = layers["here"]
        if alpha.size and chosen.group == "distortion":
            bent: Layers = {"here": np.ascontiguousarray(np.repeat(alpha, 3, 2))}
            for step in chosen.steps:
                carry_out(step, bent, amounts, seed + number)
            alpha = _between(alpha, bent["here"][..., :1], link.strength)
        rgb = _between(rgb, made, link.strength)
    return np.concatenate([rgb, alpha], 2) if alpha.size else rgb


def _between(before: Pixels, after: Pixels, strength: float) -> Pixels:
    if strength >= 1:
        return after
    share = round(strength * 256)
    mixed = (before.astype(np.int32) * (256 - share) + after.astype(np.int32) * share + 128) >> 8
    return mixed.astype(np.uint8)
