"""Submits with incomplete responses: late ones, missing items, edits in between. The journal records nothing wrong."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

import httpx2
import pytest

from pdm_nb import Batch
from pdm_nb.api.protocol.requests import Item, Request, Scope
from pdm_nb.batch.execution.context import Context
from pdm_nb.batch.journal.journal import UNANSWERED, Step
from pdm_nb.batch.journal.states import Event
from pdm_nb.batch.pipeline.match_revisions import accept
from pdm_nb.batch.pipeline.resolve_unanswered import PAGES
from pdm_nb.errors import Detail, InputError, InvalidError, ServerError, ServiceError
from pdm_nb.model import Cell
from pdm_nb.runs.loop import run
from tests.support.simulator.sim_site import Site


def land_late(site: Site) -> None:
    """The first submit times out here, and is carried out only after the next look at the uploads."""
    held: list[httpx2.Request] = []
    send = site.wire.handle_async_request

    async def handle(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/document_revisions") and request.method == "POST" and not held:
            await request.aread()
            held.append(request)
            raise httpx2.ReadTimeout("slow", request=request)
        response = await send(request)
        if len(held) == 1 and request.url.path.endswith("/selected_uploads"):
            held.append(request)
            await (await send(held[0])).aread()
        return response

    site.wire.handle_async_request = handle  # type: ignore[method-assign]


def test_submit_that_comes_through_late_is_found_and_not_called_gone(site: Site) -> None:
    """B47, B66: the uploads were there when we looked, and consumed afterwards."""
    batch = site.ready(2)
    land_late(site)
    table = batch.submit().wait()
    assert table["state"].tolist() == ["submitted"] * 2
    assert table["revision_id"].notna().all()
    assert site.revision_count() == 2


def test_late_submit_with_an_unknown_result_is_unconfirmed(make_site: Callable[..., Site]) -> None:
    """Gone would invite to begin anew, and so to a second revision."""
    site = make_site(revision_list=False)
    batch = site.ready(2)
    land_late(site)
    assert batch.submit().wait()["state"].tolist() == ["unconfirmed"] * 2
    assert batch.retry() == []


@pytest.mark.parametrize("status", [404, 422])
def test_uploads_that_somebody_else_submitted_are_found(make_site: Callable[..., Site], status: int) -> None:
    """B47: refused as not found, with either status; the others go on."""
    site = make_site(consumed_status=status)
    batch = site.ready(3)
    submit = site.service.client.create_document_revisions

    async def second(scope: Scope, items: Sequence[tuple[str, str]]) -> Any:
        site.service.client.create_document_revisions = submit  # type: ignore[method-assign]
        await submit(scope, items[:2])
        return await submit(scope, items)

    site.service.client.create_document_revisions = second  # type: ignore[method-assign]
    assert batch.submit().wait()["state"].tolist() == ["submitted"] * 3
    assert site.revision_count() == 3


def test_item_that_the_response_omits_is_not_a_revision(site: Site) -> None:
    """B45, B46: neither in `ids` nor in `failures`; it is asked for, and goes another round."""
    batch = site.ready(3)
    submit = site.service.client.create_document_revisions
    sent: list[int] = []

    async def drop(scope: Scope, items: Sequence[tuple[str, str]]) -> Any:
        sent.append(len(items))
        return await submit(scope, items[:2])

    site.service.client.create_document_revisions = drop  # type: ignore[method-assign]
    table = batch.submit().wait()
    assert sent == [3, 1]
    assert table["state"].tolist() == ["submitted"] * 3
    assert table["revision_id"].notna().all()
    assert site.revision_count() == 3


def test_pairing_by_order_is_confirmed_by_name(make_site: Callable[..., Site]) -> None:
    """B46: in the older reading an answer in another order must not give a document another's revision."""
    site = make_site(reveal_upload_id=False)
    batch = site.ready(3)
    submit = site.service.client.create_document_revisions

    async def shuffled(scope: Scope, items: Sequence[tuple[str, str]]) -> Any:
        ids, failures = await submit(scope, items)
        return [ids[1], ids[0], ids[2]], failures

    site.service.client.create_document_revisions = shuffled  # type: ignore[method-assign]
    table = batch.submit().wait()
    assert table["state"].tolist() == ["submitted"] * 3
    assert table["reason"].tolist() == ["REVISION_UNPAIRED", "REVISION_UNPAIRED", ""]
    assert table["revision_id"].isna().tolist() == [True, True, False]


