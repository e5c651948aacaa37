"""Finding a template, a style or a format by what somebody types: other words for the same, and words with
a slip in them."""

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Generic, Literal, TypeVar

from gesso.presets.platforms import PLATFORMS, Format
from gesso.presets.styles import GROUPS, Style
from gesso.presets.templates import CATEGORIES, Template

T = TypeVar("T", Style, Template, Format)

Kind = Literal["platform", "shape", "use", "title", "category", "size"]

SLIP: Final = 0.75
"""How alike two words are, 0..1, where one is taken for a slip of the other."""
ENOUGH: Final = 0.5
"""The share of the words asked for that something found has to answer."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is recommended: `value` is what of it fits, in its own words."""

    kind: Kind
    value: str


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """`score` orders what was found; `why` says what of it fitted."""

    item: T
    score: float
    why: tuple[Reason, ...]


def _meanings() -> dict[str, tuple[str, str]]:
    """Each word with its name and the kind of its meaning."""
    told = tomllib.loads((Path(__file__).parent / "synonyms.toml").read_text("utf-8"))
    return {
        _plain(word): (_plain(line.split()[0]), kind)
        for kind, lines in told.items()
        for line in lines
        for word in line.split()
    }


def _plain(word: str) -> str:
    """Lower case, without accents; ß as ss."""
    bare = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in bare if not unicodedata.combining(sign)).replace("-", "")


_MEANINGS: Final = _meanings()
_SAYS_NOTHING: Final = frozenset(
    """
    a an the for of on in at to with and or my our your we i need want make create some new image picture pictures
    photo graphic that is it me please
    ein eine einen einer der die das den dem für fur von auf im am zu mit und oder mein unser ich wir brauche will
    möchte mochte bild bilder foto bitte neues neue neuen
    """.split()  # noqa: SIM905
)
_WORD: Final = re.compile(r"\d+\s*[x×:]\s*\d+|[^\W_]+(?:-[^\W_]+)*")


def search(text: str, among: Iterable[T]) -> list[Found[T]]:
    """What answers at least half of the words, the best first; all of it, as it stands, where nothing is asked."""
    every = list(among)
    asked = _asked(text)
    if not asked:
        return [Found(each, 0.0, ()) for each in every]
    index = [(each, dict(_spoken(each))) for each in every]
    vocabulary = frozenset(word for _, known in index for word in known)
    meant = [_meant(word, vocabulary) for word in asked]
    found = []
    for each, known in index:
        hits = [_best(ways, known) for ways in meant]
        answered = [hit for hit in hits if hit is not None]
        if len(answered) < max(1, ENOUGH * len(asked)):
            continue
        score = sum(hit[0] for hit in answered) * (len(answered) / len(asked))
        found.append(Found(each, round(score, 4), tuple(dict.fromkeys(hit[1] for hit in answered))))
    return sorted(found, key=lambda one: -one.score)


def recommend(sentence: str, among: Iterable[Template], most: int = 6) -> list[Found[Template]]:
    """The templates that a sentence asks for: where it goes, its shape and what it is for count, the rest does not."""
    asked = _asked(sentence)
    every = list(among)
    index = [(each, dict(_spoken(each))) for each in every]
    vocabulary = frozenset(word for _, known in index for word in known)
    meant = [_meant(word, vocabulary) for word in asked]
    platforms = {way for ways in meant for way, _ in ways if _kind(way) == "platforms"}
    shapes = {way for ways in meant for way, _ in ways if _kind(way) == "shapes"}
    found = []
    for each, known in index:
        hits = [hit for ways in meant if (hit := _best(ways, known)) is not None]
        score = sum(hit[0] for hit in hits)
        if not hits:
            continue
        # A sentence that names the place, or the shape, means it.
        if platforms and not platforms & set(known):
            score *= 0.2
        if shapes and not shapes & set(known):
            score *= 0.3
        found.append(Found(each, round(score, 4), tuple(dict.fromkeys(hit[1] for hit in hits))))
    found.sort(key=lambda one: -one.score)
    best = found[0].score if found else 0.0
    return [one for one in found if one.score >= best * 0.35][:most]


def shape(width: int, height: int) -> str:
    """Square, portrait or landscape."""
    if 0.95 < width / height < 1.05:
        return "square"
    return "portrait" if height > width else "landscape"


