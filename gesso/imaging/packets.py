"""XMP packets: what IPTC and others say of a picture in its file. Read, made, and laid into a file without a pixel or
another byte of its picture being touched.

A stranger's packet may say anything: its length is limited, and one that names entities is not parsed at all.
"""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree import ElementTree

from gesso.imaging import picture

LONGEST: Final = 1 << 20
"""Bytes of a packet that is read."""
SEGMENT: Final = 65_533
"""The most bytes that one segment of a JPEG holds."""

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SPACES: Final[Mapping[str, str]] = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}
_SEVERAL: Final = frozenset(("creator", "subject"))
_LISTS: Final = frozenset(("dc:creator",))
_TONGUES: Final = frozenset(("Iptc4xmpCore:AltTextAccessibility", "dc:description", "dc:rights"))
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_ADOBE: Final = b"http://ns.adobe.com/xap/1.0/\0"
_KEYWORD: Final = b"XML:com.adobe.xmp\0"
_GIF_NAME: Final = b"XMP DataXMP"
_MIME: Final = b"application/rdf+xml\0"
MOST_IN_JPEG: Final = SEGMENT - len(_ADOBE)
"""The most bytes of a packet that a JPEG has room for."""

for _prefix, _space in (*SPACES.items(), ("rdf", RDF), ("x", "adobe:ns:meta/")):
    ElementTree.register_namespace(_prefix, _space)


# --- what a packet says


def read(packet: bytes) -> dict[str, str]:
    """The properties of `SPACES` by their names, `dc:creator` say; of a list its parts, of languages the first. Nothing
    of what cannot be read."""
    found: dict[str, str] = {}
    root = _parsed(packet)
    if root is None:
        return found
    names = {f"{{{space}}}": prefix for prefix, space in SPACES.items()}

    def told(tag: str, value: str) -> None:
        space, end, name = tag.partition("}")
        prefix = names.get(space + end)
        if prefix and value.strip():
            found.setdefault(f"{prefix}:{name}", value.strip())

    for about in root.iter(f"{{{RDF}}}Description"):
        for tag, value in about.attrib.items():
            told(tag, value)
        for each in about:
            # A list lies in one container. (To look deeper would take a hostile packet minutes.)
            parts = [part.text or "" for part in each.iterfind(f"*/{{{RDF}}}li")]
            several = each.tag.startswith(f"{{{SPACES['dc']}}}") and each.tag.rpartition("}")[2] in _SEVERAL
            listed = "; ".join(parts) if several else "".join(parts[:1])
            told(each.tag, listed or each.attrib.get(f"{{{RDF}}}resource", "") or each.text or "")
    return found


def said(before: bytes, told: Mapping[str, str]) -> bytes:
    """The packet that was there, or a new one, with the properties in it, in the place of what it said of them before;
    without those that are empty. The same each time."""
    root = _parsed(before)
    if root is None or (root.tag != f"{{{RDF}}}RDF" and root.find(f".//{{{RDF}}}RDF") is None):
        root = ElementTree.Element("{adobe:ns:meta/}xmpmeta")
        ElementTree.SubElement(root, f"{{{RDF}}}RDF")
    rdf = root if root.tag == f"{{{RDF}}}RDF" else root.find(f".//{{{RDF}}}RDF")
    assert rdf is not None
    tags = {name: f"{{{SPACES[prefix]}}}{rest}" for name in told for prefix, _, rest in [name.partition(":")]}
    for about in [*rdf.iter(f"{{{RDF}}}Description")]:
        for tag in tags.values():
            about.attrib.pop(tag, None)
            for old in about.findall(tag):
                about.remove(old)
    for about in rdf.findall(f"{{{RDF}}}Description"):
        if not len(about) and set(about.attrib) <= {f"{{{RDF}}}about"}:
            rdf.remove(about)
    kept = {name: value for name, value in told.items() if value}
    if kept:
        about = ElementTree.SubElement(rdf, f"{{{RDF}}}Description", {f"{{{RDF}}}about": ""})
    for name, value in kept.items():
        one = ElementTree.SubElement(about, tags[name])
        if name in _LISTS:
            _listed(one, "Seq", value)
        elif name in _TONGUES:
            _listed(one, "Alt", value).set(_LANG, "x-default")
        else:
            one.text = value
    try:
        body = ElementTree.tostring(root, encoding="unicode")
    except RecursionError:
        return said(b"", told)
    return f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{body}<?xpacket end="w"?>'.encode()


