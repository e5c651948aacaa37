"""How a picture was made, as its file tells: our own recipe, and those of AUTOMATIC1111 (and what writes like it),
ComfyUI, InvokeAI and SwarmUI. What has no place of its own is kept under the name that it has there.

All of it was written by strangers: lengths and depths are limited, and what cannot be understood is left out.

Sources: AUTOMATIC1111's infotext (`modules/infotext_utils.py`), ComfyUI's `nodes.py` and `comfy_extras`, InvokeAI's
`invokeai_metadata` and, before that, its `sd-metadata` and `Dream` texts.
"""

import json
import math
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from gesso.imaging import graphs, tags
from gesso.imaging.picture import Source

FORMAT: Final = 1
"""Of our own recipe. A later one may say more, and still says this."""
LONGEST: Final = 10_000
"""Letters of a prompt."""
SHORT: Final = 500
"""Letters of anything else."""
MOST: Final = 60
"""Things that are kept without being understood."""

_OURS: Final = {
    "steps": "steps",
    "cfg scale": "guidance",
    "distilled cfg scale": "guidance",
    "seed": "seed",
    "denoising strength": "strength",
    "width": "width",
    "height": "height",
}
_KEY: Final = re.compile(r"[\s,]*([A-Za-z][\w \-/().]{0,60}?)\s*:\s*")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_LORA: Final = re.compile(r"<(lora|lyco|hypernet):([^:<>]{1,200}):([^<>]{0,40})>")
_LEFT_OUT: Final = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True)
class Recipe:
    """`source` wrote it. `fields` are what has a plain name: prompt, negative_prompt, seed, width, height, steps,
    guidance, strength; of ours, the whole input. `op` and `offer` are known of ours alone. `also` is all else."""

    source: str
    fields: Mapping[str, Any]
    models: tuple[str, ...] = ()
    also: Mapping[str, str] = field(default_factory=dict)
    op: str = ""
    offer: str = ""

    def facts(self) -> dict[str, Any]:
        """As JSON values, without what is empty."""
        told = {
            "source": self.source,
            "op": self.op,
            "offer": self.offer,
            "fields": dict(self.fields),
            "models": list(self.models),
            "also": dict(self.also),
        }
        return {name: value for name, value in told.items() if value}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Recipe":
        return cls(
            told["source"],
            told.get("fields", {}),
            tuple(told.get("models", ())),
            told.get("also", {}),
            told.get("op", ""),
            told.get("offer", ""),
        )


def written(op: str, offer: str, input: Mapping[str, Any], **more: Any) -> str:
    """Our own recipe, as it travels in a file: the same each time."""
    told = {"gesso": FORMAT, "op": op, "offer": offer, "input": dict(input), **more}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(source: Source) -> Recipe | None:
    """The recipe in a file: ours before all others, since it is of this very picture."""
    found = tags.texts(source)
    comment = found.get("UserComment", "")
    ways: Iterable[tuple[str, Callable[[str], Recipe | None]]] = (
        (found.get(tags.NAME, ""), _ours),
        (found.get("invokeai_metadata", ""), _invoke),
        (found.get("sd-metadata", ""), _invoke_before),
        (found.get("Dream", ""), _dream),
        (found.get("parameters", ""), read_text),
        (comment, read_text),
        (found.get("prompt") or found.get("Model", "").removeprefix("prompt:"), _comfy),
        (found.get("workflow") or found.get("Make", "").removeprefix("workflow:"), _comfy),
        (found.get("ImageDescription", ""), read_text),
    )
    return next((recipe for text, way in ways if text and (recipe := way(text)) is not None), None)


def read_text(text: str) -> Recipe | None:
    """The recipe that somebody has copied as text, whoever wrote it."""
    text = text[: tags.LONGEST].strip()
    if not text.startswith("{"):
        return _infotext(text)
    for way in (_ours, _swarm, _invoke, _invoke_before, _comfy):
        if (recipe := way(text)) is not None:
            return recipe
    return None


# --- ours


def _ours(text: str) -> Recipe | None:
    told = _object(text)
    input, op = told.get("input"), told.get("op")
    if not isinstance(input, dict) or not isinstance(op, str) or ("gesso" not in told and "offer" not in told):
        return None
    also: dict[str, Any] = {name: told[name] for name in ("version", "made", "model") if name in told}
    return _recipe("gesso", input, also=also, op=op, offer=told.get("offer"))


# --- AUTOMATIC1111, and whoever writes like it (Forge, SD.Next, Fooocus, Civitai)


