"""Checks of a document beside others: the version before it, rows of the same batch, what the service has already.

None of them stops a document: what is told may be just what somebody wants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model import Document, Finding, Presence, Severity
from .subject import Check, Subject

LEAVE = "leave it out: batch.leave_out(batch.known()), or let it become the next version"


class SameFile(Check):
    """Two rows lead to the same file, by a link or by two spellings of a path: it would be sent twice."""

    codes, title, stops = ("PDM204",), "Two rows are the same file", ""

    @staticmethod
    def run(subject: Subject) -> Iterator[Finding]:
        if subject.beside.same_file:
            told = f"{subject.document.path} is the same file as {_paths(subject.beside.same_file)}"
            mend = "leave one of them out, as batch.leave_out(row)"
            yield subject.finding(SameFile, Severity.WARNING, None, told, mend)


class NewVersion(Check):
    """The file changed since it was submitted, and this row takes it as the next version (B40, B41).

    Where the project forbids duplicates, its `revision` must be another than before (B42).
    """

    codes, title, stops = ("PDM302",), "It becomes a new version", ""

    @staticmethod
    def run(subject: Subject) -> Iterator[Finding]:
        before = subject.beside.before
        if before is None:
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
    service tells no hash: whether it is the same file cannot be known.
    """

    codes, title, stops = ("PDM303",), "It is there already", ""

    @staticmethod
    def run(subject: Subject) -> Iterator[Finding]:
        for found, near in ((subject.beside.there, False), (subject.beside.nearly_there, True)):
            if found:
                newest = max(found, key=lambda one: (one.kind == "revision", _number(one.version), one.at))
                told = f"{subject.beside.name} is already there as {_described(newest)}"
                if near:
                    told += (
                        f"; its name {newest.name!r} differs only in case or accents, so it becomes another"
                    )
                elif taken := _taken(subject, found):
                    told += f"; it has the revision {taken!r} already, and duplicates are forbidden here"
                yield subject.finding(AlreadyThere, Severity.WARNING, None, told, LEAVE)
                return


class SameName(Check):
    """Documents of one batch have the same name and format: one becomes the next version of the other (B40)."""

    codes, title, stops = ("PDM304",), "Two documents would become one", ""

    @staticmethod
    def run(subject: Subject) -> Iterator[Finding]:
        if subject.beside.same_name:
            told = f"{subject.beside.name} is also what {_paths(subject.beside.same_name)} will be called"
            mend = "rename one, set what its name is put together from, or leave one out"
            yield subject.finding(SameName, Severity.WARNING, None, told, mend)


class NearName(Check):
    """Names of one batch differ only in case or in the form of their accents (NFC, NFD).

    People take them for one document; the service does not (B40).
    """

    codes, title, stops = ("PDM305",), "Names differ only in case or accents", ""

    @staticmethod
    def run(subject: Subject) -> Iterator[Finding]:
        if subject.beside.near_name:
            told = f"{subject.beside.name!r} differs only in case or accents from the name of {_paths(subject.beside.near_name)}"
            mend = "rename one where they are versions of one document"
            yield subject.finding(NearName, Severity.WARNING, None, told, mend)


BESIDE: tuple[type[Check], ...] = (SameFile, NewVersion, AlreadyThere, SameName, NearName)


def _paths(documents: Iterable[Document]) -> str:
    """The first two, and that there are more."""
    first, *rest = (document.path for document in documents)
    return f"{first} and {rest[0] if len(rest) == 1 else 'others'}" if rest else first


def _described(found: Presence) -> str:
    on = f" on {found.at[:10]}" if found.at else ""
    if found.kind == "upload":
        return f"upload {found.id}, completed{on} and not submitted; one becomes a version after the other"
    number = _number(found.version)
    then = f"; it would become version {number + 1}" if number else ""
    return f"revision {found.id}, version {found.version or 'unknown'}, submitted{on}{then}"


def _number(version: str) -> int:
    return int(version) if version.isdecimal() else 0


def _forbids_duplicates(subject: Subject) -> bool:
    return subject.rule is not None and not subject.rule.allow_duplicate_revisions


def _taken(subject: Subject, found: Iterable[Presence]) -> str:
    """The document's `revision` where one that is there has it and the rule forbids that (B42); else ""."""
    mine = subject.text("revision")
    taken = mine and any(one.kind == "revision" and one.revision == mine for one in found)
    return mine if taken and _forbids_duplicates(subject) else ""
