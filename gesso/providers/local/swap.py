"""Faces swapped without a model: laid over, in the light that is there."""

from collections.abc import AsyncIterator

from gesso.catalog import Context
from gesso.imaging import avatar, faces, picture, swap
from gesso.imaging.picture import Pixels
from gesso.kit.errors import Failed
from gesso.kit.media import Media
from gesso.ops import megapixels
from gesso.ops.edit import SwapFace
from gesso.ops.fields import Box
from gesso.providers.local import provider


@provider.offers(
    SwapFace,
    model="overlay",
    title="Face laid over (offline)",
    seconds=lambda request, sources: 0.5 + 0.2 * megapixels(request, sources),
    lane="cpu",
)
async def swapped(request: SwapFace, ctx: Context) -> AsyncIterator[Media]:
    image, face = await ctx.open(request.image), await ctx.open(request.face)
    ctx.say("The face was laid over the other: it looks right where both look straight here, in similar light.")
    yield await ctx.compute(laid, request, image.data, face.data)


def laid(request: SwapFace, image: bytes, face: bytes) -> Media:
    """In a worker process: the picture with the new face, as PNG."""
    pixels, other = picture.load(image), picture.load(face, alpha=False, inside=2048)
    # A box is in pixels of the picture as it lies in the library.
    scale = other.shape[1] / picture.inspect(face).width
    onto = avatar.find(pixels, _place(request.box) or _person(pixels, request.index))
    of = avatar.find(other, _place(request.face_box, scale))
    return Media(picture.png(swap.swap(pixels, onto, other, of)), "image/png")


def _place(box: Box | None, scale: float = 1.0) -> tuple[int, int, int, int] | None:
    if box is None:
        return None
    left, top, width, height = (round(side * scale) for side in (box.x, box.y, box.width, box.height))
    return left, top, max(1, width), max(1, height)


def _person(pixels: Pixels, index: int) -> tuple[int, int, int, int] | None:
    """Where the face of a person is, the largest first; None leaves it to be looked for more closely."""
    found = sorted(faces.find(pixels), key=lambda each: -each[2] * each[3])
    if index >= max(1, len(found)):
        raise Failed(f"There are {len(found)} faces in the picture, and you chose number {index}, counted from 0.")
    return found[index] if index or len(found) > 1 else None
