"""Applies the faults of `runtime/faults.py` to API calls: before a call, to its documents, and to its connection.

The endpoints in `app.py` call these functions. Storage and processing apply their own faults.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ..runtime.faults import SUBMIT, UPDATE, Fault, unversioned
from ..runtime.responses import CODES, ApiError, refuse
from ..world.records import Container, Grant, Upload
from ..world.simulator_core import Core
from .call import Call
from .containers import changed_upload, history
from .external_changes import start_workflow

UNANSWERED_SECONDS = 600.0  # real seconds until a connection without a response is closed
SECONDS = {"spike": 10.0, "hour": 3600.0}


def apply_before(core: Core, request: Request, operation: str, fault: Fault) -> None:
    """Apply a fault before the caller is authorized; ApiError if the fault is a refusal."""
    match fault.kind:
        case "refused" | "server_error":
            raise failure(operation, fault)
        case "token_died":
            _kill_token(core, request)
        case "switched":
            core.switch(**fault.options or {})
        case "limits_changed":
            core.limits.change(fault.hourly, fault.spike)
        case "throttled":
            seconds = SECONDS[fault.window] if fault.seconds is None else fault.seconds
            core.limits.fill(fault.window == "hour", core.clock.now(), seconds)


def failure(operation: str, fault: Fault) -> ApiError:
    """Return the refusal that a fault describes."""
    reason = fault.reason or CODES.get(fault.status, "INTERNAL_SERVER_ERROR")
    error = refuse(fault.status, reason, f"{operation} was made to fail")
    if fault.retry_after is not None:
        error.headers["Retry-After"] = str(fault.retry_after)  # B13
    error.body = "html" if fault.html else "json"  # B15
    return error


def _kill_token(core: Core, request: Request) -> None:
    token = request.headers.get("authorization", "").partition(" ")[2].strip()
    with core.store.lock:
        grant = core.store.get(Grant, token)
        if grant is not None:
            core.store.put(replace(grant, expires_at=int(core.clock.now())))


def apply_to_call(call: Call, fault: Fault) -> None:
    """Apply a fault to the documents or files of an admitted call."""
    if fault.kind == "file_failed":
        return  # `handlers/file_uploads.py` applies it
    if fault.kind == "ids_dropped":
        if call.body["update_params"] and not call.body.get("update_all_document_uploads"):
            call.body["update_params"].pop()  # B26
        return
    if fault.kind == "ids_left_out":
        call.left_out.update(_ids(call)[:1])  # B26
        return
    if fault.kind == "verification_broken":  # B28
        raise refuse(500, "INTERNAL_SERVER_ERROR", "The files could not be verified in storage")
    store = call.core.store
    with store.lock:
        upload = store.get(Upload, next(iter(_ids(call)), ""))
        if upload is None or upload.gone or upload.project_id != call.project.id:
            return
        match fault.kind:
            case "upload_deleted":
                store.put(replace(upload, gone="deleted"))
            case "upload_hidden":
                call.core.faults.hide(upload.key)
            case "upload_changed":
                store.put(*changed_upload(call.core, call.project, upload))
            case "unknown_failure":
                call.failing.add(upload.key)
            case "workflow_started":
                _start_workflow(call.core, upload)


def _ids(call: Call) -> list[str]:
    """The ids of the uploads in a request."""
    if call.operation == UPDATE:
        return [item["id"] for item in call.body["update_params"]]
    if unversioned(call.operation) == SUBMIT:
        return [item["id"] for item in call.body["uploads"]]
    ids: list[str] = call.body["ids"]
    return ids


def _start_workflow(core: Core, upload: Upload) -> None:
    """Start a workflow on the latest revision of the upload's container, if it has one."""
    container = core.store.get(Container, f"{upload.project_id}/{upload.criteria}")
    if container is not None and history(core, container):
        start_workflow(core, container.id)


async def leave_unanswered(request: Request, fault: Fault) -> Response:
    """Send no response: close the connection now or after a wait. In-process, raise an OSError instead."""
    if fault.kind.startswith("cut") or _transport(request) is None:
        return await close_connection(request, TimeoutError if fault.kind.startswith("timed_out") else None)
    seconds = UNANSWERED_SECONDS if fault.seconds is None else fault.seconds
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(_disconnected(request), seconds)
        return Response()
    return await close_connection(request)


async def close_connection(request: Request, error: type[OSError] | None = None) -> Response:
    """Close the connection without a response. In-process, raise `error` (ConnectionResetError) instead."""
    transport = _transport(request)
    if transport is None:
        raise (error or ConnectionResetError)("the simulator sends no response to this call")
    transport.abort()
    await _disconnected(request)  # otherwise uvicorn would send a 500 before it notices
    return Response()


def _transport(request: Request) -> Any:
    """The connection of a request; None in-process."""
    cycle = getattr(request.receive, "__self__", None)  # uvicorn's, of this request
    return getattr(cycle, "transport", None)


async def _disconnected(request: Request) -> None:
    """Wait until the client has disconnected."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
