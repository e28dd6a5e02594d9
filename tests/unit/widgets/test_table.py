"""The Python side of the table: what it sends, keeps and rejects."""

from __future__ import annotations

import itertools
import json
import threading
import time
from typing import Any

import pytest

from pdm_nb.errors import InputError
from pdm_nb.model import Finding, Severity
from pdm_nb.widgets.grid.assets import shared_code, static_text
from pdm_nb.widgets.grid.column import ActionResult, Column, Edit, mark
from pdm_nb.widgets.grid.table_widget import Table
from pdm_nb.widgets.grid.wire_format import LONG, encode

COLUMNS = [Column("name", "Name"), Column("type", "Type", "select", editable=True)]


def table(count: int = 4, **options: Any) -> Table:
    values = {row: {"name": f"N{row}", "type": "Drawing"} for row in range(1, count + 1)}
    return Table(COLUMNS, values, **options)


def unpacked(sent: bytes) -> dict[str, Any]:
    begins = 4 + int.from_bytes(sent[:4], "little")
    message = json.loads(sent[4:begins])
    for part in ("values", "marks"):
        for key, column in message[part].items():
            message[part][key] = column.get("plain") or _expanded(column, sent[begins:], len(message["ids"]))
    return message


def _expanded(column: dict[str, Any], codes: bytes, rows: int) -> list[Any]:
    begins, width = column["offset"], column["bytes"]
    own = codes[begins : begins + width * rows]
    return [
        column["dictionary"][int.from_bytes(own[at : at + width], "little")]
        for at in range(0, len(own), width)
    ]


def edit(widget: Table, *cells: list[Any], action: str = "v.1") -> None:
    widget._receive(widget, {"kind": "edit", "action": action, "cells": list(cells)}, [])


# -- loading
def test_rows_travel_in_columns_and_repeated_values_once() -> None:
    widget = table(100, marks={2: {"type": mark(required=True)}})
    message = unpacked(widget._data)
    assert message["ids"] == list(range(1, 101))
    assert message["values"]["name"][:2] == ["N1", "N2"]
    assert message["values"]["type"] == ["Drawing"] * 100
    assert message["marks"]["type"][:3] == [None, {"required": True}, None]
    assert widget._data.count(b"Drawing") == 1


def test_dictionary_coding_is_much_smaller_than_plain_rows() -> None:
    rows = {row: dict.fromkeys("abcdefgh", f"value {row % 7}") for row in range(2000)}
    plain = json.dumps([{"id": row, **cells} for row, cells in rows.items()])
    assert len(encode("abcdefgh", rows, {}, 0)) * 5 < len(plain)


@pytest.mark.parametrize(("different", "width"), [(1, 1), (256, 1), (257, 2), (65_536, 2), (65_537, 4)])
def test_codes_are_as_wide_as_the_dictionary_needs(different: int, width: int) -> None:
    values = [f"v{n % different}" for n in range(different * 2)]
    rows = {n: {"a": value, "b": "x"} for n, value in enumerate(values)}
    sent = encode(["b", "a"], rows, {}, 0)
    assert unpacked(sent)["values"] == {"a": values, "b": ["x"] * len(values)}
    assert len(sent) == 4 + int.from_bytes(sent[:4], "little") + len(values) * (width + 1)


@pytest.mark.parametrize(
    "rows", [{}, {1: {}, 2: {"a": "x"}, 3: {}}, {1: {"a": None}, 2: {"a": ""}, 3: {"a": None}}]
)
def test_rows_without_a_value_travel_too(rows: dict[int, dict[str, Any]]) -> None:
    assert unpacked(encode(["a"], rows, {}, 0))["values"]["a"] == [cells.get("a") for cells in rows.values()]


def test_equal_numbers_of_other_kinds_are_not_taken_for_each_other() -> None:
    rows = {n: {"a": value} for n, value in enumerate([1, True, "1", 1.0] * 3)}
    values = unpacked(encode(["a"], rows, {}, 0))["values"]["a"]
    assert [type(value) for value in values[:4]] == [int, bool, str, float]


