"""The adapter's clients of Slack, with an in-memory workspace in place of HTTP."""

import json
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.api_client import SlackApi
from adapters.slack.api_errors import FILE_FAILED, Expired, PayloadRejected, SendError
from adapters.slack.playground.responses import use_response_url
from adapters.slack.playground.web_api import call_method
from adapters.slack.playground.workspace import ApiError, Workspace
from adapters.slack.rendering.rich_text import Json
from adapters.slack.setup.manifest import SCOPES

_OK = 200


class WorkspaceClient(AsyncWebClient):
    """Slack's SDK with the in-memory *workspace* in place of slack.com."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace

    async def api_call(self, api_method: str, **request: Any) -> AsyncSlackResponse:
        """Carry out a method of the Web API; raise SlackApiError if it fails."""
        args: Json = {}
        for place in ("params", "data", "json"):
            args |= request.get(place) or {}
        given = {name: value for name, value in args.items() if value is not None}
        try:
            answer = call_method(self._workspace, api_method, json.loads(json.dumps(given)))
        except ApiError as error:
            response = self._response(api_method, error.as_json())
            raise SlackApiError(error.code, response) from error  # type: ignore[no-untyped-call]
        return self._response(api_method, answer)

    async def files_upload_v2(self, **request: Any) -> AsyncSlackResponse:
        """Store the file in the workspace."""
        file = self._workspace.add_file(str(request["filename"]), bytes(request["file"]))
        answer = {"ok": True, "files": [{"id": file.id, "name": file.name}]}
        return self._response("files.completeUploadExternal", answer)

    def _response(self, method: str, data: Json) -> AsyncSlackResponse:
        return AsyncSlackResponse(
            client=self,
            http_verb="POST",
            api_url=method,
            req_args={},
            data=data,
            headers={"X-OAuth-Scopes": ",".join(SCOPES)},
            status_code=_OK,
        )


@dataclass(slots=True)
class WorkspaceApi(SlackApi):
    """The adapter's client of the in-memory *workspace*."""

    workspace: Workspace = field(kw_only=True)

    async def respond(self, url: str, body: Json, *, once: bool = False) -> None:
        """Send *body* to a response URL."""
        del once  # it arrives at the first attempt
        try:
            use_response_url(self.workspace, url, json.loads(json.dumps(body)))
        except ApiError as error:
            kind = Expired if error.code == "used_url" else PayloadRejected
            raise kind(str(error)) from error

    async def download(self, url: str, limit: int) -> bytes:
        """Return the content of a file that a member sent with a form."""
        del limit
        file = self.workspace.files.get(url.rpartition("/")[2])
        if file is None:
            raise SendError(FILE_FAILED, "file_not_found")
        return file.content

    def without_retries(self) -> SlackApi:
        """Return this client, because it never repeats a request."""
        return self


def create_api(workspace: Workspace) -> WorkspaceApi:
    """Return the adapter's client of *workspace*."""
    return WorkspaceApi(WorkspaceClient(workspace), workspace=workspace)
