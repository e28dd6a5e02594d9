"""A pilot: a few documents go all the way and are compared, and the others wait for a yes."""

from __future__ import annotations

from typing import Any

import pytest

from pdm_nb.errors import ConnectionFailed, InputError
from pdm_nb.runs.events import Notice
from tests.support.simulator.sim_site import Site

pytestmark = pytest.mark.slow

SELECTED = "/selected_revisions"


def states(batch: Any) -> dict[str, int]:
    return {state: int(count) for state, count in batch.frame["state"].value_counts().items()}


def worsen(body: Any) -> Any:
    """The service has another description."""
    for row in body["data"]:
        row["fields"] = [
            f | {"values": [{"label": "x"}]} if f["name"] == "description" else f for f in row["fields"]
        ]
    return body


def test_the_pilot_goes_all_the_way_and_the_others_follow_after_a_yes(site: Site) -> None:
    batch = site.plain(5)
    run = batch.submit(pilot=2)
    table = run.wait()
    assert table["read_back"].tolist() == ["equal", "equal"]
    assert table["differences"].tolist() == ["", ""]
    assert states(batch) == {"submitted": 2, "not uploaded": 3}
    told = [event.message for event in run.events() if isinstance(event, Notice)]
    assert any("2 of 2 revisions are equal" in text for text in told)
    assert batch.submit(pilot=2).wait()["document"].tolist() == [0, 1]  # the same call again sends nothing
    assert states(batch) == {"submitted": 2, "not uploaded": 3}
    batch.upload().wait(), batch.watch().wait()
    batch.submit().wait()
    assert states(batch) == {"submitted": 5}


def test_one_of_each_kind_comes_first(site: Site) -> None:
    batch = site.plain(4)
    batch.set(3, "type", "Correspondence")
    assert sorted(batch.submit(pilot=2).wait()["document"]) == [0, 3]


def test_after_differences_the_others_wait(site: Site) -> None:
    batch = site.ready(3)
    site.wire.edit(SELECTED, worsen, "POST")
    table = batch.submit(pilot=1).wait()
    assert table["differences"].tolist() == ["description: x"]
    with pytest.raises(InputError, match=r"letter-000\.txt: description is 'x', not 'A letter'") as error:
        batch.submit()
    assert "batch.submit(pilot=0)" in str(error.value)
    with pytest.raises(InputError, match="not as intended"):
        batch.resume(until="submit")
    assert states(batch) == {"submitted": 1, "ready": 2}
    assert batch.submit(pilot=1).wait()["document"].tolist() == [1]  # another one
    batch.submit(pilot=0).wait()
    assert states(batch) == {"submitted": 3}


def test_the_answer_survives_a_restart_and_reading_back_later_clears_it(site: Site) -> None:
    batch = site.ready(2)
    hidden = [True]
    site.wire.edit(SELECTED, lambda body: body | {"data": [] if hidden[0] else body["data"]}, "POST")
    assert batch.submit(pilot=1).wait()["read_back"].tolist() == ["not listed yet"]
    batch.close()
    batch = site.project.batch(journal=batch.view.journal_path)
    with pytest.raises(InputError, match=r"not listed yet, batch.evidence.reconcile\(\) reads it again"):
        batch.submit()
    hidden[0] = False
    batch.evidence.reconcile().wait()
    batch.submit().wait()
    assert states(batch) == {"submitted": 2}


def test_a_document_that_is_held_makes_the_pilot_not_as_intended(site: Site) -> None:
    batch = site.ready(2)
    site.wire.edit("/selected_uploads", lambda body: _without_description(body), "POST")
    batch.submit(pilot=1).wait()
    with pytest.raises(InputError, match=r"letter-000\.txt is on hold"):
        batch.submit()


def _without_description(body: Any) -> Any:
    for row in body["data"]:
        row["fields"] = [f | {"values": []} if f["name"] == "description" else f for f in row["fields"]]
    return body


def test_an_interrupted_pilot_is_finished_and_nothing_else_is_done(site: Site) -> None:
    batch = site.plain(3)
    site.wire.cut("/selected_uploads", times=50)
    with pytest.raises(ConnectionFailed):
        batch.submit(pilot=1).wait()
    site.wire.cut_nothing()
    with pytest.raises(InputError, match="not finished"):
        batch.submit()
    batch.resume().wait()
    assert states(batch) == {"submitted": 1, "not uploaded": 2}
    batch.upload().wait(), batch.watch().wait(), batch.submit().wait()
    assert states(batch) == {"submitted": 3}


@pytest.mark.parametrize("number", [-1, True])
def test_a_number_that_is_none(site: Site, number: int) -> None:
    batch = site.plain(1)
    with pytest.raises(InputError, match="is not a number of documents"):
        batch.submit(pilot=number)


def test_without_a_document_that_can_be_submitted_there_is_no_pilot(site: Site) -> None:
    batch = site.plain(1)
    batch.set(0, "status", "Nonsense")
    with pytest.raises(InputError, match="there is no pilot"):
        batch.submit(pilot=3)
