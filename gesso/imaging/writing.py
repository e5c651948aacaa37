"""Texts: what may come in as one, and the page by which it is seen."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

import cv2
import numpy as np

from gesso.imaging import annotate
from gesso.imaging.annotate import Lettering
from gesso.imaging.picture import Pixels
from gesso.kit.errors import BadMedia, TooLarge

TYPES: Final[Mapping[str, str]] = {
    "txt": "text/plain",
    "md": "text/markdown",
    "markdown": "text/markdown",
    "csv": "text/csv",
    "json": "application/json",
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
}
"""By the ending of a file's name. Nothing in the bytes tells one of these from another, and no program runs any: who
looks at one gets it as plain text."""
MOST: Final = 1 << 20
"""Bytes."""
WIDTH, HEIGHT = 768, 960
"""Of the page, in pixels."""

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_HIDDEN: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
"""What changes the order of what is read, or stands there unseen."""
_GROUND: Final = (250, 249, 246)
_INK: Final = (38, 36, 42)
_EDGE: Final = 72
_LETTERS: Final = 1_600
_LINES: Final = 34


@dataclass(frozen=True)
class Writing:
    """`head` is how it begins, with all that could deceive made plain."""

    type: str
    text: str
    lines: int
    words: int
    head: str


def named(name: str) -> str | None:
    """The media type of a text of this name; None for what is named as something else."""
    return TYPES.get(PurePath(name).suffix.removeprefix(".").lower())


def read(source: Path | bytes, type: str) -> Writing:
    """What a file of this type says. BadMedia for what is no text, or not what it is named as; TooLarge."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > MOST:
        raise TooLarge(f"A text may have {MOST >> 20} MiB; this one has more.", limit=MOST)
    data = source if isinstance(source, bytes) else source.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadMedia("This text is not written in UTF-8. Save it as UTF-8 and try again.") from None
    if not text.strip():
        raise BadMedia("This text is empty.")
    if _CONTROL.search(text):
        raise BadMedia("This is no text: there are signs in it that no text has.")
    if type == "application/json":
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            raise BadMedia("This is no JSON, whatever its name says. Name it .txt to keep it as it is.") from None
    if type == "text/vtt" and not text.startswith("WEBVTT"):
        raise BadMedia("This is no WebVTT, which begins with the word WEBVTT. Name it .txt to keep it as it is.")
    head = plain(" ".join(text[:2_000].split()))[:300]
    return Writing(type, text, len(text.splitlines()), len(text.split()), head)


def plain(text: str) -> str:
    """The text with what cannot be seen, and what would turn its order round, written out."""
    return _HIDDEN.sub(lambda found: f"⟦{unicodedata.name(found[0], f'U+{ord(found[0]):04X}').lower()}⟧", text)


def page(text: str) -> Pixels:
    """The first lines, set as a page (HEIGHT, WIDTH, 3)."""
    paper = np.full((HEIGHT, WIDTH, 3), _GROUND, np.uint8)
    shown = plain(text[:_LETTERS]).replace("\t", "    ")
    lines = [line.rstrip() for line in shown.strip("\n").splitlines()[:_LINES]]
    size = 46 if len(text) < 160 else 34 if len(text) < 600 else 25
    room = (WIDTH - 2 * _EDGE, HEIGHT - _EDGE)
    cover = annotate.lines("\n".join(lines), Lettering(face="grotesque", align="left"), size, room[0])
    if cover is None:
        return paper
    cover = cover[: room[1], : room[0]]
    if cover.shape[0] == room[1]:
        # What goes on below the page fades.
        cover[-160:] *= np.linspace(1, 0, 160, dtype=np.float32)[:, None]
    high, wide = cover.shape
    area = paper[_EDGE : _EDGE + high, _EDGE : _EDGE + wide].astype(np.float32)
    inked = area + (np.array(_INK, np.float32) - area) * cover[..., None]
    paper[_EDGE : _EDGE + high, _EDGE : _EDGE + wide] = np.rint(inked).astype(np.uint8)
    cv2.line(paper, (_EDGE, _EDGE - 28), (_EDGE + 44, _EDGE - 28), (150, 190, 60), 5, cv2.LINE_AA)
    return paper
