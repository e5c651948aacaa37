"""Azure OpenAI and FLUX on AI Foundry: deployments in the path, the key in a header of its own, a version asked for.

Written from the facts of 2026, apart from the client.
"""

import base64
import io
import re
from urllib.parse import parse_qs

from PIL import Image

from gesso.dev.fakes.openai import OpenAI, Order, _error
from gesso.dev.fakes.server import Answered, Asked

FLUX = {
    "model", "prompt", "width", "height", "num_images", "seed", "output_format", "safety_tolerance", "guidance",
    "steps", "aspect_ratio",
}  # fmt: skip


class Azure(OpenAI):
    """`deployments` are those of the resource; FLUX.2 answers under its model's name."""

    def __init__(self, *keys: str, deployments: list[str], flux: list[str]) -> None:
        super().__init__(*keys, models=deployments)
        self.flux = flux

    def known(self, asked: Asked) -> bool:
        return asked.headers.get("api-key", "") in self.keys

    def answer(self, asked: Asked, way: str) -> Answered:
        if not self.known(asked):
            return _error(401, "401", "Access denied due to invalid subscription key or wrong API endpoint.")
        version = parse_qs(asked.query).get("api-version", [""])[0]
        if asked.path == "/openai/models" and version:
            return Answered.of(200, {"data": [], "object": "list"})
        if found := re.fullmatch(
            r"/openai/deployments/([^/]+)(/images/(?:generations|edits)|/chat/completions)", asked.path
        ):
            if not version or found[1] not in self.models:
                return _error(404, "DeploymentNotFound", "The API deployment for this resource does not exist.")
            return super().answer(Asked(asked.method, f"/v1{found[2]}", "", asked.headers, asked.body), way)
        if found := re.fullmatch(r"/providers/blackforestlabs/v1/([^/]+)", asked.path):
            if version != "preview" or found[1] not in self.flux:
                return _error(404, "DeploymentNotFound", "The API deployment for this resource does not exist.")
            return self._flux(asked, way)
        return _error(404, "404", "Resource not found")

    def _flux(self, asked: Asked, way: str) -> Answered:
        told = asked.json()
        pictures = {name: value for name, value in told.items() if name.startswith("input_image")}
        faults = [name for name in told if name not in FLUX and name not in pictures]
        if sorted(pictures) != sorted(f"input_image_{n + 1}" if n else "input_image" for n in range(len(pictures))):
            faults.append("input images are counted from input_image, input_image_2 on")
        if told["width"] % 16 or told["height"] % 16 or told["width"] * told["height"] > 4_000_000:
            faults.append("width and height are multiples of 16, at most 4 megapixels")
        if faults:
            self.wrong += faults
            return _error(422, "invalid", "; ".join(faults))
        if way == "moderated":
            return _error(400, "content_policy_violation", "The request was filtered.")
        seen: list[Image.Image] = [Image.open(io.BytesIO(base64.b64decode(value))) for value in pictures.values()]
        order = Order(asked.path, {**told, "size": f"{told['width']}x{told['height']}"}, seen)
        self.orders.append(order)
        return self._made(order, way)
