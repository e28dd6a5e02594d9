"""Uploads and the fields of revisions as responses show them (B20, B34, B37, B73, B76)."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from ..runtime.clock import iso
from ..runtime.ids import Ids, moment_of
from ..world.records import Entry, Outcome, Revision, StoredFile, Upload
from ..world.system_fields import RUNNING, RUNNING_STEP
from ..world.world import SEEDED_AT, Project
from . import naming
from .call import Call
from .field_views import document_field, document_value

SystemValues = dict[str, list[dict[str, Any]]]
NO_FILE = ("file_size", "format", "original_filename", "uploaded_at", "uploaded_by", "version")  # B76
POSITION = "aaa...."  # a sort key, not a version (B63)


def _fields_view(
    call: Call, document: Upload | Revision, system: SystemValues, with_source: bool
) -> list[dict[str, Any]]:
    """All fields in use, set or not, with the computed name and the system fields (B73)."""
    project, options, users = call.project, call.core.options, call.core.world.user_names
    shown = []
    for field in (*project.fields, *project.system):
        if not field.in_use:
            continue
        entry = document.entries.get(field.id, Entry())
        if field.is_computed:
            name = naming.document_name(project, document.entries, document.file_name)
            entry = Entry((name,), "SYSTEM")
        values = [document_value(field, text, users, options) for text in entry.values]
        if field.name in system and not values:
            values, entry = system[field.name], Entry((), "SYSTEM")
        shown.append(document_field(field, entry, values, options, with_source))
    return shown


def _system_values(call: Call, document: Upload | Revision) -> SystemValues:
    """The values of system fields (B73); empty if not known yet."""
    file = call.core.store.get(StoredFile, document.file_id or "")
    completed = document.completed_at
    user = _user(call, document.owner)
    return {
        "original_filename": _text(document.file_name),
        "format": [_format(call, document.file_name, document.mime_type)],
        "file_size": _text(str(file.size) if file else ""),
        "uploaded_at": _moment(completed),
        "uploaded_by": user,
        "updated_by": user,
        "version": [],
        "item_content": [{"id": "Document", "label": "Document"}],
        "in_active_workflow": _yes_or_no(call, "in_active_workflow", yes=False),
        "submitted_into_drawings": _yes_or_no(call, "submitted_into_drawings", yes=False),
    }


def _system_of_upload(call: Call, upload: Upload) -> SystemValues:
    return _system_values(call, upload) | {
        "created_at": _moment(upload.requested_at),
        "updated_at": _moment(moment_of(upload.event_id)),
    }


def system_of(call: Call, revision: Revision) -> SystemValues:
    """Return a revision's system fields: version (B63), workflow, recycling and others (B62, B73, B76)."""
    system = _system_values(call, revision) | {
        "created_at": _moment(revision.created_at),
        "updated_at": _moment(revision.updated_at),
        "version": _text(str(revision.version)),
        "in_active_workflow": _yes_or_no(call, "in_active_workflow", yes=bool(revision.workflow_id)),
        "recycled_at": _moment(revision.recycled_at),
        "recycled_by": _user(call, revision.recycled_by),
        "recycled_reason": _text(revision.recycled_reason),
    }
    if revision.workflow_id:
        system |= _running_workflow(call)
    if revision.changed_by is not None:
        system["updated_by"] = _user(call, revision.changed_by)
    if revision.placeholder is not None:
        system |= {
            "item_content": [{"id": "Placeholder", "label": "Placeholder"}],
            "placeholder_assignee": _user(call, revision.placeholder.assignee),
            "placeholder_due_date": _moment(revision.placeholder.due_at),
            **{name: [] for name in NO_FILE},
        }
    return system


def _running_workflow(call: Call) -> SystemValues:
    """The workflow that runs on a revision, and its current step (B48)."""
    field = call.project.system_by_name["assigned_workflow"]
    assigned = next(value.id for value in field.values if value.label == RUNNING)
    values = [document_value(field, assigned, {}, call.core.options)]
    return {"assigned_workflow": values, "workflow_current_step": _text(RUNNING_STEP)}


def _text(text: str) -> list[dict[str, Any]]:
    return [{"label": text}] if text else []


def _moment(seconds: float | None) -> list[dict[str, Any]]:
    return [] if seconds is None else [{"label": iso(seconds)}]


def _user(call: Call, user_id: int | None) -> list[dict[str, Any]]:
    if user_id is None:
        return []
    names, key = call.core.world.user_names, str(user_id)
    return [{"id": key, "code": "", "label": names.get(key, key)}]


