"""Charts in Altair. Colors can be told apart by people who do not see all of them (Okabe and Ito; cividis).

No background and no color of text is set, so that the theme of JupyterLab decides. Altair is imported when it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from .plot_data import EMPTY, LEARNED, OTHER

COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#8C6BB1")
GRAY = "#999999"
TEXT_GRAY = "#767676"  # can be read on white and on black
MONTH = 60  # pixels of a month if there are few
WIDTH = 640
CELL = 46  # pixels of a cell in a heat map


def colors(categories: Sequence[str]) -> dict[str, Any]:
    """Return the scale of some categories: the same color for the same place; gray for "other" and for none."""
    named = [one for one in categories if one not in (OTHER, EMPTY)]
    table = dict(zip(named, COLORS * (len(named) // len(COLORS) + 1), strict=False))
    return {"domain": list(categories), "range": [table.get(one, GRAY) for one in categories]}


def heat_map(table: pd.DataFrame, by: str) -> Any:
    """Return the share of filled fields by group."""
    import altair as alt

    groups, fields = list(dict.fromkeys(table["group"])), list(dict.fromkeys(table["field"]))
    base = alt.Chart(_plain(table)).encode(
        x=alt.X("group:N", sort=groups, title=by, axis=alt.Axis(labelAngle=-40, labelLimit=160, orient="top")),
        y=alt.Y("field:N", sort=fields, title=None, axis=alt.Axis(labelLimit=220)),
        tooltip=[
            alt.Tooltip("group:N", title=by), alt.Tooltip("field:N", title="Field"),
            alt.Tooltip("filled:Q", title="Filled"), alt.Tooltip("documents:Q", title="Documents"),
            alt.Tooltip("share:Q", title="%"),
        ],
    )  # fmt: skip
    scale = alt.Scale(scheme="cividis", domain=[0, 100])
    cells = base.mark_rect(stroke="#888888", strokeWidth=0.5).encode(
        color=alt.Color("share:Q", scale=scale, title="% filled")
    )
    texts = base.mark_text(fontSize=11).encode(
        text=alt.Text("share:Q", format=".0f"),
        color=alt.condition("datum.share < 55", alt.value("white"), alt.value("black")),
    )
    return (cells + texts).properties(width=CELL * max(1, len(groups)), height=22 * max(1, len(fields)))


def months(table: pd.DataFrame) -> Any:
    """Return documents in the project by their status, above the revisions of each month."""
    import altair as alt

    statuses = [one for one in dict.fromkeys(table["status"]) if one not in (OTHER, EMPTY)]
    statuses += [one for one in (OTHER, EMPTY) if (table["status"] == one).any()]
    color = alt.Color(
        "status:N",
        scale=alt.Scale(**colors(statuses)),
        sort=statuses,
        legend=alt.Legend(title="Status", labelLimit=260),
    )
    tooltip = [
        alt.Tooltip("yearmonth(month):T", title="Month"), alt.Tooltip("status:N", title="Status"),
        alt.Tooltip("documents:Q", title="Documents"), alt.Tooltip("revisions:Q", title="New revisions"),
    ]  # fmt: skip
    selection = alt.selection_point(fields=["status"], bind="legend", name="status_in_legend")
    base = alt.Chart(_plain(table)).encode(
        x=alt.X("yearmonth(month):T", title=None),
        color=color,
        tooltip=tooltip,
        opacity=alt.condition(selection, alt.value(1.0), alt.value(0.15)),
    )
    # Bars, not areas: of one month, an area is empty, and it ends a month before the bars below it.
    documents = base.mark_bar(binSpacing=0).encode(y=alt.Y("documents:Q", title="Documents"))
    revisions = base.mark_bar().encode(y=alt.Y("revisions:Q", title="New revisions"))
    width = min(WIDTH, max(2, table["month"].nunique()) * MONTH)
    return alt.vconcat(
        documents.properties(width=width, height=190).add_params(selection),
        revisions.properties(width=width, height=120),
    )


def shares(table: pd.DataFrame, order: Sequence[str]) -> Any:
    """Return what fills each field, next to how sure machine learning is."""
    import altair as alt

    fields = list(dict.fromkeys(table["field"]))
    scale = alt.Scale(domain=fields)  # the same places in both charts
    axis = alt.Y("field:N", scale=scale, title=None, axis=alt.Axis(labelLimit=200))
    tooltip = [
        alt.Tooltip("field:N", title="Field"), alt.Tooltip("source:N", title="Filled by"),
        alt.Tooltip("cells:Q", title="Cells"), alt.Tooltip("share:Q", title="%"),
        alt.Tooltip("sure:Q", title="Mean confidence in %"),
    ]  # fmt: skip
    base = alt.Chart(_plain(table))
    table_of_colors = colors(order)
    own = dict(zip(*table_of_colors.values(), strict=True)).get(LEARNED, GRAY)
    bars = (
        base.mark_bar()
        .encode(
            x=alt.X("share:Q", title="% of uploads", scale=alt.Scale(domain=[0, 100])),
            y=axis,
            color=alt.Color(
                "source:N", scale=alt.Scale(**table_of_colors), sort=list(order), title="Filled by"
            ),
            order=alt.Order("place:Q"),
            tooltip=tooltip,
        )
        .transform_calculate(place=f"indexof({list(order)!r}, datum.source)")
    )
    points = (
        base.mark_point(filled=True, size=70, color=own, opacity=1.0)
        .encode(
            x=alt.X("sure:Q", title="Confidence of machine learning in %", scale=alt.Scale(domain=[0, 100])),
            y=alt.Y("field:N", scale=scale, title=None, axis=alt.Axis(labels=False, ticks=False)),
            tooltip=tooltip,
        )
        .transform_filter("datum.sure !== null")
    )
    height = 22 * max(1, len(fields))
    return alt.hconcat(bars.properties(width=380, height=height), points.properties(width=200, height=height))


def bars(table: pd.DataFrame, category: str, value: str, label: str) -> Any:
    """Return one bar for each category, with its number."""
    import altair as alt

    order = list(table[category])
    room = 1.15 * float(table[value].max()) if len(table) else 1.0  # for the number after the longest bar
    base = alt.Chart(_plain(table)).encode(
        x=alt.X(
            f"{value}:Q",
            title=label,
            scale=alt.Scale(domain=[0, room], nice=False),
            axis=alt.Axis(grid=False, format=",d", tickMinStep=1, tickCount=6),
        ),
        y=alt.Y(f"{category}:N", sort=order, title=None, axis=alt.Axis(labelLimit=300)),
        tooltip=[alt.Tooltip(f"{category}:N"), alt.Tooltip(f"{value}:Q", title=label)],
    )
    drawn = base.mark_bar().encode(
        color=alt.Color(f"{category}:N", scale=alt.Scale(**colors(order)), legend=None)
    )
    numbers = base.mark_text(align="left", dx=4, color=TEXT_GRAY).encode(
        text=alt.Text(f"{value}:Q", format=",")
    )
    return (drawn + numbers).properties(width=WIDTH - 120, height=24 * max(1, len(order)))


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in types that Altair writes without a guess."""
    kinds = {name: "float64" for name in table if str(table[name].dtype) in ("Int64", "Float64")}
    texts = {name: "object" for name in table if str(table[name].dtype) == "string"}
    return table.astype({**kinds, **texts})
