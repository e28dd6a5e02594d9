"""Files that are sent again or not: after being held, expired, rejected by storage, or not confirmed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from pdm_nb.api.protocol.requests import Scope
from pdm_nb.batch.pipeline.upload import TRIES
from pdm_nb.batch.transfer.send_parts import TRIES as ROUNDS
from pdm_nb.errors import ServerError
from tests.support.simulator.sim_site import Site


def hold_in_transfer(site: Site) -> Any:
    """A batch of one document whose bytes are stored, and whose completion failed as often as one tries."""
    batch = site.plain(1)
    site.sim.fail_next("completeUpload", 500, times=6)
    assert batch.upload().wait()["state"].tolist() == ["on hold"]
    assert batch.view.document(0).file_upload_id
    return batch


def test_bytes_of_a_held_document_are_not_sent_again(site: Site) -> None:
    batch = hold_in_transfer(site)
    assert batch.upload().wait()["state"].tolist() == ["uploaded"]
    assert site.service.client.storage_puts == 1


def test_file_that_changed_while_its_document_was_held_is_sent_again(site: Site) -> None:
    batch = hold_in_transfer(site)
    (site.folder / "plain" / "letter-000.txt").write_text("another, longer letter")
    assert batch.upload().wait().loc[0, ["state", "reason"]].tolist() == ["on hold", "FILE_CHANGED"]
    assert batch.upload().wait()["state"].tolist() == ["uploaded"]
    assert site.service.client.storage_puts == 2


def test_file_that_expired_while_its_document_was_held_is_sent_again(site: Site) -> None:
    """B60."""
    batch = hold_in_transfer(site)
    site.clock.advance(25 * 3600)
    assert batch.upload().wait()["state"].tolist() == ["uploaded"]
    assert site.calls("createDocumentUploads") == 1


def test_file_that_is_deleted_before_completion_is_sent_again(site: Site) -> None:
    """B60."""
    batch = site.plain(3)
    site.sim.fail_next("completeUpload", 404)
    assert batch.upload().wait()["state"].tolist() == ["uploaded"] * 3
    assert site.service.client.storage_puts == 4


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_outage_ends_the_run_and_throws_nothing_away(site: Site, method: str) -> None:
    """B13: the service is not there, so nothing is held against a document, and no file is sent twice."""
    batch = site.plain(4)
    send, refused = site.wire.handle_async_request, []
    path = "/uploads" if method == "POST" else "/document_uploads"

    async def overloaded(request: httpx2.Request) -> httpx2.Response:
        if request.method == method and request.url.path.endswith(path):
            refused.append(request)
            return httpx2.Response(503, request=request)
        return await send(request)

    site.wire.handle_async_request = overloaded  # type: ignore[method-assign]
    with pytest.raises(ServerError, match="503"):
        batch.upload().wait()
    assert len(refused) <= 4 * 6
    assert set(batch.status()["state"]) <= {"not uploaded", "uploading"}
    site.wire.handle_async_request = send  # type: ignore[method-assign]
    assert batch.upload().wait()["state"].tolist() == ["uploaded"] * 4
    assert site.service.client.storage_puts == 4


def test_storage_that_never_takes_one_file_holds_that_alone(site: Site) -> None:
    """The service answers in between, so the network is there."""
    batch = site.plain(3)
    send, bad = site.wire.handle_async_request, []

    async def picky(request: httpx2.Request) -> httpx2.Response:
        if request.method == "PUT" and request.url.path in (bad or [request.url.path]):
            bad.append(request.url.path)
            raise httpx2.ReadError("reset", request=request)
        return await send(request)

    site.wire.handle_async_request = picky  # type: ignore[method-assign]
    table = batch.upload().wait()
    assert len(bad) == ROUNDS
    assert sorted(table["state"]) == ["on hold", "uploaded", "uploaded"]
    assert table.set_index("state").loc["on hold", "reason"] == "STORAGE_FAILED"
    site.wire.handle_async_request = send  # type: ignore[method-assign]
    assert batch.upload().wait()["state"].tolist() == ["uploaded"] * 3


@pytest.mark.parametrize("confirmed", [True, False])
def test_files_that_storage_does_not_confirm_are_sent_again_so_often(site: Site, confirmed: bool) -> None:
    """B25: with many of them waiting, too; in the end each has failed, and retry() begins it anew."""
    batch = site.plain(12)
    update, seen = site.service.client.update_document_uploads, Counter[str]()

    async def doubtful(scope: Scope, updates: Sequence[Mapping[str, Any]]) -> Any:
        assert len(updates) <= 100
        seen.update(str(item["id"]) for item in updates)
        known = [item for item in updates if confirmed and seen[str(item["id"])] > 1]
        done, _ = await update(scope, known) if known else (set(), {})
        return done, {str(item["id"]): "no such file" for item in updates if item["id"] not in done}

    site.service.client.update_document_uploads = doubtful  # type: ignore[method-assign]
    table = batch.upload().wait()
    assert set(table["state"]) == {"uploaded" if confirmed else "failed"}
    assert set(seen.values()) == {2 if confirmed else TRIES}
    if not confirmed:
        assert table["message"].str.contains("retry").all()
        site.service.client.update_document_uploads = update  # type: ignore[method-assign]
        assert len(batch.retry()) == 12
        assert set(batch.upload().wait()["state"]) == {"uploaded"}


def test_figures_of_bytes_stay_true_when_a_part_is_sent_again(site: Site) -> None:
    """What other documents stored meanwhile is not taken back with the part that failed."""
    batch = site.plain(12)
    site.wire.lose_answer("/0", "PUT", times=5)
    run = batch.upload()
    run.wait()
    assert run.progress.bytes_done == run.progress.bytes_total == sum(d.size for d in batch.view.documents)
    assert [d.sent for d in batch.view.documents] == [d.size for d in batch.view.documents]


def test_document_without_a_reported_status_can_be_fixed(site: Site) -> None:
    """B34: without integration statuses it is linked all the same, and goes on to the submit."""
    batch = site.plain(1)
    look = site.service.client.list_selected_uploads

    async def silent(scope: Scope, ids: Sequence[str]) -> Any:
        return [replace(row, ml="", scraping="") for row in await look(scope, ids)]

    site.service.client.list_selected_uploads = silent  # type: ignore[method-assign]
    batch.upload().wait()
    batch.watch().wait()
    batch.set(0, "description", None)
    assert batch.submit().wait()["state"].tolist() == ["on hold"]
    batch.set(0, "description", "corrected")
    assert batch.submit().wait()["state"].tolist() == ["submitted"]
