"""Transform: from pictures to films, speaking portraits and bodies."""

import secrets
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from gesso.imaging import speech
from gesso.kit.errors import Invalid
from gesso.ops.branded import BRAND, Branded
from gesso.ops.fields import (
    NEGATIVE_WORDING,
    AudioRef,
    Box,
    ImageRef,
    MaskRef,
    Prompt,
    Seed,
    Worded,
    Wording,
    needs,
    titled,
    ui,
)
from gesso.ops.operation import Capability, Operation, Size, Sources

LINES: Final = {"480p": 480, "720p": 720, "1080p": 1080}
LONGEST: Final = 600.0
"""Seconds of sound that a portrait speaks at most."""

RESOLUTION: Any = Field(
    "720p",
    title="Resolution",
    json_schema_extra=ui("segments", options=titled(**{name: name for name in LINES})),
)
ASPECT: Any = Field(
    "source",
    title="Shape",
    json_schema_extra=ui(
        "segments",
        options=[{"value": "source", "title": "The picture's"}]
        + [{"value": shape, "title": shape} for shape in ("16:9", "9:16", "1:1", "4:5")],
    ),
)
SHAPE: Any = Field(
    "16:9",
    title="Shape",
    json_schema_extra=ui(
        "segments", options=[{"value": shape, "title": shape} for shape in ("16:9", "9:16", "1:1", "4:5")]
    ),
)
FPS: Any = Field(
    30,
    title="Frames a second",
    json_schema_extra=ui("segments", advanced=True, options=[{"value": fps, "title": str(fps)} for fps in (24, 30)]),
)
AUDIO: Any = Field(None, title="Sound", description="Cut or followed by silence to fit.")
Resolution = Literal["480p", "720p", "1080p"]
Aspect = Literal["source", "16:9", "9:16", "1:1", "4:5"]
Fps = Literal[24, 30]


class Film(Operation):
    """What makes a film, whatever of."""

    title = ""
    capability: ClassVar[Capability] = "transform"
    makes = "video"

    def settled(self) -> Self:
        seed = getattr(self, "seed", 0)
        return self if seed is not None else self.model_copy(update={"seed": 0})


class Shoot(Branded, Worded, Film):
    """Makes a film from a description."""

    op = "video.from_text"
    rank = 60
    title = "Text to video"
    capability = "create"
    example = {"prompt": "a lighthouse at dusk, pull out", "seconds": 1, "resolution": "480p", "seed": 7}

    prompt: Prompt = Field(title="Prompt", description="What the film shows, what happens, and how the camera moves.")
    brand: str | None = BRAND
    seconds: float = Field(5, ge=1, le=10, title="Length", json_schema_extra=ui("slider", unit="s", step=0.5))
    resolution: Resolution = RESOLUTION
    aspect: Literal["16:9", "9:16", "1:1", "4:5"] = SHAPE
    audio: AudioRef | None = AUDIO
    negative_prompt: str = Field(
        "",
        max_length=10_000,
        title="Leave out",
        description="What the film shall not show.",
        json_schema_extra=ui("text", advanced=True),
    )
    seed: Seed | None = Field(None, title="Seed")
    negative_wording: Wording | None = NEGATIVE_WORDING

    def settled(self) -> Self:
        return self if self.seed is not None else self.model_copy(update={"seed": secrets.randbelow(2**31)})

    def words(self) -> str:
        return self.prompt


MOTIONS: Any = [
    option | {"picture": f"/motions/{option['value']}.mp4"}
    for option in titled(
        push_in="Push in",
        pull_out="Pull out",
        pan_left="Pan left",
        pan_right="Pan right",
        pan_up="Pan up",
        pan_down="Pan down",
        orbit="Orbit",
        dolly_zoom="Dolly zoom",
        drift="Hand-held drift",
        still="Still",
    )
]


class Animate(Worded, Film):
    """Sets a picture in motion: a camera travels over it, near things before far ones."""

    op = "video.from_image"
    rank = 10
    title = "Image to video"
    example = {"image": "asset", "seconds": 1, "resolution": "480p", "fps": 24, "parallax": 0}

    image: ImageRef = Field(title="Picture")
    motion: Literal[
        "push_in", "pull_out", "pan_left", "pan_right", "pan_up", "pan_down", "orbit", "dolly_zoom", "drift", "still"
    ] = Field(
        "push_in",
        title="Camera",
        json_schema_extra=ui("select", options=MOTIONS),
    )
    strength: float = Field(0.5, ge=0, le=1, title="Strength", json_schema_extra=ui("slider", step=0.05))
    seconds: float = Field(5, ge=1, le=10, title="Length", json_schema_extra=ui("slider", unit="s", step=0.5))
    parallax: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Depth",
        description="How much more near things move. The depth is guessed from the picture.",
        json_schema_extra=ui("slider", step=0.05),
    )
    easing: Literal["smooth", "linear"] = Field(
        "smooth",
        title="Pace",
        json_schema_extra=ui("segments", options=titled(smooth="Soft start and end", linear="Even")),
    )
    resolution: Resolution = RESOLUTION
    aspect: Aspect = ASPECT
    fps: Fps = FPS
    focus_x: float = Field(
        0.5, ge=0, le=1, title="Focus across", json_schema_extra=ui("slider", step=0.01, advanced=True)
    )
    focus_y: float = Field(
        0.5, ge=0, le=1, title="Focus down", json_schema_extra=ui("slider", step=0.01, advanced=True)
    )
    audio: AudioRef | None = AUDIO
    prompt: str = Field(
        "",
        max_length=10_000,
        title="Prompt",
        description="What happens. Without a model only the camera moves.",
        json_schema_extra=ui("prompt", advanced=True),
    )
    seed: Seed | None = Field(None, title="Seed", description="Of the drift.")

    def words(self) -> str:
        return self.prompt


