"""Issue matrices: the dates above the columns, and a row for each revision."""

from __future__ import annotations

import datetime as dt

import pytest

from pdm_nb.registers.matching import issue_dates, match_rows, rows_of_issues


@pytest.mark.parametrize(
    ("above", "dates"),
    [
        ([[None, "Day", 3], [None, "Month", 2], [None, "Year", 2025]], {2: "2025-02-03"}),
        ([["Tag:", "3"], ["Monat", "02"], ["Jahr", 25.0]], {1: "2025-02-03"}),
        ([["Jour", 3], ["Mois", 2], ["Année", 25]], {1: "2025-02-03"}),
        ([["Date", dt.datetime(2025, 2, 3), dt.date(2025, 3, 1)]], {1: "2025-02-03", 2: "2025-03-01"}),
        ([["Day", 31], ["Month", 2], ["Year", 2025]], {}),
        ([["Day", 3], ["Year", 2025]], {}),
        ([["Sheet", 1]], {}),
    ],
)
def test_the_dates_of_the_issues(above: list[list[object]], dates: dict[int, str]) -> None:
    assert issue_dates(above) == dates


def test_empty_cells_and_dashes_are_no_issues() -> None:
    rows = {11: {"number": "A-1", "one": "P01", "two": None, "three": "-", "four": float("nan"), "five": " "}}
    found = rows_of_issues(rows, dict.fromkeys(("one", "two", "three", "four", "five"), ""))
    assert found == {(11, "one"): {"number": "A-1", "revision": "P01"}}


def test_rows_of_issues_are_named_by_row_and_issue_in_reports() -> None:
    rows = rows_of_issues(
        {11: {"number": "A-1", "May": "P02", "June": "P03"}}, {"May": "2025-05-01", "June": "2025-06-01"}
    )
    matching = match_rows(rows, {"A-1 P02.pdf": 1})
    (left,) = matching.rows_without_file().to_dict("records")
    assert (left["row"], left["issue"], left["text"]) == (11, "June", "A-1 P03")
