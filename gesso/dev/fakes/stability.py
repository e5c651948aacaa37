"""Stability's REST v2beta, as strict as the real one: fields are checked before the key, and nothing unknown is taken.

Written from the facts of the official document of 2026-09-22, apart from the client.
"""

import base64
import hashlib
import io
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from gesso.dev.fakes.server import Answered, Asked, Fake

STYLES = [
    "enhance", "anime", "photographic", "digital-art", "comic-book", "fantasy-art", "line-art", "analog-film",
    "neon-punk", "isometric", "low-poly", "origami", "modeling-compound", "cinematic", "3d-model", "pixel-art",
    "tile-texture",
]  # fmt: skip
RATIOS = ["21:9", "16:9", "3:2", "5:4", "1:1", "4:5", "2:3", "9:16", "9:21"]
LIMIT = 10 << 20


@dataclass(frozen=True)
class Text:
    least: int = 0
    required: bool = False


@dataclass(frozen=True)
class Choice:
    values: list[str]
    required: bool = False


@dataclass(frozen=True)
class Number:
    low: float
    high: float
    whole: bool = False
    required: bool = False


@dataclass(frozen=True)
class Picture:
    side: int = 64
    most_side: int = 0
    least: int = 4096
    most: int = 9_437_184
    ratio: float = 0.0
    required: bool = True


@dataclass(frozen=True)
class Call:
    price: float
    fields: dict[str, Any]
    later: bool = False
    mesh: bool = False
    makes: tuple[int, int] | None = (1024, 1024)
    types: tuple[str, ...] = ("image/*", "application/json")
    formats: list[str] = field(default_factory=lambda: ["jpeg", "png", "webp"])


SEED = Number(0, 4_294_967_294)
PROMPT, MAYBE = Text(1, True), Text()
STYLE, SHAPE = Choice(STYLES), Choice(RATIOS)
LONG = Picture(ratio=2.5)
ASKED = {"seed": SEED, "negative_prompt": MAYBE}
BASE = "/v2beta/stable-image/"

