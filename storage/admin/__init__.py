"""Inspection, backup and restore of a database, for admins."""

from storage.admin.backup import backup, restore
from storage.admin.inspection import Inspection, inspect

__all__ = ["Inspection", "backup", "inspect", "restore"]