def _infotext(text: str) -> Recipe | None:
    """Lines of prompt, lines that begin with "Negative prompt:", and one of `Name: value` after "Steps:"."""
    lines = text.splitlines()
    last = next((at for at in reversed(range(len(lines))) if lines[at].lstrip().startswith("Steps:")), None)
    if last is None:
        return None
    told = _pairs(", ".join(lines[last:])[: 1 << 16])
    above = lines[:last]
    cut = next((at for at, line in enumerate(above) if line.lstrip().startswith("Negative prompt:")), len(above))
    fields: dict[str, Any] = {
        "prompt": "\n".join(above[:cut]).strip(),
        "negative_prompt": "\n".join(above[cut:]).strip().removeprefix("Negative prompt:").strip(),
    }
    also: dict[str, Any] = {}
    models: list[Any] = []
    for name, value in told:
        plain = name.lower()
        size = re.fullmatch(r"\s*(\d{1,6})\s*[x×]\s*(\d{1,6})\s*", value) if plain == "size" else None
        if size is not None:
            fields["width"], fields["height"] = int(size[1]), int(size[2])
        elif plain == "model":
            models.append(value)
        elif plain in _OURS and (number := _number(value)) is not None:
            fields.setdefault(_OURS[plain], number)
        else:
            also.setdefault(name, value)
    _take_loras(fields, also)
    source = "fooocus" if "Fooocus" in str(also.get("Version", "")) else "automatic1111"
    return _recipe(source, fields, models, also)


def _pairs(line: str) -> list[tuple[str, str]]:
    """`Name: value, Name: "a value, with commas", Name: [{"json": 1}]`."""
    found: list[tuple[str, str]] = []
    at = 0
    while len(found) < 2 * MOST and 0 <= at < len(line):
        key = _KEY.match(line, at)
        if key is None:
            # The rest of a value that had a comma in it.
            at = line.find(",", at + 1)
            continue
        at = key.end()
        if quoted := _QUOTED.match(line, at):
            value = _said(quoted[0])
            at = quoted.end()
        elif line[at : at + 1] in ("[", "{") and (end := _json_end(line, at)):
            value, at = line[at:end], end
        else:
            end = line.find(",", at)
            end = len(line) if end < 0 else end
            value, at = line[at:end].strip(), end
        found.append((key[1].strip(), value))
        at = line.find(",", at)
    return found


def _said(quoted: str) -> str:
    try:
        return str(json.loads(quoted))
    except ValueError:
        return quoted[1:-1]


def _json_end(line: str, at: int) -> int:
    """Where the JSON value ends that begins here; 0 where it is none."""
    try:
        return json.JSONDecoder().raw_decode(line, at)[1]
    except (ValueError, RecursionError):
        return 0


def _take_loras(fields: dict[str, Any], also: dict[str, Any]) -> None:
    """`<lora:name:0.8>` are no words: they are listed, and taken out of the prompt."""
    prompt = str(fields["prompt"])
    found = [f"{name} ({weight})" for _, name, weight in _LORA.findall(prompt)]
    if found:
        also["LoRA"] = ", ".join(found[:20])
        fields["prompt"] = re.sub(r" +(?= |\n)", "", _LORA.sub("", prompt)).strip(" ,\n")


# --- SwarmUI


def _swarm(text: str) -> Recipe | None:
    told = _object(text).get("sui_image_params")
    if not isinstance(told, dict):
        return None
    names = {
        "prompt": "prompt",
        "negativeprompt": "negative_prompt",
        "seed": "seed",
        "steps": "steps",
        "cfgscale": "guidance",
        "width": "width",
        "height": "height",
        "initimagecreativity": "strength",
    }
    fields = {ours: told[name] for name, ours in names.items() if name in told}
    also = {name: value for name, value in told.items() if name not in names and name != "model"}
    return _recipe("swarmui", fields, [told.get("model")], also)


# --- InvokeAI


def _invoke(text: str) -> Recipe | None:
    told = _object(text)
    if "positive_prompt" not in told:
        return None
    names = {
        "positive_prompt": "prompt",
        "negative_prompt": "negative_prompt",
        "seed": "seed",
        "steps": "steps",
        "cfg_scale": "guidance",
        "width": "width",
        "height": "height",
        "strength": "strength",
    }
    fields = {ours: told[name] for name, ours in names.items() if name in told}
    also = {name: value for name, value in told.items() if name not in names and name not in ("model", "loras")}
    loras = told.get("loras")
    if isinstance(loras, list) and loras:
        also["LoRA"] = ", ".join(
            f"{_called(each.get('lora') or each.get('model'))} ({each.get('weight')})"
            for each in loras[:20]
            if isinstance(each, dict)
        )
    return _recipe("invokeai", fields, [_called(told.get("model"))], also)


def _called(model: Any) -> str:
    """A model's name: it was `model_name` before it was `name`."""
    if isinstance(model, dict):
        model = model.get("name") or model.get("model_name") or model.get("key")
    return model if isinstance(model, str) else ""


