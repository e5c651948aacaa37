"""A list in an order that was found elsewhere, as a query: it is listed, drawn and changed as any other."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from gesso.library.tables import Asset


class _Place(FunctionElement[int]):
    """Where an asset stands among those named."""

    name = "place"
    inherit_cache = True
    type = Integer()

    def __init__(self, ids: Sequence[UUID]) -> None:
        super().__init__(literal(" ".join(id.hex for id in ids)), Asset.id)


def among(query: Select[Asset], ids: Sequence[UUID], after: UUID | None = None) -> Select[Asset]:
    """Of the query, those that are named, in this order; with `after`, those that come after that one."""
    if after is not None:
        ids = ids[ids.index(after) + 1 :] if after in ids else ()
    return query.where(Asset.id.in_(ids)).order_by(_Place(ids))


@compiles(_Place, "sqlite")
def _sqlite(place: _Place, compiler: SQLCompiler, **how: Any) -> str:
    named, id = place.clauses
    return f"instr({compiler.process(named, **how)}, {compiler.process(id, **how)})"


@compiles(_Place, "postgresql")
def _postgresql(place: _Place, compiler: SQLCompiler, **how: Any) -> str:
    named, id = place.clauses
    return f"strpos({compiler.process(named, **how)}, replace(CAST({compiler.process(id, **how)} AS TEXT), '-', ''))"
