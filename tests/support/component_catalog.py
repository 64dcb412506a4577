"""One of each of Discord's components and Slack's blocks, with the forms of markdown."""

from adapters.web import Json

PNG = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
FILES = [{"id": "F1", "name": "chart.png", "url": PNG, "alt": "A chart"}]

DISCORD_MARKDOWN = """# Big
## Middle
### Small
-# Subtext
**bold** *italic* __underline__ ~~strike~~ ||spoiler|| `code` ***both*** \\*escaped\\*
[a link](https://example.com/x) <https://example.com/y> https://example.com/z
<@2> <@&9> <#12> </tips add:123> <t:1780000000:f> <t:1780000000:R> @everyone <:smile:1>
> a quote
> of two lines
- one
- two
  - nested
1. first
2. second
```py
print("fenced")
```
end"""


def text(content: str) -> Json:
    return {"type": 10, "content": content}


def button(style: int, label: str, **more: object) -> Json:
    known = {"url": "https://example.com"} if style == 5 else {"custom_id": label}
    return {"type": 2, "style": style, "label": label, **known, **more}


OPTIONS = [
    {"label": "First", "value": "1", "description": "The first one", "emoji": {"name": "🌱"}},
    {"label": "Second", "value": "2"},
]
MEDIA = {"url": "attachment://chart.png"}
DISCORD_MESSAGE = {
    "flags": 32768,
    "components": [
        text(DISCORD_MARKDOWN),
        {
            "type": 17,
            "accent_color": 0x2A9D8F,
            "components": [
                text("In a container"),
                {
                    "type": 9,
                    "components": [text("A section with a button")],
                    "accessory": button(2, "Beside"),
                },
                {
                    "type": 9,
                    "components": [text("A section with a thumbnail")],
                    "accessory": {"type": 11, "media": MEDIA, "description": "A thumbnail"},
                },
                {"type": 14, "divider": True, "spacing": 1},
                {"type": 12, "items": [{"media": MEDIA, "description": "A picture"}]},
                {"type": 14, "divider": False, "spacing": 2},
                {"type": 13, "file": {"url": "attachment://chart.png"}},
            ],
        },
        {"type": 17, "spoiler": True, "components": [text("A hidden container")]},
        {
            "type": 1,
            "components": [
                button(1, "Primary"),
                button(2, "Secondary"),
                button(3, "Success"),
                button(4, "Danger"),
                button(5, "Link"),
            ],
        },
        {
            "type": 1,
            "components": [
                button(2, "Off", disabled=True),
                button(2, "Emoji", emoji={"name": "🎓"}),
                {"type": 2, "style": 6, "sku_id": "1"},
            ],
        },
        *(
            {"type": 1, "components": [{"type": kind, "custom_id": f"s{kind}", **more}]}
            for kind, more in (
                (3, {"options": OPTIONS, "placeholder": "One of two"}),
                (3, {"options": OPTIONS, "placeholder": "Both", "max_values": 2}),
                (5, {}),
                (6, {}),
                (7, {}),
                (8, {"channel_types": [0]}),
            )
        ),
    ],
}
CHOICES = [{"label": "Yes", "value": "y", "description": "Do it"}, {"label": "No", "value": "n"}]
DISCORD_FORM = {
    "title": "Everything in a form",
    "custom_id": "form",
    "components": [
        text("Some **text** first"),
        *(
            {"type": 18, "label": f"{label}", "description": f"Hint: {label}", "component": each}
            for label, each in (
                ("Short", {"type": 4, "custom_id": "short", "style": 1, "max_length": 20}),
                ("Long", {"type": 4, "custom_id": "long", "style": 2, "required": False}),
                ("Select", {"type": 3, "custom_id": "select", "options": OPTIONS}),
                ("User", {"type": 5, "custom_id": "user", "required": False}),
                ("Role", {"type": 6, "custom_id": "role", "required": False}),
                ("Anyone", {"type": 7, "custom_id": "anyone", "required": False}),
                ("Channel", {"type": 8, "custom_id": "channel", "required": False}),
                ("Upload", {"type": 19, "custom_id": "file", "required": False}),
                ("Radio", {"type": 21, "custom_id": "radio", "options": CHOICES}),
                ("Boxes", {"type": 22, "custom_id": "boxes", "options": CHOICES}),
                ("Agree", {"type": 23, "custom_id": "agree"}),
            )
        ),
    ],
}


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def mrkdwn(words: str) -> Json:
    return {"type": "mrkdwn", "text": words}


def option(name: str) -> Json:
    return {"text": plain(name), "value": name.lower(), "description": plain(f"The {name}")}


def element(kind: str, **more: object) -> Json:
    return {"type": kind, "action_id": kind, **more}


SLACK_OPTIONS = [option("First"), option("Second")]
SELECTS: tuple[tuple[str, Json], ...] = (
    ("static_select", {"options": SLACK_OPTIONS}),
    ("static_select", {"option_groups": [{"label": plain("Group"), "options": SLACK_OPTIONS}]}),
    ("external_select", {"min_query_length": 0}),
    ("users_select", {}),
    ("conversations_select", {}),
    ("channels_select", {}),
    ("multi_static_select", {"options": SLACK_OPTIONS}),
    ("multi_external_select", {}),
    ("multi_users_select", {}),
    ("multi_conversations_select", {}),
    ("multi_channels_select", {}),
)
SLACK_MARKDOWN = (
    "*bold* _italic_ ~strike~ `code` <https://example.com|a link> <@2> <#12> <!here> "
    "<!subteam^9> <!date^1780000000^{date_short} at {time}|then> 1 &lt; 2 &amp; 3 a*b*c\n"
    "&gt; a quote\n```fenced```"
)


