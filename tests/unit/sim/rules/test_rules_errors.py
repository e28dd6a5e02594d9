"""Errors of every operation, heavy load, and what the service does not offer (B13, B15, B16, B66)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pdm_nb.sim.handlers import configuration
from pdm_nb.sim.runtime.faults import KINDS
from tests.support.simulator.api_caller import ApiCaller, messages, reasons
from tests.support.simulator.rule_requests import (
    API,
    BODIES,
    EVERY,
    IN_COMPANY,
    IN_PROJECT,
    SIGNING,
    UNKNOWN_ID,
    ask,
)

Make = Callable[..., ApiCaller]
LIMITS = ("X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset")


@pytest.mark.rule("B13")
def test_b13_a_storms_503_always_says_when_to_come_back() -> None:
    gusts = [
        more for kind in KINDS.values() for more in kind.storm if more.get("status") == 503 and not kind.at
    ]
    assert gusts
    assert all(more["retry_after"] for more in gusts)


@pytest.mark.rule("B13", "B15")
@pytest.mark.parametrize("status", [500, 502, 503])
def test_b13_it_passes(caller: ApiCaller, status: int) -> None:
    caller.sim.add_fault(
        "server_error", status=status, html=status == 502, retry_after=3 if status == 503 else None
    )
    failed = ask(caller, "createDocumentUploads")
    assert (failed.status_code, failed.headers.get("Retry-After")) == (status, "3" if status == 503 else None)
    assert ("<html>" in failed.text) == (status == 502)
    assert ask(caller, "createDocumentUploads").status_code == 201


# -- errors
@pytest.mark.rule("B15", reading="v1_errors='errors'")
@pytest.mark.rule("B15", reading="v1_errors='message'")
@pytest.mark.parametrize("shape", ["errors", "message"])
def test_b15_v1_errors_have_one_of_two_shapes(make: Make, shape: str) -> None:
    caller = make(v1_errors=shape)
    for refused in (
        ask(caller, "listProjectUsers", project=12),
        ask(caller, "listProjects", page=0),
        ask(caller, "showPermissions", drop="Procore-Company-Id"),
    ):
        assert refused.status_code in (400, 404)
        assert list(refused.json()) == [shape]
    assert reasons(ask(caller, "listFields", page=0)) == ["INVALID_PROPERTY"], "v2 has its own"
    with pytest.raises(ValueError, match="v1_errors"):
        make(v1_errors="fault")


@pytest.mark.rule("B15")
def test_b15_v2_errors_have_a_detail_for_each_fault(caller: ApiCaller) -> None:
    answer = ask(caller, "listFields", page=0, per_page=0)
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "details"}
    assert [detail["message"].partition(" ")[0] for detail in error["details"]] == ["page", "per_page"]


@pytest.mark.rule("B8", "B16")
@pytest.mark.parametrize("name", [*API, "getTokenInfo"])
def test_b16_401_of_every_operation(caller: ApiCaller, name: str) -> None:
    for token in ("", "Bearer", "Bearer never-was-one", f"Basic {caller.token}"):
        refused = ask(caller, name, headers={"Authorization": token})
        assert (refused.status_code, reasons(refused)) == (401, ["INVALID_TOKEN"])
    caller.sim.kill_tokens()
    assert reasons(ask(caller, name)) == ["INVALID_TOKEN"]


@pytest.mark.rule("B16", reading="forbidden_reason='FORBIDDEN'")
@pytest.mark.rule("B16", reading="forbidden_reason='ACCESS_DENIED'")
@pytest.mark.parametrize("reason", ["FORBIDDEN", "ACCESS_DENIED"])
def test_b16_403_of_every_operation(make: Make, reason: str) -> None:
    caller = make(forbidden_reason=reason)
    for name in IN_COMPANY:
        refused = ask(caller, name, headers={"Procore-Company-Id": "77"})
        assert (refused.status_code, reasons(refused)) == (403, [reason])
        assert messages(refused) == ["App is not connected to this company"]
    closed = make(forbidden_reason=reason, access_level="None")
    for name in API:
        if "{company_id}" in EVERY[name].path:
            refused = ask(closed, name)
            assert (refused.status_code, reasons(refused)) == (403, [reason])


@pytest.mark.rule("B16")
@pytest.mark.parametrize("name", IN_PROJECT)
def test_b16_404_of_what_the_caller_may_not_see(caller: ApiCaller, name: str) -> None:
    assert ask(caller, name, project=12).status_code == 404


@pytest.mark.rule("B12", "B16")
@pytest.mark.parametrize("name", API)
def test_b16_429_of_every_operation(caller: ApiCaller, name: str) -> None:
    caller.sim.add_fault("throttled", operation=name)
    refused = ask(caller, name)
    assert (refused.status_code, reasons(refused)) == (429, ["TOO_MANY_REQUESTS"])


@pytest.mark.rule("B16", reading="internal_reason='INTERNAL_SERVER_ERROR'")
@pytest.mark.rule("B16", reading="internal_reason='INTERNAL_ERROR'")
@pytest.mark.parametrize("reason", ["INTERNAL_SERVER_ERROR", "INTERNAL_ERROR"])
def test_b16_500_of_every_operation(make: Make, reason: str) -> None:
    caller = make(internal_reason=reason)
    for name in (*API, *SIGNING):
        caller.sim.add_fault("server_error", operation=name)
        failed = ask(caller, name)
        assert (failed.status_code, reasons(failed)) == (500, [reason])


@pytest.mark.rule("B16")
def test_b16_a_bug_looks_like_the_services_own(caller: ApiCaller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration, "listed_field", lambda *given: 1 / 0)
    failed = ask(caller, "listFields")
    assert (failed.status_code, reasons(failed)) == (500, ["INTERNAL_ERROR"])
    assert "division" not in failed.text


@pytest.mark.rule("B16")
@pytest.mark.parametrize("name", sorted(BODIES))
def test_b16_a_missing_and_a_malformed_property_of_every_body(
    caller: ApiCaller, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = next(iter(BODIES[name]))
    monkeypatch.setitem(BODIES, name, {})
    refused = ask(caller, name)
    assert refused.status_code == 400
    assert f"{first} is missing" in messages(refused)
    assert set(reasons(refused)) == {"MISSING_REQUIRED_PROPERTY"}
    monkeypatch.setitem(BODIES, name, {first: {"no": "list"}})
    refused = ask(caller, name)
    assert any(text.startswith(f"{first} must be a") for text in messages(refused))
    assert "INVALID_PROPERTY" in reasons(refused)


@pytest.mark.rule("B16")
def test_b16_the_message_names_the_path(caller: ApiCaller) -> None:
    body = {"uploads": [{"file_name": 7, "mime_type": "application/pdf"}, {"file_name": "a.pdf"}]}
    refused = caller.call("POST", caller.dm("document_uploads"), body, 400)
    error = refused.json()["error"]
    assert (error["code"], error["message"]) == ("BAD_REQUEST", "Bad Request")
    assert messages(refused) == ["uploads.0.file_name must be a string", "uploads.1.mime_type is missing"]
    assert reasons(refused) == ["INVALID_PROPERTY", "MISSING_REQUIRED_PROPERTY"]


@pytest.mark.rule("B16", reading="malformed_body='INVALID_PROPERTY'")
@pytest.mark.rule("B16", reading="malformed_body='INVALID_BODY'")
@pytest.mark.parametrize("reason", ["INVALID_PROPERTY", "INVALID_BODY"])
def test_b16_create_and_update_may_call_it_an_invalid_body(make: Make, reason: str) -> None:
    caller = make(malformed_body=reason)
    for method in ("POST", "PATCH"):
        refused = caller.send(method, caller.dm("document_uploads"), content=b"{", headers=caller.headers)
        assert (refused.status_code, reasons(refused)) == (400, [reason])
    other = caller.send("POST", caller.dm("document_revisions"), content=b"{", headers=caller.headers)
    assert (other.status_code, reasons(other)) == (400, ["INVALID_PROPERTY"])


@pytest.mark.rule("B16", reading="standard_found=True")
@pytest.mark.rule("B16", reading="standard_found=False")
def test_b16_create_cannot_find_the_naming_standard(make: Make) -> None:
    caller = make(standard_found=False)
    refused = ask(caller, "createDocumentUploads")
    assert (refused.status_code, reasons(refused)) == (404, ["NOT_FOUND"])
    caller.sim.switch(standard_found=True)
    assert ask(caller, "createDocumentUploads").status_code == 201


@pytest.mark.rule("B16")
@pytest.mark.parametrize(
    ("status", "reason"), [(406, "NOT_ACCEPTABLE"), (408, "REQUEST_TIMEOUT"), (409, "CONFLICT")]
)
def test_b16_406_408_and_409_on_demand(caller: ApiCaller, status: int, reason: str) -> None:
    caller.sim.add_fault("refused", status=status)
    refused = ask(caller, "updateDocumentUploads")
    assert (refused.status_code, refused.json()["error"]["code"], reasons(refused)) == (
        status,
        reason,
        [reason],
    )
    caller.sim.add_fault("refused", status=400, reason="INVALID_BODY")
    assert reasons(ask(caller, "updateDocumentUploads")) == ["INVALID_BODY"]


# -- what is not offered
NOT_OFFERED = [
    *((method, f"document_revisions/{UNKNOWN_ID}") for method in ("GET", "PUT", "PATCH", "DELETE")),
    *((method, "document_revisions") for method in ("PUT", "PATCH", "DELETE")),
    *((method, f"document_uploads/{UNKNOWN_ID}") for method in ("PUT", "PATCH", "DELETE")),
    *((method, "document_uploads") for method in ("PUT", "DELETE")),
    ("POST", "webhooks"),
    ("POST", "document_uploads/delete"),
]


@pytest.mark.rule("B49", "B66")
@pytest.mark.parametrize("version", ["2.0", "2.1", "2.2"])
@pytest.mark.parametrize(("method", "path"), NOT_OFFERED)
def test_b66_the_operation_does_not_exist(caller: ApiCaller, version: str, method: str, path: str) -> None:
    headers = {"Authorization": f"Bearer {caller.token}", "Procore-Company-Id": str(caller.company)}
    before = caller.sim.counts.api_calls
    refused = caller.send(method, caller.dm(path, version), headers=headers)
    assert refused.status_code in (404, 405)
    error = refused.json()["error"]
    assert error["code"] in ("NOT_FOUND", "METHOD_NOT_ALLOWED")
    assert error["details"][0]["reason_code"] == error["code"]
    assert all(header in refused.headers for header in LIMITS)  # B11
    assert caller.sim.counts.api_calls == before + 1


@pytest.mark.rule("B66")
@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("POST", "/selected_uploads"), ("POST", "/status")]
)
def test_b66_no_status_of_many_files_at_once(caller: ApiCaller, method: str, path: str) -> None:
    headers = {"Authorization": f"Bearer {caller.token}", "Procore-Company-Id": str(caller.company)}
    assert caller.send(method, caller.files + path, headers=headers).status_code in (404, 405)


@pytest.mark.rule("B23", "B66")
def test_b66_an_idempotency_key_means_nothing(caller: ApiCaller) -> None:
    made = [
        ask(caller, "createDocumentUploads", headers={"Idempotency-Key": "same"}).json()["data"] for _ in "ab"
    ]
    assert made[0] != made[1]


@pytest.mark.rule("B47", "B66")
def test_b66_after_a_lost_answer_the_revision_is_found_by_its_upload(caller: ApiCaller) -> None:
    upload = caller.ready()
    caller.sim.add_fault("cut_after", operation="createDocumentRevisions")
    with pytest.raises(ConnectionResetError):
        caller.submit(upload)
    caller.call("GET", caller.dm(f"document_uploads/{upload}", "2.1"), status=404)
    rows = caller.data("GET", caller.dm("document_revisions"), per_page=100)
    assert [row["upload_id"] for row in rows] == [upload]
