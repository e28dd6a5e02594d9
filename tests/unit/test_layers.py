"""Which layer may import which: the table of the design, checked against the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import pdm_nb

ROOT = Path(pdm_nb.__file__).parent
# Layer -> the layers of pdm_nb that its modules may import, at the top, inside functions and for type checking alike.
# A layer is a folder with its own modules, or a module right in pdm_nb.
LAYERS: dict[str, set[str]] = {
    "": {
        "batch",
        "connect",
        "errors",
        "findings",
        "project",
        "registers",
        "rules.checks",
        "runs",
        "service",
        "widgets.presentation",
        "widgets.workbench",
    },
    "__main__": {"cli"},
    "api": {"file_writing", "api.limits", "api.network", "api.protocol", "errors", "model"},
    "api.limits": set(),
    "api.network": {"api.limits", "errors"},
    "api.protocol": {"api.limits", "errors", "model"},
    "audit": {
        "batch",
        "batch.remote",
        "errors",
        "explore",
        "explore.store",
        "frames",
        "model",
        "plots",
        "project_batches",
        "reconcile",
        "registers",
        "reports",
        "rules",
        "rules.checks",
        "rules.values",
    },
    "batch": {
        "api",
        "api.limits",
        "api.protocol",
        "batch.corrections",
        "batch.evidence",
        "batch.execution",
        "batch.held_list",
        "batch.journal",
        "batch.pipeline",
        "batch.remote",
        "batch.signing",
        "batch.table",
        "batch.transfer",
        "document_preview",
        "errors",
        "frames",
        "local_files",
        "model",
        "registers",
        "registers.forms",
        "rules",
        "rules.checks",
        "rules.values",
        "runs",
        "widgets.workbench",
    },
    "batch.corrections": {
        "batch.journal",
        "batch.table",
        "errors",
        "frames",
        "model",
        "registers",
        "rules.values",
    },
    "batch.evidence": {
        "batch.journal",
        "batch.pipeline",
        "errors",
        "frames",
        "model",
        "reports",
        "runs",
    },
    "batch.execution": {
        "api",
        "api.limits",
        "api.protocol",
        "batch.journal",
        "batch.remote",
        "errors",
        "model",
        "runs",
    },
    "batch.held_list": {
        "batch.corrections",
        "batch.journal",
        "batch.table",
        "errors",
        "frames",
        "model",
        "registers.forms",
        "registers.reading",
        "registers.reading.form",
        "rules.checks",
        "rules.values",
    },
    "batch.journal": {"file_writing", "errors", "local_files", "model"},
    "batch.pipeline": {
        "api",
        "api.protocol",
        "batch.execution",
        "batch.journal",
        "batch.remote",
        "batch.table",
        "batch.transfer",
        "document_states",
        "errors",
        "model",
        "rules.checks",
        "rules.values",
    },
    "batch.remote": {
        "api",
        "api.protocol",
        "batch.journal",
        "errors",
        "local_files",
        "model",
        "rules",
        "rules.values",
    },
    "batch.signing": {
        "batch.evidence",
        "batch.journal",
        "batch.pipeline",
        "batch.remote",
        "errors",
        "frames",
        "model",
        "reports",
    },
    "batch.suggested": {"batch.journal", "model"},
    "batch.table": {
        "batch.journal",
        "batch.suggested",
        "batch.remote",
        "document_preview",
        "errors",
        "frames",
        "local_files",
        "model",
        "rules",
        "rules.checks",
        "rules.values",
    },
    "batch.transfer": {
        "api",
        "api.limits",
        "api.network",
        "api.protocol",
        "batch.execution",
        "batch.journal",
        "errors",
        "local_files",
        "model",
    },
    "cli": {
        "file_writing",
        "",
        "cli.doctor",
        "settings",
        "cli.terminal",
        "connect",
        "journals",
        "demo",
        "errors",
        "help",
        "learn",
        "registers",
        "registers.profiles",
        "sim",
        "sim.samples",
    },
    "cli.doctor": {"", "cli.terminal", "connect", "errors", "settings"},
    "cli.terminal": {""},
    "connect": {"api", "api.network", "errors", "local_files", "runs", "service", "settings"},
    "demo": {"batch", "connect", "errors", "model"},
    "document_preview": {"local_files", "rules", "runs"},
    "document_preview.preview_worker": set(),
    "document_states": set(),
    "errors": set(),
    "explore": {
        "file_writing",
        "api",
        "api.limits",
        "api.protocol",
        "batch",
        "batch.execution",
        "batch.remote",
        "errors",
        "explore.store",
        "frames",
        "local_files",
        "model",
        "rules",
        "rules.values",
        "runs",
    },
    "explore.store": {
        "api",
        "api.limits",
        "api.protocol",
        "batch",
        "batch.execution",
        "batch.remote",
        "errors",
        "local_files",
        "model",
        "rules.values",
        "runs",
    },
    "file_writing": {"errors"},
    "findings": set(),
    "frames": {"model", "rules"},
    "help": {"errors", "rules.checks"},
    "journals": {"api", "batch", "batch.evidence", "batch.journal", "errors", "settings"},
    "learn": {"errors", "learn.checking", "learn.lessons", "sim"},
    "learn.checking": {"errors", "sim"},
    "learn.lessons": {"errors", "learn.checking"},
    "local_files": {"errors", "model", "rules.values"},
    "model": {"document_states", "findings"},
    "plots": {
        "file_writing",
        "batch",
        "errors",
        "explore",
        "frames",
        "model",
        "reports",
        "rules",
        "rules.values",
        "runs",
    },
    "project": {
        "api",
        "api.protocol",
        "audit",
        "batch.remote",
        "errors",
        "explore.store",
        "frames",
        "model",
        "runs",
        "scenario_export",
        "verify",
    },
    "project_batches": {
        "batch",
        "errors",
        "frames",
        "registers",
        "registers.forms",
        "registers.profiles",
        "templates",
    },
    "reconcile": {
        "batch.remote",
        "explore",
        "explore.store",
        "frames",
        "local_files",
        "model",
        "plots",
        "project_batches",
        "registers",
        "registers.mapping",
        "registers.reading.sheets",
        "reports",
        "rules",
        "rules.checks",
        "rules.values",
    },
    "registers": {
        "errors",
        "frames",
        "local_files",
        "model",
        "registers.forms",
        "registers.mapping",
        "registers.matching",
        "registers.profiles",
        "registers.reading",
        "registers.reading.form",
        "registers.reading.sheets",
        "registers.reading.table",
        "rules",
        "rules.values",
    },
    "registers.forms": {
        "file_writing",
        "batch.remote",
        "errors",
        "model",
        "registers.mapping",
        "registers.reading",
        "registers.reading.form",
        "registers.reading.sheets",
        "rules",
        "rules.values",
    },
    "registers.mapping": {"errors", "model", "rules.values"},
    "registers.matching": {
        "errors",
        "frames",
        "local_files",
        "registers.reading.sheets",
        "rules",
        "rules.values",
    },
    "registers.profiles": {"file_writing", "errors", "model", "registers.mapping", "rules.values"},
    "registers.reading": {
        "errors",
        "local_files",
        "registers.reading.cache",
        "registers.reading.display",
        "registers.reading.sheets",
        "registers.reading.table",
        "registers.reading.text",
        "registers.reading.xlsx",
        "rules.values",
    },
    "registers.reading.cache": {
        "file_writing",
        "local_files",
        "registers.reading.form",
        "registers.reading.sheets",
        "registers.reading.table",
    },
    "registers.reading.display": {"registers.reading.sheets", "rules.values"},
    "registers.reading.form": {"rules.values", "errors", "registers.reading.sheets"},
    "registers.reading.sheets": {"errors"},
    "registers.reading.table": {
        "errors",
        "registers.reading.form",
        "registers.reading.sheets",
        "rules.values",
    },
    "registers.reading.text": {
        "errors",
        "registers.reading.display",
        "registers.reading.sheets",
        "rules.values",
    },
    "registers.reading.xlsx": {
        "errors",
        "registers.reading.display",
        "registers.reading.sheets",
        "rules.values",
    },
    "reports": {"file_writing", "errors"},
    "rules": {"errors", "model", "rules.values"},
    "rules.checks": {"errors", "model", "rules", "rules.values"},
    "rules.values": {"model"},
    "runs": {"document_states", "errors", "widgets.application"},
    "scenario_export": {"file_writing", "errors", "model"},
    "service": {"api", "api.limits", "errors", "frames", "project", "runs"},
    "settings": {"api", "errors"},
    "sim": {"sim.documents", "sim.handlers", "sim.pdf_reader", "sim.runtime", "sim.samples", "sim.world"},
    "sim.documents": {"sim.pdf_reader", "sim.runtime", "sim.world", "sim.world.codes"},
    "sim.handlers": {"sim.documents", "sim.runtime", "sim.world"},
    "sim.pdf_reader": set(),
    "sim.runtime": set(),
    "sim.samples": {"sim.pdf_reader", "sim.world.codes"},
    "sim.world": {"sim.runtime", "sim.world.codes"},
    "sim.world.codes": {"sim.runtime"},
    "templates": {
        "batch",
        "batch.remote",
        "local_files",
        "model",
        "registers",
        "registers.forms",
        "registers.reading.form",
        "registers.reading.sheets",
        "rules",
        "runs",
    },
    "verify": {"file_writing", "api", "api.limits", "api.protocol", "errors", "frames", "model"},
    "widgets": {"widgets.application", "widgets.grid", "widgets.workbench"},
    "widgets.application": {"errors", "help", "runs", "widgets.grid"},
    "widgets.grid": {"errors", "model", "runs"},
    "widgets.presentation": {"", "errors", "widgets.application", "widgets.workbench"},
    "widgets.workbench": {
        "file_writing",
        "",
        "document_preview",
        "document_states",
        "errors",
        "journals",
        "model",
        "runs",
        "widgets.application",
        "widgets.grid",
        "widgets.workbench.imports",
        "widgets.workbench.review",
    },
    "widgets.workbench.review": {"errors", "registers.mapping", "runs", "widgets.application"},
    "widgets.workbench.imports": {
        "errors",
        "local_files",
        "registers",
        "registers.profiles",
        "widgets.application",
    },
}
# Imported only when asked for, inside a function: panels, and what the extra `demo` brings.
LAZY = {
    ("", "widgets.presentation"),
    ("", "widgets.workbench"),
    ("batch", "widgets.workbench"),
    ("runs", "widgets.application"),
    ("cli", "demo"),
    ("cli", "sim"),
    ("cli", "sim.samples"),
    ("learn", "sim"),
    ("learn.checking", "sim"),
}
# May reach the simulator, through importlib, inside a function.
BY_NAME = {"demo", "settings.defaults", "widgets.presentation.stage"}
PURE = {
    "document_states",
    "errors",
    "findings",
    "model",
    "api.protocol",
    "rules",
    "rules.values",
    "rules.checks",
}
PURE_MODULES = {"api.limits.rate_limit", "api.limits.rate_limit_windows", "api.limits.clock_skew"}
PURE_MODULES |= {"batch.journal.states", "batch.transfer.concurrency"}
SIM = {
    "sim",
    "sim.documents",
    "sim.handlers",
    "sim.pdf_reader",
    "sim.runtime",
    "sim.samples",
    "sim.world",
    "sim.world.codes",
}
WIDGETS = {"widgets", "widgets.application", "widgets.grid", "widgets.presentation", "widgets.workbench"}
# Library -> the layers that may use it.
LIBRARIES: dict[str, set[str]] = {
    "httpx": {"connect"},  # for its types only
    "httpx2": {"api", "api.network", "connect", "learn.checking", "verify"},
    "urllib3": {"api", "api.network"},
    "socks": {"api.network"},
    "socksio": {"api.network"},
    "ssl": {"cli.doctor", "api", "api.network", "connect"},
    "distributed": {"batch.transfer"},
    "filelock": {"api"},
    "markdown_it": {"help"},
    "sqlite3": {"batch.journal", "explore.store", "sim", "sim.world"},
    "altair": {"plots"},
    "vl_convert": {"plots"},
    "pandas": {
        "file_writing",
        "audit",
        "learn",
        "plots",
        "frames",
        "registers",
        "registers.forms",
        "registers.mapping",
        "registers.matching",
        "registers.reading",
        "registers.reading.cache",
        "registers.reading.table",
        "rules.checks",
        "rules.values",
        "batch",
        "batch.corrections",
        "batch.evidence",
        "batch.signing",
        "batch.table",
        "reports",
        "explore",
        "service",
        "project",
        "project_batches",
        "verify",
        "demo",
    },
    "python_calamine": {"registers.reading"},
    "rapidfuzz": {"registers.mapping", "registers.matching", "rules", "rules.values", "rules.checks"},
    "tomli_w": {"registers.profiles"},
    "xlsxwriter": {"file_writing", "registers.forms", "reports"},
    "IPython": {"runs", *WIDGETS},
    **dict.fromkeys(("anywidget", "ipywidgets", "traitlets"), WIDGETS),
    "PIL": {"document_preview.preview_worker", *SIM},
    "pypdfium2": {"document_preview.preview_worker", *SIM},
    **dict.fromkeys(("starlette", "uvicorn", "reportlab", "jsonschema", "yaml"), SIM),
}
IMPURE = {
    "asyncio",
    "concurrent",
    "io",
    "os",
    "random",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
}
IMPURE |= {"threading", "time", "urllib"}


@dataclass(frozen=True)
class Import:
    """One import: who, what (a layer, or a library), and whether it waits inside a function."""

    where: str
    layer: str
    what: str
    own: bool
    lazy: bool


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def layer_of(module: str) -> str:
    """The layer that a module (named from below pdm_nb) is in: its folder, or itself right in pdm_nb."""
    if ROOT.joinpath(*module.split(".")).is_dir():
        return module
    folder, _, name = module.rpartition(".")
    return folder or name


def targets(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[str]:
    """Absolute names of what is imported; `from . import x` may name a module or a thing in the package."""
    if isinstance(node, ast.Import):
        yield from (name.name for name in node.names)
        return
    base = node.module or ""
    if node.level:
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*above, base] if base else above)
    for name in node.names:
        inner = f"{base}.{name.name}"
        yield inner if is_module(inner) else base


def is_module(name: str) -> bool:
    path = ROOT.parent.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def imports(path: Path) -> Iterator[Import]:
    module = module_name(path)
    package = ".".join(filter(None, ["pdm_nb", module])) if path.stem == "__init__" else ""
    package = package or ".".join(["pdm_nb", *module.split(".")[:-1]])
    for node, lazy in walk(ast.parse(path.read_text(encoding="utf-8"))):
        for name in targets(node, package):
            own = name.split(".")[0] == "pdm_nb"
            inside = name.partition(".")[2]
            what = layer_of(inside) if own else name.split(".")[0]
            yield Import(f"{path.relative_to(ROOT)}:{node.lineno}", layer_of(module), what, own, lazy)


def walk(tree: ast.AST, lazy: bool = False) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, lazy
        else:
            function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from walk(node, lazy or function)


SOURCES = sorted(path for path in ROOT.rglob("*.py") if "node_modules" not in path.parts)
FOUND = [one for path in SOURCES for one in imports(path)]


def test_the_reader_of_imports_sees_them() -> None:
    assert len(SOURCES) > 50
    assert any(one.layer == "api" and one.what == "httpx2" for one in FOUND)
    assert any(one.layer == "api" and one.what == "api.protocol" and one.own for one in FOUND)
    assert any(one.layer == "cli" and one.what == "sim" and one.lazy for one in FOUND)


def test_every_module_has_a_layer() -> None:
    assert {layer_of(module_name(path)) for path in SOURCES} == set(LAYERS)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer or "pdm_nb")
def test_a_layer_imports_only_what_the_table_allows(layer: str) -> None:
    wrong = [
        f"{one.where} imports {one.what or 'pdm_nb'}"
        for one in FOUND
        if one.own and one.layer == layer and one.what not in LAYERS[layer] | {layer}
    ]
    assert not wrong


def test_the_simulator_imports_nothing_outside_itself() -> None:
    assert not [one for one in FOUND if one.own and one.layer in SIM and one.what not in SIM]
    assert set(LAYERS) & SIM == SIM
    assert all(LAYERS[layer] <= SIM for layer in SIM)


def in_order(table: dict[str, set[str]]) -> list[str]:
    """Return the layers, each behind those that it imports; `CycleError` names a cycle. `LAZY` does not count."""
    graph = {layer: {one for one in used if (layer, one) not in LAZY} for layer, used in table.items()}
    return list(TopologicalSorter(graph).static_order())


def test_layers_import_downwards_only() -> None:
    levels = ["sim.runtime", "sim.world", "sim.documents", "sim.handlers", "sim"]
    assert [layer for layer in in_order(LAYERS) if layer in levels] == levels


def test_a_cycle_is_found() -> None:
    with pytest.raises(CycleError):
        in_order({"a": {"b"}, "b": {"a", "c"}, "c": set()})
    assert in_order({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == ["c", "b", "a"]


def test_the_table_allows_nothing_that_nobody_imports() -> None:
    used: dict[str, set[str]] = {layer: set() for layer in LAYERS}
    for one in FOUND:
        if one.own and one.what != one.layer:
            used[one.layer].add(one.what)
    assert used == LAYERS


def test_what_is_loaded_late_is_imported_inside_functions_alone() -> None:
    assert not [one.where for one in FOUND if (one.layer, one.what) in LAZY and not one.lazy]


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_used_where_it_belongs(library: str) -> None:
    used = {one.layer for one in FOUND if not one.own and one.what == library}
    assert used <= LIBRARIES[library]


def is_pure(path: Path) -> bool:
    return layer_of(module_name(path)) in PURE or module_name(path) in PURE_MODULES


def test_pure_modules_have_no_loop_no_files_no_clock() -> None:
    pure = [path for path in SOURCES if is_pure(path)]
    assert len(pure) > 30
    assert not [one for path in pure for one in imports(path) if not one.own and one.what in IMPURE]


def test_pure_modules_open_no_file_and_no_clock() -> None:
    for path in filter(is_pure, SOURCES):
        tree = ast.parse(path.read_text())
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not names & {"open", "input", "print", "Path"}, path
        calls = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not calls & {"now", "today", "utcnow", "read_text", "read_bytes"}, path


def test_the_simulator_is_reached_by_name_only_where_and_when_it_is_asked_for() -> None:
    for path in SOURCES:
        module = module_name(path)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = {id(sub) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for sub in ast.walk(f)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                ("import_module", "__import__")
            ):
                named = ast.unparse(node.args[0])
                assert (
                    named == "_MODULES[name]" or module in BY_NAME | {"sim"} or module.startswith("sim.")
                ), f"{path}: {named}"
                assert id(node) in inside, f"{path}: {named} at import time"


def test_importing_the_package_loads_no_panel_and_no_simulator() -> None:
    code = (
        "import sys, pdm_nb\n"
        "heavy = ('pdm_nb.sim', 'pdm_nb.widgets', 'pdm_nb.demo', 'jupyterlab', 'ipywidgets', 'anywidget',"
        " 'starlette', 'uvicorn', 'reportlab', 'pypdfium2', 'distributed')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
