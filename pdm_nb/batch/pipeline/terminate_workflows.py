"""Selects the workflows that a submit ends: only those that are requested, of documents that they block (B48)."""

from __future__ import annotations

from typing import Any

from ...api.protocol.requests import Termination
from ...errors import InputError
from ...rules.values.lookup import Problem
from ..journal.states import State
from ..table.batch_table import BatchTable
from ..table.row_selection import Rows
from .submit import WORKFLOW


def terminations(table: BatchTable, rows: Rows, reason: str | None, status: Any) -> dict[int, Termination]:
    """Return what is sent with the submit of each of `rows`; {} if none of the three is given.

    Raises `InputError` if one of the three is missing, a row is not on hold for a workflow, or `status` is not an active
    value of the field.
    """
    if rows is None and reason is None and status is None:
        return {}
    reason = (reason or "").strip()
    if rows is None or not reason or status in (None, ""):
        raise InputError(
            "Give terminate_workflows (the documents), termination_reason (why their workflows end) and "
            "terminated_revision_status (the status of the revisions in them) together."
        )
    ending = Termination(reason, _status(table, str(status)))
    documents = [table.journal.documents[id_] for id_ in table.select(rows)]
    for document in documents:
        if document.state != State.HELD or document.reason not in WORKFLOW:
            state = f"{document.state_label}{f' ({document.reason})' if document.reason else ''}"
            raise InputError(
                f"{document.name} (row {document.id}) is {state}, not on hold for a workflow (WORKFLOW_CONFLICT). Leave "
                "it out of terminate_workflows: submit() shows which documents a workflow blocks."
            )
    return {document.id: ending for document in documents}


def _status(table: BatchTable, text: str) -> str:
    """Return the id of a status given by its label, code or id."""
    field = table.configuration.field("status")
    lookup = table.configuration.lookups.get(field.id)
    found = lookup.find(text) if lookup else None
    if found is None:
        raise InputError(
            f"{field.label} has no list of values in this project. Workflows cannot be ended with a submit."
        )
    if isinstance(found, Problem):
        raise InputError(f"terminated_revision_status: {found.sentence}")
    return found.id
