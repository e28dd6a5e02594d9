"""An HTTP server for an ASGI application, on 127.0.0.1 in a separate thread."""

from __future__ import annotations

import socket
import threading

import uvicorn
from starlette.types import ASGIApp

START_SECONDS = 15.0


class _Uvicorn(uvicorn.Server):
    """uvicorn's server with an event that is set when it accepts connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class HttpServer:
    """Serves an application; `start` may be called again after `stop`, and then uses the same port."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._server: _Uvicorn | None = None

    @property
    def url(self) -> str | None:
        """The address; None while the server is stopped."""
        return None if self.socket is None else f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def start(self, app: ASGIApp) -> None:
        """Listen, and return when connections are accepted; OSError if the port is in use."""
        self.socket = self._bind()
        config = uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,  # the application sets it, by the simulator's clock
            timeout_keep_alive=75,
            timeout_graceful_shutdown=2,
        )
        self._server = _Uvicorn(config)
        self._port = self.socket.getsockname()[1]  # keep the address for another start
        self._thread = threading.Thread(
            target=self._server.run, args=([self.socket],), name="simulator", daemon=True
        )
        self._thread.start()
        if not self._server.ready.wait(START_SECONDS):
            self.stop()
            raise RuntimeError(f"The simulator did not start within {START_SECONDS:g} s")

    def _bind(self) -> socket.socket:
        if not 0 <= self._port <= 65_535:
            raise ValueError(f"port must be 0 to 65535, not {self._port}")
        # IPPROTO_TCP explicitly: otherwise the event loop does not set TCP_NODELAY, and responses wait 40 ms.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        # On Windows, the option of other systems would let a second server listen on the same port.
        option = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
        listening.setsockopt(socket.SOL_SOCKET, option, 1)
        try:
            listening.bind(("127.0.0.1", self._port))
        except OSError as error:
            listening.close()
            message = f"port {self._port} on 127.0.0.1 is in use: {error.strerror}. Use another port"
            raise OSError(error.errno, message) from None
        return listening

    def stop(self) -> None:
        """End the server and its thread, and close the socket."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(timeout=10)
        if self.socket is not None:
            self.socket.close()
        self._server = self._thread = self.socket = None
