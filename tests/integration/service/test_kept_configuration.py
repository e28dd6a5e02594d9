"""The configuration is read once and stored with the journal, so that a stopped batch resumes with few calls."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx2
import pytest

import pdm_nb
from pdm_nb import Batch
from pdm_nb.api.response_cache import LIFETIME
from pdm_nb.errors import InputError
from tests.support.simulator.sim_site import Site

CONFIGURATION = ("listFields", "listUploadRequirements", "listFieldValues", "listProjectUsers")


def again(site: Site, **more: str) -> tuple[pdm_nb.Service, Batch]:
    """As another process would: a new sign-in, and the batch from its journal."""
    journal = site.folder / "batch.sqlite"
    service = site.connect()
    return service, service.project(site.sim.project_id).batch(journal=journal, **more)


def asked(service: pdm_nb.Service) -> int:
    return sum(service.client.calls[operation] for operation in CONFIGURATION)


def test_a_journal_that_is_opened_again_at_once_knows_the_configuration(
    make_site: Callable[..., Site],
) -> None:
    site = make_site()
    first = site.batch()
    before = first.check()
    frames = [site.project.fields(), site.project.requirements(), site.project.values("type")]
    assert asked(site.service) > 4
    first.close()
    service, batch = again(site)
    assert batch.check().equals(before)
    project = batch.view.project
    for known, told in zip(
        frames, [project.fields(), project.requirements(), project.values("type")], strict=True
    ):
        assert known.equals(told)
    assert asked(service) == 0
    assert set(service.client.calls) <= {
        "showMe",
        "listCompanies",
        "listProjects",
        "listDocumentUploads",
        "showPermissions",
        "listRevisions",
    }


def test_a_folder_that_is_read_again_knows_it_too(make_site: Callable[..., Site]) -> None:
    site = make_site()
    source = site.documents()
    site.batch(source).close()
    service = site.connect()
    batch = service.project(site.sim.project_id).batch(source, journal=site.folder / "batch.sqlite")
    assert len(batch.view.documents) == 12
    assert asked(service) == 0


@pytest.mark.parametrize("how", ["time", "refresh", "another"])
def test_it_is_asked_for_again_when_it_is_old_or_somebody_says_so(
    make_site: Callable[..., Site], how: str
) -> None:
    site = make_site()
    first = site.batch()
    count = asked(site.service)
    if how == "refresh":
        site.project.refresh()
        assert asked(site.service) == count
        assert len(site.project.fields()) > 0
        assert site.calls("listFields") == 2
        return
    if how == "time":
        site.clock.advance(LIFETIME)
    else:  # of another project: nothing of it is of use here
        kept = first._core.journal.meta["configuration"]
        first._core.journal.set_meta(
            "configuration", kept.replace(f"/projects/{site.project.id}/", "/projects/another/")
        )
    first.close()
    service, _ = again(site)
    assert asked(service) == count


def test_no_secret_and_no_upload_is_kept_with_it(make_site: Callable[..., Site]) -> None:
    site = make_site()
    batch = site.plain(2)
    batch.check()
    kept = json.loads(batch._core.journal.meta["configuration"])
    assert all(operation not in key for key in kept for operation in ("document_uploads", "revisions"))
    assert site.sim.client_secret not in batch._core.journal.meta["configuration"]


def test_what_was_added_in_procore_is_known_after_a_refresh(make_site: Callable[..., Site]) -> None:
    site = make_site()
    label = site.project.values("originator")["label"].iloc[0]
    send, hidden = site.wire.handle_async_request, [True]

    async def answer(request: httpx2.Request) -> httpx2.Response:
        told = await send(request)
        if not hidden or not request.url.path.endswith("/values"):
            return told
        body = json.loads(await told.aread())
        rows = [row for row in body["data"] if row["label"] != label]
        return httpx2.Response(200, json={"data": rows}, headers={"Total": str(len(rows))})

    site.wire.handle_async_request = answer  # type: ignore[method-assign]
    site.project.refresh()
    batch = site.batch()
    assert [finding.severity for finding in batch.set([0], "originator", label).findings] == ["error"]
    hidden.clear()
    assert batch.view.cell(0, "originator").values is None
    batch.refresh()
    assert batch.view.cell(0, "originator").values
    assert [finding for finding in batch.findings([0]) if finding.field == "originator"] == []
    count = asked(site.service)
    batch.close()
    service, _ = again(site)
    assert asked(service) == 0
    assert asked(site.service) == count


def test_actions_on_a_field_that_was_removed_in_procore_are_listed_and_undone(
    make_site: Callable[..., Site],
) -> None:
    site = make_site()
    batch = site.batch()
    batch.set_cells([(0, "notes", "of mine"), (0, "status", "S2")], "two cells")
    batch.set([1], "notes", "of mine")
    gone = batch._core.table.configuration.field("notes").id
    send = site.wire.handle_async_request

    async def answer(request: httpx2.Request) -> httpx2.Response:
        told = await send(request)
        if not request.url.path.endswith("/fields"):
            return told
        rows = [row for row in json.loads(await told.aread())["data"] if row["name"] != "notes"]
        return httpx2.Response(200, json={"data": rows}, headers={"Total": told.headers["Total"]})

    site.wire.handle_async_request = answer  # type: ignore[method-assign]
    batch.refresh()
    with pytest.raises(InputError, match="Unknown field 'notes'"):
        batch.view.cell(0, "notes")
    assert batch.to_code() == f"batch.set(0, 'status', {batch.view.cell(0, 'status').text!r})\n"
    assert list(batch.undo()["field"]) == [gone]
    assert sorted(batch.undo()["field"]) == sorted([gone, "status"])
    assert len(batch.redo()) == 2


def test_a_search_at_the_service_is_made_each_time(make_site: Callable[..., Site]) -> None:
    site = make_site()
    batch = site.batch()
    count = asked(site.service)
    assert [len(batch.view.search("originator", "a")) > 0 for _ in range(2)] == [True, True]
    assert asked(site.service) == count + 2
