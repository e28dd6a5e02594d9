"""The comparison with the samples finds every kind of difference in a response."""

from __future__ import annotations

import copy

import pytest

from tests.support.contract.sample_paths import differences, paths, sample, sample_names


@pytest.mark.parametrize("name", [one for one in sample_names() if one != "README"])
def test_a_sample_differs_from_itself_in_nothing(name: str) -> None:
    assert differences(name, sample(name)) == {}


def test_what_is_missing_new_or_of_another_kind_is_listed() -> None:
    body = sample("show_document_upload")
    data = body["data"]
    del data["integrations"]
    data["file_locked"] = "no"
    data["color"] = {"red": 1}
    assert differences("show_document_upload", body) == {
        "data.integrations": "missing",
        "data.file_locked": "text beside true or false",
        "data.color": "new",
    }


def test_rows_together_have_what_the_sample_has() -> None:
    body = sample("list_fields")
    one, other = copy.deepcopy(body), copy.deepcopy(body)
    one["data"], other["data"] = body["data"][:3], body["data"][3:]
    assert differences("list_fields", one) != {}
    assert differences("list_fields", one, other) == {}


def test_fields_are_compared_by_name_and_others_by_their_type() -> None:
    body = sample("show_document_upload")
    fields = body["data"]["fields"]
    number = next(field for field in fields if field["name"] == "number")
    fields.append({**number, "name": "scale"})
    status = next(field for field in fields if field["name"] == "status")
    status["values"] = [{"id": "1", "code": "S0", "label": "Open", "active": True, "tags": []}]
    assert differences("show_document_upload", body) == {}
    fields[-1]["values"] = [{"id": "1", "label": "1:50"}]
    assert differences("show_document_upload", body) == {"data.fields[scale].values[].id": "new"}
    fields.remove(number)
    assert differences("show_document_upload", body)["data.fields[number]"] == "missing"


def test_paths_have_all_kinds() -> None:
    assert paths({"a": [{"b": 1}, {"b": None}]}) == {
        "a": {"list"},
        "a[]": {"object"},
        "a[].b": {"number", "null"},
    }
