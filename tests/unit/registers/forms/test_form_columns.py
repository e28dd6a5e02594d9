"""The columns of a form: required fields in words, lists, headings, the fingerprint of a configuration."""

from __future__ import annotations

from dataclasses import replace

from pdm_nb.model import Value
from pdm_nb.registers.forms import columns_of, fingerprint
from pdm_nb.rules.values.lookup import Lookup
from tests.support.forms import BY_NAME, configuration, requirements, with_lists


def test_required_fields_have_the_rule_in_words() -> None:
    found = {one.field: (one.required, one.when) for one in columns_of(configuration())}
    assert found["type"] == ("always", "Required for every document.")
    assert found["description"] == ("sometimes", "Required unless Type is Drawing.")
    assert found["number"] == ("sometimes", "Required if Type is Drawing (naming standard ISO 19650).")
    assert found["scale"] == ("", "")


def test_kinds_and_lists() -> None:
    found = {one.field: one for one in columns_of(configuration())}
    kinds = {name: found[name].kind for name in ("number", "type", "trades", "asset_value", "date_authored")}
    assert list(kinds.values()) == ["text", "list", "several", "number", "date"]
    assert ("Drawing", "DR") in [(one.text, one.code) for one in found["type"].choices]


def test_a_value_that_shares_its_label_is_named_by_its_code() -> None:
    known = configuration()
    item = BY_NAME["type"]
    lookup = Lookup(
        item, [Value("1", "A", "Plan"), Value("2", "B", "Plan"), Value("3", "C", "Old", active=False)]
    )
    known = replace(known, lookups={**known.lookups, item.id: lookup})
    (found,) = (one for one in columns_of(known) if one.field == "type")
    assert [one.text for one in found.choices] == ["A", "B"]


def test_fields_with_the_same_label_are_headed_by_their_names() -> None:
    known = configuration()
    items = {
        id_: replace(item, label="File") if item.name == "scale" else item
        for id_, item in known.fields.items()
    }
    items["f-notes"] = replace(items["f-notes"], label="Number")
    found = {one.field: one.heading for one in columns_of(replace(known, fields=items))}
    assert (found["scale"], found["notes"], found["number"]) == ("scale", "notes", "number")


def test_the_fingerprint_changes_with_fields_lists_and_rules_only() -> None:
    known = configuration()
    turned = replace(known, fields=dict(reversed(list(known.fields.items()))))
    assert fingerprint(known) == fingerprint(configuration()) == fingerprint(turned)
    others = [
        configuration(without=["scale"]),
        with_lists(known, "status", ["Work in progress"]),
        replace(known, requirements=requirements()[:1]),
    ]
    assert len({fingerprint(one) for one in [known, *others]}) == 4
