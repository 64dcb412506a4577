"""What an admin does to a database from outside."""

from storage.admin.backup import backup, restore
from storage.admin.inspection import Inspection, inspect

__all__ = ["Inspection", "backup", "inspect", "restore"]
