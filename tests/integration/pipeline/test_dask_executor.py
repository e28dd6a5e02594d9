"""Hashing and PUTs by the workers of a Dask cluster: two processes, one of which may crash."""

from __future__ import annotations

import hashlib
import logging
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

from pdm_nb.batch.transfer import dask_executor
from pdm_nb.batch.transfer.file_parts import FileSegment, Fingerprint
from pdm_nb.errors import InputError
from pdm_nb.model import Segment
from tests.support.simulator.sim_site import Site


@pytest.fixture(scope="module")
def dask() -> Iterator[Any]:
    with (
        LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=":0") as two,
        Client(two) as client,
    ):
        yield client


def stored(site: Site) -> set[str]:
    """SHA-256 of what storage has on its disk."""
    folder = site.sim._core.data
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


def test_workers_hash_and_send_while_calls_and_journal_stay_here(site: Site, dask: Any) -> None:
    batch = site.plain(12)
    table = batch.upload(cluster=dask).wait()
    assert table["state"].tolist() == ["uploaded"] * 12
    assert {hashlib.sha256(Path(d.path).read_bytes()).hexdigest() for d in batch.view.documents} <= stored(
        site
    )
    assert not [request for request in site.wire.requests if request.method == "PUT"]  # none from here
    assert site.service.client.storage_puts == site.sim.counts.storage_puts == 12
    assert batch.view.run is not None
    assert batch.view.run.progress.bytes_done == sum(d.size for d in batch.view.documents)
    assert not site.sim.ledger.counts


def test_no_presigned_url_is_in_a_key_a_log_or_the_journal(
    site: Site, dask: Any, caplog: pytest.LogCaptureFixture
) -> None:
    batch = site.plain(4)
    site.sim.add_fault("put_failed", times=2)
    keys: list[str] = []

    def watch(dask_scheduler: Any) -> list[str]:
        return [f"{key} {task}" for key, task in dask_scheduler.tasks.items()]

    batch.view.watch_changes(lambda ids: keys.extend(dask.run_on_scheduler(watch)) if not keys else None)
    with caplog.at_level(logging.DEBUG):
        assert set(batch.upload(cluster=dask).wait()["state"]) == {"uploaded"}
    logs = f"{dask.get_worker_logs()} {dask.get_scheduler_logs()} {caplog.text}"
    journal = b"".join(file.read_bytes() for file in site.folder.glob("batch.sqlite*"))
    assert "signature=" not in logs + " ".join(keys)
    assert b"signature=" not in journal


def test_parts_of_a_worker_that_dies_are_sent_by_the_other(site: Site, dask: Any) -> None:
    batch = site.plain(40)
    for document in batch.view.documents:  # large enough to be on their way when it happens
        Path(document.path).write_bytes(os.urandom(1 << 20))
    victim, killed = next(iter(dask.run(os.getpid).values())), threading.Event()

    def kill(ids: frozenset[int]) -> None:
        if site.sim.counts.storage_puts > 5 and not killed.is_set():
            killed.set()
            os.kill(victim, signal.SIGKILL)

    batch.view.watch_changes(kill)
    table = batch.upload(cluster=dask).wait()
    assert killed.is_set()
    assert table["state"].tolist() == ["uploaded"] * 40
    assert {hashlib.sha256(Path(d.path).read_bytes()).hexdigest() for d in batch.view.documents} <= stored(
        site
    )
    dask.wait_for_workers(2)


def test_a_path_that_a_worker_cannot_read_is_reported_by_name(
    site: Site, dask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = site.plain(2)
    there = dask_executor._remote

    def elsewhere(piece: FileSegment) -> FileSegment:
        seen = there(piece)
        path = f"{piece.path}.not-shared" if piece.path.endswith("000.txt") else piece.path
        return FileSegment(path, seen.offset, seen.size, seen.file)

    monkeypatch.setattr(dask_executor, "_remote", elsewhere)
    table = batch.upload(cluster=dask).wait()
    assert table["state"].tolist() == ["on hold", "uploaded"]
    assert table.loc[0, "reason"] == "FILE_UNSEEN"
    for told in ("The worker tcp://", "letter-000.txt", "share the folder"):
        assert told in table.loc[0, "message"]
    monkeypatch.undo()
    assert batch.upload(cluster=dask).wait()["state"].tolist() == ["uploaded"] * 2


def test_a_cluster_without_workers_is_reported(site: Site) -> None:
    batch = site.plain(1)
    with (
        LocalCluster(n_workers=0, dashboard_address=":0", processes=False) as none,
        Client(none) as client,
        pytest.raises(InputError, match="no workers"),
    ):
        batch.upload(cluster=client).wait()


def test_a_task_shows_no_url_and_answers_what_went_wrong(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    segment = Segment("http://127.0.0.1:9/part?signature=s3cret", {"x-key": "s3cret"})
    now = Fingerprint.of(tmp_path / "a")
    for piece in (
        FileSegment(str(tmp_path / "a"), 0, 1, now),
        FileSegment(str(tmp_path / "a"), 0, 1, Fingerprint(2, 3, 0)),
    ):
        answer = dask_executor.put_on_worker(segment, piece)
        assert isinstance(answer, Exception)
        assert "s3cret" not in f"{segment!r}{piece!r}{answer!r}"