def test_an_action_that_came_in_parts_is_judged_as_one(until: Any) -> None:
    judged: list[int] = []
    widget = table(on_edit=lambda edits, _: judged.append(len(edits)))
    for more, row in ((True, 1), (False, 2)):
        part = {"kind": "edit", "action": "v.1", "cells": [[row, "type", "", "x"]], "more": more}
        widget._receive(widget, part, [])
    until(lambda: judged)
    assert judged == [2]


def test_load_replaces_everything_under_a_new_number() -> None:
    widget = table()
    before = unpacked(widget._data)["seq"]
    widget.load({9: {"name": "new", "type": ""}})
    message = unpacked(widget._data)
    assert (message["ids"], message["seq"]) == ([9], before + 1)
    assert repr(widget) == "Table(1 rows × 2 columns)"


def test_an_unknown_kind_of_column_is_refused() -> None:
    with pytest.raises(ValueError, match="'date' of column 'd'"):
        Column("d", "Date", "date")


# -- patches
def test_only_cells_that_changed_are_sent(sent: list[dict[str, Any]], until: Any) -> None:
    widget = table()
    widget.patch({1: {"name": "N1", "type": "Other"}, 99: {"name": "nobody"}}, {2: {"type": {}}})
    until(lambda: sent)
    assert sent[0]["values"] == {1: {"type": "Other"}}
    assert sent[0]["marks"] == {}
    assert widget.value(1, "type") == "Other"


def test_a_patch_without_a_change_sends_nothing(sent: list[dict[str, Any]], until: Any) -> None:
    widget = table()
    widget.patch({1: {"name": "N1"}})
    widget.patch({2: {"name": "other"}})
    until(lambda: sent)
    assert [message["values"] for message in sent] == [{2: {"name": "other"}}]


def test_many_changes_from_a_thread_are_at_most_ten_messages_a_second(
    sent: list[dict[str, Any]], until: Any
) -> None:
    widget = table(50)
    steps = itertools.count()
    done = threading.Event()

    def storm() -> None:
        while len(sent) < 6:
            step = next(steps)
            widget.patch({1 + step % 50: {"name": f"step {step}"}})
        widget.patch({1: {"name": "the last"}})
        done.set()

    def shown() -> list[str]:
        return [message["values"][1]["name"] for message in list(sent) if 1 in message["values"]]

    begun = time.monotonic()
    threading.Thread(target=storm).start()
    until(lambda: done.is_set() and shown()[-1:] == ["the last"])
    assert len(sent) <= 2 + 10 * (time.monotonic() - begun)
    assert next(steps) > 10 * len(sent)
    assert [message["seq"] for message in sent] == list(range(1, len(sent) + 1))


def test_a_view_that_missed_something_gets_everything(sent: list[dict[str, Any]], until: Any) -> None:
    widget = table()
    widget.patch({1: {"name": "later"}})
    until(lambda: sent)
    widget._receive(widget, {"kind": "sync", "seq": 0}, [])
    until(lambda: unpacked(widget._data)["seq"] == 1)
    assert unpacked(widget._data)["values"]["name"][0] == "later"


# -- edits
def test_one_action_is_judged_once_and_answered_by_one_delta(sent: list[dict[str, Any]], until: Any) -> None:
    seen: list[list[Edit]] = []

    def judge(edits: list[Edit], _: str) -> None:
        seen.append(edits)
        widget.patch({one.row: {one.key: one.new.upper()} for one in edits})

    widget = table(on_edit=judge)
    edit(widget, [1, "type", "Drawing", "a"], [2, "type", "Drawing", "b"])
    until(lambda: sent)
    assert seen == [[Edit(1, "type", "Drawing", "a"), Edit(2, "type", "Drawing", "b")]]
    assert len(sent) == 1
    assert sent[0]["reply_to"] == "v.1"
    assert sent[0]["values"] == {1: {"type": "A"}, 2: {"type": "B"}}


def test_an_edit_of_a_cell_that_is_not_editable_is_not_taken(sent: list[dict[str, Any]], until: Any) -> None:
    seen: list[Any] = []
    widget = table(on_edit=lambda edits, _: seen.append(edits))
    edit(widget, [1, "name", "N1", "other"], [99, "type", "", "x"])
    until(lambda: sent)
    assert seen == []
    assert widget.value(1, "name") == "N1"


