"""Responses that omit ids, statuses or readable rows. The client draws no conclusion from that alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx2
import pytest

from pdm_nb.api.protocol.requests import Item, Scope
from pdm_nb.batch.pipeline.fetch_uploads import NOT_VISIBLE
from pdm_nb.batch.pipeline.upload import IGNORED
from pdm_nb.model import Revision, Upload
from tests.support.simulator.sim_site import Site

UPDATE = ("PATCH", "/document_uploads")
SELECTED = "/selected_uploads"


def drop(id_: str | None, times: int = 1) -> Callable[[Any], Any]:
    """Leave an id out of a list, the first so many times that it is there."""
    left = [times]

    def change(body: Any) -> Any:
        kept = [row for row in body["data"] if row["id"] != id_]
        if left[0] and len(kept) < len(body["data"]):
            left[0] -= 1
            body["data"] = kept
        return body

    return change


def sent_to(site: Site, method: str, end: str) -> list[Any]:
    """The bodies of such calls."""
    return [
        json.loads(request.content)
        for request in site.wire.requests
        if request.method == method and request.url.path.endswith(end)
    ]


def ignore(site: Site, method: str, end: str, answer: Any) -> None:
    """From now on such a call has this response, and nothing is done."""
    send = site.wire.handle_async_request

    async def handle(request: httpx2.Request) -> httpx2.Response:
        if request.method == method and request.url.path.endswith(end):
            site.wire.requests.append(request)
            return httpx2.Response(207, json=answer)
        return await send(request)

    site.wire.handle_async_request = handle  # type: ignore[method-assign]


NEITHER = {"data": {"success": [], "failed": []}}


# -- updates (B26)
@pytest.mark.parametrize("times", [1, 2])
def test_an_upload_that_an_update_leaves_out_is_linked_all_the_same(site: Site, times: int) -> None:
    """B26: it is sent once more; left out again, it is looked at, and was completed."""
    batch = site.plain(3)
    left_out: list[str] = []

    def change(body: Any) -> Any:
        rows = body["data"]["success"]
        if len(left_out) < times:
            left_out.append(rows.pop(0)["id"])
        return body

    site.wire.edit(UPDATE[1], change, UPDATE[0])
    assert set(batch.upload().wait()["state"]) == {"uploaded"}
    assert [len(body["update_params"]) for body in sent_to(site, *UPDATE)] == [3, 1]
    assert len(left_out) == times
    assert len(set(left_out)) == 1
    batch.watch().wait()
    assert set(batch.submit().wait()["state"]) == {"submitted"}


def test_an_update_that_is_not_carried_out_leads_to_a_look_and_not_to_a_guess(site: Site) -> None:
    """B26: the upload is there and not complete, so its document is held, and the next upload() goes on."""
    batch = site.plain(1)
    send = site.wire.handle_async_request
    ignore(site, *UPDATE, NEITHER)
    show = site.service.client.show_document_upload

    async def incomplete(scope: Scope, upload_id: str) -> Upload:  # B32: the reference's reading
        return Upload(upload_id, "E1", "INCOMPLETE", "", "")

    site.service.client.show_document_upload = incomplete  # type: ignore[method-assign]
    table = batch.upload().wait()
    assert (table["state"].tolist(), table["reason"].tolist()) == (["on hold"], [IGNORED])
    assert "not carry it out for this document" in table["message"][0]
    assert len(sent_to(site, *UPDATE)) == 2
    site.service.client.show_document_upload = show  # type: ignore[method-assign]
    site.wire.handle_async_request = send  # type: ignore[method-assign]
    assert batch.upload().wait()["state"].tolist() == ["uploaded"]


def test_an_upload_that_is_gone_is_gone_after_two_updates(site: Site) -> None:  # B26, B50
    batch = site.plain(2)
    ignore(site, *UPDATE, NEITHER)
    table = batch.upload().wait()  # show returns 404 for what is not complete (B32)
    assert set(table["state"]) == {"deleted"}


def test_edits_that_the_service_drops_are_not_submitted(site: Site) -> None:  # B26
    batch = site.ready(2)
    batch.set(0, "description", "Another")
    ignore(site, *UPDATE, NEITHER)
    table = batch.submit().wait()
    assert table["state"].tolist() == ["on hold", "submitted"]
    assert table["reason"][0] == IGNORED


# -- lists by id (B26)
def test_an_upload_that_is_missing_from_one_list_still_exists(site: Site) -> None:
    batch = site.plain(3)
    batch.upload().wait()
    site.wire.edit(SELECTED, drop(batch.view.document(1).upload_id), "POST")
    shown = site.calls("showDocumentUpload")
    assert set(batch.watch().wait()["state"]) == {"ready"}
    assert [len(body["ids"]) for body in sent_to(site, "POST", SELECTED)][:2] == [3, 1]
    assert site.calls("showDocumentUpload") == shown


def test_an_upload_that_lists_never_have_is_seen_by_itself(
    site: Site,
) -> None:  # B50: gone only if it says so
    batch = site.plain(2)
    batch.upload().wait()
    site.wire.edit(SELECTED, drop(batch.view.document(1).upload_id, 99), "POST")
    assert set(batch.watch().wait()["state"]) == {"ready"}
    assert set(batch.submit().wait()["state"]) == {"submitted"}


def test_an_item_that_a_submit_leaves_out_is_sent_again_only_while_show_has_it(site: Site) -> None:
    """B66: the list still has it, `show` has not: it was consumed, and is looked for among the revisions."""
    batch = site.ready(2)
    client = site.service.client
    submit, select = client.create_document_revisions, client.list_selected_uploads
    late: list[Upload] = []

    async def halved(scope: Scope, items: Sequence[Item]) -> tuple[list[str], dict[str, str]]:
        late.extend(await select(scope, [item.upload_id for item in items]))
        ids, failures = await submit(scope, items)
        return ids[:1], failures

    async def stale(scope: Scope, ids: Sequence[str]) -> list[Upload]:
        return late or await select(scope, ids)

    async def nothing(*_: object) -> list[Revision]:
        return []

    client.create_document_revisions = halved  # type: ignore[method-assign]
    client.list_selected_uploads = stale  # type: ignore[method-assign,assignment]
    client.list_selected_revisions = nothing  # type: ignore[method-assign,assignment]
    assert set(batch.submit().wait()["state"]) == {"submitted"}
    assert len(late) == 2
    assert site.calls("createDocumentRevisions") == 1
    assert site.revision_count() == 2


# -- rows that cannot be read
def malformed(ids: set[str]) -> Callable[[Any], Any]:
    def change(body: Any) -> Any:
        rows = body["data"] if isinstance(body["data"], list) else [body["data"]]
        for row in rows:
            if row["id"] in ids:
                row["fields"] = "none"
        return body

    return change


def test_a_malformed_upload_is_seen_by_itself_and_the_rest_works(site: Site) -> None:
    batch = site.plain(3)
    batch.upload().wait()
    site.wire.edit(SELECTED, malformed({str(batch.view.document(1).upload_id)}), "POST")
    assert set(batch.watch().wait()["state"]) == {"ready"}
    (told,) = [one for one in batch.notices if "malformed" in one]
    assert told.startswith(
        f"Row '{batch.view.document(1).upload_id}' in the list of selected uploads is malformed"
    )


def test_an_upload_that_cannot_be_read_at_all_is_held_and_the_rest_works(site: Site) -> None:
    batch = site.plain(3)
    batch.upload().wait()
    lost = str(batch.view.document(1).upload_id)
    for end, method in ((SELECTED, "POST"), (f"/{lost}", "GET")):
        site.wire.edit(end, malformed({lost}), method)
    table = batch.watch().wait()
    assert table["state"].tolist() == ["ready", "on hold", "ready"]
    assert "Look at the document in Procore" in table["message"][1]
    assert batch.submit().wait()["state"].tolist() == ["submitted", "on hold", "submitted"]


# -- statuses (B72)
def without_statuses(body: Any) -> Any:
    for row in body["data"]:
        row.pop("integration_statuses", None)
        row.pop("integrationStatuses", None)
    return body


def with_null_statuses(body: Any) -> Any:
    for row in without_statuses(body)["data"]:
        row["integration_statuses"] = {"ml": None, "filename_scraping": None}
    return body


@pytest.mark.parametrize("change", [without_statuses, with_null_statuses])
def test_statuses_that_are_not_reported_are_waited_for_and_not_for_ever(
    site: Site, change: Callable[[Any], Any]
) -> None:
    """B72: not known is not finished; after the time limit the work continues by hand, and says why."""
    batch = site.plain(2)
    batch.upload().wait()
    site.wire.edit(SELECTED, change, "POST")
    begun = site.clock.now()
    table = batch.watch(limit=60).wait()
    assert table["state"].tolist() == ["ready"] * 2
    assert table["reason"].tolist() == ["ML_UNKNOWN"] * 2
    assert "does not report whether machine learning has ended" in table["message"][0]
    assert 60 <= site.clock.now() - begun < 90
    assert batch.submit().wait()["state"].tolist() == ["submitted"] * 2


# -- a 404 that does not say that the upload is gone (B16, B51)
def hide(site: Site, upload_id: str, status: int = 404, reason: str = "NOT_FOUND") -> Callable[[], None]:
    """No list has an upload any more, and showing it is refused; returns what ends that."""
    send = site.wire.handle_async_request
    left_out = drop(upload_id, 99)

    async def handle(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith(f"/{upload_id}"):
            detail = {"reason_code": reason, "message": "Not found"}
            return httpx2.Response(status, json={"error": {"code": reason, "details": [detail]}})
        response = await send(request)
        if request.url.path.endswith(SELECTED):
            body = left_out(json.loads(await response.aread()))
            return httpx2.Response(response.status_code, json=body, headers={"total": str(len(body["data"]))})
        return response

    def end() -> None:
        site.wire.handle_async_request = send  # type: ignore[method-assign]

    site.wire.handle_async_request = handle  # type: ignore[method-assign]
    return end


def test_an_upload_that_is_not_visible_is_held_and_not_called_gone(site: Site) -> None:
    """B16, B51: its account may not see it; to upload it again would make a second one."""
    batch = site.ready(2)
    end = hide(site, str(batch.view.document(0).upload_id))
    table = batch.submit().wait()
    assert table["state"].tolist() == ["on hold", "submitted"]
    assert table["reason"][0] == NOT_VISIBLE
    assert "is not visible to this account" in table["message"][0]
    assert "retry" not in table["message"][0].lower()
    assert batch.retry() == []
    end()
    assert batch.submit().wait()["state"].tolist() == ["submitted", "submitted"]


def test_an_upload_that_is_not_visible_is_held_while_watching(site: Site) -> None:  # B16, B51
    batch = site.plain(2)
    batch.upload().wait()
    hide(site, str(batch.view.document(0).upload_id))
    assert batch.watch().wait()["state"].tolist() == ["on hold", "ready"]
    assert batch.status()["reason"][0] == NOT_VISIBLE


@pytest.mark.parametrize(("status", "reason"), [(404, "UPLOAD_NOT_FOUND"), (410, "GONE")])
def test_an_upload_that_the_service_reports_as_gone_is_gone(site: Site, status: int, reason: str) -> None:
    """B47, B50."""
    batch = site.plain(2)
    batch.upload().wait()
    hide(site, str(batch.view.document(0).upload_id), status, reason)
    assert batch.watch().wait()["state"].tolist() == ["deleted", "ready"]
    assert batch.retry() == [0]


def test_an_upload_that_is_not_visible_after_a_submit_is_not_held(make_site: Callable[..., Site]) -> None:
    """B66: the submit may have consumed it, so it is in doubt, and never submitted again by itself."""
    site = make_site(revision_list=False)
    batch = site.ready(2)
    submit = site.service.client.create_document_revisions

    async def shortened(scope: Scope, items: Sequence[Item]) -> tuple[list[str], dict[str, str]]:
        ids, failures = await submit(scope, items)
        hide(site, items[1].upload_id)
        return ids[:1], failures

    site.service.client.create_document_revisions = shortened  # type: ignore[method-assign]
    assert batch.submit().wait()["state"].tolist() == ["submitted", "unconfirmed"]


def test_one_that_is_not_visible_is_held_where_each_is_shown(site: Site) -> None:
    """B51, B71: without lists the others show that the project is there."""
    batch = site.plain(2)
    batch.upload().wait()
    hide(site, str(batch.view.document(0).upload_id))
    send = site.wire.handle_async_request

    async def without_lists(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith((SELECTED, "/document_uploads")):
            return httpx2.Response(404, html="<html>Not Found</html>")
        return await send(request)

    site.wire.handle_async_request = without_lists  # type: ignore[method-assign]
    assert batch.watch().wait()["state"].tolist() == ["on hold", "ready"]
