"""A status that the service rejects, ignores or overwrites: no document is submitted with another status than shown (B52, B74)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import httpx2
import pytest

from pdm_nb import Batch
from pdm_nb.batch.execution.context import Context
from pdm_nb.batch.pipeline.fetch_uploads import record_upload
from pdm_nb.model import FieldValue, Finding, Upload, Value
from pdm_nb.runs.loop import run
from pdm_nb.widgets import Workbench
from tests.support.simulator.sim_site import Site


def others(batch: Batch) -> list[Finding]:
    return [one for one in batch.findings() if one.code == "PDM311"]


def first_status(batch: Batch) -> str:
    """What the simulator's workflow sets."""
    return batch.view.choices("status")[0].label


def test_an_overwritten_status_stops_the_submit_until_it_is_accepted(make_site: Callable[..., Site]) -> None:
    """B52, B74."""
    site = make_site(workflow_governs_status="overwritten")
    batch = site.plain(2)
    sent = batch.view.cell(0, "status").text
    theirs = first_status(batch)
    assert sent != theirs
    batch.upload().wait()
    batch.watch().wait()
    found = others(batch)
    assert [(one.document, one.field, one.severity) for one in found] == [
        (0, "status", "error"),
        (1, "status", "error"),
    ]
    assert found[0].message == f"Status was set to {sent!r}; the service has {theirs!r}"
    assert batch.view.cell(0, "status").text == theirs  # what is shown is what would go out
    assert batch.apply_fixes().empty  # accepting it is no automatic fix
    table = batch.submit().wait()
    assert list(table["state"]) == ["on hold", "on hold"]
    assert list(table["reason"]) == ["PDM311", "PDM311"]
    assert f"{sent!r}; the service has {theirs!r}. Set the cell" in table.loc[0, "message"]
    assert site.calls("createDocumentRevisions") == 0
    batch.set(0, "status", theirs)
    assert [one.document for one in others(batch)] == [1]
    table = batch.submit().wait()
    assert list(table["state"]) == ["submitted", "on hold"]
    assert list(site.project.revisions()["status"]) == [theirs]


def test_a_status_that_is_set_again_is_compared_again_just_before_the_submit(
    make_site: Callable[..., Site],
) -> None:
    """B52: also where it is overwritten by the update that the submit itself sends."""
    site = make_site(workflow_governs_status="overwritten")
    batch = site.plain(1)
    sent = batch.view.cell(0, "status").text
    batch.upload().wait()
    batch.watch().wait()
    batch.set(0, "status", sent)
    assert others(batch) == []  # not sent yet: nobody knows
    assert list(batch.submit().wait()["reason"]) == ["PDM311"]
    site.sim._core.switch(workflow_governs_status="")
    batch.set(0, "status", sent)
    assert list(batch.submit().wait()["state"]) == ["submitted"]
    assert list(site.project.revisions()["status"]) == [sent]


def test_what_somebody_else_changed_in_the_upload_is_not_submitted_unseen(site: Site) -> None:
    batch = site.ready(2)
    overwrite(site, "description", "Somebody else's letter", rows=1)
    table = batch.submit().wait()
    assert list(table["state"]) == ["on hold", "submitted"]
    assert table.loc[0, "reason"] == "PDM311"
    assert "Description was set to 'A letter'; the service has" in table.loc[0, "message"]


def test_a_refused_status_is_named_and_the_rest_is_sent(make_site: Callable[..., Site]) -> None:
    """B52: at the upload nothing is known of the workflow yet."""
    site = make_site(workflow_governs_status="refused")
    batch = site.plain(2)
    sent = batch.view.cell(0, "status").text
    table = batch.upload().wait()
    assert list(table["state"]) == ["on hold", "on hold"]
    assert table.loc[0, "message"] == (
        f"The service refused the status {sent!r}. A workflow may control it. Clear the cell and upload again."
    )
    batch.set(None, "status", None)
    batch.upload().wait()
    batch.watch().wait()
    assert set(batch.frame["state"]) == {"ready"}
    assert set(batch.frame["status"]) == {first_status(batch)}  # the workflow's
    assert [one.code for one in batch.findings()] == ["PDM311", "PDM311"]
    assert set(batch.submit().wait()["state"]) == {"on hold"}
    batch.set(None, "status", first_status(batch))  # accepted
    assert batch.findings() == []
    assert list(batch.submit().wait()["state"]) == ["submitted", "submitted"]


