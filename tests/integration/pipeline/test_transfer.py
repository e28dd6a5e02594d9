"""Real uploads over real sockets: parallel parts, stored hashes, files that change during the upload."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pdm_nb import Batch
from pdm_nb.batch.transfer import executors, file_parts
from pdm_nb.errors import RunError, ServerError
from pdm_nb.sim.world.records import StoredFile
from tests.support.simulator.sim_site import Site

PART = 5_242_881  # the least that a part may have (B54)
SIZE = 3 * PART + 7


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[file_parts.FileSegment]:
    """The pieces that were hashed; and files are cut into small parts."""
    done: list[file_parts.FileSegment] = []
    whole = executors.hash_segment

    def noted(reading: file_parts.FileReading) -> str:
        done.append(reading.segment)
        return whole(reading)

    monkeypatch.setattr(executors, "hash_segment", noted)
    monkeypatch.setattr(file_parts, "SEGMENT", PART)
    return done


def large(site: Site, *, size: int = SIZE, alone: bool = False) -> tuple[Batch, Path]:
    """A batch of a file of four parts and a small one, unless `alone`, whose bytes go by sockets of their own."""
    path = site.folder / "large.bin"
    path.write_bytes(os.urandom(size))
    service = site.connect(http=None)
    site.service = service
    batch = service.project("Riverside Tower").batch(
        [path] if alone else [path, _small(site)], journal=site.folder / "large.sqlite"
    )
    return batch, path


def _small(site: Site) -> Path:
    path = site.folder / "small.txt"
    path.write_text("goes on, whatever becomes of the other")
    return path


def completed(site: Site) -> dict[str, str]:
    """Name -> SHA-256 of the files that storage has as a whole."""
    found = {}
    for file in site.sim._core.store.rows(StoredFile):
        if file.status == "available":
            parts = [(site.sim._core.data / str(part.path)).read_bytes() for part in file.parts]
            found[file.name] = hashlib.sha256(b"".join(parts)).hexdigest()
    return found


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# -- parts
def test_a_file_of_several_parts_arrives_as_it_is(site: Site, hashed: list[file_parts.FileSegment]) -> None:
    batch, path = large(site)
    run = batch.upload()
    assert run.wait()["state"].tolist() == ["uploaded"] * 2
    assert completed(site)["large.bin"] == sha(path)
    assert len(hashed) == 5  # each once
    assert run.progress.bytes_done == run.progress.bytes_total == sum(d.size for d in batch.view.documents)
    assert not site.sim.ledger.counts


@pytest.mark.parametrize("connections", [1, 3])
@pytest.mark.parametrize("kind", ["put_failed", "url_expired", "put_cut"])
def test_parts_that_fail_or_expire_on_the_way_are_sent_again_and_no_others(
    site: Site, hashed: list[file_parts.FileSegment], kind: str, connections: int
) -> None:
    """B55, B59: also where several of a file are on their way."""
    site.sim.add_fault(kind, times=2)
    batch, path = large(site)
    run = batch.upload(connections=connections)
    assert run.wait()["state"].tolist() == ["uploaded"] * 2
    assert completed(site)["large.bin"] == sha(path)
    assert site.sim.counts.storage_puts == 5 + 2
    assert run.progress.bytes_done == sum(d.size for d in batch.view.documents)
    assert len(hashed) == 5


# -- hashes
def test_a_second_try_hashes_nothing_again_and_the_last_trusts_no_hash(
    site: Site, hashed: list[file_parts.FileSegment]
) -> None:
    batch, path = large(site)
    site.sim.add_fault("bytes_corrupted", times=2)
    assert batch.upload(connections=1).wait()["state"].tolist() == ["uploaded"] * 2
    assert completed(site)["large.bin"] == sha(path)
    assert len(hashed) <= 5 + 4  # the second refusal of a file has it hashed anew


def test_hashes_are_kept_when_a_run_ends_before_the_file_is_announced(
    site: Site, hashed: list[file_parts.FileSegment]
) -> None:
    batch, path = large(site, alone=True)
    site.sim.fail_next("createUpload", 503, times=100)
    with pytest.raises(ServerError):
        batch.upload().wait()
    assert len(hashed) == 4
    batch.close()
    site.sim.clear_faults()
    again = site.connect(http=None).project("Riverside Tower").batch(journal=site.folder / "large.sqlite")
    assert again.resume().wait()["state"].tolist() == ["uploaded"]
    assert len(hashed) == 4
    assert completed(site)["large.bin"] == sha(path)


def test_a_run_that_was_stopped_in_the_middle_hashes_nothing_again(
    site: Site, hashed: list[file_parts.FileSegment]
) -> None:
    batch, path = large(site)
    run = batch.upload(connections=1)
    batch.view.watch_changes(lambda ids: run.cancel() if site.sim.counts.storage_puts > 2 else None)
    with pytest.raises(RunError, match="stopped"):
        run.wait()
    stored = [part for d in batch.view.documents for part in batch._core.journal.parts(d.id) if part.etag]
    puts = site.sim.counts.storage_puts
    assert stored
    assert batch.resume().wait()["state"].tolist() == ["uploaded"] * 2
    assert len(hashed) == 5
    # One that was cut off may have reached storage after we looked.
    assert site.sim.counts.storage_puts - puts <= 5 - len(stored) + 1
    assert completed(site)["large.bin"] == sha(path)


def test_hashes_of_a_file_that_was_written_since_are_forgotten(
    site: Site, hashed: list[file_parts.FileSegment]
) -> None:
    batch, path = large(site, alone=True)
    site.sim.fail_next("createUpload", 503, times=100)
    with pytest.raises(ServerError):
        batch.upload().wait()
    site.sim.clear_faults()
    path.write_bytes(os.urandom(SIZE))
    assert batch.upload().wait()["state"].tolist() == ["uploaded"]
    assert len(hashed) == 4 + 4
    assert completed(site)["large.bin"] == sha(path)


# -- stopping
def test_cancel_stops_in_the_middle_of_a_file(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a disk that takes its time: what is left of the file is not read first."""
    read, blocks, begun = file_parts.FileReading.read, [], threading.Event()

    def slow(self: file_parts.FileReading, size: int = file_parts.BLOCK, /) -> memoryview:
        blocks.append(size)
        begun.set()
        time.sleep(0.2)
        return read(self, size)

    batch, path = large(site, size=40 << 20, alone=True)
    monkeypatch.setattr(file_parts.FileReading, "read", slow)
    run = batch.upload()
    assert begun.wait(30)
    run.cancel()
    with pytest.raises(RunError):
        run.wait()
    assert sum(blocks) < path.stat().st_size / 2


