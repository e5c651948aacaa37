"""A job at a server: sent once, looked for wherever it is, fetched.

Where and under which id a job goes is kept before it is sent, so that a line that broke is no question: that server is
asked whether it has it. Nothing is paid, so what it has forgotten (it was started again) may be made anew.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final, cast
from urllib.parse import quote, urlencode
from uuid import uuid4

import httpx2

from gesso.catalog import Context
from gesso.catalog.wire import Answer, Wire
from gesso.imaging import picture
from gesso.kit.errors import Cancelled, GessoError, Refused, Retry, Undecided
from gesso.kit.media import Media, extension
from gesso.providers.comfyui.graph import Graph, Nodes, fitted
from gesso.providers.comfyui.news import News, listening
from gesso.providers.comfyui.settings import Settings

FORGOTTEN: Final = 6
"""How many looks in a row find a job nowhere, until it is said to be forgotten."""
QUIET: Final = 5.0
"""Seconds after which a job is looked for, though its server tells of it by itself."""
HASTE: Final = httpx2.Timeout(10)


class Unsent(Retry):
    """Surely not sent: another server may take it."""


def line_to(url: str, told: Settings, http: httpx2.AsyncClient) -> Wire:
    return Wire("The ComfyUI server", http, url, refusal=refusal, pause=min(1.0, told.poll_seconds))


def refusal(line: Wire, answer: Answer) -> GessoError:
    """What an answer of status 400 and above means: in a graph, of its first node that is wrong."""
    try:
        told = answer.json()
        error = told.get("error") or {}
        said = f"{error.get('message', '')} {error.get('details', '')}"
        for node in (told.get("node_errors") or {}).values():
            fault = node["errors"][0]
            said = f"{node.get('class_type', '')}: {fault.get('message', '')} {fault.get('details', '')}"
            break
        if error.get("type") == "missing_node_type":
            named = (error.get("extra_info") or {}).get("class_type", "")
            return Refused(f"The ComfyUI server has no node {named}. Install the extension that has it.")
    except (ValueError, AttributeError, KeyError, IndexError, TypeError):
        said = ""
    return line.fault(answer, said)


async def told_of(line: Wire, classes: Iterable[str]) -> dict[str, Any]:
    """What the server says of these classes of nodes."""

    async def one(name: str) -> tuple[str, Any]:
        return name, (await line.ask("GET", f"/object_info/{quote(name, safe='')}")).json().get(name)

    return dict(await asyncio.gather(*(one(name) for name in sorted(classes))))


# --- which server


@dataclass(frozen=True)
class Part:
    """Which part of the whole run a job is."""

    index: int = 0
    count: int = 1

    def of_run(self, fraction: float) -> float:
        return (self.index + min(1.0, fraction)) / self.count


WHOLE: Final = Part()


async def chosen(lines: Sequence[Wire], wanted: Graph) -> tuple[str, GessoError | None]:
    """The address of the least busy server that can carry the graph out; with none, the first one's complaint."""
    busy = await asyncio.gather(*(_waiting(line) for line in lines)) if len(lines) > 1 else [0]
    errors: list[GessoError] = []
    for _, line in sorted(zip(busy, lines, strict=True), key=lambda each: each[0]):
        try:
            fitted(wanted.nodes, await told_of(line, wanted.classes()))
        except (Refused, Retry) as error:
            errors.append(error)
        else:
            return line.base, None
    # What a server that answers lacks is worth more to know than that another one is down.
    return "", next((error for error in errors if isinstance(error, Refused)), errors[0])


async def _waiting(line: Wire) -> float:
    """How many jobs wait there; no end of them where it does not answer."""
    try:
        told = (await replace(line, looks=1).ask("GET", "/prompt", timeout=HASTE)).json()
        return int(told["exec_info"]["queue_remaining"])
    except (GessoError, ValueError, KeyError, TypeError):
        return float("inf")


# --- a job


