"""The `crossroads` command line; the only module that connects the bot with the adapters."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli import bootstrap, streams
from bot.cli.content import content, new
from bot.cli.database import db

if TYPE_CHECKING:
    from aiohttp.web_routedef import AbstractRouteDef

    from adapters.slack import SlackSettings
    from bot.app import App
    from bot.ops.health import Check
    from bot.ops.settings import Settings
    from bot.ops.shutdown import Shutdown
    from bot.reply import Outcome, Reply

# Imports are in the functions that need them, so that a command loads only what it uses.
# ruff: noqa: PLC0415

EXIT_REFUSED, EXIT_OUTAGE = 1, 69  # 69 is EX_UNAVAILABLE of sysexits.h
DEFAULT_SLACK_PORT = 3000  # for Slack's requests, unless CROSSROADS_HTTP_PORT is set


def _preview_on_discord(reply: "Reply") -> str:
    """Return the text of *reply* in Discord's markdown."""
    from adapters.discord.rendering.render import preview_text

    return preview_text(reply)


def _preview_on_slack(reply: "Reply") -> str:
    """Return the text of *reply* in Slack's markup."""
    from adapters.slack.rendering.preview import preview_text

    return preview_text(reply)


PREVIEWS = {"discord": _preview_on_discord, "slack": _preview_on_slack}


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="crossroads")
@click.pass_context
def cli(context: click.Context) -> None:
    """Compare AI Engineers and ML Engineers: pay, skills, tools and hiring."""
    bootstrap.import_structlog()
    if context.invoked_subcommand is None:
        context.invoke(chat)


@cli.command()
@click.pass_context
def run(context: click.Context) -> None:
    """Start the bot on each platform that has a token. Without a token, chat in this terminal."""
    from adapters.shared.contract import ConfigurationError
    from bot.cli import reload
    from bot.ops.shutdown import Shutdown

    settings = bootstrap.load_settings()
    if settings.discord_token is None and not settings.serves_slack:
        context.invoke(chat)
        return
    shutdown = Shutdown()
    app = bootstrap.create_app(settings, quiet=False, previews=PREVIEWS)
    try:
        again = bootstrap.run_and_close(app, _serve(app, settings, shutdown))
    except ConfigurationError as error:
        bootstrap.exit_misconfigured(str(error))
    shutdown.hold_signals()
    if again and not shutdown.requested:
        reload.restart_process()


async def _serve(app: "App", settings: "Settings", shutdown: "Shutdown") -> bool:
    """Serve every platform that has a token; return True if the bot must restart with new content.

    When one platform ends, the others finish their answers and end, too.
    """
    from bot.cli.reload import ContentReloader

    slack = _slack_settings(settings)
    stop = asyncio.Event()
    reload = ContentReloader(settings.content_dir, stop)
    shutdown.set_on_signal(stop)
    with bootstrap.single_instance(settings.database_address()):
        await bootstrap.open_database(app)
        async with _http_server(app, *_http_port_and_routes(settings, slack)):
            services = tuple(_services(app, settings, slack, stop))
            bootstrap.freeze_gc()
            await bootstrap.run_together(services, stop)
    return reload.restart_wanted


def _slack_settings(settings: "Settings") -> "SlackSettings | None":
    """Return the settings for Slack, or None if it isn't set up."""
    if not settings.serves_slack:
        return None
    from adapters.slack import SlackSettings

    return SlackSettings.of(settings)


def _http_port_and_routes(
    settings: "Settings", slack: "SlackSettings | None"
) -> "tuple[int | None, Sequence[AbstractRouteDef]]":
    """Return the HTTP port (None: no server) and the routes for Slack's requests."""
    routes = slack.routes() if slack else ()
    return settings.http_port or (DEFAULT_SLACK_PORT if routes else None), routes


@asynccontextmanager
async def _http_server(
    app: "App", port: int | None, routes: "Sequence[AbstractRouteDef]"
) -> AsyncIterator[None]:
    """Run the HTTP server during the block, unless *port* is None."""
    if port is None:
        yield
        return
    from adapters import http

    async with http.serve(app, port, routes):
        yield


def _services(
    app: "App", settings: "Settings", slack: "SlackSettings | None", stop: asyncio.Event
) -> Iterator[Coroutine[Any, Any, None]]:
    if settings.discord_token is not None:
        from adapters import discord

        token = settings.discord_token.get_secret_value()
        shards = settings.shard_range()
        base, reads_messages = settings.discord_api_base, settings.discord_mentions
        yield discord.serve(app, token, base, stop, shards, reads_messages=reads_messages)
    if slack is not None:
        from adapters.slack import serve

        yield serve(app, slack, stop)
    from bot.tips.scheduler import TipScheduler

    yield TipScheduler(app).run(stop)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--live", is_flag=True, help="Ask the bot that's already running on this machine.")
