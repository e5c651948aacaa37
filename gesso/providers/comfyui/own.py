"""A graph of one's own: what a person exported from ComfyUI's page, and the inputs of it that a form asks for.

A field stands for one input of one node. Which inputs may be fields, and which are likely wanted, is read from the
graph and from what the server says of its nodes.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Asked

from gesso.kit.errors import Invalid
from gesso.ops.workflow import OwnWorkflow
from gesso.providers.comfyui.graph import Nodes, choices, options

Kind = Literal["prompt", "text", "image", "mask", "seed", "size", "whole", "number", "switch", "choice"]
MOST_BYTES: Final = 256 << 10
ALPHA: Final = "mask"
"""The input that a node LoadImage has for us alone: the mask that lies in the picture's transparency."""
KNOWN: Final = {
    "seed": ("seed", "seed", "Seed"),
    "noise_seed": ("seed", "seed", "Seed"),
    "steps": ("steps", "whole", "Steps"),
    "cfg": ("cfg", "number", "Guidance"),
    "denoise": ("strength", "number", "Strength"),
    "width": ("width", "size", "Width"),
    "height": ("height", "size", "Height"),
}
"""Inputs that are likely wanted in a form: the field's name, kind and title."""
MOST_OUTPUTS: Final = 16
FIRST: Final[tuple[Kind, ...]] = ("prompt", "text", "image", "mask", "size")


