"""What each team told its providers: keys and addresses, sealed at rest, shown to nobody."""

from gesso.vault.tables import Told
from gesso.vault.told import Shown, clear, shown, tell, told

__all__ = ["Shown", "Told", "clear", "shown", "tell", "told"]
