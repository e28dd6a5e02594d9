"""The `?` of the workbench: every step has its page, links lead to pages, and nothing of it is markup of others."""

from __future__ import annotations

import re

import pytest

from pdm_nb import help
from pdm_nb.errors import InputError
from pdm_nb.widgets import Workbench
from pdm_nb.widgets.workbench.step_row import ORDER
from tests.support.panels import do


@pytest.mark.parametrize("step", ORDER)
def test_every_step_has_a_page(step: str) -> None:
    page = do(Workbench(), "help.page", topic=step)
    assert page["name"] == step
    assert "<p>" in page["html"]


def test_links_of_pages_lead_to_pages() -> None:
    bench = Workbench()
    for name in help.topics():
        for link in re.findall(r'href="([^"]*)"', do(bench, "help.page", topic=name)["html"]):
            assert link.startswith("#"), (name, link)
            assert do(bench, "help.page", topic=link[1:])["title"]


def test_a_finding_has_a_page_and_an_unknown_name_a_sentence() -> None:
    assert do(Workbench(), "help.page", topic="PDM101")["title"] == "PDM101: Required field is empty"
    with pytest.raises(InputError, match="Unknown topic 'PDM999'"):
        do(Workbench(), "help.page", topic="PDM999")
