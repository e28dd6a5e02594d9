"""The control API under `/_internal/`: for tests and trainers, not for clients of the service.

Its routes need no token. They accept callers on this machine only, and over HTTP those with the key that
`request_guard` checks. The docstrings of `Control` become the table of routes in docs/reference/simulator.md.
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
from ..world.simulator_core import Core

T = TypeVar("T")
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(core: Core) -> list[Route]:
    """Return the routes of `/_internal/`."""
    return [
        Route(f"/_internal/{path}", _guarded(core, serve), methods=[verb])
        for path, verb, serve in served(Control(core))
    ]


def served(control: Control) -> Iterator[tuple[str, str, Endpoint]]:
    """Yield path, method and endpoint of each route."""
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
    yield "people/{change}", "POST", control.make_external_change
    yield "openapi.yaml", "GET", control.contract


def _guarded(core: Core, serve: Endpoint) -> Endpoint:
    async def guarded(request: Request) -> Response:
        try:
            if not _is_local(request):
                raise refuse(404, "NOT_FOUND", "There is no such resource")
            response = await serve(await bounded(request))
        except ApiError as error:
            return error_response(error)
        if request.method != "GET":
            core.save()
        return response

    return guarded


def _is_local(request: Request) -> bool:
    try:
        return request.client is None or ip_address(request.client.host).is_loopback
    except ValueError:
        return False


class Control:
    """The endpoints of the control API."""

    def __init__(self, core: Core) -> None:
        self.core = core

    async def ledger(self, request: Request) -> Response:
        """Return the counts by kind and the latest `last` entries (default 100)."""
        last = request.query_params.get("last", "100")
        if not (last.isascii() and last.isdigit() and len(last) < 7):
            raise invalid("last must be the number of entries, 0 to 999999")
        return JSONResponse(self.core.ledger.view(int(last)))

    async def clear_ledger(self, request: Request) -> Response:
        """Clear the ledger."""
        self.core.ledger.clear()
        return Response(status_code=204)

    async def faults(self, request: Request) -> Response:
        """Return the waiting faults, the counts by kind, and all kinds."""
        return JSONResponse(self.core.faults.view())

    async def add_faults(self, request: Request) -> Response:
        """Add faults: a JSON list. All are added, or none."""
        body = await _read_body(request, list, "a JSON list of faults")
        with _invalid_as_400():
            faults = [Fault.read(item) for item in body]
        self.core.faults.add(*faults)
        return JSONResponse(self.core.faults.view(), 201)

    async def clear_faults(self, request: Request) -> Response:
        """Remove all waiting faults and end the storm."""
        self.core.faults.clear()
        return Response(status_code=204)

    async def clock(self, request: Request) -> Response:
        """Return the simulated time, the speed (0: only `advance` moves it) and the number of jobs to do."""
        clock = self.core.clock
        now = clock.now()
        return JSONResponse({"now": now, "iso": iso(now), "speed": clock.speed, "jobs": clock.waiting})

    async def drive_clock(self, request: Request) -> Response:
        """`{"advance": seconds}` jumps ahead and runs all jobs that become due; `{"speed": 60}` changes the speed."""
        body = await _read_body(request, dict, "an object with advance or speed")
        if not body or not body.keys() <= {"advance", "speed"}:
            raise invalid("the body must have advance (seconds), speed (a factor), or both")
        with _invalid_as_400():
            for name, value in body.items():
                if isinstance(value, bool) or not isinstance(value, int | float):
                    raise ValueError(f"{name} must be a number, not {value!r}")
            if "speed" in body:
                if not isinstance(self.core.clock, RealClock):
                    raise ValueError("this clock has no speed, only advance moves it. Use advance")
                self.core.clock.speed = body["speed"]
            if "advance" in body:  # in a thread: the jobs may take long
                await run_in_threadpool(self.core.clock.advance, body["advance"])
        return await self.clock(request)

    async def options(self, request: Request) -> Response:
        """Return the options that can change while the simulator runs, with their values."""
        return JSONResponse(self.core.options.view())

    async def switch(self, request: Request) -> Response:
        """Change options. All are changed, or none."""
        body = await _read_body(request, dict, "an object of options")
        with _invalid_as_400():
            self.core.switch(**body)
        return await self.options(request)

    async def make_external_change(self, request: Request) -> Response:
        """Change something as another user or the service would, `{"id": "…"}`: delete_upload, touch_upload,
        recycle_revision, restore_revision, start_workflow and reorder_container (id of a container), kill_tokens (no id)."""
        name = request.path_params["change"]
        change = external_changes.CHANGES.get(name)
        if change is None:
            message = f"unknown change '{name[:80]}'. Use one of {', '.join(external_changes.CHANGES)}"
            raise refuse(404, "NOT_FOUND", message)
        body = await _read_body(request, dict, "an object with an id") if await request.body() else {}
        if change is not external_changes.kill_tokens and not body.get("id"):
            raise invalid("id is missing: give the id of the upload, revision or container")
        try:
            with self.core.store.lock:
                change(self.core, str(body.get("id", "")))
        except KeyError as error:
            raise refuse(404, "NOT_FOUND", error.args[0]) from None
        return Response(status_code=204)

    async def contract(self, request: Request) -> Response:
        """Return the contract: paths, bodies and operation names."""
        return PlainTextResponse(
            files("pdm_nb.sim").joinpath("openapi.yaml").read_text("utf-8"), media_type="text/yaml"
        )

    async def counts(self, request: Request) -> Response:
        """Return the number of calls by operation and the number of PUTs to storage."""
        return JSONResponse(self.core.counts.state())

    async def clear_counts(self, request: Request) -> Response:
        """Reset the counts."""
        self.core.counts.clear()
        return Response(status_code=204)


async def _read_body(request: Request, kind: type[T], expected: str) -> T:
    """Parse the JSON body; 400 if it is not of this kind."""
    with _invalid_as_400():
        body = read_json(await request.body() or b"null")
        if not isinstance(body, kind):
            raise ValueError(f"the body must be {expected}")
        return body


@contextlib.contextmanager
def _invalid_as_400() -> Iterator[None]:
    """Turn a ValueError into a 400."""
    try:
        yield
    except (ValueError, RecursionError) as error:
        raise invalid(str(error) or "the body must be JSON") from None
