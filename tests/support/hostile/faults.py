"""The kinds of hostile responses, by name. Each is sent over a real socket by `server.HostileServer`."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from .server import Exchange, reset

MIB = 1 << 20
BOMB = 512  # MiB that a bomb decodes to
DEEP = 200_000
DRIP = 0.05  # seconds between two bytes


@dataclass(frozen=True)
class Kind:
    """One kind of hostile response: what it is called in the table, and what sends it."""

    name: str
    title: str
    give: Callable[[Exchange], object]


@cache
def _bomb(wbits: int) -> bytes:
    packer = zlib.compressobj(9, wbits=wbits)
    return b"".join(packer.compress(b" " * MIB) for _ in range(BOMB)) + packer.flush()


@cache
def _double_bomb() -> bytes:
    return zlib.compress(_bomb(31), wbits=31)


def prepare() -> None:
    """Make what takes seconds to make, so that it is sent at once."""
    _bomb(31), _bomb(15), _double_bomb()


def _encoded(encoding: str, body: Callable[[], bytes]) -> Callable[[Exchange], object]:
    return lambda ex: ex.respond(
        200, body(), f"Content-Encoding: {encoding}", "Content-Type: application/json"
    )


def _endless(ex: Exchange) -> bool:
    ex.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n")
    block = b"%x\r\n%b\r\n" % (MIB, b" " * MIB)
    while not ex.relay.stopping.is_set():
        ex.send(block)
    return True


def _endless_head(ex: Exchange) -> bool:
    ex.send(b"HTTP/1.1 200 OK\r\n")
    while not ex.relay.stopping.is_set():
        ex.send(b"X-More: " + b"x" * 8000 + b"\r\n")
    return True


def _endless_interim(ex: Exchange) -> bool:
    while not ex.relay.stopping.wait(0.001):
        ex.send(
            b"HTTP/1.1 103 Early Hints\r\n\r\n" if ex.method != "PUT" else b"HTTP/1.1 100 Continue\r\n\r\n"
        )
    return True


def _drip(ex: Exchange) -> bool:
    ex.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\nETag: x\r\n\r\n")
    while not ex.relay.stopping.wait(DRIP):
        ex.send(b" ")
    return True


def _silence(ex: Exchange) -> bool:
    ex.relay.stopping.wait()
    return True


def _cut(ex: Exchange) -> bool:
    ex.send(b'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\nETag: "x"\r\n\r\n{"data":')
    return True


def _reset(ex: Exchange) -> bool:
    reset(ex.sock)
    return True


def _json(text: str, status: int = 200, *lines: str) -> Callable[[Exchange], object]:
    return lambda ex: ex.respond(status, text.encode(), "Content-Type: application/json", *lines)


def _nan(ex: Exchange) -> None:
    """The right response, with each null replaced by a number that JSON does not have."""
    status, headers, body = ex.upstream()
    text = re.sub(rb":\s*null", b": NaN", body)
    text = re.sub(rb"^\{", b'{"odd": [Infinity, -Infinity, 1e999, ' + b"7" * 5000 + b"],", text, count=1)
    ex.respond(status, text, *(f"{name}: {value}" for name, value in headers.items()))


def _headers(ex: Exchange) -> None:
    """The right response, with headers that nobody can mean."""
    status, headers, body = ex.upstream()
    odd = {
        "Link": "<http://[::1>; rel=next, <<<>>>; rel", "Total": "\u0663", "X-Rate-Limit-Limit": "1e999",
        "X-Rate-Limit-Remaining": "-Infinity", "X-Rate-Limit-Reset": "9" * 400, "Retry-After": "NaN",
        "Content-Type": "application/json; charset=bz2", "Date": "Thu, 99 Jan 99999 99:99:99 GMT",
        "X-Request-Id": "x" * 5000, "Set-Cookie": "a=b; Max-Age=" + "9" * 100,
    }  # fmt: skip
    kept = {name: text for name, text in headers.items() if name.title() not in odd}
    ex.respond(status, body, *(f"{name}: {text}" for name, text in {**kept, **odd}.items()))


def _no_header(ex: Exchange) -> bool:
    ex.send(b"HTTP/1.1 200 OK\r\nno header\x00 \xe9\r\nContent-Length: 2\r\n\r\n{}")
    return True


def _no_http(ex: Exchange) -> bool:
    ex.send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n" * 100)
    return True


def _rows(ex: Exchange) -> None:
    """A list that says it has a next page, for ever: each page has one row that was not there before."""
    number = ex.relay.calls[ex.operation]
    rows = [
        {"id": f"{ex.operation}-{n}", "name": f"row {n}", "label": f"row {n}"}
        for n in range(number, number + 100)
    ]
    body = rows if "/v1.0/" in ex.target else {"data": rows}
    link = f'<{ex.relay.url}/x?page={number + 1}&per_page=100>; rel="next"'
    ex.respond(200, json.dumps(body).encode(), "Total: 999999999999", f"Link: {link}")


def _echo(ex: Exchange) -> None:
    """A refusal that repeats what it was sent, and so all secrets in it."""
    said = " ".join([*ex.headers.values(), ex.body.decode("latin-1"), ex.target])
    error = {"code": "BAD", "message": said, "details": [{"reason_code": "ECHO", "message": said}]}
    ex.respond(400, json.dumps({"error": error}).encode(), f"X-Request-Id: {said[:2000]}")


def _status(status: int, *lines: str) -> Callable[[Exchange], object]:
    def give(ex: Exchange) -> None:
        error = {"code": "HOSTILE", "message": "no", "details": [{"reason_code": "HOSTILE", "message": "no"}]}
        body = json.dumps({"error": error}).encode()
        if ex.method == "PUT":
            body = b"<Error><Code>Hostile</Code><Message>not today</Message></Error>"
        ex.respond(status, body, *lines)

    return give


KINDS = (
    Kind("endless", "a body without end", _endless),
    Kind("gzip", "a gzip bomb (512 MiB)", _encoded("gzip", lambda: _bomb(31))),
    Kind("deflate", "a deflate bomb (512 MiB)", _encoded("deflate", lambda: _bomb(15))),
    Kind("encoding", "an encoding that was not requested", _encoded("br, zstd", lambda: b"\x0b\x02\x80")),
    Kind("twice", "gzip within gzip", _encoded("gzip, gzip", _double_bomb)),
    Kind("drip", "one byte at a time", _drip),
    Kind("silence", "no response", _silence),
    Kind("interim", "interim responses without end", _endless_interim),
    Kind("head", "headers without end", _endless_head),
    Kind("cut", "a connection cut in the middle", _cut),
    Kind("reset", "a connection reset", _reset),
    Kind("no_http", "another protocol", _no_http),
    Kind("no_header", "a malformed header", _no_header),
    Kind("headers", "impossible header values", _headers),
    Kind(
        "html",
        "HTML with status 200",
        lambda ex: ex.respond(200, b"<html>Sign in</html>", "Content-Type: text/html"),
    ),
    Kind("deep", "JSON 200,000 levels deep", _json("[" * DEEP + "]" * DEEP)),
    Kind("wide", "JSON of 3 million empty lists", _json('{"data":[' + "[]," * 3_000_000 + "[]]}")),
    Kind("unicode", "bytes that are not UTF-8", lambda ex: ex.respond(200, b'{"data": "\xff\xfe"}')),
    Kind("numbers", "Infinity, NaN and 5,000 digits", _nan),
    Kind("shape", "JSON of another shape", _json('{"data": 7}')),
    Kind("rows", "a list without end", _rows),
    Kind("echo", "a refusal that repeats the secrets", _echo),
    Kind("redirect", "a redirect to another host", _status(302, "Location: http://127.0.0.1:9/steal")),
    *(
        Kind(f"s{status}", f"status {status}", _status(status))
        for status in (400, 401, 403, 404, 408, 409, 410, 422, 425)
    ),
    Kind("s429", "status 429", _status(429, "Retry-After: 2")),
    Kind("s429far", "status 429 for a year", _status(429, "Retry-After: 31536000")),
    *(Kind(f"s{status}", f"status {status}", _status(status)) for status in (500, 501, 502)),
    Kind("s503", "status 503", _status(503, "Retry-After: 2")),
    Kind("s999", "status 999", _status(999)),
)
BY_NAME = {kind.name: kind for kind in KINDS}
