"""The control routes under `/_internal/`: for tests and trainers, not for clients of the service.

They take no token, and are there for callers on this machine alone. What they drive is done in other rooms.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterator
from importlib.resources import files
from ipaddress import ip_address
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ..documents import external_changes
from ..runtime.clock import RealClock, iso
from ..runtime.faults import Fault
from ..runtime.responses import ApiError, bounded, error_response, invalid, read_json, refuse
from ..world.core import Core

T = TypeVar("T")
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(core: Core) -> list[Route]:
    """The routes of `/_internal/`."""
    return [
        Route(f"/_internal/{path}", _guarded(core, serve), methods=[verb])
        for path, verb, serve in served(Control(core))
    ]


def served(control: Control) -> Iterator[tuple[str, str, Endpoint]]:
    """Path, method and what answers it."""
    yield "ledger", "GET", control.ledger
    yield "ledger", "DELETE", control.clear_ledger
    yield "faults", "GET", control.faults
    yield "faults", "POST", control.add_faults
    yield "faults", "DELETE", control.clear_faults
    yield "clock", "GET", control.clock
    yield "clock", "POST", control.drive_clock
    yield "options", "GET", control.options
    yield "options", "PATCH", control.switch
    yield "counts", "GET", control.counts
    yield "counts", "DELETE", control.clear_counts
    yield "people/{deed}", "POST", control.do
    yield "openapi.yaml", "GET", control.contract


def _guarded(core: Core, serve: Endpoint) -> Endpoint:
    async def guarded(request: Request) -> Response:
        try:
            if not _is_here(request):
                raise refuse(404, "NOT_FOUND", "There is no such resource")
            response = await serve(await bounded(request))
        except ApiError as error:
            return error_response(error)
        if request.method != "GET":
            core.keep()
        return response

    return guarded


def _is_here(request: Request) -> bool:
    """True for callers on this machine."""
    try:
        return request.client is None or ip_address(request.client.host).is_loopback
    except ValueError:
        return False


class Control:
    """What the routes do."""

    def __init__(self, core: Core) -> None:
        self.core = core

    async def ledger(self, request: Request) -> Response:
        """Counts by kind and the latest `last` entries (100 where nothing is said)."""
        last = request.query_params.get("last", "100")
        if not (last.isascii() and last.isdigit() and len(last) < 7):
            raise invalid("last must be a number of entries")
        return JSONResponse(self.core.ledger.view(int(last)))

    async def clear_ledger(self, request: Request) -> Response:
        """Begin a new ledger."""
        self.core.ledger.clear()
        return Response(status_code=204)

    async def faults(self, request: Request) -> Response:
        """The faults still to be given, and the kinds there are."""
        return JSONResponse(self.core.faults.view())

    async def add_faults(self, request: Request) -> Response:
        """Give these faults as well: a JSON list of faults. All or none is taken."""
        told = await _told(request, list, "a JSON list of faults")
        with _refusing():
            troubles = [Fault.read(item) for item in told]
        self.core.faults.add(*troubles)
        return JSONResponse(self.core.faults.view(), 201)

    async def clear_faults(self, request: Request) -> Response:
        """Give none any more, and end the storm."""
        self.core.faults.clear()
        return Response(status_code=204)

    async def clock(self, request: Request) -> Response:
        """What o'clock it is, how fast time runs (0: by hand), and how many jobs are still to be done."""
        clock = self.core.clock
        now = clock.now()
        return JSONResponse({"now": now, "iso": iso(now), "speed": clock.speed, "jobs": clock.waiting})

    async def drive_clock(self, request: Request) -> Response:
        """`{"advance": seconds}` jumps ahead, and answers when what fell due is done; `{"speed": 60}` runs faster."""
        told = await _told(request, dict, "an object with advance or speed")
        if not told or not told.keys() <= {"advance", "speed"}:
            raise invalid("the body must have advance, in seconds, or speed, as a factor, or both")
        with _refusing():
            for name, value in told.items():
                if isinstance(value, bool) or not isinstance(value, int | float):
                    raise ValueError(f"{name} must be a number, not {value!r}")
            if "speed" in told:
                if not isinstance(self.core.clock, RealClock):
                    raise ValueError("time is driven by hand here, so it has no speed: advance it")
                self.core.clock.speed = told["speed"]
            if "advance" in told:  # in a thread: the jobs may take their time
                await run_in_threadpool(self.core.clock.advance, told["advance"])
        return await self.clock(request)

    async def options(self, request: Request) -> Response:
        """What can be changed while the simulator runs, with its values."""
        return JSONResponse(self.core.options.view())

    async def switch(self, request: Request) -> Response:
        """Have options be others from now on; all or none."""
        told = await _told(request, dict, "an object of options")
        with _refusing():
            self.core.switch(**told)
        return await self.options(request)

    async def do(self, request: Request) -> Response:
        """What people do meanwhile, `{"id": "…"}`: delete_upload, touch_upload, recycle_revision, restore_revision,
        start_workflow and reorder_container (of a container), kill_tokens (takes no id)."""
        deed = external_changes.DEEDS.get(request.path_params["deed"])
        if deed is None:
            raise refuse(404, "NOT_FOUND", f"people can {', '.join(external_changes.DEEDS)}")
        told = await _told(request, dict, "an object with an id") if await request.body() else {}
        if deed is not external_changes.kill_tokens and not told.get("id"):
            raise invalid("id is missing: say which one it is about")
        try:
            with self.core.store.lock:
                deed(self.core, str(told.get("id", "")))
        except KeyError as error:
            raise refuse(404, "NOT_FOUND", error.args[0]) from None
        return Response(status_code=204)

    async def contract(self, request: Request) -> Response:
        """The contract that is served: paths, bodies, and the names of the operations."""
        return PlainTextResponse(
            files("pdm_nb.sim").joinpath("openapi.yaml").read_text("utf-8"), media_type="text/yaml"
        )

    async def counts(self, request: Request) -> Response:
        """How often each operation was called, and how many PUTs storage got."""
        return JSONResponse(self.core.counts.state())

    async def clear_counts(self, request: Request) -> Response:
        """Count anew."""
        self.core.counts.clear()
        return Response(status_code=204)


async def _told(request: Request, kind: type[T], wish: str) -> T:
    """The request's JSON, of a kind."""
    with _refusing():
        told = read_json(await request.body() or b"null")
        if not isinstance(told, kind):
            raise ValueError(f"the body must be {wish}")
        return told


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    """400 for what cannot be read or is not allowed."""
    try:
        yield
    except (ValueError, RecursionError) as error:
        raise invalid(str(error) or "the body must be JSON") from None
