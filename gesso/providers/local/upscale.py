"""Upscaling without a model, quick or thorough, and with any model that the user brings."""

from collections.abc import AsyncIterator, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from gesso.catalog import Context, Offer, Reading, free
from gesso.imaging import adjust, picture, resize, superres, upscale
from gesso.imaging.picture import Pixels
from gesso.kit.errors import GessoError
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import Sources
from gesso.ops.upscale import Upscale
from gesso.providers.local import provider


def _made(request: Upscale, sources: Sources) -> float:
    """Megapixels of the result."""
    source = sources.get(request.image)
    width, height = request.goal(source.width, source.height)[1] if source else (2048, 2048)
    return width * height / 1e6


def seconds(request: Upscale, sources: Sources) -> float:
    return 0.15 + (0.5 if request.mode == "conservative" else 0.75) * _made(request, sources)


def read(request: Upscale) -> Reading:
    return Reading(ignored=("prompt",) if request.prompt.strip() else ())


@provider.offers(Upscale, model="detail", title="Detail (offline)", seconds=seconds, read=read, lane="cpu", rank=-1)
async def detailed(request: Upscale, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    done = await ctx.compute(enlarged, request, image.data, span=(0.05, 0.95))
    told = done.facts["fidelity"]
    if request.mode == "creative":
        ctx.say("Fine texture was invented: it looks right, and is no knowledge of what was there.")
    ctx.say(
        f"Scaled down again it is the original to {told['ssim'] * 100:.1f} % (SSIM), {told['psnr']:.0f} dB; its edges "
        f"are {told['sharper']:.2g} times as sharp as plain resampling makes them."
    )
    yield done


def enlarged(request: Upscale, data: bytes, report: Report) -> Media:
    """In a worker process: the larger picture as PNG, with how true it is to the small one."""
    source = _clean(picture.load(data), request)
    factor, size = request.goal(source.shape[1], source.shape[0])
    creativity = request.creativity if request.mode == "creative" else 0.0
    made = upscale.enlarge(source, factor, creativity=creativity, seed=request.seed or 0, report=report)
    made = resize.reduce(made, *size)
    return Media(picture.png(made), "image/png", {"fidelity": upscale.fidelity(source, made)})


def _clean(source: Pixels, request: Upscale) -> Pixels:
    return adjust.adjust(source, adjust.Amounts(denoise=request.denoise)) if request.denoise else source


class Plain(Upscale):
    """Adds nothing to what resampling keeps."""

    able = ("conservative",)


@provider.offers(
    Plain,
    model="lanczos",
    title="Lanczos (offline, quick)",
    seconds=lambda request, sources: 0.3 + 0.12 * _made(request, sources),
    read=lambda request: Reading(
        ignored=tuple(
            name for name, used in (("prompt", request.prompt.strip()), ("mode", request.mode == "creative")) if used
        )
    ),
    lane="cpu",
)
async def resampled(request: Plain, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    yield await ctx.compute(enlarge, request, image.data, span=(0.05, 0.95))


def enlarge(request: Plain, data: bytes, report: Report) -> Media:
    """In a worker process: the picture resampled, as PNG."""
    source = _clean(picture.load(data), request)
    factor, size = request.goal(source.shape[1], source.shape[0])
    made = resize.reduce(resize.upscale(source, factor, report=report), *size)  # type: ignore[arg-type]
    return Media(picture.png(made), "image/png", {"fidelity": upscale.fidelity(source, made)})


@provider.finds
def models(folder: Path) -> Iterable[Offer[Any]]:
    """One offer for each ONNX model in the folder that enlarges pictures; other files are passed over."""
    for path in sorted(folder.glob("*.onnx")):
        offer = _offer(path, path.stat().st_mtime_ns)
        if offer is not None:
            yield offer


@lru_cache(maxsize=64)
def _offer(path: Path, changed: int) -> Offer[Any] | None:
    try:
        facts = superres.inspect(path)
    except GessoError:
        return None

    async def run(request: Upscale, ctx: Context) -> AsyncIterator[Media]:
        image = await ctx.open(request.image)
        yield await ctx.compute(enlarge_by_model, request, str(path), image.data, span=(0.02, 0.95))

    return Offer(
        provider=provider.name,
        model=path.stem,
        title=f"{path.stem} (your model, {facts.scale}×)",
        request=Upscale,
        run=run,
        price=free,
        seconds=lambda request, sources: 2 + 4.5 * _made(request, sources) / facts.scale**2,
        read=read,
        lane="cpu",
        rank=-2,
    )


def enlarge_by_model(request: Upscale, model: str, data: bytes, report: Report) -> Media:
    """In a worker process: by the user's model, then to the size that is asked for."""
    source = _clean(picture.load(data), request)
    made = superres.enlarge(Path(model), source, report=report)
    factor, size = request.goal(source.shape[1], source.shape[0])
    made = resize.reduce(superres.to_factor(made, source, factor), *size)
    facts = {"fidelity": upscale.fidelity(source, made), "model": Path(model).name}
    return Media(picture.png(made), "image/png", facts)