def _asked(text: str) -> list[str]:
    words = [_plain(re.sub(r"\s*[x×]\s*", "x", word)) for word in _WORD.findall(text[:400])]
    return [word for word in dict.fromkeys(words) if word not in _SAYS_NOTHING]


def _kind(word: str) -> str:
    return _MEANINGS.get(word, ("", ""))[1]


@lru_cache(512)
def _meant(word: str, vocabulary: frozenset[str]) -> tuple[tuple[str, float], ...]:
    """The words of the vocabulary that a word may mean, each with how sure that is."""
    ways: dict[str, float] = {}

    def add(way: str, sure: float) -> None:
        ways[way] = max(ways.get(way, 0.0), sure)

    for form in _forms(word):
        if form in vocabulary:
            add(form, 1.0)
        if form in _MEANINGS:
            add(_MEANINGS[form][0], 0.95)
    if len(word) >= 3:
        for known in vocabulary:
            if known.startswith(word) and known != word:
                add(known, 0.8 if len(word) > 3 else 0.6)
    if not ways and len(word) >= 4:
        for near in difflib.get_close_matches(word, vocabulary | _MEANINGS.keys(), 3, SLIP):
            sure = 0.7 * difflib.SequenceMatcher(None, word, near).ratio()
            add(_MEANINGS[near][0] if near in _MEANINGS else near, sure)
    return tuple(ways.items())


def _forms(word: str) -> Sequence[str]:
    """The word, and what it may be the plural of."""
    return [word, *(word[: -len(end)] for end in ("s", "es", "en", "n") if word.endswith(end) and len(word) > 4)]


def _best(
    ways: tuple[tuple[str, float], ...], known: Mapping[str, tuple[float, Reason]]
) -> tuple[float, Reason] | None:
    hits = [(sure * known[way][0], known[way][1]) for way, sure in ways if way in known]
    return max(hits, key=lambda hit: hit[0], default=None)


def _spoken(item: Style | Template | Format) -> Iterator[tuple[str, tuple[float, Reason]]]:
    """The words by which something is found, with what each weighs; the heaviest last, so that it stays."""
    told = list(
        _template(item) if isinstance(item, Template) else _style(item) if isinstance(item, Style) else _format(item)
    )
    for weight, text, reason in sorted(told, key=lambda one: one[0]):
        for word in _WORD.findall(text):
            plain = _plain(word)
            if plain in _SAYS_NOTHING:
                continue
            for form in _forms(plain):
                yield form, (weight, reason)
                if form in _MEANINGS:
                    yield _MEANINGS[form][0], (weight, reason)


def _template(item: Template) -> Iterator[tuple[float, str, Reason]]:
    own = Reason("title", item.title)
    yield 1.0, " ".join(item.words), own
    yield 0.5, item.style.replace("_", " "), own
    for use in item.use_cases:
        yield 2.0, use, Reason("use", use)
    category = CATEGORIES.get(item.category, item.category)
    yield 1.6, f"{category} {item.category.replace('_', ' ')}", Reason("category", category)
    yield 2.5, item.title, own
    form = shape(item.width, item.height)
    yield 2.6, form, Reason("shape", form)
    yield 3.0, f"{item.width}x{item.height}", Reason("size", f"{item.width} x {item.height}")
    yield 3.0, f"{item.platform} {item.platform_title}", Reason("platform", item.platform_title)


def _style(item: Style) -> Iterator[tuple[float, str, Reason]]:
    own = Reason("title", item.title)
    yield 0.6, item.text, own
    yield 1.2, GROUPS.get(item.group, item.group), Reason("category", GROUPS.get(item.group, item.group))
    yield 2.0, " ".join([*item.words, *item.native.values()]), own
    yield 3.0, f"{item.title} {item.id.replace('_', ' ')}", own


def _format(item: Format) -> Iterator[tuple[float, str, Reason]]:
    own = Reason("title", item.title)
    place = PLATFORMS.get(item.platform)
    if place is not None:
        yield 1.0, " ".join(place.words), Reason("platform", place.title)
        names = " ".join([item.platform.replace("_", " "), place.title, *place.aka])
        yield 3.0, names, Reason("platform", place.title)
    yield 1.2, f"{item.kind} {'round avatar' if item.round else ''}", own
    yield 2.5, item.title, own
    form = shape(item.width, item.height)
    yield 1.5, form, Reason("shape", form)
    yield 3.0, f"{item.width}x{item.height}", Reason("size", f"{item.width} x {item.height}")
