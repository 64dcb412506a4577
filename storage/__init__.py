"""What people answered and what communities queue, kept in SQLite or PostgreSQL."""

from storage.errors import StoreDown, StoreTooNew, Unfit
from storage.installation_records import Installation
from storage.records import Advance, Answer, Edition, Examination, Take, Totals
from storage.shard_records import Holding
from storage.store import Store
from storage.tip_records import (
    Deed,
    Missed,
    NewTip,
    Occurrence,
    OccurrenceState,
    Personal,
    Plan,
    Receipt,
    Schedule,
    ScheduleState,
    Step,
    StepState,
    Tip,
    TipState,
)
from storage.upkeep import backup, examine, restore

__all__ = [
    "Advance",
    "Answer",
    "Deed",
    "Edition",
    "Examination",
    "Holding",
    "Installation",
    "Missed",
    "NewTip",
    "Occurrence",
    "OccurrenceState",
    "Personal",
    "Plan",
    "Receipt",
    "Schedule",
    "ScheduleState",
    "Step",
    "StepState",
    "Store",
    "StoreDown",
    "StoreTooNew",
    "Take",
    "Tip",
    "TipState",
    "Totals",
    "Unfit",
    "backup",
    "examine",
    "restore",
]
