"""The evidence of a batch: from the row of a register to the revision, and what the service has of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from pdm_nb import journals
from pdm_nb.errors import InputError, RunError
from tests.support.simulator.sim_site import Site

SELECTED = "/selected_revisions"
TYPED = {"size": "Int64", "row": "Int64", "version": "Int64", "uploaded_at": "datetime64[us, UTC]", "submitted_at": "datetime64[us, UTC]"}  # fmt: skip


def edit(index: int, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Any], Any]:
    """Change one row of a response."""

    def changed(body: Any) -> Any:
        rows = [change(row) if number == index else row for number, row in enumerate(body["data"])]
        return body | {"data": rows}

    return changed


def with_text(row: dict[str, Any], name: str, text: str) -> dict[str, Any]:
    fields = [f | {"values": [{"label": text}]} if f["name"] == name else f for f in row["fields"]]
    return row | {"fields": fields}


def masked(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "permissions": {"allowed_actions": []}, "fields": []}


def registered(site: Site) -> tuple[Path, Any]:
    """A register of two files, with a value that a crosswalk maps, and its batch."""
    folder = site.folder / "letters"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(name)
    register = site.folder / "register.xlsx"
    rows = [("a.txt", "Other", "S2", "P01", "First"), ("b.txt", "Misc", "S2", "P01", "Second")]
    table = pd.DataFrame(rows, columns=["File", "Type", "Status", "Revision", "Description"])
    table.to_excel(register, index=False, sheet_name="Letters", startrow=2)
    opened = site.project.register(register, folder=folder)
    return register, opened.use("type", "Misc", "Other").batch(site.folder / "batch.sqlite")


def all_the_way(batch: Any) -> None:
    for step in (batch.upload, batch.watch, batch.submit):
        step().wait()
    assert set(batch.frame["state"]) == {"submitted"}


def test_a_document_is_followed_from_its_row_to_its_revision(site: Site) -> None:
    register, batch = registered(site)
    before = batch.evidence.frame
    assert before[["register", "sheet", "row"]].values.tolist() == [["register.xlsx", "Letters", 4], ["register.xlsx", "Letters", 5]]  # fmt: skip
    assert set(before["register_sha256"]) == {hashlib.sha256(register.read_bytes()).hexdigest()}
    all_the_way(batch)
    batch.close()
    batch = site.project.batch(journal=site.folder / "batch.sqlite")
    frame = batch.evidence.frame
    assert {name: str(frame[name].dtype) for name in TYPED} == TYPED
    first = frame.iloc[0]
    assert first["sha256"] == hashlib.sha256(b"a.txt").hexdigest()
    revision = site.project.revisions([first["revision_id"]]).iloc[0]
    assert (first["upload_id"], first["container_id"], first["version"]) == (
        revision["upload_id"], revision["container_id"], revision["version"],
    )  # fmt: skip
    assert pd.notna(first["submitted_at"])
    assert frame["register"].tolist() == ["register.xlsx"] * 2


def test_each_change_has_its_author(site: Site) -> None:
    _, batch = registered(site)
    batch.set(0, "status", "Suitable-for information")
    batch.apply_fixes()
    batch.undo(), batch.undo()
    all_the_way(batch)
    changes = batch.evidence.changes
    second = changes[(changes["document"] == 1) & (changes["field"] == "type")]
    assert second[["before", "after", "author"]].values.tolist() == [["", "Misc", "register"], ["Misc", "Other", "profile"]]  # fmt: skip
    status = changes[(changes["document"] == 0) & (changes["field"] == "status")]
    assert status["author"].tolist() == ["register", "analyst", "fix", "analyst", "analyst"]
    assert status["action"].tolist()[3].startswith("Undone: Fixed")
    assert "register.xlsx, SHA-256" in status["action"].tolist()[0]
    assert {"service", "file name"} <= set(changes["author"])
    assert changes["at"].is_monotonic_increasing


@pytest.mark.slow
def test_what_machine_learning_filled_in_is_its_own(site: Site) -> None:
    batch = site.batch(site.documents(6))
    batch.upload().wait()
    batch.watch().wait()
    authors = set(batch.evidence.changes["author"])
    assert {"machine learning", "file name"} <= authors


def test_reading_back_finds_everything_equal(site: Site) -> None:
    batch = site.ready(3)
    batch.submit().wait()
    assert batch.evidence.reconcile().wait()["read_back"].tolist() == ["equal"] * 3
    assert batch.evidence.differences.empty


DIFFERENCES: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], str]] = {
    "description": (lambda row: with_text(row, "description", "Another"), "Another"),
    "name": (lambda row: with_text(row, "name", "Other name"), "Other name"),
    "version": (lambda row: with_text(row, "version", "7"), "7"),
    "file_size": (lambda row: with_text(row, "file_size", "1"), "1"),
    "original_filename": (lambda row: with_text(row, "original_filename", "x.txt"), "x.txt"),
    "container_id": (lambda row: row | {"document_container_id": "other"}, "other"),
    "upload_id": (lambda row: row | {"upload_id": "other"}, "other"),
    "": (lambda row: row | {"recycled": True}, "The revision is in the recycle bin."),
}


def test_reading_back_finds_each_difference(site: Site) -> None:
    batch = site.ready(2)
    batch.submit().wait()
    present = [next(iter(DIFFERENCES))]
    site.wire.edit(SELECTED, lambda body: edit(1, DIFFERENCES[present[0]][0])(body), "POST")
    for field, (_, found) in DIFFERENCES.items():
        present[0] = field
        assert batch.evidence.reconcile().wait()["read_back"].tolist() == ["equal", "different"]
        rows = batch.evidence.differences[["document", "field", "result", "found"]].values.tolist()
        assert rows == [[1, field, "different", found]]


def test_a_masked_row_cannot_be_compared_and_is_no_difference(site: Site) -> None:  # B51
    batch = site.ready(2)
    batch.submit().wait()
    site.wire.edit(SELECTED, edit(0, masked), "POST")
    assert batch.evidence.reconcile().wait()["read_back"].tolist() == ["cannot be compared", "equal"]
    assert batch.evidence.differences["found"].tolist() == [
        "This account is not allowed to see the revision."
    ]


def test_a_revision_that_is_not_indexed_yet_is_read_again_later(site: Site) -> None:  # B69
    batch = site.ready(1)
    batch.submit().wait()
    hidden = [True]
    site.wire.edit(SELECTED, lambda body: body | {"data": [] if hidden[0] else body["data"]}, "POST")
    assert batch.evidence.reconcile().wait()["read_back"].tolist() == ["not listed yet"]
    assert "Read back again later" in batch.evidence.differences["found"][0]
    hidden.clear()
    hidden.append(False)
    assert batch.evidence.reconcile().wait()["read_back"].tolist() == ["equal"]
    assert batch.evidence.differences.empty


def test_without_a_revision_id_nothing_can_be_compared(site: Site) -> None:
    batch = site.ready(1)
    site.wire.lose_answer("/document_revisions", times=20)
    site.wire.edit("/document_revisions", lambda body: body | {"data": []})
    batch.submit().wait()
    assert batch.evidence.reconcile().wait()["read_back"].tolist() == ["cannot be compared"]
    assert "Confirm that first" in batch.evidence.differences["found"][0]


def test_saved_as_every_kind_of_file(site: Site) -> None:
    _, batch = registered(site)
    batch.set(0, "description", "=cmd|' /C calc'!A0")
    all_the_way(batch)
    batch.evidence.reconcile().wait()
    evidence, folder = batch.evidence, site.folder
    book = openpyxl.load_workbook(evidence.save(folder / "e.xlsx"))
    assert book.sheetnames == ["summary", "documents", "differences", "changes", "work list", "history"]
    heads = [cell.value for cell in book["documents"][1]]
    assert {"register_sha256", "revision_id", "description"} <= set(heads)
    cell = book["documents"].cell(2, heads.index("description") + 1)
    assert (cell.value, cell.data_type) == ("=cmd|' /C calc'!A0", "s")
    facts = {row[0].value: row[1].value for row in book["summary"].iter_rows()}
    assert (facts["equal"], facts["submitted"]) == ("2 documents", "2")
    page = evidence.save(folder / "e.html").read_text("utf-8")
    assert batch.status().loc[0, "revision_id"] in page
    content = json.loads(evidence.save(folder / "e.json").read_text("utf-8"))
    assert [row["read_back"] for row in content["documents"]] == ["equal"] * 2
    evidence.save(folder / "e.csv")
    assert len(pd.read_csv(folder / "e-changes.csv")) == len(evidence.changes)
    evidence.save(folder / "e.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "e-changes.parquet"), evidence.changes)


def test_a_journal_alone_has_the_evidence_but_cannot_read_back(site: Site, tmp_path: Path) -> None:
    batch = site.ready(1)
    batch.submit().wait()
    batch.close()
    path, documents = journals.report(batch.view.journal_path, tmp_path / "e.html")
    assert documents == 1
    assert "submitted" in path.read_text("utf-8")
    from pdm_nb.batch.evidence import BatchEvidence
    from pdm_nb.batch.journal.journal import Journal

    journal = Journal.open(batch.view.journal_path)
    with pytest.raises(InputError, match="needs a connection"):
        BatchEvidence(journal).reconcile()
    journal.close()


def test_a_closed_batch_is_not_read_back(site: Site) -> None:
    batch = site.plain(1)
    batch.close()
    with pytest.raises(RunError, match="closed"):
        batch.evidence.reconcile()


def test_the_work_list_names_what_is_there_newest_version_first(site: Site, tmp_path: Path) -> None:
    batch = site.ready(2)
    assert batch.evidence.work_list()[["what", "id"]].values.tolist() == [
        ["upload", document.upload_id] for document in batch.view.documents
    ]
    batch.submit().wait()
    Path(batch.view.document(0).path).write_text("another letter, and longer")
    batch.add_new_versions()
    batch.set(2, "revision", "P02")
    batch.upload().wait(), batch.watch().wait(), batch.submit().wait()
    work = batch.evidence.work_list()
    assert work[["order", "document", "version", "what"]].values.tolist() == [
        [1, 2, 2, "revision"], [2, 0, 1, "revision"], [3, 1, 1, "revision"],
    ]  # fmt: skip
    assert set(work["link"]) == {""}  # a simulator has no web tool


def test_one_document_has_its_sources_and_its_history(site: Site) -> None:
    _, batch = registered(site)
    batch.set(0, "description", "First letter")
    said = batch.evidence.sources(0)
    texts = {(field, source): text for field, source, text, _ in said.values.tolist()}
    assert (texts["description", "register"], texts["description", "analyst"]) == ("First", "First letter")
    assert ("revision", "analyst") not in texts  # the register has the same
    batch.upload().wait()
    happened = batch.evidence.history(0)
    assert happened["at"].is_monotonic_increasing
    changed = happened[happened["field"] == "description"][["before", "after", "author"]].values.tolist()
    assert changed[:2] == [["", "First", "register"], ["First", "First letter", "analyst"]]
    assert "uploaded" in happened[happened["what"] == "state"]["text"].tolist()
    with pytest.raises(InputError, match="Unknown document 99"):
        batch.evidence.history(99)
