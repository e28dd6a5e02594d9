"""Reads a response to its end within limits of bytes and encodings. Knows neither operations nor JSON.

The body is decoded piece by piece, so that a small body that expands to gigabytes is noticed at the limit.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx2

from ...errors import ServerError
from ..limits import response_limits

DECODED = (b"content-encoding", b"content-length", b"transfer-encoding")


def over_limit(what: str) -> ServerError:
    """Return the error for a response over a limit. It is unknown whether the call was carried out."""
    return ServerError(
        f"{what}. Check the address, and whether a proxy or another program responds instead",
        reason=response_limits.OVER_LIMIT,
    )


async def read_response(response: Any, most: int | None = None) -> httpx2.Response:
    """Return a response of httpx2 or httpx, read and decoded. Raises `ServerError` if it has more than `most` bytes."""
    most = response_limits.BYTES if most is None else most
    if response.is_stream_consumed:  # a hook of the user's client has read it
        body = response.content
    else:
        body = await _decoded(response, most)
    if len(body) > most:
        raise over_limit(f"A response has more than {most >> 20} MiB")
    headers = [(name, text) for name, text in response.headers.raw if name.lower() not in DECODED]
    return httpx2.Response(response.status_code, headers=headers, content=bytes(body))


async def _decoded(response: Any, most: int) -> bytes | bytearray:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in response_limits.ENCODINGS:
        raise over_limit(f"A response has an encoding that was not requested ({encoding[:40]!r})")
    counted = _Counted(response, most)
    pieces = aiter(counted)
    if encoding not in ("", "identity"):
        # The decoders of httpx decode a piece of any size at once, those of httpx2 do not.
        headers = {"Content-Encoding": encoding.removeprefix("x-")}
        pieces = httpx2.Response(200, headers=headers, stream=counted).aiter_bytes()
    body = bytearray()
    async for piece in pieces:
        body += piece
        if len(body) > most:
            raise over_limit(f"A response has more than {most >> 20} MiB")
    return body


class _Counted(httpx2.AsyncByteStream):
    """The bytes of a response as they come, at most `most` of them."""

    def __init__(self, response: Any, most: int) -> None:
        self._response, self._most = response, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        count = 0
        async for piece in self._response.aiter_raw():
            count += len(piece)
            if count > self._most:
                raise over_limit(f"A response has more than {self._most >> 20} MiB")
            yield piece
