"""The values of the pictures, computed from frames of revisions and from cells. Many categories become "other"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from .. import frames
from ..frames import REAL, TEXT, WHOLE
from ..model import Field, LabelSource

EMPTY, OTHER, LEARNED = "(none)", "other", "machine learning"
SOURCES = {
    LabelSource.MANUAL.value: "people", "REGISTER": "register", LabelSource.ML.value: LEARNED,
    LabelSource.FILENAME_SCRAPING.value: "file name", "FILE_NAME": "name template",
    LabelSource.CONTAINER_MATCH.value: "earlier version", LabelSource.SYSTEM.value: "service",
}  # fmt: skip
FAILED = ("", LabelSource.NONE.value, LabelSource.SCRAPING_FAILED.value, LabelSource.ML_FAILED.value)


def grouped(values: pd.Series, most: int) -> pd.Series:
    """Return categories as text: the most frequent ones, the others as "other", missing ones as "(none)"."""
    text = values.astype("string").fillna(EMPTY).replace("", EMPTY)
    counts = text.value_counts()
    if len(counts) <= most:
        return text
    return text.where(text.isin([*counts.index[: most - 1], EMPTY]), OTHER)


def completeness(table: pd.DataFrame, by: str, fields: Sequence[Field], most: int) -> pd.DataFrame:
    """Return the share of documents that have each field.

    One row per group and field: group, field (string), filled, documents (Int64), share (Float64, in %).
    """
    groups = grouped(table[by], most)
    sizes = sorted(_counts(groups).most_common(), key=lambda one: (one[0] == OTHER, one[0] == EMPTY))
    rows: list[tuple[str, str, int, int, float]] = []
    for item in fields:
        if item.name not in table or item.name == by:
            continue
        filled = _counts(groups[is_filled(table[item.name])])
        rows += [
            (group, item.label, filled[group], size, round(100 * filled[group] / size, 1))
            for group, size in sizes
        ]
    columns = {"group": TEXT, "field": TEXT, "filled": WHOLE, "documents": WHOLE, "share": REAL}
    return frames.frame(columns, rows)


def _counts(values: pd.Series) -> Counter[str]:
    return Counter(map(str, values))


def is_filled(column: pd.Series) -> pd.Series:
    """Return which rows have a value; an empty text or list is none."""
    if column.dtype == object:
        return pd.Series([isinstance(one, list | str) and bool(one) for one in column], column.index)
    if str(column.dtype) == "string":
        return column.fillna("") != ""
    return column.notna()


def timeline(table: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return revisions and documents by month: month (datetime64[us]), status (string), revisions, documents (Int64).

    `documents` is how many documents there were at the end of the month, by the status that they have today.
    """
    columns = {"month": "datetime64[us]", "status": TEXT, "revisions": WHOLE, "documents": WHOLE}
    dated = table.dropna(subset=["created_at"]) if "created_at" in table else table.head(0)
    if dated.empty:
        return frames.frame(columns, [])
    status = grouped(dated["status"], most) if "status" in dated else pd.Series(EMPTY, dated.index)
    month = dated["created_at"].dt.tz_convert(None).dt.to_period("M")
    revisions = Counter(zip(month, status, strict=True))
    document = dated["container_id"].fillna(dated["id"])
    begun = month.groupby(document).min().to_dict()
    latest = dated["is_latest"].fillna(False).astype(bool)
    documents = Counter(
        (begun[one], name) for one, name in zip(document[latest], status[latest], strict=True)
    )
    statuses = [name for name, _ in _counts(status).most_common()]
    rows, total = [], Counter[str]()
    for start in pd.period_range(month.min(), month.max(), freq="M"):
        for name in statuses:
            total[name] += documents[start, name]
            rows.append((start.to_timestamp(), name, revisions[start, name], total[name]))
    return frames.frame(columns, rows)


def sources(cells: Iterable[tuple[str, str, float | None]]) -> pd.DataFrame:
    """Return what fills fields.

    One row per field and source: field, source (string), cells (Int64), share (Float64, in %), sure (Float64, the mean
    confidence in %). `cells` yields the label of a field, the source of its value ("" if empty), and the confidence.
    """
    found: dict[tuple[str, str], list[float]] = {}
    counts, totals = Counter[tuple[str, str]](), Counter[str]()
    for field, source, sure in cells:
        key = field, EMPTY if source in FAILED else SOURCES.get(source, source.lower())
        counts[key] += 1
        totals[field] += 1
        if sure is not None:
            found.setdefault(key, []).append(sure)
    rows = [
        (*key, count, round(100 * count / totals[key[0]], 1), _mean(found.get(key, [])))
        for key, count in counts.items()
    ]
    columns = {"field": TEXT, "source": TEXT, "cells": WHOLE, "share": REAL, "sure": REAL}
    return frames.frame(columns, rows)


def _mean(shares: Sequence[float]) -> float | None:
    return round(100 * sum(shares) / len(shares), 1) if shares else None
