"""OpenAI's chat, as strict as the real one: what fields there are, what a schema must be, what a picture must be.

Written from the document of the API, apart from the client. Answers as a model would that does what it is asked to.
"""

import base64
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from gesso.dev.fakes.server import Answered

FIELDS = {
    "model", "messages", "max_tokens", "max_completion_tokens", "response_format", "reasoning_effort", "temperature",
    "seed", "top_p", "n", "store", "verbosity",
}  # fmt: skip


@dataclass(frozen=True)
class Asking:
    """What a model was asked: our instructions, the person's words, and the pictures."""

    fields: dict[str, Any]
    system: str
    text: str
    pictures: list[Image.Image] = field(default_factory=list)


def read(told: dict[str, Any], *, strict: bool) -> tuple[Asking, list[str]]:
    """The order in a body, and what is wrong with it. A `strict` server is OpenAI's own; others are older."""
    faults = [f"{name}: unrecognized request argument" for name in told if name not in FIELDS]
    if strict and "max_tokens" in told:
        faults.append("max_tokens: is not supported with this model, use max_completion_tokens")
    if not strict and ({"max_completion_tokens", "reasoning_effort"} & told.keys()):
        faults.append("max_completion_tokens: extra fields not permitted")
    shape = told.get("response_format", {"type": "text"})
    if shape["type"] == "json_schema":
        if not strict:
            faults.append("response_format: json_schema is not supported here")
        faults += schema_faults(shape["json_schema"])
    elif shape["type"] == "json_object" and "json" not in json.dumps(told["messages"]).lower():
        faults.append("messages: must contain the word 'json' for json_object")
    system = ""
    texts: list[str] = []
    pictures: list[Image.Image] = []
    for message in told["messages"]:
        if message["role"] not in ("system", "developer", "user", "assistant"):
            faults.append(f"messages: {message['role']} is no role")
        if message["role"] == "system":
            system = message["content"]
            continue
        content = message["content"]
        parts: list[dict[str, Any]] = [{"type": "text", "text": content}] if isinstance(content, str) else content
        for part in parts:
            if part["type"] == "text":
                texts.append(part["text"])
            elif part["type"] == "image_url":
                image, wrong = looked(part["image_url"]["url"])
                faults += wrong
                pictures.append(image)
            else:
                faults.append(f"messages: {part['type']} is no content part")
    return Asking(told, system, "\n".join(texts), pictures), faults


def schema_faults(named: dict[str, Any]) -> list[str]:
    """What keeps a schema from being a strict one."""
    faults = [] if re.fullmatch(r"[\w-]{1,64}", named.get("name", "")) else ["json_schema.name: is missing or odd"]
    return faults + (object_faults(named["schema"]) if named.get("strict") else [])


def object_faults(schema: dict[str, Any]) -> list[str]:
    """Also of the objects in it, as deep as they stand."""
    if schema.get("type") == "array":
        return object_faults(schema["items"])
    if schema.get("type") != "object":
        return []
    faults = []
    if schema.get("additionalProperties") is not False:
        faults.append("schema: 'additionalProperties' is required to be false")
    if set(schema.get("required", ())) != set(schema["properties"]):
        faults.append("schema: 'required' has to include every key in properties")
    return faults + [fault for each in schema["properties"].values() for fault in object_faults(each)]


def looked(url: str) -> tuple[Image.Image, list[str]]:
    """A picture in a data URL, and what is wrong with it: too large, not what it says, or with more than pixels."""
    head, _, text = url.partition(";base64,")
    image = Image.open(io.BytesIO(base64.b64decode(text, validate=True)))
    image.load()
    faults = [] if head == f"data:{Image.MIME[image.format or '']}" else ["image_url: is not what it says"]
    return image, faults + private(image)


def private(image: Image.Image) -> list[str]:
    """Ours are sent small, and without what a camera writes into them."""
    faults = ["picture: is larger than it has to be"] if max(image.size) > 1024 else []
    return [*faults, "picture: tells more than its pixels"] if image.getexif() or image.info.get("xmp") else faults


def answer_to(asking: Asking) -> dict[str, Any]:
    """What a model says that does what it is asked to."""
    told = json.loads(asking.text)
    if "leave_out" in told:
        return weighed(told["prompt"])
    if "into" in told:
        return {"prompt": f"{told['prompt']} in {told['into']}", "language": "de"}
    if "manner" in told:
        return {"prompt": f"{told['prompt']}, {told['manner']}"}
    if "prompt" in told:
        return {"prompt": f"{told['prompt']}, soft light from the left"}
    size = "x".join(map(str, asking.pictures[0].size))
    return {"caption": f"A red disc, {size}", "alt": "A red disc on grey.", "tags": ["Red", "disc", "red", "#grey"]}


def weighed(prompt: str) -> dict[str, Any]:
    """A judgement that finds the light missing, and the first word in the way."""
    first = prompt.split()[0]
    nothing = {"old": "", "new": "", "leave_out": ""}
    return {
        "score": 64,
        "reasons": [
            {"said": "It says what is to be seen.", "points": 30, "of": 30, **nothing},
            {"said": "The light is missing.", "points": 0, "of": 20, **nothing, "new": "soft light from the left"},
            {"said": f"“{first}” is in the way.", "points": -6, "of": 0, "old": first, "new": "", "leave_out": first},
            {"said": "That is nowhere.", "points": -1, "of": 0, "old": "words that are not there", "new": "x"}
            | {"leave_out": ""},
        ],
        "suggestions": ["mist over the water", "in muted greens", prompt],
    }


ODD = {
    "blank": "",
    "words": "Sure! Here is a better prompt: a lighthouse.",
    "half": '{"prompt": "a light',
    "other": '{"answer": "a lighthouse"}',
    "hollow": '{"prompt": "  "}',
    "number": '{"prompt": 7}',
}
"""Ways to answer that are no answer."""
FENCED = "<think>They want {more}.</think>Here you are:\n```json\n%s\n```\nAnything else?"


def completion(asking: Asking, way: str) -> Answered:
    said: str | None = json.dumps(answer_to(asking))
    ended, refusal = "stop", None
    match way:
        case "fenced":
            said = FENCED % said
        case "refused":
            said, refusal = None, "I can't help with that."
        case "filtered":
            said, ended = "", "content_filter"
        case "long":
            said, ended = '{"prompt": "a', "length"
        case _ if way in ODD:
            said = ODD[way]
    taken = len(asking.system + asking.text) // 4 + 800 * len(asking.pictures)
    given = len(said or refusal or "") // 4 + 1
    message = {"role": "assistant", "content": said, "refusal": refusal}
    told = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": asking.fields["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": ended, "logprobs": None}],
        "usage": {"prompt_tokens": taken, "completion_tokens": given, "total_tokens": taken + given},
    }
    return Answered(200, b'{"choices": []}') if way == "no choice" else Answered.of(200, told)
