"""`PagePreview`: images of pages, drawn in a separate process, the newest request first.

How this works: requests become jobs in a `PreviewQueue`. One thread takes them in order, asks the `WorkerProcess`, and
passes the images on. A job that nobody waits for any more is cancelled; if the process does not react, because a step of
it cannot be interrupted, the process is ended and the next job gets a new one. So no document can block another one.

    page() ──► PreviewQueue ──► thread ──► WorkerProcess
                                  │  ◄── images, or why there is none
    on_image ◄── main thread ◄────┴──► ImageCache
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from .image_cache import ImageCache
from .page_image import WHOLE, PageImage, Region
from .page_request import OnImage, PageRequest
from .preview_faults import NOT_INSTALLED, sentence, why_not_shown
from .preview_queue import PageJob, PageKey, PreviewQueue, file_state_of
from .worker_process import ENDED, WORKER, Reply, WorkerProcess, is_installed

log = logging.getLogger(__name__)
SECONDS = 20.0  # for one page
GRACE = 0.3  # seconds in which a cancelled job must end
IDLE = 120.0  # seconds after which the process is ended; the next request starts another one
CACHE = 64 << 20  # bytes
WIDEST = 8000  # pixels
NARROWEST = 0.002  # share of a page that is drawn
ATTEMPTS = 3  # to draw a file that changes meanwhile
POKE = Reply({"poke": True})  # not from the process: the queue has changed


class PagePreview:
    """Draws pages of PDF, PNG, JPEG and TIFF files.

    Nothing is started before the first request. Whatever is wrong with a file becomes a `PageImage` with a `fault`; no
    method raises an error because of a file.

    Parameters
    ----------
    seconds : float
        The time limit for one page.
    cache_bytes : int
        The size of the cache of images.
    idle_seconds : float
        After this time without a request the process is ended, which frees its memory.
    command : sequence of str
        The program that draws, with the protocol of `preview_worker`.

    Examples
    --------
    >>> from pdm_nb.document_preview import PagePreview
    >>> preview = PagePreview()
    >>> preview.page("drawings/A-101.pdf").wait().fault
    'A-101.pdf does not exist.'
    >>> preview.close()
    """

    def __init__(
        self,
        *,
        seconds: float = SECONDS,
        cache_bytes: int = CACHE,
        idle_seconds: float = IDLE,
        command: Sequence[str] = WORKER,
    ) -> None:
        self._drawer = PageDrawer(seconds, cache_bytes, idle_seconds, command)
        self._views: dict[str, PageRequest] = {}
        weakref.finalize(self, self._drawer.close)

    def page(
        self,
        path: str | os.PathLike[str],
        number: int = 0,
        *,
        region: Region | None = None,
        width_px: int = 900,
        view: str = "page",
        on_image: OnImage | None = None,
    ) -> PageRequest:
        """Draw a page, or a part of it.

        Parameters
        ----------
        path : path
            The file.
        number : int
            The page, from 0.
        region : tuple of float, optional
            Left, top, right and bottom of the part to draw, as shares of the page; the whole page if not given.
        width_px : int
            The width of the image in pixels. Images with very many pixels are made smaller.
        view : str
            What it is for. A new request cancels the one before for the same view; "" cancels none.
        on_image : callable, optional
            Called on the main thread with each `PageImage`: first perhaps an incomplete one, then the complete one.

        Returns
        -------
        PageRequest
            `await` it or call its `wait()` for the complete image.
        """
        return self._ask(page_key("page", path, number, region, width_px), view, on_image)

    def title_block(
        self,
        path: str | os.PathLike[str],
        number: int = 0,
        *,
        width_px: int = 900,
        view: str = "title block",
        on_image: OnImage | None = None,
    ) -> PageRequest:
        """Draw the title block of a page, enlarged. The `region` of the image shows where it is on the page.

        Parameters
        ----------
        path, number, width_px, view, on_image
            As for `page`.

        Returns
        -------
        PageRequest
            If no title block is found, the `score` of its image is 0 and the region the lower right quarter.
        """
        return self._ask(page_key("title block", path, number, None, width_px), view, on_image)

    def prefetch(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        width_px: int = 900,
        title_block_px: int | None = None,
    ) -> None:
        """Draw the first pages of documents in advance, when nobody waits for another one. Replaces the last call's.

        Parameters
        ----------
        paths : iterable of path
            The files, the next one first.
        width_px, title_block_px : int
            The widths that will be asked for; None for no title blocks.
        """
        keys = []
        for path in paths:
            keys.append(page_key("page", path, 0, None, width_px))
            if title_block_px:
                keys.append(page_key("title block", path, 0, None, title_block_px))
        self._drawer.prefetch(keys)

    def start(self) -> None:
        """Start the process before it is needed, so that the first page is there sooner."""
        if is_installed():
            self._drawer.start()

    def close(self) -> None:
        """End the process and cancel all requests. Later requests are cancelled at once."""
        self._drawer.close()

    def _ask(self, key: PageKey, view: str, on_image: OnImage | None) -> PageRequest:
        request = PageRequest(on_image, self._drawer.poke)
        before = self._views.pop(view, None)
        if view:
            self._views[view] = request
        self._drawer.ask(key, request)
        if before is not None:
            before.cancel()
        return request


class PageDrawer:
    """The thread that draws the jobs of a queue, and its process."""

    def __init__(
        self, seconds: float, cache_bytes: int, idle_seconds: float, command: Sequence[str] = WORKER
    ) -> None:
        self.cache = ImageCache(cache_bytes)
        self.worker: WorkerProcess | None = None
        self._seconds, self._idle, self._command = seconds, idle_seconds, command
        self._queue = PreviewQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._is_early = False  # start the process before the first job

    # -- from any thread
    def ask(self, key: PageKey, request: PageRequest) -> None:
        """Draw something for a request."""
        if self._queue.is_closed:
            request.cancel()
            return
        self._queue.ask(key, request)
        self._start()

    def prefetch(self, keys: Iterable[PageKey]) -> None:
        """Draw something when nobody waits, in place of what was prefetched so far."""
        self._queue.prefetch(keys)
        self._start()

    def start(self) -> None:
        """Start the thread and the process."""
        self._is_early = True
        self._start()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None and not self._queue.is_closed:
                self._thread = threading.Thread(target=self._serve, name="pdm_nb preview", daemon=True)
                self._thread.start()
        self.poke()

    def poke(self) -> None:
        """Look at the queue again, if a job is drawn now."""
        if (worker := self.worker) is not None:
            worker.replies.put(POKE)

    def close(self) -> None:
        """End the process, and cancel all requests."""
        for job in self._queue.close():
            for request in job.requests:
                request.cancel()
        self.poke()

    # -- on the thread
    def _serve(self) -> None:
        if self._is_early:
            self._running_worker()
        while not self._queue.is_closed:
            job = self._queue.next(self._idle)
            if job is None:
                self._end_worker()
            else:
                self._run(job)
        self._end_worker()

    def _end_worker(self) -> None:
        worker, self.worker = self.worker, None
        if worker is not None:
            worker.stop()

    def _run(self, job: PageJob) -> None:
        try:
            image = self._current_image(job)
        except Exception:  # the thread must not end: nobody would get an image any more
            log.exception("A page could not be drawn")
            self._end_worker()
            image = self._failed(PageImage(job.key.path, job.key.page), "not started")
        if image is None:
            self._queue.put_back(job)
            return
        for request in self._queue.finish(job):
            request.deliver(image, is_last=True)

    def _current_image(self, job: PageJob) -> PageImage | None:
        """The image of a file as it is now, drawn again if it changes meanwhile. None if the job makes way."""
        key = job.key
        for _ in range(ATTEMPTS):
            state = file_state_of(key.path)
            image = self.cache.get((key, state)) or self._without_drawing(key) or self._draw(job)
            if image is None:
                return None
            if file_state_of(key.path) == state:
                self.cache.put((key, state), image)
                return image
        return self._failed(PageImage(key.path, key.page), "changing")

    def _deliver(self, job: PageJob, image: PageImage, is_last: bool) -> None:
        for request in list(job.requests):
            request.deliver(image, is_last)

    def _without_drawing(self, key: PageKey) -> PageImage | None:
        fault = why_not_shown(key.path) or ("" if is_installed() else NOT_INSTALLED)
        return PageImage(key.path, key.page, fault=fault) if fault else None

    def _running_worker(self) -> WorkerProcess:
        if self.worker is None or not self.worker.is_running:
            self._end_worker()
            self.worker = WorkerProcess(self._command)
        return self.worker

    def _draw(self, job: PageJob) -> PageImage | None:
        """Ask the process for a job. None if it is outdated."""
        job.attempts += 1
        worker, key = self._running_worker(), job.key
        asked = {"path": key.path, "page": key.page, "region": key.region, "width": key.width}
        number = worker.request({"do": key.what, **asked})
        end, latest, cancelled = time.monotonic() + self._seconds, PageImage(key.path, key.page), False
        while True:
            if not cancelled and self._queue.is_outdated(job):
                worker.cancel(number)
                cancelled, end = True, time.monotonic() + GRACE
            try:
                reply = worker.replies.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                self._end_worker()
                return None if cancelled else self._failed(latest, "slow")
            if reply is POKE:
                self._serve_cached()
            elif reply is ENDED:
                self._end_worker()
                return None if cancelled else self._failed(latest, "crashed")
            elif reply.head.get("id") == number:
                found = self._image(key, reply)
                if reply.head["is_last"]:
                    return None if cancelled else found
                latest = found
                self._deliver(job, found, is_last=False)

    def _serve_cached(self) -> None:
        """Do not let a request wait for another one if its image is in the cache."""
        for job in self._queue.waiting():
            if image := self.cache.get((job.key, file_state_of(job.key.path))):
                self._deliver(job, image, is_last=True)

    def _failed(self, latest: PageImage, why: str) -> PageImage:
        """The best image so far, with the reason why it is not complete."""
        fault = sentence(why, latest.path, latest.page, seconds=self._seconds)
        return replace(latest, fault=fault)

    def _image(self, key: PageKey, reply: Reply) -> PageImage:
        head = reply.head
        if why := head.get("fault"):
            why = why if why != "cancelled" else "changing"
            fault = sentence(why, key.path, key.page, pages=head.get("pages", 0))
            return PageImage(key.path, key.page, page_count=head.get("pages", 0), fault=fault)
        return page_image(key, head, reply.data)


def page_key(
    what: str, path: str | os.PathLike[str], page: int, region: Region | None, width: int
) -> PageKey:
    """Return what is to be drawn, within its limits."""
    if region is not None:
        left, top = (min(max(0.0, float(one)), 1 - NARROWEST) for one in region[:2])
        right = min(1.0, max(float(region[2]), left + NARROWEST))
        bottom = min(1.0, max(float(region[3]), top + NARROWEST))
        region = (round(left, 4), round(top, 4), round(right, 4), round(bottom, 4))
    return PageKey(
        what,
        os.path.abspath(path),
        page,
        None if region == WHOLE else region,
        min(max(16, int(width)), WIDEST),
    )


def page_image(key: PageKey, head: Mapping[str, Any], data: bytes) -> PageImage:
    size = head["size_mm"]
    return PageImage(
        key.path,
        key.page,
        data,
        head["mime"],
        head["width"],
        head["height"],
        head["pages"],
        (size[0], size[1]) if size else None,
        tuple(head["region"]),
        head["score"],
        head["is_sharp"],
    )


@cache
def shared_preview() -> PagePreview:
    """Return the preview that all batches of this kernel use; it has one process."""
    return PagePreview()
