"""A prompt in another manner by rules: what it shows stays, word for word; what it says of medium, light, colour, lens
and mood gives way. English and German."""

import random
import re
from dataclasses import dataclass
from typing import Final

from gesso.imaging.wording.enhance import MEDIUM, STYLED, Both, spoken, styled, topic
from gesso.imaging.wording.language import language


@dataclass(frozen=True)
class Restyled:
    """`said` is what no rule knew and was added as it stands; "" where there was no such thing."""

    text: str
    said: str = ""


@dataclass(frozen=True)
class _Manner:
    """`words` are those by which it is asked for; `medium` takes the place of the prompt's own; of the `clauses` two
    are said; what is said of `instead` goes."""

    words: str
    medium: Both | None
    clauses: tuple[Both, ...]
    instead: frozenset[str] = frozenset({"light", "lens", "mood", "colour", "detail"})


_LOOK: Final = frozenset({"light", "lens", "mood", "colour", "detail", "medium"})
_MANNERS: Final = {
    "cinematic": _Manner(r"cinematic|film(?:ic| still)?|movie|filmisch|kino\w*", ("film still", "Filmstill"), (
        ("anamorphic lens, shallow depth of field", "anamorphotisches Objektiv, geringe Schärfentiefe"),
        ("motivated light with deep shadows", "motiviertes Licht mit tiefen Schatten"),
        ("restrained teal and amber grading", "zurückhaltende Farbgebung in Petrol und Bernstein"),
        ("fine film grain", "feines Filmkorn"))),
    "photographic": _Manner(r"photo\w*|realis\w*|foto\w*|natürlich\w*|natural", ("photograph", "Fotografie"), (
        ("natural light", "natürliches Licht"),
        ("50 mm lens, sharp where it matters", "50-mm-Objektiv, scharf, wo es zählt"),
        ("true colours", "naturgetreue Farben"))),
    "editorial": _Manner(r"editorial|magazine?|fashion|vogue|magazin\w*|mode\w*",
        ("editorial photograph", "Magazinfoto"), (
        ("large soft light from one side", "großes weiches Licht von einer Seite"),
        ("confident, asymmetric composition", "selbstbewusster, asymmetrischer Bildaufbau"),
        ("a refined, limited palette", "eine feine, begrenzte Palette"))),
    "painterly": _Manner(r"painterly|painted|painting|malerisch\w*|gemalt\w*", ("oil painting", "Ölgemälde"), (
        ("visible brush strokes", "sichtbare Pinselstriche"),
        ("layered colour with soft and hard edges", "geschichtete Farben mit weichen und harten Kanten"),
        ("warm light", "warmes Licht"))),
    "graphic": _Manner(r"graphic\w*|flat|vector|poster|grafisch\w*|plakat\w*|flach\w*",
        ("flat illustration", "flache Illustration"), (
        ("few bold shapes with clean edges", "wenige kräftige Formen mit sauberen Kanten"),
        ("a small, deliberate palette", "eine kleine, bewusst gewählte Palette"),
        ("generous empty space", "viel leerer Raum"))),
    "minimal": _Manner(r"minimal\w*|simple|simpler|calmer|reduced|einfach\w*|schlicht\w*|ruhiger|reduziert\w*", None, (
        ("reduced to the essential", "auf das Wesentliche reduziert"),
        ("generous empty space", "viel leerer Raum"),
        ("two or three quiet tones", "zwei oder drei ruhige Töne"))),
    "dramatic": _Manner(r"dramatic\w*|epic|dramatisch\w*|episch\w*", None, (
        ("hard light from one side, deep shadows", "hartes Licht von einer Seite, tiefe Schatten"),
        ("strong contrast", "starker Kontrast"),
        ("seen from a low angle", "aus der Froschperspektive gesehen"))),
    "dreamy": _Manner(r"dream\w*|soft\w*|ethereal|verträumt\w*|traum\w*|weich\w*|zart\w*", None, (
        ("hazy, glowing light", "dunstiges, leuchtendes Licht"),
        ("pastel tones", "Pastelltöne"),
        ("soft focus", "weiche Zeichnung"))),
    "cheerful": _Manner(
        r"cheerful|happy|happier|bright\w*|playful|colou?rful|fröhlich\w*|bunt\w*|hell\w*|verspielt\w*", None, (
        ("bright, friendly light", "helles, freundliches Licht"),
        ("vivid, clear colours", "lebhafte, klare Farben"),
        ("a playful mood", "eine verspielte Stimmung"))),
    "dark": _Manner(r"dark\w*|gloom\w*|noir|moody|dunk\w*|düster\w*|finster\w*", None, (
        ("low-key light", "Low-Key-Licht"),
        ("deep, desaturated tones", "tiefe, entsättigte Töne"),
        ("a brooding mood", "eine düstere Stimmung"))),
    "vintage": _Manner(r"vintage|retro|old[- ]fashioned|nostalg\w*|altmodisch\w*|alt",
        ("vintage photograph", "altes Foto"), (
        ("faded colours", "verblasste Farben"),
        ("soft vignette and grain", "weiche Vignette und Korn"),
        ("warm, uneven light", "warmes, ungleichmäßiges Licht"))),
    "futuristic": _Manner(r"futur\w*|sci-?fi|cyber\w*|zukunft\w*|futuristisch\w*", None, (
        ("cool light with neon accents", "kühles Licht mit Neonakzenten"),
        ("clean surfaces and precise reflections", "klare Oberflächen und präzise Spiegelungen"),
        ("a sleek, technical mood", "eine elegante, technische Stimmung"))),
}  # fmt: skip
MANNERS: Final = tuple(_MANNERS)
_LESS: Final = re.compile(r"(?<!\w)(?:less|fewer|no|without|weniger|ohne|kein\w*)(?!\w)", re.IGNORECASE)
_KEPT: Final = re.compile(r"[\"“”«»„][^\"“”«»„]{1,200}[\"“”«»„]|\{[^{}]*\}")
_ASKED: Final = re.compile(
    r"^(?:please |bitte )?"
    r"(?:make (?:it|this)|turn (?:it|this) into|as|in|like|more|mach(?:e)? (?:es|das)|als|im|wie|mehr)\s+"
    r"(?:an? |ein(?:e|en|em)? )?",
    re.IGNORECASE,
)
_OF: Final = re.compile(
    rf"^(?:(?:an?|the|eine?)\s+)?(?:[\w-]+\s+){{0,2}}?(?:{MEDIUM}|{STYLED.pattern})(?:\s+(?:{MEDIUM}))*\s+(?=(?:of|von)\s)",
    re.IGNORECASE,
)
_NAMES: Final = re.compile(rf"(?<!\w)(?:{MEDIUM}|{STYLED.pattern})(?!\w)", re.IGNORECASE)


