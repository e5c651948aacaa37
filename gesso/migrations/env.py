"""How Alembic finds our tables: those of every package, and none of the queue's own."""

from typing import Any, Literal

from alembic import context

from gesso.accounts import tables as _accounts  # noqa: F401
from gesso.batches import tables as _batches  # noqa: F401
from gesso.brand import tables as _brand  # noqa: F401
from gesso.credits import tables as _credits  # noqa: F401
from gesso.db import Moment, Table, sync_engine
from gesso.events import Event as _Event  # noqa: F401
from gesso.events import readers as _readers  # noqa: F401
from gesso.jobs import tables as _jobs  # noqa: F401
from gesso.library import chores as _chores  # noqa: F401
from gesso.library import doubles as _doubles  # noqa: F401
from gesso.library import index as _index  # noqa: F401
from gesso.library import looks as _looks  # noqa: F401
from gesso.library import proposals as _proposals  # noqa: F401
from gesso.library import saved as _saved  # noqa: F401
from gesso.library import tables as _library  # noqa: F401
from gesso.notify import tables as _notify  # noqa: F401
from gesso.runs import tables as _runs  # noqa: F401
from gesso.schedules import tables as _schedules  # noqa: F401
from gesso.sharing import tables as _sharing  # noqa: F401
from gesso.upkeep import tables as _upkeep  # noqa: F401
from gesso.vault import tables as _vault  # noqa: F401
from gesso.webhooks import tables as _webhooks  # noqa: F401


def ours(thing: Any, name: str | None, kind: str, reflected: bool, compared: Any) -> bool:
    """The queue's tables stand beside ours on SQLite; they are not ours to change."""
    return not (kind == "table" and reflected and name not in Table.metadata.tables)


def plain(kind: str, thing: Any, context: Any) -> str | Literal[False]:
    """A migration names no type of ours: it must still run when ours has changed."""
    return "sa.DateTime(timezone=True)" if isinstance(thing, Moment) else False


engine = sync_engine(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        include_object=ours,
        render_item=plain,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        if engine.dialect.name == "postgresql":
            # Two servers that start at once migrate one after the other.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7236464)")
        context.run_migrations()
    connection.commit()
engine.dispose()
