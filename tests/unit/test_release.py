"""Version and changelog agree: what `python -m build` makes has an entry that says what changed."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pdm_nb

CHANGELOG = (Path(__file__).parents[2] / "CHANGELOG.md").read_text("utf-8")
RELEASED = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", CHANGELOG, re.MULTILINE)
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_newest_version_of_the_changelog_is_the_package_version() -> None:
    assert RELEASED[0][0] == pdm_nb.__version__


def test_versions_and_dates_descend() -> None:
    versions = [tuple(map(int, version.split("."))) for version, _ in RELEASED]
    days = [date.fromisoformat(day) for _, day in RELEASED]
    assert versions == sorted(versions, reverse=True)
    assert days == sorted(days, reverse=True)


def test_what_is_not_released_yet_has_its_place_at_the_top() -> None:
    headings = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    assert headings[0] == "[Unreleased]"


def test_each_change_has_a_kind_of_keep_a_changelog() -> None:
    assert set(re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE)) <= KINDS
