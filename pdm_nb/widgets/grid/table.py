"""The one table that all panels show themselves in: rows by stable id, live cells, edits that Python judges.

Python holds the truth. The browser (`frontend/`) draws, and asks: one message per action of a person, answered by
one delta. What a value means and whether it is right is for the panel that owns the table; this module only moves
cells, keeps what was refused, and sees to it that no more than ten messages a second leave the kernel.
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
from .assets import shared_code, static_text
from .column import Column, Edit, Told
from .static_table import as_html, as_markdown, show
from .table_state import Place, TableState
from .wire_format import Cells, Entry, encode, encode_choices, shared

log = logging.getLogger(__name__)
FIRST = 10  # rows that stand in a saved notebook


class Table(anywidget.AnyWidget):
    """A live, editable table.

    Parameters
    ----------
    columns : the columns, in order.
    values : cell contents by row id (int) and column key; the rows show in this order.
    marks : what is to be said about cells (`mark`), in the same shape.
    choices : lists of values by name: pairs of the text a cell gets and the code people know it by.
    on_edit : called with the `Edit`s of one action of a person, and what it was, in words ("" for a typed cell). It
        patches the table with what came of them, and answers the cells it refuses: `{(row, key): why}`. A `PdmError`
        refuses all of them, with its message.
    on_step : called with "undo" or "redo"; does that, patches the table, answers what to tell.
    on_dates : called with a column, and the order in which to read what is no date in it yet ("DMY", "MDY", "YMD"); does
        that as `on_step` does.
    on_search : called with the name of a list that is too long for the browser (see `encode_choices`) and what is
        typed, in a thread of its own; answers the entries that fit.
    on_wake : called when it is shown again after its last view had gone (`asleep`); its panel need not have patched it.
    on_layout : called with how the columns stand once a person changed that; `layout` is such a one to begin with.
    memory : names what is shown, the same in every kernel: edits that did not reach the kernel are kept under it.
    titles : what the codes of findings are called.
    label : what screen readers call the table; `noun` what its rows are; `empty` stands where there are none.
    height : at most so many pixels; people can drag it.
    """

    _esm = static_text("loader.js")
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
        on_step: Callable[[str], Told] | None = None,
        on_dates: Callable[[str, str], Told] | None = None,
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
    ) -> None:
        self._set_columns(columns)
        self._lock = threading.RLock()
        self._seq = 0
        self._views: set[str] = set()  # in browsers
        self.asleep = False  # it was shown, and is nowhere now
        self.on_wake = on_wake
        self._parts: dict[str, list[Any]] = {}  # of an action that is too large for one message
        self._throttle = loop.Throttle(self._flush)
        self.on_edit, self.on_step, self.on_dates = on_edit, on_step, on_dates
        self.on_search, self.on_layout = on_search, on_layout
        self._contents = TableState(values or {}, marks or {})
        super().__init__(
            _code=shared_code(),
            _columns=[column.sent() for column in self.columns],
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
        self.on_msg(self._heard)

    # -- rows
    def load(
        self,
        values: Cells,
        marks: Cells | None = None,
        *,
        columns: Sequence[Column] | None = None,
        choices: Mapping[str, Sequence[Entry]] | None = None,
    ) -> None:
        """Replace all rows; and the columns and the lists of values, where they are given."""
        with self._lock, self.hold_sync():
            if columns is not None:
                self._set_columns(columns)
                self._columns = [column.sent() for column in self.columns]
            if choices is not None:
                self._choices = encode_choices(choices)
            self._seq += 1
            self._contents.replace(values, marks or {})
            self._data = self._encoded()

    def patch(self, values: Cells | None = None, marks: Cells | None = None) -> None:
        """Change some cells; from any thread, as often as one likes. Only what differs is sent, coalesced.

        Rows that the table does not have are left out. A cell whose edit was refused keeps what was typed.
        """
        with self._lock:
            self._contents.patch(values or {}, marks or {})
            changed = self._contents.pending
        if changed:
            self._throttle.poke()

    def value(self, row: int, key: str) -> Any:
        """What a cell shows, None where the table has no such cell."""
        return self._contents.values.get(row, {}).get(key)

    def mark_of(self, row: int, key: str) -> dict[str, Any]:
        """What is said about a cell, {} when nothing is."""
        return self._contents.marks.get(row, {}).get(key) or {}

    def _set_columns(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self._keys = [column.key for column in self.columns]

    def _encoded(self) -> bytes:
        return encode(self._keys, self._contents.values, self._contents.marks, self._seq)

    # -- the wire
    def _flush(self, reply_to: str | None = None, told: Told | None = None) -> None:
        with self._lock:
            if not (self._contents.pending or reply_to):
                return
            values, marks = self._contents.take()
            self._seq += 1
            mark_table, places = shared(marks)
            message = {"kind": "patch", "seq": self._seq, "values": values, "marks": places, "mark_table": mark_table}
            message["reply_to"] = reply_to
            if told:
                message |= {"notice": told.notice, "place": told.place}
            self.send(message)

    def _heard(self, _: object, message: Mapping[str, Any], __: object) -> None:
        """Hand a message of the browser to the main loop (some kernels call us in a thread of their own)."""
        kind, action = message.get("kind"), str(message.get("action"))
        if kind == "sync":
            loop.post(functools.partial(self._synchronise, message.get("seq"), str(message.get("view"))))
        elif kind == "closed":
            loop.post(functools.partial(self._gone, str(message.get("view"))))
        elif kind == "edit":
            self._parts.setdefault(action, []).extend(message.get("cells") or [])
            if not message.get("more"):
                what = str(message.get("what") or "")
                loop.post(functools.partial(self._edited, action, self._parts.pop(action), what))
        elif kind in ("undo", "redo"):
            loop.post(functools.partial(self._stepped, action, str(kind)))
        elif kind == "dates":
            key, order = str(message.get("key")), str(message.get("order"))
            loop.post(functools.partial(self._read_dates, action, key, order))
        elif kind == "search":
            asked = action, str(message.get("list")), str(message.get("text"))
            threading.Thread(target=self._searched, args=asked, daemon=True).start()
        elif kind == "layout" and self.on_layout is not None:
            loop.post(functools.partial(self._laid_out, list(message.get("layout") or [])))

    def _synchronise(self, seq: object, view: str) -> None:
        self._views.add(view)
        if self.asleep:
            self.asleep = False
            if self.on_wake is not None:
                self.on_wake()
        with self._lock:
            if seq != self._seq:
                self._data = self._encoded()

    def _gone(self, view: str) -> None:
        """A cell was run again, or its output cleared. (A page that is left says nothing: then one goes on.)"""
        self._views.discard(view)
        self.asleep = not self._views

    def _laid_out(self, layout: list[dict[str, Any]]) -> None:
        self._options = {**self._options, "layout": layout}  # for the next view of this table
        if self.on_layout is not None:
            self.on_layout(layout)

    def _searched(self, action: str, name: str, text: str) -> None:
        """Answer what is typed into a long list; what goes wrong finds nothing, and is logged."""
        try:
            entries = list(self.on_search(name, text)) if self.on_search else []
        except Exception:
            log.exception("Values could not be searched")
            entries = []
        loop.post(functools.partial(self.send, {"kind": "results", "reply_to": action, "entries": entries}))

    def _stepped(self, action: str, kind: str) -> None:
        with self._lock:
            dropped = self._contents.drop_refused()
        if dropped and kind == "undo":  # nothing else came of the action
            return self._flush(action, Told("What was refused is dropped.", dropped))
        self._done(action, functools.partial(self.on_step, kind) if self.on_step else None)

    def _read_dates(self, action: str, key: str, order: str) -> None:
        self._done(action, functools.partial(self.on_dates, key, order) if self.on_dates else None)

    def _done(self, action: str, step: Callable[[], Told] | None) -> None:
        """Do what was asked for, and tell what came of it."""
        try:
            told = step() if step else Told("That cannot be done in this table.")
        except PdmError as error:
            told = Told(str(error))
        except Exception as error:
            log.exception("A step could not be taken")
            told = Told(f"That failed ({type(error).__name__}: {error}).")
        self._flush(action, told)

    def _edited(self, action: str, cells: Sequence[Sequence[Any]], what: str = "") -> None:
        """Have one action of a person judged, and answer it with one delta."""
        edits = [Edit(int(row), str(key), str(old), str(new)) for row, key, old, new in cells]
        editable = {column.key for column in self.columns if column.editable}
        edits = [edit for edit in edits if edit.row in self._contents.values and edit.key in editable]
        with self._lock:
            before = self._contents.begin(edits)
        refused = self._judge(edits, what)
        with self._lock:
            self._contents.end(edits, refused, before)
        self._flush(action, _told_of(refused, len(edits)))

    def _judge(self, edits: list[Edit], what: str) -> Mapping[Place, str]:
        if not edits or self.on_edit is None:
            return {}
        try:
            return self.on_edit(edits, what) or {}
        except PdmError as error:
            why = str(error)
        except Exception as error:  # a cell must not stay waiting for ever
            log.exception("An edit could not be judged")
            why = f"This edit could not be taken over ({type(error).__name__}: {error})."
        return {(edit.row, edit.key): why for edit in edits}

    # -- what one sees without a browser
    def static(self, rows: int = FIRST) -> dict[str, str]:
        """The first rows as plain tables by MIME type, for saved notebooks, viewers without widgets, PDFs."""
        labels = [column.label for column in self.columns]
        texts = [
            [_shown(cells.get(key)) for key in self._keys]
            for cells in list(self._contents.values.values())[:rows]
        ]
        rest = max(0, len(self._contents.values) - rows)
        plain = as_html(labels, texts, rest, self._options["name"])
        return {"text/html": plain, "text/markdown": as_markdown(labels, texts, rest)}

    def __len__(self) -> int:
        return len(self._contents.values)

    def __bool__(self) -> bool:
        return True  # a table without rows is still a table

    def __repr__(self) -> str:
        return f"Table({len(self._contents.values)} rows × {len(self.columns)} columns)"

    def _ipython_display_(self) -> None:
        show(self.static(), self._repr_mimebundle_())


def _told_of(refused: Mapping[Place, str], edits: int) -> Told | None:
    """Of many cells, that some were refused; a single one says so itself."""
    if not refused or edits == 1:
        return None
    why = next(iter(refused.values()))
    return Told(f"{len(refused):,} of {edits:,} cells were refused and keep what was put in: {why}")


def _shown(value: Any) -> str:
    return "" if value is None else str(value)
