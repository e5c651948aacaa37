"""Hugging Face's router and Hub, as strict as the real ones: each provider behind the router in its own way.

Written from requests that its own kit sends (huggingface_hub 2.4.0), apart from the client.
"""

import base64
import io
import re
from dataclasses import dataclass
from typing import Any

from PIL import Image

from gesso.dev.fakes.schema import drawn
from gesso.dev.fakes.server import Answered, Asked, Fake

PARAMETERS = {
    "text": {"width", "height", "negative_prompt", "num_inference_steps", "guidance_scale", "scheduler", "seed"},
    "image": {"prompt", "negative_prompt", "num_inference_steps", "guidance_scale", "target_size"},
}
BODIES = {
    "together": {"prompt", "model", "response_format", "width", "height", "steps"},
    "nscale": {"prompt", "model", "response_format", "size"},
}


@dataclass(frozen=True)
class Order:
    provider: str
    model: str
    told: dict[str, Any]
    image: Image.Image | None = None


class HuggingFace(Fake):
    """`keys` are those that are good. `own` are the models that hf-inference runs, `mapped` what others call theirs."""

    def __init__(self, *keys: str) -> None:
        super().__init__()
        self.keys = keys
        self.own = {"lights/painter", "lights/editor"}
        self.mapped = {("together", "lights/fast"): "lights/FAST-turbo", ("nscale", "lights/fast"): "fast"}

    def answer(self, asked: Asked, way: str) -> Answered:
        if asked.headers.get("authorization") not in {f"Bearer {good}" for good in self.keys}:
            return Answered.of(401, {"error": "Invalid username or password."})
        if way == "500" and not self.costs(asked):
            return Answered.of(500, {"error": "Internal Server Error"})
        if asked.path == "/api/whoami-v2":
            return Answered.of(200, {"type": "user", "name": "someone", "canPay": True, "isPro": False})
        if named := re.fullmatch(r"/api/models/([^/]+/[^/]+)", asked.path):
            found = {
                runs: {"status": "live", "providerId": theirs, "task": "text-to-image"}
                for (runs, model), theirs in self.mapped.items()
                if model == named[1]
            }
            return Answered.of(200, {"id": named[1], "inferenceProviderMapping": found})
        if named := re.fullmatch(r"/hf-inference/models/([^/]+/[^/]+)", asked.path):
            return self._own(named[1], asked, way)
        if named := re.fullmatch(r"/(together|nscale)/v1/images/generations", asked.path):
            return self._other(named[1], asked.json(), way)
        return Answered.of(404, {"error": "Not Found"})

    def _own(self, model: str, asked: Asked, way: str) -> Answered:
        if model not in self.own:
            return Answered.of(404, {"error": f"Model {model} does not exist"})
        told = asked.json()
        inputs, more = told.get("inputs", ""), told.get("parameters", {})
        image = None
        if "prompt" in more:
            image = Image.open(io.BytesIO(base64.b64decode(inputs)))
            image.load()
        strange = set(more) - PARAMETERS["image" if image else "text"] | set(told) - {"inputs", "parameters"}
        self.wrong += [f"{model} does not take {name}" for name in sorted(strange)]
        if asked.headers.get("accept") != "image/png":
            self.wrong.append("a picture is asked for by accept")
        if refused := self._way(Order("hf-inference", model, {"inputs": inputs, **more}, image), way):
            return refused
        size = image.size if image else (more.get("width", 512), more.get("height", 512))
        return Answered(200, drawn(size, len(self.orders), way), {"content-type": "image/png"})

    def _other(self, runs: str, told: dict[str, Any], way: str) -> Answered:
        self.wrong += [f"{runs} does not take {name}" for name in sorted(set(told) - BODIES[runs])]
        if told.get("model") not in {theirs for (name, _), theirs in self.mapped.items() if name == runs}:
            return Answered.of(404, {"error": {"message": "Unable to access model"}})
        if told.get("response_format") != {"together": "base64", "nscale": "b64_json"}[runs]:
            self.wrong.append(f"{runs} gives pictures by another word")
        if refused := self._way(Order(runs, told["model"], told), way):
            return refused
        size = told.get("size") or f"{told['width']}x{told['height']}"
        across, down = map(int, size.split("x"))
        made = base64.b64encode(drawn((across, down), len(self.orders), way)).decode()
        return Answered.of(200, {"data": [{"b64_json": made}]})

    def _way(self, order: Order, way: str) -> Answered | None:
        match way:
            case "402":
                return Answered.of(402, {"error": "You have exceeded your monthly included credits"})
            case "422":
                return Answered.of(422, {"error": "a reason of 422"})
            case "429":
                return Answered.of(429, {"error": "rate limit"})
            case "429 after":
                return Answered.of(429, {"error": "rate limit"}, retry_after="0")
            case "loading":
                return Answered.of(503, {"error": "Model is currently loading", "estimated_time": 0.1})
            case "500":
                return Answered.of(500, {"error": "Internal Server Error"})
        self.orders.append(order)
        return Answered.of(500, {"error": "Internal Server Error"}) if way == "500 after" else None
