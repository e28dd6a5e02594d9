"""Writes what is on hold as a spreadsheet, with the reason in each cell."""

from __future__ import annotations

from pathlib import Path

from ...errors import InputError
from ...model import Document, Finding
from ...registers.forms import FormOrigin, columns_of, instructions, write_form, written_at
from ...registers.reading.form import FILE, INFO, Form, FormColumn, FormRow
from ...rules import checks
from ..journal.journal import Journal
from ..journal.states import State
from ..table.batch_table import BatchTable

KIND, WHY = "on hold", INFO[1]
LEFT = frozenset((State.SUBMITTED, State.SUBMITTING, State.FAILED, State.GONE, State.UNCONFIRMED))


def write_held_list(table: BatchTable, origin: FormOrigin, path: Path) -> Path:
    """Write the documents that are on hold, or would be, with the reasons.

    Raises
    ------
    InputError
        If nothing is on hold, for another suffix, or a file that cannot be written.
    """
    known = table.configuration
    found = [
        (document, stopped)
        for document in table.journal.documents.values()
        if (stopped := _stopped(table, document))
    ]
    if not found:
        raise InputError(
            "Nothing is on hold: no document has an error. batch.report(path) writes all documents."
        )
    columns = columns_of(known)
    headings = {one.field: one.heading for one in columns}
    rows = [_row(table, document, stopped, headings) for document, stopped in found]
    facts = {
        "project id": origin.project_id,
        "project": origin.project,
        "batch": batch_id(table.journal),
        "batch name": table.journal.path.name,
        "written": written_at(),
        "configuration": origin.fingerprint,
        "rows": str(len(rows)),
    }
    own = [
        FormColumn(FILE, "file", when="The document.", width=44),
        FormColumn(WHY, "", help="The reasons.", width=60),
    ]
    return write_form(
        path, Form(KIND, facts, [*own, *columns], rows, instructions(KIND, facts), compares_empty=True)
    )


def _stopped(table: BatchTable, document: Document) -> list[str | Finding]:
    """Return why a document is or would be on hold, [] if it is not."""
    if document.state in LEFT:
        return []
    found: list[str | Finding] = list(checks.stops(table.evaluator.findings([document.id]), "submit"))
    if document.state == State.HELD and not checks.is_code(document.reason):
        found.insert(0, document.message or document.reason or "on hold")
    return found


def _row(
    table: BatchTable, document: Document, why: list[str | Finding], headings: dict[str, str]
) -> FormRow:
    fields = table.configuration.by_name
    texts = {
        heading: text
        for name, heading in headings.items()
        if (text := table.journal.cell(document.id, fields[name].id).text)
    }
    remarks: dict[str, str] = {}
    for one in why:
        if isinstance(one, Finding) and one.field in headings:
            heading = headings[one.field]
            remarks[heading] = "\n".join(filter(None, (remarks.get(heading), one.sentence)))
    reasons = "\n".join(dict.fromkeys(one if isinstance(one, str) else one.sentence for one in why))
    return FormRow(str(document.id), {FILE: document.name, WHY: reasons} | texts, remarks)


def batch_id(journal: Journal) -> str:
    """Return what identifies a batch, also if its journal was moved."""
    return str(journal.meta.get("created_at", ""))
