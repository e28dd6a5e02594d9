"""Checks that users add, each one decorated function: `@pdm.check(code="ACME1", title="…")`.

They are known to the whole process: a check that is defined anew, as a cell that is run again does, takes the place of
the one with its code.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ...errors import InputError
from ...model import Field, Finding, Severity
from .base import Check, CheckContext

CODE = re.compile(r"(?!PDM)[A-Z][A-Z0-9_-]*")
STAGES = ("upload", "submit")

_registered: dict[str, type[Check]] = {}
_as_tuple: tuple[type[Check], ...] = ()  # another object after every change


@dataclass(frozen=True, slots=True)
class Remark:
    """What an own check says of a row; made by `row.remark`."""

    message: str
    field: Field | None
    mend: str
    proposal: str | None


class DocumentRow:
    """A document as an own check sees it.

    `row["revision"]` is the text of a cell, "" where it is empty; the field by name, label or id. `file` is the name of
    the file, `name` what the document will be called (B33), `path`, `size` (bytes), `mime_type` and `state` the rest.
    """

    def __init__(self, subject: CheckContext) -> None:
        self._subject = subject
        document = subject.document
        self.file, self.path, self.size = document.name, document.path, document.size
        self.name, self.mime_type, self.state = subject.beside.name, document.mime_type, document.state

    def __getitem__(self, field: str) -> str:
        cell = self._subject.cells.get(self._field(field).id)
        return cell.text if cell else ""

    def remark(
        self, message: str, *, field: str | None = None, mend: str = "", proposal: str | None = None
    ) -> Remark:
        """Something to say: of which cell, how to mend it, and the text that `batch.mend(code)` would put in."""
        return Remark(message, self._field(field) if field else None, mend, proposal)

    def _field(self, name: str) -> Field:
        fields = self._subject.fields.values()
        for one in fields:
            if name in (one.name, one.label, one.id):
                return one
        raise LookupError(
            f"there is no field {name!r}; the fields are {', '.join(one.name for one in fields)}"
        )

    def __repr__(self) -> str:
        return f"<Row {self.file}>"


Answer = str | Remark | Iterable[str | Remark] | None
Function = TypeVar("Function", bound=Callable[[DocumentRow], Answer])


def check(
    *, code: str, title: str, severity: str = "warning", field: str | None = None, stops: str = "upload"
) -> Callable[[Function], Function]:
    """Add a check: a function of one row that answers nothing, a text, a `row.remark(…)`, or several of either.

        @pdm.check(code="ACME1", title="A revision begins with P or C", field="revision", severity="error")
        def revisions(row):
            if row["revision"][:1] not in "PC":
                return f"{row['revision']!r} begins with neither P nor C"

    `severity`: "error" stops a document, "warning" and "info" tell. `stops`: where an error stops it, at the "upload" or
    only at the "submit", when machine learning and the file name have filled in their part. `field`: whose cell is
    marked where a text is answered. It is looked at with all other checks from then on, in every batch.

    A function that fails, or answers something else, is a finding of this severity that names it; so a check that was
    to stop documents stops those that it could not judge. Raises `InputError` for a code that begins with PDM or is
    not written in capitals and digits, and for another severity or stage.
    """
    if not CODE.fullmatch(code):
        raise InputError(
            f"A code of your own is capitals and digits and does not begin with PDM, as ACME1; not {code!r}."
        )
    if severity not in {one.value for one in Severity} or stops not in STAGES:
        raise InputError(
            f"A check has severity= error, warning or info and stops= upload or submit; not {severity!r}, {stops!r}."
        )

    def add(function: Function) -> Function:
        weight = Severity(severity)
        members = {
            "__doc__": inspect.getdoc(function) or f"Added by {_named(function)}.",
            "codes": (code,),
            "title": title,
            "stops": stops if weight is Severity.ERROR else "",
            "run": staticmethod(lambda subject: _run(function, subject, code, weight, field)),
        }
        _change(_registered | {code: type("OwnCheck", (Check,), members)})
        return function

    return add


def uncheck(code: str) -> None:
    """Take an own check away again. Raises `InputError` where there is none with this code."""
    if code not in _registered:
        told = ", ".join(_registered) or "none"
        raise InputError(f"There is no check of your own with the code {code!r}; there are: {told}.")
    _change({key: one for key, one in _registered.items() if key != code})


def registered() -> tuple[type[Check], ...]:
    """The own checks, in the order of their definition; the same object until one is added or taken away."""
    return _as_tuple


def _change(now: dict[str, type[Check]]) -> None:
    global _registered, _as_tuple
    _registered, _as_tuple = now, tuple(now.values())


def _run(
    function: Callable[[DocumentRow], Answer],
    subject: CheckContext,
    code: str,
    severity: Severity,
    field: str | None,
) -> Iterator[Finding]:
    row = DocumentRow(subject)
    try:
        remarks = list(_remarks(row, function(row), field))
    except Exception as error:  # noqa: BLE001 - whatever a user's function does, the other checks go on
        told = f"the check {_named(function)} failed on {row.file}: {type(error).__name__}: {error}"
        remarks = [Remark(told, None, f"mend the function and define it again, or uncheck({code!r})", None)]
    for one in remarks:
        name = one.field.name if one.field else None
        proposal = None if one.proposal is None else str(one.proposal)
        yield Finding(code, severity, subject.document.id, name, str(one.message), str(one.mend), proposal)


def _remarks(row: DocumentRow, answer: Answer, field: str | None) -> Iterator[Remark]:
    if answer is None:
        return
    for one in [answer] if isinstance(answer, str | Remark) else answer:
        if isinstance(one, Remark):
            yield one
        elif isinstance(one, str):
            yield row.remark(one, field=field)
        else:
            raise TypeError(f"it answered {one!r}, which is no text and no row.remark(…)")


def _named(function: Callable[..., object]) -> str:
    """The function and where it is, as a traceback would say."""
    code = getattr(function, "__code__", None)
    where = f" (line {code.co_firstlineno})" if code else ""
    return f"{getattr(function, '__qualname__', repr(function))}{where}"
