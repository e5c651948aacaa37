"""Edit by words, as far as rules go, with a plain word on what they cannot do."""

from collections.abc import AsyncIterator

from gesso.catalog import Context, Reading
from gesso.imaging import picture, wishes
from gesso.kit.errors import Failed
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import megapixels
from gesso.ops.words import EditByWords
from gesso.providers.local import provider

CAN = (
    "Without a model, words can change light and colour, filters, crops, turns, the background and one colour for "
    "another: “warmer, more contrast, crop square, oil painting, white background, make the red car blue”."
)


def _granted(request: EditByWords) -> tuple[tuple[wishes.Wish, ...], tuple[str, ...]]:
    """What will be done, and the words that will not; within a mask a picture keeps its shape."""
    found, lost = wishes.read(request.prompt)
    if request.mask is None:
        return found, lost
    kept = tuple(wish for wish in found if not wish.reshapes)
    return kept, (*(wish.said for wish in found if wish.reshapes), *lost)


def _read(request: EditByWords) -> Reading:
    found, lost = _granted(request)
    return Reading(tuple(wish.said for wish in found), lost)


@provider.offers(
    EditByWords,
    model="rules",
    title="By rules (offline)",
    seconds=lambda request, sources: 0.3 + 0.07 * (1 + len(_granted(request)[0])) * megapixels(request, sources),
    read=_read,
    lane="cpu",
)
async def edited(request: EditByWords, ctx: Context) -> AsyncIterator[Media]:
    found, lost = _granted(request)
    if not found:
        raise Failed(f"“{request.prompt}” names nothing that rules can do. {CAN}")
    image = await ctx.open(request.image)
    done = await ctx.compute(changed, request, image.data, span=(0.05, 0.95))
    if lost or done.facts["vain"]:
        ctx.say(f"Not done, since no rule knows how: {', '.join((*lost, *done.facts['vain']))}.")
    yield done


def changed(request: EditByWords, data: bytes, report: Report) -> Media:
    """In a worker process: the wishes granted one after another, as PNG."""
    found, _ = _granted(request)
    made, vain = wishes.grant(picture.load(data), found, seed=request.seed or 0, report=report)
    if len(vain) == len(found):
        raise Failed(f"Nothing in the picture answers to “{', '.join(vain)}”. Name another colour, or paint a mask.")
    return Media(picture.png(made), "image/png", {"done": [w.said for w in found if w.said not in vain], "vain": vain})
