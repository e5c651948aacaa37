"""German prompts in English, word by word, by a lexicon of what prompts are made of. What it does not know is left as
it stands, and told."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_ENDINGS: Final = ("", "e", "er", "es", "en", "em", "s", "n", "ern", "ere", "eren", "erer")
_TOKEN: Final = re.compile(r"[\"“”«»„][^\"“”«»„]{1,200}[\"“”«»„]|[^\W_]+(?:[-'’][^\W_]+)*|\s+|.", re.DOTALL)
_KEPT: Final = re.compile(r"[\"“”«»„\d]")
_LONGEST: Final = 4
_GENITIVE: Final = {"einer": "of a", "eines": "of a", "der": "of the", "des": "of the"}


@dataclass(frozen=True)
class Translated:
    """`unknown` are the words that are left as they were."""

    text: str
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class _Lexicon:
    phrases: dict[tuple[str, ...], str]
    small: dict[str, str]
    others: dict[str, str]
    nouns: dict[str, str]
    known: frozenset[str]
    """English words that need no translation."""


@cache
def _lexicon() -> _Lexicon:
    phrases: dict[tuple[str, ...], str] = {}
    small: dict[str, str] = {}
    others: dict[str, str] = {}
    nouns: dict[str, str] = {}
    section = ""
    for line in (Path(__file__).parent / "german.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            english, _, german = line.partition(": ")
            for each in german.split(", "):
                match section:
                    case "phrases":
                        phrases[tuple(re.split(r"[ -]", each))] = english
                    case "small":
                        small.setdefault(each, english)
                    case "nouns":
                        one, _, many = english.partition("|")
                        single, _, plural = each.partition("|")
                        nouns.setdefault(single, one)
                        if plural and plural != single:
                            nouns.setdefault(plural, many or one)
                    case _:
                        others.setdefault(each, english)
    every = (*phrases.values(), *small.values(), *others.values(), *nouns.values())
    return _Lexicon(phrases, small, others, nouns, frozenset(word for each in every for word in each.split()))


def translated(prompt: str) -> Translated:
    """A German prompt in English. Words in quotation marks and numbers stay as they are."""
    tokens = _TOKEN.findall(prompt)
    words = [(place, token) for place, token in enumerate(tokens) if token[0].isalnum()]
    said: dict[int, str] = {}
    unknown: list[str] = []
    number = 0
    while number < len(words):
        length, english = _phrase([token.lower() for _, token in words[number : number + _LONGEST]])
        place, token = words[number]
        if not length:
            length = 1
            following = words[number + 1][1] if number + 1 < len(words) else ""
            noun = token[0].isupper() and (number > 0 or not following[:1].isupper())
            found = token if _KEPT.search(token) else _word(token.lower(), noun)
            if token.lower() in _GENITIVE and number and _follows(tokens, words[number - 1][0], place):
                found = _GENITIVE[token.lower()]
            if found is None:
                unknown.append(token)
            english = found if found is not None else token
        for dropped in range(place + 1, words[number + length - 1][0] + 1):
            said[dropped] = ""
        said[place] = english
        number += length
    text = "".join(said.get(place, token) for place, token in enumerate(tokens))
    return Translated(_tidy(text), tuple(dict.fromkeys(unknown)))


def _phrase(words: list[str]) -> tuple[int, str]:
    """How many of the words from the first on are a phrase, and what it is in English."""
    for length in range(len(words), 0, -1):
        if english := _lexicon().phrases.get(tuple(words[:length])):
            return length, english
    parts = tuple(words[0].split("-")) if words else ()
    return (1, _lexicon().phrases[parts]) if parts in _lexicon().phrases else (0, "")


def _follows(tokens: list[str], before: int, place: int) -> bool:
    """Whether the word stands right after a noun, as what belongs to it does."""
    return before == place - 2 and tokens[before][0].isupper() and _stem(tokens[before].lower(), True) is not None


def _word(word: str, noun: bool) -> str | None:
    """A word in English; where several fit, the noun if it is written as one."""
    lexicon = _lexicon()
    if word in lexicon.small:
        return lexicon.small[word]
    return _stem(word, noun) or _compound(word) or (word if word in lexicon.known else None)


def _stem(word: str, noun: bool) -> str | None:
    """The word itself, or what it is a case or an inflection of."""
    lexicon = _lexicon()
    shelves = (lexicon.nouns, lexicon.others) if noun else (lexicon.others, lexicon.nouns)
    for shelf in shelves:
        if found := _inflected(word, shelf):
            return found
    return None


def _inflected(word: str, shelf: dict[str, str]) -> str | None:
    for ending in _ENDINGS:
        if ending and not (word.endswith(ending) and len(word) > len(ending) + 2):
            continue
        bare = word[: len(word) - len(ending)] if ending else word
        if found := shelf.get(bare):
            return found
    return None


def _compound(word: str) -> str | None:
    """Of two words that the lexicon knows: "Bergsee" is a mountain lake."""
    for at in range(len(word) - 3, 2, -1):
        head, tail = word[:at], word[at:]
        for joint in ("", "s", "n", "en", "es", "er"):
            first = head.removesuffix(joint) if joint and head.endswith(joint) else head if not joint else ""
            # Compounds also drop the last vowel of their first part: "Sonn(e)tag".
            one = _lexicon().nouns.get(first) or (_lexicon().nouns.get(f"{first}e") if not joint else None)
            one = one or _lexicon().others.get(first)
            if first and one and (two := _stem(tail, True)):
                return f"{one} {two}"
    return None


def _tidy(text: str) -> str:
    """English has "an" before a vowel, and no space before a comma."""
    text = re.sub(r"[ \t]{2,}", " ", text)
    text = re.sub(r" +([,.;:!?])", r"\1", text)
    text = re.sub(r"\b([Aa]) (?=[aeiouAEIOU](?!ne\b|ni))", r"\1n ", text)
    return text.strip()
