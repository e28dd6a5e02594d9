"""`Picture`: a chart with its values as a table and as text, for people who do not see it. Saved without a browser.

JupyterLab draws the chart itself, in its light or dark theme. Other programs show the image that is stored next to it, or
the text. Nothing is loaded from the internet.
"""

from __future__ import annotations

import base64
import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import InputError
from ..file_writing.whole_file import file_for_people
from ..reports import check_target

NOT_INSTALLED = 'Pictures are not installed. Install them with: python -m pip install "pdm_nb[plots]"'
SUFFIXES = (".png", ".svg", ".html")
VEGA_LITE = "application/vnd.vegalite.v5+json"  # what JupyterLab 4 draws
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
LISTED = 40  # rows of the table that the text has


def check_installed() -> None:
    """Raise `InputError` if the extra `plots` is not installed."""
    if any(importlib.util.find_spec(name) is None for name in ("altair", "vl_convert")):
        raise InputError(NOT_INSTALLED)


class Picture:
    """A chart of a project; display it as the last line of a cell.

    Attributes
    ----------
    title : str
        What the chart shows.
    description : str
        What can be seen in it, in a few sentences.
    table : DataFrame
        The values that are drawn.
    chart : altair.Chart
        The chart, to change it with Altair.
    """

    def __init__(self, title: str, description: str, table: pd.DataFrame, draw: Callable[[], Any]) -> None:
        check_installed()
        self.title, self.description, self.table = title, description, table
        self.chart: Any = draw().properties(
            title={"text": title, "anchor": "start"}, description=f"{title}. {description}"
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the chart as a file: .png, .svg, or .html, which stays interactive and needs no internet.

        Parameters
        ----------
        path : str or path
            The file; its suffix is its kind.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            For another suffix, or a file that cannot be written.
        """
        target = check_target(path, SUFFIXES)
        suffix = target.suffix.lower()
        with file_for_people(target) as draft:
            if suffix == ".png":
                draft.write_bytes(self._png())
            elif suffix == ".svg":
                draft.write_text(self.svg(), "utf-8")
            else:
                self.chart.save(os.fspath(draft), format="html", inline=True)
        return target

    @property
    def spec(self) -> dict[str, Any]:
        """The chart as Vega-Lite."""
        found: dict[str, Any] = self.chart.to_dict()
        return {**found, "$schema": SCHEMA, "usermeta": {"embedOptions": {"renderer": "svg"}}}

    def svg(self, ink: str = "") -> str:
        """Return the chart as SVG.

        Parameters
        ----------
        ink : str
            The color of texts and axes, such as "#222222", for a page that is dark; black if not given.

        Returns
        -------
        str
            The image.
        """
        import vl_convert

        return str(vl_convert.vegalite_to_svg(self.spec, config=_theme(ink) if ink else None))

    def _png(self) -> bytes:
        import vl_convert

        return bytes(vl_convert.vegalite_to_png(self.spec, scale=2))

    def __repr__(self) -> str:
        more = f"\n… and {len(self.table) - LISTED:,} more rows in .table" if len(self.table) > LISTED else ""
        values = self.table.head(LISTED).to_string(index=False) if len(self.table) else "No values."
        return f"{self.title}\n{self.description}\n\n{values}{more}"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        image = base64.b64encode(self._png()).decode()
        return {VEGA_LITE: self.spec, "image/png": image, "text/plain": repr(self)}


def _theme(ink: str) -> dict[str, Any]:
    """Return a theme in which texts and axes have one color and nothing has a background."""
    texts = {"labelColor": ink, "titleColor": ink}
    return {
        "background": "transparent",
        "padding": {"left": 5, "top": 5, "right": 60, "bottom": 5},  # the page may have a wider font
        "axis": {**texts, "domainColor": ink, "tickColor": ink, "gridOpacity": 0.25},
        "legend": texts,
        "header": texts,
        "title": {"color": ink, "subtitleColor": ink},
        "view": {"stroke": None},
    }
