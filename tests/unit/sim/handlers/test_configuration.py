"""Headers and hosts, companies and users, and the configuration of a project (B2, B3, B9–B12, B16–B22, B65)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from pdm_nb import sim
from pdm_nb.sim.world import project_templates
from tests.support.contract.contract_checks import check
from tests.support.simulator.api_caller import ApiCaller, messages, reasons


@pytest.mark.rule("B2")
def test_b2_every_call_carries_the_company(caller: ApiCaller) -> None:
    headers = {"Authorization": f"Bearer {caller.token}"}
    refused = check(caller.send("GET", caller.dm("upload_requirements"), headers=headers))
    assert refused.status_code == 400
    assert messages(refused) == ["Missing Procore-Company-Id header!"]
    for exempt in ("/rest/v1.0/me", "/rest/v1.0/companies"):
        assert check(caller.send("GET", exempt, headers=headers)).status_code == 200
    other = headers | {"Procore-Company-Id": "77"}
    assert check(caller.send("GET", caller.dm("fields"), headers=other)).status_code == 403
    odd = headers | {"Procore-Company-Id": "seven"}
    assert check(caller.send("GET", caller.dm("upload_requirements"), headers=odd)).status_code == 400
    path = caller.dm("fields").replace(str(caller.company), "77")
    caller.call("GET", path, status=404)


@pytest.mark.rule("B16")
def test_b16_calls_without_a_token_and_for_unseen_projects(caller: ApiCaller) -> None:
    company = {"Procore-Company-Id": str(caller.company)}
    assert reasons(check(caller.send("GET", caller.dm("fields"), headers=company))) == ["INVALID_TOKEN"]
    caller.call("GET", caller.dm("fields").replace(str(caller.project.id), "12"), status=404)
    inactive = caller.world.projects[2]
    caller.call("GET", caller.dm("fields").replace(str(caller.project.id), str(inactive.id)), status=403)
    assert caller.send("GET", "/rest/v9/nothing").json()["error"]["code"] == "NOT_FOUND"


@pytest.mark.rule("B3")
def test_b3_ids_exceed_32_bits_and_times_are_utc(caller: ApiCaller) -> None:
    assert caller.company > 2**32
    assert caller.project.id > 2**32
    [requirement, *_] = caller.data("GET", caller.dm("upload_requirements"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", requirement["updated_at"])
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{26}", requirement["id"])


def test_directory(caller: ApiCaller) -> None:
    [company] = caller.call("GET", "/rest/v1.0/companies").json()
    assert company == {"id": caller.company, "name": "Demo Builders", "is_active": True}
    projects = caller.call("GET", "/rest/v1.0/projects", company_id=caller.company).json()
    told = [(project["name"], project["active"]) for project in projects]
    assert told == [("Riverside Tower", True), ("Harbour Bridge", True), ("Old Depot", False)]
    assert projects[0]["id"] == caller.sim.project_id
    missing = caller.call("GET", "/rest/v1.0/projects", status=400)
    assert missing.json() == {"errors": ["company_id is missing"]}  # B15: v1's own shape
    caller.call("GET", "/rest/v1.0/projects", company_id=5, status=403)


@pytest.mark.rule("B9")
def test_b9_ten_rows_by_default(caller: ApiCaller) -> None:
    users = caller.call("GET", f"/rest/v1.0/projects/{caller.project.id}/users")
    assert len(users.json()) == 10
    assert (users.headers["Total"], users.headers["Per-Page"]) == ("13", "10")
    assert len(caller.data("GET", caller.dm("fields"))) == 10


@pytest.mark.rule("B9", reading="page_size=0")
def test_b9_link_leads_through_all_pages(caller: ApiCaller) -> None:
    def rels(page: int, per_page: int) -> list[str]:
        answer = caller.call("GET", caller.dm("fields"), page=page, per_page=per_page)
        return re.findall(r'rel="(\w+)"', answer.headers["Link"])

    assert rels(1, 100) == []
    assert rels(1, 10) == ["first", "next", "last"]
    assert rels(2, 10) == ["first", "prev", "next", "last"]
    assert rels(3, 10) == ["first", "prev", "last"]
    seen, url = [], caller.dm("fields") + "?per_page=10"
    while url:
        answer = caller.call("GET", url)
        seen += [field["name"] for field in answer.json()["data"]]
        found = re.search(r'<([^>]+)>; rel="next"', answer.headers["Link"])
        url = found[1] if found else ""
    assert seen == [field.name for field in caller.project.fields]


@pytest.mark.rule("B9")
@pytest.mark.parametrize("query", [{"per_page": 101}, {"per_page": 0}, {"page": "one"}, {"page": 0}])
def test_b9_a_page_out_of_bounds_is_refused(caller: ApiCaller, query: dict[str, object]) -> None:
    assert reasons(caller.call("GET", caller.dm("fields"), status=400, **query)) == ["INVALID_PROPERTY"]


@pytest.mark.rule("B9")
def test_b9_ids_only_allows_5000(caller: ApiCaller) -> None:
    path = caller.dm("document_uploads", "2.1")
    upload = caller.ready()
    assert caller.data("GET", path, view="ids_only", per_page=5000) == [upload]
    caller.call("GET", path, view="ids_only", per_page=5001, status=400)
    caller.call("GET", path, per_page=5000, status=400)


@pytest.mark.rule("B11")
def test_b11_headers_show_the_nearer_window(make: Callable[..., ApiCaller], clock: sim.ManualClock) -> None:
    caller = make(hourly_limit=8, spike_limit=3)

    def told() -> tuple[str, str, str]:
        answer = caller.call("GET", "/rest/v1.0/me")
        return tuple(answer.headers[f"X-Rate-Limit-{name}"] for name in ("Limit", "Remaining", "Reset"))

    start = int(clock.now())
    assert told() == ("3", "2", str(start + 10))
    told()
    assert told() == ("3", "0", str(start + 10))
    clock.advance(10)
    told(), told()
    clock.advance(10)
    told()
    assert told() == ("8", "1", str(start + 3600))


@pytest.mark.rule("B12", reading="retry_after=True")
@pytest.mark.rule("B12", reading="retry_after=False")
@pytest.mark.parametrize("retry_after", [True, False])
def test_b12_past_a_limit_calls_are_refused(
    make: Callable[..., ApiCaller], clock: sim.ManualClock, retry_after: bool
) -> None:
    caller = make(spike_limit=2, retry_after=retry_after)
    caller.call("GET", "/rest/v1.0/me"), caller.call("GET", "/rest/v1.0/me")
    for _ in range(2):
        refused = caller.call("GET", "/rest/v1.0/me", status=429)
        assert reasons(refused) == ["TOO_MANY_REQUESTS"]
        assert refused.headers["X-Rate-Limit-Remaining"] == "0"
        assert refused.headers.get("Retry-After") == ("10" if retry_after else None)
    clock.advance(10)
    caller.call("GET", "/rest/v1.0/me")


@pytest.mark.rule("B14")
def test_b14_storage_and_sign_in_do_not_count_as_api_calls(caller: ApiCaller) -> None:
    before = caller.sim.counts.api_calls
    caller.stored()
    assert caller.sim.counts.api_calls - before == 2
    assert caller.sim.counts.storage_puts == 1


@pytest.mark.rule("B16")
def test_b16_a_body_that_is_not_json(caller: ApiCaller) -> None:
    headers = {"Authorization": f"Bearer {caller.token}", "Procore-Company-Id": str(caller.company)}
    for body in (b"{", b"", b"\xff\xfe", b"[" * 100_000, b'"\\ud800"', b"[NaN]"):
        answer = check(caller.send("POST", caller.dm("document_uploads"), content=body, headers=headers))
        assert (answer.status_code, messages(answer)) == (400, ["the body must be JSON"])
    huge = check(
        caller.send("POST", caller.dm("document_uploads"), content=b" " * (17 << 20), headers=headers)
    )
    assert huge.status_code == 413


@pytest.mark.rule("B17")
def test_b17_one_default_and_two_conditional_rules(caller: ApiCaller) -> None:
    default, drawing, specification = caller.data("GET", caller.dm("upload_requirements"), per_page=100)

    def names(rule: dict, part: str) -> list[str]:
        return [field["name"] for field in rule[part]]

    assert default["rule_qualifiers"] == []
    assert names(default, "additional_required_fields") == ["description"]
    for rule in (default, drawing, specification):
        assert names(rule, "fields_required_by_project") == ["name", "type", "status", "revision"]  # B18
    [qualifier] = drawing["rule_qualifiers"]
    assert qualifier["field"]["name"] == "type"
    assert [value["label"] for value in qualifier["acceptable_values"]] == ["Drawing"]
    assert names(drawing, "additional_required_fields") == ["date_authored"]
    assert names(specification, "additional_required_fields") == ["spec_section"]


@pytest.mark.rule("B19")
def test_b19_the_naming_standard_has_its_fields_in_order(caller: ApiCaller) -> None:
    default, drawing, _ = caller.data("GET", caller.dm("upload_requirements"), per_page=100)
    assert default["naming_standard"] is None
    assert drawing["naming_standard"]["name"] == "Riverside ISO 19650"
    order = ["project", "originator", "volume", "location", "type", "discipline", "number"]
    assert [field["name"] for field in drawing["naming_standard"]["fields"]] == order


@pytest.mark.rule("B20")
def test_b20_fields_of_all_types_custom_ones_and_what_cannot_be_set(caller: ApiCaller) -> None:
    fields = {field["name"]: field for field in caller.data("GET", caller.dm("fields"), per_page=100)}
    kinds = {"string", "rich_text", "numeric", "timestamp", "lov_entry", "lov_entries", "reference"}
    assert {field["type"] for field in fields.values()} == kinds
    assert fields["workflow_state"]["readonly"] is True
    assert fields["legacy_code"]["active"] is False
    assert {field["position"] for field in fields.values()} == {str(n + 1) for n in range(len(fields))}
    affecting = {name for name, field in fields.items() if field["can_affect_permissions"]}
    assert affecting == {"type", "status", "discipline"}
    assert fields["type"]["variant"] == "single_select"
    assert fields["custom_field_481"]["variant"] == "with_code"
    assert fields["custom_field_481"]["custom_field_definition_id"] == "481"
    custom = {name for name, field in fields.items() if "custom_field_definition_id" in field}
    assert custom == {template.name for template in project_templates.FIELDS if template.custom}
    assert "uploaded_by" not in fields


@pytest.mark.rule("B21")
def test_b21_values_by_id_or_name(caller: ApiCaller) -> None:
    by_name = caller.data("GET", caller.dm("fields/type/values"), per_page=100)
    field = caller.project.by_name["type"]
    assert by_name == caller.data("GET", caller.dm(f"fields/{field.id}/values"), per_page=100)
    assert "Drawing" in [value["label"] for value in by_name]
    caller.call("GET", caller.dm("fields/no_such/values"), status=400)


@pytest.mark.rule("B21")
def test_b21_keyword_inactive_and_order(caller: ApiCaller) -> None:
    path = caller.dm("fields/originator/values")
    active = caller.data("GET", path, per_page=100)
    everything = caller.data("GET", path, per_page=100, include_inactive="true")
    assert all(value["active"] for value in active)
    assert len(everything) > len(active)
    found = caller.data("GET", path, keyword="sAmPle s")
    assert found
    assert all("sample s" in value["label"].lower() for value in found)
    labels = [v["label"] for v in caller.data("GET", path, sort_by="label", sort_order="desc", per_page=100)]
    assert labels == sorted(labels, reverse=True)


@pytest.mark.rule("B22")
def test_b22_users_are_not_in_the_list_of_values(caller: ApiCaller) -> None:
    for name in ("authored_by", "reviewers"):
        assert caller.data("GET", caller.dm(f"fields/{name}/values")) == []
    users = caller.call("GET", f"/rest/v1.0/projects/{caller.project.id}/users", per_page=100).json()
    upload = caller.completed(reviewers=[str(users[1]["id"]), str(users[2]["id"])])
    assert caller.labels(caller.show(upload), "reviewers") == ["Sample Architect", "Sample Engineer"]


@pytest.mark.rule("B65")
def test_b65_permissions_show_only_the_level(make: Callable[..., ApiCaller]) -> None:
    for scenario, level in (("default", "Admin"), ("no-permission", "Standard")):
        caller = make(scenario=scenario)
        tools = caller.call("GET", "/rest/v1.0/settings/permissions", project_id=caller.project.id).json()[
            "tools"
        ]
        levels = {tool["name"]: tool["user_access_level"]["name"] for tool in tools}
        assert levels["document_management"] == level
    caller = make(access_level="None")
    caller.call("GET", caller.dm("fields"), status=403)


def test_the_same_seed_gives_the_same_world(make: Callable[..., ApiCaller]) -> None:
    one, same, other = make(seed=4).world, make(seed=4).world, make(seed=5).world
    assert one == same
    assert one.client_secret == same.client_secret
    assert one.client_secret != other.client_secret
    assert not {field.id for field in one.projects[0].fields} & {f.id for f in other.projects[0].fields}


def test_an_unknown_scenario_lists_the_names() -> None:
    with pytest.raises(ValueError, match="no-permission"):
        sim.Simulator(scenario="sunny")


@pytest.mark.rule("B13")
def test_a_fault_that_was_asked_for_comes_once(caller: ApiCaller) -> None:
    """B13: heavy load answers 503 with Retry-After."""
    caller.sim.fail_next("listFields", 503, retry_after=7)
    refused = caller.call("GET", caller.dm("fields"), status=503)
    assert (reasons(refused), refused.headers["Retry-After"]) == (["SERVICE_UNAVAILABLE"], "7")
    with pytest.raises(ValueError, match="listEverything"):
        caller.sim.fail_next("listEverything", 500)
    caller.call("GET", caller.dm("fields"))
