"""The Context of `gesso.catalog`, for one execution of one run."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

import httpx2
from pydantic import BaseModel
from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from gesso import library
from gesso.catalog import Catalog, Find, finish
from gesso.db import Database
from gesso.imaging.seal import Seal
from gesso.kit.actor import Actor
from gesso.kit.errors import Cancelled, GessoError, Invalid, Refused, Retry, Undecided
from gesso.kit.ids import born
from gesso.kit.media import Media
from gesso.kit.pool import Pool
from gesso.ops.fields import AssetRef, Region
from gesso.ops.sealed import Sealed
from gesso.runs import sealing
from gesso.runs.tables import Step
from gesso.store import Store

PAUSES: Final = (0.5, 2.0, 8.0, 30.0)
"""Seconds between the tries to write a bought answer down."""
TURN_SECONDS: Final = 0.1
"""After so long, whoever waits for a turn looks again."""
LARGEST_PREVIEW: Final = 2 << 20
"""Bytes of a glimpse; a larger one is passed over."""

S = TypeVar("S", bound=BaseModel)
T = TypeVar("T")


@dataclass
class RunContext:
    """`fraction`, `note`, `notes` and `preview` are what the handler said; the pipeline writes them down. `shown` is of
    the last preview that may be fetched, `paid` of the output for which something was bought last: their numbers."""

    db: Database
    store: Store
    pool: Pool
    http: httpx2.AsyncClient
    models: Path
    actor: Actor
    run_id: UUID
    offer: str
    done: int
    told: BaseModel
    fraction: float = 0.0
    note: str = ""
    notes: list[str] = field(default_factory=list)
    preview: bytes = b""
    shown: int = 0
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    paid: int | None = None
    part: tuple[UUID, Region] | None = None
    """Of which picture only a part is opened."""
    catalog: Catalog | None = None
    secret: bytes = field(default=b"", repr=False)

    def settings(self, kind: type[S]) -> S:
        if not isinstance(self.told, kind):
            raise TypeError(f"This provider's settings are {type(self.told).__name__}, not {kind.__name__}.")
        return self.told

    async def open(self, ref: AssetRef) -> Media:
        async with self.db.work(self.actor, read_only=True) as work:
            asset = await library.get(work, ref)
        facts = {"width": asset.width, "height": asset.height, "seconds": asset.facts.get("seconds", 0)}
        data = await self.store.get(asset.key)
        if self.part is not None and self.part[0] == ref:
            return await self.pool.run(finish.part, data, self.part[1])
        return Media(data, asset.type, facts)

    async def made(self) -> Sequence[Mapping[str, Any]]:
        if not self.done:
            return []
        async with self.db.work(self.actor, read_only=True) as work:
            return [asset.facts for asset in (await library.of_runs(work, [self.run_id]))[self.run_id]]

    async def once(self, step: str, call: Callable[[], Awaitable[T]], find: Find[T] | None = None) -> T:
        step = f"{self.offer} {step}"
        async with self.db.work(self.actor) as work:
            kept = await work.session.get(Step, (self.run_id, step))
            if kept is None:
                work.session.add(Step(run_id=self.run_id, name=step))
        if kept is not None:
            if kept.answer is None:
                # No trouble of the provider's.
                said = "The studio stopped while it was asking the provider, who may have accepted."
                return await self._look(step, find, Undecided(said, ours=True))
            found: T = kept.answer["value"]
            self.paid = self.done
            return found
        try:
            value = await call()
        except (Refused, Retry, Invalid):
            await self._drop(step)
            raise
        except Undecided as error:
            return await self._look(step, find, error)
        except GessoError:
            raise
        except Exception as error:
            why = str(error).rstrip(".")
            lost = Undecided(f"The provider may have accepted, but its answer was lost: {why}.")
            return await self._look(step, find, lost)
        await self._keep(step, value)
        self.paid = self.done
        return value

    async def _look(self, step: str, find: Find[T] | None, lost: Undecided) -> T:
        """The answer to a call of which it was `lost`, looked for where the provider lists what it accepted."""
        if find is None:
            raise lost
        try:
            found = await find(born(self.run_id))
        except Retry as error:
            raise Undecided(str(lost), again=True, **lost.facts) from error
        async with self.db.work(self.actor) as work:
            mine = await work.session.get_one(Step, (self.run_id, step), with_for_update=True)
            answer = Step.answer["value"].as_string()
            taken = set(await work.session.scalars(select(answer).where(answer.in_([str(value) for value in found]))))
            for value in found:
                if str(value) not in taken:
                    mine.answer, self.paid = {"value": value}, self.done
                    return value
            await work.session.delete(mine)
        raise Refused("The provider never got this, so nothing was bought. Run it again.")

    async def bought(self, step: str, call: Callable[[], Awaitable[Media]]) -> Media:
        held: Media | None = None

        async def kept() -> dict[str, Any]:
            nonlocal held
            held = await call()
            key = f"{self.actor.team_id}/bought/{self.run_id}/{sha256(held.data).hexdigest()}"
            await self._rest(key, held.data)
            return {"bytes": key, "type": held.type, "facts": dict(held.facts)}

        answer = await self.once(step, kept)
        return held or Media(await self.store.get(answer["bytes"]), answer["type"], answer["facts"])

    async def _rest(self, key: str, data: bytes) -> None:
        """Insists, as `_keep` does."""
        for pause in (*PAUSES, None):
            try:
                return await self.store.put(key, data)
            except (GessoError, OSError):
                if pause is None:
                    raise
                await asyncio.sleep(pause)

    async def _keep(self, step: str, value: Any) -> None:
        """Insists: what was bought and is not written down would have to be asked of a person."""
        for pause in (*PAUSES, None):
            try:
                async with self.db.work(self.actor) as work:
                    mine = update(Step).where(Step.run_id == self.run_id, Step.name == step)
                    await work.session.execute(mine.values(answer={"value": value}))
                return
            except SQLAlchemyError:
                if pause is None:
                    raise
                await asyncio.sleep(pause)

    async def forget(self, step: str) -> None:
        await self._drop(f"{self.offer} {step}")

    async def _drop(self, step: str) -> None:
        async with self.db.work(self.actor) as work:
            await work.session.execute(delete(Step).where(Step.run_id == self.run_id, Step.name == step))

    async def progress(self, fraction: float, note: str = "") -> None:
        self.fraction, self.note = min(max(fraction, 0.0), 1.0), note or self.note
        if self.cancelled():
            raise Cancelled("Stopped.")

    def cancelled(self) -> bool:
        return self.stop.is_set()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        # One more than there are processes: while one run stores what it made, another has its next piece ready.
        while self.pool.held > self.pool.size:
            await self.progress(self.fraction, "Waits for its turn")
            await asyncio.sleep(TURN_SECONDS)
        self.pool.held += 1
        try:
            yield
        finally:
            self.pool.held -= 1

    async def seal(self, request: Sealed) -> Seal:
        return await self.sealed(request)

    async def sealed(self, request: Sealed, *, lasting: bool = True) -> Seal:
        parts = self.db, self.store, self.actor, self.secret, self.catalog
        seal = await sealing.sealed(*parts, request, lasting=lasting)
        sealing.tell(seal, self)
        return seal

    def show(self, preview: bytes) -> None:
        if len(preview) <= LARGEST_PREVIEW:
            self.preview = preview

    def say(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    async def compute(
        self, call: Callable[..., T], *args: Any, span: tuple[float, float] | None = None, **kwargs: Any
    ) -> T:
        def report(fraction: float) -> None:
            if span is not None:
                self.fraction = span[0] + (span[1] - span[0]) * min(max(fraction, 0.0), 1.0)

        work = asyncio.create_task(self.pool.run(call, *args, report=report if span is not None else None, **kwargs))
        stopped = asyncio.create_task(self.stop.wait())
        try:
            # An output that is paid for is not thrown away at the last step.
            waited = {work} if self.paid == self.done else {work, stopped}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise Cancelled("Stopped.")
            return work.result()
        finally:
            stopped.cancel()
            work.cancel()
