"""What the fields of an upload show of a workflow that controls it (B52, B73, B74)."""

from __future__ import annotations

from ...model import Upload
from ...rules.values.text import quoted
from ..journal.journal import Journal

ASSIGNED, ACTIVE = "assigned_workflow", "in_active_workflow"  # B73: names of fields of an upload
YES = ("yes", "true")


def record_fields(journal: Journal, upload: Upload) -> None:
    """Keep the ids of the fields that show a workflow: the project's list of fields may leave them out (B20)."""
    for value in upload.fields:
        if value.name in (ASSIGNED, ACTIVE) and journal.meta.get(_key(value.name)) != value.field_id:
            journal.set_meta(_key(value.name), value.field_id)


def workflow_of(journal: Journal, document: int) -> str:
    """Return what the service shows of a workflow of an upload, as a sentence; "" if it shows none."""
    assigned = _text(journal, document, ASSIGNED)
    named = f" {quoted(assigned)}" if assigned else ""
    if _text(journal, document, ACTIVE).casefold() in YES:
        return (
            f"The upload is in the active workflow{named}" if named else "The upload is in an active workflow"
        )
    return f"The workflow{named} is assigned to the upload" if named else ""


def _text(journal: Journal, document: int, name: str) -> str:
    field = journal.meta.get(_key(name))
    cell = journal.service_cell(document, field) if field else None
    return cell.text if cell else ""


def _key(name: str) -> str:
    return f"field {name}"
