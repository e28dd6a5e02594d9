"""A copy of a project: its configuration is exported as a scenario, and a second simulator serves the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pdm_nb import Project
from pdm_nb.errors import InputError
from tests.support.simulator.sim_site import Site

WITHOUT_IDS = ["code", "label", "active"]


def look(project: Project) -> dict[str, Any]:
    """What an analyst sees of a configuration, without ids."""
    fields = project.fields()
    lists = {
        name: project.values(name, inactive=True)[WITHOUT_IDS].values.tolist()
        for name in fields["name"]
        if name not in ("authored_by", "reviewers", "checked_by")
    }
    columns = [column for column in fields.columns if "id" not in column]
    rules = project.requirements()
    same = [column for column in rules.columns if column not in ("rule", "qualifies")]
    return {"fields": fields[columns].values.tolist(), "lists": lists, "rules": rules[same].values.tolist()}


@pytest.mark.parametrize("scenario", ["default", "iso19650", "messy", "us-ncs"])
def test_the_double_looks_like_the_project(
    make_site: Callable[..., Site], tmp_path: Path, scenario: str
) -> None:
    site = make_site(scenario=scenario)
    project = site.service.project(site.sim.project_id)
    path = project.save_scenario(tmp_path / "double.json")
    double = make_site(scenario=path, seed=9)
    other = double.service.project(double.sim.project_id)
    assert other.id != project.id
    mine, theirs = look(project), look(other)
    for what in mine:
        assert mine[what] == theirs[what], what
    told = path.read_text()
    for id_ in (project.id, *project.fields()["id"], *project.values("status")["id"]):
        assert str(id_) not in told


def test_a_migration_rehearsed_on_the_double_goes_as_on_the_project(
    make_site: Callable[..., Site], tmp_path: Path
) -> None:
    tables: list[pd.DataFrame] = []
    path: Any = "messy"
    for number in range(2):
        site = make_site(scenario=path, seed=number + 1)
        project = site.service.project(site.sim.project_id)
        batch = project.batch(site.documents(12), journal=tmp_path / f"{number}.sqlite")
        tables.append(batch.check()[["code", "field", "severity"]])
        path = project.save_scenario(tmp_path / "double.json")
    pd.testing.assert_frame_equal(*tables)


def test_an_unwritable_file_is_reported(site: Site, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"double\.json"):
        site.project.save_scenario(tmp_path / "double.yaml")
    with pytest.raises(InputError, match="nowhere does not exist"):
        site.project.save_scenario(tmp_path / "nowhere" / "double.json")


def test_it_is_read_by_people_as_well(site: Site, tmp_path: Path) -> None:
    told = json.loads(site.project.save_scenario(tmp_path / "double.json").read_text("utf-8"))
    assert told["project"]["rules"][0] == {"additional": ["description"]}
    assert {"code": "DR", "label": "Drawing"} in told["project"]["fields"][1]["values"]
