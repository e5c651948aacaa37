"""Where bytes rest."""

from gesso.store.store import Resting, Store, open_store

__all__ = ["Resting", "Store", "open_store"]
