"""The one pipeline: validate, estimate, authorize, reserve, promise, run, store, settle, or give up."""

from gesso.runs.pipeline import Estimate, Order, Runs, get, listed, recipes, state
from gesso.runs.tables import OVER, STATES, Run

__all__ = ["OVER", "STATES", "Estimate", "Order", "Run", "Runs", "get", "listed", "recipes", "state"]
