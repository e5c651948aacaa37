"""Finding assets by words. One function knows how; both databases give the same answers."""

import unicodedata

from sqlalchemy import ColumnElement, and_, true

from gesso.library import tagging
from gesso.library.tables import Asset


def words(title: str, prompt: str, *told: str) -> str:
    """What an asset is found by; `told` is what somebody has said of it besides."""
    return " ".join(_plain(" ".join((title, prompt, *told))).split())[:20_000]


def matches(query: str) -> ColumnElement[bool]:
    """Every word of the query stands somewhere in title, prompt, description or a tag, in any order, also within a
    longer word."""
    wanted = _plain(query).split()[:20]
    return and_(true(), *(Asset.words.contains(word, autoescape=True) | tagging.has(word) for word in wanted))


def _plain(text: str) -> str:
    """Without case, and each letter spelled one way: a Mac writes the é of a file's name as two characters."""
    return unicodedata.normalize("NFKC", text).casefold()
