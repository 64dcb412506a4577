"""Which roles there is something to say about: some stand in the pay survey only."""

from content import Content, Role


def with_tools(content: Content) -> tuple[Role, ...]:
    """Give the roles for which a source names any tool."""
    named = {need.role for tool in content.tools.values() for need in tool.needs}
    return tuple(role for role in content.roles.values() if role.id in named)


def with_plans(content: Content) -> tuple[Role, ...]:
    """Give the roles to which a plan leads."""
    reached = {plan.role for plan in content.roadmaps.values()}
    return tuple(role for role in content.roles.values() if role.id in reached)


def with_interviews(content: Content) -> tuple[Role, ...]:
    """Give the roles for which a source tells what candidates are asked."""
    return tuple(role for role in content.roles.values() if role.interview)


def with_claims(content: Content) -> tuple[Role, ...]:
    """Give the roles for which a source claims a pay figure, a survey's groups aside."""
    paid = {role for claim in content.pay.values() for role in claim.roles}
    return tuple(role for role in content.roles.values() if role.id in paid)
