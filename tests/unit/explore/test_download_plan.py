"""Names of downloaded files: what a document contains decides them, so nothing in it may lead out of the folder."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.explore.download_plan import DownloadPlan
from pdm_nb.explore.store.revision_store import RevisionStore
from pdm_nb.local_files.safe_name import LONGEST, safe_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A-101.pdf", "A-101.pdf"), ("../../etc/passwd", "_.._etc_passwd"), ("a\\b\x00c", "a_b_c"), ("..", ""), (" . ", ""),
        ("con.pdf", "_con.pdf"), ("COM1", "_COM1"), (".hidden", "hidden"), ("plan. ", "plan"), ("Büro.dwg", "Büro.dwg"),
    ],
)  # fmt: skip
def test_names_are_valid_everywhere(text: str, name: str) -> None:
    assert safe_name(text) == name


@given(st.text())
def test_no_text_leads_out_of_the_folder(text: str) -> None:
    name = safe_name(text)
    assert name not in (".", "..")
    assert not set(name) & set('/\\:*?"<>|\0')
    assert not name.startswith(".")
    assert len(name.encode("utf-8", "replace")) <= LONGEST + 1


def test_a_long_name_keeps_its_suffix() -> None:
    assert safe_name("ä" * 300 + ".pdf").endswith(".pdf")
    assert len(safe_name("ä" * 300 + ".pdf").encode()) <= LONGEST


def planned(tmp_path: Path, *rows: tuple[str, str]) -> list[str]:
    """Where the files of rows of the service go: (id, file name), relative to the folder."""
    store = RevisionStore(None)
    store.put([_row(id_, name) for id_, name in rows], 0.0)
    source: Any = SimpleNamespace(store=store)
    plan = DownloadPlan.of(source, [id_ for id_, _ in rows], tmp_path, "{original_filename}", "")
    return [file.path.relative_to(tmp_path).as_posix() for file in plan.files]


def _row(id_: str, name: str) -> dict[str, Any]:
    values = [{"label": name}] if name else []
    field = {"id": "f", "name": "original_filename", "type": "string", "label": "File", "values": values}
    return {"id": id_, "fields": [field], "permissions": {"allowed_actions": ["download"]}}


@pytest.mark.parametrize(
    ("id_", "name", "path"),
    [
        ("/etc/passwd", "", "_etc_passwd"), ("../x", "..", "_x"), ("...", "", "document"), ("a", "x.p\0df", "x.p_df"),
        ("a", "x.a/../../b", "x.a_.._.._b"), ("a", "x." + "y" * 400, "x." + "y" * 178),
    ],
)  # fmt: skip
def test_neither_an_id_nor_a_suffix_leads_out_of_the_folder(
    tmp_path: Path, id_: str, name: str, path: str
) -> None:
    assert planned(tmp_path, (id_, name)) == [path]


def test_names_that_some_file_systems_take_for_one_are_told_apart(tmp_path: Path) -> None:
    found = planned(tmp_path, ("1", "B\u00fcro.pdf"), ("2", "Bu\u0308ro.PDF"), ("3", "a.pdf"))
    assert found[2] == "a.pdf"
    assert all(id_ in path for id_, path in zip("12", found, strict=False))
