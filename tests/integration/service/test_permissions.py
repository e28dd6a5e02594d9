"""The permissions that a batch needs: known in advance, or learned from rejections (B4, B16, B51, B52, B65)."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from pdm_nb.errors import AccessError, SettingsError
from tests.support.simulator.sim_site import Site

UPLOAD, SUBMIT = "Upload New Files", "Submit New Files"
TOOL = "Document Management: Standard or Admin"


def known(table: pd.DataFrame) -> dict[str, str]:
    return dict(zip(table["right"], table["known"], strict=True))


def ask(table: pd.DataFrame, right: str) -> str:
    return str(table.set_index("right").loc[right, "ask"])


def test_the_report_before_any_work(site: Site) -> None:
    """B52, B65: permission groups are not reported by the service."""
    table = site.project.permissions()
    assert list(table.columns) == ["right", "known", "detail", "ask"]
    assert set(table.dtypes.astype(str)) == {"string"}
    assert known(table) == {
        "See the project": "yes",
        TOOL: "yes",
        UPLOAD: "not known until tried",
        SUBMIT: "not known until tried",
        "See all documents": "not known until tried",
        "View the recycle bin": "not known until tried",
    }
    assert UPLOAD in ask(table, UPLOAD)
    assert ask(table, TOOL) == ""
    assert site.calls("createDocumentUploads") == site.calls("listRecycledRevisions") == 0
    assert site.calls("showPermissions") == 1


@pytest.mark.parametrize(("level", "expected"), [("None", "no"), ("Standard", "yes"), ("Admin", "yes")])
def test_the_level_of_the_tool(make_site: Callable[..., Site], level: str, expected: str) -> None:
    """B65."""
    table = make_site(access_level=level).project.permissions()
    assert known(table)[TOOL] == expected
    assert (known(table)[UPLOAD] == "no") == (level == "None")
    if level == "Standard":
        detail = table.set_index("right").loc["See all documents", "detail"]
        assert "uploads of others are not listed" in str(detail)


def test_what_a_refused_upload_teaches(make_site: Callable[..., Site]) -> None:
    """B52: 403 ACCESS_DENIED at create."""
    site = make_site(can_upload=False)
    with pytest.raises(AccessError, match=UPLOAD):
        site.plain(1).upload().wait()
    assert known(site.project.permissions())[UPLOAD] == "no"
    other = site.connect().project(site.sim.project_id)
    assert known(other.permissions())[UPLOAD] == "no"
    site.sim.switch(can_upload=True)
    site.plain(1).upload().wait()  # a remembered refusal stops nothing
    assert known(site.project.permissions())[UPLOAD] == "yes"


@pytest.mark.parametrize("status", [422, 403])
def test_what_a_refused_submit_teaches(site: Site, status: int) -> None:
    """B52: 422 PERMISSION_DENIED (guide) or 403 (reference)."""
    batch = site.ready(1)
    assert known(site.project.permissions())[SUBMIT] == "not known until tried"
    if status == 422:
        site.sim.switch(can_submit=False)
        batch.submit().wait()
        site.sim.switch(can_submit=True)
    else:
        site.sim.fail_next("createDocumentRevisions", 403, reason="ACCESS_DENIED")
        with pytest.raises(AccessError):
            batch.submit().wait()
    table = site.project.permissions()
    assert known(table)[SUBMIT] == "no"
    assert SUBMIT in ask(table, SUBMIT)
    batch.retry()
    batch.submit().wait()
    assert known(site.project.permissions())[SUBMIT] == "yes"


def test_a_service_that_refuses_the_list_of_tools(site: Site) -> None:
    site.sim.fail_next("showPermissions", 403, times=9, reason="ACCESS_DENIED")
    table = site.project.permissions()
    assert known(table)[TOOL] == "not known until tried"
    assert known(table)["See the project"] == "yes"  # its fields could be read
    site.project.permissions()
    assert site.calls("showPermissions") == 1


def test_a_project_that_is_closed(site: Site) -> None:
    """B4: a permitted project may turn 403."""
    site.sim.fail_next("showPermissions", 403, times=9, reason="ACCESS_DENIED")
    site.sim.fail_next("listFields", 403, times=9, reason="ACCESS_DENIED")
    table = site.project.permissions()
    assert known(table)["See the project"] == known(table)[TOOL] == "no"
    assert "App Management" in ask(table, "See the project")


def test_hidden_revisions_are_a_limited_visibility(site: Site) -> None:
    """B51."""
    batch = site.ready(1)
    batch.submit().wait()
    ids = batch.status()["revision_id"]
    site.sim.switch(visible_statuses=["CR"])
    assert set(site.project.revisions(ids)["availability"]) == {"masked"}
    assert known(site.project.permissions())["See all documents"] == "no"


def test_the_tools_with_their_levels(site: Site) -> None:
    table = site.project.tools()
    assert list(table.columns) == ["tool", "label", "access"]
    assert "Admin" in set(table["access"])


def test_a_missing_project_points_to_the_permitted_projects(site: Site) -> None:
    """B4."""
    with pytest.raises(SettingsError, match=r"permitted projects.*Company Admin → App Management"):
        site.service.project("Unknown Tower")


def test_a_project_that_is_no_longer_permitted(make_site: Callable[..., Site]) -> None:
    """B4, B16: 403 "App is not connected", as after a reinstallation of the app."""
    site = make_site()
    site.sim.switch(permitted_projects=[])
    with pytest.raises(AccessError, match=r"permitted projects.*Company Admin → App Management"):
        site.project.fields()
    with pytest.raises(AccessError, match="App Management"):
        site.project.uploads()
    table = site.project.permissions()
    assert known(table)["See the project"] == "no"
    assert not site.project.memory.refused("listFields")


def test_an_upload_to_a_project_that_is_no_longer_permitted(site: Site) -> None:
    """B4: it is not the permission group that is missing."""
    batch = site.plain(1)
    batch.check()
    site.sim.switch(permitted_projects=[])
    with pytest.raises(AccessError, match="App Management"):
        batch.upload().wait()
    assert site.project.memory.reading("right_upload") is None


def test_a_project_that_is_not_permitted_is_not_listed(make_site: Callable[..., Site]) -> None:
    """B4: the other reading."""
    site = make_site()
    site.sim.switch(permitted_projects=[], unpermitted_projects="hidden")
    with pytest.raises(SettingsError, match=r"permitted projects only.*Company Admin → App Management"):
        site.connect().project(site.sim.project_id)
