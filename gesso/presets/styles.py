"""Styles: what a picture is to look like, in the words of every provider."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

OWN: Final = "own:"
"""What stands before the id of a style, or of a template, that a team made itself."""
GROUPS: Final = {
    "photo": "Photographs",
    "painting": "Paintings",
    "drawing": "Drawings",
    "print": "Print and posters",
    "digital": "Digital",
    "craft": "Crafts and materials",
    "own": "Your own",
}


@dataclass(frozen=True, slots=True)
class Style:
    """`text` and `negative` tell a model that has no preset for it; `native` names the presets, by who has them.

    Offline it is painted in the Sketchbook's style `sketchbook`, with `hints` of light and colour, and then goes
    through the chain of `filters`. `words` find it, besides its title and its text. An own one is painted as the
    ready-made style `base`.
    """

    id: str
    title: str
    group: str
    text: str
    negative: str = ""
    sketchbook: str = "painterly"
    hints: str = ""
    filters: str = ""
    native: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    base: str = ""

    @property
    def picture(self) -> str:
        """The address of a small picture in it; all of them show the same."""
        return f"/styles/{self.base or self.id}.webp"


def _read() -> dict[str, Style]:
    told = tomllib.loads((Path(__file__).parent / "styles.toml").read_text("utf-8"))
    found = {}
    for id, said in told.items():
        words = tuple(said.pop("words", ()))
        native = dict(said.pop("native", {}))
        if "sketchbook" not in said:
            # What is no mixture is one of the Sketchbook's own.
            native["sketchbook"] = said["sketchbook"] = id
        found[id] = Style(id, native=native, words=words, **said)
    return found


STYLES: Final[Mapping[str, Style]] = _read()
_PRESETS: Final = {_plain: id for id, each in STYLES.items() for _plain in each.native.values()}


def style(name: str) -> Style | None:
    """The style of this id, however it is spelled; a provider's own name for it is one too: `comic-book`."""
    plain = re.sub(r"[\s-]+", "_", name.strip().lower())
    return STYLES.get(plain) or STYLES.get(_PRESETS.get(plain.replace("_", "-"), ""))


def own_style(id: str, title: str, text: str, negative: str, base: str) -> Style:
    """One that a team wrote itself; offline it is painted as the ready-made one that it is based on."""
    drawn = STYLES.get(base) or STYLES["painterly"]
    return replace(
        drawn, id=id, title=title, group="own", text=text, negative=negative, native={}, words=(), base=drawn.id
    )


def nearest(name: str) -> list[str]:
    """The ids that may have been meant, the likeliest first."""
    plain = re.sub(r"[\s-]+", "_", name.strip().lower())
    inside = [id for id, each in STYLES.items() if plain in each.words]
    return list(dict.fromkeys([*inside, *difflib.get_close_matches(plain, STYLES, 3, 0.6)]))[:3]
