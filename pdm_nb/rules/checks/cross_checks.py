"""Compares a cell with what the file name and the title block of the PDF have for the same field."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Cell, Field, Finding, LabelSource, Severity
from ..document_names import reduce
from ..naming_standard import stem
from ..revision_rank import rank
from ..title_block import TitleBlockText
from ..values import dates
from ..values.text import short
from .base import Check, CheckContext

TITLES = ("title", "description")  # fields that have the title of a drawing, the first one that exists


class CellNameMismatch(Check):
    """The file name has another value than the cell. It follows the naming standard, or it contains a revision.

    The cell's value will be used: a value that was set by hand is never overwritten (B37), and the document's name is
    computed from the cells (B33). One of the two is probably wrong. What the title block has is named too, if the PDF
    was opened.

    To fix it, look at the drawing. Correct the cell, or rename the file.
    """

    codes, title, stops = ("PDM309",), "Cell and file name disagree", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        blocks = None
        for field_id, named in _in_file_name(context):
            field, cell = context.fields[field_id], context.cells[field_id]
            blocks = _in_title_block(context) if blocks is None else blocks
            message = f"{field.label} is {short(cell.text)}, but the file name has {named}"
            if block := blocks.get(field_id):
                message += f" and the title block has {short(block)}"
            fix = "Correct the cell or rename the file. The cell's value will be used"
            yield context.finding(CellNameMismatch, Severity.WARNING, field, message, fix)


class TitleBlockMismatch(Check):
    """The title block of the drawing has another value than the cell, after `batch.check(read_pdfs=True)`.

    Number, revision, status, date and title of the first page are compared. It is reported only if the cell's value is
    nowhere on the page, and a label such as "Rev" has another value of the same kind. If the file name differs too, it
    is reported with PDM309. The cell's value will be used, and a submitted revision cannot be corrected (B49).

    To fix it, look at the drawing. Correct the cell, or do nothing if the title block is out of date.
    """

    codes, title, stops = ("PDM326",), "Cell and title block disagree", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if not (blocks := _in_title_block(context)):
            return
        reported = {field_id for field_id, _ in _in_file_name(context)}
        for field_id, block in blocks.items():
            if field_id not in reported:
                field, cell = context.fields[field_id], context.cells[field_id]
                message = f"{field.label} is {short(cell.text)}, but the title block has {short(block)}"
                fix = "Correct the cell, or use the file of this document"
                yield context.finding(TitleBlockMismatch, Severity.WARNING, field, message, fix)


# -- file name
def _in_file_name(context: CheckContext) -> Iterator[tuple[str, str]]:
    """Field ids whose cells differ from the file name, and what the file name has."""
    parsed = context.name_parsed or context.parsed
    if parsed is None or not parsed.fits:
        yield from _revision_in_file_name(context)
        return
    enforced = context.rule is not None and context.rule.naming_standard is not None
    if context.computes_name and enforced and context.related.name == stem(context.document.name):
        return  # the name that is computed from the cells is the file's name
    for field_id, code in parsed.codes.items():
        cell = context.cells.get(field_id)
        if not cell or not cell.values or cell.source == LabelSource.FILENAME_SCRAPING:
            continue
        lookup = context.lookups.get(field_id)
        if code != (lookup.code_of(cell.values[0]) if lookup else cell.values[0]):
            yield field_id, f"{short(lookup.by_code[code].label)} ({short(code)})" if lookup else short(code)


def _revision_in_file_name(context: CheckContext) -> Iterator[tuple[str, str]]:
    """The revision in a name that follows no standard, if it is another one of the cell's revision scheme."""
    found = _field_and_cell(context, "revision")
    own = rank(found[1].text) if found else None
    if not found or own is None:
        return
    parts = reduce(stem(context.document.name), context.facts, hyphens=context.parsed is None).parts
    revisions = [text for what, text in parts if what == "revision"]
    its = rank(revisions[0]) if len(revisions) == 1 else None
    if its is not None and its[0] == own[0] and its != own:
        yield found[0].id, short(revisions[0])


# -- title block
def _in_title_block(context: CheckContext) -> dict[str, str]:
    """What the title block has, by the ids of the fields whose cells differ from it."""
    pdf = context.pdf
    if pdf is None or not (pdf.text and pdf.is_complete):
        return {}
    block, found = TitleBlockText(pdf), {}
    for name in ("number", "revision", "status", "date_authored", *_title_field(context)):
        if (pair := _field_and_cell(context, name)) and (other := _other(context, block, *pair)):
            found[pair[0].id] = other
    return found


def _other(context: CheckContext, block: TitleBlockText, field: Field, cell: Cell) -> str:
    """What the title block has instead of the value of a cell, "" if it does not certainly differ."""
    lookup, value = context.lookups.get(field.id), (cell.values or ("",))[0]
    if field.name == "status":
        return block.other_status((lookup.code_of(value), lookup.label_of(value)), lookup) if lookup else ""
    if lookup is not None:
        return ""
    if field.name == "date_authored":
        moment = dates.read(value)
        return block.other_date(moment.date()) if moment else ""
    if field.name == "number":
        return block.other_number(value)
    return block.other_revision(value) if field.name == "revision" else block.other_title(value)


def _title_field(context: CheckContext) -> tuple[str, ...]:
    return tuple(name for name in TITLES if context.named(name))[:1]


def _field_and_cell(context: CheckContext, name: str) -> tuple[Field, Cell] | None:
    """A field and its cell, if it has a value that can be sent."""
    field = context.named(name)
    cell = context.cells.get(field.id) if field else None
    return (field, cell) if field and cell and cell.values else None


CROSS_CHECKS: tuple[type[Check], ...] = (CellNameMismatch, TitleBlockMismatch)
