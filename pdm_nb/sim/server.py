"""The simulator as one object: built from options, used in-process or served on 127.0.0.1, and driven by tests.

Also the command `pdm-nb sim`.
"""

from __future__ import annotations

import argparse
import json
import logging
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import uvicorn

from .app import build_app
from .documents import external_changes
from .documents.processing import Processing, Reader
from .open_core import open_core
from .pdf_reader.process import ReadingProcess
from .runtime.call_counts import Counts
from .runtime.client_errors import ClientErrors
from .runtime.clock import Clock, make_clock
from .runtime.contract import operations
from .runtime.faults import Fault
from .runtime.options import Options
from .world.core import Core
from .world.persistence import about_of
from .world.scenarios import SCENARIOS, find_scenario

START_SECONDS = 15.0


class _Server(uvicorn.Server):
    """uvicorn's server, saying when it accepts connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class Simulator:
    """A double of the service.

    Parameters
    ----------
    seed : int
        The same seed gives the same company, ids and secrets.
    ml_seconds : float
        How long ML takes after completion, in the clock's seconds (B35).
    scenario : str or path
        A named project and set of options, or a scenario file (YAML or JSON); ValueError where there is none of that
        name, or with what is wrong in the file.
    data : path, optional
        The folder for files and for all that the simulator remembers: a later one with the same seed and scenario
        goes on from it (ValueError with another seed or scenario, or while one is using it). Without it a temporary
        folder for files, gone after `stop`, and nothing is kept.
    clock : Clock, optional
        `RealClock`, or a `ManualClock` to drive time by hand; without it a clock that runs `speed` times as fast as
        the wall's (1), or stands still until it is advanced (0).
    port : int
        Where `start` listens on 127.0.0.1; 0 takes a free port.
    reader : callable or ReadingProcess, optional
        Reads a PDF (bytes or path) in this process, or what reads it in another, in the place of the reader that is
        shipped, which is `reading.read_pdf` in a process of its own.
    **options
        Any other field of `Options`, over what the scenario says.

    `app` serves in-process, without `start`. Control methods may be called from any thread.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        ml_seconds: float | None = None,
        scenario: str | Path = "default",
        data: str | Path | None = None,
        clock: Clock | None = None,
        port: int = 0,
        reader: Reader | ReadingProcess | None = None,
        **options: Any,
    ) -> None:
        known = [one.name for one in fields(Options)]
        if unknown := [name for name in options if name not in known]:
            raise TypeError(f"{unknown[0]} is no option of a simulator; there are {', '.join(known)}")
        self._scenario = find_scenario(scenario)
        given = {**self._scenario.options, **options} | {
            "seed": seed,
            "data": None if data is None else Path(data),
        }
        self.options = Options(**given if ml_seconds is None else {**given, "ml_seconds": ml_seconds})
        self.clock = clock or make_clock(self.options.speed)
        self._port = port
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._server: _Server | None = None
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._stopped = False
        self._reader = reader
        self._open()

    def _open(self) -> None:
        """The parts, and the application over them; with a data folder, as they were left."""
        if self.options.data is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="pdm-nb-sim-", ignore_cleanup_errors=True)
        folder = Path(self._temporary.name) if self._temporary else Path(self.options.data or ".")
        self._core: Core = open_core(self.options, self._scenario, self.clock, folder)
        self._processing = Processing(self._core, self._reader)
        self.app = build_app(self._core, self._processing)
        self._processing.resume()

    @property
    def url(self) -> str:
        """The address of both hosts, once started."""
        if self._socket is None:
            raise RuntimeError("the simulator is not started: call start(), or use app in-process")
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def client_id(self) -> str:
        return self._core.world.client_id

    @property
    def client_secret(self) -> str:
        return self._core.world.client_secret

    @property
    def company_id(self) -> int:
        return self._core.world.company_id

    @property
    def project_id(self) -> int:
        """The first project's id: Riverside Tower."""
        return self._core.world.projects[0].id

    @property
    def counts(self) -> Counts:
        """How often the API was called, and how many PUTs storage got."""
        return self._core.counts

    @property
    def ledger(self) -> ClientErrors:
        """What callers did wrong, counted by kind; also at `/_internal/ledger`."""
        return self._core.ledger

    def __repr__(self) -> str:
        where = self.url if self._socket else "not started"
        return f"<Simulator {where}, seed {self.options.seed}>"

    def ready_line(self) -> dict[str, Any]:
        """What a client needs to connect. The only place that shows the secret."""
        return {
            "url": self.url,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "company_id": self.company_id,
            "project_id": self.project_id,
        }

    def start(self) -> Simulator:
        """Serve on 127.0.0.1 in a thread of its own; returns once connections are accepted.

        After `stop`, a simulator with a data folder goes on from it, at the same address.
        """
        if self._socket is not None:
            return self
        if self._stopped:
            if self.options.data is None:
                raise RuntimeError(
                    "nothing was kept of a simulator without data: make a new one, or give `data`"
                )
            self.clock.open()
            self._open()
            self._stopped = False
        # By its name, or the event loop does not know it for TCP, and answers wait 40 ms for more to send.
        if not 0 <= self._port <= 65_535:
            raise ValueError(f"port must be 0 to 65535, not {self._port}")
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", self._port))
        except OSError as error:
            listening.close()
            raise OSError(error.errno, f"port {self._port} on 127.0.0.1 is taken: {error.strerror}") from None
        config = uvicorn.Config(
            self.app,
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,  # the application's own, by the simulator's clock
            timeout_keep_alive=75,
            timeout_graceful_shutdown=2,
        )
        self._socket, self._server = listening, _Server(config)
        self._port = listening.getsockname()[1]  # started again, it is found where it was
        self._thread = threading.Thread(
            target=self._server.run, args=([listening],), name="simulator", daemon=True
        )
        self._thread.start()
        if not self._server.ready.wait(START_SECONDS):
            self.stop()
            raise RuntimeError("the simulator did not start in time")
        return self

    def stop(self) -> None:
        """End what was started: server, clock, jobs, and the temporary folder."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(timeout=10)
        if self._socket is not None:
            self._socket.close()
        self._server = self._thread = self._socket = None
        self._stopped = True
        self.clock.close()
        self._processing.close()
        self._core.keep()
        self._core.store.close()
        if self._temporary:
            self._temporary.cleanup()

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # What people and the service's own machinery do meanwhile; for tests.

    def wait_ml(self, timeout: float = 120.0) -> bool:
        """Wait until ML, scraping and scans are through; False after `timeout` real seconds. Moves a manual clock on."""
        return self.clock.drain(timeout)

    def fail_next(
        self,
        operation_id: str,
        status: int,
        times: int = 1,
        reason: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        """Refuse the next calls of an operation of the contract, doing nothing; `retry_after` in seconds (B13)."""
        if operation_id not in {operation.id for operation in operations()}:
            raise ValueError(f"{operation_id!r} is no operation of the contract")
        told = {"status": status, "times": times, "reason": reason, "retry_after": retry_after}
        self.add_fault("refused", operation=operation_id, **told)

    def advance(self, seconds: float) -> None:
        """Let time jump ahead; what falls due on the way is done when this returns."""
        self.clock.advance(seconds)

    def switch(self, **options: Any) -> None:
        """Have options be others from now on; ValueError for one that a running simulator cannot change."""
        self._core.switch(**options)
        self._core.keep()

    def add_fault(self, kind: str, **more: Any) -> None:
        """Give a fault of `faults.KINDS`, with anything else that `faults.Trouble` has; ValueError where it has not."""
        self._core.faults.add(Fault.read({"kind": kind, **more}))
        self._core.keep()

    def clear_faults(self) -> None:
        """Give no more faults, and end the storm."""
        self._core.faults.clear()
        self._core.keep()

    def delete_upload(self, upload_id: str) -> None:
        """A person deletes an upload (B50)."""
        self._do(external_changes.delete_upload, upload_id)

    def touch_upload(self, upload_id: str) -> None:
        """Somebody changes an upload: it gets a new event id (B31, B45)."""
        self._do(external_changes.touch_upload, upload_id)

    def recycle_revision(self, revision_id: str) -> None:
        """A person moves a revision to the bin (B62, B63)."""
        self._do(external_changes.recycle_revision, revision_id)

    def restore_revision(self, revision_id: str) -> None:
        """A person takes a revision out of the bin (B62, B69)."""
        self._do(external_changes.restore_revision, revision_id)

    def reorder_container(self, container_id: str) -> None:
        """A person turns the order within a container round (B63)."""
        self._do(external_changes.reorder_container, container_id)

    def start_workflow(self, container_id: str) -> None:
        """A workflow begins on a container's latest revision (B48)."""
        self._do(external_changes.start_workflow, container_id)

    def kill_tokens(self) -> None:
        """All access tokens die at once; refresh tokens live on (B8)."""
        self._do(external_changes.kill_tokens)

    def _do(self, deed: Callable[[Core, str], None], key: str = "") -> None:
        with self._core.store.lock:
            deed(self._core, key)


