"""The client with scripted responses: paging, waiting, renewal, retries, and calls that must not be repeated."""

from __future__ import annotations

import asyncio
import json
from io import BytesIO
from typing import Any

import httpx2
import pytest

from pdm_nb import errors
from pdm_nb.api.limits import response_limits
from pdm_nb.api.protocol.requests import Item, Scope
from pdm_nb.model import Segment
from tests.support.network.fake_wire import Answer, Wire, refused

SCOPE = Scope("7", "42")
HTML = httpx2.Response(502, html="<html>Bad Gateway</html>")
SUBMITTED = httpx2.Response(201, json={"data": {"ids": ["R1"], "failures": []}})


def values(first: int, count: int, total: int | None) -> httpx2.Response:
    rows = [{"id": f"v{n}", "code": str(n), "label": str(n)} for n in range(first, first + count)]
    return httpx2.Response(200, json={"data": rows}, headers={} if total is None else {"Total": str(total)})


def listed(wire: Wire) -> list[str]:
    found = asyncio.run(wire.client().list_field_values(SCOPE, "f-1"))
    return [value.id for value in found]


def submit(wire: Wire) -> Any:
    return asyncio.run(wire.client().create_document_revisions(SCOPE, [Item("U1", "E1")]))


# -- what every call carries
def test_every_call_carries_token_company_and_page_size() -> None:  # B2, B9
    wire = Wire(values(0, 1, 1))
    listed(wire)
    (call,) = wire.calls
    assert call.headers["Authorization"] == "Bearer access-1"
    assert call.headers["Procore-Company-Id"] == "7"
    assert call.headers["Accept"] == "application/json"
    assert dict(call.url.params) == {"page": "1", "per_page": "100"}


def test_calls_are_counted_by_operation() -> None:
    wire = Wire(values(0, 100, 101), values(100, 1, 101), SUBMITTED)
    client = wire.client()

    async def work() -> None:
        await client.list_field_values(SCOPE, "f-1")
        await client.create_document_revisions(SCOPE, [Item("U1", "E1")])

    asyncio.run(work())
    assert client.calls == {"listFieldValues": 2, "createDocumentRevisions": 1}
    assert repr(client) == "<Client test: 3 calls>"


# -- paging
@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_lists_come_whole(count: int) -> None:  # B9
    pages = [values(start, min(100, count - start), count) for start in range(0, max(count, 1), 100)]
    wire = Wire(*pages)
    assert listed(wire) == [f"v{n}" for n in range(count)]
    assert [call.url.params["page"] for call in wire.calls] == [str(n + 1) for n in range(len(pages))]


def test_a_list_without_total_is_not_cut_short() -> None:
    wire = Wire(values(0, 100, None), values(100, 3, None), values(0, 0, None))
    assert len(listed(wire)) == 103


def test_a_list_that_says_too_much_ends() -> None:
    walk = [values(0, 100, 150), values(0, 0, 150)]
    assert len(listed(Wire(*walk * 3))) == 100


def test_a_list_that_shrinks_meanwhile_ends() -> None:
    assert len(listed(Wire(values(0, 100, 150), values(0, 0, 100)))) == 100


def test_pages_that_overlap_bring_each_row_once() -> None:  # B9: from 100 rows a page to 60
    wire = Wire(values(0, 100, 150), values(60, 60, 150), values(120, 30, 150))
    assert listed(wire) == [f"v{n}" for n in range(150)]


def test_rows_that_were_passed_over_are_gone_back_for() -> None:  # B9: from 50 rows a page to 100
    first = [values(0, 50, 150), values(100, 50, 150), values(0, 0, 150)]
    wire = Wire(*first, values(0, 100, 150), values(100, 50, 150))
    assert listed(wire) == [f"v{n}" for n in range(150)]


