"""The control routes under `/_internal/`: for tests and trainers, not for clients of the service.

They take no token, and are there for callers on this machine alone. What they drive is done in other rooms.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .contract import operations
from .core import Core
from .faults import Trouble
from .http import ApiError, error_response, invalid, refuse

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(core: Core) -> list[Route]:
    """The routes of `/_internal/`."""
    control = Control(core)
    return [
        Route("/_internal/ledger", _guarded(control.ledger), methods=["GET"]),
        Route("/_internal/ledger", _guarded(control.clear_ledger), methods=["DELETE"]),
        Route("/_internal/faults", _guarded(control.faults), methods=["GET"]),
        Route("/_internal/faults", _guarded(control.add_faults), methods=["POST"]),
        Route("/_internal/faults", _guarded(control.clear_faults), methods=["DELETE"]),
    ]


def _guarded(serve: Endpoint) -> Endpoint:
    async def guarded(request: Request) -> Response:
        try:
            if not _is_here(request):
                raise refuse(404, "NOT_FOUND", "There is no such resource")
            return await serve(request)
        except ApiError as error:
            return error_response(error)

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
        self.core.ledger.clear()
        return Response(status_code=204)

    async def faults(self, request: Request) -> Response:
        """The faults still to be given, and the kinds there are."""
        return JSONResponse(self.core.faults.view())

    async def add_faults(self, request: Request) -> Response:
        """Give these faults as well: a JSON list of objects as `faults.Trouble` has it. All or none is taken."""
        known = [operation.id for operation in operations()]
        try:
            told = json.loads(await request.body())
            if not isinstance(told, list):
                raise ValueError("the body must be a JSON list of faults")
            troubles = [Trouble.read(item, known) for item in told]
        except (ValueError, RecursionError) as error:
            raise invalid(str(error) or "the body must be JSON") from None
        self.core.faults.add(*troubles)
        return JSONResponse(self.core.faults.view(), 201)

    async def clear_faults(self, request: Request) -> Response:
        self.core.faults.clear()
        return Response(status_code=204)
