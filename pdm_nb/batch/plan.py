"""Plans what a batch will do, and checks that the plan still holds when a run starts. Sends nothing.

The calls are those of a run without errors: refused or repeated calls are added to them.
"""

from __future__ import annotations

import html
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from .. import frames
from ..api.protocol.requests import BATCH
from ..local_files import document_of
from ..model import Document
from ..rules import checks
from ..rules.checks.base import who_may_fill
from .execution.chunks import batches
from .journal.journal import Journal
from .journal.states import State
from .pipeline.watch import EVERY, FIRST, LIMIT
from .signing import (
    DONE,
    NEW,
    VERSION,
    DocumentContent,
    PlanContent,
    content_of,
    document_content,
    hash_of,
    save_plan,
)
from .signing.plan_report import decisions, report_of
from .table.batch_table import BatchTable
from .transfer.file_parts import segment_sizes

HELD, LEFT = "on hold", "skipped"
WAITS, RENAMED = "PDM321", "PDM324"
SHOWN = 5  # new versions that the summary lists
UNCLEAR = (State.SUBMITTING, State.UNCONFIRMED)
LOOKS = 1 + int(-((FIRST - LIMIT) // EVERY))  # fetches until the time limit, at most (B35)
VERSIONS = {"PDM302", "PDM303"}
CALLS = {"stage": frames.TEXT, "operation": frames.TEXT, "least": frames.WHOLE, "most": frames.WHOLE}
ROWS = {
    "document": frames.WHOLE, "file": frames.TEXT, "what": frames.TEXT, "stage": frames.TEXT, "why": frames.TEXT,
    "bytes": frames.WHOLE, "name": frames.TEXT, "version": frames.WHOLE, "current": frames.FLAG, "order": frames.WHOLE,
}  # fmt: skip


@dataclass(frozen=True)
class PlanRow:
    """What will happen to a document. `stage`: at which it is put on hold, "" if it is not."""

    document: Document
    what: str
    stage: str = ""
    why: str = ""
    name: str = ""  # of the document; with its format it decides what becomes a version of what (B33, B40)
    version: int | None = None  # that it will become, None if it is not known
    current: bool | None = None  # whether it will be the newest one, None if it is not submitted


@dataclass(frozen=True, repr=False)
class Plan:
    """What upload(), watch() and submit() will do with a batch as it is now.

    `upload(plan=…)` and `submit(plan=…)` raise `InputError` if the batch is not what was planned by then: they take the
    plan, its hash, or the file that `save` wrote.

    Attributes
    ----------
    documents : DataFrame
        One row per document: document (Int64), file, what ("new", "new version", "on hold", "submitted", "skipped"), stage
        and why it is put on hold there (or the other name under which a new one is probably in the project already;
        string), bytes to send (Int64), name of the document (string), version that it will become (Int64; missing if
        it is not known), current: whether it will be the current version (boolean), order in which it is submitted
        (Int64).
    calls : DataFrame
        stage, operation (string), least, most (Int64). Calls that compare a batch with a plan are added to them.
    expected : DataFrame
        What machine learning or the file name may fill in (B36, B38): field, by (string), documents (Int64).
    decisions : DataFrame
        What was done to cells so far: at (datetime64[us, UTC]), author ("register", "profile", "file name", "machine
        learning", "analyst", "fix", "service"), decision (string), cells (Int64); first what the columns of the
        register are, with missing times and cells.
    bytes, puts : int
        Sent to storage; they do not count as calls (B14).
    seconds : float
        Time that the calls take under the present rate limit; 0.0 if it does not delay them, or is not known yet.
    """

    documents: pd.DataFrame
    calls: pd.DataFrame
    expected: pd.DataFrame
    decisions: pd.DataFrame
    bytes: int
    puts: int
    seconds: float
    content: PlanContent
    journal: Journal

    @cached_property
    def hash(self) -> str:
        """Hash of what would be sent: of all files, values and results, and what they rely on; 64 hexadecimal digits."""
        return hash_of(self.content)

    @property
    def counts(self) -> dict[str, int]:
        """Number of documents that are new, new versions, held and so on."""
        return dict(Counter(str(what) for what in self.documents["what"]))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the plan as a file to sign, and keep it in the journal.

        `upload(plan=…)` and `submit(plan=…)` then take the file, or the first digits of the hash that is in it.

        Parameters
        ----------
        path : str or path
            A file .html, which can be printed, or .xlsx.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            For another suffix, a folder that does not exist, or a file that cannot be written.

        Examples
        --------
        >>> batch.plan().save("plan.html").name
        'plan.html'
        """
        return save_plan(self.journal, self.content, report_of(self), path)

    def summary(self) -> dict[str, object]:
        """Return the figures as JSON values.

        Returns
        -------
        dict
            hash, documents, calls, bytes, puts, seconds, expected.
        """
        calls = self.calls[["stage", "operation", "least", "most"]].to_dict("records")
        return {
            "hash": self.hash, "documents": self.counts, "calls": calls, "bytes": self.bytes, "puts": self.puts,
            "seconds": round(self.seconds, 1), "expected": self.expected.to_dict("records"),
        }  # fmt: skip

    def lines(self) -> Iterator[str]:
        """Yield what it will do, one sentence each."""
        yield (", ".join(f"{count} {what}" for what, count in self.counts.items()) or "no documents")
        held = self.documents[self.documents["what"] == HELD]
        for (stage, why), count in Counter(zip(held["stage"], held["why"], strict=True)).most_common(5):
            yield f"on hold at the {stage}: {count} × {why}"
        last = self.documents[self.documents["current"].fillna(False) & (self.documents["what"] == VERSION)]
        for file, version in last[["file", "version"]].head(SHOWN).itertuples(index=False):
            number = "a new version" if pd.isna(version) else f"version {version}"
            yield f"{file} will become {number}, the current one"
        if len(last) > SHOWN:
            yield f"and {len(last) - SHOWN} more will become new versions"
        if renamed := int((self.documents["why"].ne("") & self.documents["what"].eq(NEW)).sum()):
            which = "1 document is" if renamed == 1 else f"{renamed} documents are"
            yield f"{which} probably in the project under another name: see the findings"
        least, most = int(self.calls["least"].sum()), int(self.calls["most"].sum())
        yield f"{least} calls{f' to {most}' if most > least else ''}, {self.puts} files or parts, {self.bytes / 1e6:.1f} MB"
        if self.seconds >= 1:
            yield f"at least {self.seconds:.0f} s under the present rate limit"
        for field, by, count in self.expected.itertuples(index=False):
            yield f"{by} may fill {field}: {count} documents"

    def __repr__(self) -> str:
        return f"<Plan {self.hash[:12]}>\n" + "\n".join(f"  {line}" for line in self.lines())

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{html.escape(line)}</li>" for line in self.lines())
        table = self.calls.to_html(index=False, notebook=True)
        return f"<p>Plan <code>{self.hash[:12]}</code></p><ul>{lines}</ul>{table}"


def plan_of(table: BatchTable, time_for: Callable[[int], float]) -> Plan:
    """Return the plan of a batch. `time_for`: seconds that calls take under the rate limit."""
    documents = list(table.journal.documents.values())
    rows = _with_versions(table, [_row(table, document) for document in documents])
    unsent = [row.document for row in rows if _is_to_upload(row)]
    calls = [*_upload_calls(unsent), *_watch_calls(rows), *_submit_calls(table, rows)]
    sizes = {document.id: max(0, document.size - document.sent) for document in unsent}
    order = {row.document.id: number for number, row in enumerate(_in_order(table, rows), 1)}
    promised = {row.document.id: _promised(table, row) for row in rows}
    return Plan(
        frames.frame(ROWS, [
            (r.document.id, r.document.name, r.what, r.stage, r.why, sizes.get(r.document.id, 0), r.name, r.version,
             r.current, order.get(r.document.id))
            for r in rows
        ]),
        frames.frame(CALLS, [call for call in calls if call[3]]),
        frames.frame({"field": frames.TEXT, "by": frames.TEXT, "documents": frames.WHOLE}, _expected(table, rows)),
        decisions(table.journal),
        sum(sizes.values()),
        sum(len(_missing(table, document)) for document in unsent),
        time_for(sum(call[2] for call in calls)),
        content_of(table.journal, table.configuration, promised),
        table.journal,
    )  # fmt: skip


def _in_order(table: BatchTable, rows: Sequence[PlanRow]) -> list[PlanRow]:
    """Return the rows that are submitted, in their order: all first versions before the second ones (B41)."""
    found = [row for row in rows if row.what in (NEW, VERSION)]
    return sorted(found, key=lambda row: table.evaluator.place(row.document.id))


def _row(table: BatchTable, document: Document) -> PlanRow:
    if document.state == State.SUBMITTED:
        return PlanRow(document, DONE)
    if document.state in (State.FAILED, State.GONE, *UNCLEAR):
        return PlanRow(document, LEFT, why=document.message or document.state)
    # Whether it waits for an earlier version is decided below: what is on hold now may be submitted.
    findings = [one for one in table.evaluator.findings([document.id]) if one.code != WAITS]
    stages = ("submit",) if document.ml else ("upload", "submit")
    for stage in stages:
        if found := checks.stops(findings, stage):
            return PlanRow(document, HELD, stage, f"{found[0].code} {found[0].message}")
    known = any(finding.code in VERSIONS for finding in findings) and not document.ml
    renamed = next((one.message for one in findings if one.code == RENAMED), "")
    return PlanRow(document, VERSION if known else NEW, why=renamed)


def _with_versions(table: BatchTable, rows: Sequence[PlanRow]) -> list[PlanRow]:
    """Return the rows with the version that each will become; versions after one on hold wait for it (B41)."""
    by_id = {row.document.id: row for row in rows}
    for row in rows:
        if row.what in (DONE, LEFT):
            continue
        found = table.evaluator.versions(row.document.id)
        if found.documents and found.documents[0] == row.document.id and not found.doubt:
            _number(table, [by_id[id_] for id_ in found.documents if id_ in by_id], by_id)
        elif found.doubt or not found.documents:
            by_id[row.document.id] = replace(row, name=table.evaluator.name_of(row.document.id))
    return [by_id[row.document.id] for row in rows]


def _number(table: BatchTable, rows: Sequence[PlanRow], by_id: dict[int, PlanRow]) -> None:
    """Number the versions of one document, in the order in which they are submitted."""
    name = table.evaluator.name_of(rows[0].document.id)
    version = table.evaluator.versions_there(rows[0].document.id)
    stuck: PlanRow | None = None
    for row in rows:
        now = replace(row, name=name)
        if row.what in (NEW, VERSION) and stuck is not None:
            now = replace(now, what=HELD, stage="submit", why=f"It waits for {stuck.document.name}")
        elif row.what in (NEW, VERSION):
            version = None if version is None else version + 1
            first = row is rows[0] and row.what == NEW and version in (None, 1)
            now = replace(now, what=NEW if first else VERSION, version=version, current=False)
        else:
            stuck = row
        by_id[row.document.id] = now
    last = next((by_id[r.document.id] for r in reversed(rows) if by_id[r.document.id].current is False), None)
    if last is not None:
        by_id[last.document.id] = replace(last, current=True)


def _reaches_submit(row: PlanRow) -> bool:
    """Return True if a document reaches the submit, even if it is put on hold there."""
    return row.what in (NEW, VERSION) or row.stage == "submit"


def _is_to_upload(row: PlanRow) -> bool:
    return _reaches_submit(row) and not row.document.ml


def _is_settled(document: Document) -> bool:
    return document.state == State.SETTLED or (document.state == State.HELD and bool(document.ml))


def _missing(table: BatchTable, document: Document) -> Sequence[object]:
    """Return the parts of a file that storage does not have yet."""
    if document.state == State.TRANSFERRED:
        return ()
    if document.file_upload_id:
        return [part for part in table.journal.parts(document.id) if not part.etag]
    return segment_sizes(document.size)


Call = tuple[str, str, int, int]


def _hundreds(count: int) -> int:
    return -(-count // BATCH)


def _upload_calls(documents: Sequence[Document]) -> Iterator[Call]:
    started = sum(1 for d in documents if d.file_upload_id and d.state != State.TRANSFERRED)
    new = sum(1 for d in documents if not d.file_upload_id)
    for operation, count in (
        ("createDocumentUploads", _hundreds(sum(1 for d in documents if not d.upload_id))),  # B23
        ("createUpload", new),  # B57: two calls a file
        ("showUpload", started),
        ("completeUpload", new + started),
        ("updateDocumentUploads", _hundreds(len(documents))),
    ):
        yield "upload", operation, count, count


def _watch_calls(rows: Sequence[PlanRow]) -> Iterator[Call]:
    """Yield the calls of a watch; their number depends on machine learning (B35)."""
    waiting = _hundreds(sum(1 for row in rows if _reaches_submit(row) and not _is_settled(row.document)))
    yield "watch", "listSelectedUploads", waiting, waiting * LOOKS


def _submit_calls(table: BatchTable, rows: Sequence[PlanRow]) -> Iterator[Call]:
    """Yield the calls of a submit. Versions of one document are in different calls: first all first ones (B41)."""
    counts: Counter[str] = Counter()
    rounds: dict[int, list[PlanRow]] = {}
    for row in rows:
        if _reaches_submit(row):
            rounds.setdefault(table.evaluator.place(row.document.id), []).append(row)
    for chunk in (chunk for _, of in sorted(rounds.items()) for chunk in batches(of)):
        edited = any(_is_settled(r.document) and table.journal.unsent(r.document.id) for r in chunk)
        ready = any(row.what != HELD for row in chunk)
        counts["updateDocumentUploads"] += edited
        counts["listSelectedUploads"] += 1  # B31: what a submit uses
        counts["createDocumentRevisions"] += ready
        counts["listSelectedRevisions"] += ready  # B46
    for operation, count in counts.items():
        yield "submit", operation, count, count


def _expected(table: BatchTable, rows: Sequence[PlanRow]) -> list[tuple[str, str, int]]:
    """Return which empty fields may be filled in, by whom, and in how many documents."""
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if not _reaches_submit(row) or _is_settled(row.document):
            continue
        context = table.evaluator.check_context(row.document.id)
        for field in table.configuration.settable:
            cell = context.cells.get(field.id)
            if (cell is None or not cell.text) and (who := who_may_fill(context, field)):
                found[field.name, who] += 1
    return [(field, who, count) for (field, who), count in sorted(found.items())]


def _promised(table: BatchTable, row: PlanRow) -> DocumentContent:
    document = row.document
    file = document if document.ml else document_of(Path(document.path))
    facts = {"what": row.what, "name": row.name, "version": f"{row.version} {row.current}"}
    facts |= {"stage": row.stage, "why": row.why}
    return document_content(table.journal, table.configuration.settable, document, file, facts)
