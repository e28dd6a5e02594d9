"""Document uploads (B16, B23–B34, B39, B40, B47, B50, B52)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pdm_nb import sim
from tests.support.simulator.api_caller import ApiCaller, messages, reasons
from tests.support.simulator.rule_requests import UNKNOWN_ID
from tests.support.simulator.upload_calls import NAMED, create, listed, update, values


@pytest.mark.rule("B16")
def test_b16_one_detail_per_fault_naming_the_path(caller: ApiCaller) -> None:
    refused = create(caller, [{"file_name": 5, "mime_type": "a/b"}, {"file_name": "a"}, "x"], 400)
    assert messages(refused) == [
        "uploads.0.file_name must be a string",
        "uploads.1.mime_type is missing",
        "uploads.2 must be an object",
    ]
    assert reasons(refused) == ["INVALID_PROPERTY", "MISSING_REQUIRED_PROPERTY", "INVALID_PROPERTY"]


@pytest.mark.rule("B23")
def test_b23_create_is_all_or_nothing_and_not_idempotent(caller: ApiCaller) -> None:
    from pdm_nb.sim.world.records import Upload

    good = {"file_name": "a.pdf", "mime_type": "application/pdf"}
    create(caller, [good, {"file_name": ""}], 400)
    assert list(caller.sim._core.store.rows(Upload)) == []
    one = create(caller, [good], 201).json()["data"]
    two = create(caller, [good], 201).json()["data"]
    assert one[0]["id"] != two[0]["id"]


@pytest.mark.rule("B23")
def test_b23_a_hundred_a_call(caller: ApiCaller) -> None:
    good = {"file_name": "a.pdf", "mime_type": "application/pdf"}
    assert len(create(caller, [good] * 100, 201).json()["data"]) == 100
    create(caller, [good] * 101, 400)
    update(caller, [{"id": UNKNOWN_ID}] * 101, 400)
    path = caller.dm("document_uploads/selected_uploads", "2.2")
    caller.call("POST", path, {"ids": [UNKNOWN_ID] * 101}, 400)


@pytest.mark.rule("B23", "B32")
def test_b23_and_b32_incomplete_ones_are_nowhere(caller: ApiCaller) -> None:
    [upload] = caller.create("a.pdf")
    assert listed(caller) == []
    path = caller.dm("document_uploads/selected_uploads", "2.2")
    assert caller.data("POST", path, {"ids": [upload]}) == []
    refused = caller.call("GET", caller.dm(f"document_uploads/{upload}", "2.1"), status=404)
    assert reasons(refused) == ["UPLOAD_NOT_FOUND"]
    assert caller.submit(upload, status=422)["details"][0]["reason_code"] == "UPLOAD_NOT_FOUND"
    caller.update(upload, file_upload_id=caller.stored(), upload_status="COMPLETED")
    assert listed(caller) == [upload]
    assert caller.show(upload)["upload_status"] == "COMPLETED"


@pytest.mark.rule("B24")
def test_b24_uploader_and_author_are_the_caller(caller: ApiCaller) -> None:
    shown = caller.show(caller.completed())
    assert (
        caller.labels(shown, "uploaded_by") == caller.labels(shown, "authored_by") == ["Demo Service Account"]
    )


@pytest.mark.rule("B25")
def test_b25_failed_holds_what_could_not_be_verified_and_leaves_it_alone(caller: ApiCaller) -> None:
    good, bad = caller.create("a.pdf", "b.pdf")
    raw = caller.announce(b"never sent").json()["data"]["upload_id"]
    params = [
        {"id": good, "file_upload_id": caller.stored(), "upload_status": "COMPLETED"},
        {
            "id": bad,
            "file_upload_id": raw,
            "upload_status": "COMPLETED",
            "fields": caller.fields(scale="1:50"),
        },
    ]
    answer = update(caller, params).json()["data"]
    assert answer["success"] == [{"id": good}]
    assert [(item["id"], item["code"]) for item in answer["failed"]] == [(bad, 409)]
    caller.update(bad, file_upload_id=caller.stored(), upload_status="COMPLETED")
    assert caller.labels(caller.show(bad), "scale") == []


@pytest.mark.rule("B26")
def test_b26_unknown_ids_are_dropped_in_silence(caller: ApiCaller) -> None:
    upload = caller.completed()
    answer = update(caller, [{"id": UNKNOWN_ID}, {"id": upload}]).json()["data"]
    assert answer == {"success": [{"id": upload}], "failed": []}
    assert update(caller, [{"id": UNKNOWN_ID}]).json()["data"] == {"success": [], "failed": []}
    update(caller, [{"id": "not-a-ulid"}], 400)


@pytest.mark.rule("B27")
def test_b27_to_repeat_an_update_is_safe_and_a_4xx_applies_nothing(caller: ApiCaller) -> None:
    upload, file = caller.create("a.pdf")[0], caller.stored()
    item = {"file_upload_id": file, "upload_status": "COMPLETED", "fields": caller.fields(scale="1:50")}
    for _ in range(2):
        assert caller.update(upload, **item).json()["data"] == {"success": [{"id": upload}], "failed": []}
    other = caller.completed("b.pdf")
    before = caller.show(other)
    wrong = {"id": upload, "fields": [{"id": "no-field", "values": ["x"]}]}
    update(caller, [{"id": other, "fields": caller.fields(scale="1:9")}, wrong], 400)
    assert caller.show(other) == before


@pytest.mark.rule("B28")
def test_b28_a_file_that_another_upload_has(caller: ApiCaller) -> None:
    one, two, three = caller.create("a.pdf", "b.pdf", "c.pdf")
    file = caller.stored()
    caller.update(one, file_upload_id=file, upload_status="COMPLETED")
    caller.update(two, 500, file_upload_id=file)
    fresh = caller.stored()
    both = [{"id": two, "file_upload_id": fresh}, {"id": three, "file_upload_id": fresh}]
    update(caller, both, 500)
    caller.update(three, file_upload_id=fresh)  # nothing of the refused call was kept (B27)


@pytest.mark.rule("B28")
def test_b28_completed_without_a_file(caller: ApiCaller) -> None:
    one, two = caller.create("a.pdf", "b.pdf")
    good = {"id": one, "file_upload_id": caller.stored(), "upload_status": "COMPLETED"}
    update(caller, [good, {"id": two, "upload_status": "COMPLETED"}], 500)
    assert listed(caller) == []


def inactive(caller: ApiCaller) -> dict[str, Any]:
    field = caller.project.by_name["originator"]
    return values(caller, "originator", next(value.id for value in field.values if not value.active))


@pytest.mark.rule("B29", "B39")
@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (
            lambda caller: values(caller, "type", "Drawing"),
            "fields.0.values.0 is not the id of a value of type",
        ),
        (inactive, "fields.0.values.0 is an inactive value of originator"),
        (
            lambda caller: values(caller, "workflow_state", "x"),
            "fields.0.id is the readonly field workflow_state",
        ),
        (lambda caller: values(caller, "legacy_code", "x"), "fields.0.id is the inactive field legacy_code"),
        (
            lambda caller: values(caller, "asset_value", "12,5"),
            "fields.0.values.0 must be a number, as a string",
        ),
        (
            lambda caller: values(caller, "authored_by", "99"),
            "fields.0.values.0 is not the id of a project user",
        ),
        (
            lambda caller: values(caller, "scale", "1", "2"),
            "fields.0.values must hold one value, scale takes no more",
        ),
        (lambda caller: {"id": "number", "values": ["1"]}, "fields.0.id names no field of this project"),
        (
            lambda caller: values(caller, "scale", "1") | {"label_source": "SYSTEM"},
            "fields.0.label_source must not be SYSTEM",
        ),
        (lambda caller: values(caller, "scale") | {"values": "1"}, "fields.0.values must be an array"),
        (lambda caller: values(caller, "scale") | {"values": [1]}, "fields.0.values.0 must be a string"),
    ],
)
def test_b29_and_b39_what_cannot_be_set(
    caller: ApiCaller, wrong: Callable[[ApiCaller], dict[str, Any]], fault: str
) -> None:
    [upload] = caller.create("a.pdf")
    refused = caller.update(upload, 400, fields=[wrong(caller)])
    assert reasons(refused) == ["INVALID_PROPERTY"]
    assert messages(refused) == [f"update_params.0.{fault}"]


@pytest.mark.rule("B29")
@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("2026-01-31T10:20:30Z", True),
        ("2026-01-31T10:20:30.123Z", True),
        ("2026-01-31T10:20:30+00:00", True),
        ("2026-01-31T10:20:30+02:00", False),
        ("2026-01-31", False),
        ("2026-02-31T00:00:00Z", False),
        ("31.01.2026", False),
    ],
)
def test_b29_timestamps_are_iso_8601_utc(caller: ApiCaller, text: str, good: bool) -> None:
    [upload] = caller.create("a.pdf")
    caller.update(upload, 207 if good else 400, fields=caller.fields(handover_date=text))


@pytest.mark.rule("B29")
def test_b29_every_type_can_be_set(caller: ApiCaller) -> None:
    wanted: dict[str, Any] = {
        "number": "12",
        "notes": "<p>Sample</p>",
        "asset_value": "-12.5",
        "handover_date": "2026-01-31T00:00:00Z",
        "status": "S0",
        "authored_by": str(caller.world.users[2].id),
        "trades": [value.id for value in caller.project.by_name["trades"].values if value.active][:3],
    }
    shown = caller.show(caller.completed("a.pdf", **wanted))
    for name, given in wanted.items():
        field = caller.field(shown, name)
        assert field["label_source"] == "MANUAL"
        assert len(field["values"]) == (len(given) if isinstance(given, list) else 1)
    assert caller.labels(shown, "notes") == ["<p>Sample</p>"]
    assert caller.field(shown, "status")["values"][0]["code"] == "S0"


@pytest.mark.rule("B30")
def test_b30_only_empty_fields(caller: ApiCaller) -> None:
    upload = caller.completed(scale="1:50")
    params = [{"id": upload, "fields": caller.fields(scale="1:20", notes="new")}]
    update(caller, params, only_update_empty_fields=True)
    assert caller.labels(caller.show(upload), "scale") == ["1:50"]
    assert caller.labels(caller.show(upload), "notes") == ["new"]
    update(caller, params)
    assert caller.labels(caller.show(upload), "scale") == ["1:20"]


@pytest.mark.rule("B30")
def test_b30_leaves_what_ml_said(caller: ApiCaller) -> None:
    upload = caller.completed()
    caller.sim.wait_ml()
    update(caller, [{"id": upload, "fields": caller.fields(number="B-9")}], only_update_empty_fields=True)
    assert caller.field(caller.show(upload), "number")["label_source"] == "ML"


@pytest.mark.rule("B31")
def test_b31_every_change_is_an_event(caller: ApiCaller, clock: sim.ManualClock) -> None:
    upload = caller.completed()
    seen = [caller.show(upload)["latest_event_id"]]
    caller.update(upload, fields=caller.fields(scale="1:50"))
    seen.append(caller.show(upload)["latest_event_id"])
    clock.advance(1)  # scraping
    seen.append(caller.show(upload)["latest_event_id"])
    caller.sim.wait_ml()
    seen.append(caller.show(upload)["latest_event_id"])
    assert seen == sorted(set(seen))


@pytest.mark.rule("B29")
def test_values_can_be_cleared(caller: ApiCaller) -> None:
    upload = caller.completed(scale="1:50")
    caller.update(upload, fields=caller.fields(scale=[]))
    field = caller.field(caller.show(upload), "scale")
    assert (field["values"], field["label_source"]) == ([], "NONE")


@pytest.mark.rule("B33")
def test_b33_a_computed_name_is_put_together_from_the_standard(make: Callable[..., ApiCaller]) -> None:
    caller = make(scenario="us-ncs")
    upload = caller.completed("scan 7.pdf", type="Drawing", discipline="A", number="101")
    shown = caller.show(upload)
    name = caller.field(shown, "name")
    assert name["variant"] == "computed"
    assert name["label_source"] == "SYSTEM"
    assert caller.labels(shown, "name") == ["A-101"]
    caller.update(upload, fields=caller.fields(type="Specification"))  # a rule without a standard
    assert caller.labels(caller.show(upload), "name") == ["scan 7"]


@pytest.mark.rule("B40")
def test_b40_criteria_and_containers(make: Callable[..., ApiCaller]) -> None:
    caller = make(scenario="iso19650")
    one = caller.completed("a.pdf", **NAMED)
    two = caller.completed("b.pdf", **NAMED)
    three = caller.completed("b.pdf", "image/png", **NAMED)
    assert caller.show(one)["document_container_id"] is None, "not known while ML may still change it"
    caller.sim.wait_ml()
    first, second, third = map(caller.show, (one, two, three))
    assert first["match_criteria"] == "RST-DEM-V1-ZZ-DR-A-0101|application/pdf"
    assert first["document_container_id"] == second["document_container_id"] is not None
    assert first["document_container_id"] != third["document_container_id"]
    caller.update(two, fields=caller.fields(number="0102"))  # what changes the criteria moves it
    moved = caller.show(two)
    assert moved["document_container_id"] not in (None, first["document_container_id"])


def test_list_search_and_sort(caller: ApiCaller) -> None:
    one, two = caller.completed("beta.txt", "text/plain"), caller.completed("alpha.txt", "text/plain")
    assert listed(caller) == [one, two]
    assert listed(caller, sort="name") == [two, one]
    assert listed(caller, sort="-created_at") == [two, one]
    assert listed(caller, search="ALPHA") == [two]
    caller.call("GET", caller.dm("document_uploads", "2.1"), status=400, sort="no_such")
    assert [row["id"] for row in caller.data("GET", caller.dm("document_uploads"))] == [one, two]


@pytest.mark.rule("B9")
def test_selected_pages_by_ten_and_leaves_out_the_unknown(caller: ApiCaller) -> None:
    """B9: the default of ten rows bites here too."""
    uploads = [caller.ready(f"{n}.txt") for n in range(12)]
    path = caller.dm("document_uploads/selected_uploads", "2.2")
    assert len(caller.data("POST", path, {"ids": uploads})) == 10
    rows = caller.data("POST", path, {"ids": [*uploads, UNKNOWN_ID]}, per_page=100)
    assert [row["id"] for row in rows] == uploads
    for version in ("2.0", "2.1"):
        older = caller.dm("document_uploads/selected_uploads", version)
        caller.call("POST", older, {"ids": uploads}, 201)


@pytest.mark.rule("B50", reading="deleted_status=404")
@pytest.mark.rule("B50", reading="deleted_status=410")
@pytest.mark.parametrize("status", [404, 410])
def test_b50_deleted_by_a_person(make: Callable[..., ApiCaller], status: int) -> None:
    caller = make(deleted_status=status)
    kept, gone = caller.ready("a.txt"), caller.ready("b.txt")
    caller.sim.delete_upload(gone)
    caller.call("GET", caller.dm(f"document_uploads/{gone}", "2.1"), status=status)
    assert listed(caller) == [kept]
    path = caller.dm("document_uploads/selected_uploads", "2.2")
    assert [row["id"] for row in caller.data("POST", path, {"ids": [kept, gone]})] == [kept]
    bin_ = caller.dm("document_uploads/recycled_uploads", "2.1")
    assert [row["id"] for row in caller.data("GET", bin_)] == [gone]
    assert caller.update(gone).json()["data"] == {"success": [], "failed": []}
    assert caller.submit(gone, status=422)["details"][0]["reason_code"] == "UPLOAD_NOT_FOUND"


@pytest.mark.rule("B52")
def test_b52_without_the_permission_to_upload(make: Callable[..., ApiCaller]) -> None:
    caller = make(scenario="no-permission")
    refused = create(caller, [{"file_name": "a.pdf", "mime_type": "application/pdf"}], 403)
    assert reasons(refused) == ["ACCESS_DENIED"]


@pytest.mark.rule("B65")
def test_b65_users_who_are_not_admins_see_only_their_own_uploads(make: Callable[..., ApiCaller]) -> None:
    for level, seen in (("Standard", 1), ("Admin", 2)):
        caller = make(access_level=level)
        upload = caller.ready("mine.txt")
        theirs = caller.ready("theirs.txt")
        from dataclasses import replace

        from pdm_nb.sim.world.records import Upload

        store = caller.sim._core.store
        store.put(replace(store.get(Upload, theirs), owner=caller.world.users[4].id))
        assert len(listed(caller)) == seen
        assert upload in listed(caller)
        expected = [upload] if seen == 1 else [upload, theirs]
        assert [
            s["id"] for s in update(caller, [{"id": upload}, {"id": theirs}]).json()["data"]["success"]
        ] == expected


@pytest.mark.rule("B16", "B26")
def test_a_malformed_id_and_one_of_another_project(caller: ApiCaller) -> None:
    upload = caller.ready()
    caller.call("GET", caller.dm("document_uploads/short", "2.1"), status=400)
    caller.project = caller.world.projects[1]
    caller.call("GET", caller.dm(f"document_uploads/{upload}", "2.1"), status=404)
    assert caller.update(upload).json()["data"]["success"] == []


def test_a_completed_upload_stays_completed(caller: ApiCaller) -> None:
    upload = caller.completed()
    caller.update(upload, 400, upload_status="INCOMPLETE")


def test_update_all_applies_one_items_fields_to_every_listed_upload(caller: ApiCaller) -> None:
    one, two = caller.ready("a.txt"), caller.ready("b.txt")
    update(caller, [{"id": one, "fields": caller.fields(scale="1:7")}], update_all_document_uploads=True)
    assert [caller.labels(caller.show(u), "scale") for u in (one, two)] == [["1:7"], ["1:7"]]


def test_a_sorted_list_knows_of_what_changed_between_its_pages(caller: ApiCaller) -> None:
    one, two, three = (caller.completed(f"{name}.pdf", description=name) for name in "bca")
    path, asked = (
        caller.dm("document_uploads", "2.1"),
        {"sort": "description", "view": "ids_only", "per_page": 100},
    )
    assert caller.data("GET", path, **asked) == [three, one, two]
    assert caller.data("GET", path, **asked | {"sort": "-description"}) == [two, one, three]
    caller.update(three, fields=caller.fields(description="z"))
    assert caller.data("GET", path, **asked) == [one, two, three]
    caller.sim.delete_upload(two)
    assert caller.data("GET", path, **asked) == [one, three]
    bin_ = caller.dm("document_uploads/recycled_uploads", "2.1")
    caller.sim.delete_upload(one)
    assert caller.data("GET", bin_, **asked | {"sort": "-description"}) == [two, one]
    assert caller.data("GET", bin_, **asked | {"search": "b.pdf"}) == [one]
