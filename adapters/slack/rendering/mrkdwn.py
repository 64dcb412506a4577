"""Rich text as a text object, for sections and small print, which can't hold rich text.

Mrkdwn can't escape its markup, so prose with characters that Slack would read as markup has none.
"""

import re
from collections.abc import Sequence

from adapters.shared.sanitize import sanitize
from adapters.slack.rendering.rich_text import Json, plain_text_object

_MAX_LENGTH = 1_500  # characters, half of what a section may have
_MARKUP = re.compile(r"[*_~`|]|:[\w+'-]+:|^[>•]|[\ufffd]", re.MULTILINE)
_MARKS = {"bold": "*", "italic": "_", "code": "`"}
# Slack reads a mark only between these characters; "" is the start or the end of the text.
_BEFORE, _AFTER = frozenset(("", " ", "\n", "(", "“")), frozenset(("", *" \n.,;:!?)”"))


def to_text_object(elements: Sequence[Json]) -> Json | None:
    """Return rich text *elements* as a text object, plain if there is no markup in them.

    Return None if they are empty or too long, or if mrkdwn would show them differently.
    """
    plain = all(each["type"] == "text" and not each.get("style") for each in elements)
    parts = [each["text"] if plain else _to_mrkdwn(each) for each in elements]
    shown = [part for part in parts if part is not None]
    text = "".join(shown)
    if len(shown) < len(parts) or not 0 < len(text) <= _MAX_LENGTH:
        return None
    if plain:
        return plain_text_object(text)
    literal = "".join(map(_literal_text, elements))
    if _MARKUP.search(literal) or not _marks_apply(elements, shown):
        return None
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def escape(text: str) -> str:
    """Escape the characters in *text* that Slack would read as a mention or a link."""
    return sanitize(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mark(element: Json) -> str:
    """Return a rich text element for moderators to read: a style as a mark, the rest as it is."""
    text = str(element.get("text") or element.get("fallback") or element.get("url", ""))
    marks = "".join(sign for style, sign in _MARKS.items() if element.get("style", {}).get(style))
    url = element.get("url", text)
    return f"{text} ({url})" if url != text else f"{marks}{text}{marks[::-1]}"


def _to_mrkdwn(element: Json) -> str | None:
    match element["type"]:
        case "text":
            return _to_marked_text(element["text"], element.get("style", {}))
        case "link" if not element.get("style"):
            label = element.get("text", "")
            shown = f"|{escape(label).replace('|', '¦')}" if label else ""
            return f"<{_escape_url(element['url'])}{shown}>"
        case "channel":
            return f"<#{element['channel_id']}>"
        case "date":
            return f"<!date^{element['timestamp']}^{element['format']}|{element['fallback']}>"
    return None


def _to_marked_text(text: str, style: Json) -> str | None:
    if not style:
        return escape(text)
    if len(style) > 1 or text.strip() != text or "\n" in text or "`" in text:
        return None
    (name,) = style
    return f"{_MARKS[name]}{escape(text)}{_MARKS[name]}"


def _literal_text(element: Json) -> str:
    """Return the text of *element* in which Slack would read markup."""
    is_code = element.get("style", {}).get("code")
    return " " if is_code else str(element.get("text", ""))


def _marks_apply(elements: Sequence[Json], shown: Sequence[str]) -> bool:
    """Return whether Slack reads the marks around each styled element as marks."""
    around = zip(elements, ("", *shown), (*shown[1:], ""), strict=False)
    return all(
        before[-1:] in _BEFORE and after[:1] in _AFTER
        for element, before, after in around
        if element.get("style")
    )


def _escape_url(url: str) -> str:
    return re.sub(r"[\s<>|]", lambda found: f"%{ord(found[0]):02X}", sanitize(url))
