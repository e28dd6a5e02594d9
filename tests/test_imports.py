"""Who may import whom: the table of the design, held against the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import pdm_nb

ROOT = Path(pdm_nb.__file__).parent
PURE = {"errors", "model"}
RULES = PURE | {"rules"}
WIRE = PURE | {
    "protocol",
    "skew",
    "limit_windows",
    "pace",
    "auth",
    "gate",
    "shelf",
    "service_memory",
    "permissions",
    "notices",
    "listing",
    "proxies",
    "storage",
    "transport",
    "client",
}
WORK = {
    "batch.transfer",
    "batch.hands",
    "batch.cluster",
    "batch.hashing",
    "batch.parts",
    "batch.sending",
    "batch.engine",
    "batch.watching",
    "batch.submitting",
    "batch.refusals",
    "batch.pairing",
    "batch.context",
    "batch.outlook",
    "batch.workflows",
    "batch.known",
    "batch.computed_names",
    "batch.service_cells",
}
MEMORY = {"batch.state", "batch.opening", "batch.cells", "batch.journal"}
LOCAL = RULES | WIRE | WORK | MEMORY | {"events", "frames", "manifest", "rehearsal", "threads", "batch.width"}
TABLE = {
    "batch.twins",
    "batch.names",
    "batch.name_template",
    "batch.versions",
    "batch.choosing",
    "batch.configuration",
    "batch.confirming",
    "batch.history",
    "batch.judging",
    "batch.looking",
    "batch.sheet",
    "batch.telling",
    "batch.delta",
    "batch.editing",
    "batch.files",
    "batch.series",
    "batch.report",
    "batch.plan",
    "batch.terminations",
    "batch.batch",
}
TOP = LOCAL | TABLE | {"verify", "aio", "settings", "service", "project", "journals", "token_store", "demo"}

# Room -> the rooms of pdm_nb that it may import at the top of a module. A package is one room with all its modules.
ROOMS: dict[str, set[str]] = {
    "errors": PURE,
    "model": PURE,
    "protocol": PURE | {"protocol"},
    "skew": set(),
    "limit_windows": set(),
    "pace": {"skew", "limit_windows"},
    "gate": {"pace", "limit_windows"},
    "shelf": {"protocol"},
    "service_memory": set(),
    "permissions": {"errors", "service_memory"},
    "notices": set(),
    "listing": {"notices", "protocol", "shelf"},
    "rules": RULES,
    "batch.state": PURE,
    "frames": RULES,
    "rehearsal": PURE,
    "manifest": RULES,
    "auth": WIRE,
    "client": WIRE,
    "verify": RULES | WIRE | {"frames", "verify"},
    "threads": set(),
    "proxies": PURE,
    "storage": PURE | {"auth", "threads", "proxies"},
    "transport": {"proxies"},
    "batch.width": PURE,
    "batch.opening": PURE,
    "batch.cells": PURE,
    "batch.journal": PURE | MEMORY,
    **dict.fromkeys(sorted(WORK), LOCAL),
    **dict.fromkeys(sorted(TABLE | {"service", "project", "journals", "demo"}), TOP),
    "settings": {"auth", "errors"},
    "token_store": {"auth", "errors"},
    "aio": {"errors", "events", "following"},
    "following": {"events"},
    "events": set(),
    "widgets": {"", "aio", "errors", "events", "model", "widgets"},
    "cli": TOP | {"", "cli_simulator", "cli_verify"},
    "cli_simulator": {"errors"},
    "cli_verify": {"service", "verify"},
    "sim": {"sim"},
    "": {"aio", "errors", "rules", "service", "project", "batch.batch"},
    "batch": set(),
}
# What is loaded only when it is asked for, inside a function.
LAZY: dict[str, set[str]] = {
    "aio": {"widgets"},
    "batch.batch": {"widgets"},
    "": {"widgets"},
    "cli": {"demo"},
    "cli_simulator": {"sim"},
}
BY_NAME = {"settings", "demo"}  # may reach the simulator, through importlib, inside a function

PURE_ROOMS = [
    "errors",
    "model",
    "protocol",
    "skew",
    "limit_windows",
    "pace",
    "rules",
    "rehearsal",
    "batch.state",
    "batch.width",
]
# Library -> the rooms that may use it.
LIBRARIES: dict[str, set[str]] = {
    "httpx": {"auth", "client", "storage", "transport", "service", "verify", "sim"},
    "urllib3": {"storage"},
    "aiohttp": {"transport"},
    "aiohttp_socks": {"transport"},
    "socks": {"storage"},
    "yarl": {"transport"},
    "distributed": {"batch.cluster"},
    "filelock": {"token_store"},
    "sqlite3": {"batch.opening", "batch.cells", "batch.journal", "sim"},
    "pandas": {
        "frames",
        "manifest",
        "rules",
        *TABLE - {"batch.twins", "batch.history", "batch.configuration", "batch.judging", "batch.looking"},
        "service",
        "project",
        "verify",
        "demo",
    },
    "rapidfuzz": {"rules"},
    "anywidget": {"widgets"},
    "ipywidgets": {"widgets"},
    "traitlets": {"widgets"},
    "IPython": {"aio", "widgets"},
    "starlette": {"sim"},
    "uvicorn": {"sim"},
    "pypdfium2": {"sim"},
    "reportlab": {"sim"},
    "jsonschema": {"sim"},
    "yaml": {"sim"},
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
    """One import: who, what (a room, or a library), and whether it waits inside a function."""

    where: str
    room: str
    what: str
    own: bool
    lazy: bool


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def room_of(module: str) -> str:
    """The room that a module (named from below pdm_nb) is in."""
    head = module.split(".")[0]
    return head if head in ("protocol", "rules", "verify", "widgets", "sim") else module


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
            what = room_of(inside) if own else name.split(".")[0]
            yield Import(f"{path.relative_to(ROOT)}:{node.lineno}", room_of(module), what, own, lazy)


def walk(tree: ast.AST, lazy: bool = False) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, lazy
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue  # not there when the program runs
        else:
            function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from walk(node, lazy or function)


SOURCES = sorted(path for path in ROOT.rglob("*.py") if "node_modules" not in path.parts)
FOUND = [one for path in SOURCES for one in imports(path)]


def test_the_reader_of_imports_sees_them() -> None:
    assert len(SOURCES) > 50
    assert any(one.room == "client" and one.what == "httpx" for one in FOUND)
    assert any(one.room == "client" and one.what == "protocol" and one.own for one in FOUND)
    assert any(one.room == "cli_simulator" and one.what == "sim" and one.lazy for one in FOUND)


def test_every_module_has_a_room() -> None:
    assert {room_of(module_name(path)) for path in SOURCES} <= set(ROOMS)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room or "pdm_nb")
def test_a_room_imports_only_what_the_table_allows(room: str) -> None:
    allowed = ROOMS[room]
    wrong = [
        f"{one.where} imports {one.what or 'pdm_nb'}{' (lazily)' if one.lazy else ''}"
        for one in FOUND
        if one.own
        and one.room == room
        and one.what not in allowed | (LAZY.get(room, set()) if one.lazy else set())
    ]
    assert not wrong


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_used_where_it_belongs(library: str) -> None:
    used = {one.room for one in FOUND if not one.own and one.what == library}
    assert used <= LIBRARIES[library]


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_pure_rooms_have_no_loop_no_files_no_clock(room: str) -> None:
    used = {one.what for one in FOUND if one.room == room and not one.own}
    assert not used & IMPURE


def test_pure_rooms_open_no_file_and_no_clock() -> None:
    for path in SOURCES:
        if room_of(module_name(path)) in PURE_ROOMS:
            names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
            assert not names & {"open", "input", "print", "Path"}, path
            calls = {
                node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)
            }
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
                assert module in BY_NAME | {"sim"} or module.startswith("sim."), f"{path}: {named}"
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
