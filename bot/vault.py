"""Secrets at rest: encrypted with the first of the admin's keys, readable with any of them."""

from collections.abc import Iterable

# Imports stand in the functions that need them: most bots have nothing to encrypt.
# ruff: noqa: PLC0415


class DecryptionError(Exception):
    """None of the keys opens it."""


class TokenCipher:
    """Encrypts and authenticates: what somebody changed in the database does not open."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Take Fernet keys; raises ValueError where one is none."""
        from cryptography.fernet import Fernet, MultiFernet

        boxes = [Fernet(key) for key in keys]
        self._first, self._all = MultiFernet(boxes[:1]), MultiFernet(boxes)

    def encrypt(self, secret: str) -> str:
        """Encrypt."""
        return self._first.encrypt(secret.encode()).decode()

    def decrypt(self, token: str, max_age: int | None = None) -> str:
        """Decrypt; raises Locked, also for what is older than *seconds*."""
        from cryptography.fernet import InvalidToken

        try:
            return self._all.decrypt(token.encode(), ttl=max_age).decode()
        except InvalidToken as error:
            raise DecryptionError from error

    def uses_current_key(self, token: str) -> bool:
        """Tell whether the first key opens it."""
        from cryptography.fernet import InvalidToken

        try:
            self._first.decrypt(token.encode())
        except InvalidToken:
            return False
        return True


def generate_key() -> str:
    """Make a key."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()