def test_selected_uploads_come_whole_from_small_pages() -> None:  # B9
    def some(*names: str) -> httpx2.Response:
        rows = [{"id": name, "fields": []} for name in names]
        return httpx2.Response(200, json={"data": rows}, headers={"Total": "3"})

    wire = Wire(some("U1", "U2"), some("U3"))
    found = asyncio.run(wire.client().list_selected_uploads(SCOPE, ["U1", "U2", "U3"]))
    assert [upload.id for upload in found] == ["U1", "U2", "U3"]
    assert [dict(call.url.params) for call in wire.calls] == [{"page": n, "per_page": "100"} for n in "12"]


def test_all_that_were_asked_for_are_the_whole_list() -> None:
    rows = [{"id": "U1", "fields": []}]
    wire = Wire(httpx2.Response(200, json={"data": rows}))  # no Total, and no call more
    assert len(asyncio.run(wire.client().list_selected_uploads(SCOPE, ["U1"]))) == 1


def test_a_v1_list_is_a_bare_array() -> None:  # B10
    wire = Wire(httpx2.Response(200, json=[{"id": 5, "name": "Sample Co"}], headers={"Total": "1"}))
    assert asyncio.run(wire.client().list_companies()) == [{"id": "5", "name": "Sample Co"}]


def revisions(request: httpx2.Request, *kept: str) -> httpx2.Response:
    """Of the revisions that are asked for, those that are `kept`; all of them if none is named."""
    asked = json.loads(request.content)["ids"]
    rows = [{"id": id_} for id_ in asked if not kept or id_ in kept]
    return httpx2.Response(200, json={"data": rows}, headers={"Total": str(len(rows))})


def asked(wire: Wire) -> list[list[str]]:
    return [json.loads(call.content)["ids"] for call in wire.calls]


def test_selected_revisions_are_asked_for_by_the_hundred_and_once_each() -> None:
    wire = Wire()
    wire.script = revisions
    ids = [f"R{n}" for n in range(150)]
    found = asyncio.run(wire.client().list_selected_revisions(SCOPE, ids + ids))
    assert [row.id for row in found] == ids
    assert [len(one) for one in asked(wire)] == [100, 50]


def test_ids_that_a_response_leaves_out_are_sent_once_more() -> None:  # B26
    wire = Wire()
    wire.script = lambda request: (
        revisions(request, "R1", "R3") if len(wire.calls) == 1 else revisions(request, "R2")
    )
    found = asyncio.run(wire.client().list_selected_revisions(SCOPE, ["R1", "R2", "R3", "R4"]))
    assert [row.id for row in found] == ["R1", "R2", "R3"]
    assert asked(wire) == [["R1", "R2", "R3", "R4"], ["R2", "R4"]]


def updated(*ids: str) -> httpx2.Response:
    rows = [{"id": id_} for id_ in ids]
    return httpx2.Response(207, json={"data": {"success": rows, "failed": []}})


@pytest.mark.parametrize(
    ("second", "done"),
    [
        (updated("U2"), {"U1", "U2"}),
        (updated(), {"U1"}),
        (refused(400, "INVALID_PROPERTY"), {"U1"}),  # it applied nothing: left out all the same
    ],
)
def test_updates_that_a_response_leaves_out_are_sent_once_more(second: Answer, done: set[str]) -> None:  # B26
    wire = Wire(updated("U1"), second)
    updates = [{"id": "U1", "fields": []}, {"id": "U2", "fields": []}]
    assert asyncio.run(wire.client().update_document_uploads(SCOPE, updates)) == (done, {})
    assert [one["id"] for one in json.loads(wire.calls[1].content)["update_params"]] == ["U2"]


# -- versions of paths
NO_PATH = httpx2.Response(404, html="<html>Not Found</html>")


@pytest.mark.parametrize("answer", [NO_PATH, refused(405), refused(501)], ids=str)
def test_an_older_version_is_used_where_the_newest_is_not_offered(answer: Answer) -> None:  # B70
    wire = Wire()
    wire.script = lambda request: answer if "/v2.2/" in request.url.path else revisions(request)
    client = wire.client()

    async def work() -> None:
        for id_ in ("R1", "R2"):
            assert [row.id for row in await client.list_selected_revisions(SCOPE, [id_])] == [id_]

    asyncio.run(work())
    assert [call.url.path.split("/")[2] for call in wire.calls] == ["v2.2", "v2.1", "v2.1"]
    assert client.memory(SCOPE).readings() == {"version of listSelectedRevisions": "2.1"}


