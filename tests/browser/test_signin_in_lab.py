"""Interactive sign-in: the input reaches Python, and the secret is stored nowhere."""

from __future__ import annotations

import json

import pytest

from tests.support.browser.lab import Lab, expect

pytestmark = pytest.mark.slow
SECRET = "s3cr3t-b-a-not-to-be-seen"

PANEL = """
import pandas as pd
import pdm_nb
calls = []

class Service:
    company, user, environment, calls_left = "Demo Builders", "me", "sandbox", None
    def projects(self):
        return pd.DataFrame({"id": ["7", "8"], "name": ["Riverside Tower", "Harbour Bridge"], "active": True})

def connect(environment, **given):
    calls.append((environment, given.pop("client_id"), hash(given.pop("client_secret")), given))
    return Service()

pdm_nb.connect = connect
panel = pdm_nb.sign_in()
panel
"""


def test_the_secret_reaches_python_and_no_notebook(lab: Lab) -> None:
    right = f"[(c[:2], c[2] == hash('{SECRET[:6]}' + '{SECRET[6:]}'), c[3]) for c in calls], panel"
    lab.open(lab.write("signin.ipynb", [PANEL, right]))
    lab.menu("Settings", "Save Widget State Automatically")
    lab.run(0)
    form = lab.panel.get_by_role("form", name="Sign in")
    form.get_by_label("Environment").select_option("sandbox")
    form.get_by_label("Client ID").fill("me")
    cells = lab.cells.count()
    form.get_by_label("Client secret").click()
    lab.page.keyboard.type(SECRET)
    assert lab.cells.count() == cells  # neither its `b` nor its `a` inserted one
    lab.page.keyboard.press("Enter")
    expect(form.get_by_role("status")).to_have_text("Signed in to Demo Builders. Select a project.")
    expect(form.get_by_label("Client secret")).to_have_value("")
    lab.run(1)
    assert lab.text(1) == "([(('sandbox', 'me'), True, {})], Workbench(signed in))"
    saved = json.dumps(lab.save())
    assert "application/vnd.jupyter.widget-state+json" in saved  # so it was looked for where it would be
    assert SECRET not in saved


def test_a_wrong_secret_is_reported_as_a_sentence(lab: Lab) -> None:
    source = """
import pdm_nb
simulator = pdm_nb.connect("sim").client.environment.api_url
panel = pdm_nb.sign_in()
panel
"""
    lab.open(lab.write("wrong.ipynb", [source, "simulator"]))
    lab.run(0)
    lab.run(1)
    form = lab.panel.get_by_role("form", name="Sign in")
    form.get_by_label("Environment").select_option("other")
    form.get_by_label("API address").fill(lab.text(1).strip("'"))
    form.get_by_label("Client ID").fill("me")
    form.get_by_label("Client secret").fill(SECRET)
    form.get_by_role("button", name="Sign in").click()
    status = form.get_by_role("status")
    expect(status).to_have_attribute("data-tone", "bad")
    expect(status).to_contain_text("client")
    lab.picture("signin-wrong")
