"""What somebody has written into a picture's file about it: its title, what it shows, keywords, how many stars it has.
Read from XMP, from IPTC's older records and from EXIF, in this order.

Strangers have written it: it is bounded, of plain letters, and what cannot be understood is left out.
"""

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from PIL import ExifTags, Image, IptcImagePlugin

from gesso.imaging import packets, picture
from gesso.imaging.credentials import plainly
from gesso.imaging.picture import Source

LINE: Final = 300
CAPTION: Final = 500
WORD: Final = 60
MOST: Final = 50
"""Keywords that are kept."""
_RECORDS: Final = {(2, 5): "title", (2, 120): "caption", (2, 25): "keywords"}
_RATING: Final = 0x4746
_WINDOWS: Final = {0x9C9B: "title", 0x9C9E: "keywords"}
"""What Windows writes, in UTF-16."""
_SPLIT: Final = re.compile(r"[;\n]|,\s")


def read(source: Source) -> dict[str, Any]:
    """`title`, `caption`, `keywords` (a list) and `rating` (1 to 5), as far as the file says them."""
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    xmp: Mapping[str, str] = {}
    with suppress(Exception):
        xmp = packets.read(packets.of(data))
    old = dict(_records(data))
    exif = dict(_exif(data))
    words = xmp.get("dc:subject") or old.get("keywords") or exif.get("keywords") or ""
    keywords = dict.fromkeys(filter(None, (plainly(word, WORD) for word in _SPLIT.split(words))))
    said = {
        "title": plainly(xmp.get("dc:title") or old.get("title") or exif.get("title"), LINE),
        "caption": plainly(xmp.get("dc:description") or old.get("caption") or exif.get("caption"), CAPTION),
        "keywords": list(keywords)[:MOST],
        "rating": _stars(xmp.get("xmp:Rating") or exif.get("rating")),
    }
    return {name: value for name, value in said.items() if value}


def _stars(told: str | None) -> int:
    """0 where there are none; -1 is what some write for a picture that is thrown out."""
    try:
        stars = round(float(told or 0))
    except (ValueError, OverflowError):
        return 0
    return stars if 1 <= stars <= 5 else 0


def _records(data: bytes) -> Iterator[tuple[str, str]]:
    if data[:2] != b"\xff\xd8" or b"Photoshop 3.0\0" not in data[: 1 << 20]:
        return
    with suppress(Exception), Image.open(io.BytesIO(data)) as file:
        records: Any = IptcImagePlugin.getiptcinfo(file) or {}
        for place, name in _RECORDS.items():
            value = records.get(place)
            parts = value if isinstance(value, list) else [value]
            text = "; ".join(_text(part) for part in parts[: 2 * MOST] if isinstance(part, bytes))
            if text:
                yield name, text


def _text(record: bytes) -> str:
    """UTF-8, or what was common before."""
    try:
        return record.decode()
    except UnicodeDecodeError:
        return record.decode("cp1252", "replace")


def _exif(data: bytes) -> Iterator[tuple[str, str]]:
    with suppress(Exception):
        told = picture.told(data)[0]
        for tag, name in _WINDOWS.items():
            if isinstance(value := told.get(tag), bytes | tuple):
                yield name, bytes(value).decode("utf-16-le", "replace").rstrip("\0")
        said = str(told.get(ExifTags.Base.ImageDescription, ""))
        # Cameras write their own name here; what makes pictures, how.
        if said and not re.fullmatch(r"[A-Z0-9_ ]+|\{.*|.*(?:DIGITAL CAMERA|Steps: ).*", said, re.DOTALL):
            yield "caption", said
        yield "rating", str(told.get(_RATING, ""))
