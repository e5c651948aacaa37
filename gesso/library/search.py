"""Finding assets by words. One place knows how: it works on what was read from the database, so that both databases
give the same answers, in the same order.

What an asset is found by is cut at its blanks into chunks. Each different chunk is kept once, as letters in one long
array; where it stands, in which assets, is kept beside it. A word is looked for in that array and not in the assets: a
library of 200,000 has some ten thousand different chunks.
"""

import unicodedata
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gesso.kit.text import one_line

Text: TypeAlias = tuple[tuple[int, str], ...]
"""What one asset is found by: parts, each with its weight."""

TITLE, TAG, SAID, MADE_BY = 8, 6, 4, 2
"""How much a word weighs in a title, in a tag, in prompt and description, in the name of the model."""
EXACT, BEGINS, WITHIN, NEAR, FAR = 16, 9, 4, 6, 3
"""How much it weighs that a word is there as it is, begins another, stands within one, or is one or two slips away."""
LONGEST: Final = 60
"""Letters of a word that are looked at."""

RECENT, MIDDLE, MOST = 256, 4_096, 24
"""Assets in the newest segment and in the middle one; and how many segments there may be before all is read anew."""


def words(title: str, prompt: str, *told: str, body: str = "") -> str:
    """What an asset is found by; `told` is what somebody has said of it besides, `body` what is written in it. That
    follows on a line of its own: whoever changes the rest finds it there (`body`)."""
    head, written = (" ".join(_plain(text).split())[:20_000] for text in (" ".join((title, prompt, *told)), body))
    return f"{head}\n{written}" if written else head


def body(words: str) -> str:
    """Of what an asset is found by, what is written in it."""
    return words.partition("\n")[2]


def title(text: str) -> str:
    """A title is one line of 1 to 300 characters, whatever a file's name or a prompt brings along."""
    return one_line(text)[:300].strip() or "Untitled"


def renamed(known: str, before: str, title: str) -> str:
    """The words of an asset that has another title now: they begin with it."""
    head, _, written = known.partition("\n")
    rest = head.removeprefix(words(before, ""))
    return words(title, rest, body=written)


def also(known: str, *told: str) -> str:
    """The words of an asset of which more is said now."""
    head, _, written = known.partition("\n")
    return words(head, "", *told, body=written)


def without(known: str, said: str) -> str:
    """The words of an asset of which this is not said any more."""
    head, _, written = known.partition("\n")
    before, _, after = head.rpartition(words("", "", said))
    return words(before, after, body=written)


def _plain(text: str) -> str:
    """Without case, and each letter spelled one way: a Mac writes the é of a file's name as two characters."""
    return unicodedata.normalize("NFKC", text).casefold()


