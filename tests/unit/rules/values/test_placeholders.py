"""Placeholders and invisible characters are found, and what is only unusual is not."""

from __future__ import annotations

from pdm_nb.rules.values.placeholders import invisible_in, visible


def test_a_joiner_within_an_emoji_is_seen() -> None:
    worker = "\U0001f477\U0001f3fd\u200d\u2640\ufe0f.pdf"
    assert (visible(worker), invisible_in(worker)) == (worker, "")
    assert visible("P\u200d01") == "P01"
