"""Download of the files that members send with a form."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.api_client import SlackApi
from adapters.slack.api_errors import FILE_FAILED, Expired, PayloadRejected, SendError
from bot.attachment import MAX_BYTES, decode_file, too_large_refusal
from bot.errors import Outage


async def fetch_text(api: SlackApi, file_id: str) -> str:
    """Return the text of an uploaded file.

    Raise Refusal if the file is too large or isn't text, and Outage if the download fails.
    """
    try:
        name, data = await _fetch(api, file_id)
    except SendError as error:
        raise Outage(error.message, detail=error.detail) from error
    except (Expired, PayloadRejected) as error:
        raise Outage(FILE_FAILED, detail=str(error)) from error
    return decode_file(name, data)


async def _fetch(api: SlackApi, file_id: str) -> tuple[str, bytes]:
    """Return the name and the content of a file; raise Refusal if it is too large.

    The file is looked up because the token is sent to its URL, which must not come from a form.
    """
    file: Mapping[str, Any] = (await api.call("files.info", file=file_id)).get("file") or {}
    name = str(file.get("name") or file_id)
    if int(file.get("size") or 0) > MAX_BYTES:
        raise too_large_refusal(name)
    url = str(file.get("url_private_download") or file.get("url_private") or "")
    return name, await api.download(url, MAX_BYTES + 1)
