"""A second run: changed files are offered, and existing documents are reported before the upload."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pdm_nb.batch import file_changes
from pdm_nb.errors import InputError
from pdm_nb.runs.loop import run
from tests.support.simulator.sim_site import Site

LETTER = "letter-000.txt"


def submitted(site: Site, count: int = 2) -> Any:
    batch = site.ready(count)
    assert set(batch.submit().wait()["state"]) == {"submitted"}
    return batch


def rewrite(site: Site, text: str = "another letter", name: str = LETTER) -> Path:
    path = site.folder / "plain" / name
    path.write_text(text)
    return path


def codes(batch: Any) -> list[str]:
    return [finding.code for finding in batch.findings()]


def again(site: Site) -> Any:
    return site.project.batch(site.folder / "plain", journal=site.folder / "batch.sqlite")


def finish(batch: Any) -> pd.DataFrame:
    batch.upload().wait()
    batch.watch().wait()
    table: pd.DataFrame = batch.submit().wait()
    return table


# -- files that changed
def test_a_second_run_over_the_same_folder_sends_nothing_and_asks_nothing(site: Site) -> None:
    submitted(site)
    before = site.service.client.calls.total()
    batch = again(site)
    assert len(batch.file_changes()) == 0
    assert finish(batch)["state"].tolist() == ["submitted"] * 2
    assert site.service.client.calls.total() == before


def test_a_changed_file_is_offered_and_becomes_the_next_version(site: Site) -> None:
    """B40, B41: the row before stays as it was."""
    batch = submitted(site)
    old = batch.view.document(0)
    rewrite(site)
    batch = again(site)
    assert "1 file changed since the upload. batch.file_changes() lists them" in batch.notices[-1]
    (change,) = batch.file_changes().to_dict("records")
    assert (change["document"], change["file"], change["what"]) == (0, LETTER, "changed")
    assert (change["revision_id"], change["size"]) == (old.revision_id, len("another letter"))
    assert abs(change["since"].timestamp() - pd.Timestamp.now("UTC").timestamp()) < 3600
    assert batch.add_new_versions() == [2]
    assert (batch.view.document(0), batch.view.document(2).follows) == (old, 0)
    assert batch.view.cell(2, "type").text == "Other"
    assert batch.view.cell(2, "revision").text == ""  # it says something of a version, not of the document
    (finding,) = [one for one in batch.findings([2]) if one.code == "PDM302"]
    assert f"a new version of revision {old.revision_id}, version 1 (P01)" in finding.message
    batch.set(2, "revision", "P02")
    table = finish(batch)
    assert table["state"].tolist() == ["submitted"] * 3
    assert table["version"].tolist() == [1, 1, 2]
    assert len(batch.file_changes()) == 0
    batch.close()
    assert len(again(site)) == 3


def test_a_version_of_a_version(site: Site) -> None:
    batch = submitted(site, 1)
    for number in (2, 3):
        rewrite(site, "more " * number)
        (new,) = batch.add_new_versions()
        batch.set(new, "revision", f"P0{number}")
        finish(batch)
    assert batch.status()["version"].tolist() == [1, 2, 3]
    assert [document.follows for document in batch.view.documents] == [None, 0, 1]


def test_a_revision_that_is_the_same_is_refused_where_duplicates_are_forbidden(site: Site) -> None:
    """B42."""
    batch = submitted(site, 1)
    for rule in batch._core.table.configuration.requirements:
        object.__setattr__(rule, "allow_duplicate_revisions", False)
    rewrite(site)
    batch.add_new_versions()
    (finding,) = [one for one in batch.findings() if one.code == "PDM302"]
    assert finding.field == "revision"
    assert "Its revision must differ" in finding.message


def test_a_touched_file_is_read_once_and_is_not_a_change(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = submitted(site)
    os.utime(site.folder / "plain" / LETTER, ns=(1, 1))
    read: list[str] = []
    same = file_changes.is_file_of

    def counted(document: Any, parts: Any) -> bool:
        read.append(document.name)
        return same(document, parts)

    monkeypatch.setattr(file_changes, "is_file_of", counted)
    assert len(batch.file_changes()) == 0
    assert len(batch.file_changes()) == 0
    assert read == [LETTER]
    assert batch.view.document(0).mtime_ns == 1
    rewrite(site, "lettex 0")  # as long as before: only its hash tells
    assert len(batch.file_changes()) == len(batch.file_changes()) == 1
    assert read == [LETTER, LETTER]


def test_a_large_file_is_compared_part_by_part(site: Site) -> None:
    from dataclasses import replace
    from hashlib import sha256

    from pdm_nb.batch.journal.journal import StoredPart

    batch = site.plain(1)
    document = replace(batch.view.document(0), sha256=None)
    content = (site.folder / "plain" / LETTER).read_bytes()
    halves = [content[:4], content[4:]]
    parts = [StoredPart(n, len(half), sha256(half).hexdigest()) for n, half in enumerate(halves)]
    assert file_changes.is_file_of(document, parts)
    assert not file_changes.is_file_of(document, parts[:1])
    assert not file_changes.is_file_of(document, parts[::-1])
    assert not file_changes.is_file_of(document, [])


def test_rescan_adds_new_files_and_reports_missing_ones(site: Site) -> None:
    batch = submitted(site, 3)
    rewrite(site, "brand new", "letter-new.txt")
    rewrite(site)
    (site.folder / "plain" / "letter-001.txt").unlink()
    table = batch.rescan().set_index("file")["what"]
    assert table.to_dict() == {LETTER: "changed", "letter-001.txt": "vanished", "letter-new.txt": "new"}
    assert len(batch) == 4
    batch.close()
    batch = site.project.batch(journal=site.folder / "batch.sqlite")  # it remembers where from
    rewrite(site, "newer still", "letter-newer.txt")
    assert batch.rescan().set_index("file")["what"]["letter-newer.txt"] == "new"


def test_a_file_that_changed_after_its_upload_is_reported_and_not_sent(site: Site) -> None:
    batch = site.ready(1)
    rewrite(site)
    (change,) = batch.file_changes().to_dict("records")
    assert "since it was uploaded" in change["message"]
    assert batch.add_new_versions() == []


def test_all_rows_are_those_that_nothing_followed(site: Site) -> None:
    batch = submitted(site, 1)
    rewrite(site)
    (new,) = batch.add_new_versions()
    batch.set(None, "status", "S3")
    batch.set("letter-*", "description", "changed")
    assert batch.view.cell(new, "description").text == "changed"
    assert batch.view.cell(0, "description").text == "A letter"


def test_a_register_that_was_corrected_fills_the_new_version(site: Site) -> None:
    site.plain(1).close()
    (site.folder / "batch.sqlite").unlink()
    register = site.folder / "register.csv"
    lines = "file,type,status,revision,description\n{},Other,S2,{},A letter\n"
    register.write_text(lines.format("plain/" + LETTER, "P01"))
    batch = site.batch(register)
    finish(batch)
    rewrite(site)
    register.write_text(lines.format("plain/" + LETTER, "P02"))
    batch = site.batch(register)
    (new,) = batch.add_new_versions()
    assert batch.view.cell(new, "revision").text == "P02"


# -- what is there already
def other(site: Site) -> Any:
    """Another journal over the same files."""
    return site.project.batch(site.folder / "plain", journal=site.folder / "other.sqlite")


def test_documents_that_another_journal_submitted_are_reported_before_the_upload(site: Site) -> None:
    """B40, B62."""
    first = submitted(site)
    batch = other(site)
    before = dict(site.service.client.calls)
    table = batch.check().query("code == 'PDM303'")
    assert len(table) == 2
    assert (
        f"as revision {first.view.document(0).revision_id}, version 1, submitted on"
        in table["message"].iloc[0]
    )
    assert table["message"].str.contains("it would become version 2").all()
    batch.check()
    now = site.service.client.calls
    assert (now["listDocumentUploads"], now["listRevisions"]) == (
        before.get("listDocumentUploads", 0) + 1,
        before.get("listRevisions", 0) + 1,
    )
    assert now["createDocumentUploads"] == before["createDocumentUploads"]


def test_an_existing_upload_is_reported_too(site: Site) -> None:
    site.ready(1)
    (finding,) = [one for one in (other(site).check().to_dict("records")) if one["code"] == "PDM303"]
    assert "already exists as upload" in finding["message"]


def test_the_evidence_of_the_same_file_is_reported(site: Site) -> None:
    """B73: the service reports no hash; file name and size are all there is."""
    submitted(site, 2)
    rewrite(site, "a letter of another length")
    batch = other(site)
    known = batch.existing()
    assert known["same_file"].tolist() == [False, True]
    listed = site.project.existing()
    assert list(listed.columns) == [
        "kind", "id", "name", "format", "version", "revision", "file", "size", "at",
    ]  # fmt: skip
    assert set(listed["name"]) == {"letter-000", "letter-001"}


def test_what_is_there_is_left_out_with_one_line(site: Site) -> None:
    submitted(site, 2)
    rewrite(site, "brand new", "letter-new.txt")
    batch = other(site)
    assert batch.existing()["kind"].tolist() == ["revision"] * 2
    assert batch.exclude(batch.existing()) == [0, 1]
    assert batch.frame["file"].tolist() == ["letter-new.txt"]
    batch.close()
    batch = other(site)  # and the same folder does not bring them back
    assert batch.frame["file"].tolist() == ["letter-new.txt"]
    assert len(batch.restore_excluded(LETTER)) == 1
    assert batch.frame["file"].tolist() == ["letter-new.txt", LETTER]


def test_documents_of_the_batch_itself_are_not_reported(site: Site) -> None:
    batch = submitted(site, 1)
    rewrite(site, "brand new", "letter-new.txt")
    batch.rescan()
    assert "PDM303" not in set(batch.check()["code"])
    assert len(batch.existing()) == 0


def test_upload_reports_it_as_well(site: Site) -> None:
    submitted(site, 1)
    batch = other(site)
    for name in ("type", "status", "revision", "description"):
        batch.set(None, name, {"type": "Other", "status": "S2", "revision": "P02", "description": "x"}[name])
    batch.upload().wait()
    assert "PDM303" in codes(batch)
    assert any("1 document is in the project already" in told for told in batch.notices)


@pytest.mark.parametrize("status", [403, 404])
def test_without_the_list_of_revisions_only_uploads_are_reported(site: Site, status: int) -> None:
    """B62."""
    submitted(site, 1).close()
    site.sim.fail_next("listRevisions", status, times=9)
    batch = other(site)
    assert "PDM303" not in set(batch.check()["code"])
    assert any("does not offer the list of revisions" in told for told in batch.notices)


def test_a_service_that_does_not_respond_is_reported_and_the_check_continues(site: Site) -> None:
    batch = site.plain(1)
    site.wire.cut("/document_uploads", "GET", times=9)
    batch.set(0, "handover_date", "no date")
    assert "PDM106" in set(batch.check()["code"])
    assert any("could not be read" in told for told in batch.notices)


def test_a_failed_look_is_not_kept(site: Site) -> None:
    """Neither by the batch nor by the project: the next look asks again."""
    submitted(site, 1)
    batch = other(site)
    site.wire.cut("/document_uploads", "GET", times=99)
    batch.existing()
    assert "could not be read" in batch.view.not_compared
    site.wire.cut_nothing()
    assert len(batch.existing()) == 1
    assert batch.view.not_compared == ""
    assert "PDM303" in codes(batch)


def test_uploads_are_known_if_the_list_of_revisions_fails(site: Site) -> None:
    site.ready(1)
    batch = other(site)
    site.wire.cut("/document_revisions", "GET", times=99)
    assert batch.existing()["kind"].tolist() == ["upload"]
    assert "list of revisions could not be read completely" in batch.view.not_compared


def test_a_malformed_row_makes_one_revision_unknown(site: Site) -> None:
    submitted(site, 2)

    def spoil(body: Any) -> Any:
        first, *others = body["data"]
        return body | {"data": [first | {"fields": [{"id": None}]}, *others]}

    site.wire.edit("/selected_revisions", spoil, "POST")
    batch = other(site)
    assert batch.existing()["kind"].tolist() == ["revision"]
    assert "1 row could not be read" in batch.view.not_compared


def test_what_was_not_seen_of_the_list_of_revisions_is_reported(site: Site) -> None:
    """A list that ends with fewer rows than it says has some that nobody saw."""
    submitted(site, 2)
    asked = run(site.project.fetch_existing(refresh=True))
    assert (asked.is_complete, asked.unread) == (True, "")
    send = site.service.client.send

    async def short(request: Any) -> Any:
        body, headers = await send(request)
        return body, {**headers, "total": "9"} if request.operation == "listRevisions" else headers

    site.service.client.send = short  # type: ignore[method-assign,assignment]
    asked = run(site.project.fetch_existing(refresh=True))
    assert asked.unread == "The list of revisions ended before all of them were read"
    assert len(asked.rows) == 2


def test_what_is_hidden_is_reported_without_a_rule_number(site: Site) -> None:
    """B51."""
    batch = submitted(site, 1)
    (row,) = site.project.existing()["id"]
    assert row == batch.view.document(0).revision_id

    site.sim._core.faults.hide(row)
    site.clock.advance(1)
    site.project.forget_existing()
    again = other(site)
    again.existing()
    assert again.view.not_compared == "1 revision is hidden from this account"


def test_a_refresh_asks_again(site: Site) -> None:
    batch = site.plain(1)
    batch.check()
    before = site.calls("listRevisions")
    batch.existing()
    assert site.calls("listRevisions") == before
    batch.existing(refresh=True)
    assert site.calls("listRevisions") == before + 1


def test_names_are_compared_as_the_standard_makes_them(site: Site) -> None:
    """B33, B40: two files with other names, whose fields make the same one."""
    batch = site.batch(site.documents(12))
    names = {batch._core.table.evaluator.name_of(document.id) for document in batch.view.documents}
    batch.set(None, "status", "S2")
    batch.upload().wait()
    batch.watch().wait()
    uploads = site.project.uploads()
    assert set(uploads["match_criteria"].str.partition("|")[0]) == {
        batch._core.table.evaluator.name_of(document.id) for document in batch.view.documents
    }
    assert names


# -- what is there under another name
def renamed(site: Site, count: int = 1) -> tuple[Any, Any]:
    """Documents that were submitted by other names than their files', and another journal over the same files."""
    first = site.plain(count)
    for document in first.view.documents:
        first.set(document.id, "name", f"Floor plan {document.id}")
    assert set(finish(first)["state"]) == {"submitted"}
    return first, other(site)