def main(argv: Sequence[str] | None = None) -> int:
    """`pdm-nb sim`: one line of JSON on stdout when ready, logs on stderr, serves until SIGINT or SIGTERM."""
    asked = _arguments(argv)
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    kept = about_of(asked.data) if asked.data else {}
    try:
        simulator = Simulator(
            seed=int(kept.get("seed", 1)) if asked.seed is None else asked.seed,
            ml_seconds=asked.ml_seconds,
            scenario=asked.scenario or kept.get("scenario", "default"),
            **({} if asked.speed is None else {"speed": asked.speed}),
            data=asked.data,
            port=asked.port,
        ).start()
    except (OSError, ValueError) as error:
        print(f"pdm-nb sim: {error}", file=sys.stderr)
        return 2
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    print(json.dumps(simulator.ready_line()), flush=True)
    while not ended.wait(0.5):  # in short waits: not every system lets a signal end a long one
        pass
    simulator.stop()
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="pdm-nb sim", description="Serve a simulated Document Management on 127.0.0.1."
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    parser.add_argument(
        "--seed", type=int, default=None, help="the same seed gives the same world (1, or the data folder's)"
    )
    parser.add_argument("--ml-seconds", type=float, default=None, help="how long machine learning takes")
    parser.add_argument(
        "--data", type=Path, default=None, help="folder to go on from; default a temporary one"
    )
    parser.add_argument(
        "--scenario",
        default=None,
        help=f"one of {', '.join(SCENARIOS)}, or a scenario file (.yaml, .json)",
    )
    parser.add_argument(
        "--speed",
        type=float,
        default=None,
        help="how fast time passes (1); 0: by hand, POST /_internal/clock advances it",
    )
    return parser.parse_args(argv)
