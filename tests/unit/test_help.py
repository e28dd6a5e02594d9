"""The help pages: one for each view, finding and error, short, and found by name in Python and on the command line."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from collections.abc import Callable
from importlib.resources import files

import pytest

import pdm_nb
from pdm_nb import errors
from pdm_nb.cli.main import main
from pdm_nb.help import VIEWS, topic, topics
from pdm_nb.rules.checks import CHECKS, PROJECT_CHECKS
from pdm_nb.widgets.application.texts import STEPS

PAGES = sorted(one.name for one in files("pdm_nb.help").iterdir() if one.name.endswith(".md"))


def test_every_step_of_the_workbench_has_a_page() -> None:
    assert set(STEPS) <= set(VIEWS)
    assert [f"{name}.md" for name in (*VIEWS, "errors", "index") if f"{name}.md" not in PAGES] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_short_and_its_links_lead_to_topics(page: str) -> None:
    text = files("pdm_nb.help").joinpath(page).read_text("utf-8")
    assert text.startswith("# ")
    assert page == "errors.md" or len(text.splitlines()) <= 40
    assert [name for name in re.findall(r"\]\(([^)]+)\)", text) if name not in PAGES] == []


@pytest.mark.parametrize("name", topics())
def test_every_topic_can_be_read(name: str) -> None:
    page = topic(name)
    assert page.name == name
    assert page.title
    assert len(page.markdown) > 20
    assert "<p>" in page.html


def test_every_finding_shows_how_to_fix_it() -> None:
    for check in CHECKS + PROJECT_CHECKS:
        assert re.search(
            r"^(To fix it,|Nothing has to be done)", inspect.getdoc(check) or "", re.MULTILINE
        ), check


def test_every_error_has_a_page() -> None:
    classes = {
        one.__name__ for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, Exception)
    }
    assert {topic(name).name for name in classes - {"PdmError"}} == classes - {"PdmError"}


def test_the_page_of_an_error_is_that_of_its_class_or_of_a_base() -> None:
    class OwnError(errors.ThrottledError):
        pass

    assert OwnError("wait").topic == "ThrottledError"
    assert errors.PdmError("other").topic == ""
    assert OwnError("wait")._render_traceback_() == [
        "OwnError: wait",
        'More: pdm.help.topic("ThrottledError")',
    ]
    assert errors.InputError("Unknown file")._render_traceback_() == ["InputError: Unknown file"]


def test_html_has_links_to_topics_and_nothing_of_others() -> None:
    assert 'href="#submit"' in topic("review").html
    assert "<table>" in topic("document").html
    assert "<script" not in pdm_nb.help.Topic("x", "x", "<script>alert(1)</script>").html


def test_a_custom_check_has_a_page() -> None:
    pdm_nb.register_check(code="ACME9", title="Own")(lambda row: None)
    try:
        assert topic("acme9").title == "ACME9: Own"
    finally:
        pdm_nb.unregister_check("ACME9")


def test_an_unknown_topic_names_similar_ones() -> None:
    with pytest.raises(errors.InputError, match=r"Unknown topic 'sumbit'\. Similar: submit"):
        topic("sumbit")
    with pytest.raises(errors.InputError, match="Use the code of a finding"):
        topic("§")


def test_the_command_prints_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "pdm101"]) == 0
    assert capsys.readouterr().out.startswith("# PDM101: Required field is empty\n")
    assert main(["explain", "--json", "submit"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Submit"
    assert main(["explain"]) == 0
    assert "pdm-nb explain NAME" in capsys.readouterr().out
    assert main(["explain", "nothing"]) == 2
    assert "Unknown topic 'nothing'" in capsys.readouterr().err


def test_a_refused_command_names_the_page_of_its_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(error: errors.PdmError) -> str:
        monkeypatch.setattr(importlib.import_module("pdm_nb.cli.main"), "_run", _raiser(error))
        assert main(["explain"]) == 2
        return capsys.readouterr().err

    assert refuse(errors.ThrottledError("Too many calls")).splitlines() == [
        "pdm-nb: Too many calls",
        "More: pdm-nb explain ThrottledError",
    ]
    assert refuse(errors.InputError("Unknown file")) == "pdm-nb: Unknown file\n"


def _raiser(error: Exception) -> Callable[[object], int]:
    def raises(_: object) -> int:
        raise error

    return raises
