"""Checks of what the service made of the values that were sent: another value, or a workflow that may set one (B52, B74)."""

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


class OtherValue(Check):
    """The service has another value than the one that was sent, or none, or one in a field that was cleared (B52, B74).

    A workflow may control the status and overwrite or ignore one that is set; people may edit the upload meanwhile. A
    revision cannot be corrected, so none is submitted until the value of the service is accepted, by setting the cell to
    it, or the own value is set again and stays. Another way to write a number, a time or a blank is no difference, nor
    is what machine learning or the file name filled into a cleared field (B37), except for the status. A name that the
    service itself made is a warning: it may put names together from other fields (B33).
    """

    codes, title, stops = ("PDM311",), "The service has another value", "submit"

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        for field_id, sent in subject.overruled.items():
            field, now = subject.fields[field_id], subject.cells.get(field_id, Cell())
            by_itself = field.name == "name" and now.source == LabelSource.SYSTEM
            has = f"the service has {quoted(now.text)}" if now.text else "the service has no value"
            told = f"{field.label} was {f'set to {quoted(sent.text)}' if sent.text else 'cleared'}; {has}"
            mend = "Set the cell to the service's value to accept it, or set yours again"
            if field.name == "status":
                mend += "; a workflow may control the status"
            yield Finding(
                OtherValue.codes[0],
                Severity.WARNING if by_itself else Severity.ERROR,
                subject.document.id,
                field.name,
                told,
                mend,
                similar=(now.text,) if now.text else (),
            )


class AssignedWorkflow(Check):
    """A workflow is assigned to the upload, or it is in an active one, as the service shows it (B52, B74).

    It may set the status of the revision, and a submit is refused while another revision of the document is in a workflow
    (B48).
    """

    codes, title, stops = ("PDM312",), "A workflow may set the status", ""

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        if subject.workflow:
            mend = "It may set the status: check the status before you submit"
            yield subject.finding(
                AssignedWorkflow, Severity.WARNING, subject.named("status"), subject.workflow, mend
            )


OVERRULED: tuple[type[Check], ...] = (OtherValue, AssignedWorkflow)


def is_other(field: Field, sent: Cell, now: Cell) -> bool:
    """Return True if the service has another value than the one that was sent, or one in a cell that was sent empty.

    An empty cell is left to machine learning and the file name (B37), but for the status, which neither fills.
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
    """A literal without what is only a way to write it."""
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