def test_without_an_offered_version_the_last_refusal_is_reported() -> None:  # B70
    wire = Wire(*[NO_PATH] * 3)
    with pytest.raises(errors.NotFoundError):
        asyncio.run(wire.client().list_selected_uploads(SCOPE, ["U1"]))
    assert [call.url.path.split("/")[2] for call in wire.calls] == ["v2.2", "v2.1", "v2.0"]


@pytest.mark.parametrize(
    ("answer", "versions"),
    [(refused(404, "UPLOAD_NOT_FOUND"), ["v2.1"]), (refused(410), ["v2.1"]), (NO_PATH, ["v2.1", "v2.0"])],
    ids=str,
)
def test_a_missing_upload_is_not_taken_for_a_missing_version(
    answer: Answer, versions: list[str]
) -> None:  # B47, B70
    wire = Wire(*[answer] * 2)
    with pytest.raises(errors.NotFoundError):
        asyncio.run(wire.client().show_document_upload(SCOPE, "U1"))
    assert [call.url.path.split("/")[2] for call in wire.calls] == versions


# -- malformed rows
ROWS = {
    "values": ("list_field_values", (SCOPE, "f-1"), {"id": "v1", "label": "One"}),
    "fields": ("list_fields", (SCOPE,), {"id": "f1", "name": "one", "type": "string"}),
    "requirements": ("list_upload_requirements", (SCOPE,), {"id": "r1"}),
    "users": ("list_project_users", (SCOPE,), {"id": 1, "name": "One"}),
    "uploads": ("list_document_uploads", (SCOPE,), {"id": "U1"}),
    "flat uploads": ("list_flat_uploads", (SCOPE,), {"id": "U1"}),
    "companies": ("list_companies", (), {"id": 1, "name": "One"}),
    "projects": ("list_projects", ("7",), {"id": 1, "name": "One"}),
    "selected uploads": ("list_selected_uploads", (SCOPE, ["U1"]), {"id": "U1"}),
    "selected revisions": ("list_selected_revisions", (SCOPE, ["R1"]), {"id": "R1"}),
}
MALFORMED: list[Any] = [
    None,
    "text",
    7,
    [],
    {},
    {"id": None},
    {"id": [1]},
    {"id": "x", "fields": 5, "name": {}, "label": 5, "tags": 7},
]


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("row", MALFORMED, ids=str)
def test_a_malformed_row_is_reported_and_left_out(name: str, row: Any) -> None:
    """The rest of the list works, and no page of it is asked for twice."""
    method, arguments, good = ROWS[name]
    answer = httpx2.Response(200, json={"data": [row, good]}, headers={"Total": "2"})
    if name == "requirements" and isinstance(row, dict):
        answer = httpx2.Response(
            200, json={"data": [good, {"id": "x", "rule_qualifiers": 5}]}, headers={"Total": "2"}
        )
    wire = Wire(*[answer] * 3)
    client = wire.client()
    assert len(asyncio.run(getattr(client, method)(*arguments))) == 1
    assert len(wire.calls) == 1
    told = client.notices.of("42") or client.notices.of("")
    assert len(told) == 1
    assert told[0].startswith(("A row in the list of ", "Row 'x' in the list of ", "Row "))
    assert told[0].count("malformed and was skipped") == 1


def test_a_list_that_is_malformed_throughout_is_an_error() -> None:
    wire = Wire(httpx2.Response(200, json={"data": [{"id": None}]}, headers={"Total": "1"}))
    with pytest.raises(errors.ServerError, match="Unexpected response format"):
        listed(wire)


