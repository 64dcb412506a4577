"""Undocumented parts of slack_sdk and Bolt that we use, each with its reason."""

import logging
import re

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from adapters.shared.http_session import create_session

_MAX_LOG_CHARS = 300
_QUOTED_BODY = re.compile(r" \((?:\{|error: )")  # starts the body that a log line quotes


async def use_proxy_session(handler: AsyncSocketModeHandler) -> None:
    """Replace the Socket Mode client's HTTP session with one that obeys NO_PROXY.

    slack_sdk reads HTTP_PROXY and HTTPS_PROXY but not NO_PROXY, and its constructor takes no
    session. Without this, Socket Mode can't connect where Slack must be reached without the proxy.
    """
    await handler.client.aiohttp_client_session.close()
    handler.client.aiohttp_client_session = create_session()


def use_socket_url(handler: AsyncSocketModeHandler, url: str) -> None:
    """Make the first connection use *url*, which `apps.connections.open` returned.

    Otherwise slack_sdk requests a URL itself, and retries forever if the token is invalid. Because
    Slack allows about one such request a minute, requesting it twice could delay the start by 30 s.
    """
    handler.client.wss_uri = url


def quiet_logger(name: str) -> logging.Logger:
    """Return the logger *name*, set to write warnings as one line without members' texts.

    slack_sdk writes whole payloads and tracebacks to its log. Bolt warns that it ignores
    SLACK_BOT_TOKEN, which it finds in the environment; those lines are dropped.
    """
    logger = logging.getLogger(name)
    logger.setLevel(logging.WARNING)
    if not logger.filters:
        logger.addFilter(_shorten)
    return logger


def _shorten(record: logging.LogRecord) -> bool:
    message = _QUOTED_BODY.split(record.getMessage())[0]
    record.msg, record.args = message[:_MAX_LOG_CHARS].partition("\n")[0], ()
    record.exc_info = None
    return "will be ignored" not in record.msg and "will be unused" not in record.msg
