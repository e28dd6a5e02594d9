"""Fixed examples of errors that the tests in `tests/outside` found."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.support.contract.contract_checks import check
from tests.support.simulator.api_caller import ApiCaller

LONG = "1" * 10_000  # more digits than Python reads
DEEP = b'{"a":' * 100_000


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("document_uploads", "GET, HEAD, PATCH, POST"),
        ("document_revisions", "GET, HEAD, POST"),
        ("fields", "GET, HEAD"),
    ],
)
def test_a_405_lists_all_methods_of_the_resource(caller: ApiCaller, path: str, allowed: str) -> None:
    answer = caller.send("DELETE", caller.dm(path), headers=caller.headers)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    assert answer.json()["error"]["code"] == "METHOD_NOT_ALLOWED"


def test_a_path_with_a_slash_too_many_is_not_there(caller: ApiCaller) -> None:
    assert caller.send("GET", caller.dm("fields/"), headers=caller.headers).status_code == 404


@pytest.mark.parametrize(
    "metadata",
    [
        b'{"x": 1e999}',
        b'{"x": -1e999}',
        b'{"x": "\xed\xa0\x80"}',
        b'{"x": "\\udfff"}',
        b'{"x": NaN}',
        b"1" * 5000,
    ],
    ids=["infinite", "minus infinite", "half a pair in bytes", "half a pair", "nan", "digits"],
)
def test_what_could_not_be_sent_back_is_not_taken(caller: ApiCaller, metadata: bytes) -> None:
    body = {
        "file_name": "a",
        "file_size": 1,
        "content_type": "b",
        "uploader_tool_name": "document_management",
        "segments": [{"sha256": "0" * 64}],
        "custom_metadata": 0,
    }
    content = json.dumps(body).encode().replace(b'"custom_metadata": 0', b'"custom_metadata": ' + metadata)
    assert (
        check(caller.send("POST", caller.files, content=content, headers=caller.headers)).status_code == 400
    )


def test_json_is_utf_8(caller: ApiCaller) -> None:
    content = '{"uploads": [{"file_name": "a", "mime_type": "b"}]}'
    for encoding, status in (("utf-8", 201), ("utf-16", 400), ("utf-32", 400)):
        answer = caller.send(
            "POST", caller.dm("document_uploads"), content=content.encode(encoding), headers=caller.headers
        )
        assert check(answer).status_code == status


@pytest.mark.rule("B9")
def test_b9_a_page_may_be_a_number_of_any_size(caller: ApiCaller) -> None:
    answer = caller.call("GET", caller.dm("fields"), page=10**35, per_page=10)
    assert answer.json()["data"] == []
    caller.call("GET", caller.dm("fields"), page=LONG, per_page=10, status=400)


@pytest.mark.rule("B2")
@pytest.mark.parametrize(("company", "status"), [(LONG, 400), ("-5", 403), ("٣", 400)])
def test_b2_a_company_is_a_number_or_refused(caller: ApiCaller, company: str, status: int) -> None:
    headers = caller.headers | {"Procore-Company-Id": company.encode("utf-8")}
    assert check(caller.send("GET", caller.dm("fields"), headers=headers)).status_code == status


@pytest.mark.rule("B59")
@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.copy_set_param("expires", LONG),
        lambda url: url.copy_with(path=f"{url.path.rpartition('/')[0]}/{LONG}", query=url.query),
        lambda url: url.copy_with(path=f"{url.path.rpartition('/')[0]}/x", query=url.query),
    ],
)
def test_b59_a_storage_url_with_odd_numbers_is_refused(
    caller: ApiCaller, change: Callable[[httpx2.URL], httpx2.URL]
) -> None:
    segment = caller.announce(b"some").json()["data"]["segments"][0]
    url = str(change(httpx2.URL(segment["url"])))
    assert caller.put({**segment, "url": url}, b"some").status_code in (403, 404)


@pytest.mark.rule("B4")
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"grant_type": "client_credentials", "client_id": "x", "refresh_token": 5}', "application/json"),
        (b'{"grant_type": "client_credentials", "client_id": "\\ud800"}', "application/json"),
        (DEEP, "application/json"),
        (b"[]", "application/json"),
        (b"\xff", "application/json"),
        (b"no boundary", "multipart/form-data"),
        (b"--b\r\nx", "multipart/form-data; boundary=b"),
    ],
)
def test_b4_a_body_that_cannot_be_read_is_an_invalid_request(
    caller: ApiCaller, content: bytes, kind: str
) -> None:
    answer = caller.send("POST", "/oauth/token", content=content, headers={"Content-Type": kind})
    assert (check(answer).status_code, answer.json()["error"]) == (400, "invalid_request")
    page: dict[str, Any] = {"content": content, "headers": {"Content-Type": kind}}
    assert caller.send("POST", "/oauth/authorize", **page).status_code == 400
    assert caller.send("POST", "/oauth/revoke", **page).status_code == 200
