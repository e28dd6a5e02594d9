"""Rules of uploads that no other file tests (B23–B33, B39, B40)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pdm_nb import sim
from pdm_nb.sim.world.records import Upload
from tests.support.simulator.api_caller import ApiCaller, messages, reasons
from tests.support.simulator.rule_requests import NOBODY
from tests.support.simulator.upload_calls import NAMED, listed, update, values

Make = Callable[..., ApiCaller]


def record(desk: ApiCaller, upload: str) -> Upload:
    found = desk.sim._core.store.get(Upload, upload)
    assert found is not None
    return found


# -- create and update
@pytest.mark.rule("B23", "B32", reading="deleted_status=410")
def test_b23_what_was_never_completed_is_in_no_list_the_bin_neither(make: Make) -> None:
    desk = make(deleted_status=410)
    [upload] = desk.create("a.pdf")
    desk.sim.delete_upload(upload)
    assert desk.data("GET", desk.dm("document_uploads/recycled_uploads", "2.1")) == []
    desk.call("GET", desk.dm(f"document_uploads/{upload}", "2.1"), status=404)
    for version in ("2.0", "2.1"):
        assert desk.data("GET", desk.dm("document_uploads", version)) == []


@pytest.mark.rule("B24")
def test_b24_each_has_an_id_and_who_calls_is_its_author(desk: ApiCaller) -> None:
    me = desk.become(3)
    ids = desk.create("a.pdf", "b.pdf")
    assert len(set(ids)) == 2
    assert [record(desk, upload).file_name for upload in ids] == ["a.pdf", "b.pdf"], (
        "in the order of the request"
    )
    shown = desk.show(desk.completed())
    for name in ("uploaded_by", "authored_by"):
        assert [value["id"] for value in desk.field(shown, name)["values"]] == [me]
    other = str(desk.world.users[4].id)
    shown = desk.show(desk.completed(authored_by=other))
    assert [value["id"] for value in desk.field(shown, "authored_by")["values"]] == [other], (
        "a default, no more"
    )
    assert [value["id"] for value in desk.field(shown, "uploaded_by")["values"]] == [me]


@pytest.mark.rule("B25")
def test_b25_files_are_verified_when_completed_is_set_and_at_no_other_time(desk: ApiCaller) -> None:
    upload = desk.ready()
    assert desk.update(upload, fields=desk.fields(scale="1:5")).json()["data"]["failed"] == []
    desk.become(3)  # an admin as well, but not the creator of the file (B60)
    answer = desk.update(upload, fields=desk.fields(scale="1:7")).json()["data"]
    assert answer == {"success": [{"id": upload}], "failed": []}
    assert desk.labels(desk.show(upload), "scale") == ["1:7"]
    [failed] = desk.update(upload, upload_status="COMPLETED").json()["data"]["failed"]
    assert failed["id"] == upload
    assert isinstance(failed["code"], int)
    assert failed["message"]


@pytest.mark.rule("B25")
@pytest.mark.parametrize("state", ["ready", "receiving", "failed", "unknown"])
def test_b25_every_way_in_which_a_file_cannot_be_verified(make: Make, state: str) -> None:
    desk = make(late_mismatch=True)
    file = desk.announce(b"x" * 5_242_881, b"y").json()["data"]
    path, etags = f"{desk.files}/{file['upload_id']}", []
    if state in ("receiving", "failed"):
        for segment, body in zip(file["segments"], (b"z" * 5_242_881, b"y"), strict=True):
            etags.append(desk.put(segment, body).headers["ETag"].strip('"'))
        told = etags if state == "failed" else [etags[0], None]
        assert desk.data("PATCH", path, {"part_etags": told})["status"] == state
    [upload] = desk.create("a.pdf")
    named = NOBODY if state == "unknown" else file["upload_id"]
    answer = desk.update(upload, file_upload_id=named, upload_status="COMPLETED").json()["data"]
    assert answer["success"] == []
    assert [item["id"] for item in answer["failed"]] == [upload]
    assert listed(desk) == []


@pytest.mark.rule("B27")
def test_b27_to_complete_again_begins_nothing_again(desk: ApiCaller, clock: sim.ManualClock) -> None:
    upload = desk.completed("scan.pdf", number="X-1")
    desk.sim.wait_ml()
    before = desk.show(upload)
    clock.advance(60)
    again = {"file_upload_id": record(desk, upload).file_id, "upload_status": "COMPLETED"}
    answer = desk.update(upload, **again, fields=desk.fields(number="X-1")).json()["data"]
    assert answer == {"success": [{"id": upload}], "failed": []}
    after = desk.show(upload)
    for shown in (before, after):
        del shown["latest_event_id"]
        shown["fields"].remove(desk.field(shown, "updated_at"))
    assert after == before


@pytest.mark.rule("B28", "B60")
def test_b28_a_500_applies_nothing_to_any_of_the_batch(desk: ApiCaller) -> None:
    taken = desk.stored()
    one, two = desk.ready("a.txt"), desk.create("b.pdf")[0]
    desk.update(desk.create("c.pdf")[0], file_upload_id=taken)
    before = desk.show(one)
    item = {"id": two, "file_upload_id": taken}
    refused = update(desk, [{"id": one, "fields": desk.fields(scale="1:9")}, item], 500)
    assert reasons(refused) == ["INTERNAL_ERROR"]
    assert desk.show(one) == before


@pytest.mark.rule("B29")
def test_b29_one_value_for_a_list_entry_several_for_entries(desk: ApiCaller) -> None:
    [upload] = desk.create("a.pdf")
    for name, taken in (("status", False), ("trades", True)):
        ids = [value.id for value in desk.project.by_name[name].values if value.active][:2]
        answer = desk.update(upload, 207 if taken else 400, fields=[values(desk, name, *ids)])
        if not taken:
            assert reasons(answer) == ["INVALID_PROPERTY"]
    other = desk.project.by_name["type"].values[0].id
    desk.update(upload, 400, fields=[values(desk, "status", other)])  # a value, but of another field


@pytest.mark.rule("B29")
@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("12", True),
        ("-0.5", True),
        ("1e3", True),
        ("1,5", False),
        ("12 m", False),
        ("NaN", False),
        ("１２", False),
        ("٣", False),
    ],
)
def test_b29_numbers_are_strings_that_are_numbers(desk: ApiCaller, text: str, good: bool) -> None:
    [upload] = desk.create("a.pdf")
    desk.update(upload, 207 if good else 400, fields=desk.fields(asset_value=text))
    desk.update(upload, 400, fields=[values(desk, "asset_value") | {"values": [12]}])


@pytest.mark.rule("B30", "B37")
def test_b30_empty_fields_alone_whoever_filled_the_others(desk: ApiCaller) -> None:
    upload = desk.completed("RST-DEM-V1-ZZ-DR-A-0101.pdf", scale="1:50")
    desk.sim.wait_ml()
    before = {field["name"]: field for field in desk.show(upload)["fields"]}
    sources = {before[name]["label_source"] for name in ("scale", "number", "description")}
    assert sources == {"MANUAL", "FILENAME_SCRAPING", "ML"}
    wanted = desk.fields(
        scale="1:9", number="9", description="9", notes="9", authored_by=str(desk.world.users[3].id)
    )
    update(desk, [{"id": upload, "fields": wanted}], only_update_empty_fields=True)
    after = {field["name"]: field for field in desk.show(upload)["fields"]}
    assert {name for name in after if after[name] != before[name]} == {"notes"}


@pytest.mark.rule("B31")
def test_b31_an_event_for_each_kind_of_change_and_none_for_a_failed_one(desk: ApiCaller) -> None:
    upload = desk.completed("notes.txt", "text/plain")
    desk.sim.wait_ml()
    events = [desk.event(upload)]
    for change in (
        {"file_locked": True},
        {"fields": desk.fields(scale="1:5")},
        {"fields": desk.fields(**NAMED)},
    ):
        desk.update(upload, **change)
        events.append(desk.show(upload)["latest_event_id"])
    desk.sim.touch_upload(upload)
    events.append(desk.event(upload))
    assert len(set(events)) == 5
    desk.update(upload, 400, fields=[{"id": "nothing", "values": []}])
    failed = desk.update(upload, file_upload_id=NOBODY, upload_status="COMPLETED").json()["data"]["failed"]
    assert len(failed) == 1
    assert desk.event(upload) == events[-1]


@pytest.mark.rule("B32", "B35")
def test_b32_nothing_is_read_before_completion(make: Make, clock: sim.ManualClock) -> None:
    read: list[Any] = []
    desk = make(reader=lambda source: read.append(source))
    [upload] = desk.create("RST-DEM-V1-ZZ-DR-A-0101.pdf")
    desk.update(upload, file_upload_id=desk.stored())
    clock.advance(120)
    assert (read, record(desk, upload).ml, record(desk, upload).scraping) == (
        [],
        "not_applicable",
        "not_applicable",
    )
    desk.update(upload, upload_status="COMPLETED")
    desk.sim.wait_ml()
    assert len(read) == 1
    assert desk.show(upload)["integration_statuses"]["filename_scraping"] == "completed"


@pytest.mark.rule("B23", "B32")
@pytest.mark.parametrize("status", ["INCOMPLETE", "PLACEHOLDER"])
def test_b32_no_other_status_makes_it_seen(desk: ApiCaller, status: str) -> None:
    [upload] = desk.create("a.pdf")
    desk.update(upload, file_upload_id=desk.stored(), upload_status=status)
    assert listed(desk) == []
    desk.call("GET", desk.dm(f"document_uploads/{upload}", "2.1"), status=404)
    assert desk.submit(upload, status=422)["details"][0]["reason_code"] == "UPLOAD_NOT_FOUND"


@pytest.mark.rule("B39")
@pytest.mark.parametrize("source", ["MANUAL", "FILENAME_SCRAPING", "ML", "CONTAINER_MATCH"])
def test_b39_a_caller_may_say_where_a_value_is_from(desk: ApiCaller, source: str) -> None:
    field = {**values(desk, "scale", "1:50"), "label_source": source, "confidence_score": 0.5}
    upload = desk.completed("a.txt", "text/plain")
    desk.update(upload, fields=[field])
    told = desk.field(desk.show(upload), "scale")
    assert (told["label_source"], told["confidence_score"]) == (source, 0.5)
    refused = desk.update(upload, 400, fields=[field | {"confidence_score": 1.5}])
    assert messages(refused) == ["update_params.0.fields.0.confidence_score must be at most 1"]
    desk.update(upload, 400, fields=[field | {"label_source": "GUESS"}])


@pytest.mark.rule("B39")
def test_b39_a_container_match_is_kept_after_reading(desk: ApiCaller) -> None:
    field = {**values(desk, "number", "7"), "label_source": "CONTAINER_MATCH"}
    upload = desk.completed("RST-DEM-V1-ZZ-DR-A-0101.pdf")
    desk.update(upload, fields=[field])
    desk.sim.wait_ml()
    told = desk.field(desk.show(upload), "number")
    assert (told["label_source"], [value["label"] for value in told["values"]]) == ("CONTAINER_MATCH", ["7"])


# -- names and containers
@pytest.mark.rule("B33", "B40")
def test_b40_what_is_read_from_the_name_moves_it_too(make: Make, clock: sim.ManualClock) -> None:
    desk = make(scenario="iso19650")
    upload = desk.completed("RST-DEM-V1-ZZ-DR-A-0101 (copy).pdf", **{**NAMED, "number": "0101"})
    before = record(desk, upload)
    other = desk.completed("RST-DEM-V1-ZZ-DR-A-0102.pdf")
    unread = record(desk, other)
    desk.sim.wait_ml()
    assert record(desk, upload).container_id == before.container_id, "its codes were set by the caller"
    assert desk.labels(desk.show(other), "name") == ["RST-DEM-V1-ZZ-DR-A-0102"]
    assert unread.container_id == record(desk, other).container_id, "named as its file, it moves nowhere"
    desk.update(other, fields=desk.fields(number="0101"))
    assert record(desk, other).container_id == before.container_id
    desk.update(other, fields=desk.fields(scale="1:9"))
    assert record(desk, other).container_id == before.container_id, "not part of the criteria"


@pytest.mark.rule("B40", "B41")
def test_b40_a_moved_upload_becomes_a_revision_of_where_it_is_now(make: Make) -> None:
    desk = make(scenario="iso19650")
    first = desk.submit(
        desk.completed(
            "a.txt", "text/plain", **NAMED, status="S0", revision="P01", date_authored="2026-01-01T00:00:00Z"
        )
    )
    moved = desk.completed(
        "b.txt",
        "text/plain",
        **{**NAMED, "number": "9"},
        status="S0",
        revision="P02",
        date_authored="2026-01-01T00:00:00Z",
    )
    desk.update(moved, fields=desk.fields(number=NAMED["number"]))
    one, two = desk.revisions(*first["ids"], *desk.submit(moved)["ids"])
    assert one["document_container_id"] == two["document_container_id"]
    assert [desk.labels(row, "version") for row in (one, two)] == [["1"], ["2"]]
