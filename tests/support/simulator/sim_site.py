"""For tests of whole uploads: a simulator behind a socket, on a clock that the client's sleeping advances."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import httpx2

import pdm_nb
from pdm_nb import sim
from pdm_nb.api.client import TimeSource
from pdm_nb.sim.samples import write_samples


class FaultyTransport(httpx2.AsyncHTTPTransport):
    """A network with failures: lost requests, and responses that are lost although the work was done."""

    def __init__(self) -> None:
        super().__init__(verify=False)  # no TLS here: reading the certificates is a tenth of a test
        self.requests: list[httpx2.Request] = []
        self._lost: list[str] = []
        self._cut: list[str] = []
        self._edits: list[tuple[str, str, Callable[[Any], Any]]] = []

    def lose_answer(self, path_end: str, method: str = "POST", times: int = 1) -> None:
        self._lost += [f"{method} {path_end}"] * times

    def edit(self, path_end: str, change: Callable[[Any], Any], method: str = "GET") -> None:
        """From now on, `change` edits the JSON of every response of such a call."""
        self._edits.append((method, path_end, change))

    def cut(self, path_end: str, method: str = "POST", times: int = 1) -> None:
        """Let such calls fail before they reach the server."""
        self._cut += [f"{method} {path_end}"] * times

    def cut_nothing(self) -> None:
        """From now on, let all calls reach the server."""
        self._cut.clear()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if self._due(self._cut, request):
            raise httpx2.ConnectError("cut", request=request)
        response = await super().handle_async_request(request)
        if self._due(self._lost, request):
            await response.aread()
            await response.aclose()
            raise httpx2.ReadTimeout("lost", request=request)
        for method, end, change in self._edits:
            if request.method == method and request.url.path.endswith(end) and response.is_success:
                await response.aread()
                response = _edited(response, change)
        return response

    @staticmethod
    def _due(planned: list[str], request: httpx2.Request) -> bool:
        for item in planned:
            method, _, end = item.partition(" ")
            if request.method == method and request.url.path.endswith(end):
                planned.remove(item)
                return True
        return False


def _edited(response: httpx2.Response, change: Callable[[Any], Any]) -> httpx2.Response:
    """The same response with other JSON and, for a list, the new total."""
    before, after = _rows(response.json()), change(response.json())
    headers = {name: text for name, text in response.headers.items() if name != "content-length"}
    if "total" in headers:
        headers["total"] = str(int(headers["total"]) - len(before) + len(_rows(after)))
    return httpx2.Response(response.status_code, json=after, headers=headers)


def _rows(body: Any) -> list[Any]:
    found = body.get("data") if isinstance(body, dict) else body
    return found if isinstance(found, list) else []


@cache
def _samples(count: int, seed: int) -> Path:
    """Sample documents, drawn once for all tests of a process."""
    folder = Path(tempfile.mkdtemp(prefix="pdm-nb-samples-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write_samples(folder, count, seed)
    return folder


class Site:
    """A simulator, a network and a signed-in service on one clock."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.folder = folder
        self.clock = sim.ManualClock()
        self.sim = sim.Simulator(clock=self.clock, **{"ml_seconds": 8.0} | options).start()
        self.wire = FaultyTransport()
        self.service = self.connect()
        self.project = self.service.project(self.sim.project_id)

    def connect(self, **more: Any) -> pdm_nb.Service:
        async def sleep(seconds: float) -> None:
            self.clock.advance(seconds)
            await asyncio.sleep(0)

        settings: dict[str, Any] = {"client_id": self.sim.client_id, "client_secret": self.sim.client_secret}
        settings |= {"http": httpx2.AsyncClient(transport=self.wire)} | more
        return pdm_nb.connect(self.sim.url, clock=TimeSource(self.clock.now, sleep), **settings)

    def documents(self, count: int = 12, seed: int = 7) -> Path:
        copied = self.folder / "documents"
        shutil.copytree(_samples(count, seed), copied, copy_function=shutil.copyfile, dirs_exist_ok=True)
        return copied

    def batch(self, source: Any = None, **more: Any) -> pdm_nb.Batch:
        source = self.documents() if source is None else source
        return self.project.batch(source, **{"journal": self.folder / "batch.sqlite"} | more)

    def plain(self, count: int = 3) -> pdm_nb.Batch:
        """A batch of small files that need neither ML nor a naming standard, with all required fields set."""
        files = self.folder / "plain"
        files.mkdir(exist_ok=True)
        for number in range(count):
            (files / f"letter-{number:03}.txt").write_text(f"letter {number}")
        batch = self.batch(files)
        for field, value in {
            "type": "Other",
            "status": "S2",
            "revision": "P01",
            "description": "A letter",
        }.items():
            assert batch.set(None, field, value).findings == []
        return batch

    def ready(self, count: int = 3) -> pdm_nb.Batch:
        """The same, uploaded and ready to submit."""
        batch = self.plain(count)
        batch.upload().wait()
        batch.watch().wait()
        assert set(batch.frame["state"]) == {"ready"}
        return batch

    def revision_count(self) -> int:
        return len(self.project.revisions())

    def calls(self, operation: str) -> int:
        return self.service.client.calls[operation]
