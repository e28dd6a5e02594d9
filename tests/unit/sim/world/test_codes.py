"""The code lists of the seeded project are complete and consistent."""

from __future__ import annotations

import re

import pytest

from pdm_nb.sim.world.codes import riverside, spec_sections

LISTS = {
    name: value
    for name, value in {**vars(riverside), **vars(spec_sections)}.items()
    if name.isupper() and name not in ("NAMING", "PROJECT_NAME")
}
SIZES = {
    "PROJECTS": 1,
    "ORIGINATORS": 20,
    "VOLUMES": 12,
    "LOCATIONS": 45,
    "TYPES": 20,
    "DISCIPLINES": 18,
    "STATUSES": 15,
    "TRADES": 40,
    "SPEC_SECTIONS": 180,
    "SHEET_SIZES": 5,
    "AREAS": 10,
}


def test_all_lists_are_there() -> None:
    assert set(LISTS) == set(SIZES)


@pytest.mark.parametrize("name", SIZES)
def test_list_is_complete_and_unambiguous(name: str) -> None:
    entries = LISTS[name]
    assert len(entries) >= SIZES[name]
    assert all(entry.code and entry.label and entry.label == entry.label.strip() for entry in entries)
    assert len({entry.code for entry in entries}) == len(entries)
    assert len({entry.label.casefold() for entry in entries}) == len(entries)


@pytest.mark.rule("B36")
@pytest.mark.parametrize("label", ["Drawing", "Specification", "Other"])
def test_types_hold_what_ml_answers_exactly_once(label: str) -> None:  # B36
    assert [entry.active for entry in riverside.TYPES if entry.label == label] == [True]


@pytest.mark.rule("B21")
@pytest.mark.parametrize("name", ["STATUSES", "ORIGINATORS", "TYPES", "SPEC_SECTIONS"])
def test_some_entries_are_no_longer_used(name: str) -> None:  # B21
    inactive = [entry for entry in LISTS[name] if not entry.active]
    assert inactive
    assert len(inactive) < len(LISTS[name]) / 4


@pytest.mark.rule("B67")
@pytest.mark.parametrize("name", ["PROJECTS", "ORIGINATORS", "VOLUMES", "LOCATIONS", "TYPES", "DISCIPLINES"])
def test_codes_of_the_naming_standard_can_stand_in_a_name(name: str) -> None:  # B67
    assert all(re.fullmatch("[A-Z0-9]{1,3}", entry.code) for entry in LISTS[name])


@pytest.mark.rule("B67")
def test_volumes_and_locations_have_several_and_none() -> None:  # B67
    for entries in (riverside.VOLUMES, riverside.LOCATIONS):
        assert {"ZZ", "XX"} <= {entry.code for entry in entries}


def test_sections_are_six_digits() -> None:
    assert all(re.fullmatch(r"\d\d \d\d \d\d", entry.code) for entry in spec_sections.SPEC_SECTIONS)
