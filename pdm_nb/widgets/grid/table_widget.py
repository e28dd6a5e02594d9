"""The table widget that all panels use: rows with stable ids, live cells, edits that Python checks.

How this works: Python owns the state, the browser (`frontend/`) draws and asks. Every action in the browser is one message and
gets one reply. The panel that owns the table knows what a value means and whether it is right; the table only moves cells,
keeps rejected edits, and sends at most five messages a second.

    panel --patch--> TableState --_flush (<= 5 a second)--> browser
    panel <--on_edit-- _edited <--one message per action---- browser
"""

from __future__ import annotations

import functools
import logging
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import anywidget
import traitlets

from ...errors import PdmError
from ...runs import loop
from ...runs.ui_thread import ui_thread
from .assets import code_traits
from .column import ActionResult, Column, Edit
from .static_table import as_html, as_markdown, show
from .table_state import Place, TableState
from .wire_format import Cells, Entry, encode, encode_choices, shared

log = logging.getLogger(__name__)
STATIC_ROWS = 10  # rows in a saved notebook
PACE = 0.2  # seconds between two messages


class Table(anywidget.AnyWidget):
    """A live, editable table in JupyterLab.

    Parameters
    ----------
    columns : sequence of Column
        The columns, in order.
    values : mapping, optional
        Cell values by row id (int) and column key. The rows are shown in this order.
    marks : mapping, optional
        Marks of cells (see `mark`), in the same form.
    choices : mapping, optional
        Lists of values by name: pairs of text and code.
    on_edit : callable, optional
        Called with the `Edit`s of one action and its name in words ("" for a typed cell). It patches the table and returns
        the cells that it rejects: ``{(row, key): reason}``. A `PdmError` rejects all of them with its message.
    on_step : callable, optional
        Called with "undo" or "redo". It patches the table and returns an `ActionResult`.
    on_dates : callable, optional
        Called with a column and an order ("DMY", "MDY" or "YMD") to read the texts in the column as dates. It patches the
        table and returns an `ActionResult`.
    on_search : callable, optional
        Called in a thread with the name of a list that is too long for the browser and the typed text. Returns the matching
        entries.
    on_layout : callable, optional
        Called with the layout of the columns after somebody changed it.
    on_wake : callable, optional
        Called when the table is shown again after its last view was closed. Until then it need not be patched.
    layout : sequence of mappings
        The initial layout of the columns.
    memory : str
        Identifies what is shown, in every kernel. Edits that did not reach the kernel are kept under this name.
    titles : mapping, optional
        Titles of finding codes.
    label : str
        The name of the table for screen readers.
    noun : str
        What a row is, such as "document".
    empty : str
        The text of a table without rows.
    height : int
        The greatest height in pixels; people can drag it.
    is_embedded : bool
        True if the table is shown only within another view.

    Examples
    --------
    >>> table = Table([Column("file", "File")], {1: {"file": "A-101.pdf"}})
    >>> table.patch({1: {"file": "A-102.pdf"}})
    >>> table.value(1, "file")
    'A-102.pdf'
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _code = traitlets.Unicode().tag(sync=True)
    _columns = traitlets.List().tag(sync=True)
    _choices = traitlets.Bytes(b"{}").tag(sync=True)
    _data = traitlets.Bytes(b"").tag(sync=True)
    _options = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        columns: Sequence[Column],
        values: Cells | None = None,
        *,
        marks: Cells | None = None,
        choices: Mapping[str, Sequence[Entry]] | None = None,
        on_edit: Callable[[list[Edit], str], Mapping[Place, str] | None] | None = None,
        on_step: Callable[[str], ActionResult] | None = None,
        on_dates: Callable[[str, str], ActionResult] | None = None,
        on_search: Callable[[str, str], Sequence[Entry]] | None = None,
        on_layout: Callable[[list[dict[str, Any]]], object] | None = None,
        on_wake: Callable[[], object] | None = None,
        layout: Sequence[Mapping[str, Any]] = (),
        memory: str = "",
        titles: Mapping[str, str] | None = None,
        label: str = "Table",
        noun: str = "row",
        empty: str = "Nothing here yet.",
        height: int = 460,
        is_embedded: bool = False,
    ) -> None:
        self._set_columns(columns)
        self._lock = threading.RLock()
        self._seq = 0
        self._views: set[str] = set()  # open in browsers
        self.asleep = False  # it was shown, and all its views are closed now
        self.on_wake = on_wake
        self._parts: dict[str, list[Any]] = {}  # of actions that are too large for one message
        self._throttle = loop.Throttle(self._flush, PACE)
        self._ui = ui_thread()
        self.on_edit, self.on_step, self.on_dates = on_edit, on_step, on_dates
        self.on_search, self.on_layout = on_search, on_layout
        self._state = TableState(values or {}, marks or {})
        super().__init__(
            **code_traits(is_embedded=is_embedded),
            _columns=[column.to_message() for column in self.columns],
            _choices=encode_choices(choices or {}),
            _data=self._encoded(),
            _options={
                "label": label,
                "noun": noun,
                "empty": empty,
                "height": height,
                "tools": any(column.editable for column in self.columns),
                "layout": [dict(one) for one in layout],
                "memory": memory,
                "name": uuid.uuid4().hex,
                "titles": dict(titles or {}),
            },
        )
        self.on_msg(self._receive)

    # -- rows
    def load(
        self,
        values: Cells,
        marks: Cells | None = None,
        *,
        columns: Sequence[Column] | None = None,
        choices: Mapping[str, Sequence[Entry]] | None = None,
    ) -> None:
        """Replace all rows, and the columns and lists of values if they are given.

        Parameters
        ----------
        values, marks, columns, choices
            As for the table itself.
        """
        with self._lock, self.hold_sync():
            if columns is not None:
                self._set_columns(columns)
                self._columns = [column.to_message() for column in self.columns]
            if choices is not None:
                self._choices = encode_choices(choices)
            self._seq += 1
            self._state.replace(values, marks or {})
            self._data = self._encoded()

    def patch(self, values: Cells | None = None, marks: Cells | None = None) -> None:
        """Change cells, from any thread and as often as needed. Only changes are sent, several at a time.

        Unknown rows are ignored. A cell whose edit was rejected keeps the typed text.

        Parameters
        ----------
        values, marks : mapping, optional
            Values and marks by row id and column key.
        """
        with self._lock:
            self._state.patch(values or {}, marks or {})
            changed = self._state.pending
        if changed:
            self._throttle.poke()

    def value(self, row: int, key: str) -> Any:
        """Return the value of a cell, None if there is no such cell."""
        return self._state.values.get(row, {}).get(key)

    def mark_of(self, row: int, key: str) -> dict[str, Any]:
        """Return the mark of a cell, {} if it has none."""
        return self._state.marks.get(row, {}).get(key) or {}

    def _set_columns(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self._keys = [column.key for column in self.columns]

    def _encoded(self) -> bytes:
        return encode(self._keys, self._state.values, self._state.marks, self._seq)

    # -- messages
    def _flush(self, reply_to: str | None = None, result: ActionResult | None = None) -> None:
        with self._lock:
            if not (self._state.pending or reply_to):
                return
            values, marks = self._state.take()
            self._seq += 1
            mark_table, places = shared(marks)
            message = {
                "kind": "patch",
                "seq": self._seq,
                "values": values,
                "marks": places,
                "mark_table": mark_table,
            }
            message["reply_to"] = reply_to
            if result:
                message |= {"notice": result.notice, "place": result.place}
            self.send(message)

    def _receive(self, _: object, message: Mapping[str, Any], __: object) -> None:
        """Pass a message of the browser to the thread of the widgets (some kernels call us in another one)."""
        kind, action = message.get("kind"), str(message.get("action"))
        if kind == "sync":
            self._post(self._synchronise, message.get("seq"), str(message.get("view")))
        elif kind == "closed":
            self._post(self._closed, str(message.get("view")))
        elif kind == "edit":
            self._parts.setdefault(action, []).extend(message.get("cells") or [])
            if not message.get("more"):
                what = str(message.get("what") or "")
                self._post(self._edit, action, self._parts.pop(action), what)
        elif kind in ("undo", "redo"):
            self._post(self._step, action, str(kind))
        elif kind == "dates":
            key, order = str(message.get("key")), str(message.get("order"))
            self._post(self._read_dates, action, key, order)
        elif kind == "search":
            asked = action, str(message.get("list")), str(message.get("text"))
            threading.Thread(target=self._search, args=asked, daemon=True).start()
        elif kind == "layout" and self.on_layout is not None:
            self._post(self._set_layout, list(message.get("layout") or []))

    def _post(self, callback: Callable[..., object], *arguments: Any) -> None:
        loop.post(functools.partial(callback, *arguments), self._ui)

    def _synchronise(self, seq: object, view: str) -> None:
        self._views.add(view)
        if self.asleep:
            self.asleep = False
            if self.on_wake is not None:
                self.on_wake()
        with self._lock:
            if seq != self._seq:
                self._data = self._encoded()

    def _closed(self, view: str) -> None:
        """A view was closed: its cell was run again or cleared. A closed page sends no message; its views stay open."""
        self._views.discard(view)
        self.asleep = not self._views

    def _set_layout(self, layout: list[dict[str, Any]]) -> None:
        self._options = {**self._options, "layout": layout}  # for the next view
        if self.on_layout is not None:
            self.on_layout(layout)

    def _search(self, action: str, name: str, text: str) -> None:
        """Search a long list and send the result; an error is logged and finds nothing."""
        try:
            entries = list(self.on_search(name, text)) if self.on_search else []
        except Exception:
            log.exception("The list %r could not be searched", name)
            entries = []
        self._post(self.send, {"kind": "results", "reply_to": action, "entries": entries})

    def _step(self, action: str, kind: str) -> None:
        with self._lock:
            discarded = self._state.discard_rejected()
        if discarded and kind == "undo":  # all edits of the action were rejected
            return self._flush(action, ActionResult("The rejected edit was discarded.", discarded))
        self._run(action, functools.partial(self.on_step, kind) if self.on_step else None)

    def _read_dates(self, action: str, key: str, order: str) -> None:
        self._run(action, functools.partial(self.on_dates, key, order) if self.on_dates else None)

    def _run(self, action: str, step: Callable[[], ActionResult] | None) -> None:
        """Run an action of the panel and reply with its result."""
        try:
            result = step() if step else ActionResult("This is not possible in this table.")
        except PdmError as error:
            result = ActionResult(str(error))
        except Exception as error:
            log.exception("An action of the table failed")
            result = ActionResult(f"The action failed ({type(error).__name__}: {error}).")
        self._flush(action, result)

    def _edit(self, action: str, cells: Sequence[Sequence[Any]], what: str = "") -> None:
        """Let the panel check the edits of one action, and reply with one patch."""
        edits = [Edit(int(row), str(key), str(old), str(new)) for row, key, old, new in cells]
        editable = {column.key for column in self.columns if column.editable}
        edits = [edit for edit in edits if edit.row in self._state.values and edit.key in editable]
        with self._lock:
            before = self._state.begin(edits)
        rejected = self._rejections(edits, what)
        with self._lock:
            self._state.end(edits, rejected, before)
        self._flush(action, _rejection_notice(rejected, len(edits)))

    def _rejections(self, edits: list[Edit], what: str) -> Mapping[Place, str]:
        if not edits or self.on_edit is None:
            return {}
        try:
            return self.on_edit(edits, what) or {}
        except PdmError as error:
            reason = str(error)
        except Exception as error:  # otherwise the cell would stay pending
            log.exception("An edit failed")
            reason = f"This edit was not saved ({type(error).__name__}: {error})."
        return {(edit.row, edit.key): reason for edit in edits}

    # -- without a browser
    def static(self, rows: int = STATIC_ROWS) -> dict[str, str]:
        """Return the first rows as static tables, for saved notebooks, viewers without widgets, and PDFs.

        Parameters
        ----------
        rows : int
            How many rows.

        Returns
        -------
        dict
            Safe HTML and markdown, by MIME type.
        """
        labels = [column.label for column in self.columns]
        texts = [
            [_text(cells.get(key)) for key in self._keys]
            for cells in list(self._state.values.values())[:rows]
        ]
        rest = max(0, len(self._state.values) - rows)
        plain = as_html(labels, texts, rest, self._options["name"])
        return {"text/html": plain, "text/markdown": as_markdown(labels, texts, rest)}

    def __len__(self) -> int:
        return len(self._state.values)

    def __bool__(self) -> bool:
        return True  # a table without rows is still a table

    def __repr__(self) -> str:
        return f"Table({len(self._state.values)} rows × {len(self.columns)} columns)"

    def _ipython_display_(self) -> None:
        show(self.static(), self._repr_mimebundle_())


def _rejection_notice(rejected: Mapping[Place, str], edits: int) -> ActionResult | None:
    """How many of several edits were rejected; a single cell shows it itself."""
    if not rejected or edits == 1:
        return None
    reason = next(iter(rejected.values()))
    were, keep = ("was", "keeps") if len(rejected) == 1 else ("were", "keep")
    number = f"{len(rejected):,} of {edits:,} cells"
    return ActionResult(f"{number} {were} not saved and {keep} the typed text: {reason}")


def _text(value: Any) -> str:
    return "" if value is None else str(value)
