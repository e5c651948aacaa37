"""What a graph of ComfyUI makes, read from its nodes: which words, which seed, which size, by which model.

A graph may be of any nodes, also of some that nobody knows. So it is walked backwards from what samples, and what is
met on the way is known by the names of its inputs, not by those of the nodes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

NODES: Final = 2_000
"""The most that are looked at."""
SAMPLERS: Final = 50
DEEP: Final = 40

_NUMBERS: Final = {
    "seed": "seed",
    "noise_seed": "seed",
    "steps": "steps",
    "cfg": "guidance",
    "guidance": "guidance",
    "denoise": "strength",
    "width": "width",
    "height": "height",
}
_MODELS: Final = ("ckpt_name", "unet_name", "model_name")
_WORDS: Final = ("text", "text_g", "text_l", "clip_l", "t5xxl", "prompt", "string", "value", "wildcard_text")
_PASSED: Final = ("value", "seed", "noise_seed", "number", "int", "float")
_SIDES: Final = ("positive", "negative", "conditioning")

_WIDGETS: Final[Mapping[str, tuple[str, ...]]] = {
    "KSampler": ("seed", "", "steps", "cfg", "sampler_name", "scheduler", "denoise"),
    "KSamplerAdvanced": ("", "noise_seed", "", "steps", "cfg", "sampler_name", "scheduler"),
    "KSamplerSelect": ("sampler_name",),
    "BasicScheduler": ("scheduler", "steps", "denoise"),
    "RandomNoise": ("noise_seed",),
    "CFGGuider": ("cfg",),
    "FluxGuidance": ("guidance",),
    "CLIPTextEncode": ("text",),
    "EmptyLatentImage": ("width", "height", "batch_size"),
    "EmptySD3LatentImage": ("width", "height", "batch_size"),
    "CheckpointLoaderSimple": ("ckpt_name",),
    "UNETLoader": ("unet_name",),
    "LoraLoader": ("lora_name", "strength_model"),
    "LoraLoaderModelOnly": ("lora_name", "strength_model"),
}
"""A workflow that was saved from the page has values without names: those of the nodes that everybody has."""

Node = dict[str, Any]
Nodes = dict[str, Node]


@dataclass
class Found:
    """What a graph was found to say."""

    fields: dict[str, Any] = field(default_factory=dict)
    models: list[str] = field(default_factory=list)
    also: dict[str, Any] = field(default_factory=dict)


def read(told: Mapping[str, Any]) -> Found | None:
    """Of a graph as it is executed, or of a workflow as the page saves it. None where nothing in it samples."""
    nodes = _drawn(told) if isinstance(told.get("nodes"), list) else _executed(told)
    sampler = _first_sampler(nodes)
    if sampler is None:
        return None
    found = Found()
    loras: list[str] = []
    for node in _upstream(nodes, sampler):
        inputs = node["inputs"]
        for name, ours in _NUMBERS.items():
            number = _value(nodes, inputs.get(name))
            if isinstance(number, int | float) and not isinstance(number, bool):
                found.fields.setdefault(ours, number)
        for name in ("sampler_name", "scheduler"):
            if isinstance(said := _value(nodes, inputs.get(name)), str):
                found.also.setdefault(name.removesuffix("_name"), said)
        found.models += [inputs[name] for name in _MODELS if isinstance(inputs.get(name), str)]
        loras += _loras(inputs)
    for side, words in _words(nodes, sampler):
        found.fields.setdefault(side, words)
    if found.fields.get("strength") == 1:
        # Nothing was begun with: this is no strength of anything.
        del found.fields["strength"]
    if loras:
        found.also["LoRA"] = ", ".join(dict.fromkeys(loras[:20]))
    kinds = sorted({node["class_type"] for node in nodes.values()})
    found.also["nodes"] = ", ".join(kinds)
    return found


def _executed(told: Mapping[str, Any]) -> Nodes:
    return {
        str(name): {"class_type": str(node["class_type"])[:100], "inputs": node["inputs"]}
        for name, node in [*told.items()][:NODES]
        if isinstance(node, dict) and isinstance(node.get("inputs"), dict) and "class_type" in node
    }


def _drawn(told: Mapping[str, Any]) -> Nodes:
    """The same of a workflow, as far as its nodes are known."""
    links = {
        link[0]: [str(link[1]), link[2]]
        for link in _list(told.get("links"))
        if isinstance(link, list) and len(link) >= 3 and isinstance(link[0], int)
    }
    nodes: Nodes = {}
    for node in told["nodes"][:NODES]:
        if not isinstance(node, dict) or not isinstance(kind := node.get("type"), str):
            continue
        names, listed = _WIDGETS.get(kind, ()), _list(node.get("widgets_values"))
        inputs: Node = {name: value for name, value in zip(names, listed, strict=False) if name}
        if not names and len(listed) == 1:
            inputs["value"] = listed[0]
        for each in _list(node.get("inputs")):
            if isinstance(each, dict) and isinstance(each.get("link"), int) and each["link"] in links:
                inputs[str(each.get("name"))] = links[each["link"]]
        nodes[str(node.get("id"))] = {"class_type": kind[:100], "inputs": inputs}
    return nodes


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _samples(node: Node) -> bool:
    inputs = node["inputs"]
    return "Sampler" in node["class_type"] and ("latent_image" in inputs or "sigmas" in inputs or "positive" in inputs)


def _first_sampler(nodes: Nodes) -> Node | None:
    """Where several follow each other, the first: it has the words and the size, the others work its picture out."""
    every = [node for node in nodes.values() if _samples(node)][:SAMPLERS]
    for node in every:
        before = _upstream(nodes, node, through=True)
        if not any(other is not node and _samples(other) for other in before):
            return node
    return every[0] if every else None


def _linked(nodes: Nodes, value: Any) -> Node | None:
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str | int):
        return nodes.get(str(value[0]))
    return None


def _upstream(nodes: Nodes, start: Node, *, through: bool = False) -> Iterator[Node]:
    """The node, and all that it is made from, the near before the far; not what another sampler is made from, unless
    `through`."""
    seen = {id(start)}
    row = [start]
    while row:
        further: list[Node] = []
        for node in row:
            yield node
            if node is not start and not through and _samples(node):
                continue
            for value in node["inputs"].values():
                other = _linked(nodes, value)
                if other is not None and id(other) not in seen:
                    seen.add(id(other))
                    further.append(other)
        row = further


def _value(nodes: Nodes, value: Any, depth: int = DEEP) -> Any:
    """A plain value, also where it comes by a line from a node that only holds it."""
    other = _linked(nodes, value)
    if other is None:
        return None if isinstance(value, list) else value
    inputs = other["inputs"]
    name = next((name for name in _PASSED if name in inputs), None)
    return _value(nodes, inputs[name], depth - 1) if name is not None and depth else None


def _words(nodes: Nodes, sampler: Node) -> Iterator[tuple[str, str]]:
    """What is to be seen, and what is not; a guider may stand between."""
    inputs = sampler["inputs"]
    guider = _linked(nodes, inputs.get("guider"))
    for side in (inputs, guider["inputs"] if guider else {}):
        for name in _SIDES:
            words = list(dict.fromkeys(_spoken(nodes, side.get(name), set())))
            if words:
                yield "negative_prompt" if name == "negative" else "prompt", "\n".join(words)


def _spoken(nodes: Nodes, value: Any, seen: set[int], depth: int = DEEP) -> Iterator[str]:
    """Every text on the way back from a conditioning."""
    node = _linked(nodes, value)
    if node is None or id(node) in seen or not depth:
        return
    seen.add(id(node))
    inputs = node["inputs"]
    texts = [name for name in _WORDS if name in inputs]
    for name in texts:
        if isinstance(inputs[name], str):
            if inputs[name].strip():
                yield inputs[name].strip()
        else:
            yield from _spoken(nodes, inputs[name], seen, depth - 1)
    if not texts and "ZeroOut" not in node["class_type"]:
        for name, each in inputs.items():
            if name not in ("model", "clip", "vae", "control_net", "image", "negative", "latent_image"):
                yield from _spoken(nodes, each, seen, depth - 1)


def _loras(inputs: Node) -> Iterator[str]:
    if isinstance(name := inputs.get("lora_name"), str):
        yield f"{name} ({inputs.get('strength_model', 1)})"
    for each in inputs.values():
        # A stack of them, each to be switched on.
        if isinstance(each, dict) and each.get("on") is True and isinstance(each.get("lora"), str):
            yield f"{each['lora']} ({each.get('strength', 1)})"
