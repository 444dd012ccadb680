"""The encrypted store: the log, the tables made from it, the key slots, backups and checks."""

from .folder import Store
from .unit import Changed, Unit
from .unlocking import create_store, open_store, open_with_parts

__all__ = ["Changed", "Store", "Unit", "create_store", "open_store", "open_with_parts"]
