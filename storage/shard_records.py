"""What an instance learns of the shards that it shares."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holding:
    """What an instance may serve until its lease ends."""

    count: int  # of all shards
    mine: frozenset[int]
    surplus: int  # how many of them are others' share, to be released when they are served no more
    wait: float | None  # seconds until another's lease ends, None where there is none
