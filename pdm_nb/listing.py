"""Lists of the service, whole, from their pages. A malformed row is reported and left out, the rest works (B9, B10).

Sends nothing itself, and knows no endpoint: it is given a request, what sends it, and what reads a row.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from .notices import Notices
from .protocol import paging, shapes
from .protocol.requests import Request, page
from .shelf import Shelf

T = TypeVar("T")
Send = Callable[[Request], Awaitable[tuple[Any, Mapping[str, str]]]]
WALKS = 3  # through a list that changes while its pages are turned


class Lists:
    """Reads lists. What is configuration is kept in `shelf`; what is odd is reported in `notices`."""

    def __init__(self, send: Send, shelf: Shelf, notices: Notices) -> None:
        self._send, self._shelf, self._notices = send, shelf, notices

    async def whole(self, request: Request, read: Callable[[Any], T], most: int | None = None) -> list[T]:
        """The whole list, page by page, each row once, until the total, or `most`, is reached.

        A page can be of another size than was asked for, and of another than the one before. If rows were passed over
        that way, or came in between, the list is read again. Configuration is asked for once in a while.
        """
        if request.lasting:
            kept = self._shelf.get(request)
            if kept is None:
                kept = await self._rows(request, lambda row: row, most)
                self._shelf.put(request, kept)
            return self.readable(request, kept, read)
        reader = shapes.Reader(request.operation, read)
        rows = await self._rows(request, reader, most)
        # Of those that were asked for by id, one that cannot be read is one that the response leaves out.
        return self._report(request, reader, rows, some=most is not None)

    def readable(self, request: Request, rows: Sequence[Any], read: Callable[[Any], T]) -> list[T]:
        """What can be read of these rows."""
        reader = shapes.Reader(request.operation, read)
        return self._report(request, reader, [reader(row) for row in rows])

    def _report(
        self, request: Request, reader: shapes.Reader[T], rows: Sequence[T | None], *, some: bool = False
    ) -> list[T]:
        for fault in reader.faults:
            self._notices.add(request.path, fault)
        return [row for row in rows if row is not None] if some else reader.readable(rows)

    async def pages(
        self, request: Request, read: Callable[[Any], T], most: int | None = None
    ) -> AsyncIterator[list[T]]:
        """The rows of page after page, `most` pages at the most."""
        number, seen, turned = 1, 0, 0
        while most is None or turned < most:
            found, headers = await self._page(request, number)
            yield self.readable(request, found, read)
            seen, turned = seen + len(found), turned + 1
            if paging.is_last(headers, seen, len(found)):
                return
            number = paging.next_page(headers, number) or number + 1

    async def _rows(self, request: Request, read: Callable[[Any], T], most: int | None) -> list[T]:
        rows: dict[Any, T] = {}
        for _ in range(WALKS):
            rows, whole = await self._walk(request, read, most)
            if whole:
                break
        return [*rows.values()]

    async def _walk(
        self, request: Request, read: Callable[[Any], T], most: int | None
    ) -> tuple[dict[Any, T], bool]:
        """Once through all pages: the rows by id, and whether they are as many as the list says."""
        rows: dict[Any, T] = {}
        number, before = 1, None
        while True:
            found, headers = await self._page(request, number)
            rows.update((key, read(row)) for key, row in paging.identified(found))
            if most is not None and len(rows) >= most:
                return rows, True
            if paging.is_last(headers, len(rows), len(found)):
                return rows, len(rows) >= (paging.total(headers) or 0)
            if found == before:  # a service that ignores `page` returns the first one for ever
                return rows, True
            number, before = paging.next_page(headers, number) or number + 1, found

    async def _page(self, request: Request, number: int) -> tuple[Sequence[Any], Mapping[str, str]]:
        body, headers = await self._send(page(request, number))
        with shapes.reading(request.operation):
            return shapes.rows(body), headers
