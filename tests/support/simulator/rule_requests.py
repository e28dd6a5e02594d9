"""A well-formed request for every operation of the contract, for tests of rules that apply to all of them."""

from __future__ import annotations

from typing import Any

import httpx2

from pdm_nb.sim.runtime.contract import Operation, operations
from tests.support.contract.contract_checks import check
from tests.support.simulator.api_caller import ApiCaller

UNKNOWN_ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
EVERY = {operation.id: operation for operation in operations()}
SIGNING = ("authorize", "getToken", "getTokenInfo", "revokeToken")
API = [name for name in EVERY if name not in SIGNING]
EXEMPT = ("showMe", "listCompanies")  # B2
IN_COMPANY = [name for name in API if name not in EXEMPT]
IN_PROJECT = [name for name in API if "{project_id}" in EVERY[name].path or name == "showPermissions"]
LISTS = [name for name in API if "per_page" in EVERY[name].names]
IDS_ONLY = [name for name in LISTS if "view" in EVERY[name].names]
BODIES: dict[str, Any] = {
    "createDocumentUploads": {"uploads": [{"file_name": "a.pdf", "mime_type": "application/pdf"}]},
    "updateDocumentUploads": {"update_params": [{"id": UNKNOWN_ID}]},
    "listSelectedUploads": {"ids": [UNKNOWN_ID]},
    "createDocumentRevisions": {"uploads": [{"id": UNKNOWN_ID, "upload_latest_event_id": UNKNOWN_ID}]},
    "listSelectedRevisions": {"ids": [UNKNOWN_ID]},
    "completeUpload": {"part_etags": [None]},
    "createUpload": {
        "file_name": "a.pdf",
        "file_size": 4,
        "content_type": "application/pdf",
        "uploader_tool_name": "document_management",
        "segments": [{"size": 4, "sha256": "0" * 64}],
    },
}


def place(caller: ApiCaller, operation: Operation, project: Any = None) -> str:
    """The path of an operation, about nothing that is there."""
    return operation.path.format(
        company_id=caller.company,
        project_id=project or caller.project.id,
        field_id_or_name="type",
        document_upload_id=UNKNOWN_ID,
        document_revision_id=UNKNOWN_ID,
        upload_id=UNKNOWN_ID,
    )


def ask(caller: ApiCaller, name: str, project: Any = None, drop: str = "", **more: Any) -> httpx2.Response:
    """Call an operation; `drop` is a header to leave out, `more` goes into query, or replaces headers (`headers=`)."""
    operation = EVERY[name]
    headers = {"Authorization": f"Bearer {caller.token}", "Procore-Company-Id": str(caller.company)}
    headers |= more.pop("headers", {})
    headers.pop(drop, None)
    needed = {"company_id": caller.company, "project_id": project or caller.project.id}
    query = {key: value for key, value in needed.items() if key in operation.names} | more
    answer = caller.send(
        operation.method,
        place(caller, operation, project),
        json=BODIES.get(name),
        params=query,
        headers=headers,
    )
    return check(answer) if "json" in answer.headers.get("Content-Type", "") else answer
