"""The offer to set up weekly tips, which a community's moderators get once, privately."""

from bot.app import App
from bot.call import Caller
from bot.errors import Outage
from bot.reply import Actions, Outcome, Paragraph, Reply
from bot.tips.context import SETUP_ACTION, log

_OFFERED = "offered-tips"  # the preference of communities that had the offer
_SETTING_UP = frozenset({SETUP_ACTION.call.command, "schedule-start"})
_TEXT = "Weekly tips aren't set up here yet. You fill in one form, and you'll see a preview first."


async def offer_setup(app: App, reply: Reply, caller: Caller, *, is_private: bool) -> Reply:
    """Return *reply* with the offer if it is the first private one to a moderator of a community.

    A community that has a schedule gets no offer, and a reply of one sentence carries none. Of
    several moderators who act at the same time, one gets it.
    """
    community = caller.community
    is_answer = reply.outcome is Outcome.DONE and bool(reply.nodes)
    is_wanted = is_answer and is_private and caller.moderator
    if not (is_wanted and community and app.has_storage) or app.offered_setup.get(community):
        return reply
    try:
        is_due = await _claim_offer(app, community)
    except Outage as outage:  # the next reply tries again
        log.warning("tips not offered", detail=outage.message)
        return reply
    app.offered_setup.put(community, value=True)
    if not is_due or any(each.call.command in _SETTING_UP for each in reply.actions()):
        return reply
    # First, because the last nodes of a long reply are on its second page.
    nodes = (Paragraph(_TEXT), Actions((SETUP_ACTION,)), *reply.nodes)
    rest = (reply.buttons, reply.more, reply.outcome, reply.return_to)
    return Reply(reply.answer, nodes, *rest, why=reply.why)


async def _claim_offer(app: App, community: str) -> bool:
    """Store that a community had the offer; return False if it had it, or has a schedule."""
    async with app.storage() as store:
        queue = await store.queues.get_or_create(community)
        if await store.schedules.list_for_queue(queue):
            return False
        return await store.preferences.add(community, _OFFERED, "yes")
