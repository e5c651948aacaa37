"""Who can do which operation, with which model, for how much."""

from gesso.catalog.catalog import Catalog, Choice, Prefer, load, plain
from gesso.catalog.offer import ADDRESS, MACHINE, Checked, Context, Offer, Provider, Reading, free, per_output

__all__ = [
    "ADDRESS",
    "MACHINE",
    "Catalog",
    "Checked",
    "Choice",
    "Context",
    "Offer",
    "Prefer",
    "Provider",
    "Reading",
    "free",
    "load",
    "per_output",
    "plain",
]
