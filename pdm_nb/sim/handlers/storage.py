"""The storage host: presigned URLs, bytes on disk (B55, B56, B59). It knows parts of files, but no documents.

As on the real host, requests need no token, responses are not JSON, and PUTs are not API calls (B14).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from ..documents.apply_faults import close_connection
from ..runtime.faults import PUT
from ..runtime.responses import integer
from ..world.records import Part, StoredFile
from ..world.simulator_core import Core

BLOCK = 1 << 20
MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
# Headers that HTTP clients add by themselves; all others must be listed by the segment (B55).
CLIENT_HEADERS = frozenset(
    {
        *(
            "host",
            "accept",
            "accept-encoding",
            "accept-language",
            "user-agent",
            "connection",
            "keep-alive",
            "te",
        ),
        *("content-length", "transfer-encoding", "expect", "cache-control", "pragma", "traceparent"),
    }
)


def part_headers(part: Part) -> dict[str, str]:
    """Return the headers that a PUT of this part must have, unchanged (B55)."""
    return {
        "Content-Length": str(part.size),
        "Content-Type": "application/octet-stream",
        "x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(part.sha256)).decode(),
        "x-amz-sdk-checksum-algorithm": "SHA256",
    }


def _sign(core: Core, method: str, path: str, expires: int) -> str:
    return hmac.new(core.key, f"{method} {path} {expires}".encode(), hashlib.sha256).hexdigest()


def signed_url(core: Core, base: str, method: str, path: str, seconds: int, **more: str) -> tuple[str, int]:
    """Return a URL for one method and path, and when it expires (Unix seconds)."""
    expires = int(core.clock.now()) + int(seconds)
    query = urlencode({"expires": expires, "signature": _sign(core, method, path, expires), **more})
    return f"{base.rstrip('/')}{path}?{query}", expires


def _error(status: int, code: str, message: str) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Response(text, status, media_type="application/xml")


def _record_client_error(core: Core, kind: str, message: str = "") -> None:
    core.ledger.add(core.clock.now(), kind, "storage", message)


def _refused(core: Core, request: Request, method: str) -> Response | None:
    """The error response if storage refuses a request, or None."""
    if "authorization" in request.headers:
        _record_client_error(core, "storage_authorization")
        return _error(400, "InvalidArgument", "Only one auth mechanism allowed: send no Authorization header")
    query = request.query_params
    expires = integer(query.get("expires", "")) or 0
    expected = _sign(core, method, request.url.path, expires)
    if not hmac.compare_digest(expected.encode(), query.get("signature", "").encode()):
        return _error(403, "SignatureDoesNotMatch", "The URL was changed or is not one of ours")
    if core.clock.now() >= expires:  # B59
        return _error(403, "AccessDenied", "Request has expired")
    return None


def _header_error(request: Request, wanted: dict[str, str]) -> tuple[str, str]:
    """The header that was dropped, changed or added (B55), as kind of client error and message; "" if none."""
    wanted = {name.lower(): value for name, value in wanted.items()}
    for name, value in wanted.items():
        if (
            name != "content-length" and request.headers.get(name) != value
        ):  # the length is checked with the body
            return "storage_header_dropped", f"The header {name} must be sent as it was given"
    surplus = sorted(set(request.headers.keys()) - set(wanted) - CLIENT_HEADERS)
    if surplus:
        return "storage_header_added", f"There were headers which were not signed: {', '.join(surplus)}"
    return "", ""


@dataclass(slots=True)
class PartWriter:
    """Writes the bytes of one part to disk and hashes them, block by block."""

    stream: BinaryIO
    digest: Any
    size: int = 0

    def write(self, block: bytes) -> None:
        self.stream.write(block)
        self.digest.update(block)
        self.size += len(block)


async def _blocks(request: Request) -> AsyncIterator[bytes]:
    """The body in blocks of about 1 MiB, so that not every packet needs a thread."""
    waiting = bytearray()
    async for chunk in request.stream():
        waiting += chunk
        if len(waiting) >= BLOCK:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


async def _receive(request: Request, path: Path, most: int) -> PartWriter:
    """Stream the body to disk and hash it; stop once it is longer than announced."""
    with path.open("wb") as stream:  # opening is fast; writing is done in a thread
        writer = PartWriter(stream, hashlib.sha256())
        async for block in _blocks(request):
            await run_in_threadpool(writer.write, block)
            if writer.size > most:
                break
    return writer


class Storage:
    """The operations of the storage host: PUT of a part, GET of a whole file."""

    def __init__(self, core: Core) -> None:
        self.core = core

    async def put(self, request: Request) -> Response:
        """Store one part. A wrong hash fails the PUT, or the file later (B56)."""
        self.core.counts.add_put()
        file_id, number = request.path_params["file_id"], integer(request.path_params["number"])
        refused = _refused(self.core, request, "PUT")
        file = self.core.store.get(StoredFile, file_id)
        if refused or file is None or number is None or not 0 <= number < len(file.parts):
            return refused or _error(404, "NoSuchUpload", "There is no such part")
        part = file.parts[number]
        kind, message = _header_error(request, part_headers(part))
        if kind:
            _record_client_error(self.core, kind, message)
            return _error(403, "AccessDenied", message)
        fault = self.core.faults.take(PUT)
        if fault is not None:
            if fault.kind == "url_expired":  # B59
                return _error(403, "AccessDenied", "Request has expired")
            if fault.kind == "put_failed":
                return _error(fault.status, "InternalError", "The bytes could not be stored")
            if fault.kind == "put_cut":
                await anext(request.stream(), b"")  # some of the bytes have arrived
                return await close_connection(request)
        path = self.core.data / f"{file_id}.{number}.{self.core.ids.token(8)}"
        try:
            written = await _receive(request, path, part.size)
        except (ClientDisconnect, OSError) as error:
            path.unlink(missing_ok=True)
            if isinstance(error, OSError):  # such as a full disk
                return _error(500, "InternalError", "The bytes could not be stored")
            return _error(400, "RequestTimeout", "The connection was closed before all bytes came")
        except asyncio.CancelledError:
            path.unlink(missing_ok=True)
            raise
        if fault is not None:
            return self._corrupted(file_id, number, path, written)
        return self._keep(file_id, number, path, written)

    def _corrupted(self, file_id: str, number: int, path: Path, written: PartWriter) -> Response:
        """One byte was corrupted, which is no client error: refused, or detected later (B56)."""
        if not self.core.options.late_mismatch:
            path.unlink(missing_ok=True)
            return _error(400, "BadDigest", "The SHA-256 of the bytes is not the one announced")
        written.digest.update(b"another")
        return self._keep(file_id, number, path, written, by_client=False)

    def _keep(
        self, file_id: str, number: int, path: Path, written: PartWriter, by_client: bool = True
    ) -> Response:
        with self.core.store.lock:
            file = self.core.store.get(StoredFile, file_id)
            part = file.parts[number] if file else None
            error = self._put_error(file, part, written, by_client)
            if error or file is None or part is None:
                path.unlink(missing_ok=True)
                return error or _error(404, "NoSuchUpload", "There is no such upload")
            digest = written.digest.hexdigest()
            stored = replace(part, etag=digest[:32], path=path.name, broken=digest != part.sha256)
            parts = (*file.parts[:number], stored, *file.parts[number + 1 :])
            self.core.store.put(replace(file, parts=parts))
        if part.path and part.path != path.name:
            (self.core.data / part.path).unlink(missing_ok=True)
        return Response(
            status_code=self.core.options.put_status, headers={"ETag": f'"{digest[:32]}"'}
        )  # B55, B61

    def _put_error(
        self, file: StoredFile | None, part: Part | None, written: PartWriter, by_client: bool
    ) -> Response | None:
        if file is None or part is None or file.status not in ("ready", "receiving"):
            return _error(404, "NoSuchUpload", "The upload is finished, or it is no longer there")
        if written.size != part.size:
            return _error(400, "IncompleteBody", f"{part.size} bytes were announced, not {written.size}")
        if written.digest.hexdigest() == part.sha256:
            return None
        if by_client:
            _record_client_error(self.core, "wrong_hash")
        if not self.core.options.late_mismatch:
            return _error(400, "BadDigest", "The SHA-256 of the bytes is not the one announced")  # B56
        return None

    async def get(self, request: Request) -> Response:
        """Return the bytes of a whole file, by a short-lived URL (B64)."""
        refused = _refused(self.core, request, "GET")
        file = self.core.store.get(StoredFile, request.path_params["file_id"])
        if refused or file is None or file.status != "available":
            return refused or _error(404, "NoSuchKey", "There is no such file")
        name = quote(file.name.replace("/", "_"))
        kind = file.content_type if MEDIA_TYPE.fullmatch(file.content_type) else "application/octet-stream"
        headers = {
            "Content-Length": str(file.size),
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        }
        return StreamingResponse(read_blocks(self.core, file), headers=headers, media_type=kind)


def read_blocks(core: Core, file: StoredFile) -> Iterator[bytes]:
    """Yield a stored file's bytes, block by block."""
    for part in file.parts:
        if part.path:
            with (core.data / part.path).open("rb") as stream:
                while block := stream.read(BLOCK):
                    yield block


def delete_bytes(core: Core, file: StoredFile) -> None:
    """Delete a file's bytes from disk."""
    for part in file.parts:
        if part.path:
            (core.data / part.path).unlink(missing_ok=True)
