"""What people answered: quiz results, kept in SQLite or PostgreSQL."""

from storage.errors import StoreDown, StoreTooNew
from storage.records import Answer, Edition, Take, Totals
from storage.store import Store

__all__ = ["Answer", "Edition", "Store", "StoreDown", "StoreTooNew", "Take", "Totals"]
