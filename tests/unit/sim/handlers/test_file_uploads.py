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
def test_b53_what_is_required(desk: ApiCaller, name: str) -> None:
    refused = desk.announce(BODY, status=400, **{name: None})
    assert reasons(refused) == ["MISSING_REQUIRED_PROPERTY"]
    assert messages(refused) == [f"{name} is missing"]


@pytest.mark.rule("B53")
def test_b53_a_segment_needs_its_hash(desk: ApiCaller) -> None:
    refused = desk.announce(BODY, status=400, segments=[{"size": len(BODY)}])
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
def test_b54_bounds_of_segments(desk: ApiCaller, sizes: list[int | None], fault: str) -> None:
    segments = [{"sha256": "0" * 64} | ({} if size is None else {"size": size}) for size in sizes]
    refused = desk.announce(BODY, status=400, segments=segments, file_size=sum(filter(None, sizes)) or 1)
    assert fault in messages(refused)


@pytest.mark.rule("B54")
def test_b54_the_smallest_that_is_allowed_and_the_number_of_segments(desk: ApiCaller) -> None:
    two = [{"sha256": "0" * 64, "size": SMALLEST}, {"sha256": "0" * 64, "size": 1}]
    desk.announce(segments=two, file_size=SMALLEST + 1)
    desk.announce(segments=two, file_size=SMALLEST, status=400)
    many = [{"sha256": "0" * 64, "size": 1}] * 10_001
    refused = desk.announce(segments=many, file_size=10_001, status=400)
    assert "segments must not be longer than 10000" in messages(refused)


@pytest.mark.rule("B55")
def test_b55_the_etag_is_quoted_in_the_header_and_bare_in_part_etags(desk: ApiCaller) -> None:
    file = announced(desk)
    quoted = desk.put(file["segments"][0], BODY).headers["ETag"]
    assert quoted[0] == quoted[-1] == '"'
    refused = patch(desk, file, [quoted], 400)
    assert reasons(refused) == ["INVALID_PROPERTY"]
    assert "part_etags.0" in messages(refused)[0]
    assert patch(desk, file, [quoted.strip('"')])["status"] == "available"


@pytest.mark.rule("B55")
def test_b55_an_authorization_header_fails_the_put(desk: ApiCaller) -> None:
    segment = announced(desk)["segments"][0]
    assert desk.put(segment, BODY, Authorization=f"Bearer {desk.token}").status_code == 400


@pytest.mark.rule("B55")
def test_b55_headers_are_copied_whole(desk: ApiCaller) -> None:
    segment = announced(desk)["segments"][0]
    assert segment["headers"]["Content-Length"] == str(len(BODY))
    for name in set(segment["headers"]) - {"Content-Length"}:  # which every HTTP client sends by itself
        kept = {key: value for key, value in segment["headers"].items() if key != name}
        assert desk.send("PUT", segment["url"], content=BODY, headers=kept).status_code == 403
        assert desk.put(segment, BODY, **{name: "other"}).status_code == 403
    assert desk.put(segment, BODY, **{"x-amz-acl": "private"}).status_code == 403
    assert desk.put(segment, BODY).status_code == 200


@pytest.mark.rule("B55")
def test_b55_etags_come_in_segment_order(desk: ApiCaller) -> None:
    one, two = b"a" * SMALLEST, b"b"
    file = announced(desk, one, two)
    etags = [etag_of(desk, s, c) for s, c in zip(file["segments"], (one, two), strict=True)]
    refused = patch(desk, file, etags[::-1], 400)
    assert len(messages(refused)) == 2
    assert patch(desk, file, etags)["status"] == "available"


@pytest.mark.rule("B56", reading="late_mismatch=False")
def test_b56_wrong_bytes_fail_the_put(desk: ApiCaller) -> None:
    segment = announced(desk)["segments"][0]
    assert "BadDigest" in desk.put(segment, BODY[::-1]).text
    for wrong in (BODY[:-1], BODY + b"x", b""):
        answer = desk.put(segment, wrong)
        assert (answer.status_code, "IncompleteBody" in answer.text) == (400, True)
    assert desk.put(segment, BODY).status_code == 200


@pytest.mark.rule("B56", reading="late_mismatch=True")
def test_b56_or_turn_the_file_failed(make: Callable[..., ApiCaller]) -> None:
    desk = make(late_mismatch=True)
    file = announced(desk)
    etag = etag_of(desk, file["segments"][0], BODY[::-1])
    assert patch(desk, file, [etag])["status"] == "failed"
    error = show(desk, file)["error"]  # B58
    assert error["retryable"] is True
    assert error["type"]


@pytest.mark.rule("B57")
def test_b57_null_reports_progress(desk: ApiCaller) -> None:
    one, two = b"a" * SMALLEST, b"b"
    file = announced(desk, one, two)
    assert file["status"] == "ready"
    first = etag_of(desk, file["segments"][0], one)
    assert patch(desk, file, [first, None])["status"] == "receiving"
    patch(desk, file, [first], 400)
    patch(desk, file, [first, "never-stored"], 400)
    second = etag_of(desk, file["segments"][1], two)
    assert patch(desk, file, [first, second])["status"] == "available"
    assert patch(desk, file, [first, second])["status"] == "available"  # to repeat it changes nothing


@pytest.mark.rule("B57", reading="scan_seconds=5.0")
def test_b57_scanning_until_the_scan_is_through(
    make: Callable[..., ApiCaller], clock: sim.ManualClock
) -> None:
    desk = make(scan_seconds=5.0)
    file = announced(desk)
    assert patch(desk, file, [etag_of(desk, file["segments"][0])])["status"] == "scanning"
    clock.advance(4.9)
    assert show(desk, file)["status"] == "scanning"
    clock.advance(0.1)
    assert show(desk, file)["status"] == "available"


