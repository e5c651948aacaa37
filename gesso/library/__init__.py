"""What the studio keeps: assets, where they came from, and how they are found again."""

from gesso.library.assets import (
    Lineage,
    Wanted,
    add,
    again,
    favorite,
    get,
    lineage,
    listed,
    of_runs,
    remove,
    rename,
    require,
    restore,
    several,
    versions,
)
from gesso.library.intake import Kept, Limits, keep, take_in
from gesso.library.tables import Asset, Parent, Purpose

__all__ = [
    "Asset",
    "Kept",
    "Limits",
    "Lineage",
    "Parent",
    "Purpose",
    "Wanted",
    "add",
    "again",
    "favorite",
    "get",
    "keep",
    "lineage",
    "listed",
    "of_runs",
    "remove",
    "rename",
    "require",
    "restore",
    "several",
    "take_in",
    "versions",
]