def test_tools_that_are_malformed_are_left_out() -> None:  # B65
    tools = [
        {"name": "document_management", "user_access_level": {"name": "Admin"}},
        None,
        {"user_access_level": 5},
    ]
    client = Wire(httpx2.Response(200, json={"tools": tools})).client()
    found = asyncio.run(client.show_permissions(SCOPE))
    assert [tool["name"] for tool in found] == ["document_management"]
    assert len(client.notices.of("42")) == 2


def test_next_alone_is_followed_where_the_total_is_missing() -> None:  # B9
    first, second = values(0, 100, None), values(100, 3, None)
    first.headers["Link"] = '<https://api.test/values?page=2>; rel="next"'
    second.headers["Link"] = '<https://api.test/values?page=1>; rel="first"'
    wire = Wire(first, second)
    assert len(listed(wire)) == 103
    assert len(wire.calls) == 2


# -- the token
def test_a_dead_token_is_renewed_once_and_the_call_repeated() -> None:  # B8
    wire = Wire(refused(401, "INVALID_TOKEN"), values(0, 1, 1))
    assert listed(wire) == ["v0"]
    assert [call.headers["Authorization"] for call in wire.calls] == ["Bearer access-1", "Bearer access-2"]


def test_a_second_refusal_with_a_fresh_token_is_reported() -> None:  # B8
    wire = Wire(refused(401, "INVALID_TOKEN"), refused(401, "INVALID_TOKEN"))
    with pytest.raises(errors.TokenError):
        listed(wire)
    assert len(wire.calls) == 2


def test_a_submit_too_is_repeated_with_a_fresh_token() -> None:  # it was refused, not carried out
    wire = Wire(refused(401, "INVALID_TOKEN"), SUBMITTED)
    assert submit(wire) == (["R1"], {})


def test_a_token_that_dies_at_the_last_attempt_is_a_token_error() -> None:
    wire = Wire(*[refused(500)] * 5, refused(401, "INVALID_TOKEN"))
    with pytest.raises(errors.TokenError):
        listed(wire)


def test_a_login_host_that_fails_for_a_moment_is_asked_again() -> None:  # B13
    wire = Wire(values(0, 1, 1))
    good, wire.login = wire.login, lambda form: httpx2.Response(503, html="<html>busy</html>")

    async def sleep(seconds: float) -> None:
        wire.login = good

    wire.clock.sleep = sleep  # type: ignore[method-assign]
    assert listed(wire) == ["v0"]


def test_parallel_calls_with_one_dead_token_share_one_renewal() -> None:  # B6
    wire = Wire()
    wire.script = lambda call: (
        refused(401) if call.headers["Authorization"] == "Bearer access-1" else values(0, 1, 1)
    )
    client = wire.client()

    async def work() -> None:
        await asyncio.gather(*(client.list_field_values(SCOPE, "f-1") for _ in range(3)))

    asyncio.run(work())
    assert [grant["grant_type"] for grant in wire.grants] == ["client_credentials", "refresh_token"]


# -- waiting
def test_throttled_waits_for_the_reset_then_continues() -> None:  # B12
    wire = Wire(refused(429, "TOO_MANY_REQUESTS", x_rate_limit_reset="1008"), values(0, 1, 1))
    assert listed(wire) == ["v0"]
    assert wire.times[1] >= 1008


@pytest.mark.parametrize(
    "body", ["", "slow down", "<html><h1>429 Too Many Requests</h1></html>", "[]", "null"]
)
def test_a_gateways_refusal_without_any_header_is_waited_out(body: str) -> None:  # B12
    wire = Wire(httpx2.Response(429, text=body), httpx2.Response(429, html=body), values(0, 1, 1))
    assert listed(wire) == ["v0"]
    first, second, third = wire.times
    assert second - first >= 10
    assert third - second >= 20, "twice as long each time"


