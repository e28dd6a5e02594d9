"""Checks for duplicates: against rows of the same batch, the previous version, and documents that the service has.

A duplicate may be what the user wants. Only a revision that the service would certainly refuse stops a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model import Document, ExistingDocument, Finding, Severity
from .base import Check, CheckContext, who_may_fill

LEAVE_OUT = "Leave it out, or let it become the next version"
LEAVE_OUT_OR_RENAME = "Leave it out, or give it that name if it is the next version"
MOST_NAMES = 3  # that are offered


class SameFile(Check):
    """Two rows are the same file, through a link or two spellings of its path. It would be sent twice.

    To fix it, remove one of the rows.
    """

    codes, title, stops = ("PDM204",), "Same file twice", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if context.related.same_file:
            message = f"{context.document.path} is the same file as {paths_of(context.related.same_file)}"
            yield context.finding(SameFile, Severity.WARNING, None, message, "Leave one of them out")


class SameContent(Check):
    """Two files have the same bytes, by their SHA-256. They stay two documents; it is known after the upload.

    To fix it, remove one of the rows if it is one document.
    """

    codes, title, stops = ("PDM208",), "Same content twice", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if context.related.same_content:
            message = (
                f"{context.document.path} has the same content as {paths_of(context.related.same_content)}"
            )
            fix = "Check that both rows have the right file"
            yield context.finding(SameContent, Severity.INFO, None, message, fix)


class NewVersion(Check):
    """The file has changed since it was submitted, and this row submits it as the next version (B40, B41).

    If the project does not allow duplicates, its `revision` must differ from the previous one (B42).

    To fix it, enter the new revision if it has one. Restore the old file if the change was a mistake.
    """

    codes, title, stops = ("PDM302",), "New version of a submitted document", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        previous = context.related.previous
        if previous is None or _why_separate(context, previous):
            return
        version = f", version {previous.version}" if previous.version else ""
        revision = context.related.previous_revision
        message = (
            f"{context.document.name} has changed: it becomes a new version of revision "
            f"{previous.revision_id}{version}{f' ({revision})' if revision else ''}"
        )
        if _forbids_duplicates(context):
            message += ". Its revision must differ, because duplicates are not allowed here"
        fix = "Check its revision, then submit it"
        yield context.finding(NewVersion, Severity.WARNING, context.named("revision"), message, fix)


class AlreadyExists(Check):
    """The service has a document with this name and format, so this one would become its next version (B40, B41).

    It is compared with the account's own uploads and, if their list is offered, with the newest revisions (B62). The
    service reports no hash. A document with the same file name and size is probably the same file (B73).

    To fix it, check that it is a newer version. If it is the same document, leave it out.
    """

    codes, title, stops = ("PDM303",), "Document already exists", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if context.related.existing:
            found = newest(context.related.existing)
            message = f"{context.related.name} already exists as {_described(found)}"
            if (same := is_same_file(context.document, found)) is not None:
                message += ". It is probably the same file" if same else ". Its file is a different one"
            yield context.finding(AlreadyExists, Severity.WARNING, None, message, LEAVE_OUT)


class ExistsUnderOtherName(Check):
    """The service has a document with this file name, size and format under another name. Probably it is this one.

    A document is identified by its name and format, not by its file name (B33, B40), so this one would become a
    separate document next to the existing one. The existing names are offered for selection; none is set
    automatically.

    To fix it, select the existing name to make it the next version, or do nothing if it is another document.
    """

    codes, title, stops = ("PDM324",), "Document probably exists under another name", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if context.related.existing_renamed:
            found = newest(context.related.existing_renamed)
            message = (
                f"{context.document.name} probably already exists as {_identified(found)}, under the name "
                f"{found.name!r}. It would become a separate document"
            )
            item = None if context.computes_name else context.named("name")
            names = dict.fromkeys(one.name for one in context.related.existing_renamed)
            similar = tuple(names)[:MOST_NAMES] if item else ()
            yield context.finding(
                ExistsUnderOtherName, Severity.WARNING, item, message, LEAVE_OUT_OR_RENAME, similar=similar
            )


class RevisionExists(Check):
    """The container already has this revision, and the rule does not allow duplicates: DUPLICATE_REVISION (B42, B44).

    This is a warning while the rule, the name or the revision may still change, until machine learning and the file
    name have filled in the empty fields.

    To fix it, enter the next revision, or leave the document out if it has been submitted before.
    """

    codes, title, stops = ("PDM306",), "Revision already exists", "submit"

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        related = context.related
        if not (related.existing or related.previous) or not _forbids_duplicates(context):
            return
        own, previous = context.text("revision"), related.previous
        certain = [one for one in related.existing if one.kind == "revision" and one.mime_type]
        exists = any(one.revision == own for one in certain)
        follows = previous and not _why_separate(context, previous) and related.previous_revision == own
        if own and (exists or follows):
            message = f"{related.name} already has the revision {own!r}, and duplicates are not allowed here"
            fix = "Set another revision, or leave it out"
            yield context.finding(RevisionExists, _severity(context), context.named("revision"), message, fix)


class DuplicateRevision(Check):
    """Documents of one batch have the same name, format and revision, and the rule does not allow duplicates (B42).

    The service would accept the first one and refuse the others. It cannot know which one is right, and a submitted
    revision cannot be corrected (B49). So none is submitted until they differ, or all but one are left out.

    To fix it, correct the revisions, or leave all but one document out.
    """

    codes, title, stops = ("PDM307",), "Duplicate revision", "submit"

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if context.related.same_revision and _forbids_duplicates(context):
            message = (
                f"Same name and revision ({context.text('revision')!r}) as {paths_of(context.related.same_revision)}, "
                "and duplicates are not allowed here"
            )
            fix = "Change the revision of one of them, or leave one out"
            yield context.finding(
                DuplicateRevision, _severity(context), context.named("revision"), message, fix
            )


class SeparateDocument(Check):
    """This should be the next version of a document, but its name or format differs, so it becomes a separate document.

    The service compares name and format exactly as they are written (B40). This one would start a container of its
    own, and both would exist next to each other.

    To fix it, enter the name exactly as the existing document has it. Another format always is a separate
    document.
    """

    codes, title, stops = ("PDM308",), "New version would become a separate document", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        related = context.related
        if related.previous and (message := _why_separate(context, related.previous)):
            fix = "Restore the values that its name is computed from, or submit it as a separate document"
            yield context.finding(SeparateDocument, Severity.WARNING, None, message, fix)
        elif related.existing_near and not related.existing:
            found = newest(related.existing_near)
            message = (
                f"{related.name} would become a separate document: the name {found.name!r} exists and differs only in "
                "case or accents"
            )
            fix = f"Use that name if this is the next version of {_described(found)}"
            yield context.finding(SeparateDocument, Severity.WARNING, None, message, fix)


class SimilarName(Check):
    """Names in one batch differ only in case or in the form of their accents (NFC, NFD).

    They look like one document, but the service treats them as different ones (B40).

    To fix it, write the names in the same way if they are one document.
    """

    codes, title, stops = ("PDM305",), "Names differ only in case or accents", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if context.related.near_name:
            others = paths_of(context.related.near_name)
            message = f"{context.related.name!r} differs only in case or accents from the name of {others}"
            fix = "Rename one of them if they are versions of one document"
            yield context.finding(SimilarName, Severity.WARNING, None, message, fix)


DUPLICATES: tuple[type[Check], ...] = (
    SameFile,
    SameContent,
    NewVersion,
    AlreadyExists,
    ExistsUnderOtherName,
    RevisionExists,
    DuplicateRevision,
    SeparateDocument,
    SimilarName,
)


def is_same_file(document: Document, found: ExistingDocument) -> bool | None:
    """Return True if file name and size are the same, None if the service does not report them (B73)."""
    if not found.file_name or found.file_size is None:
        return None
    return (document.name, document.size) == (found.file_name, found.file_size)


def newest(found: Iterable[ExistingDocument]) -> ExistingDocument:
    """Return the revision with the greatest version, or the latest upload if there is no revision."""
    return max(found, key=lambda one: (one.kind == "revision", version_number(one.version), one.at))


def _why_separate(context: CheckContext, previous: Document) -> str:
    """Why a document does not become the next version of the previous one, "" if it does."""
    before, now = context.related.previous_name, context.related.name
    if before != now:
        return f"{context.document.name} was submitted as {before!r} and would now be named {now!r}"
    if previous.mime_type != context.document.mime_type:
        return f"{now} was submitted as {previous.mime_type} and would now be {context.document.mime_type}"
    return ""


def _severity(context: CheckContext) -> Severity:
    """An error if nothing that decides the matter may still be filled in by others, otherwise a warning."""
    rule = context.rule
    named = [field.id for field in rule.naming_standard.fields] if rule and rule.naming_standard else []
    for field_id in (*context.qualifying, *named):
        field, cell = context.fields.get(field_id), context.cells.get(field_id)
        if field is None or (cell and cell.text):
            continue
        by_name = field_id in named and field_id not in context.qualifying  # the name already includes it
        who = who_may_fill(context, field)
        if who is not None and not (who == "the file name" and by_name):
            return Severity.WARNING
    return Severity.ERROR


def paths_of(documents: Iterable[Document]) -> str:
    """Return the paths of one or two documents, or the first one "and others"."""
    first, *rest = (document.path for document in documents)
    return f"{first} and {rest[0] if len(rest) == 1 else 'others'}" if rest else first


def _described(found: ExistingDocument) -> str:
    if found.kind == "upload":
        return f"{_identified(found)}; both would become versions of one document"
    number = version_number(found.version)
    then = f"; it would become version {number + 1}" if number else ""
    return f"{_identified(found)}{then}"


def _identified(found: ExistingDocument) -> str:
    on = f" on {found.at[:10]}" if found.at else ""
    if found.kind == "upload":
        return f"upload {found.id}, uploaded{on} and not submitted"
    return f"revision {found.id}, version {found.version or 'unknown'}, submitted{on}"


def version_number(version: str) -> int:
    """Return a version as a number, 0 if it is not known."""
    return int(version) if version.isdecimal() else 0


def _forbids_duplicates(context: CheckContext) -> bool:
    return context.rule is not None and not context.rule.allow_duplicate_revisions
