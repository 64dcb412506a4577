"""A conversation of follow-ups, and what the answer to each of its lines must say."""

FOLLOW_UP_TALK = {
    "salary ml senior": "Senior ML Engineers in the US: $180K–$240K",
    "and in the UK?": "Senior ML Engineers in the UK: median £111K",
    "what about AI?": "Senior AI Engineers in the UK: median £70K",
    "why?": "p10 £50K",
    "in euros?": "I don't convert pay between currencies.",
    "and mid in the US?": "Mid-level AI Engineers in the US",
    "what about tools?": "a must for AI Engineers",
    "and ML?": "a must for ML Engineers",
}
ASKED_BACK = "United Kingdom: which role?"