class Field(BaseModel):
    """One input of one node, as a form asks for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Asked(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    title: str = Asked(min_length=1, max_length=80)
    node: str
    input: str
    kind: Kind
    default: str | bool | int | float | None = None
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


class Own(BaseModel):
    """A graph that was named, with its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Asked(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    title: str = Asked(min_length=1, max_length=80)
    graph: Nodes
    fields: tuple[Field, ...] = Asked(max_length=40)
    results: int = Asked(1, ge=1, le=MOST_OUTPUTS)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if twice := {field.name for field in self.fields if [each.name for each in self.fields].count(field.name) > 1}:
            raise ValueError(f"two fields are named {sorted(twice)[0]}")
        for field in self.fields:
            if not free(field.name):
                raise ValueError(f"no field can be named {field.name}")
            node = self.graph.get(field.node)
            if node is None or (field.input not in node["inputs"] and field.input != ALPHA):
                raise ValueError(f"the graph has no input {field.input} at node {field.node}")
        return self


# --- read


def graph_of(told: Any) -> Nodes:
    """The nodes of a graph in the format of the API. Raises Invalid, with what to do, for anything else."""
    if isinstance(told, str):
        try:
            told = json.loads(told)
        except (ValueError, RecursionError):
            raise wrong("This is no JSON.") from None
    if isinstance(told, Mapping) and isinstance(told.get("prompt"), Mapping) and "nodes" not in told:
        told = told["prompt"]
    if not isinstance(told, Mapping) or not told:
        raise wrong("This is no graph of ComfyUI's.")
    if isinstance(told.get("nodes"), list):
        raise wrong(
            "This is a workflow as ComfyUI's page keeps it. Export it there for the API: Workflow, Export (API)."
        )
    if len(json.dumps(told)) > MOST_BYTES:
        raise wrong(f"A graph may have {MOST_BYTES >> 10} KiB.")
    nodes: Nodes = {}
    for name, node in told.items():
        if not isinstance(node, Mapping) or not isinstance(node.get("class_type"), str):
            raise wrong("This is no graph of ComfyUI's: each node of one has a class_type and inputs.")
        inputs = node.get("inputs", {})
        if not isinstance(inputs, Mapping):
            raise wrong(f"The inputs of node {name} are no inputs.")
        meta = node.get("_meta") if isinstance(node.get("_meta"), Mapping) else {}
        nodes[str(name)] = {"class_type": node["class_type"], "inputs": dict(inputs), "_meta": meta}
    return nodes


def wrong(message: str) -> Invalid:
    return Invalid(message, fields=[{"field": "graph", "message": message.rstrip("."), "kind": "graph"}])


def results_of(nodes: Nodes, info: Mapping[str, Any]) -> int:
    """How many files come of it, as far as can be told. Raises Invalid where none would."""
    ends = [node for node in nodes.values() if (info.get(node["class_type"]) or {}).get("output_node")]
    if not ends:
        raise wrong("This graph gives nothing out. Add a node to it that saves pictures, such as Save Image.")
    saved = [node for node in ends if "filename_prefix" in node["inputs"]] or ends
    many = [node["inputs"].get("batch_size") for node in nodes.values()]
    at_once = max([each for each in many if isinstance(each, int)], default=1)
    return max(1, min(MOST_OUTPUTS, len(saved) * at_once))


def fields_of(nodes: Nodes, info: Mapping[str, Any]) -> list[tuple[Field, bool]]:
    """All that could be fields, and whether each is likely wanted."""
    found: list[tuple[bool, str, dict[str, Any]]] = []
    for name, node in nodes.items():
        rules = (info.get(node["class_type"]) or {}).get("input", {})
        takes = {**rules.get("required", {}), **rules.get("optional", {})}
        for input, value in node["inputs"].items():
            if isinstance(value, list | dict) or value is None:
                continue
            guess = _guess(nodes, name, input, value, takes.get(input) or [type(value).__name__])
            if guess is None:
                continue
            known, kind, title, likely = guess
            told = {"title": title, "node": name, "input": input, "kind": kind}
            found.append((likely, known, told | _bounds(kind, value, takes.get(input) or [])))
            if node["class_type"] == "LoadImage" and _linked_from(nodes, name, 1):
                found.append((True, "mask", {"title": "Mask", "node": name, "input": ALPHA, "kind": "mask"}))
    # As people fill forms in, not as graphs are wired; what is likely wanted has the plain names.
    found.sort(key=lambda each: (not each[0], FIRST.index(each[2]["kind"]) if each[2]["kind"] in FIRST else 9))
    taken: set[str] = set()
    return [(Field(name=_named(known, taken), **told), likely) for likely, known, told in found]


def _guess(nodes: Nodes, name: str, input: str, value: Any, rule: Any) -> tuple[str, Kind, str, bool] | None:
    """A field's name, kind and title, and whether it is likely wanted."""
    node = nodes[name]
    kind = node["class_type"]
    said = str(node["_meta"].get("title") or kind)
    title = f"{said}: {input}"[:80]
    if options(rule).get("image_upload") or (kind in ("LoadImage", "LoadImageMask") and input == "image"):
        return ("mask", "mask", "Mask", True) if "Mask" in kind else ("image", "image", "Picture", True)
    if input in KNOWN and isinstance(value, int | float) and not isinstance(value, bool):
        known, known_kind, known_title = KNOWN[input]
        sized = known_kind != "size" or "Latent" in kind
        return known, cast(Kind, known_kind if sized else "whole"), known_title if sized else title, sized
    own = _slug(input if kind == said else f"{said} {input}")
    if isinstance(value, str) and choices(rule) is not None:
        return own, "choice", title, False
    if isinstance(value, bool):
        return own, "switch", title, False
    if isinstance(value, int) and rule[0] != "FLOAT":
        return own, "whole", title, False
    if isinstance(value, int | float):
        return own, "number", title, False
    if isinstance(value, str) and input == "filename_prefix":
        return None
    if isinstance(value, str) and "TextEncode" in kind:
        if _ends(nodes, name) == {"negative"}:
            return "negative_prompt", "text", "Leave out", True
        return "prompt", "prompt", "Prompt", True
    return own, "text", title, False


def _bounds(kind: str, value: Any, rule: Any) -> dict[str, Any]:
    """What a field is by default, and what it may be, as far as the server says so."""
    if kind in ("image", "mask", "seed"):
        return {}
    told: dict[str, Any] = {"default": value}
    if kind == "choice":
        told["choices"] = tuple(
            dict.fromkeys([each for each in (*(choices(rule) or ()), value) if isinstance(each, str)])
        )
    if kind in ("whole", "number", "size"):
        said = options(rule)
        told |= {"least": said.get("min"), "most": said.get("max")}
    return told


def _ends(nodes: Nodes, name: str, deep: int = 12) -> set[str]:
    """Whether what a node gives ends as something wanted or unwanted: positive, negative, or both."""
    found: set[str] = set()
    for other, node in nodes.items():
        for input, value in node["inputs"].items():
            if isinstance(value, list) and value and str(value[0]) == name:
                if input in ("positive", "negative"):
                    found.add(input)
                elif deep:
                    found |= _ends(nodes, other, deep - 1)
    return found


def _linked_from(nodes: Nodes, name: str, slot: int) -> bool:
    return any(
        isinstance(value, list) and len(value) == 2 and str(value[0]) == name and value[1] == slot
        for node in nodes.values()
        for value in node["inputs"].values()
    )


def _slug(text: str) -> str:
    found = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:36]
    return found if re.match("[a-z]", found) else f"f_{found}"[:36]


def _named(name: str, taken: set[str]) -> str:
    """The name, or the next that is free."""
    found, number = name, 2
    while found in taken or not free(found):
        found, number = f"{name}_{number}", number + 1
    taken.add(found)
    return found


def free(name: str) -> bool:
    """Whether a field can have this name: some mean something to a request."""
    return not (hasattr(OwnWorkflow, name) or name.startswith("model_"))
