"""The command line in a separate process, as users run it."""

import codecs
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from socket import socket
from typing import Any

import pytest
from fault_matrix import Observe
from processes.forked_command_line import run_forked
from salary_files import salary_row, write_salaries

from bot.cli.setup import write_env_file

ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if not key.startswith("CROSSROADS_")},
    "COLUMNS": "80",
}


def crossroads(
    *args: str, typed: str = "", folder: Path | None = None, **settings: str
) -> subprocess.CompletedProcess[str]:
    env = {**ENVIRONMENT, "PYTHONPATH": str(Path(__file__).parents[3]), **settings}
    return run_forked(*args, typed=typed, folder=folder or Path.cwd(), env=env)


def test_a_pipe_is_answered_line_by_line_and_ends_well(tmp_path: Path) -> None:
    lines = "/compare ai ml\n\n/salary ml senior\nqwxzy\n1\n/tools ai\n"
    done = crossroads("run", typed=lines, folder=tmp_path)
    assert done.returncode == 0
    assert not done.stderr
    for shown in ("AI Engineer", "$180K–$240K", "I don't understand “qwxzy”", "Python"):
        assert shown in done.stdout
    assert "\x1b" not in done.stdout
    assert all(line == line.rstrip() and len(line) <= 80 for line in done.stdout.splitlines())


def test_a_number_that_is_no_choice_is_refused_and_the_chat_goes_on() -> None:
    done = crossroads("chat", typed="\n".join(["0", "00021", "99", "1" * 5000, "sources"]))
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert done.stdout.count("Pick a number from 1 to 5, or type a command.") == 4
    assert "aggregator" in done.stdout


def test_a_choice_can_be_typed_by_its_words(tmp_path: Path) -> None:
    lines = ["quiz which-path", "skip", "Back", "double", "1", "salary", "leave", "🎉"]
    done = crossroads("chat", typed="\n".join(lines), folder=tmp_path)
    said = re.split(r"^> (.*)\n", done.stdout, flags=re.MULTILINE)[1:]
    answers = dict(zip(said[::2], said[1::2], strict=True))
    assert "1 of 14 done" in answers["skip"]
    assert "0 of 14 done" in answers["Back"]
    assert "This answer counts double." in answers["double"]
    assert "1 of 14 done" in answers["1"]
    assert "says KORE1" in answers["salary"]  # a command works even while choices are offered
    assert "your answers are saved" in answers["leave"]
    assert "I don't understand" in answers["🎉"]  # no word of the choices


def said(folder: Path, *lines: str) -> list[str]:
    """Return the chat's answer to each line."""
    done = crossroads("chat", typed="\n".join(lines), folder=folder)
    assert done.returncode == 0
    return re.split(r"^> .*\n", done.stdout, flags=re.MULTILINE)[1:]


@pytest.mark.parametrize(
    ("line", "follows"),
    [
        ("salry ml", "ML Engineer"),
        ("salary wizard", "KORE1"),
        ("what is the weather", "question"),
    ],
)
def test_what_a_refusal_offers_can_be_picked_by_number(
    tmp_path: Path, line: str, follows: str
) -> None:
    refused, picked = said(tmp_path, line, "1")
    assert "[1]" in refused
    assert "→" not in refused
    assert follows in picked
    assert "Pick a number" not in refused + picked


def test_a_sentence_or_a_slip_in_a_quiz_leaves_its_question_asked(tmp_path: Path) -> None:
    lines = ["blargh", "99", "do I need a PhD for ML?", "I like to build things", "salary wizard"]
    asked, *others, last = said(tmp_path, "quiz which-path", *lines, "2")
    question = asked[asked.index("0 of 14 done") :]
    for answer in (others[0], *others[2:]):
        assert answer.endswith(question)
        assert answer.count("[1]") == 1
    assert "Pick a number from 1 to 5, or type a command." in others[0]
    assert "Pick a number from 1 to 5, or type a command." in others[1]
    assert "36.2" in others[2]
    assert "1 of 14 done" in last


def test_a_command_in_a_quiz_has_the_numbers_from_then_on(tmp_path: Path) -> None:
    answers = said(tmp_path, "quiz which-path", "tools ai", "1", "quiz")
    assert "of 14 done" not in answers[1] + answers[2]
    assert "0 of 14 done" in answers[3]


