"""Caches the configuration of a project for a quarter of an hour; it is also stored with a journal.

A run that was stopped is often restarted at once, and requesting fields, rules, values and users again would take twenty
calls. The cache contains the rows of lists as the service returned them; `client.py` reads them as if they were new. The
time is an argument; no files.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .protocol.requests import Request

LIFETIME = 900.0  # seconds


class ResponseCache:
    """Rows of lists by request, with the Unix time of the request."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._rows: dict[str, tuple[float, list[Any]]] = {}

    def get(self, request: Request) -> list[Any] | None:
        """Return the rows of a list; None if they are not cached or have expired."""
        at, rows = self._rows.get(_key(request), (0.0, []))
        return rows if self._is_fresh(at) else None

    def put(self, request: Request, rows: list[Any]) -> None:
        self._rows[_key(request)] = (self._now(), rows)

    def forget(self, project_id: str) -> None:
        """Remove everything of a project."""
        for key in self._of(project_id):
            del self._rows[key]

    def dump(self, project_id: str) -> str:
        """Return everything of a project that has not expired, as JSON."""
        fresh = (key for key in self._of(project_id) if self._is_fresh(self._rows[key][0]))
        return json.dumps({key: self._rows[key] for key in fresh}, ensure_ascii=False)

    def load(self, text: str) -> None:
        """Add the result of `dump`, as far as it has not expired and nothing newer is cached."""
        for key, (at, rows) in json.loads(text).items():
            if self._is_fresh(at) and at > self._rows.get(key, (0.0,))[0]:
                self._rows[key] = (at, rows)

    def _is_fresh(self, at: float) -> bool:
        return 0 <= self._now() - at < LIFETIME

    def _of(self, project_id: str) -> list[str]:
        return [key for key in self._rows if f"/projects/{project_id}/" in key]


def _key(request: Request) -> str:
    return json.dumps([request.path, dict(request.params)])
