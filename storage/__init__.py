"""Storage for quiz attempts, tips, community answers and settings, in SQLite or PostgreSQL."""

from storage.admin import Inspection, backup, inspect, restore
from storage.answers.community_answers import CommunityAnswer, NewAnswer
from storage.answers.feedback import Feedback, FeedbackKind, FeedbackState
from storage.answers.hidden import HiddenStatement
from storage.answers.question_counts import Asker
from storage.audit import AuditEntry
from storage.blocks import Block
from storage.cards import Card
from storage.engine.address import parse_address
from storage.engine.lock import lock_for_bot, release_lock
from storage.errors import AlreadyRunning, BackupError, SchemaTooNew, StoreUnavailable
from storage.installations import Installation
from storage.occurrences import Occurrence, OccurrenceState, Receipt, Step, StepState
from storage.preferences import MODERATOR_PREFIX
from storage.quizzes import Advance, Answer, Attempt, QuizVersion
from storage.schedules import Missed, Plan, Schedule, ScheduleState
from storage.shards import ShardAllocation
from storage.store import Store
from storage.tips import NewTip, Tip, TipState
from storage.totals import Totals

__all__ = [
    "MODERATOR_PREFIX",
    "Advance",
    "AlreadyRunning",
    "Answer",
    "Asker",
    "Attempt",
    "AuditEntry",
    "BackupError",
    "Block",
    "Card",
    "CommunityAnswer",
    "Feedback",
    "FeedbackKind",
    "FeedbackState",
    "HiddenStatement",
    "Inspection",
    "Installation",
    "Missed",
    "NewAnswer",
    "NewTip",
    "Occurrence",
    "OccurrenceState",
    "Plan",
    "QuizVersion",
    "Receipt",
    "Schedule",
    "ScheduleState",
    "SchemaTooNew",
    "ShardAllocation",
    "Step",
    "StepState",
    "Store",
    "StoreUnavailable",
    "Tip",
    "TipState",
    "Totals",
    "backup",
    "inspect",
    "lock_for_bot",
    "parse_address",
    "release_lock",
    "restore",
]
