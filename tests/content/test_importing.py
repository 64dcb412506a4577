"""Import of a salary CSV: groups checked by hand, or an error and no file."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from salary_files import HEADER, salary_row, write_salaries

from bot.ops.content_lint import load_checked
from content import Content, ContentError, PayGroup, Survey, load
from content.importing import ImportRefused, import_salaries

SHIPPED = Path(__file__).parent.parent.parent / "content" / "surveys" / "aijobs-2025-01.yaml"
Import = Callable[..., Survey]


@pytest.fixture
def imported(tmp_path: Path, content: Content) -> Import:
    def run(*lines: str, header: str = HEADER) -> Survey:
        path = write_salaries(tmp_path / "pay.csv", *lines, header=header)
        return import_salaries(path, tmp_path / "mine.yaml", "aijobs", content)

    return run


def only(survey: Survey, **fields: object) -> PayGroup:
    [found] = [
        each
        for each in survey.groups
        if all(getattr(each, name) == value for name, value in fields.items())
    ]
    return found


# Three groups, calculated by hand. Type 7: the p-quantile of n sorted amounts is at 1 + (n-1)p.
SENIORS = [
    salary_row(pay, remote=100 if pay > 250_000 else 0) for pay in (100_000, 300_000, 200_000)
]
SENIORS += [
    salary_row(150_000),
    salary_row(250_000),
    salary_row(250_000),
    salary_row(250_000),
]  # the last row is there three times
BRITONS = [
    salary_row(
        pay, title="Machine Learning Engineer", currency="GBP", usd=pay * 5 // 4, country="GB",
        level="MI", year=year,
    )
    for pay, year in ((40_000, 2024), (50_000, 2024), (60_000, 2024), (70_000, 2025),
                      (80_000, 2025), (90_000, 2025))
]  # fmt: skip
ARCHITECTS = [salary_row(1_000 * pay, title="Data Architect", level="EX") for pay in range(1, 22)]


def test_three_groups_come_out_as_worked_out_by_hand(imported: Import) -> None:
    survey = imported(*SENIORS, *BRITONS, *ARCHITECTS)
    seniors = only(survey, role="ai-engineer", level="senior")
    assert (seniors.records, seniors.distinct, seniors.remote) == (7, 5, 20)
    # 100, 150, 200, 250, 300 thousand: places 1.4, 2, 3, 4, 4.6
    assert [amount for _, amount in seniors.quantiles()] == [
        120_000, 150_000, 200_000, 250_000, 280_000,
    ]  # fmt: skip
    britons = only(survey, role="ml-engineer", level="mid")
    assert (britons.country, britons.currency, britons.years) == ("gb", "GBP", "2024–25")
    # 40 to 90 thousand: places 1.5, 2.25, 3.5, 4.75, 5.5
    assert [amount for _, amount in britons.quantiles()] == [45_000, 52_500, 65_000, 77_500, 85_000]
    architects = only(survey, role="data-architect", level="executive")
    # 1 to 21 thousand: places 3, 6, 11, 16, 19
    assert [amount for _, amount in architects.quantiles()] == [
        3_000,
        6_000,
        11_000,
        16_000,
        19_000,
    ]
    assert (seniors.confidence, britons.confidence, architects.confidence) == (
        "low", "low", "medium",
    )  # fmt: skip


def test_a_group_of_under_five_distinct_reports_is_not_written(imported: Import) -> None:
    four = [salary_row(pay, level="MI") for pay in (1, 2, 3, 4, 4, 4, 4)]
    survey = imported(*SENIORS, *four)
    assert {each.level for each in survey.groups} == {"senior", None}
    assert only(survey, level=None).distinct == 9
    alone = [salary_row(pay, country="GB", currency="GBP") for pay in (1, 2, 3, 4, 4)]
    survey = imported(*SENIORS, *alone)
    assert survey.rows.left == {"the group has fewer than 5 distinct reports": 5}
    assert survey.rows.used == len(SENIORS)


def test_every_row_is_counted_once(imported: Import) -> None:
    survey = imported(
        *SENIORS,
        *(salary_row(9, title="Wizard"), salary_row(9, kind="PT"), salary_row(9, country="AQ")),
        salary_row(9, currency="CHF"),
        *(
            salary_row(-5),
            salary_row("=1+1"),
            salary_row("1e12"),
            salary_row(10**12),
            salary_row(9, size="XL"),
            "2024,SE",
        ),
    )
    assert survey.rows.read == len(SENIORS) + 10
    assert survey.rows.left == {
        "the pay isn't in the country's currency or in USD": 1,
        "the job isn't full-time": 1,
        "the country isn't one we cover": 1,
        "the title isn't one of our roles": 1,
    }
    assert survey.rows.rejected == {
        "the pay isn't a whole number from 1 to 999,999,999": 3,
        "a cell contains a formula": 1,
        "the company size isn't S, M or L": 1,
        "the row has too few columns": 1,
    }
    accounted = (survey.rows.used, *survey.rows.left.values(), *survey.rows.rejected.values())
    assert sum(accounted) == survey.rows.read
    assert survey.unmapped == {"Wizard": 1}


def test_the_order_of_columns_does_not_matter_and_rows_in_twos_are_noticed(
    imported: Import,
) -> None:
    turned = [",".join(reversed(each.split(","))) for each in SENIORS]
    header = ",".join(reversed(HEADER.split(",")))
    assert imported(*turned, header=header).groups == imported(*SENIORS).groups
    banded = [salary_row(pay, title=f"Title {pay // 2}") for pay in range(100, 120)]
    assert imported(*SENIORS, *banded).paired > imported(*SENIORS).paired


def test_the_rate_of_a_currency_is_that_of_the_survey(imported: Import) -> None:
    rupees = [
        salary_row(pay, currency="INR", usd=pay // 80, country="IN")
        for pay in range(800_000, 800_800, 80)
    ]
    [rate] = imported(*SENIORS, *BRITONS, *rupees).rates  # the survey has too few pounds
    assert (rate.currency, rate.year, rate.usd, rate.records) == ("INR", 2024, 0.0125, 10)


REFUSED = {
    "lacks the column salary, company_size": HEADER.replace(",salary,", ",").replace(
        ",company_size", ""
    ),
    "has the column salary more than once": f"salary,{HEADER}",
    "has more than 10,000 characters in line 2": f"{HEADER}\n{',' * 20_000}",
    "isn't a well-formed CSV": f'{HEADER}\n"2024,SE',
    "has no usable group of reports": f"{HEADER}\nx,,\nx,,,,,,,,,,\n",
}


@pytest.mark.parametrize("says", REFUSED)
def test_what_is_no_survey_is_refused_and_nothing_is_written(
    says: str, tmp_path: Path, content: Content
) -> None:
    (tmp_path / "pay.csv").write_text(REFUSED[says], encoding="utf-8")
    out = tmp_path / "mine.yaml"
    out.write_text("what stood there before", encoding="utf-8")
    with pytest.raises(ImportRefused, match=says):
        import_salaries(tmp_path / "pay.csv", out, "aijobs", content)
    assert out.read_text(encoding="utf-8") == "what stood there before"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n"])
def test_an_empty_file_is_named_as_that(data: bytes, tmp_path: Path, content: Content) -> None:
    path = tmp_path / "pay.csv"
    path.write_bytes(data)
    with pytest.raises(ImportRefused) as refused:
        import_salaries(path, tmp_path / "mine.yaml", "aijobs", content)
    assert str(refused.value) == f"{path} is empty."


def test_a_workbook_is_named_as_one(tmp_path: Path, content: Content) -> None:
    (tmp_path / "pay.csv").write_bytes(b"PK\x03\x04\x14\0\x06\0\xff")
    with pytest.raises(ImportRefused, match="is an Excel workbook or an archive: save it as CSV"):
        import_salaries(tmp_path / "pay.csv", tmp_path / "mine.yaml", "aijobs", content)


def test_a_formula_is_one_by_the_signs_of_every_sheet(imported: Import) -> None:
    signs = [salary_row(9, title=f"{sign}1+1") for sign in "=+-@＝＋－＠"]  # noqa: RUF001
    survey = imported(*SENIORS, *signs, salary_row(-5), salary_row("+5"))
    assert survey.rows.rejected == {
        "a cell contains a formula": 8,
        "the pay isn't a whole number from 1 to 999,999,999": 2,
    }


SHEETS: dict[str, tuple[Callable[[str], str], str]] = {
    "a mark": (lambda text: text, "utf-8-sig"),
    "semicolons": (lambda text: text.replace(",", ";"), "utf-8"),
    "tabs and UTF-16": (lambda text: text.replace(",", "\t"), "utf-16"),
    "Windows' line ends": (lambda text: text.replace("\n", "\r\n"), "utf-8"),
    "Excel's line for the separator": (lambda text: f"sep=;\n{text}".replace(",", ";"), "utf-8"),
    "empty rows": (lambda text: text + ",,,,,,,,,,\n\n", "utf-8"),
    "capitals": (lambda text: text.replace(HEADER, HEADER.upper()), "utf-8"),
}


@pytest.mark.parametrize("kind", SHEETS)
def test_what_spreadsheets_write_is_read(
    kind: str, tmp_path: Path, content: Content, imported: Import
) -> None:
    change, encoding = SHEETS[kind]
    plain = imported(*SENIORS)
    sheet = tmp_path / "sheet.csv"
    text = (tmp_path / "pay.csv").read_text(encoding="utf-8")
    sheet.write_bytes(change(text).encode(encoding))
    found = import_salaries(sheet, tmp_path / "mine.yaml", "aijobs", content)
    assert found.model_copy(update={"sha256": plain.sha256}) == plain


@pytest.mark.parametrize("encoding", ["utf-16-le", "latin-1"])
def test_another_encoding_is_refused(encoding: str, tmp_path: Path, content: Content) -> None:
    (tmp_path / "pay.csv").write_bytes(
        f"{HEADER}\n{salary_row(5, title='Ingénieur')}".encode(encoding)
    )
    with pytest.raises(ImportRefused, match="isn't UTF-8"):
        import_salaries(tmp_path / "pay.csv", tmp_path / "mine.yaml", "aijobs", content)
    assert not (tmp_path / "mine.yaml").exists()


def test_a_folder_or_a_source_that_is_not_there_is_refused(
    tmp_path: Path, content: Content
) -> None:
    path = write_salaries(tmp_path / "pay.csv", *SENIORS)
    for out, source in (("none/x.yaml", "aijobs"), ("x.csv", "aijobs"), ("x.yaml", "nobody")):
        with pytest.raises(ImportRefused, match=r"can't be written|no source 'nobody'"):
            import_salaries(path, tmp_path / out, source, content)
    with pytest.raises(ImportRefused, match="is an invalid name"):
        import_salaries(path, tmp_path / "My Survey.yaml", "aijobs", content)


def test_a_title_under_two_roles_is_refused(tmp_path: Path) -> None:
    (tmp_path / "titles.yaml").write_text("{id: x, role: ml-engineer, titles: [AI Engineer]}")
    path = write_salaries(tmp_path / "pay.csv", *SENIORS)
    content = load(tmp_path)
    with pytest.raises(ImportRefused, match="'AI Engineer' is under two roles"):
        import_salaries(path, tmp_path / "mine.yaml", "aijobs", content)
    with pytest.raises(ContentError, match="'AI Engineer' already counts as ai-engineer"):
        load_checked(tmp_path)


def test_what_was_written_is_an_overlay_that_loads(imported: Import, tmp_path: Path) -> None:
    survey = imported(*SENIORS, *BRITONS, salary_row(5, title='A: "quoted" # title'))
    folder = tmp_path / "overlay" / "surveys"
    folder.mkdir(parents=True)
    (tmp_path / "mine.yaml").rename(folder / "mine.yaml")
    assert load(folder.parent).surveys["mine"] == survey


def test_rows_are_read_one_at_a_time(tmp_path: Path, content: Content) -> None:
    path = write_salaries(tmp_path / "pay.csv", *SENIORS, *["x,,,,,,,,,,"] * 50_000)
    tracemalloc.start()
    survey = import_salaries(path, tmp_path / "mine.yaml", "aijobs", content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert survey.rows.rejected == {"the year isn't from 2000 to 2099": 50_000}
    assert peak < 3 * path.stat().st_size  # lists of all rows would take 13 times the size


def test_a_line_that_is_no_group_is_a_fault_with_its_line(tmp_path: Path) -> None:
    shipped = SHIPPED.read_text(encoding="utf-8")
    first = next(row for row in shipped.splitlines() if row.startswith("  - ai-engineer"))
    turned = " ".join((*first.split()[:9], "9", "8", "7", "6", "5", "4"))
    for wrong in (first + " 5", turned):
        (tmp_path / "surveys.yaml").write_text(shipped.replace(first, wrong), encoding="utf-8")
        with pytest.raises(
            ContentError, match=r"values for 14 columns|quantiles don't increase"
        ) as error:
            load(tmp_path)
        assert error.value.diagnostics[0].line == shipped.splitlines().index(first) + 1
