"""The ways in which pay can be looked at."""

from enum import StrEnum


class View(StrEnum):
    """What a pay answer puts in front; without a level it is the ladder, else the claims."""

    LADDER = "ladder"
    COUNTRIES = "countries"
    TREND = "trend"
    CLAIMS = "claims"
    REMARKS = "remarks"
