"""What is written of a plan: its facts, its documents with their fields, and every decision that led to them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Protocol

import pandas as pd

from ... import frames
from ...reports import Report, ReportTable
from ..evidence.journal_frames import metadata
from ..evidence.summary import moment
from ..journal.change_log import PROFILE
from ..journal.journal import Journal
from ..pipeline.watch import LIMIT

SHOWN = 1_000  # decisions on a page
COLUMNS = {"at": frames.MOMENT, "author": frames.TEXT, "decision": frames.TEXT, "cells": frames.WHOLE}
WAIT = "usually 10 to 30 s for a PDF"
SIGN = ("approved by", "date", "signature")


class PlanFigures(Protocol):
    """What is written of a plan; see `Plan`."""

    @property
    def hash(self) -> str: ...
    @property
    def documents(self) -> pd.DataFrame: ...
    @property
    def calls(self) -> pd.DataFrame: ...
    @property
    def expected(self) -> pd.DataFrame: ...
    @property
    def decisions(self) -> pd.DataFrame: ...
    @property
    def bytes(self) -> int: ...
    @property
    def puts(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def counts(self) -> dict[str, int]: ...
    def lines(self) -> Iterator[str]: ...


def decisions(journal: Journal) -> pd.DataFrame:
    """Return what was decided about a register, then what was done to cells: columns `COLUMNS`."""
    told = [(None, PROFILE, text, None) for text in _profile(journal)]
    done = journal.log.decisions()
    table = frames.frame(
        COLUMNS, told + [(None, author, action or author, cells) for _, author, action, cells in done]
    )
    table["at"] = frames.moments([None] * len(told) + [at for at, *_ in done])
    return table


def _profile(journal: Journal) -> Iterator[str]:
    """Yield what the columns of the register are, as it was last read."""
    stored = json.loads(journal.meta.get("source", "null")) or {}
    profile: dict[str, Any] = tomllib.loads(stored.get("profile") or "")
    for column, field in profile.get("columns", {}).items():
        yield f"Column {column!r} is {field}"
    if left := profile.get("left_out"):
        yield f"Columns that are not used: {', '.join(left)}"
    for column, order in profile.get("dates", {}).items():
        yield f"Dates in {column!r} are read as {order}"
    for field, text in profile.get("constants", {}).items():
        yield f"{field} is {text!r} in all rows"
    for one in profile.get("joins", ()):
        yield f"Columns {', '.join(one['columns'])} are joined to {one['field']}"
    for one in profile.get("splits", ()):
        yield f"Column {one['column']!r} is split into {', '.join(filter(None, one['fields']))}"


def report_of(plan: PlanFigures) -> Report:
    """Return a plan as it is written."""
    identity = plan.journal.identity
    documents = pd.concat([plan.documents, _cells(plan)], axis=1)
    tables = (
        ReportTable("documents", documents, "What each document becomes, with the values that are sent."),
        ReportTable(
            "expected", plan.expected, "Empty fields that machine learning or the file name may fill in."
        ),
        ReportTable("decisions", plan.decisions, "What was decided and set so far, and by whom.", SHOWN),
        ReportTable("calls", plan.calls, "Calls to the service, without errors that are repeated."),
    )
    facts = frames.frame({"what": frames.TEXT, "value": frames.TEXT}, _facts(plan))
    return Report(f"Plan for {identity.project or identity.project_id}", facts, lambda: iter(tables))


def _cells(plan: PlanFigures) -> pd.DataFrame:
    """Return the fields of the documents; a name that the plan uses itself is marked."""
    cells = metadata(plan.journal)
    return cells.rename(columns={name: f"{name} (field)" for name in cells.columns if name in plan.documents})


def _facts(plan: PlanFigures) -> Iterator[tuple[str, str]]:
    identity = plan.journal.identity
    yield "plan", plan.hash[:12]
    yield "whole hash (SHA-256)", plan.hash
    yield "made", moment(datetime.now(UTC).timestamp())
    yield "project", f"{identity.project} ({identity.project_id})"
    yield "company id", identity.company_id
    yield "service", identity.api_url
    yield "journal", str(plan.journal.path)
    yield "documents", f"{len(plan.documents):,}"
    yield from ((what, f"{count:,}") for what, count in plan.counts.items())
    least, most = int(plan.calls["least"].sum()), int(plan.calls["most"].sum())
    yield "calls", f"{least:,}" if least == most else f"{least:,} to {most:,}"
    yield "files or parts", f"{plan.puts:,}"
    yield "bytes", f"{plan.bytes:,}"
    yield "time of the calls", f"at least {plan.seconds:,.0f} s under the present rate limit"
    if len(plan.expected):
        yield "machine learning", f"{WAIT}, at most {LIMIT:.0f} s"
    yield from (("", line) for line in plan.lines())
    yield from ((what, "") for what in SIGN)
