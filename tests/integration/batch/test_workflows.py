"""Submits that a workflow blocks (B48): the workflow is reported, and ended if the user asks for it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from pdm_nb import Batch
from pdm_nb.errors import InputError
from pdm_nb.sim.world.records import Revision
from tests.support.simulator.sim_site import Site


def in_conflict(site: Site, *rows: int, count: int = 3) -> Batch:
    """A second version of letters, settled; on the first versions of `rows` a workflow has begun."""
    first = site.ready(count)
    table = first.submit().wait()
    first.close()
    shown = site.project.revisions(table["revision_id"]).set_index("id")
    for row in rows:
        site.sim.start_workflow(shown.loc[table.loc[row, "revision_id"], "container_id"])
    batch = site.batch(site.folder / "plain", journal=site.folder / "second.sqlite")
    for field, value in {
        "type": "Other",
        "status": "S2",
        "revision": "P02",
        "description": "A letter",
    }.items():
        batch.set(None, field, value)
    batch.upload().wait()
    batch.watch().wait()
    return batch


def sent(site: Site) -> list[dict[str, Any]]:
    """The items of the last submit."""
    asked = [
        r for r in site.wire.requests if r.method == "POST" and r.url.path.endswith("/document_revisions")
    ]
    items: list[dict[str, Any]] = json.loads(asked[-1].content)["uploads"]
    return items


def workflows(site: Site) -> int:
    return len(in_workflows(site))


def in_workflows(site: Site) -> list[Revision]:
    return [row for row in site.sim._core.store.rows(Revision) if row.workflow_id]


def ending(rows: Any, **other: Any) -> dict[str, Any]:
    said = {"termination_reason": "superseded", "terminated_revision_status": "S2"}
    return {"terminate_workflows": rows} | said | other


def test_a_workflow_holds_only_its_document_and_is_reported(site: Site) -> None:
    batch = in_conflict(site, 1)
    table = batch.submit().wait()
    assert table["state"].tolist() == ["submitted", "on hold", "submitted"]
    assert table.loc[1, "reason"] == "WORKFLOW_CONFLICT"
    (revision,) = in_workflows(site)
    told = table.loc[1, "message"]
    assert f"{revision.key} in container {revision.container_id}" in told
    assert "can also end it with the submit" in told


def test_submitting_again_ends_no_workflow_by_itself(site: Site) -> None:
    batch = in_conflict(site, 1)
    for _ in range(2):
        assert batch.submit().wait().loc[1, "reason"] == "WORKFLOW_CONFLICT"
    assert batch.resume(until="submit").wait().loc[1, "reason"] == "WORKFLOW_CONFLICT"
    assert workflows(site) == 1


def test_a_workflow_is_ended_for_the_rows_that_were_named(site: Site) -> None:
    batch = in_conflict(site, 1, 2)
    assert batch.submit().wait()["state"].tolist() == ["submitted", "on hold", "on hold"]
    table = batch.submit(**ending([1])).wait()
    assert table["state"].tolist() == ["submitted", "submitted", "on hold"]
    assert table.loc[1, "version"] == 2
    assert table.loc[2, "reason"] == "WORKFLOW_CONFLICT"
    assert workflows(site) == 1
    kept = [
        (document, reason)
        for _, document, event, _, reason in batch._core.journal.events()
        if event == "intended"
    ]
    assert {document for document, reason in kept if reason == "TERMINATES_WORKFLOW"} == {1}


def test_rows_may_be_a_part_of_the_table_and_the_status_a_label(site: Site) -> None:
    batch = in_conflict(site, 0, 2)
    table = batch.submit().wait()
    label = batch.view.choices("status")[1].label
    rows = table[table["reason"] == "WORKFLOW_CONFLICT"]
    assert set(batch.submit(**ending(rows, terminated_revision_status=label)).wait()["state"]) == {
        "submitted"
    }
    chosen = batch.view.choices("status")[1].id
    assert [item["terminated_revision_status_id"] for item in sent(site)] == [chosen, chosen]


def test_one_workflow_ended_with_others_that_are_ready(site: Site) -> None:
    """In one call, and with its own item only."""
    batch = in_conflict(site, 1)
    batch.submit().wait()
    again = batch.view.document(1)
    batch.submit(**ending(1)).wait()
    (item,) = sent(site)
    status = next(value.id for value in batch.view.choices("status") if value.code == "S2")
    assert item["id"] == again.upload_id
    assert (item["termination_reason"], item["terminated_revision_status_id"]) == ("superseded", status)


def test_without_permission_to_end_a_workflow_the_document_is_held_and_reported(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(access_level="Standard")
    batch = in_conflict(site, 1)
    batch.submit().wait()
    table = batch.submit(**ending([1])).wait()
    assert table.loc[1, ["state", "reason"]].tolist() == [
        "on hold",
        "WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION",
    ]
    assert "workflow manager or an administrator" in table.loc[1, "message"]
    assert workflows(site) == 1
    site.sim._core.switch(access_level="Admin")
    assert batch.submit(**ending([1])).wait().loc[1, "state"] == "submitted"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (ending([0]), "letter-000.txt \\(row 0\\) is submitted, not on hold for a workflow"),
        (ending([1], termination_reason=None), "together"),
        (ending([1], termination_reason="  "), "together"),
        (ending([1], terminated_revision_status=None), "together"),
        (ending(None), "together"),
        (ending([1], terminated_revision_status="S22"), "'S22' is not in the Status list. Similar: "),
        (ending([9]), "no document 9"),
    ],
)
def test_what_was_not_said_clearly_is_refused_and_nothing_is_sent(
    site: Site, asked: dict[str, Any], told: str
) -> None:
    batch = in_conflict(site, 1)
    batch.submit().wait()
    before = site.calls("createDocumentRevisions")
    with pytest.raises(InputError, match=told):
        batch.submit(**asked)
    assert site.calls("createDocumentRevisions") == before
    assert batch.view.document(1).reason == "WORKFLOW_CONFLICT"


def test_a_row_that_is_held_for_something_else_is_refused(site: Site) -> None:
    batch = site.ready(1)
    site.sim.fail_next("createDocumentRevisions", 422, reason="INVALID_INPUT")
    batch.submit().wait()
    with pytest.raises(InputError, match=r"on hold \(INVALID_INPUT\), not on hold for a workflow"):
        batch.submit(**ending([0]))


@pytest.mark.parametrize("arrives", [True, False])
def test_the_answer_to_a_termination_is_lost(site: Site, arrives: bool) -> None:
    """B66: it is asked what came of it; where nothing did, this call's word still holds."""
    batch = in_conflict(site, 1)
    batch.submit().wait()
    site.wire.lose_answer("/document_revisions") if arrives else site.wire.cut("/document_revisions")
    before = site.calls("createDocumentRevisions")
    assert batch.submit(**ending([1])).wait().loc[1, "state"] == "submitted"
    assert site.calls("createDocumentRevisions") - before == (1 if arrives else 2)
    assert site.revision_count() == 6


def test_a_termination_that_was_interrupted_is_not_said_again(site: Site) -> None:
    """What was meant for one call does not outlive it: the row is held again, and can be named again."""
    batch = in_conflict(site, 1)
    batch.submit().wait()
    begun = threading.Event()

    async def hang(*_: object) -> Any:
        begun.set()
        await asyncio.Event().wait()

    submit = site.service.client.create_document_revisions
    site.service.client.create_document_revisions = hang  # type: ignore[method-assign]
    batch.submit(**ending([1]))
    assert begun.wait(60)
    batch.close()
    site.service.client.create_document_revisions = submit  # type: ignore[method-assign]
    again = site.project.batch(journal=site.folder / "second.sqlite")
    assert again.view.document(1).state == "submitting"
    table = again.resume().wait()
    assert table.loc[1, ["state", "reason"]].tolist() == ["on hold", "WORKFLOW_CONFLICT"]
    assert again.submit(**ending([1])).wait().loc[1, "state"] == "submitted"