def test_heavy_load_may_name_a_date() -> None:  # B13
    until = "Thu, 01 Jan 1970 00:17:30 GMT"  # 1050 by the clock of the tests
    wire = Wire(httpx2.Response(503, html="busy", headers={"Retry-After": until}), values(0, 1, 1))
    assert listed(wire) == ["v0"]
    assert wire.times[1] >= 1050


def test_throttled_holds_every_other_call_too() -> None:  # B12
    wire = Wire(refused(429, "TOO_MANY_REQUESTS", retry_after="60"), *[values(0, 1, 1)] * 2)
    client = wire.client()

    async def first_throttled() -> None:
        throttled = asyncio.create_task(client.list_field_values(SCOPE, "f-1"))
        while not wire.calls:  # noqa: ASYNC110 - conditions of things that know no events
            await asyncio.sleep(0)
        while not client.rate_limit.wait(wire.clock.time):  # noqa: ASYNC110
            await asyncio.sleep(0)
        await asyncio.gather(throttled, client.list_field_values(SCOPE, "f-1"))

    asyncio.run(first_throttled())
    assert all(time >= 1060 for time in wire.times[1:])


def test_a_throttled_submit_is_sent_again() -> None:  # B12: it was not carried out
    assert submit(Wire(refused(429, retry_after="1"), SUBMITTED)) == (["R1"], {})


