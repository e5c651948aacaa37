"""How a prompt may go on while it is typed: words and phrases that fit what stands before the cursor.

From what somebody has asked for before, the more the better it worked; from what rules know of light, framing and
style, in the prompt's language; and after two underscores, the names of lists.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from gesso.imaging.wording.enhance import clauses, phrases
from gesso.imaging.wording.language import language
from gesso.imaging.wording.stock import lists

Kind = Literal["yours", "phrase", "list"]

MOST: Final = 6
LEAST: Final = 2
"""Letters of a word before anything is suggested."""
WORDS: Final = 4
"""How far back a phrase may have begun."""

_CUT: Final = re.compile(r"[,.;:!?\n{}|()\[\]]")
_LISTED: Final = re.compile(r"__([\w-]*)$")


@dataclass(frozen=True)
class Suggestion:
    text: str
    kind: Kind


@dataclass(frozen=True)
class Suggestions:
    """Each takes the place of the letters from `start` to the cursor."""

    start: int
    items: tuple[Suggestion, ...]


def suggested(text: str, at: int, own: Mapping[str, float], names: Iterable[str] = ()) -> Suggestions:
    """What may stand at the cursor `at`. `own` are the clauses of earlier prompts by their worth, `names` those of
    lists."""
    before = text[:at]
    if text[at : at + 1].isalnum():
        return Suggestions(at, ())
    if listed := _LISTED.search(before):
        fits = sorted(name for name in {*lists(), *names} if name.startswith(listed[1].lower()))
        return Suggestions(listed.start(), tuple(Suggestion(f"__{name}__", "list") for name in fits[:MOST]))
    begun = max((found.end() for found in _CUT.finditer(before)), default=0)
    fragment = before[begun:]
    german = language(text) == "de"
    known = {clause.lower() for clause in clauses(text)}
    for start in _starts(fragment):
        typed = fragment[start:].lower()
        found = list(_fitting(typed, own, german, known, whole=not fragment[:start].strip()))
        if found:
            return Suggestions(begun + start, tuple(found[:MOST]))
    return Suggestions(at, ())


def worth(prompts: Iterable[tuple[str, float]]) -> dict[str, float]:
    """The clauses of earlier prompts, each as much worth as the prompts that have it."""
    found: Counter[str] = Counter()
    for prompt, value in prompts:
        for clause in dict.fromkeys(clauses(prompt)):
            if len(clause) <= 120:
                found[clause] += value  # type: ignore[assignment]
    return dict(found)


def _starts(fragment: str) -> Iterator[int]:
    """Where the last words begin, the longest way back first."""
    places = [found.start() for found in re.finditer(r"\S+", fragment)][-WORDS:]
    for place in places:
        if len(fragment) - place >= LEAST and not fragment[place:].endswith("  "):
            yield place


def _fitting(
    typed: str, own: Mapping[str, float], german: bool, known: set[str], *, whole: bool
) -> Iterator[Suggestion]:
    seen = set(known)
    mine = sorted((each for each in own if whole and _goes_on(each, typed)), key=lambda each: (-own[each], len(each)))
    every = (
        *((each, "yours") for each in mine[:3]),
        *((each, "phrase") for each in _vocabulary(german) if _goes_on(each, typed)),
    )
    for text, kind in every:
        if text.lower() not in seen:
            seen.add(text.lower())
            yield Suggestion(text, kind)  # type: ignore[arg-type]


def _goes_on(phrase: str, typed: str) -> bool:
    return len(phrase) > len(typed.rstrip()) and phrase.lower().startswith(typed)


@cache
def _vocabulary(german: bool) -> tuple[str, ...]:
    entries = (entry for each in lists("de" if german else "en").values() for entry in each)
    return tuple(dict.fromkeys([*entries, *phrases(german)]))
