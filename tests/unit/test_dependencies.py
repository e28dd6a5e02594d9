"""Every library that the package imports is declared in pyproject.toml, and the other way round."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import pdm_nb

ROOT = Path(pdm_nb.__file__).parent
PROJECT = tomllib.loads((ROOT.parent / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
USED_BY_PACKAGE = ("demo", "dask", "keyring", "plots", "preview", "socks")  # extras
# Module -> package, if their names differ.
PACKAGES = {
    "IPython": "ipython",
    "markdown_it": "markdown-it-py",
    "PIL": "pillow",
    "python_calamine": "python-calamine",
    "socks": "pysocks",
    "tomli_w": "tomli-w",
    "vl_convert": "vl-convert-python",
    "yaml": "pyyaml",
}
# Imported for the types of annotations only.
FOR_TYPES = {"httpx"}
# Used without an import: the command `jupyter lab` with its server, and the forms that Starlette reads.
WITHOUT_IMPORT = {"jupyter-server", "jupyterlab", "python-multipart"}


def name_of(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, requirement
    return found[0].lower()


def imported(tree: ast.AST, for_types: bool = False) -> Iterator[tuple[str, bool]]:
    """The modules that are imported, and whether for annotations only."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name.partition(".")[0], for_types) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield str(node.module).partition(".")[0], for_types
        else:
            guard = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
            yield from imported(node, for_types or guard)


IMPORTED = {
    found
    for path in ROOT.rglob("*.py")
    if "node_modules" not in path.parts
    for found in imported(ast.parse(path.read_text("utf-8")))
}
LIBRARIES = {
    PACKAGES.get(module, module)
    for module, for_types in IMPORTED
    if module not in {*sys.stdlib_module_names, "pdm_nb"} and not (for_types and module in FOR_TYPES)
}
CORE = {name_of(requirement) for requirement in PROJECT["dependencies"]}
DECLARED = CORE | {name_of(one) for extra in USED_BY_PACKAGE for one in EXTRAS[extra]}


def test_what_is_imported_is_declared() -> None:
    assert set() == LIBRARIES - DECLARED


def test_what_is_declared_is_used() -> None:
    assert DECLARED - LIBRARIES == WITHOUT_IMPORT


def test_the_core_needs_no_extra() -> None:
    """What an extra declares is imported at the top of modules of the simulator and of the preview's process only."""
    optional = DECLARED - CORE
    found = [
        f"{path.relative_to(ROOT)}: {module}"
        for path in ROOT.rglob("*.py")
        if not {"node_modules", "preview_worker", "sim"} & set(path.relative_to(ROOT).parts)
        for node in ast.parse(path.read_text("utf-8")).body
        for module, _ in imported(ast.Module([node], []))
        if isinstance(node, ast.Import | ast.ImportFrom) and PACKAGES.get(module, module) in optional
    ]
    assert found == []


@pytest.mark.parametrize("extra", [None, *EXTRAS])
def test_every_requirement_has_a_lowest_version(extra: str | None) -> None:
    requirements = PROJECT["dependencies"] if extra is None else EXTRAS[extra]
    open_ended = [one for one in requirements if not re.search(r"[>=]=", one)]
    assert [one for one in open_ended if not one.startswith(("pdm_nb[", "types-"))] == []
