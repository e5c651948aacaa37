"""Every fake that there is, each with what a studio is told so that it speaks to it in the place of the provider."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gesso.dev.fakes.azure import Azure
from gesso.dev.fakes.comfyui import ComfyUI
from gesso.dev.fakes.fal import Fal
from gesso.dev.fakes.google import Google
from gesso.dev.fakes.huggingface import HuggingFace
from gesso.dev.fakes.ollama import Ollama
from gesso.dev.fakes.openai import OpenAI
from gesso.dev.fakes.replicate import Replicate
from gesso.dev.fakes.server import Fake
from gesso.dev.fakes.stability import Stability
from gesso.dev.fakes.wavespeed import WaveSpeed

SOON: Final = {"poll_seconds": 0.02, "patience_seconds": 60}


@dataclass(frozen=True)
class Stand:
    """`make` makes the fake, which takes this key; `told` is what the provider is told besides the key, where the fake
    answers at this address."""

    make: Callable[[str], Fake]
    told: Callable[[str], dict[str, Any]]
    wants_key: bool = True

    @property
    def about(self) -> str:
        """What it is, in a sentence."""
        return (sys.modules[type(self.make("")).__module__].__doc__ or "").split("\n")[0]

    def settings(self, url: str, key: str) -> dict[str, Any]:
        return {**({"key": key} if self.wants_key else {}), **self.told(url)}


SHELF: Final[Mapping[str, Stand]] = {
    "stability": Stand(Stability, lambda url: {"url": url, **SOON}),
    "wavespeed": Stand(WaveSpeed, lambda url: {"url": url, **SOON}),
    "google": Stand(Google, lambda url: {"url": f"{url}/v1", **SOON}),
    "openai": Stand(OpenAI, lambda url: {"url": f"{url}/v1"}),
    "azure": Stand(
        lambda key: Azure(key, deployments=["my-image"], flux=["flux-2-pro"]),
        lambda url: {
            "resource": "studio", "deployments": "my-image", "flux": "flux-2-pro", "url": url, "foundry": url,
        },
    ),
    "compatible": Stand(
        lambda key: OpenAI(key, models=["sd-turbo", "painter"]),
        lambda url: {"url": f"{url}/v1", "models": "sd-turbo, painter", "editors": "painter", "price": 2},
    ),
    "replicate": Stand(Replicate, lambda url: {"url": f"{url}/v1", **SOON}),
    "fal": Stand(Fal, lambda url: {"url": url, "storage": url, "platform": f"{url}/v1", **SOON}),
    "huggingface": Stand(
        HuggingFace,
        lambda url: {
            "models": "lights/painter, lights/fast@together", "editors": "lights/editor", "price": 2, "url": url,
            "hub": url,
        },
    ),
    "ollama": Stand(
        lambda key: Ollama(gemma=["vision"]),
        lambda url: {"url": url, "models": "gemma", "sighted": "gemma"},
        wants_key=False,
    ),
    "comfyui": Stand(
        lambda key: ComfyUI(),
        lambda url: {
            "url": url, "models": "checkpoints/sd15.safetensors, upscale_models/RealESRGAN_x4plus.pth", **SOON,
        },
        wants_key=False,
    ),
}  # fmt: skip
