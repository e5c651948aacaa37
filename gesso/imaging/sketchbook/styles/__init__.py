"""The styles of the Sketchbook: each renders a scene, or a photograph, in a medium of its own.

`STYLES[name].apply(picture)` gives the (H, W, 3) float32 picture in sRGB, 0..1. The same picture and the same
state of its rng give the same bytes; the same scene at another resolution gives the same marks.
"""

from collections.abc import Callable

import cv2
import numpy as np

from gesso.imaging.sketchbook.styles import film, ink, paint, press, tiles
from gesso.imaging.sketchbook.styles.fields import fit
from gesso.imaging.sketchbook.styles.picture import Picture, Plane, Style

__all__ = ["STYLES", "Picture", "Style"]

_PIXELS = 2600 * 2600  # beyond this a style works on a reduced copy: memory stays below 1.5 GB at 4096 x 4096


def _bounded(render: Callable[[Picture], Plane]) -> Callable[[Picture], Plane]:
    """`render` for any size: large pictures by way of a smaller one, the result finite and within 0..1."""

    def apply(picture: Picture) -> Plane:
        height, width = picture.depth.shape
        ratio = min(1.0, (_PIXELS / (height * width)) ** 0.5)
        small = picture
        if ratio < 1:
            size = (round(height * ratio), round(width * ratio))
            rgb, depth = fit(picture.rgb, size), fit(picture.depth, size)
            small = Picture(rgb, depth, picture.rng, picture.palette, picture.scale * ratio)
        out: Plane = render(small)
        if ratio < 1:
            out = cv2.resize(out, (width, height), interpolation=cv2.INTER_CUBIC)
        return np.clip(out, 0, 1, out=out, dtype=np.float32)

    return apply


def _style(title: str, render: Callable[[Picture], Plane], *words: str) -> Style:
    return Style(title, words, _bounded(render))


STYLES: dict[str, Style] = {
    "painterly": _style("Painterly", paint.painterly, "painterly", "brushwork", "digital painting"),
    "photographic": _style(
        "Photographic",
        film.photographic,
        "photographic",
        "photo",
        "photograph",
        "photorealistic",
        "realistic",
        "cinematic",
    ),
    "watercolour": _style(
        "Watercolour",
        paint.watercolour,
        "watercolour",
        "watercolor",
        "watercolours",
        "watercolors",
        "aquarelle",
    ),
    "oil": _style("Oil painting", paint.oil, "oil painting", "oil paint", "oil on canvas", "oils", "oil", "impasto"),
    "impressionist": _style(
        "Impressionist", paint.impressionist, "impressionist", "impressionism", "plein air", "monet", "renoir"
    ),
    "gouache": _style("Gouache", paint.gouache, "gouache", "tempera", "acrylic", "acrylics"),
    "pastel": _style("Pastel chalk", paint.pastel, "pastels", "soft pastel", "chalk pastel", "pastel chalk", "crayon"),
    "pointillism": _style("Pointillism", paint.pointillism, "pointillism", "pointillist", "stippled", "seurat"),
    "ink_wash": _style("Ink wash", paint.ink_wash, "ink wash", "ink painting", "sumi", "sumi-e", "brush and ink"),
    "line_art": _style(
        "Line art",
        ink.line_art,
        "line art",
        "lineart",
        "line drawing",
        "ink drawing",
        "pen and ink",
        "ink",
        "inked",
    ),
    "pencil": _style("Pencil", ink.pencil, "pencil", "sketch", "sketched", "graphite", "drawing", "hatched"),
    "charcoal": _style("Charcoal", ink.charcoal, "charcoal", "charcoal drawing", "charcoal sketch", "conte"),
    "engraving": _style("Engraving", ink.engraving, "engraving", "engraved", "etching", "etched", "banknote"),
    "linocut": _style(
        "Linocut", ink.linocut, "linocut", "lino print", "lino", "woodcut", "block print", "relief print"
    ),
    "ukiyo_e": _style(
        "Woodblock print", press.ukiyo_e, "ukiyo-e", "woodblock", "japanese print", "hokusai", "hiroshige"
    ),
    "screen_print": _style(
        "Screen print",
        press.screen_print,
        "screen print",
        "screenprint",
        "serigraph",
        "flat",
        "vector",
        "minimalist",
    ),
    "risograph": _style("Risograph", press.risograph, "risograph", "riso", "riso print", "halftone", "duotone"),
    "comic": _style("Comic", ink.comic, "comic", "comics", "comic book", "cartoon", "manga", "pop art"),
    "paper_cut": _style(
        "Paper cut",
        press.paper_cut,
        "paper cut",
        "papercut",
        "cut paper",
        "paper craft",
        "layered paper",
        "origami",
    ),
    "stained_glass": _style("Stained glass", tiles.stained_glass, "stained glass", "leaded glass", "church window"),
    "mosaic": _style("Mosaic", tiles.mosaic, "mosaic", "tesserae"),
    "low_poly": _style("Low poly", tiles.low_poly, "low poly", "lowpoly", "polygonal", "polygons", "faceted"),
    "cross_stitch": _style(
        "Cross stitch",
        tiles.cross_stitch,
        "cross stitch",
        "embroidery",
        "embroidered",
        "needlework",
        "stitched",
    ),
    "pixel": _style("Pixel art", press.pixel, "pixel art", "pixel", "pixels", "pixelated", "8-bit", "16-bit"),
    "neon": _style("Neon", film.neon, "neon", "neon lights", "synthwave", "cyberpunk", "vaporwave"),
    "noir": _style("Noir", film.noir, "noir", "film noir", "monochrome", "black and white", "chiaroscuro"),
    "vintage": _style(
        "Vintage film",
        film.vintage,
        "vintage",
        "retro",
        "vintage film",
        "analog",
        "analogue",
        "faded",
        "old photo",
    ),
    "blueprint": _style("Blueprint", ink.blueprint, "blueprint", "cyanotype", "schematic", "technical drawing"),
}
