from __future__ import annotations

import pytest

from pdm_nb.registers.mapping import IssueColumn, IssueMatrix, find_issue_matrix, melt

TABLE = {
    "Number": ["HQ-A-200", "HQ-A-201"],
    "Title": ["Ground floor plan", "First floor plan"],
    "C": ["", "P01"],
    "D": ["P02", "P02"],
    "E": ["P03", ""],
    "F": ["", ""],
}
ABOVE = [
    {"Number": "DRAWING ISSUE SHEET"},
    {"Title": "Day", "C": "3", "D": "17", "E": "9"},
    {"Title": "Month", "C": "2", "D": "3", "E": "May"},
    {"Title": "Year", "C": "2025", "D": "25", "E": "2025"},
]


def test_columns_of_issues_with_the_date_in_three_rows_above() -> None:
    matrix = find_issue_matrix(TABLE, ABOVE)
    assert matrix is not None
    assert matrix.keep == ("Number", "Title")
    assert [(one.column, one.date) for one in matrix.issues] == [
        ("C", "2025-02-03"),
        ("D", "2025-03-17"),
        ("E", "2025-05-09"),
    ]


def test_the_rows_of_one_document_stand_together_in_the_order_of_the_issues() -> None:
    matrix = find_issue_matrix(TABLE, ABOVE)
    assert matrix is not None
    table, places = melt(matrix, TABLE)
    assert table["Number"] == ["HQ-A-200", "HQ-A-200", "HQ-A-201", "HQ-A-201"]
    assert table["Revision"] == ["P02", "P03", "P01", "P02"]
    assert table["Issue date"] == ["2025-03-17", "2025-05-09", "2025-02-03", "2025-03-17"]
    assert places == [(0, "D"), (0, "E"), (1, "C"), (1, "D")]


def test_dates_as_headings_are_read_in_one_order() -> None:
    columns = {"No": ["A-1"], "03/04/25": ["A"], "28/04/25": ["B"], "05/05/25": ["C"]}
    matrix = find_issue_matrix(columns)
    assert matrix is not None
    assert [one.date for one in matrix.issues] == ["2025-04-03", "2025-04-28", "2025-05-05"]


def test_dates_that_can_be_read_in_two_ways_stay_open() -> None:
    matrix = find_issue_matrix({"No": ["A-1"], "03/04/25": ["A"], "05/04/25": ["B"]})
    assert matrix is not None
    assert [one.date for one in matrix.issues] == ["", ""]


def test_a_date_in_one_row_above() -> None:
    above = [{"Issue 1": "2025-02-03", "Issue 2": "2025-03-17"}]
    matrix = find_issue_matrix({"No": ["A-1"], "Issue 1": ["A"], "Issue 2": ["B"]}, above)
    assert matrix is not None
    assert [one.date for one in matrix.issues] == ["2025-02-03", "2025-03-17"]


def test_issues_are_in_the_order_of_their_dates() -> None:
    columns = {"No": ["A-1"], "28/04/25": ["P02"], "03/04/25": ["P01"]}
    matrix = find_issue_matrix(columns)
    assert matrix is not None
    table, _ = melt(matrix, columns)
    assert (table["Revision"], table["Issue date"]) == (["P01", "P02"], ["2025-04-03", "2025-04-28"])


@pytest.mark.parametrize("text", ["", " ", "-", "–", "n/a", "TBC"])
def test_empty_cells_and_placeholders_are_no_issues(text: str) -> None:
    columns = {"No": ["A-1", "A-2"], "03/04/25": ["P01", "P01"], "28/04/25": [text, "P02"]}
    matrix = IssueMatrix(("No",), (IssueColumn("03/04/25"), IssueColumn("28/04/25")))
    assert melt(matrix, columns)[1] == [(0, "03/04/25"), (1, "03/04/25"), (1, "28/04/25")]


@pytest.mark.parametrize(
    ("day", "month", "year"), [("Day", "Month", "Year"), ("Tag", "Monat", "Jahr"), ("Jour", "Mois", "Année")]
)
def test_the_rows_above_are_named_in_several_languages(day: str, month: str, year: str) -> None:
    above = [
        {"No": day, "C": "3", "D": "31"},
        {"No": month, "C": "2", "D": "2"},
        {"No": year, "C": "25", "D": "25"},
    ]
    matrix = find_issue_matrix({"No": ["A-1"], "C": ["A"], "D": ["B"]}, above)
    assert matrix is not None
    assert [one.date for one in matrix.issues] == ["2025-02-03", ""]  # there is no 31 February


def test_other_registers_are_no_issue_matrix() -> None:
    assert find_issue_matrix({"No": ["A-1"], "Rev": ["A"], "Status": ["S2"]}) is None
    assert find_issue_matrix({"No": ["A-1"], "Rev": ["A"], "Prev": ["B"]}) is None
    assert find_issue_matrix({"No": ["A-1"], "Issue 1": ["A"]}) is None  # one column is the revision
    assert find_issue_matrix({"No": ["A-1"], "Issue 1": ["2025-01-01"], "Issue 2": ["2025-01-01"]}) is None
    assert find_issue_matrix({"C": ["A"], "D": ["B"]}) is None  # nothing to repeat
