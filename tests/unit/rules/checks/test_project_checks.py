"""Checks of documents that are in a project already: each with one that passes, one that fails, one that it skips."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pdm_nb.model import Cell, ExistingDocument, Severity
from pdm_nb.rules import checks
from pdm_nb.rules.checks import CheckContext, project_checks
from pdm_nb.rules.checks.base import NO_HISTORY, DocumentHistory, RelatedDocuments
from tests.support.builders import document, field, rule

FIELDS = {one.id: one for one in (field("name"), field("revision"))}
STRICT = replace(rule("r"), allow_duplicate_revisions=False)
OTHER = ExistingDocument("revision", "R7", "a-101", "application/pdf")


def version(number: int, revision: str) -> ExistingDocument:
    return ExistingDocument("revision", f"R{number}", "A-101", "application/pdf", str(number), revision)


def context(*revisions: str, rule_: Any = STRICT, **history: Any) -> CheckContext:
    """A document with so many versions; its own revision is the last one."""
    versions = tuple(version(number, one) for number, one in enumerate(revisions, 1))
    cells = {"f-revision": Cell(revisions[-1], (revisions[-1],))} if revisions else {}
    return CheckContext(
        document("A-101.pdf", state="submitted"), cells, FIELDS, rule_, {}, {}, None,
        related=RelatedDocuments("A-101"), history=DocumentHistory(versions, **history),
    )  # fmt: skip


CASES = {
    project_checks.SplitDocument: (context("P01"), context("P01", others=(OTHER,)), context()),
    project_checks.SameFileTwice: (context("P01"), context("P01", same_file=(OTHER,)), context()),
    project_checks.RepeatedRevision: (
        context("P01", "P02"), context("P01", "P02", "P02"), context("P01", "P01", rule_=rule("r")),
    ),
    project_checks.RevisionsOutOfOrder: (
        context("P01", "P02", "C01"), context("P02", "P01", "C01"), context("B", "P01", "TBC"),
    ),
    project_checks.CurrentIsOlder: (context("P01", "P02"), context("P01", "P03", "P02"), context("P03", "A")),
}  # fmt: skip


def test_every_check_of_a_project_has_its_cases() -> None:
    assert set(CASES) == set(checks.PROJECT_CHECKS)


@pytest.mark.parametrize("check", CASES, ids=lambda check: check.__name__)
def test_pass_fail_skip(check: type[checks.Check]) -> None:
    passes, fails, skips = CASES[check]
    assert list(check.run(passes)) == []
    (finding,) = check.run(fails)
    assert finding.code in check.codes
    assert finding.message
    assert finding.fix
    assert list(check.run(skips)) == []
    assert checks.stops([finding], "submit") == ([finding] if finding.severity is Severity.ERROR else [])
    assert checks.explain(finding.code).startswith(f"{finding.code}: ")


def test_a_document_of_a_batch_has_no_history() -> None:
    batch = replace(context("P01", "P03", "P02", others=(OTHER,)), history=NO_HISTORY)
    assert [one.code for one in checks.check_revision(batch)] == [one.code for one in checks.check(batch)]
    assert not any(one.code.startswith("PDM5") for one in checks.check(context("P01", "P03", "P02")))


def test_a_current_version_that_is_older_is_not_reported_twice() -> None:
    found = checks.check_revision(context("P03", "P02", "P01"))
    assert [one.code for one in found if one.code.startswith("PDM5")] == ["PDM505"]
    assert "version 1 is P03" in next(one.message for one in found if one.code == "PDM505")


def test_the_newest_of_the_earlier_versions_is_named() -> None:
    newer = project_checks.newer_than_current(context("P04", "P05", "P02"))
    assert newer is not None
    assert newer.version == "2"


def test_many_related_documents_are_counted() -> None:
    others = tuple(replace(OTHER, name=f"a-{number}") for number in range(6))
    (finding,) = project_checks.SplitDocument.run(context("P01", others=others))
    assert "'a-0', 'a-1', 'a-2' and 3 more" in finding.message
