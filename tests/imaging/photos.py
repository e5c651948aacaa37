"""Real photographs to try things on: those that scikit-image brings along."""

import numpy as np
import skimage.data
from numpy.typing import NDArray


def photo(name: str) -> NDArray[np.uint8]:
    """(H, W, 3) uint8: astronaut, chelsea (a cat), coffee, rocket, grass, gravel, brick, ..."""
    found = np.asarray(getattr(skimage.data, name)(), np.uint8)
    return np.ascontiguousarray(found[..., :3] if found.ndim == 3 else np.dstack([found] * 3))
