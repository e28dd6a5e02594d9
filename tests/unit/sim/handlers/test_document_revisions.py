"""Submitting, and reading revisions (B18, B41–B49, B51, B52, B62, B63)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pdm_nb import sim
from pdm_nb.sim.runtime.clock import iso
from pdm_nb.sim.runtime.ids import is_ulid
from tests.support.simulator.api_caller import ApiCaller, messages, reasons
from tests.support.simulator.revision_calls import item, post, revisions, versions
from tests.support.simulator.rule_requests import UNKNOWN_ID


@pytest.mark.rule("B41", "B63")
def test_b41_and_b63_versions_count_up_in_a_container(caller: ApiCaller) -> None:
    ids = [caller.submit(caller.ready("a.txt", f"P0{n}"))["ids"][0] for n in range(1, 4)]
    other = caller.submit(caller.ready("b.txt"))["ids"][0]
    assert versions(caller, *ids, other) == ["1", "2", "3", "1"]
    rows = caller.revisions(*ids)
    assert len({row["document_container_id"] for row in rows}) == 1
    assert [row["position_within_container"] for row in rows] != versions(caller, *ids)


@pytest.mark.rule("B42")
def test_b42_duplicate_revisions_where_they_are_forbidden(
    make: Callable[..., ApiCaller], clock: sim.ManualClock
) -> None:
    named = {"project": "RST", "originator": "DEM", "volume": "V1", "location": "ZZ", "discipline": "A"}
    drawing: dict[str, Any] = {
        **named,
        "type": "Drawing",
        "name": "Ground floor plan",
        "number": "0101",
        "status": "S0",
        "date_authored": "2026-01-01T00:00:00Z",
    }
    for allowed in (True, False):
        caller = make(allow_duplicate_revisions=allowed)
        caller.submit(caller.completed("a.pdf", revision="P01", **drawing))
        again = caller.completed("b.pdf", revision="P01", **drawing)
        if allowed:
            caller.submit(again)
            continue
        error = caller.submit(again, status=422)
        assert [(d["reason_code"], d["source"]) for d in error["details"]] == [("DUPLICATE_REVISION", again)]
        caller.update(again, fields=caller.fields(revision="P02"))
        # Two of the same value in one request: the second is the duplicate.
        twin = caller.completed("c.pdf", revision="P02", **drawing)
        error = caller.submit(again, twin, status=422)
        assert [d["source"] for d in error["details"]] == [twin]
        caller.submit(again)


@pytest.mark.rule("B43")
def test_b43_required_fields_must_have_values(caller: ApiCaller) -> None:
    upload = caller.completed("a.txt", "text/plain", status="S0")
    error = caller.submit(upload, status=422)
    [detail] = error["details"]
    assert (detail["reason_code"], detail["source"]) == ("INVALID_INPUT", upload)
    for name in ("type", "revision", "description"):
        assert name in detail["message"]
    assert "status" not in detail["message"]


@pytest.mark.rule("B17", "B18")
@pytest.mark.parametrize(
    ("kind", "missing", "not_asked"),
    [
        (
            "Drawing",
            ["date_authored", "originator", "number"],
            "description",
        ),  # B18: the standard's fields too
        ("Specification", ["spec_section"], "date_authored"),
        ("Report", ["description"], "spec_section"),
    ],
)
def test_b17_and_b18_the_rule_that_applies(
    caller: ApiCaller, kind: str, missing: list[str], not_asked: str
) -> None:
    upload = caller.completed("a.txt", "text/plain", type=kind, status="S0", revision="1")
    [detail] = caller.submit(upload, status=422)["details"]
    assert all(name in detail["message"] for name in missing)
    assert not_asked not in detail["message"]


@pytest.mark.rule("B44")
def test_b44_one_bad_item_stops_all_and_each_is_named(caller: ApiCaller) -> None:
    good, bad = caller.ready("a.txt"), caller.completed("b.txt", "text/plain")
    refused = post(caller, [item(caller, good), item(caller, bad), item(caller, UNKNOWN_ID)], 422)
    details = refused.json()["error"]["details"]
    assert [(d["source"], d["reason_code"]) for d in details] == [
        (bad, "INVALID_INPUT"),
        (UNKNOWN_ID, "UPLOAD_NOT_FOUND"),
    ]
    caller.show(good)
    assert len(caller.submit(good)["ids"]) == 1


@pytest.mark.rule("B44")
def test_b44_a_file_that_is_not_the_verified_one(caller: ApiCaller) -> None:
    from dataclasses import replace

    from pdm_nb.sim.world.records import StoredFile, Upload

    upload = caller.ready()
    store = caller.sim._core.store
    file = store.get(StoredFile, store.get(Upload, upload).file_id)
    store.put(replace(file, linked_to=None))
    assert caller.submit(upload, status=422)["details"][0]["reason_code"] == "FILE_KEY_MISMATCH"


@pytest.mark.rule("B45", reading="stale_event_id='failure'")
def test_b45_an_old_event_id_is_a_conflict_of_that_item_alone(caller: ApiCaller) -> None:
    one, two = caller.ready("a.txt"), caller.ready("b.txt")
    items = [item(caller, one), item(caller, two)]
    caller.sim.touch_upload(two)
    answer = post(caller, items, 201).json()["data"]
    assert len(answer["ids"]) == 1
    [failure] = answer["failures"]
    assert (failure["upload_id"], failure["reason_code"]) == (two, "CONCURRENCY_CONFLICT")
    assert "failureIds" not in answer
    older = post(caller, items[1:], 201, version="2.0").json()["data"]
    assert older["failureIds"] == [two]
    assert len(post(caller, [item(caller, two)], 201).json()["data"]["ids"]) == 1


@pytest.mark.rule("B45", reading="stale_event_id='accepted'")
def test_b45_the_switch_that_does_not_validate(make: Callable[..., ApiCaller]) -> None:
    caller = make(stale_event_id="accepted")
    upload = caller.ready()
    answer = post(caller, [{"id": upload, "upload_latest_event_id": "old"}], 201).json()["data"]
    assert answer["failures"] == []


@pytest.mark.rule("B45", reading="stale_event_id='refused'")
def test_b45_a_stale_event_id_refuses_the_whole_request(make: Callable[..., ApiCaller]) -> None:
    caller = make(stale_event_id="refused")
    fresh, stale = caller.ready("a.txt"), caller.ready("b.txt")
    items = [item(caller, fresh), item(caller, stale)]
    caller.sim.touch_upload(stale)
    [detail] = post(caller, items, 422).json()["error"]["details"]
    assert (detail["source"], detail["reason_code"]) == (stale, "CONCURRENCY_CONFLICT")
    caller.show(fresh)
    again = post(caller, [item(caller, fresh), item(caller, stale)], 201).json()["data"]
    assert (len(again["ids"]), again["failures"]) == (2, [])


@pytest.mark.rule("B45")
def test_b45_without_an_event_id(caller: ApiCaller) -> None:
    refused = post(caller, [{"id": caller.ready()}], 400)
    assert messages(refused) == ["uploads.0.upload_latest_event_id is missing"]


@pytest.mark.rule("B46", reading="reveal_upload_id=True")
@pytest.mark.rule("B46", reading="reveal_upload_id=False")
@pytest.mark.parametrize("reveal", [True, False])
def test_b46_which_upload_became_which(make: Callable[..., ApiCaller], reveal: bool) -> None:
    caller = make(reveal_upload_id=reveal)
    uploads = [caller.ready("a.txt"), caller.ready("b.txt")]
    rows = caller.revisions(*caller.submit(*uploads)["ids"])
    if reveal:
        assert [row["upload_id"] for row in rows] == uploads
    else:
        assert not any("upload_id" in row for row in rows)
    assert [caller.labels(row, "original_filename")[0] for row in rows] == ["a.txt", "b.txt"]  # by order


@pytest.mark.rule("B47", reading="consumed_status=422")
@pytest.mark.rule("B47", reading="consumed_status=404")
@pytest.mark.parametrize("status", [422, 404])
def test_b47_a_submitted_upload_is_consumed(make: Callable[..., ApiCaller], status: int) -> None:
    caller = make(consumed_status=status)
    upload = caller.ready()
    sent = item(caller, upload)
    post(caller, [sent], 201)
    assert reasons(post(caller, [sent], status)) == ["UPLOAD_NOT_FOUND"]
    refused = caller.call("GET", caller.dm(f"document_uploads/{upload}", "2.1"), status=404)
    assert reasons(refused) == ["UPLOAD_NOT_FOUND"]
    assert caller.data("GET", caller.dm("document_uploads", "2.1")) == []
    assert caller.update(upload).json()["data"]["success"] == []


@pytest.mark.rule("B48")
def test_b48_a_workflow_stands_in_the_way(caller: ApiCaller) -> None:
    [revision] = caller.submit(caller.ready("a.txt", "P01"))["ids"]
    [row] = caller.revisions(revision)
    caller.sim.start_workflow(row["document_container_id"])
    upload = caller.ready("a.txt", "P02")
    [detail] = caller.submit(upload, status=422)["details"]
    assert detail["reason_code"] == "WORKFLOW_CONFLICT"
    assert detail["document_container_id"] == row["document_container_id"]
    [existing] = detail["existing_revisions_with_workflows"]
    assert is_ulid(existing.pop("workflow_instance_id"))
    assert existing == {
        **{"id": revision, "name": "a.txt", "revision": "P01", "status": "Work in progress"},
        **{"assigned_workflow": "Design review", "workflow_current_step": "Under review"},
    }
    [conflicting] = detail["conflicting_uploads_with_workflow"]
    assert conflicting == {"id": upload, "name": "a.txt", "revision": "P02"}
    [half] = caller.submit(upload, status=422, termination_reason="superseded")["details"]
    assert half["reason_code"] == "INVALID_INPUT"
    status = caller.project.by_name["status"].values[0].id
    both = {"termination_reason": "superseded", "terminated_revision_status_id": status}
    [odd] = caller.submit(upload, status=422, **{**both, "terminated_revision_status_id": "S0"})["details"]
    assert odd["reason_code"] == "INVALID_INPUT"
    assert versions(caller, *caller.submit(upload, **both)["ids"]) == ["2"]


@pytest.mark.rule("B48")
def test_b48_ending_a_workflow_needs_rights(make: Callable[..., ApiCaller]) -> None:
    caller = make(access_level="Standard")
    [revision] = caller.submit(caller.ready("a.txt"))["ids"]
    caller.sim.start_workflow(caller.revisions(revision)[0]["document_container_id"])
    status = caller.project.by_name["status"].values[0].id
    more = {"termination_reason": "superseded", "terminated_revision_status_id": status}
    [detail] = caller.submit(caller.ready("a.txt"), status=422, **more)["details"]
    assert detail["reason_code"] == "WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION"


@pytest.mark.rule("B51")
def test_b51_unknown_ids_are_left_out(caller: ApiCaller) -> None:
    [revision] = caller.submit(caller.ready())["ids"]
    assert [row["id"] for row in caller.revisions(UNKNOWN_ID, revision)] == [revision]
    assert caller.revisions("not a ULID") == []


@pytest.mark.rule("B52", reading="denied_submit=422")
def test_b52_without_the_permission_to_submit(make: Callable[..., ApiCaller]) -> None:
    caller = make(can_submit=False)
    one, two = caller.ready("a.txt"), caller.ready("b.txt")
    details = caller.submit(one, two, status=422)["details"]
    assert [(d["source"], d["reason_code"]) for d in details] == [
        (one, "PERMISSION_DENIED"),
        (two, "PERMISSION_DENIED"),
    ]


@pytest.mark.rule("B52", reading="denied_submit=403")
def test_b52_the_reference_has_403(make: Callable[..., ApiCaller]) -> None:
    caller = make(can_submit=False, denied_submit=403)
    upload = caller.ready()
    error = caller.submit(upload, status=403)
    assert (error["code"], [d["reason_code"] for d in error["details"]]) == ("FORBIDDEN", ["ACCESS_DENIED"])
    caller.show(upload)


@pytest.mark.rule("B16")
def test_batches_and_items_sent_twice(caller: ApiCaller) -> None:
    upload = caller.ready()
    post(caller, [item(caller, upload)] * 2, 400)
    post(caller, [item(caller, UNKNOWN_ID)] * 101, 400)
    post(caller, [], 400)


@pytest.mark.rule("B62", reading="revision_list=True")
def test_b62_filters(caller: ApiCaller, clock: sim.ManualClock) -> None:
    begin = clock.now()
    [one] = caller.submit(caller.ready("a.txt", "P01"))["ids"]
    clock.advance(60)
    [two] = caller.submit(caller.ready("b.txt", "C01"))["ids"]
    assert revisions(caller) == [one, two]
    container = caller.revisions(two)[0]["document_container_id"]
    assert revisions(caller, **{"filters[document_container_id]": container}) == [two]
    assert revisions(caller, **{"filters[revision]": "P01"}) == [one]
    span = f"{iso(begin)}...{iso(begin + 60)}"  # the lower bound is in, the upper is not
    assert revisions(caller, **{"filters[updated_at]": span}) == [one]
    revisions(caller, 400, **{"filters[updated_at]": iso(begin)})
    revisions(caller, 400, **{"filters[no_such]": "x"})


@pytest.mark.rule("B62")
def test_b62_sort(caller: ApiCaller) -> None:
    [one] = caller.submit(caller.ready("a.txt", "Z"))["ids"]
    [two] = caller.submit(caller.ready("b.csv", "A"))["ids"]
    assert revisions(caller, sort="-created_at") == [two, one]
    assert revisions(caller, sort="file_format") == [two, one]
    assert revisions(caller, sort="file_size") == [one, two]
    assert revisions(caller, sort=caller.project.by_name["revision"].id) == [two, one]
    revisions(caller, 400, sort="colour")


@pytest.mark.rule("B62")
def test_b62_the_index_lags_and_the_list_may_not_be_there(
    make: Callable[..., ApiCaller], clock: sim.ManualClock
) -> None:
    caller = make(index_seconds=5.0)
    [revision] = caller.submit(caller.ready())["ids"]
    assert revisions(caller) == []
    assert [row["id"] for row in caller.revisions(revision)] == [revision]
    clock.advance(5)
    assert revisions(caller) == [revision]
    revisions(make(revision_list=False), 404)


@pytest.mark.rule("B62", "B63")
def test_b62_and_b63_recycled_ones(caller: ApiCaller) -> None:
    one = caller.submit(caller.ready("a.txt", "P01"))["ids"][0]
    two = caller.submit(caller.ready("a.txt", "P02"))["ids"][0]
    caller.sim.recycle_revision(one)
    assert revisions(caller) == [two]
    bin_ = caller.data("GET", caller.dm("document_revisions/recycled_revisions"))
    assert [(row["id"], row["recycled"]) for row in bin_] == [(one, True)]
    three = caller.submit(caller.ready("a.txt", "P03"))["ids"][0]
    assert versions(caller, three) == ["3"]


@pytest.mark.rule("B64")
def test_b64_a_revision_can_be_downloaded(caller: ApiCaller) -> None:
    [revision] = caller.submit(caller.ready())["ids"]
    headers = {"Authorization": f"Bearer {caller.token}", "Procore-Company-Id": str(caller.company)}
    answer = caller.send("GET", caller.revisions(revision)[0]["download_url"], headers=headers)
    assert caller.send("GET", answer.headers["Location"]).content == b"%PDF-1.7 sample"
