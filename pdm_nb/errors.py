"""The exceptions of pdm_nb: raised when we cannot go on. Faults in the user's data are `Finding`s instead.

    PdmError
    ├── SettingsError        a setting is missing or wrong (environment, project, company, credentials)
    ├── InputError           a file, manifest, column, field or row that was named cannot be used
    ├── JournalError         the journal cannot be opened: another project's, in use, damaged
    ├── StateError           an event that the document's state does not allow
    ├── RunError             a run is already going on, or was used wrongly
    └── ServiceError         the service answered with an error (status, reason code, request id)
        ├── SignInError      the login host refused the credentials
        ├── TokenError       401, the access token is dead
        ├── AccessError      403, or a permission is missing
        ├── NotFoundError    404 or 410
        ├── InvalidError     400 or 422, with a detail per fault
        ├── ThrottledError   429
        ├── ServerError      5xx
        └── ConnectionFailed no answer at all: no network, a time-out, a broken connection

Every message names the thing and the way out. No error carries a token, a secret or a presigned URL.
"""

from __future__ import annotations

from dataclasses import dataclass


class PdmError(Exception):
    """Root of all errors of this package."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the sentence. Where it came from is in `%tb` (and `%debug`)."""
        return [f"{type(self).__name__}: {self}"]


class SettingsError(PdmError):
    """A setting is missing or wrong."""


class InputError(PdmError):
    """Something the caller named (a path, a column, a field, a row) cannot be used."""


class JournalError(PdmError):
    """A journal cannot be opened or belongs to another project."""


class StateError(PdmError):
    """An event that the document's present state does not allow."""


class RunError(PdmError):
    """A run that cannot be started or used this way."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One fault in an answer of the service (B15)."""

    reason: str
    message: str
    source: str | None = None  # the upload id, where the fault is an item's (B44)
    container_id: str = ""  # of a workflow conflict (B48)
    revisions: tuple[str, ...] = ()  # ids of those whose workflows stand in the way (B48)


class ServiceError(PdmError):
    """The service refused or failed a call.

    Attributes
    ----------
    status : int | None
        HTTP status, None when no answer came.
    reason : str
        The stable reason code (B15), or "" where there is none.
    details : tuple[Detail, ...]
        Every fault the answer names.
    request_id : str | None
        What support asks for.
    retry_after : float | None
        Seconds that the service asked us to wait (B12, B13).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        reason: str = "",
        details: tuple[Detail, ...] = (),
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.details = details
        self.request_id = request_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        facts = [f"status {self.status}" if self.status else "", self.reason]
        if self.request_id:
            facts.append(f"request {self.request_id}")
        told = ", ".join(fact for fact in facts if fact)
        return f"{self.args[0]} ({told})" if told else str(self.args[0])


class SignInError(ServiceError):
    """The login host refused the credentials or the grant (B4, B6)."""


class TokenError(ServiceError):
    """The access token is dead (B8)."""


class AccessError(ServiceError):
    """The caller may not do this (B16, B52)."""


class NotFoundError(ServiceError):
    """Not there, or not visible to the caller (B16, B47, B50)."""


class InvalidError(ServiceError):
    """The service refused the content of the call (B16, B29, B44)."""


class ThrottledError(ServiceError):
    """A rate limit was passed (B12)."""


class ServerError(ServiceError):
    """The service failed; most of these pass (B13)."""


class ConnectionFailed(ServiceError):
    """No answer came. Whether the work was done is unknown."""