def test_pairing_that_could_not_be_confirmed_says_so(site: Site) -> None:
    batch = site.ready(2)

    async def fail(*_: object) -> Any:
        raise ServerError("no")

    site.service.client.list_selected_revisions = fail  # type: ignore[method-assign]
    table = batch.submit().wait()
    assert set(table["reason"]) == {"REVISION_BY_ORDER"}
    assert table["revision_id"].notna().all()


@pytest.mark.parametrize("told", [True, False])
def test_a_run_that_ends_before_the_pairing_leaves_no_doubt(
    make_site: Callable[..., Site], told: bool
) -> None:
    """B46, B66: the answer had the ids; they are kept at once, and confirmed by the next submit."""
    site = make_site(revision_list=False, reveal_upload_id=told)
    batch = site.ready(3)
    begun = threading.Event()
    show = site.service.client.list_selected_revisions

    async def hang(*_: object) -> Any:
        begun.set()
        await asyncio.Event().wait()

    site.service.client.list_selected_revisions = hang  # type: ignore[method-assign]
    batch.submit()
    assert begun.wait(60)
    batch.close()
    site.service.client.list_selected_revisions = show  # type: ignore[method-assign]
    again = site.project.batch(journal=site.folder / "batch.sqlite")
    table = again.status()
    assert table["state"].tolist() == ["submitted"] * 3
    assert set(table["reason"]) == {"REVISION_BY_ORDER"}
    assert {reason for _, _, event, _, reason in again._core.journal.events() if event == "accepted"} == {""}
    kept = table["revision_id"].tolist()
    table = again.submit().wait()
    assert table["revision_id"].tolist() == kept
    assert set(table["reason"]) == {""}
    assert table["version"].tolist() == [1] * 3
    assert site.calls("createDocumentRevisions") == 1
    again.submit().wait()
    assert site.calls("createDocumentRevisions") == 1


@pytest.mark.parametrize("status", [408, 409, 302])
def test_an_answer_that_does_not_say_that_nothing_was_done_is_a_doubt(site: Site, status: int) -> None:
    """B66: some gateway's; the work was done behind it."""
    batch = site.ready(2)
    send = site.wire.handle_async_request

    async def hidden(request: httpx2.Request) -> httpx2.Response:
        response = await send(request)
        if request.method == "POST" and request.url.path.endswith("/document_revisions"):
            await response.aread()
            return httpx2.Response(status, text="gateway")
        return response

    site.wire.handle_async_request = hidden  # type: ignore[method-assign]
    table = batch.submit().wait()
    assert table["state"].tolist() == ["submitted"] * 2
    assert site.calls("createDocumentRevisions") == 1


def test_where_submitting_is_not_offered_the_run_ends_and_says_so(site: Site) -> None:
    batch = site.ready(2)
    site.sim.fail_next("createDocumentRevisions", 405)
    with pytest.raises(ServiceError, match="405"):
        batch.submit().wait()
    assert batch.status()["state"].tolist() == ["ready"] * 2
    assert not batch._core.journal.is_unanswered(0)


