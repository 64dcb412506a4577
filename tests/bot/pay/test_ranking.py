"""Rankings of two roles by published pay figures (claims)."""

from typing import Any

from bot.pay.ranking import find_pay_gaps
from content import PayClaim


def band(low: int, high: int, role: str, **fields: Any) -> PayClaim:
    known = {"id": "x", "level": "mid", "currency": "USD", "source": "one", "country": "us"}
    return PayClaim.model_validate(known | {"roles": [role], "low": low, "high": high} | fields)


def test_pay_gap_is_found_between_comparable_claims_of_one_source() -> None:
    lower, upper = band(100, 200, "ml"), band(110, 200, "ai")
    [gap] = find_pay_gaps([lower, upper], "ai", "ml")
    assert gap.higher is upper
    assert gap.lower is lower


def test_no_pay_gap_between_crossing_bands_or_different_sources() -> None:
    for other in (
        band(110, 190, "ai"),
        band(100, 200, "ai"),
        band(300, 400, "ai", source="two"),
        band(300, 400, "ai", level="senior"),
    ):
        assert not list(find_pay_gaps([band(100, 200, "ml"), other], "ai", "ml"))
