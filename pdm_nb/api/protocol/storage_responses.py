"""What a response of storage means for the part that was sent, or the file that was requested (B55, B59, B61, B64). Pure.

2xx with an ETag                              stored
408, 425, 429, 5xx, 400 RequestTimeout,
2xx without a usable ETag                     passing: the part is sent again        ServerError
403                                           the URL has expired: a new one is fetched (B59)   InvalidError
400 with a wrong checksum or length           the bytes are not those that were hashed          InvalidError
any other                                     refused: the document fails with the message   InvalidError

For a file that is received, 200 and 206 are success, and the same statuses are passing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ...errors import InvalidError, ServerError, ServiceError
from ..limits import response_limits
from ..limits.clock_skew import seconds_after
from .json_text import shown

PASSING = frozenset({408, 425, 429})  # statuses, besides 5xx
PASSING_CODES = frozenset({"RequestTimeout", "SlowDown", "ServerBusy", "OperationTimedOut", "InternalError"})
OTHER_BYTES = frozenset(  # codes of S3, GCS and Azure for bytes that are not those that were announced
    {"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch", "IncompleteBody",
     "Md5Mismatch", "InvalidMd5"}
)  # fmt: skip
CODE = re.compile(r"<Code>\s*([\w.-]{1,100})\s*</Code>")
MESSAGE = re.compile(r"<Message>([^<]{1,2000})</Message>")
ETAG = re.compile(r"[!-~]+")
SECRET = re.compile(r"[^\s&=?,;]{8,}")  # a part of a URL's query or of a header that may be a signature


@dataclass(frozen=True, slots=True)
class StorageResponse:
    """The response of storage: the status, the ETag without quotes ("" if there is none), and the message of an error."""

    status: int
    etag: str = ""
    code: str = ""
    message: str = ""
    retry_after: float | None = None

    @classmethod
    def of(
        cls,
        status: int,
        headers: Mapping[str, str],
        body: bytes = b"",
        secrets: Collection[str] = (),
        now: float = 0.0,
    ) -> StorageResponse:
        """Return the meaning of a response at `now`; its message without parts of `secrets`: the request's URL and headers."""
        etag = (headers.get("etag") or "").removeprefix("W/").strip('"')
        if not ETAG.fullmatch(etag) or len(etag) > response_limits.ETAG:
            etag = ""
        if 200 <= status < 300:
            return cls(status, etag)
        text = _without(body.decode("utf-8", "replace"), secrets)
        code, message = CODE.search(text), MESSAGE.search(text)
        return cls(
            status, etag, code[1] if code else "", shown(message[1], 300) if message else "",
            seconds_after(headers, now),
        )  # fmt: skip

    @property
    def is_success(self) -> bool:
        """True for 2xx (B61)."""
        return 200 <= self.status < 300

    @property
    def is_passing(self) -> bool:
        """True if the same part may be stored later."""
        is_temporary = self.status in PASSING or self.status >= 500 or self.code in PASSING_CODES
        return is_temporary or self.is_success

    def accepted_etag(self) -> str:
        """Return the ETag if storage accepted the part (B61).

        Raises `InvalidError` if it was refused (403: the URL has expired, B59), `ServerError` if it may succeed later.
        """
        if self.is_success and self.etag:
            return self.etag
        if self.is_success:
            raise self._error("Storage accepted a part of the file, but its response has no ETag", "")
        if self.is_passing:
            what = "Storage did not store a part of the file"
        elif self.code in OTHER_BYTES:
            what = "Storage received other bytes than were hashed"
        else:
            what = "Storage refused a part of the file"
        raise self._error(what)

    def not_returned(self) -> ServiceError:
        """Return the error for a file that was requested: `InvalidError` if storage refused it, else `ServerError` (B64)."""
        what = "Storage did not return the file" if self.is_passing else "Storage refused to return the file"
        return self._error(what)

    def _error(self, what: str, said: str | None = None) -> ServiceError:
        if said is None:
            said = "it redirects to another address" if 300 <= self.status < 400 else self.message.rstrip(".")
        text = f"{what}: {said}" if said else what
        kind = ServerError if self.is_passing else InvalidError
        return kind(text, status=self.status, reason=self.code, retry_after=self.retry_after)


def _without(text: str, secrets: Collection[str]) -> str:
    for secret in secrets:
        _, _, query = secret.partition("?")
        for part in SECRET.findall(query or secret):
            text = text.replace(part, "(secret)")
    return text
