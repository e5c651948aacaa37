"""The one pipeline: validate, estimate, authorize, reserve, promise, run, store, settle, or give up."""

from gesso.runs import prompts
from gesso.runs.health import Health
from gesso.runs.health import every as troubled
from gesso.runs.health import well as forgiven
from gesso.runs.pipeline import Estimate, Order, Runs, get, listed, recipes, state
from gesso.runs.previews import preview
from gesso.runs.rehearsal import Sent
from gesso.runs.tables import OVER, STATES, Run

__all__ = [
    "OVER",
    "STATES",
    "Estimate",
    "Health",
    "Order",
    "Run",
    "Runs",
    "Sent",
    "forgiven",
    "get",
    "listed",
    "preview",
    "prompts",
    "recipes",
    "state",
    "troubled",
]
