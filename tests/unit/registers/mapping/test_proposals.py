from __future__ import annotations

import pytest

from pdm_nb.model import Field, FieldType
from pdm_nb.registers.mapping import ColumnProposal, Confidence, propose
from tests.support.builders import field
from tests.support.mapping_accuracy import mapped_headings, share
from tests.support.register_fields import FIELDS, LOOKUPS


def proposed(**columns: list[str]) -> dict[str, ColumnProposal]:
    table = {name.replace("_", " "): values for name, values in columns.items()}
    return {one.column: one for one in propose(table, FIELDS, LOOKUPS)}


def test_headings_of_other_people_are_mapped_right() -> None:
    mapped = mapped_headings()
    assert len(mapped) >= 300
    for held_out in (False, True):
        part = [one for one in mapped if one.held_out == held_out]
        assert share([one.is_right for one in part]) >= 0.95
        assert share([one.is_best for one in part]) >= 0.95


def test_no_proposal_that_is_said_to_be_sure_is_wrong() -> None:
    sure = [one for one in mapped_headings() if one.is_sure]
    assert len(sure) > 250
    assert not [(one.source, one.proposal) for one in sure if not one.is_right]


REGISTERS = {
    "drawing list": {
        "num": (["CW-A-100", "CW-S-101"], "number"),
        "title": (["Ground floor plan", "Roof plan"], "description"),
        "rev": (["A", "B"], "revision"),
        "discipline": (["Architectural", "Mech."], "discipline"),
        "issued": (["01/01/2025", "15/03/2025"], "date_authored"),
    },
    "isometrics": {
        "PDF": (["ISO-001.pdf", "ISO-002.pdf"], "file"),
        "Drawing No.": (["L-2000", "L-2001"], "number"),
        "Sheet": (["1", "2"], None),
        "Total Sheets": (["3", "3"], None),
        "Line No.": (['4"-P-0', '5"-P-1'], None),
        "Rev": (["1", "0"], "revision"),
    },
    "master register": {
        "S/N": (["1", "2"], None),
        "Document No.": (["PRJ01-CIV-0001", "PRJ01-ELE-0002"], "number"),
        "Document Title": (["Ground floor plan", "Roof plan"], "description"),
        "Discipline": (["Civil", "Arch"], "discipline"),
        "Rev.": (["Rev-00", "Rev-01"], "revision"),
        "Status": (["Approved", "For review"], "status"),
        "Transmittal Date": (["2025-06-01", "2025-06-02"], "date_authored"),
        "Originator": (["", "PMO"], "originator"),
        "Remarks": (["", ""], None),
    },
    "listado": {
        "Ítem": (["1", "2"], None),
        "Código": (["ING-001", "ING-002"], "number"),
        "Título": (["Plano 1", "Plano 2"], "description"),
        "Especialidad": (["Civil", "Eléctrica"], "discipline"),
        "Rev.": (["-", "B"], "revision"),
        "Estado": (["Emitido", "Emitido"], "status"),
        "Fecha prevista": (["2025-09-01", "2025-09-02"], None),
        "Fecha real": (["2025-09-02", ""], "date_authored"),
        "Responsable": (["Equipo", "Equipo"], None),
    },
    "sheet list": {
        "Sheet No": (["0001", "0002"], "number"),
        "Sheet Name": (["Ground floor plan", "Roof plan"], "description"),
        "Status": (["S2", "S2"], "status"),
        "Current Rev": (["P01", "P02"], "revision"),
        "Rev Date": (["2025-04-01", "2025-04-02"], "date_authored"),
    },
}


@pytest.mark.parametrize("name", REGISTERS)
def test_registers_of_usual_kinds(name: str) -> None:
    columns = REGISTERS[name]
    found = propose({column: values for column, (values, _) in columns.items()}, FIELDS, LOOKUPS)
    assert {one.column: one.field for one in found} == {
        column: right for column, (_, right) in columns.items()
    }


def test_each_column_has_a_proposal_with_samples_and_a_reason() -> None:
    found = proposed(Dwg_No=["A-1", "A-1", "", "A-2", "A-3", "A-4"], Remarks=["none"])
    assert list(found) == ["Dwg No", "Remarks"]
    assert found["Dwg No"].samples == ("A-1", "A-2", "A-3")
    assert "usually means Number" in found["Dwg No"].reasons[0]
    assert (found["Remarks"].field, found["Remarks"].confidence) == (None, Confidence.UNSURE)
    assert found["Remarks"].reasons == ("no field for 'Remarks' is known",)


