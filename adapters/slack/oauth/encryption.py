"""Encrypts tokens with the first of the admin's keys, and decrypts with any of them."""

from collections.abc import Iterable

# Imported in functions: most bots have nothing to encrypt.
# ruff: noqa: PLC0415


class DecryptionError(Exception):
    """None of the keys decrypts the token, or it is too old."""


class TokenCipher:
    """Encrypts and authenticates: a token that was changed in the database isn't decrypted."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Use Fernet keys; raises ValueError for an invalid one."""
        from cryptography.fernet import Fernet, MultiFernet

        fernets = [Fernet(key) for key in keys]
        self._first, self._all = MultiFernet(fernets[:1]), MultiFernet(fernets)

    def encrypt(self, secret: str) -> str:
        """Encrypt with the first key."""
        return self._first.encrypt(secret.encode()).decode()

    def decrypt(self, token: str, max_age: int | None = None) -> str:
        """Decrypt; raises DecryptionError, also for a token older than *max_age* seconds."""
        from cryptography.fernet import InvalidToken

        try:
            return self._all.decrypt(token.encode(), ttl=max_age).decode()
        except InvalidToken as error:
            raise DecryptionError from error

    def uses_current_key(self, token: str) -> bool:
        """Return whether the first key decrypts *token*."""
        from cryptography.fernet import InvalidToken

        try:
            self._first.decrypt(token.encode())
        except InvalidToken:
            return False
        return True


def generate_key() -> str:
    """Return a new random key."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()
