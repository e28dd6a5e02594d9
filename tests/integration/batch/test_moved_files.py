"""Files that were moved, renamed, restored or mounted elsewhere are recognized: nothing is sent or submitted twice."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from pdm_nb.batch import open_batch
from pdm_nb.batch.transfer import moved_files
from tests.integration.batch.test_file_changes import finish, rewrite, submitted
from tests.support.simulator.sim_site import Site

pytestmark = pytest.mark.slow


def opened(site: Site, source: Any) -> Any:
    """The same journal, with another source."""
    return site.project.batch(source, journal=site.folder / "batch.sqlite")


def moved(site: Site, *, restored: bool = False, name: str = "moved") -> Path:
    """Move the folder; `restored`: as a copy with other inodes and times, and without the old one."""
    before, after = site.folder / "plain", site.folder / name
    if restored:
        shutil.copytree(before, after, copy_function=shutil.copyfile)
        for path in after.iterdir():
            os.utime(path, ns=(5, 5))
        shutil.rmtree(before)
    else:
        before.rename(after)
    return after


def bytes_sent(site: Site) -> int:
    return int(site.service.client.storage_puts)


@pytest.mark.parametrize("restored", [False, True])
@pytest.mark.parametrize("is_closed", [False, True])
def test_a_submitted_folder_that_was_moved_is_recognized(site: Site, restored: bool, is_closed: bool) -> None:
    batch = submitted(site, 3)
    before, revisions = batch.view.documents, site.revision_count()
    if is_closed:
        batch.close()
    calls, puts = site.service.client.calls.total(), bytes_sent(site)
    batch = opened(site, moved(site, restored=restored))
    assert [document.revision_id for document in batch.view.documents] == [one.revision_id for one in before]
    assert [Path(document.path).parent.name for document in batch.view.documents] == ["moved"] * 3
    assert any("3 files were recognized at another path" in notice for notice in batch.notices)
    assert finish(batch)["state"].tolist() == ["submitted"] * 3
    assert (site.service.client.calls.total(), bytes_sent(site)) == (calls, puts)
    assert site.revision_count() == revisions
    assert len(batch.file_changes()) == len(batch.rescan()) == 0
    batch.close()
    assert len(opened(site, site.folder / "moved")) == 3


def test_a_file_that_was_renamed_is_recognized(site: Site) -> None:
    submitted(site, 2)
    (site.folder / "plain" / "letter-000.txt").rename(site.folder / "plain" / "first.txt")
    batch = opened(site, site.folder / "plain")
    assert len(batch) == 2
    assert Path(batch.view.document(0).path).name == "first.txt"
    assert batch.view.document(0).name == "letter-000.txt"  # what the service has


def test_a_moved_file_that_also_changed_is_another_document(site: Site) -> None:
    submitted(site, 1)
    rewrite(site, "lettex 0")  # as long as before
    batch = opened(site, moved(site, restored=True))
    assert len(batch) == 2
    assert batch.file_changes()["what"].tolist() == ["vanished"]


def test_a_file_that_was_uploaded_and_then_moved_is_not_sent_again(site: Site) -> None:
    site.ready(2)
    puts = bytes_sent(site)
    batch = opened(site, moved(site, restored=True))
    assert batch.submit().wait()["state"].tolist() == ["submitted"] * 2
    assert bytes_sent(site) == puts


def test_a_transfer_that_was_interrupted_continues_at_the_new_path(site: Site) -> None:
    batch = site.plain(1)
    site.sim.fail_next("completeUpload", 500, times=6)
    assert batch.upload().wait()["state"].tolist() == ["on hold"]
    puts = bytes_sent(site)
    batch = opened(site, moved(site, restored=True))
    assert batch.upload().wait()["state"].tolist() == ["uploaded"]
    assert (len(batch), bytes_sent(site)) == (1, puts)


@pytest.mark.parametrize("keeps_times", [False, True])
def test_what_was_set_for_a_file_that_was_not_sent_yet_stays(site: Site, keeps_times: bool) -> None:
    batch = site.plain(1)
    batch.set(0, "description", "set by hand")
    if keeps_times:  # such as a drive that is mounted elsewhere: other inodes
        shutil.copytree(site.folder / "plain", site.folder / "mounted")
        shutil.rmtree(site.folder / "plain")
        batch = opened(site, site.folder / "mounted")
    else:
        (site.folder / "plain" / "letter-000.txt").rename(site.folder / "plain" / "renamed.txt")
        batch = opened(site, site.folder / "plain")
        assert (batch.view.document(0).name, batch.view.cell(0, "name").text) == ("renamed.txt", "renamed")
    assert len(batch) == 1
    assert batch.view.cell(0, "description").text == "set by hand"
    assert finish(batch)["state"].tolist() == ["submitted"]


def test_all_versions_of_a_file_move_with_it(site: Site) -> None:
    batch = submitted(site, 1)
    rewrite(site)
    (new,) = batch.add_new_versions()
    batch.set(new, "revision", "P02")
    finish(batch)
    batch = opened(site, moved(site, restored=True))
    assert [Path(document.path).parent.name for document in batch.view.documents] == ["moved"] * 2
    batch.close()
    batch = opened(site, site.folder / "moved")
    assert [document.version for document in batch.view.documents] == ["1", "2"]
    (site.folder / "moved" / "letter-000.txt").write_text("a third letter")
    assert len(batch.add_new_versions()) == 1


def test_what_was_left_out_stays_out_after_the_folder_was_moved(site: Site) -> None:
    batch = submitted(site, 2)
    (site.folder / "plain" / "notes.txt").write_text("some notes")
    batch.rescan()
    batch.exclude("notes.txt")
    batch = opened(site, moved(site))
    assert batch.frame["file"].tolist() == ["letter-000.txt", "letter-001.txt"]
    assert len(batch.restore_excluded("notes.txt")) == 1


def test_a_copy_of_a_submitted_folder_is_recognized_too(site: Site) -> None:
    """It would become version 2 of everything, with the same bytes."""
    submitted(site, 2)
    shutil.copytree(site.folder / "plain", site.folder / "copy")
    batch = opened(site, site.folder / "copy")
    assert len(batch) == 2
    assert site.revision_count() == 2


def test_two_rows_with_equal_bytes_stay_two_documents(site: Site) -> None:
    site.plain(2).close()
    (site.folder / "batch.sqlite").unlink()
    for number in range(2):
        rewrite(site, "the same letter", f"letter-00{number}.txt")
    batch = opened(site, site.folder / "plain")
    for field, value in {
        "type": "Other",
        "status": "S2",
        "revision": "P01",
        "description": "A letter",
    }.items():
        batch.set(None, field, value)
    batch.upload().wait()
    found = batch.check().query("code == 'PDM208'")
    assert found["severity"].tolist() == ["info"] * 2
    assert f"the same content as {batch.view.document(1).path}" in found["message"].iloc[0]
    finish(batch)
    batch = opened(site, moved(site, restored=True))
    assert len(batch) == 2
    names = {Path(document.path).name: document.name for document in batch.view.documents}
    assert names == {"letter-000.txt": "letter-000.txt", "letter-001.txt": "letter-001.txt"}
    (site.folder / "moved" / "letter-002.txt").write_text("the same letter")
    batch.rescan()
    assert len(batch) == 3  # another row with these bytes


def test_a_file_is_hashed_again_only_if_path_size_or_time_changed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(site, 3)
    read: list[str] = []
    digest = moved_files._sha256

    def counted(path: str) -> str:
        read.append(path)
        return digest(path)

    monkeypatch.setattr(moved_files, "_sha256", counted)
    opened(site, moved(site))
    assert read == []  # renamed on one disk: the same inode, time and size
    (site.folder / "moved").rename(site.folder / "plain")
    opened(site, moved(site, restored=True, name="restored"))
    assert sorted(Path(path).parent.name for path in read) == ["restored"] * 3
    opened(site, site.folder / "restored")
    assert len(read) == 3


def test_a_register_may_name_files_at_their_new_place(site: Site) -> None:
    submitted(site, 1)
    moved(site, restored=True)
    register = site.folder / "register.csv"
    register.write_text("file,description\nmoved/letter-000.txt,A letter\n")
    batch = opened(site, register)
    assert len(batch) == 1


# -- what is left out
def test_a_batch_of_the_present_folder_never_has_its_journal_as_a_document(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = site.folder / "here"
    folder.mkdir()
    for name in ("plan.txt", "plan.bak", "plan.dwl"):
        (folder / name).write_text(name)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(
        open_batch, "FOLDER", "pdm_nb-journals"
    )  # in the folder of the documents, as a user has it
    batch = site.project.batch(".")
    assert site.project.batch(".") is batch
    assert batch.frame["file"].tolist() == ["plan.txt"]
    assert any(notice.startswith("2 files were left out: 1 .bak, 1 .dwl") for notice in batch.notices)
    batch.close()
    again = site.project.batch(".", journal="other.sqlite")
    assert again.frame["file"].tolist() == ["plan.txt"]
    assert any(" journal" in notice for notice in again.notices)


def test_the_home_folder_is_read_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(site.folder))
    (site.folder / "drawings").mkdir()
    (site.folder / "drawings" / "a.txt").write_text("a")
    batch = opened(site, "~/drawings")
    (site.folder / "drawings" / "b.txt").write_text("b")
    assert batch.rescan()["what"].tolist() == ["new"]
