"""What stands in a feed: RSS, Atom, RDF or JSON Feed. A pure function, for a worker process, over bytes that a stranger
has written.

XML is read by expat with nothing of XML but elements, attributes and text: a document type that declares anything, an
entity of its own, or one from elsewhere, is refused when it is met, before it could grow or be fetched; how deep, how
many and how long is bounded. JSON is read as JSON.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urljoin, urlsplit
from xml.parsers import expat

from gesso.kit.errors import Invalid, TooLarge

MOST_BYTES: Final = 16 << 20
MOST_ITEMS: Final = 2_000
"""The first of a feed; they are the newest."""
DEEPEST: Final = 64
MOST_ELEMENTS: Final = 400_000
LONGEST_TEXT: Final = 20_000
"""Characters of a field."""
LONGEST_TITLE: Final = 500
COLUMNS: Final = ("title", "summary", "link", "image", "published")

ATOM: Final = "http://www.w3.org/2005/Atom"
MEDIA: Final = "http://search.yahoo.com/mrss/"
TEXTS: Final[Mapping[str, str]] = {
    "title": "title",
    "description": "summary",
    "summary": "summary",
    "content": "content",
    "encoded": "content",
    "link": "link",
    "guid": "id",
    "id": "id",
    "pubDate": "published",
    "published": "published",
    "updated": "updated",
    "date": "published",
}
HOMES: Final = frozenset(
    (
        "",
        ATOM,
        "http://purl.org/rss/1.0/",
        "http://purl.org/rss/1.0/modules/content/",
        "http://purl.org/dc/elements/1.1/",
        "http://my.netscape.com/rdf/simple/0.9/",
    )
)
"""Namespaces whose elements are read; others have a title and a link of their own that mean something else."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item: `key` is the same whenever it stands in the feed again, `row` its cells by `COLUMNS`."""

    key: str
    row: dict[str, Any]


def is_feed(data: bytes) -> bool:
    """Whether it looks like one, and not like a sheet."""
    head = data[:512].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    if head[:1] == b"<":
        return True
    return head[:1] == b"{" and (b"jsonfeed.org" in data[:2048])


def read(data: bytes, url: str = "") -> list[Item]:
    """The items, as they stand there: the newest first, as feeds have it. Invalid where it is none, or no clean one;
    TooLarge where it is more than may be."""
    if len(data) > MOST_BYTES:
        raise TooLarge(f"A feed may have {MOST_BYTES >> 20} MiB.", limit=MOST_BYTES)
    start = data[:512].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
    found = _json(data) if start == b"{" else _xml(data)
    items: dict[str, Item] = {}
    for told in found[:MOST_ITEMS]:
        item = _item(told, url)
        if item is not None:
            items.setdefault(item.key, item)
    return [*items.values()]


# -- XML


@dataclass
class _Reading:
    """Collects what is in the items; every bound is held here."""

    found: list[dict[str, str]] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    item: dict[str, str] | None = None
    depth: int = 0
    into: str = ""
    text: list[str] = field(default_factory=list)
    length: int = 0
    count: int = 0
    root: str = ""
    markup: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        self.path.append(name)
        if len(self.path) > DEEPEST or self.count > MOST_ELEMENTS:
            raise TooLarge("This feed is nested too deep, or has too many elements.")
        home, _, tag = name.rpartition(" ")
        self.root = self.root or tag
        if self.item is None:
            if tag in ("item", "entry") and home in HOMES:
                self.item, self.depth, self.markup = {}, len(self.path), 0
            return
        if self.into:
            # XHTML within the text of Atom.
            self.markup += 1
            self._pictured(attributes.get("src", "") if tag == "img" else "")
            self._add(" ")
            return
        self._attributes(home, tag, attributes)
        if home in HOMES and tag in TEXTS and len(self.path) == self.depth + 1:
            self.into, self.text, self.length = TEXTS[tag], [], 0

    def _attributes(self, home: str, tag: str, attributes: dict[str, str]) -> None:
        assert self.item is not None
        type, url = attributes.get("type", ""), attributes.get("url", "")
        if tag == "link" and home == ATOM:
            rel = attributes.get("rel", "alternate")
            if rel == "alternate":
                self.item.setdefault("link", attributes.get("href", ""))
            elif rel == "enclosure" and type.startswith("image/"):
                self._pictured(attributes.get("href", ""))
        elif (tag == "enclosure" and type.startswith("image/")) or (
            home == MEDIA and tag == "content" and (type.startswith("image/") or attributes.get("medium") == "image")
        ):
            self._pictured(url)
        elif home == MEDIA and tag == "thumbnail":
            self.item.setdefault("thumbnail", url)
        elif tag == "image" and attributes.get("href"):
            self.item.setdefault("thumbnail", attributes["href"])

    def _pictured(self, url: str) -> None:
        if url and self.item is not None:
            self.item.setdefault("image", url[:2000])

    def said(self, text: str) -> None:
        if self.into:
            self._add(text)

    def _add(self, text: str) -> None:
        if (room := LONGEST_TEXT * 4 - self.length) > 0:
            self.text.append(text[:room])
            self.length += len(text)

    def end(self, name: str) -> None:
        place = len(self.path)
        self.path.pop()
        if self.item is None:
            return
        if self.into and place == self.depth + 1:
            if text := "".join(self.text).strip():
                self.item.setdefault(self.into, text)
            self.into = ""
        elif place == self.depth:
            self.found.append(self.item)
            self.item, self.into = None, ""