# -- files that change
def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def shrink(path: Path) -> None:
    os.truncate(path, SIZE - 1)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def rewrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"other")
    os.utime(path, ns=(0, time.time_ns() + 1))


def replace(path: Path) -> None:
    other = path.with_suffix(".new")
    other.write_bytes(os.urandom(SIZE))
    os.utime(other, ns=(0, path.stat().st_mtime_ns))
    other.replace(path)


def vanish(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("change", [grow, shrink, empty, rewrite, replace, vanish])
@pytest.mark.parametrize("when", ["hashing", "sending", "last"])
def test_a_file_that_changes_meanwhile_is_held_and_no_wrong_bytes_are_completed(
    site: Site, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], Any], when: str
) -> None:
    """In the middle of a piece that is hashed or sent, or after the last was stored."""
    monkeypatch.setattr(file_parts, "SEGMENT", PART)
    batch, path = large(site)
    changed: list[bool] = []
    read, put, store = (
        file_parts.FileReading.read,
        batch.view.project.service.client.put_segment,
        batch._core.journal.store_part,
    )
    sending: list[bool] = []

    def once() -> None:
        if not changed:
            changed.append(True)
            change(path)

    def reading(self: file_parts.FileReading, size: int = file_parts.BLOCK, /) -> memoryview:
        block = read(self, size)
        if (
            self.segment.path == str(path)
            and self._read > file_parts.BLOCK
            and bool(sending) == (when == "sending")
        ):
            once() if when != "last" else None
        return block

    async def putting(segment: Any, size: int, content: file_parts.FileReading) -> str:
        if content.segment.path == str(path):  # the small one may go while this one is hashed
            sending.append(True)
        return await put(segment, size, content)

    def storing(document: int, number: int, etag: str) -> None:
        store(document, number, etag)
        parts = batch._core.journal.parts(0)
        if when == "last" and len(parts) == 4 and all(part.etag for part in parts):
            once()

    monkeypatch.setattr(file_parts.FileReading, "read", reading)
    monkeypatch.setattr(batch.view.project.service.client, "put_segment", putting)
    monkeypatch.setattr(batch._core.journal, "store_part", storing)
    table = batch.upload(connections=1).wait()
    assert changed
    assert table["state"].tolist() == ["on hold", "uploaded"], table["message"].tolist()
    wanted = {"FILE_CHANGED", "FILE_UNREADABLE"} if change is vanish else {"FILE_CHANGED"}
    assert table.loc[0, "reason"] in wanted
    assert "large.bin" in table.loc[0, "message"]
    assert set(completed(site)) == {"small.txt"}
    if change in (grow, shrink, rewrite, replace):
        assert batch.upload().wait()["state"].tolist() == ["uploaded"] * 2
        assert completed(site)["large.bin"] == sha(path)
