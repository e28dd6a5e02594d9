"""The parts `audit` and `reconcile` of `tests.benchmarks.explore`, each in this process.

`audit`: so many revisions (100,000) of 45 fields are checked from the local store, and a batch of a fifth as many documents
of the same project is checked as `batch.check()` does for the first time. `check_s` and `audit_s` are processor seconds;
`times` is how many of the first fit into the second, of which five are allowed.

`reconcile`: a register of half as many rows (50,000) and ten columns is read, and compared with a store of a tenth more
revisions. `reading_s` is until its columns and values are understood (`opening_s` of it is until the table is found),
`reconcile_s` what follows, without matching files.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import xlsxwriter

from pdm_nb import frames
from pdm_nb.audit.run_audit import audit as audited
from pdm_nb.batch.journal.journal import Journal
from pdm_nb.batch.remote.configuration import Configuration
from pdm_nb.batch.table.batch_table import BatchTable
from pdm_nb.explore.store.revision_store import RevisionStore
from pdm_nb.explore.store.row_encoder import FieldFacts
from pdm_nb.model import Field, Value
from pdm_nb.reconcile.reconcile_project import reconcile as reconciled
from pdm_nb.registers import Register
from tests.benchmarks import rules

SYSTEM = ("original_filename", "file_size", "format", "version", "created_at", "item_content")
AT_ONCE = 5000
SHOWN = (
    "name",
    "revision",
    "type",
    "discipline",
    "status",
    "number",
    "description",
    "originator",
    "volume",
    "level",
)


def audit(count: int, width: int) -> dict[str, Any]:
    known = rules.configuration(width)
    with tempfile.TemporaryDirectory() as folder:
        check_s, documents = _checked(known, Path(folder), count // 5)
        store = _filled(known, count)
        source: Any = SimpleNamespace(store=store, freshness="")
        begun = time.process_time()
        found = audited(
            "Large",
            source,
            known,
            computes_names=True,
            all_versions=False,
            make=None,  # type: ignore[arg-type]
        )
        taken = time.process_time() - begun
    assert found.checked == count
    return {
        "revisions": count, "documents": documents, "findings": len(found.findings), "check_s": check_s, "audit_s": taken,
        "times": taken / check_s,
    }  # fmt: skip


def _checked(known: Configuration, folder: Path, count: int) -> tuple[float, int]:
    """The processor seconds of the first check of a batch, and its documents."""
    journal = Journal.open(folder / "journal.sqlite", rules.IDENTITY)
    table = BatchTable(journal, known)
    table.add(rules.rows(known, folder / "files", count))
    begun = time.process_time()
    table.evaluator.inspect_files()
    frame = frames.findings(table.evaluator.findings(), {d.id: d.name for d in journal.documents.values()})
    taken = time.process_time() - begun
    assert len(frame)
    journal.close()
    return taken, count


def _filled(known: Configuration, count: int) -> RevisionStore:
    store = RevisionStore(None)
    store.add_fields(
        [FieldFacts(f.name, f.id, f.label, f.type_name, f.variant) for f in known.fields.values()]
    )
    for start in range(0, count, AT_ONCE):
        store.put(list(_revisions(known, range(start, min(start + AT_ONCE, count)))), 0.0)
    return store


def _revisions(known: Configuration, numbers: Sequence[int]) -> Iterator[dict[str, Any]]:
    rng = random.Random(7)
    by_label = {id_: {value.label: value for value in lookup.values} for id_, lookup in known.lookups.items()}
    for number in numbers:
        texts = {item.name: rules.value(known, item, rng, number) for item in known.settable}
        texts |= {"name": _name(known, texts), "revision": "P01"}
        if number % 50 == 0:
            texts[("revision", "description", "type")[number // 50 % 3]] = ""
        fields = [_field(item, texts.get(item.name, ""), by_label) for item in known.fields.values()]
        own = dict(
            zip(
                SYSTEM,
                (f"Document {number:06}.pdf", str(1000 + number), "pdf", "1", "2026-01-01T00:00:00Z", ""),
                strict=True,
            )
        )
        fields += [_raw(name, "string", [{"label": text}] if text else []) for name, text in own.items()]
        yield {
            "id": f"01K{number:023}", "document_container_id": f"01C{number:023}", "fields": fields,
            "permissions": {"allowed_actions": ["view", "download"]},
        }  # fmt: skip


def _name(known: Configuration, texts: dict[str, Any]) -> str:
    """The name of a document by the naming standard; one in a hundred does not follow it."""
    values = [known.lookups[known.by_name[name].id].find(texts[name]) for name in rules.NAMED[:-1]]
    codes = "-".join(one.code for one in values if isinstance(one, Value))
    return f"{codes}-{texts['number']}" if int(texts["number"]) % 100 else f"Scan {texts['number']}"


def _field(item: Field, text: str, by_label: dict[str, dict[str, Value]]) -> dict[str, Any]:
    if not text:
        return _raw(item.name, item.type_name, [], item.id)
    value = by_label.get(item.id, {}).get(text)
    one = {"label": text} if value is None else {"id": value.id, "code": value.code, "label": value.label}
    return _raw(item.name, item.type_name, [one], item.id)


def _raw(name: str, type_: str, values: list[dict[str, Any]], id_: str = "") -> dict[str, Any]:
    return {"id": id_ or f"s-{name}", "name": name, "type": type_, "label": name, "values": values}


def reconcile(count: int, width: int) -> dict[str, Any]:
    known, rows = rules.configuration(width), count // 2
    store = _filled(known, rows + rows // 10)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "register.xlsx")
        _write_register(path, known, rows)
        begun = time.process_time()
        register = Register(path, known.settable, known.lookups_by_name, columns={"Document": "file"})
        opening = time.process_time() - begun
        assert len(register.columns) == len(SHOWN)
        assert len(register.crosswalk) >= 0
        register.problems  # noqa: B018
        reading = time.process_time() - begun
        project: Any = SimpleNamespace(
            name="Large", configuration=known, revision_source=SimpleNamespace(store=store, freshness="")
        )
        begun = time.process_time()
        found = reconciled(project, register, sha256=False)
        taken = time.process_time() - begun
    counts = found.counts
    assert counts["surplus"] == rows // 10
    assert counts["missing"] == 0
    return {"rows": rows, "counts": counts, "opening_s": opening, "reading_s": reading, "reconcile_s": taken, "share": taken / reading}  # fmt: skip


def _write_register(path: Path, known: Configuration, rows: int) -> None:
    shown = [name for name in SHOWN if name != "name"]
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Register")
        sheet.write_row(0, 0, ["Document", *(known.by_name[name].label for name in shown)])
        rng = random.Random(7)
        for number in range(rows):
            if number % AT_ONCE == 0:
                rng = random.Random(7)
            texts = {item.name: rules.value(known, item, rng, number) for item in known.settable}
            texts |= {"revision": "P01"}
            sheet.write_row(number + 1, 0, [f"Document {number:06}.pdf", *(texts[name] for name in shown)])
