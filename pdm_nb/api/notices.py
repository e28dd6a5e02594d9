"""What was odd in responses of the service, collected until somebody shows it: each sentence once a project."""

from __future__ import annotations

import re

MOST = 100  # of one project: a thousand malformed rows are reported by the first of them
PROJECT = re.compile(r"/projects/([^/?]+)")


class Notices:
    """Sentences by project; "" stands for what concerns no project. Threads may share it."""

    def __init__(self) -> None:
        self._told: dict[str, dict[str, None]] = {}

    def add(self, path: str, sentence: str) -> None:
        """Keep a sentence about a response to a call of `path`, unless it is kept already."""
        found = PROJECT.search(path)
        told = self._told.setdefault(found[1] if found else "", {})
        if len(told) < MOST:
            told[sentence] = None

    def of(self, project_id: str) -> list[str]:
        """What concerns a project, and what concerns none, in the order it came."""
        return [*self._told.get("", {}), *self._told.get(project_id, {})]

    def forget(self, project_id: str) -> None:
        """Forget what concerns a project, since all of it is fetched again."""
        self._told.pop(project_id, None)
