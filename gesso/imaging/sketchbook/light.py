"""The light of a scene: what the hour, the weather and the named colours make of sky, sun and distance.

Surfaces are lit the same way everywhere, colour times (ambient + sun times facing), and fade towards the haze
with distance, so that one sunset colours the whole picture.
"""

from dataclasses import dataclass, replace

import numpy as np

from gesso.imaging.sketchbook.noise import Field, Real
from gesso.imaging.sketchbook.palette import Colour, code, colour, colours, mix, ramp, steer, to_lch, vary
from gesso.imaging.sketchbook.words import Brief


@dataclass(frozen=True)
class Light:
    """Colours are linear; `sun` and `ambient` multiply a surface's colour."""

    time: str
    sky: Colour  # (N, 3) zenith to horizon
    sun: Colour  # (3,) direct light
    ambient: Colour  # (3,) light from everywhere
    haze: Colour  # (3,) what distance fades to
    disc: Colour  # (3,) the sun or moon itself
    elevation: tuple[float, float]  # of the disc: 0 on the horizon .. 1 at the top of the sky
    night: float = 0.0  # 0 day .. 1 night: how far stars and lamps show
    mist: float = 0.35  # 0 clear air .. 1 fog
    cloud: float = 0.35  # 0 clear sky .. 1 overcast
    glow: float = 0.5  # how strongly light spreads
    chroma: float = 1.0
    steered: Colour | None = None  # (N, 3) the named colours

    def on(self, surface: Colour, facing: float = 0.5) -> Colour:
        """A surface's colour in this light, `facing` 0 (in shade) .. 1 (towards the sun)."""
        return np.asarray(surface * (self.ambient + self.sun * facing), np.float32)

    def off(self, shade: Colour, distance: float) -> Colour:
        """A colour seen `distance` 0..1 away through the air."""
        fade = 1 - np.exp(-distance * (1.2 + 2.6 * self.mist))
        return mix(shade, self.haze, float(fade))

    def ink(self, surface: Colour, facing: float = 0.5, distance: float = 0.0) -> str:
        """`#rrggbb` of a surface in this light and at this distance."""
        return code(self.off(self.on(surface, facing), distance))

    def planes(self, surface: Colour, facing: Real, distance: float) -> list[Field]:
        """Three planes of a surface whose facing 0..1 changes over it."""
        dark, bright = self.off(self.on(surface, 0.0), distance), self.off(self.on(surface, 1.0), distance)
        return [dark[i] + (bright[i] - dark[i]) * facing for i in range(3)]

    def table(self) -> Colour:
        """The sky from zenith to horizon, (512, 3)."""
        return ramp(self.sky)


def _light(
    time: str,
    sky: str,
    sun: str,
    power: float,
    ambient: str,
    fill: float,
    haze: str,
    disc: str,
    elevation: tuple[float, float],
    night: float = 0.0,
    mist: float = 0.35,
) -> Light:
    return Light(
        time,
        colours(*sky.split()),
        colour(sun) * np.float32(power),
        colour(ambient) * np.float32(fill),
        colour(haze),
        colour(disc),
        elevation,
        night,
        mist,
    )


