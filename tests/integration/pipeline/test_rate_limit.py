"""A batch under tight rate limits: no call is rejected, waiting is reported, and interactive calls come first."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pdm_nb
from pdm_nb import sim
from pdm_nb.api.client import TimeSource
from pdm_nb.batch.execution import context
from pdm_nb.runs.run import Run
from tests.support.simulator.sim_site import Site

pytestmark = pytest.mark.slow


def test_a_batch_under_tight_limits_is_never_refused(make_site: Callable[..., Site]) -> None:  # B11, B12
    site = make_site(spike_limit=10, hourly_limit=200)
    batch = site.plain(60)
    batch.upload().wait()
    batch.watch().wait()
    assert set(batch.submit().wait()["state"]) == {"submitted"}
    assert site.sim.ledger.clean, site.sim.ledger.view()
    assert site.sim.counts.api_calls == site.service.client.calls.total(), "each call once, none in vain"


def letters(simulator: sim.Simulator, folder: Path, count: int) -> pdm_nb.Batch:
    """A batch of small files, whose client waits until the simulator's clock has been driven on."""

    async def sleep(seconds: float) -> None:
        due = simulator.clock.now() + seconds
        while simulator.clock.now() < due:  # noqa: ASYNC110 - threads drive the clock
            await asyncio.sleep(0.001)

    settings = {"client_id": simulator.client_id, "client_secret": simulator.client_secret}
    clock = TimeSource(simulator.clock.now, sleep)
    project = pdm_nb.connect(simulator.url, clock=clock, **settings).project("Riverside Tower")
    (folder / "files").mkdir()
    for number in range(count):
        (folder / "files" / f"letter-{number:02}.txt").write_text(f"letter {number}")
    batch = project.batch(folder / "files", journal=folder / "batch.sqlite")
    for field, value in {"type": "Other", "status": "S2", "revision": "P01", "description": "A"}.items():
        batch.set(None, field, value)
    return batch


def drive(
    simulator: sim.Simulator, run: Run[Any], until: Callable[[], object] = lambda: False, step: float = 1.0
) -> None:
    """Let time pass, so many seconds at a time, until the run has ended or something is so."""
    give_up = time.monotonic() + 120
    while run.running and not until():
        assert time.monotonic() < give_up
        simulator.clock.advance(step)
        time.sleep(0.002)


def test_a_run_says_what_it_waits_for_and_people_go_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "REPORT_EVERY", 0.03)
    with sim.Simulator(clock=sim.ManualClock(), hourly_limit=120, ml_seconds=1.0) as simulator:
        batch = letters(simulator, tmp_path, 60)
        run = batch.upload()
        drive(simulator, run, lambda: run.progress.waiting_until is not None)
        told = run.progress
        assert told.waiting_until is not None
        assert 60 < told.waiting_until - simulator.clock.now() <= 3601
        assert "waiting for the rate limit until" in told.outlook
        assert told.time_left is not None
        assert "left" in told.outlook
        # Of the reserve, while the batch waits for the hour: time stands still, so a call that waited would not end.
        seen: list[int] = []
        asked = threading.Thread(
            target=lambda: seen.append(len(batch.view.project.permissions())), daemon=True
        )
        asked.start()
        asked.join(60)
        assert seen
        assert seen[0] > 0
        assert run.progress.waiting_until is not None
        drive(simulator, run)
        assert set(run.wait(60)["state"]) == {"uploaded"}
        assert (run.progress.waiting_until, run.progress.time_left) == (None, None)
        assert simulator.ledger.clean, simulator.ledger.view()


def test_watching_and_submitting_say_how_long_they_take_under_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "REPORT_EVERY", 0.03)
    with sim.Simulator(clock=sim.ManualClock(), ml_seconds=1.0) as simulator:
        batch = letters(simulator, tmp_path, 5)
        upload = batch.upload()
        drive(simulator, upload)
        upload.wait(60)
        client = batch.view.project.service.client
        for step, note in ((batch.watch, "watching"), (batch.submit, "submitting")):
            client.rate_limit.block(simulator.clock.now() + 1500)
            run = step()
            drive(simulator, run, lambda run=run: run.progress.time_left is not None, step=0.1)
            told = run.progress
            assert told.note == note
            assert told.time_left is not None
            assert 0 < told.time_left <= 1500
            drive(simulator, run)
            run.wait(60)
            assert run.progress.time_left is None
        assert set(batch.frame["state"]) == {"submitted"}


def test_how_long_learning_takes_is_not_guessed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """B35: there is no telling when it ends, however often one has looked."""
    told: list[float | None] = []
    report = Run.report

    def spy(run: Run[object], **figures: object) -> None:
        if run.name == "watch" and "time_left" in figures:
            told.append(figures["time_left"])  # type: ignore[arg-type]
        report(run, **figures)

    monkeypatch.setattr(context, "REPORT_EVERY", 0.0)
    monkeypatch.setattr(Run, "report", spy)
    batch = site.batch()
    batch.upload().wait()
    batch.watch().wait()
    assert len(told) > 3
    assert set(told) == {None}
