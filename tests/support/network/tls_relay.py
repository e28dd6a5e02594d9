"""`https://localhost:port` in front of a server that has no TLS itself."""

from __future__ import annotations

import asyncio
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import trustme


class TlsRelay:
    """Passes bytes on to `target`. `authority`: the PEM file to trust; `connections`: how many were begun."""

    def __init__(self, target: str, folder: Path) -> None:
        authority = trustme.CA()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(self._context)
        self.authority = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(self.authority))
        parts = urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 80)
        self.connections = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> TlsRelay:
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._plain, "127.0.0.1", 0))
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"https://localhost:{port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work):  # type: ignore[no-untyped-def]
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _close(self) -> None:
        """No connection outlives the relay: what is left of one would be reported as lost while another test runs."""
        self._server.close()
        open_connections = asyncio.all_tasks() - {asyncio.current_task()}
        for task in open_connections:
            task.cancel()
        await asyncio.gather(*open_connections, return_exceptions=True)

    async def _plain(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1  # counted before the handshake, which may fail
        with suppress(OSError):
            await writer.start_tls(self._context)
            there_reader, there_writer = await asyncio.open_connection(*self._target)
            await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while block := await source.read(1 << 16):
            target.write(block)
            await target.drain()
    target.close()
