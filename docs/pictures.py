"""Paints the pictures that come with the web page: `python docs/pictures.py`.

One small picture of each style of the Sketchbook, all of the same subject, a few to begin with, and some to be taken as
references. They are kept in
the repository, so that the page has them before anything was made; paint them again where a style has changed.
"""

import sys
from pathlib import Path

from gesso.imaging import picture, resize, sketchbook

PUBLIC = Path(__file__).parent.parent / "web" / "public"
SUBJECT, SEED = "a lighthouse on a headland at dusk", 3
STARTERS = {
    "lighthouse": ("a lighthouse at dusk, watercolour", 12),
    "ridges": ("misty mountain ridges at sunrise", 10),
    "flowers": ("a vase of flowers, paper cut", 8),
    "city": ("a neon city skyline at night with reflections", 8),
}

REFERENCES = {
    "watercolour": ("misty mountain ridges at sunrise", 4),
    "oil": ("a lake between mountains in autumn", 6),
    "ink_wash": ("mountain ridges in the mist", 2),
    "linocut": ("a forest path", 5),
    "gouache": ("dunes at sunset", 3),
    "pastel": ("a meadow with flowers", 7),
    "charcoal": ("trees in fog", 9),
    "ukiyo_e": ("waves at sea, a mountain behind", 8),
    "stained_glass": ("a vase of flowers", 4),
    "risograph": ("a lighthouse on a headland at noon", 2),
    "neon": ("a city skyline at night with reflections", 6),
    "vintage": ("a boat on the sea in the evening", 5),
}
"""A style, and a subject that shows it well: what models are shown who take on the manner of a picture."""


def packed(pixels: picture.Pixels, most: int) -> bytes:
    """The best WebP of at most `most` bytes."""
    for quality in range(90, 0, -5):
        data = picture.webp(pixels, quality=quality, effort=6)
        if len(data) <= most:
            return data
    raise ValueError(f"This picture has no WebP of {most} bytes.")


def main() -> int:
    for name in ("styles", "starters", "references"):
        (PUBLIC / name).mkdir(parents=True, exist_ok=True)
    for style in sketchbook.STYLES:
        pixels = sketchbook.paint(SUBJECT, 400, 400, SEED, style=style, quality="premium")
        (PUBLIC / "styles" / f"{style}.webp").write_bytes(packed(resize.reduce(pixels, 160, 160), 6_000))
    for name, (prompt, seed) in STARTERS.items():
        pixels = sketchbook.paint(prompt, 768, 768, seed, quality="premium")
        (PUBLIC / "starters" / f"{name}.webp").write_bytes(packed(resize.reduce(pixels, 512, 512), 30_000))
    for style, (prompt, seed) in REFERENCES.items():
        pixels = sketchbook.paint(prompt, 768, 768, seed, style=style, quality="premium")
        (PUBLIC / "references" / f"{style}.webp").write_bytes(packed(resize.reduce(pixels, 512, 512), 40_000))
    return 0


if __name__ == "__main__":
    sys.exit(main())