def doctor(*, as_json: bool, live: bool) -> None:
    """Check everything the bot needs, and say how to fix problems.

    Exits with 1 if something is broken, and with 0 if there are only warnings.
    """
    from bot.cli import doctor_report
    from bot.ops import health, logging

    settings = bootstrap.load_settings()
    logging.configure(settings.log_format, quiet=True)
    if not live:
        found = asyncio.run(health.run_checks(_doctor_checks(settings), health.DOCTOR_TIMEOUT))
    elif settings.http_port is None:
        bootstrap.exit_misconfigured(
            "I can't ask the running bot without a port. Set CROSSROADS_HTTP_PORT."
        )
    else:
        found = doctor_report.ask_running_bot(settings.http_port)
    click.echo(doctor_report.format_json(found) if as_json else doctor_report.format_text(found))
    sys.exit(EXIT_REFUSED if health.worst_state(found.values()) is health.State.BROKEN else 0)


def _doctor_checks(settings: "Settings") -> "dict[str, Check]":
    """Return a dict from names to checks: of the machine and of every platform that has a token."""
    from bot.community import health as community
    from bot.ops import doctor
    from bot.tips import health as tips

    checks, app = doctor.checks(settings), bootstrap.build_app_if_valid(settings)
    reach: dict[str, tips.ConnectPlatform] = {}
    if settings.discord_token is not None:
        from adapters import discord

        access = settings.discord_token.get_secret_value(), settings.discord_api_base
        checks |= discord.checks(*access, app)
        reach["discord"] = partial(discord.open_platform, *access)
    if settings.slack_bot_token is not None:
        from adapters import slack

        checks |= slack.doctor_checks(slack.SlackSettings.of(settings))
        reach["slack"] = partial(slack.open_platform, slack.SlackSettings.of(settings))
    if app is not None:
        checks["tips"] = tips.offline_check(app, settings.database_address(), reach)
        hidden = community.offline_check(app.content, settings.database_address())
        checks["hidden statements"] = hidden
    return checks


@cli.command()
@click.pass_context
def setup(context: click.Context) -> None:
    """Ask for each platform's tokens, check them and write .env here."""
    from adapters import discord, slack
    from bot.cli.setup import run_setup

    settings = bootstrap.load_settings()
    guides = (discord.guide(settings.discord_api_base), slack.setup_guide(settings.slack_api_base))
    if asyncio.run(run_setup(guides, Path(".env"))):
        click.echo("\nChecking everything:")
        context.invoke(doctor, as_json=False, live=False)


@cli.command()
def chat() -> None:
    """Chat in this terminal, or answer each line of a pipe."""
    from adapters import terminal

    settings = bootstrap.load_settings()
    app = bootstrap.create_app(settings, previews=PREVIEWS)
    bootstrap.freeze_gc()
    with bootstrap.exit_on_interrupt():
        bootstrap.run_and_close(app, terminal.chat(app, settings.data_dir / "terminal-history"))


@cli.command()
@click.argument("line", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the platform-neutral reply as JSON.")
@click.option(
    "--as",
    "platform",
    type=click.Choice(["discord", "slack"]),
    help="Print the payloads for this platform.",
)
def ask(line: tuple[str, ...], *, as_json: bool, platform: str | None) -> None:
    """Answer one LINE, such as: crossroads ask "salary ml senior"."""
    from adapters import terminal
    from bot.reply import Outcome

    typed = " ".join(line)
    if not typed.strip():
        raise click.UsageError("You didn't ask anything. Try: crossroads ask 'compare ai ml'")
    app = bootstrap.create_app(bootstrap.load_settings(), previews=PREVIEWS)
    with bootstrap.exit_on_interrupt():
        if platform or as_json:
            answer = _print_json(app, typed, platform)
        else:
            answer = terminal.ask(app, typed, sys.stdout)
        outcome = bootstrap.run_and_close(app, answer)
    sys.exit({Outcome.DONE: 0, Outcome.OUTAGE: EXIT_OUTAGE}.get(outcome, EXIT_REFUSED))


@cli.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="The port to listen on. By default, any free port.",
)
@click.option("--no-open", is_flag=True, help="Only print the address.")
@click.option(
    "--database",
    type=click.Path(dir_okay=False, resolve_path=True, path_type=Path),
    help=(
        "A SQLite file to use and keep. By default, the data is deleted when you stop the "
        "playground."
    ),
)
@click.option(
    "--content",
    "content_dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with your own content, like CROSSROADS_CONTENT_DIR.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    help="The local address to listen on.",
)
@click.option("--allow-remote", is_flag=True, help="Allow other machines to connect.")
def playground(  # noqa: PLR0913  # one parameter per option
    *,
    port: int,
    no_open: bool,
    database: Path | None,
    content_dir: Path | None,
    host: str,
    allow_remote: bool,
) -> None:
    """Try the bot on Discord and Slack in a local web page, without a token."""
    from adapters.web import LOOPBACK

    if host not in LOOPBACK and not allow_remote:
        raise click.UsageError(
            f"Others could reach {host} and act as a moderator. Confirm that with --allow-remote."
        )
    if host not in LOOPBACK:
        click.echo("Warning: anyone with the address below can act as a moderator here.", err=True)
    if database is not None and not database.parent.is_dir():
        raise click.UsageError(f"The folder {database.parent} doesn't exist. Create it first.")
    settings = bootstrap.load_settings()
    if content_dir is not None:
        settings = settings.model_copy(update={"content_dir": content_dir})
    with bootstrap.exit_on_interrupt():
        asyncio.run(_serve_playground(settings, database, host, port, opens=not no_open))


