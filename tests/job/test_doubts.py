"""Submits of which something is not told: late ones, lost items, edits in between. Nothing untrue is written down."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest
from sites import Site

from pdm_nb.batch.submitting import LOOK_PAGES
from pdm_nb.errors import Detail, InvalidError, ServerError, ServiceError
from pdm_nb.protocol.requests import Request, Scope


def land_late(site: Site) -> None:
    """The first submit times out here, and is carried out only after the next look at the uploads."""
    held: list[httpx.Request] = []
    send = site.wire.handle_async_request

    async def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/document_revisions") and request.method == "POST" and not held:
            await request.aread()
            held.append(request)
            raise httpx.ReadTimeout("slow", request=request)
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


def test_late_submit_that_nobody_can_tell_of_is_unconfirmed(make_site: Callable[..., Site]) -> None:
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


def test_item_that_an_answer_passes_over_is_no_revision(site: Site) -> None:
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
    assert {reason for _, _, event, _, reason in again.journal.events() if event == "accepted"} == {""}
    kept = table["revision_id"].tolist()
    table = again.submit().wait()
    assert table["revision_id"].tolist() == kept
    assert set(table["reason"]) == {""}
    assert table["version"].tolist() == ["1"] * 3
    assert site.calls("createDocumentRevisions") == 1
    again.submit().wait()
    assert site.calls("createDocumentRevisions") == 1


@pytest.mark.parametrize("status", [408, 409, 302])
def test_an_answer_that_does_not_say_that_nothing_was_done_is_a_doubt(site: Site, status: int) -> None:
    """B66: some gateway's; the work was done behind it."""
    batch = site.ready(2)
    send = site.wire.handle_async_request

    async def hidden(request: httpx.Request) -> httpx.Response:
        response = await send(request)
        if request.method == "POST" and request.url.path.endswith("/document_revisions"):
            await response.aread()
            return httpx.Response(status, text="gateway")
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
    assert batch.status()["state"].tolist() == ["settled"] * 2
    assert not batch.journal.is_unanswered(0)


def test_all_that_is_wrong_with_an_item_is_told(site: Site) -> None:
    """B44: there may be several details of one."""
    batch = site.ready(2)
    submit, upload = site.service.client.create_document_revisions, batch.document(1).upload_id
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
    assert table["state"].tolist() == ["submitted", "held"]
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
    site.sim.delete_upload(batch.document(0).upload_id)
    send, before = site.service.client.send, site.calls("listRevisions")

    async def endless(request: Request) -> Any:
        if request.operation != "listRevisions":
            return await send(request)
        site.service.client.calls[request.operation] += 1
        first = 100 * int(request.params["page"])
        rows = [{"id": str(n), "upload_id": f"other-{n}"} for n in range(first, first + 100)]
        return rows, {"total": "9999999"}

    site.service.client.send = endless  # type: ignore[method-assign,assignment]
    assert batch.submit().wait()["state"].tolist() == ["gone"]
    assert site.calls("listRevisions") - before == LOOK_PAGES
