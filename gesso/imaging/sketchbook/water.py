"""Water: a mirror of what stands above the horizon, broken by waves in perspective, and the glitter."""

import cv2
import numpy as np

from gesso.imaging.sketchbook import noise
from gesso.imaging.sketchbook.canvas import Canvas
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.noise import smooth
from gesso.imaging.sketchbook.palette import Colour, mix, vary


def paint_water(
    canvas: Canvas,
    light: Light,
    horizon: float,
    body: Colour,
    sun: tuple[float, float] | None,
    *,
    rough: float = 0.5,
    bottom: float | None = None,
    glitter: float = 1.0,
    mirror: float = 1.0,
) -> None:
    """Everything below `horizon` (to `bottom`) becomes water of colour `body`.

    `rough` 0 is a mirror, 1 an open sea; `mirror` scales how much it reflects; `sun` is what glitters.
    """
    top = canvas.row(horizon)
    end = canvas.height if bottom is None else canvas.row(bottom)
    if end - top < 2:
        return
    rows = slice(top, end)
    down = np.maximum(canvas.y[rows] - np.float32(horizon), np.float32(0.3 / canvas.unit))
    rng = canvas.rng("water")
    texture = canvas.tile(rng, 512, 14, 5, rough=0.6)
    shift = rng.random(4)
    # The plane of the water seen from a little above it: distance grows as 1 / down.
    far = (np.float32(0.16) / (down + np.float32(0.012))).astype(np.float32)
    across = (canvas.x - canvas.w / 2).astype(np.float32)
    swell = noise.sample(
        texture,
        across * far * np.float32(0.30) + np.float32(shift[0]),
        far * np.float32(max(0.45, 0.75 + 0.5 * (1 - rough))) + np.float32(shift[1]),
    )
    fine = noise.sample(
        texture,
        across * far * np.float32(0.95) + np.float32(shift[2]),
        far * np.float32(2.6) + np.float32(shift[3]),
    )
    # Near the horizon waves are smaller than a pixel and average out.
    calm = smooth(0.0, 0.10, down)
    wave = swell * np.float32(0.65) + fine * np.float32(0.45)
    reach = np.float32(min(rough, 0.8)) * (np.float32(0.012) + np.float32(0.16) * down) * wave
    source = (
        2 * np.float32(horizon) - canvas.y[rows] - np.abs(reach) * np.float32(1.2) - np.float32(0.02 * rough) * down
    )
    map_y = np.clip(source * np.float32(canvas.unit), 0, max(top - 1, 0)).astype(np.float32)
    map_x = np.broadcast_to(canvas.x * np.float32(canvas.unit) - np.float32(0.5), map_y.shape) + reach * np.float32(
        0.35 * canvas.unit
    )
    # Water takes on less and less of the sky as we look down into it (Fresnel), more on the far faces of
    # waves.
    grazing = np.exp(-down / np.float32(0.42))
    share = np.clip(
        (np.float32(0.38) + np.float32(0.5) * grazing + np.float32(0.2 * rough) * wave * calm) * np.float32(mirror),
        0.05,
        0.94,
    )
    deep = light.on(body, 0.4)
    lowlit = mix(deep, light.haze, 0.25)
    for i, plane in enumerate(canvas.rgb):
        mirrored = cv2.remap(plane[: max(top, 1)], map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        own = deep[i] + (lowlit[i] - deep[i]) * grazing
        own = own * np.maximum(1 + np.float32(0.22 * rough + 0.5 * max(0, rough - 0.9)) * wave * calm, 0.1)
        plane[rows] = own + (mirrored - own) * share
    canvas.depth[rows] = np.clip(np.exp(-down * np.float32(4.0)), 0, 1) * np.ones_like(canvas.x)
    if sun is not None and glitter > 0:
        width = np.float32(0.035) + np.float32(0.34) * down
        along = np.exp(-(((canvas.x - np.float32(sun[0])) / width) ** 2))
        # Facets that happen to face the sun: the closer to its column, the more of them do.
        facets = smooth(
            0.0,
            0.55,
            wave * np.float32(0.9) + fine * np.float32(0.4) - (np.float32(1.75) - np.float32(1.9) * along),
        )
        sheen = along * (np.float32(0.10) + np.float32(0.25) * np.exp(-down / np.float32(0.05)))
        power = np.float32(0.9 * glitter * (0.35 + 0.65 * min(1.0, float(light.sun.max()))))
        beam = mix(np.clip(light.sun / light.sun.max(), 0, 1), np.clip(light.disc, 0, 1), 0.55)
        canvas.shine((facets * (np.float32(0.35) + np.float32(0.65) * along) + sheen) * power, beam, top=top)


def swells(canvas: Canvas, light: Light, horizon: float, body: Colour, *, strength: float = 1.0) -> None:
    """A high sea: rows of peaked waves, light showing through their crests, foam where they break."""
    x = canvas.x[0]
    count = 10
    for i in range(count):
        t = (i + 0.6) / count
        rng = canvas.rng("swell", i)
        base = horizon + (canvas.h - horizon) * 1.05 * t**1.7
        tall = (0.004 + 0.115 * t**1.25) * strength
        length = 0.05 + 0.62 * t**1.1
        wander = 0.9 * noise.line(rng, x, length * 1.6, 2)
        # Steep water waves have peaked crests and wide round troughs, and lean the way they run.
        phase = x * np.float32(np.pi / length) + np.float32(rng.uniform(0, 3.1)) + wander
        lean = np.sin(phase + np.float32(0.42) * np.sin(2 * phase + 0.9))
        peak = np.clip(1.16 - np.sqrt(lean**2 + 0.03), 0, 1) ** 1.5
        gate = np.clip(0.72 + 0.28 * noise.line(rng, x, length * 1.1, 2), 0.1, 1.3)
        crest = (base - tall * peak * gate + 0.1 * tall * noise.line(rng, x, length * 0.2, 4)).astype(np.float32)
        top, down, alpha = canvas.below(crest)
        if top >= canvas.height:
            continue
        under = np.maximum(down, 0) / np.float32(tall + 0.01)
        texture = canvas.tile(rng, 512, 18, 4, rough=0.65, ridged=True)
        lace = noise.sample(texture, canvas.x * np.float32(0.9 / (0.25 + t)), down * np.float32(2.4 / (0.25 + t)))
        facing = np.clip(0.42 * np.exp(-under * 1.1) * gate[None, :] + 0.05 * lace + 0.1, 0, 1).astype(np.float32)
        distance = 0.7 * (1 - t) ** 1.5
        planes = light.planes(vary(body, light=-0.07), facing, distance)
        clear = light.planes(vary(body, light=0.1, hue=-18), np.clip(facing + 0.2, 0, 1), distance)
        through = np.exp(-under * 2.6) * np.clip(peak * gate, 0, 1)[None, :] ** 1.5
        white = light.planes(np.array([0.9, 0.94, 0.95], np.float32), np.full_like(facing, 0.55), distance)
        breaking = smooth(0.5, 0.85, (peak * gate).astype(np.float32))[None, :]
        torn = smooth(-0.4, 1.0, noise.line(rng, x, length * 0.25, 4))[None, :]
        foam = np.clip(
            smooth(0.26, 0.0, under * (0.9 - 0.3 * lace)) * breaking * torn
            + smooth(0.9, 2.0, lace) * np.exp(-under * 0.8) * 0.35,
            0,
            1,
        )
        for plane, glassy, froth in zip(planes, clear, white, strict=True):
            plane += (glassy - plane) * through * np.float32(0.75)
            plane += (froth - plane) * foam * np.float32(0.9)
        canvas.cover(alpha, planes, 0.75 * (1 - t), top=top)


def shore_foam(canvas: Canvas, light: Light, edge: np.ndarray, foam: Colour, *, name: object) -> None:
    """A lace of foam along a shore line (W,), thinning seawards."""
    top = canvas.row(float(edge.min()) - 0.12)
    down = edge[None, :].astype(np.float32) - canvas.y[top:]
    texture = canvas.tile(canvas.rng("foam", name), 512, 16, 5, rough=0.6, ridged=True)
    lace = noise.sample(texture, canvas.x * 1.1, down * np.float32(2.4))
    strip = smooth(0.06, 0.0, down) * smooth(-0.006, 0.002, down)
    body = np.clip(strip * smooth(-0.1, 1.0, lace + 2.2 * smooth(0.012, 0.0, down)), 0, 1)
    canvas.cover(body, light.on(foam, 0.6), top=top)