def restyled(prompt: str, tone: str, *, towards: str = "", seed: int = 0) -> Restyled | None:
    """The prompt in this manner, or, where they are told, in that of the words `towards`; the same for the same seed.
    None in a language that no rule knows."""
    code = language(prompt)
    if code not in ("en", "de"):
        return None
    german = code == "de"
    pick = random.Random(f"{seed} {prompt}")
    manner: _Manner | None = _MANNERS[tone]
    own = ""
    if towards := " ".join(towards.split()):
        manner, own = _asked(towards, german)
    medium = own or (manner.medium[german] if manner and manner.medium else "")
    instead = (manner.instead if manner else frozenset()) | (frozenset({"medium", "lens"}) if medium else frozenset())
    kept: list[str] = []

    def away(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\0{len(kept) - 1}\0"

    masked = _KEPT.sub(away, " ".join(prompt.split()))
    first, *rest = re.split(r"\s*,\s*", masked.rstrip(" .,;"))
    left = [each for each in rest if not (spoken(each) & instead and not topic(each) and "\0" not in each)]
    parts = [first, *left]
    if medium:
        named = _OF.sub(f"{medium} ", first) if _OF.search(first) else _NAMES.sub(medium, first, count=1)
        parts = [named, *left] if named != first or medium.lower() in first.lower() else [first, *left, medium]
    if manner:
        added = [each[german] for each in pick.sample(manner.clauses, k=min(2, len(manner.clauses)))]
        parts += [each for each in added if each.lower() not in masked.lower()]
    said = "" if manner or own else _ASKED.sub("", towards).strip(" .!") or towards
    text = ", ".join([*parts, *([said] if said else [])])
    return Restyled(re.sub(r"\0(\d+)\0", lambda found: kept[int(found[1])], text), said)


def _asked(towards: str, german: bool) -> tuple[_Manner | None, str]:
    """What of a wish rules can grant: a manner, and the name of a medium or style."""
    named = _NAMES.search(towards)
    style = styled(towards, german) or (named[0] if named else "")
    if _LESS.search(towards):
        return None, style
    fits = (each for each in _MANNERS.values() if re.search(rf"(?<!\w)(?:{each.words})(?!\w)", towards, re.IGNORECASE))
    found = next(fits, None)
    # A medium that is named counts more than the one that a manner brings along.
    return (found if not style or (found and not found.medium) else None), style
