"""The step Submit: verdicts, the plan, the confirmation, and workflows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pdm_nb.errors import PdmError, RunError
from pdm_nb.model import Document, Finding, Severity
from pdm_nb.widgets import Workbench
from pdm_nb.widgets.workbench.submitting import becoming, planned
from pdm_nb.widgets.workbench.verdicts import VerdictCounts, errors_of, verdict_of
from tests.support.fake_batch import FakeBatch
from tests.support.panels import do

pytestmark = pytest.mark.usefixtures("sent")


def settled(count: int = 3) -> FakeBatch:
    batch = FakeBatch(count)
    for id_ in batch.rows:
        batch.change(id_, state="settled")
    return batch


def test_nothing_is_submitted_without_a_plan_and_a_confirmation(until: Any) -> None:
    bench = Workbench(settled(), view="submit")
    with pytest.raises(PdmError, match="Confirm first"):
        do(bench, "submitting.submit")
    with pytest.raises(RunError, match="Look at the plan first"):
        do(bench, "submitting.submit", confirmed=True)
    do(bench, "submitting.plan")
    plan = bench._page["plan"]
    assert plan["sentence"] == "3 documents will be submitted: 2 new and 1 new version."
    assert plan["versions"] == [{"file": "A-001.pdf", "text": "version 2 of A-001"}]
    assert bench.table.value(1, "~becomes") == "version 2 of A-001"
    with pytest.raises(RunError):
        do(bench, "submitting.submit", confirmed=True, hash="another one")
    do(bench, "submitting.submit", confirmed=True, hash=plan["hash"])
    until(lambda: bench.table.value(3, "~verdict") == "submitted")
    assert (bench.batch.submits, bench._page["plan"]) == (1, None)
    with pytest.raises(RunError):  # each submit needs a plan and a confirmation of its own
        do(bench, "submitting.submit", confirmed=True, hash=plan["hash"])


def test_a_plan_ends_with_the_visit_of_the_step() -> None:
    """Documents may change in the other steps: who comes back sees a new plan, and confirms that one."""
    bench = Workbench(settled())
    do(bench, "bench.go", step="submit")
    do(bench, "submitting.plan")
    do(bench, "bench.go", step="submit")
    plan = bench._page["plan"]
    assert plan["sends"] == 3
    do(bench, "bench.go", step="prepare")
    do(bench, "bench.go", step="submit")
    assert bench._page["plan"] is None
    with pytest.raises(RunError, match="Look at the plan first"):
        do(bench, "submitting.submit", confirmed=True, hash=plan["hash"])


def test_documents_that_are_not_ready_are_reported_with_the_reason(until: Any) -> None:
    batch = settled(3)
    batch.change(3, state="transferring")
    batch.set(2, "status", "nonsense")
    bench = Workbench(batch, view="submit")
    assert (bench._state["submitting"]["ready"], bench._state["primary"]["label"]) == (1, "Submit 1")
    assert bench.table.value(2, "~reason") == "'nonsense' is not in the status list"
    assert bench.table.value(3, "~reason") == "The upload is in progress"
    batch.change(1, state="submitted", revision_id="01REV", version="2")
    until(lambda: bench.table.value(1, "~revision") == "01REV")
    assert bench.table.value(1, "~version") == "2"
    until(lambda: bench._state["submitting"]["ready"] == 0)


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"state": "settled"}, "ready"),
        ({"state": "held", "ml": "completed", "reason": "DUPLICATE_REVISION"}, "ready"),
        ({"state": "held", "ml": "completed", "reason": "WORKFLOW_CONFLICT"}, "to be checked"),
        ({"state": "held"}, "blocked"),
        ({"state": "planned"}, "blocked"),
        ({"state": "unconfirmed"}, "to be checked"),
        ({"state": "submitted"}, "submitted"),
    ],
)
def test_verdicts(facts: dict[str, Any], verdict: str) -> None:
    assert verdict_of(Document(1, "/x/a.pdf", "a.pdf", 1, "application/pdf", **facts), [])[0] == verdict


def test_workflows_can_be_ended_with_a_reason_and_a_status(until: Any) -> None:  # B48
    batch = settled(4)
    for id_ in (2, 3):
        batch.change(id_, state="held", ml="completed", reason="WORKFLOW_CONFLICT", message="in a workflow")
    bench = Workbench(batch, view="submit")
    assert bench._state["submitting"]["conflicts"] == [2, 3]
    assert bench._state["submitting"]["conflict_lines"][0] == {
        "file": batch.view.document(2).name, "text": "in a workflow",
    }  # fmt: skip
    assert bench._state["submitting"]["statuses"] == ["Work in progress", "Approved"]
    assert bench.table.value(2, "~reason") == "in a workflow"
    do(bench, "submitting.plan")
    ending = {"end_workflows": True, "reason": "superseded", "status": "Approved"}
    do(bench, "submitting.submit", confirmed=True, hash=bench._page["plan"]["hash"], **ending)
    assert batch.options["terminate_workflows"] == [2, 3]
    assert batch.options["termination_reason"] == "superseded"
    assert batch.options["terminated_revision_status"] == "Approved"


def test_a_finding_blocks_a_ready_document_until_it_is_fixed() -> None:
    document = Document(1, "/x/a.pdf", "a.pdf", 1, "application/pdf", state="settled")
    faulty = Finding("PDM101", Severity.ERROR, 1, "type", "<b>Type</b> is empty", "fill it")
    tidy = Finding("PDM900", Severity.WARNING, 1, "type", "It could be longer", "write more")
    errors = errors_of([faulty, faulty, tidy])
    assert errors == {1: ("<b>Type</b> is empty",)}
    counts = VerdictCounts()
    assert counts.update(document, errors[1]) == ("blocked", ["<b>Type</b> is empty"])
    counts.update(replace(document, id=2), errors[1])
    counts.update(replace(document, id=3), ())
    assert (counts.common_reasons(), counts.verdicts["ready"]) == ([("<b>Type</b> is empty", 2)], 1)
    for id_ in (1, 2):
        counts.update(replace(document, id=id_), ())
    assert (counts.common_reasons(), counts.verdicts["ready"]) == ([], 3)


def test_an_error_that_goes_with_another_document_is_not_kept(until: Any) -> None:
    """A finding of one document may depend on another, which alone is reported as changed."""
    batch = settled(2)
    duplicate = Finding("PDM301", Severity.ERROR, 2, None, "It is called like A-001.pdf", "rename one")
    found = batch.findings
    batch.findings = lambda ids=None: [duplicate] if ids is None or 2 in ids else []  # type: ignore[method-assign]
    bench = Workbench(batch, view="submit")
    assert bench.table.value(2, "~verdict") == "blocked"
    batch.findings = found  # type: ignore[method-assign]
    batch.change(1, name="B-001.pdf")
    until(lambda: bench.table.value(2, "~verdict") == "ready")
    until(lambda: bench._state["submitting"]["ready"] == 2)


def test_a_plan_in_words() -> None:
    assert planned(0, 0) == "0 documents will be submitted."
    assert planned(1, 0) == "1 document will be submitted: 1 new."
    assert becoming("new", "A-1", None) == "new: A-1"
    assert becoming("new version", "A-1", None) == "a new version of A-1"
    assert (becoming("on hold", "", None), becoming("submitted", "", None)) == ("will be put on hold", "")