def test_what_remains_in_a_window_is_not_passed() -> None:  # B11
    told = {"X-Rate-Limit-Limit": "25", "X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "1010"}
    first = values(0, 100, 101)
    first.headers.update(told)
    wire = Wire(first, values(100, 1, 101))
    listed(wire)
    assert wire.times[0] == 1000
    assert 1010 <= wire.times[1] < 1011  # B12: on, with jitter


def test_heavy_load_waits_as_long_as_it_was_asked_to() -> None:  # B13
    wire = Wire(refused(503, retry_after="40"), values(0, 1, 1))
    assert listed(wire) == ["v0"]
    assert wire.times[1] >= 1040


def test_passing_faults_are_tried_again_after_growing_waits() -> None:  # B13
    wire = Wire(HTML, httpx2.ReadTimeout("slow"), refused(500), values(0, 1, 1))
    assert listed(wire) == ["v0"]
    assert len(wire.clock.slept) == 3
    assert wire.clock.slept == sorted(wire.clock.slept)
    assert all(seconds > 0 for seconds in wire.clock.slept)


def test_a_persistent_error_is_reported_after_a_few_tries() -> None:
    wire = Wire(*[HTML] * 20)
    with pytest.raises(errors.ServerError, match="listFieldValues"):
        listed(wire)
    assert 2 <= len(wire.calls) <= 10


def test_no_network_is_reported_with_the_host_and_advice() -> None:
    wire = Wire(*[httpx2.ConnectError("[Errno -2] Name or service not known")] * 20)
    with pytest.raises(errors.ConnectionFailed, match=r"api\.test cannot be reached.*Check the network"):
        listed(wire)


@pytest.mark.parametrize("status", [400, 403, 404, 410, 422])
def test_a_refusal_is_reported_at_once(status: int) -> None:
    wire = Wire(refused(status, "SOME_REASON"))
    with pytest.raises(errors.ServiceError) as told:
        listed(wire)
    assert (told.value.status, told.value.reason, len(wire.calls)) == (status, "SOME_REASON", 1)


# -- what must not be done twice
IN_DOUBT: list[Answer] = [
    HTML,
    refused(500),
    refused(503, retry_after="1"),
    httpx2.ReadTimeout("slow"),
    httpx2.RemoteProtocolError("gone"),
    httpx2.Response(200, html="<html>Sign in to this network</html>"),
    httpx2.Response(201, text=""),
]


@pytest.mark.parametrize("answer", IN_DOUBT, ids=str)
def test_a_submit_is_never_repeated_in_doubt(answer: Answer) -> None:  # B66
    wire = Wire(answer, SUBMITTED)
    with pytest.raises((errors.ServerError, errors.ConnectionFailed)):
        submit(wire)
    assert len(wire.calls) == 1


def test_an_html_page_with_status_200_is_not_a_response() -> None:  # B15
    wire = Wire(httpx2.Response(200, html="<html>maintenance</html>"), values(0, 1, 1))
    assert listed(wire) == ["v0"]


def test_fewer_ids_than_files_is_an_error() -> None:  # B23
    wire = Wire(*[httpx2.Response(201, json={"data": [{"id": "U1"}]})] * 10)
    files = [("a.pdf", "application/pdf"), ("b.pdf", "application/pdf")]
    with pytest.raises(errors.ServerError, match="1 ids for 2 files"):
        asyncio.run(wire.client().create_document_uploads(SCOPE, files))


# -- storage
def put(answer: Answer, headers: dict[str, str] | None = None) -> tuple[str, httpx2.Request]:
    wire = Wire(answer)
    client = wire.client()
    segment = Segment("https://storage.test/one?sig=SIGNATURE", headers or {})
    etag = asyncio.run(client.put_segment(segment, 5, BytesIO(b"hello")))
    assert client.storage_puts == 1
    assert client.calls.total() == 0  # B14
    return etag, wire.calls[0]


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_part_is_put_and_its_etag_comes_without_quotes(status: int) -> None:  # B55, B61
    etag, call = put(httpx2.Response(status, headers={"ETag": '"abc-1"'}))
    assert etag == "abc-1"
    assert (call.method, call.content) == ("PUT", b"hello")
    assert str(call.url) == "https://storage.test/one?sig=SIGNATURE"


def test_a_part_goes_with_its_own_headers_and_no_authorization() -> None:  # B55
    opaque = {"x-amz-checksum-sha256": "abc=", "Content-Type": "application/pdf"}
    _, call = put(httpx2.Response(200, headers={"ETag": "e"}), opaque)
    assert "Authorization" not in call.headers
    assert "Procore-Company-Id" not in call.headers
    assert "Transfer-Encoding" not in call.headers  # storage takes no chunked body
    assert call.headers["Content-Length"] == "5"
    assert {name: call.headers[name] for name in opaque} == opaque


def test_a_length_among_the_headers_of_a_part_is_not_doubled() -> None:  # B55
    _, call = put(httpx2.Response(200, headers={"ETag": "e"}), {"content-length": "5"})
    assert call.headers.get_list("content-length") == ["5"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx2.Response(403, text="<Error><Code>AccessDenied</Code></Error>"), errors.InvalidError),  # B59
        (httpx2.Response(400), errors.InvalidError),  # B56
        (httpx2.Response(200), errors.ServerError),  # B61: no ETag
        (httpx2.Response(302, headers={"ETag": '"e"'}), errors.InvalidError),
        (httpx2.Response(503), errors.ServerError),
        (httpx2.ReadTimeout("https://storage.test/one?sig=SIGNATURE"), errors.ConnectionFailed),
    ],
    ids=str,
)
def test_a_rejected_part_is_reported_without_its_url(answer: Answer, kind: type[Exception]) -> None:
    with pytest.raises(kind) as told:
        put(answer)
    assert "SIGNATURE" not in str(told.value)


def test_the_secret_of_a_presigned_url_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """httpx2 logs every URL, and a notebook may well have logging switched on."""
    wire = Wire(httpx2.Response(200, headers={"ETag": '"e"'}), values(0, 1, 1))

    async def work() -> None:
        client = wire.client()
        await client.put_segment(Segment("https://api.test/part?signature=s3cret", {}), 1, BytesIO(b"x"))
        await client.list_field_values(SCOPE, "f-1")

    with caplog.at_level("DEBUG"):
        asyncio.run(work())
    assert "https://api.test/part" in caplog.text
    assert "s3cret" not in caplog.text


def test_a_list_that_passes_over_the_page_ends() -> None:
    """Without a total (B9) only an empty page would be its end, and it never comes."""
    wire = Wire(*[values(0, 100, None)] * 50)
    assert len(listed(wire)) == 100
    assert len(wire.calls) == 2


