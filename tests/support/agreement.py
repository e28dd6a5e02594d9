"""Compares the client's checks of a document with the verdict of the simulator, which gets the values unchecked.

A document is compared by the first of these rules that applies:

1. *file*: the client reports PDM202 or PDM203 exactly when the service rejects the announced file.
2. *cells*: the fields in which the client finds an error that stops an upload (PDM102-PDM108) are exactly the fields
   that the service names when it rejects the update with INVALID_PROPERTY (B29).
3. *submit*, after machine learning and the file name have ended and the client has read the upload: PDM101 in the same
   fields that the service names when it rejects with INVALID_INPUT (B44); PDM306 exactly when it rejects with
   DUPLICATE_REVISION (B42), if there is no other error.
4. *early*: while the same rule applies, a field that was an error before the upload is empty at the submit, and an empty
   field was reported before, as an error or as a field that might be filled.
5. *name*: at the submit, the name that the client predicts is the name that the service uses (B33, B40).

`STRICTER` lists errors of the client that the service does not report. `UNKNOWABLE` lists rejections that do not depend
on the document: they must occur exactly when the test causes them, in the order in which the service checks (B44, B52).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import httpx2

import pdm_nb
from pdm_nb import sim
from pdm_nb.api.client import TimeSource
from pdm_nb.api.protocol.requests import Item, Termination, create_document_revisions
from pdm_nb.batch.execution.context import Context
from pdm_nb.batch.journal.journal import Step
from pdm_nb.batch.journal.states import Event
from pdm_nb.batch.pipeline.fetch_uploads import record_upload
from pdm_nb.batch.remote.existing_documents import of_revision
from pdm_nb.errors import AccessError, InvalidError, NotFoundError, ServerError
from pdm_nb.model import Cell, Field, Finding, LabelSource, Severity
from pdm_nb.rules.checks import STOPS_UPLOAD
from pdm_nb.rules.checks.files import LARGEST
from pdm_nb.rules.values.lists import SEPARATOR
from pdm_nb.rules.values.lookup import Lookup
from pdm_nb.runs.loop import run
from pdm_nb.sim.pdf_reader.reader import Guess, PdfReading
from pdm_nb.sim.world.records import Upload
from tests.support.agreement_results import STRICTER, Count, Verdict
from tests.support.generated_projects import Typed, documents, project

WAVE, WAVES = 20, 3  # documents of a batch, batches of a project
SEGMENT = 104_857_600


def agree(count: int, seed: int, only: int | None = None) -> Count:
    """Compare both sides for this number of generated documents; `only`: only those of one project, by its number."""
    found = Count(seed)
    for number in range(-(-count // (WAVE * WAVES))):
        if only in (None, number):
            left = count - number * WAVE * WAVES
            with tempfile.TemporaryDirectory() as folder, Bench(Path(folder), seed, number, found) as bench:
                for wave in range(WAVES):
                    if (size := min(WAVE, left - wave * WAVE)) > 0:
                        bench.compare(wave, size)
    return found


_sure = partial(Guess, confidence=0.9)


def read(source: Any) -> PdfReading:
    """The reading that the words in the file ask for; no real PDF is read here."""
    text = (source if isinstance(source, bytes) else Path(source).read_bytes()).decode()
    if "drawing" in text:
        return PdfReading(_sure("Drawing"), _sure("017"), _sure("A plan"), _sure("P07"), _sure("2026-03-05"))
    if "special" in text:
        return PdfReading(_sure("Drawing"), None, _sure("A plan"), _sure("P-7!"), None)
    if "nothing" in text:
        return PdfReading()
    return PdfReading(_sure("Specification" if "spec" in text else "Other"))


@dataclass
class Case:
    """One document that both sides check."""

    id: int
    typed: Typed
    early: list[Finding]
    rule: str
    upload_id: str = ""
    name: str = ""  # the name that the service uses, when the upload is settled


class Bench:
    """A generated project: a simulator in this process and a client for it."""

    def __init__(self, folder: Path, seed: int, number: int, count: Count) -> None:
        self.folder, self.count, self.number = folder, count, number
        self.chance = Random(f"{seed}/{number}")
        self.plan = project(self.chance)
        self.in_workflow = self.chance.random() < 0.5
        scenario = folder / "scenario.json"
        scenario.write_text(json.dumps({"name": f"generated {seed} {number}", "project": self.plan}))
        clock = sim.ManualClock()
        self.sim = sim.Simulator(
            scenario=scenario, clock=clock, reader=read, hourly_limit=10**9, spike_limit=10**9, ml_seconds=1.0,
            allow_duplicate_revisions=self.chance.random() < 0.3, workflow_on_submit=self.in_workflow,
        )  # fmt: skip
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.sim.app), base_url="http://127.0.0.1"
        )
        self.service = pdm_nb.connect(
            "http://127.0.0.1", client_id=self.sim.client_id, client_secret=self.sim.client_secret,
            http=self.http, clock=TimeSource(clock.now, lambda seconds: asyncio.sleep(0)),
        )  # fmt: skip
        self.project = self.service.project(self.sim.project_id)
        self.client, self.scope = self.service.client, self.project.scope

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        run(self.http.aclose())
        self.sim.stop()

    def compare(self, wave: int, size: int) -> None:
        users = [str(one) for one in self.project.users()["name"]]
        typed = {one.file_name: one for one in documents(self.chance, self.plan, users, size)}
        self.wave = wave
        self.batch = self.project.batch(self._write(wave, typed), journal=self.folder / f"{wave}.sqlite")
        self.fields = self.batch._core.table.configuration.by_name
        for document in self.batch.view.documents:
            self._type(document.id, typed[document.name])
        self.project.forget_existing()
        self.batch.check()
        cases = [
            Case(d.id, typed[d.name], self.batch.findings([d.id]), self._rule(d.id)) for d in self.batch.view.documents
        ]  # fmt: skip
        for case in cases:
            self.count.checks.update(self._error_codes(case.early))
        run(self._carry_out(cases))
        self.batch.close()

    def _write(self, wave: int, typed: Mapping[str, Typed]) -> Path:
        folder = self.folder / f"wave{wave}"
        folder.mkdir()
        for one in typed.values():
            (folder / one.file_name).write_text(
                "" if one.file == "empty" else f"%PDF-1.7 {one.body} {one.file_name}"
            )
            if one.file == "too large":
                os.truncate(folder / one.file_name, LARGEST + 1)  # a sparse file, which takes no disk space
        return folder

    def _type(self, id_: int, typed: Typed) -> None:
        for name, text in typed.cells.items():
            self.batch.set(id_, name, text)
        locked = [
            (id_, self.fields[n].id, Cell(t, (t,), LabelSource.MANUAL)) for n, t in typed.locked.items()
        ]
        self.batch._core.journal.set_cells(locked)
        if typed.file == "missing":
            Path(self.batch.view.document(id_).path).unlink()

    def _rule(self, id_: int) -> str:
        rule = self.batch._core.table.evaluator.rule(id_)
        return rule.id if rule else ""

    @staticmethod
    def _error_codes(findings: list[Finding]) -> set[str]:
        return {one.code for one in findings if one.severity is Severity.ERROR}

    async def _carry_out(self, cases: list[Case]) -> None:
        going = [case for case in cases if await self._upload(case)]
        await self._settle(going)
        self.batch._core.table.evaluator.use_existing(await self.project.fetch_existing(refresh=True))
        for case in going:
            await self._submit(case)

    # -- uploading
    async def _upload(self, case: Case) -> bool:
        """Upload it as it was typed; False if it cannot continue."""
        self.count.documents += 1
        errors = [one for one in case.early if one.severity is Severity.ERROR and one.code in STOPS_UPLOAD]
        if case.typed.file == "missing":
            return self._compare(
                "file", case, Verdict("PDM201"), Verdict(*sorted({e.code for e in errors if not e.field}))
            )
        if denied := case.typed.deed == "ACCESS_DENIED":
            self.sim._core.switch(can_upload=False)
        try:
            document = self.batch.view.document(case.id)
            [case.upload_id] = await self.client.create_document_uploads(
                self.scope, [(document.name, document.mime_type)]
            )
        except AccessError as error:
            return self._compare(
                "permission", case, Verdict("ACCESS_DENIED" if denied else ""), Verdict(error.reason)
            )
        finally:
            self.sim._core.switch(can_upload=True)
        size = {"empty": 0, "too large": LARGEST + 1}.get(case.typed.file)
        expected = (
            Verdict("INVALID_PROPERTY") if any(e.code in ("PDM202", "PDM203") for e in errors) else Verdict()
        )
        try:
            file = await self._store(_content(document.path) if size is None else b"", size)
        except InvalidError as error:
            return self._compare("file", case, expected, Verdict(error.reason))
        if expected.code:
            return self._compare("file", case, expected, Verdict())
        wrong = frozenset(one.field for one in errors if one.field)
        expected = Verdict("INVALID_PROPERTY", wrong) if wrong else Verdict()
        told = await self._update(case, file)
        return (not told.code and expected == told) or self._compare("cells", case, expected, told)

    async def _store(self, content: bytes, size: int | None) -> str:
        """Store a file by the client's own calls; the bytes are sent without a socket."""
        size = len(content) if size is None else size
        hashed = hashlib.sha256(content).hexdigest()
        parts = [min(SEGMENT, size - start) for start in range(0, size, SEGMENT)] or [0]
        file = await self.client.create_upload(
            self.scope, file_name="a.pdf", file_size=size, content_type="application/pdf",
            sha256=None, segments=[(part, hashed) for part in parts],
        )  # fmt: skip
        [segment] = file.segments
        answer = await self.http.put(segment.url, content=content, headers=dict(segment.headers))
        await self.client.complete_upload(self.scope, file.id, [answer.headers["ETag"].strip('"')])
        return file.id

    async def _update(self, case: Case, file: str) -> Verdict:
        cells = self.batch._core.journal.unsent(case.id)
        sent = [{"id": id_, "values": self._wire(self._field(id_), cell)} for id_, cell in cells]
        item = {"id": case.upload_id, "file_upload_id": file, "upload_status": "COMPLETED", "fields": sent}
        try:
            await self.client.update_document_uploads(self.scope, [item])
        except InvalidError as error:
            places = [re.search(r"update_params\.0\.fields\.(\d+)", one.message) for one in error.details]
            named = frozenset(self._field(sent[int(place[1])]["id"]).name for place in places if place)
            return Verdict(error.reason, named)
        self.batch._core.journal.mark_sent((case.id, id_, cell) for id_, cell in cells)
        return Verdict()

    def _field(self, id_: str) -> Field:
        return self.batch._core.table.configuration.fields[id_]

    def _wire(self, item: Field, cell: Cell) -> list[str]:
        """The values to send: those that the client resolved, otherwise the text, or the ids of the values that it names."""
        if cell.values is not None:
            return list(cell.values)
        lookup = self.batch._core.table.configuration.lookups.get(item.id)
        if lookup is None:
            return [cell.text]
        named = list(_named(lookup, cell.text))
        parts = [part.strip() for part in cell.text.split(SEPARATOR) if part.strip()]
        return named if len(named) == 1 else [one for part in parts for one in _one(lookup, part)]

    async def _settle(self, cases: list[Case]) -> None:
        """Wait for machine learning and the file name, and let the client read the result."""
        ids = [case.upload_id for case in cases]
        shown = {}
        while ids and not (shown and all(one.is_settled for one in shown.values())):
            self.sim.clock.advance(5.0)
            await asyncio.sleep(0)
            shown = {one.id: one for one in await self.client.list_selected_uploads(self.scope, ids)}
        context = Context(self.client, self.scope, self.batch._core.journal, lambda **_: None)
        for case in cases:
            steps = (Event.RECORDED, Event.STARTED, Event.STORED, Event.LINKED)
            facts = {"upload_id": case.upload_id, "ml": "in_progress"}
            self.batch._core.journal.note([Step(case.id, event, facts) for event in steps])
            record_upload(context, self.batch.view.document(case.id), shown[case.upload_id], Event.SETTLED)
            case.name = shown[case.upload_id].match_criteria.rpartition("|")[0]

    # -- submitting
    async def _submit(self, case: Case) -> None:
        findings = self.batch.findings([case.id])
        self.count.checks.update(self._error_codes(findings) - self._error_codes(case.early))
        expected = self._expected(case, findings)
        await self._cause_error(case)
        told = await self._try_submit(case)
        if self._compare("submit", case, expected, told):
            self._compare_early(case, told)
        # An empty plain name is rejected; until then the document has no name (B33).
        is_empty = not case.name and not self.batch._core.table.evaluator.text(case.id, "name")
        if (name := self.batch._core.table.evaluator.name_of(case.id)) != case.name and not is_empty:
            self.count.agreements -= 1
            self._disagree("name", case, Verdict(name), Verdict(case.name))

    def _expected(self, case: Case, findings: list[Finding]) -> Verdict:
        """The expected verdict of the service, in the order of its checks."""
        if case.typed.deed in ("PERMISSION_DENIED", "UPLOAD_NOT_FOUND", "FILE_KEY_MISMATCH"):
            return Verdict(case.typed.deed)
        errors = [one for one in findings if one.severity is Severity.ERROR]
        own = {"PDM306", *STRICTER}
        empty = frozenset(one.field for one in errors if one.field and one.code not in own)
        if empty:
            return Verdict("INVALID_INPUT", empty)
        if any(one.code == "PDM306" for one in errors):
            return Verdict("DUPLICATE_REVISION")
        there = self.batch._core.table.evaluator.check_context(case.id).related.existing
        if not self.in_workflow or all(one.kind != "revision" for one in there) or case.typed.deed == "ENDED":
            return Verdict()
        unentitled = case.typed.deed == "ENDED_UNENTITLED"
        return Verdict("WORKFLOW_CONFLICT" + ("_INSUFFICIENT_PERMISSION" if unentitled else ""))

    async def _cause_error(self, case: Case) -> None:
        """Cause an error that no check can know."""
        if case.typed.deed == "UPLOAD_NOT_FOUND":
            self.sim.delete_upload(case.upload_id)
        if case.typed.deed == "FILE_KEY_MISMATCH":
            item = {"id": case.upload_id, "file_upload_id": await self._store(b"another", None)}
            await self.client.update_document_uploads(self.scope, [item])

    async def _try_submit(self, case: Case) -> Verdict:
        """Submit only this document."""
        upload = self.sim._core.store.get(Upload, case.upload_id)
        deed = case.typed.deed
        ending = None
        if deed.startswith("ENDED"):
            ending = Termination("superseded", self.batch.view.choices("status")[0].id)
        request = create_document_revisions(self.scope, [Item(case.upload_id, upload.event_id, ending)])
        access = "Standard" if deed == "ENDED_UNENTITLED" else "Admin"
        self.sim._core.switch(can_submit=deed != "PERMISSION_DENIED", access_level=access)
        try:
            answer, _ = await self.client.send(request)
        except (InvalidError, NotFoundError, ServerError) as error:
            told = error.details[0].message.partition(": ")[2] if error.reason == "INVALID_INPUT" else ""
            return Verdict(error.reason, frozenset(told.split(", ") if told else ()))
        finally:
            self.sim._core.switch(can_submit=True, access_level="Admin")
        self.count.submitted += 1
        await self._remember(answer["data"]["ids"])
        return Verdict()

    async def _remember(self, ids: list[str]) -> None:
        """Make the new revisions known to the following documents, like those of another journal."""
        known = self.batch._core.table.evaluator.existing
        for row in await self.client.list_selected_revisions(self.scope, ids):
            if there := of_revision(row):
                self.batch._core.table.evaluator.use_existing(
                    type(known)([*known.rows, replace(there, upload_id=None)])
                )

    # -- comparing
    def _compare(self, kind: str, case: Case, expected: Verdict, told: Verdict) -> bool:
        """Count one document; False if the service rejected it or the two disagree."""
        if told.code:
            self.count.refused += 1
            if told.code not in STRICTER:
                self.count.refusals[told.code] += 1
        if expected == told:
            self.count.agreements += 1
            return not told.code or kind == "submit"
        self._disagree(kind, case, expected, told)
        return False

    def _compare_early(self, case: Case, told: Verdict) -> None:
        """Compare the findings about empty fields before the upload with the fields that are empty at the submit."""
        if told.code not in ("", "INVALID_INPUT"):
            return
        if self._rule(case.id) != case.rule:
            self.count.moved += 1
            return
        early = {
            s: frozenset(f.field for f in case.early if f.code == "PDM101" and f.severity is s)
            for s in Severity
        }
        errors, hopes = early[Severity.ERROR], early[Severity.WARNING]
        if not errors <= told.fields <= errors | hopes:
            self.count.agreements -= 1
            self._disagree("early", case, Verdict("PDM101", errors | hopes), told)

    def _disagree(self, kind: str, case: Case, expected: Verdict, told: Verdict) -> None:
        self.count.disagreements.append({
            "kind": kind, "project": self.number, "batch": self.wave, "file": case.typed.file_name,
            "client": [expected.code, sorted(map(str, expected.fields))], "service": [told.code, sorted(told.fields)],
            "typed": case.typed.cells | case.typed.locked, "deed": case.typed.deed,
            "findings": [f"{one.code} {one.field}: {one.message}" for one in case.early],
        })  # fmt: skip


def _content(path: str) -> bytes:
    return Path(path).read_bytes()


def _named(lookup: Lookup, text: str) -> Iterator[str]:
    """The ids of the values, active or not, that a text names."""
    plain = " ".join(text.casefold().split())
    return (v.id for v in lookup.values if plain in (v.code.casefold(), v.label.casefold()) or text == v.id)


def _one(lookup: Lookup, text: str) -> list[str]:
    """The id of the value that a text names, otherwise the text."""
    named = list(_named(lookup, text))
    return named if len(named) == 1 else [text]
