"""Terminal adapter: an interactive chat, and the reply to a single line for scripts."""

from adapters.terminal.client import ask, chat
from adapters.terminal.render import render, to_svg, to_text

__all__ = ["ask", "chat", "render", "to_svg", "to_text"]
