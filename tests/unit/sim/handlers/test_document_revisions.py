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
from tests.support.simulator.rule_requests import NOBODY


@pytest.mark.rule("B41", "B63")
def test_b41_and_b63_versions_count_up_in_a_container(desk: ApiCaller) -> None:
    ids = [desk.submit(desk.ready("a.txt", f"P0{n}"))["ids"][0] for n in range(1, 4)]
    other = desk.submit(desk.ready("b.txt"))["ids"][0]
    assert versions(desk, *ids, other) == ["1", "2", "3", "1"]
    rows = desk.revisions(*ids)
    assert len({row["document_container_id"] for row in rows}) == 1
    assert [row["position_within_container"] for row in rows] != versions(desk, *ids)


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
        desk = make(allow_duplicate_revisions=allowed)
        desk.submit(desk.completed("a.pdf", revision="P01", **drawing))
        again = desk.completed("b.pdf", revision="P01", **drawing)
        if allowed:
            desk.submit(again)
            continue
        error = desk.submit(again, status=422)
        assert [(d["reason_code"], d["source"]) for d in error["details"]] == [("DUPLICATE_REVISION", again)]
        desk.update(again, fields=desk.fields(revision="P02"))
        # Two of the same value in one request: the second is the duplicate.
        twin = desk.completed("c.pdf", revision="P02", **drawing)
        error = desk.submit(again, twin, status=422)
        assert [d["source"] for d in error["details"]] == [twin]
        desk.submit(again)


@pytest.mark.rule("B43")
def test_b43_required_fields_must_have_values(desk: ApiCaller) -> None:
    upload = desk.completed("a.txt", "text/plain", status="S0")
    error = desk.submit(upload, status=422)
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
    desk: ApiCaller, kind: str, missing: list[str], not_asked: str
) -> None:
    upload = desk.completed("a.txt", "text/plain", type=kind, status="S0", revision="1")
    [detail] = desk.submit(upload, status=422)["details"]
    assert all(name in detail["message"] for name in missing)
    assert not_asked not in detail["message"]


@pytest.mark.rule("B44")
def test_b44_one_bad_item_stops_all_and_each_is_named(desk: ApiCaller) -> None:
    good, bad = desk.ready("a.txt"), desk.completed("b.txt", "text/plain")
    refused = post(desk, [item(desk, good), item(desk, bad), item(desk, NOBODY)], 422)
    details = refused.json()["error"]["details"]
    assert [(d["source"], d["reason_code"]) for d in details] == [
        (bad, "INVALID_INPUT"),
        (NOBODY, "UPLOAD_NOT_FOUND"),
    ]
    desk.show(good)
    assert len(desk.submit(good)["ids"]) == 1


@pytest.mark.rule("B44")
def test_b44_a_file_that_is_not_the_verified_one(desk: ApiCaller) -> None:
    from dataclasses import replace

    from pdm_nb.sim.world.records import StoredFile, Upload

    upload = desk.ready()
    store = desk.sim._core.store
    file = store.get(StoredFile, store.get(Upload, upload).file_id)
    store.put(replace(file, linked_to=None))
    assert desk.submit(upload, status=422)["details"][0]["reason_code"] == "FILE_KEY_MISMATCH"


@pytest.mark.rule("B45", reading="stale_event_id='failure'")
def test_b45_an_old_event_id_is_a_conflict_of_that_item_alone(desk: ApiCaller) -> None:
    one, two = desk.ready("a.txt"), desk.ready("b.txt")
    items = [item(desk, one), item(desk, two)]
    desk.sim.touch_upload(two)
    answer = post(desk, items, 201).json()["data"]
    assert len(answer["ids"]) == 1
    [failure] = answer["failures"]
    assert (failure["upload_id"], failure["reason_code"]) == (two, "CONCURRENCY_CONFLICT")
    assert "failureIds" not in answer
    older = post(desk, items[1:], 201, version="2.0").json()["data"]
    assert older["failureIds"] == [two]
    assert len(post(desk, [item(desk, two)], 201).json()["data"]["ids"]) == 1


@pytest.mark.rule("B45", reading="stale_event_id='accepted'")
def test_b45_the_switch_that_does_not_validate(make: Callable[..., ApiCaller]) -> None:
    desk = make(stale_event_id="accepted")
    upload = desk.ready()
    answer = post(desk, [{"id": upload, "upload_latest_event_id": "old"}], 201).json()["data"]
    assert answer["failures"] == []


