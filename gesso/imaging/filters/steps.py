"""The steps that filters are made of. Each reads and writes layers of sRGB bytes (H, W, 3); `here` is the one that the
filter leaves. Numbers may be programs of the filter's parameters; lengths are shares of the picture's short side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from gesso.imaging.filters import program
from gesso.imaging.picture import Pixels

Number = float | str
Floats = NDArray[np.float32]
Layers = dict[str, Pixels]
Amounts = Mapping[str, float]

_ROWS: Final = 128
GRID: Final = 33


@dataclass(frozen=True)
class Look:
    """Each colour becomes another, wherever it stands: `program` of `here` and the parameters, baked into a cube of
    33³ colours and read from it trilinearly."""

    program: str


@dataclass(frozen=True)
class Matrix:
    """Each colour times a matrix: three rows of four numbers (r, g, b, 1)."""

    rows: tuple[tuple[Number, Number, Number, Number], ...]


@dataclass(frozen=True)
class Curve:
    """Each channel by a curve of its own: programs of `x`, 0..1, and the parameters. One program is for all three."""

    r: str
    g: str = ""
    b: str = ""


@dataclass(frozen=True)
class Kernel:
    """Each pixel from its neighbours, weighed by rows of numbers; edges are mirrored."""

    weights: tuple[tuple[Number, ...], ...]
    add: Number = 0.0


@dataclass(frozen=True)
class Blur:
    """Gaussian: `radius` is one standard deviation."""

    radius: Number
    of: str = "here"
    to: str = "here"


@dataclass(frozen=True)
class Motion:
    """Along a line `length` long, `angle` degrees clockwise from the horizontal."""

    length: Number
    angle: Number


@dataclass(frozen=True)
class Radial:
    """Towards a point (0..1): `zoom` as a share of the distance, `spin` in degrees."""

    zoom: Number = 0.0
    spin: Number = 0.0
    x: Number = 0.5
    y: Number = 0.5


@dataclass(frozen=True)
class Paint:
    """Kuwahara's filter: each pixel takes the mean of the calmest of the four squares around it (1976)."""

    radius: Number
    of: str = "here"
    to: str = "here"


@dataclass(frozen=True)
class Smooth:
    """Surfaces become calm, edges stay: a bilateral filter, `radius` wide, `range` 0..1 of what counts as an edge."""

    radius: Number
    range: Number


@dataclass(frozen=True)
class Warp:
    """Each pixel from another place: programs for `x` and `y`, from the middle, in short sides. Edges are mirrored."""

    x: str
    y: str


@dataclass(frozen=True)
class Noise:
    """A layer `to` of grey noise, its clumps `scale` wide and `stretch` times as long as high; `octaves` of it."""

    to: str
    scale: Number
    octaves: int = 1
    stretch: Number = 1.0


@dataclass(frozen=True)
class Keep:
    """A copy of `here`, as `to`."""

    to: str


@dataclass(frozen=True)
class Mix:
    """A program over the layers, the parameters, and where the pixel is: `x` and `y` from the middle in short sides,
    `u` and `v` 0..1 from the top left, `far` 0 in the middle and 1 in the corners."""

    program: str


Step = Look | Matrix | Curve | Kernel | Blur | Motion | Radial | Paint | Smooth | Warp | Noise | Keep | Mix


def carry_out(step: Step, layers: Layers, amounts: Amounts, seed: int) -> None:
    """Changes `layers`, of which `here` is one."""
    here = layers["here"]
    height, width = here.shape[:2]
    short = min(height, width)

    def number(value: Number) -> float:
        return float(program.run(value, amounts)) if isinstance(value, str) else value

    match step:
        case Look(text):
            layers["here"] = _looked(here, text, amounts)
        case Matrix(rows):
            matrix = np.array([[number(value) for value in row] for row in rows])
            matrix[:, 3] *= 255
            layers["here"] = np.asarray(cv2.transform(here, matrix), np.uint8)
        case Curve():
            layers["here"] = np.asarray(cv2.LUT(here, _table(step, amounts)), np.uint8)
        case Kernel(weights, add):
            kernel = np.array([[number(value) for value in row] for row in weights])
            made = cv2.filter2D(here, -1, kernel, delta=255 * number(add), borderType=cv2.BORDER_REFLECT)
            layers["here"] = np.asarray(made, np.uint8)
        case Blur(radius, of, to):
            layers[to] = blur(layers[of], number(radius) * short)
        case Motion(length, angle):
            layers["here"] = _moved(here, number(length) * short, number(angle))
        case Radial(zoom, spin, x, y):
            centre = number(x) * width, number(y) * height
            layers["here"] = _turned(here, number(zoom), number(spin), centre)
        case Paint(radius, of, to):
            layers[to] = _kuwahara(layers[of], max(1, round(number(radius) * short)))
        case Smooth(radius, spread):
            layers["here"] = _smooth(here, number(radius) * short, number(spread))
        case Warp(across, down):
            layers["here"] = _warped(here, across, down, amounts)
        case Noise(to, scale, octaves, stretch):
            layers[to] = noise(height, width, max(1.0, number(scale) * short), octaves, seed, number(stretch))
        case Keep(to):
            layers[to] = here
        case Mix(text):
            layers["here"] = _mixed(layers, text, amounts)


