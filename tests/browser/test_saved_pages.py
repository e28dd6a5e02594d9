"""Pages without a kernel: a notebook that was executed and saved, as a bare page of widgets and as HTML of nbconvert."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from pdm_nb.sim import write_samples
from tests.support.browser.lab import expect

pytestmark = pytest.mark.slow
SENT = re.compile("uploaded|reading|ready")  # as far as machine learning was
CELLS = (
    "import pdm_nb\nproject = pdm_nb.connect('sim').project('Riverside Tower')\nbatch = project.batch('few/')\n"
    "await batch.upload()",
    "pdm_nb.workbench(batch)",
    "batch.edit()",
    "pdm_nb.workbench()",
)
# What a page without a kernel gives to a widget: models with the saved state, which send nothing.
PAGE = """<!doctype html><meta charset="utf-8"><body><main></main><script type="module">
const saved = __STATE__, views = __VIEWS__;
const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
const models = {};
for (const [id, { state, buffers = [] }] of Object.entries(saved)) {
  for (const { path, data } of buffers) state[path[0]] = new DataView(bytes(data).buffer);
  models[id] = { get: (name) => state[name], on() {}, off() {}, set() {}, save_changes() {}, send() {}, comm_live: false };
}
const widget_manager = { get_model: async (id) => models[id] };
for (const model of Object.values(models)) model.widget_manager = widget_manager;
for (const id of views) {
  const url = URL.createObjectURL(new Blob([models[id].get("_esm")], { type: "text/javascript" }));
  const { default: widget } = await import(url);
  const el = document.createElement("div");
  document.querySelector("main").append(el);
  await widget.render({ model: models[id], el });
}
document.body.dataset.ready = "true";
</script>"""


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The executed notebook, with the state of its widgets."""
    folder = tmp_path_factory.mktemp("saved")
    write_samples(folder / "few", count=4, seed=7)
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return NotebookClient(made, timeout=240, resources={"metadata": {"path": str(folder)}}).execute()


def bare_page(notebook: Any) -> str:
    kind = "application/vnd.jupyter.widget-"
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    shown = [output["data"].get(f"{kind}view+json") for output in outputs if "data" in output]
    views = [one["model_id"] for one in shown if one]
    state = json.dumps(notebook.metadata.widgets[f"{kind}state+json"]["state"]).replace("</", "<\\/")
    return PAGE.replace("__STATE__", state).replace("__VIEWS__", json.dumps(views))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_bare_page_shows_what_was_and_offers_nothing(
    plain: Any, notebook: Any, tmp_path: Path, scheme: str
) -> None:
    path = tmp_path / "bare.html"
    path.write_text(bare_page(notebook))
    plain.page.emulate_media(color_scheme=scheme)
    plain.page.goto(path.as_uri())
    plain.page.locator("body[data-ready]").wait_for()
    bench = plain.page.locator(".pdm-view-workbench").first
    expect(bench.locator(".ag-row .ag-cell[col-id='file'] .pdm-text")).to_have_count(4)
    expect(
        bench.get_by_role("status").filter(has_text="This page was saved, or its kernel has ended.")
    ).to_be_visible()
    expect(plain.page.get_by_text("The kernel was restarted")).to_have_count(0)
    for words in ("Upload running", "Working …", "Next: "):
        expect(plain.page.get_by_text(words)).to_have_count(0)
    board = plain.page.locator(".pdm-view-run").first
    expect(board.get_by_text("Upload finished")).to_be_visible()
    dead = plain.page.evaluate(
        "() => [...document.querySelectorAll('.pdm-app :is(button, input, select)')].filter((one) =>"
        "one.checkVisibility() && !one.disabled && !one.closest('[inert], .pdm-table')).map((one) => one.textContent)"
    )
    assert dead == []
    cell = bench.locator('.pdm-table [row-id="0"] [col-id="state"]')
    expect(cell).to_contain_text(SENT)
    name = bench.locator('.pdm-table [row-id="0"] .ag-cell').nth(2)
    name.click()
    plain.page.keyboard.type("X")
    expect(bench.locator(".pdm-pending")).to_have_count(0)
    expect(bench.locator(".pdm-editing:visible")).to_have_count(0)
    expect(plain.page.locator(".pdm-recovery:visible")).to_have_count(0)
    assert plain.dark() is (scheme == "dark")
    plain.picture(f"bare-{scheme}")
    assert plain.errors == []


def test_html_of_nbconvert_shows_static_tables(plain: Any, notebook: Any, tmp_path: Path) -> None:
    """Without a network, the programs that show widgets are not loaded; the tables and last results are there as text."""
    path = tmp_path / "exported.html"
    path.write_text(HTMLExporter().from_notebook_node(notebook)[0])
    plain.page.context.set_offline(True)
    plain.page.goto(path.as_uri(), wait_until="domcontentloaded")
    tables = plain.page.locator("[data-pdm-table] table")
    expect(tables.first).to_be_visible()
    expect(tables.first.locator("tbody tr")).to_have_count(4)
    expect(tables.first).to_contain_text(SENT)
    plain.picture("nbconvert")
