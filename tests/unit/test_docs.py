"""The documentation matches the code."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import batch_page
import checks_page
import commands_page
import faults_page
import pytest
import simulator_page
from rules_page import NUMBERS, PAGE, TESTS, marks, page

from pdm_nb import Batch, Project, Register, Run, Service
from pdm_nb.batch.journal.states import State, diagram
from pdm_nb.cli.main import _parser
from pdm_nb.rules.checks import CHECKS, explain
from pdm_nb.sim.runtime.contract_variants import VARIANTS
from pdm_nb.sim.runtime.options import Options

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
MARKDOWN = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "pdm_nb" / "help").glob("*.md"))]
MARKDOWN += sorted(DOCS.rglob("*.md"))


def test_the_drawing_of_states_is_the_table() -> None:
    assert diagram() in (DOCS / "reference" / "states.md").read_text()


def test_the_page_of_states_explains_every_state() -> None:
    table = (DOCS / "reference" / "states.md").read_text("utf-8").partition("```")[0]
    assert [state for state in State if f"`{state}`" not in table] == []


def test_the_page_of_commands_is_what_the_parsers_say() -> None:
    assert commands_page.PAGE.read_text("utf-8") == commands_page.page(), (
        "python docs/generators/commands_page.py rewrites it"
    )


def test_the_page_of_commands_has_every_command_and_option() -> None:
    titles = re.findall(r"^## pdm-nb (\w+)$", commands_page.page(), re.MULTILINE)
    known = next(action.choices for action in _parser()._actions if action.dest == "command")
    assert sorted(titles) == sorted(known or [])
    for name, (_, parser) in commands_page.commands().items():
        section = commands_page.page().partition(f"## pdm-nb {name}\n")[2].partition("\n## ")[0]
        own = [one for one in parser._actions if one.dest not in commands_page.COMMON]
        assert [one for action in own for one in action.option_strings if f"`{one}" not in section] == []


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_of_the_documentation_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^()\s]+)\)", page.read_text("utf-8")):
        path, _, heading = target.partition("#")
        if path.startswith("https:"):
            continue
        linked = page.parent / path if path else page
        assert linked.exists(), target
        assert not heading or heading in headings(linked), target


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_picture_has_a_text_for_who_cannot_see_it(page: Path) -> None:
    for text, target in re.findall(r"!\[([^\]]*)\]\(([^()\s]+)\)", page.read_text("utf-8")):
        assert (page.parent / target).is_file(), target
        assert len(text) >= 20, target


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_paths_that_the_documentation_names_exist(page: Path) -> None:
    for path in re.findall(
        r"`((?:pdm_nb|tests|docs|notebooks|binder|\.ci)/[\w./-]*)`", page.read_text("utf-8")
    ):
        assert (ROOT / path).exists(), path


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub forms them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a page in a language."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [block for known, block in fenced if known == language]


def test_every_check_explains_itself() -> None:
    for check in CHECKS:
        for code in check.codes:
            told = explain(code)
            assert check.title in told
            assert re.search(r"B\d|file", told), code


def test_the_list_of_checks_is_what_they_say_themselves() -> None:
    assert checks_page.PAGE.read_text("utf-8") == checks_page.page(), (
        "python docs/generators/checks_page.py rewrites it"
    )


def test_the_page_of_the_batch_has_every_method_with_an_example() -> None:
    assert sorted(name for names in batch_page.GROUPS.values() for name in names) == sorted(
        name for name in dir(Batch) if not name.startswith("_")
    )
    assert batch_page.PAGE.read_text("utf-8") == batch_page.page(), (
        "python docs/generators/batch_page.py rewrites it"
    )
    examples = re.findall(r"^```python\n(.*?)^```", batch_page.page(), re.MULTILINE | re.DOTALL)
    assert [one for one in examples if ">>> " not in one or "+SKIP" in one] == []


def test_a_register_has_few_names_each_with_an_example_and_in_the_guide() -> None:
    names = [name for name in dir(Register) if not name.startswith("_")]
    assert len(names) <= 32
    guide = (DOCS / "how-to" / "first-register.md").read_text("utf-8")
    for name in names:
        assert ">>> " in (inspect.getdoc(getattr(Register, name)) or ""), name
        assert re.search(rf"\bregister\.{name}\b|`{name}[`(]|\.{name}\(", guide), name


def test_the_page_of_faults_has_the_measured_outcomes() -> None:
    assert faults_page.PAGE.read_text("utf-8") == faults_page.page(), (
        "python docs/generators/faults_page.py rewrites it"
    )


def test_the_simulators_page_has_the_tables_of_the_code() -> None:
    assert simulator_page.page() == simulator_page.PAGE.read_text()


def test_the_readme_is_short_and_has_the_four_commands() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= 90
    assert [len(block.splitlines()) for block in blocks(README, "bash")] == [2, 2]
    assert len(blocks(README, "python")) == 1


def test_every_benchmark_is_on_the_page_of_figures() -> None:
    named = re.findall(
        r"^\| `(\w+)` \|", (DOCS / "reference" / "figures.md").read_text("utf-8"), re.MULTILINE
    )
    texts = {path.stem: path.read_text("utf-8") for path in (ROOT / "tests" / "benchmarks").glob("*.py")}
    programs = [
        name for name, text in texts.items() if not re.search(r"\b[Tt]he (?:parts?|processes of) `", text)
    ]
    assert sorted(named) == sorted(programs)


def test_the_page_of_rules_is_what_the_tests_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "python docs/generators/rules_page.py rewrites it"


def test_every_rule_has_a_test_and_every_test_a_rule_that_there_is() -> None:
    assert [number for number in range(1, 79) if number not in NUMBERS] == []
    assert {mark.rule for mark in marks()} == {f"B{number}" for number in NUMBERS}


def test_every_reading_has_a_test() -> None:
    tested = {(mark.rule, mark.variant) for mark in marks()}
    assert [str(variant) for variant in VARIANTS if (variant.rule, str(variant)) not in tested] == []
    known = {str(variant) for variant in VARIANTS}
    assert {mark.variant for mark in marks()} <= {"", *known}


def test_of_the_readings_of_a_rule_the_default_comes_first() -> None:
    options = dict.fromkeys(variant.option for variant in VARIANTS)
    first = {name: next(one.value for one in VARIANTS if one.option == name) for name in options}
    assert first == {name: getattr(Options(), name) for name in options}


def test_a_test_that_is_named_after_a_rule_is_marked_with_it() -> None:
    marked = {(mark.test, mark.rule) for mark in marks()}
    for path in TESTS:
        for name in re.findall(r"^def (test_b\d\w+)", path.read_text("utf-8"), re.MULTILINE):
            for number in re.findall(r"(?:^test|_and)_b(\d+)(?=_)", name):
                assert (name, f"B{number}") in marked, f"{path.name}: {name} wants the mark B{number}"


TYPES = {"batch": Batch, "project": Project, "service": Service, "run": Run}
TEXTS = [
    *(page for page in MARKDOWN if page.name != "CHANGELOG.md"),
    *(ROOT / "notebooks").rglob("*.ipynb"),
    *(path for path in (ROOT / "pdm_nb").rglob("*.py") if "sim" not in path.parts),
]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_methods_that_texts_name_exist(path: Path) -> None:
    """In documents, and in strings and docstrings of the package."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        nodes = ast.walk(ast.parse(text))
        text = "\n".join(
            node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
    for name, attribute in re.findall(
        r"(?<![\w.])(batch|project|service|run)\.(?!(?:md|sqlite|py)\b)([a-z]\w*)\b", text
    ):
        assert hasattr(TYPES[name], attribute), f"{name}.{attribute}"
