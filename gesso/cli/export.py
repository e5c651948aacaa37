"""`gesso export`: pictures made ready for platforms, as a folder or a ZIP."""

import asyncio
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal
from zipfile import ZipFile

from cyclopts import Parameter

from gesso.cli import ends, make, say
from gesso.cli.door import HERE, Where, client
from gesso.cli.extend import Extension, extended, planned, priced, size_of
from gesso.cli.files import parted
from gesso.cli.make import NOWHERE, AsJson, DryRun
from gesso.cli.many import Pictures, _within
from gesso.kit import fields
from gesso.kit.errors import Failed, Invalid

if TYPE_CHECKING:
    from gesso_client import Client, Format, Run

AT_ONCE: Final = 100
"""Runs that are promised in one step."""
MOST_PACKED: Final = 500
"""Runs that the studio packs at once: known before any of them is made."""

Out = Annotated[
    Path | None,
    Parameter(name=["--output", "-o"], help="A folder, or a file that ends in .zip. Else results stay in the library."),
]


async def export(
    *said: Pictures,
    to: Annotated[list[str], Parameter(name="--to", negative="", help="Platforms or formats, with commas; or “all”.")],
    output: Out = None,
    crop: Literal["smart", "centre", "fit"] = "smart",
    focal: Annotated[
        str | None, Parameter(help="X,Y: what is to be in the middle, in shares from left and top.")
    ] = None,
    small: Annotated[
        Literal["pad", "enlarge", "skip"], Parameter(help="What to do where a picture is too small for a format.")
    ] = "pad",
    extend: Annotated[
        bool, Parameter(negative="", show_default=False, help="More picture where the edges would be filled.")
    ] = False,
    extend_by: Annotated[
        str | None, Parameter(help="Who extends it: an offer of image.outpaint. Else the one of the best price.")
    ] = None,
    quality: int | None = None,
    text: Annotated[str | None, Parameter(help="Words on every picture, where no app covers them.")] = None,
    watermark: Annotated[str | None, Parameter(help="Words over the picture; “logo” is the brand's.")] = None,
    tiled: Annotated[bool, Parameter(negative="", show_default=False, help="The watermark all over.")] = False,
    brand: Annotated[str | None, Parameter(help="The id of a kit, or “default”: its logo is drawn on it.")] = None,
    alt: Annotated[str | None, Parameter(help="What the picture shows, for those who cannot see it.")] = None,
    caption: Annotated[str | None, Parameter(help="The text of the post; it goes into the pack.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Make pictures ready for platforms: `gesso export *.jpg --to instagram,linkedin.feed -o out/`. Each gets its size,
    its type and stays under its limit; what cannot be made is told by name, and the rest is made. With
    `--extend`, what the extended pictures cost is said first.

    Parameters
    ----------
    quality
        At most, 1 to 100; less where a limit wants it.
    """
    words, rest = parted(said)
    pictures = [one for word in words for one in _within(word)]
    if not pictures:
        raise Invalid("Name the pictures: gesso export one.jpg two.jpg --to instagram -o out/")
    if output is not None and len(pictures) > MOST_PACKED:
        raise Invalid(f"At most {MOST_PACKED} pictures go into one folder or ZIP; name fewer, or leave out -o.")
    flags = {
        "crop": crop,
        "small": small,
        "focal": _point(focal) if focal else None,
        "quality": quality,
        "texts": [{"text": text}] if text else None,
        "watermark": {"text": "" if watermark == "logo" else watermark, "tiled": tiled} if watermark else None,
        "brand": brand,
        "alt_text": alt,
        "caption": caption,
    }
    async with client(where, work=not dry_run) as gesso:
        known = make.named(await gesso.operations(), "social")
        known_fields = fields.of(each.input for each in known.offers)
        every = await gesso.formats()
        formats = meant(every, to)
        places = [one for one in every if one.id in set(formats)]
        given = {"formats": formats} | {name: value for name, value in flags.items() if value is not None}
        told = [{**given, **fields.parse(known_fields, [f"image={picture}", *rest])} for picture in pictures]
        price, seconds = 0, 0.0
        for some in _parts([_order(known.op, fields.replaced(one, lambda _: NOWHERE)) for one in told]):
            cost, takes = await gesso.estimate_all(some)
            price, seconds = price + (cost or 0), seconds + takes
        facts = f"{len(told)} pictures, {len(formats)} formats: {say.price(price)}, about {say.duration(seconds)}"
        more = extend or extend_by is not None
        if dry_run:
            blind = [fields.replaced(one, lambda _: NOWHERE) for one in told]
            needs = await planned(gesso, blind, await _sizes(gesso, told), places, extend_by) if more else []
            if as_json:
                extensions = {"extensions": [_told(one) for one in needs]} if more else {}
                say.as_json({"formats": formats, "price": price, "seconds": seconds, **extensions})
            else:
                say.result(facts)
                if more:
                    say.result(priced(needs))
            return ends.OK
        if not as_json:
            say.note(facts)
        uploaded = {path: (await gesso.assets.add(path)).id for path in sorted(set().union(*map(fields.files, told)))}
        inputs = [fields.replaced(one, uploaded.__getitem__) for one in told]
        came = True
        if more:
            needs = await planned(gesso, inputs, await _sizes(gesso, inputs), places, extend_by)
            if needs and not as_json:
                say.note(priced(needs))
            came = await extended(
                gesso, needs, inputs, pictures, lambda orders: _made(gesso, orders, "extended", shown=not as_json)
            )
        ended = await _made(gesso, [_order(known.op, one) for one in inputs], "done", shown=not as_json)
        made = [run for run in ended if run.outputs]
        files = await _written(gesso, made, output) if output is not None and made else []
    if as_json:
        say.as_json({"runs": [run.raw for run in ended], "files": [str(path) for path in files]})
    else:
        for line in map(str, files) if output is not None else (asset.id for run in made for asset in run.outputs):
            say.result(line)
        for picture, run in zip(pictures, ended, strict=True):
            for note in [*run.notes, *filter(None, [(run.error or {}).get("message")])]:
                say.note(f"{picture}: {note}")
    whole = came and all(run.state == "succeeded" and len(run.outputs) == run.expected for run in ended)
    return ends.OK if whole else ends.FAILED


def meant(known: Sequence["Format"], names: Sequence[str]) -> list[str]:
    """The ids of the formats that are named, by their platforms too; Invalid for a name that nothing has."""
    from gesso import presets

    every = {each.id: each for each in known}
    by_platform: dict[str, list[str]] = {}
    for each in known:
        by_platform.setdefault(each.platform, []).append(each.id)
    own = {each.title.casefold(): id for id, each in every.items() if each.own}
    found: list[str] = []
    for name in [part.strip() for said in names for part in said.split(",")]:
        platform, format = presets.platform(name), presets.format(name)
        if name.lower() == "all":
            found += every
        elif (platform.id if platform is not None else name) in by_platform:
            found += by_platform[platform.id if platform is not None else name]
        elif (format.id if format is not None else name) in every:
            found.append(format.id if format is not None else name)
        elif name.casefold() in own:
            found.append(own[name.casefold()])
        elif name:
            near = get_close_matches(name, [*by_platform, *every, *own], 1)
            hint = f" Did you mean “{near[0]}”?" if near else " `gesso formats ls` lists them all."
            raise Invalid(f"No platform or format is named “{name}”.{hint}", fields=[{"field": "to"}])
    if not found:
        raise Invalid("Name platforms or formats: --to instagram,linkedin.feed", fields=[{"field": "to"}])
    return list(dict.fromkeys(found))


async def _made(gesso: "Client", orders: Sequence[dict[str, Any]], what: str, *, shown: bool) -> list["Run"]:
    """All runs at their ends, each told as it gets there. Interrupted, those that wait or work are stopped."""
    begun: list[Run] = []
    over = 0

    async def followed(run: "Run") -> "Run":
        nonlocal over
        ended = await gesso.wait(run.id)
        over += 1
        if shown:
            say.note(f"{over} of {len(orders)} pictures are {what}.")
        return ended

    try:
        for some in _parts(orders):
            begun += await gesso.submit_all(some)
        if len(begun) == 1:
            with say.progress(shown=shown) as follow:
                return [await gesso.wait(begun[0].id, on_progress=follow)]
        return list(await asyncio.gather(*(followed(run) for run in begun)))
    except asyncio.CancelledError:
        say.note("Stopping the runs ...")
        await asyncio.gather(*(gesso.cancel(run.id) for run in begun), return_exceptions=True)
        raise


async def _sizes(gesso: "Client", inputs: Sequence[dict[str, Any]]) -> list[tuple[int, int]]:
    """How large each picture is, those that are not uploaded too."""

    async def size(image: "Path | str") -> tuple[int, int]:
        if isinstance(image, Path):
            return await asyncio.to_thread(size_of, image)
        asset = await gesso.assets.get(image)
        return asset.width, asset.height

    return [await size(one["image"]) for one in inputs]


def _told(need: Extension) -> dict[str, Any]:
    found = need.estimate
    return {
        "formats": list(need.shape.formats),
        "offer": found.offer if found is not None else None,
        "price": found.price if found is not None else None,
        "trouble": need.trouble or None,
    }


async def _written(gesso: "Client", made: Sequence["Run"], output: Path) -> list[Path]:
    """The pack as it is, or unpacked into a folder."""
    ids = [run.id for run in made]
    try:
        if output.suffix.lower() == ".zip":
            await asyncio.to_thread(output.parent.mkdir, parents=True, exist_ok=True)
            return [await gesso.assets.pack(output, ids)]
        with TemporaryDirectory() as folder:
            archive = await gesso.assets.pack(Path(folder) / "pack.zip", ids)
            return await asyncio.to_thread(_unpacked, archive, output)
    except OSError as error:
        raise Failed(f"It was made and is in the library, but could not be saved: {error.strerror}.") from None


def _unpacked(archive: Path, folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    with ZipFile(archive) as opened:
        # `extract` leaves out of a name what would lead out of the folder.
        return [Path(opened.extract(name, folder)) for name in opened.namelist()]


def _order(op: str, input: dict[str, Any]) -> dict[str, Any]:
    return {"op": op, "input": input}


def _parts(orders: Sequence[dict[str, Any]]) -> list[Sequence[dict[str, Any]]]:
    return [orders[start : start + AT_ONCE] for start in range(0, len(orders), AT_ONCE)]


def _point(text: str) -> list[float]:
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        raise Invalid(
            f"“{text}” is no point. Write shares from left and top: 0.5,0.3", fields=[{"field": "focal"}]
        ) from None
    return [x, y]