def rich(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def word(words: str, **style: bool) -> Json:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def bullets(words: str, indent: int, **more: object) -> Json:
    made = {"type": "rich_text_list", "style": "bullet", "indent": indent}
    return {**made, "elements": [rich(word(words))], **more}


RICH_TEXT = {
    "type": "rich_text",
    "elements": [
        rich(
            word("bold ", bold=True),
            word("italic ", italic=True),
            word("strike ", strike=True),
            word("code", code=True),
            word(" under", underline=True),
            {"type": "link", "url": "https://example.com", "text": "a link"},
            {"type": "user", "user_id": "2"},
            {"type": "usergroup", "usergroup_id": "9"},
            {"type": "channel", "channel_id": "12"},
            {"type": "broadcast", "range": "here"},
            {"type": "emoji", "name": "seedling", "unicode": "1f331"},
            {"type": "date", "timestamp": 1780000000, "format": "{date_long}", "fallback": "then"},
            {"type": "color", "value": "#2a9d8f"},
        ),
        bullets("outer", 0),
        bullets("inner", 1),
        bullets("numbered", 0, style="ordered", offset=2),
        {"type": "rich_text_quote", "elements": [word("quoted")]},
        {"type": "rich_text_preformatted", "elements": [word("monospaced")]},
    ],
}
CONFIRM = {
    "title": plain("Sure?"),
    "text": mrkdwn("*Really?*"),
    "confirm": plain("Do it"),
    "deny": plain("Stop"),
}
IMAGE = {"type": "image", "alt_text": "A picture", "slack_file": {"id": "F1"}}
SLACK_BLOCKS: list[Json] = [
    {"type": "header", "text": plain("A header")},
    {"type": "section", "text": mrkdwn(SLACK_MARKDOWN)},
    {"type": "section", "fields": [mrkdwn("*One*"), plain("Two")]},
    {
        "type": "section",
        "text": plain("Beside a button"),
        "accessory": element("button", text=plain("Beside")),
    },
    {"type": "section", "text": plain("Beside a picture"), "accessory": IMAGE},
    {"type": "divider"},
    RICH_TEXT,
    {"type": "context", "elements": [IMAGE, mrkdwn("_small_"), plain("print")]},
    {**IMAGE, "title": plain("Titled")},
    {
        "type": "table",
        "column_settings": [{"align": "left", "is_wrapped": True}, {"align": "right"}],
        "rows": [
            [{"type": "raw_text", "text": "Role"}, {"type": "raw_text", "text": "Pay"}],
            [RICH_TEXT | {"elements": [rich(word("ML"))]}, {"type": "raw_number", "value": 7}],
        ],
    },
    {"type": "markdown", "text": "**Markdown** with\n- a list"},
    {"type": "alert", "level": "warning", "text": mrkdwn("Careful")},
    {
        "type": "card",
        "title": mrkdwn("A card"),
        "body": mrkdwn("with text"),
        "actions": [element("button", text=plain("On it"))],
    },
    {"type": "carousel", "elements": [{"type": "card", "title": mrkdwn("In a row")}]},
    {
        "type": "actions",
        "elements": [
            element("button", text=plain("Primary"), style="primary"),
            element("button", text=plain("Danger"), style="danger", confirm=CONFIRM),
            element("button", text=plain("Link"), url="https://example.com"),
            element("overflow", options=SLACK_OPTIONS),
            element("datepicker", initial_date="2026-11-21"),
            element("timepicker", initial_time="09:00"),
            element("datetimepicker", initial_date_time=1780000000),
            element("checkboxes", options=SLACK_OPTIONS),
            element("radio_buttons", options=SLACK_OPTIONS, initial_option=SLACK_OPTIONS[0]),
        ],
    },
    {
        "type": "actions",
        "elements": [
            element(kind, placeholder=plain(f"{kind} {at}"), **more)
            for at, (kind, more) in enumerate(SELECTS)
        ],
    },
    {
        "type": "context_actions",
        "elements": [
            element(
                "feedback_buttons",
                positive_button={"text": plain("Good"), "value": "1"},
                negative_button={"text": plain("Bad"), "value": "0"},
            ),
            element("icon_button", icon="trash", text=plain("Delete")),
        ],
    },
]
INPUTS: tuple[tuple[str, Json], ...] = (
    ("plain_text_input", {"max_length": 50}),
    ("plain_text_input", {"multiline": True}),
    ("email_text_input", {}),
    ("url_text_input", {}),
    ("number_input", {"is_decimal_allowed": False}),
    ("datepicker", {}),
    ("timepicker", {}),
    ("datetimepicker", {}),
    ("checkboxes", {"options": SLACK_OPTIONS}),
    ("radio_buttons", {"options": SLACK_OPTIONS}),
    ("file_input", {"filetypes": ["csv"]}),
    *SELECTS,
)
SLACK_FORM: Json = {
    "type": "modal",
    "title": plain("Everything"),
    "submit": plain("Send it"),
    "close": plain("Never mind"),
    "blocks": [
        *SLACK_BLOCKS[:2],
        *(
            {
                "type": "input",
                "block_id": f"b{at}",
                "label": plain(f"Field {at}"),
                "hint": plain(f"A {kind}"),
                "optional": at > 0,
                "element": element(kind, **more),
            }
            for at, (kind, more) in enumerate(INPUTS)
        ),
    ],
}
