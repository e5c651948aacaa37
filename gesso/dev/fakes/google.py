"""Gemini's generateContent and interactions, as strict as the real ones: unknown fields are refused, and a refusal
comes with status 200.

Written from the facts of the v1beta document of 2026-08, of v1 and of the types of google-genai 3.3.0, apart from the
client.
"""

import base64
import io
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from gesso.dev.fakes import chat
from gesso.dev.fakes.server import Answered, Asked, Fake
from gesso.dev.fakes.wavespeed import film

MODELS = ["gemini-3.1-flash-image", "gemini-3.1-flash-lite-image", "gemini-nano-banana-2.1", "gemini-3-pro-image"]
WRITERS = ["gemini-3.1-flash-lite", "gemini-3.5-flash-lite"]
WORDS = {"temperature", "seed", "maxOutputTokens", "responseMimeType", "responseJsonSchema", "thinkingConfig"}
FILMS = ["gemini-omni-1.2-flash"]
TASKS = ["text_to_video", "image_to_video", "reference_to_video", "edit", "extend", "upscale"]
INTERACTION = {"model", "input", "response_format", "generation_config", "background", "store"}
FILM_FORMAT = {"type", "aspect_ratio", "resolution", "duration", "delivery"}
RATIOS = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]
CONFIG = {"temperature", "seed", "candidateCount", "responseModalities", "imageConfig"}


@dataclass(frozen=True)
class Order:
    model: str
    text: str
    pictures: list[Image.Image]
    config: dict[str, Any]


