"""Checks of documents that become versions of one document: what will happen, in which order, what has to wait (B41).

A version cannot be taken back, and the last one submitted is the current one. So the order is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding, Severity
from ..revision_order import is_older
from ..values.text import short
from .base import Check, CheckContext, RelatedDocuments
from .duplicates import paths_of

STATES = {"held": "on hold", "failed": "failed", "gone": "deleted", "unconfirmed": "unconfirmed"}
CONFIRM = "Look in Procore whether that one is a revision, then confirm it"


class SameName(Check):
    """Documents of one batch have the same name and format, so they become versions of one document (B33, B40, B41).

    They are submitted one after the other, oldest first. The last one will be the current version.
    """

    codes, title, stops = ("PDM304",), "Several documents become versions of one", ""

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        if not subject.beside.same_name:
            return
        text = f"{subject.beside.name!r} is also the name of {paths_of(subject.beside.same_name)}"
        text += _outcome(subject.beside)
        fix = "give one of them another name if they are different documents"
        yield subject.finding(SameName, Severity.WARNING, None, text, fix)


def _outcome(beside: RelatedDocuments) -> str:
    """What becomes of several documents of one name, as far as their order is known."""
    if beside.doubt or beside.versions < 2:
        return ""
    listed = [short(revision or "no revision") for revision in beside.revisions]
    return (
        f": they become {beside.versions:,} versions of one document in the order {', '.join(listed)}; "
        f"{listed[-1]} will be the current one"
    )


class OrderUnclear(Check):
    """Documents become versions of one document, and their order is not known (B41).

    Revisions of one scheme are ordered (P before C, letters, numbers, dates), else the dates of the documents count.
    It only warns while machine learning may still fill in a revision. They are not submitted until the order is known.
    """

    codes, title, stops = ("PDM320",), "The order of versions is not known", "submit"

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        beside = subject.beside
        if not beside.doubt:
            return
        others = beside.same_name or (subject.document,)
        text = f"{beside.name!r} is also the name of {paths_of(others)}, and their order is not known: {beside.doubt}"
        fix = "set revisions that can be compared, or a date for each, or the order by hand"
        severity = Severity.WARNING if beside.pending else Severity.ERROR
        yield subject.finding(OrderUnclear, severity, subject.named("revision"), text, fix)


class WaitsForEarlier(Check):
    """An earlier version of the document is on hold, failed, deleted or unconfirmed, so this one waits for it (B41)."""

    codes, title, stops = ("PDM321",), "It waits for an earlier version", "submit"

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        earlier = subject.beside.waits_for
        if earlier is None:
            return
        text = f"{subject.document.name} waits for {earlier.path}, an earlier version, which is {STATES[earlier.state]}"
        fix = CONFIRM if earlier.state == "unconfirmed" else "Submit or fix that document first, or remove it"
        yield subject.finding(WaitsForEarlier, Severity.ERROR, None, text, fix)


class OlderThanCurrent(Check):
    """Its revision is older than one that is there already, and it would become the current version (B41, B63).

    A version cannot be taken back, so it is not submitted unless somebody sets the order by hand.
    """

    codes, title, stops = ("PDM322",), "It is older than the current version", "submit"

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        beside, mine = subject.beside, subject.text("revision")
        if beside.by_hand:
            return
        there = [one.revision for one in beside.there if one.kind == "revision"]
        newer = [one for one in (*there, *beside.submitted) if is_older(mine, one)]
        if newer:
            text = f"{short(mine)} is older than {short(newer[0])}, which {beside.name!r} has already, and would be current"
            fix = "remove it, or set the order by hand if it is to be the current version"
            yield subject.finding(OlderThanCurrent, Severity.ERROR, subject.named("revision"), text, fix)


VERSIONS: tuple[type[Check], ...] = (SameName, OrderUnclear, WaitsForEarlier, OlderThanCurrent)