@pytest.mark.parametrize("reading", ["refused", ""])
def test_a_service_that_refuses_every_status_is_not_asked_for_each_document(
    make_site: Callable[..., Site], reading: str
) -> None:
    """B71: what was refused is remembered for the run, and only then."""
    site = make_site(workflow_governs_status="refused")
    batch = site.plain(40)
    table = batch.upload().wait()
    assert set(table["state"]) == {"on hold"}
    assert table["message"].nunique() == 1
    assert site.calls("updateDocumentUploads") <= 20
    site.sim._core.switch(workflow_governs_status=reading)
    states = set(batch.upload().wait()["state"])
    assert states == ({"on hold"} if reading else {"uploaded"})


def test_a_status_refused_before_the_submit_is_held_and_the_services_own_is_not_sent(
    make_site: Callable[..., Site],
) -> None:
    """B52: the workflow began after the upload."""
    site = make_site()
    batch = site.ready(1)
    mine = batch.view.cell(0, "status").text
    other = next(
        value.label
        for value in batch.view.choices("status")
        if value.label not in (mine, first_status(batch))
    )
    site.sim._core.switch(workflow_governs_status="refused")
    batch.set(0, "status", other)
    batch.set(0, "description", "Another letter")
    table = batch.submit().wait()
    assert list(table["state"]) == ["on hold"]
    assert table.loc[0, "message"].startswith(
        f"The service refused the status {other!r}. A workflow may control it."
    )
    assert f"Set the cell to {mine!r}, which the service has, and submit again" in table.loc[0, "message"]
    batch.set(0, "status", mine)
    batch.submit().wait()  # what the service has anyway is not sent; meanwhile the workflow set its own
    assert batch.view.document(0).reason == "PDM311"
    batch.set(0, "status", first_status(batch))
    assert list(batch.submit().wait()["state"]) == ["submitted"]
    assert list(site.project.revisions()["description"]) == ["Another letter"]


def overwrite(site: Site, name: str, text: str, rows: int) -> None:
    """The first so many uploads that are shown have another value in a field, as if somebody had edited them."""
    send = site.wire.handle_async_request

    async def handle(request: httpx2.Request) -> httpx2.Response:
        response = await send(request)
        if not request.url.path.endswith("/selected_uploads"):
            return response
        body = json.loads(await response.aread())
        for upload in body["data"][:rows]:
            for field in upload["fields"]:
                if field["name"] == name:
                    field["values"] = [{"label": text}]
        return httpx2.Response(response.status_code, json=body, request=request)

    site.wire.handle_async_request = handle  # type: ignore[method-assign]


