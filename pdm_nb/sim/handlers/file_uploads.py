"""Unified file upload (B53–B60): create, show and complete. The bytes themselves go to `storage.py`."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from ..documents.call import Call, Handler, data, not_found
from ..runtime.responses import ApiError, ErrorDetail, invalid
from ..world.core import Core
from ..world.records import Part, StoredFile
from . import storage

SMALLEST = 5_242_881  # B54: exactly 5 MiB is refused
LARGEST = 104_857_600  # B54
LIFETIME = 24 * 3600.0  # B60
TOOL = "document_management"  # B53


class FileUploads:
    """The operations on file uploads."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self._unlinked: deque[str] = deque()  # in order of creation, for the sweep
        for file in core.store.rows(StoredFile):  # left by an earlier simulator on the same data
            if file.linked_to is None:
                self._unlinked.append(file.key)
            self._scan(file)

    @property
    def handlers(self) -> dict[str, Handler]:
        return {"createUpload": self.create, "showUpload": self.show, "completeUpload": self.complete}

    def create(self, call: Call) -> Response:
        """Announce a file and its segments; answers a presigned URL for each."""
        self._sweep()
        body = call.body
        parts = _parts(body)
        tool = body.get("uploader_tool_name", "")  # absent in the older guide (B53)
        if tool != TOOL:  # let pass, but no document's file
            call.slipped("tool_name", f"uploader_tool_name is {tool or 'missing'}, not {TOOL}")
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
        """The status, and fresh URLs for the segments whose ETag has not been reported yet (B59)."""
        file = self._find(call)
        more = {
            "sanitized_file_name": re.sub(r"[^\w.\- ]", "_", file.name),
            "custom_metadata": dict(file.metadata),
        }
        return data(self._view(call, file, call.query["url_expires_in"]) | more)

    def complete(self, call: Call) -> Response:
        """Report ETags; with none missing, the file is complete (B57)."""
        etags = call.body["part_etags"]
        with self.core.store.lock:
            file = self._find(call)
            if file.status in ("ready", "receiving"):
                file = self._reported(file, etags)
                if call.trouble is not None and file.status in ("available", "scanning", "complete"):
                    file = _failed(file, call.trouble.retryable)  # B58
                self.core.store.put(file)
                self._scan(file)
        return data({"upload_id": file.key, "status": file.status})

    def _find(self, call: Call) -> StoredFile:
        """A file that the caller made and that has not expired (B60)."""
        file = self.core.store.get(StoredFile, call.path("upload_id"))
        if file is None or not is_own(file, call) or is_expired(self.core, file):
            raise not_found("This file upload")
        return file

    def _reported(self, file: StoredFile, etags: list[str | None]) -> StoredFile:
        """The file after a PATCH: parts marked, status moved on."""
        if len(etags) != len(file.parts):
            raise invalid(f"part_etags must have {len(file.parts)} entries, one for each segment")
        faults = [
            ErrorDetail(
                "INVALID_PROPERTY",
                f"part_etags.{n} is not the ETag of segment {n}, without quotes",  # B55
                slip=_etag_slip(file, etag),
            )
            for n, (etag, part) in enumerate(zip(etags, file.parts, strict=True))
            if etag is not None and etag != part.etag
        ]
        if faults:
            raise ApiError(400, faults[:100])
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
        """Have a file that is not available yet become so in time (B57)."""
        if file.status in ("scanning", "complete"):
            delay = self.core.options.scan_seconds if file.status == "scanning" else 0.0
            self.core.clock.later(delay, lambda: self._scanned(file.key))

    def _scanned(self, key: str) -> None:
        with self.core.store.lock:
            file = self.core.store.get(StoredFile, key)
            if file is not None and file.status in ("scanning", "complete"):
                self.core.store.put(replace(file, status="available"))

    def _sweep(self) -> None:
        """Delete the bytes of files that were linked to nothing for a day (B60)."""
        oldest = self.core.clock.now() - LIFETIME
        while self._unlinked:
            file = self.core.store.get(StoredFile, self._unlinked[0])
            if file is not None and file.created_at > oldest:
                return
            self._unlinked.popleft()
            if file is not None and file.linked_to is None:
                storage.discard(self.core, file)

    def _view(self, call: Call, file: StoredFile, seconds: int) -> dict[str, Any]:
        """What the responses about a file have in common; until it is complete, when its bytes are deleted (B60)."""
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
    """The announced segments, if they keep to B54; 400 with every fault."""
    announced, size = body["segments"], body["file_size"]
    faults: list[ErrorDetail] = []
    sizes: list[int] = []
    for number, segment in enumerate(announced):
        if "size" not in segment and len(announced) > 1:
            faults.append(ErrorDetail("MISSING_REQUIRED_PROPERTY", f"segments.{number}.size is missing"))
        sizes.append(segment.get("size", size))
        if sizes[-1] > LARGEST:
            faults.append(_out_of_bounds(number, f"at most {LARGEST}"))
        if number < len(announced) - 1 and sizes[-1] < SMALLEST:
            faults.append(_out_of_bounds(number, f"at least {SMALLEST}"))
    if not faults and sum(sizes) != size:
        faults.append(
            ErrorDetail("INVALID_PROPERTY", f"segments add up to {sum(sizes)} bytes, file_size is {size}")
        )
    if faults:
        raise ApiError(400, faults[:100])
    return tuple(Part(n, s["sha256"]) for n, s in zip(sizes, announced, strict=True))


def _out_of_bounds(number: int, wish: str) -> ErrorDetail:
    return ErrorDetail("INVALID_PROPERTY", f"segments.{number}.size must be {wish}", slip="part_bounds")


def _failed(file: StoredFile, retryable: bool) -> StoredFile:
    error = {
        "type": "PROCESSING_FAILED",
        "message": "The file could not be processed",
        "retryable": retryable,
    }
    return replace(file, status="failed", error=error)


def _etag_slip(file: StoredFile, etag: str) -> str:
    """How an ETag is wrong, as the ledger calls it."""
    if '"' in etag:
        return "etag_quoted"
    return "etag_order" if etag in (part.etag for part in file.parts) else "etag_wrong"


def is_own(file: StoredFile, call: Call) -> bool:
    """True for who created the file: nobody else can complete and use it (B60)."""
    return file.project_id == call.project.id and file.owner == call.user.id


def is_expired(core: Core, file: StoredFile) -> bool:
    """True once a file was linked to nothing for a day (B60)."""
    return file.linked_to is None and core.clock.now() >= file.created_at + LIFETIME


def usable(call: Call, key: str) -> tuple[StoredFile | None, tuple[int, str]]:
    """The file, if a document of this caller can have it now; else why not, as code and message (B25, B60)."""
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
