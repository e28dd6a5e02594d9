"""Collects what was unexpected in responses of the service, each sentence once per project, until it is shown."""

from __future__ import annotations

import re

MOST = 100  # per project: of a thousand malformed rows, only the first are reported
PROJECT = re.compile(r"/projects/([^/?]+)")


class Notices:
    """Sentences by project; "" for those about no project. Threads may share it."""

    def __init__(self) -> None:
        self._sentences: dict[str, dict[str, None]] = {}

    def add(self, path: str, sentence: str) -> None:
        """Add a sentence about a response to a call of `path`, unless it is there already."""
        found = PROJECT.search(path)
        known = self._sentences.setdefault(found[1] if found else "", {})
        if len(known) < MOST:
            known[sentence] = None

    def of(self, project_id: str) -> list[str]:
        """Return the sentences about no project and about this one, in the order of their arrival."""
        return [*self._sentences.get("", {}), *self._sentences.get(project_id, {})]

    def forget(self, project_id: str) -> None:
        """Remove the sentences about a project, since all of it is fetched again."""
        self._sentences.pop(project_id, None)
