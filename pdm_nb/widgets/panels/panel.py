"""What all panels share: a heading, a line that says what happened, buttons that never fail in silence.

A panel is thin: it reads a batch or project through its public names, shows it, and starts what was asked for.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Callable, Sequence

import ipywidgets

from ...errors import PdmError
from ..grid.static_table import show

log = logging.getLogger(__name__)
_TONES = {
    "bad": "var(--jp-error-color0, #b3261e)",
    "good": "var(--jp-success-color0, #1b6e38)",
    "": "var(--jp-ui-font-color1, #333)",
}


class Note(ipywidgets.HTML):
    """A sentence or two; text goes in as text, whatever it holds."""

    def show_code(self, code: str) -> None:
        """Show lines of code, to be selected and copied."""
        self.text = code
        style = "margin: 0; line-height: 1.4; font: 12px var(--jp-code-font-family, monospace); white-space: pre-wrap"
        self.value = f'<pre role="status" style="{style}">{html.escape(code)}</pre>'

    def say(self, text: str, tone: str = "") -> None:
        """Show `text` (lines kept); `tone` is "good", "bad" or plain."""
        self.text = text
        lines = "<br>".join(html.escape(line) for line in text.splitlines())
        self.value = f'<span role="status" style="color: {_TONES[tone]}; line-height: 1.4">{lines}</span>'

    text: str = ""


class Panel(ipywidgets.VBox):
    """A titled column of widgets.

    `say` tells people what happened; `button` makes a button whose errors are told there as a sentence.
    """

    title = "Panel"

    def __init__(self, *children: ipywidgets.Widget) -> None:
        self.note = Note()
        heading = ipywidgets.HTML(
            f'<h3 style="margin: 4px 0; font-weight: 600">{html.escape(self.title)}</h3>'
        )
        super().__init__(children=[heading, *children, self.note])

    def say(self, text: str, tone: str = "") -> None:
        """Show a sentence under the panel."""
        self.note.say(text, tone)

    def button(
        self, text: str, action: Callable[[], object], *, help: str = "", style: str = "", icon: str = ""
    ) -> ipywidgets.Button:
        """A button that does `action`; what it raises is said as a sentence."""
        button = ipywidgets.Button(
            description=text, tooltip=help or text, button_style=style, icon=icon, layout={"width": "auto"}
        )
        button.on_click(lambda _: self.attempt(action))
        return button

    def attempt(self, action: Callable[[], object]) -> None:
        """Do `action`; an error of ours is told as it is, any other with its kind, and logged."""
        try:
            action()
        except PdmError as error:
            self.say(str(error), "bad")
        except Exception as error:
            log.exception("A panel's action failed")
            self.say(f"That failed: {type(error).__name__}: {error}", "bad")

    def summary(self) -> str:
        """What stands in the plain repr, for example "25 documents"."""
        return ""

    def static(self) -> dict[str, str]:
        """What stands in a saved notebook, by MIME type."""
        return {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.summary()})"

    def _ipython_display_(self) -> None:
        show(self.static(), self._repr_mimebundle_())


def row(*children: ipywidgets.Widget) -> ipywidgets.HBox:
    """Widgets side by side, wrapping where there is no room."""
    layout = {"flex_flow": "row wrap", "align_items": "center", "grid_gap": "6px"}
    return ipywidgets.HBox(children=children, layout=layout)


def count(number: int, noun: str) -> str:
    """3, "document" -> "3 documents"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(texts: Sequence[str], most: int = 3) -> str:
    """The first few, and how many more."""
    rest = len(texts) - most
    return "; ".join(texts[:most]) + (f"; and {rest} more" if rest > 0 else "")
