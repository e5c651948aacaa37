"""Finding assets by words. One function knows how; both databases give the same answers."""

import unicodedata

from sqlalchemy import ColumnElement, and_, true

from gesso.kit.text import one_line
from gesso.library import tagging
from gesso.library.tables import Asset


def words(title: str, prompt: str, *told: str, body: str = "") -> str:
    """What an asset is found by; `told` is what somebody has said of it besides, `body` what is written in it. That
    follows on a line of its own: whoever changes the rest finds it there (`body`)."""
    head, written = (" ".join(_plain(text).split())[:20_000] for text in (" ".join((title, prompt, *told)), body))
    return f"{head}\n{written}" if written else head


def body(words: str) -> str:
    """Of what an asset is found by, what is written in it."""
    return words.partition("\n")[2]


def title(text: str) -> str:
    """A title is one line of 1 to 300 characters, whatever a file's name or a prompt brings along."""
    return one_line(text)[:300].strip() or "Untitled"


def renamed(known: str, before: str, title: str) -> str:
    """The words of an asset that has another title now: they begin with it."""
    head, _, written = known.partition("\n")
    rest = head.removeprefix(words(before, ""))
    return words(title, rest, body=written)


def matches(query: str) -> ColumnElement[bool]:
    """Every word of the query stands somewhere in title, prompt, description or a tag, in any order, also within a
    longer word."""
    wanted = _plain(query).split()[:20]
    return and_(true(), *(Asset.words.contains(word, autoescape=True) | tagging.has(word) for word in wanted))


def _plain(text: str) -> str:
    """Without case, and each letter spelled one way: a Mac writes the é of a file's name as two characters."""
    return unicodedata.normalize("NFKC", text).casefold()
