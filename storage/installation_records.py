"""What is kept of a workspace that has installed the app."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Installation:
    """What a workspace has entrusted to the app; *token* is kept as it is given: encrypt it."""

    app: str
    team: str
    token: str = field(repr=False)
    bot: str  # its id as a user
    scopes: tuple[str, ...]
    at: datetime
    enterprise: str | None = None  # the organisation that the workspace belongs to
