"""Unexpected projects, file names and cells: they give findings, never exceptions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pdm_nb.batch.journal.journal import Identity, Journal
from pdm_nb.batch.plan import plan_of
from pdm_nb.batch.remote.configuration import Configuration
from pdm_nb.batch.table import naming_report
from pdm_nb.batch.table.batch_table import BatchTable
from pdm_nb.model import NamingStandard, Qualifier
from pdm_nb.rules.naming_standard import SegmentMatch, parse, segments_of
from pdm_nb.rules.values.lookup import Lookup
from tests.support.builders import document, field, rule, value

LEVEL, TYPE, TAGS = field("level", "lov_entry"), field("type", "lov_entry"), field("tags", "lov_entries")
NUMBER, REVISION, COST = field("number"), field("revision"), field("cost", "numeric")
DATE, OWNER, NAME = field("date", "timestamp"), field("owner", "reference"), field("name", variant="computed")
FIELDS = (NAME, TYPE, LEVEL, TAGS, NUMBER, REVISION, COST, DATE, OWNER)
UNHEARD = field("unheard_of", "lov_entry")  # which no list of fields has
PREFIXES = ("A", "AB", "ABC", "A-B", "-", "")  # codes that begin each other, hold the separator, or are none

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCRIPTS = st.sampled_from(
    ["План-01", "图纸-一层", "مخطط-٤٠١", "🏗️-👷🏽‍♀️", "ǅ-ß-ﬁ", "A\u0301-\u0000", "\u202eA-B", "A\nB"]
)
NAMES = (
    TEXT
    | SCRIPTS
    | st.lists(st.sampled_from((*PREFIXES, "401", " A", "٠١")), max_size=9).map("-".join)
    | st.integers(0, 9).map(lambda count: "-" * count)
    | st.sampled_from(["", ".", ".pdf", "-.pdf", "A-01.pdf", "x" * 10_000, "-" * 10_000, "A-" * 5_000])
)
CELLS = (
    NAMES
    | st.floats()
    | st.integers()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.timedeltas()
    | st.binary(max_size=9)
    | st.sampled_from(
        [None, pd.NA, pd.NaT, 1.0, 46112, "1.0", "1-2", pd.Timestamp(2026, 2, 1), [], [None], [1.0, "A"]]
    )
)
RULES = st.lists(
    st.sampled_from(
        [
            rule("default", project=(NAME, TYPE, REVISION)),
            rule("unknown", additional=(UNHEARD, replace(LEVEL, visible=False))),
            rule("named", standard=(TYPE, LEVEL, NUMBER), when={"type": ("A", "AB")}),
            rule("oddly", standard=(UNHEARD, LEVEL), when={"unheard_of": ("A",)}),
            rule("none", when={"type": ()}),  # a qualifier without values matches nothing
            replace(rule("empty"), naming_standard=NamingStandard("n", "Empty", ())),
            replace(
                rule("nothing"),
                qualifiers=(Qualifier("f-nothing", "nothing", ()),),
                allow_duplicate_revisions=False,
            ),
        ]
    ),
    max_size=4,
)


def configuration(rules: list[Any], *, lists: bool) -> Configuration:
    values = [value(code, f"{code} level", active=code != "ABC") for code in PREFIXES] if lists else []
    lookups = {one.id: Lookup(one, values) for one in (LEVEL, TYPE, TAGS)}
    return Configuration({one.id: one for one in FIELDS}, rules, lookups)


@contextmanager
def sheet(known: Configuration, names: list[str]) -> Iterator[BatchTable]:
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal.open(Path(folder, "j.sqlite"), Identity("https://api.test", "7", "42", "Tower"))
        found = BatchTable(journal, known)
        found.add([(document(name, path=f"/nowhere/{n}/{name}"), {}, {}, "") for n, name in enumerate(names)])
        try:
            yield found
        finally:
            journal.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rules=RULES,
    lists=st.booleans(),
    names=st.lists(NAMES, min_size=1, max_size=3),
    cells=st.lists(
        st.tuples(st.sampled_from([one.name for one in FIELDS if one is not NAME]), CELLS), max_size=6
    ),
)
def test_any_input_gives_findings_and_no_error(
    rules: list[Any], lists: bool, names: list[str], cells: list[tuple[str, Any]]
) -> None:
    with sheet(configuration(rules, lists=lists), names) as table:
        for number, (name, given_) in enumerate(cells):
            table.put([(number % len(names), name, given_)])
        found = table.evaluator.findings()
        assert {one.code for one in found} >= {"PDM201"}  # no such file is anywhere
        for id_ in table.journal.documents:
            told = naming_report.explain(table, id_)
            assert {need.field for need in told.required} == table.evaluator.required(id_)
            assert repr(told)
            assert told._repr_html_()
        naming_report.naming(table, table.journal.documents)
        plan_of(table, lambda calls: 0.0)
        before = table.frame
        for code in (None, *sorted({one.code for one in found})):
            if table.apply_fixes(code):
                table.undo()
        table.read_dates("date", table.journal.documents, "DMY", None)
        if table.history.done and "read as" in table.history.done[-1].label:
            table.undo()
        pd.testing.assert_frame_equal(table.frame, before)


@given(name=NAMES, many=st.booleans())
def test_any_name_is_read_by_any_standard(name: str, many: bool) -> None:
    fields = (LEVEL, NUMBER) if many else ()
    standard = NamingStandard("n", "S", fields)
    parsed = parse(name, standard, lambda _, code: code in PREFIXES)
    found = segments_of(name, standard, lambda _, code: code in PREFIXES)
    assert parsed.codes == {
        one.field.id: one.text for one in found if one.field and one.match is SegmentMatch.RECOGNISED
    }
    assert parsed.fits == (not fields or {one.match for one in found} == {SegmentMatch.RECOGNISED})


def test_codes_that_are_prefixes_of_each_other_are_distinguished() -> None:
    """B67: exactly, segment by segment."""
    standard = NamingStandard("n", "S", (LEVEL, TYPE))
    for first in ("A", "AB", "ABC"):
        for second in ("A", "AB", "ABC"):
            parsed = parse(f"{first}-{second}.pdf", standard, lambda _, code: code in PREFIXES)
            assert parsed.codes == {LEVEL.id: first, TYPE.id: second}


def test_a_long_text_is_reported_in_a_sentence() -> None:
    with sheet(configuration([], lists=True), ["a.pdf"]) as table:
        table.set(0, "level", "x" * 10_000)
        (found,) = [one for one in table.evaluator.findings() if one.field == "level"]
        assert (found.code, len(found.message) < 200) == ("PDM102", True)
        assert table.journal.cell(0, LEVEL.id).text == "x" * 10_000


@pytest.mark.parametrize(
    ("given_", "text"),
    [
        (1.0, "1"),
        (datetime(2026, 2, 1), "2026-02-01"),
        (date(2026, 2, 1), "2026-02-01"),
        (time(1, 30), "01:30:00"),
        (timedelta(hours=25), "1 day, 1:00:00"),
        (True, "True"),
    ],
)
def test_a_code_that_excel_changed_is_not_a_value_and_stays_visible(given_: Any, text: str) -> None:
    with sheet(configuration([], lists=True), ["a.pdf"]) as table:
        table.set(0, "level", given_)
        (found,) = [one for one in table.evaluator.findings() if one.field == "level"]
        assert (found.code, found.field) == ("PDM102", "level")
        assert table.journal.cell(0, LEVEL.id).text == text
