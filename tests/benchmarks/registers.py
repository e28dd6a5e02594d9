"""What reading a register costs: `python -m tests.benchmarks.registers`. Prints one JSON object last.

A workbook of so many rows (50,000) and columns (30), made with XlsxWriter: texts, numbers in the formats `0000` and
`"P"00`, dates. `read_s` is reading it as it is shown, `table_s` finding its table, `calamine_s` what python-calamine alone
needs to make a DataFrame of the values. Seconds are of the process's processor, the median of so many turns (3), each in a
process of its own, since the memory that one leaves behind slows the other; `ratio` is (read + table) / calamine.
`peak_mb` and `calamine_peak_mb` are the most memory that each process had.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

DISCIPLINES = ("Architectural", "Structural", "Mechanical")


def write(path: Path, rows: int, columns: int) -> None:
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("Register")
    padded, revision, date = (
        workbook.add_format({"num_format": code}) for code in ("0000", '"P"00', "dd/mm/yyyy")
    )
    sheet.write_row(0, 0, [f"Heading {column}" for column in range(columns)])
    for row in range(1, rows + 1):
        day = dt.datetime(2024, 1, 1) + dt.timedelta(days=row % 700)
        for column in range(columns):
            match column % 10:
                case 0:
                    sheet.write_string(row, column, f"CW-{column}-{row:05}")
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
                    sheet.write_string(row, column, f"file {row}.pdf")
    workbook.close()


def ours(path: Path) -> dict[str, float]:
    from pdm_nb.registers.reading import find_table, read_workbook

    start = time.process_time()
    workbook = read_workbook(path)
    read = time.process_time()
    table = find_table(workbook)
    end = time.process_time()
    assert table.frame.iloc[0, :4].tolist() == ["CW-0-00001", "0001", "P02", "02/01/2024"]
    return {"read_s": read - start, "table_s": end - read, "rows": len(table.frame)}


def calamine(path: Path) -> dict[str, float]:
    import pandas as pd
    from python_calamine import CalamineWorkbook

    start = time.process_time()
    header, *body = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    frame = pd.DataFrame(body, columns=header)
    return {"calamine_s": time.process_time() - start, "rows": len(frame)}


def measured(name: str, path: Path) -> dict[str, float]:
    """Run one of the two in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.registers", "--measure", name, "--file", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def compare(path: Path, turns: int) -> dict[str, float]:
    found = [(measured("ours", path), measured("calamine", path)) for _ in range(turns)]
    assert all(mine["rows"] == other["rows"] for mine, other in found)
    read = statistics.median(mine["read_s"] for mine, _ in found)
    table = statistics.median(mine["table_s"] for mine, _ in found)
    alone = statistics.median(other["calamine_s"] for _, other in found)
    return {
        "rows": found[0][0]["rows"],
        "read_s": round(read, 2),
        "table_s": round(table, 2),
        "calamine_s": round(alone, 2),
        "ratio": round((read + table) / alone, 2),
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
