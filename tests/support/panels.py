"""What tests of the workbench share: actions on a view, and a fake service and project."""

from __future__ import annotations

from typing import Any

import pandas as pd

import pdm_nb
from tests.support.fake_batch import FakeBatch


def said(bench: Any) -> str:
    """The text of the last message."""
    return str((bench._state.get("note") or {}).get("text", ""))


def do(bench: Any, name: str, **arguments: Any) -> Any:
    """Ask for an action as the page does, and return its result."""
    part, _, action = name.partition(".")
    return bench.perform(part, action, arguments)


def edit(bench: Any, row: int, key: str, text: str) -> None:
    old = bench.table.value(row, key)
    bench.table._receive(None, {"kind": "edit", "action": "t.1", "cells": [[row, key, old, text]]}, [])


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

    def naming_example(self) -> tuple[str, str]:
        return "Project-Number", "RST-0001"

    def batch(self, source: str = "", journal: str = "") -> FakeBatch:
        if source == "nowhere/":
            raise pdm_nb.errors.InputError("The folder nowhere/ does not exist. Enter another one.")
        return FakeBatch(2)


class FakeService:
    company = "Demo Builders"

    def __init__(self, active: tuple[bool, ...] = (True, True, False)) -> None:
        self.active = active

    def projects(self) -> pd.DataFrame:
        rows = [("7", "Riverside Tower"), ("8", "Harbour Bridge"), ("9", "Old Depot")]
        frame = pd.DataFrame(rows, columns=["id", "name"])
        return frame.assign(active=self.active)

    def project(self, _: str) -> FakeProject:
        return FakeProject()
