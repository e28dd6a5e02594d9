"""The local store: what it keeps, what it records, and files that are not its own."""

from __future__ import annotations

import json
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from pdm_nb.errors import JournalError
from pdm_nb.explore.store.revision_store import RevisionStore
from pdm_nb.explore.store.row_encoder import MASKED, NOT_LISTED, RECYCLED, VISIBLE, FlatValue, RowEncoder
from pdm_nb.local_files import is_journal


def held(name: str, *labels: str, type_: str = "string", **more: Any) -> dict[str, Any]:
    values = [
        {"label": label} | ({"id": f"v-{label}", "code": label[:1]} if type_ != "string" else {})
        for label in labels
    ]
    return {"id": f"f-{name}", "name": name, "label": name.title(), "type": type_, "values": values, **more}


def row(id_: str = "R1", *fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    own = (held("version", "1"), held("updated_at", "2026-09-14T20:11:00.000Z"))
    permissions = {"allowed_actions": ["view", "download"]}
    return {
        "id": id_,
        "document_container_id": "C1",
        "permissions": permissions,
        "fields": [*own, *fields],
        **more,
    }


@pytest.fixture
def store() -> RevisionStore:
    return RevisionStore(None)


def texts(store: RevisionStore, id_: str = "R1") -> dict[str, str]:
    [found] = store.rows(ids=[id_])
    return {name: store.names.text_of(found, name) for name in store.names.fields}


def whats(store: RevisionStore) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(what, field, before, after) for _, _, what, field, before, after, _ in store.changes()]


def test_a_row_is_stored_with_its_state(store: RevisionStore) -> None:
    ids, faults = store.put([row("R1", held("type", "Drawing", type_="lov_entry"))], 5.0)
    assert (ids, faults) == ({"R1"}, ())
    [found] = store.rows()
    assert (found.state, found.version, found.container_id, found.read_at) == (VISIBLE, 1, "C1", 5.0)
    assert found.actions == "view; download"
    assert texts(store)["type"] == "Drawing"


def test_values_of_lists_are_stored_once(store: RevisionStore) -> None:
    fields = held("a", "X", type_="lov_entry"), held("b", "X", "Y", type_="lov_entries")
    store.put([row("R1", *fields), row("R2", *fields)], 1.0)
    assert store.names.values == [FlatValue("v-X", "X", "X"), FlatValue("v-Y", "Y", "Y")]
    assert texts(store, "R2")["b"] == "X; Y"


def test_ids_are_unread_until_their_rows_are_read(store: RevisionStore) -> None:
    store.add_ids(["R1", "R2", "R1"])
    assert store.due_ids(0.0) == ["R1", "R2"]
    store.put([row("R2")], 5.0)
    assert store.due_ids(0.0) == ["R1"]
    assert store.due_ids(9.0) == ["R1", "R2"]
    assert store.present_ids() == {"R1", "R2"}


def test_what_changed_is_recorded_by_field(store: RevisionStore) -> None:
    store.put([row("R1", held("status", "S1", type_="lov_entry"), held("number", "1"))], 1.0)
    store.put([row("R1", held("status", "S2", type_="lov_entry"), held("notes", "new"))], 2.0)
    assert whats(store) == [
        ("changed", "status", "S1", "S2"),
        ("changed", "number", "1", ""),
        ("changed", "notes", "", "new"),
    ]


def test_nothing_is_new_before_all_was_read_once(store: RevisionStore) -> None:
    store.put([row("R1")], 1.0)
    assert whats(store) == []
    store.set_facts(full_at=1.0)
    store.put([row("R2")], 2.0)
    assert whats(store) == [("new", None, None, None)]


def test_a_masked_row_keeps_what_was_known(store: RevisionStore) -> None:
    """B51: it does not show that the fields are empty."""
    store.put([row("R1", held("number", "7"))], 1.0)
    store.put([{"id": "R1", "permissions": {"allowed_actions": []}, "fields": []}], 2.0)
    [found] = store.rows()
    assert (found.state, found.container_id, found.version) == (MASKED, "C1", 1)
    store.put([row("R1", held("number", "8"))], 3.0)
    assert [what for what, *_ in whats(store)] == ["hidden", "shown"]


def test_states_that_change_are_recorded(store: RevisionStore) -> None:
    store.put([row("R1"), row("R2")], 1.0)
    store.set_state(["R1", "R2"], NOT_LISTED, 2.0)
    store.put([row("R1", recycled=True)], 3.0)
    store.put([row("R2")], 4.0)
    assert [what for what, *_ in whats(store)] == ["not listed", "not listed", "recycled", "listed again"]
    assert store.count(RECYCLED) == 1