def test_a_field_goes_to_the_best_column_and_the_other_one_is_reported() -> None:
    found = proposed(Issue_Date=["2025-01-02"], Drawing_Date=["2025-01-01"], Date=["2025-01-03"])
    assert [one.field for one in found.values()] == [None, "date_authored", None]
    assert found["Issue Date"].reasons == ("Date authored is in column 'Drawing Date'",)
    assert found["Drawing Date"].confidence is Confidence.LIKELY  # since another column is as good
    assert "'Issue Date' may be the same field" in found["Drawing Date"].reasons


@pytest.mark.parametrize(
    ("values", "name", "confidence"),
    [
        (["P01", "C02", "P01"], "revision", "likely"),
        (["Rev-00", "Rev-01"], "revision", "likely"),
        (["a.pdf", "b.dwg"], "file", "likely"),
        (["Drawing", "Report", "Model"], "type", "likely"),
        (["1", "2", "3"], None, "unsure"),
        (["2025-01-01", "2025-01-02"], None, "unsure"),
        (["A", "S"], None, "unsure"),  # codes of several lists, and revisions
        (["some text", "another"], None, "unsure"),
        ([], None, "unsure"),
    ],
)
def test_values_are_evidence_under_an_unknown_heading(
    values: list[str], name: str | None, confidence: str
) -> None:
    (found,) = proposed(Xyz=values).values()
    assert (found.field, found.confidence) == (name, confidence)


def test_values_under_a_heading_about_something_else_are_no_evidence() -> None:
    assert proposed(Previous_rev=["P01", "P02"])["Previous rev"].field is None


def test_values_contradict_a_heading() -> None:
    assert proposed(Rev=["2025-01-01", "2025-03-04", "2025-02-02"])["Rev"].confidence is Confidence.UNSURE
    assert proposed(Title=["P01", "P02", "P03"])["Title"].confidence is Confidence.UNSURE
    assert proposed(Issue_date=["Wednesday", "soon"])["Issue date"].confidence is Confidence.UNSURE


def test_a_list_of_which_no_value_is_known_is_not_sure() -> None:
    found = proposed(Status=["Approved", "Superseded"])["Status"]
    assert (found.field, found.confidence) == ("status", Confidence.LIKELY)
    assert "none of its values is in the Status list" in found.reasons[0]
    assert proposed(Status=["S2", "S3"])["Status"].confidence is Confidence.SURE


def test_a_field_that_cannot_be_set_is_reported_and_not_proposed() -> None:
    (found,) = propose({"Workflow state": ["Open"]}, FIELDS)
    assert (found.field, found.reasons) == (
        None,
        ("the project has a field 'Workflow state', but Workflow state cannot be set",),
    )


def test_the_lower_heading_counts_below_a_group() -> None:
    table = {
        "Ort Geschoss": ["00", "01"],
        "Sonstiges Dateiname": ["A-1", "A-2"],
        "Stand Datum": ["03.02.2026", ""],
    }
    found = {one.column: (one.field, one.confidence) for one in propose(table, FIELDS, LOOKUPS, grouped=True)}
    assert found["Sonstiges Dateiname"] == ("file", Confidence.LIKELY)
    assert found["Stand Datum"] == ("date_authored", Confidence.LIKELY)
    assert not {one.field for one in propose(table, FIELDS, LOOKUPS)} & {"file", "date_authored"}


@pytest.mark.parametrize("groups", [("Bauherr", "Planer"), ("Planned", "Planned next")])
def test_a_lower_heading_of_several_groups_or_about_something_else_is_unknown(
    groups: tuple[str, str],
) -> None:
    table = {f"{group} Datum": ["03.02.2026", "04.02.2026"] for group in groups}
    assert {one.field for one in propose(table, FIELDS, LOOKUPS, grouped=True)} == {None}


def test_no_columns_and_no_fields() -> None:
    assert propose({}, FIELDS) == []
    assert [one.field for one in propose({"Rev": ["P01"], "File": ["a.pdf"]}, [])] == [None, "file"]
    assert propose({"Rev": [None, ""]}, [field("revision")])[0].samples == ()


@pytest.mark.parametrize("heading", ["issued", "Transmittal Date"])
def test_dates_decide_on_a_heading_that_may_mean_something_else(heading: str) -> None:
    fields = [Field("1", "date_authored", "Date authored", FieldType.TIMESTAMP)]
    dates, words = ["13/01/2026", "14/02/2026", "2026-03-01"], ["yes", "no", "yes"]
    assert propose({heading: dates}, fields)[0].confidence == "likely"
    assert propose({heading: words}, fields)[0].confidence == "unsure"
    better = propose({heading: dates, "Date authored": dates}, fields)
    assert [one.field for one in better] == [None, "date_authored"]
