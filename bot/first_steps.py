"""The five things that members are offered first: in help, on Home and in the bot's profile."""

from bot.call import Call
from bot.reply import Action, ActionStyle

FIRST_STEPS = (
    Action("Take the quiz", Call("quiz"), ActionStyle.PRIMARY),
    Action("Compare two roles", Call("compare")),
    Action("Look up pay", Call("salary")),
    Action("Ask a question", Call("ask")),
    Action("My results", Call("results")),
)
PROFILE = (
    "AI Engineer or ML Engineer? Get answers with sources.\n"
    "/quiz: which role fits you\n"
    "/compare: two roles side by side\n"
    "/salary: what a role earns\n"
    "/ask: anything about these careers\n"
    "/results: your quiz results"
)
"""The text of the bot's profile, where the platform has one."""
