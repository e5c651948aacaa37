"""The images of OpenAI's API, as OpenAI and those who speak like it take and give them.

POST /images/generations takes JSON, POST /images/edits multipart; both answer with base64 in `data[]`. A mask is a PNG
in the size of the first picture, transparent where it may change. Sides are multiples of 16 (OpenAI's documents of
2026-11; older or other servers take fewer sizes).
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gesso.catalog.finish import Frame, stepped
from gesso.catalog.offer import Context
from gesso.catalog.wire import Answer, Wire
from gesso.imaging import picture
from gesso.kit.errors import GessoError, Refused
from gesso.kit.media import Media
from gesso.ops import Size

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
            return await self._made(await self.wire.buy(f"/images/generations{self.query}", json=told))

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
            return await self._made(await self.wire.buy(f"/images/edits{self.query}", files=parts))

        return await ctx.bought(step, call)

    async def _made(self, answer: Answer) -> Media:
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


def sides(width: int, height: int) -> Size:
    """The size to ask for: legal, and as near as may be in shape and area."""
    across, down = FRAME.fits(width, height)
    return min(stepped(across, STEP), FRAME.most), min(stepped(down, STEP), FRAME.most)


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
