"""Where bytes rest."""

from gesso.store.store import Store, open_store

__all__ = ["Store", "open_store"]
