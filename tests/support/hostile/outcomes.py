"""Measures what each kind of hostile response does to each operation. `python -m tests.support.hostile.outcomes` stores it.

The stored table is what `tests/attack/test_fault_table.py` expects, and what `docs/reference/faults.md` shows.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import urllib3

import pdm_nb
from pdm_nb import sim
from pdm_nb.api.client import ATTEMPTS, TimeSource
from pdm_nb.api.limits import response_limits
from pdm_nb.api.network import storage_connections
from pdm_nb.errors import PdmError, SignInError, ThrottledError, TokenError
from pdm_nb.explore.download import may_succeed
from pdm_nb.runs import loop

from .calls import CALLS, operation_of
from .faults import KINDS, Kind, prepare
from .server import HostileServer

STORED = Path(__file__).with_name("outcomes.json")
READ, WHOLE = 0.3, 1.0  # seconds: for a read, and for a response; instead of a minute and two
LEGEND = {
    "ok": "the call ends as it would without the odd values",
    "retried": f"the same call, or part, is sent up to {ATTEMPTS} times with growing pauses; then it fails",
    "waits": "no call is sent until the time that the response names; after 12 refusals the call fails",
    "new token": "the token is renewed once and the call is sent again; then it fails",
    "limit": "the call fails at the limit, and is not sent again",
    "fails": "the call fails at once with the message of the service",
    "format": "the call fails at once: the format of the response is not the documented one",
    "part again": "the part fails; it is sent again to a new URL, four times without progress, then the document is put on hold",
    "file again": "the file is requested again at a new URL, from where it ended, four times without progress; then it is reported as failed",
    "new URL": "the part is sent to a new URL; then the document fails with the message of storage",
    "sign-in": "the sign-in fails with a sentence",
    "looked up": "it is not sent again; the service is asked what became of the submit",
}


@contextmanager
def hostile_service(simulator: sim.Simulator) -> Iterator[tuple[HostileServer, Any, Any]]:
    """Yield (server, service, project) behind a hostile relay, with short time-outs and skipped pauses."""
    before = response_limits.SECONDS, response_limits.storage_seconds, storage_connections.TIMEOUT
    skipped = [0.0]

    async def sleep(seconds: float) -> None:
        skipped[0] += seconds
        await asyncio.sleep(0)

    with HostileServer(simulator.url) as server:
        clock = TimeSource(lambda: time.time() + skipped[0], sleep)
        service = pdm_nb.connect(
            server.url, client_id=simulator.client_id, client_secret=simulator.client_secret, clock=clock
        )
        project = service.project(simulator.project_id)
        service.client._http._http.timeout = httpx2.Timeout(READ, connect=5.0)
        response_limits.SECONDS, response_limits.storage_seconds = WHOLE, lambda size: WHOLE
        storage_connections.TIMEOUT = urllib3.Timeout(connect=5.0, read=READ)
        try:
            yield server, service, project
        finally:
            response_limits.SECONDS, response_limits.storage_seconds, storage_connections.TIMEOUT = before


def outcome(simulator: sim.Simulator, call: str, kind: Kind) -> str:
    """Return what becomes of a call whose every response is of a kind."""
    operation = operation_of(call)
    with hostile_service(simulator) as (server, service, project):
        server.calls.clear()
        server.strike(operation, kind.give)
        try:
            loop.run(_within(CALLS[call](service.client, project.scope)))
        except PdmError as error:
            sentence = str(error)
            assert 10 < len(sentence) < 900, sentence
            assert "\n" not in sentence, sentence
            # These are the simulator's own responses, with odd values in addition: it does not know the id.
            is_own = kind.name in ("headers", "numbers") and getattr(error, "status", 0) in (404, 405, 422)
            return "ok" if is_own else _of_error(operation, error, server.calls[operation])
    return "ok"


async def _within(call: Any) -> Any:
    return await asyncio.wait_for(call, 300)


def _of_error(operation: str, error: PdmError, sent: int) -> str:
    status, reason = getattr(error, "status", None), getattr(error, "reason", "")
    if operation == "putSegment":
        return (
            "new URL"
            if status == 403
            else "fails"
            if type(error).__name__ == "InvalidError"
            else "part again"
        )
    if operation == "getFile" and reason != response_limits.OVER_LIMIT:
        return "file again" if may_succeed(error) else "fails"
    is_unknown = status is None or status >= 500 or status in (408, 425)
    if operation == "createDocumentRevisions" and is_unknown:
        return "looked up"
    if reason == response_limits.OVER_LIMIT:
        return "limit"
    if isinstance(error, SignInError):
        return "sign-in"
    if isinstance(error, TokenError):
        return "new token"
    if isinstance(error, ThrottledError):
        return "waits"
    if reason == "ANSWER_SHAPE":
        return "format"
    if sent >= ATTEMPTS:
        return "retried"
    return "fails"


def measure(call: str) -> dict[str, str]:
    """Return the outcome of each kind for one call."""
    prepare()
    with sim.Simulator(hourly_limit=10**9, spike_limit=10**9) as simulator:
        return {kind.name: outcome(simulator, call, kind) for kind in KINDS}


if __name__ == "__main__":
    names = sys.argv[1:] or list(CALLS)
    known = json.loads(STORED.read_text("utf-8")) if STORED.exists() else {}
    for name in names:
        known[name] = measure(name)
        print(name, known[name], flush=True)
        STORED.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
