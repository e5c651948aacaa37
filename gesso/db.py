"""The database: one request or one job is one Work, and one Work is one transaction. Only this file commits."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any, Self, TypeVar
from uuid import UUID

import aiosqlite
from sqlalchemy import JSON, DateTime, Dialect, MetaData, Select, TypeDecorator, create_engine, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from gesso.kit.actor import Actor
from gesso.kit.errors import NotFound
from gesso.kit.ids import uuid7
from gesso.kit.time import now


class Moment(TypeDecorator[datetime]):
    """A point in time, always UTC (SQLite forgets the zone, so it is put back)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON, list[str]: JSON, datetime: Moment}


class Row(Table):
    """A table whose rows have an id that sorts by birth, and a birthday."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Owned(Row):
    """Rows that belong to a team. Every read starts at `visible_to`."""

    __abstract__ = True

    team_id: Mapped[UUID]

    @classmethod
    def visible_to(cls, actor: Actor) -> Select[Self]:
        """The one door to this table."""
        return select(cls).where(cls.team_id == actor.team_id)


O = TypeVar("O", bound=Owned)


@dataclass(frozen=True, slots=True)
class Work:
    """What a function needs to touch the database on somebody's behalf."""

    session: AsyncSession
    actor: Actor

    async def find(self, kind: type[O], id: UUID, *, lock: bool = False) -> O:
        """The row, if this actor may see it; NotFound otherwise, whether or not it exists."""
        query = kind.visible_to(self.actor).where(kind.id == id)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        found = await self.session.scalar(query)
        if found is None:
            raise NotFound(f"There is no such {kind.__name__.lower()}.")
        return found


def inserting(session: AsyncSession) -> Any:
    """The database's own INSERT, which can be told what to do about a row that is there already."""
    return (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert


class Database:
    """`url` names the driver that both the async engine and the jobs' sync engine use."""

    def __init__(self, url: str) -> None:
        self.url: URL = make_url(url)
        self.engine = _async_engine(self.url)
        # SQLite has one writer. Those of this process queue here, in order; left to SQLite they would sleep and poll.
        self._turn = asyncio.Lock() if self.on_sqlite else contextlib.nullcontext()
        self.after_commit: list[Callable[[set[str]], None]] = []
        # Whoever has a session can ask which database it is of: what is kept beside it goes by that.
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, info={"database": self})

    @property
    def on_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def session(self, *, read_only: bool = False) -> AsyncIterator[AsyncSession]:
        """Commits when the block ends, rolls back when it raises.

        On SQLite a session that may write takes the write lock at once: one that first reads and then writes
        would fail if another wrote in between. So such a session is short, and none is opened within another.
        """
        async with contextlib.nullcontext() if read_only else self._turn, self._sessions.begin() as session:
            await session.connection(execution_options={"reads": read_only})
            yield session
        rung: set[str] = session.info.pop("rung", set())
        if rung:
            for call in self.after_commit:
                call(rung)

    @asynccontextmanager
    async def work(self, actor: Actor, *, read_only: bool = False) -> AsyncIterator[Work]:
        async with self.session(read_only=read_only) as session:
            yield Work(session, actor)

    @cached_property
    def aside(self) -> Engine:
        """For long reads outside of the event loop. It sees what is committed."""
        return sync_engine(self.url)

    async def close(self) -> None:
        if "aside" in vars(self):
            self.aside.dispose()
        await self.engine.dispose()


def sync_engine(url: URL) -> Engine:
    """For the few places that work outside the event loop: the heartbeat, and migrations."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url)
        _tame_sqlite(engine)
        return engine
    return create_engine(url, pool_size=2, max_overflow=2, pool_pre_ping=True)


def _async_engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(
            url.set(drivername="sqlite+aiosqlite"), async_creator=partial(_connect, url), pool_size=8, max_overflow=8
        )
        _tame_sqlite(engine.sync_engine)
        return engine
    return create_async_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True)


def _tame_sqlite(engine: Engine) -> None:
    """WAL, foreign keys, patience; and transactions that begin when we say so (the driver would begin late)."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        reads = connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


class _Statement:
    """A cursor that needs one trip to the connection's thread where aiosqlite's own needs four (make it, execute,
    fetch, close). Statements are short here, so the trips were most of what a run cost the event loop."""

    def __init__(self, connection: "_Connection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> Self:
        return await self._trip(sqlite3.Cursor.execute, sql, parameters)

    async def executemany(self, sql: str, parameters: Any) -> Self:
        return await self._trip(sqlite3.Cursor.executemany, sql, parameters)

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        self._rows = []

    async def _trip(self, call: Callable[..., Any], sql: str, parameters: Any) -> Self:
        def there() -> None:
            with contextlib.closing(self._connection._conn.cursor()) as cursor:
                call(cursor, sql, parameters)
                self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
                self._rows = cursor.fetchall() if cursor.description else []

        await self._connection._execute(there)  # type: ignore[no-untyped-call]
        return self


class _Connection(aiosqlite.Connection):
    def cursor(self) -> Any:
        return _Statement(self)


def _connect(url: URL) -> _Connection:
    assert url.database is not None
    connection = _Connection(partial(sqlite3.connect, url.database, check_same_thread=False), 64)
    connection._thread.daemon = True
    return connection
