"""The database's shape over time (Alembic). `bring_up` is what a start does."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from gesso import jobs
from gesso.db import Database, sync_engine


def config(db: Database) -> Config:
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent))
    found.attributes["url"] = db.url
    return found


def bring_up(db: Database) -> bool:
    """Brings the database to the newest shape; says whether there was anything to do."""
    engine = sync_engine(db.url)
    head = ScriptDirectory.from_config(config(db)).get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    if current == head:
        return False
    jobs.migrate(db)
    command.upgrade(config(db), "head")
    return True
