"""`PageRequest`: a page that was asked for; its images arrive one after the other."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable, Generator

from ..runs.loop import adopt_main_loop, post, settle
from .page_image import PageImage

OnImage = Callable[[PageImage], object]


class PageRequest:
    """A request for an image. `await request` or `request.wait()` returns the last image.

    Attributes
    ----------
    image : PageImage or None
        The best image so far.
    """

    def __init__(
        self, on_image: OnImage | None = None, on_cancel: Callable[[], object] | None = None
    ) -> None:
        self.image: PageImage | None = None
        self._on_image, self._on_cancel = on_image, on_cancel
        self._future: concurrent.futures.Future[PageImage] = concurrent.futures.Future()

    def deliver(self, image: PageImage, is_last: bool) -> None:
        """Take an image, from any thread; `on_image` is called on the main thread."""
        if self._future.done():
            return
        self.image = image
        if self._on_image is not None:
            post(lambda: self._call(image))
        if is_last:
            try:
                self._future.set_result(image)
            except concurrent.futures.InvalidStateError:  # cancelled at this moment
                return

    def _call(self, image: PageImage) -> None:
        if self._on_image is not None and not self.cancelled:
            self._on_image(image)

    @property
    def done(self) -> bool:
        """True if no further image will arrive."""
        return self._future.done()

    @property
    def cancelled(self) -> bool:
        """True if it was cancelled, or replaced by a newer request for the same view."""
        return self._future.cancelled()

    def cancel(self) -> None:
        """Cancel the request: `on_image` is not called any more. From any thread."""
        if self._future.cancel() and self._on_cancel is not None:
            self._on_cancel()

    def wait(self, timeout: float | None = None) -> PageImage:
        """Wait for the last image.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most.

        Returns
        -------
        PageImage
            The complete image, or one with a `fault`.

        Raises
        ------
        TimeoutError
            If it is not drawn in time. It is still drawn.
        CancelledError
            If the request was cancelled (of `concurrent.futures`).
        """
        if not settle(self._future, timeout):
            raise TimeoutError(f"The page is not drawn after {timeout} s. Call wait() again to wait longer.")
        return self._future.result(0)

    def __await__(self) -> Generator[object, None, PageImage]:
        adopt_main_loop()
        return asyncio.wrap_future(self._future).__await__()
