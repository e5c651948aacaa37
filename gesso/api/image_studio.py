"""Named routes that other clients know, over the same `runs.submit`. The one file in `api/` that names operations.

A picture or a sound is an asset id or, for convenience, base64 or a data URL, which is taken in as an upload first.
Fields are called as those clients call them; an operation's own fields are taken as well, by their names. What is null
was not said, and what an operation does not know is refused.
"""

import asyncio
import base64
import binascii
import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Final, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from gesso import brand, library, presets
from gesso.api import assets
from gesso.api.desk import AtDesk, Desk, TheStudio
from gesso.api.health import Health, health
from gesso.api.presets import TemplateOut, every_template, recommended
from gesso.api.providers import ProviderOut
from gesso.api.providers import listed as providers_listed
from gesso.api.runs import IdempotencyKey, estimate_out, promise
from gesso.api.runs import Prefer as Waits
from gesso.api.shapes import EstimateOut, RunOut
from gesso.catalog import Prefer
from gesso.imaging import recolour
from gesso.kit.errors import BadMedia, Invalid, NotFound, TooLarge, Unavailable
from gesso.ops import OPERATIONS
from gesso.ops.fields import LATER
from gesso.runs import Order

INLINE_BYTES = 64 << 20
"""The most JSON that these routes read. It lies in memory; a larger picture is uploaded and named by its id."""
AREA: Final = 1 << 20
"""Pixels of a picture of which only the shape is told."""
IMPROVED_SECONDS: Final = 60
"""How long a prompt may take to be improved before anything is promised."""

UUID_AND_ENDING: Final = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(\.[a-z0-9]{2,5})?$"

router = APIRouter(prefix="/image-studio", tags=["image studio"], max_body_size=INLINE_BYTES)

EDITS: Final = {
    "remove_background": "image.remove_background",
    "inpaint": "image.inpaint",
    "erase": "image.erase",
    "outpaint": "image.outpaint",
    "search_replace": "image.search_replace",
    "search_recolor": "image.search_recolor",
    "relight": "image.relight",
    "general_edit": "image.edit",
    "face_swap": "image.face_swap",
}
CONTROLS: Final = {
    "sketch": "image.sketch",
    "structure": "image.structure",
    "style": "image.style_guide",
    "style_transfer": "image.style_transfer",
    "preprocess": "image.preprocess",
}
FILMS: Final = {
    "image-to-video": "video.from_image",
    "talking-avatar": "video.avatar",
    "image-to-3d": "mesh.from_image",
}
COSTS: Final = {"create": "image.generate", "generate": "image.generate", "upscale": "image.upscale"} | EDITS | CONTROLS

Sent = Annotated[str, Field(min_length=1, description="An asset id, base64 or a data URL.")]


def called(*names: str, default: Any = None, **more: Any) -> Any:
    """A field that goes by several names, each also with what some clients write behind those of pictures."""
    every = [name + end for name in names for end in ("", "_base64")] if more.pop("media", False) else [*names]
    return Field(default, validation_alias=AliasChoices(*every), **more)


