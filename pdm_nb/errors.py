"""The exceptions of pdm_nb, raised if it cannot continue. Errors in the data of users are findings instead::

    PdmError
    ├── SettingsError        a setting is missing or wrong (environment, project, company, credentials)
    ├── InputError           a file, register, column, field or row cannot be used
    ├── JournalError         the journal cannot be opened: of another project, in use, damaged
    ├── StateError           an event that the state of the document does not allow
    ├── RunError             another run has not ended, or the run was stopped
    └── ServiceError         the service returned an error (status, reason code, request id)
        ├── SignInError      the login host refused the credentials
        ├── TokenError       401, the access token is no longer valid
        ├── AccessError      403, or a permission is missing
        ├── NotFoundError    404 or 410
        ├── InvalidError     400 or 422, with a detail for each error
        ├── ThrottledError   429
        ├── ServerError      5xx
        └── ConnectionFailed no response: no network, a time-out, a broken connection
            └── ConnectionRejected  a certificate is not trusted, or a proxy refused the sign-in

Every message explains what is wrong and what to do. No error contains a token, a secret or a presigned URL.
"""

from __future__ import annotations

from dataclasses import dataclass


class PdmError(Exception):
    """Base class of all errors of this package."""

    @property
    def topic(self) -> str:
        """The name of the help page; "" if no more can be said than the message, as about a wrong argument or setting."""
        if isinstance(self, InputError | SettingsError):
            return ""
        known = (one.__name__ for one in type(self).__mro__ if one.__module__ == __name__)
        return next((name for name in known if name != "PdmError"), "")

    def _render_traceback_(self) -> list[str]:
        """In a notebook, show the message and where to read more. `%tb` shows the traceback."""
        more = [f'More: pdm.help.topic("{self.topic}")'] if self.topic else []
        return [f"{type(self).__name__}: {self}", *more]


class SettingsError(PdmError):
    """A setting is missing or invalid."""


class InputError(PdmError):
    """An argument cannot be used: a path, a column, a field, a row."""


class JournalError(PdmError):
    """A journal cannot be opened or belongs to another project."""


class StateError(PdmError):
    """An event that the state of the document does not allow."""


class RunError(PdmError):
    """A run cannot be started, or was stopped."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One error in a response of the service (B15)."""

    reason: str
    message: str
    source: str | None = None  # the upload id, if the error is about one item (B44)
    container_id: str = ""  # of a workflow conflict (B48)
    revisions: tuple[str, ...] = ()  # ids of revisions whose workflows block the submit (B48)


class ServiceError(PdmError):
    """The service refused or failed a call.

    Attributes
    ----------
    status : int | None
        HTTP status; None if there was no response.
    reason : str
        The reason code (B15); "" if there is none.
    details : tuple[Detail, ...]
        Every error that the response names.
    request_id : str | None
        The request id, which Procore support asks for.
    retry_after : float | None
        Seconds to wait, as requested by the service (B12, B13).
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
        details = ", ".join(fact for fact in facts if fact)
        return f"{self.args[0]} ({details})" if details else str(self.args[0])


class SignInError(ServiceError):
    """The login host refused the credentials or the grant (B4, B6)."""


class TokenError(ServiceError):
    """The access token is no longer valid (B8)."""


class AccessError(ServiceError):
    """The account is not allowed to do this (B16, B52)."""


class NotFoundError(ServiceError):
    """It does not exist, or the account cannot see it (B16, B47, B50)."""


class InvalidError(ServiceError):
    """The service refused the content of the call (B16, B29, B44)."""


class ThrottledError(ServiceError):
    """The rate limit was exceeded (B12)."""


class ServerError(ServiceError):
    """The service failed; usually for a short time (B13)."""


class ConnectionFailed(ServiceError):
    """There was no response. It is unknown whether the call was carried out."""


class ConnectionRejected(ConnectionFailed):
    """No connection, and a retry cannot help: a certificate is not trusted, or a proxy refused the sign-in."""
