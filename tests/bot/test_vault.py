"""Secrets at rest: which keys open them, and what does not open at all."""

import pytest

from bot.vault import Locked, Vault, new_key

OLD, NEW, OTHER = new_key(), new_key(), new_key()


def test_what_one_key_closed_opens_with_it_and_with_no_other() -> None:
    kept = Vault([OLD]).closed("a token")
    assert "token" not in kept
    assert kept != Vault([OLD]).closed("a token")
    assert Vault([OLD]).opened(kept) == Vault([NEW, OLD]).opened(kept) == "a token"
    with pytest.raises(Locked):
        Vault([OTHER]).opened(kept)


def test_the_first_key_is_the_current_one() -> None:
    kept = Vault([OLD]).closed("a token")
    assert Vault([OLD, NEW]).is_current(kept)
    assert not Vault([NEW, OLD]).is_current(kept)


@pytest.mark.parametrize("where", [0, 20, -4])
def test_what_somebody_changed_does_not_open(where: int) -> None:
    kept = list(Vault([OLD]).closed("a token"))
    kept[where] = "A" if kept[where] != "A" else "B"
    with pytest.raises(Locked):
        Vault([OLD]).opened("".join(kept))


def test_what_is_too_old_does_not_open() -> None:
    kept = Vault([OLD]).closed("a state")
    assert Vault([OLD]).opened(kept, seconds=60) == "a state"
    with pytest.raises(Locked):
        Vault([OLD]).opened(kept, seconds=-1)


@pytest.mark.parametrize("wrong", ["", "short", "x" * 44])
def test_what_is_no_key_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="key"):
        Vault([wrong])
