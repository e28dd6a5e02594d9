"""The one table that all panels show themselves in: rows by stable id, live cells, edits that Python judges.

Python holds the truth. The browser (`frontend/`) draws, and asks: one message per action of a person, answered by
one delta. What a value means and whether it is right is for the panel that owns the table; this module only moves
cells, keeps what was refused, and sees to it that no more than ten messages a second leave the kernel.
"""

from __future__ import annotations

import functools
import html
import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import anywidget
import traitlets

from .. import aio
from ..errors import PdmError
from ..model import Finding
from .code import shared_code, static_text
from .columnar import Cells, encode, encode_choices

log = logging.getLogger(__name__)
KINDS = ("text", "long", "number", "timestamp", "select", "multiselect", "progress", "badge")


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `kind` is one of `KINDS`; `choices` the name of its list of values (its own key by default); `pinned` "left" or
    "right"; `width` in pixels, or `flex` for a share of what is left; `required` puts a star to the label; `tones`
    gives badges a tone (good, busy, bad, warn, info, neutral) by value; `format="bytes"` shows 1536 as 1.5 KB.
    A progress column holds a number from 0 to 1.
    """

    key: str
    label: str
    kind: str = "text"
    editable: bool = False
    choices: str | None = None
    pinned: str | None = None
    width: int | None = None
    flex: int | None = None
    required: bool = False
    help: str = ""
    tones: Mapping[str, str] | None = None
    format: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"The kind {self.kind!r} of column {self.key!r} is none of {', '.join(KINDS)}.")


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell that a person changed: what the browser showed before, and what was typed."""

    row: int
    key: str
    old: str
    new: str


def mark(
    findings: Iterable[Finding] = (),
    *,
    source: str = "",
    confidence: float | None = None,
    suggestion: str = "",
    required: bool = False,
    note: str = "",
    locked: str = "",
) -> dict[str, Any]:
    """What is to be said about a cell, as the browser takes it; only what there is to say.

    `source` is a `LabelSource`, `confidence` 0-1, `suggestion` what the service would have put there, `note` anything
    else worth telling, `locked` the sentence why the cell cannot be edited.
    """
    said = [
        {"severity": str(one.severity), "message": one.message, "mend": one.mend, "proposal": one.proposal}
        for one in findings
    ]
    parts = {
        "findings": said,
        "source": str(source),
        "confidence": confidence,
        "suggestion": suggestion,
        "required": required,
        "note": note,
        "locked": locked,
    }
    return {key: value for key, value in parts.items() if value}


def refusal(why: str) -> dict[str, Any]:
    """The mark of a cell whose edit was refused."""
    return {"findings": [{"severity": "error", "message": why, "mend": "", "proposal": None}]}


