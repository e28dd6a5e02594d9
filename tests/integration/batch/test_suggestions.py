"""Suggestions of machine learning and file names are shown next to the analyst's value and can be accepted (B37)."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.support.simulator.sim_site import Site

LOCATIONS = [
    {"id": "120701", "code": "__", "label": "Block B", "active": True, "tags": []},
    {"id": "120702", "code": "", "label": "Block B", "active": True, "tags": []},
    {"id": "120703", "code": "", "label": "Block C", "active": True, "tags": []},
]
ZONE = {
    "id": "01ZZZZZZZZZZZZZZZZZZZZZZZZ", "name": "site_zone", "label": "Site zone", "type": "reference",
    "variant": "procore_location", "active": True, "visible": True, "readonly": False,
}  # fmt: skip


def with_zone(site: Site) -> None:
    """The project has a reference field whose values have no codes, and two of them one label (B29)."""
    site.wire.edit("/fields", lambda body: body | {"data": [*body["data"], ZONE]})
    send = site.wire.handle_async_request

    async def values(request: httpx2.Request) -> httpx2.Response:

        if request.url.path.endswith(f"/{ZONE['id']}/values"):
            return httpx2.Response(200, json={"data": LOCATIONS}, headers={"Total": "3"})
        return await send(request)

    site.wire.handle_async_request = values  # type: ignore[method-assign]
    site.project.refresh()


def saying(site: Site, **said: Any) -> None:
    """Machine learning said this, in the shape of the vendor's samples, whatever the simulator says."""

    def change(body: Any) -> Any:
        for row in body["data"]:
            row.pop("integrationStatuses", None)
            row["integration_statuses"] = {
                "ml": "completed", "filename_scraping": "completed",
                "integration_response": {
                    key: {"value_id": given[0], "value_name": given[1]} for key, given in said.items()
                },
            }  # fmt: skip
        return body

    site.wire.edit("/selected_uploads", change, "POST")


def test_a_suggestion_stands_next_to_the_analysts_value(site: Site) -> None:
    batch = site.plain(1)
    batch.upload().wait()
    date = "2026-08-30T00:00:00.000Z"
    saying(
        site,
        description_ml=("GROUND FLOOR PLAN",) * 2,
        date_authored_ml=(date, date),
        revision_ml=("P01", "P01"),
    )
    batch.watch().wait()
    shown = batch.view.shown(0)
    assert (shown["description"].text, shown["description"].suggestion) == ("A letter", "GROUND FLOOR PLAN")
    assert shown["revision"].suggestion == ""  # it is what the cell holds
    assert batch.view.suggestion(0, "date_authored") == "2026-08-30"  # as a date, not as the wire has it
    assert shown["date_authored"].suggestion == "2026-08-30"


def test_a_suggestion_whose_label_others_have_can_be_accepted(site: Site) -> None:  # B29
    with_zone(site)
    batch = site.plain(1)
    batch.upload().wait()
    saying(site, site_zone_ml=("120702", "Block B"))
    batch.watch().wait()
    suggestion = batch.view.shown(0)["site_zone"].suggestion
    assert suggestion == "Block B (120702)"
    assert batch.set_cells([(0, "site_zone", suggestion)]).findings == []
    assert batch.view.cell(0, "site_zone").values == ("120702",)
    assert batch.view.shown(0)["site_zone"].suggestion == ""


def test_a_suggestion_without_an_id_is_the_value_of_its_label(site: Site) -> None:
    with_zone(site)
    batch = site.plain(1)
    batch.upload().wait()
    saying(site, site_zone_scraping=(None, "Block C"))
    batch.watch().wait()
    assert batch.view.shown(0)["site_zone"].suggestion == "Block C"
    batch.set_cells([(0, "site_zone", "Block C")])
    assert batch.view.shown(0)["site_zone"].suggestion == ""


def test_of_two_suggestions_the_one_that_differs_is_of_use(site: Site) -> None:
    batch = site.plain(1)
    batch.upload().wait()
    saying(site, number_ml=("A-110", "A-110"), number_scraping=("A-101", "A-101"))
    site.wire.edit("/selected_uploads", _numbered, "POST")
    batch.watch().wait()
    assert batch.view.cell(0, "number").text == "A-101"
    assert batch.view.suggestion(0, "number") == "A-110"


def _numbered(body: Any) -> Any:
    for row in body["data"]:
        for field in row["fields"]:
            if field["name"] == "number":
                field |= {"values": [{"label": "A-101"}], "label_source": "FILENAME_SCRAPING"}
    return body


def test_suggestions_are_accepted_by_field_and_row(site: Site) -> None:
    batch = site.plain(2)
    batch.upload().wait()
    saying(site, description_ml=("GROUND FLOOR PLAN",) * 2, number_ml=("A-110", "A-110"))
    batch.watch().wait()
    changed = batch.accept(0, "description")
    assert changed[["document", "field", "after"]].values.tolist() == [
        [0, "description", "GROUND FLOOR PLAN"]
    ]
    rest = batch.accept()
    assert set(zip(rest["document"], rest["field"], strict=True)) == {
        (0, "number"), (1, "number"), (1, "description"),
    }  # fmt: skip
    assert batch.accept().empty  # nothing is left to accept
    assert batch.actions()["action"].tolist()[-1] == "3 suggestions accepted"
    batch.undo()
    assert len(batch.accept()) == 3


def test_a_value_that_is_kept_dismisses_its_suggestion_for_good(site: Site) -> None:
    batch = site.plain(1)
    batch.upload().wait()
    saying(site, description_ml=("GROUND FLOOR PLAN",) * 2, revision_ml=("P01", "P01"))
    batch.watch().wait()
    told: list[frozenset[int]] = []
    batch.view.watch_changes(told.append)
    assert batch.view.keep([(0, "description"), (0, "revision")]) == [(0, "description")]  # P01 is the value
    assert told == [frozenset({0})]
    assert (batch.view.shown(0)["description"].suggestion, batch.view.kept) == ("", 1)
    assert batch.view.suggestion(0, "description") == "GROUND FLOOR PLAN"  # what was said stays known
    assert batch.accept().empty
    assert batch.view.keep([(0, "description")]) == []
    path = batch.view.journal_path
    batch.close()
    batch = site.project.batch(journal=path)
    assert batch.view.kept == 1
    assert batch.view.open_again([(0, "description")]) == [(0, "description")]
    assert batch.view.shown(0)["description"].suggestion == "GROUND FLOOR PLAN"
    assert batch.view.open_again() == []