def _listed(one: ElementTree.Element, kind: str, value: str) -> ElementTree.Element:
    part = ElementTree.SubElement(ElementTree.SubElement(one, f"{{{RDF}}}{kind}"), f"{{{RDF}}}li")
    part.text = value
    return part


def _parsed(packet: bytes) -> ElementTree.Element | None:
    if not 0 < len(packet) <= LONGEST or b"<!" in packet.replace(b"<!--", b""):
        return None
    text = re.sub(r"<\?xpacket[^>]*\?>", "", packet.decode("utf-8", "replace")).strip("\0 \r\n\t\ufeff")
    try:
        # Without a declaration there are no entities.
        return ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError):
        return None


# --- where it lies in a file


def of(data: bytes) -> bytes:
    """The packet of a file; empty where there is none."""
    if picture.sniff(data[: picture.HEAD]) == "image/gif":
        return next((body for name, body, _, _ in _gif_blocks(data) if name == _GIF_NAME), b"")[:LONGEST]
    return picture.told(data)[1]


def laid(data: bytes, packet: bytes) -> bytes | None:
    """The file with this packet in the place of the one it has. None where it has no room for it."""
    match picture.sniff(data[: picture.HEAD]):
        case "image/png":
            return _in_png(data, packet)
        case "image/jpeg":
            return _in_jpeg(data, packet)
        case "image/webp":
            return _in_webp(data, packet)
        case "image/gif":
            return _in_gif(data, packet)
        case "image/tiff":
            return _in_tiff(data, packet)
        case "image/avif":
            return _in_avif(data, packet)
    return None


def _in_png(data: bytes, packet: bytes) -> bytes:
    kept = [data[:8]]
    for kind, at, size in png_chunks(data):
        whole = data[at : at + size + 12]
        if kind != b"iTXt" or not whole[8:].startswith(_KEYWORD):
            kept.append(whole)
        if kind == b"IHDR":
            body = _KEYWORD + b"\0\0\0\0" + packet
            kept.append(struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body)))
    return b"".join(kept)


