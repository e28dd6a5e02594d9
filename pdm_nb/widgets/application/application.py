"""One widget of the application: its bundle, its state, and the actions that its page asks for.

How this works: Python owns the state and the page draws it. The state is JSON: `_state` changes often and is small, `_page`
has what a step shows in addition. The page asks for an action by its name, and each action gets one reply.

    page ──{kind: "do", action, name, arguments}──► the method of a part ──► show(...) ──► page draws
    page ◄──{kind: "began", reply_to}── without it, the page reports that the kernel is busy with something else
    page ◄──{kind: "done", reply_to, result, error}──
"""

from __future__ import annotations

import functools
import html
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import anywidget
import traitlets

from ...errors import PdmError
from ...runs import loop
from ...runs.ui_thread import ui_thread
from ..grid.assets import code_traits
from ..grid.static_table import show
from .texts import NOT_ACTION

log = logging.getLogger(__name__)
QUICK = {"pane"}  # parts whose actions come often, and whose replies come at once


class Application(anywidget.AnyWidget):
    """A view of the application.

    Parameters
    ----------
    view : str
        What the page shows: "workbench" for all, or the name of a part.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _code = traitlets.Unicode().tag(sync=True)
    _view = traitlets.Unicode().tag(sync=True)
    _state = traitlets.Dict().tag(sync=True)
    _page = traitlets.Dict().tag(sync=True)

    def __init__(self, view: str) -> None:
        self.parts: dict[str, ApplicationPart] = {}
        self._notes = 0
        self._ui = ui_thread()
        super().__init__(**code_traits(), _view=view, _state={"name": uuid.uuid4().hex})
        self.on_msg(self._receive)

    # -- state
    def show(self, **slices: Any) -> None:
        """Change slices of the state that is small."""
        changed = {**self._state, **slices}
        if changed != self._state:
            self._state = changed

    def show_page(self, **slices: Any) -> None:
        """Change slices of what single steps show."""
        changed = {**self._page, **slices}
        if changed != self._page:
            self._page = changed

    def say(self, text: str, tone: str = "") -> None:
        """Show a sentence; `tone` is "good", "bad" or ""."""
        self._notes += 1  # so that the same sentence is shown again
        self.show(note={"text": text, "tone": tone, "number": self._notes})

    # -- actions
    def _receive(self, _: object, message: Mapping[str, Any], buffers: Sequence[Any]) -> None:
        """Pass an action to the thread of the widgets (some kernels call us in another one). A buffer is its argument `data`."""
        if message.get("kind") == "do":
            given = dict(message)
            if buffers:
                given["arguments"] = {**(given.get("arguments") or {}), "data": bytes(buffers[0])}
            loop.post(functools.partial(self._do, given), self._ui)

    def _do(self, message: dict[str, Any]) -> None:
        """Carry out an action and reply. Neither its arguments nor a traceback of a sign-in are logged."""
        part, _, name = str(message.get("name")).partition(".")
        if part not in QUICK:
            self.send({"kind": "began", "reply_to": message.get("action")})
        reply: dict[str, Any] = {
            "kind": "done",
            "reply_to": message.get("action"),
            "result": None,
            "error": "",
        }
        try:
            reply["result"] = self.perform(part, name, message.get("arguments") or {})
        except PdmError as error:
            reply["error"] = str(error)
        except Exception as error:
            log.exception("An action of the workbench failed: %s.%s", part, name)
            reply["error"] = f"The action failed ({type(error).__name__}: {error})."
        if reply["error"]:
            self.say(reply["error"], "bad")
        self.send(reply)

    def perform(self, part: str, name: str, arguments: Mapping[str, Any]) -> Any:
        """Call an action of a part."""
        owner = self.parts.get(part)
        if owner is None or name not in owner.actions:
            raise PdmError(NOT_ACTION)
        action: Callable[..., Any] = getattr(owner, name)
        return action(**arguments)

    # -- display
    def summary(self) -> str:
        """Return the text in parentheses of the repr."""
        return ""

    def static(self) -> dict[str, str]:
        """Return what a saved notebook shows without a kernel, by MIME type."""
        return {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.summary()})"

    def _ipython_display_(self) -> None:
        show(self.static(), self._repr_mimebundle_())

    def _static_line(self, text: str) -> dict[str, str]:
        """A line that stands for the view in a saved notebook, and is hidden while the view is shown."""
        return {
            "text/html": f'<p data-pdm-table="{html.escape(self._state["name"])}">{html.escape(text)}</p>'
        }


class ApplicationPart:
    """A part of the application with its own actions: the names of methods that the page may call."""

    actions: tuple[str, ...] = ()

    def refresh(self) -> None:
        """Show the present state of this part."""
