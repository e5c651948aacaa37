"""One module a family of scenes; each has a `paint(canvas, brief, light)`."""

from collections.abc import Callable

from gesso.imaging.sketchbook.canvas import Canvas
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.scenes import dunes, forest, lake, mountains, sea
from gesso.imaging.sketchbook.words import Brief

PAINTERS: dict[str, Callable[[Canvas, Brief, Light], None]] = {
    "mountains": mountains.paint,
    "sea": sea.paint,
    "lighthouse": sea.lighthouse,
    "lake": lake.paint,
    "dunes": dunes.paint,
    "forest": forest.paint,
    "waterfall": lake.waterfall,
}
