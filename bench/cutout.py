"""How good the cut-out is: known alphas over other backgrounds. Run it: `python -m bench.cutout`.

Two sets, a table for each. *Photographed*: people, animals, fur and products that somebody cut out by hand (the
stamps of Tux Paint, and scikit-image's astronaut outlined here), laid over photographs. It needs two packages of
Debian, `apt-get install tuxpaint-stamps-default mate-backgrounds`, or their files in the folders named by
`--stamps` and `--backdrops`. *Drawn*: shapes and textures made by code alone, hard where photographs are not
(thin spokes, letters on gravel). IoU is of the masks at half alpha; SAD is the summed alpha error as a share of
the picture, in percent.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from gesso.imaging.cutout import Box, Cutout, remove

HEIGHT, WIDTH = 480, 640
Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Scene:
    """A picture (H, W, 3) with its true alpha (H, W, 0..1)."""

    name: str
    kind: str  # what it is of, or what is behind it: the columns of the table
    rgb: Bytes
    alpha: Floats

    @property
    def box(self) -> Box:
        """The subject's rectangle as a hand would draw it: some pixels too large."""
        rows, columns = (np.flatnonzero((self.alpha > 0.2).any(axis=axis)) for axis in (1, 0))
        left, top = max(0, columns[0] - 8), max(0, rows[0] - 8)
        return Box(int(left), int(top), int(columns[-1] - left) + 9, int(rows[-1] - top) + 9)

    @property
    def strokes(self) -> Bytes:
        """A line through the subject's thick parts, and a loose line around it, 25 pixels away."""
        solid = (self.alpha > 0.95).astype(np.uint8)
        depth = cv2.distanceTransform(np.pad(solid, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
        ridge = (depth >= 0.75 * depth.max()) | ((depth > 3) & (depth == cv2.dilate(depth, np.ones((9, 9)))))
        away = cv2.distanceTransform((self.alpha < 0.05).astype(np.uint8), cv2.DIST_L2, 5)
        hints = np.full(self.alpha.shape, 128, np.uint8)
        hints[away >= 25] = 0
        hints[ridge & (solid > 0)] = 255
        return hints


def photo(name: str, mode: str = "RGB") -> Bytes:
    """One of scikit-image's own pictures."""
    with Image.open(Path(data.data_dir) / name) as image:
        return np.asarray(image.convert(mode))


def rgb(colour: tuple[int, int, int]) -> Floats:
    return np.array(colour, np.float32)


def opened(path: Path, mode: str) -> Bytes:
    with Image.open(path) as image:
        return np.asarray(image.convert(mode))


def filled(picture: Bytes) -> Floats:
    """`picture`, cut to the scene's shape and scaled to its size, 0..255."""
    height, width = picture.shape[:2]
    scale = max(WIDTH / width, HEIGHT / height)
    large = cv2.resize(picture, (round(width * scale + 1), round(height * scale + 1)), interpolation=cv2.INTER_CUBIC)
    result: Floats = large[:HEIGHT, :WIDTH].astype(np.float32)
    return result


def tinted(grey: Bytes, dark: tuple[int, int, int], light: tuple[int, int, int]) -> Floats:
    """A grey texture between two colours."""
    level = filled(grey)[..., None] / 255
    return (rgb(dark) * (1 - level) + rgb(light) * level).astype(np.float32)


def grid() -> tuple[Floats, Floats]:
    """x and y of every pixel."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    return x, y


# --- subjects: colours (H, W, 3) 0..255 and alpha (H, W) 0..1


def drawn(draw: Callable[[Bytes, int], object]) -> Floats:
    """Alpha of shapes drawn at four times the size."""
    canvas = np.zeros((HEIGHT * 4, WIDTH * 4), np.uint8)
    draw(canvas, 4)
    result: Floats = cv2.resize(canvas, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return result


def shaded(colour: tuple[int, int, int], strength: float = 0.35) -> Floats:
    """A colour lit from the left."""
    x, _ = grid()
    light = 1 + strength * np.cos((x / WIDTH - 0.35) * np.pi * 2)
    return np.clip(rgb(colour) * light[..., None], 0, 255)


def horse() -> tuple[Floats, Floats]:
    shape = photo("horse.png", "L") < 128
    size = (round(400 * 1.15), round(328 * 1.15))
    mask = cv2.resize(shape.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    alpha = np.zeros((HEIGHT, WIDTH), np.float32)
    alpha[60 : 60 + size[1], 90 : 90 + size[0]] = np.clip(mask, 0, 1)
    return tinted(photo("gravel.png", "L"), (30, 15, 5), (130, 85, 50)), alpha


def logo() -> tuple[Floats, Floats]:
    rgba = cv2.resize(photo("logo.png", "RGBA"), (400, 400), interpolation=cv2.INTER_AREA).astype(np.float32)
    colour = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    colour[40:440, 120:520] = rgba[..., :3]
    # The file's own alpha is opaque everywhere; the emblem is the disc.
    alpha = drawn(lambda canvas, k: cv2.circle(canvas, (320 * k, 240 * k), 190 * k, 255, -1))
    return colour, alpha


def furry() -> tuple[Floats, Floats]:
    random = np.random.default_rng(3)

    def draw(canvas: Bytes, k: int) -> None:
        cv2.circle(canvas, (310 * k, 250 * k), 110 * k, 255, -1)
        for angle, length in zip(random.uniform(0, 2 * np.pi, 900), random.uniform(15, 50, 900), strict=True):
            bend = angle + random.uniform(-0.15, 0.15)
            start = (int((310 + 105 * np.cos(angle)) * k), int((250 + 105 * np.sin(angle)) * k))
            end = (
                int((310 + (105 + length) * np.cos(bend)) * k),
                int((250 + (105 + length) * np.sin(bend)) * k),
            )
            cv2.line(canvas, start, end, 255, 3)

    return filled(photo("chelsea.png")[40:240, 60:300]) * np.array([1, 0.85, 0.7], np.float32), drawn(draw)


def bottle() -> tuple[Floats, Floats]:
    def draw(canvas: Bytes, k: int) -> None:
        outline = [
            (285, 40),
            (335, 40),
            (335, 150),
            (380, 210),
            (380, 430),
            (240, 430),
            (240, 210),
            (285, 150),
        ]
        cv2.fillPoly(canvas, [np.array(outline, np.int32) * k], 255)

    colour = shaded((35, 95, 55), 0.6)
    colour[250:350, 240:381] = (225, 205, 160)
    colour[275:300, 265:355] = (150, 30, 30)
    colour[60:420, 258:264] += 90
    return np.clip(colour, 0, 255), drawn(draw)


def mug(colour: tuple[int, int, int] = (190, 45, 40)) -> tuple[Floats, Floats]:
    def draw(canvas: Bytes, k: int) -> None:
        cv2.ellipse(canvas, (430 * k, 250 * k), (75 * k, 85 * k), 0, 0, 360, 255, 24 * k)
        cv2.rectangle(canvas, (210 * k, 130 * k), (420 * k, 390 * k), 255, -1)
        cv2.ellipse(canvas, (315 * k, 130 * k), (105 * k, 28 * k), 0, 0, 360, 255, -1)
        cv2.ellipse(canvas, (315 * k, 390 * k), (105 * k, 28 * k), 0, 0, 360, 255, -1)

    paint = shaded(colour)
    cv2.ellipse(paint, (315, 130), (97, 22), 0, 0, 360, [c * 0.45 for c in colour], -1)
    return paint, drawn(draw)


def white_mug() -> tuple[Floats, Floats]:
    return mug((205, 203, 200))


def blob() -> tuple[Floats, Floats]:
    random = np.random.default_rng(8)
    angles = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    radius = 130 + sum(random.normal(0, 28 / k) * np.cos(k * angles + random.uniform(0, 6)) for k in range(1, 9))
    points = np.stack([330 + 1.3 * radius * np.cos(angles), 240 + radius * np.sin(angles)], axis=1)

    def draw(canvas: Bytes, k: int) -> None:
        cv2.fillPoly(canvas, [(points * k).astype(np.int32)], 255)

    return filled(photo("ihc.png")), drawn(draw)


def letters() -> tuple[Floats, Floats]:
    def draw(canvas: Bytes, k: int) -> None:
        cv2.putText(canvas, "Gesso", (60 * k, 300 * k), cv2.FONT_HERSHEY_DUPLEX, 5.4 * k, 255, 22 * k, cv2.LINE_AA)

    return shaded((40, 60, 170)), drawn(draw)


def wheel() -> tuple[Floats, Floats]:
    def draw(canvas: Bytes, k: int) -> None:
        centre = (320 * k, 240 * k)
        cv2.circle(canvas, centre, 170 * k, 255, 22 * k)
        cv2.circle(canvas, centre, 28 * k, 255, -1)
        for angle in np.arange(0, 2 * np.pi, np.pi / 8):
            end = (int((320 + 170 * np.cos(angle)) * k), int((240 + 170 * np.sin(angle)) * k))
            cv2.line(canvas, centre, end, 255, 4 * k)

    return shaded((50, 48, 52), 0.5), drawn(draw)


def cup() -> tuple[Floats, Floats]:
    """Photographed: the cup and its saucer, outlined by hand."""
    picture = photo("coffee.png")
    mask = np.zeros((400 * 4, 600 * 4), np.uint8)
    cv2.fillPoly(mask, [np.array(CUP, np.int32) * 4], 255)
    alpha = cv2.resize(mask, (600, 400), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    colour, soft = np.zeros((HEIGHT, WIDTH, 3), np.float32), np.zeros((HEIGHT, WIDTH), np.float32)
    colour[50:450, 40:640], soft[50:450, 40:640] = picture, alpha
    return colour, soft


def bust() -> tuple[Floats, Floats]:
    """A drawn person, running out of the picture at the bottom."""
    parts = [
        (
            "body",
            (45, 60, 95),
            lambda c, k: cv2.ellipse(c, (320 * k, 500 * k), (190 * k, 190 * k), 0, 0, 360, 255, -1),
        ),
        (
            "neck",
            (205, 160, 130),
            lambda c, k: cv2.rectangle(c, (285 * k, 240 * k), (355 * k, 345 * k), 255, -1),
        ),
        (
            "hair",
            (70, 45, 30),
            lambda c, k: cv2.ellipse(c, (320 * k, 150 * k), (100 * k, 112 * k), 0, 0, 360, 255, -1),
        ),
        (
            "face",
            (220, 175, 145),
            lambda c, k: cv2.ellipse(c, (320 * k, 178 * k), (72 * k, 95 * k), 0, 0, 360, 255, -1),
        ),
    ]
    colour, alpha = np.zeros((HEIGHT, WIDTH, 3), np.float32), np.zeros((HEIGHT, WIDTH), np.float32)
    for _, paint, draw in parts:
        part = drawn(draw)
        colour = colour * (1 - part[..., None]) + shaded(paint, 0.2) * part[..., None]
        alpha = np.maximum(alpha, part)
    return np.where(alpha[..., None] > 0, colour / np.maximum(alpha[..., None], 0.05), 0), alpha


def person() -> tuple[Floats, Floats]:
    """Photographed: an astronaut with her helmet, outlined by hand; she runs out of the picture at the bottom."""
    mask = np.zeros((512 * 4, 512 * 4), np.uint8)
    cv2.fillPoly(mask, [np.array(PERSON, np.int32) * 4], 255)
    place = (slice(0, HEIGHT), slice(80, 560))
    colour, alpha = np.zeros((HEIGHT, WIDTH, 3), np.float32), np.zeros((HEIGHT, WIDTH), np.float32)
    colour[place] = cv2.resize(photo("astronaut.png"), (480, HEIGHT), interpolation=cv2.INTER_AREA)
    alpha[place] = cv2.resize(mask, (480, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return colour, alpha


def stamped(path: Path) -> tuple[Floats, Floats]:
    """A cut-out photograph in the middle of the frame, its longer side the frame's height."""
    rgba = opened(path, "RGBA").astype(np.float32)
    scale = min(HEIGHT / rgba.shape[0], WIDTH * 0.85 / rgba.shape[1])
    size = (max(1, round(rgba.shape[1] * scale)), max(1, round(rgba.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    matte = np.clip(cv2.resize(rgba[..., 3], size, interpolation=way) / 255, 0, 1)
    # Colours under alpha 0 are anything: they have no say when the picture is scaled.
    weighted = cv2.resize(rgba[..., :3] * rgba[..., 3:] / 255, size, interpolation=way)
    colour, alpha = np.zeros((HEIGHT, WIDTH, 3), np.float32), np.zeros((HEIGHT, WIDTH), np.float32)
    top, left = (HEIGHT - size[1]) // 2, (WIDTH - size[0]) // 2
    place = (slice(top, top + size[1]), slice(left, left + size[0]))
    colour[place] = np.clip(weighted / np.maximum(matte, 0.02)[..., None], 0, 255)
    alpha[place] = matte
    return colour, alpha


def star() -> tuple[Floats, Floats]:
    angles = np.arange(10) * np.pi / 5 - np.pi / 2
    reach = np.where(np.arange(10) % 2 == 0, 190, 85)
    points = np.stack([320 + reach * np.cos(angles), 250 + reach * np.sin(angles)], axis=1)

    def draw(canvas: Bytes, k: int) -> None:
        cv2.fillPoly(canvas, [(points * k).astype(np.int32)], 255)

    return tinted(photo("brick.png", "L"), (160, 110, 10), (255, 225, 90)), drawn(draw)


# The outline of cup and saucer in scikit-image's coffee photo, drawn by hand.
CUP = [
    (178, 82), (190, 55), (215, 32), (250, 21), (285, 18), (320, 21), (355, 32), (385, 52), (398, 70), (405, 67),
    (415, 67), (424, 76), (418, 103), (435, 118), (455, 145), (472, 185), (479, 225), (474, 260), (460, 295),
    (435, 330), (400, 358), (350, 380), (300, 389), (250, 386), (200, 372), (150, 345), (115, 310), (90, 265),
    (77, 215), (80, 175), (95, 140), (125, 103), (150, 85),
]  # fmt: skip

# The astronaut's outline in scikit-image's photo (512 x 512), drawn by hand.
PERSON = [
    (30, 512), (26, 469), (19, 413), (27, 338), (42, 286), (66, 244), (96, 220), (113, 206), (114, 188), (123, 173),
    (141, 157), (159, 149), (183, 149), (182, 134), (173, 130), (169, 117), (157, 98), (154, 75), (157, 52),
    (173, 40), (192, 33), (206, 21), (230, 15), (253, 19), (277, 28), (292, 45), (294, 61), (301, 84), (298, 103),
    (286, 122), (278, 134), (270, 136), (263, 152), (256, 169), (257, 176), (277, 188), (295, 211), (305, 234),
    (324, 246), (345, 272), (354, 300), (361, 347), (389, 344), (422, 346), (450, 361), (474, 389), (490, 422),
    (497, 455), (509, 462), (512, 469), (512, 512),
]  # fmt: skip

# Photographs among the stamps, chosen by what they are of before any was tried.
STAMPS = {
    "people": ["people/fireman240a", "people/fireman200b", "space/spacewalk"],
    "animals": [
        "animals/birds/duck", "animals/birds/owl", "animals/birds/magellanic_penguin", "animals/mammals/elephant",
        "animals/mammals/zebra", "animals/mammals/dolphin", "animals/mammals/giraffe", "animals/amphibians/frog-1",
    ],
    "fur": [
        "animals/mammals/squirrel", "animals/mammals/ferret", "animals/mammals/fox", "animals/mammals/dog",
        "animals/mammals/european-bear", "animals/mammals/lion-2", "animals/mammals/sheep",
        "animals/mammals/tamarin_emperor",
    ],
    "products": [
        "hobbies/music/drum_tomtom_floor", "household/cylinder", "household/home_compost_bin",
        "food/fruit/Apricot_whole", "food/fruit/Cherry_Stella", "medical/stethoscope", "vehicles/wheel_tractor",
        "vehicles/emergency/firetruck", "clothes/hats/tophat", "household/toilet",
    ],
}  # fmt: skip


# --- backgrounds (H, W, 3) 0..255


def sweep(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Floats:
    _, y = grid()
    part = (y / HEIGHT)[..., None]
    return (rgb(top) * (1 - part) + rgb(bottom) * part).astype(np.float32)


def vignette(colour: tuple[int, int, int]) -> Floats:
    x, y = grid()
    away = np.hypot((x - WIDTH / 2) / WIDTH, (y - HEIGHT / 2) / HEIGHT)
    return (rgb(colour) * (1 - 0.45 * away**2)[..., None]).astype(np.float32)


BACKGROUNDS: dict[str, tuple[str, Callable[[], Floats]]] = {
    "white": ("plain", lambda: sweep((250, 250, 250), (250, 250, 250))),
    "sweep": ("plain", lambda: sweep((236, 238, 240), (190, 192, 196))),
    "blue": ("plain", lambda: vignette((70, 120, 190))),
    "dark": ("plain", lambda: sweep((28, 30, 38), (60, 58, 60))),
    "bokeh": ("photo", lambda: cv2.GaussianBlur(filled(photo("chelsea.png")), (0, 0), 14)),
    "sky": ("photo", lambda: filled(photo("rocket.jpg")[0:200, 330:597])),
    "wood": ("photo", lambda: filled(photo("coffee.png")[300:400, 440:600])),
    "grass": ("texture", lambda: tinted(photo("grass.png", "L"), (15, 40, 10), (150, 190, 90))),
    "gravel": ("texture", lambda: tinted(photo("gravel.png", "L"), (40, 38, 35), (210, 205, 200))),
    "brick": ("texture", lambda: tinted(photo("brick.png", "L"), (90, 35, 20), (235, 160, 130))),
    "garage": ("clutter", lambda: filled(photo("motorcycle_left.png"))),
    "studio": ("clutter", lambda: filled(photo("astronaut.png")[100:484])),
}

SUBJECTS: dict[str, Callable[[], tuple[Floats, Floats]]] = {
    "horse": horse,
    "logo": logo,
    "furry": furry,
    "bottle": bottle,
    "mug": mug,
    "white mug": white_mug,
    "blob": blob,
    "letters": letters,
    "wheel": wheel,
    "cup": cup,
    "bust": bust,
    "star": star,
}


def found(folder: Path, name: str) -> Path:
    """The stamp `name` somewhere under its first folder: the packages sort some of them deeper."""
    direct = folder / f"{name}.png"
    if direct.exists():
        return direct
    first, last = name.split("/")[0], name.split("/")[-1]
    for path in sorted((folder / first).rglob(f"{last}.png")):
        return path
    raise SystemExit(f"{direct} is not there")


def photographed(stamps: Path, backdrops: Path, seed: int) -> Iterator[Scene]:
    """Each photographed subject on two of the backdrops, at its own size and place each time."""
    random = np.random.default_rng(seed)
    behind = sorted(backdrops.glob("*.jpg"))
    subjects: list[tuple[str, str, Callable[[], tuple[Floats, Floats]]]] = [("people", "astronaut", person)]
    for kind, names in STAMPS.items():
        subjects += [(kind, name.split("/")[-1], partial(stamped, found(stamps, name))) for name in names]
    for number, (kind, name, subject) in enumerate(subjects):
        colour, alpha = subject()
        for turn in range(2):
            path = behind[(number * 5 + turn * 7) % len(behind)]
            front, matte = placed(colour, alpha, random, grounded=name == "astronaut")
            back = filled(opened(path, "RGB"))
            yield Scene(f"{name} on {path.stem}", kind, *mixed(front, matte, back, random))


def mixed(front: Floats, matte: Floats, back: Floats, random: np.random.Generator) -> tuple[Bytes, Floats]:
    """The composite as a camera would hand it over, slightly soft and noisy, and its true alpha."""
    soft = cv2.GaussianBlur(front * matte[..., None] + back * (1 - matte[..., None]), (0, 0), 0.6)
    noisy = soft + random.normal(0, 2.5, soft.shape)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8), matte


def drawn_scenes(seed: int) -> Iterator[Scene]:
    """Each subject on three of the twelve backgrounds, at its own size and place each time."""
    random = np.random.default_rng(seed)
    behind = list(BACKGROUNDS.items())
    for number, (name, subject) in enumerate(SUBJECTS.items()):
        colour, alpha = subject()
        for turn in range(3):
            place, (kind, background) = behind[(number + turn * 4 + number // 4) % len(behind)]
            front, matte = placed(colour, alpha, random, grounded=name == "bust")
            back = background()
            if place in ("white", "sweep"):
                # A soft shadow, as a lamp from the upper left would throw it.
                moved = cv2.warpAffine(matte, np.array([[1.0, 0, 18], [0, 1, 14]]), (WIDTH, HEIGHT))
                back = back * (1 - 0.3 * cv2.GaussianBlur(moved, (0, 0), 16))[..., None]
            yield Scene(f"{name} on {place}", kind, *mixed(front, matte, back, random))


def placed(colour: Floats, alpha: Floats, random: np.random.Generator, *, grounded: bool) -> tuple[Floats, Floats]:
    """A subject scaled by 0.55 to 1.05 and moved within the frame; a grounded one stays at the bottom."""
    scale = random.uniform(0.55, 1.05)
    x, y = random.uniform(-1, 1, 2) * (1.1 - scale) * 0.4 * np.array([WIDTH, HEIGHT])
    if grounded:
        y = HEIGHT / 2 * (1 - scale)
    turn = np.array([[scale, 0, WIDTH / 2 * (1 - scale) + x], [0, scale, HEIGHT / 2 * (1 - scale) + y]])
    # Colours first lose the dark that lies under alpha 0, or scaling would draw it into the edge.
    weight = np.maximum(alpha, 1e-3)[..., None]
    moved = [
        cv2.warpAffine(part, turn, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
        for part in (colour * weight, np.maximum(alpha, 1e-3), alpha)
    ]
    return moved[0] / np.maximum(moved[1], 1e-4)[..., None], moved[2]


def iou(alpha: Floats, truth: Floats) -> float:
    a, b = alpha > 0.5, truth > 0.5
    return float((a & b).sum() / max(1, (a | b).sum()))


def centred_grabcut(rgb: Bytes) -> Floats:
    """What people do first: OpenCV's GrabCut with a rectangle a tenth within the frame."""
    labels = np.zeros(rgb.shape[:2], np.uint8)
    inset = (WIDTH // 10, HEIGHT // 10, WIDTH * 8 // 10, HEIGHT * 8 // 10)
    cv2.setRNGSeed(1)
    cv2.grabCut(rgb, labels, inset, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_RECT)
    mask: Floats = ((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)).astype(np.float32)
    return mask


def rank_correlation(a: list[float], b: list[float]) -> float:
    """Spearman's rho."""
    first, second = (np.argsort(np.argsort(values)).astype(np.float64) for values in (a, b))
    return float(np.corrcoef(first, second)[0, 1])


def main() -> None:
    """Prints the table, and the worst pictures to a folder if one is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, help="a folder for contact sheets of the results")
    parser.add_argument("--seed", type=int, default=11, help="other sizes, places and noise")
    parser.add_argument("--scene", default="", help="only scenes whose name contains this")
    parser.add_argument("--no-grabcut", action="store_true", help="leave out the comparison")
    parser.add_argument("--stamps", type=Path, default=Path("/usr/share/tuxpaint/stamps"))
    parser.add_argument("--backdrops", type=Path, default=Path("/usr/share/backgrounds/mate/nature"))
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if options.stamps.is_dir() and options.backdrops.is_dir():
        print("Photographed\n")
        rows = compared(photographed(options.stamps, options.backdrops, options.seed), options)
        report(rows)
    else:
        rows = []
        print(f"No photographed set: {options.stamps} or {options.backdrops} is missing, see --help.")
    print("\nDrawn\n")
    drawn = compared(drawn_scenes(options.seed), options)
    report(drawn)
    if rows and drawn:
        print("\nAll together")
        report(rows + drawn)


Row = tuple[Scene, str, float, float, float, float]


def compared(scenes: Iterator[Scene], options: argparse.Namespace) -> list[Row]:
    """Every way on every scene, a line each."""
    rows: list[Row] = []
    for scene in scenes:
        if options.scene not in scene.name:
            continue
        line, sheet = [], [scene.rgb]
        ways: dict[str, Callable[[Scene], tuple[Floats, float]]] = {
            "auto": lambda s: graded(remove(s.rgb)),
            "box": lambda s: graded(remove(s.rgb, box=s.box)),
            "strokes": lambda s: graded(remove(s.rgb, hints=s.strokes)),
        }
        if not options.no_grabcut:
            ways["grabcut"] = lambda s: (centred_grabcut(s.rgb), 0.0)
        for way, cut in ways.items():
            start = time.perf_counter()
            alpha, confidence = cut(scene)
            took = time.perf_counter() - start
            good = iou(alpha, scene.alpha)
            rows.append((scene, way, good, 100 * float(np.abs(alpha - scene.alpha).mean()), took, confidence))
            line.append(f"{way} {good:.3f}" + (f" ({confidence:.2f})" if confidence else ""))
            ground = rgb((255, 0, 255))
            over = scene.rgb * alpha[..., None] + ground * (1 - alpha[..., None])
            sheet.append(over.astype(np.uint8))
        print(f"{scene.name:24} {scene.kind:8}", " · ".join(line), flush=True)
        if options.pictures:
            options.pictures.mkdir(parents=True, exist_ok=True)
            small = [cv2.resize(p, (320, 240), interpolation=cv2.INTER_AREA) for p in sheet]
            Image.fromarray(np.hstack(small)).save(options.pictures / f"{scene.name.replace(' ', '-')}.png")
    return rows


def graded(cut: Cutout) -> tuple[Floats, float]:
    return (cut.rgba[..., 3] / 255).astype(np.float32), cut.confidence


def report(rows: list[Row]) -> None:
    """The table: means a way, and a kind of scene."""
    if not rows:
        return
    columns = list(dict.fromkeys(row[0].kind for row in rows))
    print(f"\n{'':10}{'IoU mean':>10}{'median':>8}{'min':>7}{'SAD %':>7}{'s':>6}   {' '.join(columns)}")
    for way in dict.fromkeys(row[1] for row in rows):
        mine = [row for row in rows if row[1] == way]
        values = np.array([row[2] for row in mine])
        kinds = [(kind, np.mean([row[2] for row in mine if row[0].kind == kind])) for kind in columns]
        print(
            f"{way:10}{values.mean():10.3f}{np.median(values):8.3f}{values.min():7.3f}"
            f"{np.mean([row[3] for row in mine]):7.2f}{np.median([row[4] for row in mine]):6.2f}   "
            + " ".join(f"{mean:<{max(5, len(kind))}.3f}" for kind, mean in kinds)
        )
    auto = [row for row in rows if row[1] == "auto"]
    if len(auto) > 2:
        rho = rank_correlation([row[5] for row in auto], [row[2] for row in auto])
        print(f"confidence and IoU, rank correlation (auto): {rho:.2f}")


if __name__ == "__main__":
    main()
