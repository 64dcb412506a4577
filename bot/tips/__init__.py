"""Weekly tips: schedules, the choice of the next tip, delivery, and moderators' tools."""
