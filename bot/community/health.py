"""The check of hidden statements for `crossroads doctor`."""

from bot.community.statements import find_statement
from bot.formatting import pluralize
from bot.ops.health import Check, Finding, ok, warning
from content import Content
from storage import HiddenStatement, SchemaTooNew, Store, StoreUnavailable, inspect

_MAX_LISTED = 20
_REMEDY = (
    "The bot tells those communities' moderators. They can show the statements again with "
    "“answers hidden”."
)


def offline_check(content: Content, url: str) -> Check:
    """Return a check that lists what communities hide; it works without the running bot."""

    async def check() -> Finding:
        try:
            inspection = await inspect(url)
            if inspection.exists and inspection.revision == inspection.expected_revision:
                async with await Store.open(url) as store:
                    return await check_hidden(store, content)
        except (StoreUnavailable, SchemaTooNew):  # the check of the database reports it
            pass
        return ok("not checked: the database has to be readable and up to date first")

    return check


async def check_hidden(store: Store, content: Content) -> Finding:
    """Return a finding that lists the statements that communities hide.

    It is a warning if the content has changed a statement since, so that it is shown.
    """
    found = await store.hidden.list_all()
    if not found:
        return ok("no community has hidden a statement")
    lines = [await _describe(store, each, content) for each in found[:_MAX_LISTED]]
    if len(found) > _MAX_LISTED:
        lines.append(f"and {len(found) - _MAX_LISTED} more")
    says = f"{pluralize(len(found), 'statement')} hidden: {'; '.join(lines)}"
    is_changed = any(_is_changed(each, content) for each in found)
    return warning(says, _REMEDY) if is_changed else ok(says)


async def _describe(store: Store, hidden: HiddenStatement, content: Content) -> str:
    communities = " and ".join(await store.queues.list_communities(hidden.queue))
    changed = ", changed since" if _is_changed(hidden, content) else ""
    return f"{hidden.entry} in {communities} ({hidden.reason}{changed})"


def _is_changed(hidden: HiddenStatement, content: Content) -> bool:
    return find_statement(content, hidden.entry, hidden.text) is None
