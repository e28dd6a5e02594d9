"""Pictures: files without a browser, text for people who do not see them, colors that can be told apart."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pdm_nb.errors import InputError
from pdm_nb.plots import charts
from pdm_nb.plots.picture import VEGA_LITE, Picture

TABLE = pd.DataFrame({"state": ["present", "<b>missing</b>"], "documents": [3, 1]})


def picture() -> Picture:
    return Picture(
        "A title",
        "3 present, 1 missing.",
        TABLE,
        lambda: charts.bars(TABLE, "state", "documents", "Documents"),
    )


@pytest.mark.parametrize(
    ("suffix", "start"), [(".png", b"\x89PNG"), (".svg", b"<svg"), (".html", b"<!DOCTYPE html>")]
)
def test_files_are_written_without_a_browser(tmp_path: Path, suffix: str, start: bytes) -> None:
    path = picture().save(tmp_path / f"x{suffix}")
    content = path.read_bytes()
    assert content.lstrip()[: len(start)] == start
    if suffix == ".html":
        assert b"<script src=" not in content.replace(b'"', b"").lower()  # works without the internet
    with pytest.raises(InputError, match=r"ends in \.png, \.svg or \.html"):
        picture().save(tmp_path / "x.jpg")


def test_jupyterlab_gets_a_chart_an_image_and_text() -> None:
    bundle = picture()._repr_mimebundle_()
    assert set(bundle) == {VEGA_LITE, "image/png", "text/plain"}
    assert bundle[VEGA_LITE]["description"] == "A title. 3 present, 1 missing."
    assert bundle[VEGA_LITE]["usermeta"]["embedOptions"]["renderer"] == "svg"  # whose marks have labels
    assert "background" not in str(bundle[VEGA_LITE].get("config", {}).get("background", ""))
    assert "present" in bundle["text/plain"]
    assert "A title" in bundle["text/plain"]


def test_without_the_extra_the_command_to_install_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r'python -m pip install "pdm_nb\[plots\]"'):
        picture()


def _linear(part: int) -> float:
    share = part / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def test_categories_have_distinct_colors_and_gray_for_the_rest() -> None:
    scale: dict[str, Any] = charts.colors(["a", "b", "other", "(none)"])
    assert scale["range"] == [charts.COLORS[0], charts.COLORS[1], charts.GRAY, charts.GRAY]
    lights = sorted(
        0.2126 * _linear(int(one[1:3], 16))
        + 0.7152 * _linear(int(one[3:5], 16))
        + 0.0722 * _linear(int(one[5:], 16))
        for one in charts.COLORS
    )
    assert len(set(charts.COLORS)) == 8
    assert lights[0] > 0.05  # can be seen on a dark background


def test_an_image_for_a_dark_page_has_its_color_and_no_background() -> None:
    table = pd.DataFrame({"kind": ["a<b>", "c"], "count": [1, 2]})
    picture = Picture("Title", "About", table, lambda: charts.bars(table, "kind", "count", "Count"))
    drawn = picture.svg("#dddddd")
    assert 'fill="#dddddd"' in drawn
    assert 'fill="white"' not in drawn
    assert "a&lt;b&gt;" in drawn
    assert "#dddddd" not in picture.svg()


def months(count: int) -> pd.DataFrame:
    starts = pd.date_range("2026-01-01", periods=count, freq="MS")
    rows = [(start, status, 2, 5) for start in starts for status in ("S1", "(none)")]
    return pd.DataFrame(rows, columns=["month", "status", "revisions", "documents"])


@pytest.mark.parametrize("count", [1, 2, 40])
def test_each_month_has_a_bar_of_documents_above_that_of_its_revisions(count: int) -> None:
    """An area of one month is empty, and one of several ends a month too early."""
    above, below = charts.months(months(count)).to_dict()["vconcat"]
    assert above["mark"]["type"] == below["mark"]["type"] == "bar"
    assert above["width"] == below["width"] <= charts.WIDTH


def test_the_confidence_has_the_color_of_machine_learning() -> None:
    table = pd.DataFrame(
        {"field": ["Type"], "source": ["machine learning"], "cells": [1], "share": [100.0], "sure": [80.0]}
    )
    order = ["people", "register", "machine learning"]
    bars, points = charts.shares(table, order).to_dict()["hconcat"]
    scale = bars["encoding"]["color"]["scale"]
    assert (
        points["mark"]["color"] == dict(zip(scale["domain"], scale["range"], strict=True))["machine learning"]
    )


def test_the_number_after_the_longest_bar_has_room() -> None:
    layer = charts.bars(TABLE, "state", "documents", "Documents").to_dict()["layer"][0]
    assert layer["encoding"]["x"]["scale"]["domain"][1] > 3