TIMES = {
    "dawn": _light(
        "dawn",
        "#41507f #7b82b4 #c9a3b9 #f3c1a8 #fde0bd",
        "#ffc79a",
        1.25,
        "#8e8db8",
        0.95,
        "#e9bfae",
        "#fff0d2",
        (0.04, 0.2),
        0.1,
        0.55,
    ),
    "morning": _light(
        "morning",
        "#4a88c6 #86b6dc #bfdbe8 #eae9da #f9ecd2",
        "#ffe6bd",
        1.35,
        "#9fb8d6",
        0.9,
        "#d5e0e2",
        "#fffbe8",
        (0.3, 0.55),
        0.0,
        0.4,
    ),
    "noon": _light(
        "noon",
        "#2468b8 #4c92d6 #86bce8 #b9dbf0 #dcedf2",
        "#fff6e2",
        1.5,
        "#a9c6ea",
        0.85,
        "#bdd6e8",
        "#fffdf2",
        (0.55, 0.75),
        0.0,
        0.22,
    ),
    "afternoon": _light(
        "afternoon",
        "#2f70b4 #629fd2 #9dc6e2 #d3e0e0 #f0e6cc",
        "#ffecc4",
        1.45,
        "#a3bcdc",
        0.85,
        "#c8d8de",
        "#fff9e2",
        (0.35, 0.6),
        0.0,
        0.28,
    ),
    "golden": _light(
        "golden",
        "#56759f #98a6b6 #dcbf98 #f6c77c #ffdd96",
        "#ffc070",
        1.5,
        "#a39aa8",
        0.75,
        "#f2cc92",
        "#fff3cc",
        (0.1, 0.26),
        0.0,
        0.45,
    ),
    "sunset": _light(
        "sunset",
        "#2a2c62 #6b4186 #c4597c #f28659 #ffc46c",
        "#ff9a5c",
        1.35,
        "#7f6a9e",
        0.75,
        "#ea8f74",
        "#ffe9b8",
        (0.03, 0.16),
        0.12,
        0.42,
    ),
    "dusk": _light(
        "dusk",
        "#171f4c #3d3876 #81508a #cf7a86 #f2b59a",
        "#f09aa0",
        0.75,
        "#5a5a96",
        0.8,
        "#b98094",
        "#ffd9b0",
        (0.02, 0.09),
        0.45,
        0.45,
    ),
    "blue": _light(
        "blue",
        "#0a1838 #163460 #2f5e90 #7295b6 #c9bdb6",
        "#9db4d8",
        0.42,
        "#466a9e",
        0.62,
        "#5f83a8",
        "#fff2dc",
        (0.12, 0.4),
        0.75,
        0.45,
    ),
    "night": _light(
        "night",
        "#050a1e #0a1738 #132a55 #234674 #41648f",
        "#a9c4ee",
        0.34,
        "#2c4676",
        0.42,
        "#27466f",
        "#f6f1df",
        (0.45, 0.75),
        1.0,
        0.35,
    ),
}


# Subjects seen through much air.
_AIRY = ("mountains", "hills", "forest", "city", "cloudscape", "clouds", "desert", "dunes")


def light_of(brief: Brief, rng: np.random.Generator) -> Light:
    """The light a brief asks for; `rng` turns it a little, so that two seeds differ."""
    reading = brief.reading
    light = TIMES[reading.time]
    # Where the prompt leaves the hour open, the palette may wander further.
    turn = float(np.clip(rng.normal(0, 6.0 if brief.timed else 13.0), -22, 22))
    lift = float(rng.normal(0, 0.015))
    cloud = float(rng.uniform(0.1, 0.6))
    light = replace(
        light,
        sky=vary(light.sky, hue=turn, light=lift),
        haze=vary(light.haze, hue=turn, light=lift),
        cloud=cloud,
    )
    if brief.loose:
        light = _steered(light, colours(*brief.loose))
    else:
        # A colour said of the land itself also tinges the air before it.
        said = [name for subject in _AIRY for name in brief.tints.get(subject, ())]
        if said:
            tint = colour(said[0])
            light = replace(
                light,
                haze=steer(light.haze, tint, 0.75),
                sun=_tinted(light.sun, tint, 0.4),
                ambient=_tinted(light.ambient, tint, 0.4),
            )
    light = _weathered(light, reading.weather, brief)
    light = _felt(light, reading.mood)
    if not brief.allows("clouds") or reading.weather == "clear":
        light = replace(light, cloud=0.0)
    elif brief.has("clouds", "cloudscape"):
        light = replace(light, cloud=max(light.cloud, 0.75))
    if not brief.allows("fog"):
        light = replace(light, mist=min(light.mist, 0.15))
    return light


