"""The bot's permissions in a channel: roles first, then overwrites, in Discord's order."""

from typing import Any

import pytest

from adapters.discord.permissions import channel_permissions, permission_names

VIEW, SEND, ADMIN, PIN = 1 << 10, 1 << 11, 1 << 3, 1 << 51
GUILD, ROLE, OTHER, ME, SOMEBODY = "500", "600", "400", "700", "800"


def overwrite(of: str, kind: int, *, allow: int = 0, deny: int = 0) -> dict[str, Any]:
    same = str(int(of))  # an equal but different object, as from Discord
    return {"id": same, "type": kind, "allow": str(allow), "deny": str(deny)}


def calculate(*overwrites: dict[str, Any], everyone: int = VIEW, role: int = 0) -> int:
    roles = {GUILD: everyone, ROLE: role, OTHER: ~0 & (1 << 50) - 1}
    guild = {
        "id": GUILD,
        "roles": [{"id": key, "permissions": str(bits)} for key, bits in roles.items()],
    }
    me = {"roles": [ROLE], "user": {"id": ME}}
    return channel_permissions(guild, me, {"permission_overwrites": list(overwrites)})


def test_permissions_are_those_of_everybody_and_of_the_bots_own_roles() -> None:
    assert calculate(everyone=VIEW, role=SEND) == VIEW | SEND
    assert calculate(everyone=VIEW | SEND, role=SEND) == VIEW | SEND
    assert calculate(everyone=0) == 0


@pytest.mark.parametrize("bits", [{"everyone": ADMIN}, {"role": ADMIN}])
def test_an_administrator_may_everything_whatever_is_overwritten(bits: dict[str, int]) -> None:
    may = calculate(overwrite(GUILD, 0, deny=ADMIN | PIN), **bits)
    assert may & PIN
    assert may & SEND
    assert may & 1


@pytest.mark.parametrize(
    ("overwrites", "expected"),
    [
        ([overwrite(GUILD, 0, deny=VIEW)], 0),
        ([overwrite(GUILD, 0, allow=SEND)], VIEW | SEND),
        ([overwrite(GUILD, 0, allow=VIEW)], VIEW),
        ([overwrite(ROLE, 0, deny=VIEW)], 0),
        ([overwrite(ROLE, 0, allow=PIN)], VIEW | PIN),
        ([overwrite(ME, 1, deny=VIEW)], 0),
        ([overwrite(ME, 1, allow=SEND)], VIEW | SEND),
        # overwrites of others, or of another type with the same id, don't count
        ([overwrite(OTHER, 0, deny=VIEW)], VIEW),
        ([overwrite(SOMEBODY, 1, deny=VIEW)], VIEW),
        ([overwrite("100", 1, deny=VIEW)], VIEW),
        ([overwrite("900", 0, deny=VIEW)], VIEW),
        ([overwrite(ME, 0, deny=VIEW)], VIEW),
        ([overwrite(ROLE, 1, deny=VIEW)], VIEW),
        # a role's overwrite takes precedence over @everyone's, and the bot's own over both
        ([overwrite(ROLE, 0, allow=VIEW), overwrite(GUILD, 0, deny=VIEW)], VIEW),
        ([overwrite(ROLE, 0, deny=VIEW), overwrite(GUILD, 0, allow=VIEW)], 0),
        ([overwrite(ME, 1, allow=VIEW), overwrite(ROLE, 0, deny=VIEW)], VIEW),
        ([overwrite(ME, 1, deny=VIEW), overwrite(ROLE, 0, allow=VIEW)], 0),
        # among roles, allow takes precedence over deny
        ([overwrite(ROLE, 0, allow=SEND, deny=SEND)], VIEW | SEND),
        ([overwrite(GUILD, 0, deny=SEND)], VIEW),
        ([], VIEW),
    ],
)
def test_overwrites_count_in_discords_order(
    overwrites: list[dict[str, Any]], expected: int
) -> None:
    assert calculate(*overwrites) == expected


def test_of_two_roles_what_one_allows_outweighs_what_the_other_denies() -> None:
    guild = {"id": GUILD, "roles": [{"id": GUILD, "permissions": "0"}]}
    me = {"roles": [ROLE, OTHER], "user": {"id": ME}}
    both = [overwrite(ROLE, 0, allow=SEND), overwrite(OTHER, 0, deny=SEND | VIEW)]
    for order in (both, both[::-1]):
        assert channel_permissions(guild, me, {"permission_overwrites": order}) == SEND


def test_a_channel_without_overwrites_has_the_servers_permissions() -> None:
    guild = {"id": GUILD, "roles": [{"id": GUILD, "permissions": str(VIEW)}]}
    me = {"roles": [], "user": {"id": ME}}
    for channel in ({}, {"permission_overwrites": None}):
        assert channel_permissions(guild, me, channel) == VIEW


def test_what_is_missing_is_named_as_discords_settings_do() -> None:
    assert permission_names(VIEW | PIN) == ["View Channel", "Pin Messages"]
    assert permission_names(SEND | 1 << 17) == [
        "Send Messages",
        "Mention @everyone, @here and All Roles",
    ]
    assert permission_names(1 << 38 | 1 << 16 | 1 << 35) == [
        "Send Messages in Threads",
        "Read Message History",
        "Create Public Threads",
    ]
    assert permission_names(0) == []
    assert permission_names(1 << 40) == []
