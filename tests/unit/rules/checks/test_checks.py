"""The checks: each with a document that passes, one that fails and one that it does not apply to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from pdm_nb.model import FILE_NAME, Cell, ExistingDocument, NamingStandard, Severity
from pdm_nb.rules import checks
from pdm_nb.rules.checks import (
    Check,
    CheckContext,
    access,
    cell_text,
    cross_checks,
    duplicates,
    file_names,
    files,
    pdf_pages,
    service_values,
    versions,
)
from pdm_nb.rules.checks import fields as field_checks
from pdm_nb.rules.checks.base import RelatedDocuments
from pdm_nb.rules.document_names import Facts, Reduced
from pdm_nb.rules.file_type import DWG, HTML, OLE, PDF, FileType
from pdm_nb.rules.naming_standard import ParsedName, computed_name, loose
from pdm_nb.rules.pdf_content import PdfContent, TextRun
from pdm_nb.rules.requirements import Origin
from pdm_nb.rules.revision_scheme import RevisionScheme
from pdm_nb.rules.values.lookup import Lookup, Problem
from tests.support.builders import document, field, rule, value

LEVEL = field("level", "lov_entry")
NUMBER = field("number")
TYPE = field("type", "lov_entry")
NAME = field("name", variant="computed")
CREATED_BY = field("created_by", readonly=True)
FIELDS = {one.id: one for one in (LEVEL, NUMBER, NAME, CREATED_BY)}
STANDARD = replace(rule("r"), naming_standard=NamingStandard("n", "S", (LEVEL, NUMBER)))
FITS, MISFIT = ParsedName({"f-level": "01"}, ()), ParsedName({}, ("'XX' is not a code in the Level list",))
MINE = Cell("x", ("x",), "MANUAL")
REVISION = field("revision")
OTHER = document("a.pdf", id=3, revision_id="R1", version="1", state="submitted")
THERE = ExistingDocument("revision", "R7", "A-101", "application/pdf", "2", "P01", "2026-03-31T10:00:00Z")
UPLOADED = ExistingDocument("upload", "U7", "A-101", "application/pdf", at="2026-03-31T10:00:00Z")
STRICT = replace(rule("r"), allow_duplicate_revisions=False)

EARLIER = document("old/a.pdf", id=4, state="held")
MINE_TOO = document("a.pdf", id=0)
PLAIN_NAME = field("name")
HOLDS = Reduced("A-101", (("revision", "P01"),), sure=True)
PLAIN: dict[str, Any] = {
    "fields": {"f-name": PLAIN_NAME},
    "cells": {"f-name": Cell("A-101_P01", ("A-101_P01",), FILE_NAME)},
    "computes_name": False,
    "name_filled_in": True,
}

NUMBERED: dict[str, Any] = {
    "parsed": ParsedName({"f-number": "0101_P01"}, ()),
    "code_fields": ("f-number",),
    "facts": Facts("P01"),
    "related": RelatedDocuments("A-0101_P01", same_base=(OTHER,)),
}


def subject(**given: Any) -> CheckContext:
    facts: dict[str, Any] = {
        "cells": {},
        "fields": FIELDS,
        "rule": None,
        "required": {},
        "problems": {},
        "parsed": None,
    }
    document_ = document(**given.pop("document", {}))
    return CheckContext(document_, **(facts | given))


LEVELS = {"f-level": Lookup(LEVEL, [value("00", "Ground"), value("01", "First")])}
FIRST, GROUND = Cell("First", ("v-01",), "MANUAL"), Cell("Ground", ("v-00",), "MANUAL")
P01 = Cell("P01", ("P01",), "MANUAL")
REVISED: dict[str, Any] = {
    "fields": FIELDS | {"f-revision": REVISION},
    "cells": {"f-revision": P01},
    "related": RelatedDocuments("A-101", existing=(THERE,)),
    "rule": STRICT,
}


SHEET_P01 = PdfContent(
    pages=1, sheets=1, width=1191, height=842, text=(TextRun("Rev: P01", 900, 20, 960, 30),)
)


def requires(one: Any, **given: Any) -> CheckContext:
    return subject(required={one.id: (one, Origin.RULE)}, **given)


@dataclass(frozen=True)
class Case:
    """For one check: a pass, a fail with its code and severity, and a skip."""

    check: type[Check]
    passes: CheckContext
    fails: CheckContext
    skips: CheckContext
    code: str
    severity: Severity = Severity.ERROR


CASES = [
    Case(
        access.NoAccess,
        passes=subject(access="Standard"),
        fails=subject(access="Read Only"),
        skips=subject(),
        code="PDM401",
    ),
    Case(
        field_checks.RequiredEmpty,
        passes=requires(LEVEL, cells={"f-level": MINE}),
        fails=requires(LEVEL),
        skips=requires(NAME),  # B33: the service puts it together
        code="PDM101",
    ),
    Case(
        field_checks.UnusableValue,
        passes=subject(cells={"f-level": MINE}),
        fails=subject(problems={"f-level": Problem("PDM103", "old", "choose another", "new")}),
        skips=subject(),
        code="PDM103",
    ),
    Case(
        field_checks.DateInCodeField,
        passes=subject(cells={"f-number": MINE}, code_fields=("f-number",)),
        fails=subject(
            cells={"f-number": Cell("2026-02-01", ("2026-02-01",), "MANUAL")}, code_fields=("f-number",)
        ),
        skips=subject(cells={"f-number": Cell("2026-02-01", ("2026-02-01",), "MANUAL")}),
        code="PDM109",
        severity=Severity.WARNING,
    ),
    Case(
        cell_text.PlaceholderValue,
        passes=requires(NUMBER, cells={"f-number": Cell("0101", ("0101",), "MANUAL")}),
        fails=requires(NUMBER, cells={"f-number": Cell("TBC", ("TBC",), "MANUAL")}),
        skips=requires(LEVEL, cells={"f-level": Cell("N/A", ("v-1",), "MANUAL")}),  # it is in the list
        code="PDM110",
    ),
    Case(
        cell_text.InvisibleCharacters,
        passes=subject(cells={"f-number": Cell("Größe", ("Größe",), "MANUAL")}),
        fails=subject(cells={"f-number": Cell("01\u200b", ("01\u200b",), "MANUAL")}),
        skips=subject(cells={"f-created_by": Cell("x\u200b", ("x\u200b",), "SYSTEM")}),
        code="PDM111",
        severity=Severity.WARNING,
    ),
    Case(
        field_checks.ReadOnlyFieldSet,
        passes=subject(cells={"f-created_by": Cell("x", ("x",), "SYSTEM")}),  # B39
        fails=subject(
            cells={"f-created_by": Cell("x", ("x",), "MANUAL")}, locked=frozenset({"f-created_by"})
        ),
        skips=subject(cells={"f-created_by": MINE}),
        code="PDM104",
    ),
    Case(
        files.UnreadableFile,
        passes=subject(),
        fails=subject(file_fault="/a.pdf does not exist"),
        skips=subject(document={"state": "completed", "size": 0}),
        code="PDM201",
    ),
    Case(
        files.EmptyFile,
        passes=subject(document={"size": 1}),
        fails=subject(document={"size": 0}),
        skips=subject(document={"size": 0}, file_fault="does not exist"),  # told already
        code="PDM202",
    ),
    Case(
        files.TooLarge,
        passes=subject(document={"size": 10_000 * 104_857_600}),  # B54
        fails=subject(document={"size": 10_000 * 104_857_600 + 1}),
        skips=subject(document={"size": 0}),
        code="PDM203",
    ),
    Case(
        files.WrongExtension,
        passes=subject(content=FileType(PDF)),
        fails=subject(content=FileType(HTML)),
        skips=subject(),
        code="PDM205",
        severity=Severity.WARNING,
    ),
    Case(
        files.Encrypted,
        passes=subject(content=FileType(PDF)),
        fails=subject(content=FileType(PDF, encrypted=True)),
        skips=subject(),
        code="PDM206",
        severity=Severity.WARNING,
    ),
    Case(
        files.Damaged,
        passes=subject(content=FileType(PDF)),
        fails=subject(content=FileType(PDF, damage="it is cut off")),
        skips=subject(),
        code="PDM207",
        severity=Severity.WARNING,
    ),
    Case(
        pdf_pages.EmptyPdf,
        passes=subject(pdf=PdfContent(pages=5, sheets=1)),
        fails=subject(pdf=PdfContent(is_blank=True, has_text=False)),
        skips=subject(pdf=PdfContent(needs_password=True, has_text=False, is_blank=True, sheets=2)),
        code="PDM209",
        severity=Severity.WARNING,
    ),
    Case(
        pdf_pages.NoText,
        passes=subject(pdf=PdfContent(pages=5, sheets=1)),
        fails=subject(pdf=PdfContent(pages=1, has_text=False)),
        skips=subject(pdf=PdfContent(needs_password=True, has_text=False, is_blank=True, sheets=2)),
        code="PDM210",
        severity=Severity.WARNING,
    ),
    Case(
        pdf_pages.SeveralSheets,
        passes=subject(pdf=PdfContent(pages=5, sheets=1)),
        fails=subject(pdf=PdfContent(pages=5, sheets=5)),
        skips=subject(pdf=PdfContent(needs_password=True, has_text=False, is_blank=True, sheets=2)),
        code="PDM211",
        severity=Severity.WARNING,
    ),
    Case(
        pdf_pages.Portfolio,
        passes=subject(pdf=PdfContent(pages=5, sheets=1)),
        fails=subject(pdf=PdfContent(pages=1, is_portfolio=True)),
        skips=subject(pdf=PdfContent(needs_password=True, has_text=False, is_blank=True, sheets=2)),
        code="PDM212",
        severity=Severity.WARNING,
    ),
    Case(
        file_names.NameMismatch,
        passes=subject(rule=STANDARD, parsed=FITS),
        fails=subject(rule=STANDARD, parsed=MISFIT),
        skips=subject(rule=rule("r")),
        code="PDM301",
        severity=Severity.WARNING,
    ),
    Case(
        duplicates.SameFile,
        passes=subject(related=RelatedDocuments("A-101")),
        fails=subject(related=RelatedDocuments("A-101", same_file=(OTHER,))),
        skips=subject(),
        code="PDM204",
        severity=Severity.WARNING,
    ),
    Case(
        duplicates.SameContent,
        passes=subject(related=RelatedDocuments("A-101")),
        fails=subject(related=RelatedDocuments("A-101", same_content=(OTHER,))),
        skips=subject(),
        code="PDM208",
        severity=Severity.INFO,
    ),
    Case(
        duplicates.NewVersion,
        passes=subject(related=RelatedDocuments("A-101")),
        fails=subject(related=RelatedDocuments("A-101", previous=OTHER, previous_name="A-101")),
        skips=subject(),
        code="PDM302",
        severity=Severity.WARNING,
    ),
    Case(
        duplicates.AlreadyExists,
        passes=subject(related=RelatedDocuments("A-101")),
        fails=subject(related=RelatedDocuments("A-101", existing=(UPLOADED, THERE))),
        skips=subject(),
        code="PDM303",
        severity=Severity.WARNING,
    ),
    Case(
        duplicates.ExistsUnderOtherName,
        passes=subject(related=RelatedDocuments("A-101", existing=(THERE,))),
        fails=subject(**PLAIN | {"related": RelatedDocuments("scan001", existing_renamed=(UPLOADED, THERE))}),
        skips=subject(),
        code="PDM324",
        severity=Severity.WARNING,
    ),
    Case(
        cross_checks.CellNameMismatch,
        passes=subject(parsed=FITS, cells={"f-level": FIRST}, lookups=LEVELS),
        fails=subject(parsed=FITS, cells={"f-level": GROUND}, lookups=LEVELS),
        skips=subject(parsed=MISFIT, cells={"f-level": GROUND}, lookups=LEVELS),
        code="PDM309",
        severity=Severity.WARNING,
    ),
    Case(
        cross_checks.TitleBlockMismatch,
        passes=subject(**REVISED | {"pdf": SHEET_P01}),
        fails=subject(
            **REVISED | {"pdf": SHEET_P01, "cells": {"f-revision": Cell("P02", ("P02",), "MANUAL")}}
        ),
        skips=subject(**REVISED | {"cells": {"f-revision": Cell("P02", ("P02",), "MANUAL")}}),
        code="PDM326",
        severity=Severity.WARNING,
    ),
    Case(
        duplicates.RevisionExists,
        passes=subject(**REVISED | {"cells": {"f-revision": Cell("P02", ("P02",), "MANUAL")}}),
        fails=subject(**REVISED),
        skips=subject(**REVISED | {"rule": rule("r")}),  # duplicates are allowed
        code="PDM306",
    ),
    Case(
        duplicates.DuplicateRevision,
        passes=subject(**REVISED | {"related": RelatedDocuments("A-101", same_name=(OTHER,))}),
        fails=subject(
            **REVISED | {"related": RelatedDocuments("A-101", same_name=(OTHER,), same_revision=(OTHER,))}
        ),
        skips=subject(
            **REVISED
            | {
                "related": RelatedDocuments("A-101", same_name=(OTHER,), same_revision=(OTHER,)),
                "rule": rule("r"),
            }
        ),
        code="PDM307",
    ),
    Case(
        duplicates.SeparateDocument,
        passes=subject(related=RelatedDocuments("A-101", previous=OTHER, previous_name="A-101")),
        fails=subject(related=RelatedDocuments("A-102", previous=OTHER, previous_name="A-101")),
        skips=subject(),
        code="PDM308",
        severity=Severity.WARNING,
    ),
    Case(
        versions.SameName,
        passes=subject(related=RelatedDocuments("A-101", near_name=(OTHER,))),
        fails=subject(related=RelatedDocuments("A-101", same_name=(OTHER,))),
        skips=subject(),
        code="PDM304",
        severity=Severity.WARNING,
    ),
    Case(
        versions.OrderUnclear,
        passes=subject(
            **REVISED | {"related": RelatedDocuments("A-101", versions=2, revisions=("P01", "P02"))}
        ),
        fails=subject(
            **REVISED
            | {"related": RelatedDocuments("A-101", versions=2, revisions=("A", "1"), doubt="of two schemes")}
        ),
        skips=subject(),
        code="PDM320",
    ),
    Case(
        versions.WaitsForEarlier,
        passes=subject(related=RelatedDocuments("A-101", versions=2, revisions=("P01", "P02"))),
        fails=subject(
            related=RelatedDocuments("A-101", versions=2, revisions=("P01", "P02"), waits_for=EARLIER)
        ),
        skips=subject(),
        code="PDM321",
    ),
    Case(
        versions.OlderThanCurrent,
        passes=subject(**REVISED),  # the same revision
        fails=subject(
            **REVISED | {"related": RelatedDocuments("A-101", existing=(replace(THERE, revision="C01"),))}
        ),
        skips=subject(
            **REVISED | {"related": RelatedDocuments("A-101", existing=(replace(THERE, revision="-"),))}
        ),
        code="PDM322",
    ),
    Case(
        file_names.NumberHoldsVersion,
        passes=subject(**NUMBERED | {"cells": {"f-number": Cell("0101", ("0101",), "FILENAME_SCRAPING")}}),
        fails=subject(**NUMBERED),
        skips=subject(**NUMBERED | {"code_fields": ()}),
        code="PDM325",
    ),
    Case(
        file_names.NameHoldsVersion,
        passes=subject(**PLAIN | {"related": RelatedDocuments("A-101_P01", reduced=Reduced("A-101_P01"))}),
        fails=subject(
            **PLAIN | {"related": RelatedDocuments("A-101_P01", reduced=HOLDS, same_base=(OTHER,))}
        ),
        skips=subject(related=RelatedDocuments("A-101_P01")),
        code="PDM323",
    ),
    Case(
        duplicates.SimilarName,
        passes=subject(related=RelatedDocuments("A-101", same_name=(OTHER,))),
        fails=subject(related=RelatedDocuments("A-101", near_name=(OTHER,))),
        skips=subject(),
        code="PDM305",
        severity=Severity.WARNING,
    ),
    Case(
        service_values.ServiceValueDiffers,
        passes=subject(cells={"f-level": FIRST}),
        fails=subject(cells={"f-level": GROUND}, overruled={"f-level": FIRST}),
        skips=subject(),
        code="PDM311",
    ),
    Case(
        service_values.AssignedWorkflow,
        passes=subject(cells={"f-level": FIRST}),
        fails=subject(workflow="The workflow 'Design review' is assigned to the upload"),
        skips=subject(),
        code="PDM312",
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
    assert finding.fix
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
    state: str, ml: str, mime: str, one: Any, parsed: ParsedName | None, severity: Severity
) -> None:
    facts = {"state": state, "ml": ml, "mime_type": mime}
    (finding,) = field_checks.RequiredEmpty.run(requires(one, document=facts, parsed=parsed))
    assert finding.severity is severity


def test_what_ml_failed_on_is_empty() -> None:  # B36
    failed = Cell("", (), "ML_FAILED", 0.0)
    assert list(field_checks.RequiredEmpty.run(requires(LEVEL, cells={"f-level": failed})))


def test_the_projects_own_field_counts_over_the_rules_copy_of_it() -> None:
    copy = replace(LEVEL, label="Old label")
    (finding,) = field_checks.RequiredEmpty.run(requires(copy))
    assert "Level is empty" in finding.message


def test_all_findings_come_in_the_order_of_the_checks() -> None:
    bad = requires(
        LEVEL, document={"size": 0}, problems={"f-number": Problem("PDM105", "no number", "write one")}
    )
    assert [finding.code for finding in checks.check(bad)] == ["PDM202", "PDM105", "PDM101"]


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("a.pdf", "", "The content of a.pdf is not that of a .pdf file"),
        ("a.PDF", HTML, "a.PDF is a web page, not a .pdf file"),
        ("a.txt", PDF, "a.txt is a PDF, not a .txt file"),
        ("a.docx", OLE, "a.docx is protected by a password, or in an old Office format"),
        ("a.pdf", OLE, "a.pdf is an OLE file, not a .pdf file"),
        ("a.txt", "", None),
        ("a.dwg", DWG, None),
        ("a.unheard", PDF, None),
        ("a", PDF, None),
    ],
)
def test_what_a_file_is_is_held_against_its_suffix(name: str, kind: str, said: str | None) -> None:
    found = list(files.WrongExtension.run(subject(document={"name": name}, content=FileType(kind))))
    assert [one.message for one in found] == ([said] if said else [])


# -- beside others
def told(check: type[Check], **given: Any) -> str:
    (finding,) = check.run(subject(**given))
    return finding.message


def test_an_existing_document_is_reported_with_version_and_date() -> None:
    """B40, B41: of several, the newest revision."""
    older = replace(THERE, id="R6", version="1")
    said = told(
        duplicates.AlreadyExists, related=RelatedDocuments("A-101", existing=(older, THERE, UPLOADED))
    )
    assert said == (
        "A-101 already exists as revision R7, version 2, submitted on 2026-03-31; it would become version 3"
    )
    said = told(duplicates.AlreadyExists, related=RelatedDocuments("A-101", existing=(UPLOADED,)))
    assert said.startswith("A-101 already exists as upload U7, uploaded on 2026-03-31 and not submitted")


def test_a_document_that_splits_is_reported_with_the_reason() -> None:
    """B40."""
    said = told(duplicates.SeparateDocument, related=RelatedDocuments("a-101", existing_near=(THERE,)))
    assert said.startswith(
        "a-101 would become a separate document: the name 'A-101' exists and differs only in case"
    )
    moved = RelatedDocuments("A-102", previous=OTHER, previous_name="A-101")
    said = told(duplicates.SeparateDocument, related=moved)
    assert said == "A-101.pdf was submitted as 'A-101' and would now be named 'A-102'"
    assert not list(duplicates.NewVersion.run(subject(related=moved)))
    drawn = replace(OTHER, mime_type="image/vnd.dwg")
    said = told(
        duplicates.SeparateDocument, related=RelatedDocuments("A-101", previous=drawn, previous_name="A-101")
    )
    assert said == "A-101 was submitted as image/vnd.dwg and would now be application/pdf"


def test_a_revision_that_the_version_before_has_is_taken() -> None:
    """B42."""
    after = RelatedDocuments("A-101", previous=OTHER, previous_name="A-101", previous_revision="P01")
    said = told(duplicates.NewVersion, **REVISED | {"related": after})
    assert "new version of revision R1, version 1 (P01). Its revision must differ" in said
    said = told(duplicates.RevisionExists, **REVISED | {"related": after})
    assert said == "A-101 already has the revision 'P01', and duplicates are not allowed here"
    assert "must differ" not in told(duplicates.NewVersion, rule=rule("r"), related=after)
    uploaded = RelatedDocuments("A-101", existing=(replace(UPLOADED, revision="P01"),))  # no revision yet
    assert not list(duplicates.RevisionExists.run(subject(**REVISED | {"related": uploaded})))


TYPE = field("type", "lov_entry")
NAMED = replace(
    rule("r"), allow_duplicate_revisions=False, naming_standard=NamingStandard("n", "S", (NUMBER,))
)
SURE = [
    ({}, Severity.ERROR),
    ({"qualifying": ("f-type",)}, Severity.WARNING),  # B36: machine learning may bring another rule
    ({"qualifying": ("f-type",), "document": {"ml": "completed", "state": "settled"}}, Severity.ERROR),
    ({"qualifying": ("f-type",), "document": {"mime_type": "image/vnd.dwg"}}, Severity.ERROR),
    ({"qualifying": ("f-type",), "cells": {"f-revision": P01, "f-type": MINE}}, Severity.ERROR),
    ({"qualifying": ("f-gone",)}, Severity.ERROR),
    ({"rule": NAMED}, Severity.WARNING),  # B33: it may bring another name
    ({"rule": NAMED, "parsed": ParsedName({"f-number": "7"}, ())}, Severity.ERROR),  # the name counts it
    ({"qualifying": ("f-type",), "parsed": ParsedName({"f-type": "DR"}, ())}, Severity.WARNING),
]


@pytest.mark.parametrize(("given", "severity"), SURE)
def test_a_duplicate_is_an_error_once_nothing_may_change_it(given: Any, severity: Severity) -> None:
    fields = REVISED["fields"] | {"f-type": TYPE}
    (finding,) = duplicates.RevisionExists.run(subject(**REVISED | {"fields": fields} | given))
    assert finding.severity is severity


def test_an_empty_cell_is_offered_what_the_file_name_says() -> None:
    """B38: never one that was emptied by hand."""
    given = {"parsed": FITS, "lookups": LEVELS}
    (finding,) = field_checks.RequiredEmpty.run(requires(LEVEL, **given))
    assert (finding.severity, finding.proposal) == (Severity.WARNING, "First")
    (finding,) = field_checks.RequiredEmpty.run(requires(LEVEL, document={"state": "settled"}, **given))
    assert (finding.severity, finding.proposal) == (Severity.ERROR, "First")
    emptied = {"f-level": Cell("", (), "MANUAL")}
    (finding,) = field_checks.RequiredEmpty.run(requires(LEVEL, cells=emptied, **given))
    assert finding.proposal is None
    failed = {"f-level": Cell("", (), "SCRAPING_FAILED")}
    (finding,) = field_checks.RequiredEmpty.run(requires(LEVEL, cells=failed, **given))
    assert finding.proposal == "First"


@pytest.mark.parametrize(
    ("one", "fix"),
    [
        (field("elsewhere"), "the project does not have"),
        (replace(LEVEL, visible=False), "The field is hidden"),
        (replace(LEVEL, active=False), "The field is inactive"),
        (replace(LEVEL, readonly=True), "The field is read-only"),
    ],
)
def test_a_required_field_that_nobody_can_set_says_so(one: Any, fix: str) -> None:
    """B18, B20."""
    fields = {"f-level": one} if one.id == "f-level" else FIELDS
    (finding,) = field_checks.RequiredEmpty.run(requires(one, fields=fields, parsed=None))
    assert finding.severity is Severity.ERROR
    assert fix in finding.fix
    assert "administrator" in finding.fix


def test_a_cell_is_held_against_the_name_whoever_filled_it_but_the_name() -> None:
    """B37, B38."""
    given = {"parsed": ParsedName({"f-level": "01", "f-number": "7"}, ()), "lookups": LEVELS}
    cells = {"f-level": replace(GROUND, source="ML"), "f-number": Cell("8", ("8",), "ML")}
    found = list(cross_checks.CellNameMismatch.run(subject(cells=cells, **given)))
    assert [one.message for one in found] == [
        "Level is Ground, but the file name has First (01)",
        "Number is 8, but the file name has 7",
    ]
    assert all(one.proposal is None for one in found)
    scraped = {"f-level": replace(GROUND, source="FILENAME_SCRAPING"), "f-number": Cell("?", None, "MANUAL")}
    assert not list(cross_checks.CellNameMismatch.run(subject(cells=scraped, **given)))


def test_many_documents_of_one_name_are_summarized() -> None:
    said = told(versions.SameName, related=RelatedDocuments("A", same_name=(OTHER, OTHER, OTHER)))
    assert said == "'A' is also the name of /drawings/a.pdf and others"


def test_a_name_is_the_standards_codes_once_all_are_there() -> None:
    """B33."""
    standard = STANDARD.naming_standard
    assert computed_name("x.y.pdf", standard, {"f-level": "01"}) == "x.y"
    assert computed_name("x.y.pdf", standard, {"f-level": "01", "f-number": "7"}) == "01-7"
    assert computed_name("x.y.pdf", None, {}) == "x.y"


def test_names_are_compared_without_case_and_form_of_accents() -> None:
    assert loose("Gr\u00fcn") == loose("GRU\u0308N")
    assert loose("Gruen") != loose("Gr\u00fcn")


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        ({"same_base": (OTHER,)}, Severity.ERROR),
        ({"base_exists": True}, Severity.ERROR),
        ({}, Severity.WARNING),  # nothing is split yet
    ],
)
def test_a_revision_in_a_name_stops_only_what_would_split_a_document(given: Any, severity: Severity) -> None:
    one = subject(**PLAIN | {"related": RelatedDocuments("A-101_P01", reduced=HOLDS, **given)})
    (found,) = file_names.NameHoldsVersion.run(one)
    assert (found.severity, found.proposal) == (severity, "A-101")


def test_a_name_that_somebody_gave_is_only_warned_of() -> None:
    given = {
        "name_filled_in": False,
        "related": RelatedDocuments("A-101_P01", reduced=HOLDS, same_base=(OTHER,)),
    }
    one = subject(**PLAIN | given)
    assert [found.severity for found in file_names.NameHoldsVersion.run(one)] == [Severity.WARNING]


def test_an_order_that_machine_learning_may_still_decide_only_warns() -> None:
    said = RelatedDocuments(
        "a", versions=2, revisions=("P01", ""), doubt="one of them has no revision", pending=True
    )
    assert [f.severity for f in versions.OrderUnclear.run(subject(related=said))] == [Severity.WARNING]
    given = replace(said, revisions=("P01", "A"), pending=False)
    assert [f.severity for f in versions.OrderUnclear.run(subject(related=given))] == [Severity.ERROR]


def test_what_becomes_of_several_documents_of_one_name_is_said() -> None:
    said = RelatedDocuments("A", same_name=(OTHER,), versions=3, revisions=("P01", "P02", "C01"))
    (found,) = versions.SameName.run(subject(related=said))
    assert (
        "3 versions of one document, in the order P01, P02, C01. C01 will be the current version"
        in found.message
    )


def test_an_older_version_is_submitted_only_if_somebody_set_the_order() -> None:
    older = RelatedDocuments("A-101", existing=(replace(THERE, revision="C01"),))
    assert [f.code for f in versions.OlderThanCurrent.run(subject(**REVISED | {"related": older}))] == [
        "PDM322"
    ]
    unclear = RelatedDocuments("A-101", existing=(replace(THERE, revision="A"),))
    (found,) = versions.OlderThanCurrent.run(subject(**REVISED | {"related": unclear}))
    assert (found.severity, "revisions of different kinds" in found.message) == (Severity.WARNING, True)
    scheme = RevisionScheme.of(["P01 < A"])
    (found,) = versions.OlderThanCurrent.run(
        subject(**REVISED | {"related": replace(unclear, scheme=scheme)})
    )
    assert found.severity is Severity.ERROR
    newer = replace(unclear, scheme=RevisionScheme.of(["A < P01"]))
    assert not list(versions.OlderThanCurrent.run(subject(**REVISED | {"related": newer})))
    chosen = replace(older, by_hand=True)
    assert not list(versions.OlderThanCurrent.run(subject(**REVISED | {"related": chosen})))


@pytest.mark.parametrize(
    "reduced",
    [
        Reduced("A-101", (("revision", "P01"),), sure=False),  # it may be part of the title
        Reduced("Report", (("date", "2026-03-31"),), sure=True),  # the reports of each month
    ],
)
def test_what_may_distinguish_documents_is_only_reported(reduced: Reduced) -> None:
    one = subject(**PLAIN | {"related": RelatedDocuments("x", reduced=reduced, same_base=(OTHER,))})
    (found,) = file_names.NameHoldsVersion.run(one)
    assert found.severity is Severity.WARNING
    assert (found.proposal is None) is not reduced.sure
    assert found.similar == (reduced.name,)


@pytest.mark.parametrize(
    ("text", "contains", "number"),
    [
        ("0001 Site Location Plan [P02]", "the title 'Site Location Plan' and the revision 'P02'", "0001"),
        ("TST1-DR-A-0001 Roof plan", "the title 'Roof plan'", "TST1-DR-A-0001"),
    ],
)
@pytest.mark.parametrize("revision", ["", "P02"])
def test_a_title_within_a_number_is_one_finding_with_its_parts(
    text: str, contains: str, number: str, revision: str
) -> None:
    one = subject(parsed=ParsedName({"f-number": text}, ()), code_fields=("f-number",), facts=Facts(revision))
    (found,) = file_names.NumberHoldsVersion.run(one)
    assert found.message == f"Number '{text}' in the file name contains {contains}"
    assert (found.severity, found.proposal, found.similar) == (Severity.WARNING, None, (number,))


@pytest.mark.parametrize("text", ["0001", "101 A", "A-101", "Sheet 1 of 2", "Level 01"])
def test_a_number_without_a_title_is_no_finding(text: str) -> None:
    one = subject(parsed=ParsedName({"f-number": text}, ()), code_fields=("f-number",))
    assert not list(file_names.NumberHoldsVersion.run(one))
