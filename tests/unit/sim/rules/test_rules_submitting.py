"""Rules of containers and of submitting that no other file tests (B41–B49)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.simulator.api_caller import ApiCaller, reasons
from tests.support.simulator.revision_calls import ENDING, ending, item, post, revisions, status_id, versions
from tests.support.simulator.rule_requests import UNKNOWN_ID
from tests.support.simulator.upload_calls import listed

Make = Callable[..., ApiCaller]


# -- containers and versions
@pytest.mark.rule("B41")
def test_b41_versions_follow_the_order_of_the_request(caller: ApiCaller) -> None:
    uploads = [caller.ready("a.txt", f"P0{n}") for n in range(1, 4)]
    order = [uploads[2], uploads[0], uploads[1]]
    ids = caller.submit(*order)["ids"]
    assert [row["upload_id"] for row in caller.revisions(*ids)] == order
    assert versions(caller, *ids) == ["1", "2", "3"]


@pytest.mark.rule("B42", "B63")
def test_b42_across_batches_and_within_one(make: Make) -> None:
    caller = make(scenario="messy")
    [first] = caller.submit(caller.ready("a.txt", "P01"))["ids"]
    free, again, twin, other = (
        caller.ready("a.txt", "P02"), caller.ready("a.txt", "P01"), caller.ready("a.txt", "P02"), caller.ready("b.txt", "P01"),
    )  # fmt: skip
    details = caller.submit(free, again, twin, other, status=422)["details"]
    assert [(d["source"], d["reason_code"]) for d in details] == [
        (again, "DUPLICATE_REVISION"),
        (twin, "DUPLICATE_REVISION"),
    ]
    assert len(caller.submit(free, other)["ids"]) == 2
    caller.sim.recycle_revision(first)  # it leaves the history, and its value is free again
    assert versions(caller, *caller.submit(again)["ids"]) == ["3"]


# -- submitting
@pytest.mark.rule("B43")
def test_b43_submitting_need_not_wait_for_ml(caller: ApiCaller) -> None:
    wanted = {"type": "Report", "status": "S0", "revision": "P01", "description": "Sample"}
    upload = caller.completed("a.pdf", **wanted)
    assert caller.show(upload)["integration_statuses"]["ml"] == "in_progress"
    assert len(caller.submit(upload)["ids"]) == 1


def not_found(caller: ApiCaller) -> str:
    return UNKNOWN_ID


def other_file(caller: ApiCaller) -> str:
    upload = caller.ready("bad.txt")
    caller.update(upload, file_upload_id=caller.stored())
    return upload


def empty(caller: ApiCaller) -> str:
    return caller.completed("bad.txt", "text/plain", status="S0")


def duplicate(caller: ApiCaller) -> str:
    caller.submit(caller.ready("bad.txt"))
    return caller.ready("bad.txt")


def in_workflow(caller: ApiCaller) -> str:
    [revision] = caller.submit(caller.ready("bad.txt"))["ids"]
    caller.sim.start_workflow(caller.revisions(revision)[0]["document_container_id"])
    return caller.ready("bad.txt", "P02")


@pytest.mark.rule("B44")
@pytest.mark.parametrize(
    ("reason", "bad", "more", "options"),
    [
        ("UPLOAD_NOT_FOUND", not_found, {}, {}),
        ("FILE_KEY_MISMATCH", other_file, {}, {}),
        ("INVALID_INPUT", empty, {}, {}),
        ("INVALID_INPUT", lambda caller: caller.ready("bad.txt"), ENDING, {}),
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
    caller = make(**options)
    good, wrong = [caller.ready("good.txt"), caller.ready("good too.txt")], bad(caller)
    told = ending(caller) if more is None else more
    before = len(revisions(caller))
    batch = [item(caller, good[0]), item(caller, wrong, **told), item(caller, good[1])]
    [detail] = post(caller, batch, 422).json()["error"]["details"]
    assert (detail["source"], detail["reason_code"]) == (wrong, reason)
    assert detail["message"]
    assert len(revisions(caller)) == before
    assert set(good) <= set(listed(caller))
    ids = post(caller, [batch[0], batch[2]], 201).json()["data"]["ids"]
    assert versions(caller, *ids) == ["1", "1"]


@pytest.mark.rule("B44", "B52")
def test_b44_a_missing_permission_names_every_item(make: Make) -> None:
    caller = make(can_submit=False)
    uploads = [caller.ready("a.txt"), caller.ready("b.txt")]
    refused = post(caller, [item(caller, upload) for upload in uploads], 422)
    assert reasons(refused) == ["PERMISSION_DENIED"] * 2
    assert [detail["source"] for detail in refused.json()["error"]["details"]] == uploads
    assert listed(caller) == uploads


@pytest.mark.rule("B44")
def test_b44_a_changed_file_can_be_submitted_once_it_is_verified(caller: ApiCaller) -> None:
    upload = other_file(caller)
    assert caller.submit(upload, status=422)["details"][0]["reason_code"] == "FILE_KEY_MISMATCH"
    caller.update(upload, upload_status="COMPLETED")
    assert len(caller.submit(upload)["ids"]) == 1


@pytest.mark.rule("B45", "B46")
def test_b46_ids_come_in_the_order_of_those_that_did_not_fail(caller: ApiCaller) -> None:
    uploads = [caller.ready(f"{name}.txt") for name in "edcba"]
    items = [item(caller, upload) for upload in uploads]
    caller.sim.touch_upload(uploads[1])
    answer = post(caller, items, 201, "2.0").json()["data"]
    assert [failure["upload_id"] for failure in answer["failures"]] == [uploads[1]]
    assert answer["failureIds"] == [uploads[1]]
    assert [row["upload_id"] for row in caller.revisions(*answer["ids"])] == [uploads[0], *uploads[2:]]
    again = post(caller, [item(caller, uploads[1])], 201, "2.0").json()["data"]
    assert (len(again["ids"]), again["failures"], again["failureIds"]) == (1, [], [])


@pytest.mark.rule("B47", reading="consumed_status=404")
def test_b47_404_is_for_what_was_submitted_alone(make: Make) -> None:
    caller = make(consumed_status=404)
    upload, other = caller.ready("a.txt"), caller.ready("b.txt")
    sent = item(caller, upload)
    post(caller, [sent], 201)
    assert reasons(post(caller, [sent], 404)) == ["UPLOAD_NOT_FOUND"]
    never = {"id": UNKNOWN_ID, "upload_latest_event_id": UNKNOWN_ID}
    assert reasons(post(caller, [never], 422)) == ["UPLOAD_NOT_FOUND"]  # B44
    assert reasons(post(caller, [sent, never], 422)) == ["UPLOAD_NOT_FOUND"] * 2
    post(caller, [sent, item(caller, other)], 404)
    assert listed(caller) == [other]


@pytest.mark.rule("B47")
def test_b47_a_consumed_upload_is_nowhere(caller: ApiCaller) -> None:
    upload = caller.ready()
    caller.submit(upload)
    path = caller.dm("document_uploads/selected_uploads", "2.2")
    assert caller.data("POST", path, {"ids": [upload]}) == listed(caller) == []
    assert caller.data("GET", caller.dm("document_uploads/recycled_uploads", "2.1")) == []
    assert caller.update(upload, file_locked=True).json()["data"] == {"success": [], "failed": []}


@pytest.mark.rule("B48")
@pytest.mark.parametrize("half", ["termination_reason", "terminated_revision_status_id"])
def test_b48_reason_and_status_both_or_neither(caller: ApiCaller, half: str) -> None:
    upload = in_workflow(caller)
    [detail] = caller.submit(upload, status=422, **{half: ending(caller)[half]})["details"]
    assert detail["reason_code"] == "INVALID_INPUT"
    assert len(caller.submit(upload, **ending(caller))["ids"]) == 1


@pytest.mark.rule("B21", "B48")
def test_b48_the_status_is_a_value_that_is_in_use(caller: ApiCaller) -> None:
    upload = in_workflow(caller)
    for wrong in (UNKNOWN_ID, "S0", status_id(caller, active=False)):
        more = {**ENDING, "terminated_revision_status_id": wrong}
        assert caller.submit(upload, status=422, **more)["details"][0]["reason_code"] == "INVALID_INPUT"


@pytest.mark.rule("B48", reading="workflow_manager=False")
@pytest.mark.rule("B48", reading="workflow_manager=True")
@pytest.mark.parametrize("manager", [False, True])
def test_b48_a_workflow_manager_may_end_it(make: Make, manager: bool) -> None:
    caller = make(access_level="Standard", workflow_manager=manager)
    upload = in_workflow(caller)
    assert caller.submit(upload, status=422)["details"][0]["reason_code"] == "WORKFLOW_CONFLICT"
    answer = caller.submit(upload, status=201 if manager else 422, **ending(caller))
    if not manager:
        assert answer["details"][0]["reason_code"] == "WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION"


@pytest.mark.rule("B48", "B69")
def test_b48_a_conflict_names_each_revision_in_a_workflow(make: Make) -> None:
    caller = make(workflow_on_submit=True)
    uploads = [caller.ready("a.txt", revision) for revision in ("P01", "P02", "P03")]
    ids = caller.submit(*uploads[:2])[
        "ids"
    ]  # both are new to the container, so nothing stands in the way yet
    [detail] = caller.submit(uploads[2], status=422)["details"]
    existing = detail["existing_revisions_with_workflows"]
    assert [one["id"] for one in existing] == ids
    assert len({one["workflow_instance_id"] for one in existing}) == 2
    [third] = caller.submit(uploads[2], **ending(caller))["ids"]
    [again] = caller.submit(caller.ready("a.txt", "P04"), status=422)["details"]
    assert [one["id"] for one in again["existing_revisions_with_workflows"]] == [third], (
        "the earlier ones ended"
    )


@pytest.mark.rule("B49")
def test_b49_a_revision_stays_what_it_is(caller: ApiCaller) -> None:
    upload = caller.ready("a.txt", "P01")
    [first] = caller.submit(upload)["ids"]
    before = caller.revisions(first)
    caller.submit(caller.ready("a.txt", "P02"))
    caller.update(upload, fields=caller.fields(scale="1:9"))
    caller.sim.wait_ml()
    assert caller.revisions(first) == before
