"""What worker processes of the pool's tests are given to do. They can only import what stands in a module."""

import importlib
import os
import time
from pathlib import Path

from gesso.kit.errors import TooLarge
from gesso.kit.pool import Report


def double(number: int) -> int:
    return 2 * number


def me() -> int:
    return os.getpid()


def sleep(seconds: float, note: str) -> None:
    """Says who sleeps, and then when it woke by itself."""
    Path(note).write_text(str(os.getpid()))
    time.sleep(seconds)
    Path(note).write_text("woke")


def die() -> None:
    os._exit(3)


def eat(size: int) -> int:
    return len(bytearray(size))


def refuse() -> None:
    raise TooLarge("Too much of it.", limit=7)


class Fussy(Exception):
    """Can be packed, and not unpacked with its message alone."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} and {other}")


def fuss() -> None:
    raise Fussy(1, 2)


def stuck() -> object:
    """A result that cannot travel home."""
    return lambda: None


def count(report: Report) -> str:
    for step in range(1, 4):
        report(step / 4)
        time.sleep(0.3)
    return "counted"


class Absent:
    """Can be packed here, and not unpacked there."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return importlib.import_module, ("a_module_that_is_nowhere",)

    def __call__(self) -> None: ...
