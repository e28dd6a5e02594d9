"""Compares the journal of a batch with the records of the simulator, for tests and benchmarks with faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pdm_nb.model import Document
from pdm_nb.sim import Simulator
from pdm_nb.sim.world.records import Revision, Upload

ENDS = ("submitted", "held", "failed", "gone", "unconfirmed")


@dataclass
class Comparison:
    """The differences: `lost`, `twice` and `untrue` describe one problem per document; all must be empty."""

    states: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not (self.lost or self.twice or self.untrue)


def compare_with_simulator(simulator: Simulator, documents: Iterable[Document], expected: int) -> Comparison:
    """Compare the documents of a journal with the records of the simulator, without HTTP."""
    store = simulator._core.store
    revisions = {row.key: row for row in store.rows(Revision)}
    found = Comparison()
    claimed: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for document in documents:
        found.states[document.state] += 1
        names[document.name] += 1
        upload = store.get(Upload, document.upload_id) if document.upload_id else None
        if document.revision_id:
            claimed[document.revision_id] += 1
        if wrong := _wrong(document, upload, revisions):
            found.untrue.append(f"{document.name} is {document.state}: {wrong}")
    if (missing := expected - found.states.total()) > 0:
        found.lost.append(f"{missing} documents are not in the journal")
    found.lost += [f"revision {key} is nobody's" for key in revisions if not claimed[key]]
    found.twice += [f"revision {key} is claimed {count} times" for key, count in claimed.items() if count > 1]
    made = Counter(row.file_name for row in revisions.values())
    found.twice += [f"{name} became {count} revisions" for name, count in made.items() if count > names[name]]
    return found


def _wrong(document: Document, upload: Upload | None, revisions: dict[str, Revision]) -> str:
    if document.state not in ENDS:
        return "it did not come to an end"
    consumed = upload is not None and upload.gone == "submitted"
    if document.state == "submitted":
        revision = revisions.get(document.revision_id or "")
        if revision is None:
            return f"there is no revision {document.revision_id}"
        return "" if revision.upload_id == document.upload_id else "its revision is another upload's"
    if document.state == "unconfirmed":  # correct if the list of revisions did not show it
        return ""
    if consumed:
        return "its upload was submitted"
    # B26, B32: an upload that was deleted before it was completed is not visible either.
    if document.state == "gone" and upload is not None and upload.is_listed:
        return "its upload is there"
    return ""