def cube(text: str, amounts: Amounts) -> Floats:
    """(33, 33, 33, 3) by blue, green, red: what a Look's program makes of every colour of the grid."""
    steps = np.linspace(0, 1, GRID, dtype=np.float32)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    grid = np.stack([red, green, blue], -1).reshape(GRID * GRID, GRID, 3)
    made = program.field(program.run(text, {"here": grid, **amounts}), grid.shape[:2])
    return np.clip(made, 0, 1).reshape(GRID, GRID, GRID, 3)


def _table(curve: Curve, amounts: Amounts) -> NDArray[np.uint8]:
    """(1, 256, 3): where each byte of each channel goes."""
    x = np.linspace(0, 1, 256, dtype=np.float32)[None, :, None]
    parts = [program.run(text or curve.r, {"x": x, **amounts}) for text in (curve.r, curve.g, curve.b)]
    made = np.concatenate([np.broadcast_to(np.asarray(part, np.float32), x.shape) for part in parts], 2)
    return np.asarray(np.rint(np.clip(made, 0, 1) * 255), np.uint8)


def _looked(here: Pixels, text: str, amounts: Amounts) -> Pixels:
    table = ImageFilter.Color3DLUT(GRID, cube(text, amounts).ravel().tolist())
    return np.asarray(Image.fromarray(here).filter(table), np.uint8)


def blur(pixels: Pixels, sigma: float) -> Pixels:
    """Gaussian. A wide one is made on a reduced copy, whose own blur is taken off."""
    if sigma < 0.15:
        return pixels
    height, width = pixels.shape[:2]
    factor = max(1, int(sigma / 4))
    if factor == 1:
        return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma, borderType=cv2.BORDER_REFLECT), np.uint8)
    size = max(1, round(width / factor)), max(1, round(height / factor))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    # Averaging over `factor` pixels and the triangle between two of them are blurs of these variances.
    rest = np.sqrt(max(sigma**2 - (factor**2 - 1) / 12 - factor**2 / 6, 0.01)) / factor
    small = cv2.GaussianBlur(small.astype(np.float32), (0, 0), float(rest), borderType=cv2.BORDER_REFLECT)
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.convertScaleAbs(large), np.uint8)


def _moved(here: Pixels, length: float, angle: float) -> Pixels:
    if length < 1.5:
        return here
    height, width = here.shape[:2]
    if angle % 180 == 0:
        return np.asarray(cv2.blur(here, (round(length), 1), borderType=cv2.BORDER_REFLECT), np.uint8)
    if angle % 180 == 90:
        return np.asarray(cv2.blur(here, (1, round(length)), borderType=cv2.BORDER_REFLECT), np.uint8)
    # Turned level, blurred along the rows, and turned back.
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    wide, high = int(width * cos + height * sin) + 2, int(width * sin + height * cos) + 2
    turn[:, 2] += (wide - width) / 2, (high - height) / 2
    level = cv2.warpAffine(here, turn, (wide, high), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    level = cv2.blur(level, (round(length), 1), borderType=cv2.BORDER_REFLECT)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(level, turn, (width, height), flags=flags), np.uint8)