def test_all_errors_of_an_item_are_reported(site: Site) -> None:
    """B44: there may be several details of one."""
    batch = site.ready(2)
    submit, upload = site.service.client.create_document_revisions, batch.view.document(1).upload_id
    details = (
        Detail("INVALID_INPUT", "the title is empty", upload),
        Detail("DUPLICATE_REVISION", "P01 is there", upload),
    )

    async def refused(scope: Scope, items: Sequence[Any]) -> Any:
        if len(items) > 1:
            raise InvalidError("no", status=422, reason="INVALID_INPUT", details=details)
        return await submit(scope, items)

    site.service.client.create_document_revisions = refused  # type: ignore[method-assign]
    table = batch.submit().wait()
    assert table["state"].tolist() == ["submitted", "on hold"]
    assert table.loc[1, "reason"] == "INVALID_INPUT"
    assert "the title is empty" in table.loc[1, "message"]
    assert "P01 is there" in table.loc[1, "message"]


def test_edit_while_the_submit_is_prepared_is_not_left_behind(site: Site) -> None:
    """It came after the changes were sent, and before the submit: it goes another round, and is in the revision."""
    batch = site.ready(2)
    look = site.service.client.list_selected_uploads

    async def edited(scope: Scope, ids: Sequence[str]) -> Any:
        site.service.client.list_selected_uploads = look  # type: ignore[method-assign]
        rows = await look(scope, ids)
        batch.set(1, "description", "just in time")
        return rows

    site.service.client.list_selected_uploads = edited  # type: ignore[method-assign]
    table = batch.submit().wait()
    revisions = site.project.revisions(table["revision_id"])
    assert revisions["description"].tolist() == ["A letter", "just in time"]


def test_looking_for_a_revision_ends_where_there_are_very_many(site: Site) -> None:
    """B62: the list is read newest first, and only so far."""
    batch = site.ready(1)
    site.sim.delete_upload(batch.view.document(0).upload_id)
    send, before = site.service.client.send, site.calls("listRevisions")

    async def endless(request: Request) -> Any:
        if request.operation != "listRevisions":
            return await send(request)
        site.service.client.calls[request.operation] += 1
        first = 100 * int(request.params["page"])
        rows = [{"id": str(n), "upload_id": f"other-{n}"} for n in range(first, first + 100)]
        return rows, {"total": "9999999"}

    site.service.client.send = endless  # type: ignore[method-assign,assignment]
    assert batch.submit().wait()["state"].tolist() == ["deleted"]
    assert site.calls("listRevisions") - before == PAGES


def drop_last(site: Site) -> None:
    """Every response to a submit leaves out the last id."""
    submit = site.service.client.create_document_revisions

    async def shortened(scope: Scope, items: Sequence[Item]) -> Any:
        ids, failures = await submit(scope, items)
        return ids[:-1], failures

    site.service.client.create_document_revisions = shortened  # type: ignore[method-assign]


def test_one_missing_id_leaves_the_others_certain_without_upload_ids(make_site: Callable[..., Site]) -> None:
    """B46: rows without `upload_id` are matched by name, file name and format; only the rest is in doubt."""
    site = make_site(reveal_upload_id=False, revision_list=False)
    batch = site.ready(4)
    drop_last(site)
    table = batch.submit().wait()
    assert table["state"].tolist() == ["submitted"] * 3 + ["unconfirmed"]
    assert table["revision_id"].isna().tolist() == [False] * 3 + [True]
    names = site.project.revisions(table["revision_id"].dropna())["name"].tolist()
    assert names == [batch.view.cell(d.id, "name").text for d in batch.view.documents[:3]]
    assert len(set(names)) == 3
    assert site.calls("createDocumentRevisions") == 1


def test_rows_that_match_two_documents_of_a_call_settle_neither(make_site: Callable[..., Site]) -> None:
    """B46: the same name and file name twice, one id missing: nobody can say whose it is."""
    site = make_site(reveal_upload_id=False, revision_list=False)
    batch = site.ready(2)
    document = batch.view.document(1)
    for name in ("name", "original_filename"):
        field = next(id_ for id_, one in shown_fields(site, batch).items() if one == name)
        batch._core.journal.record_cells(
            [(document.id, field, batch._core.journal.service_cell(0, field) or Cell())]
        )
    batch._core.journal.note([Step(document.id, None, {"name": batch.view.document(0).name})])
    accepted = [d for d in batch.view.documents if d.upload_id]
    context = Context(site.service.client, site.project.scope, batch._core.journal, lambda **_: None)
    rows = run(
        site.service.client.create_document_revisions(
            site.project.scope, [Item(d.upload_id or "", d.event_id or "") for d in accepted[:1]]
        )
    )[0]
    left = run(accept(context, accepted, rows))
    assert [d.id for d in left] == [0, 1]


