"""The playground's server takes the bot's posts and responses as Discord does."""

import json
from datetime import timedelta

import pytest
from discord_playground import SATURDAY
from discord_server.errors import Json

from adapters.discord.playground.interactions import interaction
from adapters.discord.playground.mentions import insert_mentions
from adapters.discord.playground.platform import PlaygroundPlatform
from adapters.discord.playground.responses import Played, PlaygroundResponses, ResponseType
from adapters.discord.playground.world import GUILD_ID, Channel, Member, World
from adapters.discord.responses import PayloadRejected, TooLate
from bot.errors import Outage, Refusal
from bot.platform import NotFound, PermissionDenied
from bot.reply import Reply

SERVER, TIP = f"discord:{GUILD_ID}", Reply("Read the posting twice.")
GONE = "discord:5"


@pytest.fixture
def world() -> World:
    return World(lambda: SATURDAY)


@pytest.fixture
def platform(world: World) -> PlaygroundPlatform:
    return PlaygroundPlatform(world, {})


@pytest.fixture
def general(world: World) -> Channel:
    return next(iter(world.channels.values()))


@pytest.fixture
def mia(world: World) -> Member:
    return world.members["member"]


def id_of(world: World, name: str) -> str:
    """Return the id of a role."""
    return next(f"discord:role/{each.id}" for each in world.roles if each.name == name)


async def test_a_post_is_sent_once_and_found_again(
    platform: PlaygroundPlatform, world: World, general: Channel
) -> None:
    place, role = f"discord:{general.id}", id_of(world, "Tip readers")
    assert platform.can_notify(role)
    assert not platform.can_notify("discord:role/5")
    sent = await platform.post(place, TIP, "key", role)
    assert await platform.post(place, TIP, "key", role) == sent
    [message] = general.messages
    assert message.components[0]["content"] == f"<@&{role.rpartition('/')[2]}>"
    before, after = SATURDAY - timedelta(hours=1), SATURDAY + timedelta(hours=1)
    assert await platform.find_post(place, "key", before) == sent
    assert await platform.find_post(place, "key", after) is None
    assert await platform.find_post(place, "other", before) is None
    link = await platform.message_link(place, sent)
    assert link == f"https://discord.com/channels/{GUILD_ID}/{general.id}/{message.id}"


async def test_a_post_is_edited_pinned_and_gets_one_thread(
    platform: PlaygroundPlatform, world: World, general: Channel
) -> None:
    place = f"discord:{general.id}"
    sent = await platform.post(place, TIP, "key")
    [message] = general.messages
    await platform.edit_post(place, sent, Reply("Gone."))
    assert message.edited
    assert "Gone." in str(message.components)
    await platform.pin(place, sent)
    assert message.pinned
    await platform.unpin(place, sent)
    assert not message.pinned
    for _ in range(2):
        await platform.create_thread(place, sent, "A thread" * 20)
    [thread] = [each for each in world.channels.values() if each.parent == general.id]
    assert len(thread.name) == 100
    inside = await platform.post(f"discord:{thread.id}", TIP, "key")
    with pytest.raises(PermissionDenied):
        await platform.create_thread(f"discord:{thread.id}", inside, "A thread in a thread")
    missing = await platform.missing_permissions(
        f"discord:{thread.id}", pins=True, threads=True, mention=None
    )
    assert "can't have threads" in missing[0]


async def test_what_is_gone_is_not_found(
    platform: PlaygroundPlatform, world: World, general: Channel, mia: Member
) -> None:
    place, own = f"discord:{general.id}", await platform.post(f"discord:{general.id}", TIP, "key")
    posted = platform.public_message(place, own)
    await posted.delete()
    assert general.messages == []
    theirs = f"discord:{world.post(general, mia, 'Hello').id}"
    with pytest.raises(PermissionDenied, match="isn't mine"):
        await platform.edit_post(place, theirs, TIP)
    await platform.unpin(place, own)
    for request in (
        posted.delete(),
        platform.post(GONE, TIP, "key"),
        platform.pin(place, own),
        platform.edit_post(place, own, TIP),
        platform.create_thread(place, own, "Thread"),
        platform.channel_info(GONE),
        platform.list_channels(GONE),
        platform.community_name(GONE),
        platform.send_direct_message(GONE, TIP),
    ):
        with pytest.raises(NotFound):
            await request


