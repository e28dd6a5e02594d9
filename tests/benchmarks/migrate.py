"""What a migration costs: `python -m tests.benchmarks.migrate`. Prints one JSON object last.

`--part template`: a template of so many rows (10,000), from files whose names follow the naming standard of a project at
the simulator. `template_s` is all of it: finding the files, what is known of them, and writing; `xlsxwriter_s` is what
XlsxWriter alone needs for the same sheets: the calls that were made to it, made again. Both are of the processor, the
median of so many turns (3). `ratio` is template / XlsxWriter.

`--part evidence`: the evidence of so many documents (50,000), see `migrate_evidence.py`. `--part kills`: so many (20)
migrations of so many documents (500) that are killed, see `migrate_kills.py`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import xlsxwriter

import pdm_nb
from tests.benchmarks.migrate_evidence import FORMATS, measure_evidence
from tests.benchmarks.migrate_kills import measure_kills

PARTS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {}


def part(function: Callable[[argparse.Namespace], dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Add a part to the command, under its name."""
    PARTS[function.__name__] = function
    return function


class Recorded:
    """An object of XlsxWriter that notes the calls of its methods, and those of the objects that they return."""

    def __init__(
        self, real: Any, calls: list[tuple[int, str, tuple[Any, ...], dict[str, Any]]], number: int
    ) -> None:
        self._real, self._calls, self._number = real, calls, number

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._real, name)

        def call(*args: Any, **options: Any) -> Any:
            self._calls.append((self._number, name, args, options))
            plain = [one._real if isinstance(one, Recorded) else one for one in args]
            made = method(*plain, **options)
            return Recorded(made, self._calls, len(self._calls)) if name.startswith("add_") else made

        return call


def recorded(write: Callable[[], object]) -> list[tuple[int, str, tuple[Any, ...], dict[str, Any]]]:
    """Return the calls to XlsxWriter of a function."""
    calls: list[tuple[int, str, tuple[Any, ...], dict[str, Any]]] = []
    real = xlsxwriter.Workbook
    with mock.patch("xlsxwriter.Workbook", lambda *args: Recorded(real(*args), calls, 0)):
        write()
    return calls


def replay(path: Path, calls: list[tuple[int, str, tuple[Any, ...], dict[str, Any]]]) -> None:
    """Make these calls again."""
    objects: dict[int, Any] = {
        0: xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    }
    for number, (owner, name, args, options) in enumerate(calls, 1):
        given = [objects[one._number] if isinstance(one, Recorded) else one for one in args]
        objects[number] = getattr(objects[owner], name)(*given, **options)


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@part
def template(options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        files, path = Path(folder, "drawings"), Path(folder, "register.xlsx")
        files.mkdir()
        for number in range(options.rows):
            Path(files, f"RST-DEM-ZZ-{number % 30 + 1:02}-DR-A-{number:05}_P{number % 9 + 1:02}.pdf").touch()
        project = pdm_nb.connect("sim").project("Riverside Tower")
        calls = recorded(lambda: project.template(path, files=files))  # fetches the configuration too
        whole = [
            seconds(partial(project.template, Path(folder, f"{turn}.xlsx"), files=files))
            for turn in range(options.turns)
        ]
        alone = [seconds(lambda: replay(Path(folder, "same.xlsx"), calls)) for _ in range(options.turns)]
        cells = sum(name.startswith("write_") for _, name, _, _ in calls)
    mine, other = statistics.median(whole), statistics.median(alone)
    return {
        "rows": options.rows,
        "cells": cells,
        "template_s": round(mine, 2),
        "xlsxwriter_s": round(other, 2),
        "ratio": round(mine / other, 2),
    }


@part
def evidence(options: argparse.Namespace) -> dict[str, Any]:
    return measure_evidence(options.documents or 50_000, options.formats)


@part
def kills(options: argparse.Namespace) -> dict[str, Any]:
    return measure_kills(options.kills, options.documents or 500, options.seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", choices=PARTS, action="append", help="all of them if not given")
    parser.add_argument("--rows", type=int, default=10_000, help="of the template")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--documents", type=int, help="of the evidence, or of each migration")
    parser.add_argument(
        "--formats", nargs="+", default=list(FORMATS), choices=FORMATS, help="of the evidence"
    )
    parser.add_argument("--kills", type=int, default=20, help="migrations that are killed")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(json.dumps({name: PARTS[name](options) for name in options.part or PARTS}))


if __name__ == "__main__":
    main()