def test_what_was_submitted_by_another_name_is_recognized_by_its_file(site: Site) -> None:
    """B33, B73: the names of the second journal are those of the files."""
    first, batch = renamed(site, 2)
    table = batch.check().query("code == 'PDM324'")
    assert table["file"].tolist() == [LETTER, "letter-001.txt"]
    assert table["severity"].tolist() == ["warning"] * 2
    assert f"as revision {first.view.document(0).revision_id}, version 1" in table["message"].iloc[0]
    assert "'Floor plan 0'. It would become a separate document" in table["message"].iloc[0]
    (finding,) = [one for one in batch.findings([0]) if one.code == "PDM324"]
    assert (finding.field, finding.similar, finding.proposal) == ("name", ("Floor plan 0",), None)
    known = batch.existing()
    assert known["name"].tolist() == ["Floor plan 0", "Floor plan 1"]
    assert known["id"].tolist() == [document.revision_id for document in first.view.documents]
    assert known["same_file"].tolist() == [True, True]
    assert batch.exclude(known) == [0, 1]
    assert len(batch) == 0


def test_the_plan_shows_what_is_there_under_another_name(site: Site) -> None:
    _, batch = renamed(site)
    rewrite(site, "brand new", "letter-new.txt")
    batch.rescan()
    for field, value in (("type", "Other"), ("status", "S2"), ("revision", "P01"), ("description", "x")):
        batch.set(None, field, value)
    plan = batch.plan()
    table = plan.documents.set_index("file")
    assert table["what"].tolist() == ["new", "new"]
    assert "'Floor plan 0'. It would become a separate document" in table["why"][LETTER]
    assert table["why"]["letter-new.txt"] == ""
    assert "1 document is probably in the project under another name" in repr(plan)


