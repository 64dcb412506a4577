"""The queue and the schedules of weekly tips."""
