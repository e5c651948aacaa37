"""Filling holes: smoothly across thin damage, with the picture's own texture where something large is gone."""

from gesso.imaging.inpaint.hole import extend, fill
from gesso.imaging.inpaint.patches import woven

__all__ = ["extend", "fill", "woven"]
