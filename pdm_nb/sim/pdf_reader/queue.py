"""Reads PDFs one after the other in a background thread: `ReadingQueue`.

A `PdfReader` reads them, usually `ReadingProcess`. Only `close` waits for the thread: it is a daemon, so that the
program can exit while PDFs are waiting.
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

from .worker import join_parts

if TYPE_CHECKING:
    from .reader import PdfReading

log = logging.getLogger("pdm_nb.sim")
IDLE_SECONDS = 60.0  # after which an idle reader is stopped
CLOSE_SECONDS = 5.0
Find = Callable[[], Sequence[Path]]


class PdfReader(Protocol):
    """Reads a PDF that is stored in parts. `stop` may be called from any thread, and while a PDF is read."""

    def read(self, parts: Sequence[Path]) -> PdfReading | None: ...

    def stop(self) -> None: ...


class InProcessReader:
    """Calls a function to read PDFs, in this process and the thread of the queue."""

    def __init__(self, function: Callable[[bytes | Path], PdfReading]) -> None:
        self._function = function

    def read(self, parts: Sequence[Path]) -> PdfReading | None:
        return self._function(join_parts(parts))

    def stop(self) -> None:
        """Do nothing: there is no process to stop."""


class ReadingQueue:
    """Read PDFs in the order in which they were submitted.

    Parameters
    ----------
    reader : PdfReader
        Reads one PDF at a time.
    """

    def __init__(self, reader: PdfReader) -> None:
        self._reader = reader
        self._waiting: queue.SimpleQueue[tuple[Future[PdfReading | None], Find] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, find: Find) -> Future[PdfReading | None]:
        """Add a PDF to the queue.

        Parameters
        ----------
        find : callable
            Returns the files of the PDF; called when it is its turn. No files means that nothing is read.

        Returns
        -------
        Future
            The reading, or None if the PDF cannot be read. Cancelled if the queue is closed first.
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
        """Cancel the PDFs that wait and abort the one that is being read."""
        with self._lock:
            self._closed = True
            self._cancel_waiting()
            self._waiting.put(None)  # wakes the thread
        deadline = time.monotonic() + CLOSE_SECONDS
        while self._thread is not None and self._thread.is_alive() and time.monotonic() < deadline:
            self._reader.stop()  # repeatedly, in case the thread was just about to start the reader
            self._thread.join(0.02)
        self._reader.stop()

    def _work(self) -> None:
        while not self._closed:
            try:
                request = self._waiting.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                self._reader.stop()
                continue
            if request is None:
                continue
            future, find = request
            reading = self._read(find)
            if self._closed:
                _cancel(future)  # it was aborted: the PDF may be readable
            else:
                future.set_result(reading)

    def _cancel_waiting(self) -> None:
        while True:
            try:
                request = self._waiting.get_nowait()
            except queue.Empty:
                return
            if request is not None:
                _cancel(request[0])

    def _read(self, find: Find) -> PdfReading | None:
        try:
            parts = find()
            return self._reader.read(parts) if parts else None
        except Exception as error:  # noqa: BLE001 - a malformed PDF must not stop the queue
            log.info("a PDF could not be read: %s", type(error).__name__)
            return None


def _cancel(future: Future[PdfReading | None]) -> None:
    future.cancel()
    future.set_running_or_notify_cancel()  # notifies those who wait for it
