"""A running simulator with records of every kind, and a caller that connects through a socket.

Shared by the tests in `tests/outside`. The clock is manual and the seed given, so that the world and its ids are the same
each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

import httpx2

from pdm_nb import sim
from tests.support.simulator.api_caller import DRAWING, ApiCaller

PATIENCE = 120.0  # seconds that an answer may take on a busy machine
PLENTY = 10**9  # calls an hour and per ten seconds: a 429 would hide everything else
BYTES = b"%PDF-1.7 a file that waits"


class Service(ApiCaller):
    """A caller of a running simulator. `uploads` exist from the start and are ready to submit."""

    def __init__(self, simulator: sim.Simulator) -> None:
        super().__init__(simulator)
        self.uploads = [row["id"] for row in self.listed("document_uploads", "2.1")]

    def connect(self) -> None:
        self.wire = httpx2.Client(base_url=self.sim.url, timeout=PATIENCE)

    def close(self) -> None:
        self.wire.close()

    def send(self, method: str, url: str, **more: Any) -> httpx2.Response:
        return self.wire.request(method, url, **more)

    def listed(self, path: str, version: str = "2.0") -> list[dict[str, Any]]:
        """The first hundred rows of a list."""
        return self.data("GET", self.dm(path, version), per_page=100)

    def in_other_project(self) -> Service:
        """The same caller for the second project."""
        other = copy(self)
        other.project = self.world.projects[1]
        return other

    def waiting_files(self, count: int) -> list[str]:
        """Create files whose bytes are stored and whose ETags are not reported yet."""
        found = []
        for _ in range(count):
            file = self.announce(BYTES).json()["data"]
            self.put(file["segments"][0], BYTES)
            found.append(file["upload_id"])
        return found

    def records(self, kind: type[Any]) -> list[Any]:
        """All records of a kind that the simulator holds."""
        return list(self.sim._core.store.rows(kind))

    def add_records(self, waiting: int) -> Service:
        """Add what the seeded uploads lack: revisions, bins, incomplete files, records of another project."""
        [*submitted, deleted] = self.uploads[:4]
        self.sim.recycle_revision(self.submit(*submitted)["ids"][0])
        self.sim.delete_upload(deleted)
        self.create("drawing.pdf", "notes.txt", "Überblick.pdf")
        for _ in range(4):
            self.stored()
        self.waiting_files(waiting)
        self.in_other_project().create("elsewhere.pdf")
        return self


@contextmanager
def seeded_service(waiting: int = 30, **options: Any) -> Iterator[Service]:
    """A simulator on a socket with records of every kind, and a caller with a service account.

    `waiting`: the number of files that are ready to be completed. `options` are those of the simulator.
    """
    told = {"seed": 1, "uploads": 60, "hourly_limit": PLENTY, "spike_limit": PLENTY, **options}
    with sim.Simulator(clock=sim.ManualClock(), reader=lambda source: DRAWING, **told) as simulator:
        service = Service(simulator)
        try:
            yield service.add_records(waiting)
        finally:
            service.close()