def test_a_refused_edit_keeps_what_was_typed_and_says_why(sent: list[dict[str, Any]], until: Any) -> None:
    def judge(edits: list[Edit], _: str) -> Any:
        widget.patch({1: {"type": "Drawing"}})  # a panel that shows the row as it was
        return {(edits[0].row, edits[0].key): "It was submitted."}

    widget = table(on_edit=judge)
    edit(widget, [1, "type", "Drawing", "typed"])
    until(lambda: sent)
    widget.patch({1: {"type": "Drawing"}}, {1: {"type": mark(required=True)}})  # as a refresh would
    assert widget.value(1, "type") == "typed"
    assert widget.mark_of(1, "type")["findings"][0]["message"] == "It was submitted."
    assert sent[0]["mark_table"][sent[0]["marks"][1]["type"]]["findings"][0]["severity"] == "error"


def test_a_refused_cell_is_free_again_once_an_edit_is_taken(sent: list[dict[str, Any]], until: Any) -> None:
    answers: list[Any] = [{(1, "type"): "No."}, None]

    def judge(edits: list[Edit], _: str) -> Any:
        answer = answers.pop(0)
        if answer is None:
            widget.patch(marks={1: {"type": None}})
        return answer

    widget = table(on_edit=judge)
    edit(widget, [1, "type", "Drawing", "bad"])
    edit(widget, [1, "type", "bad", "good"], action="v.2")
    until(lambda: len(sent) == 2)
    assert (widget.value(1, "type"), widget.mark_of(1, "type")) == ("good", {})


def refusing(**options: Any) -> Table:
    """A table whose first cell holds a refused edit."""
    widget = table(on_edit=lambda edits, _: {(edit.row, edit.key): "No." for edit in edits}, **options)
    edit(widget, [1, "type", "Drawing", "bad"])
    return widget


def test_a_refused_cell_gives_way_to_another_value_or_lock_of_the_panel(
    sent: list[dict[str, Any]], until: Any
) -> None:
    widget = refusing()
    until(lambda: sent)
    widget.patch({1: {"type": "Other"}}, {1: {"type": mark(required=True)}})
    assert (widget.value(1, "type"), widget.mark_of(1, "type")) == ("Other", mark(required=True))
    edit(widget, [1, "type", "Other", "bad"], action="v.2")
    until(lambda: widget.value(1, "type") == "bad")
    widget.patch(marks={1: {"type": mark(locked="It is sent.")}})
    assert (widget.value(1, "type"), widget.mark_of(1, "type")) == ("Other", mark(locked="It is sent."))
    until(lambda: sent[-1]["seq"] == widget._seq and not widget._state.pending)


def test_undo_drops_what_was_refused_and_takes_nothing_else_back(
    sent: list[dict[str, Any]], until: Any
) -> None:
    steps: list[str] = []
    widget = refusing(on_step=lambda kind: steps.append(kind) or ActionResult("Undone."))
    for number in (2, 3):
        widget._receive(widget, {"kind": "undo", "action": f"v.{number}"}, [])
    until(lambda: len(sent) == 3)
    assert [message.get("notice") for message in sent[1:]] == ["The rejected edit was discarded.", "Undone."]
    assert (widget.value(1, "type"), widget.mark_of(1, "type"), steps) == ("Drawing", {}, ["undo"])


def test_what_was_refused_stays_over_a_load_of_the_same(sent: list[dict[str, Any]], until: Any) -> None:
    widget = refusing()
    until(lambda: sent)
    widget.load({1: {"name": "N1", "type": "Drawing"}, 2: {"name": "N2", "type": "Drawing"}})
    assert widget.value(1, "type") == "bad"
    widget.load({1: {"name": "N1", "type": "Other"}})
    assert widget.value(1, "type") == "Other"