CALLS: dict[str, Call] = {
    BASE + "generate/ultra": Call(
        8,
        {
            "prompt": PROMPT, "aspect_ratio": SHAPE, "style_preset": STYLE, **ASKED, "strength": Number(0, 1),
            "image": Picture(most_side=16_384, most=0, required=False),
        },
    ),
    BASE + "generate/core": Call(3, {"prompt": PROMPT, "aspect_ratio": SHAPE, "style_preset": STYLE, **ASKED}),
    BASE + "generate/sd3": Call(
        6.5,
        {
            "prompt": PROMPT, "mode": Choice(["text-to-image", "image-to-image"]), "strength": Number(0, 1), **ASKED,
            "image": Picture(least=0, most=0, required=False), "aspect_ratio": SHAPE, "style_preset": STYLE,
            "model": Choice(["sd3.5-large", "sd3.5-large-turbo", "sd3.5-medium", "sd3.5-flash"]),
            "cfg_scale": Number(1, 10),
        },
    ),
    BASE + "edit/erase": Call(
        5, {"image": Picture(), "mask": Picture(0, 0, 0, 0, required=False), "grow_mask": Number(0, 20), "seed": SEED}
    ),
    BASE + "edit/inpaint": Call(
        5,
        {
            "image": Picture(), "prompt": PROMPT, **ASKED, "mask": Picture(0, 0, 0, 0, required=False),
            "grow_mask": Number(0, 100), "style_preset": STYLE,
        },
    ),
    BASE + "edit/outpaint": Call(
        4,
        {
            "image": LONG, **{side: Number(0, 2000, whole=True) for side in ("left", "right", "up", "down")},
            "creativity": Number(0, 1), "prompt": MAYBE, "seed": SEED, "style_preset": STYLE,
        },
        makes=None,
    ),
    BASE + "edit/search-and-replace": Call(
        5,
        {
            "image": LONG, "prompt": PROMPT, "search_prompt": Text(0, True), **ASKED, "grow_mask": Number(0, 20),
            "style_preset": STYLE,
        },
    ),
    BASE + "edit/search-and-recolor": Call(
        5,
        {
            "image": LONG, "prompt": PROMPT, "select_prompt": Text(0, True), **ASKED, "grow_mask": Number(0, 20),
            "style_preset": STYLE,
        },
        makes=None,
    ),
    BASE + "edit/remove-background": Call(5, {"image": Picture(most=4_194_304)}, makes=None, formats=["png", "webp"]),
    BASE + "edit/replace-background-and-relight": Call(
        8,
        {
            "subject_image": LONG, "background_reference": Picture(required=False), "background_prompt": MAYBE,
            "foreground_prompt": MAYBE, **ASKED, "preserve_original_subject": Number(0, 1),
            "original_background_depth": Number(0, 1), "keep_original_background": Choice(["true", "false"]),
            "light_source_direction": Choice(["left", "right", "above", "below"]),
            "light_reference": Picture(required=False), "light_source_strength": Number(0, 1),
        },
        later=True, makes=None,
    ),
    BASE + "upscale/fast": Call(2, {"image": Picture(32, 1536, 1024, 1_048_576)}, makes=(4, 4)),
    BASE + "upscale/conservative": Call(
        40, {"image": LONG, "prompt": PROMPT, **ASKED, "creativity": Number(0.2, 0.5)}, makes=(2048, 2048)
    ),
    BASE + "upscale/creative": Call(
        60,
        {
            "image": Picture(most=1_048_576), "prompt": PROMPT, **ASKED, "creativity": Number(0.1, 0.5),
            "style_preset": STYLE,
        },
        later=True, makes=(3840, 2160),
    ),
    BASE + "control/sketch": Call(
        5,
        {
            "prompt": PROMPT, "image": Picture(least=0, ratio=2.5), "control_strength": Number(0, 1), **ASKED,
            "style_preset": STYLE,
        },
        makes=None,
    ),
    BASE + "control/structure": Call(
        5,
        {"prompt": PROMPT, "image": LONG, "control_strength": Number(0, 1), **ASKED, "style_preset": STYLE},
        makes=None,
    ),
    BASE + "control/style": Call(
        5,
        {
            "prompt": PROMPT, "image": LONG, "fidelity": Number(0, 1), "aspect_ratio": SHAPE, **ASKED,
            "style_preset": STYLE,
        },
    ),
    BASE + "control/style-transfer": Call(
        8,
        {
            "init_image": Picture(most_side=16_383, ratio=2.5), "style_image": Picture(most_side=16_383),
            "prompt": MAYBE, **ASKED, "style_strength": Number(0, 1), "composition_fidelity": Number(0, 1),
            "change_strength": Number(0.1, 1),
        },
        makes=None,
    ),
    "/v2beta/3d/stable-fast-3d": Call(
        10,
        {
            "image": Picture(most=4_194_304), "texture_resolution": Choice(["512", "1024", "2048"]),
            "foreground_ratio": Number(0.1, 1), "remesh": Choice(["none", "triangle", "quad"]),
            "vertex_count": Number(-1, 20_000),
        },
        mesh=True,
    ),
    "/v2beta/3d/stable-point-aware-3d": Call(
        4,
        {
            "image": Picture(most=4_194_304), "texture_resolution": Choice(["512", "1024", "2048"]),
            "foreground_ratio": Number(1, 2), "remesh": Choice(["none", "triangle", "quad"]),
            "target_type": Choice(["none", "vertex", "face"]), "target_count": Number(100, 20_000),
            "guidance_scale": Number(1, 10), "seed": SEED,
        },
        mesh=True,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Order:
    path: str
    fields: dict[str, str]
    pictures: dict[str, Image.Image]
    price: float


class Stability(Fake):
    """`keys` are those that are good; `credits` is what the account holds; `patience` how often a result that comes
    later is asked for before it is there."""

    def __init__(self, *keys: str, credits: float = 1000.0, patience: int = 2, mesh: bytes = b"") -> None:
        super().__init__()
        self.keys = keys
        self.credits = credits
        self.patience = patience
        self.mesh = mesh
        self.later: dict[str, tuple[Order, int, str]] = {}

    def answer(self, asked: Asked, way: str) -> Answered:
        if asked.method == "GET" and way in ("500", "503"):
            return self._error(int(way), "internal_error", "something broke")
        if asked.path == "/v1/user/balance" and asked.method == "GET":
            if not self._known(asked):
                told = asked.headers.get("authorization", "")
                message = f"incorrect API key provided: {told}"
                return Answered.of(401, {"id": secrets.token_hex(16), "name": "unauthorized", "message": message})
            return Answered.of(200, {"credits": self.credits})
        if asked.path.startswith("/v2beta/results/") and asked.method == "GET":
            return self._result(asked)
        call = CALLS.get(asked.path)
        if call is None or asked.method != "POST":
            return self._error(404, "not_found", "no such endpoint")
        return self._order(asked, call, way)

    def _order(self, asked: Asked, call: Call, way: str) -> Answered:
        if len(asked.body) > LIMIT:
            return self._error(413, "payload_too_large", "the body is larger than 10 MiB")
        texts, pictures, faults = self._read(asked, call)
        faults += self._check(asked, call, texts, pictures)
        if faults:
            self.wrong += [f"{asked.path} {fault}" for fault in faults]
            return self._error(400, "bad_request", *faults)
        if not self._known(asked):
            return self._error(401, "unauthorized", "authorization: invalid or missing header value")
        match way:
            case "402":
                return self._error(402, "payment_required", "you lack sufficient credits to make this request")
            case "403":
                return self._error(403, "content_moderation", "your request was flagged by our moderation system")
            case "422":
                return self._error(422, "invalid_language", "English is the only supported language")
            case "429":
                return self._error(429, "rate_limit_exceeded", "too many requests")
            case "429 wait":
                return self._error(429, "rate_limit_exceeded", "too many requests", retry_after="1")
            case "500" | "503":
                return self._error(int(way), "internal_error", "an unexpected error occurred")
        if self.credits < call.price:
            return self._error(402, "payment_required", "you lack sufficient credits to make this request")
        order = Order(asked.path, texts, pictures, call.price)
        self.orders.append(order)
        self.credits -= call.price
        if call.later:
            ticket = secrets.token_hex(32)
            self.later[ticket] = (order, self.patience, way)
            return Answered.of(200, {"id": ticket})
        return self._made(asked, call, order, way)

    def _result(self, asked: Asked) -> Answered:
        if not self._known(asked):
            return self._error(401, "unauthorized", "authorization: invalid or missing header value")
        ticket = asked.path.rpartition("/")[2]
        if ticket not in self.later or self.later[ticket][2] == "lost":
            return self._error(404, "generation_not_found", "no generation with this id")
        order, left, way = self.later[ticket]
        if left > 0:
            self.later[ticket] = (order, left - 1, way)
            return Answered.of(202, {"id": ticket, "status": "in-progress"})
        return self._made(asked, CALLS[order.path], order, way)

    def _made(self, asked: Asked, call: Call, order: Order, way: str) -> Answered:
        headers = {"x-request-id": secrets.token_hex(16), "seed": str(order.fields.get("seed") or 1234)}
        if call.mesh:
            return Answered(200, self.mesh, {**headers, "content-type": "model/gltf-binary"})
        headers["finish-reason"] = "CONTENT_FILTERED" if way == "filtered" else "SUCCESS"
        kind = order.fields.get("output_format", "png")
        data = b"<html>gateway</html>" if way == "garbage" else _painted(call, order, kind, blank=way == "blank")
        if asked.headers.get("accept") == "application/json":
            told = {"image": base64.b64encode(data).decode(), "finish_reason": headers["finish-reason"]}
            return Answered.of(200, told)
        return Answered(200, data, {**headers, "content-type": f"image/{kind}"})

    def _known(self, asked: Asked) -> bool:
        return asked.headers.get("authorization", "") in {f"Bearer {key}" for key in self.keys}

    def _error(self, status: int, name: str, *errors: str, **headers: str) -> Answered:
        return Answered.of(status, {"id": secrets.token_hex(16), "name": name, "errors": list(errors)}, **headers)

    def _read(self, asked: Asked, call: Call) -> tuple[dict[str, str], dict[str, Image.Image], list[str]]:
        """Texts and pictures of the body, and what is wrong with each by itself."""
        if not asked.headers.get("content-type", "").startswith("multipart/form-data"):
            return {}, {}, ["content-type: must be multipart/form-data"]
        texts: dict[str, str] = {}
        pictures: dict[str, Image.Image] = {}
        faults: list[str] = []
        for part in asked.parts():
            name = str(part.get_param("name", header="content-disposition"))
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            wanted = call.fields.get(name) or (
                Choice(call.formats) if name == "output_format" and not call.mesh else None
            )
            if wanted is None:
                faults.append(f"{name}: is not a field of this endpoint")
            elif isinstance(wanted, Picture):
                found, fault = _picture(data, wanted)
                faults += [f"{name}: {fault}"] if fault else []
                if found is not None:
                    pictures[name] = found
            else:
                if part.get_filename():
                    faults.append(f"{name}: must be a text, not a file")
                texts[name] = data.decode()
                fault = _text(texts[name], wanted)
                faults += [f"{name}: {fault}"] if fault else []
        faults += [
            f"{name}: is required"
            for name, wanted in call.fields.items()
            if wanted.required and name not in texts and name not in pictures
        ]
        return texts, pictures, faults

    def _check(self, asked: Asked, call: Call, texts: dict[str, str], pictures: dict[str, Image.Image]) -> list[str]:
        """What is wrong with the fields together."""
        faults = []
        accept = asked.headers.get("accept", "image/*")
        if not call.mesh and accept not in ("image/*", "application/json"):
            faults.append(f"accept: {accept} is not supported")
        if call.later and accept != "application/json":
            faults.append("accept: must be application/json")
        faults += [
            f"{name}: is longer than 256 characters"
            for name in ("stability-client-id", "stability-client-user-id", "stability-client-version")
            if len(asked.headers.get(name, "")) > 256
        ]
        image = "image" in pictures
        if asked.path.endswith("generate/ultra") and image and "strength" not in texts:
            faults.append("strength: is required when an image is sent")
        if asked.path.endswith("generate/sd3"):
            mode = texts.get("mode", "text-to-image")
            if mode == "image-to-image":
                faults += [] if image and "strength" in texts else ["image: image and strength are required"]
                faults += ["aspect_ratio: is not allowed here"] if "aspect_ratio" in texts else []
            elif image or "strength" in texts:
                faults.append("mode: must be image-to-image when an image is sent")
        if asked.path.endswith("outpaint") and not any(
            int(texts.get(s, 0) or 0) for s in ("left", "right", "up", "down")
        ):
            faults.append("left: one side at least must be more than 0")
        if asked.path.endswith("relight"):
            if "background_reference" not in pictures and not texts.get("background_prompt"):
                faults.append("background_prompt: it or background_reference is required")
            if "light_source_strength" in texts and not (
                "light_reference" in pictures or "light_source_direction" in texts
            ):
                faults.append("light_source_strength: needs a direction or a reference")
        return faults


def _text(value: str, wanted: Text | Choice | Number) -> str:
    match wanted:
        case Text():
            return "" if wanted.least <= len(value) <= 10_000 else f"must have {wanted.least} to 10000 characters"
        case Choice():
            return "" if value in wanted.values else f"must be one of {', '.join(wanted.values)}"
        case Number():
            try:
                number = int(value) if wanted.whole else float(value)
            except ValueError:
                return "must be a number"
            return "" if wanted.low <= number <= wanted.high else f"must be {wanted.low} to {wanted.high}"


def _picture(data: bytes, wanted: Picture) -> tuple[Image.Image | None, str]:
    try:
        image = Image.open(io.BytesIO(data))
        image.load()
    except OSError:
        return None, "is not an image"
    width, height = image.size
    if image.format not in ("JPEG", "PNG", "WEBP"):
        return image, f"{image.format} is not supported"
    if min(width, height) < wanted.side or (wanted.most_side and max(width, height) > wanted.most_side):
        return image, f"sides of {width} x {height} are not allowed"
    if width * height < wanted.least or (wanted.most and width * height > wanted.most):
        return image, f"{width * height} pixels are not allowed"
    if wanted.ratio and max(width, height) > wanted.ratio * min(width, height):
        return image, "the aspect ratio must be between 1:2.5 and 2.5:1"
    return image, ""


def _painted(call: Call, order: Order, kind: str, *, blank: bool) -> bytes:
    """A picture of the size that this call makes: noise of the order's own, the same each time, over what was sent."""
    first = next(iter(order.pictures.values()), None)
    size = call.makes or (first.size if first else (1024, 1024))
    if order.path.endswith("upscale/fast") and first:
        size = (first.width * 4, first.height * 4)
    elif order.path.endswith("outpaint") and first:
        add = {side: int(order.fields.get(side, 0)) for side in ("left", "right", "up", "down")}
        size = (first.width + add["left"] + add["right"], first.height + add["up"] + add["down"])
    elif "generate" in order.path or order.path.endswith("control/style"):
        across, down = map(int, order.fields.get("aspect_ratio", "1:1").split(":"))
        scale = (1_000_000 / (across * down)) ** 0.5
        size = (round(across * scale), round(down * scale))
    if blank:
        image = Image.new("RGB", size)
    else:
        told = json.dumps([order.path, order.fields], sort_keys=True).encode()
        random = np.random.default_rng(int.from_bytes(hashlib.sha256(told).digest()[:4], "big"))
        small = random.integers(0, 255, (8, 8, 3), dtype=np.uint8)
        image = Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)
    if order.path.endswith("remove-background"):
        alpha = Image.new("L", size)
        alpha.paste(255, (size[0] // 4, size[1] // 4, 3 * size[0] // 4, 3 * size[1] // 4))
        image.putalpha(alpha)
    out = io.BytesIO()
    image.save(out, {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}[kind])
    return out.getvalue()
