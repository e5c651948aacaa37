"""What a catalogue of models offers that are known by their schemas: Replicate's, fal's.

A line of it has an `id`, a `title`, the `input` schema, words `about` the model, what it is charged by (`unit`), and
where that was `seen`. Each line becomes an offer for everything that it can do.
"""

import base64
import json
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, ClassVar, Final, Literal

from gesso.catalog.finish import filmed, sent, sent_mask, sized
from gesso.catalog.ground import picture_behind
from gesso.catalog.limits import Frame, Limits
from gesso.catalog.manner import manner
from gesso.catalog.offer import Context, Provider, Reading
from gesso.catalog.prices import Book
from gesso.dialects.narrowed import Alone, Ended, Faithful, Filled, Moved, Started, Words, cut, ignores, size_of
from gesso.dialects.openai import worded
from gesso.dialects.queued import Pictures
from gesso.dialects.schema import Model
from gesso.imaging import picture
from gesso.kit.errors import Invalid, Refused
from gesso.kit.media import Media
from gesso.kit.money import Credits
from gesso.ops import Size, Sources
from gesso.ops.words import editing, further

Unit = Literal["image", "megapixel", "second"]
Buy = Callable[[Context, str, Model, Mapping[str, Any], Pictures], Awaitable[Media]]
"""Buys once what a model makes of this, under the name of a step, and gives it as it came."""

DRAWN: Final = Frame(least=256, most=2048, area=2_000_000)
"""What is asked for, where the schema draws no narrower limits."""
SENT: Final = Frame(least=256, most=2048, area=2_000_000)
"""What is sent to be changed: these models work on one or two megapixels, whatever they get."""
WHOLE: Final = Frame(least=256, most=4096, area=16_000_000)
"""What is sent to be cut out, and the most that comes of enlarging."""
ENLARGED: Final = 4_000_000
"""Pixels of what is sent to a model that enlarges as far as it likes."""
INLINE: Final = 256 << 10
"""Bytes of a picture that travels in the request itself."""


@dataclass(frozen=True)
class Listed(Model):
    """A line of the catalogue. `unit` is what it is charged by: each picture, each megapixel that was begun, each
    second of a film."""

    unit: Unit = "image"
    seen: str = ""

    @property
    def name(self) -> str:
        """Without whose it is, where that is all that is said besides."""
        whose, _, what = self.id.partition("/")
        return what.replace("/", "-") if what else whose


def listed(package: str, name: str) -> list[Listed]:
    """The lines of a catalogue, a JSON file in a package."""
    return [Listed(**line) for line in json.loads(files(package).joinpath(name).read_text("utf-8"))]


