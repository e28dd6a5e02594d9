"""What the documents say is what the code does."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import simulator_page

from pdm_nb.batch.state import diagram
from pdm_nb.cli import _parser
from pdm_nb.rules.checks import CHECKS, explain

ROOT = Path(__file__).parents[1]


def test_the_drawing_of_states_is_the_table() -> None:
    assert diagram() in (ROOT / "docs" / "states.md").read_text()


def test_the_readme_names_every_command() -> None:
    commands = re.findall(r"^pdm-nb (\w+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    known = next(action.choices for action in _parser()._actions if action.dest == "command")
    assert sorted(commands) == sorted(known or [])


def test_what_the_readme_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([\w/.-]+)\)", (ROOT / "README.md").read_text()):
        assert (ROOT / target).exists(), target


def test_every_check_explains_itself() -> None:
    for check in CHECKS:
        for code in check.codes:
            told = explain(code)
            assert check.title in told
            assert re.search(r"B\d|file", told), code


def test_the_list_of_checks_is_what_they_say_themselves() -> None:
    told = "\n".join(f"## {explain(check.codes[0])}\n" for check in CHECKS)
    assert inspect.cleandoc(told) in (ROOT / "docs" / "checks.md").read_text()


def test_the_simulators_page_has_the_tables_of_the_code() -> None:
    assert simulator_page.page() == simulator_page.PAGE.read_text()


def test_binder_installs_what_the_quickstart_needs() -> None:
    assert (ROOT / "binder" / "requirements.txt").read_text().split() == [".[demo]"]
