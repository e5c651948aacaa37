"""The images of OpenAI's API, as OpenAI and those who speak like it take and give them.

POST /images/generations takes JSON, POST /images/edits multipart; both answer with base64 in `data[]`. A mask is a PNG
in the size of the first picture, transparent where it may change. Sides are multiples of 16 (OpenAI's documents of
2026-11; older or other servers take fewer sizes).
"""

import base64
import binascii
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from pydantic import model_validator

from gesso.catalog.finish import sent, sent_mask, sized
from gesso.catalog.limits import Frame, Limits
from gesso.catalog.manner import manner
from gesso.catalog.offer import Context, Provider, Reading
from gesso.catalog.wire import Answer, Wire
from gesso.dialects.narrowed import Filled
from gesso.dialects.steered import REFERENCE_ONLY
from gesso.imaging import picture
from gesso.kit.errors import GessoError, Invalid, Refused
from gesso.kit.media import Media
from gesso.kit.money import Credits
from gesso.ops import Operation, Size, Sources
from gesso.ops.create import Generate
from gesso.ops.repair import Erase
from gesso.ops.words import EditByPictures, EditByWords, further

STEP: Final = 16
FRAME: Final = Frame(least=256, most=3840, area=3840 * 2160, smallest=655_360, ratio=3.0)
"""What goes in and comes out. `smallest` is 1024 x 640, below which OpenAI's models do not go."""
QUALITIES: Final = {"draft": "low", "standard": "medium", "premium": "high"}
FLAGGED: Final = frozenset({"moderation_blocked", "content_policy_violation", "contentFilter", "content_filter"})


@dataclass(frozen=True)
class Images:
    """One server's images. `said` is sent with each request, besides what is asked for; `cost` says what an answer's
    `usage` comes to, in thousandths of a credit."""

    wire: Wire
    model: str
    said: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""
    cost: Callable[[Mapping[str, Any]], int] | None = None

    async def generate(self, ctx: Context, step: str, prompt: str, size: Size, **more: Any) -> Media:
        """A picture from words, bought once."""
        told = {"model": self.model, "prompt": prompt, "n": 1, "size": _size(size), **self.said, **more}

        async def call() -> Media:
            return await self.made(await self.wire.buy(f"/images/generations{self.query}", json=told))

        return await ctx.bought(step, call)

    async def edit(
        self,
        ctx: Context,
        step: str,
        prompt: str,
        pictures: Sequence[Media],
        size: Size,
        mask: bytes | None = None,
        **more: Any,
    ) -> Media:
        """A picture from others and words, bought once; with a mask (see above), changed only there."""
        told = {"model": self.model, "prompt": prompt, "n": 1, "size": _size(size), **self.said, **more}
        parts: list[tuple[str, Any]] = [(name, (None, str(value))) for name, value in told.items()]
        name = "image" if len(pictures) == 1 else "image[]"
        parts += [
            (name, (f"picture{number}.{media.type.split('/')[1]}", media.data, media.type))
            for number, media in enumerate(pictures)
        ]
        if mask is not None:
            parts.append(("mask", ("mask.png", mask, "image/png")))

        async def call() -> Media:
            return await self.made(await self.wire.buy(f"/images/edits{self.query}", files=parts))

        return await ctx.bought(step, call)

    async def made(self, answer: Answer) -> Media:
        """The picture in an answer, with what it cost."""
        try:
            told = answer.json()
            first = told["data"][0]
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise Refused(f"{self.wire.title} answered without a picture.", charged=True) from error
        if first.get("b64_json"):
            try:
                data = base64.b64decode(first["b64_json"], validate=True)
            except (binascii.Error, ValueError) as error:
                raise Refused(f"{self.wire.title} sent a picture that is cut short.", charged=True) from error
        elif first.get("url"):
            data = await self.wire.fetch(str(first["url"]))
        else:
            raise Refused(f"{self.wire.title} answered without a picture.", charged=True)
        type = picture.sniff(data[:64])
        if type is None:
            raise Refused(f"{self.wire.title} sent no picture.", charged=True)
        facts: dict[str, Any] = {}
        if self.cost is not None and isinstance(told.get("usage"), dict):
            facts["cost"] = self.cost(told["usage"])
        if first.get("revised_prompt"):
            facts["revised_prompt"] = str(first["revised_prompt"])[:10_000]
        return Media(data, type, facts)


