"""Calls of the client: one for each operation, and one more for each other way in which the package reads the same list.

The name of a call begins with the operation that it is one of; what follows tells it apart.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

from pdm_nb.api.client import Client
from pdm_nb.api.paged_lists import Pages
from pdm_nb.api.protocol.requests import Item, Scope
from pdm_nb.api.received_file import ReceivedFile
from pdm_nb.model import FieldType, Segment

ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
CONTENT = b"%PDF-1.7 the content of a file"


async def _renewed(client: Client, scope: Scope) -> object:
    return await client._tokens.renew(client._tokens.current())


async def _field_values(client: Client, scope: Scope) -> object:
    """Of a field that has a list, so that the simulator's own response is no error."""
    field = next(one for one in await client.list_fields(scope) if one.type is FieldType.LOV_ENTRY)
    return await client.list_field_values(scope, field.id)


async def _all(pages: Pages[Any]) -> object:
    return [row async for rows in pages for row in rows]


SECRETS = ("s3cret-of-the-url", "s3cret-of-a-header")


def _segment(client: Client) -> Segment:
    url = f"{client.environment.api_url}/storage/part?signature={SECRETS[0]}"
    return Segment(url, {"x-amz-key": SECRETS[1]})


async def _put(client: Client, scope: Scope) -> object:
    segment = _segment(client)
    return await client.put_segment(segment, len(CONTENT), BytesIO(CONTENT))


class Forgotten:
    """Takes the bytes of a file."""

    def write(self, block: bytes) -> None: ...

    def restart(self) -> None: ...


async def _get(client: Client, scope: Scope) -> object:
    return await client.upload_transport.get(_source(client), ReceivedFile(Forgotten(), len(CONTENT)))


def _source(client: Client) -> Segment:
    """Where a file is; its URL is in no frame of a call."""
    return Segment(f"{client.environment.api_url}/storage/no/file?signature={SECRETS[0]}", {})


SPEC: dict[str, Any] = {
    "file_name": "a.pdf", "file_size": len(CONTENT), "content_type": "application/pdf", "sha256": "0" * 64,
    "segments": [(len(CONTENT), "0" * 64)],
}  # fmt: skip

CALLS: dict[str, Callable[[Client, Scope], Awaitable[object]]] = {
    "getToken": _renewed,
    "revokeToken": lambda client, scope: client.revoke(),
    "showMe": lambda client, scope: client.show_me(),
    "listCompanies": lambda client, scope: client.list_companies(),
    "listProjects": lambda client, scope: client.list_projects(scope.company_id),
    "showPermissions": lambda client, scope: client.show_permissions(scope),
    "listProjectUsers": lambda client, scope: client.list_project_users(scope),
    "listUploadRequirements": lambda client, scope: client.list_upload_requirements(scope),
    "listFields": lambda client, scope: client.list_fields(scope),
    "listFieldValues": _field_values,
    "createDocumentUploads": lambda client, scope: client.create_document_uploads(
        scope, [("a.pdf", "application/pdf")]
    ),
    "updateDocumentUploads": lambda client, scope: client.update_document_uploads(
        scope, [{"id": ID, "fields": []}]
    ),
    "listDocumentUploads": lambda client, scope: client.list_document_uploads(scope),
    "showDocumentUpload": lambda client, scope: client.show_document_upload(scope, ID),
    "listSelectedUploads": lambda client, scope: client.list_selected_uploads(scope, [ID]),
    "createDocumentRevisions": lambda client, scope: client.create_document_revisions(scope, [Item(ID, ID)]),
    "listRevisions": lambda client, scope: _all(client.newest_revisions(scope)),
    "listRevisions (ids)": lambda client, scope: _all(client.revision_ids(scope)),
    "listSelectedRevisions": lambda client, scope: client.list_selected_revisions(scope, [ID]),
    "listSelectedRevisions (explore)": lambda client, scope: client.read_revisions(scope, [ID]),
    "listRecycledRevisions": lambda client, scope: _all(client.recycled_revisions(scope)),
    "downloadRevision": lambda client, scope: client.download_source(scope, ID),
    "downloadRecycledRevision": lambda client, scope: client.download_source(scope, ID, recycled=True),
    "createUpload": lambda client, scope: client.create_upload(scope, **SPEC),
    "showUpload": lambda client, scope: client.show_upload(scope, ID),
    "completeUpload": lambda client, scope: client.complete_upload(scope, ID, ["e"]),
    "putSegment": _put,
    "getFile": _get,
}


def operation_of(call: str) -> str:
    """The operation that a call is one of."""
    return call.partition(" ")[0]
