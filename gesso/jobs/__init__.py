"""Promises that survive the death of every process: a small port over DBOS Transact."""

from gesso.jobs.beats import Worker
from gesso.jobs.port import Job, Jobs, migrate

__all__ = ["Job", "Jobs", "Worker", "migrate"]
