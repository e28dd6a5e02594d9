"""Rejections of a call for many uploads, with and without the upload's name: what they mean, and what continues."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from pdm_nb.errors import NotFoundError
from tests.support.simulator.sim_site import Site

CREATE, SUBMIT = ("POST", "/document_uploads"), ("POST", "/document_revisions")


def error(status: int, reason: str, source: str | None = None) -> httpx2.Response:
    detail = {"reason_code": reason, "message": "no"} | ({"source": source} if source else {})
    body = {"error": {"code": "VALIDATION_ERROR", "message": "no", "details": [detail]}}
    return httpx2.Response(status, json=body)


def refuse(site: Site, call: tuple[str, str], *answers: httpx2.Response) -> list[list[Any]]:
    """The first such calls are refused, and nothing is done; answers with the items of every one."""
    left, sent = list(answers), list[list[Any]]()
    send = site.wire.handle_async_request

    async def handle(request: httpx2.Request) -> httpx2.Response:
        if request.method == call[0] and request.url.path.endswith(call[1]):
            sent.append(json.loads(await request.aread())["uploads"])
            if left:
                return left.pop(0)
        return await send(request)

    site.wire.handle_async_request = handle  # type: ignore[method-assign]
    return sent


@pytest.mark.parametrize("named", [True, False])
def test_a_stale_event_id_that_refuses_the_whole_call_is_fetched_again(site: Site, named: bool) -> None:
    """B45, third reading: 422 for the request; nobody has to do anything."""
    batch = site.ready(3)
    source = batch.view.document(1).upload_id if named else None
    sent = refuse(site, SUBMIT, error(422, "CONCURRENCY_CONFLICT", source))
    looks = site.calls("listSelectedUploads")
    assert batch.submit().wait()["state"].tolist() == ["submitted"] * 3
    assert site.calls("listSelectedUploads") >= looks + 2
    assert [len(items) for items in sent] == ([3, 2, 1] if named else [3, 3])


def test_an_event_id_that_stays_stale_holds_its_document(site: Site) -> None:  # B45
    batch = site.ready(1)
    source = batch.view.document(0).upload_id
    refuse(site, SUBMIT, *[error(422, "CONCURRENCY_CONFLICT", source)] * 9)
    table = batch.submit().wait()
    assert (table["state"][0], table["reason"][0]) == ("on hold", "CONCURRENCY_CONFLICT")


def test_a_project_without_its_naming_standard_says_what_to_check(site: Site) -> None:  # B16
    batch = site.plain(2)
    refuse(site, CREATE, error(404, "NOT_FOUND"))
    with pytest.raises(NotFoundError, match=r"naming standard .* Ask a project administrator"):
        batch.upload().wait()
    assert batch.frame["state"].tolist() == ["not uploaded"] * 2


def test_a_body_that_one_item_spoils_is_parted_until_it_stands_alone(site: Site) -> None:  # B16, B23
    batch = site.plain(2)
    sent = refuse(site, CREATE, error(400, "INVALID_BODY"), error(400, "INVALID_BODY"))
    table = batch.upload().wait()
    assert [len(items) for items in sent] == [2, 1, 1]
    assert sorted(table["state"]) == ["on hold", "uploaded"]
    assert "INVALID_BODY" in set(table["reason"])
