"""What a batch will do, told before anything is sent, and whether it is still so when it begins. Sends nothing.

The calls are those of a calm run: what is refused, cut off or tried again costs more.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from .. import frames
from ..api.protocol.requests import BATCH
from ..errors import InputError
from ..local_files import document_of
from ..model import Document
from ..rules import checks
from ..rules.checks.base import who_may_fill
from .journal.states import State
from .pipeline.context import batches
from .pipeline.watch import EVERY, FIRST, LIMIT
from .table.table import BatchTable
from .transfer.file_parts import segment_sizes

NEW, VERSION, HELD, DONE, LEFT = "new", "new version", "held", "submitted", "left"
WAITS, RENAMED = "PDM321", "PDM324"
SHOWN = 5  # new versions that the summary lists
UNCLEAR = (State.SUBMITTING, State.UNCONFIRMED)
LOOKS = 1 + int(-((FIRST - LIMIT) // EVERY))  # at most, until one goes on by hand (B35)
VERSIONS = {"PDM302", "PDM303"}
CALLS = {"stage": frames.TEXT, "operation": frames.TEXT, "least": frames.WHOLE, "most": frames.WHOLE}
ROWS = {
    "document": frames.WHOLE, "file": frames.TEXT, "what": frames.TEXT, "stage": frames.TEXT, "why": frames.TEXT,
    "bytes": frames.WHOLE, "name": frames.TEXT, "version": frames.WHOLE, "current": frames.FLAG,
}  # fmt: skip
Marks = Mapping[int, Mapping[str, str]]  # document -> what may change of it -> how it is


@dataclass(frozen=True)
class PlanRow:
    """What is to become of a document. `stage`: where it is held, "" where it is not."""

    document: Document
    what: str
    stage: str = ""
    why: str = ""
    name: str = ""  # the document's name, which with its format decides what it is a version of (B33, B40)
    version: int | None = None  # that it becomes, None if it is not known
    current: bool | None = None  # whether it will be the newest one, None for what is not submitted


@dataclass(frozen=True, repr=False)
class Plan:
    """What upload(), watch() and submit() will do with a batch as it is now.

    Frames: `documents` (document, file, what: 'new', 'new version', 'held', 'submitted' or 'left', stage and why it is
    held there, or under which other name a new one is probably there already, bytes that are still to go, name: of the
    document, version: that it becomes, missing if that cannot be known, current: whether it will be the current version), `calls` (stage, operation, least, most), `expected` (field, by, documents:
    what machine learning or the file name may fill in, B36, B38). `bytes` and `puts` go to storage and count as no
    calls (B14). `seconds` is what the present rate limit makes the calls take, 0.0 where it does not hold them up, or
    no answer has told of it yet. `upload(plan=…)` and `submit(plan=…)` refuse when `hash` is no longer the batch's.
    """

    documents: pd.DataFrame
    calls: pd.DataFrame
    expected: pd.DataFrame
    bytes: int
    puts: int
    seconds: float
    marks: Marks

    @property
    def hash(self) -> str:
        """Of all files, values and what is to become of them: 64 hexadecimal digits."""
        return hashlib.sha256(json.dumps(self.marks, sort_keys=True).encode()).hexdigest()

    @property
    def counts(self) -> dict[str, int]:
        """How many documents are new, new versions, held and so on."""
        return dict(Counter(str(what) for what in self.documents["what"]))

    def confirm(self, now: Plan) -> None:
        """Raise `InputError`, naming what changed, where the batch is no longer as it was planned."""
        changed = list(_changes(self.marks, now.marks, {**_names(self), **_names(now)}))
        if changed:
            more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
            raise InputError(
                f"The batch changed since it was planned: {', '.join(changed[:3])}{more}. Look at batch.plan() again, "
                "and give that one."
            )

    def summary(self) -> dict[str, object]:
        """The figures as JSON has them."""
        calls = self.calls[["stage", "operation", "least", "most"]].to_dict("records")
        return {
            "hash": self.hash, "documents": self.counts, "calls": calls, "bytes": self.bytes, "puts": self.puts,
            "seconds": round(self.seconds, 1), "expected": self.expected.to_dict("records"),
        }  # fmt: skip

    def _lines(self) -> Iterator[str]:
        yield ", ".join(f"{count} {what}" for what, count in self.counts.items()) or "no documents"
        held = self.documents[self.documents["what"] == HELD]
        for (stage, why), count in Counter(zip(held["stage"], held["why"], strict=True)).most_common(5):
            yield f"held at the {stage}: {count} × {why}"
        last = self.documents[self.documents["current"].fillna(False) & (self.documents["what"] == VERSION)]
        for file, version in last[["file", "version"]].head(SHOWN).itertuples(index=False):
            number = "a new version" if pd.isna(version) else f"version {version}"
            yield f"{file} becomes {number}, the current one"
        if len(last) > SHOWN:
            yield f"and {len(last) - SHOWN} more become new versions"
        if renamed := int((self.documents["why"].ne("") & self.documents["what"].eq(NEW)).sum()):
            which = "1 document is" if renamed == 1 else f"{renamed} documents are"
            yield f"{which} probably there under another name: check() shows which"
        least, most = int(self.calls["least"].sum()), int(self.calls["most"].sum())
        yield f"{least} calls{f' to {most}' if most > least else ''}, {self.puts} files or parts, {self.bytes / 1e6:.1f} MB"
        if self.seconds >= 1:
            yield f"at least {self.seconds:.0f} s under the present rate limit"
        for field, by, count in self.expected.itertuples(index=False):
            yield f"{by} may fill {field}: {count} documents"

    def __repr__(self) -> str:
        return f"<Plan {self.hash[:12]}>\n" + "\n".join(f"  {line}" for line in self._lines())

    def _repr_html_(self) -> str:
        told = "".join(f"<li>{html.escape(line)}</li>" for line in self._lines())
        table = self.calls.to_html(index=False, notebook=True)
        return f"<p>Plan <code>{self.hash[:12]}</code></p><ul>{told}</ul>{table}"


def plan_of(sheet: BatchTable, time_for: Callable[[int], float]) -> Plan:
    """The plan of a batch. `time_for`: seconds that the rate limit makes so many calls take."""
    documents = list(sheet.journal.documents.values())
    rows = _with_versions(sheet, [_row(sheet, document) for document in documents])
    unsent = [row.document for row in rows if _is_to_upload(row)]
    calls = [*_upload_calls(unsent), *_watch_calls(rows), *_submit_calls(sheet, rows)]
    sizes = {document.id: max(0, document.size - document.sent) for document in unsent}
    return Plan(
        frames.frame(ROWS, [
            (r.document.id, r.document.name, r.what, r.stage, r.why, sizes.get(r.document.id, 0), r.name, r.version,
             r.current)
            for r in rows
        ]),
        frames.frame(CALLS, [call for call in calls if call[3]]),
        frames.frame({"field": frames.TEXT, "by": frames.TEXT, "documents": frames.WHOLE}, _expected(sheet, rows)),
        sum(sizes.values()),
        sum(len(_missing(sheet, document)) for document in unsent),
        time_for(sum(call[2] for call in calls)),
        {row.document.id: _marks(sheet, row) for row in rows},
    )  # fmt: skip


def _row(sheet: BatchTable, document: Document) -> PlanRow:
    if document.state == State.SUBMITTED:
        return PlanRow(document, DONE)
    if document.state in (State.FAILED, State.GONE, *UNCLEAR):
        return PlanRow(document, LEFT, why=document.message or document.state)
    # Whether an earlier version holds it up is seen below: what is on hold now may go with the submit.
    findings = [one for one in sheet.findings([document.id]) if one.code != WAITS]
    stages = ("submit",) if document.ml else ("upload", "submit")
    for stage in stages:
        if found := checks.stops(findings, stage):
            return PlanRow(document, HELD, stage, f"{found[0].code} {found[0].message}")
    known = any(finding.code in VERSIONS for finding in findings) and not document.ml
    renamed = next((one.message for one in findings if one.code == RENAMED), "")
    return PlanRow(document, VERSION if known else NEW, why=renamed)


def _with_versions(sheet: BatchTable, rows: Sequence[PlanRow]) -> list[PlanRow]:
    """The rows with the version that each becomes; what follows a version that is held waits for it (B41)."""
    by_id = {row.document.id: row for row in rows}
    for row in rows:
        if row.what in (DONE, LEFT):
            continue
        found = sheet.versions(row.document.id)
        if found.documents and found.documents[0] == row.document.id and not found.doubt:
            _number(sheet, [by_id[id_] for id_ in found.documents if id_ in by_id], by_id)
        elif found.doubt or not found.documents:
            by_id[row.document.id] = replace(row, name=sheet.name_of(row.document.id))
    return [by_id[row.document.id] for row in rows]


def _number(sheet: BatchTable, rows: Sequence[PlanRow], by_id: dict[int, PlanRow]) -> None:
    """Number the versions of one document, in the order in which they are submitted."""
    name = sheet.name_of(rows[0].document.id)
    version = sheet.versions_there(rows[0].document.id)
    stuck: PlanRow | None = None
    for row in rows:
        now = replace(row, name=name)
        if row.what in (NEW, VERSION) and stuck is not None:
            now = replace(now, what=HELD, stage="submit", why=f"It waits for {stuck.document.name}")
        elif row.what in (NEW, VERSION):
            version = None if version is None else version + 1
            first = row is rows[0] and row.what == NEW
            now = replace(now, what=NEW if first else VERSION, version=version, current=False)
        else:
            stuck = row
        by_id[row.document.id] = now
    last = next((by_id[r.document.id] for r in reversed(rows) if by_id[r.document.id].current is False), None)
    if last is not None:
        by_id[last.document.id] = replace(last, current=True)


def _goes_on(row: PlanRow) -> bool:
    """True where it comes to the submit, whether it is held there or not."""
    return row.what in (NEW, VERSION) or row.stage == "submit"


def _is_to_upload(row: PlanRow) -> bool:
    return _goes_on(row) and not row.document.ml


def _is_settled(document: Document) -> bool:
    return document.state == State.SETTLED or (document.state == State.HELD and bool(document.ml))


def _missing(sheet: BatchTable, document: Document) -> Sequence[object]:
    """The parts of a file that storage has not got yet."""
    if document.state == State.TRANSFERRED:
        return ()
    if document.file_upload_id:
        return [part for part in sheet.journal.parts(document.id) if not part.etag]
    return segment_sizes(document.size)


Call = tuple[str, str, int, int]


def _hundreds(count: int) -> int:
    return -(-count // BATCH)


def _upload_calls(documents: Sequence[Document]) -> Iterator[Call]:
    begun = sum(1 for d in documents if d.file_upload_id and d.state != State.TRANSFERRED)
    fresh = sum(1 for d in documents if not d.file_upload_id)
    for operation, count in (
        ("createDocumentUploads", _hundreds(sum(1 for d in documents if not d.upload_id))),  # B23
        ("createUpload", fresh),  # B57: two calls a file
        ("showUpload", begun),
        ("completeUpload", fresh + begun),
        ("updateDocumentUploads", _hundreds(len(documents))),
    ):
        yield "upload", operation, count, count


def _watch_calls(rows: Sequence[PlanRow]) -> Iterator[Call]:
    """How often one has to look hangs on machine learning (B35)."""
    waiting = _hundreds(sum(1 for row in rows if _goes_on(row) and not _is_settled(row.document)))
    yield "watch", "listSelectedUploads", waiting, waiting * LOOKS


def _submit_calls(sheet: BatchTable, rows: Sequence[PlanRow]) -> Iterator[Call]:
    """Versions of one document go in different calls: the first of each, then the second ones, and so on (B41)."""
    counts: Counter[str] = Counter()
    rounds: dict[int, list[PlanRow]] = {}
    for row in rows:
        if _goes_on(row):
            rounds.setdefault(sheet.place(row.document.id), []).append(row)
    for chunk in (chunk for _, of in sorted(rounds.items()) for chunk in batches(of)):
        edited = any(_is_settled(r.document) and sheet.journal.unsent(r.document.id) for r in chunk)
        ready = any(row.what != HELD for row in chunk)
        counts["updateDocumentUploads"] += edited
        counts["listSelectedUploads"] += 1  # B31: what a submit goes by
        counts["createDocumentRevisions"] += ready
        counts["listSelectedRevisions"] += ready  # B46
    for operation, count in counts.items():
        yield "submit", operation, count, count


def _expected(sheet: BatchTable, rows: Sequence[PlanRow]) -> list[tuple[str, str, int]]:
    """What is empty and may be filled in, by whom, in how many documents."""
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if not _goes_on(row) or _is_settled(row.document):
            continue
        subject = sheet.subject(row.document.id)
        for field in sheet.configuration.settable:
            cell = subject.cells.get(field.id)
            if (cell is None or not cell.text) and (who := who_may_fill(subject, field)):
                found[field.name, who] += 1
    return [(field, who, count) for (field, who), count in sorted(found.items())]


def _marks(sheet: BatchTable, row: PlanRow) -> dict[str, str]:
    """All that may change of a document between a plan and its carrying out."""
    document = row.document
    marks = {"its name": row.name, "its version": f"{row.version} {row.current}"}
    marks |= {"its state": f"{row.what} {row.why}" if row.what in (DONE, LEFT) else document.state}
    if not document.ml:
        file = document_of(Path(document.path))
        marks["its file"] = f"{document.path} {file.size} {file.mtime_ns} {file.inode}"
    for field in sheet.configuration.settable:
        if (cell := sheet.journal.cell(document.id, field.id)).text:
            marks[field.label] = f"{cell.text}\n{cell.values}"
    return marks | {"what is to become of it": f"{row.what} {row.stage} {row.why}"}


def _names(plan: Plan) -> dict[int, str]:
    return dict(zip(map(int, plan.documents["document"]), map(str, plan.documents["file"]), strict=True))


def _changes(before: Marks, now: Marks, names: Mapping[int, str]) -> Iterator[str]:
    """The documents that changed, and in what."""
    for id_ in sorted({*before, *now}):
        if id_ not in now or id_ not in before:
            yield f"{names[id_]} ({'taken out' if id_ not in now else 'added'})"
        elif before[id_] != now[id_]:
            keys = dict.fromkeys((*before[id_], *now[id_]))
            told = [key for key in keys if before[id_].get(key) != now[id_].get(key)]
            yield f"{names[id_]} ({', '.join(told)})"
