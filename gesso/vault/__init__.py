"""What each team told its providers, the key it signs its pictures with, and what else is to rest sealed: shown to
nobody."""

from gesso.vault import certificates
from gesso.vault.tables import Certificate, Told
from gesso.vault.told import Shown, clear, opened, sealed, shown, tell, told

__all__ = ["Certificate", "Shown", "Told", "certificates", "clear", "opened", "sealed", "shown", "tell", "told"]
