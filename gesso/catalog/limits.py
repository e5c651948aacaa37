"""What a model makes and takes by itself: what goes there and comes from there is fitted to it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from gesso.ops import Size


@dataclass(frozen=True, slots=True)
class Frame:
    """The pictures that a provider takes: sides and areas in pixels, `ratio` the longest long to short side."""

    least: int = 1
    most: int = 16_384
    area: int = 100_000_000
    smallest: int = 1
    ratio: float = 0.0

    def fits(self, width: int, height: int) -> Size:
        """The size nearest to this one that it takes, of the same shape."""
        scale = min(1.0, self.most / max(width, height), (self.area / (width * height)) ** 0.5)
        scale = max(scale, self.least / min(width, height), (self.smallest / (width * height)) ** 0.5)
        grown = scale > 1
        sides = [side * scale for side in (width, height)]
        # Rounded to the side of the limit that counts.
        return (
            max(1, int(np.ceil(sides[0]) if grown else np.floor(sides[0] + 1e-6))),
            max(1, int(np.ceil(sides[1]) if grown else np.floor(sides[1] + 1e-6))),
        )

    def takes(self, width: int, height: int) -> bool:
        """Whether its shape is one that can be sent at all."""
        if self.ratio and max(width, height) > self.ratio * min(width, height):
            return False
        across, down = self.fits(width, height)
        return max(across, down) <= self.most and across * down <= self.area


@dataclass(frozen=True, slots=True)
class Limits:
    """`made` are the pictures that it draws, `shapes` the only shapes of them (width:height), `sent` the pictures that
    it gets; None or empty where it has no limit of its own, or none that is known. `heaviest` is the most bytes of one
    request, 0 where that is not told."""

    made: Frame | None = None
    shapes: tuple[str, ...] = ()
    sent: Frame | None = None
    heaviest: int = 0


NO_LIMITS: Final = Limits()
