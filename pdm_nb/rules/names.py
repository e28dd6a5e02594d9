"""Checks of a file name: against the naming standard, and against what the cells say (B19, B38, B67)."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Field, Finding, LabelSource, Severity
from .naming import pattern, stem
from .subject import Check, Subject
from .words import short


class NameMismatch(Check):
    """The file name does not follow the naming standard that the rule enforces, so nothing can be taken from it.

    It does not stop the document: the service puts the name together from the fields (B33).
    """

    codes, title, stops = ("PDM301",), "The file name does not follow the naming standard", ""

    @staticmethod
    def run(subject: Subject) -> Iterator[Finding]:
        standard = subject.rule.naming_standard if subject.rule else None
        if subject.parsed is None or subject.parsed.fits or standard is None:
            return
        told = "; ".join(subject.parsed.faults[:3])
        yield subject.finding(
            NameMismatch, Severity.WARNING, None, f"{subject.document.name}: {told}",
            f"fill in the fields of {pattern(standard)}, the name is put together from them",
        )  # fmt: skip


class NameAgainstCell(Check):
    """The file name follows the naming standard and says another value than the cell holds.

    The cell counts: what was set by hand is never overwritten (B37), and what the document will be called is put
    together from the cells (B33). One of the two is a slip.
    """

    codes, title, stops = ("PDM309",), "The file name says another value than the cell", ""

    @staticmethod
    def run(subject: Subject) -> Iterator[Finding]:
        if subject.parsed is None or not subject.parsed.fits:
            return
        enforced = subject.rule is not None and subject.rule.naming_standard is not None
        if enforced and subject.beside.name == stem(subject.document.name):
            return  # it is put together from the cells, and is what the file is called
        for field_id, code in subject.parsed.codes.items():
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


NAMES: tuple[type[Check], ...] = (NameMismatch, NameAgainstCell)


def said_by_name(subject: Subject, field: Field) -> str | None:
    """What the file name says of a field: a value's label, or the text itself; None where it says nothing (B38)."""
    code = subject.parsed.codes.get(field.id) if subject.parsed else None
    if code is None:
        return None
    value = subject.lookups[field.id].by_code.get(code) if field.id in subject.lookups else None
    return value.label if value else code
