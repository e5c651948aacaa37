"""Prompts that leave something open: `{red|blue}` and `__animal__` are drawn by a roll of the dice, `{name:default}` is
filled in. Braces that mean none of this stay as they stand.

    {a|b|}          one of these, or nothing; nested as deep as needed
    {3::a|b}        a three times as often as b
    __animal__      an entry of the list of that name
    {hero:a fox}    a text that may be filled in; {hero} has to be
    {year:1920}     a number, {tone:#ff8800} a colour, {when:dawn|dusk} a choice; the first is the default
    {hero:text:7}   the kind may be said: text, number, choice, colour
    \\{ \\} \\| \\__   as they stand
"""

import re
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Final, Literal

from gesso.imaging.wording import Mend, Score, lists, score
from gesso.kit.errors import Invalid

Kind = Literal["text", "number", "choice", "colour"]
Lists = Mapping[str, Sequence[str]]
"""Entries by the name of their list, in lower case."""

WRITTEN: Final = {"prompt": "wording", "negative_prompt": "negative_wording"}
"""The fields that are drawn, and where what was written in them is kept."""

LONGEST: Final = 10_000
DEEPEST: Final = 8
MOST_DRAWS: Final = 2_000
ROLLS: Final = 2**32

_LIST: Final = re.compile(r"__([^\W_]+(?:[-_][^\W_]+)*)__")
_JSON: Final = re.compile(r"\s*[\"'][^\"'\n]*[\"']\s*:")
_NAMED: Final = re.compile(r"\s*([^\W\d][\w-]*)\s*(?::(?!:)(.*))?", re.DOTALL)
_KIND: Final = re.compile(r"(text|number|choice|colour)\s*(?::(.*))?", re.DOTALL)
_WEIGHT: Final = re.compile(r"\s*(\d{1,4}(?:\.\d{1,3})?)::")
_NUMBER: Final = re.compile(r"\s*[-+]?\d{1,12}(?:\.\d{1,6})?\s*")
_COLOUR: Final = re.compile(r"\s*#[0-9a-fA-F]{6}\s*")
_GAPS: Final = (
    (re.compile(r"[ \t]{2,}"), " "),
    (re.compile(r"[ \t]+(?=[,.;:!?])"), ""),
    (re.compile(r",(?:\s*,)+"), ","),
)

