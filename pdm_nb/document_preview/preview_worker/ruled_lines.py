"""Finds the title block of a scan by the ruled lines that separate it from the drawing."""

from __future__ import annotations

from typing import Any

from .drawing import Region


def region_by_lines(image: Any) -> tuple[Region, float] | None:
    return None
