"""The one pipeline: validate, estimate, authorize, reserve, promise, run, store, settle, or give up."""

from gesso.runs import campaign, comparison, costs, prompts, tagger
from gesso.runs.axes import Axis
from gesso.runs.changes import Changes, changes
from gesso.runs.derived import Way, derived
from gesso.runs.elsewhere import Elsewhere, elsewhere
from gesso.runs.health import Health
from gesso.runs.health import every as troubled
from gesso.runs.health import well as forgiven
from gesso.runs.pipeline import AtHand, Estimate, Order, Runs, get, listed, recipes, several, state
from gesso.runs.previews import preview
from gesso.runs.recall import Left, Recalled, inscription, of_asset, recall
from gesso.runs.rehearsal import Sent
from gesso.runs.sealing import alt, origin, worded, writer
from gesso.runs.tables import OVER, STATES, Run
from gesso.runs.trials import sweep
from gesso.runs.words import spoken

__all__ = [
    "OVER",
    "STATES",
    "AtHand",
    "Axis",
    "Changes",
    "Elsewhere",
    "Estimate",
    "Health",
    "Left",
    "Order",
    "Recalled",
    "Run",
    "Runs",
    "Sent",
    "Way",
    "alt",
    "campaign",
    "changes",
    "comparison",
    "costs",
    "derived",
    "elsewhere",
    "forgiven",
    "get",
    "inscription",
    "listed",
    "of_asset",
    "origin",
    "preview",
    "prompts",
    "recall",
    "recipes",
    "several",
    "spoken",
    "state",
    "sweep",
    "tagger",
    "troubled",
    "worded",
    "writer",
]
