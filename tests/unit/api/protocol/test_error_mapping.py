"""Errors: the exception for a response, its message, and which calls may be repeated."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pdm_nb import errors
from pdm_nb.api.permissions import is_not_connected
from pdm_nb.api.protocol import error_mapping
from pdm_nb.api.protocol.requests import Request
from pdm_nb.errors import ServiceError

READ = Request("listFields", "GET", "/fields")
SUBMIT = Request("createDocumentRevisions", "POST", "/document_revisions", repeatable=False)
HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"


def error(status: int, body: Any = "", **headers: str) -> ServiceError:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return error_mapping.error_of(
        READ, status, named, (body if isinstance(body, str) else json.dumps(body)).encode()
    )


KINDS = [
    (400, errors.InvalidError),
    (401, errors.TokenError),
    (403, errors.AccessError),
    (404, errors.NotFoundError),
    (410, errors.NotFoundError),  # B50
    (422, errors.InvalidError),
    (429, errors.ThrottledError),
    (500, errors.ServerError),
    (502, errors.ServerError),
    (503, errors.ServerError),
    (418, ServiceError),
    (302, ServiceError),
]


@pytest.mark.parametrize(("status", "kind"), KINDS)
def test_the_status_chooses_the_exception(status: int, kind: type[ServiceError]) -> None:
    assert type(error(status)) is kind


def test_every_detail_is_kept_and_the_first_gives_the_reason() -> None:  # B15, B44
    found = error(
        422,
        {
            "error": {
                "code": "UNPROCESSABLE",
                "message": "no",
                "details": [
                    {"reason_code": "DUPLICATE_REVISION", "message": "is there", "source": "U1", "new": 1},
                    {"reason_code": "INVALID_INPUT", "message": "is empty", "source": "U2"},
                ],
            }
        },
        x_request_id="r-9",
    )
    assert [(d.reason, d.message, d.source) for d in found.details] == [
        ("DUPLICATE_REVISION", "is there", "U1"),
        ("INVALID_INPUT", "is empty", "U2"),
    ]
    assert (found.status, found.reason, found.request_id) == (422, "DUPLICATE_REVISION", "r-9")
    told = str(found)
    assert all(part in told for part in ("listFields", "is there", "is empty", "422", "r-9"))


CONFLICT = {
    "reason_code": "WORKFLOW_CONFLICT",
    "message": "in a workflow",
    "document_container_id": "C1",
    "existing_revisions_with_workflows": [{"id": "R1"}, {"id": "R2", "name": "more"}],
    "conflicting_uploads_with_workflow": [{"id": "U1"}, {"id": "U2"}],
}


@pytest.mark.parametrize(("source", "named"), [("U2", ["U2"]), (None, ["U1", "U2"])])
def test_a_conflict_names_the_document_of_the_workflow(source: str | None, named: list[str]) -> None:  # B48
    details = error(422, {"error": {"details": [CONFLICT | {"source": source}]}}).details
    assert [detail.source for detail in details] == named
    assert {(detail.container_id, detail.revisions) for detail in details} == {("C1", ("R1", "R2"))}


@pytest.mark.parametrize("odd", [None, 7, "R1", [None], ["R1"], [{}], [{"id": None}], {"id": "R1"}])
def test_a_conflict_of_another_shape_is_one_all_the_same(odd: Any) -> None:  # B48
    row = CONFLICT | {"existing_revisions_with_workflows": odd, "conflicting_uploads_with_workflow": odd}
    (detail,) = error(422, {"error": {"details": [row]}}).details
    assert (detail.reason, detail.source, detail.revisions) == ("WORKFLOW_CONFLICT", None, ())


def test_a_message_that_many_details_share_is_reported_once() -> None:
    row = {"reason_code": "INVALID_PROPERTY", "message": "must be a string"}
    assert str(error(400, {"error": {"details": [row, row]}})).count("must be a string") == 1


DENIED = {"reason_code": "ACCESS_DENIED", "message": "Access denied"}
NOT_CONNECTED = "App is not connected to this company"


@pytest.mark.parametrize(
    ("body", "reason", "message"),
    [
        ({"error": {"code": "FORBIDDEN", "message": "not you"}}, "FORBIDDEN", "not you"),
        ({"error": {"code": "FORBIDDEN", "message": "not you", "details": []}}, "FORBIDDEN", "not you"),
        ({"error": {"code": "FORBIDDEN", "message": "not you", "details": None}}, "FORBIDDEN", "not you"),
        ({"error": {"code": None, "message": None}}, "", ""),
        ({"error": {"details": [{"reason_code": None, "message": None}]}}, "", ""),
        ({"errors": "not you"}, "", "not you"),  # v1
        ({"errors": {"name": ["is blank"]}}, "", "is blank"),
        ({"message": "not you"}, "", "not you"),
        ({"errors": [], "message": "not you"}, "", "not you"),
        ({"errors": None, "message": "not you"}, "", "not you"),
        ({"error": "invalid_scope", "error_description": "not you"}, "", "not you"),
        # B16: every spelling of one refusal
        (
            {"error": {"code": "FORBIDDEN", "message": "Forbidden", "details": [DENIED]}},
            "ACCESS_DENIED",
            "Access denied",
        ),
        (
            {"error": {"code": "FORBIDDEN", "message": "Forbidden", "details": DENIED}},
            "ACCESS_DENIED",
            "Access denied",
        ),
        ({"error": {"details": [{"reasonCode": "FORBIDDEN", "message": "no"}]}}, "FORBIDDEN", "no"),
        ({"error": {"code": "FORBIDDEN", "details": [{"message": "no"}]}}, "FORBIDDEN", "no"),
        (
            {"error": {"code": "FORBIDDEN", "message": NOT_CONNECTED, "details": []}},
            "FORBIDDEN",
            NOT_CONNECTED,
        ),
        ({"errors": NOT_CONNECTED}, "", NOT_CONNECTED),
        ({"error": {"details": [{"message": {"a": 1}}]}}, "", '{"a": 1}'),
    ],
)
def test_every_spelling_of_an_error_is_read(body: Any, reason: str, message: str) -> None:  # B15
    found = error(403, body)
    assert found.reason == reason
    assert message in str(found)
    assert "None" not in str(found)


@pytest.mark.parametrize(
    ("status", "advice"), [(403, "permitted projects"), (404, "may not see it"), (400, ""), (500, "")]
)
def test_a_refusal_says_what_to_do_where_its_status_means_one_thing(
    status: int, advice: str
) -> None:  # B4, B16
    told = str(error(status, {"error": {"details": [{"reason_code": "X", "message": "Access denied."}]}}))
    assert told.startswith("listFields was refused: Access denied")
    assert advice in told
    assert ".." not in told


@pytest.mark.parametrize("body", [HTML, "", "[1, 2]", "null", '"text"', "{}", '{"error": 5}', "{"])
def test_a_body_that_is_not_an_error_object_still_makes_an_error(body: str) -> None:  # B15
    found = error(502, body)
    assert (found.status, found.reason, found.details) == (502, "", ())
    assert "<html>" not in str(found)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3.0),
        ("0.5", 0.5),
        ("-4", 0.0),
        ("inf", None),
        ("nan", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("", None),
    ],
)
def test_retry_after(header: str, seconds: float | None) -> None:  # B12, B13
    assert error(503, HTML, retry_after=header).retry_after == seconds
    assert error(503, HTML).retry_after is None


RETRIED = [
    (errors.ThrottledError("x"), True, True),  # B12: it was not carried out
    (errors.ServerError("x"), True, False),
    *((error(status), True, False) for status in (500, 502, 503, 504)),
    *((error(status), False, False) for status in (404, 405, 501)),  # not offered
    (error(408), True, False),
    *((error(status), False, False) for status in (406, 409)),
    (errors.ConnectionFailed("x"), True, False),  # B66: nobody knows what came of a submit
    (errors.InvalidError("x"), False, False),
    (errors.AccessError("x"), False, False),
    (errors.NotFoundError("x"), False, False),
    (errors.TokenError("x"), False, False),
    (errors.SignInError("x"), False, False),
]


@pytest.mark.parametrize(("fault", "read", "submit"), RETRIED, ids=lambda given: type(given).__name__)
def test_what_may_be_sent_again(fault: ServiceError, read: bool, submit: bool) -> None:
    assert (error_mapping.may_retry(READ, fault), error_mapping.may_retry(SUBMIT, fault)) == (read, submit)


def test_an_app_that_is_not_connected_points_to_the_permitted_projects() -> None:
    """B4, B16: the 403 of a wrong company, or of a project that is not permitted."""
    refused = error(403, {"error": {"code": "FORBIDDEN", "message": "App is not connected to this company"}})
    assert isinstance(refused, errors.AccessError)
    assert is_not_connected(refused)
    assert "Company Admin → App Management" in str(refused)
    assert "update or reinstallation" in str(refused)
    plain = error(403, {"error": {"code": "FORBIDDEN", "message": "Forbidden"}})
    assert not is_not_connected(plain)
    assert "App Management" not in str(plain)