async def made(ctx: Context, step: str, wanted: Graph, part: Part = WHOLE) -> list[Media]:
    """What the graph saves: pictures or films."""
    told = ctx.settings(Settings)
    lines = {url: line_to(url, told, ctx.http) for url in told.addresses()}
    while True:
        # On a short line: it may be that this was sent long ago, and another server is down.
        where, error = await chosen([replace(line, looks=2) for line in lines.values()], wanted)
        kept, fresh = await _kept(ctx, step, where, error)
        line = lines.get(kept["server"]) or line_to(kept["server"], told, ctx.http)
        try:
            return await Job(ctx, told, line, kept["ticket"], wanted, part).carried_out(fresh)
        except Unsent:
            if not fresh or len(lines) < 2:
                raise
            # That server has just gone: the job is nowhere, and may be given to another one.
            await ctx.forget(step)


async def _kept(ctx: Context, step: str, where: str, error: GessoError | None) -> tuple[dict[str, str], bool]:
    """Where the job goes and under which id, and whether that was said just now."""
    fresh = False

    async def number() -> dict[str, str]:
        nonlocal fresh
        if error is not None:
            raise error
        fresh = True
        return {"server": where, "ticket": str(uuid4())}

    return await ctx.once(step, number), fresh


@dataclass
class Job:
    ctx: Context
    told: Settings
    line: Wire
    ticket: str
    wanted: Graph
    part: Part

    async def carried_out(self, fresh: bool) -> list[Media]:
        async with listening(self.line, self.ticket, self.wanted.nodes) as news:
            if fresh or not await has(self.line, self.ticket):
                await self._send()
            try:
                outputs = await self._done(news)
            except Cancelled:
                with suppress(GessoError):
                    await stop(replace(self.line, looks=3), self.ticket)
                raise
        return [await self._fetched(named) for named in saved(outputs, self.wanted.nodes)]

    async def _send(self) -> None:
        nodes = fitted(self.wanted.nodes, await told_of(self.line, self.wanted.classes()))
        for (name, input), media in self.wanted.pictures.items():
            nodes[name]["inputs"][input] = await uploaded(self.line, media)
        for node in nodes.values():
            # Of a graph that it knows by heart, a server would answer with old files.
            if isinstance(prefix := node["inputs"].get("filename_prefix"), str):
                node["inputs"]["filename_prefix"] = f"{prefix}-{self.ticket[:13]}"
        await submit(self.line, self.ticket, nodes)

    async def _done(self, news: News) -> Mapping[str, Any]:
        ctx, misses, looked, seen = self.ctx, 0, 0.0, b""

        async def look() -> dict[str, Any] | None:
            nonlocal misses, looked, seen
            if ctx.cancelled():
                raise Cancelled("Stopped.")
            if news.telling:
                await ctx.progress(self.part.of_run(news.fraction), "The ComfyUI server works on it")
                if news.preview != seen:
                    seen = news.preview
                    ctx.show(seen)
                if not news.woken and time.monotonic() < looked + QUIET:
                    return None
            news.woken, looked = False, time.monotonic()
            if found := await history(self.line, self.ticket):
                return cast(dict[str, Any], found)
            place = await place_of(self.line, self.ticket)
            misses = misses + 1 if place is None else 0
            if misses >= FORGOTTEN:
                raise Refused("The ComfyUI server has forgotten this, as after a new start. Run it again.")
            if place:
                await ctx.progress(self.part.of_run(0.0), f"{place} before this at the ComfyUI server")
            elif not news.telling:
                await ctx.progress(self.part.of_run(news.fraction), "The ComfyUI server works on it")
            return None

        found = await self.line.wait(look, every=self.told.poll_seconds, most=self.told.patience_seconds)
        status = found.get("status") or {}
        if status.get("status_str") == "error":
            for event, said in status.get("messages", ()):
                if event == "execution_error":
                    plain = self.line.plain(f"{said.get('node_type', '')}: {said.get('exception_message', '')}")
                    raise Refused(f"The ComfyUI server could not make it. {plain}")
            raise Refused("Somebody stopped this at the ComfyUI server.")
        return dict(found.get("outputs") or {})

    async def _fetched(self, named: Mapping[str, Any]) -> Media:
        asked = urlencode({name: named.get(name, "") for name in ("filename", "subfolder", "type")})
        data = (await self.line.ask("GET", f"/view?{asked}")).content
        type = picture.sniff(data[:64])
        if type is None:
            raise Refused("The ComfyUI server sent no picture.")
        return Media(data, type)


