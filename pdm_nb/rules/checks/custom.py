"""Custom checks: each is a decorated function, `@pdm.register_check(code="ACME1", title="…")`.

They are registered for the whole process. A check that is defined again, such as by a cell that is run again,
replaces the one with the same code.
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
    """What a custom check reports of a row; returned by `row.remark`."""

    message: str
    field: Field | None
    fix: str
    proposal: str | None


class DocumentRow:
    """A document as a custom check gets it.

    `row["revision"]` returns the text of a cell, "" if it is empty; the field is a name, label or id.

    Attributes
    ----------
    file, path : str
        Name and path of the file.
    name : str
        What the document will be called (B33).
    size : int
        Size of the file in bytes.
    mime_type, state : str
        The format and the state of the document.
    """

    def __init__(self, context: CheckContext) -> None:
        self._context = context
        document = context.document
        self.file, self.path, self.size = document.name, document.path, document.size
        self.name, self.mime_type, self.state = context.related.name, document.mime_type, document.state

    def __getitem__(self, field: str) -> str:
        cell = self._context.cells.get(self._field(field).id)
        return cell.text if cell else ""

    def remark(
        self, message: str, *, field: str | None = None, fix: str = "", proposal: str | None = None
    ) -> Remark:
        """Return a finding to report.

        Parameters
        ----------
        message : str
            What is wrong.
        field : str, optional
            The field whose cell is marked: a name, label or id.
        fix : str, default ""
            How to fix it.
        proposal : str, optional
            The text that `batch.apply_fixes(code)` enters in the cell.

        Raises
        ------
        LookupError
            If the project has no such field.
        """
        return Remark(message, self._field(field) if field else None, fix, proposal)

    def _field(self, name: str) -> Field:
        fields = self._context.fields.values()
        for one in fields:
            if name in (one.name, one.label, one.id):
                return one
        raise LookupError(f"Unknown field {name!r}. Use one of {', '.join(one.name for one in fields)}")

    def __repr__(self) -> str:
        return f"<Row {self.file}>"


Result = str | Remark | Iterable[str | Remark] | None
Function = TypeVar("Function", bound=Callable[[DocumentRow], Result])


def register_check(
    *, code: str, title: str, severity: str = "warning", field: str | None = None, stops: str = "upload"
) -> Callable[[Function], Function]:
    """Register a function as a check of every document, in every batch of this process.

    The function gets a row (`DocumentRow`) and returns None, a message, a `row.remark(…)`, or several of them. If it
    fails or returns anything else, that is a finding with the severity of the check, so that a check with severity
    "error" also stops the documents that it could not check.

    Parameters
    ----------
    code : str
        Capitals and digits, such as ACME1. Codes that start with PDM are reserved.
    title : str
        What the finding is called.
    severity : str, default "warning"
        "error" stops the document, "warning" and "info" do not.
    field : str, optional
        The field whose cell is marked if the function returns a message: a name, label or id.
    stops : str, default "upload"
        What an error stops: "upload", or only "submit", when machine learning and the file name have filled in
        values.

    Returns
    -------
    callable
        The decorator, which returns the function unchanged.

    Raises
    ------
    InputError
        If the code, the severity or the stage is invalid.

    Examples
    --------
    >>> import pdm_nb as pdm
    >>> @pdm.register_check(code="ACME1", title="Revisions start with P or C", field="revision", severity="error")
    ... def revisions(row):
    ...     if row["revision"][:1] not in "PC":
    ...         return f"{row['revision']!r} starts with neither P nor C"
    >>> pdm.unregister_check("ACME1")
    """
    if not CODE.fullmatch(code):
        raise InputError(
            f"Invalid check code {code!r}. Use capitals and digits, such as ACME1. PDM is reserved."
        )
    if severity not in {one.value for one in Severity} or stops not in STAGES:
        raise InputError(
            f"Invalid severity {severity!r} or stage {stops!r}. "
            "Use severity= error, warning or info, and stops= upload or submit."
        )

    def add(function: Function) -> Function:
        weight = Severity(severity)
        members = {
            "__doc__": inspect.getdoc(function) or f"Registered by {_named(function)}.",
            "codes": (code,),
            "title": title,
            "stops": stops if weight is Severity.ERROR else "",
            "run": staticmethod(lambda context: _run(function, context, code, weight, field)),
        }
        _set(_registered | {code: type("CustomCheck", (Check,), members)})
        return function

    return add


def unregister_check(code: str) -> None:
    """Remove a custom check.

    Raises
    ------
    InputError
        If no custom check has this code.
    """
    if code not in _registered:
        known = ", ".join(_registered) or "none"
        raise InputError(f"Unknown check code {code!r}. Custom checks: {known}.")
    _set({key: one for key, one in _registered.items() if key != code})


def registered() -> tuple[type[Check], ...]:
    """Return the custom checks in the order of their definition; the same object until one is added or removed."""
    return _as_tuple


def _set(checks: dict[str, type[Check]]) -> None:
    global _registered, _as_tuple
    _registered, _as_tuple = checks, tuple(checks.values())


def _run(
    function: Callable[[DocumentRow], Result],
    context: CheckContext,
    code: str,
    severity: Severity,
    field: str | None,
) -> Iterator[Finding]:
    row = DocumentRow(context)
    try:
        remarks = list(_remarks(row, function(row), field))
    except Exception as error:  # noqa: BLE001 - whatever a user's function does, the other checks continue
        message = f"The check {_named(function)} failed on {row.file}: {type(error).__name__}: {error}"
        fix = f"Fix the function of check {code} and define it again, or remove the check"
        remarks = [Remark(message, None, fix, None)]
    for one in remarks:
        name = one.field.name if one.field else None
        proposal = None if one.proposal is None else str(one.proposal)
        yield Finding(code, severity, context.document.id, name, str(one.message), str(one.fix), proposal)


def _remarks(row: DocumentRow, result: Result, field: str | None) -> Iterator[Remark]:
    if result is None:
        return
    for one in [result] if isinstance(result, str | Remark) else result:
        if isinstance(one, Remark):
            yield one
        elif isinstance(one, str):
            yield row.remark(one, field=field)
        else:
            raise TypeError(f"it returned {one!r} instead of a text or row.remark(…)")


def _named(function: Callable[..., object]) -> str:
    """The function and its line, as a traceback shows them."""
    code = getattr(function, "__code__", None)
    line = f" (line {code.co_firstlineno})" if code else ""
    return f"{getattr(function, '__qualname__', repr(function))}{line}"