def test_an_answer_has_every_cell_that_was_edited(sent: list[dict[str, Any]], until: Any) -> None:
    """Another view of the table has not seen what was typed in this one."""
    widget = table()
    edit(widget, [1, "type", "Drawing", "taken"])
    until(lambda: sent)
    assert sent[0]["values"] == {1: {"type": "taken"}}


@pytest.mark.parametrize(
    ("error", "told"),
    [(InputError("A-1.pdf is submitted."), "A-1.pdf is submitted."), (KeyError("x"), "KeyError")],
)
def test_an_error_of_the_judge_refuses_the_action(
    error: Exception, told: str, sent: list[dict[str, Any]], until: Any
) -> None:
    def judge(_: list[Edit], __: str) -> None:
        raise error

    widget = table(on_edit=judge)
    edit(widget, [1, "type", "Drawing", "x"])
    until(lambda: sent)
    assert told in widget.mark_of(1, "type")["findings"][0]["message"]


# -- what is said about cells
def test_a_mark_holds_only_what_there_is_to_say() -> None:
    finding = Finding("PDM102", Severity.WARNING, 1, "type", "no", "correct it", "yes")
    assert mark() == {}
    assert mark([Finding("PDM102", Severity.ERROR, 1, "type", "no", "", similar=("A", "B"))])["findings"] == [
        {
            "code": "PDM102",
            "severity": "error",
            "message": "no",
            "fix": "",
            "proposal": None,
            "similar": ["A", "B"],
        }
    ]
    assert mark([finding], source="ML", confidence=0.5, locked="why") == {
        "findings": [
            {"code": "PDM102", "severity": "warning", "message": "no", "fix": "correct it", "proposal": "yes"}
        ],
        "source": "ML",
        "confidence": 0.5,
        "locked": "why",
    }


def test_the_static_copy_escapes_and_counts_the_rest() -> None:
    widget = Table([Column("a", "<A>")], {n: {"a": "<script>"} for n in range(12)})
    text = widget.static()["text/html"]
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "2 more rows" in text
    assert f'data-pdm-table="{widget._options["name"]}"' in text


def test_a_table_is_displayed_as_a_plain_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, str]] = []
    monkeypatch.setattr("pdm_nb.widgets.grid.static_table.display", lambda data, **_: shown.append(data))
    widget = table()
    widget._ipython_display_()
    plain, living = shown
    assert plain == widget.static()
    assert living["text/plain"] == "Table(4 rows × 2 columns)"
    assert "application/vnd.jupyter.widget-view+json" in living


def test_the_static_copy_for_a_pdf_is_markdown_that_takes_text_as_it_is() -> None:
    columns = [Column(f"c{n}", f"C{n}") for n in range(10)]
    widget = Table(columns, {n: {"c0": "a|b\n*c*", "c1": "<b>"} for n in range(11)})
    lines = widget.static()["text/markdown"].splitlines()
    assert lines[0] == "| C0 | C1 | C2 | C3 | C4 | C5 | C6 | C7 |"
    assert lines[1].count("---") == 8
    assert lines[2].startswith(r"| a\|b \*c\* | &lt;b&gt; |")
    assert lines[-1] == "… and 1 more row, 2 more columns"


# -- the code in the browser
def test_the_code_travels_once_per_kernel_not_once_per_table() -> None:
    one, two = table(), table()
    assert one._code == two._code == shared_code()
    assert len(one._esm) < 2000
    state = sum(len(str(value)) for value in one.get_state().values())
    assert state < 20_000


def test_nothing_is_fetched_from_any_network() -> None:
    for name in ("loader.js",):
        assert "http://" not in static_text(name)
        assert "import " not in static_text(name).replace("await import", "")


def test_no_enterprise_code_is_in_the_bundle_and_the_licences_ship_with_it() -> None:
    head = static_text("workbench.js")[:200]
    assert head.startswith("/* Contains ag-grid-community, ag-stack, htm, preact;")
    licences = static_text("THIRD-PARTY-LICENSES.txt")
    for name in ("ag-grid-community 36.2.0 (MIT)", "ag-stack 36.2.0", "htm 3.1.1", "preact 10.29.8 (MIT)"):
        assert name in licences


