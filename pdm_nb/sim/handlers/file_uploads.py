"""Unified file upload (B53–B60): create, show and complete. The bytes are sent to `storage.py`."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from ..documents.call import Call, Handler, data, not_found
from ..runtime.responses import ApiError, ErrorDetail, invalid
from ..world.records import Part, StoredFile
from ..world.simulator_core import Core
from . import storage

SMALLEST = 5_242_881  # B54: exactly 5 MiB is refused
LARGEST = 104_857_600  # B54
LIFETIME = 24 * 3600.0  # B60
TOOL = "document_management"  # B53


class FileUploads:
    """The operations on file uploads."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self._unlinked: deque[str] = deque()  # in order of creation, for the cleanup
        for file in core.store.rows(StoredFile):  # from an earlier simulator with the same data folder
            if file.linked_to is None:
                self._unlinked.append(file.key)
            self._scan(file)

    @property
    def handlers(self) -> dict[str, Handler]:
        """The handlers by operation."""
        return {"createUpload": self.create, "showUpload": self.show, "completeUpload": self.complete}

    def create(self, call: Call) -> Response:
        """Announce a file and its segments; return a presigned URL for each segment."""
        self._delete_expired()
        body = call.body
        parts = _parts(body)
        tool = body.get("uploader_tool_name", "")  # absent in the older guide (B53)
        if tool != TOOL:  # accepted, but unusable for documents
            call.record_client_error("tool_name", f"uploader_tool_name is {tool or 'missing'}, not {TOOL}")
        file = StoredFile(
            key=self.core.new_id(),
            project_id=call.project.id,
            owner=call.user.id,
            name=body["file_name"],
            size=body["file_size"],
            content_type=body["content_type"],
            tool=tool,
            created_at=self.core.clock.now(),
            parts=parts,
            metadata=body.get("custom_metadata", {}),
        )
        self.core.store.put(file)
        self._unlinked.append(file.key)
        return data(self._view(call, file, body.get("url_expires_in", 3600)), 201)

    def show(self, call: Call) -> Response:
        """Return the status, and new URLs for segments whose ETag has not been reported (B59)."""
        file = self._find(call)
        more = {
            "sanitized_file_name": re.sub(r"[^\w.\- ]", "_", file.name),
            "custom_metadata": dict(file.metadata),
        }
        return data(self._view(call, file, call.query["url_expires_in"]) | more)

    def complete(self, call: Call) -> Response:
        """Report ETags; when none is missing, the file is complete (B57)."""
        etags = call.body["part_etags"]
        with self.core.store.lock:
            file = self._find(call)
            if file.status in ("ready", "receiving"):
                file = self._with_etags(file, etags)
                if call.fault is not None and file.status in ("available", "scanning", "complete"):
                    file = _failed(file, call.fault.retryable)  # B58
                self.core.store.put(file)
                self._scan(file)
        return data({"upload_id": file.key, "status": file.status})

    def _find(self, call: Call) -> StoredFile:
        """The caller's own file, unless it has expired (B60)."""
        file = self.core.store.get(StoredFile, call.path("upload_id"))
        if file is None or not is_own(file, call) or is_expired(self.core, file):
            raise not_found("This file upload")
        return file

    def _with_etags(self, file: StoredFile, etags: list[str | None]) -> StoredFile:
        """The file after a PATCH, with its reported parts and new status."""
        if len(etags) != len(file.parts):
            raise invalid(f"part_etags must have {len(file.parts)} entries, one for each segment")
        details = [
            ErrorDetail(
                "INVALID_PROPERTY",
                f"part_etags.{n} is not the ETag of segment {n}, without quotes",  # B55
                client_error=_etag_error(file, etag),
            )
            for n, (etag, part) in enumerate(zip(etags, file.parts, strict=True))
            if etag is not None and etag != part.etag
        ]
        if details:
            raise ApiError(400, details[:100])
        parts = tuple(
            replace(part, reported=part.reported or etag is not None)
            for etag, part in zip(etags, file.parts, strict=True)
        )
        file = replace(file, parts=parts)
        if not all(etags):
            return replace(file, status="receiving")
        if any(part.broken for part in parts):  # B56, B58
            error = {"type": "CHECKSUM_MISMATCH", "message": "The stored bytes differ", "retryable": True}
            return replace(file, status="failed", error=error)
        scanning = self.core.options.scan_seconds > 0
        return replace(file, status="scanning" if scanning else self.core.options.complete_status)

    def _scan(self, file: StoredFile) -> None:
        """Schedule when a file becomes available (B57)."""
        if file.status in ("scanning", "complete"):
            delay = self.core.options.scan_seconds if file.status == "scanning" else 0.0
            self.core.clock.later(delay, lambda: self._scanned(file.key))

    def _scanned(self, key: str) -> None:
        with self.core.store.lock:
            file = self.core.store.get(StoredFile, key)
            if file is not None and file.status in ("scanning", "complete"):
                self.core.store.put(replace(file, status="available"))

    def _delete_expired(self) -> None:
        """Delete the bytes of files that were not linked to a document within a day (B60)."""
        oldest = self.core.clock.now() - LIFETIME
        while self._unlinked:
            file = self.core.store.get(StoredFile, self._unlinked[0])
            if file is not None and file.created_at > oldest:
                return
            self._unlinked.popleft()
            if file is not None and file.linked_to is None:
                storage.delete_bytes(self.core, file)

    def _view(self, call: Call, file: StoredFile, seconds: int) -> dict[str, Any]:
        """The common part of responses; until the file is complete, with the time of its deletion (B60)."""
        shown: dict[str, Any] = {
            "upload_id": file.key,
            "file_name": file.name,
            "file_size": file.size,
            "content_type": file.content_type,
            "segments": self._segments(call, file, seconds),
            "status": file.status,
        }
        if file.status in ("ready", "receiving"):
            shown["upload_expires_at"] = int(file.created_at + LIFETIME)
        return shown if file.error is None else shown | {"error": dict(file.error)}

    def _segments(self, call: Call, file: StoredFile, seconds: int) -> list[dict[str, Any]]:
        if file.status not in ("ready", "receiving"):
            return []
        shown = []
        for number, part in enumerate(file.parts):
            if not part.reported:
                path = f"/storage/{file.key}/{number}"
                url, expires = storage.signed_url(self.core, str(call.request.base_url), "PUT", path, seconds)
                headers = storage.part_headers(part)
                shown.append({"url": url, "url_expires_at": expires, "headers": headers})
        return shown


