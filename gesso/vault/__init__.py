"""What each team told its providers, and the key it signs its pictures with: sealed at rest, shown to nobody."""

from gesso.vault import certificates
from gesso.vault.tables import Certificate, Told
from gesso.vault.told import Shown, clear, shown, tell, told

__all__ = ["Certificate", "Shown", "Told", "certificates", "clear", "shown", "tell", "told"]
