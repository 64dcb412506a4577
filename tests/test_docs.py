"""The documentation: its examples work, and its tables and links are complete."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fault_matrix import ELSEWHERE, FAULTS, MARKED

from bot.app import App
from bot.call import Caller
from bot.ops.content_lint import load_checked
from content import load

DOCS = Path(__file__).parent.parent / "docs"


def overlay(folder: Path) -> App:
    """Write the examples of the moderators' page to *folder*, and return an app that uses them."""
    page = (DOCS / "moderators.md").read_text(encoding="utf-8")
    examples = re.findall(r"`([\w/]+\.yaml)`(?:(?!```).)*```yaml\n(.*?)```", page, re.DOTALL)
    for name, block in examples:
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(block, encoding="utf-8")
    return App(load(folder))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("when is the study group?", "On Thursdays at 18:00"),
        ("sources our-wiki", "The pages that our own members write."),
        ("compare prompt-engineer ai deliverable", "prompts with tests that show they work"),
        ("salary prompt-engineer mid", "$90K–$120K base"),
        ("tools prompt-engineer", "promptfoo"),
        ("quiz group-or-alone answers:1,1", "Your result: Study group"),
    ],
)
async def test_the_overlays_of_the_moderators_page_answer(
    line: str, words: str, tmp_path: Path
) -> None:
    assert words in str(await overlay(tmp_path).handle_line(line, Caller("test:1")))


def test_the_overlay_has_an_example_of_each_kind_without_mistakes(tmp_path: Path) -> None:
    overlay(tmp_path)
    files = {str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*.yaml")}
    assert files == {"sources.yaml", "faq/ours.yaml", "roles/ours.yaml", "pay.yaml", "tools.yaml",
                     "tips/ours.yaml", "quiz/ours.yaml"}  # fmt: skip
    checked = load_checked(tmp_path)
    assert checked.content.tips["visit-the-group"].cites == ("faq/study-group",)
    assert checked.warnings == ()


def test_the_terminal_recipe_of_the_moderators_page_works(tmp_path: Path) -> None:
    page = (DOCS / "moderators.md").read_text(encoding="utf-8").partition("### In the terminal")[2]
    tips, lines = re.findall(r"```\n(.*?)```", page, re.DOTALL)[:2]
    (tmp_path / "my-tips.csv").write_text(tips, encoding="utf-8")
    shown = subprocess.run(
        [sys.executable, "-m", "bot"],
        input=f"{lines}tips panel\n1\n",  # 1 is "Set up weekly tips"
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(DOCS.parent), "CROSSROADS_DATA_DIR": str(tmp_path)},
        timeout=60,
        check=True,
    ).stdout
    for words in (
        "Imported: 2 tips.",
        "2 tips in the list",
        "Tip of the week",
        "The moderators will look at your tip",
        "Read the job ad twice",
        "The terminal has no channels, so nothing was set up.",
    ):
        assert words in shown


def test_every_setting_is_documented() -> None:
    page = (DOCS / "operating.md").read_text(encoding="utf-8")
    example = (DOCS.parent / ".env.example").read_text(encoding="utf-8")
    for setting in re.findall(r"^# ([A-Z_]+)=", example, re.MULTILINE):
        assert f"`{setting}`" in page


def test_the_page_of_faults_has_each_of_the_matrix_and_all_passed() -> None:
    page = (DOCS / "measurements.md").read_text(encoding="utf-8")
    (table,) = (part for _, part, _ in MARKED.findall(page))
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    assert {fault: injected for fault, injected, _, _ in rows} == FAULTS
    assert {row[0] for row in rows if row[-1] != "pass"} == ELSEWHERE


def test_every_fault_has_a_test() -> None:
    texts = [each.read_text(encoding="utf-8") for each in DOCS.parent.glob("tests/**/test_*.py")]
    marked = {name for text in texts for mark in re.findall(r"mark\.fault\((.*?)\)", text)
              for name in re.findall(r'"(.*?)"', mark)}  # fmt: skip
    assert FAULTS.keys() - marked == ELSEWHERE
    assert marked <= FAULTS.keys()


def test_every_page_section_and_picture_that_is_linked_exists() -> None:
    root = DOCS.parent
    for page in (root / "README.md", root / "SECURITY.md", *DOCS.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        for picture in re.findall(r'(?:src|srcset)="([^"]*)"', text):
            assert (page.parent / picture).exists(), (page, picture)
        for link, section in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", text):
            linked = page.parent / link if link else page
            assert linked.exists(), (page, link)
            if section:
                assert section in sections(linked), (page, link, section)


def sections(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}
