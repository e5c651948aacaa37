"""Footage: what is taken out of a film or a sound."""

from typing import Self

from pydantic import Field, model_validator

from gesso.kit.errors import Invalid
from gesso.ops.fields import AudioRef, VideoRef, ui
from gesso.ops.operation import Operation, Sources

LONGEST = 3 * 3600


class Snapshot(Operation):
    """Takes one picture out of a film, with its exact pixels."""

    op = "video.frame"
    rank = 70
    title = "Frame of a video"
    capability = "export"
    example = {"video": "film", "seconds": 0.25}

    video: VideoRef = Field(title="Video")
    seconds: float = Field(
        0,
        ge=0,
        le=LONGEST,
        title="At",
        description="The picture that is seen then; beyond the end, the last one.",
        json_schema_extra=ui("number", unit="s", step=0.01),
    )


class Soundtrack(Operation):
    """Takes the sound out of a film, to be spoken by or laid under another."""

    op = "video.sound"
    rank = 72
    title = "Sound of a video"
    capability = "export"
    makes = "audio"
    example = {"video": "film"}

    video: VideoRef = Field(title="Video")


class Trim(Operation):
    """Cuts a part out of a sound."""

    op = "audio.trim"
    rank = 75
    title = "Part of a sound"
    capability = "export"
    makes = "audio"
    example = {"audio": "voice", "start": 0.2, "end": 0.8}

    audio: AudioRef = Field(title="Sound")
    start: float = Field(0, ge=0, le=LONGEST, title="Starts at", json_schema_extra=ui("number", unit="s", step=0.01))
    end: float | None = Field(
        None,
        gt=0,
        le=LONGEST,
        title="Ends at",
        description="None: to its end.",
        json_schema_extra=ui("number", unit="s", step=0.01),
    )

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.end is not None and self.end - self.start < 0.05:
            raise ValueError("the end comes at least a twentieth of a second after the start")
        return self

    def check(self, sources: Sources) -> None:
        source = sources.get(self.audio)
        if source and source.seconds and self.start >= source.seconds:
            message = f"the sound is only {source.seconds:.1f} seconds long"
            raise Invalid(f"start: {message}.", fields=[{"field": "start", "message": message, "kind": "too_late"}])
