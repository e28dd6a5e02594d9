"""Rules of the configuration and of permissions that no other file tests (B17–B22, B52)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pdm_nb.sim.world.system_fields import SETTABLE, SYSTEM_FIELDS
from tests.support.simulator.api_caller import ApiCaller, messages, reasons
from tests.support.simulator.rule_requests import UNKNOWN_ID
from tests.support.simulator.upload_calls import create, values

Make = Callable[..., ApiCaller]


# -- configuration
@pytest.mark.rule("B17")
@pytest.mark.parametrize(
    ("kind", "discipline", "asked"),
    [("DR", "S", True), ("DR", "C", True), ("DR", "A", False), ("DR", "", False), ("RP", "S", False)],
)
def test_b17_all_qualifiers_must_match_and_the_most_specific_wins(
    make: Make, kind: str, discipline: str, asked: bool
) -> None:
    caller = make(scenario="messy")
    given = {"type": kind, "discipline": discipline} if discipline else {"type": kind}
    [detail] = caller.submit(caller.completed("a.txt", "text/plain", **given), status=422)["details"]
    assert ("package" in detail["message"]) is asked  # of the rule with two qualifiers
    assert ("date_authored" in detail["message"]) is (kind == "DR")
    assert ("description" in detail["message"]) is (kind == "RP")  # the default's


@pytest.mark.rule("B18", "B19")
def test_b18_a_standard_that_is_not_enforced_requires_nothing(caller: ApiCaller) -> None:
    default, drawing, _ = caller.data("GET", caller.dm("upload_requirements"), per_page=100)
    assert default["naming_standard"] is None
    assert len(caller.submit(caller.ready("any name.txt"))["ids"]) == 1
    bare = caller.completed("b.txt", "text/plain", type="Drawing", status="S0", revision="1")
    [detail] = caller.submit(bare, status=422)["details"]
    wanted = [field["name"] for field in drawing["naming_standard"]["fields"]]
    given = ("type", "project")  # the project has its default (B24)
    assert all(name in detail["message"] for name in (*wanted, "date_authored") if name not in given)


@pytest.mark.rule("B20", "B39")
def test_b20_system_fields_cannot_be_set(caller: ApiCaller) -> None:
    offered = {field["name"] for field in caller.data("GET", caller.dm("fields"), per_page=100)}
    shown = caller.show(caller.completed())
    assert {field["name"] for field in shown["fields"]} >= set(SYSTEM_FIELDS)
    assert not offered & set(SYSTEM_FIELDS)
    [upload] = caller.create("a.pdf")
    for name in set(SYSTEM_FIELDS) - SETTABLE:
        field = {"id": caller.field(shown, name)["id"], "values": []}
        refused = caller.update(upload, 400, fields=[field])
        assert reasons(refused) == ["INVALID_PROPERTY"]
        assert messages(refused) == [f"update_params.0.fields.0.id is the system field {name}"]


@pytest.mark.rule("B20")
@pytest.mark.parametrize(("name", "flag"), [("internal_note", "visible"), ("old_package", "active")])
def test_b20_inactive_and_invisible_fields_are_to_be_ignored(make: Make, name: str, flag: str) -> None:
    caller = make(scenario="messy")
    fields = {field["name"]: field for field in caller.data("GET", caller.dm("fields"), per_page=100)}
    assert fields[name][flag] is False
    assert fields["internal_note"]["active"] is True, "one that only `visible` tells of"
    upload = caller.completed()
    assert name not in [field["name"] for field in caller.show(upload)["fields"]]
    caller.update(upload, 400, fields=[{"id": fields[name]["id"], "values": ["x"]}])


@pytest.mark.rule("B21")
@pytest.mark.parametrize("by", ["position", "active", "code", "label"])
def test_b21_every_order_both_ways(caller: ApiCaller, by: str) -> None:
    path = caller.dm("fields/originator/values")
    query = {"per_page": 100, "include_inactive": "true", "sort_by": by}
    up, down = (caller.data("GET", path, **query, sort_order=order) for order in ("asc", "desc"))
    keys = [value[by] for value in up] if by != "position" else [value["id"] for value in up]
    assert keys == sorted(keys)
    assert [value[by] for value in down] == keys[::-1] if by != "position" else up[::-1] == down


@pytest.mark.rule("B21", "B29")
def test_b21_an_inactive_value_comes_when_asked_for_and_is_refused_when_set(caller: ApiCaller) -> None:
    path = caller.dm("fields/status/values")
    everything = caller.data("GET", path, per_page=100, include_inactive="true")
    active = caller.data("GET", path, per_page=100, include_inactive="false")
    idle = [value for value in everything if value not in active]
    assert idle
    assert not any(value["active"] for value in idle)
    [upload] = caller.create("a.pdf")
    refused = caller.update(upload, 400, fields=[values(caller, "status", idle[0]["id"])])
    assert reasons(refused) == ["INVALID_PROPERTY"]
    assert caller.data("GET", path, keyword=idle[0]["code"]) == []
    found = caller.data("GET", path, keyword=idle[0]["code"], include_inactive="true")
    assert idle[0]["id"] in [value["id"] for value in found]


@pytest.mark.rule("B22")
def test_b22_every_kind_of_user_field(make: Make) -> None:
    caller = make(scenario="messy")
    users = caller.call("GET", f"/rest/v1.0/projects/{caller.project.id}/users", per_page=100).json()
    fields = caller.data("GET", caller.dm("fields"), per_page=100)
    users_of = ("procore_user", "procore_tool_user", "procore_users")
    kinds = {field["variant"]: field for field in fields if field.get("variant") in users_of}
    assert set(kinds) == set(users_of)
    [upload] = caller.create("a.pdf")
    for field in kinds.values():
        for query in ({}, {"include_inactive": "true"}, {"keyword": "Sample"}):
            assert caller.data("GET", caller.dm(f"fields/{field['id']}/values"), **query) == []
        caller.update(upload, fields=[{"id": field["id"], "values": [str(users[1]["id"])]}])
        caller.update(
            upload, 400, fields=[{"id": field["id"], "values": [users[1]["id"]]}]
        )  # ids are sent as strings
        caller.update(upload, 400, fields=[{"id": field["id"], "values": [users[1]["name"]]}])


# -- permissions
@pytest.mark.rule("B52", reading="workflow_governs_status='refused'")
def test_b52_a_status_that_a_workflow_governs_is_refused(make: Make) -> None:
    caller = make(workflow_governs_status="refused")
    [upload] = caller.create("a.txt", mime="text/plain")
    refused = caller.update(upload, 400, fields=caller.fields(status="S2"))
    assert reasons(refused) == ["INVALID_PROPERTY"]
    assert "status, which a workflow governs" in messages(refused)[0]
    done = caller.completed("b.txt", "text/plain", type="Report", revision="1", description="x")
    told = caller.field(caller.show(done), "status")
    assert (told["label_source"], len(told["values"])) == ("SYSTEM", 1)
    assert len(caller.submit(done)["ids"]) == 1, "the workflow's status is one that can be submitted"


@pytest.mark.rule("B52", reading="workflow_governs_status='overwritten'")
def test_b52_or_overwritten(make: Make) -> None:
    caller = make(workflow_governs_status="overwritten")
    upload = caller.completed(status="S2")
    assert caller.update(upload, fields=caller.fields(status="S3")).json()["data"]["success"] == [
        {"id": upload}
    ]
    told = caller.field(caller.show(upload), "status")
    assert (told["label_source"], told["values"][0]["code"]) == ("SYSTEM", "S0")


@pytest.mark.rule("B52", reading="workflow_governs_status=''")
def test_b52_and_free_where_none_does(caller: ApiCaller) -> None:
    told = caller.field(caller.show(caller.completed(status="S2")), "status")
    assert (told["label_source"], told["values"][0]["code"]) == ("MANUAL", "S2")


@pytest.mark.rule("B52")
@pytest.mark.parametrize("level", ["Standard", "Admin"])
def test_b52_the_groups_count_at_every_level(make: Make, level: str) -> None:
    caller = make(access_level=level, can_upload=False, can_submit=False)
    body = [{"file_name": "a.pdf", "mime_type": "application/pdf"}]
    assert reasons(create(caller, body, 403)) == ["ACCESS_DENIED"]
    assert caller.submit(UNKNOWN_ID, status=422)["details"][0]["reason_code"] == "PERMISSION_DENIED"
    able = make(access_level=level)
    assert len(able.submit(able.ready())["ids"]) == 1
