from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Table


class Heartbeat(Table):
    """A worker that lives, or did. `beat_at` is seconds since 1970 by the database's clock."""

    __tablename__ = "worker"

    id: Mapped[str] = mapped_column(primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    born: Mapped[float]
    lanes: Mapped[str]
    beat_at: Mapped[float]


class Crash(Table):
    """How often a worker died while it held this job. (DBOS forgets its own count when a job is resumed.)"""

    __tablename__ = "job_crash"

    job_id: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int] = mapped_column(default=1)
