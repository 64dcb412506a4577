"""The modals and Home tabs of the in-memory workspace."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.playground.workspace import ApiError, Trigger, View, Workspace
from adapters.slack.rendering.limits import MODAL_DEPTH
from adapters.slack.rendering.rich_text import Json

Arguments = Mapping[str, Any]

_MODAL, _HOME = "modal", "home"


def open_view(workspace: Workspace, args: Arguments) -> Json:
    """Open a modal in place of all that are open (views.open)."""
    trigger = _usable_trigger(workspace, args)
    view = workspace.new_view(trigger.user, args["view"], _MODAL)
    trigger.is_used = True
    workspace.views[trigger.user] = [view]
    workspace.changed()
    return {"view": view.as_json()}


def push_view(workspace: Workspace, args: Arguments) -> Json:
    """Open a modal above the one that is open (views.push)."""
    trigger = _usable_trigger(workspace, args)
    if not workspace.views[trigger.user] or not trigger.view:
        raise ApiError("invalid_trigger_id")
    view = push(workspace, trigger.user, args["view"])
    trigger.is_used = True
    return {"view": view.as_json()}


def update_view(workspace: Workspace, args: Arguments) -> Json:
    """Replace the content of an open modal (views.update)."""
    wanted = str(args.get("view_id"))
    is_open = (each for stack in workspace.views.values() for each in stack if each.id == wanted)
    view = next(is_open, None)
    if view is None:
        raise ApiError("not_found")
    _check_hash(view, args)
    workspace.change_view(view, args["view"])
    return {"view": view.as_json()}


def publish_home(workspace: Workspace, args: Arguments) -> Json:
    """Show a member's Home tab (views.publish)."""
    user = str(args.get("user_id"))
    if user not in workspace.users:
        raise ApiError("user_not_found")
    home = workspace.homes.get(user)
    if home is None:
        home = workspace.homes[user] = workspace.new_view(user, args["view"], _HOME)
        workspace.changed()
    else:
        _check_hash(home, args)
        workspace.change_view(home, args["view"])
    return {"view": home.as_json()}


def push(workspace: Workspace, user: str, body: Json) -> View:
    """Open a modal above those that are open, and return it; raise ApiError if there are three."""
    stack = workspace.views[user]
    if len(stack) >= MODAL_DEPTH:
        raise ApiError("push_limit_reached")
    view, below = workspace.new_view(user, body, _MODAL), stack[-1]
    view.root, view.previous = below.root or below.id, below.id
    stack.append(view)
    workspace.changed()
    return view


def apply_submission(workspace: Workspace, view: View, ack: Json) -> Mapping[str, str]:
    """Do what the acknowledgement of a submitted modal says; an empty one closes the modal.

    Return the errors to show at its fields, by block id. Raise ApiError if *ack* isn't valid.
    """
    stack = workspace.views[view.user]
    match ack.get("response_action"):
        case "errors":
            errors: Mapping[str, str] = ack["errors"]
            inputs = {each["block_id"] for each in view.blocks if each["type"] == "input"}
            if not errors or not set(errors) <= inputs:
                raise ApiError("invalid_errors")
            return errors
        case "update":
            workspace.change_view(view, ack["view"])
        case "push":
            push(workspace, view.user, ack["view"])
        case "clear":
            stack.clear()
        case None:
            if view in stack:
                stack.remove(view)
        case other:
            raise ApiError("invalid_response_action", str(other))
    workspace.changed()
    return {}


def _usable_trigger(workspace: Workspace, args: Arguments) -> Trigger:
    """Return the meaning of a trigger id, which may be used once within three seconds."""
    trigger = workspace.triggers.get(str(args.get("trigger_id")))
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger.is_used:
        raise ApiError("exchanged_trigger_id")
    if trigger.expires < workspace.now():
        raise ApiError("expired_trigger_id")
    return trigger


def _check_hash(view: View, args: Arguments) -> None:
    if args.get("hash") not in {None, "", view.hash}:
        raise ApiError("hash_conflict")
