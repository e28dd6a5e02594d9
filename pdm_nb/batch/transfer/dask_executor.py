"""An executor on a Dask cluster: its workers hash and send segments; calls and journal stay in this process.

The workers need this package and the same files at the same paths. A presigned URL is sent to the worker that uses it,
in memory only: it is in no key, repr, log or error of a task. Errors are returned, not raised, since Dask would log
them. If a worker dies, Dask gives its segments to others.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from ...api import storage_transport
from ...api.limits import response_limits
from ...api.network.connection_settings import ConnectionSettings
from ...api.network.storage_connections import AbortableBody, StorageConnections
from ...api.protocol.storage_responses import StorageResponse
from ...errors import InputError, PdmError, ServerError
from ...model import Segment
from .file_parts import FileReading, FileSegment, FileUnseen, hash_segment

if TYPE_CHECKING:
    from ...api.client import Client


class DaskExecutor:
    """The workers of a `distributed.Client`."""

    def __init__(self, dask: Any, client: Client) -> None:
        self._dask, self._client = dask, client
        self._executor = dask.get_executor(pure=False)  # two PUTs of one segment are two tasks

    async def capacity(self) -> int:
        threads = await asyncio.to_thread(self._dask.nthreads)
        if inspect.isawaitable(threads):
            raise InputError(
                "cluster= takes a distributed.Client that was created without asynchronous=True."
            )
        if not threads:
            raise InputError("The cluster has no workers. Start some, or leave out cluster=.")
        return sum(threads.values())

    async def hash(self, source: FileSegment) -> str:
        return str(await self._submit(hash_on_worker, _remote(source)))

    async def put(self, segment: Segment, source: FileSegment, on_sent: Callable[[int], object]) -> str:
        self._client.count_put()
        response: StorageResponse = await self._submit(put_on_worker, segment, _remote(source))
        return response.accepted_etag()

    async def _submit(self, work: Callable[..., Any], *arguments: Any) -> Any:
        try:
            result = await asyncio.wrap_future(self._executor.submit(work, *arguments))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            raise _lost("the task was cancelled") from None  # the cluster was restarted or closed
        except Exception as error:  # noqa: BLE001 - whatever Dask raises is reported
            raise _lost(type(error).__name__) from None
        if isinstance(result, Exception):
            raise result
        return result


def _lost(why: str) -> ServerError:
    return ServerError(f"The cluster did not complete a task: {why}", reason="CLUSTER_FAILED")


def _remote(source: FileSegment) -> FileSegment:
    """Return a segment as another machine can check it: on a network share, a file may have another inode."""
    return replace(source, file=replace(source.file, inode=0))


def hash_on_worker(source: FileSegment) -> str | Exception:
    """Return the SHA-256 of a segment, or the error. Runs on a worker."""
    result: str | Exception = _returning_errors(source, lambda: hash_segment(FileReading(source)))
    return result


@cache
def _worker_connections() -> StorageConnections:
    """Return the connection pools of this worker, with the proxies and certificates of its environment."""
    return StorageConnections(ConnectionSettings.of())


def put_on_worker(segment: Segment, source: FileSegment) -> StorageResponse | Exception:
    """Send a segment and return the response of storage, or the error. Runs on a worker."""
    reading = FileReading(source)
    body = AbortableBody(reading)
    too_late = threading.Timer(response_limits.storage_seconds(source.size), body.stop)
    too_late.daemon = True
    too_late.start()
    try:
        result: StorageResponse | Exception = _returning_errors(
            source,
            lambda: storage_transport.put(segment, source.size, body, _worker_connections()),
        )
        return result
    finally:
        too_late.cancel()
        reading.close()


def _returning_errors(source: FileSegment, work: Callable[[], Any]) -> Any:
    try:
        return work()
    except OSError as error:
        from distributed import get_worker  # it is installed where this runs

        return FileUnseen(
            f"The worker {get_worker().address} cannot read {source.path} ({error.strerror}). Workers need the same "
            "files at the same paths: share the folder with them, or upload without a cluster."
        )
    except PdmError as error:
        return error.with_traceback(None)
