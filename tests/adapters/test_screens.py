"""The measure of first screens, on small payloads whose lines are counted by eye."""

from typing import Any

import pytest
from screens import on_discord, on_slack, on_terminal
from screens.measure import (
    PHONE,
    Button,
    Limit,
    Menu,
    Screen,
    shared_columns,
    wrapped_lines,
)
from slack_server.block_builders import buttons, option, plain

WORDS = f"{'a' * 22} {'b' * 22} {'c' * 22}"  # two words fill a line of a phone


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("", 45, 1),
        ("one line", 45, 1),
        ("x" * 45, 45, 1),
        ("x" * 46, 45, 2),
        (WORDS, 45, 2),
        ("ab " * 15, 45, 1),  # the space at the end takes no room
        ("short " + "x" * 100, 45, 4),
        ("漢" * 22, 45, 1),
        ("漢" * 23, 45, 2),
    ],
)
def test_text_wraps_at_words_and_wide_characters_take_two_columns(
    text: str, columns: int, lines: int
) -> None:
    assert wrapped_lines(text, columns) == lines


def discord_text(content: str) -> Screen:
    return on_discord.measure([{"type": 10, "content": content}])


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("**bold** and *less* and `code`", "bold and less and code"),
        (r"1 \* 2 and snake\_case", "1 * 2 and snake_case"),
        ("[KORE1](https://kore1.example/a_b?c=d), 2026", "KORE1, 2026"),
        ("**[KORE1](https://kore1.example)**", "KORE1"),
        (r"[a \[b\]](https://x.example)", "a [b]"),
        ("see https://x.example/a_b_c", "see https://x.example/a_b_c"),
        ("</quiz:123> now", "/quiz now"),
        ("`` a`b ``", "a`b"),
        ("<@123>", "@somebody"),
    ],
)
def test_markup_and_urls_of_links_do_not_count(markdown: str, shown: str) -> None:
    assert on_discord.visible_text(markdown) == shown
    assert discord_text(markdown) == Screen(1, len(shown))


def test_a_timestamp_counts_as_a_date_with_its_time() -> None:
    assert on_discord.visible_text("<t:1795262400:f>") != ""
    assert abs(discord_text("<t:1795262400:f>").characters - 20) <= 2


@pytest.mark.parametrize(
    ("content", "lines", "characters"),
    [
        ("## A title\nA line", 2, len("A titleA line")),
        ("-# small\n\n- point", 3, len("small- point")),
        (f"- {WORDS}", 3, 2 + len(WORDS)),  # 43 columns beside the bullet
        ("1\\. no list", 1, len("1. no list")),
        ("```\n" + "x" * 42 + "\nb\n```", 2, 43),
        ("```py\n" + "x" * 43 + "\n```", 2, 43),
        ("above\n```\nb\n\nc\n```\nbelow", 5, len("abovebcbelow")),
        ("```\na\n```\n\n```\nb\n```", 3, 2),
    ],
)
def test_discord_text_is_counted_line_by_line(content: str, lines: int, characters: int) -> None:
    assert discord_text(content) == Screen(lines, characters)


def button(label: str, style: int = 2) -> dict[str, Any]:
    return {"type": 2, "style": style, "label": label, "custom_id": label}


def test_discord_message_with_every_component() -> None:
    menu = {
        "type": 3,
        "placeholder": "More…",
        "custom_id": "m",
        "options": [{"label": "Sources", "value": "1"}],
    }
    inside = [
        {"type": 10, "content": "An answer."},
        {"type": 14},
        {"type": 12, "items": [{"media": {"url": "attachment://a.png"}, "description": "long"}]},
        {
            "type": 9,
            "components": [{"type": 10, "content": WORDS}],
            "accessory": button("Approve", 4),
        },
        {
            "type": 9,
            "components": [{"type": 10, "content": "Beside a picture."}],
            "accessory": {"type": 11, "media": {"url": "attachment://a.png"}},
        },
        {"type": 13, "file": {"url": "attachment://tips.csv"}},
        {"type": 1, "components": [button("Chart", 1), button("Share")]},
        {"type": 1, "components": [menu]},
    ]
    screen = on_discord.measure([{"type": 17, "components": inside}])
    assert screen.lines == 1 + 1 + 9 + 3 + 4 + 3
    assert screen.rows == (
        (Button("Chart", "primary"), Button("Share")),
        (Menu("More…", ("Sources",)),),
    )
    assert screen.accessories == (Button("Approve", "danger"),)
    assert (len(screen.buttons), len(screen.menus), screen.longest_row) == (3, 1, 2)
    assert screen.primary_buttons == (Button("Chart", "primary"),)
    assert screen.button_rows == screen.rows[:1]
    assert screen.labels == ("Chart", "Share", "More…", "Sources", "Approve")


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