@pytest.mark.rule("B45", reading="stale_event_id='refused'")
def test_b45_a_stale_event_id_refuses_the_whole_request(make: Callable[..., ApiCaller]) -> None:
    desk = make(stale_event_id="refused")
    fresh, stale = desk.ready("a.txt"), desk.ready("b.txt")
    items = [item(desk, fresh), item(desk, stale)]
    desk.sim.touch_upload(stale)
    [detail] = post(desk, items, 422).json()["error"]["details"]
    assert (detail["source"], detail["reason_code"]) == (stale, "CONCURRENCY_CONFLICT")
    desk.show(fresh)
    again = post(desk, [item(desk, fresh), item(desk, stale)], 201).json()["data"]
    assert (len(again["ids"]), again["failures"]) == (2, [])


@pytest.mark.rule("B45")
def test_b45_without_an_event_id(desk: ApiCaller) -> None:
    refused = post(desk, [{"id": desk.ready()}], 400)
    assert messages(refused) == ["uploads.0.upload_latest_event_id is missing"]


@pytest.mark.rule("B46", reading="reveal_upload_id=True")
@pytest.mark.rule("B46", reading="reveal_upload_id=False")
@pytest.mark.parametrize("reveal", [True, False])
def test_b46_which_upload_became_which(make: Callable[..., ApiCaller], reveal: bool) -> None:
    desk = make(reveal_upload_id=reveal)
    uploads = [desk.ready("a.txt"), desk.ready("b.txt")]
    rows = desk.revisions(*desk.submit(*uploads)["ids"])
    if reveal:
        assert [row["upload_id"] for row in rows] == uploads
    else:
        assert not any("upload_id" in row for row in rows)
    assert [desk.labels(row, "original_filename")[0] for row in rows] == ["a.txt", "b.txt"]  # by order


@pytest.mark.rule("B47", reading="consumed_status=422")
@pytest.mark.rule("B47", reading="consumed_status=404")
@pytest.mark.parametrize("status", [422, 404])
def test_b47_a_submitted_upload_is_consumed(make: Callable[..., ApiCaller], status: int) -> None:
    desk = make(consumed_status=status)
    upload = desk.ready()
    sent = item(desk, upload)
    post(desk, [sent], 201)
    assert reasons(post(desk, [sent], status)) == ["UPLOAD_NOT_FOUND"]
    refused = desk.call("GET", desk.dm(f"document_uploads/{upload}", "2.1"), status=404)
    assert reasons(refused) == ["UPLOAD_NOT_FOUND"]
    assert desk.data("GET", desk.dm("document_uploads", "2.1")) == []
    assert desk.update(upload).json()["data"]["success"] == []


@pytest.mark.rule("B48")
def test_b48_a_workflow_stands_in_the_way(desk: ApiCaller) -> None:
    [revision] = desk.submit(desk.ready("a.txt", "P01"))["ids"]
    [row] = desk.revisions(revision)
    desk.sim.start_workflow(row["document_container_id"])
    upload = desk.ready("a.txt", "P02")
    [detail] = desk.submit(upload, status=422)["details"]
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
    [half] = desk.submit(upload, status=422, termination_reason="superseded")["details"]
    assert half["reason_code"] == "INVALID_INPUT"
    status = desk.project.by_name["status"].values[0].id
    both = {"termination_reason": "superseded", "terminated_revision_status_id": status}
    [odd] = desk.submit(upload, status=422, **{**both, "terminated_revision_status_id": "S0"})["details"]
    assert odd["reason_code"] == "INVALID_INPUT"
    assert versions(desk, *desk.submit(upload, **both)["ids"]) == ["2"]


@pytest.mark.rule("B48")
def test_b48_ending_a_workflow_needs_rights(make: Callable[..., ApiCaller]) -> None:
    desk = make(access_level="Standard")
    [revision] = desk.submit(desk.ready("a.txt"))["ids"]
    desk.sim.start_workflow(desk.revisions(revision)[0]["document_container_id"])
    status = desk.project.by_name["status"].values[0].id
    more = {"termination_reason": "superseded", "terminated_revision_status_id": status}
    [detail] = desk.submit(desk.ready("a.txt"), status=422, **more)["details"]
    assert detail["reason_code"] == "WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION"


@pytest.mark.rule("B51")
def test_b51_unknown_ids_are_left_out(desk: ApiCaller) -> None:
    [revision] = desk.submit(desk.ready())["ids"]
    assert [row["id"] for row in desk.revisions(NOBODY, revision)] == [revision]
    assert desk.revisions("not a ULID") == []


