"""Faults, requested and random: each affects only what it is meant for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from pdm_nb import sim
from pdm_nb.sim.runtime.faults import KINDS, PUT, Fault, Faults
from pdm_nb.sim.world.records import StoredFile, Upload
from tests.support.simulator.api_caller import ApiCaller, messages, reasons
from tests.support.simulator.server_process import signed_in
from tests.support.simulator.sign_in import OOB, code

BODY = b"%PDF-1.7 sample"


def get(caller: ApiCaller, path: str = "fields", **more: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {caller.token}", "Procore-Company-Id": str(caller.company)}
    return caller.send("GET", caller.dm(path), params={"per_page": 100}, headers=headers | more)


def uploads(caller: ApiCaller) -> list[Upload]:
    return list(caller.sim._core.store.rows(Upload))


def ask(caller: ApiCaller, path: str, body: Any, status: int | None = None) -> Any:
    return caller.call("POST", path, body, status, per_page=100)


def item(caller: ApiCaller, upload: str) -> dict[str, str]:
    return {"id": upload, "upload_latest_event_id": caller.event(upload)}


def submit(caller: ApiCaller, *ids: str, status: int = 201) -> Any:
    """With the event ids of now, before the fault changes anything."""
    return ask(
        caller, caller.dm("document_revisions", "2.1"), {"uploads": [item(caller, i) for i in ids]}, status
    )


# -- around any call
@pytest.mark.rule("B8")
def test_b8_a_token_dies_in_mid_run(caller: ApiCaller) -> None:
    caller.sim.add_fault("token_died", after=1)
    assert [get(caller).status_code for _ in range(3)] == [200, 401, 401]
    assert reasons(get(caller)) == ["INVALID_TOKEN"]
    caller.token = caller.sign_in()["access_token"]
    assert get(caller).status_code == 200


@pytest.mark.rule("B12")
@pytest.mark.parametrize(("window", "seconds"), [("spike", 10), ("hour", 3600)])
@pytest.mark.parametrize("retry_after", [None, 0, 7])
def test_b12_throttled_until_the_reset_with_and_without_retry_after(
    caller: ApiCaller, clock: sim.ManualClock, window: str, seconds: int, retry_after: int | None
) -> None:
    caller.sim.add_fault("throttled", window=window, retry_after=retry_after)
    answer = get(caller)
    assert answer.status_code == 429
    told = {None: None, 0: str(seconds), 7: "7"}[retry_after]
    assert answer.headers.get("Retry-After") == told
    assert int(answer.headers["X-Rate-Limit-Reset"]) == int(clock.now()) + seconds
    assert answer.headers["X-Rate-Limit-Remaining"] == "0"
    clock.advance(seconds - 1)
    assert get(caller).status_code == 429
    assert caller.sim.ledger.counts == {"called_while_throttled": 1}
    clock.advance(1)
    caller.token = caller.sign_in()["access_token"]
    assert get(caller).status_code == 200


@pytest.mark.rule("B11")
def test_b11_limits_change_while_one_works(caller: ApiCaller) -> None:
    caller.sim.add_fault("limits_changed", spike=3)
    assert [get(caller).status_code for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.rule("B15")
@pytest.mark.parametrize("status", [500, 502, 503])
def test_b15_errors_of_a_gateway_are_html(caller: ApiCaller, status: int) -> None:
    caller.sim.add_fault("server_error", status=status, html=True)
    answer = get(caller)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert get(caller).status_code == 200


@pytest.mark.rule("B13")
def test_b13_heavy_load_says_when_to_come_back(caller: ApiCaller) -> None:
    caller.sim.add_fault("server_error", status=503, retry_after=4, times=2)
    for _ in range(2):
        answer = get(caller)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "4")
        assert answer.json()["error"]["code"] == "SERVICE_UNAVAILABLE"
    assert get(caller).status_code == 200


@pytest.mark.rule("B23")
@pytest.mark.parametrize(("kind", "made"), [("cut_before", 0), ("cut_after", 1)])
def test_b23_a_connection_that_is_cut_before_or_after_the_work(
    caller: ApiCaller, kind: str, made: int
) -> None:
    caller.sim.add_fault(kind, operation="createDocumentUploads")
    assert get(caller).status_code == 200
    with pytest.raises(ConnectionResetError):
        caller.create("a.pdf")
    assert len(uploads(caller)) == made
    caller.create("a.pdf")
    assert len(uploads(caller)) == made + 1


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
def test_over_a_socket_the_caller_gets_no_answer(kind: str) -> None:
    with sim.Simulator() as simulator, signed_in(simulator.ready_line()) as client:
        simulator.add_fault(kind)
        with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
            client.get("/rest/v1.0/me")
        assert client.get("/rest/v1.0/me").status_code == 200


@pytest.mark.rule("B23")
@pytest.mark.parametrize(("kind", "made"), [("timed_out_before", 0), ("timed_out_after", 1)])
def test_b23_no_answer_comes_before_or_after_the_work(kind: str, made: int) -> None:
    """The caller's own patience ends it, or the simulator's; others are served meanwhile."""
    with sim.Simulator() as simulator, signed_in(simulator.ready_line()) as client:
        place = f"companies/{simulator.company_id}/projects/{simulator.project_id}/document_management"
        path, body = (
            f"/rest/v2.0/{place}/document_uploads",
            {"file_name": "a.pdf", "mime_type": "application/pdf"},
        )
        for seconds, patience, error in (
            (None, 0.3, httpx2.ReadTimeout),
            (0.1, 30, httpx2.RemoteProtocolError),
        ):
            before = len(list(simulator._core.store.rows(Upload)))
            simulator.add_fault(kind, operation="createDocumentUploads", seconds=seconds)
            with pytest.raises((error, httpx2.ReadError)):
                client.post(path, json={"uploads": [body]}, timeout=patience)
            assert len(list(simulator._core.store.rows(Upload))) == before + made
            assert client.get("/rest/v1.0/me").status_code == 200


@pytest.mark.rule("B6")
@pytest.mark.parametrize(
    ("kind", "lives"), [("cut_before", True), ("cut_after", False), ("timed_out_after", False)]
)
def test_b6_a_refresh_whose_answer_is_lost(caller: ApiCaller, kind: str, lives: bool) -> None:
    """The old refresh token is dead all the same, where the work was done."""
    grant = {"grant_type": "authorization_code", "redirect_uri": OOB}
    old = caller.sign_in(code=code(caller), **grant)["refresh_token"]
    caller.sim.add_fault(kind, operation="getToken")
    form = {"grant_type": "refresh_token", "refresh_token": old, "client_id": caller.sim.client_id}
    form["client_secret"] = caller.sim.client_secret
    with pytest.raises(OSError, match="no response"):
        caller.send("POST", "/oauth/token", data=form)
    answer = caller.send("POST", "/oauth/token", data=form)
    assert answer.status_code == (200 if lives else 400)
    assert lives or answer.json()["error"] == "invalid_grant"


# -- what a call is about
@pytest.mark.rule("B26")
def test_b26_an_id_is_dropped_in_silence(caller: ApiCaller) -> None:
    one, two = caller.create("a.pdf", "b.pdf")
    caller.sim.add_fault("ids_dropped")
    body = {"update_params": [{"id": one}, {"id": two, "file_locked": True}]}
    answer = caller.call("PATCH", caller.dm("document_uploads"), body).json()["data"]
    assert answer == {"success": [{"id": one}], "failed": []}
    assert [upload.file_locked for upload in uploads(caller)] == [False, False]


@pytest.mark.rule("B28")
def test_b28_storage_verification_breaks_and_nothing_was_applied(caller: ApiCaller) -> None:
    [upload] = caller.create("a.pdf")
    file = caller.stored()
    caller.sim.add_fault("verification_broken")
    caller.update(upload, 500, file_upload_id=file, upload_status="COMPLETED")
    assert uploads(caller)[0].file_id is None
    caller.update(upload, file_upload_id=file, upload_status="COMPLETED")
    assert caller.show(upload)["upload_status"] == "COMPLETED"


@pytest.mark.rule("B45")
def test_b45_unknown_failure_of_one_item(caller: ApiCaller) -> None:
    one, two = caller.ready("a.txt"), caller.ready("b.txt")
    caller.sim.add_fault("unknown_failure")
    answer = submit(caller, one, two).json()["data"]
    [failure] = answer["failures"]
    assert (failure["upload_id"], failure["reason_code"], len(answer["ids"])) == (one, "UNKNOWN_FAILURE", 1)
    assert len(submit(caller, one).json()["data"]["ids"]) == 1


@pytest.mark.rule("B45")
def test_b45_somebody_changes_an_upload(caller: ApiCaller) -> None:
    upload = caller.ready()
    caller.sim.add_fault("upload_changed")
    [failure] = submit(caller, upload).json()["data"]["failures"]
    assert failure["reason_code"] == "CONCURRENCY_CONFLICT"
    assert submit(caller, upload).json()["data"]["failures"] == []


@pytest.mark.rule("B50")
def test_b50_somebody_deletes_an_upload(caller: ApiCaller) -> None:
    one, two = caller.ready("a.txt"), caller.ready("b.txt")
    caller.sim.add_fault("upload_deleted", operation="createDocumentRevisions")
    refused = submit(caller, one, two, status=422)
    assert reasons(refused) == ["UPLOAD_NOT_FOUND"]
    caller.call("GET", caller.dm(f"document_uploads/{one}", "2.1"), None, 404)
    assert [
        row["id"] for row in caller.data("GET", caller.dm("document_uploads/recycled_uploads", "2.1"))
    ] == [one]


@pytest.mark.rule("B51")
def test_b51_an_upload_is_taken_from_sight_and_comes_back(caller: ApiCaller) -> None:
    upload = caller.ready()
    caller.sim.add_fault("upload_hidden")
    path = caller.dm("document_uploads/selected_uploads", "2.2")
    assert ask(caller, path, {"ids": [upload]}).json()["data"] == []
    caller.call("GET", caller.dm(f"document_uploads/{upload}", "2.1"), None, 404)
    caller.sim.clear_faults()
    assert caller.show(upload)["id"] == upload


@pytest.mark.rule("B48")
def test_b48_a_workflow_starts_and_is_ended_by_the_one_who_submits(caller: ApiCaller) -> None:
    caller.submit(caller.ready("a.txt", "P01"))
    upload = caller.ready("a.txt", "P02")
    caller.sim.add_fault("workflow_started")
    assert reasons(submit(caller, upload, status=422)) == ["WORKFLOW_CONFLICT"]
    status = caller.project.by_name["status"].values[0].id
    ended = {"termination_reason": "superseded", "terminated_revision_status_id": status}
    assert len(caller.submit(upload, **ended)["ids"]) == 1


@pytest.mark.rule("B58")
@pytest.mark.parametrize("retryable", [True, False])
def test_b58_a_file_ends_failed(caller: ApiCaller, retryable: bool) -> None:
    caller.sim.add_fault("file_failed", retryable=retryable)
    file = caller.stored(BODY)
    shown = caller.data("GET", f"{caller.files}/{file}")
    assert (shown["status"], shown["error"]["retryable"]) == ("failed", retryable)
    assert caller.data("GET", f"{caller.files}/{caller.stored(BODY)}")["status"] == "available"


# -- storage
@pytest.mark.rule("B56", "B59")
@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("url_expired", 403, "AccessDenied"),
        ("bytes_corrupted", 400, "BadDigest"),
        ("put_failed", 503, "InternalError"),
    ],
)
def test_b56_and_b59_storage_refuses_and_takes_the_next(
    caller: ApiCaller, kind: str, status: int, code: str
) -> None:
    segment = caller.announce(BODY).json()["data"]["segments"][0]
    caller.sim.add_fault(kind, **({"status": 503} if kind == "put_failed" else {}))
    answer = caller.put(segment, BODY)
    assert answer.status_code == status
    assert code in answer.text
    assert caller.put(segment, BODY).status_code == 200
    assert caller.sim.ledger.clean, "nobody but the fault was careless"


@pytest.mark.rule("B56")
def test_b56_corrupted_bytes_are_found_out_later(make: Callable[..., ApiCaller]) -> None:
    caller = make(late_mismatch=True)
    caller.sim.add_fault("bytes_corrupted")
    file = caller.stored(BODY)
    assert caller.data("GET", f"{caller.files}/{file}")["error"]["retryable"] is True
    assert caller.sim.ledger.clean


def test_a_put_is_cut_in_the_middle_and_leaves_nothing(caller: ApiCaller) -> None:
    segment = caller.announce(BODY).json()["data"]["segments"][0]
    caller.sim.add_fault("put_cut")
    with pytest.raises(ConnectionResetError):
        caller.put(segment, BODY)
    [file] = caller.sim._core.store.rows(StoredFile)
    assert file.parts[0].etag is None
    assert caller.put(segment, BODY).status_code == 200


# -- machine learning
@pytest.mark.rule("B35", "B36")
@pytest.mark.parametrize(
    ("kind", "more", "told"),
    [
        ("ml_fails", {}, ["in_progress", "error", "error"]),
        ("ml_slow", {"seconds": 20.0}, ["in_progress", "in_progress", "completed"]),
        ("ml_never_ends", {}, ["in_progress"] * 3),
    ],
)
def test_b35_and_b36_machine_learning_fails_is_slow_or_never_ends(
    caller: ApiCaller, clock: sim.ManualClock, kind: str, more: dict[str, Any], told: list[str]
) -> None:
    caller.sim.add_fault(kind, **more)
    upload, seen = caller.completed(), []
    for _ in range(3):
        seen.append(caller.show(upload)["integration_statuses"]["ml"])
        clock.advance(15)
    assert seen == told
    other = caller.completed()
    clock.advance(15)
    assert caller.show(other)["integration_statuses"]["ml"] == "completed"


# -- the ways in
def test_faults_by_the_control_route(caller: ApiCaller) -> None:
    told = [{"kind": "server_error", "status": 502, "html": True}, {"kind": "put_cut", "times": 2}]
    answer = caller.send("POST", "/_internal/faults", json=told)
    assert answer.status_code == 201
    assert [one["kind"] for one in answer.json()["waiting"]] == ["server_error", "put_cut"]
    assert set(answer.json()["kinds"]) == set(KINDS)
    assert get(caller).status_code == 502
    assert [one["kind"] for one in caller.send("GET", "/_internal/faults").json()["waiting"]] == ["put_cut"]
    assert caller.send("DELETE", "/_internal/faults").status_code == 204
    assert caller.send("GET", "/_internal/faults").json()["waiting"] == []


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (b"{", "Expecting property name"),
        (b'{"kind": "put_cut"}', "list"),
        (b'[{"kind": "put_cut"}, {"kind": "rain"}]', "token_died"),
        (b'[{"kind": "put_cut", "times": "2"}]', "times: input should be a valid integer, not"),
        (b'[{"kind": "put_cut", "times": true}]', "times: input should be a valid integer, not"),
        (b'[{"kind": "put_cut", "times": 0}]', "1 or more"),
        (b'[{"kind": "put_cut", "how": 1}]', "unknown name 'how' in a fault"),
        (b'[{"kind": "refused", "operation": "dance"}]', "not an operation of the contract"),
        (b'[{"kind": "put_cut", "operation": "showMe"}]', "putSegment"),
        (b'[{"kind": "throttled", "window": "day"}]', "spike or hour"),
        (b'[{"kind": "refused", "status": 200}]', "400 to 599"),
        (b"[" * 100_000, "JSON"),
        (b'[{"kind": "token_died", "operation": "getToken"}]', "timed_out_after"),
        (b'[{"kind": "switched"}]', "options are required"),
        (b'[{"kind": "put_cut", "options": {"page_size": 7}}]', "switched"),
        (
            b'[{"kind": "switched", "options": {"page_size": "7"}}]',
            "page_size: input should be a valid integer",
        ),
        (b'[{"kind": "switched", "options": {"seed": 7}}]', "fixed when the simulator starts"),
        (b'[{"kind": "switched", "options": {"weather": 7}}]', "unknown name 'weather' in the options"),
        (b'[{"kind": "cut_after", "operation": "learn"}]', "API calls"),
        (b"[7]", "must be an object, not 7"),
    ],
)
def test_faults_that_make_no_sense_are_refused_whole(caller: ApiCaller, told: bytes, says: str) -> None:
    answer = caller.send("POST", "/_internal/faults", content=told)
    assert answer.status_code == 400
    assert says in messages(answer)[0] or says == "JSON"
    assert caller.send("GET", "/_internal/faults").json()["waiting"] == []


def test_python_names_the_faults_there_are(caller: ApiCaller) -> None:
    with pytest.raises(ValueError, match="token_died"):
        caller.sim.add_fault("rain")


# -- the storm
def drawn(storm: float, seed: int, operation: str, count: int = 400) -> list[str]:
    faults = Faults(storm, seed)
    return [trouble.kind if (trouble := faults.take(operation)) else "" for _ in range(count)]


def test_a_storm_is_drawn_from_its_seed_and_is_as_strong_as_it_says() -> None:
    once = drawn(0.1, 7, "createUpload")
    assert once == drawn(0.1, 7, "createUpload") != drawn(0.1, 8, "createUpload")
    assert 20 <= sum(map(bool, once)) <= 65
    assert not any(drawn(0, 7, "createUpload"))


def test_a_storm_of_one_operation_does_not_hang_on_the_others() -> None:
    faults = Faults(0.1, 7)
    mixed = []
    for _ in range(400):
        faults.take(PUT)
        trouble = faults.take("createUpload")
        mixed.append(trouble.kind if trouble else "")
    assert mixed == drawn(0.1, 7, "createUpload")


@pytest.mark.parametrize("operation", [PUT, "learn", "createUpload", "createDocumentRevisions"])
def test_a_storm_brings_every_kind_that_can_strike(operation: str) -> None:
    strong = {n: Fault(kind=n, **kind.storm[0]) for n, kind in KINDS.items() if kind.storm}
    assert set(drawn(1.0, 3, operation)) == {
        n for n, trouble in strong.items() if trouble.applies_to(operation)
    }


def test_the_storm_is_an_option_and_can_be_ended(make: Callable[..., ApiCaller]) -> None:
    caller = make(storm=1.0)
    assert caller.sim._core.faults.take("showMe") is not None
    assert sum(caller.send("GET", "/_internal/faults").json()["given"].values()) == 1
    caller.sim.clear_faults()
    caller.sim.clock.advance(60)
    caller.token = caller.sign_in()["access_token"]
    assert get(caller).status_code == 200
    with pytest.raises(ValueError, match="storm"):
        make(storm=1.1)


def test_every_field_of_a_fault_can_be_read() -> None:
    whole = {one.name: one.default for one in dataclasses.fields(Fault)} | {"kind": "put_cut"}
    assert Fault.read(whole) == Fault(kind="put_cut")
