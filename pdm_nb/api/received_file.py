"""What is known of a file that is received from storage, over several attempts, and the limits of each (B64).

How this works: a file continues where an attempt ended, if storage named its state (an ETag) and returns the rest of the
same state; else it begins again. It has the bytes that the service reports, no more and no fewer.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from ..errors import InvalidError, ServerError, ServiceError
from .limits import response_limits
from .network.storage_connections import BLOCK, AbortableRequest
from .protocol.storage_responses import ETAG

T = TypeVar("T")
RANGE = re.compile(r"bytes (\d{1,15})-\d{1,15}/(?:\d{1,15}|\*)")
DIGITS = re.compile(r"\d{1,15}")


class FileTarget(Protocol):
    """Where the bytes of a file go; called in a thread."""

    def write(self, block: bytes, /) -> object: ...

    def restart(self) -> object:
        """Forget what was written."""


class ReceivedFile:
    """A file that is received. `size` is what the service reports, None if it does not; `received` are the bytes so far."""

    def __init__(self, target: FileTarget, size: int | None) -> None:
        self.target, self.size = target, size
        self.received = 0
        self._etag = ""

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the request: no token, no encoding, and the rest only of the same state of the file."""
        headers = {"Accept-Encoding": "identity"}
        if self.received and self._etag:
            headers |= {"Range": f"bytes={self.received}-", "If-Range": self._etag}
        return headers

    def begin(self, status: int, headers: Mapping[str, str]) -> bool:
        """Read the head of a response; return False if it is a refusal. Raises an error for other bytes than expected."""
        if status == 206 and self._continues(headers):
            pass
        elif status in (206, 416):
            self._restart()
            raise ServerError("Storage returned another part of the file than was requested", status=status)
        elif status != 200:
            return False
        elif self.received:
            self._restart()
        encoding = (headers.get("content-encoding") or "identity").lower()
        if self.size is None and encoding != "identity":
            raise InvalidError("Storage returned the file in an encoding that was not requested")
        length = headers.get("content-length") or ""
        if self.size is not None and DIGITS.fullmatch(length) and self.received + int(length) != self.size:
            raise self._other_size(self.received + int(length))
        etag = headers.get("etag") or ""
        self._etag = etag if ETAG.fullmatch(etag) and not etag.startswith("W/") else ""
        return True

    def _continues(self, headers: Mapping[str, str]) -> bool:
        found = RANGE.fullmatch(headers.get("content-range") or "")
        return bool(found and self.received and self._etag and int(found[1]) == self.received)

    def _restart(self) -> None:
        self.received, self._etag = 0, ""
        self.target.restart()

    def take(self, block: bytes) -> None:
        """Write the next bytes. Raises `InvalidError` if they are more than the file has."""
        most = response_limits.FILE_BYTES if self.size is None else self.size
        if self.received + len(block) > most:
            raise InvalidError(
                f"Storage returned more than {most:,} bytes, the size of the file",
                reason=response_limits.OVER_LIMIT,
            )
        self.target.write(block)
        self.received += len(block)

    def end(self) -> None:
        """Raise `ServerError` if bytes are missing."""
        if self.size is not None and self.received != self.size:
            raise ServerError(f"Storage returned {self.received:,} of the {self.size:,} bytes of the file")

    def _other_size(self, found: int) -> ServiceError:
        return InvalidError(
            f"Storage has a file of {found:,} bytes, but the service reports {self.size:,}",
            reason=response_limits.OVER_LIMIT,
        )


class ReceivingRequest(AbortableRequest):
    """One attempt. It keeps errors of the file apart from those of the network, and writes nothing once it is stopped.

    `on_moved` gets the bytes of the attempt, about once for each block.
    """

    def __init__(self, file: ReceivedFile, on_moved: Callable[[int], object] = lambda _: None) -> None:
        super().__init__()
        self.file = file
        self.fault: Exception | None = None
        self._on_moved, self._writing = on_moved, threading.Lock()
        self._moved = self._reported = 0

    def begin(self, status: int, headers: Mapping[str, str]) -> bool:
        """Read the head of a response; return False if it is a refusal, or not the file."""
        return self._does(lambda: self.file.begin(status, headers)) is True

    def take(self, block: bytes) -> bool:
        """Write a block; return False if the rest is not wanted."""
        self._does(lambda: self.file.take(block))
        if self.is_stopped or self.fault is not None:
            return False
        self._moved += len(block)
        if self._moved - self._reported >= BLOCK:
            self._reported = self._moved
            self._on_moved(self._moved)
        return True

    def end(self) -> None:
        """Note an error if bytes are missing."""
        self._does(self.file.end)

    def _does(self, work: Callable[[], T]) -> T | None:
        """Do something with the file, and keep its error."""
        with self._writing:
            if self.is_stopped:
                return None
            try:
                return work()
            except Exception as error:  # noqa: BLE001 - raised again by the transport
                self.fault = error
                return None

    def stop(self) -> None:
        """Abort the request. Once this returns, nothing more is written."""
        super().stop()
        with self._writing:
            self.is_stopped = True
