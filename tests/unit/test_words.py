"""Plain words in what people see: messages, docstrings of public names, panels, documentation, notebooks.

`python -m tests.unit.test_words` lists what is found, with a count per folder.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.support.visible_texts import READERS, texts

ROOT = Path(__file__).parents[2]
SKIPPED = ("node_modules", "/widgets/static/", "/widgets/frontend/test/", "build.mjs")

# What to avoid (a regular expression, case ignored) -> what to write.
WORDS = {
    r"answer(s|ed|ing)?": "returns (of a function), response (of a service)",
    r"told|tells?|telling": "reported, reports, shows, knows",
    r"says": "reports, shows, means",
    r"mend(s|ed|ing)?|amend(s|ed|ing)?": "fix, correct, edit",
    r"take[sn]? back|took back|taken back": "undo",
    r"do again|does again": "redo",
    r"go(es)? on|going on|went on|gone on": "continue, resume",
    r"anew": "again, restart, new",
    r"of late": "recently",
    r"beside": "next to, in addition to",
    r"lest": "so that ... not",
    r"chosen|choos(e|es|ing)|chose|chooser": "selected, select",
    r"(?<!there )(is|are|was) no (value|number|date|token|text|code|page|field|series|file|folder|check|length|time)": "is not a …, is not in the … list",
    r"(is|are) none (of|yet)|that is none|that there is not|where there (is|are) none": "name the wrong thing",
    r"there is no \w+ ('|\"|·)": "unknown X 'y', or: 'y' is not in the X list",
    r"no value of": "is not in the … list",
    r"(?<!such )(?<!same )(?<!known )(?<!well )as [A-Z]{2,}\d+\b": "such as ACME1",
    r"has no bytes": "is empty",
    r"nobody can (say|tell)": "it is not known",
    r"asked to be left alone": "is rate-limiting; retry in {n} s",
    r"globs?": "pattern",
    r"manifests?": "register",
    r"lov (entry|entries)": "list, list (several)",
    r"(is|are|or|was|were) gone": "deleted",
    r"(is|are|was|were) settled": "ready",
    r"(the )?(watch|submit|upload): done": "Machine learning finished; 83 documents submitted",
    r"escape once more": "Press Esc again to leave the grid",
    r"from above": "Copy from above",
    r"hands|twins?|strangers?|shelf|shelves|careless(ly)?": "executor, duplicates, malformed input, cache, client error",
    r"of the house|in silence|by dint of|thereof|whereupon|o'clock": "plain words",
}
EXACT = {
    "From above": "Copy from above",
    "Watch": "Wait for machine learning",
    "Set for chosen": "Set selected cells",
    "From anywhere": "Any source",
    "No value of the field": "Value not in the list",
    "not in name": "not found in file name",
}
# In texts about buildings, these are buildings.
METAPHORS = {r"doors?|rooms|roads?|desks?|pens?": "lock, queue, module, layout, transport, client, drawing"}
BUILDINGS = ("pdm_nb/sim/samples", "pdm_nb/sim/world", "pdm_nb/learn/lessons", "notebooks/course")
# What the pattern finds and is right.
ALLOWED = re.compile(r"copy from above|(not|no|an) answer\b|(told|tell) apart", re.IGNORECASE)


def pattern(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:(?<![\\w-])(?:{word})(?![\\w-]))" for word in words), re.IGNORECASE)


FIND, FIND_METAPHORS = pattern(WORDS), pattern(METAPHORS)


def better(word: str, words: dict[str, str]) -> str:
    return next(new for old, new in words.items() if pattern([old]).search(word))


def faults_of(path: Path) -> Iterator[str]:
    """Yield `file:line: word -> better word` for a file."""
    where = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    tables = [(FIND, WORDS)]
    if not where.startswith(BUILDINGS):
        tables.append((FIND_METAPHORS, METAPHORS))
    for line, text in texts(path):
        if text in EXACT:
            yield f"{where}:{line}: {text!r} -> {EXACT[text]!r}"
            continue
        shown = ALLOWED.sub(lambda match: "\n" * match[0].count("\n"), text)
        for find, words in tables:
            for match in find.finditer(shown):
                at = line + shown.count("\n", 0, match.start())
                around = " ".join(shown[max(0, match.start() - 30) : match.end() + 30].split())
                yield f"{where}:{at}: {match[0]!r} -> {better(match[0], words)}   (… {around} …)"


def files() -> list[Path]:
    """All files with texts that people see."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "notebooks").rglob("*.ipynb")]
    for suffix in READERS:
        found += (ROOT / "pdm_nb").rglob(f"*{suffix}")
    return sorted(path for path in found if not any(part in path.as_posix() for part in SKIPPED))


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_people_see_plain_words(path: Path) -> None:
    faults = list(faults_of(path))
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("a.md", "It is told.\n", ["told"]),
        ("a.md", "Call `mend()`.\n```python\nbatch.mend()  # mend it\n```\n", ["mend"]),
        ("a.py", 'raise ValueError(f"{x} is no value of {y}")', ["is no value"]),
        ("a.py", 'def f():\n    """Answer the sum."""', ["Answer"]),
        ("a.py", 'def _f():\n    """Answer the sum."""', []),
        ("a.py", 'def f():\n    """Apply it.\n\n    >>> batch.mend("PDM323")\n    """', []),
        ("a.py", 'x = {"told": 1, "take_back": 2}\nhelp = "see batch.mend() and take_back"', []),
        ("a.py", 'button = "Watch"\ntitle = "Go on"', ["Watch", "Go on"]),
        ("a.py", 'title = "A row such as ACME1"\ntext = "capitals, as ACME1"', ["as ACME1"]),
        ("a.js", "// mend\nconst a = 'Mended', b = 'mend-button', c = `mend ${told} now`", ["Mended", "mend"]),
        ("a.ipynb", '{"cells": [{"cell_type": "markdown", "source": ["choose"]}, {"cell_type": "code", "source": ["tell = 1  # lest"]}]}', ["choose", "lest"]),
    ],
)  # fmt: skip
def test_words_are_found_in_texts_and_not_in_code(
    tmp_path: Path, name: str, source: str, found: list[str]
) -> None:
    (tmp_path / name).write_text(source, "utf-8")
    faults = [fault.split(": ", 1)[1] for fault in faults_of(tmp_path / name)]
    assert sorted(fault.split("'")[1] for fault in faults) == sorted(found)


if __name__ == "__main__":
    everything = {path: list(faults_of(path)) for path in files()}
    print(*(fault for faults in everything.values() for fault in faults), sep="\n")
    counts = Counter({path.parent.relative_to(ROOT).as_posix(): 0 for path in everything})
    for path, faults in everything.items():
        counts[path.parent.relative_to(ROOT).as_posix()] += len(faults)
    print(*(f"{count:5} {folder}" for folder, count in counts.items()), sep="\n")
