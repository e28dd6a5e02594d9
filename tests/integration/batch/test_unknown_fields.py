"""A project with unknown fields: they are shown and reported once, and do not affect anything else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from pdm_nb.errors import InputError, SettingsError
from tests.support.simulator.sim_site import Site

BOOLEAN = {"id": "01ZZZZZZZZZZZZZZZZZZZZZZZZ", "name": "fire_rated", "label": "Fire rated", "type": "boolean"}
TOLD = "Field 'Fire rated' has the unknown type 'boolean'. It is shown as text and cannot be set."


def listing(site: Site, *rows: dict[str, Any]) -> None:
    """The list of fields has these as well."""

    def change(body: Any) -> Any:
        return body | {"data": [*body["data"], *rows]}

    site.wire.edit("/fields", change)
    site.project.refresh()


def requiring(site: Site, field: dict[str, Any]) -> None:
    """Every rule requires a field."""

    def change(body: Any) -> Any:
        for rule in body["data"]:
            rule["additional_required_fields"] = [*(rule["additional_required_fields"] or ()), field]
        return body

    site.wire.edit("/upload_requirements", change)
    site.project.refresh()


def holding(site: Site, *values: Any) -> None:
    """The uploads have values in the field."""

    def change(body: Any) -> Any:
        for row in body["data"]:
            row["fields"].append(BOOLEAN | {"values": list(values)})
        return body

    site.wire.edit("/selected_uploads", change, "POST")


@pytest.mark.parametrize(
    ("field", "told"),
    [
        (BOOLEAN, TOLD),
        (BOOLEAN | {"type": "reference", "variant": "procore_crane"}, TOLD.replace("type 'boolean'", "variant 'procore_crane'")),
        (BOOLEAN | {"type": None}, TOLD.replace("type 'boolean'", "type 'unknown'")),
    ],
    ids=["type", "variant", "no type"],
)  # fmt: skip
def test_an_unknown_field_is_reported_once_and_not_settable(
    site: Site, field: dict[str, Any], told: str, caplog: pytest.LogCaptureFixture
) -> None:  # B20
    listing(site, field)
    with caplog.at_level(logging.WARNING):
        fields = site.project.fields().set_index("name")
        batch = site.plain(1)
        batch.upload().wait()
    assert not fields.loc["fire_rated", "settable"]
    assert site.project.notices == [told]
    assert batch.notices.count(told) == 1
    assert caplog.text.count(told) == 1
    assert "Fire rated" in batch._repr_html_()
    with pytest.raises(InputError, match=r"Fire rated cannot be set: its .* is unknown, so"):
        batch.set(None, "fire_rated", "yes")
    assert "fire_rated" not in batch.frame.columns
    assert "fire_rated" in [field.name for field in batch.view.readonly_columns]


def test_the_value_of_an_unknown_field_is_shown_as_text(site: Site) -> None:  # B20
    listing(site, BOOLEAN)
    batch = site.plain(1)
    batch.upload().wait()
    holding(site, {"label": True})
    batch.watch().wait()
    assert batch.view.cell(0, "fire_rated").text == "true"


def test_a_required_field_that_nobody_here_can_fill_is_a_finding(site: Site) -> None:  # B18, B20
    listing(site, BOOLEAN)
    requiring(site, BOOLEAN)
    batch = site.plain(1)
    (found,) = [one for one in batch.findings() if one.field == "fire_rated"]
    assert found.code == "PDM101"
    assert "not supported here. Enter it in Procore" in found.fix
    batch.upload().wait()
    batch.watch().wait()
    assert batch.submit().wait()["state"].tolist() == ["on hold"]
    holding(site, "true")  # somebody filled it in
    assert batch.submit().wait()["state"].tolist() == ["submitted"]


def test_a_rule_may_name_a_field_that_no_list_has(site: Site) -> None:  # B20: it vanished between two calls
    requiring(site, BOOLEAN)
    assert site.project.notices == []
    batch = site.plain(1)
    assert batch.notices[0] == TOLD
    assert [one.code for one in batch.findings() if one.field == "fire_rated"] == ["PDM101"]


def test_values_that_vanished_leave_a_field_without_any(site: Site) -> None:
    send = site.wire.handle_async_request
    id_ = site.project.configuration.by_name["discipline"].id

    async def without(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith(f"/fields/{id_}/values"):
            return httpx2.Response(404, json={"error": {"code": "NOT_FOUND", "message": "Not found"}})
        return await send(request)

    site.wire.handle_async_request = without  # type: ignore[method-assign]
    site.project.refresh()
    assert site.project.values("discipline").empty
    (told,) = site.project.notices
    assert told.startswith("The values of Discipline no longer exist")


@pytest.mark.parametrize("when", ["before the upload", "before the submit"])
def test_what_was_set_in_a_field_that_vanished_is_not_sent_and_stops_nothing(site: Site, when: str) -> None:
    batch = site.plain(1)
    if when == "before the submit":
        batch.upload().wait()
        batch.watch().wait()
    batch.set(0, "number", "A-1")
    number = site.project.configuration.by_name["number"].id
    site.wire.edit(
        "/fields", lambda body: body | {"data": [row for row in body["data"] if row["id"] != number]}
    )
    site.project.refresh()
    batch.refresh()
    for phase in (batch.upload, batch.watch, batch.submit):
        phase().wait()
    assert batch.frame["state"].tolist() == ["submitted"]
    told = "The project no longer has the field 'number'. Its values are kept and not sent."
    assert batch.notices.count(told) == 1
    assert not any(
        number in request.content.decode() for request in site.wire.requests if request.method == "PATCH"
    )


def test_a_malformed_field_is_left_out_and_reported(site: Site) -> None:
    count = len(site.project.fields())
    listing(site, {"id": "f", "label": "No name"})
    assert len(site.project.fields()) == count
    assert site.project.notices == [
        "Row 'f' in the list of fields is malformed and was skipped: 'name' is missing."
    ]


# -- empty lists
EMPTY: list[tuple[str, str]] = [
    ("/fields", "The project has no fields"),
    ("/upload_requirements", "The project has no upload requirements"),
]


@pytest.mark.parametrize(("path", "sentence"), EMPTY)
def test_an_empty_configuration_is_a_sentence(site: Site, path: str, sentence: str) -> None:
    site.wire.edit(path, lambda body: body | {"data": []})
    files = site.folder / "files"
    files.mkdir()
    (files / "a.txt").write_text("a")
    batch = site.project.batch(files, journal=site.folder / "b.sqlite")
    assert [told for told in batch.notices if told.startswith(sentence)] != []
    assert isinstance(batch.findings(), list)
    assert "a.txt" in batch._repr_html_()


@pytest.mark.parametrize("path", ["/values", "/users"])
def test_a_list_without_values_says_so(site: Site, path: str) -> None:
    site.wire.edit(path, lambda body: [] if isinstance(body, list) else body | {"data": []})
    field = "type" if path == "/values" else "authored_by"
    files = site.folder / "files"
    files.mkdir()
    (files / "a.txt").write_text("a")
    batch = site.project.batch(files, journal=site.folder / "b.sqlite")
    (found,) = batch.set(None, field, "Nobody's").findings
    assert "has no values in this project" in f"{found.message} {found.fix}"


@pytest.mark.parametrize(
    ("path", "sentence"), [("/companies", "has no company"), ("/projects", "has no project")]
)
def test_an_account_without_projects_gets_advice(
    make_site: Callable[..., Site], path: str, sentence: str
) -> None:  # B4
    site = make_site()
    site.wire.edit(path, lambda body: [])
    with pytest.raises(SettingsError, match=rf"{sentence}.*administrator"):
        site.connect().project()
