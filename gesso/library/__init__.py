"""What the studio keeps: assets, where they came from, and how they are found again."""

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
from gesso.library.derived import Leaf, Tree, derived, go
from gesso.library.erase import erase, erase_one, sweep
from gesso.library.gaze import Gaze
from gesso.library.holds import LONGEST as LONGEST_REASON
from gesso.library.holds import Hold, hold, lift, of_asset, require_free
from gesso.library.intake import Ceiling, Kept, Limits, keep, take_in
from gesso.library.layout import BLOCK, Layout, layout
from gesso.library.pack import Batch, pack
from gesso.library.peaks import peaks
from gesso.library.pointed import Pointer
from gesso.library.room import Room, Rules, Share, heaviest, recount, require_room, room, rules, settle_rules, shares
from gesso.library.tables import Asset, Parent, Purpose
from gesso.library.uses import Usage, Uses, usage
from gesso.library.wanted import Selection, Shape, Wanted

__all__ = [
    "BLOCK",
    "LONGEST_REASON",
    "Asset",
    "Batch",
    "Ceiling",
    "Gaze",
    "Hold",
    "Kept",
    "Layout",
    "Leaf",
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
    "of_asset",
    "of_runs",
    "pack",
    "peaks",
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
    "sweep",
    "take_in",
    "usage",
    "versions",
]