class Reach(Animate):
    """Sets a picture in motion, and ends with another one."""

    end_image: ImageRef | None = Field(
        None,
        title="End frame",
        description="The picture that the film ends with.",
        json_schema_extra=ui("image", mode="end"),
    )

    def check(self, sources: Sources) -> None:
        super().check(sources)
        if self.end_image is not None and self.end_image == self.image:
            message = "the film ends with the picture that it begins with: choose another one"
            raise Invalid(
                f"end_image: {message}.", fields=[{"field": "end_image", "message": message, "kind": "misfit"}]
            )


Transition = Literal["cut", "fade", "slide", "wipe", "zoom", "black"]
BETWEEN: Any = titled(cut="Cut", fade="Fade", slide="Slide", wipe="Wipe", zoom="Zoom", black="Through black")


class Slideshow(Film):
    """Joins pictures into a film, with transitions and sound."""

    op = "video.from_images"
    rank = 20
    title = "Pictures to video"
    example = {"images": ["asset"], "seconds": 1, "resolution": "480p", "fps": 24}

    images: tuple[ImageRef, ...] = Field(
        min_length=1,
        max_length=50,
        title="Pictures",
        description="In the order in which they are seen.",
        json_schema_extra=ui("images"),
    )
    seconds: float = Field(
        3, ge=0.5, le=20, title="Each is seen for", json_schema_extra=ui("slider", unit="s", step=0.5)
    )
    lengths: tuple[Annotated[float, Field(ge=0.5, le=20)], ...] = Field(
        (),
        max_length=50,
        title="Length of each",
        description="In seconds, one for each picture; none: all alike.",
        json_schema_extra=ui("list", unit="s", step=0.5, advanced=True),
    )
    transition: Transition = Field("fade", title="Transition", json_schema_extra=ui("segments", options=BETWEEN))
    transitions: tuple[Transition, ...] = Field(
        (),
        max_length=49,
        title="Transition of each",
        description="One for each picture but the last; none: all alike.",
        json_schema_extra=ui("list", advanced=True, options=BETWEEN),
    )
    overlap: float = Field(
        0.8,
        ge=0.1,
        le=3,
        title="Length of a transition",
        json_schema_extra=ui("slider", unit="s", step=0.1, advanced=True),
    )
    moving: bool = Field(True, title="Gentle camera", json_schema_extra=ui("switch"))
    fit: Literal["cover", "contain"] = Field(
        "cover",
        title="Fit",
        description="Cover crops to the shape; contain shows all of it before a blurred copy.",
        json_schema_extra=ui("segments", options=titled(cover="Cover", contain="Contain")),
    )
    resolution: Resolution = RESOLUTION
    aspect: Literal["16:9", "9:16", "1:1", "4:5"] = SHAPE
    fps: Fps = FPS
    audio: AudioRef | None = AUDIO
    seed: Seed | None = Field(None, title="Seed")

    @model_validator(mode="after")
    def _one_for_each(self) -> Self:
        if self.lengths and len(self.lengths) != len(self.images):
            raise ValueError(f"{len(self.images)} pictures and {len(self.lengths)} lengths: name one for each, or none")
        if self.transitions and len(self.transitions) != len(self.images) - 1:
            raise ValueError(
                f"{len(self.images)} pictures have {len(self.images) - 1} transitions between them, or none"
            )
        return self

    def lasts(self) -> tuple[float, ...]:
        """Seconds of each picture."""
        return self.lengths or (self.seconds,) * len(self.images)

    def between(self) -> tuple[Transition, ...]:
        """What comes after each picture but the last."""
        return self.transitions or (self.transition,) * (len(self.images) - 1)


