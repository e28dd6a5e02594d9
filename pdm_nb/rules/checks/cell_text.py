"""Checks of texts that are not what they look like: placeholders, and invisible characters."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import DIRECT, Cell, Field, Finding, Severity
from ..values.invisible import invisible_in, visible
from ..values.placeholders import is_placeholder, revision_without_prefix
from ..values.text import quoted
from .base import Check, CheckContext
from .file_names import value_in_file_name


class PlaceholderValue(Check):
    """A cell has a placeholder such as N/A or TBC, which would become the value of the document (B49).

    In a required field it counts as empty and stops the submit. In the revision it is a warning, because some
    revision schemes start with "-". A revision that repeats its heading, such as Rev-00, is reported too. Lists are
    not concerned: a text that is not in a list is PDM102.

    To fix it, enter the value, or clear the cell if there is none.
    """

    codes, title, stops = ("PDM110",), "Placeholder instead of a value", "submit"

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        for field, cell in _typed_texts(context):
            text = visible(cell.text)
            if is_placeholder(text):
                yield _placeholder(context, field, text)
            elif field.name == "revision" and (revision := revision_without_prefix(text)):
                message = f"{field.label} is {quoted(text)}, which repeats that it is a revision"
                fix = f"Use {revision!r}"
                yield context.finding(PlaceholderValue, Severity.WARNING, field, message, fix, revision)


def _placeholder(context: CheckContext, field: Field, text: str) -> Finding:
    message = f"{field.label} is {quoted(text)}, which looks like a placeholder"
    if field.name == "revision":
        fix = "Enter the revision, or leave the cell as it is if your revisions start with this one"
        return context.finding(PlaceholderValue, Severity.WARNING, field, message, fix, similar=("",))
    if field.id in context.required:
        fix = "The field is required: enter its value"
        proposal = value_in_file_name(context, field)
        return context.finding(PlaceholderValue, Severity.ERROR, field, message, fix, proposal)
    return context.finding(
        PlaceholderValue, Severity.WARNING, field, message, "Enter a value or clear the cell", ""
    )


class InvisibleCharacters(Check):
    """A text has characters that nobody sees, such as a zero-width space or a byte order mark.

    The service stores them (B29). The text then looks like another one and is not equal to it: P01 with a zero-width space
    is another revision than P01.

    To fix it, apply the automatic fix, which removes them.
    """

    codes, title, stops = ("PDM111",), "Invisible characters", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        for field, cell in _typed_texts(context):
            shown = visible(cell.text)
            if shown != cell.text and (unseen := invisible_in(cell.text)):
                message = f"{field.label} {quoted(shown)} has invisible characters: {unseen}"
                fix = f"Set it to {quoted(shown)} without them"
                yield context.finding(InvisibleCharacters, Severity.WARNING, field, message, fix, shown)


def _typed_texts(context: CheckContext) -> Iterator[tuple[Field, Cell]]:
    """The cells of fields without a list that can be sent, with their fields."""
    for field_id, cell in context.cells.items():
        field = context.fields[field_id]
        if cell.text and cell.values and field.type in DIRECT and field.is_settable:
            yield field, cell


CELL_TEXTS: tuple[type[Check], ...] = (PlaceholderValue, InvisibleCharacters)