def png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and size of each."""
    at = 8
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        yield kind, at, size
        at += size + 12


def jpeg_segments(data: bytes) -> tuple[list[bytes], int]:
    """The application segments at the head of a JPEG, and where they end."""
    found, at = [], 2
    while data[at : at + 1] == b"\xff" and 0xE0 <= data[at + 1] <= 0xEF:
        size = int.from_bytes(data[at + 2 : at + 4], "big") + 2
        found.append(data[at : at + size])
        at += size
    return found, at


def _in_jpeg(data: bytes, packet: bytes) -> bytes | None:
    body = _ADOBE + packet
    if len(body) > SEGMENT:
        return None
    segments, end = jpeg_segments(data)
    kept = [each for each in segments if not each[4:].startswith(_ADOBE)]
    told = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    # What the format wants to be first (JFIF, EXIF) stays so.
    early = sum(1 for each in kept if each[1:2] == b"\xe0" or each[4:8] == b"Exif")
    return b"".join([data[:2], *kept[:early], told, *kept[early:], data[end:]])


def _in_webp(data: bytes, packet: bytes) -> bytes | None:
    chunks = [*webp_chunks(data)]
    kinds = {kind for kind, _ in chunks}
    if not kinds & {b"VP8 ", b"VP8L", b"VP8X"}:
        return None
    if b"VP8X" not in kinds:
        facts = picture.inspect(data)
        flags = 0x10 if facts.alpha else 0
        sides = (facts.width - 1).to_bytes(3, "little") + (facts.height - 1).to_bytes(3, "little")
        chunks.insert(0, (b"VP8X", bytes([flags, 0, 0, 0]) + sides))
    flagged = [
        (kind, bytes([body[0] | 0x04]) + body[1:] if kind == b"VP8X" else body)
        for kind, body in chunks
        if kind != b"XMP "
    ]
    parts = [*flagged, (b"XMP ", packet)]
    rest = b"".join(kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2) for kind, body in parts)
    return b"RIFF" + struct.pack("<I", len(rest) + 4) + b"WEBP" + rest


def webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


# --- GIF: an application extension, closed by a "magic trailer" that leads any reader of blocks to its end


def _gif_blocks(data: bytes) -> Iterator[tuple[bytes, bytes, int, int]]:
    """The application extensions before the first image: name, packet, start and end."""
    at = 13 + (3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
    while data[at : at + 1] == b"\x21" and at + 3 < len(data):
        start, name, body = at, b"", b""
        at += 2
        if data[start + 1] == 0xFF:
            name = data[at + 1 : at + 12]
            if name == _GIF_NAME:
                end = data.find(b"\x01\xff\xfe", at + 12)
                body = data[at + 12 : end if end > 0 else len(data)]
        while at < len(data) and data[at]:
            at += data[at] + 1
        at += 1
        yield name, body, start, at


def _in_gif(data: bytes, packet: bytes) -> bytes:
    for name, _, start, end in _gif_blocks(data):
        if name == _GIF_NAME:
            data = data[:start] + data[end:]
            break
    trailer = b"\x01" + bytes(range(0xFF, -1, -1)) + b"\0"
    block = b"\x21\xff\x0b" + _GIF_NAME + packet + trailer
    # After the header and its colours, and after the block that says how often it plays.
    at = next((end for name, _, _, end in _gif_blocks(data) if name == b"NETSCAPE2.0"), 0)
    at = at or 13 + (3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
    return b"GIF89a" + data[6:at] + block + data[at:]


# --- TIFF: the first directory is written anew at the end, with one entry more


def _in_tiff(data: bytes, packet: bytes) -> bytes | None:
    order = "<" if data[:2] == b"II" else ">"
    if struct.unpack(f"{order}H", data[2:4])[0] != 42:
        return None  # BigTIFF
    (first,) = struct.unpack(f"{order}I", data[4:8])
    (count,) = struct.unpack(f"{order}H", data[first : first + 2])
    end = first + 2 + 12 * count
    entries = [data[at : at + 12] for at in range(first + 2, end, 12)]
    body = data + b"\0" * (len(data) % 2)
    told = packet + b"\0" * (len(packet) % 2)
    own = struct.pack(f"{order}HHII", 700, 1, len(packet), len(body))
    kept = [each for each in entries if struct.unpack(f"{order}H", each[:2])[0] != 700]
    every = sorted([*kept, own], key=lambda each: int(struct.unpack(f"{order}H", each[:2])[0]))
    directory = struct.pack(f"{order}H", len(every)) + b"".join(every) + data[end : end + 4]
    return body[:4] + struct.pack(f"{order}I", len(body) + len(told)) + body[8:] + told + directory


# --- AVIF: one more item of the box "meta", which says where everything lies; the packet itself stands at the end


def boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each box."""
    while at + 8 <= end:
        size = int.from_bytes(data[at : at + 4], "big")
        stop = end if size == 0 else at + (size if size != 1 else int.from_bytes(data[at + 8 : at + 16], "big"))
        if not at + 8 <= stop <= end:
            return
        yield data[at + 4 : at + 8], at, stop
        at = stop


def _in_avif(data: bytes, packet: bytes) -> bytes | None:
    top = {kind: (at, end) for kind, at, end in boxes(data, 0, len(data))}
    if b"meta" not in top or b"moov" in top:
        return None
    start, end = top[b"meta"]
    parts = {kind: data[at:stop] for kind, at, stop in boxes(data, start + 12, end)}
    places = _Places.read(parts.get(b"iloc", b""))
    if places is None or len(parts) != sum(1 for _ in boxes(data, start + 12, end)) or b"pitm" not in parts:
        return None
    if data[end:] and top.get(b"mdat", (0, 0))[0] < start:
        return None
    own = _mime_item(parts[b"iinf"])
    if own is None:
        own = max((*places.items, 0)) + 1
        parts[b"iinf"] = _with_item(parts[b"iinf"], own)
        parts[b"iref"] = _with_reference(parts.get(b"iref"), own, _primary(parts[b"pitm"]))
    # Where the packet will lie is known when the box has its new length, which does not depend on it.
    parts[b"iloc"] = places.written({own: (0, len(packet))}, 0)
    grown = sum(map(len, parts.values())) + 12 - (end - start)
    at = len(data) + grown + 8
    parts[b"iloc"] = places.written({own: (at, len(packet))}, grown)
    body = data[start + 8 : start + 12] + b"".join(parts.values())
    meta = struct.pack(">I", len(body) + 8) + b"meta" + body
    return data[:start] + meta + data[end:] + struct.pack(">I", len(packet) + 8) + b"mdat" + packet


