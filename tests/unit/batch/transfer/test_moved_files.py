"""Moved files, compared with the documents of a journal: in parts, in large numbers, with equal bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdm_nb.batch.journal.journal import Identity, Journal, Step, StoredPart
from pdm_nb.batch.transfer.moved_files import MovedFiles, moved_notice
from pdm_nb.local_files import document_of


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path / "batch.sqlite", Identity("http://127.0.0.1:1", "1", "2"))
    yield opened
    opened.close()


def added(journal: Journal, path: Path, content: bytes, *, hashed: bool = True) -> int:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    (id_,) = journal.add([document_of(path)])
    if hashed:
        journal.note([Step(id_, None, {"sha256": hashlib.sha256(content).hexdigest()})])
    return id_


def restored(path: Path, content: bytes) -> Path:
    """A file with another inode and time than any before."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    os.utime(path, ns=(7, 7))
    return path


def recognize(journal: Journal, *paths: Path) -> list[int]:
    return MovedFiles(journal).recognize([(document_of(path), {}) for path in paths])


@pytest.mark.parametrize("change", [b"", b"x"])
def test_a_file_in_several_parts_is_compared_part_by_part(
    tmp_path: Path, journal: Journal, change: bytes
) -> None:
    content = b"first part, second part"
    id_ = added(journal, tmp_path / "a" / "plan.pdf", content, hashed=False)
    halves = [content[:12], content[12:]]
    journal.set_parts(
        id_, [StoredPart(n, len(one), hashlib.sha256(one).hexdigest()) for n, one in enumerate(halves)]
    )
    (tmp_path / "a" / "plan.pdf").unlink()
    there = restored(tmp_path / "b" / "plan.pdf", content[: len(content) - len(change)] + change)
    assert recognize(journal, there) == ([] if change else [id_])


def test_equal_bytes_are_told_apart_by_name_then_by_folder(tmp_path: Path, journal: Journal) -> None:
    first = added(journal, tmp_path / "a" / "one.pdf", b"same")
    second = added(journal, tmp_path / "a" / "two.pdf", b"same")
    for name in ("one.pdf", "two.pdf"):
        (tmp_path / "a" / name).unlink()
    there = [restored(tmp_path / "b" / name, b"same") for name in ("two.pdf", "one.pdf", "three.pdf")]
    assert recognize(journal, *there) == [second, first]
    assert [journal.documents[id_].path for id_ in (first, second)] == [str(there[1]), str(there[0])]
    assert journal.current(str(there[2])) is None  # one file is recognized for one document


def test_a_document_whose_file_is_still_there_stays_there(tmp_path: Path, journal: Journal) -> None:
    added(journal, tmp_path / "a" / "one.pdf", b"same")
    assert recognize(journal, restored(tmp_path / "b" / "one.pdf", b"same")) == []


def test_an_empty_file_is_not_recognized(tmp_path: Path, journal: Journal) -> None:
    added(journal, tmp_path / "a" / "one.pdf", b"")
    (tmp_path / "a" / "one.pdf").unlink()
    assert recognize(journal, restored(tmp_path / "b" / "one.pdf", b"")) == []


def test_a_file_that_was_not_hashed_is_recognized_by_name_and_time_alone(
    tmp_path: Path, journal: Journal
) -> None:
    id_ = added(journal, tmp_path / "a" / "one.pdf", b"same", hashed=False)
    (tmp_path / "a" / "one.pdf").unlink()
    there = restored(tmp_path / "b" / "one.pdf", b"same")
    assert recognize(journal, there) == []
    os.utime(there, ns=(7, journal.documents[id_].mtime_ns))
    assert recognize(journal, there) == [id_]


def test_the_notice_counts_files() -> None:
    assert moved_notice([]) == ""
    assert moved_notice([document_of(Path("/b/plan.pdf"))]).startswith(
        "1 file was recognized at another path, such as"
    )
