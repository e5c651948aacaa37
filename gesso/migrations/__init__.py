"""The database's shape over time (Alembic). `bring_up` is what a start does.

Revisions are numbered, and a file's name begins with its number: so whether there is anything to do is known without
Alembic, whose import takes longer than the rest of a start.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from gesso import jobs
from gesso.db import Database, sync_engine

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent


def head() -> str:
    """The newest revision."""
    return max(path.stem.partition("_")[0] for path in (HERE / "versions").glob("[0-9]*.py"))


def current(db: Database) -> str | None:
    """The revision that the database is at; None when it has no tables yet."""
    engine = sync_engine(db.url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return found
    finally:
        engine.dispose()


def bring_up(db: Database) -> bool:
    """Brings the database to the newest shape; says whether there was anything to do."""
    if current(db) == head():
        return False
    from alembic import command

    jobs.migrate(db)
    command.upgrade(config(db), "head")
    return True


def config(db: Database) -> "Config":
    """What Alembic's own commands need."""
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(HERE))
    found.attributes["url"] = db.url
    return found
