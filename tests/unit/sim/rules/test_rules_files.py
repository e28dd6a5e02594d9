"""Rules of file uploads that no other file tests (B53–B61)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from pdm_nb import sim
from tests.support.simulator.api_caller import ApiCaller, messages
from tests.support.simulator.file_calls import BODY, SMALLEST, announced, etag_of, patch, show

Make = Callable[..., ApiCaller]
LARGEST = 104_857_600
ZERO = "0" * 64


@pytest.mark.rule("B53", reading="require_tool_name=False")
def test_b53_the_older_guide_has_no_tool_name(make: Make) -> None:
    caller = make(require_tool_name=False)
    file = announced(caller, uploader_tool_name=None)
    assert patch(caller, file, [etag_of(caller, file["segments"][0])])["status"] == "available"
    assert caller.sim.ledger.counts == {"tool_name": 1}, "always send it"
    assert messages(caller.announce(BODY, status=400, uploader_tool_name=None, file_name=None)) == [
        "file_name is missing"
    ]
    caller.announce(BODY, status=400, uploader_tool_name="mine")


@pytest.mark.rule("B53", reading="require_tool_name=True")
def test_b53_the_reference_requires_it(caller: ApiCaller) -> None:
    refused = caller.announce(BODY, status=400, uploader_tool_name=None)
    assert messages(refused) == ["uploader_tool_name is missing"]
    assert announced(caller)["status"] == "ready"


@pytest.mark.rule("B53")
def test_b53_md5_is_optional_and_a_hash_is_sixty_four_digits(caller: ApiCaller) -> None:
    segment = {"size": len(BODY), "sha256": hashlib.sha256(BODY).hexdigest()}
    caller.announce(BODY, segments=[{**segment, "md5": hashlib.md5(BODY).hexdigest()}])
    refused = caller.announce(BODY, status=400, segments=[{**segment, "sha256": "abc"}])
    assert "segments.0.sha256 must match" in messages(refused)[0]


@pytest.mark.rule("B54")
@pytest.mark.parametrize(
    ("sizes", "good"),
    [
        ([1], True),
        ([LARGEST], True),  # one segment is enough up to 100 MiB
        ([LARGEST + 1], False),
        ([LARGEST, 1], True),
        ([SMALLEST, SMALLEST - 1], True),  # the last may be small
        ([SMALLEST - 1, SMALLEST], False),
        ([SMALLEST] * 9_999 + [1], True),
        ([SMALLEST] * 10_000 + [1], False),
    ],
)
def test_b54_every_bound_from_both_sides(caller: ApiCaller, sizes: list[int], good: bool) -> None:
    segments = [{"size": size, "sha256": ZERO} for size in sizes]
    answer = caller.announce(segments=segments, file_size=sum(sizes), status=201 if good else 400)
    if good:
        assert len(answer.json()["data"]["segments"]) == len(sizes)


@pytest.mark.rule("B55")
def test_b55_what_a_segment_comes_with_is_enough(caller: ApiCaller) -> None:
    segment = announced(caller)["segments"][0]
    answer = caller.send("PUT", segment["url"], content=BODY, headers=segment["headers"])
    assert answer.status_code == 200
    assert caller.sim.ledger.clean


@pytest.mark.rule("B58")
def test_b58_all_statuses(make: Make, clock: sim.ManualClock) -> None:
    seen: dict[str, Any] = {}

    def note(caller: ApiCaller, file: dict[str, Any]) -> None:
        told = show(caller, file)
        seen[told["status"]] = told.get("error")

    for options in ({}, {"scan_seconds": 5.0}, {"complete_status": "complete"}, {"late_mismatch": True}):
        caller = make(**options)
        one = b"a" * SMALLEST
        file = caller.announce(one, BODY).json()["data"]
        note(caller, file)
        etags = [etag_of(caller, file["segments"][0], one), etag_of(caller, file["segments"][1], BODY)]
        if "late_mismatch" in options:
            etags[1] = etag_of(caller, file["segments"][1], BODY[::-1])
        patch(caller, file, [etags[0], None])
        note(caller, file)
        patch(caller, file, etags)
        note(caller, file)
        clock.advance(5)
        note(caller, file)
    assert set(seen) == {"ready", "receiving", "complete", "scanning", "available", "failed"}
    failed = seen.pop("failed")
    assert set(failed) == {"type", "message", "retryable"}
    assert not any(seen.values())


@pytest.mark.rule("B57")
@pytest.mark.parametrize("options", [{"scan_seconds": 5.0}, {"complete_status": "complete"}])
def test_b57_what_is_not_available_yet_cannot_be_used(
    make: Make, clock: sim.ManualClock, options: Any
) -> None:
    caller = make(**options)
    file = caller.stored()
    [upload] = caller.create("a.pdf")
    answer = caller.update(upload, file_upload_id=file, upload_status="COMPLETED").json()["data"]
    assert [item["id"] for item in answer["failed"]] == [upload]
    clock.advance(5)
    assert (
        caller.update(upload, file_upload_id=file, upload_status="COMPLETED").json()["data"]["failed"] == []
    )


@pytest.mark.rule("B57", reading="scan_seconds=0.0")
@pytest.mark.rule("B57", reading="complete_status='available'")
def test_b57_two_calls_a_file_are_the_floor(caller: ApiCaller) -> None:
    before = caller.sim.counts.api_calls
    file = announced(caller)
    assert patch(caller, file, [etag_of(caller, file["segments"][0])])["status"] == "available"
    assert caller.sim.counts.api_calls == before + 2


@pytest.mark.rule("B59")
@pytest.mark.parametrize("seconds", [60, 3600, None])
def test_b59_urls_live_as_long_as_was_asked_for(
    caller: ApiCaller, clock: sim.ManualClock, seconds: int | None
) -> None:
    asked = {} if seconds is None else {"url_expires_in": seconds}
    file = announced(caller, **asked)
    lives = seconds or 3600
    for segment in (file["segments"][0], show(caller, file, **asked)["segments"][0]):
        assert segment["url_expires_at"] == int(clock.now()) + lives
    clock.advance(lives - 1)
    assert caller.put(segment, BODY).status_code == 200
    clock.advance(1)
    assert caller.put(segment, BODY).status_code == 403


@pytest.mark.rule("B60")
def test_b60_nobody_but_its_creator_completes_shows_or_links_it(caller: ApiCaller) -> None:
    file = announced(caller)
    etag = etag_of(caller, file["segments"][0])
    mine = caller.token
    caller.become(3)
    patch(caller, file, [etag], 404)
    caller.call("GET", f"{caller.files}/{file['upload_id']}", status=404)
    [theirs] = caller.create("b.pdf")
    caller.update(theirs, file_upload_id=file["upload_id"])  # takes nothing from who made it
    caller.token = mine
    assert patch(caller, file, [etag])["status"] == "available"
    [upload] = caller.create("a.pdf")
    answer = caller.update(upload, file_upload_id=file["upload_id"], upload_status="COMPLETED").json()["data"]
    assert answer == {"success": [{"id": upload}], "failed": []}


@pytest.mark.rule("B60")
def test_b60_after_a_day_it_is_gone_for_good(caller: ApiCaller, clock: sim.ManualClock) -> None:
    lost, pending = caller.stored(), announced(caller)
    [upload] = caller.create("a.pdf")
    clock.advance(24 * 3600 - 1)
    caller.token = caller.sign_in()["access_token"]
    caller.call("GET", f"{caller.files}/{lost}")
    clock.advance(1)
    caller.call("GET", f"{caller.files}/{lost}", status=404)
    patch(caller, pending, [None], 404)
    answer = caller.update(upload, file_upload_id=lost, upload_status="COMPLETED").json()["data"]
    assert [item["id"] for item in answer["failed"]] == [upload]


@pytest.mark.rule("B28", "B60")
def test_b60_each_file_links_to_one_document_for_ever(caller: ApiCaller) -> None:
    file = caller.stored()
    one, two = caller.create("a.pdf", "b.pdf")
    caller.update(one, file_upload_id=file)  # linked before it is completed
    caller.update(two, 500, file_upload_id=file, upload_status="COMPLETED")
    caller.update(one, file_upload_id=file, upload_status="COMPLETED")
    caller.update(one, file_upload_id=caller.stored(), upload_status="COMPLETED")
    caller.update(two, 500, file_upload_id=file)
    caller.become(3)
    caller.update(two, 500, file_upload_id=file)  # whoever asks
