"""`Simulator`: built from options, used in-process or served on 127.0.0.1, controlled by tests; and `pdm-nb sim`."""

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
    """uvicorn's server with an event that is set when it accepts connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class Simulator:
    """Simulate the Document Management service.

    Parameters
    ----------
    seed : int
        The same seed gives the same company, ids and secrets.
    ml_seconds : float, optional
        How long machine learning takes after completion, in simulated seconds (B35).
    scenario : str or path
        The name of a scenario (a key of `SCENARIOS`), or a scenario file (YAML or JSON).
    data : path, optional
        The folder for files and state. A later simulator with the same seed and scenario continues from it. Without
        it, files are in a temporary folder that `stop` deletes, and no state is saved.
    clock : Clock, optional
        A `RealClock` or `ManualClock`. By default a clock with the option `speed`: 1 is real time, at 0 only
        `advance` moves it.
    port : int
        The port on 127.0.0.1 on which `start` listens; 0 selects a free port.
    reader : callable or ReadingProcess, optional
        Reads a PDF (bytes or path) in this process, or a `ReadingProcess` that does. The default reads title blocks
        in a separate process.
    **options
        Any other field of `Options`; overrides the scenario.

    Attributes
    ----------
    app : ASGI application
        Serves in-process, without `start`.
    options : Options
        The options at the start.
    clock : Clock
        The simulated time.

    Raises
    ------
    TypeError
        If an option is unknown.
    ValueError
        If an option or the scenario is invalid, or if the data folder belongs to another seed or scenario or is used
        by another simulator.

    Notes
    -----
    All methods may be called from any thread.

    Examples
    --------
    >>> from pdm_nb.sim import ManualClock, Simulator
    >>> simulator = Simulator(clock=ManualClock(), page_size=7)
    >>> simulator.advance(180)
    >>> simulator.ledger.clean
    True
    >>> simulator.stop()
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
            raise TypeError(f"unknown option {unknown[0]!r}. Use {', '.join(known)}")
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
        """Build the parts and the application, from the saved state if there is a data folder."""
        if self.options.data is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="pdm-nb-sim-", ignore_cleanup_errors=True)
        folder = Path(self._temporary.name) if self._temporary else Path(self.options.data or ".")
        self._core: Core = open_core(self.options, self._scenario, self.clock, folder)
        self._processing = Processing(self._core, self._reader)
        self.app = build_app(self._core, self._processing)
        self._processing.resume()

    @property
    def url(self) -> str:
        """The address of the API and login host; RuntimeError before `start`."""
        if self._socket is None:
            raise RuntimeError("The simulator is not started. Call start(), or use app in-process")
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def client_id(self) -> str:
        """The client id of the service account."""
        return self._core.world.client_id

    @property
    def client_secret(self) -> str:
        """The client secret of the service account."""
        return self._core.world.client_secret

    @property
    def company_id(self) -> int:
        """The id of the company."""
        return self._core.world.company_id

    @property
    def project_id(self) -> int:
        """The id of the first project."""
        return self._core.world.projects[0].id

    @property
    def counts(self) -> Counts:
        """The number of API calls and of PUTs to storage."""
        return self._core.counts

    @property
    def ledger(self) -> ClientErrors:
        """The errors of clients, counted by kind; also at `/_internal/ledger`."""
        return self._core.ledger

    def __repr__(self) -> str:
        where = self.url if self._socket else "not started"
        return f"<Simulator {where}, seed {self.options.seed}>"

    def ready_line(self) -> dict[str, Any]:
        """Return what a client needs to connect. No other output contains the secret.

        Returns
        -------
        dict
            url, client_id, client_secret (str), company_id, project_id (int).

        Raises
        ------
        RuntimeError
            Before `start`.
        """
        return {
            "url": self.url,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "company_id": self.company_id,
            "project_id": self.project_id,
        }

    def start(self) -> Simulator:
        """Serve on 127.0.0.1 in a separate thread; return when connections are accepted.

        After `stop`, a simulator with a data folder continues from it, at the same address.

        Returns
        -------
        Simulator
            This simulator.

        Raises
        ------
        OSError
            If the port is in use.
        RuntimeError
            After `stop` without a data folder, or if the server does not start in time.
        """
        if self._socket is not None:
            return self
        if self._stopped:
            if self.options.data is None:
                raise RuntimeError("This simulator saved no data. Create a new one, or give `data`")
            self.clock.open()
            self._open()
            self._stopped = False
        # IPPROTO_TCP explicitly: otherwise the event loop does not set TCP_NODELAY, and responses wait 40 ms.
        if not 0 <= self._port <= 65_535:
            raise ValueError(f"port must be 0 to 65535, not {self._port}")
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", self._port))
        except OSError as error:
            listening.close()
            raise OSError(
                error.errno, f"port {self._port} on 127.0.0.1 is in use: {error.strerror}. Use another port"
            ) from None
        config = uvicorn.Config(
            self.app,
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,  # the application sets it, by the simulator's clock
            timeout_keep_alive=75,
            timeout_graceful_shutdown=2,
        )
        self._socket, self._server = listening, _Server(config)
        self._port = listening.getsockname()[1]  # keep the address for another start
        self._thread = threading.Thread(
            target=self._server.run, args=([listening],), name="simulator", daemon=True
        )
        self._thread.start()
        if not self._server.ready.wait(START_SECONDS):
            self.stop()
            raise RuntimeError(f"The simulator did not start within {START_SECONDS:g} s")
        return self

    def stop(self) -> None:
        """Stop server, clock and jobs, save the state, and delete the temporary folder."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(timeout=10)
        if self._socket is not None:
            self._socket.close()
        self._server = self._thread = self._socket = None
        self._stopped = True
        self.clock.close()
        self._processing.close()
        self._core.save()
        self._core.store.close()
        if self._temporary:
            self._temporary.cleanup()

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # Control methods, for tests; the same as the control API.

    def wait_ml(self, timeout: float = 120.0) -> bool:
        """Wait until machine learning, scraping and scans have finished. Advances a manual clock.

        Parameters
        ----------
        timeout : float
            Real seconds to wait.

        Returns
        -------
        bool
            False after the timeout.
        """
        return self.clock.drain(timeout)

    def fail_next(
        self,
        operation_id: str,
        status: int,
        times: int = 1,
        reason: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        """Refuse the next calls of an operation without doing their work (B13).

        Parameters
        ----------
        operation_id : str
            An `operationId` of the contract.
        status : int
            The status of the response, 400 to 599.
        times : int
            The number of calls to refuse.
        reason : str, optional
            The reason code.
        retry_after : int, optional
            The header `Retry-After`, in seconds.

        Raises
        ------
        ValueError
            If the operation or the status is invalid.
        """
        if operation_id not in {operation.id for operation in operations()}:
            raise ValueError(f"{operation_id!r} is not an operation of the contract")
        settings = {"status": status, "times": times, "reason": reason, "retry_after": retry_after}
        self.add_fault("refused", operation=operation_id, **settings)

    def advance(self, seconds: float) -> None:
        """Jump ahead in time; when this returns, all jobs that became due are done.

        Parameters
        ----------
        seconds : float
            Simulated seconds, 0 or more.
        """
        self.clock.advance(seconds)

    def switch(self, **options: Any) -> None:
        """Change options while the simulator runs.

        Parameters
        ----------
        **options
            Fields of `Options`, except those in `FIXED`.

        Raises
        ------
        ValueError
            If an option is unknown, fixed or has a wrong value; then none is changed.
        """
        self._core.switch(**options)
        self._core.save()

    def add_fault(self, kind: str, **more: Any) -> None:
        """Add a fault.

        Parameters
        ----------
        kind : str
            A kind of fault, see docs/simulator.md.
        **more
            Other fields of `Fault`, such as `operation`, `times` or `after`.

        Raises
        ------
        ValueError
            If the kind or a field is invalid.
        """
        self._core.faults.add(Fault.read({"kind": kind, **more}))
        self._core.save()

    def clear_faults(self) -> None:
        """Remove all waiting faults and end the storm."""
        self._core.faults.clear()
        self._core.save()

    def delete_upload(self, upload_id: str) -> None:
        """Delete an upload, as a user would (B50); KeyError if the id is unknown."""
        self._apply(external_changes.delete_upload, upload_id)

    def touch_upload(self, upload_id: str) -> None:
        """Change an upload, which gets a new event id (B31, B45); KeyError if the id is unknown."""
        self._apply(external_changes.touch_upload, upload_id)

    def recycle_revision(self, revision_id: str) -> None:
        """Move a revision to the recycle bin, as a user would (B62, B63); KeyError if the id is unknown."""
        self._apply(external_changes.recycle_revision, revision_id)

    def restore_revision(self, revision_id: str) -> None:
        """Restore a revision from the recycle bin, as a user would (B62, B69); KeyError if the id is unknown."""
        self._apply(external_changes.restore_revision, revision_id)

    def reorder_container(self, container_id: str) -> None:
        """Reverse the order within a container (B63); KeyError if the id is unknown."""
        self._apply(external_changes.reorder_container, container_id)

    def start_workflow(self, container_id: str) -> None:
        """Start a workflow on a container's latest revision (B48); KeyError if the id is unknown."""
        self._apply(external_changes.start_workflow, container_id)

    def kill_tokens(self) -> None:
        """Expire all access tokens; refresh tokens stay valid (B8)."""
        self._apply(external_changes.kill_tokens)

    def _apply(self, change: Callable[[Core, str], None], key: str = "") -> None:
        with self._core.store.lock:
            change(self._core, key)


