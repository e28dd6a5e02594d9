"""`Simulator`: built from options, used in-process or served on 127.0.0.1, controlled by tests."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import Any

from .app import build_app
from .documents import external_changes
from .documents.processing import Processing, Reader
from .http_server import HttpServer
from .open_core import open_core
from .pdf_reader.process import ReadingProcess
from .request_guard import RequestGuard
from .runtime.call_counts import Counts
from .runtime.client_errors import ClientErrors
from .runtime.clock import Clock, make_clock
from .runtime.contract import operations
from .runtime.faults import Fault
from .runtime.options import Options
from .world.scenarios import find_scenario
from .world.simulator_core import Core


class Simulator:
    """Simulate the Document Management service.

    Parameters
    ----------
    seed : int, optional
        The same seed gives the same company, ids and secrets. Without it, the company is that of the data folder or of
        seed 1, and ids, credentials and tokens are random: a simulator that keeps running needs secrets that nobody knows.
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
        seed: int | None = None,
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
        self._http = HttpServer(port)
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
        if self._http.url is None:
            raise RuntimeError("The simulator is not started. Call start(), or use app in-process")
        return self._http.url

    @property
    def client_id(self) -> str:
        """The client id of the service account."""
        return self._core.world.client_id

    @property
    def client_secret(self) -> str:
        """The client secret of the service account."""
        return self._core.world.client_secret

    @property
    def control_key(self) -> str:
        """What callers of the control API over HTTP send as `X-Control-Key`."""
        return self._core.control_key

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
        return f"<Simulator {self._http.url or 'not started'}, seed {self._core.seed}>"

    def ready_line(self) -> dict[str, Any]:
        """Return what a client needs to connect. No other output contains the secrets.

        Returns
        -------
        dict
            url, client_id, client_secret (str), company_id, project_id (int), control_key (str).

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
            "control_key": self.control_key,
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
        if self._http.url is not None:
            return self
        if self._stopped:
            if self.options.data is None:
                raise RuntimeError("This simulator saved no data. Create a new one, or give `data`")
            self.clock.open()
            self._open()
            self._stopped = False
        try:
            self._http.start(RequestGuard(self.app, self.control_key))
        except RuntimeError:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop server, clock and jobs, save the state, and delete the temporary folder."""
        self._http.stop()
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
            A kind of fault, see docs/reference/simulator.md.
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
