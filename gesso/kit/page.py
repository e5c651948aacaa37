"""A page of a list, cut at an id (keyset paging: a page costs the same at any depth)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID


class Identified(Protocol):
    @property
    def id(self) -> UUID: ...


T = TypeVar("T", bound=Identified)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: Sequence[T]
    next: UUID | None

    @classmethod
    def cut(cls, found: Sequence[T], limit: int) -> "Page[T]":
        """From `limit + 1` rows asked for: at most `limit` of them, and where the next page begins."""
        items = found[:limit]
        return cls(items, items[-1].id if len(found) > limit else None)
