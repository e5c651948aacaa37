"""`gesso compress` and `gesso convert`: files of this machine, made smaller or of another format, without a studio.

Nothing is uploaded and nothing is kept; `gesso each` does the same in a studio's library. What a file says of itself
stays as the field `metadata` has it, and so does what it declares of its maker and its origin. Only a studio signs, and
only a studio has a brand's logo.
"""

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Parameter

from gesso.cli import ends, say
from gesso.cli.make import AsJson
from gesso.kit import fields
from gesso.kit.errors import GessoError, Invalid
from gesso.kit.media import EXTENSIONS, Media, extension

Files = Annotated[
    str, Parameter(name="FILE|FOLDER|FIELD=VALUE", help="Pictures, folders of them; and settings that have no flag.")
]
Out = Annotated[
    str | None, Parameter(name=["--output", "-o"], help="DIR/ to write to, or the FILE for one picture. Else beside.")
]
Recursive = Annotated[
    bool, Parameter(name=["--recursive", "-r"], negative="", show_default=False, help="Folders within folders too.")
]
Overwrite = Annotated[
    bool, Parameter(negative="", show_default=False, help="Write over what is there already. Else that is left alone.")
]
SUFFIXES: Final = frozenset({f".{end}" for type, end in EXTENSIONS.items() if type.startswith("image/")}) | {
    ".jpeg",
    ".tif",
    ".heif",
}
STUDIOS: Final = {"brand": "a logo", "credentials": "a signature"}
"""Fields that mean nothing without a studio."""
FORMATS: Final = {"jpg": "jpeg", "tif": "tiff"}


@dataclass
class Work:
    """One picture: where it is, where it goes, and what became of it."""

    source: Path
    below: Path
    """Where it lies in the folder that was named."""
    before: int = 0
    target: Path | None = None
    state: str = "waiting"
    facts: Mapping[str, Any] = field(default_factory=dict)
    bytes: int = 0
    trouble: str = ""


