"""The parts of one file on their way to storage: side by side, in rounds, each stored once (B54, B55, B59).

A round sends what is missing to the URLs at hand. Where a part fails, or its URL has expired, no more parts begin;
those on their way end, and the next round goes to fresh URLs. So it is always known which part a URL is for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from ...api.limits.call_queue import pausable_call
from ...errors import InvalidError, ServerError, ServiceError
from ...model import FileUpload, Segment
from ..journal.journal import StoredPart
from ..pipeline.context import Context, gather_first_error
from . import file_parts
from .executors import ConcurrencyLimit, Executor

TRIES = (
    3  # rounds without one part that was stored; how often a file is sent anew before the document has failed
)


class Parts:
    """Sends the parts of one run's files; `moved` hears (document, bytes more or fewer) of what is stored."""

    def __init__(
        self, context: Context, hands: Executor, gate: ConcurrencyLimit, moved: Callable[[int, int], object]
    ) -> None:
        self._on, self._hands, self._gate, self._moved = context, hands, gate, moved

    async def send(self, id_: int, file: FileUpload, parts: list[StoredPart]) -> Sequence[str | None]:
        """Send what is missing of a file's `parts`; answers the ETags of all."""
        tries = 0
        while missing := missing_parts(parts, file.segments):
            error = await self._round(id_, missing, parts)
            if error is None:
                break
            left = sum(part.etag is None for part in parts)
            tries = tries + 1 if left == len(missing) else 1
            if tries == TRIES:
                raise self._given_up(id_, error) from None
            await self._on.client.clock.sleep(0.5 * tries)
            file = await self._on.client.show_upload(self._on.scope, file.id)
        return [part.etag for part in parts]

    def _given_up(self, id_: int, error: ServiceError) -> ServiceError:
        if isinstance(error, InvalidError):
            return error
        # The service itself answered between the tries: this file's trouble alone.
        name = self._on.journal.documents[id_].name
        return ServerError(f"Storage did not take {name}: {error}", reason="STORAGE_FAILED")

    async def _round(
        self, id_: int, missing: Sequence[tuple[StoredPart, Segment]], parts: list[StoredPart]
    ) -> ServiceError | None:
        """One try of each missing part. Answers what went wrong and may go better, raises what may not."""
        waiting, wrong = deque(missing), list[ServiceError]()

        async def lane() -> None:
            while waiting and not wrong:
                async with self._gate.turn():
                    if waiting and not wrong:
                        try:
                            part, segment = waiting.popleft()
                            parts[part.number] = await self._put(id_, part, segment)
                        except ServiceError as error:
                            if isinstance(error, InvalidError) and error.status != 403:  # B59
                                raise
                            wrong.append(error)

        if len(missing) == 1:
            await lane()
        else:
            await gather_first_error(*(lane() for _ in range(min(self._gate.width.most, len(missing)))))
        return wrong[0] if wrong else None

    async def _put(self, id_: int, part: StoredPart, segment: Segment) -> StoredPart:
        piece = file_parts.FileSegment.of(self._on.journal.documents[id_], part.number, part.size)
        gone = 0

        def told(count: int) -> None:
            nonlocal gone
            gone += count
            self._gate.width.moved(count)
            self._gate.look()
            if count:
                self._moved(id_, count)

        try:
            async with pausable_call():
                etag = await self._hands.put(segment, piece, told)
        except BaseException as error:
            self._moved(id_, -gone)
            if isinstance(error, ServiceError) and not isinstance(error, InvalidError):
                self._gate.width.failed()
            raise
        told(part.size - gone)
        self._on.journal.store_part(id_, part.number, etag)
        return replace(part, etag=etag)


def missing_parts(
    parts: Sequence[StoredPart], segments: Sequence[Segment]
) -> list[tuple[StoredPart, Segment]]:
    """Which part goes to which segment: the service lists all segments, or only those still missing (B59)."""
    missing = [part for part in parts if part.etag is None]
    if len(segments) == len(parts):
        return [(part, segments[part.number]) for part in missing]
    if len(segments) == len(missing):
        return list(zip(missing, segments, strict=True))
    raise InvalidError(
        "The service and the journal disagree on which parts are missing", reason="PARTS_DIFFER"
    )
