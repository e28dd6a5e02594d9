"""The public names of the package, which are imported when they are first used."""

from __future__ import annotations

import importlib

import pytest

import pdm_nb


@pytest.mark.parametrize("name", pdm_nb.__all__)
def test_every_public_name_can_be_used(name: str) -> None:
    assert getattr(pdm_nb, name) is getattr(pdm_nb, name)
    assert name in dir(pdm_nb)


def test_the_module_connect_does_not_hide_the_function() -> None:
    importlib.import_module("pdm_nb.connect")
    assert pdm_nb.connect.__name__ == "connect"
    assert "Parameters" in (pdm_nb.connect.__doc__ or "")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'pdm_nb' has no attribute 'conect'"):
        getattr(pdm_nb, "conect")  # noqa: B009 - the name is wrong on purpose