class _Places:
    """The box "iloc" of what libavif and others write: each item's extents, by offset and length."""

    def __init__(self, items: dict[int, tuple[int, int, list[tuple[int, int]]]]) -> None:
        self.items = items

    @classmethod
    def read(cls, box: bytes) -> "_Places | None":
        if len(box) < 16 or box[8] > 2:
            return None
        version, offsets, lengths, bases, indices = box[8], box[12] >> 4, box[12] & 15, box[13] >> 4, box[13] & 15
        wide = 4 if version == 2 else 2
        at, items = 14, dict[int, tuple[int, int, list[tuple[int, int]]]]()

        def number(size: int) -> int:
            nonlocal at
            at += size
            return int.from_bytes(box[at - size : at], "big")

        for _ in range(number(wide)):
            item = number(wide)
            method = number(2) & 15 if version else 0
            number(2)
            base, extents = number(bases), []
            for _ in range(number(2)):
                if version:
                    number(indices)
                extents.append((base + number(offsets), number(lengths)))
            items[item] = method, 0, extents
        return cls(items) if at <= len(box) else None

    def written(self, more: Mapping[int, tuple[int, int]], grown: int) -> bytes:
        """The box anew, with what lies in the file moved by so much."""
        items = {id: (method, [(at + (0 if method else grown), size) for at, size in extents])
                 for id, (method, _, extents) in self.items.items()}  # fmt: skip
        items |= {id: (0, [extent]) for id, extent in more.items()}
        told = struct.pack(">H", len(items))
        for id, (method, extents) in items.items():
            told += struct.pack(">HHHH", id, method, 0, len(extents))
            told += b"".join(struct.pack(">II", at, size) for at, size in extents)
        body = b"\1\0\0\0" + b"\x44\0" + told
        return struct.pack(">I", len(body) + 8) + b"iloc" + body


def _primary(box: bytes) -> int:
    return int.from_bytes(box[12:16] if box[8] else box[12:14], "big")


def _items(box: bytes) -> Iterator[bytes]:
    for _, at, end in boxes(box, 14 if box[8] == 0 else 16, len(box)):
        yield box[at:end]


def _mime_item(box: bytes) -> int | None:
    """The item that holds the packet already."""
    for each in _items(box):
        if each[8] == 2 and each[16:20] == b"mime" and _MIME in each:
            return int.from_bytes(each[12:14], "big")
    return None


def _with_item(box: bytes, id: int) -> bytes:
    entry = b"\2\0\0\1" + struct.pack(">HH", id, 0) + b"mime" + b"\0" + _MIME
    # Flag 1: it is no picture to be shown.
    entry = struct.pack(">I", len(entry) + 8) + b"infe" + entry
    wide = 2 if box[8] == 0 else 4
    count = int.from_bytes(box[12 : 12 + wide], "big") + 1
    body = box[8:12] + count.to_bytes(wide, "big") + box[12 + wide :] + entry
    return struct.pack(">I", len(body) + 8) + b"iinf" + body


def _with_reference(box: bytes | None, id: int, to: int) -> bytes:
    """What the packet tells of: the picture."""
    wide = bool(box and box[8])
    entry = id.to_bytes(4 if wide else 2, "big") + b"\0\1" + to.to_bytes(4 if wide else 2, "big")
    entry = struct.pack(">I", len(entry) + 8) + b"cdsc" + entry
    body = (box[8:] if box else b"\0\0\0\0") + entry
    return struct.pack(">I", len(body) + 8) + b"iref" + body