def shown_fields(site: Site, batch: Batch) -> dict[str, str]:
    """Field id -> name, as the uploads show them."""
    rows = run(
        site.service.client.list_selected_uploads(
            site.project.scope, [batch.view.document(0).upload_id or ""]
        )
    )
    return {value.field_id: value.name for value in rows[0].fields}


# -- confirmed by hand (B66)
def unconfirmed(make_site: Callable[..., Site], *, done: bool) -> tuple[Site, Batch]:
    """A batch of one document whose submit got no response, and was carried out or not."""
    site = make_site(revision_list=False)
    batch = site.ready(1)
    if done:
        site.wire.lose_answer("/document_revisions", times=1)
    else:
        cut_and_delete(site, batch)
    assert batch.submit().wait()["state"].tolist() == ["unconfirmed"]
    assert "Look in Procore whether the revision exists, then confirm it" in batch.status()["message"][0]
    return site, batch


def cut_and_delete(site: Site, batch: Batch) -> None:
    """The submit never arrives, and meanwhile somebody deletes the upload."""
    submit = site.service.client.create_document_revisions

    async def fail(scope: Scope, items: Sequence[Item]) -> Any:
        site.service.client.create_document_revisions = submit  # type: ignore[method-assign]
        site.sim.delete_upload(batch.view.document(0).upload_id)
        raise ServerError("no response")

    site.service.client.create_document_revisions = fail  # type: ignore[method-assign]


def test_an_unconfirmed_document_that_exists_is_submitted_without_an_id(
    make_site: Callable[..., Site],
) -> None:
    site, batch = unconfirmed(make_site, done=True)
    assert batch.confirm(None, exists=True) == [0]
    row = batch.status().loc[0]
    assert (row["state"], row["reason"]) == ("submitted", "REVISION_UNPAIRED")
    batch.submit().wait()
    assert site.calls("createDocumentRevisions") == 1


def test_an_unconfirmed_document_that_does_not_exist_can_be_submitted(make_site: Callable[..., Site]) -> None:
    """B66: its upload is gone too, so it is uploaded again; also in a batch that was opened again."""
    site, batch = unconfirmed(make_site, done=False)
    assert batch.confirm([0], exists=False) == [0]
    assert batch.status()["state"].tolist() == ["ready"]
    path = batch.view.journal_path
    batch.close()
    batch = site.project.batch(journal=path)
    assert batch.submit().wait()["state"].tolist() == ["deleted"]
    assert batch.retry() == [0]
    batch.upload().wait()
    batch.watch().wait()
    assert batch.submit().wait()["state"].tolist() == ["submitted"]


def test_a_confirmation_overrides_submits_without_a_response(make_site: Callable[..., Site]) -> None:
    """B66: an earlier submit got no response while the upload was there; the user's word settles that as well."""
    _, batch = unconfirmed(make_site, done=False)
    batch._core.journal.note([Step(0, Event.RETURNED, {"reason": UNANSWERED}), Step(0, Event.UNCONFIRMED)])
    assert batch._core.journal.is_unanswered(0)
    batch.confirm(0, exists=False)
    assert not batch._core.journal.is_unanswered(0)
    assert batch.submit().wait()["state"].tolist() == ["deleted"]


def test_only_unconfirmed_documents_can_be_confirmed(site: Site) -> None:
    batch = site.ready(2)
    with pytest.raises(InputError, match=r"letter-000.txt \(row 0\) is ready, not unconfirmed"):
        batch.confirm(None, exists=True)
    assert set(batch.frame["state"]) == {"ready"}
