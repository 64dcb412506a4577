"""Salary CSVs for tests: small, each with a single error."""

from pathlib import Path

HEADER = (
    "work_year,experience_level,employment_type,job_title,salary,salary_currency,salary_in_usd,"
    "employee_residence,remote_ratio,company_location,company_size"
)


def salary_row(pay: object, **fields: object) -> str:
    """Return a valid row, changed by *fields*."""
    known = {
        "year": 2024,
        "level": "SE",
        "kind": "FT",
        "title": "AI Engineer",
        "pay": pay,
        "currency": "USD",
        "usd": pay,
        "country": "US",
        "remote": 0,
        "company": "US",
        "size": "M",
    }
    return ",".join(map(str, (known | fields).values()))


def write_salaries(path: Path, *lines: str, header: str = HEADER) -> Path:
    """Write a CSV with *lines*; return its path."""
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path