def _invoke_before(text: str) -> Recipe | None:
    """`sd-metadata`, until 2023."""
    told = _object(text)
    image = told.get("image")
    if not isinstance(image, dict) or "prompt" not in image:
        return None
    prompt = image["prompt"]
    if isinstance(prompt, list):
        prompt = " ".join(str(each.get("prompt", "")) for each in prompt if isinstance(each, dict))
    names = {"seed": "seed", "steps": "steps", "cfg_scale": "guidance", "width": "width", "height": "height"}
    fields = _both(str(prompt)) | {ours: image[name] for name, ours in names.items() if name in image}
    if isinstance(image.get("strength"), int | float) and image.get("type") == "img2img":
        fields["strength"] = image["strength"]
    also = {name: value for name, value in image.items() if name not in (*names, "prompt", "strength")}
    also |= {name: value for name, value in told.items() if name not in ("image", "model", "model_weights")}
    return _recipe("invokeai", fields, [told.get("model_weights") or told.get("model")], also)


def _dream(text: str) -> Recipe | None:
    """The oldest: what was typed, `"a lake [fog]" -s 50 -S 7 -W 512 -H 512 -C 7.5 -A k_lms`."""
    try:
        words = shlex.split(text[: 1 << 16])
    except ValueError:
        return None
    names = {"-s": "steps", "-S": "seed", "-W": "width", "-H": "height", "-C": "guidance", "-f": "strength"}
    fields: dict[str, Any] = {}
    also: dict[str, Any] = {}
    prompt: list[str] = []
    rest = iter(words)
    for word in rest:
        # `-s50` and `-s 50` are the same.
        flag, joined = (word[:2], word[2:]) if re.match(r"-[A-Za-z]", word) else ("", "")
        if not flag:
            prompt.append(word)
            continue
        value = joined or next(rest, "")
        number = _number(value)
        if flag in names and number is not None:
            fields[names[flag]] = number
        else:
            also[{"-A": "sampler"}.get(flag, flag)] = value
    if not prompt or not fields:
        return None
    return _recipe("invokeai", _both(" ".join(prompt)) | fields, also=also)


def _both(prompt: str) -> dict[str, Any]:
    """A prompt whose words in brackets are to be left out."""
    left = ", ".join(each.strip() for each in _LEFT_OUT.findall(prompt))
    return {"prompt": _LEFT_OUT.sub("", prompt).strip(), "negative_prompt": left}


# --- ComfyUI


def _comfy(text: str) -> Recipe | None:
    told = _object(text)
    # Some write both documents as one.
    if isinstance(inner := told.get("prompt"), dict):
        told = inner
    found = graphs.read(told)
    if found is None:
        return None
    return _recipe("comfyui", found.fields, found.models, found.also)


# --- what all have in common


def _recipe(
    source: str,
    fields: Mapping[str, Any],
    models: Iterable[Any] = (),
    also: Mapping[str, Any] = {},
    *,
    op: Any = "",
    offer: Any = "",
) -> Recipe:
    """Within bounds; None, "" and [] are nothing, but in ours a choice."""
    kept = {}
    for name, value in [*fields.items()][:MOST]:
        bound = _bounded(value, LONGEST)
        if op or bound not in (None, "", [], {}):
            kept[str(name)[:80]] = bound
    more = {}
    for name, value in [*also.items()][:MOST]:
        if value not in (None, "", [], {}):
            more[str(name)[:80]] = _short(value)
    named = [model[:200] for model in models if isinstance(model, str) and model]
    return Recipe(
        source,
        kept,
        tuple(dict.fromkeys(named))[:10],
        more,
        op[:100] if isinstance(op, str) else "",
        offer[:200] if isinstance(offer, str) else "",
    )


def _bounded(value: Any, longest: int, depth: int = 6) -> Any:
    """A JSON value without what no JSON can say, and without what is too long or too deep."""
    match value:
        case str():
            return value.replace("\0", "")[:longest]
        case bool() | None:
            return value
        case int():
            return value if abs(value) < 2**63 else None
        case float():
            return value if math.isfinite(value) else None
        case list() if depth:
            return [_bounded(each, longest, depth - 1) for each in value[:MOST]]
        case dict() if depth:
            every = [*value.items()][:MOST]
            return {str(name)[:80]: _bounded(each, longest, depth - 1) for name, each in every}
    return None


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(_bounded(value, SHORT), ensure_ascii=False)
    text = text.replace("\0", "")
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def _object(text: str) -> dict[str, Any]:
    """The JSON object, or an empty one for anything else."""
    if not text.lstrip().startswith("{"):
        return {}
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _number(text: str) -> int | float | None:
    if re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d{1,12}\.\d{1,12}", text) else None
