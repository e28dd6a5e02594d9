"""Checks of names: against the naming standard and the cells, and for versions in names (B19, B38, B67)."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Field, Finding, LabelSource, Severity
from ..document_names import Reduced, reduce
from ..name_parts import ProposedParts, parts_in_segment
from ..naming_standard import pattern
from ..values.text import short
from .base import Check, CheckContext


class NameMismatch(Check):
    """The file name does not follow the naming standard of the rule, so its values cannot all be used.

    It does not stop the document, because the service computes the name from the fields (B33).

    To fix it, enter the values in the cells. If the document is named wrongly, rename the file and read the
    folder again.
    """

    codes, title, stops = ("PDM301",), "Name does not follow the standard", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        standard = context.rule.naming_standard if context.rule else None
        parsed = context.name_parsed or context.parsed
        if parsed is None or parsed.fits or standard is None:
            return
        if context.computes_name:
            name, item = context.document.name, None
            fix = f"Fill in the fields of {pattern(standard)}: the name is computed from them"
        else:
            name, item = context.related.name, context.named("name")
            fix = f"Use a name in the form {pattern(standard)}"
        message = f"{name} does not follow the naming standard: {'; '.join(parsed.faults[:3])}"
        yield context.finding(NameMismatch, Severity.WARNING, item, message, fix)


class NameHoldsVersion(Check):
    """The name contains the document's revision, status or date, so it changes with each revision (B33, B40).

    P01 and P02 then become two documents instead of two versions of one document. It stops the submit only if the
    name was taken from the file name, contains the document's own revision, and another document of the batch or of
    the project has the same name apart from that. For a part that only looks like a revision or a date, no new name
    is proposed.

    To fix it, accept the proposed name, or let a template make names, such as {number}.
    """

    codes, title, stops = ("PDM323",), "Name contains a revision, status or date", "submit"

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        related, item = context.related, context.named("name")
        reduced = related.reduced
        if item is None or context.computes_name or not reduced.parts:
            return
        message = f"The name {short(related.name)!r} contains {_listed(reduced)}"
        others = [one.path for one in related.same_base]
        if others:
            message += f". It and {others[0]} would become two documents, not two versions of one"
        elif related.base_exists:
            message += f". It would become a separate document, not a version of {reduced.name!r}"
        else:
            message += ". Its next revision would become a separate document, not a version of it"
        # A date or a status may be what distinguishes documents, such as the reports of each month.
        splits = _is_revision(reduced) and context.name_filled_in and (others or related.base_exists)
        severity = Severity.ERROR if splits else Severity.WARNING
        fix = _without_version(reduced, "Rename it to", "the title")
        yield context.finding(NameHoldsVersion, severity, item, message, *fix)


class NumberHoldsVersion(Check):
    """A number, or another text of the naming standard, contains the title, revision, status or date (B38, B67).

    An example is the number 0001 Site Location Plan [P02], whose parts are proposed. The service takes such a text from
    the file name unchanged, and computes names from it (B33). P01 and P02 then become two documents. It stops the submit
    under the same conditions as a name that contains a revision (PDM323).

    To fix it, accept the proposed number, and enter what was in it in the fields that it belongs to.
    """

    codes, title, stops = ("PDM325",), "Number contains a title, revision, status or date", "submit"

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        related = context.related
        for field_id in context.code_fields:
            field, cell = context.fields[field_id], context.cells.get(field_id)
            if field.name == "revision" or not field.is_settable:
                continue
            by_hand = cell is not None and cell.source == LabelSource.MANUAL
            text = cell.text if cell and (cell.text or by_hand) else code_in_file_name(context, field_id)
            reduced, parts = reduce(text, context.facts), parts_in_segment(text)
            if not reduced.parts and parts is None:
                continue
            origin = "" if cell and cell.text else " in the file name"
            listed = _listed(reduced) if parts is None else parts.listed
            message = f"{field.label} {short(text)!r}{origin} contains {listed}"
            splits = context.computes_name and not by_hand and (related.same_base or related.base_exists)
            severity = Severity.ERROR if splits and _is_revision(reduced) else Severity.WARNING
            fix = _without_version(reduced, "Set it to", "the value") if parts is None else _in_fields(parts)
            yield context.finding(NumberHoldsVersion, severity, field, message, *fix)


def _in_fields(parts: ProposedParts) -> tuple[str, None, tuple[str, ...]]:
    """The fix, the proposal and the similar texts for a number that also contains a title."""
    fix = f"Set it to {short(parts.number)!r} if that is the number, and enter the other parts in their own fields"
    return fix, None, (parts.number,)


def _without_version(reduced: Reduced, action: str, whole: str) -> tuple[str, str | None, tuple[str, ...]]:
    """The fix, the proposal and the similar texts for a text that contains a revision, a status or a date."""
    if reduced.sure:
        return f"{action} {short(reduced.name)!r}", reduced.name, (reduced.name,)
    return f"Check whether this is part of {whole}", None, (reduced.name,)


def _listed(reduced: Reduced) -> str:
    return " and ".join(f"the {what} {short(text)}" for what, text in reduced.parts)


def _is_revision(reduced: Reduced) -> bool:
    """True if a name certainly contains the revision, so that it changes with each version."""
    return reduced.sure and any(what == "revision" for what, _ in reduced.parts)


NAMES: tuple[type[Check], ...] = (NameMismatch, NameHoldsVersion, NumberHoldsVersion)


def code_in_file_name(context: CheckContext, field_id: str) -> str:
    """Return the segment of the file name in the place of a field, "" if there is none."""
    return context.parsed.codes.get(field_id, "") if context.parsed else ""


def value_in_file_name(context: CheckContext, field: Field) -> str | None:
    """Return the value that the file name has for a field: a label, or the text itself; None if it has none (B38).

    A text is returned without the revision, status or date in it; None if it is not certain what that part is.
    """
    code = code_in_file_name(context, field.id)
    if not code:
        return None
    if field.id in context.lookups:
        value = context.lookups[field.id].by_code.get(code)
        return value.label if value else code
    reduced = reduce(code, context.facts)
    return reduced.name if reduced.sure or not reduced.parts else None
