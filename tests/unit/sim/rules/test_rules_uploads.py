"""Rules of uploads that no other file tests (B23–B33, B39, B40)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pdm_nb import sim
from pdm_nb.sim.world.records import Upload
from tests.support.simulator.api_caller import ApiCaller, messages, reasons
from tests.support.simulator.rule_requests import UNKNOWN_ID
from tests.support.simulator.upload_calls import NAMED, listed, update, values

Make = Callable[..., ApiCaller]


def record(caller: ApiCaller, upload: str) -> Upload:
    found = caller.sim._core.store.get(Upload, upload)
    assert found is not None
    return found


# -- create and update
@pytest.mark.rule("B23", "B32", reading="deleted_status=410")
def test_b23_what_was_never_completed_is_in_no_list_the_bin_neither(make: Make) -> None:
    caller = make(deleted_status=410)
    [upload] = caller.create("a.pdf")
    caller.sim.delete_upload(upload)
    assert caller.data("GET", caller.dm("document_uploads/recycled_uploads", "2.1")) == []
    caller.call("GET", caller.dm(f"document_uploads/{upload}", "2.1"), status=404)
    for version in ("2.0", "2.1"):
        assert caller.data("GET", caller.dm("document_uploads", version)) == []


@pytest.mark.rule("B24")
def test_b24_each_has_an_id_and_who_calls_is_its_author(caller: ApiCaller) -> None:
    me = caller.become(3)
    ids = caller.create("a.pdf", "b.pdf")
    assert len(set(ids)) == 2
    assert [record(caller, upload).file_name for upload in ids] == ["a.pdf", "b.pdf"], (
        "in the order of the request"
    )
    shown = caller.show(caller.completed())
    for name in ("uploaded_by", "authored_by"):
        assert [value["id"] for value in caller.field(shown, name)["values"]] == [me]
    other = str(caller.world.users[4].id)
    shown = caller.show(caller.completed(authored_by=other))
    assert [value["id"] for value in caller.field(shown, "authored_by")["values"]] == [other], (
        "a default, no more"
    )
    assert [value["id"] for value in caller.field(shown, "uploaded_by")["values"]] == [me]


@pytest.mark.rule("B25")
def test_b25_files_are_verified_when_completed_is_set_and_at_no_other_time(caller: ApiCaller) -> None:
    upload = caller.ready()
    assert caller.update(upload, fields=caller.fields(scale="1:5")).json()["data"]["failed"] == []
    caller.become(3)  # an admin as well, but not the creator of the file (B60)
    answer = caller.update(upload, fields=caller.fields(scale="1:7")).json()["data"]
    assert answer == {"success": [{"id": upload}], "failed": []}
    assert caller.labels(caller.show(upload), "scale") == ["1:7"]
    [failed] = caller.update(upload, upload_status="COMPLETED").json()["data"]["failed"]
    assert failed["id"] == upload
    assert isinstance(failed["code"], int)
    assert failed["message"]


@pytest.mark.rule("B25")
@pytest.mark.parametrize("state", ["ready", "receiving", "failed", "unknown"])
def test_b25_every_way_in_which_a_file_cannot_be_verified(make: Make, state: str) -> None:
    caller = make(late_mismatch=True)
    file = caller.announce(b"x" * 5_242_881, b"y").json()["data"]
    path, etags = f"{caller.files}/{file['upload_id']}", []
    if state in ("receiving", "failed"):
        for segment, body in zip(file["segments"], (b"z" * 5_242_881, b"y"), strict=True):
            etags.append(caller.put(segment, body).headers["ETag"].strip('"'))
        told = etags if state == "failed" else [etags[0], None]
        assert caller.data("PATCH", path, {"part_etags": told})["status"] == state
    [upload] = caller.create("a.pdf")
    named = UNKNOWN_ID if state == "unknown" else file["upload_id"]
    answer = caller.update(upload, file_upload_id=named, upload_status="COMPLETED").json()["data"]
    assert answer["success"] == []
    assert [item["id"] for item in answer["failed"]] == [upload]
    assert listed(caller) == []


@pytest.mark.rule("B27")
def test_b27_to_complete_again_begins_nothing_again(caller: ApiCaller, clock: sim.ManualClock) -> None:
    upload = caller.completed("scan.pdf", number="X-1")
    caller.sim.wait_ml()
    before = caller.show(upload)
    clock.advance(60)
    again = {"file_upload_id": record(caller, upload).file_id, "upload_status": "COMPLETED"}
    answer = caller.update(upload, **again, fields=caller.fields(number="X-1")).json()["data"]
    assert answer == {"success": [{"id": upload}], "failed": []}
    after = caller.show(upload)
    for shown in (before, after):
        del shown["latest_event_id"]
        shown["fields"].remove(caller.field(shown, "updated_at"))
    assert after == before


@pytest.mark.rule("B28", "B60")
def test_b28_a_500_applies_nothing_to_any_of_the_batch(caller: ApiCaller) -> None:
    taken = caller.stored()
    one, two = caller.ready("a.txt"), caller.create("b.pdf")[0]
    caller.update(caller.create("c.pdf")[0], file_upload_id=taken)
    before = caller.show(one)
    item = {"id": two, "file_upload_id": taken}
    refused = update(caller, [{"id": one, "fields": caller.fields(scale="1:9")}, item], 500)
    assert reasons(refused) == ["INTERNAL_ERROR"]
    assert caller.show(one) == before


@pytest.mark.rule("B29")
def test_b29_one_value_for_a_list_entry_several_for_entries(caller: ApiCaller) -> None:
    [upload] = caller.create("a.pdf")
    for name, taken in (("status", False), ("trades", True)):
        ids = [value.id for value in caller.project.by_name[name].values if value.active][:2]
        answer = caller.update(upload, 207 if taken else 400, fields=[values(caller, name, *ids)])
        if not taken:
            assert reasons(answer) == ["INVALID_PROPERTY"]
    other = caller.project.by_name["type"].values[0].id
    caller.update(upload, 400, fields=[values(caller, "status", other)])  # a value, but of another field


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
def test_b29_numbers_are_strings_that_are_numbers(caller: ApiCaller, text: str, good: bool) -> None:
    [upload] = caller.create("a.pdf")
    caller.update(upload, 207 if good else 400, fields=caller.fields(asset_value=text))
    caller.update(upload, 400, fields=[values(caller, "asset_value") | {"values": [12]}])


@pytest.mark.rule("B30", "B37")
def test_b30_empty_fields_alone_whoever_filled_the_others(caller: ApiCaller) -> None:
    upload = caller.completed("RST-DEM-V1-ZZ-DR-A-0101.pdf", scale="1:50")
    caller.sim.wait_ml()
    before = {field["name"]: field for field in caller.show(upload)["fields"]}
    sources = {before[name]["label_source"] for name in ("scale", "number", "description")}
    assert sources == {"MANUAL", "FILENAME_SCRAPING", "ML"}
    wanted = caller.fields(
        scale="1:9", number="9", description="9", notes="9", authored_by=str(caller.world.users[3].id)
    )
    update(caller, [{"id": upload, "fields": wanted}], only_update_empty_fields=True)
    after = {field["name"]: field for field in caller.show(upload)["fields"]}
    assert {name for name in after if after[name] != before[name]} == {"notes"}


@pytest.mark.rule("B31")
def test_b31_an_event_for_each_kind_of_change_and_none_for_a_failed_one(caller: ApiCaller) -> None:
    upload = caller.completed("notes.txt", "text/plain")
    caller.sim.wait_ml()
    events = [caller.event(upload)]
    for change in (
        {"file_locked": True},
        {"fields": caller.fields(scale="1:5")},
        {"fields": caller.fields(**NAMED)},
    ):
        caller.update(upload, **change)
        events.append(caller.show(upload)["latest_event_id"])
    caller.sim.touch_upload(upload)
    events.append(caller.event(upload))
    assert len(set(events)) == 5
    caller.update(upload, 400, fields=[{"id": "nothing", "values": []}])
    failed = caller.update(upload, file_upload_id=UNKNOWN_ID, upload_status="COMPLETED").json()["data"][
        "failed"
    ]
    assert len(failed) == 1
    assert caller.event(upload) == events[-1]


@pytest.mark.rule("B32", "B35")
def test_b32_nothing_is_read_before_completion(make: Make, clock: sim.ManualClock) -> None:
    read: list[Any] = []
    caller = make(reader=lambda source: read.append(source))
    [upload] = caller.create("RST-DEM-V1-ZZ-DR-A-0101.pdf")
    caller.update(upload, file_upload_id=caller.stored())
    clock.advance(120)
    assert (read, record(caller, upload).ml, record(caller, upload).scraping) == (
        [],
        "not_applicable",
        "not_applicable",
    )
    caller.update(upload, upload_status="COMPLETED")
    caller.sim.wait_ml()
    assert len(read) == 1
    assert caller.show(upload)["integration_statuses"]["filename_scraping"] == "completed"


@pytest.mark.rule("B23", "B32")
@pytest.mark.parametrize("status", ["INCOMPLETE", "PLACEHOLDER"])
def test_b32_no_other_status_makes_it_seen(caller: ApiCaller, status: str) -> None:
    [upload] = caller.create("a.pdf")
    caller.update(upload, file_upload_id=caller.stored(), upload_status=status)
    assert listed(caller) == []
    caller.call("GET", caller.dm(f"document_uploads/{upload}", "2.1"), status=404)
    assert caller.submit(upload, status=422)["details"][0]["reason_code"] == "UPLOAD_NOT_FOUND"


@pytest.mark.rule("B39")
@pytest.mark.parametrize("source", ["MANUAL", "FILENAME_SCRAPING", "ML", "CONTAINER_MATCH"])
def test_b39_a_caller_may_say_where_a_value_is_from(caller: ApiCaller, source: str) -> None:
    field = {**values(caller, "scale", "1:50"), "label_source": source, "confidence_score": 0.5}
    upload = caller.completed("a.txt", "text/plain")
    caller.update(upload, fields=[field])
    told = caller.field(caller.show(upload), "scale")
    assert (told["label_source"], told["confidence_score"]) == (source, 0.5)
    refused = caller.update(upload, 400, fields=[field | {"confidence_score": 1.5}])
    assert messages(refused) == ["update_params.0.fields.0.confidence_score must be at most 1"]
    caller.update(upload, 400, fields=[field | {"label_source": "GUESS"}])


@pytest.mark.rule("B39")
def test_b39_a_container_match_is_kept_after_reading(caller: ApiCaller) -> None:
    field = {**values(caller, "number", "7"), "label_source": "CONTAINER_MATCH"}
    upload = caller.completed("RST-DEM-V1-ZZ-DR-A-0101.pdf")
    caller.update(upload, fields=[field])
    caller.sim.wait_ml()
    told = caller.field(caller.show(upload), "number")
    assert (told["label_source"], [value["label"] for value in told["values"]]) == ("CONTAINER_MATCH", ["7"])


# -- names and containers
@pytest.mark.rule("B33", "B40")
def test_b40_what_is_read_from_the_name_moves_it_too(make: Make, clock: sim.ManualClock) -> None:
    caller = make(scenario="iso19650")
    upload = caller.completed("RST-DEM-V1-ZZ-DR-A-0101 (copy).pdf", **{**NAMED, "number": "0101"})
    before = record(caller, upload)
    other = caller.completed("RST-DEM-V1-ZZ-DR-A-0102.pdf")
    unread = record(caller, other)
    caller.sim.wait_ml()
    assert record(caller, upload).container_id == before.container_id, "its codes were set by the caller"
    assert caller.labels(caller.show(other), "name") == ["RST-DEM-V1-ZZ-DR-A-0102"]
    assert unread.container_id == record(caller, other).container_id, "named as its file, it moves nowhere"
    caller.update(other, fields=caller.fields(number="0101"))
    assert record(caller, other).container_id == before.container_id
    caller.update(other, fields=caller.fields(scale="1:9"))
    assert record(caller, other).container_id == before.container_id, "not part of the criteria"


@pytest.mark.rule("B40", "B41")
def test_b40_a_moved_upload_becomes_a_revision_of_where_it_is_now(make: Make) -> None:
    caller = make(scenario="iso19650")
    first = caller.submit(
        caller.completed(
            "a.txt", "text/plain", **NAMED, status="S0", revision="P01", date_authored="2026-01-01T00:00:00Z"
        )
    )
    moved = caller.completed(
        "b.txt",
        "text/plain",
        **{**NAMED, "number": "9"},
        status="S0",
        revision="P02",
        date_authored="2026-01-01T00:00:00Z",
    )
    caller.update(moved, fields=caller.fields(number=NAMED["number"]))
    one, two = caller.revisions(*first["ids"], *caller.submit(moved)["ids"])
    assert one["document_container_id"] == two["document_container_id"]
    assert [caller.labels(row, "version") for row in (one, two)] == [["1"], ["2"]]
