"""Named routes for platforms that other clients know, in the way of `image_studio`."""

from collections.abc import Sequence
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from gesso import brand, presets
from gesso.api.desk import AtDesk, Desk
from gesso.api.image_studio import INLINE_BYTES, Named, Sent, called, promised
from gesso.api.platforms import FormatOut, PlatformOut, format_out
from gesso.api.runs import IdempotencyKey
from gesso.api.runs import Prefer as Waits
from gesso.api.shapes import RunOut
from gesso.kit.errors import Invalid, NotFound
from gesso.ops.social import MOST
from gesso.presets import OWN, Format

router = APIRouter(prefix="/image-studio", tags=["image studio"], max_body_size=INLINE_BYTES)

_SPELLED = {"center": "centre", "jpg": "jpeg"}


class PointIn(BaseModel):
    x: float
    y: float


class OptimizeIn(Named):
    """`platforms` are names of platforms, of which all formats are made, or ids of formats; `format_names` says of a
    platform which of its formats alone are meant, by id or title."""

    does = "image.social"
    media = {"image": "image"}

    image: Sent = called("image", media=True, default=...)
    platforms: list[str] = Field([], max_length=MOST, examples=[["instagram", "linkedin.feed"]])
    formats: list[str] = Field([], max_length=MOST, description="Ids of formats.")
    format_names: dict[str, str | list[str]] = Field({}, examples=[{"instagram": "Story"}])
    crop: Literal["smart", "centre", "center", "fit"] | None = called("crop_mode", "crop")
    focal: PointIn | list[float] | None = called("focal_point", "focal")
    show_zones: bool | None = called("show_safe_zones", "show_zones")
    file: Literal["auto", "jpeg", "jpg", "png", "webp", "avif", "gif"] | None = called("output_format", "file")

    def input(self) -> dict[str, Any]:
        said = super().input()
        for name in ("platforms", "format_names"):
            said.pop(name, None)
        for name in ("crop", "file"):
            if name in said:
                said[name] = _SPELLED.get(said[name], said[name])
        if isinstance(self.focal, PointIn):
            said["focal"] = [self.focal.x, self.focal.y]
        return said | {"formats": self.meant()}

    def meant(self) -> list[str]:
        """The ids of all formats that are named in one way or another."""
        only = {}
        for name, wanted in self.format_names.items():
            found = presets.platform(name)
            if found is None:
                raise _unknown("format_names", name)
            only[found.id] = {each.casefold() for each in ([wanted] if isinstance(wanted, str) else wanted)}
        ids = list(self.formats)
        for name in self.platforms or (only if not ids else ()):
            platform = presets.platform(name)
            if platform is None:
                format = None if name.startswith(OWN) else presets.format(name)
                if format is None and not name.startswith(OWN):
                    raise _unknown("platforms", name)
                ids.append(format.id if format is not None else name)
                continue
            some = [each for each in platform.formats if _is_meant(each, only.get(platform.id))]
            if not some:
                raise _unknown("format_names", ", ".join(sorted(only[platform.id])))
            ids += [each.id for each in some]
        return list(dict.fromkeys(ids))


class FormatsOut(BaseModel):
    platform: str
    formats: list[FormatOut]
    total: int


@router.post("/social/optimize", status_code=202)
async def optimize(
    wanted: OptimizeIn, desk: AtDesk, response: Response, idempotency_key: IdempotencyKey = None, prefer: Waits = None
) -> RunOut:
    """Makes a picture ready for platforms: each of its outputs is one format. `GET /api/runs/{id}/pack` is all of them
    as a ZIP."""
    return await promised(desk, response, wanted, idempotency_key, prefer)


@router.get("/social/platforms/{platform}/formats")
async def formats(platform: str, desk: AtDesk) -> FormatsOut:
    """The formats of a platform, the team's own among them."""
    found, some = await _of(desk, platform)
    return FormatsOut(platform=found.id, formats=[format_out(each) for each in some], total=len(some))


@router.get("/platform-specs/{platform}")
async def specs(platform: str, desk: AtDesk) -> PlatformOut:
    """What a platform asks of pictures: sizes, types, limits, what its app lays over them, and where that was read."""
    found, some = await _of(desk, platform)
    return PlatformOut(id=found.id, title=found.title, formats=[format_out(each) for each in some])


async def _of(desk: Desk, name: str) -> tuple[presets.Platform, Sequence[Format]]:
    desk.actor.require("library.read")
    found = presets.platform(name)
    if found is None:
        raise NotFound(f"There is no platform “{name}”. `GET /api/platforms` lists them.")
    async with desk.read() as work:
        return found, [each for each in await brand.formats(work) if each.platform == found.id]


def _is_meant(format: Format, only: set[str] | None) -> bool:
    return only is None or not only.isdisjoint({format.id, format.name, format.title.casefold()})


def _unknown(field: str, name: str) -> Invalid:
    message = f"no platform or format is named “{name}”; GET /api/platforms has them all"
    return Invalid(f"{field}: {message}.", fields=[{"field": field, "message": message, "kind": "misfit"}])
