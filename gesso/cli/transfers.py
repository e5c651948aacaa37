"""`gesso assets import` and `sync`: many files in, and a folder kept the same as the library. `gesso stock`:
photographs of others."""

import asyncio
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import uuid4

from cyclopts import Parameter

from gesso.cli import ends, say
from gesso.cli.door import HERE, Where, client
from gesso.cli.files import SUFFIXES
from gesso.cli.make import AsJson
from gesso.kit.errors import GessoError, Invalid
from gesso.kit.media import EXTENSIONS

if TYPE_CHECKING:
    from gesso_client import Client

TOGETHER: Final = 3
STATE: Final = ".gesso-sync.json"
TRASH: Final = ".gesso-trash"
KEPT: Final = SUFFIXES | {f".{end}" for end in EXTENSIONS.values()}
ARCHIVES: Final = (".zip", ".cbz")

Tags = Annotated[str | None, Parameter(help="Tags for all, with commas between them.")]
FolderTags = Annotated[bool, Parameter(negative="", help="Tag each file with the names of its folders.")]


async def take_in(
    *sources: Annotated[str, Parameter(name="FOLDER|FILE|ZIP|URL")],
    tags: Tags = None,
    folder_tags: FolderTags = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Take in folders, archives, files and addresses: what is there already is passed over, so a command that was
    broken off goes on where it was.
    """
    if not sources:
        raise Invalid("Name what to import: a folder, a ZIP, files, or addresses.")
    told = [tag.strip() for tag in (tags or "").split(",") if tag.strip()]
    urls = [source for source in sources if source.startswith(("https://", "http://"))]
    paths = [_path(source) for source in sources if source not in urls]
    lines: list[dict[str, Any]] = []
    async with client(where, work=True) as gesso:
        for path in paths:
            if path.suffix.lower() in ARCHIVES:
                begun = await gesso.imports.zip(path, folders="tags" if folder_tags else "none", tags=told)
                lines += await _awaited(gesso, begun)
            else:
                files = await asyncio.to_thread(_files, path)
                lines += await _sent(gesso, path, files, told, folder_tags)
        if urls:
            lines += await _awaited(gesso, await gesso.imports.urls(urls, tags=told))
    return _told(lines, as_json)


async def _awaited(gesso: "Client", begun: Mapping[str, Any]) -> list[dict[str, Any]]:
    def shown(order: Mapping[str, Any]) -> None:
        if order["total"]:
            done = order["kept"] + order["twins"] + order["refused"]
            say.note(f"{order['name']}: {done} of {order['total']}")

    order = await gesso.imports.wait(begun["id"], on_progress=shown)
    if order["state"] == "failed":
        raise Invalid(f"{order['name']}: {order['error']}")
    return await gesso.imports.files(order["id"])


async def _sent(
    gesso: "Client", root: Path, files: Sequence[Path], tags: Sequence[str], folders: bool
) -> list[dict[str, Any]]:
    """Uploads what is not there yet, some at a time."""
    hashes = {file: await asyncio.to_thread(_sha256, file) for file in files}
    known = await gesso.assets.known(hashes.values())
    room, done = asyncio.Semaphore(TOGETHER), 0

    async def one(file: Path) -> dict[str, Any]:
        nonlocal done
        line: dict[str, Any] = {"name": str(file), "state": "twin", "asset": known.get(hashes[file]), "why": None}
        if line["asset"] is None:
            async with room:
                below = file.relative_to(root).parts[:-1] if folders else ()
                try:
                    asset = await gesso.assets.add(file, tags=[*tags, *below], once=True)
                    line |= {"state": "kept", "asset": asset.id}
                except _problem() as error:
                    line |= {"state": "refused", "why": str(error)}
        done += 1
        if len(files) > 1:
            say.note(f"{done} of {len(files)} · {file}: {line['why'] or line['state']}")
        return line

    return [*await asyncio.gather(*map(one, files))]


def _told(lines: Sequence[Mapping[str, Any]], as_json: bool) -> int:
    refused = [line for line in lines if line["state"] == "refused"]
    if as_json:
        say.as_json([{name: line[name] for name in ("name", "state", "asset", "why")} for line in lines])
    else:
        for line in lines:
            if line["state"] == "kept":
                say.result(str(line["asset"]))
        for line in refused:
            say.note(f"{line['name']}: {line['why']}")
        count = {state: sum(1 for line in lines if line["state"] == state) for state in ("kept", "twin", "refused")}
        say.note(f"{count['kept']} taken in, {count['twin']} there already, {count['refused']} refused.")
    return ends.FAILED if refused else ends.OK


# -- a folder and the library ----------------------------------------------------------------------------------------


@dataclass
class State:
    """What the folder and the library had in common when they last met: by path, the bytes and the asset. What is
    missing on one side now was removed there."""

    server: str
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, server: str) -> "State":
        if not folder.is_dir():
            raise Invalid(f"There is no folder {folder}.")
        path = folder / STATE
        try:
            told = json.loads(path.read_text())
            if told["server"] == server:
                return cls(server, dict(told["files"]))
            say.note("This folder was kept the same as another studio before: it begins anew.")
        except FileNotFoundError:
            pass
        except (ValueError, KeyError, TypeError):
            say.note(f"{path} cannot be read: it begins anew. Nothing is removed this time.")
        return cls(server)

    def write(self, folder: Path) -> None:
        """Whole or not at all."""
        rough = folder / f"{STATE}.{os.getpid()}"
        rough.write_text(json.dumps({"server": self.server, "files": self.files}, ensure_ascii=False, indent=1))
        rough.replace(folder / STATE)


@dataclass
class Plan:
    """What there is to do. `up` are files, `down` assets; what was removed here (`gone_here`, assets) or there
    (`gone_there`, files) is only carried over if that is asked for."""

    up: list[str] = field(default_factory=list)
    down: list[Any] = field(default_factory=list)
    gone_here: list[str] = field(default_factory=list)
    gone_there: list[str] = field(default_factory=list)


async def sync(
    folder: Path,
    *,
    pull: Annotated[bool, Parameter(negative="", help="Download, too, what is new in the library.")] = False,
    delete: Annotated[
        bool, Parameter(negative="", help="Say what was removed on one side; with --yes remove it on the other.")
    ] = False,
    yes: Annotated[bool, Parameter(negative="", help="With --delete: do it. Both trashes keep it.")] = False,
    dry_run: Annotated[bool, Parameter(negative="", help="Only say what would be done.")] = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Upload what is new in FOLDER, and with --pull download what is new in the library.

    Files are told apart by their bytes, so nothing comes twice under another name, and a sync that was broken off goes
    on. Nothing is ever removed unless --delete and --yes say so, and then it is in the trash of the studio or in
    .gesso-trash of the folder.
    """
    state = await asyncio.to_thread(State.read, folder, where.told()[0] or "here")
    async with client(where, work=False) as gesso:
        lying = await asyncio.to_thread(_local, folder, state)
        plan = await _planned(gesso, folder, state, lying, pull)
        if dry_run:
            return _shown(plan, state, as_json, delete)
        if delete and yes and not lying and state.files:
            raise Invalid(f"{folder} is empty, though it was not before. Is its disk there? Nothing was done.")
        try:
            failed = await _up(gesso, folder, state, lying, plan)
            failed += await _down(gesso, folder, state, plan)
            if delete and yes:
                await _remove(gesso, folder, state, plan)
        finally:
            state.write(folder)
    code = _shown(plan, state, as_json, delete and not yes, done=True, failed=failed)
    return ends.FAILED if failed else code


def _local(folder: Path, state: State) -> dict[str, str]:
    """By path the SHA-256 of each file. One whose size and time are as before is not read again."""
    found: dict[str, str] = {}
    for path in sorted(_within(folder)):
        name, stat = path.relative_to(folder).as_posix(), path.stat()
        known = state.files.get(name)
        same = known is not None and (known["size"], known["mtime"]) == (stat.st_size, stat.st_mtime_ns)
        found[name] = known["sha256"] if known is not None and same else _sha256(path)
    return found


async def _planned(gesso: "Client", folder: Path, state: State, lying: Mapping[str, str], pull: bool) -> Plan:
    plan = Plan()
    known = await gesso.assets.known([*lying.values(), *(each["sha256"] for each in state.files.values())])
    met = {each["sha256"] for each in state.files.values()}
    here = set(lying.values())
    coming: set[str] = set()
    for name, sha in lying.items():
        if sha in known:
            state.files[name] = _noted(folder / name, sha, known[sha])
        elif sha in met:
            plan.gone_there.append(name)
        elif sha not in coming:
            coming.add(sha)
            plan.up.append(name)
    lost = {each["sha256"] for name, each in state.files.items() if name not in lying} - here
    plan.gone_here = sorted({known[sha] for sha in lost if sha in known})
    for name in [name for name in state.files if name not in lying and state.files[name]["sha256"] not in known]:
        del state.files[name]
    if pull:
        async for asset in gesso.assets.every(limit=200, sort="oldest"):
            if asset.sha256 not in here | met | coming:
                here.add(asset.sha256)
                plan.down.append(asset)
    return plan


async def _up(gesso: "Client", folder: Path, state: State, lying: Mapping[str, str], plan: Plan) -> list[str]:
    room, failed = asyncio.Semaphore(TOGETHER), list[str]()

    async def one(name: str) -> None:
        async with room:
            try:
                asset = await gesso.assets.add(folder / name, once=True)
            except _problem() as error:
                failed.append(f"{name}: {error}")
                return
            state.files[name] = _noted(folder / name, lying[name], asset.id)
            say.note(f"up    {name}")

    await asyncio.gather(*map(one, plan.up))
    return failed


async def _down(gesso: "Client", folder: Path, state: State, plan: Plan) -> list[str]:
    from gesso.kit.media import extension
    from gesso.library.bundle import Names

    names = Names(STATE, TRASH, *await asyncio.to_thread(os.listdir, folder))
    room, failed = asyncio.Semaphore(TOGETHER), list[str]()

    async def one(asset: Any, name: str) -> None:
        async with room:
            try:
                path = await gesso.assets.download(asset.id, folder / name, recipe=False)
            except _problem() as error:
                failed.append(f"{name}: {error}")
                return
            sha = await asyncio.to_thread(_sha256, path)
            state.files[name] = _noted(path, sha, asset.id)
            say.note(f"down  {name}")

    await asyncio.gather(*(one(each, names.next(each.title, extension(each.type))) for each in plan.down))
    return failed


async def _remove(gesso: "Client", folder: Path, state: State, plan: Plan) -> None:
    """Into the trash on either side."""
    if plan.gone_here:
        await gesso.assets.change(plan.gone_here, deleted=True)
        gone = set(plan.gone_here)
        state.files = {name: each for name, each in state.files.items() if each["asset"] not in gone}
    for name in plan.gone_there:
        place = folder / TRASH / f"{uuid4().hex[:8]}-{Path(name).name}"
        await asyncio.to_thread(place.parent.mkdir, exist_ok=True)
        await asyncio.to_thread((folder / name).replace, place)
        state.files.pop(name, None)


def _shown(
    plan: Plan, state: State, as_json: bool, ask: bool, *, done: bool = False, failed: Sequence[str] = ()
) -> int:
    if as_json:
        say.as_json(
            {
                "up": plan.up,
                "down": [asset.id for asset in plan.down],
                "removed_here": plan.gone_here,
                "removed_there": plan.gone_there,
                "failed": list(failed),
            }
        )
        return ends.OK
    if not done:
        for name in plan.up:
            say.result(f"up\t{name}")
        for asset in plan.down:
            say.result(f"down\t{asset.id}\t{' '.join(asset.title.split())}")
    if ask or not done:
        for id in plan.gone_here:
            say.result(f"removed here\t{id}")
        for name in plan.gone_there:
            say.result(f"removed there\t{name}")
    for line in failed:
        say.note(line)
    removed = len(plan.gone_here) + len(plan.gone_there)
    say.note(
        f"{len(plan.up)} to the library, {len(plan.down)} from it"
        + (f"; {removed} removed on one side: --delete --yes removes them on the other" if removed else "")
        + "."
    )
    return ends.OK


def _noted(path: Path, sha: str, asset: str) -> dict[str, Any]:
    stat = path.stat()
    return {"sha256": sha, "size": stat.st_size, "mtime": stat.st_mtime_ns, "asset": asset}


def _path(source: str) -> Path:
    """Invalid where there is nothing."""
    path = Path(source).expanduser()
    if not path.exists():
        raise Invalid(f"There is no file {path}.")
    return path


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(_within(path))


def _within(folder: Path) -> Iterator[Path]:
    """Files that a library keeps, in this folder and those in it; no link is followed, nothing hidden is looked at."""
    for path in folder.iterdir():
        if path.name.startswith(".") or path.is_symlink():
            continue
        if path.is_dir():
            yield from _within(path)
        elif path.suffix.lower() in KEPT:
            yield path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _problem() -> tuple[type[Exception], ...]:
    from gesso_client import Problem

    return Problem, GessoError


# -- photographs of others -------------------------------------------------------------------------------------------

Source = Annotated[str, Parameter(help="unsplash or pexels.")]


async def find(
    *words: str,
    source: Source = "unsplash",
    orientation: Annotated[str | None, Parameter(help="landscape, portrait or square.")] = None,
    page: int = 1,
    as_json: AsJson = False,
    where: Where = HERE,
) -> None:
    """Search photographs; `gesso stock add ID` takes one in, with whose it is."""
    async with client(where) as gesso:
        found = await gesso.stock.search(source, " ".join(words), page=page, orientation=orientation)
    if as_json:
        say.as_json(found)
        return
    rows = [
        (each["id"], f"{each['width']}x{each['height']}", each["photographer"], each["title"], each["page"])
        for each in found["items"]
    ]
    say.table(("Id", "Size", "By", "Shows", "Page"), rows)
    say.note(f"Page {page} of {found['pages']}: {found['total']} in all.")


async def take(*ids: str, source: Source = "unsplash", as_json: AsJson = False, where: Where = HERE) -> None:
    """Take photographs in; prints their ids here, and whom to credit."""
    async with client(where) as gesso:
        taken = [await gesso.stock.take(source, id) for id in ids]
    if as_json:
        say.as_json([asset.raw for asset in taken])
        return
    for asset in taken:
        say.result(asset.id)
        say.note(str(asset.facts.get("stock", {}).get("credit", "")))


async def tell(source: Source, *, where: Where = HERE) -> None:
    """Tell a source your team's key: it is read from stdin, tried, and kept sealed."""
    import sys

    key = (await asyncio.to_thread(sys.stdin.readline)).strip()
    async with client(where) as gesso:
        told = await gesso.stock.tell(source, key)
    say.note(f"{told['title']} takes the key that ends in {told['ending']}.")
