"""Checks for values that the service changed after they were sent, and for workflows that may change one (B52, B74)."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from ...model import BETWEEN, Cell, Field, FieldType, Finding, LabelSource, Severity
from ..values.numbers import is_number
from ..values.similarity import loose
from ..values.text import quoted
from .base import Check, CheckContext

FILLS_EMPTY = (LabelSource.ML, LabelSource.FILENAME_SCRAPING)  # B37
TAG = re.compile(r"<[^<>]*>")


class ServiceValueDiffers(Check):
    """The service has another value than the one that was sent, or one in a field that was cleared (B52, B74).

    A workflow may control the status, and overwrite or ignore a status that is set. People may edit the upload
    meanwhile. A revision cannot be corrected, so the document is not submitted until the cell is set to the service's
    value, or its own value is set again and stays. A number, a time or a blank that is only written differently is
    not a difference. Neither is what machine learning or the file name filled into a cleared field (B37), except for
    the status. A name that the service computed is a warning, because it may compute names from other fields (B33).

    To fix it, accept the service's value, or set your own value again.
    """

    codes, title, stops = ("PDM311",), "Service has another value", "submit"

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        for field_id, sent in context.overruled.items():
            field, now = context.fields[field_id], context.cells.get(field_id, Cell())
            by_itself = field.name == "name" and now.source == LabelSource.SYSTEM
            has = f"the service has {quoted(now.text)}" if now.text else "the service has no value"
            message = f"{field.label} was {f'set to {quoted(sent.text)}' if sent.text else 'cleared'}; {has}"
            fix = "Set the cell to the service's value to accept it, or set yours again"
            if field.name == "status":
                fix += ". A workflow may control the status"
            yield Finding(
                ServiceValueDiffers.codes[0],
                Severity.WARNING if by_itself else Severity.ERROR,
                context.document.id,
                field.name,
                message,
                fix,
                similar=(now.text,) if now.text else (),
            )


class AssignedWorkflow(Check):
    """A workflow is assigned to the upload, or the upload is in an active workflow, as the service shows it (B52, B74).

    The workflow may change the status of the revision. A submit is refused while another revision of the document is
    in a workflow (B48).

    To fix it, leave the status to the workflow, or ask who manages it.
    """

    codes, title, stops = ("PDM312",), "Workflow may change the status", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if context.workflow:
            fix = "It may change the status: check the status before you submit"
            yield context.finding(
                AssignedWorkflow, Severity.WARNING, context.named("status"), context.workflow, fix
            )


SERVICE_VALUES: tuple[type[Check], ...] = (ServiceValueDiffers, AssignedWorkflow)


def is_other(field: Field, sent: Cell, now: Cell) -> bool:
    """Return True if the service has another value than the one that was sent, or one in a cleared field.

    Machine learning and the file name may fill an empty cell (B37), except for the status, which neither fills.
    """
    if sent.values is None or sent.values == now.values:
        return False
    if not sent.values:
        return bool(now.values) and (field.name == "status" or now.source not in FILLS_EMPTY)
    if not now.values:
        return True
    if field.type.is_lookup:
        if BETWEEN.join(now.values) == now.text:  # a response without ids
            return set(map(loose, sent.text.split(BETWEEN))) != set(map(loose, now.values))
        return set(sent.values) != set(now.values)
    return _plain(field, BETWEEN.join(sent.values)) != _plain(field, BETWEEN.join(now.values))


def _plain(field: Field, literal: str) -> object:
    """A literal in a form in which equal values are equal."""
    if field.type is FieldType.NUMERIC and is_number(literal):
        return Decimal(literal)
    if field.type is FieldType.TIMESTAMP:
        try:
            moment = datetime.fromisoformat(literal)
            return (
                (moment if moment.tzinfo else moment.replace(tzinfo=UTC))
                .astimezone(UTC)
                .replace(microsecond=0)
            )
        except (ValueError, OverflowError):
            return literal
    if field.type is FieldType.RICH_TEXT:
        literal = html.unescape(TAG.sub(" ", literal))
    return " ".join(unicodedata.normalize("NFC", literal).split())
