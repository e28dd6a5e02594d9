from __future__ import annotations

import pytest

from pdm_nb.registers.mapping.aliases import FieldNames, default_aliases
from tests.support.builders import field
from tests.support.register_fields import FIELDS

NAMES = FieldNames(FIELDS)


@pytest.mark.parametrize(
    "heading",
    [
        "Document No.", "Doc No", "Doc. Nr.", "DOC #", "Doc\nNumber", "Dwg No", "Drawing Number", "DrawingNumber", "drawing_no",
        "Sheet No", "No. of Drawing", "Plan-Nr.", "Plannummer", "Plan Nr", "Zeichnungsnummer", "Dokumentennummer", "N° plan",
        "Nº de plano", "Numéro du document", "Número de documento", "Código del plano", "Document No. (max. 30 characters)",
        "\ufeffDocument No", "Document\u00a0No",
    ],
)  # fmt: skip
def test_a_number_is_recognized_however_it_is_written(heading: str) -> None:
    assert [one.field for one in NAMES.readings(heading)][:1] == ["number"]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Rev.", "revision"), ("Revision No.", "revision"), ("Revisión", "revision"), ("Indice", "revision"),
        ("Planindex", "revision"), ("Date of Issue", "date_authored"), ("Issue Date", "date_authored"),
        ("Date d'émission", "date_authored"), ("Fecha de emisión", "date_authored"), ("Ausgabedatum", "date_authored"),
        ("Drawing Date", "date_authored"), ("Suitability", "status"), ("Purpose of Issue", "status"), ("Estado", "status"),
        ("Disc.", "discipline"), ("Especialidad", "discipline"), ("Gewerk", "discipline"), ("Originator", "originator"),
        ("Company", "originator"), ("Émetteur", "originator"), ("Level", "location"), ("Floor", "location"),
        ("Geschoss", "location"), ("Niveau", "location"), ("Zone", "custom_field_481"), ("Vol./System", "volume"),
        ("Planinhalt", "description"), ("Planbezeichnung", "description"), ("Désignation", "description"),
        ("Título", "description"), ("Sheet Title", "description"), ("Maßstab", "scale"), ("Massstab", "scale"),
        ("Échelle", "scale"), ("Blattformat", "sheet_size"), ("Paper size (mm)", "sheet_size"), ("Filename", "file"),
        ("Dateiname", "file"), ("Nom du fichier", "file"), ("PDF", "file"), ("Projekt", "project"), ("Gebäude", "building"),
        ("Leistungsphase", "project_stage"), ("Prüfer", "reviewers"), ("Index/Ausgabe", "revision"),
    ],
)  # fmt: skip
def test_headings_in_four_languages(heading: str, name: str) -> None:
    assert [one.field for one in NAMES.readings(heading)][:1] == [name]


@pytest.mark.parametrize(
    "heading",
    [
        "", "#", "No.", "N°", "S/N", "Remarks", "Bemerkung", "Planned Issue Date", "Issue Date (Planned)", "Fecha prevista",
        "Eingang Soll", "Received Date", "Approved by", "Revisions", "Sheets", "Files", "Revision Description", "Checked By",
        "Client Comments", "Previous Rev", "Line No.", "Total Sheets", "Copy No.", "Transmittal No",
    ],
)  # fmt: skip
def test_other_headings_mean_no_field(heading: str) -> None:
    assert NAMES.readings(heading) == []


def test_the_names_and_labels_of_the_project_take_precedence() -> None:
    names = FieldNames([field("number"), field("custom_1", label="Drawing No"), field("title")])
    assert [(one.field, one.score) for one in names.readings("Drawing no.")] == [("custom_1", 100.0)]
    assert [one.field for one in names.readings("Title")] == ["title"]
    assert [one.field for one in names.readings("Doc No")] == ["number"]


def test_two_fields_with_one_label_are_both_offered_and_not_sure() -> None:
    names = FieldNames([field("custom_1", label="Package"), field("custom_2", label="Package")])
    assert [(one.field, one.score) for one in names.readings("Package")] == [
        ("custom_1", 40.0),
        ("custom_2", 40.0),
    ]


def test_a_field_that_the_project_lacks_is_not_offered() -> None:
    assert FieldNames([field("number")]).readings("Rev") == []


def test_a_custom_field_is_found_in_other_words() -> None:
    names = FieldNames([field("custom_1", "timestamp", label="Approval stage")])
    assert names.readings("Approval phase") == []
    names = FieldNames([field("custom_1", label="Drawing scale")])
    assert [one.field for one in names.readings("Scale of the drawing")] == ["custom_1"]


def test_a_long_heading_is_cut() -> None:
    assert len(default_aliases().vocabulary.words("x " * 100_000)) == 100
