"""Forms for the arguments that a call lacks, and what to do if a submitted one isn't complete."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from adapters.discord.commands import PLATFORM
from adapters.discord.rendering.components import encode_custom_id
from adapters.discord.rendering.limits import CODE_BLOCK
from adapters.discord.rendering.modals import Submission, render_form
from bot.app import App
from bot.call import Call, Caller
from bot.command import Command, Permission
from bot.forms import MAX_CHOICES, Form, asked_arguments, build_form, form_layout
from bot.presentation import Click, ClickKind, Presentation
from bot.reply import Action, ActionStyle, CodeBlock, Node, Outcome, Paragraph, Reply

_LONG = 100  # characters of a text that nobody wants to write again


async def modal_for(app: App, click: Click, caller: Caller) -> dict[str, Any] | None:
    """Return the JSON of the modal to fill in before the call of *click* can run.

    Return None if it needs none, if *caller* may not run it, or if it is too long for a custom_id.
    A click of kind FORM asks for what is left after another form. Raise Refusal or Outage if the
    values with which the modal opens can't be looked up.
    """
    is_rest = click.kind is ClickKind.FORM
    form = await (
        _rest_form(app, click.call, caller) if is_rest else app.form_for(click.call, caller)
    )
    if form is None or not form.fields:
        return None
    code = _form_id(form.call, click.origin)
    if code is None:
        form = await _form_with_all_fields(app, click.call, caller)
        code = _form_id(form.call, click.origin) if form else None
    return render_form(form, code, is_rest=is_rest) if form and code else None


def _form_id(call: Call, origin: Call | None) -> str | None:
    return encode_custom_id(Click(call, ClickKind.FORM, origin=origin))


async def _rest_form(app: App, call: Call, caller: Caller) -> Form | None:
    """Return an empty form for all arguments that *call* lacks, even if it could run without."""
    command = app.commands.get(call.command)
    if command is None or not command.allows(caller):
        return None
    options = {
        name: tuple(await app.suggest(call, name, "", caller, MAX_CHOICES))
        for name in asked_arguments(command, call, PLATFORM)
    }
    return build_form(command, call, {}, options, app.name_registry)


async def _form_with_all_fields(app: App, call: Call, caller: Caller) -> Form | None:
    """Return a form that opens with the values of *call* that are too long to remember."""
    asked = form_layout(app.commands[call.command]).fields
    kept = {name: value for name, value in call.args.items() if name not in asked}
    form = await app.form_for(Call(call.command, kept), caller)
    if form is None:
        return None
    fields = (replace(each, value=call.args.get(each.name, each.value)) for each in form.fields)
    return replace(form, fields=tuple(fields))


@dataclass(frozen=True, slots=True)
class OpensForm(Presentation):
    """The presentation of a reply to a form, with buttons that open a form for the rest."""

    opens: tuple[Call, ...] = ()  # the calls of those buttons

    def click(self, action: Action, reply: Reply) -> Click:
        """Return the click that *action* makes, which may be to open a form."""
        if action.call in self.opens:
            return Click(action.call, ClickKind.FORM, origin=self.origin)
        return Presentation.click(self, action, reply)

    def cache_key(self, reply: Reply) -> tuple[object, ...]:
        """Return what the pages of *reply* depend on, apart from it, as a key for a cache."""
        opens = tuple(each.to_line() for each in self.opens)
        return (*Presentation.cache_key(self, reply), opens)

    def custom_ids(self, reply: Reply) -> Iterator[str]:
        """Yield the custom_id of each button of *reply* that opens a form."""
        for action in reply.buttons:
            if action.call in self.opens:
                yield encode_custom_id(self.click(action, reply)) or ""


def offer_correction(app: App, submission: Submission, refusal: Reply) -> Reply:
    """Return *refusal*, the reply to *submission*, so that nothing that was written is lost.

    If it is about one argument, its first button asks for that again; show it with `OpensForm`.
    Long texts come back as a file.
    """
    call = submission.click.call
    command = app.commands.get(call.command)
    if command is None or not (refusal.argument or command.permission is Permission.EVERYONE):
        return refusal
    written = [value for value in call.args.values() if len(value) > _LONG]
    if written:
        nodes = (*refusal.nodes, Paragraph("Your text, to copy:"), _as_file("\n\n".join(written)))
        refusal = replace(refusal, nodes=nodes)
    if refusal.argument not in command.args:
        return refusal
    args = {name: value for name, value in call.args.items() if name != refusal.argument}
    [label] = _labels(app, command, {refusal.argument})
    action = _form_action(app, f"Correct {_uncapitalized(label)}", Call(call.command, args))
    return replace(refusal, buttons=(action, *refusal.buttons))


def ask_for_rest(app: App, submission: Submission) -> Reply | None:
    """Return a reply that asks for what *submission* lacks, or None if it lacks nothing.

    No form can be opened from a form, so the reply has a button that opens one. Show it
    with `OpensForm`.
    """
    call = submission.click.call
    command = app.commands.get(call.command)
    labels = _missing_labels(app, command, submission) if command else ()
    if not labels or command is None:
        return None
    verb = "is" if len(labels) == 1 else "are"
    answer = f"{_join(labels)} {verb} still missing, so nothing was changed."
    what = _uncapitalized(labels[0]) if len(labels) == 1 else "the rest"
    action = _form_action(app, f"Enter {what}", call)
    nodes: tuple[Node, ...] = (
        Paragraph("I kept your other answers. Use the button below to finish."),
    )
    if action.call != call:
        note = "Your other answers are too long to keep. Copy them, and open the form again:"
        nodes = (Paragraph(note), _as_file("\n\n".join(call.args.values())))
    return Reply(answer, nodes, buttons=(action,), outcome=Outcome.REFUSED)


def _form_action(app: App, label: str, call: Call) -> Action:
    """Return a button that opens a form for what *call* lacks, or for all if it is too long."""
    if _form_id(call, None) is not None:
        return Action(label, call, ActionStyle.PRIMARY)
    asked = form_layout(app.commands[call.command]).fields
    others = ((name, value) for name, value in call.args.items() if name not in asked)
    kept = {name: value for name, value in others if len(value) <= _LONG}  # a forged one is longer
    return Action("Open the form again", Call(call.command, kept), ActionStyle.PRIMARY)


def _missing_labels(app: App, command: Command, submission: Submission) -> tuple[str, ...]:
    call = submission.click.call
    uploaded = command.file_argument if submission.attachment else None
    missing = {*submission.others, *(command.required - call.args.keys() - {uploaded})}
    return _labels(app, command, missing)


def _labels(app: App, command: Command, names: Collection[str]) -> tuple[str, ...]:
    """Return the labels that the arguments *names* have in a form."""
    options = {name: () for name in command.args if name in names}
    form = build_form(command, Call(command.name), {}, options, app.name_registry)
    return tuple(each.label for each in form.fields)


def _uncapitalized(label: str) -> str:
    return label[:1].lower() + label[1:]


def _as_file(text: str) -> CodeBlock:
    """Return *text* as a code block that is long enough to be sent as a file."""
    return CodeBlock(text.ljust(CODE_BLOCK + 1))


def _join(labels: tuple[str, ...]) -> str:
    *first, last = labels
    return f"{', '.join(first)} and {last}" if first else last
