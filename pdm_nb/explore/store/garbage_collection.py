"""Lets Python search for cycles less often while millions of small objects are made, which have none.

A page of revisions is about 15,000 objects that are dropped soon. With the usual thresholds each page is searched several
times, and all objects of the process after every few pages: a third of the time. The search is not switched off, since
reading may take long and other cells of the notebook may need it meanwhile.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

RARELY = (400_000, 10, 10)  # new objects that are still alive, then as usual

_lock = threading.Lock()
_users = 0
_usual = gc.get_threshold()


@contextmanager
def fewer_collections() -> Iterator[None]:
    """Search for cycles rarely until the end of the block, or of the last one of several."""
    global _users, _usual
    with _lock:
        _users += 1
        if _users == 1:
            _usual = gc.get_threshold()
            gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if not _users:
                gc.set_threshold(*_usual)
