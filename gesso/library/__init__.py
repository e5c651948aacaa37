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
from gesso.library.erase import erase, erase_one, sweep
from gesso.library.facets import Facets, Reading, facets, reading
from gesso.library.filters import Shape, Wanted
from gesso.library.gaze import Gaze
from gesso.library.index import warm
from gesso.library.intake import Kept, Limits, keep, take_in
from gesso.library.layout import BLOCK, Layout, layout
from gesso.library.looks import Hit, Like
from gesso.library.pack import Batch, pack
from gesso.library.peaks import peaks
from gesso.library.pointed import Pointer
from gesso.library.query import FINDERS
from gesso.library.saved import Counted, SavedSearch, alter, forget, save, saved
from gesso.library.tables import LABELS, Asset, Label, Parent, Purpose
from gesso.library.wanted import Selection

__all__ = [
    "BLOCK",
    "FINDERS",
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
    "Counted",
    "Facets",
    "Gaze",
    "Hit",
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
    "SavedSearch",
    "Selection",
    "Shape",
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
    "describe",
    "doubles",
    "erase",
    "erase_one",
    "facets",
    "favorite",
    "forget",
    "get",
    "ids",
    "keep",
    "layout",
    "lineage",
    "listed",
    "looks",
    "mark",
    "of_runs",
    "pack",
    "peaks",
    "proposals",
    "rate",
    "reading",
    "refer",
    "remove",
    "rename",
    "require",
    "restore",
    "save",
    "saved",
    "several",
    "stacks",
    "sweep",
    "synonyms",
    "tagging",
    "take_in",
    "versions",
    "warm",
]
