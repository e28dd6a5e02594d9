"""Failures during a run: each document ends in a correct state, the others continue, nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pdm_nb import Batch
from pdm_nb.batch.journal.states import State
from pdm_nb.batch.remote.existing_documents import ExistingDocuments
from pdm_nb.errors import AccessError, ConnectionFailed
from tests.support.simulator.sim_site import Site


def states(batch: object) -> list[str]:
    return batch.frame["state"].tolist()  # type: ignore[attr-defined,no-any-return]


# -- creating
def test_create_whose_answer_is_lost_is_sent_again(site: Site) -> None:
    """B23: the orphans stay invisible."""
    batch = site.plain(3)
    site.wire.lose_answer("/document_uploads")
    batch.upload().wait()
    assert states(batch) == ["uploaded"] * 3
    assert site.calls("createDocumentUploads") == 2
    assert len(site.project.uploads()) == 3


def test_one_item_that_create_refuses_is_parted_from_the_rest(site: Site) -> None:
    """B23: all or nothing, so a refused batch is halved until the culprit stands alone."""
    batch = site.plain(4)
    for times in (1, 1, 1):  # the whole, its first half, and the first document
        site.sim.fail_next("createDocumentUploads", 400, times=times, reason="INVALID_PROPERTY")
    table = batch.upload().wait()
    assert table["state"].tolist() == ["on hold", "uploaded", "uploaded", "uploaded"]
    assert table.loc[0, "reason"] == "INVALID_PROPERTY"


def test_without_the_right_to_upload_nothing_is_sent(make_site: Callable[..., Site]) -> None:
    """B52."""
    site = make_site(scenario="no-permission")
    batch = site.plain(2)
    run = batch.upload()
    with pytest.raises(AccessError, match=r"administrator.*Upload New Files"):
        run.wait()
    assert isinstance(run.error, AccessError)
    assert states(batch) == ["not uploaded"] * 2
    assert site.service.client.storage_puts == 0


# -- bytes
def test_passing_failures_of_storage_and_service_are_tried_again(site: Site) -> None:
    batch = site.plain(2)
    site.sim.fail_next("createUpload", 503, times=2)
    site.sim.fail_next("completeUpload", 500, times=1)
    batch.upload().wait()
    assert states(batch) == ["uploaded"] * 2


def test_scan_that_is_pending_is_waited_for(make_site: Callable[..., Site]) -> None:
    """B57: only what is not available at once is asked for again."""
    site = make_site(scan_seconds=10)
    batch = site.plain(2)
    batch.upload().wait()
    assert states(batch) == ["uploaded"] * 2
    assert site.calls("showUpload") > 0


@pytest.mark.parametrize("put_status", [200, 201, 204])
def test_any_success_of_storage_counts(make_site: Callable[..., Site], put_status: int) -> None:
    """B61."""
    site = make_site(put_status=put_status)
    batch = site.plain(1)
    batch.upload().wait()
    assert states(batch) == ["uploaded"]
    assert site.calls("showUpload") == 0


def test_no_authorization_goes_to_storage(site: Site) -> None:
    """B55."""
    batch = site.plain(2)
    batch.upload().wait()
    puts = [request for request in site.wire.requests if request.method == "PUT"]
    assert len(puts) == 2
    assert not any("authorization" in put.headers or "procore-company-id" in put.headers for put in puts)


def test_file_that_changes_after_it_was_hashed_is_held(site: Site) -> None:
    batch = site.plain(1)
    path = site.folder / "plain" / "letter-000.txt"
    seen = []

    def touch(ids: frozenset[int]) -> None:
        if batch.view.document(0).state == "transferring" and not seen:
            seen.append(1)
            path.write_text("changed behind our back")

    batch.view.watch_changes(touch)
    table = batch.upload().wait()
    assert table.loc[0, ["state", "reason"]].tolist() == ["on hold", "FILE_CHANGED"]
    assert batch.upload().wait().loc[0, "state"] == "uploaded"


def test_network_that_goes_ends_the_run_and_loses_nothing(site: Site) -> None:
    batch = site.plain(6)
    site.wire.cut("/uploads", times=60)
    with pytest.raises(ConnectionFailed, match="network"):
        batch.upload().wait()
    assert set(states(batch)) <= {"not uploaded", "uploading"}
    site.wire._cut.clear()
    batch.upload().wait()
    assert states(batch) == ["uploaded"] * 6
    assert site.calls("createDocumentUploads") == 1


# -- linking
def test_update_whose_answer_is_lost_is_repeated(site: Site) -> None:
    """B27."""
    batch = site.plain(2)
    site.wire.lose_answer("/document_uploads", "PATCH")
    batch.upload().wait()
    assert states(batch) == ["uploaded"] * 2
    assert len(site.project.uploads()) == 2


def test_one_item_that_update_refuses_is_parted_from_the_rest(site: Site) -> None:
    batch = site.plain(2)
    site.sim.fail_next("updateDocumentUploads", 400, times=2, reason="INVALID_PROPERTY")
    table = batch.upload().wait()
    assert sorted(table["state"]) == ["on hold", "uploaded"]
    assert batch.upload().wait()["state"].tolist() == ["uploaded"] * 2


# -- watching
@pytest.mark.parametrize("deleted_status", [404, 410])
def test_upload_that_somebody_deletes_is_reported_as_gone(
    make_site: Callable[..., Site], deleted_status: int
) -> None:
    """B50, whether the service says 404 or 410; and it can be begun anew."""
    site = make_site(deleted_status=deleted_status)
    batch = site.plain(3)
    batch.upload().wait()
    site.sim.delete_upload(batch.view.document(1).upload_id)
    batch.watch().wait()
    assert states(batch) == ["ready", "deleted", "ready"]
    assert batch.retry(1) == [1]
    batch.upload().wait()
    batch.watch().wait()
    assert states(batch) == ["ready"] * 3


def test_machine_learning_that_never_ends_is_not_waited_for_for_ever(make_site: Callable[..., Site]) -> None:
    """B35: three minutes, then by hand."""
    site = make_site(ml_seconds=1000)
    batch = site.batch(site.documents(4))
    batch.upload().wait()
    table = batch.watch().wait()
    assert set(table["state"]) == {"ready"}
    assert "ML_TIMEOUT" in set(table["reason"])
    assert site.calls("listSelectedUploads") <= 37


def test_what_machine_learning_did_not_read_in_time_is_waited_for_again(
    make_site: Callable[..., Site],
) -> None:  # B35
    site = make_site(ml_seconds=1000)
    batch = site.batch(site.documents(4))
    batch.upload().wait()
    first = batch.watch().wait()
    late = first[first["reason"] == "ML_TIMEOUT"]
    assert 0 < len(late) < 4
    calls = site.calls("listSelectedUploads")
    batch.watch().wait()
    assert site.calls("listSelectedUploads") == calls  # they are ready, unless somebody asks for them
    table = batch.watch(late, limit=2000).wait()
    assert states(batch) == ["ready"] * 4
    assert table["reason"].tolist() == [""] * 4
    assert {batch.view.document(id_).ml for id_ in late.index} == {"completed"}


# -- submitting
def test_conflict_of_event_ids_is_fetched_and_tried_again(site: Site) -> None:
    """B45."""
    batch = site.ready(3)
    touched = []

    def touch(ids: frozenset[int]) -> None:
        if batch.view.document(1).state == "submitting" and not touched:
            touched.append(site.sim.touch_upload(batch.view.document(1).upload_id))

    batch.view.watch_changes(touch)
    table = batch.submit().wait()
    assert touched
    assert table["state"].tolist() == ["submitted"] * 3
    assert site.revision_count() == 3


def test_duplicate_revision_is_set_aside_and_the_rest_continues(make_site: Callable[..., Site]) -> None:
    """B42, B44: the item that the refusal names is held, and told what to do."""
    site = make_site(allow_duplicate_revisions=False)  # its rule for drawings forbids it
    drawing = {
        "type": "Drawing", "status": "S2", "project": "RST", "originator": "DEM", "volume": "ZZ", "location": "01",
        "discipline": "A", "date_authored": "2026-03-31",
    }  # fmt: skip

    def drawings(journal: str, revision: str) -> Batch:
        batch = site.batch(site.folder / "plain", journal=site.folder / journal)
        for field, value in {**drawing, "revision": revision}.items():
            assert batch.set(None, field, value).findings == []
        batch.set(None, "number", ["0001", "0002", "0003"])
        return batch

    site.plain(3).close()
    first = drawings("first.sqlite", "P01")
    for run in (first.upload, first.watch, first.submit):
        run().wait()
    assert set(states(first)) == {"submitted"}
    second = drawings("second.sqlite", "P02")
    second.set(1, "revision", "P01")
    second.upload().wait()
    second.watch().wait()
    assert [(f.document, f.field) for f in second.findings() if f.code == "PDM306"] == [(1, "revision")]
    second._core.table.evaluator.use_existing(ExistingDocuments([]))  # as if it were submitted after we asked
    table = second.submit().wait()
    assert table["state"].tolist() == ["submitted", "on hold", "submitted"]
    assert table.loc[1, "reason"] == "DUPLICATE_REVISION"
    assert "Set another revision." in table.loc[1, "message"]
    second.set(1, "revision", "P02")
    assert second.submit().wait().loc[1, ["state", "version"]].tolist() == ["submitted", 2]


def test_without_the_right_to_submit_everything_is_held(make_site: Callable[..., Site]) -> None:
    """B52: told as 422 PERMISSION_DENIED by the service."""
    site = make_site(can_submit=False)
    table = site.ready(2).submit().wait()
    assert set(table["state"]) == {"on hold"}
    assert set(table["reason"]) == {"PERMISSION_DENIED"}
    assert "Submit New Files" in table.loc[0, "message"]
    assert site.revision_count() == 0


def test_submit_whose_answer_is_lost_is_settled_by_asking(site: Site) -> None:
    """B66: the work was done, so it is found, and not done again."""
    batch = site.ready(3)
    site.wire.lose_answer("/document_revisions")
    table = batch.submit().wait()
    assert table["state"].tolist() == ["submitted"] * 3
    assert table["revision_id"].notna().all()
    assert site.calls("createDocumentRevisions") == 1
    assert site.revision_count() == 3


def test_submit_that_never_arrived_is_sent_when_the_uploads_are_still_there(site: Site) -> None:
    batch = site.ready(2)
    site.wire.cut("/document_revisions")
    assert batch.submit().wait()["state"].tolist() == ["submitted"] * 2
    assert site.revision_count() == 2


def test_submit_with_an_unknown_result_is_unconfirmed_and_not_sent_again(
    make_site: Callable[..., Site],
) -> None:
    """B66, where the list of revisions is closed (B62)."""
    site = make_site(revision_list=False)
    batch = site.ready(2)
    site.wire.lose_answer("/document_revisions")
    table = batch.submit().wait()
    assert set(table["state"]) == {State.UNCONFIRMED}
    assert "Look in Procore" in table.loc[0, "message"]
    batch.submit().wait()
    assert site.calls("createDocumentRevisions") == 1


def test_upload_deleted_before_the_submit_is_gone_and_the_rest_continues(site: Site) -> None:
    batch = site.ready(3)
    site.sim.delete_upload(batch.view.document(0).upload_id)
    assert batch.submit().wait()["state"].tolist() == ["deleted", "submitted", "submitted"]


def test_submit_refused_without_a_word_is_halved(site: Site) -> None:
    """B44: where the details name no item."""
    batch = site.ready(4)
    for _ in range(3):
        site.sim.fail_next("createDocumentRevisions", 422, reason="INVALID_INPUT")
    table = batch.submit().wait()
    assert table["state"].tolist() == ["on hold", "submitted", "submitted", "submitted"]
    assert site.revision_count() == 3


# -- limits
def test_limits_are_kept_without_ever_being_refused(make_site: Callable[..., Site]) -> None:
    """B11, B12: the headers are enough to never provoke a 429."""
    site = make_site(spike_limit=25, hourly_limit=3600)
    batch = site.plain(40)
    batch.upload().wait()
    batch.watch().wait()
    batch.submit().wait()
    assert set(states(batch)) == {"submitted"}
    assert site.clock.now() > 1_790_000_000 + 20


def test_refusals_of_the_limit_are_waited_out(site: Site) -> None:
    batch = site.plain(2)
    site.sim.fail_next("createUpload", 429, times=2)
    batch.upload().wait()
    assert states(batch) == ["uploaded"] * 2


def test_the_error_of_a_run_is_its_message_and_its_page_in_a_notebook(make_site: Callable[..., Site]) -> None:
    """IPython falls back to whole tracebacks where an exception group is in the context."""
    batch = make_site(scenario="no-permission").plain(1)
    with pytest.raises(AccessError) as caught:
        batch.upload().wait()
    error: BaseException | None = caught.value
    assert caught.value._render_traceback_() == [
        f"AccessError: {caught.value}",
        'More: pdm.help.topic("AccessError")',
    ]
    while error is not None:
        assert not isinstance(error, BaseExceptionGroup)
        error = error.__context__