class Named(BaseModel):
    """`provider` and `model` name the offer, either alone also; without them, or with "auto", the best is picked, by
    what is preferred. Further fields are those of the operation."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    media: ClassVar[Mapping[str, str]] = {"image": "image", "mask": "mask"}
    """The fields that are files, and where each goes: `background.image` is the image of the background."""

    provider: str | None = None
    model: str | None = None
    prefer: Prefer = "price"

    does: ClassVar[str] = ""
    """The operation, where there is but one."""

    def op(self) -> str:
        return self.does

    def input(self) -> dict[str, Any]:
        """What the operation is told, files apart."""
        said = self.model_dump(exclude_unset=True, by_alias=False)
        return {
            name: value
            for name, value in said.items()
            if value is not None and name not in {"provider", "model", "prefer", "operation", *self.media}
        }

    def files(self) -> dict[str, str]:
        """What is to be taken in, by the place where it goes."""
        return {path: sent for name, path in self.media.items() if (sent := getattr(self, name, None)) is not None}


class CreateIn(Named):
    """`aspect_ratio` (16:9, 1.91:1) alone is a picture of about a megapixel; with one side told, the other follows.
    With `enhance_prompt` the prompt is improved first, by the cheapest here that does. A template gives size, style and
    quality, and where no prompt is told its own, with what it has in its gaps; what is told goes before it."""

    does = "image.generate"
    media = {"image": "image"}

    prompt: str | None = None
    template_id: str | None = None
    negative_prompt: str | None = None
    width: int | None = None
    height: int | None = None
    aspect_ratio: str | None = Field(None, examples=["16:9", "4:5", "1.91:1"])
    count: int | None = called("num_variations", "count")
    seed: int | None = None
    style: str | None = called("style_preset", "style")
    quality: Literal["draft", "standard", "premium"] | None = None
    guidance: float | None = called("guidance_scale", "guidance")
    steps: int | None = None
    image: Sent | None = called("image", media=True, description="A picture to start from.")
    strength: float | None = None
    references: list[Any] | None = None
    brand: str | None = called("persona_id", "brand", description="A kit of the team's own.")
    use_persona: bool = Field(False, description="Of no kit in particular: of the one that the team has chosen.")
    enhance_prompt: bool = False

    def input(self) -> dict[str, Any]:
        said = super().input()
        if said.pop("use_persona", False):
            said.setdefault("brand", brand.DEFAULT)
        for name in ("enhance_prompt", "template_id"):
            said.pop(name, None)
        return said | shaped(said.pop("aspect_ratio", None), self.width, self.height)


class UpscaleIn(Named):
    """`target_width` and `target_height` in pixels, or a `preset`, or a `factor`. The mode “fast” is the quickest that
    stays true to the picture."""

    does = "image.upscale"
    image: Sent = called("image", media=True, default=...)
    mode: Literal["fast", "conservative", "creative", "auto"] | None = None
    factor: int | None = None
    width: int | None = called("target_width", "width")
    height: int | None = called("target_height", "height")
    preset: Literal["web", "social", "print"] | None = None
    prompt: str | None = None

    def input(self) -> dict[str, Any]:
        said = super().input()
        return said | {"mode": "conservative"} if self.mode == "fast" else said


class EditIn(Named):
    """`search_prompt` and `select_prompt` say what is meant in the picture, `expand_left` and so on by how many pixels
    it is extended. What something is recoloured to is a `colour` (#rrggbb), or one named in the prompt."""

    media = {"image": "image", "mask": "mask", "background_image": "background.image", "face": "face"}

    operation: Literal[
        "remove_background",
        "inpaint",
        "erase",
        "outpaint",
        "search_replace",
        "search_recolor",
        "relight",
        "general_edit",
        "face_swap",
    ]
    image: Sent = called("image", "base_image", media=True, default=...)
    mask: Sent | None = called("mask", media=True, description="White is changed.")
    background_image: Sent | None = called("background_image", media=True)
    face: Sent | None = called("face", "face_image", media=True)
    prompt: str | None = None
    find: str | None = called("search_prompt", "select_prompt", "find")
    colour: str | None = called("colour", "color")
    left: int | None = called("expand_left", "left")
    right: int | None = called("expand_right", "right")
    top: int | None = called("expand_up", "top")
    bottom: int | None = called("expand_down", "bottom")
    index: int | None = called("target_face_index", "index")
    seed: int | None = None

    def op(self) -> str:
        return EDITS[self.operation]

    def input(self) -> dict[str, Any]:
        said = super().input()
        if self.operation == "search_recolor" and self.prompt and self.colour is None:
            found = recolour.named(said.pop("prompt"))
            if found is None:
                message = "name a colour in it, such as “deep blue”, or tell a colour as #rrggbb"
                raise Invalid(f"prompt: {message}.", fields=[{"field": "prompt", "message": message, "kind": "misfit"}])
            said["colour"] = "#{:02x}{:02x}{:02x}".format(*found)
        if self.background_image is not None:
            said["background"] = {"kind": "image"} | dict(said.get("background") or {})
        return said


class ControlIn(Named):
    """`control_strength`, `fidelity` or `style_strength` is how closely the result keeps to what it is shown."""

    media = {"image": "image", "style_image": "style_image"}

    operation: Literal["sketch", "structure", "style", "style_transfer", "preprocess"]
    image: Sent = called("control_image", "image", media=True, default=...)
    style_image: Sent | None = called("style_image", media=True)
    prompt: str | None = None
    strength: float | None = called("control_strength", "style_strength", "strength")
    fidelity: float | None = None
    composition: float | None = called("composition_fidelity", "composition")
    change: float | None = called("change_strength", "change")
    aspect_ratio: str | None = None
    style: str | None = called("style_preset", "style")
    seed: int | None = None

    def op(self) -> str:
        return CONTROLS[self.operation]

    def input(self) -> dict[str, Any]:
        said = super().input()
        return said | shaped(said.pop("aspect_ratio", None), said.get("width"), said.get("height"))


class FilmIn(Named):
    """`duration` in seconds. With `enable_prompt_expansion` the prompt is improved first."""

    does = "video.from_image"
    media = {"image": "image", "audio": "audio"}

    image: Sent = called("image", media=True, default=...)
    audio: Sent | None = called("audio", media=True)
    prompt: str | None = None
    seconds: float | None = called("duration", "seconds")
    resolution: Literal["480p", "720p", "1080p"] | None = None
    seed: int | None = None
    enhance_prompt: bool = called("enable_prompt_expansion", "enhance_prompt", default=False)

    def input(self) -> dict[str, Any]:
        said = super().input()
        said.pop("enhance_prompt", None)
        return said


class AvatarIn(Named):
    """What is said is a recording, or a `script` that is read out."""

    does = "video.avatar"
    media = {"image": "image", "audio": "audio", "mask": "mask"}

    image: Sent = called("image", media=True, default=...)
    audio: Sent | None = called("audio", media=True)
    mask: Sent | None = called("mask", "mask_image", media=True, description="White may move.")
    script: str | None = None
    voice: str | None = None
    resolution: Literal["480p", "720p"] | None = None
    seed: int | None = None


class MeshIn(Named):
    does = "mesh.from_image"
    image: Sent = called("image", media=True, default=...)


class CostIn(BaseModel):
    """What would be asked for: `input` as for the operation's own route, files by asset id; without it, the operation's
    example, in this number and size."""

    model_config = ConfigDict(extra="forbid")

    provider: str | None = None
    model: str | None = None
    operation: str = Field("create", description=f"One of: {', '.join(COSTS)}.")
    input: dict[str, Any] | None = None
    num_images: int | None = None
    width: int | None = None
    height: int | None = None


class FilmCostIn(BaseModel):
    """What a film of so many seconds would cost. A talking portrait costs by its sound: name an `audio` asset or a
    `script`, or its price is null."""

    model_config = ConfigDict(extra="forbid")

    provider: str | None = None
    model: str | None = None
    operation: Literal["image-to-video", "talking-avatar", "image-to-3d"]
    resolution: Literal["480p", "720p", "1080p"] | None = None
    duration: float | None = None
    audio: UUID | None = None
    script: str | None = None


class NamedOut(BaseModel):
    """`op` is what it is called in `/api/operations`, where each model's form is."""

    op: str
    title: str
    description: str


class TemplatesOut(BaseModel):
    templates: list[TemplateOut]
    total: int


class NamesOut(BaseModel):
    operations: dict[str, NamedOut]


@router.post("/create", status_code=202)
async def create(
    wanted: CreateIn, desk: AtDesk, response: Response, idempotency_key: IdempotencyKey = None, prefer: Waits = None
) -> RunOut:
    """Makes pictures from a description."""
    template = await _template(desk, wanted.template_id) if wanted.template_id else None
    return await promised(desk, response, wanted, idempotency_key, prefer, template.request({}) if template else {})


@router.post("/upscale", status_code=202)
async def upscale(
    wanted: UpscaleIn, desk: AtDesk, response: Response, idempotency_key: IdempotencyKey = None, prefer: Waits = None
) -> RunOut:
    """Makes a picture larger."""
    return await promised(desk, response, wanted, idempotency_key, prefer)


@router.post("/edit", status_code=202)
@router.post("/edit/process", status_code=202)
async def edit(
    wanted: EditIn, desk: AtDesk, response: Response, idempotency_key: IdempotencyKey = None, prefer: Waits = None
) -> RunOut:
    """Edits a picture: `operation` says how."""
    return await promised(desk, response, wanted, idempotency_key, prefer)


@router.get("/edit/operations")
async def edit_operations(desk: AtDesk) -> NamesOut:
    """The names by which a picture can be edited."""
    return await _listed(desk, EDITS)


@router.post("/control/process", status_code=202)
async def control(
    wanted: ControlIn, desk: AtDesk, response: Response, idempotency_key: IdempotencyKey = None, prefer: Waits = None
) -> RunOut:
    """Makes a picture that keeps to another one: `operation` says how."""
    return await promised(desk, response, wanted, idempotency_key, prefer)


@router.get("/control/operations")
async def control_operations(desk: AtDesk) -> NamesOut:
    """The names by which a picture can keep to another one."""
    return await _listed(desk, CONTROLS)


@router.post("/transform/image-to-video", status_code=202)
async def film(
    wanted: FilmIn, desk: AtDesk, response: Response, idempotency_key: IdempotencyKey = None, prefer: Waits = None
) -> RunOut:
    """Sets a picture in motion."""
    return await promised(desk, response, wanted, idempotency_key, prefer)


@router.post("/transform/talking-avatar", status_code=202)
async def avatar(
    wanted: AvatarIn, desk: AtDesk, response: Response, idempotency_key: IdempotencyKey = None, prefer: Waits = None
) -> RunOut:
    """Makes a portrait speak."""
    return await promised(desk, response, wanted, idempotency_key, prefer)


@router.post("/transform/image-to-3d", status_code=202)
async def body(
    wanted: MeshIn, desk: AtDesk, response: Response, idempotency_key: IdempotencyKey = None, prefer: Waits = None
) -> RunOut:
    """Makes a picture's subject a body."""
    return await promised(desk, response, wanted, idempotency_key, prefer)


@router.post("/transform/estimate-cost")
async def film_cost(wanted: FilmCostIn, desk: AtDesk) -> EstimateOut:
    """Price and time. Nothing is promised, nothing is spent."""
    said = {
        "image": str(LATER),
        "seconds": wanted.duration if wanted.operation == "image-to-video" else None,
        "resolution": wanted.resolution if wanted.operation != "image-to-3d" else None,
        "audio": wanted.audio and str(wanted.audio),
        "script": wanted.script,
    }
    if wanted.operation == "talking-avatar" and wanted.audio is None and wanted.script is None:
        said["audio"] = str(LATER)
    given = {name: value for name, value in said.items() if value is not None}
    return await _estimated(desk, FILMS[wanted.operation], given, wanted.provider, wanted.model)


@router.post("/estimate-cost")
async def estimate_cost(wanted: CostIn, desk: AtDesk) -> EstimateOut:
    """Price and time. Nothing is promised, nothing is spent."""
    op = COSTS.get(wanted.operation)
    if op is None:
        message = f"one of {', '.join(COSTS)}"
        raise Invalid(
            f"operation: {message}.", fields=[{"field": "operation", "message": message, "kind": "literal_error"}]
        )
    given = wanted.input
    if given is None:
        given = OPERATIONS[op].told(dict.fromkeys(("asset", "mask", "voice"), str(LATER)))
    sized = {"count": wanted.num_images, "width": wanted.width, "height": wanted.height}
    given = given | {name: value for name, value in sized.items() if value is not None}
    return await _estimated(desk, op, given, wanted.provider, wanted.model)


@router.head("/videos/{user_id}/{filename}", include_in_schema=False)
@router.get("/videos/{user_id}/{filename}", response_class=Response)
async def video(
    user_id: UUID,
    filename: Annotated[str, Path(pattern=UUID_AND_ENDING)],
    desk: AtDesk,
    request: Request,
) -> Response:
    """A film of one's own, by its asset's id and the ending of its type. Ranges and ETag are honoured."""
    if user_id != desk.actor.user_id:
        raise NotFound("This film is not yours, or not here.")
    return await assets.file(UUID(filename.partition(".")[0]), desk, request)


@router.get("/templates")
async def templates(desk: AtDesk, platform: str | None = None, category: str | None = None) -> TemplatesOut:
    """All templates, the team's own first, or those of a platform or a category."""
    every = [
        each
        for each in await every_template(desk)
        if platform in (None, each.platform) and category in (None, each.category)
    ]
    return TemplatesOut(templates=every, total=len(every))


@router.get("/templates/search")
async def search_templates(desk: AtDesk, query: Annotated[str, Query(max_length=400)]) -> TemplatesOut:
    """Those that answer the words, the best first; slips are understood."""
    every = await every_template(desk, query)
    return TemplatesOut(templates=every, total=len(every))


@router.get("/templates/recommend")
async def recommend_templates(
    desk: AtDesk, use_case: Annotated[str, Query(min_length=1, max_length=400)], platform: str | None = None
) -> TemplatesOut:
    """Those that a sentence asks for, with the reasons."""
    every = [each for each in await recommended(desk, use_case) if platform in (None, each.platform)]
    return TemplatesOut(templates=every, total=len(every))


@router.get("/providers")
async def providers(desk: AtDesk) -> list[ProviderOut]:
    """Who offers what here, and what a provider must still be told."""
    return await providers_listed(desk)


@router.get("/health")
async def healthy(studio: TheStudio, response: Response) -> Health:
    """As `/api/health`. No actor: probes have no account, and no data is told."""
    found = await health(studio)
    response.status_code = 200 if found.ready else 503
    return found


def shaped(ratio: str | None, width: int | None, height: int | None) -> dict[str, int]:
    """The sides of a picture of this shape: both where none is told, else the other one; none without a shape.

    Raises Invalid where it is no shape, or both sides are told and have another.
    """
    if ratio is None:
        return {}
    try:
        across, _, down = ratio.replace("/", ":").partition(":")
        shape = Fraction(across) / Fraction(down or 1)
        if not Fraction(1, 20) <= shape <= 20:
            raise ValueError
    except (ValueError, ZeroDivisionError):
        message = "write it as width to height, such as 16:9"
        raise _misfit(message) from None
    if width is not None and height is not None:
        if abs(width / height / float(shape) - 1) > 0.02:
            raise _misfit(f"{width} x {height} has another shape")
        return {}
    if width is not None:
        return {"height": max(1, round(width / shape))}
    if height is not None:
        return {"width": max(1, round(height * shape))}
    times = math.isqrt(AREA // (shape.numerator * shape.denominator))
    if times:
        return {"width": shape.numerator * times, "height": shape.denominator * times}
    return {"width": round(math.sqrt(AREA * shape)), "height": round(math.sqrt(AREA / shape))}


def _misfit(message: str) -> Invalid:
    return Invalid(
        f"aspect_ratio: {message}.", fields=[{"field": "aspect_ratio", "message": message, "kind": "misfit"}]
    )


async def _listed(desk: Desk, named: Mapping[str, str]) -> NamesOut:
    desk.actor.require("library.read")
    kinds = {name: OPERATIONS[op] for name, op in named.items()}
    return NamesOut(
        operations={
            name: NamedOut(op=kind.op, title=kind.title, description=(kind.__doc__ or "").strip())
            for name, kind in kinds.items()
        }
    )


async def _estimated(
    desk: Desk, op: str, given: dict[str, Any], provider: str | None, model: str | None
) -> EstimateOut:
    desk.actor.require("runs.read")
    offer = await _offer(desk, op, provider, model)
    async with desk.read() as work:
        return estimate_out(await desk.studio.runs.estimate(work, Order(op, given, offer)))


async def _offer(desk: Desk, op: str, provider: str | None, model: str | None) -> str | None:
    """Of the offers that fit the provider and the model named, the one that ranks first."""
    provider, model = (None if name == "auto" else name for name in (provider, model))
    if provider is None and model is None:
        return None
    async with desk.read() as work:
        catalog = await desk.studio.runs.catalog(work)
    fitting = [
        offer
        for offer in catalog.offers.get(op, {}).values()
        if provider in (None, offer.provider) and model in (None, offer.model)
    ]
    if not fitting:
        raise NotFound(f"“{provider or 'Any'}/{model or 'any'}” does not offer {op} here.")
    return min(fitting, key=lambda offer: (offer.rank, offer.id)).id


async def _template(desk: Desk, name: str) -> presets.Template:
    """A ready-made one, or one of the team's own."""
    if (found := presets.template(name)) is not None:
        return found
    async with desk.read() as work:
        return brand.template(await brand.get(work, "template", name))


async def promised(
    desk: Desk,
    response: Response,
    wanted: Named,
    key: str | None,
    waits: str | None,
    beneath: Mapping[str, Any] | None = None,
) -> RunOut:
    """Files that came as bytes become uploads, once it is known that the rest of the request fits. What is said goes
    before what lies `beneath`."""
    desk.actor.require("runs.create")
    op, said, files = wanted.op(), {**(beneath or {}), **wanted.input()}, wanted.files()
    prefer: Prefer = "speed" if getattr(wanted, "mode", None) == "fast" else wanted.prefer
    order = Order(op, said, await _offer(desk, op, wanted.provider, wanted.model), prefer=prefer)
    improving = bool(getattr(wanted, "enhance_prompt", False) and said.get("prompt"))
    if improving or not all(map(_is_id, files.values())):
        coming = {path: sent if _is_id(sent) else str(LATER) for path, sent in files.items()}
        async with desk.read() as work:
            await desk.studio.runs.estimate(work, replace(order, input=_filled(said, coming)))
    if improving:
        said = said | {"prompt": await _improved(desk, str(said["prompt"]), key)}
    taken = {
        path: sent if _is_id(sent) else str(await _take_in(desk, path.partition(".")[0], sent))
        for path, sent in files.items()
    }
    return await promise(desk, response, replace(order, input=_filled(said, taken)), key, waits)


async def _improved(desk: Desk, prompt: str, key: str | None) -> str:
    """A better prompt, by a run of its own; the same one for the same key."""
    own = None if key is None else f"{key[:240]} prompt"
    order = Order("text.enhance", {"prompt": prompt})
    run = await promise(desk, Response(), order, own, f"wait={IMPROVED_SECONDS}")
    if run.state != "succeeded" or not run.answer:
        raise Unavailable(
            "The prompt could not be improved, and no picture was begun. Send it without enhance_prompt, or try again."
        )
    return str(run.answer["prompt"])


def _filled(said: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    """What is said, with each file in its place."""
    whole = dict(said)
    for path, value in files.items():
        name, _, rest = path.partition(".")
        whole[name] = {**whole[name], rest: value} if rest else value
    return whole


async def _take_in(desk: Desk, name: str, text: str) -> UUID:
    desk.actor.require("library.write")
    limits = desk.studio.limits
    if len(text) > limits.bytes * 4 // 3 + 1024:
        raise TooLarge(f"The {name} is larger than {limits.bytes >> 20} MiB.")
    try:
        data = await asyncio.to_thread(base64.b64decode, text.rpartition("base64,")[2], validate=True)
    except (binascii.Error, ValueError):
        raise BadMedia(f"“{name}” is neither an asset id nor base64.") from None
    path = desk.studio.scratch / str(uuid4())
    try:
        await asyncio.to_thread(path.write_bytes, data)
        kept = await library.take_in(desk.studio.pool, desk.studio.store, desk.actor.team_id, path, limits)
    finally:
        path.unlink(missing_ok=True)
    async with desk.work() as work:
        asset = await library.again(work, kept) or await library.add(
            work,
            kept,
            desk.studio.store,
            title=name.replace("_", " ").capitalize(),
            purpose="mask" if name == "mask" else "picture",
        )
        return asset.id


def _is_id(value: str) -> bool:
    try:
        return bool(UUID(value))
    except ValueError:
        return False