async def test_the_server_and_the_chat_have_names(
    platform: PlaygroundPlatform, world: World, general: Channel, mia: Member
) -> None:
    names = [each.name for each in await platform.list_channels(SERVER)]
    assert names == ["general", "career-chat", "tips", "mod-notes"]
    assert await platform.community_name(SERVER) == "Career server"
    assert (await platform.channel_info(f"discord:{general.id}")).community == SERVER
    sent = await platform.send_direct_message(f"discord:{mia.id}", TIP)
    assert sent.is_direct
    assert (await platform.channel_info(sent.channel)).name == "direct messages"
    assert "/@me/" in await platform.message_link(sent.channel, sent.message)
    [message] = world.chat(mia).messages
    assert not world.sees(world.members["moderator"], world.chat(mia))
    assert f"discord:{message.id}" == sent.message


@pytest.mark.parametrize("name", ["@everyone", "Moderators", "Crossroads", "gone"])
async def test_a_role_above_the_bot_is_not_given(
    platform: PlaygroundPlatform, world: World, mia: Member, name: str
) -> None:
    role = "discord:role/5" if name == "gone" else id_of(world, name)
    with pytest.raises(Refusal, match="no longer exists" if name == "gone" else "not allowed"):
        await platform.give_role(SERVER, f"discord:{mia.id}", role)
    assert mia.roles == set()
    with pytest.raises(Refusal, match="not a member"):
        await platform.give_role(SERVER, GONE, id_of(world, "AI engineers"))


def test_names_become_mentions(world: World, mia: Member) -> None:
    tips = next(each.id for each in world.channels.values() if each.name == "tips")
    readers = id_of(world, "Tip readers").rpartition("/")[2]
    written = "#tips #nowhere @Mia Member, @Tip readers @everyone me@example.com #1"
    mentions = f"<#{tips}> #nowhere <@{mia.id}>, <@&{readers}> @everyone me@example.com #1"
    assert insert_mentions(written, world) == mentions


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        (2, ResponseType.UPDATE),
        (2, ResponseType.CHOICES),
        (3, ResponseType.UPDATE),
        (3, ResponseType.DEFERRED_UPDATE),
        (4, ResponseType.MESSAGE),
        (5, ResponseType.MODAL),
    ],
)
async def test_a_response_that_does_not_fit_is_rejected(
    world: World, general: Channel, mia: Member, kind: int, response: ResponseType
) -> None:
    responses = PlaygroundResponses(world)
    played = expected(responses, world, Played(mia, general), kind)
    with pytest.raises(PayloadRejected):
        await respond(responses, played, response)
    assert general.messages == []
    assert not played.answered.is_set()


async def test_only_the_first_response_to_a_known_interaction_counts(
    world: World, general: Channel, mia: Member
) -> None:
    responses = PlaygroundResponses(world)
    played = expected(responses, world, Played(mia, general), 2)
    original = f"/webhooks/1/{played.payload['token']}/messages/@original"
    with pytest.raises(PayloadRejected):
        await responses.send("PATCH", original, '{"components": []}', (), 1)
    with pytest.raises(PayloadRejected):
        await responses.send("DELETE", original, "{}", (), 1)
    for _ in range(2):
        await respond(responses, played, ResponseType.MESSAGE)
    assert len(general.messages) == 1
    responses.give_up(played)
    for sent in (played, Played(mia, general, payload=played.payload | {"token": "forged"})):
        with pytest.raises(TooLate):
            await respond(responses, sent, ResponseType.MESSAGE)
    with pytest.raises(Outage):
        await responses.fetch_text({"id": "1", "filename": "tips.txt", "size": 1})


async def test_a_deleted_message_is_not_updated(
    world: World, general: Channel, mia: Member
) -> None:
    responses, message = PlaygroundResponses(world), world.post(general, world.bot)
    played = expected(responses, world, Played(mia, general, message), 3)
    general.messages.remove(message)
    with pytest.raises(PayloadRejected):
        await respond(responses, played, ResponseType.UPDATE)


def expected(responses: PlaygroundResponses, world: World, played: Played, kind: int) -> Played:
    data: Json = {}
    payload = interaction(world, played.member, played.channel, played.source, type=kind, data=data)
    played.payload = payload
    responses.expect(played)
    return played


async def respond(responses: PlaygroundResponses, played: Played, kind: ResponseType) -> None:
    path = f"/interactions/{played.payload['id']}/{played.payload['token']}/callback"
    await responses.send(
        "POST", path, json.dumps({"type": kind, "data": {"components": []}}), (), 1
    )
