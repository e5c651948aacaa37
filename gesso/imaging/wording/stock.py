"""Lists that come along, for wildcards and for suggestions: what an animal, a light, a palette may be."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType


@cache
def lists(code: str = "") -> Mapping[str, tuple[str, ...]]:
    """The entries of each list by its name; of one language ("en", "de") alone where that is named."""
    found: dict[str, tuple[str, ...]] = {}
    section = ""
    for line in (Path(__file__).parent / "stock.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#") and code in ("", section):
            name, _, entries = line.partition(": ")
            found[name] = tuple(entries.split(", "))
    return MappingProxyType(found)
