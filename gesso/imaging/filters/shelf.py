"""The filters, as data: what each is called, what can be set and how far, and the steps that it is made of.

Everything is said in terms of `steps` and `program`, so whoever has those (this server; a browser with shaders) has the
filters. Parameters called `amount` are shares 0..1; lengths are shares of the short side, angles degrees clockwise.
"""

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from gesso.imaging.filters.steps import (
    Blur,
    Curve,
    Keep,
    Kernel,
    Look,
    Matrix,
    Mix,
    Motion,
    Noise,
    Paint,
    Radial,
    Smooth,
    Step,
    Warp,
)

Group = Literal["colour", "light", "blur", "art", "distortion", "texture", "vintage"]


@dataclass(frozen=True)
class Parameter:
    """A number that can be set. `unit` is "" for a share or a factor, "°" for an angle, "short" for a length."""

    name: str
    low: float
    high: float
    usual: float
    unit: str = ""


@dataclass(frozen=True)
class Filter:
    """`strength` 0..1, which every filter has beside its own parameters, mixes the result with the picture."""

    name: str
    title: str
    group: Group
    parameters: tuple[Parameter, ...]
    steps: tuple[Step, ...]


def _amount(usual: float = 0.5, name: str = "amount", low: float = 0.0, high: float = 1.0) -> Parameter:
    return Parameter(name, low, high, usual)


def _length(usual: float, high: float, name: str = "radius", low: float = 0.0) -> Parameter:
    return Parameter(name, low, high, usual, "short")


def _angle(usual: float, low: float = 0, high: float = 360) -> Parameter:
    return Parameter("angle", low, high, usual, "°")


_GREY: Final = ((0.2126, 0.7152, 0.0722, 0.0),) * 3


def _toned(dark: tuple[float, ...], light: tuple[float, ...]) -> Matrix:
    """Grey between two colours, `amount` of the way."""
    rows = []
    for channel in range(3):
        span = light[channel] - dark[channel]
        own = [f"amount * {span * share:.5f}" for share in (0.2126, 0.7152, 0.0722)]
        own[channel] += " + 1 - amount"
        rows.append((own[0], own[1], own[2], f"amount * {dark[channel]:.5f}"))
    return Matrix(tuple(rows))


