"""Match the rows of a register with file names: by path, by name, by number and revision, by likeness.

Run as `python -m tests.benchmarks.register_matching`; the last line is JSON. No file exists: only names are compared.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections.abc import Callable

from pdm_nb.registers.matching import Matching, match_rows

TITLES = (
    "Ground floor plan",
    "Roof plan",
    "Section A-A",
    "North elevation",
    "Stair details",
    "Door schedule",
)
REVISIONS = ("P01", "P02", "C01", "A", "B", "Rev-00")
Rows = dict[int, dict[str, str]]


def number_of(place: int) -> str:
    return f"PRJ{place % 7}-{'ABCDEFGH'[place % 8]}R-{place // 400:03}-{place:05}"


def row_of(place: int) -> dict[str, str]:
    title, revision = TITLES[place % len(TITLES)], REVISIONS[place % len(REVISIONS)]
    return {
        "number": number_of(place),
        "description": f"{title} {place % 40}",
        "revision": revision,
        "status": "S2",
    }


def by_path(count: int) -> tuple[Rows, dict[str, int]]:
    rows = {
        place: row_of(place) | {"file": f"area {place % 50}/{number_of(place)}.pdf"} for place in range(count)
    }
    return rows, {row["file"]: 1 for row in rows.values()}


def by_name(count: int) -> tuple[Rows, dict[str, int]]:
    """Names without suffix, with backslashes or in lower case."""
    rows = {
        place: row_of(place) | {"file": f"area {place % 50}\\{number_of(place)}".lower()}
        for place in range(count)
    }
    return rows, {f"area {place % 50}/{number_of(place)}.pdf": 1 for place in range(count)}


def by_number(count: int) -> tuple[Rows, dict[str, int]]:
    rows = {place: row_of(place) for place in range(count)}
    return rows, {f"area {place % 50}/{row['number']} {row['description']} {row['revision']}.pdf": 1 for place, row in rows.items()}  # fmt: skip


def inside(count: int) -> tuple[Rows, dict[str, int]]:
    """The number is within the name, so that a template is learned."""
    rows = {place: row_of(place) | {"number": f"{place:06}"} for place in range(count)}
    return rows, {f"HQ-{r['number']}-{r['description']}-S2-{r['revision']}.pdf": 1 for r in rows.values()}


def by_likeness(count: int) -> tuple[Rows, dict[str, int]]:
    """No number is in a file name as it is written, and each title has a letter too few."""
    rows = {place: row_of(place) | {"file": f"{TITLES[place % 6]} {place}"} for place in range(count)}
    return rows, {f"{TITLES[place % 6].replace('o', '', 1)}-{place}.pdf": 1 for place in range(count)}


def measured(make: Callable[[int], tuple[Rows, dict[str, int]]], count: int) -> tuple[float, Matching]:
    rows, files = make(count)
    names = list(files.items())
    random.Random(3).shuffle(names)
    start = time.process_time()
    matching = match_rows(rows, dict(names), root="/files")
    matching.documents()
    return time.process_time() - start, matching


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=50_000)
    options = parser.parse_args()
    told: dict[str, object] = {"rows": options.rows}
    for make in (by_path, by_name, by_number, inside, by_likeness):
        seconds, matching = measured(make, options.rows)
        told |= {
            f"{make.__name__}_s": round(seconds, 2),
            f"{make.__name__}_matched": len(matching.matches),
            f"{make.__name__}_exact": len(matching.applied),
        }
        print(f"  {make.__name__}: {seconds:.2f} s", file=sys.stderr, flush=True)
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(told))


if __name__ == "__main__":
    main()
