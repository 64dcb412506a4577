"""Download of the files that members send with a form."""

from collections.abc import Mapping
from typing import Any

import aiohttp

from adapters.slack.api_client import SlackApi
from adapters.slack.api_errors import Expired, PayloadRejected, SendError
from bot.attachment import MAX_BYTES, decode_file, too_large_refusal
from bot.errors import Outage

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_LOGIN_PAGE = "text/html"  # comes instead of the file if the token may not read it
_FAILED = "I couldn't get the file from Slack. Send it again in a minute, or paste its text."
_NOT_ALLOWED = (
    "Slack doesn't let me read files yet. Ask an admin to reinstall the app with the permission "
    "files:read. Until then, paste the text."
)


async def fetch_text(api: SlackApi, file_id: str) -> str:
    """Return the text of an uploaded file.

    Raise Refusal if the file is too large or isn't text, and Outage if the download fails.
    """
    file = await _describe(api, file_id)
    name, data = str(file.get("name") or file_id), bytearray()
    if int(file.get("size") or 0) > MAX_BYTES:
        raise too_large_refusal(name)
    url = str(file.get("url_private_download") or file.get("url_private") or "")
    headers = {"Authorization": f"Bearer {api.client.token}"}
    try:
        async with api.session.get(
            url, headers=headers, timeout=_TIMEOUT, raise_for_status=True
        ) as response:
            if response.content_type == _LOGIN_PAGE:
                raise Outage(_NOT_ALLOWED)
            async for chunk in response.content.iter_any():
                data += chunk
                if len(data) > MAX_BYTES:
                    break
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise Outage(_FAILED, detail=type(error).__name__) from error
    return decode_file(name, bytes(data))


async def _describe(api: SlackApi, file_id: str) -> Mapping[str, Any]:
    """Return Slack's JSON object for a file.

    It is looked up because the token is sent to its URL, which must not come from a form.
    """
    try:
        found: Mapping[str, Any] = (await api.call("files.info", file=file_id)).get("file") or {}
    except SendError as error:
        raise Outage(error.message, detail=error.detail) from error
    except (Expired, PayloadRejected) as error:
        raise Outage(_FAILED, detail=str(error)) from error
    return found
