"""The PDFs that wait to be read: `ReadingQueue`, one after the other in a thread of its own.

How one is read is the reader's business, `ReadingProcess` as a rule. Nothing waits for this thread but `close`: at
the end of the program it and what waits for it are simply gone.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .worker import whole

if TYPE_CHECKING:
    from .reader import PdfReading

log = logging.getLogger("pdm_nb.sim")
IDLE_SECONDS = 60.0  # until a reader with nothing to read may rest
CLOSE_SECONDS = 5.0
Find = Callable[[], Sequence[Path]]


class PdfReader(Protocol):
    """Whoever reads a PDF that is stored in parts; `rest` may be called from any thread, and while it reads."""

    def read(self, parts: Sequence[Path]) -> PdfReading | None: ...

    def rest(self) -> None: ...


class OwnProcessReader:
    """A function from bytes or a path to a reading, called in the queue's own thread."""

    def __init__(self, function: Callable[[bytes | Path], PdfReading]) -> None:
        self._function = function

    def read(self, parts: Sequence[Path]) -> PdfReading | None:
        return self._function(whole(parts))

    def rest(self) -> None:
        """Nothing is kept between two PDFs."""


class ReadingQueue:
    """Has PDFs read in the order in which they were submitted."""

    def __init__(self, reader: PdfReader) -> None:
        self._reader = reader
        self._waiting: queue.SimpleQueue[tuple[Future[PdfReading | None], Find] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, find: Find) -> Future[PdfReading | None]:
        """Read what `find` finds, once its turn comes; no files, no reading. None where it cannot be read.

        Cancelled where the queue is closed before.
        """
        future: Future[PdfReading | None] = Future()
        with self._lock:
            if self._closed:
                _cancel(future)
                return future
            self._waiting.put((future, find))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="simulator-ml", daemon=True)
                self._thread.start()
        return future

    def close(self) -> None:
        """Read nothing any more: what waits is cancelled, what is being read is given up."""
        with self._lock:
            self._closed = True
            self._cancel_waiting()
            self._waiting.put(None)  # wakes the thread
        deadline = time.monotonic() + CLOSE_SECONDS
        while self._thread is not None and self._thread.is_alive() and time.monotonic() < deadline:
            self._reader.rest()  # again, in case the thread was just starting a reading
            self._thread.join(0.02)
        self._reader.rest()

    def _work(self) -> None:
        while not self._closed:
            try:
                asked = self._waiting.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                self._reader.rest()
                continue
            if asked is None:
                continue
            future, find = asked
            reading = self._read(find)
            if self._closed:
                _cancel(future)  # it was given up, which says nothing about the PDF
            else:
                future.set_result(reading)

    def _cancel_waiting(self) -> None:
        while True:
            try:
                asked = self._waiting.get_nowait()
            except queue.Empty:
                return
            if asked is not None:
                _cancel(asked[0])

    def _read(self, find: Find) -> PdfReading | None:
        try:
            parts = find()
            return self._reader.read(parts) if parts else None
        except Exception as error:  # noqa: BLE001 - a stranger's PDF must not stop the reading of the others
            log.info("a PDF could not be read: %s", type(error).__name__)
            return None


def _cancel(future: Future[PdfReading | None]) -> None:
    future.cancel()
    future.set_running_or_notify_cancel()  # or those who wait for it are not told
