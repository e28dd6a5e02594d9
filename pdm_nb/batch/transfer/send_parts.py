"""Sends the parts of one file to storage, concurrently and in rounds, each once (B54, B55, B59).

How this works: a round sends the missing parts to their URLs. If a part fails, or its URL has expired, no more parts are
started; those that are being sent finish, and the next round uses new URLs. So it is always known which part a URL is
for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from ...api.limits import response_limits
from ...api.limits.call_queue import pausable_call
from ...errors import InvalidError, ServerError, ServiceError
from ...model import FileUpload, Segment
from ..execution.context import Context
from ..execution.tasks import gather_first_error
from ..journal.journal import StoredPart
from . import file_parts
from .executors import ConcurrencyLimit, Executor

TRIES = 4  # rounds in which no part was stored


class PartSender:
    """Sends the parts of the files of one run; `on_sent` is called with (document, more or fewer bytes)."""

    def __init__(
        self,
        context: Context,
        executor: Executor,
        limit: ConcurrencyLimit,
        on_sent: Callable[[int, int], object],
    ) -> None:
        self._context, self._executor, self._limit, self._on_sent = context, executor, limit, on_sent

    async def send(self, id_: int, file: FileUpload, parts: list[StoredPart]) -> Sequence[str | None]:
        """Send the missing `parts` of a file; returns the ETags of all."""
        tries = 0
        while missing := missing_parts(parts, file.segments):
            error = await self._round(id_, missing, parts)
            if error is None:
                break
            left = sum(part.etag is None for part in parts)
            tries = tries + 1 if left == len(missing) else 1
            asked = error.retry_after or 0.0
            if tries == TRIES or asked > response_limits.STORAGE_WAIT:
                raise self._failed(id_, error) from None
            await self._context.client.clock.sleep(max(0.5 * 2**tries, asked))
            file = await self._context.client.show_upload(self._context.scope, file.id)
        return [part.etag for part in parts]

    def _failed(self, id_: int, error: ServiceError) -> ServiceError:
        if isinstance(error, InvalidError):
            return error
        # The service itself responded between the rounds, so that only this file is affected.
        name = self._context.journal.documents[id_].name
        asked = f" It asks to wait {error.retry_after:,.0f} s." if error.retry_after else ""
        return ServerError(
            f"Storage did not accept {name}: {error}.{asked}".rstrip("."), reason="STORAGE_FAILED"
        )

    async def _round(
        self, id_: int, missing: Sequence[tuple[StoredPart, Segment]], parts: list[StoredPart]
    ) -> ServiceError | None:
        """Send each missing part once. Returns an error that may be temporary, raises any other."""
        waiting, errors = deque(missing), list[ServiceError]()

        async def worker() -> None:
            while waiting and not errors:
                async with self._limit.slot():
                    if waiting and not errors:
                        try:
                            part, segment = waiting.popleft()
                            parts[part.number] = await self._put(id_, part, segment)
                        except ServiceError as error:
                            if isinstance(error, InvalidError) and error.status != 403:  # B59
                                raise
                            errors.append(error)

        if len(missing) == 1:
            await worker()
        else:
            await gather_first_error(
                *(worker() for _ in range(min(self._limit.concurrency.most, len(missing))))
            )
        return errors[0] if errors else None

    async def _put(self, id_: int, part: StoredPart, segment: Segment) -> StoredPart:
        journal = self._context.journal
        source = file_parts.FileSegment.of(
            journal.documents[id_], part.number, part.size, journal.allowed_files
        )
        sent = 0

        def report(count: int) -> None:
            nonlocal sent
            sent += count
            self._limit.concurrency.moved(count)
            self._limit.update()
            if count:
                self._on_sent(id_, count)

        try:
            async with pausable_call():
                etag = await self._executor.put(segment, source, report)
        except BaseException as error:
            self._on_sent(id_, -sent)
            if isinstance(error, ServiceError) and not isinstance(error, InvalidError):
                self._limit.concurrency.failed()
            raise
        report(part.size - sent)
        self._context.journal.store_part(id_, part.number, etag)
        return replace(part, etag=etag)


def missing_parts(
    parts: Sequence[StoredPart], segments: Sequence[Segment]
) -> list[tuple[StoredPart, Segment]]:
    """Return which part goes to which segment: the service lists all segments, or only those still missing (B59)."""
    missing = [part for part in parts if part.etag is None]
    if len(segments) == len(parts):
        return [(part, segments[part.number]) for part in missing]
    if len(segments) == len(missing):
        return list(zip(missing, segments, strict=True))
    raise InvalidError(
        "The service and the journal disagree on which parts are missing", reason="PARTS_DIFFER"
    )
