"""What macOS answers differently, simulated: names with separate accents, folders in another case, its disk and limits."""

from __future__ import annotations

import os
import resource
import unicodedata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pdm_nb.batch.journal.journal import Identity, Journal
from pdm_nb.batch.table import row_selection
from pdm_nb.explore.download_plan import PlannedFile, _distinct
from pdm_nb.local_files import Folder, containment, find_files
from pdm_nb.registers.matching.file_index import FileIndex
from pdm_nb.sim.pdf_reader import worker
from tests.support.builders import document

COMPOSED = "Geschoßübersicht Café.pdf"
SEPARATE = unicodedata.normalize("NFD", COMPOSED)


# -- names
def test_rows_are_selected_by_what_people_type() -> None:
    files = {
        0: document(SEPARATE, id=0, path=f"/tower/{SEPARATE}"),
        1: document("other.pdf", id=1, path="/tower/other.pdf"),
    }
    journal: Any = SimpleNamespace(documents=files, followed=set())
    assert COMPOSED != SEPARATE
    for rows in (COMPOSED, SEPARATE, "*übersicht*", unicodedata.normalize("NFD", "*übersicht*")):
        assert row_selection.select(journal, rows) == [0]
    assert row_selection.select_in_order(journal, [COMPOSED]) == [0]


@pytest.mark.parametrize("pattern", ["Pläne*/*Café.pdf", unicodedata.normalize("NFD", "Pläne*/*Café.pdf")])
def test_a_pattern_finds_names_with_separate_accents(tmp_path: Path, pattern: str) -> None:
    folder = tmp_path / unicodedata.normalize("NFD", "Pläne 2")
    folder.mkdir()
    (folder / SEPARATE).write_bytes(b"%PDF")
    assert find_files(os.path.join(tmp_path, pattern)).files == [folder / SEPARATE]


def test_a_register_finds_names_with_separate_accents() -> None:
    [(path, _)] = FileIndex([SEPARATE]).find(COMPOSED)
    assert path == SEPARATE


def test_two_downloads_never_get_one_name() -> None:
    """Neither case nor the form of accents makes names different there."""
    names = ["Café.pdf", unicodedata.normalize("NFD", "Café.pdf"), "CAFÉ.PDF"]
    planned = [PlannedFile(f"R{n}", "", n, Path("/files", name), None) for n, name in enumerate(names)]
    paths = {unicodedata.normalize("NFC", str(one.path)).casefold() for one in _distinct(planned)}
    assert len(paths) == 3


# -- folders
def test_a_folder_in_another_case_is_the_same_where_the_disk_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Drawings").mkdir()
    (tmp_path / "drawings").mkdir()
    path = str(tmp_path / "drawings" / "A-101.pdf")
    assert Folder(tmp_path / "Drawings").contained(path).outside, "two folders on this disk"
    real = os.path.samefile
    monkeypatch.setattr(
        containment.os.path,
        "samefile",
        lambda one, other: one.lower() == other.lower() or real(one, other),
    )
    assert not Folder(tmp_path / "Drawings").contained(path).outside
    assert Folder(tmp_path / "Drawings").contained(str(tmp_path / "drawings 2" / "A-101.pdf")).outside
    assert Folder(tmp_path / "Drawings").contained(str(tmp_path / "drawing")).outside


def test_links_within_a_folder_in_another_case_still_lead_out(tmp_path: Path) -> None:
    (tmp_path / "Drawings").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "Drawings" / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert Folder(tmp_path / "Drawings").contained("link.txt").outside


# -- disk and limits
def test_what_must_be_on_the_disk_is_flushed_to_the_disk_itself(tmp_path: Path) -> None:
    """There, `fsync` alone leaves it in the memory of the disk."""
    journal = Journal.open(tmp_path / "batch.sqlite", Identity("https://api.test", "7", "42", ""))
    with journal._file.reading() as db:
        assert db.execute("PRAGMA fullfsync").fetchone() == (1,)
    journal.close()


def test_the_reader_of_pdfs_starts_where_memory_cannot_be_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    limited = []

    def refused(which: int, limits: tuple[int, int]) -> None:
        limited.append(which)
        if which == resource.RLIMIT_AS:
            raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refused)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    worker._limit_resources()
    assert limited == [resource.RLIMIT_CORE, resource.RLIMIT_AS]
