"""Checks of the file itself: whether it can be read and sent, and whether its content matches its extension."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding, Severity
from ..file_type import KINDS, OLE, PDF, TEXTS, ZIP
from .base import Check, CheckContext

LARGEST = 10_000 * 104_857_600  # B54: segments times bytes


class UnreadableFile(Check):
    """The file is missing, is a folder, or this user has no permission to read it.

    To fix it, check the path and whether you may read the file. If it was moved, put it back or remove the row.
    """

    codes, title, stops = ("PDM201",), "File cannot be read", "upload"

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if context.file_fault:
            fix = "Restore the file or remove the row"
            yield context.finding(UnreadableFile, Severity.ERROR, None, context.file_fault, fix)


class EmptyFile(Check):
    """The file is empty. The service requires at least one byte (B54).

    To fix it, export the file again, or remove the row.
    """

    codes, title, stops = ("PDM202",), "File is empty", "upload"

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if not context.file_fault and context.document.size == 0:
            message = f"{context.document.name} is empty"
            fix = "Export it again or remove the row"
            yield context.finding(EmptyFile, Severity.ERROR, None, message, fix)


class TooLarge(Check):
    """The file is larger than the service accepts: 10,000 segments of 100 MiB (B54).

    To fix it, split the file, or leave it out and send it in another way.
    """

    codes, title, stops = ("PDM203",), "File is too large", "upload"

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if context.document.size > LARGEST:
            message = f"{context.document.name} is larger than 10,000 × 100 MiB"
            yield context.finding(TooLarge, Severity.ERROR, None, message, "Split the file")


class WrongExtension(Check):
    """The content of the file does not match its extension, such as a web page or an image that was saved as .pdf.

    The service accepts it and matches it by the format of its extension (B40). But viewers cannot open it, and
    machine learning cannot read it (B35). `batch.check()` inspects the files for this, again only if they change.

    To fix it, open the file. If it is a web page, download it again, signed in; if it is of another format,
    correct its extension.
    """

    codes, title, stops = ("PDM205",), "File content does not match its extension", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if context.content is None:
            return
        name, kind = context.document.name, context.content.kind
        suffix = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
        if not kind and suffix in KINDS:
            message = f"The content of {name} is not that of a {suffix} file"
        elif kind and kind not in (KINDS | TEXTS).get(suffix, (kind,)):
            message = f"{name} is {kind}, not a {suffix} file"
            if kind == OLE and KINDS.get(suffix) == (ZIP,):
                message = f"{name} is protected by a password, or in an old Office format"
        else:
            return
        fix = "Export it again, or correct its extension"
        yield context.finding(WrongExtension, Severity.WARNING, None, message, fix)


class Encrypted(Check):
    """The PDF is encrypted. If it requires a password, machine learning cannot read it (B35, B36).

    The service accepts it, and everybody who opens the revision will need the password.

    To fix it, save the PDF without a password, unless everybody who opens the revision has it.
    """

    codes, title, stops = ("PDM206",), "PDF is encrypted", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if context.content is not None and context.content.encrypted:
            name = context.document.name
            message = f"{name} is encrypted. If it requires a password, machine learning cannot read it"
            fix = "Save it without a password, or fill in its fields by hand"
            yield context.finding(Encrypted, Severity.WARNING, None, message, fix)


class Damaged(Check):
    """The file is truncated or damaged, such as an interrupted download. The service accepts any bytes (B56).

    A revision that cannot be opened cannot be corrected (B49). `batch.check(read_pdfs=True)` also opens the PDFs. Some viewers can repair a PDF whose cross-reference
    table is at the wrong position.

    To fix it, copy or export the file again, then check again.
    """

    codes, title, stops = ("PDM207",), "File is damaged", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        damage = context.content.damage if context.content is not None else ""
        is_pdf = context.content is not None and context.content.kind == PDF
        if not damage and context.pdf is not None and (context.content is None or is_pdf):
            damage, is_pdf = context.pdf.fault, True
        if damage:
            message = f"The {'PDF' if is_pdf else 'file'} {context.document.name} is damaged: {damage}"
            fix = "Open it to check, then export or copy it again"
            yield context.finding(Damaged, Severity.WARNING, None, message, fix)


FILES: tuple[type[Check], ...] = (UnreadableFile, EmptyFile, TooLarge, WrongExtension, Encrypted, Damaged)
