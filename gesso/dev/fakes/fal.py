"""fal's queue, storage and platform, as strict as the real ones: every input by its model's schema, results by looking.

Written from its documents, apart from the client; the schemas are those of the list that the provider has.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from PIL import Image

from gesso.dev.fakes.schema import drawn, faults, pictures
from gesso.dev.fakes.server import Answered, Asked, Fake
from gesso.dev.fakes.wavespeed import film

MODELS = {line["id"]: line for line in json.loads(files("gesso.providers").joinpath("fal.json").read_text())}
FAULTS = {"401": (401, "Invalid API key"), "403": (403, "User is locked. Reason: Exhausted balance. Top up."),
          "404": (404, "Application not found"), "422": (422, [{"loc": ["body", "prompt"], "msg": "a reason of 422"}]),
          "500": (500, "Internal error")}  # fmt: skip


@dataclass(frozen=True)
class Order:
    model: str
    fields: dict[str, Any]
    pictures: dict[str, Image.Image]


class Fal(Fake):
    """`keys` are those that are good, `admins` those that may see the money."""

    def __init__(self, *keys: str, admins: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.keys = keys
        self.admins = admins
        self.files: dict[str, bytes] = {}
        self.work: dict[str, tuple[Order, str]] = {}
        self.looked: Counter[str] = Counter()

    def costs(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path.removeprefix("/") in MODELS

    def answer(self, asked: Asked, way: str) -> Answered:
        key = asked.headers.get("authorization")
        if asked.path.startswith("/files/"):
            if key is not None:
                self.wrong.append("the key was told where files lie")
            if asked.method == "PUT":
                self.files[self.url + asked.path] = asked.body
                return Answered(200)
            found = self.files.get(self.url + asked.path)
            return Answered(200, found) if found is not None else Answered(404)
        if key not in {f"Key {good}" for good in (*self.keys, *self.admins)}:
            return said(401, "Invalid API key")
        if way == "500" and not self.costs(asked):
            return said(500, "Internal error")
        if asked.path == "/v1/account/billing":
            if key not in {f"Key {admin}" for admin in self.admins}:
                return Answered.of(403, {"error": {"type": "authorization_error", "message": "Admin API key required"}})
            left = {"current_balance": 24.5, "currency": "USD"}
            return Answered.of(200, {"username": "someone", "credits": left if "credits" in asked.query else None})
        if asked.path == "/v1/models/pricing":
            return Answered.of(200, {"prices": []})
        if asked.path == "/storage/upload/initiate" and asked.method == "POST":
            if set(asked.json()) != {"content_type", "file_name"} or asked.query != "storage_type=gcs":
                self.wrong.append("an upload is told content_type and file_name")
            place = f"{self.url}/files/{len(self.files)}"
            self.files[place] = b""
            return Answered.of(200, {"upload_url": place, "file_url": place})
        if named := re.fullmatch(r"/[^/]+/[^/]+/requests/([^/]+)(/status)?", asked.path):
            return self._state(named[1], bool(named[2]), way)
        if asked.path.removeprefix("/") not in MODELS or asked.method != "POST":
            return said(404, "Path not found")
        return self._submitted(asked.path.removeprefix("/"), asked.json(), way)

    def _submitted(self, model: str, fields: dict[str, Any], way: str) -> Answered:
        wrong = list(faults(MODELS[model]["input"], fields))
        found, none = pictures(fields, self.files)
        wrong += none
        if "mask_url" in found and found["mask_url"].size != found["image_url"].size:
            wrong.append("mask_url: must have the size of the image")
        if wrong:
            self.wrong += [f"{model} {each}" for each in wrong]
            return said(422, "; ".join(wrong))
        if way in FAULTS:
            return said(*FAULTS[way])
        if way == "429":
            return said(429, "Too many requests")
        if way == "429 after":
            return said(429, "Too many requests", retry_after="0")
        self.orders.append(Order(model, fields, found))
        ticket = f"{len(self.work) + 1:032d}"
        self.work[ticket] = (self.orders[-1], way)
        if way == "500 after":
            return said(500, "Internal error")
        return Answered.of(200, {**self._told(ticket, "IN_QUEUE"), "queue_position": 0})

    def _told(self, ticket: str, status: str) -> dict[str, Any]:
        # Of an application with a path of its own, only its name stands here.
        place = f"{self.url}/{'/'.join(self.work[ticket][0].model.split('/')[:2])}/requests/{ticket}"
        urls = {"status_url": f"{place}/status", "response_url": place, "cancel_url": f"{place}/cancel"}
        return {"request_id": ticket, "status": status, **urls}

    def _state(self, ticket: str, status: bool, way: str) -> Answered:
        if ticket not in self.work or way == "lost":
            return said(404, "Request not found")
        order, plan = self.work[ticket]
        if not status:
            if plan == "flagged":
                wrong = [{"loc": ["body", "prompt"], "msg": "content flagged", "type": "content_policy_violation"}]
                return said(422, wrong)
            if plan == "invalid":
                return said(422, [{"loc": ["body", "seed"], "msg": "out of its mind", "type": "value_error"}])
            return Answered.of(200, self._result(ticket, order, plan))
        self.looked[ticket] += 1
        if self.looked[ticket] < 3:
            return Answered.of(202, self._told(ticket, ["IN_QUEUE", "IN_PROGRESS"][self.looked[ticket] - 1]))
        failed = {"error": "the runner fell over", "error_type": "internal_server_error"} if plan == "failed" else {}
        return Answered.of(200, {**self._told(ticket, "COMPLETED"), **failed})

    def _result(self, ticket: str, order: Order, plan: str) -> dict[str, Any]:
        if plan == "nothing":
            return {"images": [], "has_nsfw_concepts": []}
        place = f"{self.url}/files/made-{ticket}"
        self.files[place] = b"<html>" if plan == "words" else self._made(order, plan)
        if "video" in order.model:
            return {"video": {"url": place, "content_type": "video/mp4"}}
        picture = {"url": place, "content_type": "image/png", "width": 64, "height": 64}
        if "prompt" not in order.fields or "upscaler" in order.model:
            return {"image": picture}
        return {"images": [picture], "seed": 1, "has_nsfw_concepts": [plan == "nsfw"], "prompt": ""}

    def _made(self, order: Order, plan: str) -> bytes:
        if "video" in order.model:
            return film()
        fields, source = order.fields, order.pictures.get("image_url")
        if isinstance(fields.get("image_size"), dict):
            size = fields["image_size"]["width"], fields["image_size"]["height"]
        else:
            assert source is not None
            factor = fields.get("upscale_factor", 1)
            size = round(source.width * factor), round(source.height * factor)
        return drawn(size, len(self.orders), plan, alpha="background" in order.model)


def said(status: int, detail: Any, **headers: str) -> Answered:
    return Answered.of(status, {"detail": detail}, **headers)
