"""Graphs: put together of the pieces in `graphs/`, and made to fit the server that is to carry them out.

A piece is data: its nodes as the API takes them, `takes` the typed inputs that are filled in, `gives` what later pieces
may link to, by the names of ports (`"@model"`). An input `{"like": …}` is any of the server's own files whose name is
like that: nobody has to be asked which text encoder goes with a model.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final, Self

from gesso.kit.errors import Refused
from gesso.kit.media import Media

Node = dict[str, Any]
Nodes = dict[str, Node]
TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "text": (str,),
    "file": (str,),
    "int": (int,),
    "float": (int, float),
    "image": (Media,),
}
NEW: Final = "COMFY_"
"""What the types of inputs begin with that newer servers take apart by themselves."""


@dataclass(frozen=True)
class Piece:
    nodes: Mapping[str, Node]
    takes: Mapping[str, str]
    gives: Mapping[str, tuple[str, int]]


@cache
def piece(name: str) -> Piece:
    told = json.loads(files(__package__).joinpath("graphs", f"{name}.json").read_text("utf-8"))
    return Piece(told["nodes"], told["takes"], {port: (node, slot) for port, (node, slot) in told["gives"].items()})


@dataclass
class Graph:
    """What is asked for. `pictures` go into these inputs of these nodes, once they lie at the server."""

    nodes: Nodes = field(default_factory=dict)
    ports: dict[str, tuple[str, int]] = field(default_factory=dict)
    pictures: dict[tuple[str, str], Media] = field(default_factory=dict)

    def add(self, name: str, **told: Any) -> Self:
        """Adds a piece, linked to what stands already, with its inputs filled in."""
        found = piece(name)
        named = {node: self._free(node) for node in found.nodes}

        def linked(value: Any) -> Any:
            if isinstance(value, str) and value.startswith("@"):
                return list(self.ports[value[1:]])
            return [named[value[0]], value[1]] if isinstance(value, list) else value

        for node, stands in found.nodes.items():
            inputs = {field: linked(value) for field, value in stands["inputs"].items()}
            self.nodes[named[node]] = {"class_type": stands["class_type"], "inputs": inputs}
        self.ports |= {port: (named[node], slot) for port, (node, slot) in found.gives.items()}
        for input, value in told.items():
            kind, *places = found.takes[input].split()
            if not isinstance(value, TYPES[kind]):
                raise TypeError(f"{name} takes {kind} as {input}, not {type(value).__name__}.")
            for place in places:
                node, _, field = place.partition(".")
                if isinstance(value, Media):
                    self.pictures[named[node], field] = value
                else:
                    self.nodes[named[node]]["inputs"][field] = value
        return self

    def _free(self, node: str) -> str:
        name, number = node, 2
        while name in self.nodes:
            name, number = f"{node}_{number}", number + 1
        return name

    def classes(self) -> set[str]:
        return {node["class_type"] for node in self.nodes.values()}


# --- what a server says of its nodes


def choices(rule: Any) -> list[str] | None:
    """What an input may be, where it is one of some; old servers and new ones say it in two ways."""
    if isinstance(rule[0], list):
        return rule[0]
    if rule[0] == "COMBO":
        return list(options(rule).get("options", []))
    return None


def options(rule: Any) -> Mapping[str, Any]:
    return rule[1] if len(rule) > 1 and isinstance(rule[1], Mapping) else {}


def fitted(wanted: Mapping[str, Node], info: Mapping[str, Any]) -> Nodes:
    """The graph as this server takes it: its files by the names that it knows, and what a newer version wants besides
    as it is by default. Raises Refused where the server cannot carry it out, with what it lacks."""
    made: Nodes = {}
    for name, node in wanted.items():
        kind, rules = node["class_type"], info.get(node["class_type"])
        if not rules:
            raise Refused(f"The ComfyUI server has no node {kind}. Install the extension that has it, or update it.")
        required = rules["input"].get("required", {})
        takes = {**required, **rules["input"].get("optional", {})}
        inputs = dict(node["inputs"])
        for input, rule in required.items():
            if input not in inputs and (default := default_of(rule)) is not None:
                inputs[input] = default
        if missing := [input for input, rule in required.items() if input not in inputs and not newer(rule[0])]:
            raise Refused(f"The ComfyUI server's {kind} also wants {missing[0]}; nothing is linked to it.")
        for input, value in inputs.items():
            rule = takes.get(input)
            if rule is None:
                # What a server does not know, it passes over.
                continue
            if isinstance(value, list):
                _linked(kind, input, value, rule, wanted, info)
            elif (may := choices(rule)) is not None and not uploads(rule):
                inputs[input] = _chosen(input, value, may)
        made[name] = {**node, "inputs": inputs}
    return made


def default_of(rule: Any) -> Any:
    """What an input is where nobody says; None where it has to be linked or told."""
    may = choices(rule)
    found = options(rule).get("default")
    return may[0] if found is None and may else found


def newer(kind: Any) -> bool:
    return isinstance(kind, str) and kind.startswith(NEW)


def uploads(rule: Any) -> bool:
    """What was just uploaded is in no list yet."""
    return any(told is True for name, told in options(rule).items() if str(name).endswith("_upload"))


def _linked(
    kind: str, input: str, link: list[Any], rule: Any, wanted: Mapping[str, Node], info: Mapping[str, Any]
) -> None:
    try:
        source = info[wanted[link[0]]["class_type"]]
        gives = source["output"][link[1]]
    except (KeyError, IndexError, TypeError):
        raise Refused(f"{kind} is linked to something that is not there ({input}).") from None
    if not matches(gives, rule[0]):
        raise Refused(f"The ComfyUI server's {kind} takes {rule[0]} as {input}, not {gives}.")


def matches(gives: Any, takes: Any) -> bool:
    """Whether a link goes together, as the server sees it: types may be several, and anything."""
    if isinstance(gives, list) or isinstance(takes, list) or newer(gives) or newer(takes):
        return True
    ends = [{name.strip() for name in str(each).split(",")} for each in (gives, takes)]
    return "*" in ends[0] | ends[1] or bool(ends[0] & ends[1])


def _chosen(input: str, value: Any, may: list[Any]) -> Any:
    if isinstance(value, Mapping) and "like" in value:
        for like in value["like"].split("|"):
            if found := next((each for each in may if re.search(like, str(each), re.IGNORECASE)), None):
                return found
        raise Refused(f"The ComfyUI server has no {input} like “{value['like']}”. {_has(may)}")
    if value in may:
        return value
    # A server on Windows has its folders otherwise.
    if (found := str(value).replace("/", "\\")) in may:
        return found
    raise Refused(f"The ComfyUI server has no {input} “{value}”. Put it into its folder. {_has(may)}")


def _has(may: Iterable[Any]) -> str:
    listed = [str(each) for each in may]
    return f"It has: {', '.join(listed[:12]) or 'none'}{' …' if len(listed) > 12 else '.'}"
