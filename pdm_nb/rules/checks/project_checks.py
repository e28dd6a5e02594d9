"""Checks of what a project contains already, for `project.audit()`: documents, and the versions of each (B40, B41, B63).

A batch has no such findings: it can still be corrected. A revision cannot (B49).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from ...model import ExistingDocument, Finding, Severity
from ..values.text import short
from .base import Check, CheckContext

IN_PROCORE = "Correct it in Procore: the API cannot edit, move or delete a revision"
SHOWN = 3  # documents that a message names


class SplitDocument(Check):
    """Several documents that should be one: same format, and names that differ in case, accents, revision, status or date.

    The service compares names exactly as they are written (B40), so each of them has its own versions. People who open one
    of them do not see that a newer revision exists in another one.

    To fix it, in Procore, decide which document stays. Submit the newest file under its name, and move the others
    to the recycle bin.
    """

    codes, title, stops = ("PDM501",), "Documents that should be one", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        others = context.history.others
        if others:
            message = (
                f"{context.related.name!r} and {_listed(others)} are separate documents, but probably one"
            )
            fix = "Find out which one is used, and recycle the other one in Procore"
            yield context.finding(SplitDocument, Severity.WARNING, context.named("name"), message, fix)


class SameFileTwice(Check):
    """Two documents have the same file name, size and format under different names (B73). Probably they are one file.

    To fix it, in Procore, move one of them to the recycle bin if it is one document.
    """

    codes, title, stops = ("PDM502",), "Same file under two names", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if context.history.same_file:
            message = (
                f"{context.document.name} with the same size is also the file of "
                f"{_listed(context.history.same_file)}"
            )
            fix = "Compare the two files, and recycle one of the documents in Procore if they are the same"
            yield context.finding(SameFileTwice, Severity.WARNING, None, message, fix)


class RepeatedRevision(Check):
    """Versions of a document have the same revision, although the rule does not allow duplicates today (B42).

    They were submitted before the rule was changed, or with another rule.

    Nothing has to be done, unless people have to distinguish the versions: then submit the current one
    with the next revision.
    """

    codes, title, stops = ("PDM503",), "Same revision in several versions", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if context.rule is None or context.rule.allow_duplicate_revisions:
            return
        places: dict[str, list[str]] = {}
        for one in context.history.versions:
            if one.revision:
                places.setdefault(one.revision, []).append(one.version)
        for revision, versions in places.items():
            if len(versions) > 1:
                message = (
                    f"The versions {_and(versions)} of {context.related.name!r} have the revision {short(revision)}, and "
                    "duplicates are not allowed here"
                )
                yield context.finding(
                    RepeatedRevision, Severity.WARNING, context.named("revision"), message, IN_PROCORE
                )


class RevisionsOutOfOrder(Check):
    """Earlier versions of a document are not in the order of their revisions, such as B before A (B41).

    The current version is right, so this concerns only who looks at the history.

    Nothing has to be done. The order in the history can be changed in Procore.
    """

    codes, title, stops = ("PDM504",), "Revisions out of order", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        *earlier, _ = context.history.versions or (None,)
        wrong = [
            (one, other)
            for one, other in pairwise(filter(None, earlier))
            if context.related.scheme.is_older(other.revision, one.revision)
        ]
        if wrong and not newer_than_current(context):
            one, other = wrong[0]
            message = (
                f"Version {other.version} of {context.related.name!r} is {short(other.revision)}, but version "
                f"{one.version} is {short(one.revision)} already"
            )
            yield context.finding(
                RevisionsOutOfOrder, Severity.INFO, context.named("revision"), message, IN_PROCORE
            )


class CurrentIsOlder(Check):
    """The current version of a document is older than another one by its revision (B41, B63).

    People work with the current version. The newer file can be submitted again, as the next version.

    To fix it, submit the newer file again, as the next version.
    """

    codes, title, stops = ("PDM505",), "Current version is older than another", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        newer = newer_than_current(context)
        if newer is not None:
            message = (
                f"The current version of {context.related.name!r} is {short(context.text('revision'))}, but version "
                f"{newer.version} is {short(newer.revision)}"
            )
            fix = f"Submit the file of version {newer.version} again, as the next version"
            yield context.finding(CurrentIsOlder, Severity.ERROR, context.named("revision"), message, fix)


def newer_than_current(context: CheckContext) -> ExistingDocument | None:
    """Return the newest earlier version whose revision is certainly newer than that of the current version."""
    newest: ExistingDocument | None = None
    is_older = context.related.scheme.is_older
    *earlier, current = context.history.versions or (None,)
    for one in earlier:
        if one is not None and current is not None and is_older(current.revision, one.revision):
            newest = one if newest is None or not is_older(one.revision, newest.revision) else newest
    return newest


def _listed(found: Iterable[ExistingDocument]) -> str:
    names = [repr(one.name) for one in found]
    return _and(names if len(names) <= SHOWN else [*names[:SHOWN], f"{len(names) - SHOWN:,} more"])


def _and(texts: list[str]) -> str:
    *most, last = texts
    return f"{', '.join(most)} and {last}" if most else last


PROJECT_CHECKS: tuple[type[Check], ...] = (
    SplitDocument,
    SameFileTwice,
    RepeatedRevision,
    RevisionsOutOfOrder,
    CurrentIsOlder,
)
