"""Links between operations that the contract lacks: which response value the next call needs, and where.

The id of a document is sent along with its file, first as `custom_metadata` and then as an additional property, so that
a link can combine both, which come from different calls. The PUT to storage is not an API call; the state machine makes
it.
"""

from __future__ import annotations

import hashlib
from typing import Any

from tests.support.contract.fuzzed_contract import operations
from tests.support.simulator.seeded import BYTES, Service

PLACE = {"path.company_id": "$request.path.company_id", "path.project_id": "$request.path.project_id"}
WHOLE = {"merge_body": False}  # the body is the link's, not mixed with a made-up one


def linked(document: dict[str, Any], service: Service) -> dict[str, Any]:
    """The document with its links written in."""
    links = _links(service)
    for _, operation in operations(document):
        for status, target, link in links.get(operation["operationId"], ()):
            answer = operation["responses"][status] = dict(operation["responses"][status])
            parameters = PLACE | link.get("parameters", {})
            more = {"requestBody": link["body"], "x-schemathesis": WHOLE} if "body" in link else {}
            answer.setdefault("links", {})[target] = {"operationId": target, "parameters": parameters, **more}
    return document


def _links(service: Service) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    """By operation: the status, the operation that follows, and what it takes over."""
    file = {"parameters": {"path.upload_id": "$response.body#/data/upload_id"}}
    carried = "$request.body#/custom_metadata/document"
    document = {"parameters": {"path.document_upload_id": "$response.body#/data/success/0/id"}}
    submitted = {"parameters": {"path.document_upload_id": "$request.body#/uploads/0/id"}}
    return {
        "createDocumentUploads": [("201", "createUpload", {"body": _announcement()})],
        "createUpload": [
            ("201", "completeUpload", file | {"body": {"part_etags": [None], "document": carried}}),
            ("201", "showUpload", file),
        ],
        "completeUpload": [
            ("200", "updateDocumentUploads", {"body": _completion(service)}),
            ("200", "showUpload", file),
        ],
        "updateDocumentUploads": [
            ("207", "showDocumentUpload", document),
            ("207", "listSelectedUploads", {"body": {"ids": ["$response.body#/data/success/0/id"]}}),
        ],
        "listSelectedUploads": [("200", "createDocumentRevisions", {"body": _submission("data/0")})],
        "showDocumentUpload": [
            ("200", "createDocumentRevisions", {"body": _submission("data")}),
            ("200", "listDocumentUploads", {}),
        ],
        "createDocumentRevisions": [
            ("201", "listSelectedRevisions", {"body": {"ids": ["$response.body#/data/ids/0"]}}),
            ("201", "showDocumentUpload", submitted),
            ("201", "createDocumentRevisions", {"body": {"uploads": "$request.body#/uploads"}}),
        ],
        "listSelectedRevisions": [("200", "listRevisions", {})],
    }


def _announcement() -> dict[str, Any]:
    return {
        "file_name": "drawing.pdf",
        "file_size": len(BYTES),
        "content_type": "application/pdf",
        "uploader_tool_name": "document_management",
        "segments": [{"size": len(BYTES), "sha256": hashlib.sha256(BYTES).hexdigest()}],
        "custom_metadata": {"document": "$response.body#/data/0/id"},
    }


def _completion(service: Service) -> dict[str, Any]:
    """An update that brings file and document together, with all that the default rule asks for."""
    settings = service.fields(
        name="Ground floor plan", type="Report", status="S0", revision="P01", description="Sample"
    )
    item = {
        "id": "$request.body#/document",
        "file_upload_id": "$response.body#/data/upload_id",
        "upload_status": "COMPLETED",
        "fields": settings,
    }
    return {"update_params": [item]}


def _submission(row: str) -> dict[str, Any]:
    upload = {name: f"$response.body#/{row}/{name}" for name in ("id", "latest_event_id")}
    return {"uploads": [{"id": upload["id"], "upload_latest_event_id": upload["latest_event_id"]}]}
