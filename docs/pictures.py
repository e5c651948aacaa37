"""Paints the pictures that come with the web page: `python docs/pictures.py`.

One small picture of each style, all of the same subject, one of each template, a few to begin with, some to be taken as
references, and a short film of each way in which a camera moves. They are kept in the repository, so that the page has
them before anything was made; paint them again where a style has changed.
"""

import sys
from pathlib import Path

from gesso import presets
from gesso.imaging import film, motion, picture, resize, sketchbook
from gesso.providers.local.sketchbook import Sketch, paint

PUBLIC = Path(__file__).parent.parent / "web" / "public"
SUBJECT, SEED = "a lighthouse on a headland", 3
SEEDS: dict[str, int] = {}
"""Of templates to which another seed does more justice."""
STARTERS = {
    "lighthouse": ("a lighthouse at dusk, watercolour", 12),
    "ridges": ("misty mountain ridges at sunrise", 10),
    "flowers": ("a vase of flowers, paper cut", 8),
    "city": ("a neon city skyline at night with reflections", 8),
}
SHOT, SHOT_SEED = "a lighthouse on a cliff by the sea at golden hour", 11
FRAME = (160, 100)

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


def moved(still: picture.Pixels, way: motion.Motion) -> bytes:
    """The camera there and back again, so that it can go on for ever."""
    shot = motion.Shot(way, 1.0, focus=(0.8, 0.35), parallax=0.4)
    frames = list(motion.travel(still, FRAME, 15, 1.6, shot))
    writer = film.Writer(*FRAME, 15, quality=30)
    for frame in [*frames, *reversed(frames)]:
        writer.add(frame)
    return writer.done()


def made(request: dict[str, object]) -> picture.Pixels:
    """As a run of the local engine makes it."""
    media = paint(Sketch.model_validate(request), 0, None, [], lambda fraction: None)
    return picture.load(media.data, alpha=False)


def thumbnail(style: str) -> bytes:
    """The subject at dusk, where the style brings no light of its own."""
    subject = SUBJECT if presets.STYLES[style].hints else f"{SUBJECT} at dusk"
    pixels = made({"prompt": subject, "width": 400, "height": 400, "seed": SEED, "style": style, "quality": "premium"})
    return packed(resize.reduce(pixels, 160, 160), 6_000)


def preview(template: presets.Template) -> bytes:
    """A template as it stands, its gaps filled as they are at first."""
    scale = 640 / max(template.width, template.height)
    size = {"width": round(template.width * scale), "height": round(template.height * scale)}
    pixels = made({**template.request({}), **size, "seed": SEEDS.get(template.id, 5), "quality": "standard"})
    scale = 240 / max(template.width, template.height)
    return packed(resize.reduce(pixels, round(template.width * scale), round(template.height * scale)), 8_000)


def main(only: list[str]) -> int:
    """With names, only the styles, templates, references and motions that are called so."""
    for name in ("styles", "starters", "templates", "references", "motions"):
        (PUBLIC / name).mkdir(parents=True, exist_ok=True)
    for style in presets.STYLES:
        if style in only or not only:
            (PUBLIC / "styles" / f"{style}.webp").write_bytes(thumbnail(style))
    for template in presets.TEMPLATES.values():
        if template.id in only or not only:
            (PUBLIC / "templates" / f"{template.id}.webp").write_bytes(preview(template))
    for name, (prompt, seed) in STARTERS.items():
        if name in only or not only:
            pixels = sketchbook.paint(prompt, 768, 768, seed, quality="premium")
            (PUBLIC / "starters" / f"{name}.webp").write_bytes(packed(resize.reduce(pixels, 512, 512), 30_000))
    for style, (prompt, seed) in REFERENCES.items():
        if style in only or not only:
            pixels = sketchbook.paint(prompt, 768, 768, seed, style=style, quality="premium")
            (PUBLIC / "references" / f"{style}.webp").write_bytes(packed(resize.reduce(pixels, 512, 512), 40_000))
    scene = sketchbook.paint(SHOT, 640, 400, SHOT_SEED)[..., :3]
    if not only:
        (PUBLIC / "motions" / "still.webp").write_bytes(packed(resize.reduce(scene, *FRAME), 6_000))
    for way in motion.MOTIONS:
        if way in only or not only:
            (PUBLIC / "motions" / f"{way}.mp4").write_bytes(moved(scene, way))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
