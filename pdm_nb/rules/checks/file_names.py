"""Checks of a file name: against the naming standard, and against what the cells say (B19, B38, B67)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...model import Field, Finding, LabelSource, Severity
from ..document_names import Reduced, reduce
from ..naming_standard import pattern, stem
from ..values.text import short
from .base import Check, CheckContext


class NameMismatch(Check):
    """The file name does not follow the naming standard that the rule enforces, so nothing can be taken from it.

    It does not stop the document: the service puts the name together from the fields (B33).
    """

    codes, title, stops = ("PDM301",), "The file name does not follow the naming standard", ""

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        standard = subject.rule.naming_standard if subject.rule else None
        parsed = subject.name_parsed or subject.parsed
        if parsed is None or parsed.fits or standard is None:
            return
        told = "; ".join(parsed.faults[:3])
        if subject.computes_name:
            name, item = subject.document.name, None
            fix = f"fill in the fields of {pattern(standard)}, the name is put together from them"
        else:
            name, item = subject.beside.name, subject.named("name")
            fix = f"name it like {pattern(standard)}"
        yield subject.finding(NameMismatch, Severity.WARNING, item, f"{name}: {told}", fix)


class NameAgainstCell(Check):
    """The file name follows the naming standard and says another value than the cell holds.

    The cell counts: what was set by hand is never overwritten (B37), and what the document will be called is put
    together from the cells (B33). One of the two is a slip.
    """

    codes, title, stops = ("PDM309",), "The file name says another value than the cell", ""

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        parsed = subject.name_parsed or subject.parsed
        if parsed is None or not parsed.fits:
            return
        enforced = subject.rule is not None and subject.rule.naming_standard is not None
        if subject.computes_name and enforced and subject.beside.name == stem(subject.document.name):
            return  # it is put together from the cells, and is what the file is called
        for field_id, code in parsed.codes.items():
            cell = subject.cells.get(field_id)
            if not cell or not cell.values or cell.source == LabelSource.FILENAME_SCRAPING:
                continue
            lookup = subject.lookups.get(field_id)
            if code != (lookup.code_of(cell.values[0]) if lookup else cell.values[0]):
                field = subject.fields[field_id]
                says = f"{short(lookup.by_code[code].label)} ({short(code)})" if lookup else short(code)
                told = f"{field.label} is {short(cell.text)}; the file name says {says}"
                mend = "set it to what the name says, or rename the file; the cell counts"
                yield subject.finding(NameAgainstCell, Severity.WARNING, field, told, mend)


class NameHoldsVersion(Check):
    """The name holds the document's revision, status or date, so that it is another name with each revision (B33, B40).

    Then P01 and P02 become two documents, not two versions of one. It stops the submit only if the name was taken from
    the file name, holds the document's own revision, and another document of the batch or of the project has the same
    name but for that. What only looks like a revision or a date is reported, and no name is proposed.
    """

    codes, title, stops = ("PDM323",), "The name holds a revision, a status or a date", "submit"

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        beside, item = subject.beside, subject.named("name")
        if item is None or subject.computes_name or not beside.reduced.parts:
            return
        text = f"The name {short(beside.name)!r} holds {_listed(beside.reduced)}"
        others = [one.path for one in beside.same_base]
        if others:
            text += f": it and {others[0]} would become two documents, not two versions of one"
        elif beside.base_there:
            text += f": it would become a document of its own, not a version of {beside.reduced.name!r}"
        else:
            text += ": its next revision would become another document, not a version of it"
        # A date or a status may be what distinguishes documents, such as the reports of each month.
        splits = _is_revision(beside.reduced) and subject.name_filled_in and (others or beside.base_there)
        severity = Severity.ERROR if splits else Severity.WARNING
        fix = (
            f"name it {short(beside.reduced.name)!r}"
            if beside.reduced.sure
            else "look whether it is part of the title"
        )
        proposal = beside.reduced.name if beside.reduced.sure else None
        finding = subject.finding(NameHoldsVersion, severity, item, text, fix, proposal)
        yield replace(finding, similar=(beside.reduced.name,))


class NumberHoldsVersion(Check):
    """A number, or another text that the naming standard has, holds the revision, the status or the date (B38, B67).

    The service takes such a text from the file name as it is, and puts names together from it where they are computed
    (B33): then P01 and P02 become two documents. It stops the submit as a name that holds a revision does.
    """

    codes, title, stops = ("PDM325",), "A number holds a revision, a status or a date", "submit"

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        beside = subject.beside
        for field_id in subject.coded:
            field, cell = subject.fields[field_id], subject.cells.get(field_id)
            by_hand = cell is not None and cell.source == LabelSource.MANUAL
            text = cell.text if cell and (cell.text or by_hand) else said(subject, field_id)
            reduced = reduce(text, subject.facts)
            if field.name == "revision" or not field.is_settable or not reduced.parts:
                continue
            told = f"{field.label} {short(text)!r} holds {_listed(reduced)}"
            told += "" if cell and cell.text else ", as the file name gives it"
            splits = subject.computes_name and not by_hand and (beside.same_base or beside.base_there)
            severity = Severity.ERROR if splits and _is_revision(reduced) else Severity.WARNING
            fix = f"set it to {short(reduced.name)!r}" if reduced.sure else "look whether it is part of it"
            proposal = reduced.name if reduced.sure else None
            finding = subject.finding(NumberHoldsVersion, severity, field, told, fix, proposal)
            yield replace(finding, similar=(reduced.name,))


def _listed(reduced: Reduced) -> str:
    return " and ".join(f"the {what} {short(text)}" for what, text in reduced.parts)


def _is_revision(reduced: Reduced) -> bool:
    """True if a name surely holds the revision: another one with each version."""
    return reduced.sure and any(what == "revision" for what, _ in reduced.parts)


NAMES: tuple[type[Check], ...] = (NameMismatch, NameAgainstCell, NameHoldsVersion, NumberHoldsVersion)


def said(subject: CheckContext, field_id: str) -> str:
    """The segment of the file name that is in the place of a field, "" if there is none."""
    return subject.parsed.codes.get(field_id, "") if subject.parsed else ""


def said_by_name(subject: CheckContext, field: Field) -> str | None:
    """What the file name says of a field: a value's label, or the text itself; None where it says nothing (B38).

    A text without the revision, status or date that it holds; None if what it holds is not sure.
    """
    code = said(subject, field.id)
    if not code:
        return None
    if field.id in subject.lookups:
        value = subject.lookups[field.id].by_code.get(code)
        return value.label if value else code
    reduced = reduce(code, subject.facts)
    return reduced.name if reduced.sure or not reduced.parts else None
