"""Who changed which cell is in the journal, with the change itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pdm_nb.batch.journal.change_log import Cause
from pdm_nb.batch.journal.journal import Identity, Journal
from pdm_nb.errors import StateError
from pdm_nb.model import FILE_NAME, Cell
from tests.support.builders import document

Row = tuple[int, str, str, str, str, str]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(
        tmp_path / "batch.sqlite", Identity("https://api.test", "7", "42", "Riverside Tower")
    )
    yield journal
    journal.close()


def cell(text: str, source: str = "MANUAL") -> Cell:
    return Cell(text, (text,), source)


def rows(journal: Journal) -> list[Row]:
    actions = journal.log.actions()
    return [
        (id_, field, before, after, *actions[which][1:3])
        for which, id_, field, before, after in zip(*journal.log.changes(), strict=True)
    ]


def test_values_of_a_register_and_what_a_profile_made_of_them(journal: Journal) -> None:
    path = document().path
    journal.add([document()], {path: [("f-a", cell("Architect")), ("f-b", cell("P01"))]}, Cause("register", "r.xlsx"), {(path, "f-a"): "Arch"})  # fmt: skip
    assert rows(journal) == [
        (0, "f-a", "", "Arch", "register", "r.xlsx"),
        (0, "f-a", "Arch", "Architect", "profile", "'Arch' became 'Architect'"),
        (0, "f-b", "", "P01", "register", "r.xlsx"),
    ]


def test_edits_name_the_analyst_and_the_action_and_equal_texts_are_no_change(journal: Journal) -> None:
    journal.add([document()])
    journal.set_cells([(0, "f-a", cell("x"))], Cause("fix", "Fixed PDM102: 1 cell"))
    journal.set_cells([(0, "f-a", cell("x"))])
    journal.set_cells([(0, "f-a", cell("y")), (0, "f-name", cell("A-101", FILE_NAME))])
    journal.drop_cells([(0, "f-a")])
    assert [row[2:5] for row in rows(journal)] == [
        ("", "x", "fix"), ("x", "y", "analyst"), ("", "A-101", "file name"), ("y", "", "analyst"),
    ]  # fmt: skip


def test_the_service_is_an_author_only_of_what_it_changed(journal: Journal) -> None:
    journal.add([document()])
    journal.set_cells([(0, "f-sent", cell("S2")), (0, "f-unsent", cell("mine"))])
    journal.mark_sent([(0, "f-sent", cell("S2"))])
    before = len(rows(journal))
    reported = [("f-sent", "S3", "MANUAL"), ("f-unsent", "theirs", "ML"), ("f-ml", "Plan", "ML"), ("f-code", "A", "FILENAME_SCRAPING"),
                ("f-by", "me", "SYSTEM"), ("f-size", "12", "SYSTEM")]  # fmt: skip
    logged = {"f-sent", "f-unsent", "f-ml", "f-code", "f-by"}
    for _ in range(2):  # the same again is no change
        journal.record_cells([(0, field, cell(text, by)) for field, text, by in reported], logged=logged)
    assert [row[1:5] for row in rows(journal)[before:]] == [
        ("f-sent", "S2", "S3", "service"),
        ("f-ml", "", "Plan", "machine learning"),
        ("f-code", "", "A", "file name"),
        ("f-by", "", "me", "service"),
    ]
    accounts = {facts[1]: facts[3] for facts in journal.log.actions().values()}
    assert accounts["service"] == accounts["machine learning"] == ""


def test_what_is_refused_is_not_recorded(journal: Journal) -> None:
    journal.add([document(state="submitted")])
    with pytest.raises(StateError):
        journal.set_cells([(0, "f-a", cell("x"))])
    assert rows(journal) == []


def test_ids_of_removed_documents_with_changes_are_not_reused(journal: Journal) -> None:
    journal.add([document("a.pdf"), document("b.pdf")])
    journal.set_cells([(1, "f-a", cell("x"))])
    journal.remove([1])
    journal.close()
    again = Journal.open(journal.path)
    assert again.add([document("c.pdf")]) == [2]
    again.close()


def test_equal_actions_count_as_one_decision(journal: Journal) -> None:
    journal.add([document("a.pdf"), document("b.pdf")])
    for id_ in (0, 1):
        journal.set_cells([(id_, "f-a", cell("x"))], Cause("fix", "Fixed PDM102"))
    assert [decision[1:] for decision in journal.log.decisions()] == [("fix", "Fixed PDM102", 2)]


def test_what_was_read_back_replaces_only_the_documents_that_were_read(journal: Journal) -> None:
    journal.log.set_readback({0: [("f-a", "different", "x", "y")], 1: [("", "equal", "", "")]})
    journal.log.set_readback({0: [("", "equal", "", "")]})
    assert [(row[0], row[1], row[3]) for row in journal.log.readback()] == [
        (0, "", "equal"),
        (1, "", "equal"),
    ]


def test_origins_and_plans_survive_a_restart(journal: Journal) -> None:
    journal.log.set_origins([(0, ("r.xlsx", "Sheet1", 4, "ab"))])
    journal.log.keep_plan("f" * 64, b"content", "e" * 64)
    journal.close()
    again = Journal.open(journal.path)
    assert again.log.origins() == {0: ("r.xlsx", "Sheet1", 4, "ab")}
    assert (again.log.plan_of_file("e" * 64), again.log.plan("f" * 64)) == ("f" * 64, b"content")
    assert (again.log.plan_of_file("0"), again.log.plan("0")) == (None, None)
    again.close()
