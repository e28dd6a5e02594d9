"""How well and how fast columns and values of registers are mapped. Prints JSON.

`python -m tests.benchmarks.register_mapping [ROWS]`
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date, timedelta
from time import perf_counter
from typing import Any, TypeVar

from pdm_nb.registers.mapping import (
    ColumnMapping,
    apply,
    build_crosswalk,
    check_cells,
    find_date_order,
    propose,
)
from tests.support.mapping_accuracy import Mapped, mapped_headings, share
from tests.support.register_fields import FIELDS, LOOKUPS

ROWS, COLUMNS = 50_000, 30
T = TypeVar("T")


def accuracy() -> dict[str, Any]:
    """The share of headings of other people's registers that get the right field by their heading alone."""
    mapped = mapped_headings()
    languages = dict.fromkeys(one.language for one in mapped)
    parts = {
        "all": mapped,
        "held_out": [one for one in mapped if one.held_out],
        **{name: [one for one in mapped if one.language == name] for name in languages},
    }
    return {name: _shares(part) for name, part in parts.items()}


def _shares(part: list[Mapped]) -> dict[str, Any]:
    sure = [one for one in part if one.is_sure]
    return {
        "headings": len(part),
        "right": round(share([one.is_right for one in part]), 4),
        "best": round(share([one.is_best for one in part]), 4),
        "sure": len(sure),
        "sure_and_wrong": sum(not one.is_right for one in sure),
    }


def register(rows: int) -> dict[str, list[str]]:
    """A register of 30 columns, of which ten are mapped."""
    disciplines = ["Architectural", "Structure", "Mech.", "Civil", "A - Architect", "Landscaping"]
    statuses = ["For information", "S2 - For information", "Approved", "For review", "S3", "S4"]
    day = date(2020, 1, 1)
    columns = {
        "Document No.": [f"PRJ-{n:06}" for n in range(rows)],
        "Title": [f"Plan {n % 3000} of area" for n in range(rows)],
        "Rev": [("P01", "P02", "C01")[n % 3] for n in range(rows)],
        "Discipline": [disciplines[n % len(disciplines)] for n in range(rows)],
        "Status": [statuses[n % len(statuses)] for n in range(rows)],
        "Issue Date": [f"{day + timedelta(n % 1500):%d/%m/%Y}" for n in range(rows)],
        "File Name": [f"PRJ-{n:06}.pdf" for n in range(rows)],
        "Level": [f"Level {n % 45}" for n in range(rows)],
        "Originator": [("DEM", "SMP", "PMO", "Demo Architekts")[n % 4] for n in range(rows)],
        "Trades": [("Piling; Masonry", "Piles", "T03")[n % 3] for n in range(rows)],
    }
    others = COLUMNS - len(columns)
    return columns | {
        f"Extra {k}": [f"x{k} {n % (500 * (k + 1))}" for n in range(rows)] for k in range(others)
    }


def speed(rows: int) -> dict[str, float]:
    """The seconds of each step for a register of this many rows."""
    table, seconds = register(rows), dict[str, float]()

    def timed(name: str, step: Callable[[], T]) -> T:
        start = perf_counter()
        result = step()
        seconds[name] = round(perf_counter() - start, 3)
        return result

    mapping = ColumnMapping.of(timed("propose", lambda: propose(table, FIELDS, LOOKUPS)))
    values = timed("apply", lambda: apply(mapping, table)).values
    crosswalk = timed("crosswalk", lambda: build_crosswalk(values, LOOKUPS).accept())
    timed("replace", lambda: crosswalk.apply(values))
    timed("date_order", lambda: find_date_order(table["Issue Date"]))
    timed("check_cells", lambda: check_cells(table, mapping.columns, LOOKUPS))
    return seconds


def main(rows: int = ROWS) -> None:
    seconds = speed(rows)
    result = {"accuracy": accuracy(), "rows": rows, "columns": COLUMNS, "seconds": seconds}
    print(json.dumps(result | {"total_seconds": round(sum(seconds.values()), 3)}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