async def _serve_playground(
    settings: "Settings", database: Path | None, host: str, port: int, *, opens: bool
) -> None:
    """Serve the playground until the process gets a signal."""
    from adapters import web
    from adapters.discord.playground import DiscordPane
    from adapters.http import CannotListen
    from adapters.slack.playground import SlackPane
    from bot.cli.playground import Clock, open_playground
    from bot.ops import logging
    from bot.ops.shutdown import Shutdown
    from content import ContentError

    def create_panes(app: "App", clock: Clock) -> "Iterator[web.Pane]":
        yield DiscordPane(app, clock)
        yield SlackPane(app, clock)

    logging.configure(settings.log_format, quiet=True)
    stop = asyncio.Event()
    Shutdown().set_on_signal(stop)
    try:
        async with (
            open_playground(settings, create_panes, database, stop, PREVIEWS) as opened,
            web.serve(opened, host, port, stop) as address,
        ):
            click.echo(f"The playground is at {address}\nPress Ctrl-C to stop it.")
            if opens:
                click.launch(address)
            await stop.wait()
    except CannotListen as error:
        bootstrap.exit_misconfigured(f"Can't use port {port} on {host}: {error}.")
    except ContentError as error:
        bootstrap.exit_misconfigured(str(error))


@cli.group()
def discord() -> None:
    """Set up Discord."""


@discord.command()
@click.argument("application", required=False, type=int)
def invite(application: int | None) -> None:
    """Print the link that adds the bot to a server.

    APPLICATION is the application's id from the developer portal. By default, it's the one that
    DISCORD_TOKEN belongs to.
    """
    from adapters.discord import application_id, invite_url
    from adapters.shared.contract import ConfigurationError

    settings = bootstrap.load_settings()
    token = settings.discord_token.get_secret_value() if settings.discord_token else ""
    try:
        found = application or application_id(token)
    except ConfigurationError as error:
        bootstrap.exit_misconfigured(str(error))
    click.echo(invite_url(found))


@cli.group(name="slack")
def slack_group() -> None:
    """Set up Slack."""


@slack_group.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of YAML.")
@click.option("--url", help="The bot's public address, for HTTP instead of Socket Mode.")
@click.option(
    "--install", help="The bot's public address, so that other workspaces can install it."
)
@click.option(
    "--history",
    is_flag=True,
    help="Let the bot check whether a tip was posted if Slack's response is lost.",
)
@click.option(
    "--all", "every_command", is_flag=True, help="List every command, not just the common ones."
)
def manifest(
    *, as_json: bool, url: str | None, install: str | None, history: bool, every_command: bool
) -> None:
    """Print the app manifest to paste at api.slack.com/apps."""
    import yaml

    from adapters import slack

    if any(each is not None and not each.startswith("https://") for each in (url, install)):
        raise click.UsageError("Slack only calls https:// addresses, so start yours with https://.")
    app = bootstrap.create_app(bootstrap.load_settings())
    made = slack.create_manifest(app, url, install, history=history, every_command=every_command)
    if as_json:
        click.echo(json.dumps(made, ensure_ascii=False, indent=2))
    else:
        click.echo(yaml.safe_dump(made, allow_unicode=True, sort_keys=False), nl=False)


@slack_group.command()
def key() -> None:
    """Print a new key for CROSSROADS_SECRET_KEYS."""
    from adapters.slack.oauth.encryption import generate_key

    click.echo(generate_key())


async def _print_json(app: "App", line: str, platform: str | None) -> "Outcome":
    """Print the reply to *line* as platform-neutral JSON, or as the payloads of *platform*.

    Return the outcome of the command.
    """
    from adapters.terminal.client import LOCAL_CALLER
    from bot.reply import to_json

    reply = await app.handle_line(line, LOCAL_CALLER)
    printed = to_json(reply)
    if platform:
        from adapters import discord, slack

        payloads = {"discord": discord.payloads, "slack": slack.preview_payloads}[platform]
        printed = payloads(app, line, reply)
    click.echo(json.dumps(printed, ensure_ascii=False, indent=2))
    return reply.outcome


for group in (content, new, db):
    cli.add_command(group)


def main() -> None:
    """Run the `crossroads` command line, and exit with the code of the command."""
    with bootstrap.start_without_gc(), streams.standard_streams():
        cli(prog_name="crossroads")
