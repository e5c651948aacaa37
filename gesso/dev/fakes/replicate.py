"""Replicate's predictions, as strict as the real ones: every input by its model's schema, results by looking.

Written from its document of the HTTP API, apart from the client; the schemas are those of the list that the provider
has.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl

from PIL import Image

from gesso.dev.fakes.schema import drawn, faults, pictures
from gesso.dev.fakes.server import Answered, Asked, Fake

MODELS = {line["id"]: line for line in json.loads(files("gesso.providers").joinpath("replicate.json").read_text())}
FAULTS = {"401": 401, "402": 402, "404": 404, "422": 422, "500": 500}


@dataclass(frozen=True)
class Order:
    model: str
    fields: dict[str, Any]
    pictures: dict[str, Image.Image]


class Replicate(Fake):
    """`keys` are those that are good."""

    def __init__(self, *keys: str) -> None:
        super().__init__()
        self.keys = keys
        self.files: dict[str, bytes] = {}
        self.work: dict[str, tuple[Order, str]] = {}
        self.born: dict[str, str] = {}
        self.looked: Counter[str] = Counter()

    def costs(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path.endswith("/predictions")

    def answer(self, asked: Asked, way: str) -> Answered:
        key = asked.headers.get("authorization")
        if asked.path.startswith("/delivery/"):
            if key is not None:
                self.wrong.append("the key was told where results lie")
            found = self.files.get(self.url + asked.path)
            return Answered(200, found) if found is not None else Answered(404)
        if key not in {f"Bearer {good}" for good in self.keys}:
            return said(401, "Unauthenticated", "You did not pass a valid authentication token")
        if way == "500" and not self.costs(asked):
            return said(500, "Internal server error")
        if asked.path == "/v1/account":
            return Answered.of(200, {"type": "user", "username": "someone", "name": "Some One"})
        if asked.path == "/v1/files" and asked.method == "POST":
            part = asked.parts()[0]
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            if part.get_param("name", header="content-disposition") != "content":
                self.wrong.append("a file is sent as content")
            place = f"{self.url}/v1/files/{len(self.files)}"
            self.files[place] = data
            return Answered.of(201, {"id": f"{len(self.files)}", "urls": {"get": place}})
        if asked.path == "/v1/predictions" and asked.method == "GET":
            return self._listed(int(dict(parse_qsl(asked.query)).get("cursor", 0)))
        if named := re.fullmatch(r"/v1/predictions/([^/]+)", asked.path):
            return self._state(named[1], way)
        named = re.fullmatch(r"/v1/models/([^/]+/[^/]+)/predictions", asked.path)
        if named is None or named[1] not in MODELS or asked.method != "POST":
            return said(404, "Not found", "The requested resource could not be found.")
        return self._submitted(named[1], asked.json(), way)

    def _submitted(self, model: str, body: dict[str, Any], way: str) -> Answered:
        wrong = [f"{name}: unknown field" for name in body if name != "input"]
        fields = body.get("input", {})
        wrong += faults(MODELS[model]["input"], fields)
        found, none = pictures(fields, self.files)
        wrong += none
        if "mask" in found and found["mask"].size != found["image"].size:
            wrong.append("mask: must have the size of the image")
        if wrong:
            self.wrong += [f"{model} {each}" for each in wrong]
            return said(422, "Input validation failed", "- " + "; ".join(wrong))
        if way in FAULTS:
            return said(FAULTS[way], "Refused", f"a reason of {way}")
        if way == "429":
            return said(429, "Too many requests", "Request was throttled. Your rate limit resets in ~0.1s.")
        if way == "429 after":
            return said(429, "Too many requests", "Request was throttled.", retry_after="0")
        self.orders.append(Order(model, fields, found))
        ticket = f"{len(self.work) + 1:026d}"
        self.work[ticket] = (self.orders[-1], way)
        self.born[ticket] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        if way == "500 after":
            return said(500, "Internal server error")
        return Answered.of(201, self._told(ticket, "starting"))

    def _state(self, ticket: str, way: str) -> Answered:
        if ticket not in self.work or way == "lost":
            return said(404, "Not found")
        order, plan = self.work[ticket]
        self.looked[ticket] += 1
        if self.looked[ticket] < 3:
            return Answered.of(200, self._told(ticket, ["starting", "processing"][self.looked[ticket] - 1]))
        if plan in ("failed", "canceled", "aborted"):
            return Answered.of(200, {**self._told(ticket, plan), "error": "NSFW content detected. Try another prompt."})
        place = f"{self.url}/delivery/{ticket}.png"
        self.files[place] = self._made(order, plan)
        if plan == "gone":
            del self.files[place]
        # Of some models the output is an address, of others a list.
        output = None if plan == "nothing" else place if order.model.endswith("pro") else [place]
        return Answered.of(200, {**self._told(ticket, "succeeded"), "output": output})

    def _listed(self, start: int) -> Answered:
        """Two of them each page, the newest first."""
        newest = sorted(self.work, reverse=True)
        more = f"{self.url}/v1/predictions?cursor={start + 2}" if start + 2 < len(newest) else None
        results = [{**self._told(ticket, "starting"), "source": "api"} for ticket in newest[start : start + 2]]
        return Answered.of(200, {"previous": None, "next": more, "results": results})

    def _told(self, ticket: str, status: str) -> dict[str, Any]:
        urls = {"get": f"{self.url}/v1/predictions/{ticket}", "cancel": f"{self.url}/v1/predictions/{ticket}/cancel"}
        return {
            "id": ticket, "model": self.work[ticket][0].model, "version": "hidden", "output": None, "error": None,
            "logs": "", "status": status, "urls": urls, "created_at": self.born[ticket], "data_removed": False,
            "input": self.work[ticket][0].fields,
        }  # fmt: skip

    def _made(self, order: Order, plan: str) -> bytes:
        fields = order.fields
        source = order.pictures.get("image") or order.pictures.get("input_image")
        if "width" in fields:
            size = fields["width"], fields["height"]
        elif source is not None:
            factor = 4 if "upscale" in order.model else 1
            size = source.width * factor, source.height * factor
        else:
            across, down = map(int, fields.get("aspect_ratio", "1:1").split(":"))
            size = 64 * across, 64 * down
        return drawn(size, len(self.orders), plan, alpha="background" in order.model)


def said(status: int, title: str, detail: str = "", **headers: str) -> Answered:
    return Answered.of(status, {"title": title, "status": status, "detail": detail}, **headers)
