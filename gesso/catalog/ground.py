"""The background that is wanted behind a cut-out, whoever cut it out."""

import numpy as np

from gesso.catalog.offer import Context
from gesso.imaging import backdrop, picture, resize, stage
from gesso.ops.fields import (
    Backdrop,
    BlurBackdrop,
    ColourBackdrop,
    GradientBackdrop,
    ImageBackdrop,
    TemplateBackdrop,
)


async def picture_behind(wanted: Backdrop | None, ctx: Context) -> bytes | None:
    """The picture that is to stand behind the subject, where one is."""
    if not isinstance(wanted, ImageBackdrop):
        return None
    return (await ctx.open(wanted.image)).data


def placed(
    made: picture.Pixels, pixels: picture.Pixels, wanted: Backdrop | None, behind: bytes | None
) -> picture.Pixels:
    """The cut-out `made` of `pixels` before the background that is wanted; as it is, where none is."""
    ground = grounded(made, pixels, wanted, behind)
    return made if ground is None else backdrop.over(made, ground)


def grounded(
    made: picture.Pixels, pixels: picture.Pixels, wanted: Backdrop | None, behind: bytes | None
) -> picture.Pixels | None:
    """The background (H, W, 3) that is wanted behind the cut-out `made` of `pixels`; None where none is."""
    height, width = made.shape[:2]
    match wanted:
        case ColourBackdrop():
            return backdrop.plain(width, height, backdrop.rgb(wanted.colour))
        case GradientBackdrop():
            ends = backdrop.rgb(wanted.start), backdrop.rgb(wanted.end)
            return backdrop.gradient(width, height, *ends, wanted.angle)
        case ImageBackdrop() if behind is not None:
            return backdrop.laid(_loaded(behind, width, height, wanted.fit), width, height, wanted.fit)
        case BlurBackdrop():
            # What was transparent before shows no background either.
            clear = 255 - pixels[..., 3] if pixels.shape[2] == 4 else np.zeros((height, width), np.uint8)
            return backdrop.blurred(pixels[..., :3], np.maximum(made[..., 3], clear), wanted.radius)
        case TemplateBackdrop():
            return stage.draw(wanted.name, width, height)
    return None


def _loaded(data: bytes, width: int, height: int, fit: backdrop.Fit) -> picture.Pixels:
    """The pixels of a picture that is to fill a frame: no more of them than it takes, but for tiles."""
    facts = picture.inspect(data)
    inside = None if fit == "tile" else resize.covering(facts.width, facts.height, width, height)
    return picture.load(data, alpha=False, inside=inside)
