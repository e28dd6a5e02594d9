"""What is told of a document whose submit the service refused, and what to do about it (B44, B48). Pure."""

from __future__ import annotations

from ...errors import Detail

WORKFLOW = ("WORKFLOW_CONFLICT", "WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION")  # B48
ADVICE = {
    "INVALID_INPUT": "fill in the field, then submit() again",
    "DUPLICATE_REVISION": "give it another revision: the container has this one already",
    "PERMISSION_DENIED": "ask a project administrator for a group with Submit New Files",
    "WORKFLOW_CONFLICT": "end the workflow in Procore, then submit() again; or, as an administrator or workflow "
    'manager, end it with the submit: submit(terminate_workflows=[{row}], termination_reason="…", '
    'terminated_revision_status="…")',
    "WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION": "only a workflow manager or administrator can end it: have one do so "
    "in Procore, then submit() again; or submit with that account",
    "FILE_KEY_MISMATCH": "call retry() for it: the file in storage is not the one that was linked",
}


def submit_error_message(document: int, detail: Detail) -> str:
    """What was refused, whose workflow stands in the way, and what to do."""
    said = detail.message
    if detail.reason in WORKFLOW and detail.revisions:
        where = f" in container {detail.container_id}" if detail.container_id else ""
        said += f": {', '.join(detail.revisions)}{where}"
    advice = ADVICE.get(detail.reason, "mend it, then submit() again")
    return f"{said} ({advice.format(row=document)})"
