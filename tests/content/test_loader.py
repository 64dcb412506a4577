import os
from pathlib import Path

import pytest

from content import ContentError, Severity, load
from content.loader import load_leniently

OVERLAY = {
    "roles/broken.yaml": "id: quantum\nname: Quantum Engineer\nbrief: x\nfavourite: yes\n",
    "pay.yaml": (
        "- id: a\n  roles: [ai-engineer]\n  low: 200\n  high: 100\n  currency: USD\n"
        "  source: kore1\n"
        "- id: b\n  roles: [ai-enginer]\n  median: 5\n  currency: USD\n  source: kore1\n"
        "- id: c\n  roles: [ai-engineer]\n  median: many\n  currency: dollars\n  source: nobody\n"
        "- roles: [ml-engineer]\n  median: 5\n  currency: USD\n  source: kore1\n"
    ),
    "levels.yaml": "- {id: lead, name: lead, aliases: [staff]}\n- {id: lead, name: boss}\n",
    "wages.yaml": "- id: x\n",
    "tools.yaml": "just a sentence\n",
    "faq/mine.yaml": "- id: [\n",
}
EXPECTED = [
    ("faq/mine.yaml", 2, "", "is not YAML"),
    ("levels.yaml", 2, "lead.id", "the id 'lead' is also used in levels.yaml:1"),
    ("levels.yaml", 1, "lead.aliases", "'lead' already means 'staff'"),
    ("levels.yaml", 1, "lead.aliases", "'staff' already means 'staff'"),
    ("pay.yaml", 1, "a", "low 200 is above high 100"),
    ("pay.yaml", 8, "b.roles.0", "no entry of roles has the id 'ai-enginer'"),
    ("pay.yaml", 14, "c.median", "is 'many'"),
    ("pay.yaml", 15, "c.currency", "'dollars' has the wrong form"),
    ("pay.yaml", 16, "c.source", "no entry of sources has the id 'nobody'"),
    ("pay.yaml", 17, "", "has no id"),
    ("roles/broken.yaml", 4, "quantum.favourite", "is not a field"),
    ("tools.yaml", 1, "", "holds no entries"),
    ("wages.yaml", 1, "", "'wages' isn't a kind of content"),
]


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_every_fault_of_every_file_is_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as error:
        load(written(tmp_path, OVERLAY))
    found = [(str(each.file.relative_to(tmp_path)), each.line, each.field, each.problem)
             for each in error.value.diagnostics]  # fmt: skip
    for file, line, field, problem in EXPECTED:
        assert any(
            (file, line, field) == each[:3] and each[3].startswith(problem) for each in found
        ), (file, line, field, problem, found)
    assert len(found) == len(EXPECTED)
    assert all(fault.remedy for fault in error.value.diagnostics)
    mends = {fault.field: fault.remedy for fault in error.value.diagnostics}
    assert mends["b.roles.0"] == "did you mean 'ai-engineer'?"


def test_an_overlay_adds_and_replaces_by_id(tmp_path: Path) -> None:
    files = {
        "levels.yaml": "- {id: staff, name: staff, aliases: [architect]}\n",
        "countries.yaml": "- {id: jp, name: Japan, short: JP, currency: JPY}\n",
        "pay/jp.yaml": "id: ours-jp\nroles: [ml-engineer]\nmedian: 8000000\ncurrency: JPY\n"
        "country: jp\nsource: kore1\n",
    }
    shipped, content = load(), load(written(tmp_path, files))
    assert content.levels["staff"].aliases == ("architect",)
    assert content.pay["ours-jp"].country == "jp"
    assert len(content.levels) == len(shipped.levels)
    assert len(content.countries) == len(shipped.countries) + 1


def test_an_overlay_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="is not a folder"):
        load(tmp_path / "nowhere")


def test_a_fault_names_the_overlays_file_only(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as error:
        load(written(tmp_path, OVERLAY))
    assert {tmp_path in fault.file.parents for fault in error.value.diagnostics} == {True}


def test_an_overlay_is_read_from_regular_files_within_it_alone(tmp_path: Path) -> None:
    overlay, outside = tmp_path / "overlay", tmp_path / "outside.yaml"
    (overlay / ".versions").mkdir(parents=True)
    outside.write_text("[]\n", encoding="utf-8")
    os.mkfifo(overlay / "pay.yaml")
    (overlay / "faq").mkdir()
    (overlay / "faq" / "device.yaml").symlink_to("/dev/zero")
    (overlay / "tools.yaml").symlink_to(outside)
    (overlay / "levels.yaml").symlink_to(overlay / "levels.yaml")
    with pytest.raises(ContentError) as error:
        load(overlay)
    found = {each.file.name: each.problem for each in error.value.diagnostics}
    assert found == {
        "pay.yaml": "is not a regular file",
        "device.yaml": f"is a link to a place outside {overlay}",
        "tools.yaml": f"is a link to a place outside {overlay}",
        "levels.yaml": "is a broken link",
    }


def test_a_linked_folder_out_of_an_overlay_is_a_fault_like_a_linked_file(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    written(tmp_path / "else", {"mine.yaml": "[]\n"})
    (overlay / "faq").symlink_to("../else")
    (overlay / "tips").symlink_to("gone")
    (overlay / "roles").mkdir()
    (overlay / "roles" / "all").symlink_to("..")
    (overlay / "other").symlink_to("../else")
    with pytest.raises(ContentError) as error:
        load(overlay)
    found = {each.file.name: (each.severity, each.problem) for each in error.value.diagnostics}
    assert found == {
        "faq": (Severity.ERROR, f"is a link to a place outside {overlay}"),
        "tips": (Severity.ERROR, "is a broken link"),
        "all": (Severity.ERROR, "is a link to a folder that contains it"),
        "other": (Severity.WARNING, "is not read"),
    }


@pytest.mark.parametrize(
    "name", ["Pay.YAML", "pay.YML", "pay.json", "pay.yaml.txt", "faq/mine.txt", "notes.YAML"]
)
def test_what_looks_like_content_and_is_not_read_is_warned_of(tmp_path: Path, name: str) -> None:
    found = load_leniently(written(tmp_path, {name: "[]\n"})).diagnostics
    assert [(each.file, each.severity, each.problem) for each in found] == [
        (tmp_path / name, Severity.WARNING, "is not read")
    ]
    load(tmp_path)  # warnings don't prevent loading


def test_files_that_nobody_takes_for_content_are_left_alone(tmp_path: Path) -> None:
    names = ("README.md", "LICENSE", "faq/README.md", ".git/pay.yaml", "docs/figure.png")
    assert not load_leniently(written(tmp_path, dict.fromkeys(names, "x"))).diagnostics


def test_links_within_an_overlay_are_followed_and_hidden_files_left_alone(tmp_path: Path) -> None:
    """A mounted ConfigMap has such links and hidden folders."""
    version = tmp_path / "..2026_11_28"
    version.mkdir()
    entry = "- {id: boss, name: boss}\n"
    (version / "levels.yaml").write_text(entry, encoding="utf-8")
    (tmp_path / "..data").symlink_to(version.name)
    (tmp_path / "levels.yaml").symlink_to("..data/levels.yaml")
    assert load(tmp_path).levels["boss"].name == "boss"
    written(version, {"levels/more.yaml": "- {id: owner, name: owner}\n"})
    (tmp_path / "levels").symlink_to("..data/levels")  # a ConfigMap key mounted at levels/…
    found = load_leniently(tmp_path)
    assert (found.content.levels["owner"].name, found.diagnostics) == ("owner", ())
