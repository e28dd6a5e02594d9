"""Reads whole lists of the service page by page. Malformed rows are reported and skipped (B9, B10).

It sends nothing itself and knows no endpoint: it gets a request, a function that sends it, and one that reads a row.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from .limits import response_limits
from .network.bounded_response import over_limit
from .notices import Notices
from .protocol import paging, shapes
from .protocol.requests import Request, page
from .response_cache import ResponseCache

T = TypeVar("T")
Send = Callable[[Request], Awaitable[tuple[Any, Mapping[str, str]]]]
FetchPage = Callable[[int], Awaitable[tuple[Sequence[Any], Mapping[str, str]]]]  # by the number of the page
WALKS = 3  # passes through a list that changes meanwhile


class Lists:
    """Reads lists. Configuration is kept in `cache`; malformed rows are reported in `notices`."""

    def __init__(self, send: Send, cache: ResponseCache, notices: Notices) -> None:
        self._send, self._cache, self._notices = send, cache, notices

    async def whole(self, request: Request, read: Callable[[Any], T], most: int | None = None) -> list[T]:
        """Return the whole list, each row once, until the total, or `most`, is reached.

        All of it is in memory, so the size of all its pages together has a limit.

        Pages can have another size than requested, and different sizes. If rows were missed that way or were added
        meanwhile, the list is read again. Configuration is taken from the cache if it is there.
        """
        if request.lasting:
            kept = self._cache.get(request)
            if kept is None:
                kept = await self._rows(request, lambda row: row, most)
                self._cache.put(request, kept)
            return self.readable(request, kept, read)
        reader = shapes.ShapeReader(request.operation, read)
        rows = await self._rows(request, reader, most)
        # Of rows requested by id, one that cannot be read counts as left out of the response.
        return self._report(request, reader, rows, some=most is not None)

    def readable(self, request: Request, rows: Sequence[Any], read: Callable[[Any], T]) -> list[T]:
        """Return those of these rows that can be read."""
        reader = shapes.ShapeReader(request.operation, read)
        return self._report(request, reader, [reader(row) for row in rows])

    def _report(
        self, request: Request, reader: shapes.ShapeReader[T], rows: Sequence[T | None], *, some: bool = False
    ) -> list[T]:
        for fault in reader.faults:
            self._notices.add(request.path, fault)
        return [row for row in rows if row is not None] if some else reader.readable(rows)

    def pages(self, request: Request, read: Callable[[Any], T], most: int | None = None) -> Pages[T]:
        """Return the pages of a list, at most `most` of them."""
        reader = shapes.ShapeReader(request.operation, read)
        return Pages(self._walk(request), reader, partial(self._notices.add, request.path), most)

    async def _rows(self, request: Request, read: Callable[[Any], T], most: int | None) -> list[T]:
        rows: dict[Any, T] = {}
        for _ in range(WALKS):
            rows, walk = {}, self._walk(request, response_limits.LIST_BYTES)
            async for found in walk:
                rows |= {key: read(row) for key, row in found.items()}
                if most is not None and len(rows) >= most:
                    return [*rows.values()]
            if walk.is_whole or walk.total is None:
                break
        return [*rows.values()]

    def _walk(self, request: Request, most: int | None = None) -> Walk:
        return Walk(partial(self._page, request), most)

    async def _page(self, request: Request, number: int) -> tuple[Sequence[Any], Mapping[str, str]]:
        body, headers = await self._send(page(request, number))
        with shapes.reading(request.operation):
            return shapes.rows(body), headers


class Walk:
    """One pass through the pages of a list; yields the new rows of each page by key.

    A service may ignore the page number or link back to an earlier page, endlessly. So a page without new rows is the
    last one, only a greater page number is followed, and the number of pages and rows has a limit, and that of all their
    bytes if `most` is given.

    Attributes
    ----------
    is_whole : bool
        True once the end was reached with as many rows as the list reports.
    total : int or None
        How many rows the list reports; None if it does not.
    """

    def __init__(self, fetch_page: FetchPage, most: int | None = None) -> None:
        self._fetch_page, self._most = fetch_page, most
        self.is_whole, self.total = False, None  # type: bool, int | None

    async def __aiter__(self) -> AsyncIterator[dict[Any, Any]]:
        keys: set[Any] = set()
        number, following, pages, size = 0, 1, 0, 0
        while following > number:
            number, pages = following, pages + 1
            if pages > response_limits.PAGES or len(keys) > response_limits.ROWS:
                raise over_limit(
                    f"The list has more than {response_limits.PAGES:,} pages or {response_limits.ROWS:,} rows"
                )
            found, headers = await self._fetch_page(number)
            size += _size(headers)
            if self._most is not None and size > self._most:
                raise over_limit(f"The list has more than {self._most >> 20} MiB")
            rows = {key: row for key, row in paging.identified(found) if key not in keys}
            keys |= rows.keys()
            self.total = paging.total(headers)
            ended = paging.is_last(headers, len(keys), len(found))
            self.is_whole = ended and len(keys) >= (self.total or 0)
            yield rows
            if ended or not rows:
                return
            following = paging.next_page(headers, number) or number + 1


def _size(headers: Mapping[str, str]) -> int:
    """Return the bytes of a decoded response, which `read_response` states in its headers; 0 if it is not known."""
    stated = headers.get("content-length", "")
    return int(stated) if stated.isdecimal() else 0


class Pages(Generic[T]):
    """Pages of a list, for `async for`. Malformed rows are reported and skipped.

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

    @property
    def total(self) -> int | None:
        """How many rows the list reports; None if it does not, or before the first page."""
        return self._walk.total

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
