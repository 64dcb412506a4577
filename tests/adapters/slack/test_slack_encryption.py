"""Encrypted tokens: which keys decrypt them, and which tokens are refused."""

import pytest

from adapters.slack.oauth.encryption import DecryptionError, TokenCipher, generate_key

OLD, NEW, OTHER = generate_key(), generate_key(), generate_key()


def test_what_one_key_closed_opens_with_it_and_with_no_other() -> None:
    kept = TokenCipher([OLD]).encrypt("a token")
    assert "token" not in kept
    assert kept != TokenCipher([OLD]).encrypt("a token")
    assert TokenCipher([OLD]).decrypt(kept) == TokenCipher([NEW, OLD]).decrypt(kept) == "a token"
    with pytest.raises(DecryptionError):
        TokenCipher([OTHER]).decrypt(kept)


def test_the_first_key_is_the_current_one() -> None:
    kept = TokenCipher([OLD]).encrypt("a token")
    assert TokenCipher([OLD, NEW]).uses_current_key(kept)
    assert not TokenCipher([NEW, OLD]).uses_current_key(kept)


@pytest.mark.parametrize("where", [0, 20, -4])
def test_what_somebody_changed_does_not_open(where: int) -> None:
    kept = list(TokenCipher([OLD]).encrypt("a token"))
    kept[where] = "A" if kept[where] != "A" else "B"
    with pytest.raises(DecryptionError):
        TokenCipher([OLD]).decrypt("".join(kept))


def test_what_is_too_old_does_not_open() -> None:
    kept = TokenCipher([OLD]).encrypt("a state")
    assert TokenCipher([OLD]).decrypt(kept, max_age=60) == "a state"
    with pytest.raises(DecryptionError):
        TokenCipher([OLD]).decrypt(kept, max_age=-1)


@pytest.mark.parametrize("wrong", ["", "short", "x" * 44])
def test_what_is_no_key_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="key"):
        TokenCipher([wrong])
