"""Reads submitted revisions back from the service and compares them with what was intended (B51, B62-B64, B69).

How this works: revisions are requested by id, a hundred in a call. What the service leaves out may not be indexed yet,
so it is requested again for half a minute. What this account cannot see is not a difference: it cannot be compared.
The results are in the journal, and the next call replaces those of the documents that it reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ...model import Availability, Cell, Document, Field, FieldValue, Revision
from ...rules.checks.service_values import is_other
from ..execution.chunks import batches
from ..execution.context import Context
from ..journal.journal import Step
from ..journal.states import State

EQUAL, DIFFERENT, NOT_COMPARED, NOT_LISTED = "equal", "different", "cannot be compared", "not listed yet"
WHOLE = ""  # the field of a result that concerns the whole document
ATTEMPTS, WAIT = 6, 5.0  # requests of a revision that is not listed; seconds between them
LATER = "The service did not return it: it is not indexed yet, hidden from this account, or recycled. Read back again later."
UNCONFIRMED = "It is not known whether it became a revision. Confirm that first."
NO_ID = "Its revision id is not known. Look for it in Procore by its name."
NO_FIELD = "The project no longer has this field."
Result = tuple[str, str, str, str]  # field, result, intended, found


async def read_back(context: Context, ids: Iterable[int]) -> None:
    """Read back what was submitted of these documents, and write into the journal what is found."""
    wanted = context.documents(ids, State.SUBMITTED, State.UNCONFIRMED)
    context.begin("reading back", documents_total=len(wanted), documents_done=0)
    known = [document for document in wanted if document.revision_id]
    _record(context, {d.id: [_unknown(d)] for d in wanted if not d.revision_id})
    done = len(wanted) - len(known)
    for attempt in range(ATTEMPTS):
        if attempt:
            await context.client.clock.sleep(WAIT)
        known = await _compare_all(context, known, done)
        done = len(wanted) - len(known)
        if not known:
            break
    _record(context, {document.id: [(WHOLE, NOT_LISTED, "", LATER)] for document in known})
    context.report(documents_done=len(wanted))


async def _compare_all(context: Context, documents: Sequence[Document], done: int) -> list[Document]:
    """Compare the revisions that the service returns; return the documents of the others."""
    missing: list[Document] = []
    chunks = list(batches(documents))
    for number, chunk in enumerate(chunks):
        context.expect(len(chunks) - number)
        rows = await context.client.list_selected_revisions(
            context.scope, [d.revision_id or "" for d in chunk]
        )
        found = {row.id: row for row in rows}
        seen = [(document, found.get(document.revision_id or "")) for document in chunk]
        missing += [document for document, row in seen if row is None]
        pairs = [(document, row) for document, row in seen if row is not None]
        _learn(context, pairs)
        _record(context, {d.id: list(compared(context, d, row)) for d, row in pairs})
        done += len(pairs)
        context.report(documents_done=done)
    return missing


def _unknown(document: Document) -> Result:
    return (WHOLE, NOT_COMPARED, "", UNCONFIRMED if document.state == State.UNCONFIRMED else NO_ID)


def _learn(context: Context, pairs: Iterable[tuple[Document, Revision]]) -> None:
    """Store container and version of revisions, if the submit could not show them."""
    context.journal.note(
        Step(document.id, None, facts) for document, row in pairs if (facts := _facts(document, row))
    )


def _facts(document: Document, row: Revision) -> Mapping[str, str]:
    seen = {"container_id": row.container_id, "version": row.text("version")}
    return {name: text for name, text in seen.items() if text and getattr(document, name) is None}


def _record(context: Context, results: Mapping[int, Sequence[Result]]) -> None:
    equal = [(WHOLE, EQUAL, "", "")]
    context.journal.log.set_readback({id_: found or equal for id_, found in results.items()})


def compared(context: Context, document: Document, row: Revision) -> Iterator[Result]:
    """Yield what differs between a document and its revision, nothing if they are equal."""
    if row.availability is Availability.MASKED:
        yield WHOLE, NOT_COMPARED, "", row.availability.note
    elif row.availability is Availability.RECYCLED:
        yield WHOLE, DIFFERENT, "a revision", row.availability.note
    else:
        yield from _facts_that_differ(document, row)
        yield from _fields_that_differ(context, document.id, row)


def _facts_that_differ(document: Document, row: Revision) -> Iterator[Result]:
    """Yield what the service reports otherwise. What a response leaves out is not compared (B46, B78)."""
    for name, intended, found in (
        ("upload_id", document.upload_id, row.upload_id),
        ("container_id", document.container_id, row.container_id),
        ("version", document.version, row.text("version")),
        ("file_size", str(document.size), row.text("file_size")),
        ("original_filename", document.name, row.text("original_filename")),
    ):
        if intended and found and intended != found:
            yield name, DIFFERENT, intended, found


def _fields_that_differ(context: Context, id_: int, row: Revision) -> Iterator[Result]:
    reported: dict[str, FieldValue] = {value.field_id: value for value in row.fields}
    cells, fields = context.journal.cells_of(id_), context.cells.fields
    for field, cell in cells.items():
        if field not in fields and cell.text and field not in reported:
            yield field, NOT_COMPARED, cell.text, NO_FIELD
    for field, item in fields.items():
        if item.is_settable or item.variant == "computed" or item.name == "name":
            intended = cells.get(field, Cell())
            found = context.cells.cell(reported[field]) if field in reported else Cell()
            if _is_other(item, intended, found):
                yield field, DIFFERENT, intended.text, found.text


def _is_other(item: Field, intended: Cell, found: Cell) -> bool:
    if not intended.text:
        return bool(found.text)
    return is_other(item, intended, found)
