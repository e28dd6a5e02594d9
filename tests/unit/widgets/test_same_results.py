"""What exists in Python and in JavaScript has the same results: thousands of generated inputs, the same in each run."""

from __future__ import annotations

import json
import subprocess
import unicodedata
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import pytest

from pdm_nb.batch.table.find_replace import Finder, skipped
from pdm_nb.batch.table.series import continue_series
from pdm_nb.model import Value
from pdm_nb.rules.values.normalize import ignore_case, plain
from pdm_nb.rules.values.value_search import search
from tests.support.frontend import CASES, NODE, needs_node

LETTERS = [
    "a",
    "A",
    "b",
    "ß",
    "ẞ",
    "s",
    "S",
    "ss",
    "i",
    "I",
    "İ",
    "ı",
    "é",
    "e\u0301",
    "ø",
    "Æ",
    "ł",
    "ﬁ",
    "Ａ",
    "σ",
    "ς",
    "Σ",
]
MARKS = [
    " ",
    "  ",
    "\u00a0",
    "\n",
    "\t",
    "\x1f",
    "\u2003",
    "-",
    "–",
    ".",
    "_",
    "$",
    "\\",
    "(",
    "[",
    "*",
    "^",
    "’",
    "\u200b",
    "\ufeff",
    "🏠",
    "𐐀",
]
DIGITS = ["0", "1", "2", "01", "10", "007", "9" * 20, "²", "١", "１"]
OLD = unicodedata.ucd_3_2_0  # characters of which no version of Unicode disagrees
SERIES = ["A-", "P0", "-", ".", ",", "0", "00", "1", "2", "9", "10", "99", " ", "e", "x", "\n", "9" * 25]
DAYS = [
    "2026-01-31",
    "2026-02-28",
    "2024-02-29",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "0000-01-01",
    "2025-12-31",
]
DAYS += ["2026-01-15", "2026-03-15", "9999-11-30", "2026-1-1", "2026-02-27"]


def text(random: Random, parts: list[str], most: int = 5) -> str:
    return "".join(random.choices(parts, k=random.randint(0, most)))


def searches(random: Random) -> list[Any]:
    parts = LETTERS + MARKS + DIGITS
    codes = [Value("", text(random, parts, 2), "").own_code for _ in range(random.randint(0, 12))]
    values = [[code, text(random, parts)] for code in codes]
    typed = random.choice([text(random, parts, 3), *map(random.choice, values)])
    return [random.choice([typed, typed.upper(), typed[:2], typed[::-1]]), values]


def replacements(random: Random) -> list[Any]:
    parts = random.choice([LETTERS, LETTERS + MARKS, ["a", "A", "ab"]])
    cell = text(random, parts, 8)
    wanted = random.choice([text(random, parts, 2), cell[1:3], cell.upper(), cell.lower(), cell])
    return [wanted, text(random, MARKS, 2), random.random() < 0.3, random.random() < 0.3, cell]


def series(random: Random) -> list[str]:
    if random.random() < 0.3:
        return random.choices(DAYS, k=2)
    around = text(random, SERIES, 2), text(random, SERIES, 2)
    return [
        random.choice([around[0], ""]) + text(random, SERIES, 3) + random.choice([around[1], ""])
        for _ in range(2)
    ]


def generated(make: Callable[[Random], Any], count: int) -> list[Any]:
    random = Random(1)
    return [make(random) for _ in range(count)]


@cache
def cases() -> dict[str, list[Any]]:
    places = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    return {
        "normalize": [f"a{char}b" for char in places if OLD.category(char) not in ("Cn", "Co")],
        "search": generated(searches, 5_000),
        "replace": generated(replacements, 20_000),
        "series": generated(series, 20_000),
        "skipped": generated(lambda random: random.choices("abcdef", k=random.randint(0, 9)), 200),
    }


@cache
def results_of_javascript() -> dict[str, list[Any]]:
    command = [str(NODE), str(CASES)]
    done = subprocess.run(
        command,
        input=json.dumps(cases()),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return dict(json.loads(done.stdout))


def searched(case: list[Any]) -> list[int]:
    typed, values = case
    found = search([Value(str(index), code, label) for index, (code, label) in enumerate(values)], typed)
    return [int(value.id) for value in found]


def replaced(case: list[Any]) -> str | None:
    wanted, by, match_case, whole, cell = case
    new = Finder(wanted, case=match_case, whole=whole).replaced(cell, by)
    return None if new == cell else new


def continued(known: list[str]) -> list[str]:
    found = continue_series(known, 4)
    return known * 2 if found is None else found  # the grid repeats what is no series


PYTHON: dict[str, Callable[[Any], Any]] = {
    "normalize": lambda one: [ignore_case(one), plain(one)],
    "search": searched,
    "replace": replaced,
    "series": continued,
    "skipped": skipped,
}


@needs_node
@pytest.mark.parametrize("name", PYTHON)
def test_python_and_javascript_agree(name: str) -> None:
    inputs, theirs = cases()[name], results_of_javascript()[name]
    assert len(inputs) == len(theirs)
    differing = [
        (one, mine, other)
        for one, other in zip(inputs, theirs, strict=True)
        if (mine := PYTHON[name](one)) != other
    ]
    assert differing[:5] == []


def test_the_generated_inputs_find_and_continue_something() -> None:
    assert sum(bool(searched(case)) for case in cases()["search"]) > 1_000
    assert sum(replaced(case) is not None for case in cases()["replace"]) > 3_000
    assert sum(continue_series(case, 1) is not None for case in cases()["series"]) > 3_000
