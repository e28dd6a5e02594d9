"""The values of the pictures: shares, months, sources, and many categories."""

from __future__ import annotations

import pandas as pd

from pdm_nb.plots import plot_data
from tests.support.builders import field


def text(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="string")


def test_many_categories_become_other() -> None:
    values = text(*["a"] * 5, *["b"] * 4, "c", "d", None)
    assert set(plot_data.grouped(values, 3)) == {"a", "b", "other", "(none)"}
    assert set(plot_data.grouped(values, 9)) == {"a", "b", "c", "d", "(none)"}


def test_empty_texts_lists_and_missing_values_are_not_filled() -> None:
    assert plot_data.is_filled(text("x", "", None)).tolist() == [True, False, False]
    assert plot_data.is_filled(pd.Series([["x"], [], None], dtype="object")).tolist() == [True, False, False]
    assert plot_data.is_filled(pd.Series([1.0, None], dtype="Float64")).tolist() == [True, False]


def test_completeness_is_a_share_of_each_group() -> None:
    table = pd.DataFrame({"discipline": text("A", "A", "B"), "number": text("1", "", "3")})
    found = plot_data.completeness(table, "discipline", [field("number"), field("unknown")], 10)
    assert found.values.tolist() == [["A", "Number", 1, 2, 50.0], ["B", "Number", 1, 1, 100.0]]


def test_documents_are_counted_up_and_revisions_by_month() -> None:
    table = pd.DataFrame({
        "id": text("1", "2", "3"), "container_id": text("c", "c", "d"), "status": text("S1", "S2", "S2"),
        "is_latest": pd.Series([False, True, True], dtype="boolean"),
        "created_at": pd.to_datetime(["2026-01-05", "2026-03-01", "2026-03-02"], utc=True),
    })  # fmt: skip
    found = plot_data.timeline(table, 8)
    assert found["month"].nunique() == 3
    rows = {
        (str(month)[:7], status): (new, all_) for month, status, new, all_ in found.itertuples(index=False)
    }
    assert rows["2026-01", "S2"] == (0, 1)  # the document exists; today it has S2
    assert rows["2026-02", "S2"] == (0, 1)
    assert rows["2026-03", "S2"] == (2, 2)
    assert rows["2026-03", "S1"] == (0, 0)
    assert len(plot_data.timeline(table.head(0), 8)) == 0


def test_sources_have_shares_and_mean_confidence() -> None:
    cells = [("Type", "ML", 0.8), ("Type", "ML", 0.6), ("Type", "MANUAL", None), ("Type", "ML_FAILED", None)]
    found = plot_data.sources(cells).set_index("source")
    assert found.loc["machine learning", ["cells", "share", "sure"]].tolist() == [2, 50.0, 70.0]
    assert found.loc["(none)", "cells"] == 1
    assert pd.isna(found.loc["people", "sure"])
