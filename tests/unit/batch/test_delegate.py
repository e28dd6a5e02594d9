"""Methods that a part implements look like methods of the batch."""

from __future__ import annotations

import inspect

import pytest

from pdm_nb import Batch
from pdm_nb.batch.batch_runs import BatchRuns
from pdm_nb.batch.editing import Editing


@pytest.mark.parametrize(("name", "part"), [("set", Editing), ("undo", Editing), ("upload", BatchRuns)])
def test_a_method_has_the_signature_and_docstring_of_its_part(name: str, part: type) -> None:
    assert inspect.signature(getattr(Batch, name)) == inspect.signature(getattr(part, name))
    assert inspect.getdoc(getattr(Batch, name)) == inspect.getdoc(getattr(part, name))


def public(name: str) -> object:
    member = inspect.getattr_static(Batch, name)
    return member.fget if isinstance(member, property) else member


def test_the_public_names_are_few_and_have_docstrings() -> None:
    names = [name for name in dir(Batch) if not name.startswith("_")]
    assert len(names) <= 40
    assert not [name for name in names if not inspect.getdoc(public(name))]
