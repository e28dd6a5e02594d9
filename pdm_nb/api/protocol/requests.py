"""Builds one `Request` per operation of the service. Paths are relative to the API host."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

PAGE = 100  # B9: at most 100 per page; without a page size the service returns only ten rows
ID_PAGE = 5000  # B9: of a list of bare ids
BATCH = 100  # B23: at most 100 items per call
UNRESERVED = frozenset(map(ord, string.ascii_letters + string.digits + "-._~"))
TOOL = "document_management"  # B53
VERSION = re.compile(r"/v\d[\d.]*/")
# The operations that an older version of their path can serve as well, if the preferred one is not offered (B70).
VERSIONS = {
    "showDocumentUpload": ("2.1", "2.0"),
    "listSelectedUploads": ("2.2", "2.1", "2.0"),
    "listSelectedRevisions": ("2.2", "2.1", "2.0"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the service.

    `repeatable` is False if sending it twice could do something twice. `lasting` is True for configuration, whose
    response can be cached. `versions` are the documented versions of the path, the preferred one first; empty if only
    that of `path` is used (B70). `redirects` is True if the response may be a redirect, which is returned and not
    followed (B64).
    """

    operation: str
    method: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    repeatable: bool = True
    lasting: bool = False
    versions: tuple[str, ...] = ()
    redirects: bool = False

    def by_version(self, version: str) -> Request:
        """Return the same call with another version of its path; "" changes nothing."""
        return replace(self, path=VERSION.sub(f"/v{version}/", self.path, count=1)) if version else self


@dataclass(frozen=True, slots=True)
class Scope:
    """The company and project of project-level paths."""

    company_id: str
    project_id: str

    def documents(self, version: str, rest: str) -> str:
        return f"{self._project(version)}/document_management/{rest}"

    def files(self, rest: str = "") -> str:
        return f"{self._project('2.1')}/uploads{rest}"

    def _project(self, version: str) -> str:
        return f"/rest/v{version}/companies/{quoted(self.company_id)}/projects/{quoted(self.project_id)}"


def quoted(id_: str) -> str:
    """Return an id as one segment of a path. Ids come from journals and responses: none may lead to another path."""
    kept = UNRESERVED if id_.strip(".") else UNRESERVED - {ord(".")}
    return "".join(chr(byte) if byte in kept else f"%{byte:02X}" for byte in id_.encode(errors="replace"))


def page(request: Request, number: int) -> Request:
    """Return the request for page `number` (from 1) of a list, always with a page size (B9)."""
    return replace(request, params={"per_page": PAGE, **request.params, "page": number})


def _versioned(operation: str, method: str, scope: Scope, rest: str, **more: Any) -> Request:
    versions = VERSIONS[operation]
    return Request(operation, method, scope.documents(versions[0], rest), versions=versions, **more)


# -- directory
def show_me() -> Request:
    return Request("showMe", "GET", "/rest/v1.0/me")


def list_companies() -> Request:
    return Request("listCompanies", "GET", "/rest/v1.0/companies")


def list_projects(company_id: str) -> Request:
    return Request("listProjects", "GET", "/rest/v1.0/projects", {"company_id": company_id})


def show_permissions(scope: Scope) -> Request:
    return Request(
        "showPermissions", "GET", "/rest/v1.0/settings/permissions", {"project_id": scope.project_id}
    )


def list_project_users(scope: Scope) -> Request:
    return Request(
        "listProjectUsers", "GET", f"/rest/v1.0/projects/{quoted(scope.project_id)}/users", lasting=True
    )


# -- configuration
def list_upload_requirements(scope: Scope) -> Request:
    return Request(
        "listUploadRequirements", "GET", scope.documents("2.0", "upload_requirements"), lasting=True
    )


def list_fields(scope: Scope) -> Request:
    return Request("listFields", "GET", scope.documents("2.0", "fields"), lasting=True)


def list_field_values(scope: Scope, field_id: str, *, keyword: str = "", inactive: bool = False) -> Request:
    params: dict[str, Any] = {}
    if keyword:
        params["keyword"] = keyword
    if inactive:
        params["include_inactive"] = "true"  # B21
    return Request(
        "listFieldValues",
        "GET",
        scope.documents("2.0", f"fields/{quoted(field_id)}/values"),
        params,
        lasting=not keyword,
    )


# -- document uploads
def create_document_uploads(scope: Scope, files: Sequence[tuple[str, str]]) -> Request:
    """`files`: (file name, MIME type). Sent again if the response is lost; unused uploads stay invisible (B23)."""
    uploads = [{"file_name": name, "mime_type": mime} for name, mime in files]
    return Request(
        "createDocumentUploads", "POST", scope.documents("2.0", "document_uploads"), json={"uploads": uploads}
    )


