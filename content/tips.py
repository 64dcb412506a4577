"""What a tip of the starter pack must look like."""

from typing import Annotated

from pydantic import Field, StringConstraints

from content.models import CITE, Brief, Entry, RoleId, Text
from content.references import AnyRef

Cite = Annotated[str, StringConstraints(pattern=CITE, max_length=80), AnyRef()]


class WeeklyTip(Entry):
    """A tip for one week, resting on entries of the content; when they change it is held."""

    text: Annotated[Text, Field(description="what to do this week, and the fact behind it")]
    role: RoleId | None = None
    topic: Annotated[Brief | None, Field(max_length=40)] = None
    cites: Annotated[tuple[Cite, ...], Field(min_length=1)]
