"""Which model the files of each kind must satisfy; a kind is its file's or folder's name."""

from content.models import (
    Background,
    Category,
    Contrast,
    Country,
    Dimension,
    Entry,
    Group,
    Level,
    MarketFigure,
    PayClaim,
    PayRemark,
    Question,
    Roadmap,
    Role,
    Source,
    Tool,
)
from content.quizzes import Quiz
from content.surveys import Survey, Titles
from content.tips import WeeklyTip

KINDS: dict[str, type[Entry]] = {
    "sources": Source,
    "groups": Group,
    "dimensions": Dimension,
    "levels": Level,
    "countries": Country,
    "backgrounds": Background,
    "roles": Role,
    "contrasts": Contrast,
    "pay": PayClaim,
    "remarks": PayRemark,
    "market": MarketFigure,
    "titles": Titles,
    "surveys": Survey,
    "categories": Category,
    "tools": Tool,
    "roadmaps": Roadmap,
    "faq": Question,
    "quiz": Quiz,
    "tips": WeeklyTip,
}
