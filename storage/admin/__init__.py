"""Tools with which an admin looks at a database, backs it up and restores it."""

from storage.admin.backup import backup, restore
from storage.admin.inspection import Inspection, inspect

__all__ = ["Inspection", "backup", "inspect", "restore"]
