"""The documentation: its examples work, and its tables and links are complete."""

import re
from pathlib import Path

from fault_matrix import ELSEWHERE, FAULTS, MARKED

from bot.app import App
from bot.call import Caller
from content import load

DOCS = Path(__file__).parent.parent / "docs"


async def test_the_overlay_of_the_moderators_page_answers_its_question(tmp_path: Path) -> None:
    page = (DOCS / "moderators.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 2
    for name, block in zip(("faq.yaml", "sources.yaml"), blocks, strict=True):
        (tmp_path / name).write_text(block, encoding="utf-8")
    app = App(load(tmp_path))
    answer = str(await app.handle_line("when is the study group?", Caller("test:1")))
    assert "On Thursdays at 18:00" in answer
    assert "Our wiki" in answer


def test_every_setting_stands_on_the_admins_page() -> None:
    page = (DOCS / "admins.md").read_text(encoding="utf-8")
    example = (DOCS.parent / ".env.example").read_text(encoding="utf-8")
    for setting in re.findall(r"^# ([A-Z_]+)=", example, re.MULTILINE):
        assert f"`{setting}`" in page


def test_the_page_of_faults_has_each_of_the_matrix_and_all_passed() -> None:
    page = (DOCS / "reliability.md").read_text(encoding="utf-8")
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


def test_every_page_that_is_linked_exists() -> None:
    for page in (DOCS.parent / "README.md", *DOCS.glob("*.md")):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), (page, link)
