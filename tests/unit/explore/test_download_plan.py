"""Names of downloaded files: what a document contains decides them, so nothing in it may lead out of the folder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    assert len(name.encode("utf-8", "replace")) <= LONGEST + 20


def test_a_long_name_keeps_its_suffix() -> None:
    assert safe_name("ä" * 300 + ".pdf").endswith(".pdf")
    assert len(safe_name("ä" * 300 + ".pdf").encode()) <= LONGEST
