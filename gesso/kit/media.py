"""Bytes with a name for what they are: the only shape in which pictures travel between parts. And words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

EXTENSIONS: Final[Mapping[str, str]] = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/avif": "avif",
    "image/tiff": "tiff",
    "image/bmp": "bmp",
    "image/heic": "heic",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/webm": "webm",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
    "model/gltf-binary": "glb",
    "text/plain": "txt",
    "text/markdown": "md",
    "text/csv": "csv",
    "text/vtt": "vtt",
    "application/json": "json",
    "application/x-subrip": "srt",
}


@dataclass(frozen=True, slots=True)
class Media:
    """`type` is a media type such as image/png; `facts` is what its maker says about it, as JSON values."""

    data: bytes
    type: str = "image/png"
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered in words instead of bytes: JSON values by name. `cost` is what the provider says that it took,
    in thousandths of a credit; None where it does not say."""

    said: Mapping[str, Any]
    cost: int | None = None


def kind(type: str) -> str:
    """What an asset of this media type is: image, video, audio, mesh or text."""
    family = type.partition("/")[0]
    return {"model": "mesh", "application": "text"}.get(family, family)


def extension(type: str) -> str:
    return EXTENSIONS.get(type, "bin")
