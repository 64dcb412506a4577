"""Encryption of tokens with the admin's keys: the first encrypts, and any of them decrypts."""

from collections.abc import Iterable

# cryptography is imported in functions, because most bots have nothing to encrypt.
# ruff: noqa: PLC0415


class DecryptionError(Exception):
    """A token can't be decrypted: none of the keys fits, or the token is older than allowed."""


class TokenCipher:
    """Encrypts tokens, and authenticates them so that a changed token can't be decrypted.

    *keys* are Fernet keys; ValueError is raised if one is invalid.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        from cryptography.fernet import Fernet, MultiFernet

        fernets = [Fernet(key) for key in keys]
        self._first, self._all = MultiFernet(fernets[:1]), MultiFernet(fernets)

    def encrypt(self, secret: str) -> str:
        """Return *secret* encrypted with the first key."""
        return self._first.encrypt(secret.encode()).decode()

    def decrypt(self, token: str, max_age: int | None = None) -> str:
        """Return *token* decrypted with any of the keys.

        Raise DecryptionError if no key fits, or if *token* is older than *max_age* seconds.
        """
        from cryptography.fernet import InvalidToken

        try:
            return self._all.decrypt(token.encode(), ttl=max_age).decode()
        except InvalidToken as error:
            raise DecryptionError from error

    def uses_current_key(self, token: str) -> bool:
        """Return True if *token* is encrypted with the first key."""
        from cryptography.fernet import InvalidToken

        try:
            self._first.decrypt(token.encode())
        except InvalidToken:
            return False
        return True


def generate_key() -> str:
    """Return a new random Fernet key."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()
