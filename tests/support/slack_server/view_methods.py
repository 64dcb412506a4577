"""The methods views.*, and the effects of acknowledging a submitted modal."""

import secrets
from copy import deepcopy
from typing import Any

from slack_server.method_registry import method, parsed_arguments, with_block_ids
from slack_server.validation import check_view, pinged_names
from slack_server.world import ApiError, Json, Trigger, View, World

STACK = 3  # the maximum of views in a stack (docs: surfaces/modals)


@method("views.open", takes_json=True)
def open_view(world: World, args: Json) -> Json:
    trigger = _trigger(world, args)
    view = make_view(world, trigger.user, args.get("view"), origin=args["trigger_id"])
    trigger.used = True
    _close(world, trigger.user)
    world.stacks[trigger.user] = [view]
    return {"view": view.as_json()}


@method("views.push", takes_json=True)
def push_view(world: World, args: Json) -> Json:
    trigger = _trigger(world, args)
    stack = world.stacks[trigger.user]
    if not stack or not trigger.view:
        raise ApiError("invalid_trigger_id")
    view = push_onto_stack(world, stack, args.get("view"), args["trigger_id"])
    trigger.used = True
    return {"view": view.as_json()}


@method("views.update", takes_json=True)
def update_view(world: World, args: Json) -> Json:
    view = _open_view(world, args)
    _unchanged(view, args)
    change_view(world, view, args.get("view"))
    return {"view": view.as_json()}


@method("views.publish", takes_json=True)
def publish(world: World, args: Json) -> Json:
    (user,) = parsed_arguments(args, "user_id")
    if user not in world.users:
        raise ApiError("user_not_found")
    home = world.homes.get(user)
    if home is None:
        home = world.homes[user] = make_view(world, user, args.get("view"), kind="home")
    else:
        _unchanged(home, args)
        change_view(world, home, args.get("view"))
    return {"view": home.as_json()}


def submit_view(world: World, view: View, answer: Json, trigger: str) -> None:
    """Do what the acknowledgement of a submission asks for; an empty one closes the modal."""
    action = answer.get("response_action")
    stack = world.stacks[view.user]
    if action == "errors":
        _check_errors(view, answer.get("errors"))
    elif action == "update":
        change_view(world, view, answer.get("view"))
        view.origin = trigger
        world.opened[trigger] = view
    elif action == "push":
        push_onto_stack(world, stack, answer.get("view"), trigger)
    elif action == "clear":
        _close(world, view.user)
    elif action is not None:
        raise ApiError("invalid_response_action", [f"[ERROR] {action}"])
    elif stack and stack[-1] is view:
        stack.pop().open = False
    world.news.notify()


def make_view(world: World, user: str, body: Any, *, origin: str = "", kind: str = "modal") -> View:
    """Return a new view with *body*; raise ApiError if it isn't valid."""
    body = _checked(world, body, kind)
    view = View(f"V{world.number()}", user, body, _hash(), origin=origin, team=world.team)
    world.views[view.id] = world.opened[origin] = view
    world.news.notify()
    return view


def push_onto_stack(world: World, stack: list[View], body: Any, trigger: str) -> View:
    """Open a new modal on top of the stack."""
    if len(stack) >= STACK:
        raise ApiError("push_limit_reached")
    below = stack[-1]
    view = make_view(world, below.user, body, origin=trigger)
    view.root, view.previous = below.root or below.id, below.id
    stack.append(view)
    return view


def change_view(world: World, view: View, body: Any) -> None:
    """Replace the content of *view* by *body*; fields that stay keep their values."""
    view.body = _checked(world, body, view.body["type"])
    view.hash = _hash()
    view.updates += 1
    kept = {block["block_id"] for block in view.blocks}
    view.values = {name: each for name, each in view.values.items() if name in kept}
    world.news.notify()


def _checked(world: World, body: Any, kind: str) -> Json:
    if world.strict:
        check_view(body, world.pictures())
        world.unsafe_mentions += pinged_names(body)
        _check_scope_of_files(world, body)
    if body["type"] != kind:
        raise ApiError("invalid_arguments", [f"[ERROR] must be a {kind} [json-pointer:/view/type]"])
    checked: Json = deepcopy(body)
    return checked | {"blocks": with_block_ids(world, body["blocks"])}


def _check_scope_of_files(world: World, body: Json) -> None:
    """Raise ApiError if a view asks for files, and the app may not read them.

    The docs say only that file_input needs the scope files:read; the error is a guess.
    """
    kinds = {block.get("element", {}).get("type") for block in body["blocks"]}
    if "file_input" in kinds and "files:read" not in world.scopes:
        raise ApiError("invalid_arguments", ["[ERROR] file_input requires files:read"])


def _check_errors(view: View, errors: Any) -> None:
    names = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    is_valid = isinstance(errors, dict) and errors and set(errors) <= names
    if not is_valid or not all(isinstance(each, str) and each for each in errors.values()):
        raise ApiError(
            "invalid_errors", ["[ERROR] each key must be the block_id of an input block"]
        )


def _trigger(world: World, args: Json) -> Trigger:
    (name,) = parsed_arguments(args, "trigger_id")
    trigger = world.triggers.get(name)
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger.used:
        raise ApiError("exchanged_trigger_id")
    if trigger.expires < world.now():
        raise ApiError("expired_trigger_id")
    return trigger


def _open_view(world: World, args: Json) -> View:
    wanted, external = args.get("view_id"), args.get("external_id")
    for view in world.views.values():
        named = wanted == view.id or (external and external == view.body.get("external_id"))
        if named and view.open:
            return view
    raise ApiError("not_found")


def _unchanged(view: View, args: Json) -> None:
    if args.get("hash") not in {None, "", view.hash}:
        raise ApiError("hash_conflict")


def _close(world: World, user: str) -> None:
    while world.stacks[user]:
        world.stacks[user].pop().open = False


def _hash() -> str:
    return secrets.token_hex(6)
