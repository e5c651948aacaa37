"""Draws docs/gallery/: what each operation of the built-in engine makes, on photos that everybody may use.

`python docs/gallery.py`. Every picture is made anew by the offer itself, so the pages show what the engine does today.
The photos come with scikit-image: the astronaut (NASA, public domain), the cup (R. Michetti, CC0), the cat (S. van der
Walt, CC0), the rocket (SpaceX, CC0), grass and gravel (CC0).
"""

import asyncio
import io
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import av
import cv2
import numpy as np

from gesso import catalog
from gesso.imaging import filters, guides, mask, mesh, picture, resize
from gesso.kit.media import Media
from gesso.ops import Source

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
from tests.imaging.photos import photo  # noqa: E402

FOLDER = ROOT / "docs" / "gallery"
WIDE = 420
SHELF = catalog.load({}, ROOT / "no models")


def spot(name: str, *places: tuple[int, int, int]) -> np.ndarray:
    """A mask over a photo: white discs (x, y, radius)."""
    made = np.zeros(photo(name).shape, np.uint8)
    for x, y, radius in places:
        cv2.circle(made, (x, y), radius, (255, 255, 255), -1)
    return made


def drawing() -> np.ndarray:
    """A house by the sun, as a child would draw it."""
    sheet = np.full((600, 800, 3), 255, np.uint8)
    ink: tuple[int, int, int] = (25, 25, 25)

    def line(*points: tuple[int, int], closed: bool = False) -> None:
        cv2.polylines(sheet, [np.array(points, np.int32)], closed, ink, 4, cv2.LINE_AA)

    line((0, 402), (300, 396))
    line((500, 396), (800, 410))
    line((300, 280), (500, 280), (500, 450), (300, 450), closed=True)
    line((280, 282), (400, 180), (520, 282), closed=True)
    line((372, 450), (372, 358), (430, 358), (430, 450))
    line((322, 312), (356, 312), (356, 346), (322, 346), closed=True)
    line((446, 312), (480, 312), (480, 346), (446, 346), closed=True)
    cv2.circle(sheet, (660, 110), 56, ink, 4, cv2.LINE_AA)
    cv2.ellipse(sheet, (140, 290), (76, 86), 0, 0, 360, ink, 4, cv2.LINE_AA)
    line((126, 374), (122, 450), (160, 450), (156, 374))
    return sheet


def scratched() -> tuple[np.ndarray, np.ndarray]:
    """The cat with scratches, and where they are."""
    damaged, where = photo("chelsea").copy(), np.zeros(photo("chelsea").shape, np.uint8)
    random = np.random.default_rng(4)
    for _ in range(14):
        ends = random.integers(0, (451, 300, 451, 300))
        for sheet in (damaged, where):
            cv2.line(sheet, tuple(map(int, ends[:2])), tuple(map(int, ends[2:])), (255, 255, 255), 3, cv2.LINE_AA)
    return damaged, cv2.dilate(where, np.ones((3, 3), np.uint8))


DAMAGED, DAMAGE = scratched()
SAMPLES: dict[str, np.ndarray] = {
    "astronaut": photo("astronaut"),
    "coffee": photo("coffee"),
    "cat": photo("chelsea"),
    "rocket": photo("rocket"),
    "gravel": photo("gravel"),
    "drawing": drawing(),
    "scratched cat": DAMAGED,
    "the scratches": DAMAGE,
    "over the badge": spot("astronaut", (232, 325, 34), (172, 300, 0)),
    "over the spoon": spot("coffee", (470, 250, 70), (430, 300, 40)),
    "small coffee": resize.fit(photo("coffee"), 200),
    "lines": 255 - cv2.dilate(guides.read(photo("coffee"), "canny", detail=0.3)[0], np.ones((2, 2), np.uint8)),
}

