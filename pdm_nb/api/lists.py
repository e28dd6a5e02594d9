"""Lists of the service, whole, from their pages. A malformed row is reported and left out, the rest works (B9, B10).

Sends nothing itself, and knows no endpoint: it is given a request, what sends it, and what reads a row.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from .notices import Notices
from .protocol import paging, shapes
from .protocol.requests import Request, page
from .response_cache import ResponseCache

T = TypeVar("T")
Send = Callable[[Request], Awaitable[tuple[Any, Mapping[str, str]]]]
Turn = Callable[[int], Awaitable[tuple[Sequence[Any], Mapping[str, str]]]]  # to the page of a number
WALKS = 3  # through a list that changes while its pages are turned


class Lists:
    """Reads lists. What is configuration is kept in `shelf`; what is odd is reported in `notices`."""

    def __init__(self, send: Send, shelf: ResponseCache, notices: Notices) -> None:
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
        reader = shapes.ShapeReader(request.operation, read)
        rows = await self._rows(request, reader, most)
        # Of those that were asked for by id, one that cannot be read is one that the response leaves out.
        return self._report(request, reader, rows, some=most is not None)

    def readable(self, request: Request, rows: Sequence[Any], read: Callable[[Any], T]) -> list[T]:
        """What can be read of these rows."""
        reader = shapes.ShapeReader(request.operation, read)
        return self._report(request, reader, [reader(row) for row in rows])

    def _report(
        self, request: Request, reader: shapes.ShapeReader[T], rows: Sequence[T | None], *, some: bool = False
    ) -> list[T]:
        for fault in reader.faults:
            self._notices.add(request.path, fault)
        return [row for row in rows if row is not None] if some else reader.readable(rows)

    def pages(self, request: Request, read: Callable[[Any], T], most: int | None = None) -> Pages[T]:
        """The rows of page after page, `most` pages at the most."""
        reader = shapes.ShapeReader(request.operation, read)
        return Pages(self._walk(request), reader, partial(self._notices.add, request.path), most)

    async def _rows(self, request: Request, read: Callable[[Any], T], most: int | None) -> list[T]:
        rows: dict[Any, T] = {}
        for _ in range(WALKS):
            rows, walk = {}, self._walk(request)
            async for found in walk:
                rows |= {key: read(row) for key, row in found.items()}
                if most is not None and len(rows) >= most:
                    return [*rows.values()]
            if walk.is_whole or walk.total is None:
                break
        return [*rows.values()]

    def _walk(self, request: Request) -> Walk:
        return Walk(partial(self._page, request))

    async def _page(self, request: Request, number: int) -> tuple[Sequence[Any], Mapping[str, str]]:
        body, headers = await self._send(page(request, number))
        with shapes.reading(request.operation):
            return shapes.rows(body), headers


class Walk:
    """Once through the pages of a list, the new rows of each by key: to its end, or until it goes in circles.

    A service may ignore the number of the page, or link back to a page that was there, for ever. So a page that brings
    no new row is the last one, and only a greater number is followed.

    Attributes
    ----------
    is_whole : bool
        True once the end was reached with as many rows as the list says.
    total : int or None
        How many rows the list says it has; None if it does not.
    """

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self.is_whole, self.total = False, None  # type: bool, int | None

    async def __aiter__(self) -> AsyncIterator[dict[Any, Any]]:
        keys: set[Any] = set()
        number, following = 0, 1
        while following > number:
            number = following
            found, headers = await self._turn(number)
            rows = {key: row for key, row in paging.identified(found) if key not in keys}
            keys |= rows.keys()
            self.total = paging.total(headers)
            ended = paging.is_last(headers, len(keys), len(found))
            self.is_whole = ended and len(keys) >= (self.total or 0)
            yield rows
            if ended or not rows:
                return
            following = paging.next_page(headers, number) or number + 1


class Pages(Generic[T]):
    """Pages of a list, to be turned with `async for`. A malformed row is reported and left out.

    Raises `ServerError` at the end if there were rows and none could be read.

    Attributes
    ----------
    is_whole : bool
        True once all rows of the list were seen.
    turned, malformed : int
        How many pages there were, and how many rows that could not be read.
    """

    def __init__(
        self, walk: Walk, reader: shapes.ShapeReader[T], report: Callable[[str], None], most: int | None
    ) -> None:
        self._walk, self._reader, self._report, self._most = walk, reader, report, most
        self.turned = self.malformed = 0

    @property
    def is_whole(self) -> bool:
        return self._walk.is_whole

    async def __aiter__(self) -> AsyncIterator[list[T]]:
        good = 0
        async for found in self._walk:
            rows = [self._reader(row) for row in found.values()]
            readable = [row for row in rows if row is not None]
            self.turned, self.malformed = self.turned + 1, self.malformed + len(rows) - len(readable)
            good += len(readable)
            for fault in self._reader.faults:
                self._report(fault)
            yield readable
            if self.turned == self._most:
                break
        if not good:
            self._reader.readable([None] * self.malformed)
