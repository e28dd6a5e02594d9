"""Checks of the cells: required values, values that cannot be sent, dates in code fields, locked fields."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Field, Finding, LabelSource, Severity
from ..document_names import revision_in
from ..values.text import quoted
from .base import Check, CheckContext, who_may_fill
from .file_names import value_in_file_name

DATE = re.compile(r"\d{4}-\d\d-\d\d([ T]00:00:00Z?)?", re.ASCII)


class RequiredEmpty(Check):
    """A field that the rule requires is empty. The service refuses the submit with INVALID_INPUT (B18, B44).

    Until the upload is complete, machine learning may still fill in type, number, description, revision and date of a
    PDF (B36), and the file name may fill in the fields of the project's naming standard, whichever rule applies
    (B38). Until then this is a warning. The value in the file name is proposed, unless the cell was cleared by hand.

    To fix it, enter a value, or accept what the file name proposes. For many rows, fill down or set them
    together.
    """

    codes, title, stops = ("PDM101",), "Required field is empty", "submit"

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        for field_id, (field, origin) in context.required.items():
            own = context.fields.get(field_id, field)
            cell = context.cells.get(field_id)
            computed = own.variant == "computed" or (own.name == "name" and context.computes_name)
            if computed or (cell and cell.text):
                continue  # B33: a computed name always has a value
            cleared = cell is not None and cell.source == LabelSource.MANUAL
            proposal = None if cleared else value_in_file_name(context, own)
            source = who_may_fill(context, own)
            if source is None:
                message = f"{own.label} is empty, but the {origin} requires it"
                fix, similar = _how_to_fill(context, own)
                yield context.finding(RequiredEmpty, Severity.ERROR, own, message, fix, proposal, similar)
            else:
                message = f"{own.label} is empty. {source.capitalize()} may fill it in"
                now = (
                    "enter a value"
                    if proposal is None
                    else f"enter {quoted(proposal)} from the file name now"
                )
                fix = f"Wait until the upload is complete, or {now}"
                yield context.finding(RequiredEmpty, Severity.WARNING, own, message, fix, proposal)


def _how_to_fill(context: CheckContext, field: Field) -> tuple[str, tuple[str, ...]]:
    """What to do about an empty field, and the texts that are offered."""
    revision = revision_in(context.document.name) if field.name == "revision" else ""
    similar = (revision,) if revision else ()
    if field.id not in context.fields:
        fix = "The rule names a field that the project does not have. Ask a project administrator to fix the rule"
    elif field.unknown:
        fix = f"Its {field.unknown} is not supported here. Enter it in Procore, then continue"
    elif not field.is_settable:
        why = "inactive" if not field.active else "hidden" if not field.visible else "read-only"
        fix = f"The field is {why} and cannot be set through the API. Ask a project administrator"
    else:
        fix = "Enter a value"
    return (f"{fix}. The file name may contain the revision {revision}" if revision else fix), similar


class UnusableValue(Check):
    """A cell has a value that the service would refuse with INVALID_PROPERTY (B21, B29).

    The value is not in the field's list (PDM102) or is inactive (PDM103). It is not a number (PDM105). It is not a
    date, its day and month could be swapped, or its time has no zone (PDM106). Several values match it, or it is a
    list in which the end of a value is not clear (PDM107). There are several values in a field that takes one
    (PDM108).

    A fix is proposed only if nothing else can be meant: another spelling of one value, its label and code together, a
    number that a spreadsheet made of its code, or its plural. Similar values are offered for selection, those that
    are one letter apart first. For a list, the proposal is the whole list.

    To fix it, select one of the similar values, or write a code, label or number that the field takes. Ask an
    administrator to activate a value or to add one to the list.
    """

    codes = ("PDM102", "PDM103", "PDM105", "PDM106", "PDM107", "PDM108")
    title, stops = "Value cannot be used", "upload"
    titles = {
        "PDM102": "Value not in the list", "PDM103": "Inactive value", "PDM105": "Not a number",
        "PDM106": "Not a clear date", "PDM107": "Ambiguous value or list", "PDM108": "Several values instead of one",
    }  # fmt: skip

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        for field_id, problem in context.problems.items():
            yield Finding(
                problem.code, Severity.ERROR, context.document.id, context.fields[field_id].name,
                problem.message, problem.fix, problem.proposal, problem.similar,
            )  # fmt: skip


class DateInCodeField(Check):
    """A field for a number or a code has a date. A spreadsheet may have converted a text such as 1-2 or 3/4.

    This concerns the revision, the number and the text fields of the naming standard (B67). The service accepts it.

    To fix it, enter the number or code as it is on the drawing. In the spreadsheet, format the column as text
    first.
    """

    codes, title, stops = ("PDM109",), "Date in a field for codes", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        for field_id in context.code_fields:
            cell = context.cells.get(field_id)
            if cell and DATE.fullmatch(cell.text):
                field = context.fields[field_id]
                message = f"{field.label} is the date {cell.text}. A spreadsheet may have converted a text such as 1-2"
                fix = "Enter the original text, and format the spreadsheet column as text"
                yield context.finding(DateInCodeField, Severity.WARNING, field, message, fix)


class ReadOnlyFieldSet(Check):
    """A value cannot be sent, because its field has since become read-only, inactive or hidden (B20, B39).

    To fix it, clear the cell. Somebody with more rights can set the field in Procore.
    """

    codes, title, stops = ("PDM104",), "Read-only field is set", "upload"

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        for field_id in sorted(context.locked):
            field = context.fields[field_id]
            message = f"{field.label} can no longer be set"
            fix = "Set the cell to None in code to drop its value"
            yield context.finding(ReadOnlyFieldSet, Severity.ERROR, field, message, fix)


FIELDS: tuple[type[Check], ...] = (UnusableValue, DateInCodeField, ReadOnlyFieldSet, RequiredEmpty)
