"""The check of the account: whether its level in Document Management lets it upload."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding, Severity
from .base import Check, CheckContext


class NoAccess(Check):
    """This account's level in Document Management is neither Standard nor Admin, so nothing can be uploaded (B52, B65).

    The service does not report whether the account's permission groups allow uploading and submitting until it
    refuses a call (B65), nor who will see a revision afterwards (B51).

    To fix it, ask a project administrator to give this account the level Standard or Admin in Document
    Management.
    """

    codes, title, stops = ("PDM401",), "This account may not upload", "upload"

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        if context.access not in ("", "Standard", "Admin"):
            message = (
                f"This account's access to Document Management is {context.access}. "
                "Uploading requires Standard or Admin"
            )
            fix = "Ask a project administrator for access, then refresh the project and check again"
            yield context.finding(NoAccess, Severity.ERROR, None, message, fix)


ACCESS: tuple[type[Check], ...] = (NoAccess,)