@dataclass(frozen=True)
class Catalogue:
    """Declares the offers of one provider. `buy` is how a thing is bought there."""

    provider: Provider
    book: Book
    buy: Buy

    def offers(self, model: Listed) -> None:
        """Everything that the model can do."""
        ways: dict[str, Callable[[Listed], None]] = {
            "generate": self._generates,
            "edit": lambda model: self._changes(model, editing(model.shows)),
            "inpaint": lambda model: self._changes(model, Filled),
            "upscale": self._enlarges,
            "cut": self._cuts,
            "animate": self._animates,
        }
        for does in sorted(model.does):
            ways[does](model)

    def cost(self, model: Listed, size: Size = (1, 1), seconds: float = 0) -> Credits:
        """What one result of this size or length costs."""
        count = {
            "image": 1,
            "megapixel": max(1, math.ceil(size[0] * size[1] / 1e6 - 0.05)),
            "second": math.ceil(seconds),
        }[model.unit]
        return self.book.of(model.id, count)

    async def _made(
        self, ctx: Context, step: str, model: Model, told: Mapping[str, Any], pictures: Pictures, kind: str = "image"
    ) -> Media:
        """What was bought, as what it is. Raises Refused, as charged, where that is not what it was to be."""
        made = await self.buy(ctx, step, model, told, pictures)
        type = picture.sniff(made.data[:64]) or ""
        if type.partition("/")[0] != kind:
            sent = f"{self.provider.title} sent something else than {kind} ({type or 'unknown'})"
            raise Refused(f"{sent}. It was charged.", charged=True)
        return Media(made.data, type, made.facts)

    def _generates(self, model: Listed) -> None:
        kind = Started if model.starts else Shown if model.shows else Words

        def asked(request: Words, index: int = 0) -> dict[str, Any]:
            apart = "negative" in model.means
            negative = manner(request).without(request.negative_prompt) if apart else ""
            words = worded(request, apart=apart)
            strength = request.strength if request.image else None
            return model.shaped(request.width, request.height, DRAWN) | model.told(
                prompt=words,
                negative=negative,
                seed=model.sown(None if request.seed is None else request.seed + index),
                count=1,
                format="png",
                steps=request.steps or model.worked(request.quality),
                guidance=request.guidance,
                strength=strength,
            )

        @self.provider.offers(
            kind,
            model=model.name,
            title=model.title,
            price=lambda request, sources: Credits(
                self.cost(model, model.drawn(request.width, request.height, DRAWN)) * request.count
            ),
            seconds=lambda request, sources: 8 * request.count,
            read=ignores() if "seed" in model.means else ignores("seed"),
            limits=model.limits(DRAWN, SENT),
            tuned=model.means,
        )
        async def generate(request: Words, ctx: Context) -> AsyncIterator[Media]:
            named = [*([request.image] if request.image else []), *(each.image for each in request.references)]
            sending = [await ctx.compute(sent, (await ctx.open(ref)).data, SENT) for ref in named]
            for index in range(ctx.done, request.count):
                await ctx.progress(index / request.count)
                told = asked(request, index)
                made = await self._made(ctx, f"picture {index}", model, told, model.pictures(sending))
                yield await ctx.compute(sized, made, (request.width, request.height))

    def _changes(self, model: Listed, kind: type[Any]) -> None:
        """What changes a picture: as words say, or where a mask is."""
        largest = round(SENT.area**0.5), round(SENT.area**0.5)

        @self.provider.offers(
            kind,
            model=model.name,
            title=f"{model.title} edit" if "generate" in model.does else model.title,
            price=lambda request, sources: self.cost(model, largest),
            seconds=lambda request, sources: 12,
            read=ignores()
            if "seed" in model.means
            else lambda request: Reading(ignored=("seed",) if request.seed else ()),
            limits=Limits(sent=SENT),
        )
        async def change(request: Any, ctx: Context) -> AsyncIterator[Media]:
            image = await ctx.open(request.image)
            sending = await ctx.compute(sent, image.data, SENT)
            others = [await ctx.compute(sent, (await ctx.open(ref)).data, SENT) for ref in further(request)]
            pictures: dict[str, Media | list[Media]] = model.pictures([sending, *others])
            if kind is Filled:
                marks = (await ctx.open(request.mask)).data
                mask = await ctx.compute(sent_mask, marks, size_of(sending), request.feather)
                pictures[model.means["mask"]] = Media(mask, "image/png")
            told = model.kept() | model.told(
                prompt=request.prompt, seed=model.sown(request.seed), count=1, format="png"
            )
            made = await self._made(ctx, "change", model, told, pictures)
            made = replace(made, facts={**made.facts, "cost": self.cost(model, size_of(sending))})
            yield await ctx.compute(sized, made, size_of(image), said=request.mask is None, whole=True)

    def _enlarges(self, model: Listed) -> None:
        # What enlarges as far as it likes is not stretched further than four times.
        most = int(model.rule("factor").get("maximum", 8)) if "factor" in model.means else 4
        kind = type("Enlarged", (Enlarged,), {"most": most, "__doc__": Enlarged.__doc__})
        largest = round(WHOLE.area**0.5), round(WHOLE.area**0.5)

        @self.provider.offers(
            kind,
            model=model.name,
            title=model.title,
            price=lambda request, sources: self.cost(model, largest),
            seconds=lambda request, sources: 20,
            read=ignores("denoise") if "prompt" in model.means else ignores("denoise", "prompt"),
            limits=Limits(sent=WHOLE if "factor" in model.means else replace(WHOLE, area=ENLARGED)),
        )
        async def enlarge(request: Enlarged, ctx: Context) -> AsyncIterator[Media]:
            image = await ctx.open(request.image)
            factor, goal = request.goal(*size_of(image))
            # By the megapixel, what comes of it is what is paid for.
            area = WHOLE.area // factor**2 if "factor" in model.means else ENLARGED
            sending = await ctx.compute(sent, image.data, replace(WHOLE, area=area))
            told = model.told(factor=factor, prompt=request.prompt, seed=model.sown(request.seed), format="png")
            made = await self._made(ctx, "enlarge", model, told, model.pictures([sending]))
            across, down = size_of(sending)
            made = replace(made, facts={**made.facts, "cost": self.cost(model, (across * factor, down * factor))})
            yield await ctx.compute(sized, made, goal, whole=True)

    def _cuts(self, model: Listed) -> None:
        largest = round(WHOLE.area**0.5), round(WHOLE.area**0.5)

        @self.provider.offers(
            Alone,
            model=model.name,
            title=model.title,
            price=lambda request, sources: self.cost(model, largest),
            seconds=lambda request, sources: 5,
            read=ignores("feather", "shift"),
            limits=Limits(sent=WHOLE),
        )
        async def remove_background(request: Alone, ctx: Context) -> AsyncIterator[Media]:
            image = await ctx.open(request.image)
            sending = await ctx.compute(sent, image.data, WHOLE)
            behind = await picture_behind(request.background, ctx)
            made = await self._made(ctx, "cut", model, model.told(format="png"), model.pictures([sending]))
            finished = await ctx.compute(cut, image.data, made, request, behind)
            yield replace(finished, facts={**finished.facts, "cost": self.cost(model, size_of(sending))})

    def _animates(self, model: Listed) -> None:
        kind: type[Moved] = Ended if "end" in model.means else Moved

        @self.provider.offers(
            kind,
            model=model.name,
            title=model.title,
            price=lambda request, sources: self.cost(model, seconds=float(model.lasting(request.seconds))),
            seconds=lambda request, sources: 120,
            read=ignores("motion", "strength", "parallax", "easing", "aspect", "fps", "audio"),
            limits=Limits(sent=SENT),
        )
        async def animate(request: Moved, ctx: Context) -> AsyncIterator[Media]:
            sending = await ctx.compute(sent, (await ctx.open(request.image)).data, SENT)
            told = model.told(
                prompt=request.prompt,
                duration=model.lasting(request.seconds),
                resolution=request.resolution,
                seed=model.sown(request.seed),
            )
            pictures: dict[str, Media | list[Media]] = model.pictures([sending])
            if (end := getattr(request, "end_image", None)) is not None:
                pictures[model.means["end"]] = await ctx.compute(sent, (await ctx.open(end)).data, SENT)
            made = await self._made(ctx, "film", model, told, pictures, "video")
            yield await ctx.compute(filmed, made)


# --- requests


class Shown(Words):
    """From words and up to four pictures."""

    shows = 4


class Enlarged(Faithful):
    """As many times as large as the model goes."""

    most: ClassVar[int] = 8

    def check(self, sources: Sources) -> None:
        super().check(sources)
        source = sources.get(self.image)
        if source and self.goal(source.width, source.height)[0] > self.most:
            message = f"this model makes a picture up to {self.most} times as wide and high"
            raise Invalid(f"factor: {message}.", fields=[{"field": "factor", "message": message, "kind": "misfit"}])


# --- what comes and goes


def inline(media: Media) -> str | None:
    """A small picture as an address that is its own content; None for one that is to be uploaded."""
    if len(media.data) > INLINE:
        return None
    return f"data:{media.type};base64,{base64.b64encode(media.data).decode()}"
