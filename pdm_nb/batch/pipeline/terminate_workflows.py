"""Which workflows a submit is to end: only those that somebody names, of documents that they hold up (B48)."""

from __future__ import annotations

from typing import Any

from ...api.protocol.requests import Termination
from ...errors import InputError
from ...rules.values.lookup import Problem
from ..journal.states import State
from ..table.row_selection import Rows
from ..table.table import BatchTable
from .submit_errors import WORKFLOW


def terminations(sheet: BatchTable, rows: Rows, reason: str | None, status: Any) -> dict[int, Termination]:
    """What is to be said with the submit of each of `rows`; {} where neither they nor the rest is given.

    Raises `InputError` where something of the three is missing, a row is not held for a workflow, or `status` names
    no active value of the field.
    """
    if rows is None and reason is None and status is None:
        return {}
    reason = (reason or "").strip()
    if rows is None or not reason or status in (None, ""):
        raise InputError(
            "terminate_workflows, termination_reason and terminated_revision_status go together: which documents, why "
            "their workflows end, and the status that the revisions in them get."
        )
    ending = Termination(reason, _status(sheet, str(status)))
    documents = [sheet.journal.documents[id_] for id_ in sheet.select(rows)]
    for document in documents:
        if document.state != State.HELD or document.reason not in WORKFLOW:
            how = f"{document.state}{f' ({document.reason})' if document.reason else ''}"
            raise InputError(
                f"{document.name} (row {document.id}) is {how}, not held for a workflow (WORKFLOW_CONFLICT): leave it "
                "out of terminate_workflows. submit() itself finds out which documents a workflow holds up."
            )
    return {document.id: ending for document in documents}


def _status(sheet: BatchTable, text: str) -> str:
    """The id of the value of `status` that a label, code or id names."""
    field = sheet.configuration.field("status")
    lookup = sheet.configuration.lookups.get(field.id)
    found = lookup.find(text) if lookup else None
    if found is None:
        raise InputError(
            f"{field.label} has no list of values here, so terminated_revision_status names none."
        )
    if isinstance(found, Problem):
        raise InputError(f"terminated_revision_status: {found.sentence}")
    return found.id