def section(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(parts)}


def text(content: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": content, **({"style": style} if style else {})}


@pytest.mark.parametrize(
    ("block", "lines", "characters"),
    [
        ({"type": "header", "text": plain("A title")}, 1, 7),
        ({"type": "divider"}, 1, 0),
        ({"type": "image", "alt_text": "a chart", "slack_file": {"id": "F1"}}, 9, 0),
        (rich(section(text("bold", bold=True), text(" words"))), 1, 10),
        (rich(section(text("a\nb\n")), section(text("c"))), 3, 3),
        (rich(section({"type": "link", "url": "https://x.example", "text": "KORE1"})), 1, 5),
        (rich(section({"type": "date", "timestamp": 1, "format": "", "fallback": "May 1"})), 1, 5),
        (
            rich(
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [section(text("a")), section(text(WORDS))],
                }
            ),
            4,
            2 + 1 + 2 + len(WORDS),
        ),
        (rich({"type": "rich_text_preformatted", "elements": [text("x" * 43)]}), 2, 43),
        (rich({"type": "rich_text_quote", "elements": [text("x" * 44)]}), 2, 44),
        ({"type": "context", "elements": [plain("a"), plain("b")]}, 1, 3),
        (
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": "*AI* &amp; <https://x.example|ML> :smile:"},
            },
            1,
            len("AI & ML ☺ "),
        ),
        ({"type": "section", "fields": [plain("a"), plain("b")]}, 2, 2),
        (
            {
                "type": "section",
                "text": plain(WORDS),
                "accessory": buttons("Approve")["elements"][0],
            },
            3,
            len(WORDS),
        ),
    ],
)
def test_slack_blocks_are_counted_line_by_line(
    block: dict[str, Any], lines: int, characters: int
) -> None:
    screen = on_slack.measure([block])
    assert (screen.lines, screen.characters) == (lines, characters)


def test_a_row_of_a_slack_table_is_as_tall_as_its_tallest_cell() -> None:
    def cell(content: str) -> dict[str, Any]:
        return {"type": "raw_text", "text": content}

    rich_cell = {"type": "rich_text", "elements": [section(text("x " * 30, bold=True))]}
    table = {
        "type": "table",
        "column_settings": [{"is_wrapped": False}, {"is_wrapped": True}],
        "rows": [
            [cell("Source"), cell("Pay")],
            [cell("KORE1"), cell("$180K")],
            [cell("Samadov"), rich_cell],
        ],
    }
    screen = on_slack.measure([table])
    assert screen.lines == 1 + 1 + 2  # 38 columns are left for the second column
    assert screen.characters == len("SourcePayKORE1$180KSamadov") + len("x " * 30) - 1


@pytest.mark.parametrize(
    ("natural", "fixed", "widths"),
    [
        ([10, 20], [False, False], [10, 20]),
        ([10, 80], [False, False], [10, 35]),
        ([80, 80, 80], [False, False, False], [15, 15, 15]),
        ([30, 80], [True, False], [30, 15]),
        ([60, 80], [True, False], [60, 8]),
    ],
)
def test_columns_share_the_width_of_a_phone(
    natural: list[int], fixed: list[bool], widths: list[int]
) -> None:
    assert shared_columns(natural, fixed) == widths


def test_slack_buttons_and_menus() -> None:
    row = buttons("Chart", "Share")
    row["elements"][0]["style"] = "primary"
    menu = {
        "type": "static_select",
        "action_id": "more",
        "placeholder": plain("More…"),
        "options": [option("Sources", "1")],
    }
    screen = on_slack.measure([row, {"type": "actions", "elements": [menu]}])
    assert screen == Screen(
        rows=((Button("Chart", "primary"), Button("Share")), (Menu("More…", ("Sources",)),))
    )


def test_unknown_parts_are_refused() -> None:
    with pytest.raises(ValueError, match="type 99"):
        on_discord.measure([{"type": 99}])
    with pytest.raises(ValueError, match="type video"):
        on_slack.measure([{"type": "video"}])


def test_printed_lines_are_counted_with_the_choices() -> None:
    screen = on_terminal.measure("An answer.\n\n" + "x" * 81 + "\n[1] Chart  [2] More…\n\n")
    assert screen == Screen(5, 10 + 81 + 20, ((Button("Chart"), Menu("More…")),))
    typed = on_terminal.measure("An answer.\n→ salary ml  → help\nMore: faq, tools\n")
    assert typed.rows == ((Button("salary ml"), Button("help")), (Menu("More"),))


def test_limits_name_what_is_too_much() -> None:
    assert PHONE.excess(Screen(25, 1_000)) == ""
    assert PHONE.excess(Screen(26, 1_001)) == "26 lines, 1001 characters"
    assert Limit(24).excess(Screen(24, 5_000)) == ""
