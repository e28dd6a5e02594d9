"""The system fields, which the service fills itself, with the vendor's names, labels, types and variants (B73).

Uploads and revisions contain them, the list of a project's fields does not (B20). `documents.py` computes their values.
"""

from __future__ import annotations

from ..runtime import options
from .codes.code_list import Code
from .project_templates import FieldTemplate

# The service gives these entries no codes.
YES_NO = (Code("", "Yes"), Code("", "No"))
CONTENTS = (Code("", "Document"), Code("", "Placeholder"))
WORKFLOWS = tuple(Code("", label) for label in options.WORKFLOWS)
RUNNING, RUNNING_STEP = WORKFLOWS[0].label, "Under review"  # of each workflow that runs (B48)
ACTIONS = (Code("", "Review"), Code("", "Approve"))


def _user(name: str, label: str) -> FieldTemplate:
    return FieldTemplate(name, label, "reference", "procore_user")


SYSTEM_FIELDS = {
    template.name: template
    for template in (
        FieldTemplate("original_filename", "File", "string"),
        FieldTemplate("format", "Format", "lov_entry"),
        FieldTemplate("file_size", "Size", "string"),
        FieldTemplate("created_at", "Created At", "timestamp"),
        FieldTemplate("updated_at", "Date Updated", "timestamp"),
        FieldTemplate("uploaded_at", "Date Uploaded", "timestamp"),
        _user("uploaded_by", "Uploaded By"),
        _user("updated_by", "Updated By"),
        FieldTemplate("version", "Version", "string"),
        FieldTemplate("item_content", "Item Content", "lov_entry", values=CONTENTS),
        FieldTemplate("in_active_workflow", "In Active Workflow", "lov_entry", values=YES_NO),
        FieldTemplate(
            "assigned_workflow",
            "Assigned Workflow",
            "reference",
            "procore_workflow_template_preset",
            WORKFLOWS,
        ),
        FieldTemplate("workflow_current_step", "Current Workflow Step", "string"),
        FieldTemplate("action_required", "Action Required", "lov_entries", values=ACTIONS),
        FieldTemplate("submitted_into_drawings", "Submitted to Drawings Tool", "lov_entry", values=YES_NO),
        FieldTemplate("recycled_at", "Deleted On", "timestamp"),
        FieldTemplate("workflow_step_due_date", "Workflow Step Due", "timestamp"),
        _user("workflow_assignees", "Workflow Assignees"),
        _user("workflow_manager", "Workflow Manager"),
        _user("workflow_current_step_assignees", "Current Step Assignees"),
        _user("workflow_pending_assignees", "Pending Assignees"),
        FieldTemplate("workflow_status", "Workflow Status", "reference", "procore_workflow_status"),
        FieldTemplate(
            "workflow_template_version",
            "Workflow Template Version",
            "reference",
            "procore_workflow_template_version",
        ),
        FieldTemplate("workflow_completion_date", "Workflow Completion Date", "timestamp"),
        _user("submitted_into_drawings_by", "Submitted to Drawings Tool By"),
        FieldTemplate("submitted_into_drawings_at", "Submitted to Drawings Tool At", "timestamp"),
        _user("recycled_by", "Deleted By"),
        FieldTemplate("recycled_reason", "Reason for Deletion", "string"),
        _user("placeholder_assignee", "Placeholder Assignee"),
        FieldTemplate("placeholder_due_date", "Placeholder Due Date", "timestamp"),
    )
}
# Fields that callers can set by the newer edition of the vendor's table, though no list of fields has them (B73).
SETTABLE = frozenset(
    {"uploaded_by", "assigned_workflow"}
    | {name for name in SYSTEM_FIELDS if name.startswith("workflow_")} - {"workflow_completion_date"}
)
