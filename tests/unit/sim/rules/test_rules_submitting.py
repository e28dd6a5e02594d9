"""Rules of containers and of submitting that no other file tests (B41–B49)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.simulator.api_caller import ApiCaller, reasons
from tests.support.simulator.revision_calls import ENDING, ending, item, post, revisions, status_id, versions
from tests.support.simulator.rule_requests import NOBODY
from tests.support.simulator.upload_calls import listed

Make = Callable[..., ApiCaller]


# -- containers and versions
@pytest.mark.rule("B41")
def test_b41_versions_follow_the_order_of_the_request(desk: ApiCaller) -> None:
    uploads = [desk.ready("a.txt", f"P0{n}") for n in range(1, 4)]
    order = [uploads[2], uploads[0], uploads[1]]
    ids = desk.submit(*order)["ids"]
    assert [row["upload_id"] for row in desk.revisions(*ids)] == order
    assert versions(desk, *ids) == ["1", "2", "3"]


@pytest.mark.rule("B42", "B63")
def test_b42_across_batches_and_within_one(make: Make) -> None:
    desk = make(scenario="messy")
    [first] = desk.submit(desk.ready("a.txt", "P01"))["ids"]
    free, again, twin, other = (
        desk.ready("a.txt", "P02"), desk.ready("a.txt", "P01"), desk.ready("a.txt", "P02"), desk.ready("b.txt", "P01"),
    )  # fmt: skip
    details = desk.submit(free, again, twin, other, status=422)["details"]
    assert [(d["source"], d["reason_code"]) for d in details] == [
        (again, "DUPLICATE_REVISION"),
        (twin, "DUPLICATE_REVISION"),
    ]
    assert len(desk.submit(free, other)["ids"]) == 2
    desk.sim.recycle_revision(first)  # it leaves the history, and its value is free again
    assert versions(desk, *desk.submit(again)["ids"]) == ["3"]


# -- submitting
@pytest.mark.rule("B43")
def test_b43_submitting_need_not_wait_for_ml(desk: ApiCaller) -> None:
    wanted = {"type": "Report", "status": "S0", "revision": "P01", "description": "Sample"}
    upload = desk.completed("a.pdf", **wanted)
    assert desk.show(upload)["integration_statuses"]["ml"] == "in_progress"
    assert len(desk.submit(upload)["ids"]) == 1


def not_found(desk: ApiCaller) -> str:
    return NOBODY


def other_file(desk: ApiCaller) -> str:
    upload = desk.ready("bad.txt")
    desk.update(upload, file_upload_id=desk.stored())
    return upload


def empty(desk: ApiCaller) -> str:
    return desk.completed("bad.txt", "text/plain", status="S0")


def duplicate(desk: ApiCaller) -> str:
    desk.submit(desk.ready("bad.txt"))
    return desk.ready("bad.txt")


def in_workflow(desk: ApiCaller) -> str:
    [revision] = desk.submit(desk.ready("bad.txt"))["ids"]
    desk.sim.start_workflow(desk.revisions(revision)[0]["document_container_id"])
    return desk.ready("bad.txt", "P02")


@pytest.mark.rule("B44")
@pytest.mark.parametrize(
    ("reason", "bad", "more", "options"),
    [
        ("UPLOAD_NOT_FOUND", not_found, {}, {}),
        ("FILE_KEY_MISMATCH", other_file, {}, {}),
        ("INVALID_INPUT", empty, {}, {}),
        ("INVALID_INPUT", lambda desk: desk.ready("bad.txt"), ENDING, {}),
        ("DUPLICATE_REVISION", duplicate, {}, {"scenario": "messy"}),
        ("WORKFLOW_CONFLICT", in_workflow, {}, {}),
        ("WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION", in_workflow, None, {"access_level": "Standard"}),
    ],
)
def test_b44_each_reason_names_its_item_and_nothing_is_submitted(
    make: Make,
    reason: str,
    bad: Callable[[ApiCaller], str],
    more: dict[str, str] | None,
    options: dict[str, Any],
) -> None:
    desk = make(**options)
    good, wrong = [desk.ready("good.txt"), desk.ready("good too.txt")], bad(desk)
    told = ending(desk) if more is None else more
    before = len(revisions(desk))
    batch = [item(desk, good[0]), item(desk, wrong, **told), item(desk, good[1])]
    [detail] = post(desk, batch, 422).json()["error"]["details"]
    assert (detail["source"], detail["reason_code"]) == (wrong, reason)
    assert detail["message"]
    assert len(revisions(desk)) == before
    assert set(good) <= set(listed(desk))
    ids = post(desk, [batch[0], batch[2]], 201).json()["data"]["ids"]
    assert versions(desk, *ids) == ["1", "1"]


@pytest.mark.rule("B44", "B52")
def test_b44_a_missing_permission_names_every_item(make: Make) -> None:
    desk = make(can_submit=False)
    uploads = [desk.ready("a.txt"), desk.ready("b.txt")]
    refused = post(desk, [item(desk, upload) for upload in uploads], 422)
    assert reasons(refused) == ["PERMISSION_DENIED"] * 2
    assert [detail["source"] for detail in refused.json()["error"]["details"]] == uploads
    assert listed(desk) == uploads


@pytest.mark.rule("B44")
def test_b44_a_changed_file_can_be_submitted_once_it_is_verified(desk: ApiCaller) -> None:
    upload = other_file(desk)
    assert desk.submit(upload, status=422)["details"][0]["reason_code"] == "FILE_KEY_MISMATCH"
    desk.update(upload, upload_status="COMPLETED")
    assert len(desk.submit(upload)["ids"]) == 1


@pytest.mark.rule("B45", "B46")
def test_b46_ids_come_in_the_order_of_those_that_did_not_fail(desk: ApiCaller) -> None:
    uploads = [desk.ready(f"{name}.txt") for name in "edcba"]
    items = [item(desk, upload) for upload in uploads]
    desk.sim.touch_upload(uploads[1])
    answer = post(desk, items, 201, "2.0").json()["data"]
    assert [failure["upload_id"] for failure in answer["failures"]] == [uploads[1]]
    assert answer["failureIds"] == [uploads[1]]
    assert [row["upload_id"] for row in desk.revisions(*answer["ids"])] == [uploads[0], *uploads[2:]]
    again = post(desk, [item(desk, uploads[1])], 201, "2.0").json()["data"]
    assert (len(again["ids"]), again["failures"], again["failureIds"]) == (1, [], [])


@pytest.mark.rule("B47", reading="consumed_status=404")
def test_b47_404_is_for_what_was_submitted_alone(make: Make) -> None:
    desk = make(consumed_status=404)
    upload, other = desk.ready("a.txt"), desk.ready("b.txt")
    sent = item(desk, upload)
    post(desk, [sent], 201)
    assert reasons(post(desk, [sent], 404)) == ["UPLOAD_NOT_FOUND"]
    never = {"id": NOBODY, "upload_latest_event_id": NOBODY}
    assert reasons(post(desk, [never], 422)) == ["UPLOAD_NOT_FOUND"]  # B44
    assert reasons(post(desk, [sent, never], 422)) == ["UPLOAD_NOT_FOUND"] * 2
    post(desk, [sent, item(desk, other)], 404)
    assert listed(desk) == [other]


@pytest.mark.rule("B47")
def test_b47_a_consumed_upload_is_nowhere(desk: ApiCaller) -> None:
    upload = desk.ready()
    desk.submit(upload)
    path = desk.dm("document_uploads/selected_uploads", "2.2")
    assert desk.data("POST", path, {"ids": [upload]}) == listed(desk) == []
    assert desk.data("GET", desk.dm("document_uploads/recycled_uploads", "2.1")) == []
    assert desk.update(upload, file_locked=True).json()["data"] == {"success": [], "failed": []}


@pytest.mark.rule("B48")
@pytest.mark.parametrize("half", ["termination_reason", "terminated_revision_status_id"])
def test_b48_reason_and_status_both_or_neither(desk: ApiCaller, half: str) -> None:
    upload = in_workflow(desk)
    [detail] = desk.submit(upload, status=422, **{half: ending(desk)[half]})["details"]
    assert detail["reason_code"] == "INVALID_INPUT"
    assert len(desk.submit(upload, **ending(desk))["ids"]) == 1


@pytest.mark.rule("B21", "B48")
def test_b48_the_status_is_a_value_that_is_in_use(desk: ApiCaller) -> None:
    upload = in_workflow(desk)
    for wrong in (NOBODY, "S0", status_id(desk, active=False)):
        more = {**ENDING, "terminated_revision_status_id": wrong}
        assert desk.submit(upload, status=422, **more)["details"][0]["reason_code"] == "INVALID_INPUT"


@pytest.mark.rule("B48", reading="workflow_manager=False")
@pytest.mark.rule("B48", reading="workflow_manager=True")
@pytest.mark.parametrize("manager", [False, True])
def test_b48_a_workflow_manager_may_end_it(make: Make, manager: bool) -> None:
    desk = make(access_level="Standard", workflow_manager=manager)
    upload = in_workflow(desk)
    assert desk.submit(upload, status=422)["details"][0]["reason_code"] == "WORKFLOW_CONFLICT"
    answer = desk.submit(upload, status=201 if manager else 422, **ending(desk))
    if not manager:
        assert answer["details"][0]["reason_code"] == "WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION"


@pytest.mark.rule("B48", "B69")
def test_b48_a_conflict_names_each_revision_in_a_workflow(make: Make) -> None:
    desk = make(workflow_on_submit=True)
    uploads = [desk.ready("a.txt", revision) for revision in ("P01", "P02", "P03")]
    ids = desk.submit(*uploads[:2])["ids"]  # both are new to the container, so nothing stands in the way yet
    [detail] = desk.submit(uploads[2], status=422)["details"]
    existing = detail["existing_revisions_with_workflows"]
    assert [one["id"] for one in existing] == ids
    assert len({one["workflow_instance_id"] for one in existing}) == 2
    [third] = desk.submit(uploads[2], **ending(desk))["ids"]
    [again] = desk.submit(desk.ready("a.txt", "P04"), status=422)["details"]
    assert [one["id"] for one in again["existing_revisions_with_workflows"]] == [third], (
        "the earlier ones ended"
    )


@pytest.mark.rule("B49")
def test_b49_a_revision_stays_what_it_is(desk: ApiCaller) -> None:
    upload = desk.ready("a.txt", "P01")
    [first] = desk.submit(upload)["ids"]
    before = desk.revisions(first)
    desk.submit(desk.ready("a.txt", "P02"))
    desk.update(upload, fields=desk.fields(scale="1:9"))
    desk.sim.wait_ml()
    assert desk.revisions(first) == before
