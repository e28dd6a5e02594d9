"""Serves requests: one line of JSON each on stdin, one or several replies on stdout.

A reply is a line of JSON, followed by as many bytes as its `bytes` gives; the last reply to a request has `is_last`. A
second thread reads stdin, so that a request can be cancelled while PDFium draws, and the process ends with its parent.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

from .opened_files import Unreadable
from .requests import inspect, render

MEMORY = 2 << 30  # bytes of address space, if the system has such a limit


class Requests:
    """The requests on stdin, and which of them were cancelled."""

    def __init__(self) -> None:
        self.waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._cancelled = -1
        threading.Thread(target=self._receive, daemon=True).start()

    def _receive(self) -> None:
        for line in sys.stdin.buffer:
            message = json.loads(line)
            if "cancel" in message:
                self._cancelled = message["cancel"]
            else:
                self.waiting.put(message)
        os._exit(0)  # the parent has ended

    def is_cancelled(self, number: int) -> bool:
        return number <= self._cancelled


def main() -> None:
    replies, requests = _private_output(), Requests()
    _limit_memory()
    while True:
        message = requests.waiting.get()
        for head, data in _replies(message, requests):
            about = {"id": message["id"], "bytes": len(data), **head}
            replies.write(json.dumps(about).encode() + b"\n" + data)
            replies.flush()


def _replies(message: dict[str, Any], requests: Requests) -> Iterator[tuple[dict[str, Any], bytes]]:
    try:
        if message["do"] == "inspect":
            yield {"is_last": True, "found": inspect(message["path"])}, b""
        else:
            yield from render(message, lambda: requests.is_cancelled(message["id"]))
    except MemoryError:
        os._exit(1)
    except Unreadable as error:
        yield {"is_last": True, "fault": error.why, "pages": error.pages}, b""
    except Exception:  # noqa: BLE001 - a malformed file can raise anything
        yield {"is_last": True, "fault": "damaged"}, b""


def _private_output() -> BinaryIO:
    """The stream of the replies; what a library prints goes to stderr."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return replies


def _limit_memory() -> None:
    with suppress(ImportError, OSError, ValueError):  # Windows; a lower limit that exists already
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