class Google(Fake):
    """`keys` are those that are good."""

    def __init__(self, *keys: str, models: list[str] | None = None) -> None:
        super().__init__()
        self.keys = keys
        self.models = models or [*MODELS, *WRITERS]
        self.films: dict[str, tuple[Order, str]] = {}
        self.looked: Counter[str] = Counter()

    def costs(self, asked: Asked) -> bool:
        return asked.method == "POST"

    def answer(self, asked: Asked, way: str) -> Answered:
        if any(key in f"{asked.path}?{asked.query}" for key in self.keys):
            self.wrong.append("the key stands in an address")
        if asked.path.startswith("/elsewhere/"):
            if "x-goog-api-key" in asked.headers:
                self.wrong.append("the key was told to another house")
            return Answered(200, film())
        if asked.headers.get("x-goog-api-key") not in self.keys:
            invalid = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]
            return _error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", invalid)
        if asked.path == "/v1/models" and asked.method == "GET":
            return Answered.of(200, {"models": [{"name": f"models/{model}"} for model in self.models]})
        if asked.path == "/v1/interactions" and asked.method == "POST":
            return self._interaction(asked.json(), way)
        if kept := re.fullmatch(r"/v1/interactions/([^/]+)", asked.path):
            return self._state(kept[1], way)
        if file := re.fullmatch(r"/v1beta/files/([^/]+):download", asked.path):
            if asked.query != "alt=media":
                self.wrong.append(f"a file is downloaded with alt=media, not {asked.query!r}")
            plan = self.films[file[1]][1]
            if plan == "moved":
                return Answered(302, b"", {"location": f"{self.url}/elsewhere/{file[1]}"})
            return Answered(200, {"page": b"<html>", "short": film()[:200]}.get(plan) or film())
        found = re.fullmatch(r"/v1/models/([^/:]+):generateContent", asked.path)
        if found is None or found[1] not in self.models:
            return _error(404, "NOT_FOUND", f"{asked.path} is not found")
        if found[1] in WRITERS:
            return self._said(found[1], asked.json(), way)
        order, faults = self._read(found[1], asked.json())
        if faults:
            self.wrong += faults
            return _error(400, "INVALID_ARGUMENT", "; ".join(faults))
        match way:
            case "429":
                delay = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.1s"}]
                return _error(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota", delay)
            case "blocked":
                return Answered.of(200, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})
            case "no image":
                content = {"role": "model", "parts": [{"text": "I cannot draw that."}]}
                return Answered.of(200, {"candidates": [{"content": content, "finishReason": "IMAGE_SAFETY"}]})
            case "500":
                return _error(500, "INTERNAL", "An internal error has occurred")
        self.orders.append(order)
        if way == "500 after":
            return _error(503, "UNAVAILABLE", "The model is overloaded")
        return self._made(order, way)

    def _said(self, model: str, told: dict[str, Any], way: str) -> Answered:
        faults = [
            f"Unknown name {name}" for name in told.keys() - {"contents", "generationConfig", "systemInstruction"}
        ]
        config = told["generationConfig"]
        faults += [f"Unknown name {name} at generation_config" for name in config.keys() - WORDS]
        if config.get("responseJsonSchema") and config.get("responseMimeType") != "application/json":
            faults.append("response_json_schema needs the MIME type application/json")
        if config.get("thinkingConfig", {}).get("thinkingLevel", "LOW") not in ("MINIMAL", "LOW", "MEDIUM", "HIGH"):
            faults.append("thinking_level is no level")
        system = "".join(part["text"] for part in told["systemInstruction"]["parts"])
        texts, pictures = [], []
        for part in told["contents"][0]["parts"]:
            if "text" in part:
                texts.append(part["text"])
            else:
                image, wrong = chat.looked(f"data:{part['inlineData']['mimeType']};base64,{part['inlineData']['data']}")
                faults += wrong
                pictures.append(image)
        if faults:
            self.wrong += faults
            return _error(400, "INVALID_ARGUMENT", "; ".join(faults))
        match way:
            case "429":
                return _error(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota")
            case "blocked":
                return Answered.of(200, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})
            case "500":
                return _error(500, "INTERNAL", "An internal error has occurred")
        asking = chat.Asking(config, system, "\n".join(texts), pictures)
        self.orders.append(asking)
        if way == "500 after":
            return _error(503, "UNAVAILABLE", "The model is overloaded")
        reason = {"filtered": "SAFETY", "long": "MAX_TOKENS"}.get(way, "STOP")
        said = chat.ODD.get(way, json.dumps(chat.answer_to(asking)))
        parts = [{"text": "Let me see.", "thought": True}, {"text": said[:9]}, {"text": said[9:]}]
        counts = {
            "promptTokenCount": len(system) // 4 + 258 * len(pictures),
            "candidatesTokenCount": len(said) // 4 + 1,
        }
        made = {
            "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": reason}],
            "usageMetadata": {**counts, "thoughtsTokenCount": 3, "totalTokenCount": 3 + sum(counts.values())},
        }
        return Answered.of(200, made)

    def _interaction(self, told: dict[str, Any], way: str) -> Answered:
        faults = [f"Unknown name {name}" for name in told if name not in INTERACTION]
        wanted, config = told.get("response_format", {}), told.get("generation_config", {})
        faults += [f"Unknown name {name} at response_format" for name in wanted if name not in FILM_FORMAT]
        faults += [
            f"Unknown name {name} at generation_config" for name in config if name not in ("seed", "video_config")
        ]
        if told.get("model") not in FILMS:
            return _error(404, "NOT_FOUND", f"{told.get('model')} is not found")
        if wanted.get("type") != "video" or wanted.get("aspect_ratio") not in ("16:9", "9:16"):
            faults.append("response_format is no film that the model makes")
        if wanted.get("resolution") not in ("360p", "720p", "1080p", "4k"):
            faults.append("resolution is not one that there is")
        seconds = re.fullmatch(r"(\d+)s", str(wanted.get("duration", "8s")))
        if seconds is None or not 3 <= int(seconds[1]) <= 15:
            faults.append("duration is no length from 3s to 15s")
        if told.get("background") is not True or told.get("store") is not True:
            faults.append("what is made in the background is stored")
        texts = [part["text"] for part in told["input"] if part["type"] == "text"]
        pictures: list[Image.Image] = []
        for part in told["input"]:
            if part["type"] == "image":
                image = Image.open(io.BytesIO(base64.b64decode(part["data"])))
                image.load()
                pictures.append(image)
                if Image.MIME[image.format or ""] != part["mime_type"]:
                    faults.append("mime_type is not what the data is")
        task = config.get("video_config", {}).get("task")
        if task not in TASKS or (task == "image_to_video") != bool(pictures) or not "".join(texts).strip():
            faults.append("input is not what the task wants")
        if faults:
            self.wrong += faults
            return _error(400, "INVALID_ARGUMENT", "; ".join(faults))
        if way == "500":
            return _error(500, "INTERNAL", "An internal error has occurred")
        if way == "429":
            return _error(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota")
        if way == "blocked":
            return _error(400, "INVALID_ARGUMENT", "The prompt was blocked by the safety filter")
        self.orders.append(Order(told["model"], "\n".join(texts), pictures, {**config, **wanted}))
        ticket = f"v1_{len(self.orders):024d}"
        self.films[ticket] = (self.orders[-1], way)
        if way == "500 after":
            return _error(503, "UNAVAILABLE", "The model is overloaded")
        return Answered.of(
            200, {"id": ticket, "object": "interaction", "status": "in_progress", "model": told["model"]}
        )

    def _state(self, ticket: str, way: str) -> Answered:
        if ticket not in self.films or way == "lost":
            return _error(404, "NOT_FOUND", "no such interaction")
        if way == "500":
            return _error(500, "INTERNAL", "An internal error has occurred")
        order, plan = self.films[ticket]
        self.looked[ticket] += 1
        told: dict[str, Any] = {"id": ticket, "object": "interaction", "model": order.model, "role": "model"}
        if self.looked[ticket] < 3:
            return Answered.of(200, {**told, "status": ["queued", "in_progress"][self.looked[ticket] - 1]})
        if plan == "failed":
            return Answered.of(200, {**told, "status": "failed", "errors": [{"message": "It ran out of memory."}]})
        if plan == "filtered":
            parts: list[dict[str, Any]] = [{"type": "text", "text": "I cannot film that."}]
            return Answered.of(
                200, {**told, "status": "completed", "steps": [{"type": "model_output", "content": parts}]}
            )
        uri = f"{self.url}/v1beta/files/{ticket}" + (":download?alt=media" if plan == "whole" else "")
        video = {"type": "video", "mime_type": "video/mp4", "uri": uri}
        if plan == "inline":
            video = {"type": "video", "mime_type": "video/mp4", "data": base64.b64encode(film()).decode()}
        elif plan == "elsewhere":
            video["uri"] = self.url.replace("127.0.0.1", "localhost") + f"/elsewhere/{ticket}"
        steps = [{"type": "user_input", "content": []}, {"type": "model_output", "content": [video]}]
        return Answered.of(200, {**told, "status": "completed", "steps": steps})

    def _read(self, model: str, told: dict[str, Any]) -> tuple[Order, list[str]]:
        faults = [f"Unknown name {name}" for name in told if name not in ("contents", "generationConfig")]
        config = told.get("generationConfig", {})
        faults += [f"Unknown name {name} at generation_config" for name in config if name not in CONFIG]
        shape = config.get("imageConfig", {})
        faults += [f"Unknown name {name} at image_config" for name in shape if name not in ("aspectRatio", "imageSize")]
        if shape.get("aspectRatio", "1:1") not in RATIOS:
            faults.append("aspect_ratio is not one that the model draws")
        if not 0 <= config.get("seed", 0) < 2**31:
            faults.append("seed is no int32")
        if "IMAGE" not in config.get("responseModalities", ["IMAGE"]):
            faults.append("response_modalities lacks IMAGE")
        texts, pictures = [], []
        for part in told["contents"][0]["parts"]:
            if "text" in part:
                texts.append(part["text"])
            else:
                data = base64.b64decode(part["inlineData"]["data"])
                image = Image.open(io.BytesIO(data))
                image.load()
                pictures.append(image)
                if Image.MIME[image.format or ""] != part["inlineData"]["mimeType"]:
                    faults.append("mime_type is not what the data is")
        if not "".join(texts).strip():
            faults.append("contents is not specified")
        return Order(model, "\n".join(texts), list(pictures), config), faults

    def _made(self, order: Order, way: str) -> Answered:
        shape = order.config.get("imageConfig", {}).get("aspectRatio")
        if shape:
            across, down = map(int, shape.split(":"))
            scale = (1024 * 1024 / (across * down)) ** 0.5
            size = round(across * scale), round(down * scale)
        else:
            size = order.pictures[0].size if order.pictures else (1024, 1024)
        noise = np.random.default_rng(len(self.orders)).integers(0, 255, (8, 8, 3), dtype=np.uint8)
        image = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
        if way == "blank":
            image = Image.new("RGB", size)
        parts: list[dict[str, Any]] = [
            {"inlineData": {"mimeType": "image/png", "data": _png(Image.new("RGB", (8, 8)))}, "thought": True},
            {"text": "Here it is."},
            {"inlineData": {"mimeType": "image/png", "data": _png(image)}},
        ]
        if way == "garbage":
            parts[2]["inlineData"]["data"] = base64.b64encode(b"<html>").decode()
        told = {
            "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": 10, "candidatesTokenCount": 1290, "totalTokenCount": 1300},
            "modelVersion": order.model,
        }
        return Answered.of(200, told)


def _png(image: Image.Image) -> str:
    out = io.BytesIO()
    image.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def _error(code: int, status: str, message: str, details: Any = ()) -> Answered:
    return Answered.of(code, {"error": {"code": code, "message": message, "status": status, "details": list(details)}})
