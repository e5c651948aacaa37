"""Paints the pictures that come with the web page: `python docs/pictures.py`.

One small picture of each style of the Sketchbook, all of the same subject, a few to begin with, and a short film of
each way in which a camera moves. They are kept in the repository, so that the page has them before anything was made;
paint them again where a style has changed.
"""

import sys
from pathlib import Path

from gesso.imaging import film, motion, picture, resize, sketchbook

PUBLIC = Path(__file__).parent.parent / "web" / "public"
SUBJECT, SEED = "a lighthouse on a headland at dusk", 3
STARTERS = {
    "lighthouse": ("a lighthouse at dusk, watercolour", 12),
    "ridges": ("misty mountain ridges at sunrise", 10),
    "flowers": ("a vase of flowers, paper cut", 8),
    "city": ("a neon city skyline at night with reflections", 8),
}
SHOT, SHOT_SEED = "a lighthouse on a cliff by the sea at golden hour", 11
FRAME = (160, 100)


def packed(pixels: picture.Pixels, most: int) -> bytes:
    """The best WebP of at most `most` bytes."""
    for quality in range(90, 0, -5):
        data = picture.webp(pixels, quality=quality, effort=6)
        if len(data) <= most:
            return data
    raise ValueError(f"This picture has no WebP of {most} bytes.")


def moved(still: picture.Pixels, way: motion.Motion) -> bytes:
    """The camera there and back again, so that it can go on for ever."""
    shot = motion.Shot(way, 1.0, focus=(0.8, 0.35), parallax=0.4)
    frames = list(motion.travel(still, FRAME, 15, 1.6, shot))
    writer = film.Writer(*FRAME, 15, quality=30)
    for frame in [*frames, *reversed(frames)]:
        writer.add(frame)
    return writer.done()


def main() -> int:
    for name in ("styles", "starters", "motions"):
        (PUBLIC / name).mkdir(parents=True, exist_ok=True)
    for style in sketchbook.STYLES:
        pixels = sketchbook.paint(SUBJECT, 400, 400, SEED, style=style, quality="premium")
        (PUBLIC / "styles" / f"{style}.webp").write_bytes(packed(resize.reduce(pixels, 160, 160), 6_000))
    for name, (prompt, seed) in STARTERS.items():
        pixels = sketchbook.paint(prompt, 768, 768, seed, quality="premium")
        (PUBLIC / "starters" / f"{name}.webp").write_bytes(packed(resize.reduce(pixels, 512, 512), 30_000))
    scene = sketchbook.paint(SHOT, 640, 400, SHOT_SEED)[..., :3]
    (PUBLIC / "motions" / "still.webp").write_bytes(packed(resize.reduce(scene, *FRAME), 6_000))
    for way in motion.MOTIONS:
        (PUBLIC / "motions" / f"{way}.mp4").write_bytes(moved(scene, way))
    return 0


if __name__ == "__main__":
    sys.exit(main())