class _Enough(Exception):
    """No more items are wanted."""


def _xml(data: bytes) -> list[dict[str, str]]:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    reading = _Reading()

    def refuse(*_: object) -> None:
        raise Invalid("This feed declares entities or a document type of its own. That is not read.", fields=_FIELD)

    def elsewhere(*_: object) -> int:
        refuse()
        return 0

    def typed(name: str, system: str | None, public: str | None, internal: bool) -> None:
        if internal:
            refuse()

    def end(name: str) -> None:
        reading.end(name)
        if len(reading.found) >= MOST_ITEMS:
            raise _Enough

    parser.StartDoctypeDeclHandler = typed
    parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = elsewhere
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = reading.said
    try:
        parser.Parse(data, True)
    except _Enough:
        pass
    except expat.ExpatError as error:
        said = f"Line {error.lineno}: this is no XML ({expat.ErrorString(error.code)})."
        raise Invalid(said, fields=_FIELD) from None
    except (LookupError, UnicodeError, ValueError):
        raise Invalid("The encoding of this feed is not known.", fields=_FIELD) from None
    if reading.root not in ("rss", "feed", "RDF"):
        raise Invalid(f"This is no feed, but “{reading.root[:50]}”.", fields=_FIELD)
    return reading.found


_FIELD: Final = [{"field": "watch.place"}]


# -- JSON Feed


def _json(data: bytes) -> list[dict[str, str]]:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"This feed is no JSON: {str(error)[:100]}.", fields=_FIELD) from None
    items = told.get("items") if isinstance(told, dict) else None
    if not isinstance(items, list):
        raise Invalid("This is no feed: it has no “items”.", fields=_FIELD)
    return [_told(each) for each in items if isinstance(each, dict)]


def _told(item: Mapping[str, Any]) -> dict[str, str]:
    names = {
        "id": "id",
        "title": "title",
        "summary": "summary",
        "content_text": "content",
        "content_html": "content",
        "url": "link",
        "external_url": "link",
        "image": "image",
        "banner_image": "thumbnail",
        "date_published": "published",
        "date_modified": "updated",
    }
    found: dict[str, str] = {}
    for theirs, ours in names.items():
        if isinstance(value := item.get(theirs), str | int) and str(value).strip():
            found.setdefault(ours, str(value)[: LONGEST_TEXT * 4])
    for each in item.get("attachments") or ():
        if isinstance(each, dict) and str(each.get("mime_type", "")).startswith("image/"):
            found.setdefault("image", str(each.get("url", "")))
    return found


# -- what both have in common


def _item(told: Mapping[str, str], url: str) -> Item | None:
    title, _ = _plain(told.get("title", ""))
    summary, pictured = _plain(told.get("summary") or told.get("content", ""))
    _, also = _plain(told.get("content", ""))
    link = _address(told.get("link", ""), url)
    image = next(
        (
            found
            for each in (told.get("image", ""), pictured, also, told.get("thumbnail", ""))
            if (found := _address(each, url))
        ),
        "",
    )
    if not (title or summary or link or image):
        return None
    named = told.get("id") or link or f"{title}\0{summary}"
    row = {
        "title": title[:LONGEST_TITLE],
        "summary": summary[:LONGEST_TEXT],
        "link": link,
        "image": image,
        "published": _moment(told.get("published") or told.get("updated", "")),
    }
    return Item(sha256(f"item\0{named}".encode(errors="replace")).hexdigest(), row)


class _Words(HTMLParser):
    """The words of a piece of HTML, and its first picture."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.image = ""
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._hidden += 1
        if tag == "img" and not self.image:
            self.image = next((value or "" for name, value in attrs if name == "src"), "")
        if tag in ("p", "br", "div", "li", "td", "h1", "h2", "h3", "blockquote"):
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style") and self._hidden:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def _plain(text: str) -> tuple[str, str]:
    if "<" not in text and "&" not in text:
        return " ".join(text.split()), ""
    reader = _Words()
    reader.feed(text[: LONGEST_TEXT * 4])
    reader.close()
    return " ".join("".join(reader.words).split()), reader.image


def _address(text: str, base: str) -> str:
    try:
        found = urljoin(base, text.strip())
        told = urlsplit(found)
    except ValueError:
        return ""
    return found[:2000] if text.strip() and told.scheme in ("http", "https") and told.netloc else ""


def _moment(text: str) -> str:
    """As ISO has it; as it stands there where it is no moment."""
    text = text.strip()
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(text.replace("Z", "+00:00") if read is datetime.fromisoformat else text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()
    return text[:100]
