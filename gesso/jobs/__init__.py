"""Promises that survive the death of every process: a small port over DBOS Transact."""

from gesso.jobs.beats import Seen, Worker, crashes
from gesso.jobs.overview import SPAN, Held, Lane, Overview
from gesso.jobs.port import PRIORITY, Job, Jobs, migrate

__all__ = ["PRIORITY", "SPAN", "Held", "Job", "Jobs", "Lane", "Overview", "Seen", "Worker", "crashes", "migrate"]
