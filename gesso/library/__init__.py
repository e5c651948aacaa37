"""What the studio keeps: assets, where they came from, and how they are found again."""

from gesso.library import (
    catchup,
    changes,
    chores,
    collections,
    doubles,
    looks,
    proposals,
    stacks,
    synonyms,
    tagging,
)
from gesso.library.arranged import PERSON, AssetTag, Collection, CollectionAsset, CollectionRun
from gesso.library.arrivals import present, twin, welcome
from gesso.library.assets import (
    Lineage,
    Listed,
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
from gesso.library.catchup import CatchUp
from gesso.library.chores import Chore, Chores
from gesso.library.derived import derived, go
from gesso.library.erase import erase, erase_one, sweep
from gesso.library.facets import Facets, Reading, facets, reading
from gesso.library.filters import Shape, Status, Wanted
from gesso.library.gaze import Gaze
from gesso.library.holds import LONGEST as LONGEST_REASON
from gesso.library.holds import Hold, hold, lift, of_asset, require_free
from gesso.library.imports import Folders, Imports
from gesso.library.index import warm
from gesso.library.intake import Ceiling, Kept, Limits, keep, take_in
from gesso.library.layout import BLOCK, Layout, layout
from gesso.library.looks import Hit, Like
from gesso.library.pack import Batch, pack
from gesso.library.peaks import peaks
from gesso.library.pointed import Pointer
from gesso.library.query import FINDERS
from gesso.library.room import Room, Rules, Share, heaviest, recount, require_room, room, rules, settle_rules, shares
from gesso.library.saved import Counted, SavedSearch, alter, forget, save, saved
from gesso.library.stock import Stock
from gesso.library.strip import strip
from gesso.library.tables import LABELS, Asset, Import, ImportFile, Label, Parent, Purpose
from gesso.library.tree import FAN, Tree, tree
from gesso.library.uses import Usage, Uses, usage
from gesso.library.wanted import Selection

__all__ = [
    "BLOCK",
    "FAN",
    "FINDERS",
    "LABELS",
    "LONGEST_REASON",
    "PERSON",
    "Asset",
    "AssetTag",
    "Batch",
    "CatchUp",
    "Ceiling",
    "Chore",
    "Chores",
    "Collection",
    "CollectionAsset",
    "CollectionRun",
    "Counted",
    "Facets",
    "Folders",
    "Gaze",
    "Hit",
    "Hold",
    "Import",
    "ImportFile",
    "Imports",
    "Kept",
    "Label",
    "Layout",
    "Like",
    "Limits",
    "Lineage",
    "Listed",
    "Packed",
    "Parent",
    "Pointer",
    "Purpose",
    "Reading",
    "Room",
    "Rules",
    "SavedSearch",
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
    "alter",
    "bring_back",
    "bundle",
    "by_bytes",
    "catchup",
    "change",
    "changes",
    "chores",
    "collections",
    "derived",
    "describe",
    "doubles",
    "erase",
    "erase_one",
    "facets",
    "favorite",
    "forget",
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
    "looks",
    "mark",
    "of_asset",
    "of_runs",
    "pack",
    "peaks",
    "present",
    "proposals",
    "rate",
    "reading",
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
    "save",
    "saved",
    "settle_rules",
    "several",
    "shares",
    "stacks",
    "strip",
    "sweep",
    "synonyms",
    "tagging",
    "take_in",
    "tree",
    "twin",
    "usage",
    "versions",
    "warm",
    "welcome",
]
