"""One table of a report."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class ReportTable:
    """A table with its name and a sentence about it. `most`: rows that a page shows; other files have all of them."""

    name: str
    frame: pd.DataFrame
    note: str = ""
    most: int | None = None
