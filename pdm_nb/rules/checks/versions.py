"""Checks of documents that become versions of one document: what will happen, in which order, what has to wait (B41).

A version cannot be undone, and the one submitted last is the current one. So the order is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding, Severity
from ..values.text import short
from .base import Check, CheckContext, RelatedDocuments
from .duplicates import paths_of

CONFIRM = "Check in Procore whether that document is a revision, then confirm it"


class SameName(Check):
    """Documents of one batch have the same name and format, so they become versions of one document (B33, B40, B41).

    They are submitted one after the other, oldest first. The last one will be the current version.

    To fix it, correct the names if they are different documents; otherwise check the order in the plan.
    """

    codes, title, stops = ("PDM304",), "Same document several times", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        related = context.related
        if not related.same_name:
            return
        message = f"{related.name!r} is also the name of {paths_of(related.same_name)}{_outcome(related)}"
        fix = "Rename one of them if they are different documents"
        yield context.finding(SameName, Severity.WARNING, None, message, fix)


def _outcome(related: RelatedDocuments) -> str:
    """What becomes of several documents of one name, if their order is known."""
    if related.doubt or related.versions < 2:
        return ""
    listed = [short(revision or "no revision") for revision in related.revisions]
    return (
        f". They will become {related.versions:,} versions of one document, in the order {', '.join(listed)}. "
        f"{listed[-1]} will be the current version"
    )


class OrderUnclear(Check):
    """Documents become versions of one document, and their order is not known (B41).

    Revisions of one kind are ordered (P before C, letters, numbers, dates), and kinds of revisions as the revision scheme
    of the batch has them. Otherwise the dates of the documents are used. This is a warning while machine learning may still
    fill in a revision. The documents are not submitted until the order is known.

    To fix it, enter the revisions, or set the order by hand.
    """

    codes, title, stops = ("PDM320",), "Order of versions is not known", "submit"

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        related = context.related
        if not related.doubt:
            return
        others = paths_of(related.same_name or (context.document,))
        message = (
            f"{related.name!r} is also the name of {others}, and their order is not known: {related.doubt}"
        )
        fix = "Set revisions that can be compared, a date for each, the revision scheme, or the order by hand"
        severity = Severity.WARNING if related.pending else Severity.ERROR
        yield context.finding(OrderUnclear, severity, context.named("revision"), message, fix)


class WaitsForEarlier(Check):
    """An earlier version of the document is on hold, failed, deleted or unconfirmed, so this one has to wait (B41).

    To fix it, fix the earlier version, or remove it from the batch.
    """

    codes, title, stops = ("PDM321",), "Waits for an earlier version", "submit"

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        earlier = context.related.waits_for
        if earlier is None:
            return
        name, state = context.document.name, earlier.state_label
        message = f"{name} waits for {earlier.path}, an earlier version, which is {state}"
        fix = CONFIRM if earlier.state == "unconfirmed" else "Submit or fix that document first, or remove it"
        yield context.finding(WaitsForEarlier, Severity.ERROR, None, message, fix)


class OlderThanCurrent(Check):
    """Its revision is older than an existing one, but it would become the current version (B41, B63).

    A version cannot be undone, so it is not submitted unless somebody sets the order by hand. If the revisions are of kinds
    whose order the revision scheme does not have, such as letters and numbers, this is a warning.

    To fix it, leave it out, or set the order by hand if it really should become the current version.
    """

    codes, title, stops = ("PDM322",), "Older than the current version", "submit"

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        related, own = context.related, context.text("revision")
        if related.by_hand:
            return
        existing = [one.revision for one in related.existing if one.kind == "revision"]
        others = (*existing, *related.submitted)
        newer = [one for one in others if related.scheme.is_older(own, one)]
        is_newer = any(related.scheme.is_older(one, own) for one in others)
        unclear = [one for one in others if not is_newer and related.scheme.is_unclear(own, one)]
        if newer:
            message = (
                f"{short(own)} is older than {short(newer[0])}, which {related.name!r} already has. "
                "It would become the current version"
            )
            fix = "Remove it, or set the order by hand if it should be the current version"
            yield context.finding(OlderThanCurrent, Severity.ERROR, context.named("revision"), message, fix)
        elif unclear:
            message = (
                f"{short(own)} may be older than {short(unclear[0])}, which {related.name!r} already has: they are revisions of "
                "different kinds. It would become the current version"
            )
            fix = "Check it, and set the revision scheme so that all of these are compared"
            yield context.finding(OlderThanCurrent, Severity.WARNING, context.named("revision"), message, fix)


VERSIONS: tuple[type[Check], ...] = (SameName, OrderUnclear, WaitsForEarlier, OlderThanCurrent)