def saved(outputs: Mapping[str, Any], nodes: Nodes) -> list[Mapping[str, Any]]:
    """The files that a graph made, in its own order: those that were saved, or else those that were only shown."""
    files = [
        file
        for node in (*nodes, *(other for other in outputs if other not in nodes))
        for told in (outputs.get(node) or {}).values()
        if isinstance(told, list)
        for file in told
        if isinstance(file, Mapping) and file.get("filename")
    ]
    kept = [file for file in files if file.get("type") == "output"] or files
    if not kept:
        raise Refused("The ComfyUI server finished without a picture.")
    return kept


async def uploaded(line: Wire, media: Media) -> str:
    """The name of a picture that was put into the server's input folder; the same picture has the same name."""
    name = f"{sha256(media.data).hexdigest()[:20]}.{extension(media.type)}"
    sending = {
        "image": (name, media.data, media.type),
        "subfolder": (None, "gesso"),
        "type": (None, "input"),
        "overwrite": (None, "true"),
    }
    told = (await line.ask("POST", "/upload/image", files=sending)).json()
    return f"{told['subfolder']}/{told['name']}" if told.get("subfolder") else str(told["name"])


async def submit(line: Wire, ticket: str, wanted: Nodes) -> None:
    unsure = False
    for _ in range(line.looks):
        try:
            body = {"prompt": wanted, "prompt_id": ticket, "client_id": ticket}
            told = (await line.buy("/prompt", json=body)).json()
        except Retry as error:
            if not unsure:
                raise Unsent(str(error)) from error
            await asyncio.sleep(line.pause)
            continue
        except (httpx2.TransportError, Undecided, ValueError):
            unsure = True
            await asyncio.sleep(line.pause)
            if await has(line, ticket):
                return
            continue
        if told.get("node_errors"):
            await stop(line, ticket)
            raise refusal(line, httpx2.Response(400, json=told))
        return
    raise Retry("The ComfyUI server cannot be reached just now.")


async def has(line: Wire, ticket: str) -> bool:
    return await place_of(line, ticket) is not None or bool(await history(line, ticket))


async def history(line: Wire, ticket: str) -> Any:
    return (await line.ask("GET", f"/history/{ticket}")).json().get(ticket)


async def place_of(line: Wire, ticket: str) -> int | None:
    """How many jobs are before this one; None where it is not in the queue. It works at place 0."""
    queue = (await line.ask("GET", "/queue")).json()
    running = [item[1] for item in queue["queue_running"]]
    waiting = [item[1] for item in sorted(queue["queue_pending"], key=lambda item: item[0])]
    if ticket in running:
        return 0
    return len(running) + waiting.index(ticket) if ticket in waiting else None


async def stop(line: Wire, ticket: str) -> None:
    """Takes a job back, wherever it is. Newer servers have one call for that."""
    try:
        await line.ask("POST", f"/api/jobs/{ticket}/cancel")
    except Refused:
        await line.ask("POST", "/queue", json={"delete": [ticket]})
        await line.ask("POST", "/interrupt", json={"prompt_id": ticket})


def only(files: Sequence[Media], kind: str = "image") -> Media:
    """The first file that is what was to be made."""
    for file in files:
        if file.type.startswith(f"{kind}/"):
            return file
    raise Refused(f"The ComfyUI server sent no {'picture' if kind == 'image' else 'film'}.")