def _parts(body: dict[str, Any]) -> tuple[Part, ...]:
    """The announced segments; 400 with every violation of B54."""
    announced, size = body["segments"], body["file_size"]
    details: list[ErrorDetail] = []
    sizes: list[int] = []
    for number, segment in enumerate(announced):
        if "size" not in segment and len(announced) > 1:
            details.append(ErrorDetail("MISSING_REQUIRED_PROPERTY", f"segments.{number}.size is missing"))
        sizes.append(segment.get("size", size))
        if sizes[-1] > LARGEST:
            details.append(_out_of_bounds(number, f"at most {LARGEST}"))
        if number < len(announced) - 1 and sizes[-1] < SMALLEST:
            details.append(_out_of_bounds(number, f"at least {SMALLEST}"))
    if not details and sum(sizes) != size:
        details.append(
            ErrorDetail("INVALID_PROPERTY", f"segments add up to {sum(sizes)} bytes, file_size is {size}")
        )
    if details:
        raise ApiError(400, details[:100])
    return tuple(Part(n, s["sha256"]) for n, s in zip(sizes, announced, strict=True))


def _out_of_bounds(number: int, requirement: str) -> ErrorDetail:
    return ErrorDetail(
        "INVALID_PROPERTY", f"segments.{number}.size must be {requirement}", client_error="part_bounds"
    )


def _failed(file: StoredFile, retryable: bool) -> StoredFile:
    error = {
        "type": "PROCESSING_FAILED",
        "message": "The file could not be processed",
        "retryable": retryable,
    }
    return replace(file, status="failed", error=error)


def _etag_error(file: StoredFile, etag: str) -> str:
    """The kind of client error of a wrong ETag."""
    if '"' in etag:
        return "etag_quoted"
    return "etag_order" if etag in (part.etag for part in file.parts) else "etag_wrong"


def is_own(file: StoredFile, call: Call) -> bool:
    """Return True if the caller created the file: nobody else can complete or use it (B60)."""
    return file.project_id == call.project.id and file.owner == call.user.id


def is_expired(core: Core, file: StoredFile) -> bool:
    """Return True if a file was not linked to a document within a day (B60)."""
    return file.linked_to is None and core.clock.now() >= file.created_at + LIFETIME


def find_usable(call: Call, key: str) -> tuple[StoredFile | None, tuple[int, str]]:
    """Return the file if the caller can link it now; otherwise None with code and message (B25, B60)."""
    file = call.core.store.get(StoredFile, key)
    if file is None or not is_own(file, call):
        return None, (404, "The file upload was not found")
    if is_expired(call.core, file):
        return None, (404, "The file upload has expired")
    if file.status != "available":
        return None, (
            409 if file.status != "failed" else 422,
            f"The file could not be verified: {file.status}",
        )
    return file, (0, "")
