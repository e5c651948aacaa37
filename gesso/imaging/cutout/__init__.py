"""Cut-out: the subject of a picture on a transparent ground, without a trained model.

`remove` decides alone, within a box, or by strokes; `decontaminate` frees soft edges from the old
background's colour (also after a matte from elsewhere, see `gesso.imaging.matting`).
"""

from gesso.imaging.cutout.colours import decontaminate
from gesso.imaging.cutout.cut import Box, Cutout, remove, trimap

__all__ = ["Box", "Cutout", "decontaminate", "remove", "trimap"]
