"""What is to be drawn, and in which order: the newest request of a person first, then what was prefetched."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .page_image import Region

if TYPE_CHECKING:
    from .page_request import PageRequest

ATTEMPTS = 3  # to prefetch a page that makes way again and again
State = tuple[int, int, int]  # size, mtime and inode of a file


@dataclass(frozen=True, slots=True)
class PageKey:
    """What is to be drawn: `what` is "page" or "title block"."""

    what: str
    path: str
    page: int
    region: Region | None
    width: int


@dataclass(slots=True, eq=False)
class PageJob:
    """Something to draw, and the requests that wait for it. Without a request it is prefetched."""

    key: PageKey
    requests: list[PageRequest] = field(default_factory=list)
    is_prefetched: bool = False
    attempts: int = 0

    @property
    def is_waited_for(self) -> bool:
        """True if somebody waits for it."""
        return any(not request.done for request in self.requests)


class PreviewQueue:
    """The jobs that wait, and the one that is drawn. Threads may share it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._asked: list[PageJob] = []  # the newest one last
        self._prefetch: list[PageJob] = []
        self.current: PageJob | None = None
        self.is_closed = False

    def ask(self, key: PageKey, request: PageRequest) -> None:
        """Add a request, to the job that draws the same if there is one."""
        with self._changed:
            same = [job for job in (self.current, *self._asked, *self._prefetch) if job and job.key == key]
            job = same[0] if same else PageJob(key)
            job.requests.append(request)
            if job is not self.current:
                self._asked = [*(one for one in self._asked if one is not job), job]
                self._prefetch = [one for one in self._prefetch if one is not job]
            self._changed.notify_all()

    def prefetch(self, keys: Iterable[PageKey]) -> None:
        """Replace what is prefetched."""
        with self._changed:
            known = {job.key for job in (self.current, *self._asked) if job}
            self._prefetch = [PageJob(key, is_prefetched=True) for key in keys if key not in known]
            self._changed.notify_all()

    def next(self, timeout: float) -> PageJob | None:
        """Wait for a job and make it the current one; None after the timeout, or if the queue was closed."""
        with self._changed:
            self._asked = [job for job in self._asked if job.is_waited_for]
            self._changed.wait_for(lambda: self._asked or self._prefetch or self.is_closed, timeout)
            if self.is_closed or not (self._asked or self._prefetch):
                return None
            self.current = self._asked.pop() if self._asked else self._prefetch.pop(0)
            return self.current

    def is_outdated(self, job: PageJob) -> bool:
        """True if a job should make way: nobody waits for it, and it is not prefetched or somebody waits for another one."""
        with self._changed:
            if job.is_waited_for:
                return self.is_closed
            return not job.is_prefetched or bool(self._asked) or self.is_closed

    def waiting(self) -> list[PageJob]:
        """Return the jobs that somebody waits for and that are not drawn yet."""
        with self._changed:
            return list(self._asked)

    def finish(self, job: PageJob) -> list[PageRequest]:
        """End the current job, and return the requests that wait for it; a later one becomes a job of its own."""
        with self._changed:
            self.current = None
            return list(job.requests)

    def put_back(self, job: PageJob) -> None:
        """End the current job, which made way: it is drawn later, if somebody waits for it now or it was prefetched."""
        with self._changed:
            self.current = None
            if job.is_waited_for:
                self._asked.append(job)
            elif job.is_prefetched and job.attempts < ATTEMPTS:
                self._prefetch.insert(0, job)

    def close(self) -> list[PageJob]:
        """Take no more jobs, and return those that are left."""
        with self._changed:
            self.is_closed = True
            left = [*self._asked, *([self.current] if self.current else [])]
            self._asked, self._prefetch = [], []
            self._changed.notify_all()
            return left


def file_state_of(path: str) -> State | None:
    """Return what changes if a file changes, None if it cannot be read."""
    try:
        facts = os.stat(path)
    except (OSError, ValueError):
        return None
    return facts.st_size, facts.st_mtime_ns, facts.st_ino
