"""What the studio keeps: assets, where they came from, and how they are found again."""

from gesso.library import changes, collections, stacks, tagging
from gesso.library.arranged import PERSON, AssetTag, Collection, CollectionAsset, CollectionRun
from gesso.library.arrivals import present, twin, welcome
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
    mark,
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
from gesso.library.derived import derived, go
from gesso.library.erase import erase, erase_one, sweep
from gesso.library.gaze import Gaze
from gesso.library.holds import LONGEST as LONGEST_REASON
from gesso.library.holds import Hold, hold, lift, of_asset, require_free
from gesso.library.imports import Folders, Imports
from gesso.library.intake import Ceiling, Kept, Limits, keep, take_in
from gesso.library.layout import BLOCK, Layout, layout
from gesso.library.pack import Batch, pack
from gesso.library.peaks import peaks
from gesso.library.pointed import Pointer
from gesso.library.room import Room, Rules, Share, heaviest, recount, require_room, room, rules, settle_rules, shares
from gesso.library.stock import Stock
from gesso.library.strip import strip
from gesso.library.tables import LABELS, Asset, Import, ImportFile, Label, Parent, Purpose
from gesso.library.tree import FAN, Tree, tree
from gesso.library.uses import Usage, Uses, usage
from gesso.library.wanted import Selection, Shape, Status, Wanted

__all__ = [
    "BLOCK",
    "FAN",
    "LABELS",
    "LONGEST_REASON",
    "PERSON",
    "Asset",
    "AssetTag",
    "Batch",
    "Ceiling",
    "Collection",
    "CollectionAsset",
    "CollectionRun",
    "Folders",
    "Gaze",
    "Hold",
    "Import",
    "ImportFile",
    "Imports",
    "Kept",
    "Label",
    "Layout",
    "Limits",
    "Lineage",
    "Packed",
    "Parent",
    "Pointer",
    "Purpose",
    "Room",
    "Rules",
    "Selection",
    "Shape",
    "Share",
    "Status",
    "Stock",
    "Tree",
    "Usage",
    "Uses",
    "Wanted",
    "What",
    "add",
    "again",
    "bring_back",
    "bundle",
    "by_bytes",
    "change",
    "changes",
    "collections",
    "derived",
    "describe",
    "erase",
    "erase_one",
    "favorite",
    "get",
    "go",
    "heaviest",
    "hold",
    "ids",
    "keep",
    "layout",
    "lift",
    "lineage",
    "listed",
    "mark",
    "of_asset",
    "of_runs",
    "pack",
    "peaks",
    "present",
    "rate",
    "recount",
    "refer",
    "remove",
    "rename",
    "require",
    "require_free",
    "require_room",
    "restore",
    "room",
    "rules",
    "settle_rules",
    "several",
    "shares",
    "stacks",
    "strip",
    "sweep",
    "tagging",
    "take_in",
    "tree",
    "twin",
    "usage",
    "versions",
    "welcome",
]
