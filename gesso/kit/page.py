"""A page of a list, cut at an id (keyset paging: a page costs the same at any depth)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: Sequence[T]
    next: UUID | None

    @classmethod
    def cut(cls, found: Sequence[T], limit: int, id: Callable[[T], UUID]) -> "Page[T]":
        """From `limit + 1` rows asked for: at most `limit` of them, and where the next page begins."""
        items = found[:limit]
        return cls(items, id(items[-1]) if len(found) > limit else None)