def test_a_list_that_fills_the_memory_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of its pages is small enough, and the list is not: only what is kept as a whole is counted."""
    monkeypatch.setattr(response_limits, "LIST_BYTES", 20_000)
    wire = Wire(*[values(start, 100, 9_000) for start in range(0, 9_000, 100)])
    with pytest.raises(errors.ServerError, match="The list has more than 0 MiB") as told:
        listed(wire)
    assert told.value.reason == response_limits.OVER_LIMIT
    assert len(wire.calls) < 30
    ids, *_ = turned(Wire(*[revision_page(range(n, n + 100), 500) for n in range(0, 500, 100)]))
    assert len(ids) == 500


def linked(page: httpx2.Response, to: int) -> httpx2.Response:
    page.headers["Link"] = f'<https://api.test/values?page={to}>; rel="next"'
    return page


@pytest.mark.parametrize("total", [900, None])
def test_a_list_that_links_back_ends(total: int | None) -> None:
    """1 → 2 → 1, with a total that is too high or none (B9)."""
    wire = Wire()
    wire.script = lambda call: (
        linked(values(0, 100, total), 2)
        if call.url.params["page"] == "1"
        else linked(values(100, 100, total), 1)
    )
    assert len(listed(wire)) == 200
    assert len(wire.calls) == (6 if total else 2)


# -- the list of revisions, page by page
REVISION = {"id": "R1", "document_container_id": "C1", "fields": []}


def revision_page(ids: range, total: int | None, *more: Any) -> httpx2.Response:
    rows = [{**REVISION, "id": f"R{n}"} for n in ids]
    return httpx2.Response(
        200, json={"data": [*rows, *more]}, headers={} if total is None else {"Total": str(total)}
    )


def turned(wire: Wire, most: int | None = None) -> tuple[list[str], Any, list[str]]:
    """The ids, how the pages ended, and what was reported."""
    client = wire.client()
    pages = client.newest_revisions(SCOPE, most)

    async def work() -> list[str]:
        return [row.id async for page in pages for row in page]

    return asyncio.run(work()), pages, client.notices.of("42")


def test_pages_of_revisions_come_to_their_end() -> None:
    wire = Wire(revision_page(range(100), 120), revision_page(range(100, 120), 120))
    ids, pages, told = turned(wire)
    assert (len(ids), pages.is_whole, pages.turned, pages.malformed, told) == (120, True, 2, 0, [])


def test_no_more_pages_of_revisions_than_asked_for() -> None:
    _, pages, _ = turned(Wire(revision_page(range(100), 120)), most=1)
    assert (pages.is_whole, pages.turned) == (False, 1)


@pytest.mark.parametrize("total", [900, None])
def test_pages_of_revisions_that_go_in_circles_end(total: int | None) -> None:
    """A service that ignores `page`, or links back (B9). It shows that the list is not whole."""
    for to in (None, 1):
        wire = Wire(*[revision_page(range(100), total)] * 9)
        if to:
            wire = Wire(
                *[linked(revision_page(range(100 * n, 100 * n + 100), total), (2, to)[n]) for n in (0, 1)]
            )
        ids, pages, _ = turned(wire)
        assert (len(ids), pages.is_whole) == (200 if to else 100, False)
        assert len(wire.calls) == 2


def test_a_page_with_a_malformed_row_alone_stops_nothing() -> None:
    wire = Wire(revision_page(range(100), 101), revision_page(range(0), 101, {"id": None}))
    ids, pages, told = turned(wire)
    assert (len(ids), pages.is_whole, pages.malformed) == (100, True, 1)
    assert [one for one in told if "malformed and was skipped" in one] == told != []


def test_revisions_that_are_malformed_throughout_are_an_error() -> None:
    with pytest.raises(errors.ServerError, match="Unexpected response format"):
        turned(Wire(revision_page(range(0), 2, {"id": None}), revision_page(range(0), 2, {"id": [1]})))
