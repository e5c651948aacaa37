"""OpenAI's images, as strict as the real ones: JSON for what is made from words, multipart for edits, always base64.
And its chat (`chat.py`).

Written from the facts of the API reference of 2026-11, apart from the client.
"""

import base64
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from gesso.dev.fakes import chat
from gesso.dev.fakes.server import Answered, Asked, Fake

MODELS = [
    "gpt-5.6-luna", "gpt-5.6-terra", "gpt-image-2", "gpt-image-2.5-flare", "gpt-image-2.5-sunburst",
    "gpt-image-2.6-flare", "gpt-image-2.6-sunburst",
]  # fmt: skip
TOKENS = {"low": 196, "medium": 439, "high": 1756, "auto": 439}
FIELDS = {"model", "prompt", "n", "size", "quality", "background", "output_format", "output_compression", "moderation"}


@dataclass(frozen=True)
class Order:
    path: str
    fields: dict[str, Any]
    pictures: list[Image.Image] = field(default_factory=list)
    mask: Image.Image | None = None


class OpenAI(Fake):
    """`keys` are those that are good. `dearer` multiplies the tokens that a picture takes. One that is not `strict` is
    a server of somebody's own."""

    strict = True

    def __init__(self, *keys: str, models: list[str] | None = None, dearer: float = 1.0, prefix: str = "/v1") -> None:
        super().__init__()
        self.keys = keys
        self.models = models or MODELS
        self.dearer = dearer
        self.prefix = prefix

    def answer(self, asked: Asked, way: str) -> Answered:
        if not self.known(asked):
            return _error(401, "invalid_api_key", f"Incorrect API key provided: {asked.headers.get('authorization')}.")
        path = asked.path.removeprefix(self.prefix)
        if path == "/models" and asked.method == "GET":
            told = [{"id": model, "object": "model", "created": 1, "owned_by": "openai"} for model in self.models]
            return Answered.of(200, {"object": "list", "data": told})
        if path == "/chat/completions" and asked.method == "POST":
            return self._said(asked, way)
        if path not in ("/images/generations", "/images/edits") or asked.method != "POST":
            return _error(404, "unknown_url", f"Unknown request URL: {asked.method} {asked.path}")
        order, faults = self._read(asked, path)
        if faults:
            self.wrong += [f"{path} {fault}" for fault in faults]
            return _error(400, "invalid_value", "; ".join(faults))
        if order.fields.get("model") not in self.models:
            return _error(404, "model_not_found", f"The model `{order.fields.get('model')}` does not exist")
        match way:
            case "moderated":
                return _error(
                    400,
                    "moderation_blocked",
                    "Your request was rejected by the safety system. safety_violations=[violence]",
                    "image_generation_user_error",
                )
            case "quota":
                return _error(429, "insufficient_quota", "You exceeded your current quota", "insufficient_quota")
            case "429":
                return _error(429, "rate_limit_exceeded", "Rate limit reached", retry_after="0")
            case "500":
                return _error(500, "server_error", "The server had an error")
        self.orders.append(order)
        if way == "500 after":
            return _error(500, "server_error", "The server had an error")
        return self._made(order, way)

    def known(self, asked: Asked) -> bool:
        return asked.headers.get("authorization", "") in {f"Bearer {key}" for key in self.keys}

    def _said(self, asked: Asked, way: str) -> Answered:
        asking, faults = chat.read(asked.json(), strict=self.strict)
        if faults:
            self.wrong += faults
            return _error(400, "invalid_value", "; ".join(faults))
        if asking.fields["model"] not in self.models:
            return _error(404, "model_not_found", f"The model `{asking.fields['model']}` does not exist")
        match way:
            case "moderated":
                return _error(400, "content_policy_violation", "Your request was rejected by the safety system.")
            case "429":
                return _error(429, "rate_limit_exceeded", "Rate limit reached", retry_after="0")
            case "500":
                return _error(500, "server_error", "The server had an error")
        self.orders.append(asking)
        if way == "500 after":
            return _error(500, "server_error", "The server had an error")
        return chat.completion(asking, way)

    def _read(self, asked: Asked, path: str) -> tuple[Order, list[str]]:
        kind = asked.headers.get("content-type", "")
        if path == "/images/generations":
            if not kind.startswith("application/json"):
                return Order(path, {}), ["content-type must be application/json"]
            words = asked.json()
            return Order(path, words), _faults(words)
        if not kind.startswith("multipart/form-data"):
            return Order(path, {}), ["content-type must be multipart/form-data"]
        told: dict[str, Any] = {}
        pictures: list[Image.Image] = []
        masks: list[Image.Image] = []
        faults: list[str] = []
        names: list[str] = []
        for part in asked.parts():
            name = str(part.get_param("name", header="content-disposition"))
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            if name in ("image", "image[]", "mask"):
                names.append(name)
                image = Image.open(io.BytesIO(data))
                image.load()
                if image.format not in ("PNG", "JPEG", "WEBP"):
                    faults.append(f"{name}: {image.format} is not supported")
                (masks if name == "mask" else pictures).append(image)
                if name == "mask" and (image.format != "PNG" or len(data) >= 4 << 20):
                    faults.append("mask: must be a PNG of less than 4 MB")
            else:
                told[name] = int(data) if name == "n" else data.decode()
        if not pictures:
            faults.append("image: is required")
        if names.count("image") > 1:
            faults.append("image: several pictures go by image[]")
        if len(pictures) > 16:
            faults.append("image: at most 16")
        if masks and pictures:
            if masks[0].size != pictures[0].size:
                faults.append("mask: must have the size of the first image")
            if masks[0].mode not in ("RGBA", "LA"):
                faults.append("mask: must have an alpha channel")
        return Order(path, told, pictures, masks[0] if masks else None), faults + _faults(told)

    def _made(self, order: Order, way: str) -> Answered:
        size = order.fields.get("size", "auto")
        width, height = (1024, 1024) if size == "auto" else map(int, size.split("x"))
        seed = abs(hash(json.dumps(order.fields, sort_keys=True))) + len(self.orders)
        noise = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
        image = Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)
        if way == "blank":
            image = Image.new("RGB", (width, height))
        out = io.BytesIO()
        image.save(out, order.fields.get("output_format", "png").upper())
        text = len(order.fields["prompt"]) // 4
        pictures = 800 * len(order.pictures)
        made = round(self.dearer * TOKENS[order.fields.get("quality", "auto")] * width * height / 1024**2)
        usage = {
            "input_tokens": text + pictures,
            "output_tokens": made,
            "total_tokens": text + pictures + made,
            "input_tokens_details": {"text_tokens": text, "image_tokens": pictures},
        }
        data = [] if way == "nothing" else [{"b64_json": base64.b64encode(out.getvalue()).decode()}]
        told = {"created": 1, "data": data, "size": size, "usage": usage}
        return Answered.of(200, told, x_request_id="req_1")


