"""One module a family of scenes; each has a `paint(canvas, brief, light)`."""

from collections.abc import Callable

from gesso.imaging.sketchbook.canvas import Canvas
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.scenes import (
    abstract,
    city,
    clouds,
    dunes,
    forest,
    geometric,
    lake,
    meadow,
    mountains,
    night,
    poster,
    sea,
    stilllife,
)
from gesso.imaging.sketchbook.words import Brief

PAINTERS: dict[str, Callable[[Canvas, Brief, Light], None]] = {
    "mountains": mountains.paint,
    "sea": sea.paint,
    "lighthouse": sea.lighthouse,
    "lake": lake.paint,
    "dunes": dunes.paint,
    "forest": forest.paint,
    "meadow": meadow.paint,
    "waterfall": lake.waterfall,
    "city": city.paint,
    "stars": night.stars,
    "aurora": night.aurora,
    "nebula": night.nebula,
    "clouds": clouds.paint,
    "stilllife": stilllife.paint,
    "abstract": abstract.paint,
    "geometric": geometric.paint,
}


def paint(canvas: Canvas, brief: Brief, light: Light) -> None:
    """Paint the scene of a brief, under its lettering where it is a poster."""
    if brief.reading.scene == "poster":
        poster.paint(canvas, brief, light, PAINTERS[brief.art])
    else:
        PAINTERS[brief.art](canvas, brief, light)
