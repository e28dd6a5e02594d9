from __future__ import annotations

import pandas as pd
import pytest

from pdm_nb.errors import InputError
from pdm_nb.registers.mapping import FilledIn, read_filled_in
from tests.support.register_fields import LOOKUPS

KNOWN = {"status": {"Issued", "For  review", "7"}, "description": {"Plan", "plan"}}


def read(*rows: tuple[str, str, str | None]) -> FilledIn:
    frame = pd.DataFrame(rows, columns=["field", "value", "use"], index=range(2, len(rows) + 2))
    return read_filled_in(frame, KNOWN, LOOKUPS, lambda name: name.casefold(), "c.xlsx")


def test_codes_labels_empty_cells_and_free_text_are_decisions() -> None:
    found = read(
        ("Status", "Issued", "s2 - Suitable for information"),
        ("status", "For\nreview ", "-"),
        ("status", "7", None),
        ("description", "plan", "Plan"),
    )
    assert found.uses == {
        "status": {"Issued": "Suitable for information", "For  review": ""},
        "description": {"plan": "Plan"},
    }
    assert found.undecided == [("status", "7")]


def test_the_same_decision_twice_is_one_and_empty_rows_do_not_count() -> None:
    found = read(("status", "Issued", "S2"), ("status", "Issued", "Suitable for information"), ("", "", None))
    assert found.uses == {"status": {"Issued": "Suitable for information"}}


def test_all_mistakes_are_named_together() -> None:
    with pytest.raises(InputError) as error:
        read(
            ("status", "Issued", "S99"),
            ("status", "Isued", "S2"),
            ("status", "7", "S1"),
            ("status", "7", "S2"),
        )
    lines = str(error.value).splitlines()
    assert lines[0] == "c.xlsx has 3 mistakes. Nothing was changed:"
    assert "Row 2: 'Issued' cannot become 'S99': 'S99' is not in the Status list." in lines[1]
    assert "Row 3: the register has no value 'Isued' for 'status' (similar: 'Issued')." in lines[2]
    assert "Rows 4 and 5: '7' (status) becomes" in lines[3]


def test_a_single_mistake_is_one_sentence() -> None:
    with pytest.raises(InputError, match=r"c\.xlsx, row 2: 'Issued' cannot become 'S99'"):
        read(("status", "Issued", "S99"))


def test_many_mistakes_are_counted() -> None:
    with pytest.raises(InputError, match=r"has 12 mistakes[\s\S]*and 4 more"):
        read(*(("status", f"none {number}", "S2") for number in range(12)))


def test_a_deleted_column_is_named() -> None:
    with pytest.raises(
        InputError, match=r"The table has no column 'use'\. It needs the columns field, value and use"
    ):
        read_filled_in(pd.DataFrame({"field": ["status"], "value": ["Issued"]}), KNOWN, LOOKUPS, str)