def test_the_first_screen_says_how_to_leave(tmp_path: Path) -> None:
    screen = crossroads("chat", folder=tmp_path).stdout
    assert "To leave, type exit or press Ctrl-D." in " ".join(screen.split())
    assert len(screen.splitlines()) <= 24


def test_quit_ends_the_chat_before_the_input_does() -> None:
    done = crossroads("chat", typed="help\n/quit\nsalary\n")
    assert done.returncode == 0
    assert "pay a year" not in done.stdout


def test_a_comparison_on_sixty_columns_is_held_to_them() -> None:
    done = crossroads("ask", "compare ai ml", COLUMNS="60")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 60


def test_json_is_the_neutral_reply() -> None:
    reply = json.loads(crossroads("ask", "--json", "salary ml senior").stdout)
    assert reply["outcome"] == "done"
    [fields] = [node for node in reply["nodes"] if node["kind"] == "fields"]
    assert fields["items"][0] == ["KORE1", "$180K–$240K base, US, 2026"]


BAD = {
    "salary wizard": "I don't understand “wizard”",
    "salary ml level:god": "junior, mid, senior, staff",
    "x" * 10_000: "10,000 characters long; the limit is 2,000",
    "salary \x1b[31m": "control characters",
    "مرحبا": "I only understand English.",
    "🎉": "I don't understand “🎉”",
    "{0.__class__}": "I don't understand “{0.__class__}”",
    "compare ai ai": "Name two different roles",
    "what is the weather": "I don't have an answer to that.",
    os.fsdecode(b"salary \xff"): "control characters",
}


@pytest.mark.parametrize("line", BAD, ids=lambda line: ascii(line)[:20])
def test_bad_input_gets_plain_words_a_suggestion_and_exit_code_1(line: str) -> None:
    done = crossroads("ask", line)
    assert done.returncode == 1
    assert BAD[line] in " ".join(done.stdout.split())
    assert "→" in done.stdout or "Make it shorter" in done.stdout or "Type it again" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert not done.stderr


@pytest.mark.parametrize("args", [("ask", ""), ("ask",), ("ask", "  "), ("nonsense",)])
def test_a_wrong_call_is_a_usage_error(args: tuple[str, ...]) -> None:
    done = crossroads(*args)
    assert done.returncode == 2
    assert "Error: " in done.stderr


TEN_FAULTS = """\
- {id: One, roles: [ai-engineer], median: 1, currency: USD, source: kore1}
- {id: two, roles: [], median: 1, currency: USD, source: kore1}
- {id: three, roles: [wizard], median: 1, currency: USD, source: kore1}
- {id: four, roles: [ai-engineer], median: 0, currency: USD, source: kore1}
- {id: five, roles: [ai-engineer], median: 1, currency: usd, source: kore1}
- {id: six, roles: [ai-engineer], median: 1, currency: USD, source: kore2}
- {id: seven, roles: [ai-engineer], median: 1, currency: USD}
- {id: eight, roles: [ai-engineer], median: 1, currency: USD, source: kore1, bonus: 5}
- {id: nine, roles: [ai-engineer], low: 9, high: 1, currency: USD, source: kore1}
- {id: nine, roles: [ai-engineer], median: 1, currency: USD, source: kore1}
"""


def test_ten_faults_are_listed_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "pay.yaml").write_text(TEN_FAULTS, encoding="utf-8")
    done = crossroads("content", "check", str(tmp_path))
    assert done.returncode == 1
    places = [line.removeprefix(f"{tmp_path}/pay.yaml:") for line in done.stdout.splitlines()]
    assert [int(place.split(":")[0]) for place in places] == list(range(1, 11))
    assert "did you mean 'kore1'?" in done.stdout
    assert "10 errors" in done.stderr


def test_the_shipped_content_has_no_faults() -> None:
    done = crossroads("content", "check")
    assert (done.returncode, done.stdout[:11]) == (0, "no mistakes")


def test_salaries_are_imported_and_what_became_of_the_rows_is_told(tmp_path: Path) -> None:
    lines = [salary_row(100_000 + pay) for pay in range(9)] + [
        salary_row(-1),
        salary_row(5, title="Wizard"),
    ]
    path, out = write_salaries(tmp_path / "pay.csv", *lines), tmp_path / "mine.yaml"
    done = crossroads("content", "import-salaries", str(path), "--out", str(out))
    assert (done.returncode, done.stderr) == (0, "")
    told = " ".join(done.stdout.split())
    for shown in ("rows read: 11 ", "rejected: 1 ", "1 the title isn't one", "groups: 2, "):
        assert shown in told
    assert out.read_text(encoding="utf-8").startswith("# yaml-language-server")


