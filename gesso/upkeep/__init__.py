"""What keeps the library in order: the trash, strays, checksums, figures, and the tasks that see to them."""

from gesso.upkeep import figures, health, proof, strays, trash
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
    "strays",
    "trash",
]
