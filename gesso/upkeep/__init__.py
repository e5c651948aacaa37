"""What keeps the studio in order: the trash, strays, checksums, figures, the queue, and the tasks that see to them."""

from gesso.upkeep import figures, health, proof, queue, strays, trash
from gesso.upkeep.tables import Round, Stray
from gesso.upkeep.upkeep import ROLLS_AGAIN, Upkeep

__all__ = [
    "ROLLS_AGAIN",
    "Round",
    "Stray",
    "Upkeep",
    "figures",
    "health",
    "proof",
    "queue",
    "strays",
    "trash",
]