def test_a_file_that_is_no_survey_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = write_salaries(tmp_path / "pay.csv", header="a,b")
    out = tmp_path / "mine.yaml"
    done = crossroads("content", "import-salaries", str(path), "--out", str(out))
    assert (done.returncode, done.stdout) == (1, "")
    assert "lacks the column work_year" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([salary_row(5)], "has no usable group of reports (1 row, 1 valid)."),
        (
            [salary_row("=1"), salary_row("x"), salary_row("x")],
            (
                "has no usable group of reports (3 rows, 0 valid). 2 rows: the pay isn't a whole "
                "number from 1 to 999,999,999; 1 row: a cell contains a formula"
            ),
        ),
    ],
)
def test_an_import_that_gives_nothing_counts_its_rows(
    lines: list[str], says: str, tmp_path: Path
) -> None:
    path = write_salaries(tmp_path / "pay.csv", *lines)
    done = crossroads("content", "import-salaries", str(path), "--out", str(tmp_path / "x.yaml"))
    assert (done.returncode, done.stderr.strip()) == (1, f"{path} {says}")


def test_a_line_to_type_that_no_command_understands_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "faq.yaml").write_text(
        "- {id: x, topic: hiring, question: Why, answer: [{says: So, source: kore1}],"
        " related: [phd, degree], see: [salary wizard]}\n",
        encoding="utf-8",
    )
    done = crossroads("content", "check", str(tmp_path))
    assert done.returncode == 1
    assert "faq.yaml:1: error: x.see.0: 'salary wizard' can't be typed" in done.stdout


def test_an_overlay_from_the_environment_is_answered_from(tmp_path: Path) -> None:
    (tmp_path / "pay.yaml").write_text(
        "- {id: ours, roles: [ml-engineer], level: senior, median: 123456, currency: USD,"
        " source: kore1}\n",
        encoding="utf-8",
    )
    done = crossroads("ask", "salary ml senior", CROSSROADS_CONTENT_DIR=str(tmp_path))
    assert "$123,456" in done.stdout


QUIZ = """\
id: q
title: Q
intro: Q.
outcomes:
  - {{id: x, name: X, means: ".", next: [{next}]}}
  - {{id: y, name: Y, means: ".", next: [help]}}
items:
  - id: one
    asks: "{asks}"
    about: one
    options:
      - {{id: a, says: a, points: [{{outcome: x, weight: 2, because: ".", source: kore1}}]}}
      - {{id: b, says: b, points: [{{outcome: y, weight: 2, because: ".", source: kore1}}]}}
  - id: last
    asks: Last?
    about: last
    tie_break: {breaks}
    options:
      - {{id: a, says: a, points: [{{outcome: x, weight: 1, because: ".", source: kore1}}]}}
      - {{id: b, says: b, points: [{{outcome: y, weight: 1, because: ".", source: kore1}}]}}
"""


def test_what_the_check_refuses_is_not_served_and_all_is_named_at_once(tmp_path: Path) -> None:
    quiz = QUIZ.format(next="salary wizard", asks="Fast and/or good?", breaks="false")
    (tmp_path / "quiz.yaml").write_text(quiz, encoding="utf-8")
    wrong = (
        "quiz.yaml:4: error: q.outcomes: a tie between 'x' and 'y' can't be broken",
        "quiz.yaml:5: error: q.outcomes.0.next.0: 'salary wizard' can't be typed",
        "quiz.yaml:9: warning: q.items.0.asks: item 'one' asks two things at once",
    )
    checked = crossroads("content", "check", str(tmp_path))
    assert checked.returncode == 1
    says = "2 errors, 1 warning. The bot won't start until you fix the errors.\n"
    assert checked.stderr == says
    settings: dict[str, Any] = {"CROSSROADS_CONTENT_DIR": str(tmp_path), "DISCORD_TOKEN": "x"}
    for command in (("ask", "help"), ("run",)):
        served = crossroads(*command, **settings)
        assert served.returncode == 78
        for said in (served.stderr, checked.stdout):
            assert all(fault in said for fault in wrong)