@pytest.mark.rule("B57", reading="complete_status='complete'")
def test_b57_the_older_guide_says_complete(make: Callable[..., ApiCaller], clock: sim.ManualClock) -> None:
    desk = make(complete_status="complete")
    file = announced(desk)
    assert patch(desk, file, [etag_of(desk, file["segments"][0])])["status"] == "complete"
    clock.advance(0)
    assert show(desk, file)["status"] == "available"


@pytest.mark.rule("B59")
def test_b59_urls_expire_and_fresh_ones_can_be_had(desk: ApiCaller, clock: sim.ManualClock) -> None:
    file = announced(desk, url_expires_in=60)
    [segment] = file["segments"]
    assert segment["url_expires_at"] == int(clock.now()) + 60
    clock.advance(60)
    expired = desk.put(segment, BODY)
    assert (expired.status_code, "expired" in expired.text) == (403, True)
    [fresh] = show(desk, file, url_expires_in=3600)["segments"]
    assert desk.put(fresh, BODY).status_code == 200
    for seconds in (59, 3601):
        desk.call("GET", f"{desk.files}/{file['upload_id']}", status=400, url_expires_in=seconds)
        desk.announce(BODY, status=400, url_expires_in=seconds)


@pytest.mark.rule("B59")
def test_b59_a_url_that_was_changed_is_refused(desk: ApiCaller) -> None:
    file = announced(desk, b"a" * SMALLEST, b"b")
    segment = dict(file["segments"][0])
    segment["url"] = segment["url"].replace("/0?", "/1?")
    assert desk.put(segment, b"b").status_code == 403
    assert desk.send("PUT", segment["url"].partition("?")[0], content=b"b").status_code == 403


@pytest.mark.rule("B59")
def test_b59_only_segments_that_were_not_reported_get_new_urls(desk: ApiCaller) -> None:
    file = announced(desk, b"a" * SMALLEST, b"b")
    etag = etag_of(desk, file["segments"][1], b"b")
    patch(desk, file, [None, etag])
    [missing] = show(desk, file)["segments"]
    assert f"{file['upload_id']}/0?" in missing["url"]


@pytest.mark.rule("B60")
def test_b60_a_file_that_is_not_linked_is_gone_after_a_day(desk: ApiCaller, clock: sim.ManualClock) -> None:
    linked, lost = desk.stored(), desk.stored()
    [upload] = desk.create("a.pdf")
    desk.update(upload, file_upload_id=linked, upload_status="COMPLETED")
    clock.advance(24 * 3600)
    desk.token = desk.sign_in()["access_token"]
    desk.call("GET", f"{desk.files}/{lost}", status=404)
    desk.call("GET", f"{desk.files}/{linked}")
    desk.announce(BODY)
    kept = [path.name for path in desk.sim._core.data.iterdir()]
    assert [name.partition(".")[0] for name in kept] == [linked]


@pytest.mark.rule("B60")
def test_b60_only_its_creator_can_use_it(desk: ApiCaller) -> None:
    file = desk.stored()
    [upload] = desk.create("a.pdf")
    mine = desk.token
    desk.become(3)
    desk.call("GET", f"{desk.files}/{file}", status=404)
    failed = desk.update(upload, file_upload_id=file, upload_status="COMPLETED").json()["data"]["failed"]
    assert [item["code"] for item in failed] == [404]
    desk.token = mine
    assert desk.update(upload, file_upload_id=file, upload_status="COMPLETED").json()["data"]["failed"] == []


@pytest.mark.rule("B61", reading="put_status=200")
@pytest.mark.rule("B61", reading="put_status=201")
@pytest.mark.rule("B61", reading="put_status=204")
@pytest.mark.parametrize("status", [200, 201, 204])
def test_b61_any_2xx_with_an_etag(make: Callable[..., ApiCaller], status: int) -> None:
    desk = make(put_status=status)
    answer = desk.put(announced(desk)["segments"][0], BODY)
    assert answer.status_code == status
    assert answer.headers["ETag"]


@pytest.mark.rule("B64")
def test_b64_downloads_redirect_to_a_url_that_takes_no_token(desk: ApiCaller) -> None:
    upload = desk.completed("a plan.pdf")
    answer = desk.send(
        "GET",
        desk.show(upload)["download_url"],
        headers={"Authorization": f"Bearer {desk.token}", "Procore-Company-Id": str(desk.company)},
    )
    assert answer.status_code == 302
    place = answer.headers["Location"]
    assert desk.send("GET", place).content == BODY
    assert desk.send("GET", place, headers={"Authorization": f"Bearer {desk.token}"}).status_code == 400


def test_bytes_are_streamed_to_disk(desk: ApiCaller) -> None:
    """A body that comes in pieces is hashed and written as it comes."""
    pieces = [bytes([n]) * 300_000 for n in range(20)]
    whole = b"".join(pieces)
    file = announced(desk, whole)

    async def stream() -> Iterator[bytes]:
        for piece in pieces:
            yield piece

    segment = file["segments"][0]
    answer = desk.send("PUT", segment["url"], content=stream(), headers=segment["headers"])
    assert answer.status_code == 200
    [path] = desk.sim._core.data.iterdir()
    assert hashlib.sha256(path.read_bytes()).hexdigest() == hashlib.sha256(whole).hexdigest()


def test_a_put_that_is_repeated_leaves_one_copy(desk: ApiCaller) -> None:
    segment = announced(desk)["segments"][0]
    desk.put(segment, BODY), desk.put(segment, BODY), desk.put(segment, b"wrong")
    assert len(list(desk.sim._core.data.iterdir())) == 1
