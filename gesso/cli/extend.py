"""More picture instead of filled edges, for `gesso export --extend`: one extended picture does for all formats of a
shape, and what they cost together is said before any of them is bought."""

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gesso.cli import make, say

if TYPE_CHECKING:
    from gesso_client import Client, Estimate, Format, Run

Size = tuple[int, int]

ALIKE: Final = 0.01
"""Shapes that differ by less than this are one."""
NEARLY: Final = 1.002
"""A picture that lacks less than a pixel in five hundred is not too small."""
DUST: Final = 1e-6
"""What reckoning leaves of a whole pixel."""
AT_ONCE: Final = 8
"""Prices that are asked for at the same time."""


@dataclass(frozen=True)
class Shape:
    """An extended picture: the formats that it is for, and what is asked of an extension."""

    formats: tuple[str, ...]
    input: Mapping[str, Any]


@dataclass
class Extension:
    """One shape of one of the pictures: by whom, and for how much; or the `trouble` with it."""

    place: int
    shape: Shape
    estimate: "Estimate | None" = None
    trouble: str = ""


def shapes(formats: Sequence["Format"], size: Size, input: Mapping[str, Any]) -> list[Shape]:
    """What it takes so that no edge of these formats is filled, where the picture is exported by this input."""
    found: list[tuple[list[Format], float]] = []
    for format in formats:
        times = _lacking(format, size, input)
        if not _filled(format, size, input) or (times == 1 and _alike(size[0] / size[1], _ratio(format))):
            continue
        for group, most in found:
            if _alike(_ratio(group[0]), _ratio(format)) and _alike(most, times):
                group.append(format)
                break
        else:
            found.append(([format], times))
    return [Shape(tuple(each.id for each in group), _asked(group, size, input)) for group, _ in found]


def _asked(formats: Sequence["Format"], size: Size, input: Mapping[str, Any]) -> dict[str, Any]:
    times = max(_lacking(format, size, input) for format in formats)
    if times == 1:
        return {"ratio": f"{formats[0].width}:{formats[0].height}"}
    # Nothing is enlarged: it goes on until there are as many pixels as are wanted.
    wide, high = _framed(size, _ratio(formats[0]))
    across, down = math.ceil(wide * times - DUST) - size[0], math.ceil(high * times - DUST) - size[1]
    sides = {"left": across // 2, "right": across - across // 2, "top": down // 2, "bottom": down - down // 2}
    return {name: more for name, more in sides.items() if more}


def _filled(format: "Format", size: Size, input: Mapping[str, Any]) -> bool:
    """Whether something that is not of the picture would be seen around it."""
    own = (input.get("overrides") or {}).get(format.id) or {}
    if own.get("box") or own.get("picture"):
        return False
    if (own.get("crop") or input.get("crop")) == "fit":
        return True
    wide, high = min(size[0], size[1] * _ratio(format)), min(size[1], size[0] / _ratio(format))
    small = own.get("small") or input.get("small") or "pad"
    return bool(small == "pad" and max(format.width / wide, format.height / high) > NEARLY)


def _lacking(format: "Format", size: Size, input: Mapping[str, Any]) -> float:
    """How many times larger the frame must be for a format; 1 where it may be enlarged."""
    own = (input.get("overrides") or {}).get(format.id) or {}
    if (own.get("small") or input.get("small")) == "enlarge":
        return 1.0
    wide, high = _framed(size, _ratio(format))
    times = max(format.width / wide, format.height / high)
    return times if times > NEARLY else 1.0


def _framed(size: Size, ratio: float) -> tuple[float, float]:
    """The smallest frame of that shape around all of it."""
    return max(size[0], size[1] * ratio), max(size[1], size[0] / ratio)


def _ratio(format: "Format") -> float:
    return format.width / format.height


def _alike(one: float, other: float) -> bool:
    return abs(one / other - 1) <= ALIKE


def size_of(path: Path) -> Size:
    """Of a file of this machine, upright."""
    from gesso.imaging import picture

    facts = picture.inspect(path)
    return facts.width, facts.height


async def planned(
    gesso: "Client",
    inputs: Sequence[Mapping[str, Any]],
    sizes: Sequence[Size],
    formats: Sequence["Format"],
    by: str | None,
) -> list[Extension]:
    """All extensions with who would make each, and for how much."""
    from gesso_client import Problem

    op = _op(await gesso.operations())
    every = [
        Extension(place, shape)
        for place, (input, size) in enumerate(zip(inputs, sizes, strict=True))
        for shape in shapes(formats, size, input)
    ]
    room = asyncio.Semaphore(AT_ONCE)

    async def priced(one: Extension) -> None:
        async with room:
            try:
                one.estimate = await gesso.estimate(op, {**one.shape.input, "image": inputs[one.place]["image"]}, by)
            except Problem as problem:
                one.trouble = str(problem)

    await asyncio.gather(*map(priced, every))
    return every


def priced(every: Sequence[Extension]) -> str:
    """What all of them cost, in words."""
    known = [each.estimate for each in every if each.estimate is not None]
    prices = [each.price for each in known]
    total = None if None in prices else sum(price or 0 for price in prices)
    who = ", ".join(sorted({each.offer for each in known}))
    seconds = sum(each.seconds for each in known)
    return f"{len(known)} extended pictures by {who}: {say.price(total)}, about {say.duration(seconds)}"


async def extended(
    gesso: "Client",
    every: Sequence[Extension],
    inputs: Sequence[dict[str, Any]],
    pictures: Sequence[str],
    ended: "Callable[[Sequence[dict[str, Any]]], Any]",
) -> bool:
    """Buys them, each from whom its price was told of, and lets the formats be made of them. What does not come is
    said, and its edges are filled as they would have been. Whether all came."""
    wanted = [one for one in every if one.estimate is not None]
    op = _op(await gesso.operations())
    orders = [
        {
            "op": op,
            "offer": one.estimate.offer if one.estimate else None,
            "input": {**one.shape.input, "image": inputs[one.place]["image"]},
        }
        for one in wanted
    ]
    runs: Sequence[Run] = await ended(orders) if orders else []
    for one, run in zip(wanted, runs, strict=True):
        if run.outputs:
            own = {"picture": run.outputs[0].id, "crop": "centre"}
            before = inputs[one.place].get("overrides") or {}
            inputs[one.place]["overrides"] = {
                **before,
                **{id: {**(before.get(id) or {}), **own} for id in one.shape.formats},
            }
        else:
            one.trouble = (run.error or {}).get("message") or f"The run was {run.state}."
    for one in every:
        if one.trouble:
            names = ", ".join(one.shape.formats)
            say.note(f"{pictures[one.place]}: not extended for {names}, so the edges are filled. {one.trouble}")
    return not any(one.trouble for one in every)


def _op(found: Sequence[Any]) -> str:
    return make.named(found, "outpaint").op