def test_faults_of_form_and_of_sense_are_named_together(tmp_path: Path) -> None:
    quiz = QUIZ.format(next="help", asks="Which?", breaks="false")
    (tmp_path / "quiz.yaml").write_text(quiz, encoding="utf-8")
    (tmp_path / "pay.yaml").write_text("- {id: ours}\n", encoding="utf-8")
    done = crossroads("content", "check", str(tmp_path))
    assert "pay.yaml:1: error: ours.roles: is missing" in done.stdout
    assert (
        "quiz.yaml:4: error: q.outcomes: a tie between 'x' and 'y' can't be broken" in done.stdout
    )


def test_a_warning_is_named_and_stops_nothing(tmp_path: Path) -> None:
    quiz = QUIZ.format(next="help", asks="Fast and/or good?", breaks="true")
    (tmp_path / "quiz.yaml").write_text(quiz, encoding="utf-8")
    done = crossroads("content", "check", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "quiz.yaml:9: warning: q.items.0.asks: item 'one' asks two" in done.stdout
    assert "1 warning in" in done.stdout
    settings: dict[str, Any] = {"CROSSROADS_CONTENT_DIR": str(tmp_path)}
    assert crossroads("ask", "help", **settings).returncode == 0
    found = {each["check"]: each for each in json.loads(
        crossroads("doctor", "--json", folder=tmp_path, **settings).stdout
    )}  # fmt: skip
    assert found["content"]["state"] == "warning"
    with socket() as taken:  # the port is in use, so the bot ends
        taken.bind(("", 0))
        taken.listen()
        settings |= {"CROSSROADS_HTTP_PORT": str(taken.getsockname()[1]), "DISCORD_TOKEN": "x"}
        assert "quiz.yaml:9: warning" in crossroads("run", folder=tmp_path, **settings).stderr


@pytest.mark.fault("broken overlay at the start")
def test_a_broken_overlay_stops_the_start_with_its_faults(
    tmp_path: Path, observed: Observe
) -> None:
    (tmp_path / "pay.yaml").write_text("- {id: ours}\n", encoding="utf-8")
    done = crossroads("ask", "help", CROSSROADS_CONTENT_DIR=str(tmp_path))
    assert done.returncode == 78
    assert "pay.yaml:1: error: ours.roles: is missing (add it)" in done.stderr
    assert not done.stdout
    observed(
        f"the bot stopped with exit code {done.returncode} and named every mistake with its file "
        "and line"
    )


def test_a_wrong_setting_stops_the_start_and_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CROSSROADS_LOG_FORMAT=xml\n", encoding="utf-8")
    done = crossroads("ask", "help", folder=tmp_path)
    assert done.returncode == 78
    assert "CROSSROADS_LOG_FORMAT" in done.stderr
    assert "'console' or 'json'" in done.stderr


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_an_env_file_is_read_in_the_encoding_that_its_mark_names(
    tmp_path: Path, encoding: str
) -> None:
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""  # Python writes no BOM for it
    text = "# Zürich\r\nCROSSROADS_LOG_FORMAT=xml\r\n"
    (tmp_path / ".env").write_bytes(mark + text.encode(encoding))
    done = crossroads("ask", "help", folder=tmp_path)
    assert done.returncode == 78
    assert "CROSSROADS_LOG_FORMAT: Input should be 'console' or 'json'" in done.stderr


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16-le"])
@pytest.mark.parametrize("command", [("run",), ("doctor",), ("ask", "help"), ("db", "migrate")])
def test_an_env_file_that_is_no_text_is_refused_in_words(
    tmp_path: Path, encoding: str, command: tuple[str, ...]
) -> None:
    text = "CROSSROADS_LOG_FORMAT=json\n# Zürich\n"
    (tmp_path / ".env").write_bytes(text.encode(encoding))
    done = crossroads(*command, folder=tmp_path)
    says = ".env:2: is not UTF-8 text (save it in the encoding UTF-8).\n"
    assert (done.returncode, done.stdout, done.stderr) == (78, "", says)


_NO_FILES: dict[str, tuple[Callable[[Path], None], str]] = {
    "pipe": (os.mkfifo, "is not a regular file (replace it with one, or remove it)"),
    "folder": (Path.mkdir, "is not a regular file (replace it with one, or remove it)"),
    "loop": (
        lambda env: env.symlink_to(env),
        "is a broken link (link it to a file that exists, or remove it)",
    ),
    "dangling": (
        lambda env: env.symlink_to("gone"),
        "is a broken link (link it to a file that exists, or remove it)",
    ),
}


@pytest.mark.parametrize("case", _NO_FILES)
def test_an_env_file_that_is_no_file_is_refused_in_words(tmp_path: Path, case: str) -> None:
    make, says = _NO_FILES[case]
    make(tmp_path / ".env")
    done = crossroads("ask", "help", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (78, "", f".env: {says}.\n")


def test_a_nul_byte_in_an_env_file_is_called_one(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# a\nCROSSROADS_LOG_FORMAT=js\0on\n", encoding="utf-8")
    done = crossroads("ask", "help", folder=tmp_path)
    says = ".env:2: contains a NUL (save it in the encoding UTF-8).\n"
    assert (done.returncode, done.stdout, done.stderr) == (78, "", says)


def test_a_line_of_an_env_file_that_is_no_setting_is_named_and_not_shown(tmp_path: Path) -> None:
    text = "CROSSROADS_LOG_FORMAT=json\n\nDISCORD_TOKEN secret\n# fine\n"
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    done = crossroads("ask", "help", folder=tmp_path)
    says = ".env:3: is not a setting (write NAME=value, or put # before a comment).\n"
    assert (done.returncode, done.stdout, done.stderr) == (78, "", says)


def test_setup_keeps_the_lines_of_an_env_file_in_another_encoding(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_bytes("# Zürich\r\nDISCORD_TOKEN=old\r\n".encode("utf-16"))
    write_env_file(env, {"DISCORD_TOKEN": "new"})
    assert env.read_text(encoding="utf-8") == "# Zürich\nDISCORD_TOKEN=new\n"


def test_a_pipe_or_a_device_in_the_overlay_is_a_fault_and_stops_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pay.yaml")
    (tmp_path / "tools.yaml").symlink_to("/dev/zero")
    for command in (("content", "check", str(tmp_path)), ("ask", "help")):
        done = crossroads(*command, CROSSROADS_CONTENT_DIR=str(tmp_path))
        said = done.stdout + done.stderr
        assert done.returncode in {1, 78}
        assert "pay.yaml:1: error: is not a regular file" in said
        assert f"tools.yaml:1: error: is a link to a place outside {tmp_path}" in said


def test_other_files_of_an_admin_are_regular_files_too(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tips.csv")
    (tmp_path / "tips.yaml").symlink_to("/dev/zero")
    for name in ("tips.csv", "tips.yaml"):
        path = str(tmp_path / name)
        said = crossroads("ask", f"tips import {path}", folder=tmp_path).stdout
        assert "is not a regular file" in " ".join(said.split())
        out = str(tmp_path / "pay.yaml")
        assert crossroads("content", "import-salaries", path, "--out", out).returncode == 1
        assert crossroads("db", "restore", path, folder=tmp_path).returncode == 1


@pytest.mark.parametrize("name", ["DISCORD_API_BASE", "SLACK_API_BASE"])
def test_an_address_within_other_words_is_no_address(name: str) -> None:
    wrong: dict[str, Any] = {name: "proxy https://127.0.0.1"}
    done = crossroads("ask", "help", **wrong)
    assert done.returncode == 78
    assert f"{name}: must be an address that begins with https://" in done.stderr


@pytest.mark.parametrize("url", ["nonsense", "mysql://u:secret@x/y", "sqlite:///:memory:"])
def test_a_wrong_address_of_the_database_stops_the_start_without_showing_it(url: str) -> None:
    done = crossroads("ask", "quiz which-path", DATABASE_URL=url)
    assert done.returncode == 78
    assert "DATABASE_URL: must look like sqlite:///" in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_database_that_cannot_be_used_is_an_outage_in_plain_words(
    tmp_path: Path, form: str
) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is no database" * 1000)

    def ask() -> subprocess.CompletedProcess[str]:
        url = f"sqlite:///{broken}"
        return crossroads("ask", "quiz hire", DATABASE_URL=url, CROSSROADS_LOG_FORMAT=form)

    done = ask()
    assert done.returncode == 69
    assert "the database is damaged" in " ".join(done.stdout.split())
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stderr.count("\n") == 1
    broken.unlink()
    assert ask().returncode == 0


def test_a_reader_that_goes_away_is_no_error() -> None:
    line = f"{sys.executable} -m bot ask 'compare ai ml' | head -1"
    done = subprocess.run(
        ["sh", "-c", line],
        capture_output=True,
        encoding="utf-8",
        cwd=Path(__file__).parents[3],
        env=ENVIRONMENT,
        timeout=60,
        check=False,
    )
    assert done.stdout.startswith("ML engineers make models")
    assert done.stdout.count("\n") == 1
    assert not done.stderr