def test_an_upload_of_what_is_there_under_another_name_is_reported_first(site: Site) -> None:
    _, batch = renamed(site)
    for field, value in (("type", "Other"), ("status", "S2"), ("revision", "P01"), ("description", "x")):
        batch.set(None, field, value)
    batch.upload().wait()
    assert any("1 document is probably in the project under another name" in told for told in batch.notices)
    assert not any("new versions" in told for told in batch.notices)


def test_a_document_that_is_given_the_name_that_is_there_becomes_its_next_version(site: Site) -> None:
    _, batch = renamed(site)
    batch.check()
    batch.set(0, "name", "Floor plan 0")
    assert {"PDM303", "PDM324"} & set(codes(batch)) == {"PDM303"}


def test_another_file_of_the_same_name_is_not_taken_for_the_one_that_is_there(site: Site) -> None:
    site.plain(1).close()
    first = site.batch(site.folder / "plain")
    first.set(0, "name", "Floor plan 0")
    finish(first)
    rewrite(site, "a letter of another length")
    batch = other(site)
    assert "PDM324" not in set(batch.check()["code"])
    assert len(batch.existing()) == 0


# -- names and paths
def test_names_that_differ_only_in_unicode_form_or_case_are_reported(site: Site) -> None:
    folder = site.folder / "names"
    folder.mkdir()
    names = ["Gr\u00fcn.txt", unicodedata.normalize("NFD", "Gr\u00fcn.txt"), "GR\u00dcN.txt", "Blau.txt"]
    for number, name in enumerate(names):
        (folder / name).write_text(f"{number}")
    batch = site.batch(folder)
    table = batch.check().query("code == 'PDM305'")
    assert len(table) == 3
    assert not table["file"].str.startswith("Blau").any()


def test_the_same_name_in_two_folders_is_reported(site: Site) -> None:
    """B40: one would become the second version of the other."""
    for place in ("one", "two"):
        (site.folder / "names" / place).mkdir(parents=True)
        (site.folder / "names" / place / "plan.txt").write_text(place)
    batch = site.batch(site.folder / "names")
    assert codes(batch).count("PDM304") == 2
    batch.remove(0)
    assert "PDM304" not in codes(batch)


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_two_paths_to_one_file_are_reported(site: Site, link: Any) -> None:
    folder = site.folder / "links"
    folder.mkdir()
    (folder / "plan.txt").write_text("a plan")
    link(folder / "plan.txt", folder / "latest.txt")
    batch = site.batch(folder)
    assert codes(batch).count("PDM204") == 2
    batch.exclude("latest.txt")
    assert "PDM204" not in codes(batch)


def test_what_has_an_upload_cannot_be_left_out(site: Site) -> None:
    batch = site.ready(1)
    with pytest.raises(InputError, match="cannot be deleted"):
        batch.exclude(0)
