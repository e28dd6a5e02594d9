"""A batch from a folder to revisions, with real HTTP, files and PDFs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pdm_nb.errors import InputError, JournalError, RunError
from pdm_nb.sim.samples import write_register, write_samples
from tests.support.simulator.sim_site import Site


def test_from_folder_to_revisions(site: Site) -> None:
    """The main job: each document becomes the revision of its own upload (B46)."""
    batch = site.ready(5)
    table = batch.submit().wait()
    assert set(table["state"]) == {"submitted"}
    revisions = site.project.revisions(table["revision_id"]).set_index("upload_id")
    assert len(revisions) == 5
    for row in table.itertuples():
        assert revisions.loc[row.upload_id, "id"] == row.revision_id
        assert revisions.loc[row.upload_id, "name"] == Path(row.file).stem


def test_machine_learning_and_file_names_fill_cells_that_the_analyst_left(site: Site) -> None:
    """B36-B38: and what the analyst set stays."""
    written = write_samples(site.folder / "documents", 15, 7)
    batch = site.batch(site.folder / "documents")
    drawing = next(
        s for s in written if s.type == "Drawing" and s.path.name.startswith("RST-") and s.title and s.number
    )
    id_ = next(d.id for d in batch.view.documents if d.name == drawing.path.name)
    batch.set(None, "status", "S2")
    batch.set(id_, "number", "9999")
    batch.upload().wait()
    batch.watch().wait()
    assert batch.view.cell(id_, "description").text == drawing.title
    assert batch.view.cell(id_, "description").source == "ML"
    assert 0 < (batch.view.cell(id_, "description").confidence or 0) <= 1
    sources = batch.evidence.sources(id_).set_index("field")
    assert sources.loc["description", "confidence"] == batch.view.cell(id_, "description").confidence
    assert batch.view.cell(id_, "originator").source == "FILENAME_SCRAPING"
    assert batch.view.cell(id_, "number").text == "9999"
    assert batch.view.suggestion(id_, "number") not in ("", "9999")


def test_cells_change_while_one_watches(site: Site) -> None:
    batch = site.batch(site.documents(12))
    batch.set(None, "status", "S2")
    batch.upload().wait()
    seen: list[frozenset[int]] = []
    batch.view.watch_changes(seen.append)
    batch.watch(every=2).wait()
    assert len(seen) > 12
    assert {"ML"} <= {batch.view.cell(i, "type").source for i in batch.frame.index}


def test_values_by_label_code_id_and_none(site: Site) -> None:
    batch = site.plain(4)
    status = site.project.values("status").set_index("code")
    assert batch.set(0, "status", "S3").findings == []
    assert batch.set(1, "status", status.loc["S3", "label"]).findings == []
    assert batch.set(2, "status", status.loc["S3", "id"]).findings == []
    assert len({batch.view.cell(i, "status").values for i in range(3)}) == 1
    batch.set("letter-00[01].txt", "trades", ["Concrete", "Steel"])
    batch.set(batch.frame["file"].str.endswith("3.txt"), "description", None)
    assert batch.view.cell(3, "description").text == ""
    batch.set([0, 1], "description", pd.Series(["one", "two"]))
    assert batch.frame["description"].tolist()[:2] == ["one", "two"]


@pytest.mark.parametrize(
    ("field", "value", "code", "told"),
    [
        ("status", "S2 - Suitable for information", "PDM102", "Suitable for information"),
        ("originator", "OLD", "PDM103", "no longer active"),
        ("asset_value", "12,50 EUR", "PDM105", "is not a number"),
        ("handover_date", "03/04/2026", "PDM106", "set the order of day and month"),
        ("handover_date", "31/02/2026", "PDM106", "2026-03-31"),
        ("type", "Drawing; Specification", "PDM108", "one value"),
        ("authored_by", "nobody@example.com", "PDM102", "not in the Authored by list"),
    ],
)
def test_unresolved_values_are_kept_and_reported(
    site: Site, field: str, value: str, code: str, told: str
) -> None:
    batch = site.plain(1)
    (finding,) = batch.set(0, field, value).findings
    assert finding.code == code
    assert told in f"{finding.message} {finding.fix}"
    assert batch.frame.loc[0, field] == value
    table = batch.upload().wait()
    assert table.loc[0, ["state", "reason"]].tolist() == ["on hold", code]
    assert site.calls("createDocumentUploads") == 0
    batch.set(0, field, None)
    assert batch.upload().wait().loc[0, "state"] == "uploaded"


def test_mend_applies_the_proposed_fixes(site: Site) -> None:
    batch = site.plain(1)
    batch.set(0, "status", "S2 - Suitable for information")
    batch.set(0, "handover_date", "31/03/2026")
    assert len(batch.apply_fixes()) == 2
    assert batch.frame.loc[0, ["status", "handover_date"]].tolist() == [
        "Suitable for information",
        "2026-03-31",
    ]


@pytest.mark.parametrize(
    ("rows", "field", "told"),
    [
        (None, "statuss", "Unknown field 'statuss'"),
        (99, "status", "no document 99"),
        ("*.xyz", "status", r"No file .*'\*.xyz'"),
        (None, "workflow_state", "readonly"),
    ],
)
def test_wrong_rows_and_fields(site: Site, rows: object, field: str, told: str) -> None:
    batch = site.plain(1)
    with pytest.raises(InputError, match=told):
        batch.set(rows, field, "S2")  # type: ignore[arg-type]


def test_manifest_from_a_spreadsheet(site: Site) -> None:
    written = write_samples(site.folder / "documents", 15, 7)
    register = write_register(site.folder / "documents", written, site.folder / "register.csv")
    book = site.folder / "register.xlsx"
    pd.read_csv(register, dtype=str).to_excel(book, index=False)
    by_csv = site.batch(register, folder=site.folder / "documents", journal=site.folder / "a.sqlite")
    by_xlsx = site.batch(book, folder=site.folder / "documents", journal=site.folder / "b.sqlite")
    assert len(by_csv.frame) == 15
    pd.testing.assert_frame_equal(by_csv.frame, by_xlsx.frame)
    assert (by_csv.frame["status"] != "").all()


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("no-such-folder", "no-such-folder does not exist"),
        ("*.nothing", r"No file matches \*.nothing"),
        (pd.DataFrame({"file": ["a.pdf"], "Title": ["A"]}), r"row 2: 'a.pdf'\. Check the folder"),
        (pd.DataFrame({"remark": ["new", "old"]}), r"No column has the files or the numbers.*'remark'"),
    ],
)
def test_sources_that_cannot_be_used(site: Site, source: object, told: str) -> None:
    with pytest.raises(InputError, match=told):
        site.batch(source)


def test_empty_missing_and_unreadable_files_are_held_and_the_rest_continues(site: Site) -> None:
    batch = site.plain(2)
    (site.folder / "empty.txt").touch()
    more = site.project.batch(
        [site.folder / "empty.txt", site.folder / "missing.txt", site.folder / "plain"],
        journal=batch.view.journal_path,
    )
    assert more is batch
    for field, value in {"type": "Other", "status": "S2", "revision": "P01", "description": "x"}.items():
        batch.set(None, field, value)
    found = batch.check().set_index("file")
    assert found.loc["empty.txt", "code"] == "PDM202"
    assert found.loc["missing.txt", "code"] == "PDM201"
    table = batch.upload().wait().set_index("file")
    assert table["state"].tolist() == ["uploaded"] * 2 + ["on hold"] * 2
    (site.folder / "missing.txt").write_text("found again")
    assert batch.upload().wait().set_index("file").loc["missing.txt", "state"] == "uploaded"


def test_required_field_that_is_empty_holds_one_document_not_the_others(site: Site) -> None:
    """B43, B44: known beforehand, so the service is not even asked."""
    batch = site.ready(3)
    batch.set(1, "description", None)
    table = batch.submit().wait()
    assert table["state"].tolist() == ["submitted", "on hold", "submitted"]
    assert "Description" in table.loc[1, "message"]
    batch.set(1, "description", "Now there")
    assert batch.submit().wait()["state"].tolist() == ["submitted"] * 3
    assert site.revision_count() == 3


def test_a_revision_cannot_be_edited(site: Site) -> None:
    """B49."""
    batch = site.ready(1)
    batch.submit().wait()
    with pytest.raises(InputError, match="cannot be edited"):
        batch.set(0, "description", "too late")


def test_edits_after_the_upload_are_sent_before_the_submit(site: Site) -> None:
    batch = site.ready(1)
    batch.set(0, "description", "Better words")
    table = batch.submit().wait()
    assert site.project.revisions(table["revision_id"]).loc[0, "description"] == "Better words"


def test_a_second_run_sends_nothing(site: Site) -> None:
    batch = site.ready(2)
    batch.submit().wait()
    before = site.service.client.calls.total()
    batch.upload().wait()
    batch.watch().wait()
    batch.submit().wait()
    assert site.service.client.calls.total() == before


def test_calls_are_few(site: Site) -> None:
    """Two a file (B57), and shares of a hundred for the rest."""
    batch = site.plain(120)
    before = site.service.client.calls.total()
    batch.upload().wait()
    batch.watch().wait()
    batch.submit().wait()
    assert set(batch.status()["state"]) == {"submitted"}
    assert site.service.client.calls.total() - before <= 2 * 120 + 16


def test_one_run_at_a_time(site: Site) -> None:
    batch = site.plain(2)
    run = batch.upload()
    with pytest.raises(RunError, match="still running"):
        batch.submit()
    run.wait()


def test_cancel_leaves_a_correct_journal_and_the_next_run_continues(site: Site) -> None:
    batch = site.plain(40)
    run = batch.upload()
    batch.view.watch_changes(lambda ids: run.cancel() if site.service.client.storage_puts > 10 else None)
    with pytest.raises(RunError, match="stopped"):
        run.wait()
    puts = site.service.client.storage_puts
    stored = sum(document.state == "transferred" for document in batch.view.documents)
    assert 0 < stored < 40
    batch.upload().wait()
    assert set(batch.frame["state"]) == {"uploaded"}
    assert site.service.client.storage_puts - puts <= 40 - stored


def test_a_journal_outlives_the_kernel(site: Site) -> None:
    """A second kernel opens it and goes on: cells, states, uploads."""
    batch = site.ready(3)
    batch.set(0, "description", "Typed before the kernel died")
    path = batch.view.journal_path
    batch.close()
    again = site.connect().project("Riverside Tower").batch(journal=path)
    assert again is not batch
    assert again.frame.loc[0, "description"] == "Typed before the kernel died"
    assert set(again.resume(until="submit").wait()["state"]) == {"submitted"}
    assert site.calls("createDocumentRevisions") == 0  # the second service's, not this one's


def test_running_the_cell_again_answers_the_same_batch(site: Site) -> None:
    batch = site.plain(2)
    assert (
        site.connect()
        .project("Riverside Tower")
        .batch(site.folder / "plain", journal=batch.view.journal_path)
        is batch
    )


def test_a_journal_of_another_project_is_refused(site: Site) -> None:
    batch = site.plain(1)
    with pytest.raises(JournalError, match=r"Riverside Tower.*not of.*Harbour Bridge"):
        site.service.project("Harbour Bridge").batch(journal=batch.view.journal_path)
    batch.close()
    with pytest.raises(JournalError, match=r"Riverside Tower.*not of.*Harbour Bridge"):
        site.service.project("Harbour Bridge").batch(journal=batch.view.journal_path)


def test_the_report_is_complete_and_contains_no_formula(site: Site) -> None:
    batch = site.ready(2)
    batch.set(0, "description", "=cmd|' /C calc'!A0")
    batch.submit().wait()
    book = openpyxl.load_workbook(batch.report(site.folder / "audit.xlsx"))
    assert book.sheetnames == [
        "summary",
        "documents",
        "findings",
        "differences",
        "changes",
        "work list",
        "history",
    ]
    cells = [cell.value for row in book["documents"].iter_rows() for cell in row]
    assert "=cmd|' /C calc'!A0" in cells
    assert batch.status().loc[0, "revision_id"] in cells
    assert {cell.data_type for row in book["documents"].iter_rows() for cell in row} <= {"s", "n", "d"}
    assert "accepted" in [row[3].value for row in book["history"].iter_rows()]
    with pytest.raises(InputError, match=r"\.xlsx, .*parquet"):
        batch.report(site.folder / "audit.docx")


def test_large_file_goes_in_parts_and_is_never_read_whole(site: Site) -> None:
    """B54: a sparse file of 210 MB makes three parts; memory stays flat."""
    import tracemalloc

    files = site.folder / "large"
    files.mkdir()
    with open(files / "model.txt", "wb") as file:
        file.truncate(210_000_000)
    batch = site.batch(files, journal=site.folder / "large.sqlite")
    tracemalloc.start()
    batch.upload().wait()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert batch.frame.loc[0, "state"] == "uploaded"
    assert site.service.client.storage_puts == 3
    assert peak < 50_000_000


def test_no_secret_and_no_url_in_the_journal(site: Site) -> None:
    batch = site.ready(2)
    batch.submit().wait()
    batch.close()
    written = b"".join(path.read_bytes() for path in site.folder.glob("batch.sqlite*"))
    assert site.sim.client_secret.encode() not in written
    assert b"/storage/" not in written
    assert b"Bearer" not in written


def test_both_readings_of_revisions_pair_uploads_with_them(make_site: Callable[..., Site]) -> None:
    """B46: without upload_id in the rows, paired by order over those that did not fail."""
    site = make_site(reveal_upload_id=False)
    table = site.ready(3)
    table = table.submit().wait()
    revisions = site.project.revisions(table["revision_id"]).set_index("id")
    assert [revisions.loc[row.revision_id, "name"] for row in table.itertuples()] == [
        Path(row.file).stem for row in table.itertuples()
    ]


def test_closing_stops_a_running_run_first(site: Site) -> None:
    batch = site.plain(30)
    batch.upload()
    path = batch.view.journal_path
    batch.close()
    again = site.project.batch(journal=path)
    assert set(again.upload().wait()["state"]) == {"uploaded"}


def test_one_file_under_two_spellings_of_its_path_is_one_document(site: Site) -> None:
    batch = site.plain(2)
    twice = site.project.batch(site.folder / "plain" / ".." / "plain", journal=batch.view.journal_path)
    assert len(twice.view.documents) == 2


def test_a_file_name_that_is_not_unicode_is_reported(site: Site) -> None:
    folder = site.folder / "odd"
    folder.mkdir()
    (Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt"))).write_text("x")
    with pytest.raises(InputError, match=r"caf\\udce9.txt is not valid Unicode"):
        site.batch(folder)


# -- choosing rows
def test_every_kind_of_mask_chooses_the_rows_where_it_is_true(site: Site) -> None:
    batch = site.plain(4)
    frame = batch.frame
    mask = frame["file"].str.contains("00[13]")
    for number, rows in enumerate(
        [
            mask,
            mask.to_numpy(),
            mask.tolist(),
            tuple(mask),
            mask.array,
            mask.astype(object),
            frame[mask],
            mask[::-1],
        ]
    ):
        batch.set(rows, "description", f"turn {number}")
        assert (batch.frame["description"] == f"turn {number}").tolist() == [False, True, False, True]
    batch.set(["letter-000*", "*-002.txt"], "description", "patterns")
    batch.set(slice(3, None), "description", "slice")
    assert batch.frame["description"].tolist() == ["patterns", "turn 7", "patterns", "slice"]
    batch.set([False] * 4, "description", "nobody")
    batch.set([], "description", "nobody")
    assert "nobody" not in set(batch.frame["description"])


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([True, False], "mask has 2 rows, the batch has 3"),
        (True, "does not select rows"),
        (1.0, "does not select rows"),
        ([1.5], "no document 1.5"),
        (pd.Series(["a"]), "only if it is a mask"),
        (["*.txt", "*.xyz"], r"No file .*xyz"),
    ],
)
def test_rows_that_cannot_be_meant(site: Site, rows: object, told: str) -> None:
    batch = site.plain(3)
    with pytest.raises(InputError, match=told):
        batch.set(rows, "description", "x")


# -- registers that are read again
def test_a_corrected_register_is_taken_over_and_edits_stay(site: Site) -> None:
    (site.folder / "a.txt").write_text("a")
    (site.folder / "b.txt").write_text("b")
    register = site.folder / "register.csv"
    register.write_text("file,status,description\na.txt,For nothing,First\nb.txt,S2,Second\n")
    batch = site.batch(register)
    assert batch.check()["code"].tolist().count("PDM102") == 1
    batch.set(1, "description", "Edited by hand")
    register.write_text("file,status,description,revision\na.txt,S2,First,P01\nb.txt,S3,Second,P02\n")
    assert site.batch(register) is batch
    frame = batch.frame
    assert frame["status"].tolist() == ["Suitable for information", "Suitable for review and comment"]
    assert frame["description"].tolist() == ["First", "Edited by hand"]
    assert frame["revision"].tolist() == ["P01", "P02"]
    batch.close()
    assert site.batch(register).frame["description"].tolist() == ["First", "Edited by hand"]


def test_a_register_without_its_folder_is_rejected_and_adds_nothing(site: Site) -> None:
    table = pd.DataFrame({"file": ["x.pdf", "y.pdf"]})
    with pytest.raises(InputError, match=r"None of the 2 rows has a file in .*elsewhere.*Check the folder"):
        site.batch(table, folder=site.folder / "elsewhere")
    assert not (site.folder / "batch.sqlite").exists()


# -- going on
def test_a_held_document_continues_as_soon_as_it_is_fixed(site: Site) -> None:
    batch = site.plain(2)
    batch.set(0, "status", "Nonsense")
    assert batch.upload().wait()["state"].tolist() == ["on hold", "uploaded"]
    batch.set(0, "status", "S2")
    assert batch.status().loc[0, ["state", "reason", "message"]].tolist() == ["not uploaded", "", ""]


def test_submitting_too_early_is_reported(site: Site) -> None:
    batch = site.plain(2)
    with pytest.raises(InputError, match=r"Call upload\(\) and watch\(\) first"):
        batch.submit()
    batch.upload().wait()
    with pytest.raises(InputError, match="watch"):
        batch.submit()
    batch.watch().wait()
    assert set(batch.submit().wait()["state"]) == {"submitted"}


def test_resume_goes_no_further_than_was_asked_for(site: Site) -> None:
    """A revision is for good: nobody gets one by a resume that was never asked to submit."""
    batch = site.plain(2)
    batch.upload().wait()
    assert set(batch.resume().wait()["state"]) == {"uploaded"}
    batch.watch().wait()
    assert set(batch.resume().wait()["state"]) == {"ready"}
    assert set(batch.resume(until="submit").wait()["state"]) == {"submitted"}


def test_rows_can_be_removed_while_nothing_was_done_with_them(site: Site) -> None:
    batch = site.plain(3)
    assert batch.remove(1) == [1]
    assert batch.frame["file"].tolist() == ["letter-000.txt", "letter-002.txt"]
    batch.upload().wait()
    with pytest.raises(InputError, match="cannot be deleted"):
        batch.remove(2)
    batch.close()
    assert len(site.project.batch(journal=site.folder / "batch.sqlite")) == 2


def test_findings_of_a_removed_row_are_not_reported_for_the_next_row(site: Site) -> None:
    batch = site.plain(2)
    batch.set(1, "handover_date", "no date")
    assert [finding.code for finding in batch.findings([1])] == ["PDM106"]
    batch.remove(1)
    (site.folder / "letter-new.txt").write_text("new")
    site.project.batch([site.folder / "letter-new.txt"], journal=batch.view.journal_path)
    new = batch.view.documents[-1]
    assert (new.id, new.name) == (2, "letter-new.txt")
    assert "PDM106" not in [finding.code for finding in batch.findings()]


def test_rows_stay_during_a_run(site: Site) -> None:
    batch = site.plain(30)
    run = batch.upload()
    with pytest.raises(RunError, match="still running"):
        batch.remove(29)
    assert set(run.wait()["state"]) == {"uploaded"}


def test_a_closed_batch_says_so(site: Site) -> None:
    batch = site.plain(1)
    batch.close()
    with pytest.raises(RunError, match="closed"):
        batch.upload()


@pytest.mark.parametrize(
    "written", ["31-Mar-2026", "31 March 2026", "March 31, 2026", "2026/03/31", "2026-3-31", "31.03.2026"]
)
def test_dates_that_can_be_read_in_one_way_are_proposed(site: Site, written: str) -> None:
    batch = site.plain(1)
    batch.set(0, "handover_date", written)
    batch.apply_fixes()
    assert batch.frame.loc[0, "handover_date"] == "2026-03-31"


def test_retry_keeps_what_the_register_said(site: Site) -> None:
    """Also across a kernel: what is to be sent again is the analyst's layer alone."""
    (site.folder / "a.txt").write_text("a")
    register = site.folder / "register.csv"
    register.write_text("file,type,status,revision,description\na.txt,OT,S2,P01,First\n")
    batch = site.batch(register)
    batch.upload().wait()
    site.sim.delete_upload(batch.view.document(0).upload_id)
    batch.watch().wait()
    assert batch.retry() == [0]
    batch.close()
    again = site.batch(register)
    again.upload().wait()
    again.watch().wait()
    assert set(again.submit().wait()["state"]) == {"submitted"}
