"""The simulator's figures at size: `python -m tests.benchmarks.simulator --uploads 50000`. Prints one JSON object last.

The median times of calls over a socket, and the peak memory, of `pdm-nb sim`'s own simulator in a process of its own
with so many uploads in a project; beside it the same with 1,000, and how much longer the calls take than there.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2

from pdm_nb.sim import Simulator

FEW = 1000
UNLIMITED = {"hourly_limit": 10**9, "spike_limit": 10**9}


class Caller:
    """A signed-in client that counts milliseconds."""

    def __init__(self, simulator: Simulator) -> None:
        self.http = httpx2.Client(base_url=simulator.url, timeout=60)
        form = {"client_id": simulator.client_id, "client_secret": simulator.client_secret}
        token = self.http.post("/oauth/token", data={"grant_type": "client_credentials", **form}).json()
        self.http.headers["Authorization"] = f"Bearer {token['access_token']}"
        self.http.headers["Procore-Company-Id"] = str(simulator.company_id)
        place = f"companies/{simulator.company_id}/projects/{simulator.project_id}"
        self.root = f"{place}/document_management/document_uploads"
        self.random = random.Random(1)

    def ask(self, method: str, version: str, path: str = "", body: Any = None, **query: Any) -> Any:
        url = f"/rest/v{version}/{self.root}{path}"
        answer = self.http.request(method, url, json=body, params=query)
        answer.raise_for_status()
        return answer

    def keys(self) -> list[str]:
        """The ids of all listed uploads."""
        found: list[str] = []
        for page in itertools.count(1):
            rows = self.list_(view="ids_only", per_page=5000, page=page).json()["data"]
            if not rows:
                break
            found += rows
        return found

    def list_(self, **query: Any) -> Any:
        return self.ask("GET", "2.1", **query)


def median(call: Any, times: int, before: Any = None) -> float:
    """Milliseconds, the first call left out; `before` is done before each and not counted."""
    taken = []
    for _ in range(times + 1):
        if before:
            before()
        began = time.perf_counter()
        call()
        taken.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(taken[1:]), 2)


def measure(uploads: int, times: int, folder: Path | None) -> dict[str, Any]:
    """In this process: its peak memory is the simulator's, with the small client that asks."""
    began = time.perf_counter()
    with Simulator(uploads=uploads, data=folder, **UNLIMITED) as simulator:
        started = time.perf_counter() - began
        caller = Caller(simulator)
        keys = caller.keys()
        assert len(keys) == uploads
        pages = uploads // 100
        field = simulator._core.world.projects[0].by_name["description"].id

        def some(count: int) -> list[str]:
            return caller.random.sample(keys, count)

        def update() -> Any:
            items = [{"id": k, "fields": [{"id": field, "values": ["Changed"]}]} for k in some(100)]
            return caller.ask("PATCH", "2.0", body={"update_params": items})

        def create() -> Any:
            items = [{"file_name": "new.pdf", "mime_type": "application/pdf"}] * 100
            return caller.ask("POST", "2.0", body={"uploads": items})

        calls = {
            "list_page": lambda: caller.list_(per_page=100, page=caller.random.randint(1, pages)),
            "list_page_sorted": lambda: caller.list_(
                per_page=100, sort="description", page=caller.random.randint(1, pages)
            ),
            "selected_100": lambda: caller.ask(
                "POST", "2.2", "/selected_uploads", {"ids": some(100)}, per_page=100
            ),
            "show": lambda: caller.ask("GET", "2.1", f"/{some(1)[0]}"),
            "update_100": update,
            "create_100": create,
        }
        told: dict[str, Any] = {name: median(call, times) for name, call in calls.items()}
        for name in (
            "list_page",
            "list_page_sorted",
        ):  # what is kept of a list between two calls is no use then
            told[f"{name}_after_a_change"] = median(calls[name], times, before=create)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"start_s": round(started, 2), "median_ms": told, "peak_memory_mib": round(peak, 1)}


def restarted(uploads: int, folder: Path) -> float:
    """Seconds from nothing to accepting connections, going on from a folder."""
    began = time.perf_counter()
    with Simulator(uploads=uploads, data=folder, **UNLIMITED):
        return round(time.perf_counter() - began, 2)


def apart(*asked: str) -> Any:
    """One figure's process."""
    command = [sys.executable, "-m", "tests.benchmarks.simulator", *asked]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uploads", type=int, default=50_000)
    parser.add_argument("--times", type=int, default=60, help="how often each call is made")
    parser.add_argument("--one", choices=["measure", "restart"], help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one == "measure":
        print(json.dumps(measure(asked.uploads, asked.times, asked.data)))
        return
    if asked.one == "restart":
        print(json.dumps(restarted(asked.uploads, asked.data)))
        return
    often = ("--one", "measure", "--times", str(asked.times))
    many = apart(*often, "--uploads", str(asked.uploads))
    few = apart(*often, "--uploads", str(FEW))
    with tempfile.TemporaryDirectory() as folder:
        place = ("--uploads", str(asked.uploads), "--data", folder)
        kept = apart(*often, *place)
        kept["started_again_s"] = apart("--one", "restart", *place)
        kept["file_mib"] = round((Path(folder) / "simulator.sqlite").stat().st_size / 2**20, 1)
    ratio = {name: round(ms / few["median_ms"][name], 2) for name, ms in many["median_ms"].items()}
    print(
        json.dumps(
            {
                "uploads": asked.uploads,
                **many,
                "of_1000_uploads": few,
                "ratio_to_1000_uploads": ratio,
                "with_data_folder": kept,
            }
        )
    )


if __name__ == "__main__":
    main()
