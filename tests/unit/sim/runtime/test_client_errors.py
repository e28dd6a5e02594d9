"""Client errors: each is rejected as the service would reject it, and counted."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from pdm_nb import sim
from pdm_nb.sim.runtime.client_errors import KINDS
from tests.support.simulator.api_caller import ApiCaller

BODY = b"%PDF-1.7 sample"
UNKNOWN_ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def announced(caller: ApiCaller, *segments: bytes) -> dict[str, Any]:
    return caller.announce(*(segments or (BODY,))).json()["data"]


def put(caller: ApiCaller, content: bytes = BODY, drop: str = "", **added: str) -> int:
    segment = announced(caller)["segments"][0]
    headers = {name: value for name, value in segment["headers"].items() if name != drop} | added
    return caller.send("PUT", segment["url"], content=content, headers=headers).status_code


def report(caller: ApiCaller, pick: Callable[[list[str]], list[str]], *segments: bytes) -> int:
    file = announced(caller, *segments)
    quoted = [
        caller.put(one, body).headers["ETag"] for one, body in zip(file["segments"], segments, strict=True)
    ]
    path = f"{caller.files}/{file['upload_id']}"
    return caller.call("PATCH", path, {"part_etags": pick(quoted)}, 400).status_code


def dropped_company(caller: ApiCaller) -> int:
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.send("GET", caller.dm("fields"), params={"per_page": 100}, headers=headers).status_code


def linked_twice(caller: ApiCaller) -> int:
    file, (one, two) = caller.stored(), caller.create("a.pdf", "b.pdf")
    caller.update(one, file_upload_id=file)
    return caller.update(two, 500, file_upload_id=file).status_code


def linked_early(caller: ApiCaller) -> int:
    [upload] = caller.create("a.pdf")
    file = announced(caller)["upload_id"]
    [failed] = caller.update(upload, file_upload_id=file, upload_status="COMPLETED").json()["data"]["failed"]
    return failed["code"]


def without_file(caller: ApiCaller) -> int:
    return caller.update(caller.create("a.pdf")[0], 500, upload_status="COMPLETED").status_code


def label(caller: ApiCaller) -> int:
    kind = caller.project.by_name["type"]
    fields = [{"id": kind.id, "values": [kind.values[0].label]}]
    return caller.update(caller.create("a.pdf")[0], 400, fields=fields).status_code


def post(caller: ApiCaller, path: str, body: dict[str, Any], status: int) -> int:
    return caller.call("POST", path, body, status, per_page=100).status_code


def submitted_blind(caller: ApiCaller) -> int:
    return post(caller, caller.dm("document_revisions", "2.1"), {"uploads": [{"id": caller.ready()}]}, 400)


def token_elsewhere(caller: ApiCaller) -> int:
    path = f"companies/{caller.company}/projects/{caller.project.id}/collaborative_documents"
    url = f"http://app.sim/rest/v1.0/{path}/document_revisions/{UNKNOWN_ID}/download"
    return caller.send("GET", url, headers={"Authorization": f"Bearer {caller.token}"}).status_code


BIG = b"x" * 5_242_881
CARELESS: list[tuple[str, int, Callable[[ApiCaller], int]]] = [
    ("storage_authorization", 400, lambda d: put(d, Authorization=f"Bearer {d.token}")),
    ("storage_header_dropped", 403, lambda d: put(d, drop="x-amz-checksum-sha256")),
    ("storage_header_added", 403, lambda d: put(d, **{"Procore-Company-Id": "1"})),
    ("wrong_hash", 400, lambda d: put(d, content=BODY[::-1])),
    ("missing_company", 400, dropped_company),
    ("tool_name", 400, lambda d: d.announce(BODY, status=400, uploader_tool_name=None).status_code),
    ("tool_name", 400, lambda d: d.announce(BODY, status=400, uploader_tool_name="mine").status_code),
    ("tool_name", 201, lambda d: d.announce(BODY, uploader_tool_name="scheduling").status_code),
    ("part_bounds", 400, lambda d: d.announce(b"small", b"last", status=400).status_code),
    ("part_bounds", 400, lambda d: d.announce(b"", status=400).status_code),
    ("etag_quoted", 400, lambda d: report(d, list, BODY)),
    ("etag_order", 400, lambda d: report(d, lambda q: [e.strip('"') for e in q[::-1]], BIG, BODY)),
    ("etag_wrong", 400, lambda d: report(d, lambda q: ["0" * 32], BODY)),
    ("label_for_id", 400, label),
    ("file_linked_twice", 500, linked_twice),
    ("file_not_available", 409, linked_early),
    ("no_file", 500, without_file),
    ("missing_event_id", 400, submitted_blind),
    (
        "batch_too_long",
        400,
        lambda d: post(d, d.dm("document_uploads/selected_uploads", "2.2"), {"ids": [UNKNOWN_ID] * 101}, 400),
    ),
    ("unknown_endpoint", 404, lambda d: d.send("GET", d.dm("documents"), headers=d.headers).status_code),
    ("unknown_endpoint", 405, lambda d: d.send("PUT", d.dm("fields"), headers=d.headers).status_code),
    (
        "retired_endpoint",
        201,
        lambda d: post(d, d.dm("document_revisions/selected_revisions"), {"ids": [UNKNOWN_ID]}, 201),
    ),
    ("token_elsewhere", 401, token_elsewhere),
    ("no_per_page", 200, lambda d: d.call("GET", d.dm("fields")).status_code),
]  # fmt: skip


@pytest.mark.rule("B2", "B9", "B23", "B28", "B29", "B45", "B53", "B54", "B55", "B56", "B57", "B71")
@pytest.mark.parametrize(("kind", "status", "act"), CARELESS)
def test_each_carelessness_is_refused_and_counted(
    caller: ApiCaller, kind: str, status: int, act: Callable[[ApiCaller], int]
) -> None:
    """B2, B9, B23, B28, B29, B45, B53–B57, B71: refused as before, and one more in the ledger."""
    assert caller.sim.ledger.clean
    assert act(caller) == status
    assert caller.sim.ledger.counts == {kind: 1}
    [slip] = caller.sim.ledger.last()
    assert (slip.kind, slip.at) == (kind, caller.sim.clock.now())
    assert slip.message


@pytest.mark.rule("B12")
def test_b12_calls_before_the_reset_are_counted(
    make: Callable[..., ApiCaller], clock: sim.ManualClock
) -> None:
    """Not the first refusal, nor what was under way with it: the calls of who had been told to wait."""
    caller = make(spike_limit=2)

    def call(status: int) -> dict[str, int]:
        caller.call("GET", caller.dm("fields"), None, status, per_page=100)
        return caller.sim.ledger.counts

    assert [call(200), call(200), call(429), call(429)] == [{}] * 4
    clock.advance(1)
    assert call(429) == {"called_while_throttled": 1}
    clock.advance(9)
    assert call(200) == {"called_while_throttled": 1}


def test_every_kind_is_tried_here() -> None:
    assert {kind for kind, _, _ in CARELESS} | {"called_while_throttled"} == set(KINDS)


def test_a_careful_client_leaves_it_clean(caller: ApiCaller) -> None:
    caller.revisions(*caller.submit(caller.ready())["ids"])
    assert caller.sim.ledger.clean
    assert caller.send("GET", "/_internal/ledger").json() == {"clean": True, "counts": {}, "entries": []}


@pytest.mark.rule("B56", reading="late_mismatch=True")
def test_late_mismatch_counts_too(make: Callable[..., ApiCaller]) -> None:
    """B56, the other reading."""
    caller = make(late_mismatch=True)
    assert put(caller, content=BODY[::-1]) == 200
    assert caller.sim.ledger.counts == {"wrong_hash": 1}


def test_the_route_answers_counts_and_entries_and_clears(caller: ApiCaller) -> None:
    for _ in range(3):
        caller.call("GET", caller.dm("fields"))
    told = caller.send("GET", "/_internal/ledger", params={"last": 2}).json()
    assert told["counts"] == {"no_per_page": 3}
    assert [entry["operation"] for entry in told["entries"]] == ["listFields"] * 2
    assert caller.send("GET", "/_internal/ledger", params={"last": "many"}).status_code == 400
    assert caller.send("DELETE", "/_internal/ledger").status_code == 204
    assert caller.sim.ledger.clean


def test_control_is_for_callers_on_this_machine(caller: ApiCaller) -> None:
    async def ask(host: str) -> int:
        transport = httpx2.ASGITransport(caller.sim.app, client=(host, 1))
        async with httpx2.AsyncClient(transport=transport, base_url="http://sim") as http:
            return (await http.get("/_internal/ledger")).status_code

    answers = [asyncio.run(ask(host)) for host in ("192.0.2.7", "somewhere", "127.0.0.1", "::1")]
    assert answers == [404, 404, 200, 200]


def test_no_secret_is_written_down(caller: ApiCaller) -> None:
    put(caller, Authorization=f"Bearer {caller.token}")
    put(caller, content=b"secret bytes")
    told = caller.send("GET", "/_internal/ledger").text + repr(caller.sim.ledger)
    assert caller.token not in told
    assert hashlib.sha256(BODY).hexdigest() not in told
