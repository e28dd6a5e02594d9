"""Registers with the structure of real ones: each row gets its file, as tests/data/registers/expected.json has it."""

from __future__ import annotations

from typing import Any

import pytest

from pdm_nb.registers.matching import MatchKind, match_rows
from tests.support.sample_registers import expected, issue_rows, rows

NUMBERED = ("01-drawing-list.csv", "04-master-register.xlsx", "05-listado.xlsx", "07-document-list.xlsx")


def matched(name: str, **options: Any) -> Any:
    return match_rows(rows(name), dict.fromkeys(expected()[name]["files"], 100), **options)


@pytest.mark.parametrize("name", [*NUMBERED, "09-two-sheets.xlsx"])
def test_each_row_has_the_file_in_its_place_without_a_question(name: str) -> None:
    """The files in expected.json are in the order of the rows."""
    matching = matched(name)
    assert [document.file for document in matching.documents()] == expected()[name]["files"]
    assert len(matching.rows) == expected()[name]["rows"]
    assert (
        len(matching.proposals())
        == len(matching.rows_without_file())
        == len(matching.files_without_row())
        == 0
    )


def test_number_and_revision_are_what_is_compared() -> None:
    kinds = {match.kind for match in matched("01-drawing-list.csv").matches.values()}
    assert kinds == {MatchKind.NUMBER_AND_REVISION}


def test_the_template_of_file_names_is_learned_from_them() -> None:
    matching = matched("07-document-list.xlsx")
    assert matching.template.text == "HQ-{number}-{description}-{status}-{revision}"
    assert {match.kind for match in matching.matches.values()} == {MatchKind.TEMPLATE}
    given = matched("07-document-list.xlsx", template="HQ-{number}-{title}-{status}-{revision}")
    assert [document.file for document in given.documents()] == expected()["07-document-list.xlsx"]["files"]


def test_names_without_suffix_are_proposed_and_applied_on_confirmation() -> None:
    name = "03-names-without-suffix.xlsx"
    matching = matched(name)
    assert matching.documents() == []
    assert matching.kinds()["differences"].tolist() == ["suffix", "slashes, suffix", "case, suffix"]
    assert matching.kinds()["count"].tolist() == [18, 1, 1]
    assert len(matching.confirm("suffix").documents()) == 18
    confirmed = matching.confirm("suffix", "case", "slashes")
    assert [document.file for document in confirmed.documents()] == expected()[name]["files"]


def test_several_rows_for_one_file_are_as_the_user_wants_them() -> None:
    name = "02-isometrics.xlsx"
    matching = matched(name)
    assert len(matching.rows) == expected()[name]["rows"]
    assert matching.documents() == []  # "refuse"
    shared = matching.shared_files()
    assert len(shared) == expected()[name]["documents"]
    assert shared["differing"].tolist().count("number") == 4
    assert (
        shared["message"][0]
        == "Rows 2, 3, 4 are for ISO-PKG-001.pdf and differ in number: L-2000 / L-2001 / L-2002."
    )
    for policy, number in (("first", "L-2000"), ("join", "L-2000, L-2001, L-2002")):
        documents = matching.use_policy(policy).documents()
        assert [document.file for document in documents] == expected()[name]["files"]
        assert documents[0].values["number"] == number
        assert documents[1].values["number"] == "L-2003"


def test_an_issue_matrix_becomes_a_row_for_each_issue_in_the_order_of_dates() -> None:
    name = "08-issue-matrix.xlsx"
    found = issue_rows(name)
    assert len(found) == expected()[name]["rows"]
    first = [row for row in found.values() if row["number"] == "HQ-A-200"]
    assert [(row["revision"], row["date_authored"]) for row in first] == [
        ("P02", "2025-03-17"),
        ("P03", "2025-05-09"),
    ]
    matching = match_rows(found, dict.fromkeys(expected()[name]["files"], 100))
    assert [document.file for document in matching.documents()] == expected()[name]["files"]
