"""Many rows of a file or a list, each carried out by runs of the one pipeline: priced before, exact after a crash."""

from gesso.batches import orders, results
from gesso.batches.orders import Priority, Step, Twins, Wanted, Which
from gesso.batches.sheet import MOST_BYTES, MOST_ROWS, Sheet, listed
from gesso.batches.steward import Batches
from gesso.batches.tables import ENDED, ROW_STATES, Batch, Row, Template

__all__ = [
    "ENDED",
    "MOST_BYTES",
    "MOST_ROWS",
    "ROW_STATES",
    "Batch",
    "Batches",
    "Priority",
    "Row",
    "Sheet",
    "Step",
    "Template",
    "Twins",
    "Wanted",
    "Which",
    "listed",
    "orders",
    "results",
]
