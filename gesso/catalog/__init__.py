"""Who can do which operation, with which model, for how much."""

from gesso.catalog.catalog import Accepted, Catalog, Choice, Prefer, choose, load, plain
from gesso.catalog.limits import Frame, Limits
from gesso.catalog.offer import (
    ADDRESS,
    BROUGHT,
    MACHINE,
    Brought,
    Check,
    Checked,
    Context,
    Find,
    Offer,
    Price,
    Provider,
    Reading,
    free,
    per_output,
)

__all__ = [
    "ADDRESS",
    "BROUGHT",
    "MACHINE",
    "Accepted",
    "Brought",
    "Catalog",
    "Check",
    "Checked",
    "Choice",
    "Context",
    "Find",
    "Frame",
    "Limits",
    "Offer",
    "Prefer",
    "Price",
    "Provider",
    "Reading",
    "choose",
    "free",
    "load",
    "per_output",
    "plain",
]
