"""Words about pictures by rules alone: a prompt improved, in another manner, weighed, gone on with; German made
English; a picture described by facts.

No model and no network: what no rule knows is said, and nothing is invented.
"""

from gesso.imaging.wording.enhance import Context, clauses, enhanced, shared
from gesso.imaging.wording.language import language
from gesso.imaging.wording.restyle import MANNERS, Restyled, restyled
from gesso.imaging.wording.stock import lists
from gesso.imaging.wording.suggest import Suggestions, suggested, worth
from gesso.imaging.wording.tell import Told, german_colour, retold, told
from gesso.imaging.wording.translate import Translated, translated
from gesso.imaging.wording.weigh import Mend, Reason, Score, answered, mended, score

__all__ = [
    "MANNERS",
    "Context",
    "Mend",
    "Reason",
    "Restyled",
    "Score",
    "Suggestions",
    "Told",
    "Translated",
    "answered",
    "clauses",
    "enhanced",
    "german_colour",
    "language",
    "lists",
    "mended",
    "restyled",
    "retold",
    "score",
    "shared",
    "suggested",
    "told",
    "translated",
    "worth",
]
