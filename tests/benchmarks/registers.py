"""What a register costs: `python -m tests.benchmarks.registers`. Prints one JSON object last.

A workbook of so many rows (50,000) and columns (30), made with XlsxWriter, with texts, numbers in the formats `0000` and
`"P"00`, dates and values of lists; and as many file names with number and revision. `read_s` is reading it as it is shown
and finding its table, `map_s` mapping its columns, dates and values, `match_s` matching its rows with the files, `all_s`
their sum; `again_s` is the sum for the same file opened again, unchanged, in another process; `calamine_s` is what python-calamine alone needs to make a DataFrame of the values. Seconds are of the process's
processor, the median of so many turns (3), each in a process of its own, since the memory that one leaves behind slows the
other; `ratio` is all / calamine, `read_ratio` reading / calamine, `again_ratio` again / calamine. `peak_mb` and `calamine_peak_mb` are the most memory that
each process had.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

HEADINGS = [
    "Drawing No.",
    "Sheet",
    "Rev.",
    "Issue Date",
    "Discipline",
    "Title",
    "Cost",
    "Status",
    "Remarks",
    "Phase",
]
DISCIPLINES = ("Architectural", "Structure", "Mech.")


def number_of(row: int) -> str:
    return f"CW-{row % 7}-{row:05}"


def write(path: Path, rows: int, columns: int) -> None:
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("Register")
    padded, revision, date = (
        workbook.add_format({"num_format": code}) for code in ("0000", '"P"00', "dd/mm/yyyy")
    )
    for column in range(columns):
        heading = HEADINGS[column % 10]
        sheet.write_string(0, column, heading if column < 10 else f"{heading} of part {column // 10}")
    for row in range(1, rows + 1):
        day = dt.datetime(2024, 1, 1) + dt.timedelta(days=row % 700)
        for column in range(columns):
            match column % 10:
                case 0:
                    sheet.write_string(row, column, number_of(row))
                case 1:
                    sheet.write_number(row, column, row % 9999, padded)
                case 2:
                    sheet.write_number(row, column, row % 9 + 1, revision)
                case 3:
                    sheet.write_datetime(row, column, day, date)
                case 4:
                    sheet.write_string(row, column, DISCIPLINES[row % 3])
                case 5:
                    sheet.write_string(row, column, f"Ground floor plan area {row % 5000}")
                case 6:
                    sheet.write_number(row, column, row * 1.5)
                case 7:
                    sheet.write_string(row, column, "S2")
                case 8 if row % 2:
                    sheet.write_string(row, column, "remark")
                case 9:
                    sheet.write_string(row, column, f"phase {row % 12}")
    workbook.close()


def ours(path: Path) -> dict[str, float]:
    from pdm_nb.registers.profiles import Profile
    from pdm_nb.registers.register_content import content_of
    from pdm_nb.registers.register_files import FileDecisions, RegisterFolder, match
    from pdm_nb.registers.register_options import table_by
    from pdm_nb.registers.register_stages import RegisterStages
    from tests.support.register_fields import FIELDS, LOOKUPS

    fields = [item for item in FIELDS if item.is_settable]
    start = time.process_time()
    table = table_by(Profile(), path)
    read = time.process_time()
    stages = RegisterStages(content_of(table), fields, LOOKUPS, Profile())
    rows = stages.rows
    mapped = time.process_time()
    names = {f"{number_of(row)}_P{row % 9 + 1:02}.pdf": 100 for row in range(1, len(rows) + 1)}
    matching = match(rows, RegisterFolder(path.parent, names), FileDecisions())
    documents = matching.documents()
    end = time.process_time()
    assert rows[2] == {
        "number": "CW-1-00001", "revision": "P02", "date_authored": "2024-01-02", "discipline": "Structural engineer",
        "description": "Ground floor plan area 1", "status": "S2", "project_stage": "phase 1",
    }  # fmt: skip
    assert len(documents) == len(rows)
    return {"read_s": read - start, "map_s": mapped - read, "match_s": end - mapped, "rows": len(rows)}


def calamine(path: Path) -> dict[str, float]:
    import pandas as pd
    from python_calamine import CalamineWorkbook

    start = time.process_time()
    header, *body = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    frame = pd.DataFrame(body, columns=header)
    return {"calamine_s": time.process_time() - start, "rows": len(frame)}


def measured(name: str, path: Path, cache: Path) -> dict[str, float]:
    """Run one of the two in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.registers", "--measure", name, "--file", str(path)]
    environment = os.environ | {"PDM_NB_CACHE_DIR": str(cache)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


def compare(path: Path, turns: int) -> dict[str, float]:
    found, again = [], []
    for turn in range(turns):
        cache = path.parent / f"cache-{turn}"
        found.append((measured("ours", path, cache), measured("calamine", path, cache)))
        assert list(cache.rglob("*.npz"))
        again.append(measured("ours", path, cache))
    assert all(mine["rows"] == other["rows"] for mine, other in found)
    steps = ("read_s", "map_s", "match_s")
    seconds = {name: statistics.median(mine[name] for mine, _ in found) for name in steps}
    second = statistics.median(sum(mine[name] for name in steps) for mine in again)
    alone, whole = statistics.median(other["calamine_s"] for _, other in found), sum(seconds.values())
    return {
        "rows": found[0][0]["rows"],
        **{name: round(value, 2) for name, value in seconds.items()},
        "all_s": round(whole, 2),
        "again_s": round(second, 2),
        "calamine_s": round(alone, 2),
        "read_ratio": round(seconds["read_s"] / alone, 2),
        "ratio": round(whole / alone, 2),
        "again_ratio": round(second / alone, 2),
        "peak_mb": max(mine["peak_mb"] for mine, _ in found),
        "calamine_peak_mb": max(other["peak_mb"] for _, other in found),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--columns", type=int, default=30)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--measure", choices=("ours", "calamine"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        result = ours(options.file) if options.measure == "ours" else calamine(options.file)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps(result | {"peak_mb": peak}))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        write(path, options.rows, options.columns)
        print(json.dumps(compare(path, options.turns)))


if __name__ == "__main__":
    main()
