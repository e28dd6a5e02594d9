"""Splitting, reading and hashing files with bounded memory."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.batch.transfer import file_parts
from pdm_nb.batch.transfer.file_parts import (
    BLOCK,
    SEGMENT,
    FileChanged,
    FileFault,
    FileReading,
    FileSegment,
    Fingerprint,
    hash_segment,
    segment_sizes,
)
from pdm_nb.errors import InputError
from pdm_nb.local_files import AllowedFiles
from pdm_nb.model import Document
from tests.support.builders import document

MINIMUM = 5_242_881  # B54: what a segment has at least, but for the last


@given(st.integers(0, 30 * SEGMENT))
def test_segments_make_up_the_file_within_the_limits(size: int) -> None:  # B54
    sizes = segment_sizes(size)
    assert sum(sizes) == size
    assert all(MINIMUM <= one <= SEGMENT for one in sizes[:-1])
    assert all(1 <= one <= SEGMENT for one in sizes)


@pytest.mark.parametrize(
    ("size", "count"), [(1, 1), (5_242_880, 1), (SEGMENT, 1), (SEGMENT + 1, 2), (2 * SEGMENT, 2)]
)
def test_up_to_the_limit_one_segment_is_enough(size: int, count: int) -> None:  # B54
    assert len(segment_sizes(size)) == count


def test_the_largest_file_has_as_many_segments_as_are_taken() -> None:  # B54
    assert len(segment_sizes(10_000 * SEGMENT)) == 10_000


def whole(path: Path) -> FileSegment:
    now = Fingerprint.of(path)
    return FileSegment(str(path), 0, now.size, now)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "a.pdf").write_bytes(os.urandom(3 * BLOCK + 7))
    return tmp_path / "a.pdf"


@pytest.mark.parametrize("readv", [True, False])
def test_a_piece_is_read_in_blocks_and_hashed(
    path: Path, readv: bool, monkeypatch: pytest.MonkeyPatch
) -> None:  # B53, B56
    monkeypatch.setattr(file_parts, "PREADV", readv)
    piece = FileSegment(str(path), 100, 2 * BLOCK + 50, Fingerprint.of(path))
    reading, blocks = FileReading(piece), []
    while block := reading.read():
        assert len(block) <= BLOCK
        blocks.append(bytes(block))
        assert reading.taken == sum(map(len, blocks[:-1]))  # told once the next is asked for, not before
    reading.close()
    data = path.read_bytes()[100 : 2 * BLOCK + 150]
    assert b"".join(blocks) == data
    assert reading.taken == len(data)
    assert hash_segment(FileReading(piece)) == hashlib.sha256(data).hexdigest()


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def replace(path: Path) -> None:
    path.with_suffix(".new").write_bytes(os.urandom(path.stat().st_size))
    os.utime(path.with_suffix(".new"), ns=(0, path.stat().st_mtime_ns))
    path.with_suffix(".new").replace(path)


def rewrite(path: Path) -> None:
    before = path.stat()
    path.write_bytes(os.urandom(before.st_size))
    os.utime(path, ns=(0, before.st_mtime_ns + 1))


CHANGES: list[Callable[[Path], object]] = [
    grow,
    rewrite,
    lambda path: os.truncate(path, BLOCK + 1),
    lambda path: os.truncate(path, 0),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_while_a_piece_is_read_is_noticed(path: Path, change: Callable[[Path], object]) -> None:
    reading = FileReading(whole(path))
    reading.read()
    change(path)
    with pytest.raises(FileChanged, match=r"a\.pdf was changed"):
        hash_segment(reading)


@pytest.mark.parametrize("change", [*CHANGES, replace])
def test_a_change_before_a_piece_is_read_is_noticed(path: Path, change: Callable[[Path], object]) -> None:
    piece = whole(path)
    change(path)
    with pytest.raises(FileChanged):
        hash_segment(FileReading(piece))
    with pytest.raises(FileChanged):
        file_parts.check_unchanged(
            document(path=str(path), size=piece.size, mtime_ns=piece.file.mtime_ns, inode=piece.file.inode)
        )


def test_a_pipe_in_the_place_of_a_file_hangs_nobody(path: Path) -> None:
    piece = whole(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(FileFault, match="no longer a file"):
        hash_segment(FileReading(piece))


def test_a_reading_that_was_stopped_reads_no_more(path: Path) -> None:
    reading = FileReading(whole(path))
    reading.read()
    reading.stop()
    with pytest.raises(InterruptedError):
        reading.read()
    reading.close()
    reading.close()


def test_a_hash_that_fails_closes_its_file(path: Path) -> None:
    reading = FileReading(whole(path))
    reading.read()
    os.truncate(path, 5)
    with pytest.raises(FileChanged):
        hash_segment(reading)
    assert reading._file is None


def test_a_changed_file_is_the_users_matter() -> None:
    assert issubclass(FileChanged, InputError)


def test_an_unchanged_file_passes(path: Path) -> None:
    now = Fingerprint.of(path)
    noted: Document = document(path=str(path), size=now.size, mtime_ns=now.mtime_ns, inode=now.inode)
    file_parts.check_unchanged(noted)
    segment = FileSegment.of(noted, 2, 5, AllowedFiles(anywhere=True))
    assert segment == FileSegment(str(path), 2 * SEGMENT, 5, dataclasses.replace(now, device=0))
    assert pickle.loads(pickle.dumps(segment)) == segment
