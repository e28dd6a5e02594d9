"""Checks of the file itself: whether it can be read and sent, and whether it is what its name says."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding, Severity
from ..file_type import KINDS, OLE, PDF, TEXTS, ZIP
from .base import Check, CheckContext

LARGEST = 10_000 * 104_857_600  # B54: segments times bytes


class UnreadableFile(Check):
    """The file is missing, a folder, or may not be read."""

    codes, title, stops = ("PDM201",), "The file cannot be read", "upload"

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        if subject.file_fault:
            mend = "put the file there, or remove the row"
            yield subject.finding(UnreadableFile, Severity.ERROR, None, subject.file_fault, mend)


class EmptyFile(Check):
    """The file has no bytes; the service takes at least one (B54)."""

    codes, title, stops = ("PDM202",), "The file is empty", "upload"

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        if not subject.file_fault and subject.document.size == 0:
            told = f"{subject.document.name} has no bytes"
            mend = "export it again, or remove the row"
            yield subject.finding(EmptyFile, Severity.ERROR, None, told, mend)


class TooLarge(Check):
    """The file is larger than the service takes: 10,000 segments of 100 MiB (B54)."""

    codes, title, stops = ("PDM203",), "The file is too large", "upload"

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        if subject.document.size > LARGEST:
            told = f"{subject.document.name} is larger than 10,000 × 100 MiB"
            yield subject.finding(TooLarge, Severity.ERROR, None, told, "split it")


class WrongSuffix(Check):
    """The file is not what its name says, as a web page or a picture that was saved as .pdf.

    The service takes it, and matches it by the format that the name says (B40); but nobody will open it, and machine
    learning reads nothing of it (B35). `batch.check()` looks into the files for it, once as long as they do not change.
    """

    codes, title, stops = ("PDM205",), "The file is not what its name says", ""

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        if subject.content is None:
            return
        name, kind = subject.document.name, subject.content.kind
        suffix = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
        if not kind and suffix in KINDS:
            told = f"{name} does not begin as a {suffix} file does"
        elif kind and kind not in (KINDS | TEXTS).get(suffix, (kind,)):
            told = f"{name} is {kind}"
            if kind == OLE and KINDS.get(suffix) == (ZIP,):
                told = f"{name} is protected by a password, or an Office file of the older kind"
        else:
            return
        mend = "export it again, or give it the suffix of what it is"
        yield subject.finding(WrongSuffix, Severity.WARNING, None, told, mend)


class Encrypted(Check):
    """The PDF is encrypted. Where it asks for a password, machine learning reads nothing of it (B35, B36).

    The service takes it, and whoever opens the revision will be asked for the password.
    """

    codes, title, stops = ("PDM206",), "The PDF is encrypted", ""

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        if subject.content is not None and subject.content.encrypted:
            told = f"{subject.document.name} is encrypted; where it asks for a password, machine learning cannot read it"
            mend = "save it without a password, or fill in its fields by hand"
            yield subject.finding(Encrypted, Severity.WARNING, None, told, mend)


class Damaged(Check):
    """The file was cut off or is damaged, as a download that was broken off. The service takes any bytes (B56).

    A revision that cannot be opened cannot be corrected either (B49). Some viewers mend a PDF whose table of contents
    is not where it says.
    """

    codes, title, stops = ("PDM207",), "The file is damaged", ""

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        if subject.content is not None and subject.content.damage:
            kind = "PDF" if subject.content.kind == PDF else "file"
            told = f"the {kind} {subject.document.name} is damaged: {subject.content.damage}"
            mend = "open it and look, then export or copy it again"
            yield subject.finding(Damaged, Severity.WARNING, None, told, mend)


FILES: tuple[type[Check], ...] = (UnreadableFile, EmptyFile, TooLarge, WrongSuffix, Encrypted, Damaged)