def sides(width: int, height: int, frame: Frame = FRAME) -> Size:
    """The size to ask for: legal, and as near as may be in shape and area. Of what is longer than can be drawn, the
    short side grows: the rest is cut away after."""
    if frame.ratio:
        width, height = max(width, -int(-height // frame.ratio)), max(height, -int(-width // frame.ratio))
    across, down = frame.fits(width, height)
    steps = [{side // STEP * STEP or STEP, -(-side // STEP) * STEP} for side in (across, down)]
    every = [(one, other) for one in steps[0] for other in steps[1]]
    legal = [
        size
        for size in every
        if max(size) <= frame.most
        and frame.smallest <= size[0] * size[1] <= frame.area
        and (not frame.ratio or max(size) <= frame.ratio * min(size))
    ]
    # Where no step up or down is within all limits, the nearest is asked for, and the answer tells.
    return min(legal or every, key=lambda size: (abs(size[0] - across) + abs(size[1] - down), -size[0] * size[1]))


def refusal(wire: Wire, answer: Answer) -> GessoError:
    """What an answer of 400 and above means. What is flagged or not accepted costs nothing."""
    try:
        told = answer.json()["error"]
        said, code = str(told.get("message", "")), str(told.get("code") or "")
        kind = str(told.get("type") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        said = code = kind = ""
    if code in FLAGGED:
        return Refused(f"{wire.title}'s moderation flagged this request; it was not charged. {wire.plain(said)}")
    if code == "insufficient_quota" or kind == "insufficient_quota":
        return Refused(f"Your account at {wire.title} has no quota left. Add credit there, then run this again.")
    if answer.status_code == 404:
        return Refused(f"{wire.title} does not have this model, or not for this key. {wire.plain(said)}")
    return wire.fault(answer, said)


def _size(size: Size) -> str:
    return f"{size[0]}x{size[1]}"


# --- what a server of this kind offers


@dataclass(frozen=True)
class Server:
    """Declares the offers of one server. `images` gives the server of a run, by the model's name; `frame` are the
    pictures that it makes; with `qualities` it is told how well to draw; `together`, an edit may name further
    pictures."""

    provider: Provider
    images: Callable[[Context, str], Images]
    frame: Frame = FRAME
    qualities: bool = False
    together: bool = False

    def generates(
        self,
        model: str,
        title: str,
        price: Callable[["Pictures", Sources], Credits],
        seconds: Callable[["Pictures"], float],
        edits: bool = True,
    ) -> None:
        """From words, and where it `edits` from pictures as well."""

        @self.provider.offers(
            Pictures if edits else Words,
            model=model,
            title=title,
            price=price,
            seconds=lambda request, sources: seconds(request),
            read=_read,
            limits=Limits(made=self.frame, sent=FRAME if edits else None),
        )
        async def generate(request: Pictures, ctx: Context) -> AsyncIterator[Media]:
            server, size = self.images(ctx, model), sides(request.width, request.height, self.frame)
            named = [*([request.image] if request.image else []), *(each.image for each in request.references)]
            pictures = [await ctx.compute(sent, (await ctx.open(ref)).data, FRAME) for ref in named]
            told: dict[str, Any] = {"quality": QUALITIES[request.quality]} if self.qualities else {}
            for index in range(ctx.done, request.count):
                await ctx.progress(index / request.count)
                step = f"picture {index}"
                if pictures:
                    made = await server.edit(ctx, step, worded(request), pictures, size, **told)
                else:
                    made = await server.generate(ctx, step, worded(request), size, **told)
                yield await ctx.compute(sized, made, (request.width, request.height))

    def edits(
        self, model: str, title: str, price: Callable[[Operation, Sources], Credits], seconds: float = 25
    ) -> None:
        """What changes a picture, where a mask says so or all of it."""
        for kind, name, ask in EDITS:
            kind = ToldTogether if kind is Told and self.together else kind
            self._edits(kind, model, f"{title} {name}", ask, price, seconds)

    def _edits(
        self,
        kind: type[Any],
        model: str,
        title: str,
        ask: Callable[[Any], str],
        price: Callable[[Operation, Sources], Credits],
        seconds: float,
    ) -> None:
        @self.provider.offers(
            kind,
            model=model,
            title=title,
            price=price,
            seconds=lambda request, sources: seconds,
            read=_unseeded,
            limits=Limits(made=self.frame, sent=SENT),
        )
        async def edit(request: Any, ctx: Context) -> AsyncIterator[Media]:
            source = await ctx.open(request.image)
            own = source.facts["width"], source.facts["height"]
            asked = sides(*SENT.fits(*own), self.frame)
            sending = await ctx.compute(sent, source.data, SENT, size=asked)
            mask = None
            if request.mask is not None:
                marks = await ctx.open(request.mask)
                mask = await ctx.compute(sent_mask, marks.data, asked, request.feather, "alpha")
            told: dict[str, Any] = {"quality": "medium"} if self.qualities else {}
            others = [await ctx.compute(sent, (await ctx.open(ref)).data, SENT) for ref in further(request)]
            pictures = [sending, *others]
            made = await self.images(ctx, model).edit(ctx, "edit", ask(request), pictures, asked, mask, **told)
            yield await ctx.compute(sized, made, own, said=request.mask is None, whole=True)


SENT: Final = replace(FRAME, area=1536 * 1024)
"""Larger pictures are sent smaller to be edited: their tokens, and so the price, would grow with their area."""


class Pictures(Generate):
    """From words and up to four pictures. What is longer than it draws is cut out of the longest that it does."""


class Words(Pictures):
    """From words alone."""

    @model_validator(mode="after")
    def _alone(self) -> Self:
        if self.image is not None or self.references:
            raise ValueError("this model makes pictures from words alone")
        return self


def worded(request: Generate, *, apart: bool = False) -> str:
    """The prompt with what has no field of its own there; what is to be left out may have one (`apart`)."""
    worn = manner(request)
    words = worn.spoken(request.prompt)
    if worn.text:
        words += f"\n\nStyle: {worn.text}."
    if not apart and (out := worn.avoided(request.negative_prompt)):
        words += f"\n\nLeave out: {out}."
    return words


def _read(request: Generate) -> Reading:
    used = ("strength",) if request.image is not None and request.strength != 0.6 else ()
    return Reading(
        ignored=used + (("seed",) if request.seed is not None else ()),
        losses=(REFERENCE_ONLY,) if request.image is not None else (),
    )


def _unseeded(request: Any) -> Reading:
    # A seed that nobody asked for was settled to 0.
    return Reading(ignored=("seed",) if request.seed else ())


def shaped(frame: Frame, width: int, height: int, field: str) -> None:
    """Raises Invalid for what has a shape that is not drawn here."""
    if not frame.takes(width, height):
        message = f"this model's pictures may be up to {frame.ratio:.3g} times as long as wide"
        raise Invalid(f"{field}: {message}.", fields=[{"field": field, "message": message, "kind": "misfit"}])


def names(told: Any) -> str:
    """Names with commas between them, each once, tidied: a validator of settings."""
    found = [name.strip() for name in str(told or "").split(",")]
    return ", ".join(dict.fromkeys(name for name in found if name))


class Shaped:
    """Refuses, before anything is paid, what is more than three times as long as wide."""

    def check(self, sources: Sources) -> None:
        super().check(sources)  # type: ignore[misc]
        source = sources.get(self.image)  # type: ignore[attr-defined]
        if source:
            shaped(FRAME, source.width, source.height, "image")


class Told(Shaped, EditByWords):
    """Changes a picture as it is told to, in words."""


class ToldTogether(Shaped, EditByPictures):
    """Changes a picture as it is told to, in words and by other pictures."""


class Within(Shaped, Filled):
    """Makes what is painted over anew, as the prompt says."""


class Erased(Shaped, Erase):
    """Takes away what is painted over."""


EDITS: Final[tuple[tuple[type[Any], str, Callable[[Any], str]], ...]] = (
    (Told, "edit", lambda request: request.prompt),
    (Within, "inpaint", lambda request: f"In the transparent area: {request.prompt}. Keep the rest as it is."),
    (
        Erased,
        "erase",
        lambda request: "Remove what is in the transparent area, and continue there what surrounds it. Add nothing.",
    ),
)
"""Each with the sentence that asks for it."""
