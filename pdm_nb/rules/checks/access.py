"""The check of the account: whether its level in Document Management lets it upload."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding, Severity
from .base import Check, CheckContext


class NoAccess(Check):
    """This account's level in Document Management is neither Standard nor Admin, so nothing can be sent (B52, B65).

    Whether its permission groups let it upload and submit is told by nobody before a call is refused (B65), nor who
    will see a revision afterwards (B51).
    """

    codes, title, stops = ("PDM401",), "This account may not upload", "upload"

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        if subject.access not in ("", "Standard", "Admin"):
            told = f"this account's access to Document Management is {subject.access}; it takes Standard or Admin"
            mend = "ask a project administrator for it, then project.refresh() and check() again"
            yield subject.finding(NoAccess, Severity.ERROR, None, told, mend)
