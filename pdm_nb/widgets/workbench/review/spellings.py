"""Different spellings of one text in a column, and how they are merged: one action, which can be undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ....registers.mapping import SpellingCluster, find_clusters
from ...application.application import ApplicationPart

MOST_CLUSTERS = 100  # that the page lists


class Spellings(ApplicationPart):
    """Finds and merges spellings."""

    actions = ("clusters", "merge")

    def __init__(self, bench: Any) -> None:
        self.bench = bench

    def clusters(self, field: str) -> list[dict[str, Any]]:
        """List clusters of spellings in the cells that can be edited, with the spelling that each would become."""
        labels = {value.label for value in self.bench.batch.view.choices(field)}
        found = []
        for cluster in find_clusters(text for _, text in self._texts(field)):
            if use := _proposed(cluster, labels):
                spellings = [[text, number] for text, number in cluster.spellings.items()]
                found.append({"spellings": spellings, "use": use})
        return found[:MOST_CLUSTERS]

    def merge(self, field: str, uses: Sequence[Sequence[Any]]) -> int:
        """Merge clusters: [[spellings, the text that they become], ...]; return the number of changed cells."""
        becomes = {str(text): str(use).strip() for spellings, use in uses for text in spellings}
        cells = [
            (id_, field, use)
            for id_, text in self._texts(field)
            if (use := becomes.get(text)) and use != text
        ]
        label = next((one.label for one in self.bench.batch.view.columns if one.name == field), field)
        changed = self.bench.batch.set_cells(cells, f"Merge spellings of {label}")
        return int(self.bench.documents.report_changes(changed, "merged"))

    def _texts(self, field: str) -> Iterator[tuple[int, str]]:
        """The texts of a field in documents that can be edited."""
        view = self.bench.batch.view
        for document in view.documents:
            if document.why_locked:
                continue
            cell = view.shown(document.id).get(field)
            if cell is not None and cell.text:
                yield document.id, cell.text


def _proposed(cluster: SpellingCluster, labels: set[str]) -> str:
    """The text that a cluster becomes: the value of the list, else the most frequent spelling; "" if all are values."""
    listed = [text for text in cluster.spellings if text in labels]
    if len(listed) == len(cluster.spellings):
        return ""
    return listed[0] if listed else cluster.best
