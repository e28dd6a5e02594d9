"""A service that returns the vendor's sample responses, which tests can change, without a network."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from tests.support.network.fake_wire import Wire

SAMPLES = Path(__file__).parents[2] / "contract" / "samples"
UPLOAD = "01K2BXCF84A50JMVNGE1BF6SME"
PROJECT = "/document_management/"


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


class FakeService:
    """Bodies by operation; `change` edits one, `refuse` sets another status for an operation."""

    def __init__(self) -> None:
        self.bodies: dict[str, Any] = {
            "showMe": {"id": 8800123, "login": "user@example.com", "name": "Example User"},
            "listCompanies": [{"id": 7, "name": "Example Company", "is_active": True}],
            "listProjects": [{"id": 8, "name": "Riverside Tower", "active": True, "project_number": None}],
            "showPermissions": {
                "tools": [
                    {
                        "id": 1,
                        "name": "document_management",
                        "friendly_name": "Document Management",
                        "user_access_level": {"id": 4, "name": "Admin"},
                    }
                ]
            },
            "listProjectUsers": [
                {"id": 8800123, "name": "Example User", "email_address": "user@example.com"}
            ],
            "listUploadRequirements": sample("list_upload_requirements"),
            "listFields": sample("list_fields"),
            "listFieldValues": sample("list_field_values.lov"),
            "listDocumentUploads": {"data": [sample("show_document_upload")["data"]]},
            "listSelectedUploads": {"data": [sample("show_document_upload")["data"]]},
            "showDocumentUpload": sample("show_document_upload"),
            "showDocumentUploadV20": sample("show_document_upload"),
            "listRecycledUploads": {"data": []},
            "listRevisions": sample("list_document_revisions"),
            "listSelectedRevisions": sample("list_document_revisions"),
            "listRecycledRevisions": {"data": []},
        }
        self.statuses: dict[str, int] = {}
        self.headers: Callable[[int], dict[str, str]] = lambda number: {}
        self.wire = Wire()
        self.wire.script = self._answer

    def change(self, operation: str, edit: Callable[[Any], object]) -> None:
        """Edit the body of an operation; its payload, for v2."""
        body = self.bodies[operation] = copy.deepcopy(self.bodies[operation])
        edit(body["data"] if isinstance(body, dict) and "data" in body else body)

    def change_uploads(self, edit: Callable[[dict[str, Any]], object]) -> None:
        """Edit the upload in every response that contains it."""
        for operation in ("listDocumentUploads", "listSelectedUploads"):
            self.change(operation, lambda rows: edit(rows[0]))
        for operation in ("showDocumentUpload", "showDocumentUploadV20"):
            self.change(operation, edit)

    def change_revisions(self, edit: Callable[[dict[str, Any]], object]) -> None:
        """Edit every revision in every response that contains it."""
        for operation in ("listRevisions", "listSelectedRevisions"):
            self.change(operation, lambda rows: [edit(row) for row in rows])

    def refuse(self, operation: str, status: int, body: Any = None) -> None:
        self.statuses[operation] = status
        self.bodies[operation] = sample("error.403") if body is None else body

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        operation = operation_of(request)
        body = self.bodies[operation]
        status = self.statuses.get(operation, 200)
        headers = self.headers(len(self.wire.calls))
        rows = body.get("data") if isinstance(body, dict) else body
        if isinstance(rows, list) and status == 200:
            page, size = (
                int(request.url.params.get(name, given)) for name, given in (("page", 1), ("per_page", 10))
            )
            shown = rows[(page - 1) * size : page * size]
            body = {"data": shown} if isinstance(body, dict) else shown
            headers = {"Total": str(len(rows)), "Link": ""} | headers
        return httpx2.Response(status, json=body, headers={k: v for k, v in headers.items() if v is not None})


def operation_of(request: httpx2.Request) -> str:
    path = request.url.path
    ends = {
        "/me": "showMe",
        "/companies": "listCompanies",
        "/projects": "listProjects",
        "/permissions": "showPermissions",
        "/users": "listProjectUsers",
        "/upload_requirements": "listUploadRequirements",
        "/fields": "listFields",
        "/values": "listFieldValues",
        "/recycled_uploads": "listRecycledUploads",
        "/document_uploads": "listDocumentUploads",
        "/selected_uploads": "listSelectedUploads",
        "/recycled_revisions": "listRecycledRevisions",
        "/document_revisions": "listRevisions",
        "/selected_revisions": "listSelectedRevisions",
    }
    for end, operation in ends.items():
        if path.endswith(end):
            return operation
    assert path.endswith(f"/document_uploads/{UPLOAD}"), path
    return "showDocumentUploadV20" if "/v2.0/" in path else "showDocumentUpload"


def field_of(row: dict[str, Any], name: str) -> dict[str, Any]:
    """The value of a field of a document."""
    found: dict[str, Any] = next(one for one in row["fields"] if one["name"] == name)
    return found
