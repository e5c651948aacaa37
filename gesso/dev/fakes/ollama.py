"""Ollama's API, as strict as the real one: pictures are bare base64, an unknown model is a 404, errors are one word.

Written from its documents of 2026, apart from the client.
"""

import base64
import binascii
import io
import json
from typing import Any

from PIL import Image

from gesso.dev.fakes.chat import FENCED, ODD, Asking, answer_to, private
from gesso.dev.fakes.server import Answered, Asked, Fake

FIELDS = {"model", "messages", "stream", "think", "format", "options", "keep_alive", "tools"}
OPTIONS = {"temperature", "num_ctx", "num_predict", "seed", "top_p", "top_k", "stop"}


class Ollama(Fake):
    """`models` with what each can do besides writing."""

    def __init__(self, **models: list[str]) -> None:
        super().__init__()
        self.models = models

    def costs(self, asked: Asked) -> bool:
        return asked.path == "/api/chat"

    def answer(self, asked: Asked, way: str) -> Answered:
        if asked.path == "/api/tags" and asked.method == "GET":
            told = [{"name": f"{name}:latest", "model": f"{name}:latest", "size": 1} for name in self.models]
            return Answered.of(200, {"models": told})
        if asked.method != "POST" or asked.path not in ("/api/chat", "/api/show"):
            return Answered(404, b"404 page not found")
        told = asked.json()
        name = told.get("model", "").removesuffix(":latest")
        if name not in self.models:
            return Answered.of(404, {"error": f"model '{name}' not found"})
        if asked.path == "/api/show":
            return Answered.of(200, {"capabilities": ["completion", *self.models[name]], "details": {}})
        asking, faults = self._read(told, name)
        if faults:
            self.wrong += faults
            return Answered.of(400, {"error": "; ".join(faults)})
        if way == "500":
            return Answered.of(500, {"error": "model runner has unexpectedly stopped"})
        self.orders.append(asking)
        said = json.dumps(answer_to(asking))
        said = FENCED % said if way == "fenced" else ODD.get(way, said)
        ended = "length" if way == "long" else "stop"
        made = {"message": {"role": "assistant", "content": said}, "done": True, "done_reason": ended, "eval_count": 9}
        return Answered.of(200, {"model": told["model"], "created_at": "2026-11-29T00:00:00Z", **made})

    def _read(self, told: dict[str, Any], name: str) -> tuple[Asking, list[str]]:
        faults = [f"{field}: unknown field" for field in told if field not in FIELDS]
        faults += [f"{option}: invalid option" for option in told.get("options", {}) if option not in OPTIONS]
        if told.get("stream") is not False:
            faults.append("stream: this fake does not stream")
        if told.get("think"):
            faults.append(f'"{name}" does not support thinking')
        shape = told.get("format")
        if shape != "json" and not (isinstance(shape, dict) and shape.get("type") == "object"):
            faults.append("format: must be json or a schema")
        system = text = ""
        pictures: list[Image.Image] = []
        for message in told["messages"]:
            if message["role"] == "system":
                system = message["content"]
            else:
                text = message["content"]
                for each in message.get("images", ()):
                    try:
                        image = Image.open(io.BytesIO(base64.b64decode(each, validate=True)))
                        image.load()
                    except (binascii.Error, OSError):
                        faults.append("images: illegal base64 data")
                        continue
                    faults += private(image)
                    pictures.append(image)
        if pictures and "vision" not in self.models[name]:
            faults.append(f"{name}: this model is missing data required for image input")
        return Asking(told, system, text, pictures), faults
