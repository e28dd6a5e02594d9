"""The documentation matches the code."""

from __future__ import annotations

import re
from pathlib import Path

import checks_page
import simulator_page
from rules_page import NUMBERS, PAGE, TESTS, held, page

from pdm_nb.batch.journal.states import diagram
from pdm_nb.cli.main import _parser
from pdm_nb.rules.checks import CHECKS, explain
from pdm_nb.sim.runtime.contract_variants import READINGS
from pdm_nb.sim.runtime.options import Options

ROOT = Path(__file__).parents[2]


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
    assert checks_page.PAGE.read_text("utf-8") == checks_page.page(), (
        "python docs/generators/checks_page.py rewrites it"
    )


def test_the_simulators_page_has_the_tables_of_the_code() -> None:
    assert simulator_page.page() == simulator_page.PAGE.read_text()


def test_binder_installs_what_the_quickstart_needs() -> None:
    assert (ROOT / "binder" / "requirements.txt").read_text().split() == [".[demo]"]


def test_the_page_of_rules_is_what_the_tests_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "python docs/generators/rules_page.py rewrites it"


def test_every_rule_has_a_test_and_every_test_a_rule_that_there_is() -> None:
    assert [number for number in range(1, 79) if number not in NUMBERS] == []
    assert {mark.rule for mark in held()} == {f"B{number}" for number in NUMBERS}


def test_every_reading_has_a_test() -> None:
    tried = {(mark.rule, mark.reading) for mark in held()}
    assert [str(reading) for reading in READINGS if (reading.rule, str(reading)) not in tried] == []
    known = {str(reading) for reading in READINGS}
    assert {mark.reading for mark in held()} <= {"", *known}


def test_of_the_readings_of_a_rule_the_default_comes_first() -> None:
    options = dict.fromkeys(reading.option for reading in READINGS)
    first = {name: next(one.value for one in READINGS if one.option == name) for name in options}
    assert first == {name: getattr(Options(), name) for name in options}


def test_a_test_that_is_named_after_a_rule_is_marked_with_it() -> None:
    marked = {(mark.test, mark.rule) for mark in held()}
    for path in TESTS:
        for name in re.findall(r"^def (test_b\d\w+)", path.read_text("utf-8"), re.MULTILINE):
            for number in re.findall(r"(?:^test|_and)_b(\d+)(?=_)", name):
                assert (name, f"B{number}") in marked, f"{path.name}: {name} wants the mark B{number}"
