"""Refusals for roles on which the content has less, such as those that only a survey names."""

from collections.abc import Callable, Iterable

from bot.call import Call
from bot.errors import Refusal
from bot.formatting import join_words
from bot.reply import Action
from content import Content, Role

# What the content may have on a role: a noun, and the call that shows it.
_TOPICS: dict[str, tuple[str, Callable[[Content], Iterable[Role]], str]] = {
    "roadmap": ("a plan", Content.roles_with_plans, "to"),
    "interview": ("interview questions", Content.roles_with_interviews, "role"),
    "tools": ("tools", Content.roles_with_tools, "role"),
}
_MAX_OTHERS = 2


def role_is_missing(content: Content, role: Role, what: str, command: str) -> Refusal:
    """Return the Refusal that says that the content has no *what* for *role*, but what it has.

    *what* is a noun such as "tools". The buttons lead to the role's pay and to *command* for roles
    that it has an answer for.
    """
    known = [noun for noun, roles, _ in _TOPICS.values() if role in roles(content)]
    known += ["pay"] if _has_pay(content, role) else []
    also = f" They do cover {join_words(known)}." if known else ""
    actions = [Action("See its pay", Call("salary", {"role": role.id}))] if "pay" in known else []
    _, roles, argument = _TOPICS[command]
    actions += [
        Action(each.name, Call(command, {argument: each.id}))
        for each in list(roles(content))[:_MAX_OTHERS]
    ]
    return Refusal(f"None of our sources has {what} for {role.name}s.{also}", *actions)


def _has_pay(content: Content, role: Role) -> bool:
    groups = (group for survey in content.surveys.values() for group in survey.groups)
    return any(role.id in claim.roles for claim in content.pay.values()) or any(
        group.role == role.id for group in groups
    )
