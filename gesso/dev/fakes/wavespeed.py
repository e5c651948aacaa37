"""WaveSpeed's v3, as strict as the real one: every field by its model's schema, files by upload, results by looking.

Written from the facts of 2026-08, apart from the client; the schemas are those of the list that the provider has.
"""

import io
import json
import re
from collections import Counter
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import av
import numpy as np
from PIL import Image

from gesso.dev.fakes.server import Answered, Asked, Fake

MODELS = {line["id"]: line for line in json.loads(files("gesso.providers").joinpath("wavespeed.json").read_text())}
KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list,
}  # fmt: skip
SHORTEST = {"alibaba/wan-2.5/image-to-video": 3.0, "alibaba/wan-2.5/text-to-video": 3.0}
"""Seconds of sound."""
LONG = {"0.5k": 512, "1k": 1024, "2k": 2048, "4k": 4096, "8k": 8192}


@dataclass(frozen=True)
class Order:
    model: str
    fields: dict[str, Any]
    pictures: dict[str, Image.Image]
    seconds: float = 0.0
    """Of the sound."""


class WaveSpeed(Fake):
    """`keys` are those that are good, `mesh` a 3D model to give. With `older`, uploads and the balance are where they
    were in 2025. `markup` is how many times as much it asks as its list said, `mute` that it says no prices; `list`
    is what it sells."""

    def __init__(self, *keys: str, mesh: bytes = b"", older: bool = False) -> None:
        super().__init__()
        self.markup = 1.0
        self.mute = False
        self.asked_prices = 0
        self.list = [line_of(model) for model in MODELS.values()]
        self.keys = keys
        self.mesh = mesh
        self.older = older
        self.files: dict[str, bytes] = {}
        self.work: dict[str, tuple[Order, str]] = {}
        self.looked: Counter[str] = Counter()

    def costs(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path.removeprefix("/api/v3/") in MODELS

    def answer(self, asked: Asked, way: str) -> Answered:
        key = asked.headers.get("authorization")
        if asked.path.startswith("/files/"):
            if key is not None:
                self.wrong.append("the key was told where files lie")
            if asked.method == "PUT":
                self.files[asked.path] = asked.body
                return Answered(200)
            found = self.files.get(asked.path)
            return Answered(200, found) if found is not None else Answered(404)
        if key not in {f"Bearer {good}" for good in self.keys}:
            return said(401, "Unauthorized: invalid api key")
        path = asked.path.removeprefix("/api/v3/")
        if way == "500" and not self.costs(asked):
            return said(500, "internal error")
        if (path == "balance" and not self.older) or (path == "account/balance" and self.older):
            return told({"balance": 12.5})
        if path == "media/uploads" and not self.older:
            return self._place(asked)
        if path == "media/upload/binary":
            data = asked.parts()[0].get_payload(decode=True)
            assert isinstance(data, bytes)
            place = f"/files/{len(self.files)}"
            self.files[place] = data
            return told({"type": "image", "download_url": self.url + place, "filename": "f", "size": len(data)})
        if named := re.fullmatch(r"predictions/([^/]+)/result", path):
            return self._state(named[1], way)
        if path == "models" and asked.method == "GET":
            return told(self.list)
        if path == "model/price" and not self.mute:
            return self._price(asked)
        if path not in MODELS or asked.method != "POST":
            return said(404, f"not found: {path}")
        return self._submitted(path, asked, way)

    def _place(self, asked: Asked) -> Answered:
        words = asked.json()
        if set(words) != {"filename", "size", "content_type"}:
            self.wrong.append(f"an upload is told filename, size and content_type, not {sorted(words)}")
        place = f"{self.url}/files/{len(self.files)}"
        self.files[f"/files/{len(self.files)}"] = b""
        upload = {"method": "PUT", "url": place, "headers": {"x-kept": "1"}}
        return told({"upload": upload, "download_url": place})

    def _price(self, asked: Asked) -> Answered:
        words = asked.json()
        if set(words) != {"model_id", "inputs"}:
            self.wrong.append(f"a price is asked for of model_id and inputs, not {sorted(words)}")
        model, fields = MODELS[words["model_id"]], words["inputs"]
        self.wrong += [f"{model['id']} {fault}" for fault in broken(model, fields)]
        self.asked_prices += 1
        dollars = usual(model, fields, self._seconds(fields)) * self.markup
        return told(
            {"model_id": model["id"], "price": dollars, "discounted_price": dollars, "discount_rate": 1.0,
             "currency": "USD"}
        )  # fmt: skip

    def _seconds(self, fields: dict[str, Any]) -> float:
        data = self.files.get(str(fields.get("audio", "")).removeprefix(self.url), b"")
        if not data:
            return 0.0
        with av.open(io.BytesIO(data), "r") as box:
            if box.format.name not in ("wav", "mp3"):
                raise ValueError(box.format.name)
            return float(box.duration or 0) / av.time_base

    def _submitted(self, model: str, asked: Asked, way: str) -> Answered:
        fields = asked.json()
        faults = broken(MODELS[model], fields)
        pictures: dict[str, Image.Image] = {}
        seconds = 0.0
        if "audio" in fields:
            try:
                seconds = self._seconds(fields)
            except (av.FFmpegError, ValueError):
                faults.append("audio: is neither WAV nor MP3")
            if seconds < SHORTEST.get(model, 0.01):
                faults.append(f"audio: {seconds} seconds are too few")
        for name, value in fields.items():
            if name in ("image", "images", "mask_image", "reference_images", "face_image"):
                for number, place in enumerate(value if isinstance(value, list) else [value]):
                    data = self.files.get(place.removeprefix(self.url), b"")
                    try:
                        pictures[f"{name}{number or ''}"] = Image.open(io.BytesIO(data))
                        pictures[f"{name}{number or ''}"].load()
                    except OSError:
                        faults.append(f"{name}: {place} is no picture")
        if "mask_image" in pictures and pictures["mask_image"].size != pictures["image"].size:
            faults.append("mask_image: must have the size of the image")
        if faults:
            self.wrong += [f"{model} {fault}" for fault in faults]
            return said(400, "; ".join(faults))
        match way:
            case "poor":
                return said(403, "Insufficient balance, please top up")
            case "envelope":
                return Answered.of(200, {"code": 400, "message": "prompt was refused"})
            case "429":
                return said(429, "too many requests", retry_after="0")
            case "500":
                return said(500, "internal error")
        self.orders.append(Order(model, fields, pictures, seconds))
        ticket = f"p{len(self.orders):031d}"
        self.work[ticket] = (self.orders[-1], way)
        if way == "500 after":
            return said(500, "internal error")
        return told(self._told(ticket, "created"))

    def _state(self, ticket: str, way: str) -> Answered:
        if ticket not in self.work or way == "lost":
            return said(404, "no such prediction")
        order, plan = self.work[ticket]
        self.looked[ticket] += 1
        if self.looked[ticket] < 3:
            return told(self._told(ticket, ["created", "processing"][self.looked[ticket] - 1]))
        if plan == "failed":
            return told({**self._told(ticket, "failed"), "error": "the model ran out of memory"})
        place = f"/files/made-{ticket}"
        self.files[place] = b"" if plan == "gone" else self._made(order, plan)
        if plan == "gone":
            del self.files[place]
        outputs = [] if plan == "nothing" else [self.url + place]
        return told({**self._told(ticket, "completed"), "outputs": outputs, "has_nsfw_contents": [plan == "nsfw"]})

    def _told(self, ticket: str, status: str) -> dict[str, Any]:
        urls = {"get": f"{self.url}/api/v3/predictions/{ticket}/result"}
        return {
            "id": ticket, "model": self.work[ticket][0].model, "outputs": [], "urls": urls, "has_nsfw_contents": [],
            "status": status, "created_at": "2026-11-01T00:00:00Z", "error": "", "timings": {"inference": 0},
        }  # fmt: skip

    def _made(self, order: Order, plan: str) -> bytes:
        does = MODELS[order.model]["does"]
        if plan == "words":
            return b"<html>not a picture</html>"
        if does == "mesh":
            return self.mesh
        if does in ("animate", "shoot", "talk"):
            return film()[:200] if plan == "short film" else film()
        fields = order.fields
        source = order.pictures.get("image") or order.pictures.get("images")
        if "size" in fields:
            width, height = map(int, fields["size"].split("*"))
        elif "target_resolution" in fields:
            assert source is not None
            scale = LONG[fields["target_resolution"]] / max(source.size) / 8
            width, height = (round(side * scale) for side in source.size)
        elif source is not None:
            width, height = source.size
        else:
            across, down = map(int, fields.get("aspect_ratio", "1:1").split(":"))
            width, height = (64 * across, 64 * down)
        noise = np.random.default_rng(len(self.orders)).integers(0, 255, (8, 8, 3), dtype=np.uint8)
        image = Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)
        if plan == "blank":
            image = Image.new("RGB", (width, height))
        if does == "cut":
            alpha = Image.new("L", (width, height))
            alpha.paste(255, (width // 4, height // 4, width // 2, height // 2))
            image.putalpha(alpha)
        out = io.BytesIO()
        image.save(out, "PNG")
        return out.getvalue()


def broken(model: dict[str, Any], fields: dict[str, Any]) -> list[str]:
    """What in a body is not as the schema of its model says."""
    faults = [f"{name}: is required" for name in model["required"] if name not in fields]
    for name, value in fields.items():
        rule = model["fields"].get(name)
        if rule is None:
            faults.append(f"{name}: unknown field")
            continue
        if "type" in rule and (
            not isinstance(value, KINDS[rule["type"]]) or isinstance(value, bool) != (rule["type"] == "boolean")
        ):
            faults.append(f"{name}: must be {rule['type']}")
            continue
        if "enum" in rule and value not in rule["enum"]:
            faults.append(f"{name}: is not one of {rule['enum']}")
        if isinstance(value, list) and not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", 99):
            faults.append(f"{name}: wrong number of items")
        if isinstance(value, int | float) and not rule.get("minimum", value) <= value <= rule.get("maximum", value):
            faults.append(f"{name}: out of range")
        if name == "size" and "enum" not in rule:
            sides = [int(side) for side in value.split("*")] if re.fullmatch(r"\d+\*\d+", value) else [0]
            if len(sides) != 2 or not all(256 <= side <= rule.get("maximum", 1536) for side in sides):
                faults.append("size: must be W*H within the limits")
    return faults


def usual(model: dict[str, Any], fields: dict[str, Any], seconds: float) -> float:
    """What the list of 2026-03 says that this costs, in US$, worked out anew for what is dear."""
    base = float(model["base_price"])
    if model["does"] == "talk":
        longest = 120 if "hunyuan" in model["id"] else 600
        large = fields.get("resolution") == "720p" and "resolution" in model["fields"]
        return max(5.0, min(seconds, longest)) / 5 * base * (2 if large else 1)
    if model["does"] in ("animate", "shoot"):
        large = fields.get("resolution") or fields.get("size", "1280*720")
        times = 1.0 if "480" in large else 3 if "1080" in large else 2
        return base * float(fields.get("duration", 5)) / 5 * times
    return 0.375 if model["id"] == "wavespeed-ai/hunyuan3d-v3/image-to-3d" else base


def line_of(model: dict[str, Any]) -> dict[str, Any]:
    """A line of the list, as the server tells it."""
    schema = {"type": "object", "properties": model["fields"], "required": model["required"]}
    run = {"type": "model_run", "method": "POST", "api_path": f"/api/v3/{model['id']}", "request_schema": schema}
    return {
        "model_id": model["id"], "name": model["id"], "description": "", "type": "any", "sort_order": 1,
        "base_price": model["base_price"], "formula": model.get("formula", ""), "api_schema": {"api_schemas": [run]},
    }  # fmt: skip


def told(data: Any) -> Answered:
    return Answered.of(200, {"code": 200, "message": "success", "data": data})


def said(status: int, message: str, **headers: str) -> Answered:
    return Answered.of(status, {"code": status, "message": message}, **headers)


def film() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as box:
        stream = box.add_stream("libx264", rate=8)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for number in range(8):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), number * 30, np.uint8), format="rgb24")
            box.mux(stream.encode(frame))
        box.mux(stream.encode())
    return out.getvalue()
