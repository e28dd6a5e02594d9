"""A SOCKS5 proxy on loopback (RFC 1928, 1929): resolves names itself, and requires a password if it has one."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from types import TracebackType

OK, REFUSED = 0, 5


class SocksServer:
    """`asked`: the (host, port) of each connection, as it was asked for; every host is taken for this machine."""

    def __init__(self, login: tuple[str, str] | None = None, *, refuse: bool = False) -> None:
        self.login, self.refuse = login, refuse
        self.asked: list[tuple[str, int]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> SocksServer:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes who accepts
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                peer, _ = self._listener.accept()
                threading.Thread(target=self._guarded, args=(peer,), daemon=True).start()

    def _guarded(self, peer: socket.socket) -> None:
        with suppress(OSError, EOFError), peer:
            self._greet(peer)
            host, port = self._request(peer)
            self.asked.append((host, port))
            if self.refuse:
                peer.sendall(bytes((5, REFUSED, 0, 1)) + bytes(6))
                return
            with socket.create_connection(("127.0.0.1", port)) as there:
                peer.sendall(bytes((5, OK, 0, 1)) + bytes(6))
                back = threading.Thread(target=_pump, args=(there, peer), daemon=True)
                back.start()
                _pump(peer, there)
                back.join()

    def _greet(self, peer: socket.socket) -> None:
        _, count = _take(peer, 2)
        methods = _take(peer, count)
        wanted = 2 if self.login else 0
        if wanted not in methods:
            peer.sendall(bytes((5, 255)))
            raise EOFError
        peer.sendall(bytes((5, wanted)))
        if self.login:
            _, length = _take(peer, 2)
            user = _take(peer, length).decode()
            password = _take(peer, _take(peer, 1)[0]).decode()
            good = (user, password) == self.login
            peer.sendall(bytes((1, 0 if good else 1)))
            if not good:
                raise EOFError

    def _request(self, peer: socket.socket) -> tuple[str, int]:
        _, _, _, kind = _take(peer, 4)
        if kind == 1:
            host = socket.inet_ntoa(_take(peer, 4))
        elif kind == 4:
            host = socket.inet_ntop(socket.AF_INET6, _take(peer, 16))
        else:
            host = _take(peer, _take(peer, 1)[0]).decode()
        (port,) = struct.unpack("!H", _take(peer, 2))
        return host, port


def _take(peer: socket.socket, count: int) -> bytes:
    taken = b""
    while len(taken) < count:
        block = peer.recv(count - len(taken))
        if not block:
            raise EOFError
        taken += block
    return taken


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while block := source.recv(1 << 16):
            target.sendall(block)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
