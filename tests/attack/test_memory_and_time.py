"""No response takes more memory or time than is stated: measured in a process of its own, with a hostile server outside of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pdm_nb import sim
from tests.support.hostile.faults import BY_NAME, prepare
from tests.support.hostile.server import Exchange, HostileServer

pytestmark = pytest.mark.long
MOST = 100 << 20  # bytes above normal
CLIENT = """
import resource, sys, time
import pdm_nb
from pdm_nb.runs import loop
from pdm_nb.errors import PdmError
from tests.support.hostile.calls import CALLS

operation, project, seconds, kinds = sys.argv[1:]
from pdm_nb.api.limits import response_limits
service = pdm_nb.connect()
project = service.project(project)
loop.run(CALLS["listFields"](service.client, project.scope))
response_limits.SECONDS, response_limits.storage_seconds = float(seconds), lambda size: float(seconds)
service.client.attempts = 2
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
before = peak()
for kind in range(int(kinds)):
    started = time.monotonic()
    try:
        loop.run(CALLS[operation](service.client, project.scope))
    except PdmError as error:
        print(error, file=sys.stderr)
    print(peak() - before, time.monotonic() - started)
    loop.run(CALLS["showMe"](service.client, project.scope))  # the next kind
"""
KINDS = ("endless", "gzip", "deflate", "twice", "encoding", "head", "interim", "drip", "deep", "wide")


@pytest.mark.parametrize(
    "operation", ["listFieldValues", "createUpload", "putSegment", "getFile", "getToken"]
)
def test_no_response_takes_much_memory_or_time(operation: str) -> None:
    """The peaks of one process only grow: those of all kinds together are below the limit."""
    prepare()
    with sim.Simulator() as simulator, HostileServer(simulator.url) as server:

        def give(exchange: Exchange) -> object:
            return BY_NAME[KINDS[server.calls["showMe"]]].give(exchange)

        # The first token is needed to sign in.
        server.strike(
            operation, give, only=lambda exchange: operation != "getToken" or server.calls["listFields"] > 0
        )
        server.calls["showMe"] = 0
        environment = {
            "PDM_NB_API_URL": server.url,
            "PDM_NB_CLIENT_ID": simulator.client_id,
            "PDM_NB_CLIENT_SECRET": simulator.client_secret,
        }
        done = subprocess.run(
            [sys.executable, "-c", CLIENT, operation, str(simulator.project_id), "3", str(len(KINDS))],
            capture_output=True, text=True, timeout=240, check=False,
            env={**os.environ, **environment}, cwd=Path(__file__).parents[2],
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stderr.splitlines()) >= len(KINDS) - 2, done.stderr  # one sentence for each
    rows = [line.split() for line in done.stdout.splitlines()]
    assert len(rows) == len(KINDS)
    for kind, (taken, seconds) in zip(KINDS, rows, strict=True):
        assert int(taken) <= MOST, f"{kind}: {int(taken) >> 20} MiB above normal"
        assert float(seconds) < 30, f"{kind}: {seconds} s"