@pytest.mark.rule("B52", reading="denied_submit=422")
def test_b52_without_the_permission_to_submit(make: Callable[..., ApiCaller]) -> None:
    desk = make(can_submit=False)
    one, two = desk.ready("a.txt"), desk.ready("b.txt")
    details = desk.submit(one, two, status=422)["details"]
    assert [(d["source"], d["reason_code"]) for d in details] == [
        (one, "PERMISSION_DENIED"),
        (two, "PERMISSION_DENIED"),
    ]


@pytest.mark.rule("B52", reading="denied_submit=403")
def test_b52_the_reference_has_403(make: Callable[..., ApiCaller]) -> None:
    desk = make(can_submit=False, denied_submit=403)
    upload = desk.ready()
    error = desk.submit(upload, status=403)
    assert (error["code"], [d["reason_code"] for d in error["details"]]) == ("FORBIDDEN", ["ACCESS_DENIED"])
    desk.show(upload)


@pytest.mark.rule("B16")
def test_batches_and_items_sent_twice(desk: ApiCaller) -> None:
    upload = desk.ready()
    post(desk, [item(desk, upload)] * 2, 400)
    post(desk, [item(desk, NOBODY)] * 101, 400)
    post(desk, [], 400)


@pytest.mark.rule("B62", reading="revision_list=True")
def test_b62_filters(desk: ApiCaller, clock: sim.ManualClock) -> None:
    begin = clock.now()
    [one] = desk.submit(desk.ready("a.txt", "P01"))["ids"]
    clock.advance(60)
    [two] = desk.submit(desk.ready("b.txt", "C01"))["ids"]
    assert revisions(desk) == [one, two]
    container = desk.revisions(two)[0]["document_container_id"]
    assert revisions(desk, **{"filters[document_container_id]": container}) == [two]
    assert revisions(desk, **{"filters[revision]": "P01"}) == [one]
    span = f"{iso(begin)}...{iso(begin + 60)}"  # the lower bound is in, the upper is not
    assert revisions(desk, **{"filters[updated_at]": span}) == [one]
    revisions(desk, 400, **{"filters[updated_at]": iso(begin)})
    revisions(desk, 400, **{"filters[no_such]": "x"})


@pytest.mark.rule("B62")
def test_b62_sort(desk: ApiCaller) -> None:
    [one] = desk.submit(desk.ready("a.txt", "Z"))["ids"]
    [two] = desk.submit(desk.ready("b.csv", "A"))["ids"]
    assert revisions(desk, sort="-created_at") == [two, one]
    assert revisions(desk, sort="file_format") == [two, one]
    assert revisions(desk, sort="file_size") == [one, two]
    assert revisions(desk, sort=desk.project.by_name["revision"].id) == [two, one]
    revisions(desk, 400, sort="colour")


@pytest.mark.rule("B62")
def test_b62_the_index_lags_and_the_list_may_not_be_there(
    make: Callable[..., ApiCaller], clock: sim.ManualClock
) -> None:
    desk = make(index_seconds=5.0)
    [revision] = desk.submit(desk.ready())["ids"]
    assert revisions(desk) == []
    assert [row["id"] for row in desk.revisions(revision)] == [revision]
    clock.advance(5)
    assert revisions(desk) == [revision]
    revisions(make(revision_list=False), 404)


@pytest.mark.rule("B62", "B63")
def test_b62_and_b63_recycled_ones(desk: ApiCaller) -> None:
    one = desk.submit(desk.ready("a.txt", "P01"))["ids"][0]
    two = desk.submit(desk.ready("a.txt", "P02"))["ids"][0]
    desk.sim.recycle_revision(one)
    assert revisions(desk) == [two]
    bin_ = desk.data("GET", desk.dm("document_revisions/recycled_revisions"))
    assert [(row["id"], row["recycled"]) for row in bin_] == [(one, True)]
    three = desk.submit(desk.ready("a.txt", "P03"))["ids"][0]
    assert versions(desk, three) == ["3"]


@pytest.mark.rule("B64")
def test_b64_a_revision_can_be_downloaded(desk: ApiCaller) -> None:
    [revision] = desk.submit(desk.ready())["ids"]
    headers = {"Authorization": f"Bearer {desk.token}", "Procore-Company-Id": str(desk.company)}
    answer = desk.send("GET", desk.revisions(revision)[0]["download_url"], headers=headers)
    assert desk.send("GET", answer.headers["Location"]).content == b"%PDF-1.7 sample"
