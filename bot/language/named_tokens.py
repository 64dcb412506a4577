"""The names in a line's tokens, each looked up once for all commands."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.language import thresholds
from bot.language.argument_types import amounts
from bot.language.asides import find_aside, may_begin_aside
from bot.language.name_index import NamedValue, NameIndexFactory, NameRegistry, normalize
from bot.language.tokens import Token, join_tokens

Found = tuple[int, NamedValue[Any]]
"""The number of tokens that name a value, and the value."""


class NamedTokens:
    """Tokens of a line, with the values that they name from each position on."""

    __slots__ = ("_asides", "_found", "_phrases", "_plain", "_registry", "tokens")

    def __init__(self, tokens: Sequence[Token], registry: NameRegistry) -> None:
        """Look up the names of *registry* in *tokens* when they are asked for."""
        self.tokens, self._registry = tokens, registry
        self._phrases: dict[int, list[str]] = {}  # of one token, of two and so on
        self._found: dict[tuple[int, NameIndexFactory], Found | None] = {}
        self._asides: dict[int, tuple[int, str] | None] = {}
        self._plain: list[bool] | None = None

    def list_beginning(
        self, at: int, names: tuple[NameIndexFactory, ...]
    ) -> tuple[NameIndexFactory, ...]:
        """Return those of *names* of which one may begin with the token at *at*."""
        if at >= len(self.tokens):
            return ()
        return self._registry.list_beginning(names, self.tokens[at].text)

    def find(self, at: int, names: NameIndexFactory) -> Found | None:
        """Return the longest of *names* that the tokens from *at* on make, or None.

        One of them must begin with the token at *at*.
        """
        key = at, names
        if key not in self._found:
            self._found[key] = self._look_up(at, names)
        return self._found[key]

    def find_aside(self, at: int) -> tuple[int, str] | None:
        """Return the number of tokens and the text of the aside from *at* on, or None."""
        if at not in self._asides:
            self._asides[at] = find_aside_in(self.tokens[at : at + thresholds.MAX_TYPO_TOKENS])
        return self._asides[at]

    def _look_up(self, at: int, names: NameIndexFactory) -> Found | None:
        index = self._registry.index_for(names)
        longest = None
        for count in range(1, thresholds.MAX_NAME_TOKENS + 1):
            text = self._phrase(at, count)
            if text is None or (count > 1 and not index.may_begin(text)):
                break
            if count > 1 and names is not amounts and not self._is_plain(at, count):
                break  # at a sign, such as a flag, which isn't part of a name
            found = index.lookup(text)
            longest = (count, found) if found is not None else longest
        return longest

    def _phrase(self, at: int, count: int) -> str | None:
        """Return *count* tokens from *at* on as text, or None if there aren't as many."""
        phrases = self._phrases.setdefault(at, [])
        if len(phrases) < count:
            tokens = self.tokens[at : at + count]
            if len(tokens) < count or tokens[-1].key:
                return None
            phrases.append(join_tokens(tokens))
        return phrases[count - 1]

    def _is_plain(self, at: int, count: int) -> bool:
        """Return True if all of *count* tokens from *at* on have letters or digits."""
        if self._plain is None:
            texts = (each.text for each in self.tokens)
            self._plain = [each.isalnum() or bool(normalize(each)) for each in texts]
        return all(self._plain[at : at + count])


def leading_phrases(tokens: Sequence[Token], longest: int) -> Iterator[tuple[int, str]]:
    """Yield (1, the first token), (2, the first two tokens joined by a space) and so on.

    Stop after *longest* tokens, or before a token with a ``key:``.
    """
    for count in range(1, min(longest, len(tokens)) + 1):
        if tokens[count - 1].key:
            return
        yield count, join_tokens(tokens[:count])


def find_aside_in(tokens: Sequence[Token]) -> tuple[int, str] | None:
    """Return the number of tokens and the text of the aside at the beginning, or None."""
    if not may_begin_aside(join_tokens(tokens[:1])):
        return None
    return find_aside(leading_phrases(tokens, thresholds.MAX_TYPO_TOKENS))
