"""Cutting, hashing and streaming files in bounded memory."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import document

from pdm_nb.batch import transfer
from pdm_nb.batch.transfer import BLOCK, SEGMENT, FileChanged, Fingerprint, digest, segment_sizes, stream
from pdm_nb.errors import InputError
from pdm_nb.model import Document

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


def small_segments(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    whole = segment_sizes
    monkeypatch.setattr(transfer, "segment_sizes", lambda total: whole(total, size))


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_file_of_one_segment_has_that_segments_hash(tmp_path: Path) -> None:  # B53
    data = os.urandom(3 * BLOCK + 7)
    (tmp_path / "a.pdf").write_bytes(data)
    found = digest(tmp_path / "a.pdf", len(data))
    assert (found.sha256, found.segments) == (sha(data), ((len(data), sha(data)),))


def test_each_segment_has_its_own_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # B53, B56
    small_segments(monkeypatch, 10)
    data = os.urandom(25)
    (tmp_path / "a.pdf").write_bytes(data)
    found = digest(tmp_path / "a.pdf", 25)
    assert found.sha256 is None
    assert found.segments == ((10, sha(data[:10])), (10, sha(data[10:20])), (5, sha(data[20:])))


@pytest.mark.parametrize(("there", "told"), [(5, "shrank"), (15, "grew"), (0, "shrank")])
def test_a_file_that_changes_its_size_meanwhile_is_told(tmp_path: Path, there: int, told: str) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x" * there)
    with pytest.raises(FileChanged, match=f"a.pdf {told}"):
        digest(tmp_path / "a.pdf", 10)


def test_a_changed_file_is_the_users_matter() -> None:
    assert issubclass(FileChanged, InputError)


def read(path: Path, offset: int, size: int) -> tuple[list[bytes], list[int]]:
    blocks, heard = [], []

    async def all_of_it() -> None:
        async for block in stream(path, offset, size, heard.append):
            blocks.append(block)
            assert sum(heard) == sum(map(len, blocks[:-1]))  # told once it was taken, not before

    asyncio.run(all_of_it())
    return blocks, heard


def test_a_part_is_streamed_in_blocks(tmp_path: Path) -> None:
    data = os.urandom(4 * BLOCK)
    (tmp_path / "a.pdf").write_bytes(data)
    blocks, heard = read(tmp_path / "a.pdf", 100, 2 * BLOCK + 50)
    assert b"".join(blocks) == data[100 : 2 * BLOCK + 150]
    assert heard == [len(block) for block in blocks]
    assert max(heard) <= BLOCK


def test_a_file_that_shrinks_while_it_is_sent_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x" * 10)
    with pytest.raises(FileChanged, match="shrank"):
        read(tmp_path / "a.pdf", 0, 11)


def test_a_stream_that_is_given_up_closes_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x" * 2 * BLOCK)
    opened = []

    def keep(*given: Any) -> Any:
        opened.append(open(*given))  # noqa: SIM115 - to look at it when the stream has ended
        return opened[-1]

    monkeypatch.setattr(transfer, "open", keep, raising=False)

    async def given_up() -> None:
        blocks = stream(tmp_path / "a.pdf", 0, 2 * BLOCK, lambda count: None)
        await anext(blocks)
        await blocks.aclose()  # type: ignore[attr-defined]

    asyncio.run(given_up())
    assert [file.closed for file in opened] == [True]


def noted(path: Path) -> Document:
    now = Fingerprint.of(path)
    return document(path=str(path), size=now.size, mtime_ns=now.mtime_ns, inode=now.inode)


def test_an_unchanged_file_passes(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x")
    transfer.check_unchanged(noted(tmp_path / "a.pdf"))


def test_a_file_of_the_same_size_that_was_written_or_replaced_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x")
    before = noted(path)
    os.utime(path, ns=(0, before.mtime_ns + 1))
    with pytest.raises(FileChanged, match=r"a.pdf was changed"):
        transfer.check_unchanged(before)
    (tmp_path / "b.pdf").write_bytes(b"y")
    os.utime(tmp_path / "b.pdf", ns=(0, before.mtime_ns))
    os.replace(tmp_path / "b.pdf", path)
    with pytest.raises(FileChanged):
        transfer.check_unchanged(before)
