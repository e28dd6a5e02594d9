"""The submit panel: which documents are ready, the confirmation, and the results."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pdm_nb.model import Document, Finding, Severity
from pdm_nb.widgets import (
    SubmitPanel,
)
from pdm_nb.widgets.panels.submit_panel import SubmitCounts, errors_of, verdict_of
from tests.support.fake_batch import FakeBatch
from tests.support.panels import click, said

pytestmark = pytest.mark.usefixtures("sent")


def settled(count: int = 3) -> FakeBatch:
    batch = FakeBatch(count)
    for id_ in batch.rows:
        batch.change(id_, state="settled")
    return batch


def test_nothing_is_submitted_without_the_confirmation(until: Any) -> None:
    panel = SubmitPanel(settled())
    assert panel.start.disabled
    panel.submit()
    assert (panel.batch.submits, said(panel)) == (0, "Select the confirmation first.")
    panel.confirm.value = True
    click(panel.start)
    until(lambda: panel.table.value(3, "verdict") == "submitted")
    assert panel.batch.submits == 1
    assert not panel.confirm.value


def test_documents_that_are_not_ready_are_reported_with_the_reason(until: Any) -> None:
    batch = settled(3)
    batch.change(3, state="transferring")
    batch.set(2, "status", "nonsense")
    panel = SubmitPanel(batch)
    assert "1 ready" in panel.counts.value
    assert panel.table.value(2, "reason") == "'nonsense' is not in the status list"
    assert panel.table.value(3, "reason") == "The upload is in progress"
    batch.change(1, state="submitted", revision_id="01REV", version="2")
    until(lambda: panel.table.value(1, "revision") == "01REV")
    assert panel.table.value(1, "version") == "2"
    assert "0 ready" in panel.counts.value


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


def test_a_document_held_by_a_workflow_is_reported_with_what_to_do(until: Any) -> None:  # B48
    batch = settled(12)
    panel = SubmitPanel(batch)
    assert panel.workflows.value == ""
    for id_ in (2, 3):
        batch.change(id_, state="held", ml="completed", reason="WORKFLOW_CONFLICT", message="in a workflow")
    until(lambda: "2 documents on hold" in panel.workflows.value)
    assert "on an earlier revision (ids 2, 3)." in panel.workflows.value
    assert "option terminate_workflows of submit" in panel.workflows.value
    assert panel.table.value(2, "reason") == "WORKFLOW_CONFLICT: in a workflow"
    for id_ in batch.rows:
        batch.change(id_, state="held", ml="completed", reason="WORKFLOW_CONFLICT")
    until(lambda: "12 documents on hold" in panel.workflows.value)
    assert "on an earlier revision." in panel.workflows.value


def test_a_finding_blocks_a_settled_document_and_reasons_are_safe_html() -> None:
    document = Document(1, "/x/a.pdf", "a.pdf", 1, "application/pdf", state="settled")
    faulty = Finding("PDM101", Severity.ERROR, 1, "type", "<b>Type</b> is empty", "fill it")
    tidy = Finding("PDM900", Severity.WARNING, 1, "type", "It could be longer", "write more")
    errors = errors_of([faulty, faulty, tidy])
    assert errors == {1: ("<b>Type</b> is empty",)}
    tally = SubmitCounts()
    assert tally.update(document, errors[1]) == ("blocked", ["<b>Type</b> is empty"])
    tally.update(replace(document, id=2), errors[1])
    tally.update(replace(document, id=3), ())
    assert "2 × &lt;b&gt;Type" in tally.as_html()
    assert "1 ready" in tally.as_html()
    for id_ in (1, 2):  # fixed
        tally.update(replace(document, id=id_), ())
    assert "3 ready" in tally.as_html()
    assert "Type" not in tally.as_html()


def test_an_error_that_goes_with_another_document_is_not_kept(until: Any) -> None:
    """What is found in one may hang on another, which alone is told as changed."""
    batch = settled(2)
    twin = Finding("PDM301", Severity.ERROR, 2, None, "It is called like A-001.pdf", "rename one")
    found = batch.findings
    batch.findings = lambda ids=None: [twin] if ids is None or 2 in ids else []  # type: ignore[method-assign]
    panel = SubmitPanel(batch)
    assert panel.table.value(2, "verdict") == "blocked"
    batch.findings = found  # type: ignore[method-assign]
    batch.change(1, name="B-001.pdf")
    until(lambda: panel.table.value(2, "verdict") == "ready")
    assert "2 ready" in panel.counts.value
