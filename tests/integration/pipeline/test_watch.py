"""Uploads are polled by the cheapest call that the environment offers; the client detects it once per run."""

from __future__ import annotations

import httpx2
import pytest

from pdm_nb.errors import NotFoundError
from tests.support.simulator.sim_site import Site

BY_IDS, BY_LIST = ("POST", "/selected_uploads"), ("GET", "/document_uploads")


def take_away(site: Site, status: int, *ways: tuple[str, str]) -> None:
    """The environment lacks these."""
    send = site.wire.handle_async_request

    async def answer(request: httpx2.Request) -> httpx2.Response:
        if any(request.method == method and request.url.path.endswith(end) for method, end in ways):
            site.wire.requests.append(request)
            return httpx2.Response(status, json={"error": {"code": "NOT_FOUND", "message": "No such thing"}})
        return await send(request)

    site.wire.handle_async_request = answer  # type: ignore[method-assign]


@pytest.mark.parametrize("status", [404, 405, 501])
def test_the_list_takes_the_place_of_selected_uploads(site: Site, status: int) -> None:
    batch = site.batch(site.documents(6))
    batch.upload().wait()
    take_away(site, status, BY_IDS)
    before = site.calls("listDocumentUploads")
    table = batch.watch().wait()
    assert set(table["state"]) == {"ready"}
    assert site.calls("listDocumentUploads") > before
    assert {request.url.path.rpartition("/")[2] for request in site.wire.requests} >= {"selected_uploads"}
    assert versions_asked(site) == ["v2.2", "v2.1", "v2.0"]  # by one look, and no more


def versions_asked(site: Site) -> list[str]:
    """Of the path of `selected_uploads`."""
    paths = [request.url.path for request in site.wire.requests]
    return [path.split("/")[2] for path in paths if path.endswith(BY_IDS[1])]


@pytest.mark.parametrize(
    ("gone", "asked"), [(("2.2",), ["v2.2", "v2.1"]), (("2.2", "2.1"), ["v2.2", "v2.1", "v2.0"])]
)
def test_an_older_version_takes_the_place_of_one_that_is_not_offered(
    site: Site, gone: tuple[str, ...], asked: list[str]
) -> None:
    """B70: what is found out holds for the session, in the next phase too."""
    batch = site.plain(2)
    batch.upload().wait()
    send = site.wire.handle_async_request

    async def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith(BY_IDS[1]) and request.url.path.split("/")[2][1:] in gone:
            site.wire.requests.append(request)
            return httpx2.Response(404, html="<html>Not Found</html>")
        return await send(request)

    site.wire.handle_async_request = answer  # type: ignore[method-assign]
    assert set(batch.watch().wait()["state"]) == {"ready"}
    batch.submit().wait()
    assert versions_asked(site)[: len(asked)] == asked
    assert set(versions_asked(site)[len(asked) :]) == {asked[-1]}


@pytest.mark.slow
def test_the_list_is_read_once_a_look(site: Site) -> None:
    """However many hundreds of documents it is read for."""
    batch = site.plain(250)
    batch.upload().wait()
    take_away(site, 404, BY_IDS)
    before = site.calls("listDocumentUploads")
    assert set(batch.watch().wait()["state"]) == {"ready"}
    assert site.calls("listDocumentUploads") - before == 3  # pages


@pytest.mark.parametrize("status", [404, 405, 501])
def test_where_no_list_is_offered_each_is_asked_for(site: Site, status: int) -> None:
    batch = site.batch(site.documents(6))
    batch.upload().wait()
    take_away(site, status, BY_IDS, BY_LIST)
    before = len(site.wire.requests)
    table = batch.watch().wait()
    assert set(table["state"]) == {"ready"}
    asked = [request for request in site.wire.requests[before:] if not request.url.path.endswith("/token")]
    assert [(request.method, request.url.path.rpartition("/")[2]) for request in asked[:4]] == [
        *[("POST", "selected_uploads")] * 3,  # B70: its versions
        ("GET", "document_uploads"),
    ]
    assert all(request.url.path.rpartition("/")[2] in set(table["upload_id"]) for request in asked[4:])


def test_one_that_was_deleted_is_gone_where_each_is_asked_for(site: Site) -> None:
    """B50."""
    batch = site.plain(3)
    batch.upload().wait()
    take_away(site, 404, BY_IDS, BY_LIST)
    site.sim.delete_upload(batch.view.document(1).upload_id)
    assert batch.watch().wait()["state"].tolist() == ["ready", "deleted", "ready"]


def test_a_project_that_is_not_there_ends_the_run_and_loses_no_document(site: Site) -> None:
    batch = site.plain(3)
    batch.upload().wait()
    each = [("GET", document.upload_id) for document in batch.view.documents]
    take_away(site, 404, BY_IDS, BY_LIST, *each)  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        batch.watch().wait()
    assert set(batch.frame["state"]) == {"uploaded"}
