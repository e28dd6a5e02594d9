"""The job in the workbench by hand while the service makes it difficult: faults, workflows, slow machine learning."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pdm_nb.sim import write_samples
from tests.support.browser.lab import Lab, expect
from tests.support.browser.workbench import app, shown, step

pytestmark = pytest.mark.long
PATIENCE = 180_000  # milliseconds of a busy machine
BENCH = """
import pdm_nb
project = pdm_nb.connect("sim", {options}).project("Riverside Tower")
{before}
bench = pdm_nb.workbench(project.batch("{folder}"))
bench
"""
VALUES = """
batch.set(None, "type", "Correspondence"); batch.set(None, "status", "S2"); batch.set(None, "revision", {revision!r})
batch.set(None, "description", "A letter")
"""
FIRST = """
batch = project.batch("{folder}", journal="first.sqlite")
{values}
batch.upload().wait(); batch.watch().wait(); batch.submit().wait(); batch.close()
"""
WAIT_LESS = """
from pdm_nb.batch.batch import Batch
watch = Batch.watch
Batch.watch = lambda self, rows=None: watch(self, rows, first=1, every=1, limit=4)  # three minutes, in a test
"""
STATES = "bench.batch.status()['state'].value_counts().to_dict()"


def value(lab: Lab, source: str) -> Any:
    """The value of an expression in the kernel."""
    path = lab.server.root / "value.json"
    lab.execute(f"import json; open({str(path)!r}, 'w').write(json.dumps({source}))")
    return json.loads(path.read_text())


def letters(lab: Lab, name: str, count: int) -> Path:
    folder = lab.server.root / name
    folder.mkdir()
    for number in range(count):
        (folder / f"L-{number:03}.pdf").write_bytes(f"%PDF-1.7 {number}\n%%EOF".encode())
    return folder


def opened(lab: Lab, folder: str, options: str, before: str = "") -> Any:
    lab.open(
        lab.write(f"{folder}.ipynb", [BENCH.format(options=options, before=before, folder=f"{folder}/")])
    )
    lab.run(0, 180)
    lab.execute("batch = bench.batch\n" + VALUES.format(revision="P02" if before else "P01"))
    return app(lab)


def settled(lab: Lab, bench: Any) -> None:
    """Wait until no run is in progress any more, neither in the kernel nor in the page."""
    running = "bool(bench.batch.view.run is not None and bench.batch.view.run.running)"
    cancel = bench.get_by_role("button", name="Cancel")
    lab.until(
        lambda: not value(lab, running) and not cancel.count() and not value(lab, running), "the run", 400
    )


def test_with_many_faults_what_is_shown_is_true_and_every_document_gets_there(lab: Lab) -> None:
    letters(lab, "storm", 24)
    bench = opened(lab, "storm", "scenario='stormy', seed=5, ml_seconds=1")
    step(lab, "Upload").click()
    bench.get_by_role("button", name="Upload 24").click()
    settled(lab, bench)
    for _ in range(6):
        states = value(lab, STATES)
        chips = dict(
            reversed(chip.split(" ", 1))
            for chip in bench.locator(".pdm-bar .pdm-marks .pdm-mark").all_inner_texts()
        )
        assert {state: str(number) for state, number in states.items()} == chips
        stopped = {state for state in states if state in ("on hold", "failed", "deleted", "unconfirmed")}
        groups = bench.get_by_role("region", name="Not completed, by reason")
        if not stopped:
            break
        expect(groups).to_be_visible()
        again = groups.get_by_role("button", name=re.compile("Upload again|Try again")).first
        again.click()
        upload = bench.locator(".pdm-foot .pdm-primary")
        if upload.inner_text().startswith("Upload ") and upload.is_enabled():
            upload.click()
        settled(lab, bench)
    lab.picture("scenario-stormy-upload")
    expect(bench.locator(".pdm-foot")).to_contain_text("24 of 24 documents uploaded")
    step(lab, "Submit").click()
    for _ in range(6):
        confirm = bench.get_by_label("I have checked the metadata")
        confirm.check()
        bench.locator(".pdm-foot .pdm-primary").click()
        settled(lab, bench)
        done = value(lab, STATES).get("submitted", 0)
        expect(bench.locator(".pdm-foot")).to_contain_text(f"{done} of 24 documents submitted")
        if done == 24:
            break
        bench.get_by_role("button", name="Update the plan").click()
    lab.picture("scenario-stormy-submit")
    assert value(lab, STATES) == {"submitted": 24}
    assert lab.cells.count() == 1


def test_a_workflow_is_ended_only_with_a_reason_and_a_status(lab: Lab) -> None:  # B48
    letters(lab, "flow", 3)
    before = FIRST.format(folder="flow/", values=VALUES.format(revision="P01"))
    bench = opened(lab, "flow", "scenario='workflow-conflicts', ml_seconds=1", before)
    step(lab, "Upload").click()
    bench.get_by_role("button", name="Upload 3").click()
    settled(lab, bench)
    step(lab, "Submit").click()
    expect(bench.get_by_text("New versions of existing documents")).to_be_visible()
    bench.get_by_label("I have checked the metadata").check()
    bench.locator(".pdm-foot .pdm-primary").click()
    settled(lab, bench)

    expect(bench.locator(".pdm-foot")).to_contain_text("0 of 3 documents submitted, 3 on hold")
    conflicts = bench.locator(".pdm-conflicts")
    expect(conflicts).to_contain_text("3 documents on hold because of a workflow")
    expect(conflicts.locator("li")).to_have_count(3)
    expect(conflicts.locator("li").first).to_contain_text("L-000.pdf")
    lab.picture("scenario-conflicts")
    submit = bench.locator(".pdm-foot .pdm-primary")
    bench.get_by_label("I have checked the metadata").check()
    conflicts.get_by_label("End these workflows for good").check()
    expect(submit).to_be_disabled()  # neither reason nor status yet
    conflicts.get_by_label("Reason", exact=True).fill("Superseded by the next issue")
    expect(submit).to_be_disabled()
    conflicts.get_by_label("Status of the revisions").select_option(index=1)
    lab.picture("scenario-conflicts-form")
    submit.click()
    settled(lab, bench)
    expect(bench.locator(".pdm-foot")).to_contain_text("3 of 3 documents submitted")
    assert value(lab, STATES) == {"submitted": 3}
    lab.picture("scenario-conflicts-done")


def test_what_machine_learning_does_not_read_in_time_is_named_with_what_to_do(lab: Lab) -> None:  # B35
    write_samples(lab.server.root / "slow", count=6, seed=7)
    bench = opened(lab, "slow", "scenario='slow-ml', ml_seconds=600", WAIT_LESS)
    step(lab, "Upload").click()
    bench.get_by_role("button", name="Upload 6").click()
    settled(lab, bench)
    step(lab, "Review").click()
    late = value(lab, "int(bench.batch.status()['reason'].eq('ML_TIMEOUT').sum())")
    assert late
    expect(bench.get_by_text(f"Machine learning ended without {late} document")).to_be_visible()
    expect(bench.locator(".pdm-foot")).to_contain_text(
        f"{6 - late} of 6 documents read, {late} not read in time"
    )
    expect(step(lab, "Review").locator(".pdm-tick")).to_have_count(0)
    lab.picture("scenario-slow-review")
    open_ones = bench.get_by_role("region", name="not read in time")
    open_ones.get_by_role("button", name="Show").click()
    expect(shown(lab)).to_have_count(late)
    open_ones.get_by_role("button", name="Fill in").click()
    expect(step(lab, "Prepare")).to_have_attribute("aria-current", "step")
    expect(shown(lab)).to_have_count(late)
    step(lab, "Review").click()
    lab.execute("Batch.watch = watch")
    open_ones.get_by_role("button", name="Wait again").click()
    expect(bench.locator(".pdm-foot")).to_contain_text(f"{late} still being read by machine learning")
    expect(open_ones).to_have_count(0)
    bench.get_by_role("button", name="Cancel").click()
    settled(lab, bench)
    expect(bench.get_by_role("button", name="Wait for machine learning")).to_be_enabled()
