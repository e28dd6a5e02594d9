"""Revisions that are visible, masked, recycled or not listed are distinguished; none is reported as gone (B51, B62, B69)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.simulator.sim_site import Site

SELECTED = "/selected_revisions"
HIDDEN = {
    "masked": "not allowed to see",
    "recycled": "in the recycle bin",
    "not listed": "recycled, hidden from this account, or not indexed yet",
}


def masked(row: dict[str, Any]) -> dict[str, Any]:
    """As the sample of a masked row has it: what else such a row has is not documented."""
    kept = ("id", "document_container_id", "upload_id")
    return {key: row[key] for key in kept if key in row} | {
        "permissions": {"allowed_actions": []},
        "fields": [],
    }


def hide(how: str, *ids: str) -> Callable[[Any], Any]:
    """Make these revisions masked, recycled or not listed; all of them if none is named."""

    def change(body: Any) -> Any:
        rows = []
        for row in body["data"]:
            if ids and row["id"] not in ids:
                rows.append(row)
            elif how != "not listed":
                rows.append(masked(row) if how == "masked" else row | {"recycled": True})
        return body | {"data": rows}

    return change


@pytest.mark.parametrize("how", HIDDEN)
def test_revisions_say_where_they_are(site: Site, how: str) -> None:
    batch = site.ready(2)
    ids = batch.submit().wait()["revision_id"].tolist()
    site.wire.edit(SELECTED, hide(how, ids[0]), "POST")
    table = site.project.revisions([*ids, ids[0]])
    assert table["id"].tolist() == ids
    assert table["availability"].tolist() == [how, "visible"]
    assert HIDDEN[how] in table["note"][0]
    assert table["note"][1] == ""
    assert "gone" not in str(table.to_dict())


def test_an_unknown_id_is_a_row_that_is_not_listed(site: Site) -> None:  # B51
    table = site.project.revisions(["01ZZZZZZZZZZZZZZZZZZZZZZZZ"])
    assert table["availability"].tolist() == ["not listed"]


@pytest.mark.parametrize("told", [True, False], ids=["upload_id", "no upload_id"])
@pytest.mark.parametrize("how", HIDDEN)
def test_a_submitted_document_is_a_revision_wherever_it_is(
    make_site: Callable[..., Site], how: str, told: bool
) -> None:
    """B46: by upload id or, where that is absent, by order."""
    site = make_site(reveal_upload_id=told)
    batch = site.ready(2)
    site.wire.edit(SELECTED, hide(how), "POST")
    table = batch.submit().wait()
    assert table["state"].tolist() == ["submitted"] * 2
    assert table["revision_id"].notna().all()
    assert all(HIDDEN[how] in message for message in table["message"])
    assert "gone" not in str(table.to_dict())
    assert site.calls("createDocumentRevisions") == 1


def test_a_masked_row_among_others_is_paired_by_order(make_site: Callable[..., Site]) -> None:
    """B46, B51: rows of one response may name their upload or not."""
    site = make_site()
    batch = site.ready(2)

    def change(body: Any) -> Any:
        first, *others = body["data"]
        bare = masked(first)
        bare.pop("upload_id")
        return body | {"data": [bare, *others]}

    site.wire.edit(SELECTED, change, "POST")
    table = batch.submit().wait()
    assert sorted(table["reason"].tolist()) == ["", "REVISION_MASKED"]
    assert table["revision_id"].nunique() == 2


def test_one_that_was_not_indexed_is_confirmed_by_the_next_submit(site: Site) -> None:  # B62
    batch = site.ready(2)
    hidden = [True]

    def change(body: Any) -> Any:
        return body | {"data": []} if hidden[0] else body

    site.wire.edit(SELECTED, change, "POST")
    assert set(batch.submit().wait()["reason"]) == {"REVISION_BY_ORDER"}
    hidden[0] = False
    table = batch.submit().wait()
    assert set(table["reason"]) == {""}
    assert table["version"].tolist() == [1] * 2
    assert site.calls("createDocumentRevisions") == 1
