"""Likeness of questions: which ones mean the same, apart from small words."""

import hashlib

from bot.language.retrieval.terms import extract_terms
from content import Content

_LENGTH = 16  # hexadecimal digits


def fingerprint(question: str, content: Content) -> str:
    """Return a hash of the stems of the words of *question*, or "" if it has none that count."""
    del content
    words = " ".join(sorted(set(extract_terms(question))))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:_LENGTH] if words else ""
