"""Water: a mirror of what stands above the horizon, broken by waves in perspective, with the sun's glitter."""

import cv2
import numpy as np

from gesso.imaging.sketchbook import noise
from gesso.imaging.sketchbook.canvas import Canvas
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.noise import smooth
from gesso.imaging.sketchbook.palette import Colour, mix


def paint_water(
    canvas: Canvas, light: Light, horizon: float, body: Colour, sun: tuple[float, float] | None, *, rough: float = 0.5, bottom: float | None = None,
    glitter: float = 1.0, mirror: float = 1.0,
) -> None:  # fmt: skip
    """Everything below `horizon` (to `bottom`) becomes water of colour `body`.

    `rough` 0 is a mirror, 1 an open sea; `mirror` scales how much it reflects; `sun` is what glitters, if anything.
    """
    top = canvas.row(horizon)
    end = canvas.height if bottom is None else canvas.row(bottom)
    if end - top < 2:
        return
    rows = slice(top, end)
    down = np.maximum(canvas.y[rows] - np.float32(horizon), np.float32(0.3 / canvas.unit))
    rng = canvas.rng("water")
    texture = noise.tile(rng, 512, 14, 5, rough=0.6)
    shift = rng.random(4)
    # The plane of the water seen from a little above it: distance grows as 1 / down.
    far = (np.float32(0.16) / (down + np.float32(0.012))).astype(np.float32)
    across = (canvas.x - canvas.w / 2).astype(np.float32)
    swell = noise.sample(texture, across * far * np.float32(0.30) + np.float32(shift[0]), far * np.float32(0.75 + 0.5 * (1 - rough)) + np.float32(shift[1]))
    fine = noise.sample(texture, across * far * np.float32(0.95) + np.float32(shift[2]), far * np.float32(2.6) + np.float32(shift[3]))
    # Near the horizon waves are smaller than a pixel and average out.
    calm = smooth(0.0, 0.10, down)
    wave = swell * np.float32(0.65) + fine * np.float32(0.45)
    reach = np.float32(rough) * (np.float32(0.012) + np.float32(0.16) * down) * wave
    source = 2 * np.float32(horizon) - canvas.y[rows] - np.abs(reach) * np.float32(1.2) - np.float32(0.02 * rough) * down
    map_y = np.clip(source * np.float32(canvas.unit), 0, max(top - 1, 0)).astype(np.float32)
    map_x = np.broadcast_to(canvas.x * np.float32(canvas.unit) - np.float32(0.5), map_y.shape) + reach * np.float32(0.35 * canvas.unit)
    # Water takes on less and less of the sky as we look down into it (Fresnel), more on the far faces of waves.
    grazing = np.exp(-down / np.float32(0.42))
    share = np.clip((np.float32(0.38) + np.float32(0.5) * grazing + np.float32(0.2 * rough) * wave * calm) * np.float32(mirror), 0.05, 0.94)
    deep = light.on(body, 0.4)
    lowlit = mix(deep, light.haze, 0.25)
    for i, plane in enumerate(canvas.rgb):
        mirrored = cv2.remap(plane[: max(top, 1)], map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        own = deep[i] + (lowlit[i] - deep[i]) * grazing
        own = own * (1 + np.float32(0.22 * rough) * wave * calm)
        plane[rows] = own + (mirrored - own) * share
    canvas.depth[rows] = np.clip(np.exp(-down * np.float32(4.0)), 0, 1) * np.ones_like(canvas.x)
    if sun is not None and glitter > 0:
        width = np.float32(0.035) + np.float32(0.34) * down
        along = np.exp(-(((canvas.x - np.float32(sun[0])) / width) ** 2))
        # Facets that happen to face the sun: the closer to its column, the more of them do.
        facets = smooth(0.0, 0.55, wave * np.float32(0.9) + fine * np.float32(0.4) - (np.float32(1.75) - np.float32(1.9) * along))
        sheen = along * (np.float32(0.10) + np.float32(0.25) * np.exp(-down / np.float32(0.05)))
        power = np.float32(0.9 * glitter * (0.35 + 0.65 * min(1.0, float(light.sun.max()))))
        beam = mix(np.clip(light.sun / light.sun.max(), 0, 1), np.clip(light.disc, 0, 1), 0.55)
        canvas.shine((facets * (np.float32(0.35) + np.float32(0.65) * along) + sheen) * power, beam, top=top)


def shore_foam(canvas: Canvas, light: Light, edge: np.ndarray, foam: Colour, *, name: object) -> None:
    """A lace of foam along a shore line (W,), thinning seawards."""
    top = canvas.row(float(edge.min()) - 0.12)
    down = edge[None, :].astype(np.float32) - canvas.y[top:]
    texture = noise.tile(canvas.rng("foam", name), 512, 16, 5, rough=0.6, ridged=True)
    lace = noise.sample(texture, canvas.x * 1.1, down * np.float32(2.4))
    strip = smooth(0.06, 0.0, down) * smooth(-0.006, 0.002, down)
    body = np.clip(strip * smooth(-0.1, 1.0, lace + 2.2 * smooth(0.012, 0.0, down)), 0, 1)
    canvas.cover(body, light.on(foam, 0.6), top=top)
