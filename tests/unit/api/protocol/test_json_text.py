"""The limits of JSON before it is parsed: what is in strings does not count, whatever they contain."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.api.limits import response_limits
from pdm_nb.api.protocol import json_text
from pdm_nb.api.protocol.json_text import JsonLimit, parse

TEXTS = st.text(st.sampled_from('[]{}:,"\\ab \n'), max_size=12)
VALUES = st.recursive(
    TEXTS | st.none(), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)
)


def structure_of(value: Any) -> str:
    """The brackets, colons and commas of a value, as JSON has them."""
    if isinstance(value, dict):
        return "{" + ",".join(f":{structure_of(one)}" for one in value.values()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(structure_of, value)) + "]"
    return ""


@given(VALUES)
def test_what_is_in_strings_does_not_count(value: Any) -> None:
    assert json_text._structure(json.dumps(value).encode()).decode() == structure_of(value)
    assert json_text._structure(
        json.dumps(value, indent=1, ensure_ascii=False).encode()
    ).decode() == structure_of(value)


@given(VALUES)
def test_very_many_strings_are_left_out_as_well(value: Any) -> None:
    most, json_text.MOST_QUOTES = json_text.MOST_QUOTES, 0
    try:
        assert json_text._structure(json.dumps(value).encode()).decode() == structure_of(value)
    finally:
        json_text.MOST_QUOTES = most


@pytest.mark.parametrize("filler", [b"", b'"]"', b'"[","]"', b'"\\""', b'"\\\\"', b'"a\\n"'])
@pytest.mark.parametrize("rest", [b"", b"\\", b'"', b'""]', b"]" * 5000, b'\\"]'])
def test_no_string_hides_how_deep_a_text_is(filler: bytes, rest: bytes) -> None:
    """Also if it is no JSON after the point that the parser gets to."""
    comma = b"," if filler else b""
    with pytest.raises(JsonLimit, match="levels"):
        parse((b"[" + filler + comma) * (response_limits.JSON_DEPTH + 50) + rest)


def test_a_text_within_the_limits_is_read() -> None:
    deep = "[" * response_limits.JSON_DEPTH + "]" * response_limits.JSON_DEPTH
    assert parse(deep.encode()) is not None
    with pytest.raises(JsonLimit, match="too many values"):
        parse(b"[" + b"1," * response_limits.JSON_TOKENS + b"1]")
    assert parse(json.dumps(["[" * 10_000, '\\" ] } : ,', "a\\\\"]).encode())[0] == "[" * 10_000


NUMBERS = st.integers() | st.integers(10**17, 10**20) | st.floats(allow_nan=False, allow_infinity=False)
EQUAL_TEXTS = TEXTS | st.text(st.sampled_from("0123456789:, -"), max_size=40)


def as_read(value: Any) -> Any:
    """The value with integers of more digits than any id as text."""
    if isinstance(value, dict):
        return {name: as_read(one) for name, one in value.items()}
    if isinstance(value, list):
        return [as_read(one) for one in value]
    is_long = isinstance(value, int) and not isinstance(value, bool) and len(str(value)) > json_text.DIGITS
    return str(value) if is_long else value


@given(
    st.recursive(
        EQUAL_TEXTS | NUMBERS | st.booleans(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(EQUAL_TEXTS, inner, max_size=4),
    ),
    st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", " :\t")]),
)
def test_any_value_is_read_as_it_was_written(value: Any, separators: tuple[str, str]) -> None:
    assert parse(json.dumps(value, separators=separators).encode()) == as_read(value)
