"""Abusive input over a socket: huge bodies, a full disk. Other callers are not affected."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pdm_nb import sim
from pdm_nb.sim.runtime.contract import BATCH
from pdm_nb.sim.runtime.responses import LARGEST_BODY
from tests.support.contract.contract_checks import check
from tests.support.simulator.server_process import RUN, signed_in

pytestmark = pytest.mark.slow

MANY = 200_000


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[sim.Simulator, httpx2.Client]]:
    with (
        sim.Simulator(hourly_limit=10**9, spike_limit=10**9) as simulator,
        signed_in(simulator.ready_line()) as client,
    ):
        client.timeout = httpx2.Timeout(60)
        yield simulator, client


@contextmanager
def another_caller(simulator: sim.Simulator) -> Iterator[None]:
    """Asks for itself before, during and after what is done within; each answer is as ever."""
    answers: list[int] = []
    told, done = threading.Condition(), threading.Event()

    def ask() -> None:
        with signed_in(simulator.ready_line()) as client:
            while not done.is_set():
                status = check(client.get("/rest/v1.0/me")).status_code
                with told:
                    answers.append(status)
                    told.notify_all()

    def wait_for(count: int) -> None:
        with told:
            assert told.wait_for(lambda: len(answers) >= count, 60)

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        wait_for(1)
        yield
        wait_for(len(answers) + 2)
    finally:
        done.set()
        asker.join(60)
    assert set(answers) == {200}


def dm(simulator: sim.Simulator, path: str, version: str = "2.0") -> str:
    place = f"companies/{simulator.company_id}/projects/{simulator.project_id}"
    return f"/rest/v{version}/{place}/document_management/{path}"


def refused(answer: httpx2.Response, status: int = 400) -> list[str]:
    assert answer.status_code == status, answer.text[:500]
    return [detail["message"] for detail in answer.json()["error"]["details"]]


BODIES: dict[str, tuple[str, str, str, Any, str]] = {
    "uploads": ("POST", "document_uploads", "2.0", {"uploads": [{}] * MANY}, f"longer than {BATCH}"),
    "numbers": ("POST", "document_uploads", "2.0", {"uploads": list(range(MANY))}, f"longer than {BATCH}"),
    "a list": ("POST", "document_uploads", "2.0", [[]] * MANY, "the body must be an object"),
    "ids": (
        "POST",
        "document_uploads/selected_uploads",
        "2.2",
        {"ids": ["01ARZ3NDEKTSV4RRFFQ69G5FAV"] * MANY},
        f"longer than {BATCH}",
    ),
    "values": (
        "PATCH",
        "document_uploads",
        "2.0",
        {
            "update_params": [
                {"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "fields": [{"id": "x", "values": [7] * MANY}]}
            ]
        },
        "values.0 must be a string",
    ),
    "a name": (
        "PATCH",
        "document_uploads",
        "2.0",
        {"update_params": [{"id": "0" * MANY}]},
        "update_params.0.id must not be longer",
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_large_body_of_nonsense_is_refused_and_holds_nobody_up(
    served: tuple[sim.Simulator, httpx2.Client], name: str
) -> None:
    simulator, client = served
    method, path, version, body, says = BODIES[name]
    with another_caller(simulator):
        found = refused(client.request(method, dm(simulator, path, version), json=body))
    assert says in found[0]
    assert len(found) <= 100


def test_many_announced_segments_hold_nobody_up(served: tuple[sim.Simulator, httpx2.Client]) -> None:
    """B54: ten thousand are allowed."""
    simulator, client = served
    size = 5_242_881
    body = {
        "file_name": "a.pdf",
        "file_size": size * 10_000,
        "content_type": "application/pdf",
        "uploader_tool_name": "document_management",
        "segments": [{"size": size, "sha256": "0" * 64}] * 10_000,
    }
    path = f"/rest/v2.1/companies/{simulator.company_id}/projects/{simulator.project_id}/uploads"
    with another_caller(simulator):
        answer = check(client.post(path, json=body))
        assert len(answer.json()["data"]["segments"]) == 10_000
        body["segments"] *= 2
        assert "segments must not be longer" in refused(client.post(path, json=body))[0]


@pytest.mark.parametrize(
    "path", ["document_uploads", "/oauth/token", "/oauth/authorize", "/_internal/faults"]
)
def test_a_body_without_end_is_cut_off(served: tuple[sim.Simulator, httpx2.Client], path: str) -> None:
    simulator, client = served
    url = path if path.startswith("/") else dm(simulator, path)
    sent = 0

    def stream() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1 << 20
            yield b"[" * (1 << 20)

    try:
        answer = client.post(url, content=stream())
        assert refused(answer, 413) == [f"The body must be at most {LARGEST_BODY} bytes"]
    except (httpx2.WriteError, httpx2.ReadError, httpx2.RemoteProtocolError):
        pass  # the answer may come while the caller still sends, and the connection is closed then
    assert sent < 10 * LARGEST_BODY
    assert check(client.get("/rest/v1.0/me")).status_code == 200


def test_more_bytes_than_announced_are_not_kept(served: tuple[sim.Simulator, httpx2.Client]) -> None:
    simulator, client = served
    path = f"/rest/v2.1/companies/{simulator.company_id}/projects/{simulator.project_id}/uploads"
    told = {
        "file_name": "a",
        "file_size": 3,
        "content_type": "a/b",
        "uploader_tool_name": "document_management",
    }
    file = check(client.post(path, json=told | {"segments": [{"sha256": "0" * 64}]})).json()["data"]
    [segment] = file["segments"]
    del segment["headers"]["Content-Length"]
    with httpx2.Client() as storage:
        answer = storage.put(segment["url"], content=b"x" * (8 << 20), headers=segment["headers"])
    assert answer.status_code == 400
    assert "IncompleteBody" in answer.text
    assert not [one for one in simulator._core.data.iterdir() if one.name.startswith(file["upload_id"])]


# -- a full disk: a process that may write files of so many bytes and no more, as the operating system has it
ROOM = 3 << 20


@pytest.fixture
def cramped(tmp_path: Path) -> Iterator[dict[str, Any]]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))

    command = [sys.executable, "-c", RUN, "--data", str(tmp_path / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, preexec_fn=limit, env=os.environ) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())
        finally:
            server.terminate()
            server.wait(60)


def announce(client: httpx2.Client, told: dict[str, Any], size: int, digest: str) -> dict[str, Any]:
    path = f"/rest/v2.1/companies/{told['company_id']}/projects/{told['project_id']}/uploads"
    body = {
        "file_name": "a",
        "file_size": size,
        "content_type": "a/b",
        "uploader_tool_name": "document_management",
    }
    found: dict[str, Any] = check(client.post(path, json=body | {"segments": [{"sha256": digest}]})).json()[
        "data"
    ]
    return found


def test_a_full_disk_fails_what_needs_room_and_nothing_else(cramped: dict[str, Any]) -> None:
    """First the bytes of a file do not fit, then the simulator's own records; whoever reads is served."""
    with signed_in(cramped) as client:
        file = announce(client, cramped, ROOM * 2, "0" * 64)
        [segment] = file["segments"]
        with httpx2.Client() as storage:
            answer = storage.put(segment["url"], content=b"x" * ROOM * 2, headers=segment["headers"])
        assert answer.status_code == 500
        assert "InternalError" in answer.text
        place = f"companies/{cramped['company_id']}/projects/{cramped['project_id']}/document_management"
        path = f"/rest/v2.0/{place}/document_uploads"
        body = {"uploads": [{"file_name": "a" * 200, "mime_type": "application/pdf"}] * 100}
        for _ in range(300):
            answer = check(client.post(path, json=body))
            if answer.status_code != 201:
                break
        assert answer.status_code == 500
        assert answer.json()["error"]["details"][0]["reason_code"] == "INTERNAL_ERROR"
        assert check(client.get("/rest/v1.0/me")).status_code == 200
        assert check(client.get(f"/rest/v2.0/{place}/fields", params={"per_page": 100})).status_code == 200
