"""What a revision's fields hold: its document's values, and what the service fills itself (B63, B69, B73, B76)."""

from __future__ import annotations

from typing import Any

from .clock import iso
from .core import Call
from .documents import SystemValues, fields_view, system_values, yes_or_no
from .field_views import held_value
from .records import Revision
from .submitting import STEP, WORKFLOW

NO_FILE: SystemValues = {
    name: [] for name in ("original_filename", "format", "file_size", "uploaded_at", "uploaded_by", "version")
}


def fields_of(call: Call, revision: Revision) -> list[dict[str, Any]]:
    """Every field of a revision, without where its value comes from."""
    return fields_view(call, revision, system_of(call, revision), with_source=False)


def system_of(call: Call, revision: Revision) -> SystemValues:
    """What the service alone fills of a revision; `version` is one of these fields (B63)."""
    system = system_values(call, revision, revision.created_at, revision.updated_at)
    if revision.placeholder is None:
        system["version"] = _text(str(revision.version))
    if revision.changed_by is not None:
        system["updated_by"] = [_user(call, revision.changed_by)]
    return {**system, **_workflow(call, revision), **_recycling(call, revision), **_awaited(call, revision)}


def _workflow(call: Call, revision: Revision) -> SystemValues:
    """Whether a workflow runs on it, which, and how far it is (B48, B74)."""
    system = {"in_active_workflow": [yes_or_no(call, "in_active_workflow", yes=bool(revision.workflow_id))]}
    if not revision.workflow_id:
        return system
    field = call.project.system_by_name["assigned_workflow"]
    value = next(value.id for value in field.values if value.label == WORKFLOW)
    assigned = [held_value(field, value, {}, call.core.options)]
    return {**system, "assigned_workflow": assigned, "workflow_current_step": _text(STEP)}


def _recycling(call: Call, revision: Revision) -> SystemValues:
    """When a person moved it to the bin, who, and why (B62)."""
    if revision.recycled_at is None:
        return {}
    return {
        "recycled_at": _text(iso(revision.recycled_at)),
        "recycled_by": [_user(call, revision.recycled_by or revision.owner)],
        "recycled_reason": _text(revision.recycled_reason),
    }


def _awaited(call: Call, revision: Revision) -> SystemValues:
    """A placeholder has an assignee and a due date in the place of a file (B76)."""
    awaited = revision.placeholder
    if awaited is None:
        return {}
    return {
        **NO_FILE,
        "item_content": [{"id": "Placeholder", "label": "Placeholder"}],
        "placeholder_assignee": [_user(call, awaited.assignee)],
        "placeholder_due_date": _text(iso(awaited.due_at)),
    }


def _text(text: str) -> list[dict[str, Any]]:
    return [{"label": text}]


def _user(call: Call, user_id: int) -> dict[str, Any]:
    key = str(user_id)
    return {"id": key, "code": "", "label": call.core.world.user_names[key]}