def _steered(light: Light, named: Colour) -> Light:
    """The sky takes the named colours from the horizon up; each stop keeps most of its lightness."""
    # The lightest of the names belongs by the horizon, where the sky is lightest.
    order = named[np.argsort(-to_lch(named)[:, 0])]
    sky = light.sky.copy()
    for i in range(len(sky)):
        up = (len(sky) - 1 - i) / (len(sky) - 1)
        goal = order[min(len(order) - 1, int(up * len(order)))]
        sky[i] = steer(sky[i], goal, 0.85)
    return replace(
        light,
        sky=sky,
        haze=steer(light.haze, order[0], 0.75),
        sun=_tinted(light.sun, order[0], 0.3),
        ambient=_tinted(light.ambient, order[-1], 0.45),
        disc=mix(light.disc, order[0], 0.12),
        steered=named,
    )


def _tinted(lamp: Colour, towards: Colour, amount: float) -> Colour:
    power = float(lamp.max())
    turned = steer(lamp / power, towards, amount)
    return np.asarray(turned / max(float(turned.max()), 0.05) * power, np.float32)


def _weathered(light: Light, weather: str | None, brief: Brief) -> Light:
    grey = vary(light.sky, chroma=0.35)
    if weather == "fog":
        sky = np.stack([mix(c, light.haze, 0.6) for c in vary(light.sky, chroma=0.7)])
        return replace(
            light,
            sky=sky,
            mist=0.95,
            cloud=0.0,
            sun=light.sun * np.float32(0.7),
            ambient=light.ambient * np.float32(1.15),
        )
    if weather in {"overcast", "rain", "snow"}:
        pale = vary(grey, light=-0.06 if weather == "rain" else 0.02)
        return replace(
            light,
            sky=pale,
            haze=vary(light.haze, chroma=0.45, light=-0.04),
            sun=light.sun * np.float32(0.35),
            ambient=vary_power(light.ambient, 0.6, 1.15),
            mist=max(light.mist, 0.6),
            cloud=0.95,
        )
    if weather == "storm":
        sky = vary(grey, light=-0.24)
        sky[-2:] = vary(grey[-2:], light=-0.1)  # a gap of light above the horizon
        return replace(
            light,
            sky=sky,
            haze=vary(light.haze, chroma=0.4, light=-0.24),
            sun=light.sun * np.float32(0.3),
            ambient=vary_power(light.ambient, 0.6, 0.8),
            mist=0.5,
            cloud=1.0,
        )
    if weather == "wind":
        return replace(light, cloud=max(light.cloud, 0.6))
    return light


def vary_power(lamp: Colour, chroma: float, power: float) -> Colour:
    """A lamp with its chroma and its power multiplied."""
    top = float(lamp.max())
    return np.asarray(vary(lamp / top, chroma=chroma) * np.float32(top * power), np.float32)


def _felt(light: Light, mood: str | None) -> Light:
    if mood == "calm":
        return replace(light, cloud=min(light.cloud, 0.3), mist=min(1.0, light.mist + 0.12))
    if mood == "dramatic":
        sky = vary(light.sky, chroma=1.15)
        sky[:2] = vary(sky[:2], light=-0.07)
        return replace(
            light,
            sky=sky,
            cloud=max(light.cloud, 0.8),
            ambient=light.ambient * np.float32(0.75),
            sun=light.sun * np.float32(1.2),
            glow=0.7,
        )
    if mood == "dreamy":
        return replace(
            light,
            sky=vary(light.sky, chroma=0.95, light=0.05, hue=-8),
            mist=min(1, light.mist + 0.25),
            glow=1.0,
        )
    if mood == "gloomy":
        return replace(
            light,
            sky=vary(light.sky, chroma=0.5, light=-0.06),
            haze=vary(light.haze, chroma=0.5, light=-0.05),
            sun=light.sun * np.float32(0.5),
            cloud=0.85,
        )
    if mood == "cheerful":
        return replace(light, sky=vary(light.sky, chroma=1.2), ambient=light.ambient * np.float32(1.08), chroma=1.2)
    if mood == "cosy":
        return replace(
            light, sun=_tinted(light.sun, colour("amber"), 0.35), haze=steer(light.haze, colour("peach"), 0.3)
        )
    if mood == "cold":
        return replace(
            light,
            sun=_tinted(light.sun, colour("azure"), 0.25),
            haze=steer(light.haze, colour("azure"), 0.35),
            ambient=_tinted(light.ambient, colour("azure"), 0.4),
        )
    return light
