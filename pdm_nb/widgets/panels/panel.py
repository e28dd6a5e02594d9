"""The base of all panels: a heading, a note with the result of the last action, and buttons that report errors.

A panel is thin: it reads a batch or project through its public names, shows it, and starts what is asked for.
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
    """A short text below a panel. The text is escaped."""

    def show_code(self, code: str) -> None:
        """Show lines of code, which can be selected and copied.

        Parameters
        ----------
        code : str
            The lines.
        """
        self.text = code
        style = "margin: 0; line-height: 1.4; font: 12px var(--jp-code-font-family, monospace); white-space: pre-wrap"
        self.value = f'<pre role="status" style="{style}">{html.escape(code)}</pre>'

    def say(self, text: str, tone: str = "") -> None:
        """Show a text; its lines are kept.

        Parameters
        ----------
        text : str
            The text.
        tone : str
            "good", "bad" or "".
        """
        self.text = text
        lines = "<br>".join(html.escape(line) for line in text.splitlines())
        self.value = f'<span role="status" style="color: {_TONES[tone]}; line-height: 1.4">{lines}</span>'

    text: str = ""


class Panel(ipywidgets.VBox):
    """A titled column of widgets with a note at its end.

    Parameters
    ----------
    *children : Widget
        The widgets between heading and note.
    """

    title = "Panel"

    def __init__(self, *children: ipywidgets.Widget) -> None:
        self.note = Note()
        heading = ipywidgets.HTML(
            f'<h3 style="margin: 4px 0; font-weight: 600">{html.escape(self.title)}</h3>'
        )
        super().__init__(children=[heading, *children, self.note])

    def say(self, text: str, tone: str = "") -> None:
        """Show a text in the note of the panel.

        Parameters
        ----------
        text : str
            The text.
        tone : str
            "good", "bad" or "".
        """
        self.note.say(text, tone)

    def button(
        self, text: str, action: Callable[[], object], *, help: str = "", style: str = "", icon: str = ""
    ) -> ipywidgets.Button:
        """Make a button that calls `action` and reports its errors in the note.

        Parameters
        ----------
        text : str
            The label.
        action : callable
            Called without arguments at every click.
        help : str
            The tooltip, by default the label.
        style : str
            A button style of ipywidgets, such as "primary".
        icon : str
            A Font Awesome icon.

        Returns
        -------
        Button
            The button, not yet in the panel.
        """
        button = ipywidgets.Button(
            description=text, tooltip=help or text, button_style=style, icon=icon, layout={"width": "auto"}
        )
        button.on_click(lambda _: self.attempt(action))
        return button

    def attempt(self, action: Callable[[], object]) -> None:
        """Call `action` and show its error, if there is one, in the note.

        Parameters
        ----------
        action : callable
            Called without arguments. The message of a `PdmError` is shown as it is; other errors are also logged.
        """
        try:
            action()
        except PdmError as error:
            self.say(str(error), "bad")
        except Exception as error:
            log.exception("An action of a panel failed")
            self.say(f"The action failed ({type(error).__name__}: {error}).", "bad")

    def summary(self) -> str:
        """Return the text in parentheses of the repr, such as "25 documents"."""
        return ""

    def static(self) -> dict[str, str]:
        """Return what a saved notebook shows without a kernel, by MIME type."""
        return {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.summary()})"

    def _ipython_display_(self) -> None:
        show(self.static(), self._repr_mimebundle_())


def row(*children: ipywidgets.Widget) -> ipywidgets.HBox:
    """Widgets side by side, which wrap if the window is too narrow."""
    layout = {"flex_flow": "row wrap", "align_items": "center", "grid_gap": "6px"}
    return ipywidgets.HBox(children=children, layout=layout)


def count(number: int, noun: str) -> str:
    """A number with its noun: 1, "document" is "1 document" and 3 is "3 documents"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(texts: Sequence[str], most: int = 3) -> str:
    """The first texts, and the number of the others."""
    rest = len(texts) - most
    return "; ".join(texts[:most]) + (f"; and {rest} more" if rest > 0 else "")
