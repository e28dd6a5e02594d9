"""What the faults of `faults.py` do to a call of the API: refusals before it, people and limits around it, and the cut wire.

Each is a function over the shared parts; `app.py`'s door calls them. Storage's and machine learning's stand there.
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
from ..world.core import Core
from ..world.records import Container, Grant, Upload
from .call import Call
from .containers import history
from .documents import changed
from .external_changes import start_workflow

PATIENCE = 600.0  # real seconds, as the caller counts them, until a connection without an answer is closed
SECONDS = {"spike": 10.0, "hour": 3600.0}


def before(core: Core, request: Request, operation: str, trouble: Fault) -> None:
    """What happens before the caller is let in; raises the refusal where it is one."""
    match trouble.kind:
        case "refused" | "server_error":
            raise failure(operation, trouble)
        case "token_died":
            _kill_token(core, request)
        case "switched":
            core.switch(**trouble.options or {})
        case "limits_changed":
            core.limits.change(trouble.hourly, trouble.spike)
        case "throttled":
            seconds = SECONDS[trouble.window] if trouble.seconds is None else trouble.seconds
            core.limits.fill(trouble.window == "hour", core.clock.now(), seconds)


def failure(operation: str, trouble: Fault) -> ApiError:
    """A refusal that was asked for."""
    reason = trouble.reason or CODES.get(trouble.status, "INTERNAL_SERVER_ERROR")
    error = refuse(trouble.status, reason, f"{operation} was made to fail")
    if trouble.retry_after is not None:
        error.headers["Retry-After"] = str(trouble.retry_after)  # B13
    error.body = "html" if trouble.html else "json"  # B15
    return error


def _kill_token(core: Core, request: Request) -> None:
    token = request.headers.get("authorization", "").partition(" ")[2].strip()
    with core.store.lock:
        grant = core.store.get(Grant, token)
        if grant is not None:
            core.store.put(replace(grant, expires_at=int(core.clock.now())))


def around(call: Call, trouble: Fault) -> None:
    """What happens to the things that an admitted call is about, while it is on its way."""
    if trouble.kind == "file_failed":
        return  # `files.py` does it
    if trouble.kind == "ids_dropped":
        if call.body["update_params"] and not call.body.get("update_all_document_uploads"):
            call.body["update_params"].pop()  # B26
        return
    if trouble.kind == "ids_left_out":
        call.left_out.update(_ids(call)[:1])  # B26
        return
    if trouble.kind == "verification_broken":  # B28
        raise refuse(500, "INTERNAL_SERVER_ERROR", "The files could not be verified in storage")
    store = call.core.store
    with store.lock:
        upload = store.get(Upload, next(iter(_ids(call)), ""))
        if upload is None or upload.gone or upload.project_id != call.project.id:
            return
        match trouble.kind:
            case "upload_deleted":
                store.put(replace(upload, gone="deleted"))
            case "upload_hidden":
                call.core.faults.hide(upload.key)
            case "upload_changed":
                store.put(*changed(call.core, call.project, upload))
            case "unknown_failure":
                call.failing.add(upload.key)
            case "workflow_started":
                _start_workflow(call.core, upload)


def _ids(call: Call) -> list[str]:
    """The ids of the uploads that a call is about, as it names them."""
    if call.operation == UPDATE:
        return [item["id"] for item in call.body["update_params"]]
    if unversioned(call.operation) == SUBMIT:
        return [item["id"] for item in call.body["uploads"]]
    ids: list[str] = call.body["ids"]
    return ids


def _start_workflow(core: Core, upload: Upload) -> None:
    """On the document's last revision, if it has one."""
    container = core.store.get(Container, f"{upload.project_id}/{upload.criteria}")
    if container is not None and history(core, container):
        start_workflow(core, container.id)


async def leave_unanswered(core: Core, request: Request, trouble: Fault) -> Response:
    """Give no answer: close the connection at once, or let the caller wait. In-process an exception says so."""
    if trouble.kind.startswith("cut") or _transport(request) is None:
        return await hang_up(request, TimeoutError if trouble.kind.startswith("timed_out") else None)
    seconds = PATIENCE if trouble.seconds is None else trouble.seconds
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(_gone(request), seconds)
        return Response()
    return await hang_up(request)


async def hang_up(request: Request, error: type[OSError] | None = None) -> Response:
    """Close the connection without an answer. In-process, where there is none, a ConnectionResetError says so."""
    transport = _transport(request)
    if transport is None:
        raise (error or ConnectionResetError)("the simulator gives no answer to this call")
    transport.abort()
    await _gone(request)  # uvicorn would answer 500 for us before it has noticed
    return Response()


def _transport(request: Request) -> Any:
    """The connection of a request, None in-process."""
    cycle = getattr(request.receive, "__self__", None)  # uvicorn's, of this request
    return getattr(cycle, "transport", None)


async def _gone(request: Request) -> None:
    """Wait until the caller has hung up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
