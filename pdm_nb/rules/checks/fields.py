"""Checks of the cells: required values, values that cannot be sent, dates in code fields, locked fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ...model import Field, Finding, LabelSource, Severity
from ..document_names import revision_in
from .base import Check, CheckContext, who_may_fill
from .file_names import said_by_name

DATE = re.compile(r"\d{4}-\d\d-\d\d([ T]00:00:00Z?)?", re.ASCII)


class RequiredEmpty(Check):
    """A field that the rule requires has no value, and the service refuses the submit with INVALID_INPUT (B18, B44).

    Before the upload is complete, machine learning may still fill type, number, description, revision and
    date of a PDF (B36), and the file name the fields of the project's naming standard, whichever rule applies (B38):
    then this only warns. What the file name says is proposed, unless the cell was emptied by hand.
    """

    codes, title, stops = ("PDM101",), "A required field is empty", "submit"

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        for field_id, (field, origin) in subject.required.items():
            own = subject.fields.get(field_id, field)
            cell = subject.cells.get(field_id)
            computed = own.variant == "computed" or (own.name == "name" and subject.computes_name)
            if computed or (cell and cell.text):
                continue  # B33: a computed name always has a value
            says = said_by_name(subject, own) if cell is None or cell.source != LabelSource.MANUAL else None
            hope = who_may_fill(subject, own)
            if hope is None:
                told, mend = f"{own.label} is empty, the {origin} requires it", _how_to_fill(subject, own)
                found = subject.finding(RequiredEmpty, Severity.ERROR, own, told, mend, says)
                if own.name == "revision" and (revision := revision_in(subject.document.name)):
                    found = replace(
                        found, mend=f"{mend}; the file name may mean {revision}", similar=(revision,)
                    )
                yield found
            else:
                told = f"{own.label} is empty; {hope} may fill it"
                now = "set it yourself" if says is None else 'batch.mend("PDM101") takes it from the name now'
                mend = f"wait for it after the upload, or {now}"
                yield subject.finding(RequiredEmpty, Severity.WARNING, own, told, mend, says)


def _how_to_fill(subject: CheckContext, field: Field) -> str:
    if field.id not in subject.fields:
        return "the rule names a field that the project does not have: ask its administrator to mend the rule"
    if field.unknown:
        return f"its {field.unknown} is unknown here: fill it in Procore, then continue"
    if not field.is_settable:
        why = "inactive" if not field.active else "hidden" if not field.visible else "readonly"
        return f"it is {why}, so nobody can set it through the API: ask the project's administrator"
    return f'set it: batch.set(…, "{field.name}", …)'


class UnusableValue(Check):
    """A cell holds a text that the service would refuse with INVALID_PROPERTY (B21, B29).

    It is not in the field's list (PDM102), inactive (PDM103), no number (PDM105), no date that can be read in one
    way only or a time without a zone (PDM106), the name of several values or a list that does not tell where one
    ends (PDM107), or several values where one is taken (PDM108). A fix is proposed only if nothing else can be meant:
    another spelling of one value, its label and code together, a number that a spreadsheet made of its code, or its plural.
    Similar values are named, to select from, first those that are one letter apart. What is proposed for a list is the
    whole of it.
    """

    codes = ("PDM102", "PDM103", "PDM105", "PDM106", "PDM107", "PDM108")
    title, stops = "A value cannot be used", "upload"
    titles = {
        "PDM102": "No value of the field", "PDM103": "An inactive value", "PDM105": "No number", "PDM106": "No clear date",
        "PDM107": "A list or name in doubt", "PDM108": "Several values for one",
    }  # fmt: skip

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        for field_id, problem in subject.problems.items():
            yield Finding(
                problem.code, Severity.ERROR, subject.document.id, subject.fields[field_id].name,
                problem.message, problem.mend, problem.proposal, problem.similar,
            )  # fmt: skip


class DateForCode(Check):
    """A field that holds a number or a code holds a date: what a spreadsheet makes of 1-2 or 3/4 in a plain column.

    It concerns the revision, the number and the text fields of the naming standard (B67). The service takes it.
    """

    codes, title, stops = ("PDM109",), "A spreadsheet may have made a date of it", ""

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        for field_id in subject.coded:
            cell = subject.cells.get(field_id)
            if cell and DATE.fullmatch(cell.text):
                field = subject.fields[field_id]
                told = f"{field.label} is the date {cell.text}: a spreadsheet may have made it of something like 1-2"
                mend = "look what it was, and have the spreadsheet keep that column as text"
                yield subject.finding(DateForCode, Severity.WARNING, field, told, mend)


class ReadonlySet(Check):
    """A cell that is still to be sent is of a field that was made readonly, inactive or hidden since it was set (B20, B39)."""

    codes, title, stops = ("PDM104",), "A readonly field is set", "upload"

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        for field_id in sorted(subject.fixed):
            field = subject.fields[field_id]
            told = f"{field.label} cannot be set any more"
            mend = f'batch.set(…, "{field.name}", None) drops it'
            yield subject.finding(ReadonlySet, Severity.ERROR, field, told, mend)


FIELDS: tuple[type[Check], ...] = (UnusableValue, DateForCode, ReadonlySet, RequiredEmpty)
