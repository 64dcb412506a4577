"""Discord's rules for the body of a message, and a check if it may notify people."""

from dataclasses import dataclass, field

from discord_server.component_rules import check_components, check_url
from discord_server.errors import ApiError, Json, Validator

EPHEMERAL, LOADING, SILENT, V2 = 1 << 6, 1 << 7, 1 << 12, 1 << 15
SUPPRESS_EMBEDS = 1 << 2
SETTABLE = EPHEMERAL | SILENT | V2 | SUPPRESS_EMBEDS
MOST_CONTENT, MOST_EMBED_TEXT = 2000, 6000
MOST_FILE = 10 * 2**20
"""The maximum size of an attachment in bytes."""


@dataclass
class Upload:
    """One file of a multipart body or of a message."""

    filename: str
    content: bytes
    description: str | None = None
    id: int = 0


@dataclass
class Body:
    """A request's JSON, and its files by their number."""

    json: Json
    files: dict[int, Upload] = field(default_factory=dict)


def check_message(form: Validator, message: Json, files: set[str]) -> None:
    """Check a message's new state; `files` are the names of all its attachments."""
    flags = form.number(message, "flags", 0, 2**53) or 0
    form.text(message, "content", 0, MOST_CONTENT, required=False)
    form.flag(message, "tts")
    check_embeds(form, message)
    check_mentions(form, message)
    v2 = bool(flags & V2)
    components = form.items(message, "components", 0, 40)
    check_components(form.at("components"), components, v2=v2, files=files)
    if v2:
        for legacy in ("content", "embeds", "poll", "sticker_ids"):
            if message.get(legacy):
                form.at(legacy).wrong(
                    "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                    f"The '{legacy}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
                )
    form.refuse_if_wrong()
    shown = str(message.get("content") or "").strip() or message.get("embeds")
    if not (shown or message.get("poll") or (components if v2 else files | non_empty(components))):
        raise ApiError(400, 50006, "Cannot send an empty message")


def non_empty(components: list[Json]) -> set[str]:
    """Return a non-empty set if there are components, because rows alone make a valid message."""
    return {"rows"} if components else set()


def check_flags(form: Validator, body: Json) -> None:
    """Check the flags, of which a bot may set only a few."""
    flags = form.number(body, "flags", 0, 2**53) or 0
    if flags & ~SETTABLE:
        form.at("flags").wrong("BASE_TYPE_CHOICES", f"Flags {flags & ~SETTABLE} can't be set")


def check_embeds(form: Validator, message: Json) -> None:
    total = 0
    for index, embed in enumerate(form.items(message, "embeds", 0, 10)):
        here = form.at("embeds", index)
        texts = [
            here.text(embed, "title", 0, 256, required=False),
            here.text(embed, "description", 0, 4096, required=False),
        ]
        for number, entry in enumerate(here.items(embed, "fields", 0, 25)):
            at = here.at("fields", number)
            texts += [at.text(entry, "name", 1, 256), at.text(entry, "value", 1, 1024)]
        for part, key, high in (("footer", "text", 2048), ("author", "name", 256)):
            if (inner := here.within(embed, part)) is not None:
                texts.append(here.at(part).text(inner, key, 1, high))
        for part in ("image", "thumbnail"):
            here.within(embed, part)
        if embed.get("url") is not None:
            check_url(here, embed, "url")
        here.number(embed, "color", 0, 0xFFFFFF)
        total += sum(len(text) for text in texts if text)
    if total > MOST_EMBED_TEXT:
        form.at("embeds").wrong(
            "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MOST_EMBED_TEXT}"
        )


def check_mentions(form: Validator, message: Json) -> None:
    """Check that allowed mentions don't name a kind and also single ids of that kind."""
    mentions = form.within(message, "allowed_mentions")
    if mentions is None:
        return
    here, parse = form.at("allowed_mentions"), mentions.get("parse") or []
    for index, kind in enumerate(parse):
        if kind not in {"roles", "users", "everyone"}:
            here.at("parse", index).wrong(
                "BASE_TYPE_CHOICES", "Value must be one of {'roles', 'users', 'everyone'}."
            )
    for kind in ("users", "roles"):
        if len(mentions.get(kind) or []) > 100:
            here.at(kind).wrong("BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")
        if kind in parse and mentions.get(kind):
            here.wrong("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", f'parse:["{kind}"] and {kind}')


def may_ping(body: Json) -> bool:
    """Return True if a visible body may notify people: allowed_mentions is absent or not empty."""
    if not any(body.get(key) for key in ("content", "embeds", "components")):
        return False
    mentions = body.get("allowed_mentions")
    if not isinstance(mentions, dict):
        return True
    return any(mentions.get(key) for key in ("parse", "users", "roles", "replied_user"))


def resolve_attachments(form: Validator, body: Body, kept: list[Upload]) -> list[Upload]:
    """Return a message's attachments after a request: those it keeps and those uploaded.

    `kept` are its present ones; all of them stay unless the body lists attachments.
    """
    declared = body.json.get("attachments")
    for number, file in body.files.items():
        if len(file.content) > MOST_FILE:
            raise ApiError(413, 40005, "Request entity too large")
        if declared is None:
            continue
        if not any(str(entry.get("id")) == str(number) for entry in declared):
            form.at("attachments").wrong("ATTACHMENT_NOT_DECLARED", f"files[{number}]")
    if declared is None:
        return [*kept, *body.files.values()]
    old, attachments = {str(upload.id): upload for upload in kept}, []
    for index, entry in enumerate(form.items(body.json, "attachments", 0, 10)):
        here, key = form.at("attachments", index), str(entry.get("id"))
        description = here.text(entry, "description", 0, 1024, required=False)
        new = body.files.get(int(key)) if key.isdigit() else None
        upload = new or old.get(key)
        if upload is None:
            here.at("id").wrong("ATTACHMENT_NOT_FOUND", f"No file or attachment has the id {key}")
            continue
        attachments.append(
            Upload(
                str(entry.get("filename") or upload.filename),
                upload.content,
                description or upload.description,
                upload.id,
            )
        )
    return attachments