def shown(batch: Batch, assigned: str = "", active: str = "No") -> None:
    """The service shows a workflow on the first upload (B73, B74)."""
    project, document = batch.view.project, batch.view.document(0)
    fields = [
        FieldValue("f-active", "in_active_workflow", "lov_entry", "", (Value("y", "", active),), "SYSTEM")
    ]
    if assigned:
        value = Value("90999", "", assigned)
        fields.append(FieldValue("f-assigned", "assigned_workflow", "reference", "", (value,), "MANUAL"))
    context = Context(project.service.client, project.scope, batch._core.journal, lambda **_: None)
    upload = Upload(document.upload_id or "", document.event_id or "", "COMPLETED", "completed", "completed")
    record_upload(context, document, replace(upload, fields=tuple(fields)))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"assigned": "Design review"}, "The workflow 'Design review' is assigned to the upload"),
        ({"active": "Yes"}, "The upload is in an active workflow"),
        (
            {"assigned": "Design review", "active": "Yes"},
            "The upload is in the active workflow 'Design review'",
        ),
    ],
)
def test_a_workflow_of_an_upload_is_reported_in_its_status_and_before_submit(
    site: Site, given: dict[str, str], told: str
) -> None:
    """B73, B74: its fields need not be in the project's list."""
    batch = site.ready(2)
    shown(batch)
    assert batch.findings() == []
    shown(batch, **given)
    (one,) = batch.findings()
    assert (one.code, one.severity, one.field, one.message) == ("PDM312", "warning", "status", told)
    bench = Workbench(batch, view="submit")
    assert told in bench.table.value(0, "~reason")
    assert bench.table.value(0, "~verdict") == "ready"
    assert bench.table.value(1, "~reason") == ""
    bench.close()
    batch.close()
    again = site.project.batch(journal=batch.view.journal_path)
    assert [f.message for f in again.findings()] == [told]


def test_a_cleared_status_is_not_submitted_with_the_services_value(make_site: Callable[..., Site]) -> None:
    """B52, B74: the cell was empty when it was submitted, so nobody saw the value that the service has."""
    site = make_site(workflow_governs_status="overwritten")
    batch = site.plain(1)
    theirs = first_status(batch)
    batch.set(0, "status", theirs)
    batch.upload().wait()
    batch.watch().wait()
    batch.set(0, "status", None)
    assert [one.code for one in batch.findings()] == ["PDM101"]
    table = batch.submit().wait()
    assert (table["state"][0], table["reason"][0]) == ("on hold", "PDM311")
    assert f"Status was cleared; the service has {theirs!r}" in table["message"][0]
    assert site.calls("createDocumentRevisions") == 0
    batch.set(0, "status", theirs)
    assert batch.submit().wait()["state"].tolist() == ["submitted"]


def test_what_the_service_fills_in_just_before_a_submit_is_shown_first(site: Site) -> None:
    """B49: a document that was stopped for an empty field stays on hold until its value was shown."""
    batch = site.plain(2)
    batch.set(0, "description", None)
    batch.upload().wait()
    batch.watch().wait()
    field = batch.view.project.configuration.field("description").id
    batch._core.journal.drop_cells([(0, field)])  # never set by anybody
    assert [one.code for one in batch.findings([0])] == ["PDM101"]
    values = [{"id": field, "values": ["Filled in by somebody"]}]
    update = {"id": batch.view.document(0).upload_id, "fields": values}
    run(site.service.client.update_document_uploads(site.project.scope, [update]))
    table = batch.submit().wait()
    assert table["state"].tolist() == ["on hold", "submitted"]
    assert table["reason"][0] == "FILLED_BY_SERVICE"
    assert table["message"][0] == (
        "The service filled in Description with 'Filled in by somebody'. Check it and submit again."
    )
    assert batch.view.cell(0, "description").text == "Filled in by somebody"
    assert batch.submit().wait()["state"].tolist() == ["submitted", "submitted"]


def test_required_fields_that_are_read_from_the_file_need_no_second_submit(site: Site) -> None:
    """B36, B37: they are filled in after the upload, also where they were cleared, and are shown before the submit."""
    batch = site.batch()
    batch.set(None, "status", "S2")
    for field in ("type", "revision"):
        batch.set(None, field, None)
    batch.upload().wait()
    batch.watch().wait()
    ready = [d.id for d in batch.view.documents if not batch._core.table.evaluator.blockers(d.id, "submit")]
    assert len(ready) == 6
    sources = {(field, batch.view.cell(id_, field).source) for id_ in ready for field in ("type", "revision")}
    assert sources == {("type", "FILENAME_SCRAPING"), ("revision", "ML")}
    assert not others(batch)
    assert set(batch.submit().wait()["state"][ready]) == {"submitted"}