def _turned(here: Pixels, zoom: float, spin: float, centre: tuple[float, float]) -> Pixels:
    """Many turned and scaled copies on top of each other, doubled in each pass."""
    height, width = here.shape[:2]
    reach = max(abs(zoom), abs(np.deg2rad(spin))) * max(height, width)
    if reach < 1:
        return here
    passes = int(np.ceil(np.log2(reach))) + 1
    made = here.astype(np.float32)
    for number in range(passes):
        share = 0.5 ** (number + 1)
        matrix = cv2.getRotationMatrix2D(centre, -spin * share, 1 + zoom * share)
        copy = cv2.warpAffine(made, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        made = np.asarray((made + copy) * np.float32(0.5), np.float32)
    return np.asarray(cv2.convertScaleAbs(made), np.uint8)


def _kuwahara(pixels: Pixels, radius: int) -> Pixels:
    height, width = pixels.shape[:2]
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    window = (radius + 1, radius + 1)
    mean = cv2.blur(pixels, window, borderType=cv2.BORDER_REFLECT)
    level = cv2.blur(grey, window, borderType=cv2.BORDER_REFLECT)
    spread = cv2.blur(grey * grey, window, borderType=cv2.BORDER_REFLECT) - level * level
    low, high = radius // 2, radius - radius // 2
    margin = (high, high, high, high)
    mean = cv2.copyMakeBorder(mean, *margin, cv2.BORDER_REFLECT)
    spread = cv2.copyMakeBorder(spread, *margin, cv2.BORDER_REFLECT)
    best: Floats | None = None
    made = np.empty_like(pixels)
    for top in (high - low, high + low):
        for left in (high - low, high + low):
            rows, columns = slice(top, top + height), slice(left, left + width)
            calm = spread[rows, columns]
            if best is None:
                best, made[:] = calm.copy(), mean[rows, columns]
            else:
                better = (calm < best).astype(np.uint8)
                cv2.copyTo(mean[rows, columns], better, made)
                cv2.copyTo(calm, better, best)
    return made


def _smooth(here: Pixels, radius: float, spread: float) -> Pixels:
    height, width = here.shape[:2]
    factor = max(1, int(radius / 3))
    size = max(1, width // factor), max(1, height // factor)
    small = cv2.resize(here, size, interpolation=cv2.INTER_AREA) if factor > 1 else here
    for _ in range(2):
        small = cv2.bilateralFilter(small, 7, 255 * spread, max(1.0, radius / factor))
    if factor == 1:
        return np.asarray(small, np.uint8)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def _place(height: int, width: int, rows: slice) -> dict[str, Floats]:
    short = min(height, width)
    down = (np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5)[:, None, None]
    across = (np.arange(width, dtype=np.float32) + 0.5)[None, :, None]
    y, x = (down - height / 2) / short, (across - width / 2) / short
    corner = np.float32(np.hypot(width, height) / 2 / short)
    place = {"x": x, "y": y, "u": across / width, "v": down / height, "far": np.hypot(x, y) / corner}
    return {name: np.asarray(value, np.float32) for name, value in place.items()}


def _warped(here: Pixels, across: str, down: str, amounts: Amounts) -> Pixels:
    height, width = here.shape[:2]
    short = min(height, width)
    made = np.empty_like(here)
    for top in range(0, height, _ROWS):
        rows = slice(top, min(height, top + _ROWS))
        known = {**_place(height, width, rows), **amounts}
        shape = (rows.stop - rows.start, width, 1)
        maps = [
            np.broadcast_to(np.asarray(program.run(text, known), np.float32) * short + half - 0.5, shape)[..., 0]
            for text, half in ((across, width / 2), (down, height / 2))
        ]
        x, y = (np.ascontiguousarray(part, np.float32) for part in maps)
        made[rows] = cv2.remap(here, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return made


def _mixed(layers: Layers, text: str, amounts: Amounts) -> Pixels:
    here = layers["here"]
    height, width = here.shape[:2]
    wanted = program.free(text)
    made = np.empty_like(here)
    for top in range(0, height, _ROWS):
        rows = slice(top, min(height, top + _ROWS))
        known: dict[str, object] = {
            name: layer[rows] * np.float32(1 / 255) for name, layer in layers.items() if name in wanted
        }
        known |= {name: value for name, value in _place(height, width, rows).items() if name in wanted}
        value = program.field(program.run(text, known | dict(amounts)), (rows.stop - rows.start, width))
        cv2.convertScaleAbs(np.maximum(value, 0), made[rows], alpha=255)
    return made


def noise(height: int, width: int, scale: float, octaves: int, seed: int, stretch: float = 1.0) -> Pixels:
    """Grey (H, W, 3) around 128: a hash of the cell on a grid, smoothly between cells, finer and weaker each octave."""
    total = np.zeros((height, width), np.float32)
    weight, sum_of_squares = 1.0, 0.0
    for octave in range(octaves):
        step = max(1.0, scale / 2**octave)
        rows, columns = int(np.ceil(height / step)) + 2, int(np.ceil(width / (step * stretch))) + 2
        cells = hashed(rows, columns, seed * 31 + octave)
        if step > 1 or stretch > 1:
            matrix = np.array([[1 / (step * stretch), 0, 0.5], [0, 1 / step, 0.5]])
            flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
            cells = cv2.warpAffine(cells, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REFLECT)
        total += np.float32(weight) * cells[:height, :width]
        sum_of_squares += weight**2
        weight *= 0.5
    total *= np.float32(1 / np.sqrt(sum_of_squares))
    grey = np.clip(np.rint(128 + 127 * total), 0, 255).astype(np.uint8)
    return np.asarray(cv2.merge([grey, grey, grey]), np.uint8)


def hashed(rows: int, columns: int, seed: int) -> Floats:
    """(rows, columns) in -1..1, each from its own place alone: PCG2D's mixing (Jarzynski and Olano, "Hash Functions for
    GPU Rendering", 2020), two draws summed, so that most are near 0."""
    with np.errstate(over="ignore"):
        y, x = np.meshgrid(np.arange(rows, dtype=np.uint32), np.arange(columns, dtype=np.uint32), indexing="ij")
        x, y = (
            x * np.uint32(1664525) + np.uint32(1013904223 + seed & 0xFFFFFFFF),
            y * np.uint32(1664525) + np.uint32(1013904223),
        )
        for _ in range(2):
            x = x + y * np.uint32(1664525)
            y = y + x * np.uint32(1664525)
            x, y = x ^ (x >> np.uint32(16)), y ^ (y >> np.uint32(16))
    unit = np.float32(1 / 65535)
    first, second = (x & np.uint32(0xFFFF)).astype(np.float32), (y & np.uint32(0xFFFF)).astype(np.float32)
    return np.asarray((first + second) * unit - 1, np.float32)
