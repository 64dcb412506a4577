"""Long questions: what a story asks, and numbers in it that aren't pay or experience."""

import re
from functools import lru_cache

from bot.language import thresholds

FUTURE_YEARS = re.compile(
    r"\b(?:(?:in|within|after)(?: (?:like|about|around|maybe))?"
    r"|(?:(?:in|over|within|for) )?the next)"
    r" \d+ (?:years|yrs)\b(?! of)",
    re.IGNORECASE,
)
"""Years that aren't anybody's experience: "in 5 years", but not "for 5 years"."""

_UNIT = r"(?:k|grand|thousand|euros?|dollars|pounds|lakhs?|lpa|usd|eur|gbp|cad|aud|chf|inr)"
_AMOUNT = (  # of a bounded length, because hostile questions have hundreds of digits
    rf"(?<![\d.,])(?:[$£€₹]?\d[\d.,]{{0,12}}[ \t]?(?:k[ \t]?)?{_UNIT}(?!\w)"
    r"|[$£€₹]\d[\d.,]{0,12}|\d\d[\d.,]{2,12})"
)
_COUNTED = (
    r"(?:users|people|members|followers|applications|applicants|employees|requests|tokens|images|"
    r"rows|lines|records|stars|emails|tickets|documents|customers|students|jobs|param\w*)"
)
_DEGREE = r"(?:more|less|extra|higher|lower|apart|raise|bump|increase|difference)"
_RATED = r"(?:or less|than (?:the |an? )?(?:average|market|median|usual|normal|most|what|that))"
_PRICED = r"(?:bootcamp|course|tuition|fees?|loan|debt|rent|mortgage)"
_PRICE_WORDS = r"(?:[ \t]+(?:for|costs?|costing|of|is|was|at|an?|my|in|month))"
NOT_PAY = re.compile(
    r"\b\d{1,3}[- ]years?[- ]olds?\b"
    r"|\bgrad(?:uate)? school\b"
    rf"|(?:{_AMOUNT}|\b\d{{1,4}})(?: ?/ ?| an? | per | each )(?:day|hour|hr|h)\b"
    rf"|{_AMOUNT}[ \t]+(?:daily|hourly)\b"
    rf"|{_AMOUNT}[ \t]+{_COUNTED}\b"
    rf"|{_AMOUNT}[ \t]+{_DEGREE}\b(?! {_RATED})"
    rf"|\b(?:another|extra|(?:difference|gap|raise|bump|increase) of)[ \t]+{_AMOUNT}"
    rf"|\b{_PRICED}{_PRICE_WORDS}*[ \t]+{_AMOUNT}"
    rf"|{_AMOUNT}{_PRICE_WORDS}*[ \t]+{_PRICED}\b",
    re.IGNORECASE,
)
"""Words that aren't anybody's yearly pay or experience: "40k more than me", "550/day"."""

_CUT = " … "
_SENTENCE_END = re.compile(  # not after "Ph.D." or "e.g."
    r"(?<![Ss]t\.)(?<![Vv]s\.)(?<!\b\w\.\w\.)(?<!Ph\.D\.)(?<=[.?!])\s+"
)
_ASKING_WORD = (
    r"(?:how|what|what.?s|which|is|are|do|does|can|could|should|will|would|who|where|when|why)\b"
)
_ASKING = re.compile(_ASKING_WORD, re.IGNORECASE)
_NEXT_QUESTION = re.compile(
    rf"(?:[,;](?:[ ]and)?|[ ](?:and|plus))(?:[ ](?:also|then))?[ ]+(?={_ASKING_WORD})",
    re.IGNORECASE,
)


def split_questions(text: str) -> list[str]:
    """Return the questions in *text*: "how much do they earn and do I need a PhD" has two."""
    parts = (
        part for each in _SENTENCE_END.split(text.strip()) for part in _NEXT_QUESTION.split(each)
    )
    long = (each for each in parts if len(each.split()) >= thresholds.MIN_QUESTION_TOKENS)
    return [each for each in long if _ASKING.match(each) or each.endswith("?")]


@lru_cache(maxsize=4)  # a question is searched for, and its asides are read
def pick_question(text: str) -> str:
    """Return the sentences of *text* that ask something: a story may precede them.

    Without a question mark, it's the last sentence of a long text, or all of a short one.
    """
    sentences = _SENTENCE_END.split(text.strip())
    asking = [each for each in sentences if each.endswith("?")]
    if not asking and len(text.split()) > thresholds.MAX_SHORT_WORDS:
        asking = sentences[-1:]
    return " ".join(asking or sentences)


def fit_question(text: str, limit: int) -> str:
    """Return *text*, or its beginning and what it asks in the end if it is longer than *limit*."""
    if len(text) <= limit:
        return text
    half = limit // 2 - len(_CUT)
    asked = pick_question(text)
    start = text[:half].rpartition(" ")[0] or text[:half]
    end = asked if len(asked) <= half and asked not in start else text
    if len(end) > half:
        end = end[-half:].partition(" ")[2] or end[-half:]
    return f"{start}{_CUT}{end}"