def _format(call: Call, file_name: str, mime_type: str) -> dict[str, Any]:
    """A file's format: a value with the extension as label and the MIME type as code, or a string (B73)."""
    extension = PurePosixPath(file_name).suffix.lstrip(".").lower() or mime_type.rpartition("/")[2]
    if call.core.options.format_type == "string":
        return {"label": extension.upper()}
    shown: dict[str, Any] = {
        "id": Ids(f"format {extension} {mime_type}").ulid(SEEDED_AT),
        "code": mime_type,
        "label": extension.upper(),
    }
    if not call.core.options.bare_values:
        shown |= {"active": True, "tags": [f"document-service:extension.{extension}"]}
    return shown


def _yes_or_no(call: Call, name: str, yes: bool) -> list[dict[str, Any]]:
    field = call.project.system_by_name[name]
    wanted = next(value.id for value in field.values if value.label == ("Yes" if yes else "No"))
    return [document_value(field, wanted, {}, call.core.options)]


def _outcome_view(project: Project, outcome: Outcome, named_by: str) -> dict[str, Any]:
    """The outcome for each field; `source` is the field's `name` for ML and its `label` for scraping (B38)."""

    def source(field_id: str) -> str:
        return str(getattr(project.by_id[field_id], named_by))

    return {
        "success": [{"source": source(field), "field_id": field} for field in outcome.success],
        "errors": [
            {"source": source(field), "message": message, "field_id": field, "reason_code": reason}
            for field, reason, message in outcome.errors
        ],
    }


def _statuses_view(call: Call, upload: Upload) -> dict[str, Any]:
    """The statuses of ML and scraping in the selected spelling, with the other keys of that spelling (B34, B72)."""
    common = {
        "match_criteria": upload.criteria,
        "permissions": {"allowed_actions": ["view", "download", "edit_metadata"]},
    }
    snake = common | {
        "integration_statuses": {
            "ml": upload.ml,
            "filename_scraping": upload.scraping,
            "integration_response": _suggestions(call.project, upload, "ml", ("value_id", "value_name")),
        },
    }
    camel = {
        "matchCriteria": upload.criteria,
        "file_key": upload.file_id or "",
        "integrationStatuses": {
            "ML": upload.ml,
            "FILENAME_SCRAPING": upload.scraping,
            "integrationResponse": _suggestions(call.project, upload, "ML", ("valueId", "valueName")),
        },
    }
    match call.core.options.status_spelling:
        case "camel":
            return camel
        case "both":
            return snake | camel
        case "absent":
            return common
        case "null":
            return common | {"integration_statuses": None}
    return snake


def _suggestions(
    project: Project, upload: Upload, ml: str, keys: tuple[str, str]
) -> dict[str, dict[str, str]]:
    """The values that ML and the file name suggest for each field, even if another value is set (B37)."""
    shown = {}
    for key, value in upload.opinions.items():
        name, _, by = key.rpartition("_")
        found = project.by_name[name].by_id.get(value)
        label = found.label if found else value
        shown[f"{name}_{ml if by == 'ml' else by}"] = dict(zip(keys, (value, label), strict=True))
    return shown


def _container_id(upload: Upload) -> str | None:
    """Null until known (B40): while ML or scraping may still change the name."""
    return None if "in_progress" in (upload.ml, upload.scraping) else upload.container_id


def upload_view(call: Call, upload: Upload) -> dict[str, Any]:
    """Return an upload as a response shows it."""
    completed = upload.completed_at
    return {
        "id": upload.key,
        "latest_event_id": upload.event_id,
        "fields": _fields_view(call, upload, _system_of_upload(call, upload), with_source=True),
        "upload_status": upload.status,
        **_statuses_view(call, upload),
        "integrations": {
            "ml_processing": _outcome_view(call.project, upload.ml_outcome, "name"),
            "scraping_processing": _outcome_view(call.project, upload.scraping_outcome, "label"),
            "bim_processing": {"errors": [], "status": "not_applicable", "bim_file_extraction_id": None},
        },
        "document_container_id": _container_id(upload),
        "position_within_container": POSITION,
        "file_locked": upload.file_locked,
        "download_url": _download_url(call, upload.key),
        "upload_requested_at": iso(upload.requested_at),
        "upload_completed_at": None if completed is None else iso(completed),
    }


def revision_fields(call: Call, revision: Revision) -> list[dict[str, Any]]:
    """Return the fields of a revision; unlike those of an upload, they have no `label_source`."""
    return _fields_view(call, revision, system_of(call, revision), with_source=False)


def _download_url(call: Call, key: str) -> str:
    place = f"companies/{call.core.world.company_id}/projects/{call.project.id}/document_management"
    return f"{call.base}/v2.0/{place}/document_uploads/{key}/download"
