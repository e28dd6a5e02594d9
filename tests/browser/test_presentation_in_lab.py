"""The presentation in JupyterLab: played by clicks, with what people see of each scene."""

from __future__ import annotations

import re

import pytest

from tests.support.browser.lab import Lab, expect

pytestmark = pytest.mark.slow
PATIENCE = 120_000  # milliseconds; a run takes some seconds, a busy machine longer


def test_the_story_is_played_by_clicks_and_starts_again(lab: Lab) -> None:
    code = "from pdm_nb.widgets.presentation import PresentedWorkbench\nPresentedWorkbench(ml_seconds=2)"
    lab.open(lab.write("presentation.ipynb", [code]))
    lab.run(0)
    app = lab.panel.locator(".pdm-app")
    bar = app.get_by_role("region", name="Presentation")
    again = bar.get_by_role("button", name="Start again")
    expect(again).to_be_disabled()
    scenes = int(re.findall(r"Scene 1 of (\d+)", bar.inner_text())[0])
    for number in range(2, scenes + 1):
        bar.get_by_role("button", name=re.compile("^Next: ")).click(timeout=PATIENCE)
        expect(bar).to_contain_text(f"Scene {number} of {scenes}", timeout=PATIENCE)
        lab.picture(f"presentation-{number:02}")
    expect(bar).to_contain_text("the end")
    expect(app.locator(".pdm-foot")).to_contain_text("60 of 60 documents submitted")
    again.click()
    expect(bar).to_contain_text(f"Scene 1 of {scenes}", timeout=PATIENCE)
    expect(app.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
