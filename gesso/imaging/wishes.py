"""Wishes for a picture in plain words, as far as rules can grant them: light, colour, filters, shape, background.

A sentence is cut into wishes at commas and “and”. Each names what it wants (“warmer”, “more contrast”, “crop to 4:5”)
and perhaps how much (“a bit”, “very”, “by 20 %”). English and German. What no rule knows is given back, so that it can
be said.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from gesso.imaging import backdrop, cutout, filters, geometry, recolour
from gesso.imaging.adjust import Amounts, adjust
from gesso.imaging.picture import Pixels

Report = Callable[[float], None]
Rgb = tuple[int, int, int]

MOST: Final = 24
_MUCH: Final = r"much|very|far|lots?|strong(?:ly)?|really|extremely|way|viel|sehr|stark|deutlich|extrem"
_LITTLE: Final = r"slightly|bit|little|touch|tad|somewhat|subtle|subtly|leicht|etwas|bisschen|wenig"
_LESS: Final = r"less|reduce|lower|decrease|fewer|weniger|reduziere?|senke?|verringere?"
_MORE: Final = r"more|increase|add|raise|boost|higher|mehr|erhöhe?|verstärke?"

_AMOUNTS: Final[tuple[tuple[str, dict[str, float]], ...]] = (
    (r"(?:lift|open|brighten)(?: up)?(?: the)? shadows?|(?:brighter|lighter) shadows?|schatten aufhellen|"
     r"hellere schatten", {"shadows": 0.6}),
    (r"(?:deepen|darken)(?: the)? shadows?|darker shadows?|dunklere schatten", {"shadows": -0.5}),
    (r"(?:recover|tame|lower)(?: the)? highlights?|darker highlights?|lichter (?:retten|abdunkeln)",
     {"highlights": -0.6}),
    (r"brighte(?:r|n)|lighte(?:r|n)|brightness|brighten(?: it)?(?: up)?|hell(?:er|igkeit)|aufhellen|mehr licht|"
     r"more light", {"brightness": 0.35}),
    (r"darke(?:r|n)|dunkler|abdunkeln", {"brightness": -0.35}),
    (r"over ?expose[d]?|exposure|belichtung", {"exposure": 0.6}),
    (r"under ?expose[d]?", {"exposure": -0.7}),
    (r"warm(?:er|th)?|wärmer|waermer|wärme", {"temperature": 0.4}),
    (r"cool(?:er)?|cold(?:er)?|kühler|kuehler|kälter|kaelter|kalt", {"temperature": -0.4}),
    (r"dramatic|dramatisch(?:er)?", {"contrast": 0.4, "clarity": 0.6}),
    (r"contrast(?:y|ier)?|punch(?:y|ier)?|kontrast(?:reicher|reich)?", {"contrast": 0.4}),
    (r"flat(?:ter)?|softer contrast|flacher|kontrastärmer", {"contrast": -0.4}),
    (r"desaturate[d]?|muted|faded colou?rs?|pale[r]?|blasser|entsättigt?|gedeckter", {"saturation": -0.5}),
    (r"saturat(?:ed|ion)|colou?rful|vivid(?: colou?rs?)?|vibran(?:t|ce|cy)|intense colou?rs?|colou?rs?|bunt(?:er)?|"
     r"farbig(?:er)?|farbenfroh(?:er)?|sättigung|kräftiger(?:e farben)?", {"saturation": 0.25, "vibrance": 0.5}),
    (r"sharp(?:er|en|ness)?|crisp(?:er)?|schärfer|schaerfer|schärfe|scharf", {"sharpness": 0.6}),
    (r"details?|clarity|texture|klarheit|detailreicher", {"clarity": 0.5}),
    (r"denoise[d]?|(?:remove|reduce|less)(?: the)? noise|entrausch(?:en|t)|rauschen entfernen|weniger rauschen",
     {"denoise": 0.6}),
    (r"pink(?:er)?|magenta|rosiger", {"tint": 0.4}),
    (r"green(?:er)?|grüner", {"tint": -0.4}),
)  # fmt: skip

_FILTERS: Final[tuple[tuple[str, str], ...]] = (
    (r"black (?:and|&) white|b ?& ?w|bw|mono(?:chrome)?|gr[ea]y ?scale|schwarz ?-? ?wei(?:ß|ss)|grau", "mono"),
    (r"film noir|noir", "noir"),
    (r"sepia", "sepia amount=0.85"),
    (r"polaroid|instant(?: film| photo)?|sofortbild", "instant"),
    (r"daguerreotype|19th century|daguerreotypie", "daguerreotype"),
    (r"vintage|retro|old[- ]?(?:photo|fashioned|school)?|nostalgi[ac]\w*|70s|1970s|analog(?:ue)?|alt(?:es foto)?",
     "vintage"),
    (r"cinematic|teal and orange|movie look|film look|kino(?:look)?", "teal_orange amount=0.7"),
    (r"cross[- ]process(?:ed)?", "cross"),
    (r"bleach bypass", "bleach"),
    (r"matte?(?: look)?", "matte"),
    (r"duo ?tone", "duotone"),
    (r"invert(?:ed)?|negative?|invertier(?:t|en)", "invert"),
    (r"posteri[sz]e[d]?", "posterize"),
    (r"(?:film )?grain(?:y)?|film ?korn|körnig|korn", "grain amount=0.5"),
    (r"vignette[d]?|dark(?:en(?:ed)?)? (?:corners|edges)|vignettierung", "vignette"),
    (r"light leaks?", "leak"),
    (r"glow(?:ing|y)?|bloom|leuchten", "glow"),
    (r"dream(?:y|like)|soft focus|verträumt|weichzeichner", "dream amount=0.8"),
    (r"tilt[- ]?shift|miniature|miniatur", "tilt_shift"),
    (r"motion blur|bewegungsunschärfe", "motion"),
    (r"zoom blur", "zoom"),
    (r"blur(?:red|ry)?|out of focus|unscharf|weichzeichnen|verschwommen", "gaussian"),
    (r"oil(?: paint(?:ing|ed)?)?|painting|painted|öl(?:gemälde|bild)?|gemälde", "oil"),
    (r"water ?colou?r(?: painting)?|aquarell", "watercolour"),
    (r"charcoal(?: drawing)?|kohle(?:zeichnung)?", "charcoal"),
    (r"pencil(?: sketch| drawing)?|sketch(?:ed)?|drawing|drawn|bleistift(?:zeichnung)?|zeichnung|skizze", "pencil"),
    (r"comic(?: book)?|cartoon|pop art", "comic"),
    (r"half ?tone|newspaper|raster", "halftone"),
    (r"pixel(?:ate[d]?| ?art)?|mosaic|verpixel(?:n|t)", "pixelate"),
    (r"emboss(?:ed)?|prägung", "emboss"),
    (r"paper(?: texture)?|papier", "paper"),
    (r"canvas(?: texture)?|leinwand", "canvas"),
    (r"swirl(?:ed)?|twirl", "swirl"),
    (r"fish ?eye", "lens"),
    (r"waves?|wavy", "wave"),
    (r"ripples?", "ripple"),
)  # fmt: skip

_GROUND: Final = r"(?:the |its |den |der )?(?:back ?ground|hintergrund)"
_QUIET: Final = frozenset(
    re.findall(
        r"\w+",
        "make it the a an this that picture image photo photograph look looks like as in to of with please "
        "and then style effect filter filters let lets turn give me my be is more less much very slightly bit "
        "little lot some by touch convert apply add put into its their all overall whole from for should "
        "would could can you i want mach mache das bild foto es ein eine einen bitte und dann mit im zu als "
        "stil wie noch so viel sehr etwas leicht mehr weniger bisschen soll sein gib ihm den die der dem tone "
        "tones mood feel light lighting up increase reduce boost raise lower strong strongly really ",
    )
)


_PATTERNS: Final = {
    "blurred ground": rf"(?:blur(?:red|ry)?|defocus) {_GROUND}|{_GROUND} (?:blur(?:red|ry)?|unscharf|out of focus)|"
    rf"{_GROUND} weichzeichnen",
    "no ground": rf"(?:remove|delete|cut out|erase|entferne?n?|ohne|no) {_GROUND}|transparent {_GROUND}|"
    rf"{_GROUND} (?:entfernen|weg|away)|cut out|freistellen",
    "ratio": r"(?:crop(?:ped)?|trim|cut|zuschneiden|schneide)?(?: it)?(?: to| auf| in)?(?: an?)? ?"
    r"(\d+(?:\.\d+)?) ?[:x/] ?(\d+(?:\.\d+)?)",
    "square": r"(?:crop(?:ped)? )?(?:to )?(?:an? )?square|quadratisch(?: zuschneiden)?",
    "upright": r"(?:crop(?:ped)? )?(?:to )?(?:an? )?(?:portrait|vertical) (?:format|crop|shape)|hochformat",
    "wide": r"(?:crop(?:ped)? )?(?:to )?(?:an? )?(?:landscape|horizontal|wide ?screen) (?:format|crop|shape)|"
    r"querformat",
    "level": r"straighten(?:ed)?|level(?:led)?(?: the)? horizon|begradige?n?|gerade richten",
    "angle": r"(?:rotate[d]?|turn(?:ed)?|drehe?n?)(?: it)?(?: by| um)? (-?\d+(?:\.\d+)?) ?(?:°|deg(?:rees?)?|grad)?"
    r"(?: to the| nach)? ?(left|right|links|rechts|clockwise|counter-?clockwise)?",
    "turn": r"(?:rotate[d]?|turn(?:ed)?|drehe?n?)(?: it)?(?: to the| nach)? (left|right|links|rechts)|"
    r"(?:rotate[d]?|drehen)",
    "flip": r"(?:flip(?:ped)?|mirror(?:ed)?|spiegeln?)(?: it)? ?"
    r"(vertical(?:ly)?|vertikal|horizontal(?:ly)?|senkrecht)?",
    "recolour": r"make|turn|change|recolou?r|paint|from|färbe?n?|mache?|ändere?|replace",
}
_ENDS: Final = {recolour.NAMES["white"]: (255, 255, 255), recolour.NAMES["black"]: (0, 0, 0)}
"""A background that is called white is white, and not the white of things."""


@dataclass(frozen=True)
class Wish:
    """One thing to do; exactly one of these is meant. `said` are the words for it."""

    said: str
    amounts: dict[str, float] = field(default_factory=dict)
    filter: filters.Link | None = None
    ratio: tuple[float, float] | None = None
    quarters: int = 0
    angle: float = 0.0
    level: bool = False
    flip: str = ""
    ground: Rgb | str | None = None
    colours: tuple[Rgb, Rgb] | None = None

    @property
    def reshapes(self) -> bool:
        """Whether the picture will have another size or lie otherwise."""
        return bool(self.ratio or self.quarters or self.angle or self.level or self.flip)


def read(text: str) -> tuple[tuple[Wish, ...], tuple[str, ...]]:
    """The wishes that rules can grant, in their order and at most 24, and the words that none of them knows."""
    wishes: list[Wish] = []
    lost: list[str] = []
    whole = re.sub(r"black and white", "black & white", text.lower())
    whole = re.sub(r"teal and orange", "cinematic", whole)
    for part in re.split(r"[,.;!\n](?!\d)|\b(?:and|then|und|dann|aber|but|plus)\b", whole):
        found, rest = _wishes(part)
        lost += [wish.said for wish in found[max(0, MOST - len(wishes)) :]]
        wishes += found[: max(0, MOST - len(wishes))]
        lost += [word for word in re.findall(r"[^\W\d_]{2,}", rest) if word not in _QUIET]
    return tuple(wishes), tuple(dict.fromkeys(lost))


def grant(
    pixels: Pixels, wishes: Sequence[Wish], *, seed: int = 0, report: Report | None = None
) -> tuple[Pixels, list[str]]:
    """The picture (H, W, 3 or 4) with the wishes granted one after another, and which of them were in vain."""
    vain = []
    steps = _together(wishes)
    for number, wish in enumerate(steps):
        made = _granted(pixels, wish, seed)
        if made is None:
            vain.append(wish.said)
        else:
            pixels = made
        if report is not None:
            report((number + 1) / len(steps))
    return pixels, vain


def _together(wishes: Sequence[Wish]) -> list[Wish]:
    """Amounts that follow each other are set at once, as on one desk."""
    joined: list[Wish] = []
    for wish in wishes:
        if joined and joined[-1].amounts and wish.amounts:
            before = joined[-1].amounts
            sums = {name: before.get(name, 0) + wish.amounts.get(name, 0) for name in {*before, *wish.amounts}}
            joined[-1] = replace(joined[-1], amounts=sums)
        else:
            joined.append(wish)
    return joined


def _granted(pixels: Pixels, wish: Wish, seed: int) -> Pixels | None:
    height, width = pixels.shape[:2]
    if wish.amounts:
        bound = {name: float(np.clip(value, *_BOUNDS.get(name, (-1, 1)))) for name, value in wish.amounts.items()}
        return adjust(pixels, Amounts(**bound), seed=seed)
    if wish.filter is not None:
        return filters.apply(pixels, [wish.filter], seed=seed)
    if wish.ratio is not None:
        shape = wish.ratio[0] / wish.ratio[1]
        across, down = min(width, max(1, round(height * shape))), min(height, max(1, round(width / shape)))
        return geometry.crop(pixels, (width - across) // 2, (height - down) // 2, across, down)
    if wish.quarters:
        return geometry.turn(pixels, wish.quarters)
    if wish.flip:
        return np.ascontiguousarray(pixels[:, ::-1] if wish.flip == "horizontal" else pixels[::-1])
    if wish.level or wish.angle:
        angle = geometry.level(pixels) if wish.level else wish.angle
        return geometry.rotate(pixels, angle, "crop", None) if angle else None
    if wish.ground is not None:
        return _grounded(pixels, wish.ground)
    if wish.colours is not None:
        found = recolour.by_colour(pixels, wish.colours[0])
        return recolour.recolour(pixels, found.mask, wish.colours[1]) if found.mask.any() else None
    return None


_BOUNDS: Final = {"exposure": (-4, 4), "sharpness": (0, 1), "denoise": (0, 1)}


def _grounded(pixels: Pixels, ground: Rgb | str) -> Pixels | None:
    made = cutout.remove(np.ascontiguousarray(pixels[..., :3]))
    if not made.confidence:
        return None
    height, width = pixels.shape[:2]
    if ground == "clear":
        return made.rgba
    if ground == "blur":
        return backdrop.over(made.rgba, backdrop.blurred(pixels[..., :3], made.rgba[..., 3], 0.02 * min(height, width)))
    return backdrop.over(made.rgba, backdrop.plain(width, height, ground))  # type: ignore[arg-type]


def _wishes(part: str) -> tuple[list[Wish], str]:
    """The wishes of one clause, and what is left of it."""
    wishes: list[Wish] = []
    rest = part
    scale = 1.6 if re.search(rf"\b(?:{_MUCH})\b", part) else 0.5 if re.search(rf"\b(?:{_LITTLE})\b", part) else 1.0
    if found := re.search(r"(?<!\d)(\d{1,4}(?:\.\d{1,3})?)\s*(?:%|percent|prozent)", part):
        scale = float(found[1]) / 40
        rest = rest.replace(found[0], " ")
    if re.search(rf"\b(?:{_LESS})\b", part):
        scale = -scale

    def take(pattern: str) -> re.Match[str] | None:
        nonlocal rest
        found = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", rest)
        if found:
            rest = f"{rest[: found.start()]} {rest[found.end() :]}"
        return found

    def wish(said: str, **what: object) -> None:
        wishes.append(Wish(" ".join(said.split()), **what))  # type: ignore[arg-type]

    if found := take(_PATTERNS["blurred ground"]):
        wish(found[0], ground="blur")
    if found := take(_PATTERNS["no ground"]):
        wish(found[0], ground="clear")
    for pattern in (rf"(\w+) {_GROUND}", rf"{_GROUND} (?:to |in |into )?(\w+)"):
        if (found := re.search(rf"(?<!\w){pattern}(?!\w)", rest)) and (colour := recolour.named(found[1])):
            rest = rest.replace(found[0], " ")
            wish(found[0], ground=_ENDS.get(colour, colour))
    if (found := take(_PATTERNS["ratio"])) and float(found[1]) and float(found[2]):
        wish(found[0], ratio=(float(found[1]), float(found[2])))
    for name, ratio in (("square", (1.0, 1.0)), ("upright", (4.0, 5.0)), ("wide", (16.0, 9.0))):
        if found := take(_PATTERNS[name]):
            wish(found[0], ratio=ratio)
    if found := take(_PATTERNS["level"]):
        wish(found[0], level=True)
    if found := take(r"upside down|auf den kopf"):
        wish(found[0], quarters=2)
    if found := take(_PATTERNS["angle"]):
        angle = -float(found[1]) if (found[2] or "").startswith(("l", "counter")) else float(found[1])
        wish(found[0], **({"quarters": round(angle / 90) % 4} if angle % 90 == 0 else {"angle": angle}))
    if found := take(_PATTERNS["turn"]):
        wish(found[0], quarters=3 if (found[1] or "").startswith("l") else 1)
    if found := take(_PATTERNS["flip"]):
        wish(found[0], flip="vertical" if (found[1] or "").startswith(("vert", "senk")) else "horizontal")
    colours = [(word, colour) for word in re.findall(r"[^\W\d_]+", rest) if (colour := recolour.named(word))]
    if len(colours) == 2 and take(_PATTERNS["recolour"]):
        # What is red is found by its colour, whatever it is called.
        rest = ""
        wish(part, colours=(colours[0][1], colours[1][1]))
    for pattern, amounts in _AMOUNTS:
        if found := take(pattern):
            # "Less dark" is said of nothing that is turned round again, and nobody asks for less denoising.
            way = abs(scale) if "denoise" in amounts or min(amounts.values()) < 0 else scale
            said = part if len(part.split()) <= 4 else found[0]
            wish(said, amounts={name: value * way for name, value in amounts.items()})
    for pattern, chain in _FILTERS:
        if found := take(pattern):
            link = filters.read(chain)[0]
            wish(found[0], filter=replace(link, strength=float(np.clip(abs(scale) if abs(scale) < 1 else 1, 0.2, 1))))
    return wishes, rest