async def compress(
    *files: Files,
    preset: Annotated[str | None, Parameter(help="web, email, social, high_quality or maximum.")] = None,
    target_kb: Annotated[int | None, Parameter(help="At most so many kilobytes (of 1000 bytes) each.")] = None,
    format: Annotated[str | None, Parameter(help="jpeg, png, webp, avif, gif or tiff. Else the preset's.")] = None,
    quality: int | None = None,
    output: Out = None,
    recursive: Recursive = False,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> int:
    """Make picture files smaller: `gesso compress photos/ --target-kb 200 -o small/`. Files of this machine, without a
    studio; the originals stay as they are. Where and with what it was taken is left out, unless `metadata=all` keeps it
    or `metadata=none` leaves nothing; what a file declares of its maker and its origin stays. Nothing is signed.
    """
    said = {"preset": preset, "target_kb": target_kb, "format": format, "quality": quality}
    return await _all("compress", files, said, output, recursive, overwrite, as_json)


async def convert(
    *files: Files,
    format: Annotated[str | None, Parameter(help="jpeg, png, webp, avif, gif or tiff. Else as -o FILE ends.")] = None,
    quality: int | None = None,
    output: Out = None,
    recursive: Recursive = False,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> int:
    """Save pictures in another format: `gesso convert *.heic --format jpeg -o jpegs/`. Files of this machine, without a
    studio; the originals stay as they are. Where and with what it was taken is left out, unless `metadata=all` keeps it
    or `metadata=none` leaves nothing; what a file declares of its maker and its origin stays. Nothing is signed.
    """
    if format is None and output is not None and (end := Path(output).suffix.lstrip(".").lower()):
        format = FORMATS.get(end, end)
    if format is None:
        raise Invalid("Say which format: --format webp.")
    said = {"format": FORMATS.get(format.lower(), format.lower()), "quality": quality}
    return await _all("convert", files, said, output, recursive, overwrite, as_json)


async def _all(
    name: str,
    files: Sequence[str],
    said: Mapping[str, Any],
    output: str | None,
    recursive: bool,
    overwrite: bool,
    as_json: bool,
) -> int:
    from gesso.ops import filed
    from gesso.ops.fields import LATER

    words, rest = parted(files)
    works = list(gathered(words, recursive, but=f"-{name}ed"))
    if not works:
        raise Invalid(f"Name the pictures: gesso {name} one.jpg two.jpg, or a folder of them.")
    kind = filed.KINDS[name]
    told = fields.parse(fields.of([kind.model_json_schema()]), rest)
    for asked, what in STUDIOS.items():
        if told.get(asked) not in (None, "", "none"):
            message = f"{asked}: {what} is the studio's to give. Do it there: gesso each {name} ..."
            raise Invalid(message, fields=[{"field": asked}])
    request = _read(kind, {"image": str(LATER), **told, **{key: one for key, one in said.items() if one is not None}})
    out, single = _out(output, len(works)) if output is not None else (None, False)
    await _work(works, request, lambda work, media: _target(work, media, out, single, name), overwrite, not as_json)
    return _told(works, as_json)


def _out(output: str, many: int) -> tuple[Path, bool]:
    """Where files go, and whether that is the one file itself."""
    path = Path(output).expanduser()
    single = many == 1 and not output.endswith("/") and not path.is_dir() and path.suffix != ""
    if not single and path.is_file():
        raise Invalid(f"{path} is a file; name a folder for several pictures.")
    return path, single


def _read(kind: Any, input: dict[str, Any]) -> Any:
    """The request. Invalid in plain words, where the settings do not fit."""
    from pydantic import ValidationError

    from gesso.catalog import plain

    try:
        return kind.model_validate(input)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name = ".".join(map(str, fault["loc"]))
        raise Invalid(": ".join(filter(None, (name, plain(fault["msg"])))) + ".", fields=[{"field": name}]) from None


async def _work(works: Sequence[Work], request: Any, target: Any, overwrite: bool, shown: bool) -> None:
    from gesso.imaging import picture
    from gesso.kit.pool import Pool
    from gesso.ops import filed

    size = min(len(works), os.cpu_count() or 1)
    pool, room = Pool(size, calm=picture.calm), asyncio.Semaphore(size)
    taken: set[Path] = set()

    async def one(work: Work) -> None:
        async with room:
            try:
                data = await asyncio.to_thread(work.source.read_bytes)
                work.before = len(data)
                media = await pool.run(filed.alone, request, data)
                work.bytes, work.facts = len(media.data), media.facts
                await asyncio.to_thread(_keep, work, media, _own(target(work, media), taken), overwrite)
            except GessoError as error:
                work.state, work.trouble = "failed", str(error)
            except OSError as error:
                work.state, work.trouble = "failed", error.strerror or str(error)
        if shown and len(works) > 1:
            say.note(f"{work.source}: {work.trouble or work.state}")

    try:
        await asyncio.gather(*map(one, works))
    finally:
        await asyncio.to_thread(pool.stop)


def _own(target: Path, taken: set[Path]) -> Path:
    """A place that none of the others goes to: `cup.png` and `cup.jpg` are two pictures, in one format too."""
    own, number = target, 1
    while own in taken:
        number += 1
        own = target.with_stem(f"{target.stem}-{number}")
    taken.add(own)
    return own


def _keep(work: Work, media: Media, target: Path, overwrite: bool) -> None:
    if media.facts.get("as_it_was") and target.parent == work.source.parent:
        # A copy beside it would say nothing new.
        work.state, work.target = "as it was", work.source
        return
    if target.exists() and (not overwrite or target.samefile(work.source)):
        work.state, work.target = "there already", target
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: nobody finds half a picture.
    rough = target.with_name(f".{target.name}.part")
    try:
        rough.write_bytes(media.data)
        rough.replace(target)
    finally:
        rough.unlink(missing_ok=True)
    work.state, work.target = "done", target


def _target(work: Work, media: Media, out: Path | None, single: bool, name: str) -> Path:
    if out is not None and single:
        return out
    end = extension(media.type)
    if out is not None:
        return out / work.below.with_suffix(f".{end}")
    beside = work.source.with_suffix(f".{end}")
    return beside if name == "convert" and beside != work.source else beside.with_stem(f"{beside.stem}-{name}ed")


def _told(works: Sequence[Work], as_json: bool) -> int:
    done = [work for work in works if work.state in ("done", "as it was")]
    before, after = sum(work.before for work in done), sum(work.bytes for work in done)
    failed = [work for work in works if work.state == "failed"]
    if as_json:
        say.as_json(
            {"files": [_row(work) for work in works], "before": before, "bytes": after, "saved": before - after}
        )
        return ends.FAILED if failed else ends.OK
    rows = [
        (
            str(work.target or work.source),
            _kilo(work.before),
            _kilo(work.bytes) if work in done else "–",
            _share(work.before, work.bytes) if work in done else "–",
            f"{work.facts['ssim']:.3f}" if work in done and "ssim" in work.facts else "–",
            work.state,
        )
        for work in works
    ]
    say.table(("File", "Before", "After", "Saved", "SSIM", ""), rows)
    for work in failed:
        say.note(f"{work.source}: {work.trouble}")
    for work in done:
        for note in _notes(work):
            say.note(f"{work.source}: {note}")
    say.note(f"{len(done)} of {len(works)}: {_kilo(before)} became {_kilo(after)}, {_share(before, after)} saved.")
    return ends.FAILED if failed else ends.OK


def _notes(work: Work) -> Iterator[str]:
    """What a person is to know of what the file no longer says."""
    sealed = work.facts.get("sealed") or {}
    if "credentials" in work.facts:
        yield "It had content credentials; the new file has none. A studio signs anew: `gesso each`."
    if sealed.get("label"):
        yield f"For your post: “{sealed['label']}”"


def _row(work: Work) -> dict[str, Any]:
    return {
        "file": str(work.source),
        "output": str(work.target) if work.target else None,
        "state": work.state,
        "before": work.before,
        "bytes": work.bytes or None,
        "facts": dict(work.facts),
        "trouble": work.trouble or None,
    }


def _kilo(size: int) -> str:
    return f"{size / 1e6:.2f} MB" if size >= 1_000_000 else f"{size / 1000:.1f} kB"


def _share(before: int, after: int) -> str:
    return f"{1 - after / before:.0%}" if before else "–"


def parted(said: Sequence[str]) -> tuple[list[str], list[str]]:
    """What names a picture, and what tells a field; a file may have an equals sign in its name."""
    pictures = [word for word in said if "=" not in word or Path(word).exists()]
    return pictures, [word for word in said if word not in pictures]


def gathered(words: Sequence[str], recursive: bool = False, but: str = "") -> Iterator[Work]:
    """Each picture that is named, or lies in a folder that is, once; in folders not those whose name ends with `but`,
    which came of it. Invalid where there is no such file."""
    known: set[Path] = set()
    for word in words:
        path = Path(word).expanduser()
        if path.is_dir():
            every = path.rglob("*") if recursive else path.iterdir()
            found = sorted(
                one
                for one in every
                if one.suffix.lower() in SUFFIXES
                and one.is_file()
                and not (but and one.stem.endswith(but))
                and not one.name.startswith(".")
            )
            pairs = [(one, one.relative_to(path)) for one in found]
        elif path.is_file():
            pairs = [(path, Path(path.name))]
        else:
            raise Invalid(f"There is no file {path}.")
        for source, below in pairs:
            if source.resolve() not in known:
                known.add(source.resolve())
                yield Work(source, below)
