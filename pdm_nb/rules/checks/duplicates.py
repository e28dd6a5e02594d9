"""Checks of a document beside others: the version before it, rows of the same batch, what the service has already.

What is told may be just what somebody wants; only a revision that is certain to be refused stops a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...model import Document, ExistingDocument, Finding, Severity
from .base import Check, CheckContext, who_may_fill

LEAVE = "leave it out: batch.leave_out(batch.known()), or let it become the next version"
RENAME = "Leave it out: batch.leave_out(batch.known()), or give it that name if it is the next version"
MOST_NAMES = 3  # that are offered


class SameFile(Check):
    """Two rows lead to the same file, by a link or by two spellings of a path: it would be sent twice."""

    codes, title, stops = ("PDM204",), "Two rows are the same file", ""

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        if subject.beside.same_file:
            told = f"{subject.document.path} is the same file as {paths_of(subject.beside.same_file)}"
            mend = "leave one of them out, as batch.leave_out(row)"
            yield subject.finding(SameFile, Severity.WARNING, None, told, mend)


class NewVersion(Check):
    """The file changed since it was submitted, and this row takes it as the next version (B40, B41).

    Where the project forbids duplicates, its `revision` must be another than before (B42).
    """

    codes, title, stops = ("PDM302",), "It becomes a new version", ""

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        before = subject.beside.before
        if before is None or _leaves(subject, before):
            return
        version = f", version {before.version}" if before.version else ""
        shown = subject.beside.before_revision
        told = f"{subject.document.name} changed: it becomes a new version of revision {before.revision_id}{version}"
        told += f" ({shown})" if shown else ""
        if _forbids_duplicates(subject):
            told += "; its revision must differ, duplicates are forbidden here"
        mend = "look at its revision, and submit it"
        yield subject.finding(NewVersion, Severity.WARNING, subject.named("revision"), told, mend)


class AlreadyThere(Check):
    """The service has a document of this name and format, so this one would become its next version (B40, B41).

    It is compared with the caller's uploads and, where their list is offered, with the newest revisions (B62). The
    service reports no hash: a document with the same file name and size is probably the same file (B73).
    """

    codes, title, stops = ("PDM303",), "It is there already", ""

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        if subject.beside.there:
            found = newest(subject.beside.there)
            told = f"{subject.beside.name} is already there as {_described(found)}"
            if (same := is_same_file(subject.document, found)) is not None:
                told += ". It is probably the same file" if same else ". Its file is another one"
            yield subject.finding(AlreadyThere, Severity.WARNING, None, told, LEAVE)


class ThereRenamed(Check):
    """The service has a document of this file name, size and format under another name: probably it is this one.

    What identifies a document is its name and format, never its file name (B33, B40): this one would become a document
    of its own, next to the one that is there. The names that are there are offered; none is set automatically.
    """

    codes, title, stops = ("PDM324",), "It is probably there under another name", ""

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        if subject.beside.renamed:
            found = newest(subject.beside.renamed)
            told = (
                f"{subject.document.name} is probably there already under another name, as {_identified(found)}, "
                f"{found.name!r}. It would become a document of its own"
            )
            item = None if subject.computes_name else subject.named("name")
            finding = subject.finding(ThereRenamed, Severity.WARNING, item, told, RENAME)
            names = dict.fromkeys(one.name for one in subject.beside.renamed)
            yield replace(finding, similar=tuple(names)[:MOST_NAMES] if item else ())


class RevisionTaken(Check):
    """The container has this revision already, and the rule forbids duplicates: DUPLICATE_REVISION (B42, B44).

    It only warns while the rule, the name or the revision may still change, that is, until machine learning and the
    file name have filled in what is empty.
    """

    codes, title, stops = ("PDM306",), "Its revision is taken", "submit"

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        beside = subject.beside
        if not (beside.there or beside.before) or not _forbids_duplicates(subject):
            return
        mine, before = subject.text("revision"), beside.before
        certain = [one for one in beside.there if one.kind == "revision" and one.mime_type]
        there = any(one.revision == mine for one in certain)
        follows = before and not _leaves(subject, before) and beside.before_revision == mine
        if mine and (there or follows):
            told = f"{beside.name} has the revision {mine!r} already, and duplicates are forbidden here"
            mend = "set another revision, or leave it out"
            yield subject.finding(RevisionTaken, _how_sure(subject), subject.named("revision"), told, mend)


class RevisionTwice(Check):
    """Documents of one batch have the same name, format and revision, and the rule forbids duplicates (B42).

    The service would take whichever comes first and refuse the others; which of them is right it cannot know, and
    what is submitted cannot be corrected (B49). So none is submitted until they differ, or all but one are left out.
    """

    codes, title, stops = ("PDM307",), "A revision is twice in the batch", "submit"

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        if subject.beside.same_revision and _forbids_duplicates(subject):
            told = f"{paths_of(subject.beside.same_revision)} has the same name and revision, {subject.text('revision')!r}"
            told += ", and duplicates are forbidden here"
            mend = "set the revision of one of them, or leave one out"
            yield subject.finding(RevisionTwice, _how_sure(subject), subject.named("revision"), told, mend)


class LeavesContainer(Check):
    """It is meant as the next version of a document, but its name or format is another: that document would split.

    The service goes by name and format, exactly as they are written (B40): this one would begin a container of its
    own, and both would go on side by side.
    """

    codes, title, stops = ("PDM308",), "A document would split in two", ""

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        beside = subject.beside
        if beside.before and (told := _leaves(subject, beside.before)):
            mend = "set what its name is put together from as it was, or submit it as a document of its own"
            yield subject.finding(LeavesContainer, Severity.WARNING, None, told, mend)
        elif beside.nearly_there and not beside.there:
            found = newest(beside.nearly_there)
            told = f"{beside.name} becomes another document than {found.name!r}, whose name differs only in case or accents"
            mend = f"give it that name where it is the next version of {_described(found)}"
            yield subject.finding(LeavesContainer, Severity.WARNING, None, told, mend)


class NearName(Check):
    """Names of one batch differ only in case or in the form of their accents (NFC, NFD).

    People take them for one document; the service does not (B40).
    """

    codes, title, stops = ("PDM305",), "Names differ only in case or accents", ""

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        if subject.beside.near_name:
            told = f"{subject.beside.name!r} differs only in case or accents from the name of {paths_of(subject.beside.near_name)}"
            mend = "rename one where they are versions of one document"
            yield subject.finding(NearName, Severity.WARNING, None, told, mend)


BESIDE: tuple[type[Check], ...] = (
    SameFile,
    NewVersion,
    AlreadyThere,
    ThereRenamed,
    RevisionTaken,
    RevisionTwice,
    LeavesContainer,
    NearName,
)


def is_same_file(document: Document, found: ExistingDocument) -> bool | None:
    """True if file name and size are the same, None if the service does not report them (B73)."""
    if not found.file_name or found.file_size is None:
        return None
    return (document.name, document.size) == (found.file_name, found.file_size)


def newest(found: Iterable[ExistingDocument]) -> ExistingDocument:
    """Return the revision with the greatest version, or the latest upload if there is no revision."""
    return max(found, key=lambda one: (one.kind == "revision", version_number(one.version), one.at))


def _leaves(subject: CheckContext, before: Document) -> str:
    """Why a document does not become the next version of the one before, "" where it does."""
    name, now = subject.beside.before_name, subject.beside.name
    if name != now:
        return f"{subject.document.name} was submitted as {name!r} and would now be called {now!r}"
    if before.mime_type != subject.document.mime_type:
        return f"{now} was submitted as {before.mime_type} and would now be {subject.document.mime_type}"
    return ""


def _how_sure(subject: CheckContext) -> Severity:
    """An error where nothing that counts may still be filled in by others; else a warning."""
    rule = subject.rule
    named = [field.id for field in rule.naming_standard.fields] if rule and rule.naming_standard else []
    for field_id in (*subject.asked, *named):
        field, cell = subject.fields.get(field_id), subject.cells.get(field_id)
        if field is None or (cell and cell.text):
            continue
        by_name = field_id in named and field_id not in subject.asked  # which the name counts already
        who = who_may_fill(subject, field)
        if who is not None and not (who == "the file name" and by_name):
            return Severity.WARNING
    return Severity.ERROR


def paths_of(documents: Iterable[Document]) -> str:
    """The first two, and that there are more."""
    first, *rest = (document.path for document in documents)
    return f"{first} and {rest[0] if len(rest) == 1 else 'others'}" if rest else first


def _described(found: ExistingDocument) -> str:
    if found.kind == "upload":
        return f"{_identified(found)}; one becomes a version after the other"
    number = version_number(found.version)
    then = f"; it would become version {number + 1}" if number else ""
    return f"{_identified(found)}{then}"


def _identified(found: ExistingDocument) -> str:
    on = f" on {found.at[:10]}" if found.at else ""
    if found.kind == "upload":
        return f"upload {found.id}, completed{on} and not submitted"
    return f"revision {found.id}, version {found.version or 'unknown'}, submitted{on}"


def version_number(version: str) -> int:
    """Return a version as a number, 0 if it is not known."""
    return int(version) if version.isdecimal() else 0


def _forbids_duplicates(subject: CheckContext) -> bool:
    return subject.rule is not None and not subject.rule.allow_duplicate_revisions
