"""Hands on a Dask cluster: pieces are hashed and sent by its workers, calls and journal stay in this process.

The workers need this package and must see the same files at the same paths. A presigned URL goes to the worker that
uses it, in memory: it is in no key, repr, log or error of a task. What goes wrong is answered, not raised, since Dask
would log it. Pieces of a worker that dies are done by others, which is Dask's own doing.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...api import storage_transport
from ...api.proxies import proxy_of
from ...errors import InputError, PdmError, ServerError
from ...model import Segment
from .file_parts import FileReading, FileSegment, FileUnseen, hash_segment

if TYPE_CHECKING:
    from ...api.client import Client


class DaskExecutor:
    """The workers of a `distributed.Client`."""

    def __init__(self, dask: Any, client: Client) -> None:
        self._dask, self._client = dask, client
        self._executor = dask.get_executor(pure=False)  # two PUTs of one piece are two

    async def capacity(self) -> int:
        threads = await asyncio.to_thread(self._dask.nthreads)
        if inspect.isawaitable(threads):
            raise InputError("cluster= takes a distributed.Client that was made without asynchronous=True.")
        if not threads:
            raise InputError("The cluster has no workers: start some, or leave out cluster=.")
        return sum(threads.values())

    async def hash(self, piece: FileSegment) -> str:
        return str(await self._done(hash_there, _there(piece)))

    async def put(self, segment: Segment, piece: FileSegment, told: Callable[[int], object]) -> str:
        self._client.count_put()
        answer: storage_transport.StorageResponse = await self._done(put_there, segment, _there(piece))
        return answer.accepted_etag()

    async def _done(self, work: Callable[..., Any], *given: Any) -> Any:
        try:
            answer = await asyncio.wrap_future(self._executor.submit(work, *given))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            raise _lost("it was given up") from None  # not by us: the cluster was restarted or closed
        except Exception as error:  # noqa: BLE001 - whatever it is that Dask raises, the document tells it
            raise _lost(type(error).__name__) from None
        if isinstance(answer, Exception):
            raise answer
        return answer


def _lost(why: str) -> ServerError:
    return ServerError(f"The cluster did not carry out a piece of work: {why}", reason="CLUSTER_FAILED")


def _there(piece: FileSegment) -> FileSegment:
    """As another machine can check it: over a network, a file may have another inode."""
    return replace(piece, file=replace(piece.file, inode=0))


def hash_there(piece: FileSegment) -> str | Exception:
    """On a worker: SHA-256 of a piece, or what went wrong."""
    result: str | Exception = _answered(piece, lambda: hash_segment(FileReading(piece)))
    return result


def put_there(segment: Segment, piece: FileSegment) -> storage_transport.StorageResponse | Exception:
    """On a worker: PUT a piece; what storage answered, or what went wrong."""
    reading = FileReading(piece)
    try:
        result: storage_transport.StorageResponse | Exception = _answered(
            piece,
            lambda: storage_transport.put(
                segment, piece.size, storage_transport.AbortableBody(reading), proxy_of(segment.url)
            ),
        )
        return result
    finally:
        reading.close()


def _answered(piece: FileSegment, work: Callable[[], Any]) -> Any:
    try:
        return work()
    except OSError as error:
        from distributed import get_worker  # where this runs, it is there

        return FileUnseen(
            f"The worker {get_worker().address} cannot read {piece.path} ({error.strerror}): workers must see the same "
            "files at the same paths. Share the folder with them, or upload without cluster=."
        )
    except PdmError as error:
        return error.with_traceback(None)