class Avatar(Film):
    """Makes a portrait speak, by a recording or by a text."""

    op = "video.avatar"
    rank = 30
    title = "Talking portrait"
    example = {
        "image": "asset",
        "audio": "voice",
        "face": {"x": 60, "y": 40, "width": 120, "height": 160},
        "resolution": "480p",
        "fps": 24,
    }
    model_config = needs({"audio": {}}, {"script": {}})

    image: ImageRef = Field(title="Portrait", description="One face, seen from the front.")
    audio: AudioRef | None = Field(None, title="Voice", description="Up to 10 minutes.")
    script: str = Field(
        "",
        max_length=8_000,
        title="Or text to speak",
        json_schema_extra=ui("prompt"),
    )
    voice: str = Field(
        "en",
        pattern=f"^{speech.VOICE.pattern}$",
        title="Language",
        description="Of the text: en, en-us, de, fr, es, it, …",
        json_schema_extra=ui("text", advanced=True),
    )
    expressiveness: float = Field(0.5, ge=0, le=1, title="Liveliness", json_schema_extra=ui("slider", step=0.05))
    face: Box | None = Field(None, title="The face", description="Where it is, if it is not found by itself.")
    mask: MaskRef | None = Field(None, title="What may move", description="White may move. None: the head.")
    resolution: Literal["480p", "720p"] = Field(
        "720p", title="Resolution", json_schema_extra=ui("segments", options=titled(**{"480p": "480p", "720p": "720p"}))
    )
    fps: Fps = FPS
    seed: Seed | None = Field(None, title="Seed", description="Of blinks and of the head's motion.")

    @model_validator(mode="after")
    def _voiced(self) -> Self:
        if self.audio is None and not self.script.strip():
            raise ValueError("choose a recording, or write what is to be said")
        return self

    def lasts(self, sources: Sources) -> float | None:
        """Seconds of what is said: of the recording, or about those of the text. None while that is still to come."""
        if self.audio is None:
            return min(speech.about(self.script), LONGEST)
        source = sources.get(self.audio)
        return source.seconds or None if source else None

    def check(self, sources: Sources) -> None:
        source = sources.get(self.audio) if self.audio else None
        if source and source.seconds > LONGEST:
            message = (
                f"the recording is {source.seconds / 60:.1f} minutes long; at most {LONGEST / 60:.0f} can be spoken"
            )
            raise Invalid(
                f"audio: {message}. Cut it.", fields=[{"field": "audio", "message": message, "kind": "too_long"}]
            )

    def words(self) -> str:
        return self.script


class Relief(Operation):
    """Makes a picture's subject a body that can be turned and printed."""

    op = "mesh.from_image"
    rank = 40
    title = "Image to 3D"
    capability = "transform"
    makes = "mesh"
    example = {"image": "asset", "grid": 64}

    image: ImageRef = Field(title="Picture")
    subject: bool = Field(True, title="The subject alone", json_schema_extra=ui("switch"))
    strength: float = Field(
        0.35,
        ge=0.02,
        le=1,
        title="Depth",
        description="How far it stands out, as a share of its length.",
        json_schema_extra=ui("slider", step=0.01),
    )
    back: Literal["flat", "mirrored"] = Field(
        "flat", title="Back", json_schema_extra=ui("segments", options=titled(flat="Flat", mirrored="As the front"))
    )
    grid: Literal[64, 128, 256, 512] = Field(
        256,
        title="Fineness",
        description="Cells along its long side.",
        json_schema_extra=ui("segments", options=[{"value": n, "title": str(n)} for n in (64, 128, 256, 512)]),
    )
    texture: Literal[512, 1024, 2048] = Field(
        1024,
        title="Texture",
        json_schema_extra=ui(
            "segments", unit="px", advanced=True, options=[{"value": n, "title": str(n)} for n in (512, 1024, 2048)]
        ),
    )


class Turntable(Film):
    """Makes a picture's subject a body and films it while it turns."""

    op = "video.turntable"
    rank = 42
    title = "Turntable video"
    example = {"image": "asset", "seconds": 1, "resolution": "480p", "fps": 24, "grid": 64}

    image: ImageRef = Field(title="Picture")
    subject: bool = Field(True, title="The subject alone", json_schema_extra=ui("switch"))
    strength: float = Field(0.35, ge=0.02, le=1, title="Depth", json_schema_extra=ui("slider", step=0.01))
    swing: Literal["sway", "round"] = Field(
        "sway",
        title="Turn",
        description="Sway shows the front from both sides, round goes all the way.",
        json_schema_extra=ui("segments", options=titled(sway="Sway", round="All the way round")),
    )
    seconds: float = Field(4, ge=1, le=10, title="Length", json_schema_extra=ui("slider", unit="s", step=0.5))
    grid: Literal[64, 128, 256] = Field(
        128,
        title="Fineness",
        json_schema_extra=ui(
            "segments", advanced=True, options=[{"value": n, "title": str(n)} for n in (64, 128, 256)]
        ),
    )
    resolution: Literal["480p", "720p"] = Field(
        "480p", title="Resolution", json_schema_extra=ui("segments", options=titled(**{"480p": "480p", "720p": "720p"}))
    )
    fps: Fps = FPS

    def size(self, source: Size | None) -> Size:
        lines = LINES[self.resolution]
        return lines, lines
