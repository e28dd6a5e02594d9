"""Which differences between a plan and a batch count, and how they are named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pdm_nb.batch.signing import PlanContent, check, hash_of, planned_ids
from pdm_nb.errors import InputError

BATCH = {"service": "https://api.test", "company": "7", "project": "42", "created": "1"}
TITLE = {"Title": ("Plan", "('Plan',)", False)}
FILLED = {**TITLE, "Number": ("0001", "('0001',)", True)}


def content(project: dict[str, str] | None = None, **facts: Any) -> PlanContent:
    one = {
        "document": "a.pdf",
        "file": "10 1",
        "cells": TITLE,
        "what": "new",
        "name": "A",
        "version": "1 True",
    }
    return {
        "batch": BATCH,
        "project": project or {"the field Title": "string"},
        "documents": {"0": one | facts},
    }


@pytest.mark.parametrize(
    "now",
    [
        content(cells=FILLED),
        content(what="submitted", name="", version="None None"),
        content(what="on hold", version="None None"),
        content(what="skipped"),
        content({"the field Title": "string", "the value v1 of Type": "DR Drawing True"}),
        json.loads(json.dumps(content())),
    ],
    ids=["filled by the service", "submitted", "on hold", "skipped", "a value more is used", "from JSON"],
)
def test_no_difference(now: PlanContent) -> None:
    check(content(), now)


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (content(), content(cells={"Title": ("Other", "('Other',)", False)}), "a.pdf (Title)"),
        (content(), content(cells={}), "a.pdf (Title)"),
        (content(), content(cells={"Title": ("Other", "('Other',)", True)}), "a.pdf (Title)"),
        (content(), content(cells={**TITLE, "Number": ("1", "('1',)", False)}), "a.pdf (Number)"),
        (content(), content(file="11 1"), "a.pdf (its file)"),
        (content(), content(what="new version"), "a.pdf (its result)"),
        (content(), content(version="2 True"), "a.pdf (its version)"),
        (content(), content(version="1 False"), "a.pdf (its version)"),
        (content(), content(name="B"), "a.pdf (its name)"),
        (content(what="on hold"), content(what="submitted"), "a.pdf (its result)"),
        (content(), content() | {"documents": {}}, "a.pdf (removed)"),
        (content() | {"documents": {}}, content(), "a.pdf (added)"),
        (content(), content({"x": ""}), "the field Title was removed"),
        (content(), content({"the field Title": "numeric"}), "the field Title changed"),
        (content({"the value v of Type": "DR"}), content({"the value v of Type": ""}), "the value v of Type was removed"),
        (content(), content({"the field Title": "string", "upload requirement 2": "x"}), "upload requirement 2 was added"),
    ],
)  # fmt: skip
def test_a_difference_is_named(before: PlanContent, now: PlanContent, told: str) -> None:
    with pytest.raises(InputError) as error:
        check(before, now)
    assert told in str(error.value)
    assert "Check the new batch.plan()" in str(error.value)


def test_only_some_of_many_differences_are_listed() -> None:
    one = content()["documents"]["0"]
    many = content() | {"documents": {str(id_): one | {"document": f"{id_}.pdf"} for id_ in range(9)}}
    with pytest.raises(
        InputError, match=r"0\.pdf \(removed\), 1\.pdf \(removed\), 2\.pdf \(removed\) and 6 more"
    ):
        check(many, content() | {"documents": {}})


def test_the_plan_of_another_batch() -> None:
    with pytest.raises(InputError, match="plan of another batch, of project 42"):
        check(content(), content() | {"batch": BATCH | {"created": "2"}})


def test_the_hash_is_that_of_the_content() -> None:
    assert hash_of(content()) == hash_of(json.loads(json.dumps(content())))
    assert hash_of(content()) != hash_of(content(file="11 1"))
    assert len(hash_of(content())) == 64


def test_what_is_on_hold_is_not_planned() -> None:
    assert planned_ids(content()) == {0}
    assert planned_ids(content(what="on hold")) == planned_ids(content(what="skipped")) == frozenset()
