"""The checks: each with a document that passes, one that fails and one that it does not concern."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from making import document, field, rule

from pdm_nb.model import Cell, NamingStandard, Severity
from pdm_nb.rules import checks
from pdm_nb.rules.checks import Check, Subject
from pdm_nb.rules.naming import Parsed
from pdm_nb.rules.requirements import Origin
from pdm_nb.rules.values import Problem

LEVEL = field("level", "lov_entry")
NUMBER = field("number")
NAME = field("name", variant="computed")
CREATED_BY = field("created_by", readonly=True)
FIELDS = {one.id: one for one in (LEVEL, NUMBER, NAME, CREATED_BY)}
STANDARD = replace(rule("r"), naming_standard=NamingStandard("n", "S", (LEVEL, NUMBER)))
FITS, MISFIT = Parsed({"f-level": "01"}, ()), Parsed({}, ("'XX' is no code of Level",))
MINE = Cell("x", ("x",), "MANUAL")


def subject(**given: Any) -> Subject:
    facts: dict[str, Any] = {
        "cells": {},
        "fields": FIELDS,
        "rule": None,
        "required": {},
        "problems": {},
        "parsed": None,
    }
    document_ = document(**given.pop("document", {}))
    return Subject(document_, **(facts | given))


def requires(one: Any, **given: Any) -> Subject:
    return subject(required={one.id: (one, Origin.RULE)}, **given)


@dataclass(frozen=True)
class Case:
    """For one check: a pass, a fail with its code and severity, and a skip."""

    check: type[Check]
    passes: Subject
    fails: Subject
    skips: Subject
    code: str
    severity: Severity = Severity.ERROR


CASES = [
    Case(
        checks.RequiredEmpty,
        passes=requires(LEVEL, cells={"f-level": MINE}),
        fails=requires(LEVEL),
        skips=requires(NAME),  # B33: the service puts it together
        code="PDM101",
    ),
    Case(
        checks.UnusableValue,
        passes=subject(cells={"f-level": MINE}),
        fails=subject(problems={"f-level": Problem("PDM103", "old", "choose another", "new")}),
        skips=subject(),
        code="PDM103",
    ),
    Case(
        checks.ReadonlySet,
        passes=subject(cells={"f-created_by": Cell("x", ("x",), "SYSTEM")}),  # B39
        fails=subject(
            cells={"f-created_by": Cell("x", ("x",), "MANUAL")}, unsent=frozenset({"f-created_by"})
        ),
        skips=subject(unsent=frozenset({"f-unknown"})),
        code="PDM104",
    ),
    Case(
        checks.UnreadableFile,
        passes=subject(),
        fails=subject(file_fault="/a.pdf does not exist"),
        skips=subject(document={"state": "completed", "size": 0}),
        code="PDM201",
    ),
    Case(
        checks.EmptyFile,
        passes=subject(document={"size": 1}),
        fails=subject(document={"size": 0}),
        skips=subject(document={"size": 0}, file_fault="does not exist"),  # told already
        code="PDM202",
    ),
    Case(
        checks.TooLarge,
        passes=subject(document={"size": 10_000 * 104_857_600}),  # B54
        fails=subject(document={"size": 10_000 * 104_857_600 + 1}),
        skips=subject(document={"size": 0}),
        code="PDM203",
    ),
    Case(
        checks.SameFile,
        passes=subject(),
        fails=subject(twin="/drawings/B.pdf"),
        skips=subject(twin="/drawings/B.pdf", file_fault="gone"),
        code="PDM204",
        severity=Severity.WARNING,
    ),
    Case(
        checks.NameMismatch,
        passes=subject(rule=STANDARD, parsed=FITS),
        fails=subject(rule=STANDARD, parsed=MISFIT),
        skips=subject(rule=rule("r")),
        code="PDM301",
        severity=Severity.WARNING,
    ),
]


def test_every_check_has_its_cases() -> None:
    assert {case.check for case in CASES} == set(checks.CHECKS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.check.__name__)
def test_pass(case: Case) -> None:
    assert list(case.check.run(case.passes)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.check.__name__)
def test_fail(case: Case) -> None:
    (finding,) = case.check.run(case.fails)
    assert (finding.code, finding.severity, finding.document) == (case.code, case.severity, 0)
    assert finding.code in case.check.codes
    assert finding.message
    assert finding.mend
    stopped = checks.stops([finding], "submit")
    assert stopped == ([finding] if case.check.stops else [])
    assert checks.stops([finding], "upload") == ([finding] if case.check.stops == "upload" else [])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.check.__name__)
def test_skip(case: Case) -> None:
    assert list(case.check.run(case.skips)) == []


@pytest.mark.parametrize("code", sorted(code for check in checks.CHECKS for code in check.codes))
def test_every_code_is_one_checks_and_is_explained(code: str) -> None:
    assert sum(code in check.codes for check in checks.CHECKS) == 1
    assert checks.explain(code).startswith(f"{code}: ")
    assert "None" not in checks.explain(code)


# -- who may still fill a required field
HOPES = [
    ("planned", "", "application/pdf", NUMBER, None, Severity.WARNING),  # B36
    ("planned", "", "image/vnd.dwg", NUMBER, None, Severity.ERROR),  # B35: PDFs alone
    ("planned", "", "application/pdf", LEVEL, None, Severity.ERROR),  # no field of ML's
    ("planned", "", "image/vnd.dwg", LEVEL, FITS, Severity.WARNING),  # B38
    ("planned", "", "image/vnd.dwg", LEVEL, MISFIT, Severity.ERROR),
    ("completed", "in_progress", "application/pdf", NUMBER, None, Severity.WARNING),
    ("completed", "completed", "application/pdf", NUMBER, None, Severity.ERROR),
    ("held", "not_applicable", "application/pdf", NUMBER, None, Severity.ERROR),
    ("settled", "completed", "application/pdf", NUMBER, None, Severity.ERROR),
]


@pytest.mark.parametrize(("state", "ml", "mime", "one", "parsed", "severity"), HOPES)
def test_an_empty_field_only_warns_while_somebody_may_fill_it(
    state: str, ml: str, mime: str, one: Any, parsed: Parsed | None, severity: Severity
) -> None:
    facts = {"state": state, "ml": ml, "mime_type": mime}
    (finding,) = checks.RequiredEmpty.run(requires(one, document=facts, parsed=parsed))
    assert finding.severity is severity


def test_what_ml_failed_on_is_empty() -> None:  # B36
    failed = Cell("", (), "ML_FAILED", 0.0)
    assert list(checks.RequiredEmpty.run(requires(LEVEL, cells={"f-level": failed})))


def test_the_projects_own_field_counts_over_the_rules_copy_of_it() -> None:
    copy = replace(LEVEL, label="Old label")
    (finding,) = checks.RequiredEmpty.run(requires(copy))
    assert "Level is empty" in finding.message


def test_all_findings_come_in_the_order_of_the_checks() -> None:
    bad = requires(
        LEVEL, document={"size": 0}, problems={"f-number": Problem("PDM105", "no number", "write one")}
    )
    assert [finding.code for finding in checks.check(bad)] == ["PDM202", "PDM105", "PDM101"]
