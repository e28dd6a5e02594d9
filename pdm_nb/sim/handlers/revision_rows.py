"""Revisions as responses show them: complete, masked, in either spelling (B46, B51, B63, B76–B78)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ..documents.call import Call
from ..documents.containers import collection_of
from ..documents.document_views import revision_fields
from ..documents.visibility import is_hidden
from ..runtime.clock import iso
from ..world.records import Revision

# B77: what the caller may do with a revision, by access level.
ACTIONS = {
    "None": (),
    "Read Only": ("view", "download"),
    "Standard": ("view", "download", "edit_markup"),
    "Admin": (
        *("view", "view_change_history", "edit_markup", "edit_public_layers", "edit_shared_markup"),
        *("move_to_recycle_bin", "download", "edit_metadata"),
    ),
}
IN_BIN = ("view", "view_recycle_bin", "download")
NO_FILE = ("download", "edit_markup", "edit_public_layers", "edit_shared_markup")  # not for a placeholder


def revision_row(call: Call, revision: Revision) -> dict[str, Any]:
    """Return a revision as the caller may see it: masked if its attributes hide it (B51)."""
    row = _in_spelling(call, revision, _complete(call, revision))
    return _masked(call, row) if is_hidden(call, revision) else row


def _complete(call: Call, revision: Revision) -> dict[str, Any]:
    core = call.core
    row = {
        "id": revision.key,
        "document_container_id": revision.container_id,
        "position_within_container": revision.position,
        "file_locked": revision.file_locked,
        "download_url": _download_url(call, revision),
        "latest_event_id": revision.event_id,
        "index_updated_at": iso(revision.updated_at + core.options.index_seconds),
        "latest_document_collection_ids": [collection_of(call.project.id)],
        "upload_id": revision.upload_id,
        "recycled": revision.recycled,
        "document_placeholder_id": revision.placeholder_id,
        "match_type": revision.match_type,
        "standalone_upload_id": None,
        "permissions": {"allowed_actions": _allowed_actions(call, revision)},
        "fields": revision_fields(call, revision),
        "integrations": {},
    }
    if not core.options.reveal_upload_id or revision.placeholder:  # B46
        del row["upload_id"]
    return row


def _allowed_actions(call: Call, revision: Revision) -> list[str]:
    actions = IN_BIN if revision.recycled else ACTIONS[call.core.options.access_level]
    return [one for one in actions if not (revision.placeholder and one in NO_FILE)]


def _in_spelling(call: Call, revision: Revision, row: dict[str, Any]) -> dict[str, Any]:
    """The row in the spelling of the guide or of the reference (B78)."""
    if call.core.options.revision_rows == "guide":
        return row
    row = {name: value for name, value in row.items() if name not in ("upload_id", "latest_event_id")}
    row["download_filename"] = revision.file_name
    row["indexUpdatedAt"] = row.pop("index_updated_at")
    if row["match_type"] is not None:
        row["match_type"] = {"value": row["match_type"]}
    if row["download_url"]:
        row["download_url"] = row["download_url"].partition("://")[2]
    return row


def _masked(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    """The row of a hidden revision: it only shows that the revision exists (B51)."""
    masked = {**row, "fields": [], "permissions": {"allowed_actions": []}}
    if call.core.options.masked_rows == "bare":
        return {name: masked[name] for name in ("id", "fields", "permissions")}
    del masked["download_url"]
    return masked


def _download_url(call: Call, revision: Revision) -> str | None:
    """The URL on the API's own host or on the vendor's other host (B64, B78); None without a file (B76)."""
    if revision.placeholder:
        return None
    place = f"companies/{call.core.world.company_id}/projects/{call.project.id}"
    if call.core.options.download_host == "app":
        path = f"v1.0/{place}/collaborative_documents/document_revisions/{revision.key}/download"
        return f"{other_host(call.base)}/{path}"
    folder = "document_revisions/recycled_revisions" if revision.recycled else "document_revisions"
    return f"{call.base}/v2.0/{place}/document_management/{folder}/{revision.key}/download"


def other_host(address: str) -> str:
    """Return the same address on the vendor's other host, which the simulator also serves."""
    parts = urlsplit(address)
    name = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}.get(
        parts.hostname or "", f"app.{parts.hostname}"
    )
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=f"{name}{port}"))