def test_a_malformed_row_is_reported_and_the_others_are_stored(store: RevisionStore) -> None:
    ids, faults = store.put([row("R1"), {"fields": "none"}, row("R2", {"id": None}), "text"], 1.0)
    assert ids == {"R1"}
    assert len(faults) == 3
    assert "R2" in faults[1]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"id": "f", "name": "x", "type": "string", "label": "X", "values": ["bare"]}, "bare"),
        ({"id": "f", "name": "x", "type": "boolean", "label": "X", "values": [{"label": True}]}, "true"),
        ({"id": "f", "name": "x", "type": "string", "label": "X", "values": [{"label": "a"}, {"label": "b"}]}, "a; b"),
        ({"Id": "f", "Name": "x", "Type": "lov_entry", "Label": "X", "Values": [{"id": 7, "label": "n"}]}, "n"),
        ({"id": "f", "name": "x", "type": "reference", "label": "X", "values": [{"id": "1", "code": "__", "label": "p"}]}, "p"),
        ({"id": "f", "name": "x", "type": "string", "label": "X", "values": None}, ""),
    ],
)  # fmt: skip
def test_unusual_values_are_read(given: dict[str, Any], shown: str) -> None:
    """B20, B29, B78."""
    names = RowEncoder()
    found = names.encode(row("R1", given), 1.0)
    assert names.text_of(found, "x") == shown
    assert all(value.code != "__" for value in names.values)


def test_half_characters_are_replaced(store: RevisionStore) -> None:
    store.put([row("R1", held("x", "a\ud800"), held("y", "b\udfff", type_="lov_entry"))], 1.0)
    assert (texts(store)["x"], texts(store)["y"]) == ("a?", "b?")


def test_the_spelling_of_the_reference_is_read() -> None:
    """B78."""
    given = row("R1") | {"indexUpdatedAt": "2026-09-15T18:22:01.000Z", "match_type": {"value": "CLOSE"}}
    found = RowEncoder().encode(given, 1.0)
    assert (found.indexed_at, found.match_type) == ("2026-09-15T18:22:01.000Z", "CLOSE")


# -- the file
def test_the_file_is_private_and_no_document(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "store.sqlite"
    store = RevisionStore(path)
    store.put([row("R1", held("type", "Drawing", type_="lov_entry"))], 1.0)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert is_journal(path)
    store.close()
    assert is_journal(path)
    again = RevisionStore(path)
    assert texts(again)["type"] == "Drawing"


def test_two_processes_may_use_it(tmp_path: Path) -> None:
    """Numbers of fields and values that one adds are known to the other."""
    one, other = RevisionStore(tmp_path / "s.sqlite"), RevisionStore(tmp_path / "s.sqlite")
    one.put([row("R1", held("type", "A", type_="lov_entry"))], 1.0)
    other.put([row("R2", held("type", "B", type_="lov_entry"), held("x", "1"))], 1.0)
    one.put([row("R3", held("x", "2"), held("type", "B", type_="lov_entry"))], 1.0)
    for store in (one, other, RevisionStore(tmp_path / "s.sqlite")):
        store.add_ids([])  # a transaction reads what the others added
        assert [texts(store, id_).get("type") for id_ in ("R1", "R2", "R3")] == ["A", "B", "B"]
        assert [texts(store, id_)["x"] for id_ in ("R2", "R3")] == ["1", "2"]


def test_an_older_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    RevisionStore(path).put([row()], 1.0)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    assert RevisionStore(path).count() == 0


@pytest.mark.parametrize("content", ["a database", "text"])
def test_a_file_of_another_program_is_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "s.sqlite"
    if content == "text":
        path.write_text("notes " * 100)
    else:
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE mine (x)")
    before = path.read_bytes()
    with pytest.raises(JournalError, match=r"another program|cannot be used"):
        RevisionStore(path)
    assert path.read_bytes() == before


def test_a_failed_transaction_leaves_no_numbers(store: RevisionStore) -> None:
    store.put([row("R1", held("type", "A", type_="lov_entry"))], 1.0)

    def fail() -> None:
        with store.transaction():
            store.names.add_value(FlatValue("v", "", "lost"))
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert [value.label for value in store.names.values] == ["A"]
    store.put([row("R2", held("type", "B", type_="lov_entry"))], 2.0)
    assert texts(store, "R2")["type"] == "B"
    assert json.loads(next(store.rows(ids=["R2"])).fields or "")[store.names.fields["type"]] == 1
