"""The cache of page images: the ones that were used last, up to a number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

from .page_image import PageImage

OVERHEAD = 1000  # bytes for an image without data


class ImageCache:
    """Images by what was asked for. Threads may share it."""

    def __init__(self, most_bytes: int) -> None:
        self._most, self._images = most_bytes, OrderedDict[Hashable, PageImage]()
        self._lock = threading.Lock()
        self.bytes = 0

    def get(self, key: Hashable) -> PageImage | None:
        """Return an image, None if it is not in the cache."""
        with self._lock:
            if key in self._images:
                self._images.move_to_end(key)
            return self._images.get(key)

    def put(self, key: Hashable, image: PageImage) -> None:
        """Store an image; those that were not used for the longest time are dropped."""
        with self._lock:
            if (old := self._images.pop(key, None)) is not None:
                self.bytes -= len(old.data) + OVERHEAD
            self._images[key] = image
            self.bytes += len(image.data) + OVERHEAD
            while self.bytes > self._most and self._images:
                dropped = self._images.popitem(last=False)[1]
                self.bytes -= len(dropped.data) + OVERHEAD
