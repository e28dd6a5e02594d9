"""A stranger finds the file: small modules, small folders, usual words in file names, one class for a name."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

import pdm_nb

ROOT = Path(pdm_nb.__file__).parent
LINES, FILES = 400, 15
BUILT = ("node_modules", "static", "__pycache__")
SOURCES = sorted(
    path
    for suffix in ("py", "js", "mjs", "css")
    for path in ROOT.rglob(f"*.{suffix}")
    if not any(part in BUILT for part in path.parts)
)
WORDS = """
    retry rate_limit cache undo duplicate time_left progress concurrency executor schema migration check keyboard
"""
# The simulator's own classes for what the client has too; it imports nothing of the client.
MIRRORED = {"Field", "Project", "Revision", "Upload", "User", "Value"}


def test_no_module_is_long() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert not {str(path): length for path, length in lengths.items() if length > LINES}


def test_no_folder_is_full() -> None:
    counts = Counter(path.parent for path in SOURCES)
    assert not {str(folder): count for folder, count in counts.items() if count > FILES}


@pytest.mark.parametrize("word", WORDS.split())
def test_a_usual_word_is_found_in_a_file_name(word: str) -> None:
    assert any(word in path.name for path in SOURCES)


def test_a_class_name_means_one_class() -> None:
    names = Counter(
        node.name
        for path in SOURCES
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert {name for name, count in names.items() if count > 1} == MIRRORED
