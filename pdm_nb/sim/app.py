"""The ASGI application: routes from the contract, and the endpoint around every handler.

How this works: `_endpoint` counts the call, applies the rate limits (B11, B12), takes a fault, authorizes the caller
(B2, B8, B16), validates query and body by the contract, runs the handler, and turns refusals into responses. What an
operation does is in `handlers/`.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .documents import apply_faults
from .documents.call import Call, Handler, not_found
from .documents.processing import Processing
from .handlers import configuration, control_api, downloads, storage
from .handlers.document_revisions import DocumentRevisions
from .handlers.document_uploads import DocumentUploads
from .handlers.file_uploads import FileUploads
from .handlers.oauth import NOT_CONNECTED, OAuth, bearer, find_user, is_permitted
from .runtime.contract import Operation, operations
from .runtime.faults import KINDS, Fault
from .runtime.responses import CODES, ApiError, bounded, error_response, integer, invalid, read_json, refuse
from .world.records import Grant
from .world.simulator_core import Core
from .world.world import Project

log = logging.getLogger("pdm_nb.sim")
LONG_BODY = 64 << 10  # bytes; longer ones are validated in a thread, so that other callers do not wait
PROJECT_PATH = "companies/{company_id}/projects/{project_id}/document_management"
# Versions of paths that the contract mentions only in its descriptions (B70).
OTHER_VERSIONS = (
    ("listSelectedUploads", f"/rest/v2.0/{PROJECT_PATH}/document_uploads/selected_uploads"),
    ("listSelectedUploads", f"/rest/v2.1/{PROJECT_PATH}/document_uploads/selected_uploads"),
    ("listSelectedRevisions", f"/rest/v2.0/{PROJECT_PATH}/document_revisions/selected_revisions"),
    ("listSelectedRevisions", f"/rest/v2.1/{PROJECT_PATH}/document_revisions/selected_revisions"),
    ("listRevisions", f"/rest/v2.1/{PROJECT_PATH}/document_revisions"),
    ("downloadRevision", f"/rest/v2.1/{PROJECT_PATH}/document_revisions/{{document_revision_id}}/download"),
)
WITH_INVALID_BODY = ("createDocumentUploads", "updateDocumentUploads")  # B16
# The path of download_url in the guide's sample (B78): not an operation of the API, and on another host.
OTHER_HOST = (
    "/rest/v1.0/companies/{company_id}/projects/{project_id}/collaborative_documents"
    "/document_revisions/{document_revision_id}/download"
)
DEPRECATED = frozenset(path for _, path in OTHER_VERSIONS if "/selected_" in path)
Endpoint = Callable[[Request], Awaitable[Response]]


def build_app(core: Core, processing: Processing) -> Starlette:
    """Build the application from its parts."""
    handlers: dict[str, Handler] = {
        **configuration.HANDLERS,
        **FileUploads(core).handlers,
        **DocumentUploads(core, processing).handlers,
        **DocumentRevisions(core).handlers,
        **downloads.HANDLERS,
    }
    handlers |= {
        f"{name}V20": handlers[name]
        for name in ("listRecycledUploads", "showDocumentUpload", "createDocumentRevisions")
    }
    routes = [
        *_login_routes(core),
        *_api_routes(core, handlers),
        *_storage_routes(core, storage.Storage(core)),
        *control_api.routes(core),
    ]
    dates = Middleware(_DateHeader, now=core.clock.now)
    on_error = {HTTPException: _no_route(core), ClientDisconnect: _disconnected}
    app = Starlette(routes=routes, middleware=[dates], exception_handlers=on_error)
    app.router.redirect_slashes = False  # the contract has no redirects
    return app


class _DateHeader:
    """Sets `Date` by the simulator's clock, as all other times in a response are (B11)."""

    def __init__(self, app: ASGIApp, now: Callable[[], float]) -> None:
        self._app, self._now = app, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_date(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Date"] = formatdate(self._now(), usegmt=True)
            await send(message)

        await self._app(scope, receive, send_with_date)


def _login_routes(core: Core) -> Iterable[Route]:
    oauth = OAuth(core)
    endpoints = {
        "authorize": oauth.authorize,
        "getToken": oauth.token,
        "getTokenInfo": oauth.info,
        "revokeToken": oauth.revoke,
    }
    for one in operations():
        if one.id in endpoints:
            yield Route(one.path, _login_endpoint(core, one.id, endpoints[one.id]), methods=[one.method])
    yield Route("/oauth/authorize", _login_endpoint(core, "approve", oauth.approve), methods=["POST"])


def _api_routes(core: Core, handlers: Mapping[str, Handler]) -> Iterable[Route]:
    """A route for each version of each path (B70)."""
    known = {one.id: one for one in operations() if one.id in handlers}
    for name, path in (*OTHER_VERSIONS, *((one.id, one.path) for one in known.values())):
        operation = replace(known[name], path=path, deprecated=known[name].deprecated or path in DEPRECATED)
        yield Route(path, _endpoint(core, operation, handlers[name]), methods=[operation.method])


def _storage_routes(core: Core, store: storage.Storage) -> Iterable[Route]:
    yield Route("/storage/{file_id}/{number}", store.put, methods=["PUT"])
    yield Route("/storage/{file_id}", store.get, methods=["GET"])
    path = f"/rest/v2.0/{PROJECT_PATH}/document_uploads/{{document_upload_id}}/download"
    operation = Operation("downloadUpload", "GET", path, (), None, in_company=True)
    yield Route(operation.path, _endpoint(core, operation, downloads.download_upload), methods=["GET"])
    yield Route(OTHER_HOST, downloads.OtherHost(core).download, methods=["GET"])


def _endpoint(core: Core, operation: Operation, handler: Handler) -> Endpoint:
    """Return the endpoint of an operation of the API."""

    async def serve(request: Request) -> Response:
        core.counts.add_call(operation.id)
        fault, response = None, Response()
        within_limits = core.limits.count(core.clock.now())
        headers = _common_headers(core)
        try:
            if not within_limits:
                raise _throttled(core)
            fault = core.faults.take(operation.id)
            if fault is not None:
                apply_faults.apply_before(core, request, operation.id, fault)
                if core.limits.exceeded:  # B12: by the fault
                    headers = _common_headers(core)
                    raise _throttled(core, fault)
            if fault is None or fault.is_executed:
                call = await _admit(core, operation, request)
                if fault is not None and KINDS[fault.kind].at:
                    call.fault = fault
                    apply_faults.apply_to_call(call, fault)
                response = handler(call)
        except ApiError as error:
            _record_client_errors(core, operation.id, error)
            response = error_response(error, operation.path, core.options)
        except ClientDisconnect:
            raise
        except Exception:  # clients must be able to handle it as the service's own error
            log.exception("%s failed", operation.id)
            response = error_response(
                refuse(500, "INTERNAL_SERVER_ERROR", "Something went wrong"), operation.path, core.options
            )
        core.counts.add_status(operation.id, response.status_code)
        core.save()
        if fault is not None and fault.is_unanswered:
            return await apply_faults.leave_unanswered(request, fault)
        response.headers.update(headers)
        return response

    return serve


def _login_endpoint(core: Core, name: str, serve: Endpoint) -> Endpoint:
    """Return an endpoint of the login host: its calls are not counted and not limited."""

    async def guarded(request: Request) -> Response:
        fault, response = core.faults.take(name), Response()
        try:
            if fault is not None and not fault.is_unanswered:
                raise apply_faults.failure(name, fault)
            if fault is None or fault.is_executed:
                response = await serve(await bounded(request))
        except ApiError as error:
            response = error_response(error, options=core.options)
        core.save()
        if fault is not None and fault.is_unanswered:
            return await apply_faults.leave_unanswered(request, fault)
        return response

    return guarded


def _record_client_errors(core: Core, operation: str, error: ApiError) -> None:
    """Record each kind of client error of a refused call once."""
    kinds = {one.client_error: one.message for one in reversed(error.details) if one.client_error}
    for kind, message in kinds.items():
        core.ledger.add(core.clock.now(), kind, operation, message)


def _common_headers(core: Core) -> dict[str, str]:
    """The headers of every response: the rate limits and the request id (B11)."""
    limits = core.limits
    hidden = limits.exceeded and not core.options.throttled_headers  # B12
    return {**({} if hidden else limits.headers(core.clock.now())), "X-Request-Id": core.new_id()}


def _throttled(core: Core, fault: Fault | None = None) -> ApiError:
    """The refusal of a call over a limit, reached by calls or by a fault; `Retry-After` may be missing (B12)."""
    now, limits, options = core.clock.now(), core.limits, core.options
    after: int | None = max(1, math.ceil(limits.ends - now))
    if fault is not None and fault.kind == "throttled":
        after = None if fault.retry_after is None else fault.retry_after or after
    elif not (options.retry_after and options.throttled_headers):
        after = None
    reported = after is not None or (options.throttled_headers and limits.reports_reset)
    kind = "called_while_throttled" if limits.refuse(now, reported) else ""
    message = "The rate limit was exceeded: wait until its reset"
    error = refuse(429, "TOO_MANY_REQUESTS", message, client_error=kind)
    error.body = options.throttled_body
    if after is not None:
        error.headers["Retry-After"] = str(after)
    return error


async def _admit(core: Core, operation: Operation, request: Request) -> Call:
    """Authorize the caller and validate the request; ApiError if it is refused (B2, B8, B16)."""
    grant = bearer(core, request)
    user = find_user(core, grant.user_id)
    if operation.in_company:
        _check_company(core, request)
    query = operation.read_query(request.query_params)
    project = _project(core, request, query, grant)
    if "{company_id}" in operation.path and core.options.access_level == "None":
        raise refuse(403, "FORBIDDEN", "The Document Management tool is not open to this caller")
    if query.get("company_id", core.world.company_id) != core.world.company_id:
        raise refuse(403, "FORBIDDEN", NOT_CONNECTED)
    body = await _body(core, request, operation) if operation.body is not None else None
    call = Call(core, request, query, body, user, project, operation.id)
    if operation.deprecated:
        call.record_client_error("retired_endpoint", f"{operation.method} {operation.path} is deprecated")
    if "per_page" in operation.names and "per_page" not in request.query_params:  # B9: only ten rows
        call.record_client_error("no_per_page", f"{operation.id} was called without per_page")
    return call


def _check_company(core: Core, request: Request) -> None:
    """Check the header that every call needs, even if its path contains the company (B2)."""
    company = request.headers.get("procore-company-id")
    if not company:
        message = "Missing Procore-Company-Id header!"
        raise refuse(400, "MISSING_REQUIRED_PROPERTY", message, client_error="missing_company")
    number = integer(company)
    if number is None:
        raise invalid("Procore-Company-Id must be an integer")
    if number != core.world.company_id:
        raise refuse(403, "FORBIDDEN", NOT_CONNECTED)
    if request.path_params.get("company_id", company) != company:
        raise not_found("This company")


def _project(core: Core, request: Request, query: dict[str, Any], grant: Grant) -> Project | None:
    """The project in the path or query; None if there is none."""
    named = request.path_params.get("project_id", query.get("project_id"))
    if named is None:
        return None
    found = next((one for one in core.world.projects if str(one.id) == str(named)), None)
    if found is None:
        raise not_found("This project")
    if not is_permitted(core, grant.user_id, found):
        raise refuse(403, "FORBIDDEN", NOT_CONNECTED)
    if not found.active:
        raise refuse(403, "FORBIDDEN", "The project is not active")
    return found


async def _body(core: Core, request: Request, operation: Operation) -> Any:
    """Read the body and validate it against the contract."""
    body = await (await bounded(request)).body()
    optional = () if core.options.require_tool_name else ("uploader_tool_name",)  # B53
    reason = core.options.malformed_body if operation.id in WITH_INVALID_BODY else "INVALID_PROPERTY"
    if len(body) < LONG_BODY:
        return _read(operation, body, optional, reason)
    return await run_in_threadpool(_read, operation, body, optional, reason)


def _read(operation: Operation, body: bytes, optional: Collection[str], reason: str) -> Any:
    parsed = _parsed(body, reason)
    operation.check_body(parsed, optional)
    return parsed


def _parsed(body: bytes, reason: str) -> Any:
    """Parse a JSON body; 400 with this reason if it is invalid (B16)."""
    try:
        return read_json(body)
    except ValueError:
        raise refuse(400, reason, "the body must be JSON") from None


def _no_route(core: Core) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return the handler for unknown paths and methods, which count as API calls (B11, B66)."""

    async def respond(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        reason = CODES.get(status, "INTERNAL_SERVER_ERROR")
        refused = refuse(status, reason, "There is no such resource")
        if status == 405:
            refused = refuse(status, reason, "The resource does not take this method")
            refused.headers["Allow"] = ", ".join(sorted(_methods(request)))
        headers = {}
        if request.url.path.startswith("/rest/"):
            core.counts.add_call("unknown")
            core.counts.add_status("unknown", status)
            core.ledger.add(core.clock.now(), "unknown_endpoint", "unknown", _called(request))
            refused = refused if core.limits.count(core.clock.now()) else _throttled(core)
            headers = _common_headers(core)
        response = error_response(refused, request.url.path, core.options)
        response.headers.update(headers)
        return response

    return respond


def _called(request: Request) -> str:
    return f"{request.method} {request.url.path[:200]} is not in the contract"


async def _disconnected(request: Request, error: Exception) -> Response:
    """The client closed the connection before all of the body arrived: nobody reads this response."""
    return Response(status_code=400)


def _methods(request: Request) -> set[str]:
    """All methods of a resource: a path has a route for each."""
    routes = (route for route in request.app.routes if isinstance(route, Route))
    matching = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return {method for route in matching for method in route.methods or ()}