UNCLOSED: Final = "This “{” is never closed. Close it with “}”, or write “\\{” where it is meant as it stands."
KEPT: Final = "These braces have neither “|” nor a name, and stay as they stand."
NO_LIST: Final = "No list has this name, so it stays as it stands."
EMPTY: Final = "This has no value yet. Give it one, or a default: {name:default}."
WRONG: Final = "This value does not fit."
SAYS: Final = {"unclosed": UNCLOSED, "kept": KEPT, "list": NO_LIST, "empty": EMPTY, "wrong": WRONG}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something at `at`, so many letters long, that is not what it seems to be. With `stops` nothing can be made of
    the prompt before it is mended."""

    code: str
    at: int
    length: int
    what: str = ""

    @property
    def said(self) -> str:
        return SAYS[self.code]

    @property
    def stops(self) -> bool:
        return self.code in ("empty", "wrong")


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    kind: Kind
    default: str | None = None
    options: tuple[str, ...] = ()
    at: int = 0
    length: int = 0

    def takes(self, value: str) -> bool:
        match self.kind:
            case "number":
                return _NUMBER.fullmatch(value) is not None
            case "colour":
                return _COLOUR.fullmatch(value) is not None
            case "choice":
                return value in self.options
        return value.strip() != ""


@dataclass(frozen=True, slots=True)
class _Listed:
    name: str
    at: int
    length: int


@dataclass(frozen=True, slots=True)
class _Choice:
    weights: tuple[float, ...]
    options: tuple["_Nodes", ...]


_Nodes = tuple["str | Variable | _Listed | _Choice", ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """What became of a prompt. `open` says whether another roll could give another text, `wild` whether it differs
    from what was written for any reason."""

    text: str
    variables: tuple[Variable, ...]
    faults: tuple[Fault, ...]
    open: bool
    wild: bool


def resolved(
    prompt: str, roll: int, *, values: Mapping[str, str] | None = None, lists: Lists | None = None
) -> Resolved:
    """The prompt with every choice made; the same for the same roll."""
    nodes, faults = _parsed(prompt, 0, 0)
    variables: dict[str, Variable] = {}
    for each in _within(nodes, Variable):
        known = variables.get(each.name)
        # The first that tells a default or a kind tells it for all of that name.
        if known is None or (known.default is None and known.kind == "text"):
            variables[each.name] = each
    drawing = _Drawing(Random(roll), variables, values or {}, lists or {}, faults)
    text = drawing.said(nodes)
    chances = any(True for _ in _within(nodes, _Choice)) or any(
        each.name.lower() in drawing.lists for each in _within(nodes, _Listed)
    )
    if chances or variables:
        for gap, instead in _GAPS:
            text = gap.sub(instead, text)
        text = text.strip(" \t,")
    faults.sort(key=lambda fault: fault.at)
    return Resolved(text, tuple(variables.values()), tuple(faults), chances, text != prompt)


def beside(
    negative: str, prompt: Resolved, roll: int, *, values: Mapping[str, str] | None = None, lists: Lists | None = None
) -> Resolved:
    """What is to be left out, drawn by the roll of its prompt, and by dice of its own: the same choice in both need
    not fall alike. A variable of the prompt has its default here too."""
    usual = {each.name: each.default for each in prompt.variables if each.default is not None}
    return resolved(negative, (roll + ROLLS // 2) % ROLLS, values={**usual, **(values or {})}, lists=lists)


def rolled(
    prompt: str,
    count: int,
    roll: int,
    *,
    negative: str = "",
    values: Mapping[str, str] | None = None,
    lists: Lists | None = None,
) -> list[tuple[int, Resolved, Resolved]]:
    """So many resolutions, of the prompt and of what is to be left out, each with the roll that gives it; different
    ones, as long as there are any."""
    found: list[tuple[int, Resolved, Resolved]] = []
    seen: set[tuple[str, str]] = set()
    for step in range(count * 12):
        next_roll = (roll + step) % ROLLS
        made = resolved(prompt, next_roll, values=values, lists=lists)
        out = beside(negative, made, next_roll, values=values, lists=lists)
        if (made.text, out.text) not in seen:
            seen.add((made.text, out.text))
            found.append((next_roll, made, out))
        if len(found) == count or not (made.open or out.open):
            break
    return [found[place % len(found)] for place in range(count)]


def mentioned(prompt: str) -> frozenset[str]:
    """The names of the lists that a prompt draws from, in lower case."""
    return frozenset(found.lower() for found in _LIST.findall(prompt))


def worded(given: Mapping[str, Any], own: Lists, *, blank: Collection[str] = ("negative_prompt",)) -> dict[str, Any]:
    """The input of a request with its prompt resolved, and what is to be left out: by its `roll`, else by its seed,
    else by chance. What was written is kept beside. An input that was resolved before stays as it is.

    Invalid, with the field, where something has no value or nothing is left of one that may not be `blank`.
    """
    kept = dict(given)
    values = kept.get("variables") or {}
    if not _texts(values):
        return kept
    roll = next(
        (one for one in (kept.get("roll"), kept.get("seed")) if isinstance(one, int) and 0 <= one < ROLLS), None
    )
    roll = secrets.randbelow(ROLLS) if roll is None else roll
    every: Lists = {**lists(), **own}
    source = kept.get("wording") or kept.get("prompt")
    prompt = resolved(source if isinstance(source, str) else "", roll, values=values, lists=every)

    def drawn(name: str, text: str) -> Resolved:
        if name == "prompt":
            return resolved(text, roll, values=values, lists=every)
        return beside(text, prompt, roll, values=values, lists=every)

    for name, place in WRITTEN.items():
        text, wording = kept.get(name), kept.get(place)
        if not isinstance(text, str) or not (wording is None or isinstance(wording, str)):
            continue
        if wording is not None and (wording == text or drawn(name, wording).text == text):
            continue
        made = drawn(name, text)
        if made.wild:
            _sound(name, made, name in blank)
            kept |= {name: made.text, place: text, "roll": roll}
        elif wording is None or not mentioned(wording):
            # Else a list that it drew from is another one now; what fell then stays.
            kept.pop(place, None)
    return kept


def _sound(name: str, made: Resolved, blank: bool) -> None:
    for fault in made.faults:
        if fault.stops:
            raise _wrong(name, f"“{fault.what}”: {fault.said}")
    if not made.text and not blank:
        raise _wrong(name, "with this roll of its wildcards nothing is left of it")
    if len(made.text) > LONGEST:
        raise _wrong(name, f"its wildcards make it longer than {LONGEST} letters")


def weighed(prompt: str, *, negative: str = "", style: str = "") -> Score:
    """What a prompt is worth by rules; of one with wildcards, one resolution is weighed. Its mends are of what was
    written."""
    made = resolved(prompt, 0, lists=lists())
    if not made.wild:
        return score(prompt, negative=negative, style=style)
    # What is to be taken out of a resolved text is not to be found in the one that was written; what is added goes to
    # the end of that.
    found = score(made.text, negative=negative, style=style, mends=False)
    kept = len(made.text.rstrip())

    def written(mend: Mend) -> Mend:
        return replace(mend, prompt=prompt.rstrip() + mend.prompt[kept:])

    return replace(
        found,
        reasons=tuple(replace(each, mend=each.mend and written(each.mend)) for each in found.reasons),
    )


def _texts(values: Any) -> bool:
    return isinstance(values, Mapping) and all(isinstance(value, str) for value in values.values())


def _wrong(name: str, message: str) -> Invalid:
    return Invalid(f"{name}: {message}.", fields=[{"field": name, "message": message, "kind": "wildcard"}])


@dataclass
class _Drawing:
    """One resolution under way. Entries of lists may draw again, but not without end."""

    dice: Random
    variables: Mapping[str, Variable]
    values: Mapping[str, str]
    lists: Lists
    faults: list[Fault]
    draws: int = field(default=0, init=False)

    def said(self, nodes: _Nodes, depth: int = 0) -> str:
        return "".join(self._one(node, depth) for node in nodes)

    def _one(self, node: "str | Variable | _Listed | _Choice", depth: int) -> str:
        match node:
            case str():
                return node
            case Variable():
                return self._filled(node)
            case _Listed():
                return self._listed(node, depth)
        self.draws += 1
        (option,) = self.dice.choices(node.options, node.weights)
        return self.said(option, depth) if self.draws <= MOST_DRAWS else ""

    def _filled(self, place: Variable) -> str:
        variable = self.variables.get(place.name, place)
        value = self.values.get(place.name, variable.default)
        if value is None or (value.strip() == "" and variable.default is None):
            self.faults.append(Fault("empty", place.at, place.length, place.name))
            return place.name
        if place.name in self.values and not variable.takes(value):
            if value.strip() == "" and variable.default is not None:
                return variable.default
            self.faults.append(Fault("wrong", place.at, place.length, place.name))
        return value.strip()

    def _listed(self, node: _Listed, depth: int) -> str:
        entries = self.lists.get(node.name.lower())
        self.draws += 1
        if not entries or depth >= DEEPEST or self.draws > MOST_DRAWS:
            if not entries and depth == 0:
                self.faults.append(Fault("list", node.at, node.length, node.name))
            return f"__{node.name}__"
        within, _ = _parsed(self.dice.choice(entries), 0, 0)
        return self.said(within, depth + 1)


def _within(nodes: _Nodes, kind: type[Any]) -> Iterator[Any]:
    for node in nodes:
        if isinstance(node, kind):
            yield node
        if isinstance(node, _Choice):
            for option in node.options:
                yield from _within(option, kind)


def _parsed(text: str, offset: int, depth: int) -> tuple[_Nodes, list[Fault]]:
    """The pieces of a text that begins at `offset` of the whole."""
    nodes: list[str | Variable | _Listed | _Choice] = []
    faults: list[Fault] = []
    closes = _closes(text)
    at = 0

    def keep(piece: str) -> None:
        if nodes and isinstance(nodes[-1], str):
            nodes[-1] += piece
        else:
            nodes.append(piece)

    while at < len(text):
        if text[at] == "\\" and (text[at + 1 : at + 2] in ("{", "}") or (depth and text[at + 1 : at + 2] == "|")):
            keep(text[at + 1])
            at += 2
        elif text.startswith("\\__", at):
            keep("__")
            at += 3
        elif text[at] == "{" and depth < DEEPEST:
            end = closes.get(at)
            if end is None:
                faults.append(Fault("unclosed", offset + at, 1))
                keep("{")
                at += 1
                continue
            found, also = _group(text[at + 1 : end], offset + at, depth)
            faults += also
            for node in found:
                if isinstance(node, str):
                    keep(node)
                else:
                    nodes.append(node)
            at = end + 1
        elif listed := _LIST.match(text, at):
            nodes.append(_Listed(listed[1], offset + at, len(listed[0])))
            at = listed.end()
        else:
            keep(text[at])
            at += 1
    return tuple(nodes), faults


def _group(inside: str, at: int, depth: int) -> tuple[_Nodes, list[Fault]]:
    """What stands in braces, the first of which is at `at`."""
    length = len(inside) + 2
    if _closes(inside).get(0) == len(inside) - 1:
        # Doubled braces are how others mark what they fill in or stress.
        return (f"{{{inside}}}",), []
    if _JSON.match(inside):
        return (f"{{{inside}}}",), [Fault("kept", at, length)]
    parts = _parts(inside)
    named = _NAMED.fullmatch(inside)
    if named and (variable := _variable(named[1], named[2], parts)):
        return (replace(variable, at=at, length=length),), []
    if len(parts) == 1:
        within, faults = _parsed(inside, at + 1, depth + 1)
        return ("{", *within, "}"), [Fault("kept", at, length), *faults]
    weights, options, faults = [], [], []
    place = at + 1
    for part in parts:
        weight = _WEIGHT.match(part)
        skipped = weight.end() if weight else 0
        option, also = _parsed(part[skipped:], place + skipped, depth + 1)
        weights.append(float(weight[1]) if weight else 1.0)
        options.append(option)
        faults += also
        place += len(part) + 1
    if not any(weights):
        weights = [1.0] * len(weights)
    return (_Choice(tuple(weights), tuple(options)),), faults


def _variable(name: str, told: str | None, parts: Sequence[str]) -> Variable | None:
    if told is None:
        return Variable(name, "text") if len(parts) == 1 else None
    kind: Kind | None = None
    if said := _KIND.fullmatch(told.strip()):
        kind, told = said[1], said[2]  # type: ignore[assignment]
        if told is None:
            return Variable(name, kind or "text") if kind != "choice" else None
    elif ":" in told or "{" in told:
        return None
    options = tuple(option.strip() for option in told.split("|"))
    if kind is None:
        if len(options) > 1:
            kind = "choice"
        else:
            kind = "number" if _NUMBER.fullmatch(told) else "colour" if _COLOUR.fullmatch(told) else "text"
    default = options[0] if kind == "choice" else told.strip()
    variable = Variable(name, kind, default or None, options if kind == "choice" else ())
    return variable if default and variable.takes(default) else replace(variable, default=None)


def _parts(inside: str) -> list[str]:
    """Cut at each bar that stands in no further braces."""
    parts, begun, at, deep = [], 0, 0, 0
    while at < len(inside):
        match inside[at]:
            case "\\":
                at += 1
            case "{":
                deep += 1
            case "}":
                deep -= 1
            case "|" if deep == 0:
                parts.append(inside[begun:at])
                begun = at + 1
        at += 1
    return [*parts, inside[begun:]]


def _closes(text: str) -> dict[int, int]:
    """Where each brace that opens is closed; those that never are do not stand in it."""
    found: dict[int, int] = {}
    opened: list[int] = []
    at = 0
    while at < len(text):
        match text[at]:
            case "\\":
                at += 1
            case "{":
                opened.append(at)
            case "}" if opened:
                found[opened.pop()] = at
        at += 1
    return found
