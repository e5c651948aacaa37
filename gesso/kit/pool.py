"""Heavy work in worker processes: the event loop never waits for pixels.

A process can be stopped in the middle, has a ceiling of memory and time, and takes nothing with it when it
dies of a hostile file. (Threads would be as fast, the libraries release the GIL; they cannot be stopped.)
"""

import asyncio
import multiprocessing
import os
import pickle
import resource
import signal
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from gesso.kit.errors import Exhausted

P = ParamSpec("P")
T = TypeVar("T")

Report = Callable[[float], None]

SLOTS = 64
_slots: Any = None


def _begin(slots: Any, memory: int, calm: Callable[[], None] | None) -> None:
    """In the new process: remembers where progress goes, sets the ceiling, leaves Ctrl-C to the parent."""
    global _slots
    _slots = slots
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    if calm is not None:
        calm()


def _work(slot: int | None, task: bytes) -> Any:
    """The task is unpacked here and not by the pool, which would break for good at one that cannot be unpacked."""
    call, args, kwargs, reports = pickle.loads(task)
    if reports:
        kwargs["report"] = partial(_tell, slot)
    try:
        return call(*args, **kwargs)
    except Exception as error:
        raise _portable(error) from None


def _portable(error: Exception) -> Exception:
    """One that cannot be unpacked at home would break the pool there, and everybody's work with it."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _tell(slot: int | None, fraction: float) -> None:
    """Without a slot (all are taken) the work goes on unwatched."""
    if slot is not None:
        _slots[slot] = fraction


class Pool:
    """`size` processes, started when first needed. `calm` runs in each as it starts."""

    def __init__(
        self,
        size: int,
        *,
        memory: int = 6 << 30,
        seconds: float = 600,
        calm: Callable[[], None] | None = None,
    ) -> None:
        self.size = size
        self.held = 0
        """By how many something large is kept at hand for the next piece of their work."""
        self.seconds = seconds
        self._spawn = multiprocessing.get_context("spawn")
        self._slots = self._spawn.Array("d", SLOTS, lock=False)
        self._free = list(range(SLOTS))
        self._begin = (self._slots, memory, calm)
        self._processes = self._start()

    def _start(self) -> ProcessPool:
        return ProcessPool(max_workers=self.size, initializer=_begin, initargs=self._begin, context=self._spawn)

    def _schedule(self, slot: int | None, task: bytes) -> Future[Any]:
        if not self._processes.active:
            # A pool whose processes could not start is broken for good; another may do better.
            self._processes = self._start()
        future: Future[Any] = self._processes.schedule(_work, args=(slot, task), timeout=self.seconds)
        return future

    async def run(self, call: Callable[..., T], *args: Any, report: Report | None = None, **kwargs: Any) -> T:
        """`call(*args, **kwargs)` in a process; cancelling the awaiting task kills that process.

        With `report`, the call is given a `report(fraction)` of its own, and what it says arrives here within
        a quarter of a second. Raises what the call raises, or Exhausted when it passed its time or memory.
        """
        task = pickle.dumps((call, args, kwargs, report is not None))
        slot = self._free.pop() if report is not None and self._free else None
        if slot is not None:
            self._slots[slot] = 0.0
        future = self._schedule(slot, task)
        watch = asyncio.create_task(self._watch(slot, report)) if slot is not None and report else None
        try:
            result: T = await asyncio.wrap_future(future)
            return result
        except (FutureTimeout, TimeoutError) as error:
            raise Exhausted(f"This took longer than {self.seconds:g} seconds and was stopped.") from error
        except (ProcessExpired, BrokenProcessPool) as error:
            raise Exhausted("The process that worked on this picture died; it may have run out of memory.") from error
        except MemoryError as error:
            raise Exhausted("This needs more memory than one piece of work may take.") from error
        except (asyncio.CancelledError, CancelledError):
            future.cancel()
            raise
        finally:
            if watch is not None:
                watch.cancel()
            if slot is not None:
                self._free.append(slot)

    async def _watch(self, slot: int, report: Report) -> None:
        last = 0.0
        while True:
            await asyncio.sleep(0.2)
            now = float(self._slots[slot])
            if now != last:
                report(now)
                last = now

    async def warm(self, prepare: Callable[[], None]) -> None:
        """Starts every process and runs `prepare` in it, so that the first picture does not wait for imports."""
        await asyncio.gather(*(self.run(_warm, prepare) for _ in range(self.size)))

    def stop(self) -> None:
        self._processes.stop()
        self._processes.join()


def _warm(prepare: Callable[[], None]) -> None:
    """Takes long enough for each process to get one of these."""
    prepare()
    time.sleep(0.1)


__all__ = ["Pool", "Report"]
