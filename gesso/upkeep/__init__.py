"""What keeps the library in order: the trash, strays, checksums, figures, and the chores that see to them."""

from gesso.upkeep import chores, figures, health, proof, strays, trash
from gesso.upkeep.tables import Chore, Round, Stray
from gesso.upkeep.upkeep import ROLLS_AGAIN, Upkeep

__all__ = [
    "ROLLS_AGAIN",
    "Chore",
    "Round",
    "Stray",
    "Upkeep",
    "chores",
    "figures",
    "health",
    "proof",
    "strays",
    "trash",
]