def update_document_uploads(scope: Scope, updates: Sequence[Mapping[str, Any]]) -> Request:
    """`updates`: the items of `update_params`. Safe to repeat (B27)."""
    return Request(
        "updateDocumentUploads",
        "PATCH",
        scope.documents("2.0", "document_uploads"),
        json={"update_params": list(updates)},
    )


def list_document_uploads(scope: Scope) -> Request:
    return Request("listDocumentUploads", "GET", scope.documents("2.1", "document_uploads"))


def show_document_upload(scope: Scope, upload_id: str) -> Request:
    return _versioned("showDocumentUpload", "GET", scope, f"document_uploads/{quoted(upload_id)}")


def list_selected_uploads(scope: Scope, ids: Sequence[str]) -> Request:
    return _versioned(
        "listSelectedUploads", "POST", scope, "document_uploads/selected_uploads", json={"ids": list(ids)}
    )


# -- document revisions
class Termination(NamedTuple):
    """Ends the workflow that blocks a submit: the reason, and the new status of its revision (B48)."""

    reason: str
    status_id: str


class Item(NamedTuple):
    """One upload to submit, with its latest known event."""

    upload_id: str
    event_id: str
    termination: Termination | None = None


def create_document_revisions(scope: Scope, items: Sequence[Item]) -> Request:
    """Not sent again if it is unknown whether it was carried out (B66)."""
    uploads = [
        {"id": upload, "upload_latest_event_id": event}
        | (
            {"termination_reason": ending.reason, "terminated_revision_status_id": ending.status_id}
            if ending
            else {}
        )
        for upload, event, ending in items
    ]
    return Request(
        "createDocumentRevisions",
        "POST",
        scope.documents("2.1", "document_revisions"),
        json={"uploads": uploads},
        repeatable=False,
    )


def list_revisions(scope: Scope, *, sort: str = "-created_at") -> Request:
    """Private and beta: may return 403 or 404 (B62)."""
    return Request("listRevisions", "GET", scope.documents("2.0", "document_revisions"), {"sort": sort})


def list_revision_ids(
    scope: Scope, filters: Mapping[str, str] | None = None, per_page: int = ID_PAGE
) -> Request:
    """Bare ids of the same list, newest first: never masked, also those that the caller may not see (B62)."""
    named = {f"filters[{name}]": text for name, text in (filters or {}).items()}
    params = {"view": "ids_only", "per_page": per_page, "sort": "-created_at", **named}
    return Request("listRevisions", "GET", scope.documents("2.0", "document_revisions"), params)


def list_recycled_revisions(scope: Scope, filters: Mapping[str, str] | None = None) -> Request:
    """The recycle bin, newest first; needs the right to view it (B62)."""
    named = {f"filters[{name}]": text for name, text in (filters or {}).items()}
    path = scope.documents("2.0", "document_revisions/recycled_revisions")
    return Request("listRecycledRevisions", "GET", path, named)


def download_revision(scope: Scope, revision_id: str, *, recycled: bool = False) -> Request:
    """Return the URL of storage that has the file, as JSON or as a redirect (B64)."""
    folder = "document_revisions/recycled_revisions" if recycled else "document_revisions"
    return Request(
        "downloadRecycledRevision" if recycled else "downloadRevision",
        "GET",
        scope.documents("2.0", f"{folder}/{quoted(revision_id)}/download"),
        {"no_redirect": "true"},
        redirects=True,
    )


def list_selected_revisions(scope: Scope, ids: Sequence[str]) -> Request:
    return _versioned(
        "listSelectedRevisions",
        "POST",
        scope,
        "document_revisions/selected_revisions",
        json={"ids": list(ids)},
    )


# -- files
def create_upload(
    scope: Scope,
    *,
    file_name: str,
    file_size: int,
    content_type: str,
    sha256: str | None,
    segments: Sequence[tuple[int, str]],
) -> Request:
    """`segments`: (size in bytes, SHA-256). An upload that is not completed is deleted after a day (B60)."""
    body: dict[str, Any] = {
        "file_name": file_name,
        "file_size": file_size,
        "content_type": content_type,
        "uploader_tool_name": TOOL,
        "segments": [{"size": size, "sha256": digest} for size, digest in segments],
    }
    if sha256 is not None:
        body["sha256"] = sha256
    return Request("createUpload", "POST", scope.files(), json=body)


def show_upload(scope: Scope, file_upload_id: str) -> Request:
    return Request("showUpload", "GET", scope.files(f"/{quoted(file_upload_id)}"))


def complete_upload(scope: Scope, file_upload_id: str, etags: Sequence[str | None]) -> Request:
    return Request(
        "completeUpload", "PATCH", scope.files(f"/{quoted(file_upload_id)}"), json={"part_etags": list(etags)}
    )
