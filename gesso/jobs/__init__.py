"""Promises that survive the death of every process: a small port over DBOS Transact."""

from gesso.jobs.beats import Worker, crashes
from gesso.jobs.port import PRIORITY, Job, Jobs, migrate

__all__ = ["PRIORITY", "Job", "Jobs", "Worker", "crashes", "migrate"]
