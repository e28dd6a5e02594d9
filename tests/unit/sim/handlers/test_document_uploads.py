"""Document uploads (B16, B23–B34, B39, B40, B47, B50, B52)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pdm_nb import sim
from tests.support.simulator.api_caller import ApiCaller, messages, reasons
from tests.support.simulator.rule_requests import NOBODY
from tests.support.simulator.upload_calls import NAMED, create, listed, update, values


@pytest.mark.rule("B16")
def test_b16_one_detail_per_fault_naming_the_path(desk: ApiCaller) -> None:
    refused = create(desk, [{"file_name": 5, "mime_type": "a/b"}, {"file_name": "a"}, "x"], 400)
    assert messages(refused) == [
        "uploads.0.file_name must be a string",
        "uploads.1.mime_type is missing",
        "uploads.2 must be an object",
    ]
    assert reasons(refused) == ["INVALID_PROPERTY", "MISSING_REQUIRED_PROPERTY", "INVALID_PROPERTY"]


@pytest.mark.rule("B23")
def test_b23_create_is_all_or_nothing_and_not_idempotent(desk: ApiCaller) -> None:
    from pdm_nb.sim.world.records import Upload

    good = {"file_name": "a.pdf", "mime_type": "application/pdf"}
    create(desk, [good, {"file_name": ""}], 400)
    assert list(desk.sim._core.store.rows(Upload)) == []
    one = create(desk, [good], 201).json()["data"]
    two = create(desk, [good], 201).json()["data"]
    assert one[0]["id"] != two[0]["id"]


@pytest.mark.rule("B23")
def test_b23_a_hundred_a_call(desk: ApiCaller) -> None:
    good = {"file_name": "a.pdf", "mime_type": "application/pdf"}
    assert len(create(desk, [good] * 100, 201).json()["data"]) == 100
    create(desk, [good] * 101, 400)
    update(desk, [{"id": NOBODY}] * 101, 400)
    path = desk.dm("document_uploads/selected_uploads", "2.2")
    desk.call("POST", path, {"ids": [NOBODY] * 101}, 400)


@pytest.mark.rule("B23", "B32")
def test_b23_and_b32_incomplete_ones_are_nowhere(desk: ApiCaller) -> None:
    [upload] = desk.create("a.pdf")
    assert listed(desk) == []
    path = desk.dm("document_uploads/selected_uploads", "2.2")
    assert desk.data("POST", path, {"ids": [upload]}) == []
    refused = desk.call("GET", desk.dm(f"document_uploads/{upload}", "2.1"), status=404)
    assert reasons(refused) == ["UPLOAD_NOT_FOUND"]
    assert desk.submit(upload, status=422)["details"][0]["reason_code"] == "UPLOAD_NOT_FOUND"
    desk.update(upload, file_upload_id=desk.stored(), upload_status="COMPLETED")
    assert listed(desk) == [upload]
    assert desk.show(upload)["upload_status"] == "COMPLETED"


@pytest.mark.rule("B24")
def test_b24_uploader_and_author_are_the_caller(desk: ApiCaller) -> None:
    shown = desk.show(desk.completed())
    assert desk.labels(shown, "uploaded_by") == desk.labels(shown, "authored_by") == ["Demo Service Account"]


@pytest.mark.rule("B25")
def test_b25_failed_holds_what_could_not_be_verified_and_leaves_it_alone(desk: ApiCaller) -> None:
    good, bad = desk.create("a.pdf", "b.pdf")
    raw = desk.announce(b"never sent").json()["data"]["upload_id"]
    params = [
        {"id": good, "file_upload_id": desk.stored(), "upload_status": "COMPLETED"},
        {"id": bad, "file_upload_id": raw, "upload_status": "COMPLETED", "fields": desk.fields(scale="1:50")},
    ]
    answer = update(desk, params).json()["data"]
    assert answer["success"] == [{"id": good}]
    assert [(item["id"], item["code"]) for item in answer["failed"]] == [(bad, 409)]
    desk.update(bad, file_upload_id=desk.stored(), upload_status="COMPLETED")
    assert desk.labels(desk.show(bad), "scale") == []


@pytest.mark.rule("B26")
def test_b26_unknown_ids_are_dropped_in_silence(desk: ApiCaller) -> None:
    upload = desk.completed()
    answer = update(desk, [{"id": NOBODY}, {"id": upload}]).json()["data"]
    assert answer == {"success": [{"id": upload}], "failed": []}
    assert update(desk, [{"id": NOBODY}]).json()["data"] == {"success": [], "failed": []}
    update(desk, [{"id": "not-a-ulid"}], 400)


@pytest.mark.rule("B27")
def test_b27_to_repeat_an_update_is_safe_and_a_4xx_applies_nothing(desk: ApiCaller) -> None:
    upload, file = desk.create("a.pdf")[0], desk.stored()
    item = {"file_upload_id": file, "upload_status": "COMPLETED", "fields": desk.fields(scale="1:50")}
    for _ in range(2):
        assert desk.update(upload, **item).json()["data"] == {"success": [{"id": upload}], "failed": []}
    other = desk.completed("b.pdf")
    before = desk.show(other)
    wrong = {"id": upload, "fields": [{"id": "no-field", "values": ["x"]}]}
    update(desk, [{"id": other, "fields": desk.fields(scale="1:9")}, wrong], 400)
    assert desk.show(other) == before


@pytest.mark.rule("B28")
def test_b28_a_file_that_another_upload_has(desk: ApiCaller) -> None:
    one, two, three = desk.create("a.pdf", "b.pdf", "c.pdf")
    file = desk.stored()
    desk.update(one, file_upload_id=file, upload_status="COMPLETED")
    desk.update(two, 500, file_upload_id=file)
    fresh = desk.stored()
    both = [{"id": two, "file_upload_id": fresh}, {"id": three, "file_upload_id": fresh}]
    update(desk, both, 500)
    desk.update(three, file_upload_id=fresh)  # nothing of the refused call was kept (B27)


@pytest.mark.rule("B28")
def test_b28_completed_without_a_file(desk: ApiCaller) -> None:
    one, two = desk.create("a.pdf", "b.pdf")
    good = {"id": one, "file_upload_id": desk.stored(), "upload_status": "COMPLETED"}
    update(desk, [good, {"id": two, "upload_status": "COMPLETED"}], 500)
    assert listed(desk) == []


def inactive(desk: ApiCaller) -> dict[str, Any]:
    field = desk.project.by_name["originator"]
    return values(desk, "originator", next(value.id for value in field.values if not value.active))


@pytest.mark.rule("B29", "B39")
@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (lambda desk: values(desk, "type", "Drawing"), "fields.0.values.0 is not the id of a value of type"),
        (inactive, "fields.0.values.0 is an inactive value of originator"),
        (
            lambda desk: values(desk, "workflow_state", "x"),
            "fields.0.id is the readonly field workflow_state",
        ),
        (lambda desk: values(desk, "legacy_code", "x"), "fields.0.id is the inactive field legacy_code"),
        (lambda desk: values(desk, "asset_value", "12,5"), "fields.0.values.0 must be a number, as a string"),
        (lambda desk: values(desk, "authored_by", "99"), "fields.0.values.0 is not the id of a project user"),
        (
            lambda desk: values(desk, "scale", "1", "2"),
            "fields.0.values must hold one value, scale takes no more",
        ),
        (lambda desk: {"id": "number", "values": ["1"]}, "fields.0.id names no field of this project"),
        (
            lambda desk: values(desk, "scale", "1") | {"label_source": "SYSTEM"},
            "fields.0.label_source must not be SYSTEM",
        ),
        (lambda desk: values(desk, "scale") | {"values": "1"}, "fields.0.values must be an array"),
        (lambda desk: values(desk, "scale") | {"values": [1]}, "fields.0.values.0 must be a string"),
    ],
)
def test_b29_and_b39_what_cannot_be_set(
    desk: ApiCaller, wrong: Callable[[ApiCaller], dict[str, Any]], fault: str
) -> None:
    [upload] = desk.create("a.pdf")
    refused = desk.update(upload, 400, fields=[wrong(desk)])
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
def test_b29_timestamps_are_iso_8601_utc(desk: ApiCaller, text: str, good: bool) -> None:
    [upload] = desk.create("a.pdf")
    desk.update(upload, 207 if good else 400, fields=desk.fields(handover_date=text))


@pytest.mark.rule("B29")
def test_b29_every_type_can_be_set(desk: ApiCaller) -> None:
    wanted: dict[str, Any] = {
        "number": "12",
        "notes": "<p>Sample</p>",
        "asset_value": "-12.5",
        "handover_date": "2026-01-31T00:00:00Z",
        "status": "S0",
        "authored_by": str(desk.world.users[2].id),
        "trades": [value.id for value in desk.project.by_name["trades"].values if value.active][:3],
    }
    shown = desk.show(desk.completed("a.pdf", **wanted))
    for name, given in wanted.items():
        field = desk.field(shown, name)
        assert field["label_source"] == "MANUAL"
        assert len(field["values"]) == (len(given) if isinstance(given, list) else 1)
    assert desk.labels(shown, "notes") == ["<p>Sample</p>"]
    assert desk.field(shown, "status")["values"][0]["code"] == "S0"


@pytest.mark.rule("B30")
def test_b30_only_empty_fields(desk: ApiCaller) -> None:
    upload = desk.completed(scale="1:50")
    params = [{"id": upload, "fields": desk.fields(scale="1:20", notes="new")}]
    update(desk, params, only_update_empty_fields=True)
    assert desk.labels(desk.show(upload), "scale") == ["1:50"]
    assert desk.labels(desk.show(upload), "notes") == ["new"]
    update(desk, params)
    assert desk.labels(desk.show(upload), "scale") == ["1:20"]


@pytest.mark.rule("B30")
def test_b30_leaves_what_ml_said(desk: ApiCaller) -> None:
    upload = desk.completed()
    desk.sim.wait_ml()
    update(desk, [{"id": upload, "fields": desk.fields(number="B-9")}], only_update_empty_fields=True)
    assert desk.field(desk.show(upload), "number")["label_source"] == "ML"


@pytest.mark.rule("B31")
def test_b31_every_change_is_an_event(desk: ApiCaller, clock: sim.ManualClock) -> None:
    upload = desk.completed()
    seen = [desk.show(upload)["latest_event_id"]]
    desk.update(upload, fields=desk.fields(scale="1:50"))
    seen.append(desk.show(upload)["latest_event_id"])
    clock.advance(1)  # scraping
    seen.append(desk.show(upload)["latest_event_id"])
    desk.sim.wait_ml()
    seen.append(desk.show(upload)["latest_event_id"])
    assert seen == sorted(set(seen))


@pytest.mark.rule("B29")
def test_values_can_be_cleared(desk: ApiCaller) -> None:
    upload = desk.completed(scale="1:50")
    desk.update(upload, fields=desk.fields(scale=[]))
    field = desk.field(desk.show(upload), "scale")
    assert (field["values"], field["label_source"]) == ([], "NONE")


@pytest.mark.rule("B33")
def test_b33_a_computed_name_is_put_together_from_the_standard(make: Callable[..., ApiCaller]) -> None:
    desk = make(scenario="us-ncs")
    upload = desk.completed("scan 7.pdf", type="Drawing", discipline="A", number="101")
    shown = desk.show(upload)
    name = desk.field(shown, "name")
    assert name["variant"] == "computed"
    assert name["label_source"] == "SYSTEM"
    assert desk.labels(shown, "name") == ["A-101"]
    desk.update(upload, fields=desk.fields(type="Specification"))  # a rule without a standard
    assert desk.labels(desk.show(upload), "name") == ["scan 7"]


@pytest.mark.rule("B40")
def test_b40_criteria_and_containers(make: Callable[..., ApiCaller]) -> None:
    desk = make(scenario="iso19650")
    one = desk.completed("a.pdf", **NAMED)
    two = desk.completed("b.pdf", **NAMED)
    three = desk.completed("b.pdf", "image/png", **NAMED)
    assert desk.show(one)["document_container_id"] is None, "not known while ML may still change it"
    desk.sim.wait_ml()
    first, second, third = map(desk.show, (one, two, three))
    assert first["match_criteria"] == "RST-DEM-V1-ZZ-DR-A-0101|application/pdf"
    assert first["document_container_id"] == second["document_container_id"] is not None
    assert first["document_container_id"] != third["document_container_id"]
    desk.update(two, fields=desk.fields(number="0102"))  # what changes the criteria moves it
    moved = desk.show(two)
    assert moved["document_container_id"] not in (None, first["document_container_id"])


def test_list_search_and_sort(desk: ApiCaller) -> None:
    one, two = desk.completed("beta.txt", "text/plain"), desk.completed("alpha.txt", "text/plain")
    assert listed(desk) == [one, two]
    assert listed(desk, sort="name") == [two, one]
    assert listed(desk, sort="-created_at") == [two, one]
    assert listed(desk, search="ALPHA") == [two]
    desk.call("GET", desk.dm("document_uploads", "2.1"), status=400, sort="no_such")
    assert [row["id"] for row in desk.data("GET", desk.dm("document_uploads"))] == [one, two]


@pytest.mark.rule("B9")
def test_selected_pages_by_ten_and_leaves_out_the_unknown(desk: ApiCaller) -> None:
    """B9: the default of ten rows bites here too."""
    uploads = [desk.ready(f"{n}.txt") for n in range(12)]
    path = desk.dm("document_uploads/selected_uploads", "2.2")
    assert len(desk.data("POST", path, {"ids": uploads})) == 10
    rows = desk.data("POST", path, {"ids": [*uploads, NOBODY]}, per_page=100)
    assert [row["id"] for row in rows] == uploads
    for version in ("2.0", "2.1"):
        older = desk.dm("document_uploads/selected_uploads", version)
        desk.call("POST", older, {"ids": uploads}, 201)


@pytest.mark.rule("B50", reading="deleted_status=404")
@pytest.mark.rule("B50", reading="deleted_status=410")
@pytest.mark.parametrize("status", [404, 410])
def test_b50_deleted_by_a_person(make: Callable[..., ApiCaller], status: int) -> None:
    desk = make(deleted_status=status)
    kept, gone = desk.ready("a.txt"), desk.ready("b.txt")
    desk.sim.delete_upload(gone)
    desk.call("GET", desk.dm(f"document_uploads/{gone}", "2.1"), status=status)
    assert listed(desk) == [kept]
    path = desk.dm("document_uploads/selected_uploads", "2.2")
    assert [row["id"] for row in desk.data("POST", path, {"ids": [kept, gone]})] == [kept]
    bin_ = desk.dm("document_uploads/recycled_uploads", "2.1")
    assert [row["id"] for row in desk.data("GET", bin_)] == [gone]
    assert desk.update(gone).json()["data"] == {"success": [], "failed": []}
    assert desk.submit(gone, status=422)["details"][0]["reason_code"] == "UPLOAD_NOT_FOUND"


@pytest.mark.rule("B52")
def test_b52_without_the_permission_to_upload(make: Callable[..., ApiCaller]) -> None:
    desk = make(scenario="no-permission")
    refused = create(desk, [{"file_name": "a.pdf", "mime_type": "application/pdf"}], 403)
    assert reasons(refused) == ["ACCESS_DENIED"]


@pytest.mark.rule("B65")
def test_b65_users_who_are_not_admins_see_only_their_own_uploads(make: Callable[..., ApiCaller]) -> None:
    for level, seen in (("Standard", 1), ("Admin", 2)):
        desk = make(access_level=level)
        upload = desk.ready("mine.txt")
        theirs = desk.ready("theirs.txt")
        from dataclasses import replace

        from pdm_nb.sim.world.records import Upload

        store = desk.sim._core.store
        store.put(replace(store.get(Upload, theirs), owner=desk.world.users[4].id))
        assert len(listed(desk)) == seen
        assert upload in listed(desk)
        expected = [upload] if seen == 1 else [upload, theirs]
        assert [
            s["id"] for s in update(desk, [{"id": upload}, {"id": theirs}]).json()["data"]["success"]
        ] == expected


@pytest.mark.rule("B16", "B26")
def test_a_malformed_id_and_one_of_another_project(desk: ApiCaller) -> None:
    upload = desk.ready()
    desk.call("GET", desk.dm("document_uploads/short", "2.1"), status=400)
    desk.project = desk.world.projects[1]
    desk.call("GET", desk.dm(f"document_uploads/{upload}", "2.1"), status=404)
    assert desk.update(upload).json()["data"]["success"] == []


def test_a_completed_upload_stays_completed(desk: ApiCaller) -> None:
    upload = desk.completed()
    desk.update(upload, 400, upload_status="INCOMPLETE")


def test_update_all_applies_one_items_fields_to_every_listed_upload(desk: ApiCaller) -> None:
    one, two = desk.ready("a.txt"), desk.ready("b.txt")
    update(desk, [{"id": one, "fields": desk.fields(scale="1:7")}], update_all_document_uploads=True)
    assert [desk.labels(desk.show(u), "scale") for u in (one, two)] == [["1:7"], ["1:7"]]


def test_a_sorted_list_knows_of_what_changed_between_its_pages(desk: ApiCaller) -> None:
    one, two, three = (desk.completed(f"{name}.pdf", description=name) for name in "bca")
    path, asked = (
        desk.dm("document_uploads", "2.1"),
        {"sort": "description", "view": "ids_only", "per_page": 100},
    )
    assert desk.data("GET", path, **asked) == [three, one, two]
    assert desk.data("GET", path, **asked | {"sort": "-description"}) == [two, one, three]
    desk.update(three, fields=desk.fields(description="z"))
    assert desk.data("GET", path, **asked) == [one, two, three]
    desk.sim.delete_upload(two)
    assert desk.data("GET", path, **asked) == [one, three]
    bin_ = desk.dm("document_uploads/recycled_uploads", "2.1")
    desk.sim.delete_upload(one)
    assert desk.data("GET", bin_, **asked | {"sort": "-description"}) == [two, one]
    assert desk.data("GET", bin_, **asked | {"search": "b.pdf"}) == [one]
