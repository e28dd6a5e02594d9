"""Unified file upload and the storage behind it (B53–B61, B64)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import pytest

from pdm_nb import sim
from tests.support.simulator.api_caller import ApiCaller, messages, reasons
from tests.support.simulator.file_calls import BODY, SMALLEST, announced, etag_of, patch, show


@pytest.mark.rule("B53")
@pytest.mark.parametrize("name", ["uploader_tool_name", "file_name", "file_size", "content_type", "segments"])
def test_b53_what_is_required(caller: ApiCaller, name: str) -> None:
    refused = caller.announce(BODY, status=400, **{name: None})
    assert reasons(refused) == ["MISSING_REQUIRED_PROPERTY"]
    assert messages(refused) == [f"{name} is missing"]


@pytest.mark.rule("B53")
def test_b53_a_segment_needs_its_hash(caller: ApiCaller) -> None:
    refused = caller.announce(BODY, status=400, segments=[{"size": len(BODY)}])
    assert messages(refused) == ["segments.0.sha256 is missing"]


@pytest.mark.rule("B54")
@pytest.mark.parametrize(
    ("sizes", "fault"),
    [
        ([SMALLEST - 1, 10], "segments.0.size must be at least 5242881"),  # exactly 5 MiB
        ([104_857_601], "segments.0.size must be at most 104857600"),
        ([0], "segments.0.size must be at least 1"),
        ([SMALLEST, None], "segments.1.size is missing"),
    ],
)
def test_b54_bounds_of_segments(caller: ApiCaller, sizes: list[int | None], fault: str) -> None:
    segments = [{"sha256": "0" * 64} | ({} if size is None else {"size": size}) for size in sizes]
    refused = caller.announce(BODY, status=400, segments=segments, file_size=sum(filter(None, sizes)) or 1)
    assert fault in messages(refused)


@pytest.mark.rule("B54")
def test_b54_the_smallest_that_is_allowed_and_the_number_of_segments(caller: ApiCaller) -> None:
    two = [{"sha256": "0" * 64, "size": SMALLEST}, {"sha256": "0" * 64, "size": 1}]
    caller.announce(segments=two, file_size=SMALLEST + 1)
    caller.announce(segments=two, file_size=SMALLEST, status=400)
    many = [{"sha256": "0" * 64, "size": 1}] * 10_001
    refused = caller.announce(segments=many, file_size=10_001, status=400)
    assert "segments must not be longer than 10000" in messages(refused)


@pytest.mark.rule("B55")
def test_b55_the_etag_is_quoted_in_the_header_and_bare_in_part_etags(caller: ApiCaller) -> None:
    file = announced(caller)
    quoted = caller.put(file["segments"][0], BODY).headers["ETag"]
    assert quoted[0] == quoted[-1] == '"'
    refused = patch(caller, file, [quoted], 400)
    assert reasons(refused) == ["INVALID_PROPERTY"]
    assert "part_etags.0" in messages(refused)[0]
    assert patch(caller, file, [quoted.strip('"')])["status"] == "available"


@pytest.mark.rule("B55")
def test_b55_an_authorization_header_fails_the_put(caller: ApiCaller) -> None:
    segment = announced(caller)["segments"][0]
    assert caller.put(segment, BODY, Authorization=f"Bearer {caller.token}").status_code == 400


@pytest.mark.rule("B55")
def test_b55_headers_are_copied_whole(caller: ApiCaller) -> None:
    segment = announced(caller)["segments"][0]
    assert segment["headers"]["Content-Length"] == str(len(BODY))
    for name in set(segment["headers"]) - {"Content-Length"}:  # which every HTTP client sends by itself
        kept = {key: value for key, value in segment["headers"].items() if key != name}
        assert caller.send("PUT", segment["url"], content=BODY, headers=kept).status_code == 403
        assert caller.put(segment, BODY, **{name: "other"}).status_code == 403
    assert caller.put(segment, BODY, **{"x-amz-acl": "private"}).status_code == 403
    assert caller.put(segment, BODY).status_code == 200


@pytest.mark.rule("B55")
def test_b55_etags_come_in_segment_order(caller: ApiCaller) -> None:
    one, two = b"a" * SMALLEST, b"b"
    file = announced(caller, one, two)
    etags = [etag_of(caller, s, c) for s, c in zip(file["segments"], (one, two), strict=True)]
    refused = patch(caller, file, etags[::-1], 400)
    assert len(messages(refused)) == 2
    assert patch(caller, file, etags)["status"] == "available"


@pytest.mark.rule("B56", reading="late_mismatch=False")
def test_b56_wrong_bytes_fail_the_put(caller: ApiCaller) -> None:
    segment = announced(caller)["segments"][0]
    assert "BadDigest" in caller.put(segment, BODY[::-1]).text
    for wrong in (BODY[:-1], BODY + b"x", b""):
        answer = caller.put(segment, wrong)
        assert (answer.status_code, "IncompleteBody" in answer.text) == (400, True)
    assert caller.put(segment, BODY).status_code == 200


@pytest.mark.rule("B56", reading="late_mismatch=True")
def test_b56_or_turn_the_file_failed(make: Callable[..., ApiCaller]) -> None:
    caller = make(late_mismatch=True)
    file = announced(caller)
    etag = etag_of(caller, file["segments"][0], BODY[::-1])
    assert patch(caller, file, [etag])["status"] == "failed"
    error = show(caller, file)["error"]  # B58
    assert error["retryable"] is True
    assert error["type"]


@pytest.mark.rule("B57")
def test_b57_null_reports_progress(caller: ApiCaller) -> None:
    one, two = b"a" * SMALLEST, b"b"
    file = announced(caller, one, two)
    assert file["status"] == "ready"
    first = etag_of(caller, file["segments"][0], one)
    assert patch(caller, file, [first, None])["status"] == "receiving"
    patch(caller, file, [first], 400)
    patch(caller, file, [first, "never-stored"], 400)
    second = etag_of(caller, file["segments"][1], two)
    assert patch(caller, file, [first, second])["status"] == "available"
    assert patch(caller, file, [first, second])["status"] == "available"  # to repeat it changes nothing


@pytest.mark.rule("B57", reading="scan_seconds=5.0")
def test_b57_scanning_until_the_scan_is_through(
    make: Callable[..., ApiCaller], clock: sim.ManualClock
) -> None:
    caller = make(scan_seconds=5.0)
    file = announced(caller)
    assert patch(caller, file, [etag_of(caller, file["segments"][0])])["status"] == "scanning"
    clock.advance(4.9)
    assert show(caller, file)["status"] == "scanning"
    clock.advance(0.1)
    assert show(caller, file)["status"] == "available"


@pytest.mark.rule("B57", reading="complete_status='complete'")
def test_b57_the_older_guide_says_complete(make: Callable[..., ApiCaller], clock: sim.ManualClock) -> None:
    caller = make(complete_status="complete")
    file = announced(caller)
    assert patch(caller, file, [etag_of(caller, file["segments"][0])])["status"] == "complete"
    clock.advance(0)
    assert show(caller, file)["status"] == "available"


@pytest.mark.rule("B59")
def test_b59_urls_expire_and_fresh_ones_can_be_had(caller: ApiCaller, clock: sim.ManualClock) -> None:
    file = announced(caller, url_expires_in=60)
    [segment] = file["segments"]
    assert segment["url_expires_at"] == int(clock.now()) + 60
    clock.advance(60)
    expired = caller.put(segment, BODY)
    assert (expired.status_code, "expired" in expired.text) == (403, True)
    [fresh] = show(caller, file, url_expires_in=3600)["segments"]
    assert caller.put(fresh, BODY).status_code == 200
    for seconds in (59, 3601):
        caller.call("GET", f"{caller.files}/{file['upload_id']}", status=400, url_expires_in=seconds)
        caller.announce(BODY, status=400, url_expires_in=seconds)


@pytest.mark.rule("B59")
def test_b59_a_url_that_was_changed_is_refused(caller: ApiCaller) -> None:
    file = announced(caller, b"a" * SMALLEST, b"b")
    segment = dict(file["segments"][0])
    segment["url"] = segment["url"].replace("/0?", "/1?")
    assert caller.put(segment, b"b").status_code == 403
    assert caller.send("PUT", segment["url"].partition("?")[0], content=b"b").status_code == 403


@pytest.mark.rule("B59")
def test_b59_only_segments_that_were_not_reported_get_new_urls(caller: ApiCaller) -> None:
    file = announced(caller, b"a" * SMALLEST, b"b")
    etag = etag_of(caller, file["segments"][1], b"b")
    patch(caller, file, [None, etag])
    [missing] = show(caller, file)["segments"]
    assert f"{file['upload_id']}/0?" in missing["url"]


@pytest.mark.rule("B60")
def test_b60_a_file_that_is_not_linked_is_gone_after_a_day(caller: ApiCaller, clock: sim.ManualClock) -> None:
    linked, lost = caller.stored(), caller.stored()
    [upload] = caller.create("a.pdf")
    caller.update(upload, file_upload_id=linked, upload_status="COMPLETED")
    clock.advance(24 * 3600)
    caller.token = caller.sign_in()["access_token"]
    caller.call("GET", f"{caller.files}/{lost}", status=404)
    caller.call("GET", f"{caller.files}/{linked}")
    caller.announce(BODY)
    kept = [path.name for path in caller.sim._core.data.iterdir()]
    assert [name.partition(".")[0] for name in kept] == [linked]


@pytest.mark.rule("B60")
def test_b60_only_its_creator_can_use_it(caller: ApiCaller) -> None:
    file = caller.stored()
    [upload] = caller.create("a.pdf")
    mine = caller.token
    caller.become(3)
    caller.call("GET", f"{caller.files}/{file}", status=404)
    failed = caller.update(upload, file_upload_id=file, upload_status="COMPLETED").json()["data"]["failed"]
    assert [item["code"] for item in failed] == [404]
    caller.token = mine
    assert (
        caller.update(upload, file_upload_id=file, upload_status="COMPLETED").json()["data"]["failed"] == []
    )


@pytest.mark.rule("B61", reading="put_status=200")
@pytest.mark.rule("B61", reading="put_status=201")
@pytest.mark.rule("B61", reading="put_status=204")
@pytest.mark.parametrize("status", [200, 201, 204])
def test_b61_any_2xx_with_an_etag(make: Callable[..., ApiCaller], status: int) -> None:
    caller = make(put_status=status)
    answer = caller.put(announced(caller)["segments"][0], BODY)
    assert answer.status_code == status
    assert answer.headers["ETag"]


@pytest.mark.rule("B64")
def test_b64_downloads_redirect_to_a_url_that_takes_no_token(caller: ApiCaller) -> None:
    upload = caller.completed("a plan.pdf")
    answer = caller.send(
        "GET",
        caller.show(upload)["download_url"],
        headers={"Authorization": f"Bearer {caller.token}", "Procore-Company-Id": str(caller.company)},
    )
    assert answer.status_code == 302
    place = answer.headers["Location"]
    assert caller.send("GET", place).content == BODY
    assert caller.send("GET", place, headers={"Authorization": f"Bearer {caller.token}"}).status_code == 400


def test_bytes_are_streamed_to_disk(caller: ApiCaller) -> None:
    """A body that comes in pieces is hashed and written as it comes."""
    pieces = [bytes([n]) * 300_000 for n in range(20)]
    whole = b"".join(pieces)
    file = announced(caller, whole)

    async def stream() -> Iterator[bytes]:
        for piece in pieces:
            yield piece

    segment = file["segments"][0]
    answer = caller.send("PUT", segment["url"], content=stream(), headers=segment["headers"])
    assert answer.status_code == 200
    [path] = caller.sim._core.data.iterdir()
    assert hashlib.sha256(path.read_bytes()).hexdigest() == hashlib.sha256(whole).hexdigest()


def test_a_put_that_is_repeated_leaves_one_copy(caller: ApiCaller) -> None:
    segment = announced(caller)["segments"][0]
    caller.put(segment, BODY), caller.put(segment, BODY), caller.put(segment, b"wrong")
    assert len(list(caller.sim._core.data.iterdir())) == 1
