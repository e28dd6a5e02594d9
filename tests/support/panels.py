"""What tests of panels share: actions on a panel, and a fake service and project."""

from __future__ import annotations

from typing import Any

import pandas as pd

import pdm_nb
from tests.support.fake_batch import FakeBatch


def said(panel: Any) -> str:
    return str(panel.note.text)


def edit(panel: Any, row: int, key: str, text: str) -> None:
    old = panel.table.value(row, key)
    panel.table._receive(None, {"kind": "edit", "action": "t.1", "cells": [[row, key, old, text]]}, [])


def click(button: Any) -> None:
    assert not button.disabled
    button.click()


FRAME = pd.DataFrame(
    [
        ("r1", True, "any document", "", "type", "Type", "lov_entry", "project", True),
        ("r2", False, "type is Drawing", "ISO", "number", "Number", "string", "naming standard", False),
        ("r2", False, "type is Drawing", "ISO", "type", "Type", "lov_entry", "project", False),
    ],
    columns=[
        *("rule", "is_default", "qualifies", "naming_standard", "field", "label", "type", "source"),
        "allow_duplicate_revisions",
    ],
)


class FakeProject:
    name, id = "Riverside Tower", "7"

    def __init__(self, frame: pd.DataFrame = FRAME) -> None:
        self.frame = frame

    def requirements(self) -> pd.DataFrame:
        return self.frame

    def batch(self, source: str) -> FakeBatch:
        if source == "nowhere/":
            raise pdm_nb.errors.InputError("The folder nowhere/ does not exist. Enter another one.")
        return FakeBatch(2)


class FakeService:
    company = "Demo Builders"

    def projects(self) -> pd.DataFrame:
        rows = [("7", "Riverside Tower", True), ("8", "Harbour Bridge", True), ("9", "Old Depot", False)]
        return pd.DataFrame(rows, columns=["id", "name", "active"])

    def project(self, _: str) -> FakeProject:
        return FakeProject()
