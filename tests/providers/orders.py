"""What the tests of all hosted providers have in common."""

import io
import wave
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import numpy as np
from PIL import Image, ImageDraw

WAIT = {"Prefer": "wait=60"}
BROKEN = ("500", "500 after", "cut before", "cut half", "cut after", "cut answer")
"""After which nobody can tell whether an order was accepted."""


def buyer(provider: str) -> Callable[..., Awaitable[dict[str, Any]]]:
    """How something is ordered from a provider: gives the run, when it is over."""

    async def ordered(
        client: httpx2.AsyncClient, op: str, model: str, input: dict[str, Any], **more: Any
    ) -> dict[str, Any]:
        told = {"op": op, "offer": f"{provider}/{model}", "input": input, **more}
        answer = await client.post("/api/runs", json=told)
        assert answer.status_code == 202, answer.text
        found: dict[str, Any] = (await client.get(f"/api/runs/{answer.json()['id']}", headers=WAIT)).json()
        return found

    return ordered


def marks(width: int, height: int) -> bytes:
    """A mask, white in the second quarter both across and down."""
    image = Image.new("L", (width, height))
    ImageDraw.Draw(image).rectangle([width // 4, height // 4, width // 2, height // 2], fill=255)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def noise(width: int, height: int) -> bytes:
    """A picture that no format makes small."""
    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)).save(out, "PNG")
    return out.getvalue()


def hum(seconds: float) -> bytes:
    """A sound of this length, as WAV."""
    wave_form = np.sin(2 * np.pi * 220 * np.arange(round(seconds * 16_000)) / 16_000) * 9_000
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(wave_form.astype("<i2").tobytes())
    return out.getvalue()
