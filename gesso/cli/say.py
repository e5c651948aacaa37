"""What a command says: results on stdout, for the next program; everything else on stderr, for a person."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gesso_client import Run


def result(text: str) -> None:
    """One line of stdout."""
    sys.stdout.write(text + "\n")


def flush() -> None:
    """For a line that must be there at once."""
    sys.stdout.flush()


def note(text: str) -> None:
    """One line of stderr."""
    sys.stdout.flush()
    sys.stderr.write(text + "\n")


def as_json(value: Any) -> None:
    """The one JSON document on stdout."""
    result(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows for a person at a terminal; lines of tab-separated values, without heads, for a program."""
    if not sys.stdout.isatty():
        for row in rows:
            result("\t".join(" ".join(cell.split()) for cell in row))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        drawn.add_column(head, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    Console().print(drawn)


def score(told: Mapping[str, Any]) -> None:
    """What a prompt is worth, on stdout; why, how to mend it and how to go on beside it."""
    result(str(told["score"]))
    for reason in told["reasons"]:
        gained = f"{reason['points']}/{reason['of']}" if reason["of"] else str(reason["points"])
        note(f"{gained:>6}  {reason['message']}{' (' + reason['what'] + ')' if reason['what'] else ''}")
        if reason["mend"]:
            note(f"        → {reason['mend']['prompt']}")
    if more := told.get("suggestions"):
        note(f"It may go on: {', '.join(more)}")


def amount(thousandths: int) -> str:
    """Thousandths of a credit as people say it: `1.5 credits`."""
    return f"{thousandths / 1000:,.10g} credit{'' if thousandths == 1000 else 's'}"


def price(thousandths: int | None) -> str:
    if thousandths is None:
        return "a price that is known once your files are uploaded"
    return amount(thousandths) if thousandths else "free"


def duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


@contextmanager
def progress(*, shown: bool) -> Iterator["Callable[[Run], None]"]:
    """A bar that follows a run, on stderr, where that is a terminal."""
    if not shown or not sys.stderr.isatty():
        yield lambda run: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def follow(run: "Run") -> None:
            made = f" · {len(run.outputs)} of {run.expected}" if run.expected > 1 else ""
            bar.update(task, completed=run.progress, description=(run.note or run.state) + made)

        yield follow
