"""Terminal adapter: `chat` for a conversation, and `ask` for the reply to one line in scripts."""

from adapters.terminal.client import ask, chat
from adapters.terminal.render import render, to_text

__all__ = ["ask", "chat", "render", "to_text"]