# -- what is more than an edit
def said(widget: Table, **message: Any) -> None:
    widget._receive(widget, {"action": "v.7", **message}, [])


def test_a_step_back_is_answered_with_what_came_of_it(sent: list[dict[str, Any]], until: Any) -> None:
    def step(kind: str) -> ActionResult:
        widget.patch({2: {"type": "Letter"}})
        return ActionResult(f"{kind} done.", (2, "type"))

    widget = table(on_step=step)
    said(widget, kind="undo")
    until(lambda: sent)
    assert len(sent) == 1
    assert (sent[0]["reply_to"], sent[0]["notice"], sent[0]["place"]) == ("v.7", "undo done.", (2, "type"))
    assert sent[0]["values"] == {2: {"type": "Letter"}}


@pytest.mark.parametrize(
    ("error", "told"),
    [(InputError("The batch is closed."), "The batch is closed."), (KeyError("x"), "KeyError")],
)
def test_a_step_that_fails_says_so(
    error: Exception, told: str, sent: list[dict[str, Any]], until: Any
) -> None:
    def step(_: str) -> ActionResult:
        raise error

    said(table(on_step=step), kind="redo")
    until(lambda: sent)
    assert told in sent[0]["notice"]


def test_a_long_list_stays_in_python_and_is_searched_there(sent: list[dict[str, Any]], until: Any) -> None:
    values = [(f"Value {n}", f"V{n}") for n in range(LONG + 1)]
    widget = table(
        choices={"type": values, "short": values[:2]},
        on_search=lambda name, text: [one for one in values if name == "type" and text in one],
    )
    assert json.loads(widget._choices) == {
        "type": {"count": LONG + 1},
        "short": [list(one) for one in values[:2]],
    }
    said(widget, kind="search", list="type", text="V7")
    until(lambda: sent)
    assert sent[0] == {"kind": "results", "reply_to": "v.7", "entries": [("Value 7", "V7")]}


def test_a_search_that_fails_finds_nothing(sent: list[dict[str, Any]], until: Any) -> None:
    def fail(*_: str) -> list[Any]:
        raise OSError("gone")

    said(table(on_search=fail), kind="search", list="type", text="x")
    until(lambda: sent)
    assert sent[0]["entries"] == []


def test_the_column_layout_is_sent_and_kept_for_the_next_view(until: Any) -> None:
    layouts: list[Any] = []
    widget = table(on_layout=layouts.append, layout=[{"key": "type", "hide": True}])
    assert widget._options["layout"] == [{"key": "type", "hide": True}]
    said(widget, kind="layout", layout=[{"key": "type", "hide": False}])
    until(lambda: layouts)
    assert layouts == [[{"key": "type", "hide": False}]]
    assert widget._options["layout"] == layouts[0]


def test_of_many_cells_the_refused_are_counted_with_the_first_reason(
    sent: list[dict[str, Any]], until: Any
) -> None:
    widget = table(on_edit=lambda edits, _: {(edits[1].row, edits[1].key): "No."})
    edit(widget, [1, "type", "Drawing", "a"], [2, "type", "Drawing", "b"], [3, "type", "Drawing", "c"])
    until(lambda: sent)
    assert sent[0]["notice"] == "1 of 3 cells was not saved and keeps the typed text: No."
    assert sent[0]["place"] is None  # nobody is led away from where they are


def test_what_is_said_alike_of_many_cells_travels_once(sent: list[dict[str, Any]], until: Any) -> None:
    widget = table(100)
    widget.patch(marks={row: {"type": mark(source="ML", confidence=0.5)} for row in range(1, 101)})
    until(lambda: sent)
    assert sent[0]["mark_table"] == [{"source": "ML", "confidence": 0.5}]
    assert {of["type"] for of in sent[0]["marks"].values()} == {0}


def test_a_cell_without_a_change_is_not_sent(sent: list[dict[str, Any]], until: Any) -> None:
    widget = table(marks={1: {"type": mark()}})
    widget.patch({2: {"name": "other"}}, {1: {"type": mark()}})
    until(lambda: sent)
    assert sent[0]["marks"] == {}
