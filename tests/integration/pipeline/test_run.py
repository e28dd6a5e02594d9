"""A run that is paused, observed, or ended by its journal or a response: everything is reported and nothing is lost."""

from __future__ import annotations

import itertools
import logging
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pdm_nb.errors import InputError, JournalError, ServerError
from pdm_nb.runs.events import Ended, Failed, Notice, Paused, Resumed, StateChanged, Stored, Waiting
from tests.support.simulator.sim_site import Site


# -- events
def test_every_step_of_every_document_is_an_event(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "pdm_nb.run")
    batch = site.plain(3)
    run = batch.upload()
    run.wait()
    told = list(run.events())
    moved = [event for event in told if isinstance(event, StateChanged)]
    assert Counter(event.state for event in moved) == dict.fromkeys(
        ("created", "transferring", "transferred", "completed"), 3
    )
    assert [event.state for event in moved if event.document == 1][-1] == batch.view.document(1).state
    stored = [event for event in told if isinstance(event, Stored)]
    assert stored[-1].done == stored[-1].total == sum(document.size for document in batch.view.documents)
    assert told[-1] == Ended("done")
    assert "upload: letter-001.txt is uploaded" in caplog.messages
    assert not [line for line in caplog.messages if "http" in line]


def test_excluded_documents_are_reported_with_the_reason(site: Site) -> None:
    batch = site.plain(2)
    (site.folder / "plain" / "letter-000.txt").unlink()
    run = batch.upload()
    run.wait()
    (held,) = [event for event in run.events() if isinstance(event, StateChanged) and event.state == "held"]
    assert (held.document, held.reason) == (0, "PDM201")
    assert "does not exist" in held.message


def test_existing_documents_are_reported_before_the_upload(site: Site) -> None:
    batch = site.ready(1)
    batch.submit().wait()
    other = site.project.batch(site.folder / "plain", journal=site.folder / "other.sqlite")
    run = other.upload()
    run.wait()
    told = list(run.events())
    (said,) = [event for event in told if isinstance(event, Notice)]
    assert "1 document is in the project already" in said.message
    assert told.index(said) < next(n for n, event in enumerate(told) if isinstance(event, StateChanged))


def test_waiting_for_the_rate_limit_is_reported_once(make_site: Any) -> None:
    """B12."""
    site = make_site(spike_limit=25)
    batch = site.plain(30)
    run = batch.upload()
    run.wait()
    waits = [event.until for event in run.events() if isinstance(event, Waiting)]
    assert waits
    assert len(waits) == len({round(until) for until in waits})


# -- pause
def test_a_paused_upload_makes_no_call_and_its_journal_is_true(site: Site) -> None:
    batch = site.plain(30)
    run = batch.upload()
    stream = iter(run.events())
    assert any(isinstance(event, StateChanged) for event in stream)
    run.pause()
    assert Paused(0) in stream
    before = (site.service.client.calls.total(), site.service.client.storage_puts)
    # A file that was being hashed may still take its step up to the next call.
    for number in itertools.count():
        kept = batch.status()
        copy = batch.copy_journal(site.folder / f"while-paused-{number}.sqlite")
        if batch.status().equals(kept):
            break
    assert run.running
    assert kept["state"].isin(["not uploaded", "not uploaded", "uploading", "uploading"]).any()
    assert (site.service.client.calls.total(), site.service.client.storage_puts) == before
    run.resume()
    assert Resumed() in stream
    assert set(run.wait()["state"]) == {"uploaded"}
    assert site.service.client.storage_puts == 30  # nothing was sent twice
    batch.close()
    paused = site.project.batch(journal=copy)
    assert paused.status()["state"].tolist() == kept["state"].tolist()


def test_a_paused_upload_can_be_stopped_and_gone_on_with_later(site: Site) -> None:
    batch = site.plain(12)
    run = batch.upload()
    run.pause()
    stream = iter(run.events())
    assert Paused(0) in stream
    batch.close()
    assert run.cancelled
    again = site.project.batch(journal=site.folder / "batch.sqlite")
    assert set(again.upload().wait()["state"]) == {"uploaded"}


def test_a_pause_while_calls_wait_for_the_limit_lets_none_of_them_out(make_site: Any) -> None:
    """Whoever stood in line for the limit is not under way, and does not go when the limit ends."""
    site = make_site(spike_limit=10)
    batch = site.plain(40)
    run = batch.upload()
    stream = iter(run.events())
    assert any(isinstance(event, Waiting) for event in stream)
    run.pause()
    assert Paused(0) in stream
    before = len(site.wire.requests)
    site.clock.advance(60)
    assert run.pause_control.under_way == 0
    site.project.permissions()  # people's calls go on, by the same gate
    assert len(site.wire.requests) == before + 1
    run.resume()
    assert set(run.wait()["state"]) == {"uploaded"}
    assert site.sim.ledger.clean, site.sim.ledger.view()
    assert site.service.client.storage_puts == 40