def folded(text: str) -> str:
    """As it is compared: also without accents, since few type those."""
    apart = unicodedata.normalize("NFKD", _plain(text))
    return "".join(char for char in apart if unicodedata.category(char) not in ("Mn", "Cf"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: all of `words`, all of `phrases` word by word, and none of the others."""

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    without_phrases: tuple[tuple[str, ...], ...] = ()

    @property
    def ranks(self) -> bool:
        return bool(self.words or self.phrases)


class Words:
    """What the assets of a team are found by. An asset goes by its place in the index (`slot`)."""

    def __init__(self) -> None:
        self.segments: list[_Segment] = []
        self._home: NDArray[np.int32] = np.zeros(0, np.int32)
        self._recent: dict[int, Text] = {}
        self._middle: dict[int, Text] = {}
        self._number = 0

    @property
    def crowded(self) -> bool:
        """Whether it is time to read all anew."""
        return len(self.segments) > MOST

    def take(self, texts: Mapping[int, Text], total: int) -> None:
        """These are the words of these slots now; there are `total` slots."""
        if total > len(self._home):
            more = np.zeros(max(total, 2 * len(self._home)) - len(self._home), np.int32)
            self._home = np.concatenate([self._home, more])
        for slot in texts.keys() & self._middle.keys():
            del self._middle[slot]
        self._recent |= texts
        if len(self._recent) > RECENT:
            self._middle |= self._recent
            self._recent = {}
            self._lay("middle", self._middle)
            if len(self._middle) > MIDDLE:
                self._middle = {}
                self.segments = [each.kept("old") for each in self.segments]
        self._lay("recent", self._recent)

    def _lay(self, tier: str, texts: Mapping[int, Text]) -> None:
        self.segments = [each for each in self.segments if each.tier != tier]
        if texts:
            self._number += 1
            self._home[np.fromiter(texts, np.int64, len(texts))] = self._number
            self.segments.append(_Segment(self._number, tier, texts))

    def scores(self, asked: Asked, also: Mapping[str, NDArray[np.intp]], total: int) -> NDArray[np.int32]:
        """For each slot how well it fits, 0 where it does not. `also` names slots that a word means besides."""
        sums = np.zeros(total, np.int32)
        fits = np.ones(total, bool)
        for word in asked.words:
            found = self._word(folded(word)[:LONGEST], also.get(word), total)
            sums += found
            fits &= found > 0
        for phrase in asked.phrases:
            found = self._phrase(phrase, total)
            sums += found
            fits &= found > 0
        for word in asked.without:
            fits &= self._exactly(folded(word)[:LONGEST], also.get(word), total) == 0
        for phrase in asked.without_phrases:
            fits &= self._phrase(phrase, total) == 0
        return np.where(fits, np.maximum(sums, 1), 0).astype(np.int32)

    def meaning(self, every: Sequence[Sequence[str]], total: int) -> NDArray[np.bool_]:
        """Who has of each of these lists one word, or more that stand one after the other."""
        fits = np.ones(total, bool)
        for words in every:
            found = np.zeros(total, bool)
            for word in words:
                plain = folded(word)[:LONGEST]
                said = self._phrase([plain], total) if " " in plain else self._exactly(plain, None, total, within=True)
                found |= said > 0
            fits &= found
        return fits

    def near(self, word: str) -> list[str]:
        """The words that are looked for in the place of one that is nowhere."""
        plain = folded(word)[:LONGEST]
        return [] if self._known(plain) else self._slips(plain)[1]

    def _word(self, word: str, also: NDArray[np.intp] | None, total: int) -> NDArray[np.int32]:
        out = self._exactly(word, also, total, within=True)
        if not out.any() and (core := _core(word)) not in ("", word):
            return self._word(core, also, total)
        if not out.any():
            weight, others = self._slips(word)
            for other in others:
                for segment in self.segments:
                    segment.add(out, self._home, segment.chunks(other, whole=True), weight)
        return out

    def _exactly(
        self, word: str, also: NDArray[np.intp] | None, total: int, *, within: bool = False
    ) -> NDArray[np.int32]:
        out = np.zeros(total, np.int32)
        if word:
            for segment in self.segments:
                segment.add(out, self._home, segment.chunks(word, within=within))
        if also is not None:
            out[also] = EXACT * TITLE
        return out

    def _phrase(self, phrase: Sequence[str], total: int) -> NDArray[np.int32]:
        out = np.zeros(total, np.int32)
        wanted = [plain[:LONGEST] for word in phrase for plain in folded(word).split()]
        if wanted:
            for segment in self.segments:
                segment.add_phrase(out, self._home, wanted)
        return out

    def _known(self, word: str) -> bool:
        total = len(self._home)
        return bool(self._exactly(word, None, total, within=True).any())

    def _slips(self, word: str) -> tuple[int, list[str]]:
        """The words nearest to one that is nowhere, and what they weigh: one slip away, or in a long word two. A
        short word has none, nor has one with a digit in it."""
        if len(word) < 4 or not word.isalpha():
            return 0, []
        for most, weight in ((1, NEAR), (2, FAR))[: 1 if len(word) < 8 else 2]:
            found = {other for segment in self.segments for other in segment.near(word, most, self._home)}
            if found:
                return weight, sorted(found)
        return 0, []


class _Segment:
    """The words of some assets, which are not changed any more: who has other words since has another home."""

    def __init__(self, number: int, tier: str, texts: Mapping[int, Text]) -> None:
        self.number, self.tier = number, tier
        known = _Chunks()
        flat, lengths, weights = array("i"), array("i"), array("i")
        for text in texts.values():
            for weight, part in text:
                before = len(flat)
                flat.extend(map(known.__getitem__, part.split()))
                lengths.append(len(flat) - before)
                weights.append(weight)
        parts = np.fromiter((len(text) for text in texts.values()), np.int64, len(texts))
        slots = np.repeat(np.fromiter(texts, np.int32, len(texts)), parts)
        counts = np.frombuffer(lengths, np.int32) if lengths else np.zeros(0, np.int32)
        self._flat = np.array(flat, np.int32)
        self._owner = np.repeat(slots, counts)
        self._weight = np.repeat(np.array(weights, np.uint8), counts)
        self._places = np.argsort(self._flat, kind="stable").astype(np.int32)
        # Once more in the order of the chunks, so that what is common is read from one piece of memory.
        self._owners, self._weights = self._owner[self._places], self._weight[self._places]
        spelled = [folded(chunk) for chunk in known]
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(self._flat, minlength=len(spelled)))])
        self._letters = np.frombuffer("\n".join([*spelled, ""]).encode("utf-32-le", "replace"), np.uint32)
        ends = np.cumsum(np.fromiter((len(each) + 1 for each in spelled), np.int64, len(spelled)))
        self._begins = np.concatenate([[0], ends]).astype(np.int64)
        self._solid = _letters()[self._letters]

    def kept(self, tier: str) -> "_Segment":
        if self.tier == "middle":
            self.tier = tier
        return self

    def chunks(
        self, word: str, *, within: bool = False, whole: bool = False
    ) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
        """The chunks that a word stands in, and how well. Within a longer word it counts from three letters on: one
        or two stand in nearly all. A sign counts anywhere, and so do digits."""
        sought = np.frombuffer(word.encode("utf-32-le", "replace"), np.uint32)
        at = self._stands(sought)
        if not len(at):
            return at, np.zeros(0, np.uint8)
        solid, ends = self._solid, at + len(sought)
        free_before = (at == 0) | ~solid[at - 1] | ~solid[at]
        free_after = ~solid[ends] | ~solid[ends - 1]
        how = np.where(free_before, np.where(free_after, EXACT, BEGINS), WITHIN).astype(np.uint8)
        if whole:
            keep = how == EXACT
        elif within and (len(sought) > 2 or not word.isascii() or not word.isalnum() or word.isdigit()):
            keep = np.ones(len(how), bool)
        else:
            keep = free_before
        return np.searchsorted(self._begins, at[keep], "right") - 1, how[keep]

    def _stands(self, sought: NDArray[np.uint32]) -> NDArray[np.intp]:
        """Where the letters of a word stand, one after the other."""
        letters = self._letters
        if len(sought) > len(letters):
            return np.zeros(0, np.intp)
        room = len(letters) - len(sought) + 1
        at = np.flatnonzero(letters[:room] == sought[0])
        for step, letter in enumerate(sought[1:], 1):
            at = at[letters[at + step] == letter]
        return at

    def add(
        self,
        out: NDArray[np.int32],
        home: NDArray[np.int32],
        found: tuple[NDArray[np.intp], NDArray[np.uint8]],
        instead: int = 0,
    ) -> None:
        """For the assets that have one of these chunks, the best of what that weighs."""
        chunks, how = found
        if not len(chunks):
            return
        starts, counts = self._starts[chunks], self._starts[chunks + 1] - self._starts[chunks]
        owners, weighs = self._owners, self._weights
        if len(chunks) == 1:
            piece = slice(int(starts[0]), int(starts[0] + counts[0]))
            owners, weighs = owners[piece], weighs[piece]
        else:
            pieces = _ranges(starts, counts)
            owners, weighs = owners[pieces], weighs[pieces]
        value = weighs * (np.int32(instead) if instead else np.repeat(how, counts).astype(np.int32))
        alive = home[owners] == self.number
        np.maximum.at(out, owners[alive].astype(np.intp), value[alive])

    def add_phrase(self, out: NDArray[np.int32], home: NDArray[np.int32], phrase: Sequence[str]) -> None:
        """For the assets in which these words stand one after the other, what that weighs."""
        every = [self.chunks(word, whole=True)[0] for word in phrase]
        first, *rest = every
        places = self._places[_ranges(self._starts[first], self._starts[first + 1] - self._starts[first])]
        places = places[places + len(rest) < len(self._flat)]
        begun = places
        for step, chunks in enumerate(rest, 1):
            fits = np.zeros(len(self._starts), bool)
            fits[chunks] = True
            same = (self._owner[begun + step] == self._owner[begun]) & (
                self._weight[begun + step] == self._weight[begun]
            )
            begun = begun[same & fits[self._flat[begun + step]]]
        owners = self._owner[begun]
        weighs = self._weight[begun].astype(np.int32) * (EXACT * len(phrase))
        alive = home[owners] == self.number
        np.maximum.at(out, owners[alive].astype(np.intp), weighs[alive])

    def near(self, word: str, most: int, home: NDArray[np.int32]) -> set[str]:
        """Words that are `most` slips from this one (a letter too many, too few, another, two exchanged), and that an
        asset still has."""
        masks, lengths = self._spelt()
        apart = np.bitwise_count(masks ^ np.uint64(_mask(word)))
        close = np.flatnonzero((np.abs(lengths - len(word)) <= most) & (apart <= 2 * most))
        others = {_core(self._spelling(at)) for at in close.tolist()}
        return {other for other in others if 0 < slips(word, other, most) <= most and self._lives(other, home)}

    def _spelling(self, chunk: int) -> str:
        letters = self._letters[self._begins[chunk] : self._begins[chunk + 1] - 1]
        return letters.tobytes().decode("utf-32-le", "replace")

    def _lives(self, word: str, home: NDArray[np.int32]) -> bool:
        chunks = self.chunks(word, whole=True)[0]
        places = self._places[_ranges(self._starts[chunks], self._starts[chunks + 1] - self._starts[chunks])]
        return bool((home[self._owner[places]] == self.number).any())

    def _spelt(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Which letters are in each chunk, and how many: made when somebody first mistypes."""
        if self._made is None:
            bits = np.where(self._solid, np.uint64(1) << _bit(self._letters), np.uint64(0))
            begins = self._begins[:-1]
            masks = np.bitwise_or.reduceat(bits, begins) if len(begins) else bits[:0]
            lengths = np.add.reduceat(self._solid.astype(np.int64), begins) if len(begins) else np.zeros(0, np.int64)
            self._made = masks, lengths
        return self._made

    _made: tuple[NDArray[np.uint64], NDArray[np.int64]] | None = None


class _Chunks(dict[str, int]):
    """Each different chunk, and its number."""

    def __missing__(self, chunk: str) -> int:
        number = self[chunk] = len(self)
        return number


def slips(one: str, other: str, most: int) -> int:
    """How many slips lie between two words; more than `most` is only told as that."""
    before: list[int] = []
    line = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        older, before, line = before, line, [i]
        for j, right in enumerate(other, 1):
            best = min(before[j] + 1, line[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, older[j - 2] + 1)
            line.append(best)
        if min(line) > most:
            return most + 1
    return line[-1]


def ids(word: str) -> str | None:
    """The beginning of an id that a word may be, without its dashes."""
    plain = word.casefold().replace("-", "")
    fits = 6 <= len(plain) <= 32 and all(char in "0123456789abcdef" for char in plain)
    return plain if fits and any(char.isdigit() for char in plain) else None


def _core(chunk: str) -> str:
    start, end = 0, len(chunk)
    while start < end and not chunk[start].isalnum():
        start += 1
    while end > start and not chunk[end - 1].isalnum():
        end -= 1
    return chunk[start:end] if end - start <= LONGEST else ""


def _mask(word: str) -> int:
    letters = np.frombuffer(word.encode("utf-32-le", "replace"), np.uint32)
    return int(np.bitwise_or.reduce(np.uint64(1) << _bit(letters)))


def _bit(letters: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Each letter's place in 64 bits; those beyond the alphabet share what is left."""
    return np.where((letters >= 97) & (letters <= 122), letters - 97, 26 + letters % 38).astype(np.uint64)


def _ranges(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """All numbers from each start on, as many as are counted."""
    total = int(counts.sum())
    shifts = np.repeat(starts - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    return shifts + np.arange(total)


@cache
def _letters() -> NDArray[np.bool_]:
    """Which of all characters are letters or digits."""
    return np.fromiter((chr(code).isalnum() for code in range(0x110000)), bool, 0x110000)
