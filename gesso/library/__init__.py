"""What the studio keeps: assets, where they came from, and how they are found again."""

from gesso.library import tagging
from gesso.library.arranged import PERSON, AssetTag, Collection, CollectionAsset, CollectionRun
from gesso.library.assets import (
    Lineage,
    add,
    again,
    bring_back,
    by_bytes,
    describe,
    favorite,
    get,
    ids,
    lineage,
    listed,
    of_runs,
    rate,
    refer,
    remove,
    rename,
    require,
    restore,
    several,
    versions,
)
from gesso.library.bulk import What, change
from gesso.library.bundle import Packed, bundle
from gesso.library.erase import erase, erase_one, sweep
from gesso.library.gaze import Gaze
from gesso.library.intake import Kept, Limits, keep, take_in
from gesso.library.layout import BLOCK, Layout, layout
from gesso.library.pack import Batch, pack
from gesso.library.peaks import peaks
from gesso.library.pointed import Pointer
from gesso.library.tables import LABELS, Asset, Label, Parent, Purpose
from gesso.library.wanted import Selection, Shape, Status, Wanted

__all__ = [
    "BLOCK",
    "LABELS",
    "PERSON",
    "Asset",
    "AssetTag",
    "Batch",
    "Collection",
    "CollectionAsset",
    "CollectionRun",
    "Gaze",
    "Kept",
    "Label",
    "Layout",
    "Limits",
    "Lineage",
    "Packed",
    "Parent",
    "Pointer",
    "Purpose",
    "Selection",
    "Shape",
    "Status",
    "Wanted",
    "What",
    "add",
    "again",
    "bring_back",
    "bundle",
    "by_bytes",
    "change",
    "describe",
    "erase",
    "erase_one",
    "favorite",
    "get",
    "ids",
    "keep",
    "layout",
    "lineage",
    "listed",
    "of_runs",
    "pack",
    "peaks",
    "rate",
    "refer",
    "remove",
    "rename",
    "require",
    "restore",
    "several",
    "sweep",
    "tagging",
    "take_in",
    "versions",
]
