"""How much a prompt tells a model, from 0 to 100, by rules: with reasons, and for each a mend where there is one.

It weighs what is said, not whether it will please. English and German; of other languages only what needs no words.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from gesso.imaging.wording.enhance import MEDIUM, STYLED, clauses, fitting, spoken, topic
from gesso.imaging.wording.language import language

PARTS: Final = {"subject": 30, "light": 15, "composition": 15, "medium": 15, "mood": 15, "length": 10}
"""What can be gained."""
UNKNOWN: Final = 20
"""What cannot be gained in a language that rules do not know."""
LOSSES: Final = {"contradiction": 15, "negation": 10, "brackets": 10, "repetition": 8, "boosters": 5}
"""What each trouble costs."""
MOST: Final = 5
"""Negations that are mended, one by one."""
SUGGESTED: Final = 6
KNOWN: Final = ("en", "de")
SHORT: Final = 4
LONG: Final = 120
"""Words, beyond which models lose the thread."""

SAYS: Final = {
    "subject": "It says what is to be seen.",
    "no subject": "What is to be seen? Name a subject, and what it does.",
    "light": "It speaks of the light.",
    "no light": "The light is left open.",
    "composition": "It says how the picture is framed.",
    "no composition": "How the picture is framed is left open.",
    "medium": "It names a medium or a style.",
    "no medium": "Photograph, painting, drawing? The medium is left open.",
    "mood": "It speaks of mood, colour or surface.",
    "no mood": "Mood, colour and surface are left open.",
    "length": "It is neither too short nor too long.",
    "short": "It is very short: the model invents the rest.",
    "long": "It is very long: models forget what stands in the middle.",
    "language": "Rules know English and German; of other languages, light, framing and medium are not weighed.",
    "contradiction": "This contradicts itself.",
    "negation": "Models draw what is named, also after “no”. Leave it out under “Leave out” instead.",
    "brackets": "A bracket or a quotation mark is not closed.",
    "repetition": "Something is said twice.",
    "boosters": "These words say nothing about the picture.",
}
_BOOSTERS: Final = (
    r"masterpiece|best quality|high(?:est)? quality|ultra[- ]?(?:hd|detailed|realistic)|(?:4|8|16)k|uhd|hdr|"
    r"award[- ]winning|"
    r"trending on \w+|artstation|hyper[- ]?(?:detailed|realistic)|insanely detailed|stunning|amazing|meisterwerk|"
    r"beste qualität|höchste qualität|preisgekrönt|atemberaubend\w*"
)
_AGAINST: Final[tuple[tuple[str, str], ...]] = (
    (r"night\w*|midnight|nachts?|mitternacht",
     r"noon|midday|(?:bright |broad )?daylight|sunny|mittags?|tageslicht|sonnig\w*"),
    (r"sunny|clear sky|cloudless|sonnig\w*|wolkenlos\w*",
     r"overcast|rain\w*|thunderstorm|fog(?:gy)?|bewölkt\w*|regen\w*|gewitter|neblig\w*"),
    (r"black[- ]and[- ]white|monochrom\w*|schwarz[- ]wei(?:ß|ss)\w*|einfarbig\w*",
     r"colou?rful|vivid colou?rs|vibrant|bunt\w*|farbenfroh\w*|kräftige\w* farben"),
    (r"minimal\w*|schlicht\w*|reduziert\w*",
     r"cluttered|intricate|crowded|highly detailed|überladen\w*|detailreich\w*|verschnörkelt\w*"),
    (r"close[- ]?up|macro|headshot|nahaufnahme|makro",
     r"wide[- ]?(?:shot|angle)|panoram\w*|aerial|weitwinkel\w*|luftbild|weiter blick"),
    (r"photo(?:graph\w*)?|foto\w*",
     r"water ?colou?r|oil painting|pencil drawing|linocut|cartoon|vector|aquarell|ölgemälde|bleistiftzeichnung|"
     r"linolschnitt|comic"),
    (r"blurr?(?:ed|y)|out of focus|unscharf\w*", r"sharp focus|tack sharp|razor sharp|gestochen scharf"),
    (r"from above|bird'?s[- ]eye|top[- ]down|von oben|vogelperspektive",
     r"low angle|from below|von unten|froschperspektive"),
    (r"summer|sommer\w*", r"snow\w*|winter\w*|schnee\w*|verschneit\w*"),
    (r"high[- ]key|bright|hell\w*", r"low[- ]key|pitch[- ]dark|stockdunkel|düster\w*"),
)  # fmt: skip
_NEGATED: Final = re.compile(
    r"(?:[ \t]{0,4},)?[ \t]{0,4}(?<!\w)(?:(?:and|but|und|aber)\s+)?"
    r"(?:without(?: any)?|with no|no|don'?t (?:show|add|include)|ohne|mit kein\w*|kein(?:e|en|er|em)?)\s+"
    r"(?P<what>[^\W\d_][\w'-]*(?:\s+(?!with\b|in\b|at\b|on\b|and\b|under\b|mit\b|im\b|am\b|auf\b|und\b|bei\b)[^\W\d_][\w'-]*){0,2})",
    re.IGNORECASE,
)
_STANDING: Final = re.compile(r"(?:one|where|matter|doubt|frame|makeup|title)\b", re.IGNORECASE)
"""After “no”, these are not things that a picture might show."""
_QUOTED: Final = re.compile(r"[\"“”«»„][^\"“”«»„]{1,200}[\"“”«»„]")
_PAIRS: Final = {")": "(", "]": "[", "}": "{", "”": "“", "»": "«"}
_CLOSES: Final = {opens: closes for closes, opens in _PAIRS.items()}
_SMALL: Final = (
    "a an the of in on at with and or by some any very nice beautiful good great picture image photo thing something "
    "ein eine einen der die das von im mit und oder sehr schön schöne schönes bild foto etwas"
)
_THIN: Final = frozenset(_SMALL.split())


@dataclass(frozen=True)
class Mend:
    """The prompt, and what to leave out, as they would be afterwards."""

    prompt: str
    negative: str


@dataclass(frozen=True)
class Reason:
    """`points` were gained of `of`, or are lost where they are below 0; `what` is the place that is meant. `own` are
    the words of whoever weighed, where that was no rule."""

    code: str
    points: int
    of: int
    what: str = ""
    mend: Mend | None = None
    own: str = ""

    @property
    def said(self) -> str:
        return self.own or SAYS[self.code]


@dataclass(frozen=True)
class Score:
    value: int
    reasons: tuple[Reason, ...]


def score(prompt: str, *, negative: str = "", style: str = "", mends: bool = True) -> Score:
    """What a prompt is worth to a model. `negative` is what is to be left out, `style` one that is chosen beside the
    prompt. Without `mends` what is wrong is told, and nothing is taken out of the text."""
    if not prompt.strip():
        return Score(0, (Reason("no subject", 0, PARTS["subject"]),))
    gains = list(_gains(prompt, negative, style))
    losses = list(_losses(prompt, negative, mends))
    gained = 100 * sum(reason.points for reason in gains) // sum(reason.of for reason in gains)
    return Score(max(0, min(100, gained + sum(reason.points for reason in losses))), (*gains, *losses))


def answered(value: int, reasons: Iterable[Reason], more: Iterable[str]) -> dict[str, Any]:
    """As a run answers it, whoever weighed: `more` are words with which the prompt may go on."""
    return {
        "score": value,
        "reasons": [
            {
                "code": each.code,
                "points": each.points,
                "of": each.of,
                "message": each.said,
                "what": each.what,
                "mend": {"prompt": each.mend.prompt, "negative_prompt": each.mend.negative} if each.mend else None,
            }
            for each in reasons
        ],
        "suggestions": list(dict.fromkeys(more))[:SUGGESTED],
    }


def mended(prompt: str, negative: str, old: str, new: str, leave_out: str) -> Mend | None:
    """With other words in the place of `old`, or where that is none, at the end. None where nothing changes, where
    `old` is not said, or nothing would be left."""
    if old not in prompt:
        return None
    said = _joined(prompt, new) if new else prompt
    text = _tidy(prompt.replace(old, new, 1)) if old else said
    out = _also(negative, leave_out) if leave_out else negative
    return Mend(text, out) if text.strip() and (text, out) != (prompt, negative) else None


def _gains(prompt: str, negative: str, style: str) -> Iterator[Reason]:
    code = language(prompt)
    plain = _NEGATED.sub(" ", prompt)
    said = spoken(plain)
    bare = _QUOTED.sub(" ", plain)
    words = re.findall(r"[^\W\d_][\w'-]*", bare)
    german = code == "de"

    def added(clause: str) -> Mend:
        return Mend(_joined(prompt, clause), negative)

    told = _subject(bare)
    yield (
        Reason("subject", PARTS["subject"], PARTS["subject"])
        if told >= 2
        else Reason("subject" if told else "no subject", PARTS["subject"] * told // 2, PARTS["subject"])
    )
    if code in KNOWN:
        yield from _looks(plain, said, style, german, added)
    else:
        yield Reason("language", 0, UNKNOWN)
    most = PARTS["length"]
    if len(words) > LONG:
        yield Reason("long", 0, most)
    elif len(words) < SHORT and code not in ("zh", "ja", "ko"):
        yield Reason("short", 0, most)
    else:
        yield Reason("length", most, most)


def _looks(
    plain: str, said: frozenset[str], style: str, german: bool, added: Callable[[str], Mend]
) -> Iterator[Reason]:
    if said & {"light", "time", "weather"}:
        whole = PARTS["light"]
        yield Reason("light", whole if "light" in said or "time" in said else whole * 2 // 3, whole)
    else:
        yield Reason("no light", 0, PARTS["light"], mend=added(fitting(plain, "light", german)))
    if said & {"composition", "lens"}:
        yield Reason("composition", PARTS["composition"], PARTS["composition"])
    else:
        yield Reason("no composition", 0, PARTS["composition"], mend=added(fitting(plain, "composition", german)))
    if "medium" in said or style:
        yield Reason("medium", PARTS["medium"], PARTS["medium"])
    else:
        medium = (
            ("Illustration" if german else "illustration")
            if topic(plain) in ("graphic", "abstract")
            else ("Fotografie" if german else "photograph")
        )
        yield Reason("no medium", 0, PARTS["medium"], mend=added(medium))
    rich = len(said & {"mood", "colour", "detail"})
    if rich:
        yield Reason("mood", PARTS["mood"] if rich > 1 else PARTS["mood"] * 2 // 3, PARTS["mood"])
    else:
        yield Reason("no mood", 0, PARTS["mood"], mend=added("eine ruhige Stimmung" if german else "a calm mood"))


def _subject(text: str) -> int:
    """0 for nothing but light and style, 1 for a bare word, 2 for something that is told of."""
    if re.search(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{2}", text):
        return 2
    names = [MEDIUM, STYLED.pattern, _BOOSTERS]
    rest = re.sub(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", " ", text, flags=re.IGNORECASE)
    things = [
        word
        for clause in clauses(rest)
        if topic(clause) or not spoken(clause)
        for word in re.findall(r"[^\W\d_]{2,}", clause.lower())
        if word not in _THIN
    ]
    return min(2, len(things))


def _losses(prompt: str, negative: str, mends: bool) -> Iterator[Reason]:
    def loss(code: str, what: str, mended: str | None = None, leave: str | None = None) -> Reason:
        mend = Mend(_tidy(mended), negative if leave is None else leave) if mended is not None and mends else None
        return Reason(code, -LOSSES[code], 0, what, mend)

    bare = _QUOTED.sub(lambda found: " " * len(found[0]), prompt)
    for one, other in _AGAINST:
        first, second = _find(one, bare), _find(other, bare)
        if first and second and not _negated(bare, first) and not _negated(bare, second):
            later = max(first, second, key=lambda found: found.start())
            what = f"{first[0]} · {second[0]}"
            yield loss("contradiction", what, _without(prompt, later.start(), later.end()))
    for found in islice(_NEGATED.finditer(bare), MOST):
        what = found["what"].strip()
        if not _STANDING.match(what):
            left = prompt[: found.start()] + prompt[found.end() :]
            yield loss("negation", found[0].strip(" ,"), left if left.strip(" ,.") else None, _also(negative, what))
    if trouble := _unclosed(prompt):
        yield loss("brackets", trouble[0], trouble[1])
    seen: dict[str, str] = {}
    for clause in clauses(prompt):
        plain = clause.lower()
        if plain in seen and len(plain) > 3:
            again = prompt.lower().rfind(plain)
            yield loss("repetition", clause, _without(prompt, again, again + len(plain)))
            break
        seen[plain] = clause
    boosters = list(re.finditer(rf"(?<!\w)(?:{_BOOSTERS})(?!\w)", bare, re.IGNORECASE))
    if boosters:
        left = re.sub(rf"(?<!\w)(?:{_BOOSTERS})(?!\w)", "", prompt, flags=re.IGNORECASE)
        yield loss("boosters", ", ".join(found[0] for found in boosters), left if left.strip(" ,.") else None)


def _find(words: str, text: str) -> re.Match[str] | None:
    return re.search(rf"(?<!\w)(?:{words})(?!\w)", text, re.IGNORECASE)


def _negated(text: str, found: re.Match[str]) -> bool:
    return (
        re.search(r"(?:\bno|\bnot|\bwithout|\bohne|\bkein\w*|\bnicht)\s+$", text[: found.start()], re.IGNORECASE)
        is not None
    )


def _without(prompt: str, start: int, end: int) -> str:
    """Without these letters, and without the clause that they are the whole of."""
    return prompt[:start] + prompt[end:]


def _also(negative: str, what: str) -> str:
    known = [each.strip().lower() for each in negative.split(",")]
    return negative if what.lower() in known else ", ".join(filter(None, (negative.strip(" ,"), what)))


def _joined(prompt: str, clause: str) -> str:
    text = prompt.rstrip()
    if text.endswith((".", "!", "?", "…")):
        return f"{text} {clause[0].upper()}{clause[1:]}."
    return f"{text.rstrip(',;: ')}, {clause}"


def _unclosed(prompt: str) -> tuple[str, str] | None:
    """The first bracket that has no partner, and the prompt with that put right."""
    opened: list[tuple[str, int]] = []
    for at, char in enumerate(prompt):
        if char in "([{“«":
            opened.append((char, at))
        elif char in _PAIRS:
            if opened and opened[-1][0] == _PAIRS[char]:
                opened.pop()
            elif char in ")]}" and not (at and prompt[at - 1] in ":;-"):
                return char, prompt[:at] + prompt[at + 1 :]
    opened = [each for each in opened if each[0] not in "“«"]
    if opened:
        char, at = opened[-1]
        return char, prompt.rstrip() + _CLOSES[char] if prompt[at + 1 :].strip() else prompt[:at]
    return ('"', prompt.rstrip() + '"') if prompt.count('"') % 2 and not re.search(r"\d\"", prompt) else None


def _tidy(text: str) -> str:
    text = re.sub(r"[ \t]{2,}", " ", text)
    text = re.sub(r"[ \t]+(?=[,.;:!?])", "", text)
    text = re.sub(r",(?:\s*,)+", ",", text)
    text = re.sub(r"\b(?:in|at|under|bei|im|am|and|und|with|mit)\s*(?=[,.]|$)", "", text, flags=re.IGNORECASE)
    return re.sub(r"[ \t]+(?=[,.])", "", text).strip(" \t,")
