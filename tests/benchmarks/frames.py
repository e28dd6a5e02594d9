"""What the wide frame costs: `python -m tests.benchmarks.frames`. Prints one JSON object last.

So many uploads (10,000) of so many fields (45), as the service tells them, become one frame with a row for each upload and
a column of text for each field: as `project.uploads()` does it (`ours_s`: decoded, then framed), and as pandas does it by
itself (`pandas_s`: `json_normalize` down to the values, joined where a field has several, and a pivot). Both begin with
what the JSON parser made of the answers, as `json_normalize` does, and end with equal cells, which is checked. `ratio` is
how many times as fast ours is; `json_s` is the parser, which both need, and `ratio_with_parser` the ratio with it.

Seconds are of this process's processor, the middle of so many turns (3), each after a collection of garbage.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from pdm_nb import frames
from pdm_nb.api.protocol import decode_documents
from pdm_nb.model import Field, FieldType

KINDS = ("string", "lov_entry", "numeric", "timestamp", "lov_entries", "reference")
STATE = {
    "id": "id", "upload_status": "upload_status", "ml": "integration_statuses.ml",
    "filename_scraping": "integration_statuses.filename_scraping", "match_criteria": "match_criteria",
    "container_id": "document_container_id", "latest_event_id": "latest_event_id", "completed_at": "upload_completed_at",
}  # fmt: skip


def fields(count: int) -> list[Field]:
    return [
        Field(f"01J0000000000000000000{n:04}", f"custom_{n}", f"Custom {n}", FieldType(KINDS[n % len(KINDS)]))
        for n in range(count)
    ]


def pages(shown: Sequence[Field], documents: int) -> list[str]:
    """The answers of the list, a hundred uploads on each."""
    rng = random.Random(7)
    rows = [upload(number, shown, rng) for number in range(documents)]
    return [json.dumps({"data": rows[start : start + 100]}) for start in range(0, documents, 100)]


def parsed(told: Sequence[str]) -> list[dict[str, Any]]:
    return [row for page in told for row in json.loads(page)["data"]]


def upload(number: int, shown: Sequence[Field], rng: random.Random) -> dict[str, Any]:
    return {
        "id": f"01J{number:023}", "latest_event_id": f"01K{number:023}", "upload_status": "COMPLETED",
        "upload_completed_at": f"2026-03-{number % 28 + 1:02}T10:00:00.000Z", "match_criteria": f"A-{number}|application/pdf",
        "document_container_id": None if number % 3 else f"01M{number:023}",
        "integration_statuses": {"ml": "completed", "filename_scraping": "not_applicable"}, "integrations": {},
        "fields": [held(one, rng) for one in shown],
    }  # fmt: skip


def held(one: Field, rng: random.Random) -> dict[str, Any]:
    """One field in ten is empty; those that may have several values have up to three."""
    several = rng.randrange(1, 4) if one.type is FieldType.LOV_ENTRIES else 1
    values = [value(one, rng) for _ in range(several)] if rng.random() < 0.9 else []
    return {
        "id": one.id, "name": one.name, "label": one.label, "type": one.type.value, "values": values,
        "label_source": "MANUAL" if values else "NONE", "confidence_score": None,
    }  # fmt: skip


def value(one: Field, rng: random.Random) -> dict[str, Any]:
    if one.type is FieldType.TIMESTAMP:
        return {"id": None, "code": None, "label": f"2026-03-{rng.randrange(1, 29):02}T00:00:00Z"}
    number = rng.randrange(10_000)
    if one.type.is_lookup:
        return {"id": f"01V{number:023}", "code": f"C{number}", "label": f"Value {number}"}
    return {"id": None, "code": None, "label": str(number)}


def ours(rows: Sequence[dict[str, Any]], shown: Sequence[Field]) -> pd.DataFrame:
    return frames.uploads(map(decode_documents.flat_upload, rows), shown)


def by_pandas(rows: list[dict[str, Any]], shown: Sequence[Field]) -> pd.DataFrame:
    state = pd.json_normalize(rows)[list(STATE.values())].set_axis(list(STATE), axis=1)
    # `fields.id` would be in the way of the upload's own id.
    long = pd.json_normalize(
        rows, record_path=["fields", "values"], meta=["id", ["fields", "name"], ["fields", "type"]],
        record_prefix="value.",
    )  # fmt: skip
    wide = long.pivot_table(
        index="id", columns="fields.name", values="value.label", aggfunc="; ".join, sort=False
    )
    table = state.join(wide[[one.name for one in shown]].fillna(""), on="id")
    for one in shown:
        if one.type is FieldType.TIMESTAMP:
            table[one.name] = pd.to_datetime(table[one.name], utc=True, errors="coerce", format="ISO8601")
        elif one.type is FieldType.NUMERIC:
            table[one.name] = pd.to_numeric(table[one.name], errors="coerce").astype("Float64")
    return table


def seconds(work: Callable[[], object]) -> float:
    gc.collect()
    begun = time.process_time()
    work()
    return time.process_time() - begun


def check_equal(mine: pd.DataFrame, theirs: pd.DataFrame, shown: Sequence[Field]) -> None:
    """Raise `AssertionError` where the two frames do not say the same."""
    assert len(mine) == len(theirs)
    names = [*(name for name in STATE if name != "completed_at"), *(one.name for one in shown)]
    for name in names:
        ours, others = mine[name].astype("string").fillna(""), theirs[name].astype("string").fillna("")
        assert ours.tolist() == others.tolist(), name
    assert mine["completed_at"].tolist() == pd.to_datetime(theirs["completed_at"]).tolist()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--fields", type=int, default=45)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    shown = fields(options.fields)
    told = pages(shown, options.documents)
    rows = parsed(told)
    check_equal(ours(rows, shown), by_pandas(rows, shown), shown)
    print("  both frames say the same", file=sys.stderr, flush=True)

    def middle(work: Callable[[], object]) -> float:
        return statistics.median(seconds(work) for _ in range(options.turns))

    mine, theirs = middle(lambda: ours(rows, shown)), middle(lambda: by_pandas(rows, shown))
    parser_s = middle(lambda: parsed(told))
    figures = {
        "documents": options.documents,
        "fields": options.fields,
        "megabytes": round(sum(map(len, told)) / 1e6, 1),
        "equal": True,
        "ours_s": round(mine, 3),
        "pandas_s": round(theirs, 3),
        "ratio": round(theirs / mine, 2),
        "json_s": round(parser_s, 3),
        "ratio_with_parser": round((theirs + parser_s) / (mine + parser_s), 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
