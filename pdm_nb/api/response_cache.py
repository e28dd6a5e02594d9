"""What a project is configured like, as it was answered: good for a quarter of an hour, and kept with a journal.

A run that was stopped is begun again at once, and asking anew for fields, rules, values and people would cost it
twenty calls. What is kept are the rows of lists as the service told them; `client.py` reads them as if they had just
come. No time but the one that is given, no files.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .protocol.requests import Request

GOOD_FOR = 900.0  # seconds


class ResponseCache:
    """Rows of lists by request, with the Unix time they were asked at."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._rows: dict[str, tuple[float, list[Any]]] = {}

    def get(self, request: Request) -> list[Any] | None:
        """The rows of a list; None where they are not known, or not good any more."""
        at, rows = self._rows.get(_key(request), (0.0, []))
        return rows if self._is_good(at) else None

    def put(self, request: Request, rows: list[Any]) -> None:
        self._rows[_key(request)] = (self._now(), rows)

    def forget(self, project_id: str) -> None:
        """Have all of a project asked for again."""
        for key in self._of(project_id):
            del self._rows[key]

    def dump(self, project_id: str) -> str:
        """What is known of a project and good still, as JSON."""
        good = (key for key in self._of(project_id) if self._is_good(self._rows[key][0]))
        return json.dumps({key: self._rows[key] for key in good}, ensure_ascii=False)

    def load(self, text: str) -> None:
        """Take what `dump` gave, where it is good still and nothing newer is known."""
        for key, (at, rows) in json.loads(text).items():
            if self._is_good(at) and at > self._rows.get(key, (0.0,))[0]:
                self._rows[key] = (at, rows)

    def _is_good(self, at: float) -> bool:
        return 0 <= self._now() - at < GOOD_FOR

    def _of(self, project_id: str) -> list[str]:
        return [key for key in self._rows if f"/projects/{project_id}/" in key]


def _key(request: Request) -> str:
    return json.dumps([request.path, dict(request.params)])
