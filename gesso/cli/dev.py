"""`gesso dev`: providers' servers on this machine, to try a provider out without a key, an account or money."""

import importlib
import json
import shlex
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from gesso.cli import ends, say
from gesso.kit.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from gesso.dev.fakes.server import Fake


def fake(
    name: str | None = None,
    *,
    listed: Annotated[bool, Parameter(name="--list", negative="", help="List those that there are.")] = False,
    port: Annotated[int, Parameter(help="The port on 127.0.0.1; 0 takes a free one.")] = 0,
    key: Annotated[str, Parameter(help="The key that it takes.")] = "the-key-of-the-fake",
) -> int:
    """Answer in the place of a provider, as strictly as its own server, until Ctrl-C.

    Prints the address, and what the studio is told to find it there. Each request is told as it comes, with what was
    wrong with it. What is sold here costs nothing: noise for a picture.

    Parameters
    ----------
    name
        One of `gesso dev fake --list`, or one of yours: MODULE:CLASS, a `gesso.dev.fakes.server.Fake`.
    """
    from gesso.dev.fakes.shelf import SHELF

    if listed or name is None:
        say.table(("Provider", "What it is"), [(each, stand.about) for each, stand in SHELF.items()])
        return ends.OK
    if ":" not in name and name not in SHELF:
        raise NotFound(f"There is no fake of “{name}”. There are: {', '.join(SHELF)}; yours is MODULE:CLASS.")
    found = SHELF[name].make(key) if name in SHELF else _own(name)
    found.tells = say.note
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    try:
        with found.running(port), suppress(KeyboardInterrupt):
            say.result(found.url)
            if name in SHELF:
                told = json.dumps({name: SHELF[name].settings(found.url, key)})
                say.result(f"GESSO_PROVIDERS={shlex.quote(told)}")
            say.note("Ctrl-C stops it.")
            say.flush()
            stop.wait()
    except OSError as error:
        raise Conflict(f"Port {port} cannot be taken: {error.strerror}.") from None
    return ends.OK


def _own(name: str) -> "Fake":
    """A fake that somebody wrote, from the folder in which the command is typed or from a package."""
    from gesso.dev.fakes.server import Fake

    module, _, kind = name.partition(":")
    sys.path.insert(0, "")
    try:
        made = getattr(importlib.import_module(module), kind)()
    except (ImportError, AttributeError, TypeError) as error:
        raise Invalid(f"“{name}” cannot be made: {error}.") from error
    if not isinstance(made, Fake):
        raise Invalid(f"“{name}” is no gesso.dev.fakes.server.Fake.")
    return made