# -- answers of another shape
OTHER_SHAPES = ["[]", "{}", "null", "7", '"text"', '{"data": null}', '{"data": [null]}', '{"data": [7]}', '{"data": {}}']  # fmt: skip


DAILY = {"[]", "null", '{"data": [7]}'}


@pytest.mark.parametrize(
    "body",
    [pytest.param(body, marks=[] if body in DAILY else [pytest.mark.slow]) for body in OTHER_SHAPES],
)
@pytest.mark.parametrize(
    ("method", "end"),
    [
        ("POST", "/document_uploads"),
        ("PATCH", "/document_uploads"),
        ("POST", "/uploads"),
        ("POST", "/document_uploads/selected_uploads"),
        ("POST", "/document_revisions"),
        ("POST", "/document_revisions/selected_revisions"),
        ("GET", "/document_uploads"),
        ("GET", "/document_revisions"),
    ],
)
def test_an_answer_of_another_shape_is_an_error_of_that_call(
    site: Site, method: str, end: str, body: str
) -> None:
    """Whatever JSON comes: the run ends in order, and the next call goes on."""
    batch = site.plain(2)
    send, odd = site.wire.handle_async_request, []

    async def answer(request: httpx2.Request) -> httpx2.Response:
        if request.method == method and request.url.path.endswith(end) and len(odd) < 9:
            odd.append(request)
            return httpx2.Response(200, text=body, headers={"Content-Type": "application/json"})
        return await send(request)

    site.wire.handle_async_request = answer  # type: ignore[method-assign]
    try:
        for step in (batch.upload, batch.watch, batch.submit):
            step().wait()
    except ServerError as error:
        assert re.search("Unexpected response format|ids for 2 files", str(error))  # noqa: PT017
    except InputError as error:
        assert "No document is ready" in str(error)  # noqa: PT017 - all were held, each with its reason
    assert odd
    site.wire.handle_async_request = send  # type: ignore[method-assign]
    batch.retry([d.id for d in batch.view.documents if d.state in ("held", "failed")])
    table = batch.resume(until="submit").wait()
    assert set(table["state"]) <= {"submitted", "unconfirmed"}
    assert site.revision_count() == 2


# -- journals that go wrong while a run goes on
def test_a_journal_that_is_deleted_ends_the_run_and_can_be_saved(site: Site) -> None:
    batch = site.plain(12)
    run = batch.upload()
    stream = iter(run.events())
    assert any(isinstance(event, StateChanged) for event in stream)
    (site.folder / "batch.sqlite").unlink()
    with pytest.raises(JournalError, match="deleted, moved or replaced"):
        run.wait()
    failed = next(event for event in stream if isinstance(event, Failed))
    assert failed.error == "JournalError"
    saved = batch.copy_journal(site.folder / "saved.sqlite")
    batch.close()
    again = site.project.batch(journal=saved)
    assert set(again.upload().wait()["state"]) == {"uploaded"}


FULL = """
import resource, sys
import pdm_nb
from pdm_nb.runs.events import Failed
url, client_id, secret, folder, journal, room = sys.argv[1:]
service = pdm_nb.connect(url, client_id=client_id, client_secret=secret)
batch = service.project("Riverside Tower").batch(folder, journal=journal)
size = sum(f.stat().st_size for f in batch.view.journal_path.parent.glob(batch.view.journal_path.name + "-wal"))
resource.setrlimit(resource.RLIMIT_FSIZE, (size + int(room), resource.RLIM_INFINITY))
run = batch.upload()
try:
    run.wait()
except pdm_nb.errors.JournalError as error:
    print("JournalError", error)
    print([e.error for e in run.events() if isinstance(e, Failed)])
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(sorted(set(batch.upload().wait()["state"])), service.client.storage_puts)
"""


def test_a_full_disk_ends_the_run_and_it_resumes_when_there_is_space(site: Site, tmp_path: Path) -> None:
    """A real one: the process may write files of so many bytes and no more."""
    batch = site.plain(40)
    batch.close()
    simulator = site.sim
    command = [sys.executable, "-c", FULL, simulator.url, simulator.client_id, simulator.client_secret]
    command += [str(site.folder / "plain"), str(site.folder / "batch.sqlite"), "60000"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False)
    told = done.stdout.splitlines()
    assert len(told) == 3, done.stdout + done.stderr
    assert told[0].startswith("JournalError")
    assert "free space" in told[0].lower()
    assert told[1] == "['JournalError']"
    states, puts = told[2].rsplit(" ", 1)
    assert states == "['uploaded']"
    assert 40 <= int(puts) <= 40 + 8  # only what was under way when the disk was full may go again


def test_a_call_that_waits_while_somebody_stops_the_run_is_not_made(site: Site) -> None:
    batch = site.plain(3)
    run = batch.upload()
    run.pause()
    stream = iter(run.events())
    assert Paused(0) in stream
    before = site.service.client.calls.total()
    run.cancel()
    with pytest.raises(Exception, match="stopped"):
        run.wait()
    assert site.service.client.calls.total() == before