ALL: Final = (
    # --- colour
    Filter(
        "mono",
        "Black and white",
        "colour",
        (_amount(0.3, "red"), _amount(0.59, "green"), _amount(0.11, "blue")),
        (
            Matrix(
                (
                    (
                        "red / (red + green + blue + 0.001)",
                        "green / (red + green + blue + 0.001)",
                        "blue / (red + green + blue + 0.001)",
                        0,
                    ),
                )
                * 3
            ),
        ),
    ),
    Filter(
        "noir",
        "Noir",
        "colour",
        (_amount(),),
        (
            Look(
                "t = here.r * 0.45 + here.g * 0.45 + here.b * 0.1\n"
                "s = smoothstep(0.02, 0.98, t)\n"
                "c = mix(t, smoothstep(0.05, 0.95, s), 0.35 + 0.65 * amount)\n"
                "vec3(c, c, c)"
            ),
            Mix("here * (1 - 0.55 * amount * smoothstep(0.45, 1.05, far))"),
        ),
    ),
    Filter(
        "warm",
        "Warm",
        "colour",
        (_amount(),),
        (
            Look(
                "t = linear(here) * vec3(1 + 0.28 * amount, 1 + 0.02 * amount, 1 - 0.3 * amount)\n"
                "encoded(t * luma(linear(here)) / max(luma(t), 0.0001))"
            ),
        ),
    ),
    Filter(
        "cool",
        "Cool",
        "colour",
        (_amount(),),
        (
            Look(
                "t = linear(here) * vec3(1 - 0.26 * amount, 1 + 0.01 * amount, 1 + 0.32 * amount)\n"
                "encoded(t * luma(linear(here)) / max(luma(t), 0.0001))"
            ),
        ),
    ),
    Filter(
        "vivid",
        "Vivid",
        "colour",
        (_amount(),),
        (
            Curve("mix(x, smoothstep(0, 1, x), 0.35 * amount)"),
            Matrix(
                (
                    ("0.2126 + 0.7874 * (1 + 0.55 * amount)", "-0.7152 * 0.55 * amount", "-0.0722 * 0.55 * amount", 0),
                    ("-0.2126 * 0.55 * amount", "0.7152 + 0.2848 * (1 + 0.55 * amount)", "-0.0722 * 0.55 * amount", 0),
                    ("-0.2126 * 0.55 * amount", "-0.7152 * 0.55 * amount", "0.0722 + 0.9278 * (1 + 0.55 * amount)", 0),
                )
            ),
        ),
    ),
    Filter(
        "matte",
        "Matte",
        "colour",
        (_amount(),),
        (Look("c = mix(here, smoothstep(0, 1, here), 0.4)\nmix(c, 0.12 + 0.8 * c, amount)"),),
    ),
    Filter(
        "duotone",
        "Duotone",
        "colour",
        (Parameter("dark", 0, 360, 262, "°"), Parameter("light", 0, 360, 38, "°")),
        (
            Look(
                "t = smoothstep(0.03, 0.95, luma(here))\n"
                "a = dark * 0.01745\n"
                "b = light * 0.01745\n"
                "low = vec3(0.15 + 0.15 * cos(a), 0.13 + 0.13 * cos(a - 2.094), 0.2 + 0.2 * cos(a + 2.094))\n"
                "high = vec3(0.9 + 0.1 * cos(b), 0.84 + 0.14 * cos(b - 2.094), 0.8 + 0.18 * cos(b + 2.094))\n"
                "mix(low, high, t)"
            ),
        ),
    ),
    Filter(
        "teal_orange",
        "Teal and orange",
        "colour",
        (_amount(),),
        (
            Look(
                "t = luma(here)\n"
                "tint = mix(vec3(-0.1, 0.03, 0.09), vec3(0.09, 0.02, -0.1), smoothstep(0.2, 0.75, t))\n"
                "warm = here.r - here.b\n"
                "c = here + tint * amount\n"
                "c + vec3(0.1, 0.01, -0.08) * amount * clamp(warm * 2, -1, 1)"
            ),
        ),
    ),
    Filter(
        "cross",
        "Cross process",
        "colour",
        (_amount(),),
        (
            Look(
                "c = vec3(smoothstep(-0.02, 0.96, here.r), smoothstep(0.02, 1.02, here.g) * 0.97, "
                "0.13 + here.b * 0.72)\n"
                "mix(here, c, 0.3 + 0.7 * amount)"
            ),
        ),
    ),
    Filter(
        "bleach",
        "Bleach bypass",
        "colour",
        (_amount(),),
        (Look("t = luma(here)\nc = overlay(here, vec3(t, t, t))\nmix(here, mix(c, vec3(t, t, t), 0.25), amount)"),),
    ),
    Filter("invert", "Invert", "colour", (), (Matrix(((-1, 0, 0, 1), (0, -1, 0, 1), (0, 0, -1, 1))),)),
    Filter(
        "posterize",
        "Posterize",
        "colour",
        (Parameter("levels", 2, 12, 5),),
        (Curve("floor(clamp(x, 0, 0.9999) * levels) / (levels - 1)"),),
    ),
    # --- light
    Filter(
        "shadows",
        "Lift shadows",
        "light",
        (_amount(0.5, low=-1.0),),
        (
            Blur(0.03, to="around"),
            Mix("t = clamp(1 - luma(around) / 0.62)\nhere + amount * 0.75 * t * sqrt(t) * here * (1.25 - here)"),
        ),
    ),
    Filter(
        "highlights",
        "Tame highlights",
        "light",
        (_amount(0.5, low=-1.0),),
        (
            Blur(0.03, to="around"),
            Mix("t = clamp((luma(around) - 0.42) / 0.58)\nhere - amount * 0.42 * t * here * (1.35 - here)"),
        ),
    ),
    Filter(
        "ambient",
        "Ambient light",
        "light",
        (_amount(), Parameter("hue", 0, 360, 30, "°"), _angle(45)),
        (
            Mix(
                "a = hue * 0.01745\n"
                "lit = vec3(0.62 + 0.38 * cos(a), 0.62 + 0.38 * cos(a - 2.094), 0.62 + 0.38 * cos(a + 2.094))\n"
                "side = clamp(0.5 + 0.6 * (x * sin(angle * 0.01745) - y * cos(angle * 0.01745)))\n"
                "shade = mix(here * mix(1, 0.62, amount), screen(here, lit * 0.5 * amount), side)\n"
                "mix(shade, softlight(shade, lit), 0.6 * amount * side)"
            ),
        ),
    ),
    Filter(
        "glow",
        "Glow",
        "light",
        (_amount(), _length(0.02, 0.08)),
        (
            Keep("sharp"),
            Look("t = luma(here)\nhere * smoothstep(0.35, 0.95, t)"),
            Blur("radius"),
            Mix("screen(sharp, here * amount)"),
        ),
    ),
    Filter(
        "vignette",
        "Vignette",
        "light",
        (_amount(), _amount(0.45, "start")),
        (Mix("here * pow(1 - 0.9 * amount * smoothstep(start, 1.1, far), 0.4545)"),),
    ),
    Filter(
        "leak",
        "Light leak",
        "light",
        (_amount(), _angle(20)),
        (
            Noise("cloud", 0.5, 2),
            Mix(
                "d = x * cos(angle * 0.01745) + y * sin(angle * 0.01745)\n"
                "t = smoothstep(0.12, 0.85, d + 0.22 * (cloud.r - 0.5))\n"
                "screen(here, mix(vec3(0.85, 0.16, 0.05), vec3(1.0, 0.72, 0.3), t) * t * amount)"
            ),
        ),
    ),
    # --- blur and sharpness
    Filter("gaussian", "Blur", "blur", (_length(0.01, 0.1),), (Blur("radius"),)),
    Filter("motion", "Motion blur", "blur", (_length(0.03, 0.2, "length"), _angle(0)), (Motion("length", "angle"),)),
    Filter(
        "zoom",
        "Zoom blur",
        "blur",
        (_amount(0.12, high=0.5), _amount(0.5, "across"), _amount(0.5, "down")),
        (Radial(zoom="amount", x="across", y="down"),),
    ),
    Filter(
        "spin",
        "Spin blur",
        "blur",
        (_angle(6, 0, 45), _amount(0.5, "across"), _amount(0.5, "down")),
        (Radial(spin="angle", x="across", y="down"),),
    ),
    Filter(
        "tilt_shift",
        "Tilt-shift",
        "blur",
        (_length(0.012, 0.05), _amount(0.55, "down"), _amount(0.16, "width", high=0.6)),
        (
            Blur("radius", to="soft"),
            Blur("radius * 0.4", to="little"),
            Mix(
                "t = smoothstep(width, width + 0.3, abs(v - down))\n"
                "c = mix(mix(here, little, clamp(t * 2.5)), soft, smoothstep(0.3, 1, t))\n"
                "l = luma(c)\n"
                "l + (c - l) * 1.25"
            ),
        ),
    ),
    Filter(
        "dream",
        "Soft focus",
        "blur",
        (_amount(), _length(0.012, 0.05)),
        (Blur("radius", to="soft"), Mix("mix(here, softlight(screen(here, soft * 0.35), soft), amount)")),
    ),
    Filter(
        "sharpen",
        "Sharpen",
        "blur",
        (_amount(0.5, high=2.0), _length(0.002, 0.01)),
        (Blur("radius", to="soft"), Mix("d = luma(here) - luma(soft)\nhere + 1.6 * amount * clamp(d, -0.12, 0.12)")),
    ),
    # --- art
    Filter(
        "oil",
        "Oil painting",
        "art",
        (_length(0.01, 0.04, low=0.003), _amount(0.5, "relief")),
        (
            Paint("radius"),
            Paint("radius * 0.5"),
            Noise("bristle", 0.004, 2, 6),
            Keep("painted"),
            Kernel(((-1, -0.5, 0), (-0.5, 0, 0.5), (0, 0.5, 1)), add=0.5),
            Blur(0.001),
            Mix(
                "l = luma(painted)\n"
                "c = l + (painted - l) * 1.2\n"
                "c + relief * (1.1 * (luma(here) - 0.5) + 0.07 * (bristle.r - 0.5))"
            ),
        ),
    ),
    Filter(
        "watercolour",
        "Watercolour",
        "art",
        (_length(0.012, 0.04, low=0.004), _amount(0.5, "paper")),
        (
            Smooth("radius * 0.6", 0.12),
            Paint("radius * 0.7"),
            Keep("wash"),
            Blur("radius * 0.5", to="soft"),
            Noise("cloud", 0.12, 4),
            Noise("tooth", 0.0035, 2),
            Mix(
                "edge = clamp((luma(soft) - luma(wash)) * 3, 0, 0.35)\n"
                "l = luma(wash)\n"
                "c = screen(l + (wash - l) * 1.35, vec3(0.1, 0.1, 0.1))\n"
                "pool = 1 + 0.3 * (cloud.r - 0.5) - 0.6 * edge\n"
                "w = pow(clamp(c), 0.8) * pool\n"
                "lay = mix(vec3(0.985, 0.975, 0.95), w, clamp(1.35 - l * 0.55))\n"
                "lay * (1 - 0.22 * paper * (tooth.r - 0.42))"
            ),
        ),
    ),
    Filter(
        "pencil",
        "Pencil sketch",
        "art",
        (_amount(0.6, "dark"), _length(0.006, 0.03)),
        (
            Matrix(_GREY),
            Keep("tone"),
            Blur("radius", to="soft"),
            Noise("hatch", 0.0022, 2, 7),
            Noise("tooth", 0.0025, 2),
            Mix(
                "line = clamp(tone.r / max(soft.r, 0.02))\n"
                "stroke = pow(line, 2.5 + 5 * dark)\n"
                "shade = smoothstep(0.05, 0.75, tone.r)\n"
                "shaded = 1 - (1 - shade) * clamp(0.32 + 0.5 * (hatch.r - 0.3)) * dark * 1.2\n"
                "t = stroke * shaded * (1 - 0.14 * (tooth.r - 0.4))\n"
                "mix(vec3(0.13, 0.13, 0.15), vec3(0.985, 0.98, 0.965), clamp(t))"
            ),
        ),
    ),
    Filter(
        "charcoal",
        "Charcoal",
        "art",
        (_amount(0.6, "dark"),),
        (
            Smooth(0.006, 0.1),
            Matrix(_GREY),
            Keep("tone"),
            Blur(0.012, to="soft"),
            Noise("tooth", 0.003, 3),
            Noise("smear", 0.012, 2, 4),
            Mix(
                "line = clamp(tone.r / max(soft.r, 0.02))\n"
                "t = smoothstep(0.0, 0.85, tone.r + 0.16 * (smear.r - 0.5)) * pow(line, 2 + 4 * dark)\n"
                "grainy = smoothstep(0.42 - 0.4 * t, 0.95 - 0.55 * t, tooth.r * 0.75 + t * 0.55)\n"
                "t = clamp(0.35 * t + 0.7 * grainy * (0.25 + 0.75 * t))\n"
                "mix(vec3(0.1, 0.095, 0.09), vec3(0.95, 0.935, 0.9), t)"
            ),
        ),
    ),
    Filter(
        "comic",
        "Comic",
        "art",
        (Parameter("levels", 3, 9, 5), _amount(0.6, "ink")),
        (
            Smooth(0.006, 0.16),
            Keep("flat"),
            Blur(0.0016, to="near"),
            Blur(0.0042, to="away"),
            Mix(
                "l = luma(flat)\n"
                "band = (floor(clamp(l, 0, 0.999) * levels) + 0.5) / levels\n"
                "c = flat * (mix(l, band, 0.8) / max(l, 0.04))\n"
                "m = luma(c)\n"
                "line = smoothstep(0.004, 0.03, luma(away) - luma(near))\n"
                "(m + (c - m) * 1.45) * (1 - ink * line)"
            ),
        ),
    ),
    Filter(
        "halftone",
        "Halftone",
        "art",
        (_length(0.009, 0.04, "size", 0.003), _angle(30, 0, 90)),
        (
            Blur("size * 0.35"),
            Mix(
                "a = angle * 0.01745\n"
                "p = 6.2832 / size\n"
                "d = (sin((x * cos(a) + y * sin(a)) * p) * sin((y * cos(a) - x * sin(a)) * p) + 1) / 2\n"
                "t = pow(luma(here), 0.9)\n"
                "on = smoothstep(-0.09, 0.09, t - d * 0.94 - 0.03)\n"
                "l = luma(here)\n"
                "mix(clamp((here - l) * 0.9 + 0.13), vec3(0.985, 0.975, 0.945), on)"
            ),
        ),
    ),
    Filter(
        "pixelate",
        "Pixelate",
        "art",
        (_length(0.02, 0.1, "size", 0.004),),
        (
            Blur("size * 0.3"),
            Warp("(floor(x / size) + 0.5) * size", "(floor(y / size) + 0.5) * size"),
        ),
    ),
    Filter(
        "emboss",
        "Emboss",
        "art",
        (_amount(0.6),),
        (
            Matrix(_GREY),
            Blur(0.0012),
            Kernel(
                (
                    ("-3 * amount", "-1.5 * amount", 0),
                    ("-1.5 * amount", 0, "1.5 * amount"),
                    (0, "1.5 * amount", "3 * amount"),
                ),
                add=0.5,
            ),
        ),
    ),
    # --- distortion
    Filter(
        "wave",
        "Wave",
        "distortion",
        (_length(0.02, 0.1, "height"), _length(0.25, 1.0, "size", 0.05)),
        (Warp("x + height * sin(y * 6.2832 / size)", "y + height * 0.5 * sin(x * 6.2832 / size)"),),
    ),
    Filter(
        "ripple",
        "Ripple",
        "distortion",
        (_length(0.012, 0.06, "height"), _length(0.09, 0.5, "size", 0.02)),
        (
            Warp(
                "d = length(x, y)\nx + x / max(d, 0.001) * height * sin(d * 6.2832 / size) * exp(-1.2 * d)",
                "d = length(x, y)\ny + y / max(d, 0.001) * height * sin(d * 6.2832 / size) * exp(-1.2 * d)",
            ),
        ),
    ),
    Filter(
        "swirl",
        "Swirl",
        "distortion",
        (_angle(120, -720, 720), _length(0.45, 1.0, low=0.05)),
        (
            Warp(
                "t = clamp(1 - length(x, y) / radius)\na = angle * 0.01745 * t * t\nx * cos(a) - y * sin(a)",
                "t = clamp(1 - length(x, y) / radius)\na = angle * 0.01745 * t * t\nx * sin(a) + y * cos(a)",
            ),
        ),
    ),
    Filter(
        "bulge",
        "Bulge",
        "distortion",
        (_amount(0.5, low=-1.0), _length(0.45, 1.0, low=0.05)),
        (
            Warp(
                "t = clamp(1 - length(x, y) / radius)\nx * (1 - 0.6 * amount * smoothstep(0, 1, t))",
                "t = clamp(1 - length(x, y) / radius)\ny * (1 - 0.6 * amount * smoothstep(0, 1, t))",
            ),
        ),
    ),
    Filter(
        "tilt",
        "Perspective",
        "distortion",
        (_amount(0.3, "across", low=-1.0), _amount(0.0, "down", low=-1.0)),
        (
            Warp(
                "d = 1 + 0.7 * across * x + 0.7 * down * y\nx / d * (1 - 0.3 * abs(across) - 0.3 * abs(down))",
                "d = 1 + 0.7 * across * x + 0.7 * down * y\ny / d * (1 - 0.3 * abs(across) - 0.3 * abs(down))",
            ),
        ),
    ),
    Filter(
        "lens",
        "Fisheye",
        "distortion",
        (_amount(0.5, low=-1.0),),
        (
            Warp(
                "x * (1 + amount * 0.7 * (x * x + y * y)) / (1 + amount * 0.35)",
                "y * (1 + amount * 0.7 * (x * x + y * y)) / (1 + amount * 0.35)",
            ),
        ),
    ),
    # --- texture
    Filter(
        "paper",
        "Paper",
        "texture",
        (_amount(),),
        (
            Noise("fibre", 0.004, 3, 3),
            Noise("cloud", 0.25, 3),
            Mix(
                "t = 0.5 + 0.75 * amount * (0.55 * (fibre.r - 0.5) + 0.5 * (cloud.r - 0.5))\n"
                "c = softlight(mix(here, 0.06 + here * 0.9, amount), vec3(t, t, t))\n"
                "c * mix(vec3(1, 1, 1), vec3(1.0, 0.985, 0.945), amount)"
            ),
        ),
    ),
    Filter(
        "canvas",
        "Canvas",
        "texture",
        (_amount(), _length(0.006, 0.02, "size", 0.002)),
        (
            Noise("thread", 0.008, 2),
            Mix(
                "p = 6.2832 / size\n"
                "warp = sin(x * p + 0.9 * thread.r) * step(0.0, sin(y * p * 0.5) * sin(x * p * 0.5))\n"
                "weft = sin(y * p + 0.9 * thread.r) * step(sin(y * p * 0.5) * sin(x * p * 0.5), 0.0)\n"
                "t = 0.5 + amount * (0.2 * (warp + weft) + 0.12 * (thread.r - 0.5))\n"
                "softlight(here, clamp(vec3(t, t, t)))"
            ),
        ),
    ),
    Filter(
        "grain",
        "Film grain",
        "texture",
        (_amount(0.35), _length(0.0011, 0.004, "size", 0.0004)),
        (
            Noise("speck", "size", 2),
            Mix("t = luma(here)\nhere + (speck - 0.5) * amount * 0.5 * (0.35 + 2.6 * t * (1 - t))"),
        ),
    ),
    Filter(
        "own",
        "Your texture",
        "texture",
        (_amount(0.6),),
        (Mix("mix(here, softlight(here, texture), amount)"),),
    ),
    # --- vintage
    Filter(
        "sepia",
        "Sepia",
        "vintage",
        (_amount(0.8),),
        (_toned((0.11, 0.06, 0.035), (1.0, 0.94, 0.8)),),
    ),
    Filter(
        "vintage",
        "Vintage",
        "vintage",
        (_amount(0.6), _amount(0.3, "grain")),
        (
            Look(
                "l = luma(here)\n"
                "c = l + (here - l) * 0.72\n"
                "f = vec3(0.075 + 0.92 * smoothstep(-0.06, 1.0, c.r), 0.06 + 0.88 * smoothstep(-0.04, 1.04, c.g), "
                "0.115 + 0.7 * c.b)\n"
                "mix(here, f, amount)"
            ),
            Noise("speck", 0.0012, 2),
            Mix(
                "l = luma(here)\n"
                "c = here * (1 - 0.4 * amount * smoothstep(0.5, 1.1, far))\n"
                "c + (speck - 0.5) * grain * 0.4 * (0.4 + 2.4 * l * (1 - l))"
            ),
        ),
    ),
    Filter(
        "instant",
        "Instant film",
        "vintage",
        (_amount(0.7),),
        (
            Blur(0.0016),
            Look(
                "l = luma(here)\n"
                "c = l + (here - l) * 0.85\n"
                "f = vec3(0.06 + 0.93 * c.r, 0.075 + 0.87 * smoothstep(-0.08, 1.02, c.g), 0.12 + 0.76 * c.b)\n"
                "mix(here, screen(f, vec3(0.05, 0.03, 0.0)), amount)"
            ),
            Mix("here * (1 - 0.35 * amount * smoothstep(0.55, 1.1, far)) + 0.05 * amount * (1 - far)"),
        ),
    ),
    Filter(
        "daguerreotype",
        "Daguerreotype",
        "vintage",
        (_amount(0.8),),
        (
            Blur(0.0012),
            Look(
                "t = smoothstep(0.0, 0.95, here.r * 0.1 + here.g * 0.45 + here.b * 0.45)\n"
                "c = mix(vec3(0.075, 0.07, 0.075), vec3(0.86, 0.83, 0.77), t)\n"
                "mix(here, c, amount)"
            ),
            Noise("stain", 0.16, 4),
            Noise("speck", 0.0016, 2),
            Mix(
                "edge = smoothstep(0.45, 1.05, far + 0.5 * (stain.r - 0.5))\n"
                "c = here * (1 - 0.72 * amount * edge)\n"
                "mix(c, c + vec3(0.07, 0.05, 0.025), edge * amount) + (speck - 0.5) * 0.16 * amount"
            ),
        ),
    ),
)
SHELF: Final[dict[str, Filter]] = {one.name: one for one in ALL}


def described() -> list[dict[str, Any]]:
    """The whole specification as JSON would have it: each step with its `kind`."""
    return [
        asdict(one) | {"steps": [{"kind": type(step).__name__.lower(), **asdict(step)} for step in one.steps]}
        for one in ALL
    ]
