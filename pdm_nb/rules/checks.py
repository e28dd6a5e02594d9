"""The checks: small coded classes, each a pure function of one document (or of all) that yields findings.

Each class has its `codes`, a `title`, the stage it stops (`upload`, `submit`, or none: it only tells) and a
docstring, which is the text that `explain(code)` shows. File facts come in with the `Subject`: nothing here
opens a file.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator

from ..model import Field, Finding, LabelSource, NamingStandard, Severity
from .beside import BESIDE
from .naming import pattern
from .subject import Check as Check  # so that whoever wants a check finds all of it here
from .subject import Subject as Subject

LARGEST = 10_000 * 104_857_600  # B54: segments times bytes
PDF = "application/pdf"
FILLED_BY_ML = frozenset({"type", "number", "description", "revision", "date_authored"})  # B36
BEFORE_ML = frozenset({"planned", "created", "transferring", "transferred", "completed", "held"})
EMPTY = frozenset({LabelSource.NONE, LabelSource.ML_FAILED, LabelSource.SCRAPING_FAILED, ""})


class RequiredEmpty(Check):
    """A field that the rule requires has no value, and the service refuses the submit with INVALID_INPUT (B18, B44).

    Before the upload is complete, machine learning may still fill type, number, description, revision and
    date of a PDF (B36), and the file name the fields of the project's naming standard, whichever rule applies (B38):
    then this only warns.
    """

    codes, title, stops = ("PDM101",), "A required field is empty", "submit"

    @staticmethod
    def run(subject: Subject) -> Iterator[Finding]:
        for field_id, (field, origin) in subject.required.items():
            own = subject.fields.get(field_id, field)
            cell = subject.cells.get(field_id)
            if own.variant == "computed" or (cell and cell.text):
                continue  # B33: a computed name always has a value
            hope = who_may_fill(subject, own)
            if hope is None:
                mend = f'set it: batch.set(…, "{own.name}", …)'
                yield subject.finding(
                    RequiredEmpty,
                    Severity.ERROR,
                    own,
                    f"{own.label} is empty, the {origin} requires it",
                    mend,
                )
            else:
                mend = "wait for it after the upload, or set it yourself"
                yield subject.finding(
                    RequiredEmpty, Severity.WARNING, own, f"{own.label} is empty; {hope} may fill it", mend
                )


def who_may_fill(subject: Subject, field: Field) -> str | None:
    """Who may still fill in an empty field: "machine learning", "the file name", or nobody (B36, B38)."""
    ml_ended = subject.document.ml not in ("", "in_progress")
    if subject.document.state not in BEFORE_ML or ml_ended:
        return None
    if subject.parsed is not None and field.id in subject.parsed.codes:
        return "the file name"
    if subject.document.mime_type == PDF and field.name in FILLED_BY_ML:
        return "machine learning"
    return None


class UnusableValue(Check):
    """A cell holds a text that the service would refuse with INVALID_PROPERTY (B21, B29).

    It is no value of the field (PDM102), inactive (PDM103), no number (PDM105), no date that can be read in one
    way only (PDM106), the name of several values (PDM107) or several values where one is taken (PDM108).
    """

    codes = ("PDM102", "PDM103", "PDM105", "PDM106", "PDM107", "PDM108")
    title, stops = "A value cannot be used", "upload"

    @staticmethod
    def run(subject: Subject) -> Iterator[Finding]:
        for field_id, problem in subject.problems.items():
            yield Finding(
                problem.code, Severity.ERROR, subject.document.id, subject.fields[field_id].name,
                problem.message, problem.mend, problem.proposal,
            )  # fmt: skip


class ReadonlySet(Check):
    """A cell that is still to be sent is of a field that was made readonly or inactive since it was set (B20, B39)."""

    codes, title, stops = ("PDM104",), "A readonly field is set", "upload"

    @staticmethod
    def run(subject: Subject) -> Iterator[Finding]:
        for field_id in sorted(subject.fixed):
            field = subject.fields[field_id]
            told, mend = (
                f"{field.label} cannot be set any more",
                f'batch.set(…, "{field.name}", None) drops it',
            )
            yield subject.finding(ReadonlySet, Severity.ERROR, field, told, mend)


class UnreadableFile(Check):
    """The file is missing, a folder, or may not be read."""

    codes, title, stops = ("PDM201",), "The file cannot be read", "upload"

    @staticmethod
    def run(subject: Subject) -> Iterator[Finding]:
        if subject.file_fault:
            yield subject.finding(
                UnreadableFile,
                Severity.ERROR,
                None,
                subject.file_fault,
                "put the file there, or remove the row",
            )


class EmptyFile(Check):
    """The file has no bytes; the service takes at least one (B54)."""

    codes, title, stops = ("PDM202",), "The file is empty", "upload"

    @staticmethod
    def run(subject: Subject) -> Iterator[Finding]:
        if not subject.file_fault and subject.document.size == 0:
            yield subject.finding(
                EmptyFile,
                Severity.ERROR,
                None,
                f"{subject.document.name} has no bytes",
                "export it again, or remove the row",
            )


class TooLarge(Check):
    """The file is larger than the service takes: 10,000 segments of 100 MiB (B54)."""

    codes, title, stops = ("PDM203",), "The file is too large", "upload"

    @staticmethod
    def run(subject: Subject) -> Iterator[Finding]:
        if subject.document.size > LARGEST:
            yield subject.finding(
                TooLarge,
                Severity.ERROR,
                None,
                f"{subject.document.name} is larger than 10,000 × 100 MiB",
                "split it",
            )


class NameMismatch(Check):
    """The file name does not follow the naming standard that the rule enforces, so nothing can be taken from it.

    It does not stop the document: the service puts the name together from the fields (B33).
    """

    codes, title, stops = ("PDM301",), "The file name does not follow the naming standard", ""

    @staticmethod
    def run(subject: Subject) -> Iterator[Finding]:
        standard = _standard(subject)
        if subject.parsed is None or subject.parsed.fits or standard is None:
            return
        told = "; ".join(subject.parsed.faults[:3])
        yield subject.finding(
            NameMismatch, Severity.WARNING, None, f"{subject.document.name}: {told}",
            f"fill in the fields of {pattern(standard)}, the name is put together from them",
        )  # fmt: skip


def _standard(subject: Subject) -> NamingStandard | None:
    return subject.rule.naming_standard if subject.rule else None


CHECKS: tuple[type[Check], ...] = (
    UnreadableFile,
    EmptyFile,
    TooLarge,
    UnusableValue,
    ReadonlySet,
    RequiredEmpty,
    NameMismatch,
    *BESIDE,
)
STOPS_UPLOAD = frozenset(code for check in CHECKS if check.stops == "upload" for code in check.codes)


def check(subject: Subject, checks: Iterable[type[Check]] = CHECKS) -> tuple[Finding, ...]:
    """All findings of one document, in the order of the checks."""
    return tuple(finding for one in checks for finding in one.run(subject))


def stops(findings: Iterable[Finding], stage: str) -> list[Finding]:
    """The findings that stop a document at `stage` ('upload' or 'submit'); what stops an upload stops a submit."""
    test: Callable[[Finding], bool] = (
        (lambda f: f.code in STOPS_UPLOAD) if stage == "upload" else (lambda f: True)
    )
    return [finding for finding in findings if finding.severity is Severity.ERROR and test(finding)]


def explain(code: str) -> str:
    """What a code means and which rule it follows."""
    for one in CHECKS:
        if code in one.codes:
            return f"{code}: {one.title}\n\n{inspect.cleandoc(one.__doc__ or '')}"
    raise KeyError(code)