Scene = tuple[str, str, dict[str, Any]]
SCENES: tuple[Scene, ...] = (
    ("Generate", "image.generate",
     {"prompt": "a lighthouse on a cliff at dusk", "width": 768, "height": 576, "seed": 4}),
    ("Remove background", "image.remove_background", {"image": "astronaut"}),
    ("… before a gradient", "image.remove_background",
     {"image": "astronaut", "background": {"kind": "gradient", "start": "#f6d365", "end": "#fda085"}}),
    ("… its own, blurred", "image.remove_background",
     {"image": "coffee", "background": {"kind": "blur", "radius": 16}}),
    ("Erase", "image.erase", {"image": "astronaut", "mask": "over the badge"}),
    ("Mend (before)", "", {"image": "scratched cat"}),
    ("Mend", "image.inpaint", {"image": "scratched cat", "mask": "the scratches"}),
    ("Extend to 16:9", "image.outpaint", {"image": "cat", "ratio": "21:9"}),
    ("Replace background and relight", "image.relight",
     {"image": "astronaut", "prompt": "a beach at sunset", "direction": 70, "colour": "#ffb070", "strength": 0.7}),
    ("Relight, from the left", "image.relight",
     {"image": "astronaut", "direction": 270, "height": 0.25, "strength": 0.9, "colour": "#ffd9a0"}),
    ("Find and recolour: “the orange suit”", "image.search_recolor",
     {"image": "astronaut", "find": "the orange suit", "colour": "#2f6fd0"}),
    ("Find and replace: the sky", "image.search_replace",
     {"image": "rocket", "click": "500,60", "prompt": "a starry sky with the northern lights", "tolerance": 0.8}),
    ("“warmer, more contrast, crop square, vintage”", "image.edit",
     {"image": "coffee", "prompt": "warmer, more contrast, crop square, vintage"}),
    ("“black and white, film grain, vignette”", "image.edit",
     {"image": "astronaut", "prompt": "black and white, film grain, vignette"}),
    ("Adjust", "image.adjust",
     {"image": "rocket", "exposure": 0.6, "shadows": 0.6, "contrast": 0.2, "vibrance": 0.5, "temperature": 0.2}),
    ("Crop", "image.crop", {"image": "astronaut", "ratio": "4:5", "focus_x": 0.4, "focus_y": 0.3}),
    ("Straighten", "image.rotate", {"image": "coffee", "angle": -12}),
    ("Perspective", "image.perspective", {"image": "rocket", "vertical": 0.5}),
    ("Text", "image.annotate", {"image": "coffee", "text": "Freshly brewed", "place": "bottom", "scale": 0.13}),
    ("Upscale (before: enlarged plainly)", "", {"image": "small coffee"}),
    ("Upscale ×4", "image.upscale", {"image": "small coffee", "factor": 4}),
    ("Upscale ×4, creative", "image.upscale", {"image": "small coffee", "factor": 4, "mode": "creative"}),
    ("Sketch to picture (the drawing)", "", {"image": "drawing"}),
    ("… “a house in a meadow at sunset”, watercolour", "image.sketch",
     {"image": "drawing", "prompt": "a house in a meadow at sunset", "style": "watercolour"}),
    ("… “a red house in winter”, gouache", "image.sketch",
     {"image": "drawing", "prompt": "a red house in winter", "style": "gouache"}),
    ("… “a blue cup in warm light”, painterly", "image.sketch",
     {"image": "lines", "prompt": "a blue cup in warm light", "style": "painterly"}),
    ("Structure: oil, at night", "image.structure", {"image": "rocket", "prompt": "an oil painting in golden light"}),
    ("Structure: by depth", "image.structure",
     {"image": "coffee", "prompt": "a pastel drawing at dawn", "guide": "depth", "strength": 0.8}),
    ("Style guide: a lake like the cup", "image.style_guide",
     {"image": "coffee", "prompt": "a mountain lake", "width": 640, "height": 480, "fidelity": 0.7}),
    ("Style transfer: gravel", "image.style_transfer", {"image": "astronaut", "style_image": "gravel", "texture": 0.7}),
    *((f"Preprocess: {kind.replace('_', ' ')}", "image.preprocess", {"image": "astronaut", "kind": kind})
      for kind in guides.KINDS),
    ("Image to video", "video.from_image",
     {"image": "rocket", "motion": "push_in", "seconds": 2, "resolution": "480p", "strength": 0.8}),
    ("Pictures to video", "video.from_images",
     {"images": ["astronaut", "coffee", "rocket"], "seconds": 1, "resolution": "480p", "transition": "slide"}),
    ("Talking portrait", "video.avatar", {"image": "astronaut", "audio": "voice", "resolution": "480p"}),
    ("Image to 3D", "mesh.from_image", {"image": "astronaut", "grid": 256}),
    ("Turntable", "video.turntable", {"image": "coffee"}),
    *((f"Filter: {one.title}", "image.filter",
       {"image": ("astronaut", "coffee")[number % 2], "filter": one.name,
        "texture": "gravel" if one.name == "own" else None})
      for number, one in enumerate(filters.SHELF.values())),
)  # fmt: skip