def main(argv: Sequence[str] | None = None) -> int:
    """Run `pdm-nb sim`: serve until SIGINT or SIGTERM; print one line of JSON when ready, and logs to stderr.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments of the command; default `sys.argv[1:]`.

    Returns
    -------
    int
        The exit status: 0, or 2 if the simulator could not start.
    """
    arguments = _arguments(argv)
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    saved = about_of(arguments.data) if arguments.data else {}
    try:
        simulator = Simulator(
            seed=int(saved.get("seed", 1)) if arguments.seed is None else arguments.seed,
            ml_seconds=arguments.ml_seconds,
            scenario=arguments.scenario or saved.get("scenario", "default"),
            **({} if arguments.speed is None else {"speed": arguments.speed}),
            data=arguments.data,
            port=arguments.port,
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
    while not ended.wait(0.5):  # in short waits: not every system lets a signal interrupt a long one
        pass
    simulator.stop()
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="pdm-nb sim", description="Serve a simulated Document Management service on 127.0.0.1."
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on (0: any free port)")
    parser.add_argument(
        "--seed",
        type=int,
        default=None,
        help="the same seed gives the same ids and secrets (default: that of the data folder, or 1)",
    )
    parser.add_argument(
        "--ml-seconds", type=float, default=None, help="how long machine learning takes, in simulated seconds"
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=None,
        help="folder for files and state, to continue from (default: a temporary folder)",
    )
    parser.add_argument(
        "--scenario",
        default=None,
        help=f"{', '.join(SCENARIOS)}, or a scenario file (.yaml, .json)",
    )
    parser.add_argument(
        "--speed",
        type=float,
        default=None,
        help="how fast time passes (default: 1); 0: only POST /_internal/clock advances it",
    )
    return parser.parse_args(argv)
