"""What the studio keeps: assets, where they came from, and how they are found again."""

from gesso.library import catchup, chores, doubles, looks, proposals, synonyms, tagging
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
from gesso.library.catchup import CatchUp
from gesso.library.chores import Chore, Chores
from gesso.library.erase import erase, erase_one, sweep
from gesso.library.gaze import Gaze
from gesso.library.intake import Kept, Limits, keep, take_in
from gesso.library.layout import BLOCK, Layout, layout
from gesso.library.looks import Hit, Like, Looks
from gesso.library.pack import Batch, pack
from gesso.library.peaks import peaks
from gesso.library.pointed import Pointer
from gesso.library.tables import LABELS, Asset, Label, Parent, Purpose
from gesso.library.wanted import Selection, Shape, Wanted

__all__ = [
    "BLOCK",
    "LABELS",
    "PERSON",
    "Asset",
    "AssetTag",
    "Batch",
    "CatchUp",
    "Chore",
    "Chores",
    "Collection",
    "CollectionAsset",
    "CollectionRun",
    "Gaze",
    "Hit",
    "Kept",
    "Label",
    "Layout",
    "Like",
    "Limits",
    "Lineage",
    "Looks",
    "Packed",
    "Parent",
    "Pointer",
    "Purpose",
    "Selection",
    "Shape",
    "Wanted",
    "What",
    "add",
    "again",
    "bring_back",
    "bundle",
    "by_bytes",
    "catchup",
    "change",
    "chores",
    "describe",
    "doubles",
    "erase",
    "erase_one",
    "favorite",
    "get",
    "ids",
    "keep",
    "layout",
    "lineage",
    "listed",
    "looks",
    "of_runs",
    "pack",
    "peaks",
    "proposals",
    "rate",
    "refer",
    "remove",
    "rename",
    "require",
    "restore",
    "several",
    "sweep",
    "synonyms",
    "tagging",
    "take_in",
    "versions",
]