def _faults(told: dict[str, Any]) -> list[str]:
    faults = [f"{name}: unknown parameter" for name in told if name not in FIELDS]
    if not 1 <= len(str(told.get("prompt", ""))) <= 32_000:
        faults.append("prompt: must have 1 to 32000 characters")
    if not 1 <= told.get("n", 1) <= 10:
        faults.append("n: must be 1 to 10")
    if told.get("quality", "auto") not in ("auto", "low", "medium", "high"):
        faults.append("quality: is not one of auto, low, medium, high")
    if told.get("output_format", "png") not in ("png", "jpeg", "webp"):
        faults.append("output_format: is not one of png, jpeg, webp")
    size = told.get("size", "auto")
    if size != "auto":
        found = re.fullmatch(r"(\d+)x(\d+)", size)
        if not found:
            return [*faults, "size: is not WIDTHxHEIGHT"]
        width, height = int(found[1]), int(found[2])
        if width % 16 or height % 16:
            faults.append("size: both must be divisible by 16")
        if max(width, height) > 3 * min(width, height):
            faults.append("size: the aspect ratio must be between 1:3 and 3:1")
        if max(width, height) > 3840 or width * height > 3840 * 2160:
            faults.append("size: is larger than 3840x2160")
    return faults


def _error(status: int, code: str, message: str, type: str = "invalid_request_error", **headers: str) -> Answered:
    told = {"message": message, "type": type, "param": None, "code": code}
    return Answered.of(status, {"error": told}, **headers)
