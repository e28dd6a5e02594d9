"""What checking costs: `python -m tests.benchmarks.rules`. Prints one JSON object last.

So many documents (20,000) of so many fields (45), after a project of a dozen rules that qualify by type, discipline and
status, with an enforced naming standard and lists of values up to 500 long. All of it is real: the files on the disk, the
journal, the table. One document in fifty has a fault of some kind, so that there is something to find.

`first_s` is the first check of a batch, with each file looked at; `full_s` the whole check again with nothing kept of
what was derived; `cell_ms` the same question after one cell changed, the middle and the worst of fifty; `rules_ms` which
rule applies to each and what it requires, for all at once. Seconds are on the wall, `_cpu_s` of this process alone.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from pdm_nb.batch.journal.journal import Identity, Journal
from pdm_nb.batch.remote.configuration import Configuration
from pdm_nb.batch.table.batch_table import BatchTable
from pdm_nb.local_files import document_of
from pdm_nb.model import Document, Field, FieldType, NamingStandard, Qualifier, Requirement, Value
from pdm_nb.rules.values.lookup import Lookup

IDENTITY = Identity("https://api.test", "7", "42", "Riverside Tower")
NAMED = ("project", "originator", "volume", "level", "type", "discipline", "number")
LISTS = {
    "project": 3,
    "originator": 500,
    "volume": 20,
    "level": 60,
    "type": 40,
    "discipline": 14,
    "status": 12,
}


def field(name: str, type_: str = "string", **more: Any) -> Field:
    return Field(f"f-{name}", name, name.replace("_", " ").title(), FieldType(type_), **more)


def configuration(count: int) -> Configuration:
    """`count` fields: those of the standard, the usual ones, and custom ones of every type."""
    fields = [field("name", variant="computed")]
    fields += [field(name, "lov_entry") for name in LISTS]
    fields += [field("number"), field("revision"), field("description"), field("date_authored", "timestamp")]
    kinds = ("string", "lov_entry", "numeric", "timestamp", "lov_entries", "reference")
    fields += [field(f"custom_{n}", kinds[n % len(kinds)]) for n in range(count - len(fields))]
    by_name = {one.name: one for one in fields}
    lookups = {
        one.id: Lookup(
            one,
            [
                Value(
                    f"v-{one.name}-{n}",
                    f"{one.name[:1].upper()}{n:03}",
                    f"{one.label} number {n}",
                    n % 17 != 16,
                )
                for n in range(LISTS.get(one.name, 120))
            ],
        )
        for one in fields
        if one.type.is_lookup
    }
    standard = NamingStandard("n", "House standard", tuple(by_name[name] for name in NAMED))
    project = tuple(by_name[name] for name in ("name", "type", "status", "revision"))

    def rule(id_: str, more: tuple[str, ...], **when: int) -> Requirement:
        qualifiers = tuple(
            Qualifier(by_name[name].id, name, (lookups[by_name[name].id].values[value],), by_name[name].label)
            for name, value in when.items()
        )
        return Requirement(
            id_, project, tuple(by_name[name] for name in more), qualifiers, standard, id_ != "r3"
        )

    rules = [rule("default", ("description",))]
    rules += [rule(f"r{n}", ("description", f"custom_{n}"), type=n) for n in range(6)]
    rules += [
        rule(f"r{n}", (f"custom_{n}", f"custom_{n + 1}"), type=n % 6, discipline=n % 5) for n in range(6, 11)
    ]
    rules += [rule("r11", ("date_authored",), type=1, discipline=1, status=2)]
    return Configuration({one.id: one for one in fields}, rules, lookups)


def rows(
    known: Configuration, folder: Path, documents: int
) -> list[tuple[Document, dict[str, Any], dict[str, str], str]]:
    """Documents of real files with every field given; one in fifty has a fault."""
    rng = random.Random(7)
    found = []
    for number in range(documents):
        given = {one.name: value(known, one, rng, number) for one in known.settable}
        codes = [known.lookups[known.by_name[name].id].find(given[name]) for name in NAMED[:-1]]
        stem = "-".join([*(one.code for one in codes if isinstance(one, Value)), f"{number:05}"])
        if number % 50 == 0:
            fault = number // 50 % 5
            given |= [{"revision": None}, {"type": "Tpye number 3"}, {"date_authored": "31/03/2026"}, {}, {}][
                fault
            ]
            stem = f"Scan {number}" if fault == 3 else stem
        place = folder / f"{number // 200:04}"
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"{stem}.pdf"
        path.write_bytes(b"" if number % 250 == 200 else b"%PDF-1.7\n%%EOF\n")
        found.append((document_of(path), given, {}, ""))
    return found


def value(known: Configuration, one: Field, rng: random.Random, number: int) -> Any:
    if one.type.is_lookup:
        active = known.lookups[one.id].active
        return active[rng.randrange(len(active))].label
    if one.type is FieldType.TIMESTAMP:
        return f"2026-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
    return f"{number:05}" if one.name == "number" else str(rng.randrange(1000))


def measured(work: Any) -> tuple[float, float, Any]:
    begun, worked = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - begun, time.process_time() - worked, result


def cells(sheet: BatchTable, times: int) -> list[float]:
    """Seconds for the findings of the whole table, after one cell of it changed."""
    rng = random.Random(3)
    taken = []
    for number in range(times):
        id_ = rng.randrange(len(sheet.journal.documents))
        sheet.set(
            id_, ("description", "type", "revision")[number % 3], ("Plan", "Type number 2", "P02")[number % 3]
        )
        taken.append(measured(lambda: sheet.evaluator.findings())[0])
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--fields", type=int, default=45)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        known = configuration(options.fields)
        journal = Journal.open(Path(folder, "journal.sqlite"), IDENTITY)
        sheet = BatchTable(journal, known)
        opened, _, _ = measured(lambda: sheet.add(rows(known, Path(folder, "files"), options.documents)))
        print(f"  {options.documents:,} rows made and written in {opened:.1f} s", file=sys.stderr, flush=True)
        first, first_cpu, found = measured(lambda: sheet.evaluator.findings())
        rules, _, _ = measured(lambda: [sheet.evaluator.required(id_) for id_ in journal.documents])
        fulls = []
        for _ in range(3):
            fulls.append(measured(lambda: (journal.notify(journal.documents), sheet.evaluator.findings())[1]))
            assert fulls[-1][2] == found
        taken = cells(sheet, 50)
        texts = [f"Orignator numbr {number:x}" for number in range(options.documents)]
        unknown, _, wrong = measured(lambda: sheet.set(None, "originator", texts))
        assert len(wrong) == options.documents
        files, _, _ = measured(sheet.evaluator.inspect_files)
        again, _, _ = measured(sheet.evaluator.inspect_files)
        told = {
            "documents": options.documents,
            "fields": len(known.fields),
            "findings": dict(sorted(Counter(finding.code for finding in found).items())),
            "first_s": round(first, 3),
            "first_cpu_s": round(first_cpu, 3),
            "full_s": round(statistics.median(one[0] for one in fulls), 3),
            "full_cpu_s": round(statistics.median(one[1] for one in fulls), 3),
            "rules_ms": round(rules * 1000, 1),
            "cell_ms": round(statistics.median(taken) * 1000, 2),
            "cell_worst_ms": round(max(taken) * 1000, 2),
            "unknown_s": round(unknown, 3),
            "files_s": round(files, 3),
            "files_again_s": round(again, 3),
        }  # fmt: skip
        journal.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