class Desk:
    """As much of the studio as an offer looks out on."""

    done = 0

    def __init__(self, files: dict[UUID, Media]) -> None:
        self.files = files
        self.said: list[str] = []

    async def open(self, ref: UUID) -> Media:
        return self.files[UUID(int=ref.int)]

    async def progress(self, fraction: float, note: str = "") -> None: ...

    def cancelled(self) -> bool:
        return False

    async def compute(self, call: Callable[..., Any], *args: Any, span: object = None, **kwargs: Any) -> Any:
        if span is not None:
            kwargs["report"] = lambda share: None
        return call(*args, **kwargs)

    def say(self, note: str) -> None:
        self.said.append(note)


def voice() -> Media:
    from tests.test_contract import voice as hum

    return Media(hum(), "audio/wav")


async def carried_out(op: str, told: dict[str, Any], files: dict[str, Media]) -> Media:
    ids = {name: uuid5(UUID(int=0), name) for name in files}

    def named(value: Any) -> Any:
        if isinstance(value, list):
            return [named(one) for one in value]
        return str(ids[value]) if isinstance(value, str) and value in ids else value

    given = {key: named(value) for key, value in told.items() if value is not None}
    offer, request = SHELF.pick(op, None, given)
    request.check({ids[name]: Source("image", 512, 512) for name in files if name != "voice"})
    desk = Desk({ids[name]: media for name, media in files.items()})
    async for media in offer.run(request.settled(), desk):
        if request.masked and told.get("mask"):
            sealed, _ = mask.seal(files[told["image"]].data, media.data, files[told["mask"]].data, 4)
            return Media(sealed or media.data, "image/png")
        return media
    raise AssertionError(f"{op} made nothing")


def shown(media: Media) -> np.ndarray:
    """A picture of it: of a film three moments, of a body its look."""
    if media.type == "model/gltf-binary":
        return mesh.render(mesh.read(media.data), 640, 640)
    if media.type.startswith("video/"):
        with av.open(io.BytesIO(media.data), "r") as box:
            frames = [frame.to_ndarray(format="rgb24") for frame in box.decode(video=0)]
        moments = [frames[round(share * (len(frames) - 1))] for share in (0.05, 0.5, 0.95)]
        return np.hstack([resize.fit(moment, 400) for moment in moments])
    return picture.load(media.data)


def on_paper(pixels: np.ndarray) -> np.ndarray:
    """Transparency as a chequerboard."""
    if pixels.shape[2] == 3:
        return pixels
    rows, columns = np.indices(pixels.shape[:2]) // 12
    board = np.where((rows + columns) % 2, 235, 205).astype(np.uint8)[..., None].repeat(3, 2)
    share = pixels[..., 3:].astype(np.float32) / 255
    return np.asarray(np.rint(pixels[..., :3] * share + board * (1 - share)), np.uint8)


def main() -> None:
    files = {name: Media(picture.png(pixels)) for name, pixels in SAMPLES.items()} | {"voice": voice()}
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    cells = []
    for number, (title, op, told) in enumerate(SCENES):
        begun = time.perf_counter()
        media = asyncio.run(carried_out(op, told, files)) if op else files[told["image"]]
        taken = time.perf_counter() - begun
        pixels = on_paper(shown(media))
        if pixels.shape[1] > 3 * WIDE or not op:
            pixels = resize.to(pixels, WIDE, max(1, round(WIDE * pixels.shape[0] / pixels.shape[1])))
        small = resize.fit(pixels, WIDE if pixels.shape[1] < 2.2 * pixels.shape[0] else 2 * WIDE)
        name = f"{number:02}-{(op or 'before').replace('.', '-')}.jpg"
        (FOLDER / name).write_bytes(picture.jpeg(small, quality=82))
        cells.append((title, op, name, taken))
        sys.stdout.write(f"{taken:6.2f} s  {title}\n")
    (FOLDER / "README.md").write_text(page(cells))


def page(cells: list[tuple[str, str, str, float]]) -> str:
    text = "<!-- Written by `make gallery`. Do not edit. -->\n# What the built-in engine makes\n\n"
    text += "No model, no key, no network: every picture here was made by the classical methods of `gesso/imaging`.\n"
    for at in range(0, len(cells), 3):
        row = cells[at : at + 3]
        text += "\n| " + " | ".join(title for title, *_ in row) + " |\n" + "|---" * len(row) + "|\n| "
        text += " | ".join(f"![{op or title}]({name})" for title, op, name, _ in row) + " |\n"
    return text


if __name__ == "__main__":
    main()
