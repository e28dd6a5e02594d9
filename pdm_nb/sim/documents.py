"""What uploads and revisions have in common: their name, their container, and how they look on the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, TypeVar

from . import naming
from .clock import iso
from .configuration import value_view
from .core import Call, Core
from .records import Container, Entry, Outcome, Revision, Upload
from .world import Field, Project

D = TypeVar("D", Upload, Revision)

# Fields that the service alone fills; `fields` of the configuration leaves them out (B20, B39).
SYSTEM_FIELDS = {
    "version": ("Version", "numeric"),
    "file_name": ("File name", "string"),
    "file_format": ("Format", "string"),
    "uploaded_by": ("Uploaded by", "reference"),
    "uploaded_at": ("Uploaded at", "timestamp"),
}


def changed(core: Core, project: Project, upload: Upload, **changes: Any) -> tuple[Upload | Container, ...]:
    """The records of a changed upload, the upload first: a new event (B31), and its container anew (B40)."""
    upload = replace(upload, event_id=core.new_id(), **changes)
    if not upload.is_listed:
        return (upload,)
    name = naming.document_name(project, upload.entries, upload.file_name)
    criteria = naming.match_criteria(name, upload.mime_type)
    if criteria == upload.criteria:
        return (upload,)
    key = f"{project.id}/{criteria}"
    found = core.store.get(Container, key)
    container = found or Container(key, core.new_id(), project.id)
    upload = replace(upload, criteria=criteria, container_id=container.id)
    return (upload,) if found else (upload, container)


def _field_view(field: Field, entry: Entry | None, world_users: Mapping[str, str]) -> dict[str, Any]:
    entry = entry or Entry()
    values: list[dict[str, Any]]
    if field.is_user:
        values = [{"id": v, "label": world_users.get(v, v), "active": True} for v in entry.values]
    elif field.is_lookup:
        values = [value_view(field.by_id[v]) for v in entry.values]
    else:
        values = [{"label": v} for v in entry.values]
    shown = {
        "id": field.id,
        "name": field.name,
        "type": field.type,
        "label": field.label,
        "label_source": entry.source,
        "values": values,
    }
    if field.variant:
        shown["variant"] = field.variant
    return shown if entry.confidence is None else shown | {"confidence_score": entry.confidence}


def fields_view(
    call: Call, entries: Mapping[str, Entry], file_name: str, system: dict[str, str]
) -> list[dict[str, Any]]:
    """Every user-settable field, set or not, the computed name, and the system's own."""
    project, users = call.project, call.core.world.user_names
    shown = []
    for field in project.fields:
        entry = entries.get(field.id)
        if field.variant == "computed":
            entry = Entry((naming.document_name(project, entries, file_name),), "SYSTEM")
        if field.in_use:
            shown.append(_field_view(field, entry, users))
    for name, label in system.items():
        title, kind = SYSTEM_FIELDS[name]
        value = {"label": users.get(label, label)} | ({"id": label} if label in users else {})
        shown.append(
            {
                "id": name,
                "name": name,
                "type": kind,
                "label": title,
                "label_source": "SYSTEM",
                "values": [value],
            }
        )
    return shown


def system_values(file_name: str, owner: int, at: float) -> dict[str, str]:
    return {
        "file_name": file_name,
        "file_format": PurePosixPath(file_name).suffix.lstrip(".").lower() or "none",
        "uploaded_by": str(owner),
        "uploaded_at": iso(at),
    }


def _outcome_view(outcome: Outcome, source: str) -> dict[str, Any]:
    return {
        "success": [{"source": source, "field_id": field} for field in outcome.success],
        "errors": [
            {"source": source, "field_id": field, "reason_code": reason, "message": message}
            for field, reason, message in outcome.errors
        ],
    }


def in_sight(call: Call, record: Upload | Revision) -> bool:
    """False where `visible_statuses`, or a fault, takes a document from the caller's sight (B51)."""
    if record.key in call.core.faults.hidden:
        return False
    seen = call.core.options.visible_statuses
    if not seen:
        return True
    field = call.project.by_name["status"]
    held = [field.by_id[value].code for value in record.entries.get(field.id, Entry()).values]
    return all(code in seen for code in held)


def all_in_sight(call: Call, records: Sequence[D]) -> Sequence[D]:
    """Those of a list that are in the caller's sight: the list itself, mostly, which may be long."""
    if not call.core.faults.hidden and not call.core.options.visible_statuses:
        return records
    return [record for record in records if in_sight(call, record)]


def _integration_statuses(call: Call, upload: Upload) -> dict[str, Any]:
    """How far ML and scraping are, in the spelling of `status_spelling` (B34)."""
    told = {"integration_response": dict(upload.opinions)}
    snake = {"ml": upload.ml, "filename_scraping": upload.scraping, **told}
    camel = {"ML": upload.ml, "FILENAME_SCRAPING": upload.scraping, **told}
    match call.core.options.status_spelling:
        case "camel":
            return {"integrationStatuses": camel}
        case "both":
            return {"integration_statuses": snake, "integrationStatuses": camel}
    return {"integration_statuses": snake}


def _container_id(upload: Upload) -> str | None:
    """Null until known (B40): while what is still to come of the upload may name it otherwise."""
    return None if "in_progress" in (upload.ml, upload.scraping) else upload.container_id


def upload_view(call: Call, upload: Upload) -> dict[str, Any]:
    completed = upload.completed_at
    return {
        "id": upload.key,
        "latest_event_id": upload.event_id,
        "fields": fields_view(
            call,
            upload.entries,
            upload.file_name,
            system_values(upload.file_name, upload.owner, upload.requested_at),
        ),
        "upload_status": upload.status,
        **_integration_statuses(call, upload),
        "integrations": {
            "ml_processing": _outcome_view(upload.ml_outcome, "ml"),
            "scraping_processing": _outcome_view(upload.scraping_outcome, "filename_scraping"),
            "bim_processing": {"status": "not_applicable"},
        },
        "match_criteria": upload.criteria,
        "document_container_id": _container_id(upload),
        "position_within_container": "1",
        "file_locked": upload.file_locked,
        "download_url": _download_url(call, "document_uploads", upload.key),
        "permissions": {"allowed_actions": ["read", "update", "submit"]},
        "upload_requested_at": iso(upload.requested_at),
        "upload_completed_at": None if completed is None else iso(completed),
    }


def system_of(revision: Revision) -> dict[str, str]:
    """What the service alone fills of a revision: the version is a field (B63)."""
    system = system_values(revision.file_name, revision.owner, revision.completed_at)
    return {"version": str(revision.version), **system}


def _download_url(call: Call, kind: str, key: str) -> str:
    place = f"companies/{call.core.world.company_id}/projects/{call.project.id}/document_management"
    return f"{call.base}/v2.0/{place}/{kind}/{key}/download"
