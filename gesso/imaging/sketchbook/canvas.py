"""The canvas a scene is painted on: linear light in three planes, a depth, and a few ways to lay paint.

Lengths and places are in units of the short side: x runs 0..`w`, y runs 0..`h` downwards, and the
smaller of the two is 1. Shapes so stay round in every frame, and one seed gives one composition at
every size of a ratio.
"""

import zlib
from collections.abc import Iterable, Sequence

import cv2
import numpy as np
import pyvips
from numpy.typing import NDArray

from gesso.imaging.colour import LINEAR, encode
from gesso.imaging.sketchbook import noise
from gesso.imaging.sketchbook.noise import Field, Real
from gesso.imaging.sketchbook.palette import Colour, bytes_of

_BAND = 256
Paint = Colour | Sequence[Real]


class Canvas:
    """Planes `rgb` (3, H, W) of linear light and `depth` (H, W), 0 near to 1 far."""

    def __init__(self, width: int, height: int, seed: int, detail: float = 1.0) -> None:
        self.width, self.height, self.seed, self.detail = width, height, seed, detail
        self.unit = float(min(width, height))
        self.w, self.h = width / self.unit, height / self.unit
        self.x = ((np.arange(width, dtype=np.float32) + 0.5) / np.float32(self.unit))[None, :]
        self.y = ((np.arange(height, dtype=np.float32) + 0.5) / np.float32(self.unit))[:, None]
        self.rgb = np.zeros((3, height, width), np.float32)
        self.depth = np.ones((height, width), np.float32)

    def rng(self, *name: object) -> np.random.Generator:
        """A generator of one feature's own: what one feature draws never moves another."""
        label = zlib.crc32("/".join(map(str, name)).encode())
        return np.random.Generator(np.random.PCG64([self.seed & 0xFFFFFFFFFFFFFFFF, label]))

    def row(self, y: float) -> int:
        """The pixel row at or above `y`, inside the frame."""
        return int(np.clip(np.floor(y * self.unit), 0, self.height))

    def column(self, x: float) -> int:
        """The pixel column at or left of `x`, inside the frame."""
        return int(np.clip(np.floor(x * self.unit), 0, self.width))

    def fbm(
        self,
        *name: object,
        cell: float,
        octaves: int = 5,
        rough: float = 0.5,
        stretch: float = 1.0,
        rows: slice | None = None,
    ) -> Field:
        """Fractal noise over the frame, or over some of its rows; see `noise.fbm`."""
        field = noise.fbm(
            self.rng(*name), (self.height, self.width), self.unit, cell, octaves, rough=rough, stretch=stretch
        )
        return field if rows is None else field[rows]

    def tile(
        self,
        rng: np.random.Generator,
        side: int = 512,
        cells: int = 8,
        octaves: int = 5,
        *,
        rough: float = 0.5,
        ridged: bool = False,
    ) -> Field:
        """A seamless texture no finer than the canvas can show; see `noise.tile`."""
        limit = 2 ** int(np.ceil(np.log2(max(self.unit, 64))))
        return noise.tile(rng, side, cells, octaves, rough=rough, ridged=ridged, limit=limit)

    def cover(
        self, alpha: Real, paint: Paint, depth: float | Field | None = None, *, top: int = 0, left: int = 0
    ) -> None:
        """Lay paint by `alpha` (h, w) 0..1 with its corner at pixel (left, top); depth changes where it
        mostly covers.
        """
        part = np.s_[top : top + alpha.shape[0], left : left + alpha.shape[1]]
        for plane, value in zip(self.rgb, paint, strict=True):
            target = plane[part]
            target += (value - target) * alpha
        if depth is not None:
            np.copyto(self.depth[part], np.asarray(depth, np.float32), where=alpha > 0.5)

    def shine(self, amount: Real, light: Paint, *, top: int = 0, left: int = 0) -> None:
        """Add light by `amount` (h, w) with its corner at pixel (left, top)."""
        part = np.s_[top : top + amount.shape[0], left : left + amount.shape[1]]
        for plane, value in zip(self.rgb, light, strict=True):
            plane[part] += amount * value

    def below(self, crest: Field, *, blur: float = 0.0) -> tuple[int, Field, Field]:
        """The land under a crest line (W,): its first row, how far each pixel is below it, and its alpha."""
        top = self.row(float(crest.min()) - blur - 2 / self.unit)
        down = self.y[top:] - crest[None, :].astype(np.float32)
        return top, down, np.clip(down / (blur + 1 / self.unit) + 0.5, 0, 1)

    def span(self, x0: float, y0: float, x1: float, y1: float) -> tuple[slice, slice]:
        """Rows and columns of a box, clipped to the frame; empty slices where it lies outside."""
        rows = slice(self.row(y0), min(self.height, self.row(y1) + 1))
        columns = slice(self.column(x0), min(self.width, self.column(x1) + 1))
        return rows, columns

    def draw(self, body: str, depth: float | None = None, box: tuple[float, float, float, float] | None = None) -> None:
        """Lay an SVG fragment in canvas units, cut to a box (x0, y0, x1, y1)."""
        rows, columns = self.span(*(box or (0, 0, self.w, self.h)))
        high, wide = rows.stop - rows.start, columns.stop - columns.start
        if high <= 0 or wide <= 0:
            return
        x, y = columns.start / self.unit, rows.start / self.unit
        view = f"{x:.6f} {y:.6f} {wide / self.unit:.6f} {high / self.unit:.6f}"
        frame = f'xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="{view}"'
        svg = f"<svg {frame}>{body}</svg>"
        layer = pyvips.Image.svgload_buffer(svg.encode(), unlimited=True).numpy()
        self._lay(layer, rows.start, columns.start, depth, premultiplied=False)

    def _lay(self, layer: NDArray[np.uint8], top: int, left: int, depth: float | None, *, premultiplied: bool) -> None:
        for start in range(0, layer.shape[0], _BAND):
            band = layer[start : start + _BAND]
            alpha = band[..., 3].astype(np.float32) / np.float32(255)
            used = np.nonzero(alpha.any(0))[0]
            if not used.size:
                continue
            cut = slice(int(used[0]), int(used[-1]) + 1)
            band, alpha = band[:, cut], np.ascontiguousarray(alpha[:, cut])
            if premultiplied:
                whole = np.maximum(band[..., 3:], 1).astype(np.float32)
                band = np.clip(band[..., :3] * (255 / whole) + 0.5, 0, 255).astype(np.uint8)
            self.cover(
                alpha,
                [LINEAR[band[..., i]] for i in range(3)],
                depth,
                top=top + start,
                left=left + int(used[0]),
            )

    def mask(self, polygons: Iterable[NDArray[np.floating]], top: int = 0, bottom: int | None = None) -> Field:
        """Anti-aliased union (rows, W) 0..1 of polygons (N, 2) in units."""
        bottom = self.height if bottom is None else bottom
        field = np.zeros((max(0, bottom - top), self.width), np.uint8)
        for polygon in polygons:
            cv2.fillPoly(field, [self.fixed(polygon, top)], 255, cv2.LINE_AA, _SHIFT)
        return field.astype(np.float32) / np.float32(255)

    def fixed(self, points: NDArray[np.floating], top: int = 0, left: int = 0) -> NDArray[np.int32]:
        """Points (N, 2) in units as OpenCV's fixed-point pixels."""
        pixels = np.asarray(points, np.float64) * self.unit - (left + 0.5, top + 0.5)
        return np.asarray(np.clip(np.round(pixels * 2**_SHIFT), -(2**26), 2**26), np.int32)

    def bloom(self, strength: float, radius: float = 0.03, threshold: float = 0.7) -> None:
        """Let what is bright glow, as in an eye or a lens: blurred in linear light and added."""
        shrink = max(1, round(self.unit * radius / 6))
        size = (max(2, self.width // shrink), max(2, self.height // shrink))
        for plane in self.rgb:
            small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
            bright = np.clip(small - threshold, 0, 3)
            sigma = radius * size[1] / self.h
            halo = cv2.GaussianBlur(bright, (0, 0), sigma) + 0.5 * cv2.GaussianBlur(bright, (0, 0), sigma * 3)
            plane += cv2.resize(halo, (self.width, self.height), interpolation=cv2.INTER_LINEAR) * np.float32(strength)

    def develop(self) -> NDArray[np.float32]:
        """The picture (H, W, 3), sRGB-encoded 0..1, with a soft shoulder in place of clipped highlights."""
        out = np.empty((self.height, self.width, 3), np.float32)
        for i, plane in enumerate(self.rgb):
            np.nan_to_num(plane, copy=False, nan=0.0, posinf=4.0, neginf=0.0)
            over = np.maximum(plane - 0.65, 0)
            over *= -1 / 0.35
            out[..., i] = encode(np.minimum(plane, 0.65) + 0.35 * (1 - np.exp(over)))
        return out


_SHIFT = 4


class Overlay:
    """A sheet of flat, anti-aliased strokes and dabs, laid on the canvas in one go."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.layer = np.zeros((canvas.height, canvas.width, 4), np.uint8)

    def fill(self, points: NDArray[np.floating], paint: Colour) -> None:
        """A filled polygon (N, 2)."""
        cv2.fillPoly(self.layer, [self.canvas.fixed(points)], (*bytes_of(paint), 255), cv2.LINE_AA, _SHIFT)

    def disc(self, x: float, y: float, radius: float, paint: Colour) -> None:
        """A filled circle."""
        self.oval(x, y, radius, radius, 0, paint)

    def oval(self, x: float, y: float, rx: float, ry: float, turn: float, paint: Colour) -> None:
        """A filled ellipse, turned by `turn` degrees."""
        scale = self.canvas.unit * 2**_SHIFT
        centre = (round(x * scale - 8), round(y * scale - 8))
        if max(abs(centre[0]), abs(centre[1])) > 2**26:
            return
        axes = (max(6, round(rx * scale)), max(6, round(ry * scale)))
        cv2.ellipse(self.layer, centre, axes, turn, 0, 360, (*bytes_of(paint), 255), -1, cv2.LINE_AA, _SHIFT)

    def stroke(self, points: NDArray[np.floating], width: float, paint: Colour) -> None:
        """A line through points (N, 2), `width` thick; thinner than a pixel, it fades instead."""
        thick = width * self.canvas.unit
        cv2.polylines(
            self.layer,
            [self.canvas.fixed(points)],
            False,
            (*bytes_of(paint), 255),
            max(1, round(thick)),
            cv2.LINE_AA,
            _SHIFT,
        )

    def lay(self, depth: float | None = None) -> None:
        """Put the sheet on the canvas."""
        self.canvas._lay(self.layer, 0, 0, depth, premultiplied=True)


def lookup(table: Colour, t: Real) -> list[Field]:
    """Three planes of a colour table (N, 3) read at `t` 0..1 (H, W)."""
    places = np.clip(t, 0, 1) * np.float32(len(table) - 1)
    zero = np.zeros_like(places)
    return [
        cv2.remap(
            np.ascontiguousarray(table[None, :, i], np.float32),
            places,
            zero,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        for i in range(3)
    ]


def disc(canvas: Canvas, x: float, y: float, radius: float) -> tuple[Field, int, int]:
    """The alpha of a circle in its own box, and the box's top and left."""
    margin = radius + 2 / canvas.unit
    rows, columns = canvas.span(x - margin, y - margin, x + margin, y + margin)
    away = np.hypot(canvas.x[:, columns] - x, canvas.y[rows] - y)
    return np.clip((radius - away) * canvas.unit + 0.5, 0, 1).astype(np.float32), rows.start, columns.start