class Table(anywidget.AnyWidget):
    """A live, editable table.

    Parameters
    ----------
    columns : the columns, in order.
    values : cell contents by row id (int) and column key; the rows show in this order.
    marks : what is to be said about cells (`mark`), in the same shape.
    choices : lists of values by name: pairs of the text a cell gets and the code people know it by.
    on_edit : called with the `Edit`s of one action of a person. It patches the table with what came of them, and
        answers the cells it refuses: `{(row, key): why}`. A `PdmError` refuses all of them, with its message.
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
        choices: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        on_edit: Callable[[list[Edit]], Mapping[tuple[int, str], str] | None] | None = None,
        label: str = "Table",
        noun: str = "row",
        empty: str = "Nothing here yet.",
        height: int = 460,
    ) -> None:
        self.columns = tuple(columns)
        self._keys = [column.key for column in self.columns]
        self._lock = threading.RLock()
        self._seq = 0
        self._refused: dict[tuple[int, str], str] = {}
        self._throttle = aio.Throttle(self._flush)
        self.on_edit = on_edit
        self._keep(values or {}, marks or {})
        super().__init__(
            _code=shared_code(),
            _columns=[_sent(column) for column in self.columns],
            _choices=encode_choices(choices or {}),
            _data=self._encoded(),
            _options={"label": label, "noun": noun, "empty": empty, "height": height},
        )
        self.on_msg(self._heard)

    # -- rows
    def load(self, values: Cells, marks: Cells | None = None) -> None:
        """Replace all rows."""
        with self._lock:
            self._seq += 1
            self._refused.clear()
            self._keep(values, marks or {})
            self._data = self._encoded()

    def patch(self, values: Cells | None = None, marks: Cells | None = None) -> None:
        """Change some cells; from any thread, as often as one likes. Only what differs is sent, coalesced.

        Rows that the table does not have are left out. A cell whose edit was refused keeps what was typed.
        """
        with self._lock:
            self._merge(values or {}, self._values, self._new_values)
            self._merge(marks or {}, self._marks, self._new_marks)
            changed = bool(self._new_values or self._new_marks)
        if changed:
            self._throttle.poke()

    def value(self, row: int, key: str) -> Any:
        """What a cell shows, None where the table has no such cell."""
        return self._values.get(row, {}).get(key)

    def mark_of(self, row: int, key: str) -> dict[str, Any]:
        """What is said about a cell, {} when nothing is."""
        return self._marks.get(row, {}).get(key) or {}

    def set_choices(self, choices: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Replace the lists of values."""
        self._choices = encode_choices(choices)

    def _keep(self, values: Cells, marks: Cells) -> None:
        self._values = {row: dict(cells) for row, cells in values.items()}
        self._marks = {row: dict(marks.get(row, {})) for row in self._values}
        self._new_values: dict[int, dict[str, Any]] = {}
        self._new_marks: dict[int, dict[str, Any]] = {}

    def _merge(
        self, changes: Cells, held: dict[int, dict[str, Any]], pending: dict[int, dict[str, Any]]
    ) -> None:
        for row, cells in changes.items():
            if row not in self._values:
                continue
            for key, content in cells.items():
                content = content or None if held is self._marks else content
                if held[row].get(key) == content or (row, key) in self._refused:
                    continue
                held[row][key] = content
                pending.setdefault(row, {})[key] = content

    def _encoded(self) -> bytes:
        return encode(self._keys, self._values, self._marks, self._seq)

    # -- the wire
    def _flush(self, answer: str | None = None) -> None:
        with self._lock:
            values, marks = self._new_values, self._new_marks
            if not (values or marks or answer):
                return
            self._new_values, self._new_marks = {}, {}
            self._seq += 1
            message = {"kind": "patch", "seq": self._seq, "values": values, "marks": marks, "answer": answer}
            self.send(message)

    def _heard(self, _: object, message: Mapping[str, Any], __: object) -> None:
        """Hand a message of the browser to the main loop (some kernels call us in a thread of their own)."""
        if message.get("kind") == "sync":
            aio.post(functools.partial(self._synchronise, message.get("seq")))
        elif message.get("kind") == "edit":
            aio.post(functools.partial(self._edited, str(message.get("action")), message.get("cells") or []))

    def _synchronise(self, seq: object) -> None:
        with self._lock:
            if seq != self._seq:
                self._data = self._encoded()

    def _edited(self, action: str, cells: Sequence[Sequence[Any]]) -> None:
        """Have one action of a person judged, and answer it with one delta."""
        edits = [Edit(int(row), str(key), str(old), str(new)) for row, key, old, new in cells]
        editable = {column.key for column in self.columns if column.editable}
        edits = [edit for edit in edits if edit.row in self._values and edit.key in editable]
        with self._lock:
            for edit in edits:  # the browser shows what was typed, so this is what a patch must differ from
                self._refused.pop((edit.row, edit.key), None)
                self._values[edit.row][edit.key] = edit.new
        refused = self._judge(edits)
        for edit in edits:
            if why := refused.get((edit.row, edit.key)):
                self._refuse(edit, why)
        self._flush(answer=action)

    def _judge(self, edits: list[Edit]) -> Mapping[tuple[int, str], str]:
        if not edits or self.on_edit is None:
            return {}
        try:
            return self.on_edit(edits) or {}
        except PdmError as error:
            why = str(error)
        except Exception as error:  # a cell must not stay waiting for ever
            log.exception("An edit could not be judged")
            why = f"This edit could not be taken over ({type(error).__name__}: {error})."
        return {(edit.row, edit.key): why for edit in edits}

    def _refuse(self, edit: Edit, why: str) -> None:
        """Keep what was typed, whatever the panel has patched meanwhile, and say why it is not taken."""
        self.patch({edit.row: {edit.key: edit.new}}, {edit.row: {edit.key: refusal(why)}})
        self._refused[edit.row, edit.key] = why

    # -- what one sees without a browser
    def static_html(self, rows: int = 10) -> str:
        """The first rows as a plain HTML table, for saved notebooks and viewers without widgets."""
        head = "".join(f"<th>{html.escape(column.label)}</th>" for column in self.columns)
        body = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape(_shown(cells.get(key)))}</td>" for key in self._keys)
            + "</tr>"
            for cells in list(self._values.values())[:rows]
        )
        rest = len(self._values) - rows
        more = f"<p>… and {rest} more rows</p>" if rest > 0 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"

    def __len__(self) -> int:
        return len(self._values)

    def __bool__(self) -> bool:
        return True  # a table without rows is still a table

    def __repr__(self) -> str:
        return f"Table({len(self._values)} rows × {len(self.columns)} columns)"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle, metadata = super()._repr_mimebundle_(**options)
        return {**bundle, "text/html": self.static_html()}, metadata


def _sent(column: Column) -> dict[str, Any]:
    return {key: value for key, value in asdict(column).items() if value not in (None, "", False)}


def _shown(value: Any) -> str:
    return "" if value is None else str(value)
