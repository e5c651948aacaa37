"""Words that mean much the same, in English and in German: what a picture is looked for by need not be what was said
of it. Our own small dictionary, as data."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class _Concept:
    """The first word of each language is its name there."""

    english: tuple[str, ...]
    german: tuple[str, ...]

    def words(self) -> tuple[str, ...]:
        return self.english + self.german


def kin(word: str) -> tuple[str, ...]:
    """The word itself and all that mean much the same, in lower case."""
    folded = _folded(word)
    found = [folded, *(_folded(each) for concept in _known().get(folded, ()) for each in concept.words())]
    return tuple(dict.fromkeys(found))


def meant(text: str) -> list[tuple[str, ...]]:
    """Of each word of the text itself and the others for the same: an asset that is meant has one of each."""
    return [kin(word) for word in _folded(text).split()[:10]]


def concepts(text: str, language: str) -> list[str]:
    """What a text is about, as far as the dictionary knows, by its names in that language: in the order of the text."""
    words = [_folded(word) for word in _WORD.findall(text)]
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    known = _known()
    found = [concept for word in (*pairs, *words) for concept in known.get(word, ())]
    names = [concept.german[0] if language == "de" else concept.english[0] for concept in found]
    return list(dict.fromkeys(names))


@cache
def _known() -> dict[str, list[_Concept]]:
    """By each word the concepts that it stands for."""
    known: dict[str, list[_Concept]] = {}
    for concept in _read():
        for word in dict.fromkeys(map(_folded, concept.words())):
            known.setdefault(word, []).append(concept)
    return known


def _read() -> Iterator[_Concept]:
    for line in (files("gesso.library") / "synonyms.txt").read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        english, _, german = line.partition(":")[2].partition("|")
        yield _Concept(_listed(english), _listed(german))


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(","))


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()
