"""The workbench in JupyterLab: the whole job with keyboard and mouse, one table through all steps, a register."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from pdm_nb.sim import write_samples
from tests.support.browser.lab import Lab, expect
from tests.support.browser.workbench import app, read, shown, step

pytestmark = pytest.mark.slow
ML_PATIENCE = (
    90_000  # milliseconds; the simulator's machine learning takes eight seconds, a busy machine longer
)
HOSTILE = '<img src=x onerror="window.hit = 1"> $x^2$'
BENCH = "import pdm_nb\nbench = pdm_nb.workbench()\nbench"
PROJECT = "import pdm_nb\nbench = pdm_nb.workbench(pdm_nb.connect('sim').project('Riverside Tower'))\nbench"


def order(lab: Lab) -> list[str]:
    """The files that are shown, from top to bottom."""
    rows = (
        app(lab)
        .locator(".pdm-table")
        .evaluate(
            "table => [...table.querySelectorAll('.ag-row')].filter((row) => row.querySelector('[col-id=file] .pdm-text'))"
            ".map((row) => [Number(row.getAttribute('row-index')), row.querySelector('[col-id=file] .pdm-text').textContent])"
        )
    )
    return [name for _, name in sorted(rows)]


def imported(lab: Lab, name: str, count: int = 6) -> Lab:
    """A workbench with a batch, in the step Prepare."""
    folder = lab.server.root / name
    folder.mkdir()
    for number in range(count):
        (folder / f"A-{number:03}.pdf").write_bytes(f"%PDF-1.7 {number}\n%%EOF".encode())
    lab.open(lab.write(f"{name}.ipynb", [PROJECT]))
    lab.run(0)
    read(lab, f"{name}/")
    app(lab).get_by_role("button", name=f"Import {count} documents").click()
    expect(shown(lab)).to_have_count(count)
    return lab


def test_the_whole_job_by_hand(lab: Lab) -> None:
    write_samples(lab.server.root / "job", count=12, seed=7)
    lab.open(lab.write("job.ipynb", [BENCH]))
    lab.run(0)
    keys, bench = lab.page.keyboard, app(lab)

    bench.get_by_role("button", name="Sign in").click()
    bench.get_by_label("Search projects").click()
    keys.type("river")  # an `r` that leaked would turn the cell into Raw
    keys.press("Enter")

    box = bench.get_by_role("combobox", name="Folder, pattern or register")
    box.click()
    keys.type("jo")
    expect(bench.get_by_role("option", name="job/")).to_contain_text("12 files")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(box).to_have_value("job/")
    bench.get_by_role("button", name="Read", exact=True).click()
    lab.picture("workbench-import")
    bench.get_by_role("button", name="Import 12 documents").click()
    expect(shown(lab).first).to_be_visible()

    table = bench.locator(".pdm-table")
    lab.edit(lab.cell(table, 0, "status"), "S2")
    cell = lab.cell(table, 0, "status")
    expect(cell.locator(".pdm-text")).to_have_text(re.compile("Suitable for information"))
    lab.execute("bench.batch.set(None, 'status', 'S2'), bench.batch.set(None, 'revision', 'P01')")
    bench.get_by_role("button", name="Code", exact=True).click()
    expect(bench.locator(".pdm-code pre")).to_contain_text("batch = project.batch('job/')")
    expect(bench.locator(".pdm-code pre")).to_contain_text("'revision', 'P01'")
    bench.get_by_role("button", name="Close", exact=True).click()
    lab.picture("workbench-prepare")

    bench.get_by_role("button", name="Next: Upload").click()
    bench.get_by_role("button", name="Upload 12").click()
    expect(step(lab, "Upload")).to_contain_text("12 of 12", timeout=ML_PATIENCE)
    bench.get_by_role("button", name="Next: Review").click()
    expect(bench.get_by_text("Machine learning finished")).to_be_visible(timeout=ML_PATIENCE)
    lab.picture("workbench-review")

    bench.get_by_role("button", name="Next: Submit").click()
    confirm = bench.get_by_label("I have checked the metadata")
    submit = bench.locator(".pdm-foot .pdm-primary")
    expect(submit).to_be_disabled()
    confirm.check()
    lab.picture("workbench-submit")
    submit.click()
    expect(bench.get_by_text("Submit finished")).to_be_visible()
    done = json.loads(lab_value(lab, "bench.batch.status()['state'].value_counts().to_dict()"))
    assert done["submitted"] >= 3
    rest = bench.locator(".pdm-foot")
    expect(rest).to_contain_text(f"{done['submitted']} of 12 documents submitted, {done['on hold']} on hold")
    rest.get_by_role("button", name="Show them").click()
    expect(shown(lab)).to_have_count(done["on hold"])

    step(lab, "Report").click()
    bench.get_by_role("button", name="Save the report").click()
    expect(bench.get_by_text("Saved as job-report.xlsx", exact=True)).to_be_visible()
    assert (lab.server.root / "job-report.xlsx").is_file()
    assert lab.cells.count() == 1


def lab_value(lab: Lab, source: str) -> str:
    """The value of an expression in the kernel, as JSON."""
    path = lab.server.root / "value.json"
    lab.execute(f"import json; open({str(path)!r}, 'w').write(json.dumps({source}))")
    return path.read_text()


def test_one_table_keeps_selection_filters_and_order_through_the_steps(lab: Lab) -> None:
    imported(lab, "kept")
    bench = app(lab)
    table = bench.locator(".pdm-table")
    lab.edit(lab.cell(table, 2, "number"), "b")
    lab.edit(lab.cell(table, 3, "number"), "b")
    facets = bench.get_by_role("complementary", name="Filters")
    facets.get_by_label("Add a column …").select_option("number")
    facets.get_by_role("button", name="b 2").click()
    expect(shown(lab)).to_have_count(2)
    table.locator('.ag-header-cell[col-id="file"] .pdm-header-name').click()
    table.locator('.ag-header-cell[col-id="file"] .pdm-header-name').click()
    lab.until(lambda: order(lab) == ["A-003.pdf", "A-002.pdf"], "the files in descending order")
    lab.cell(table, 2, "file").click()
    for name in ("Upload", "Review", "Submit", "Report", "Prepare"):
        step(lab, name).click()
        expect(step(lab, name)).to_have_attribute("aria-current", "step")
        assert order(lab) == ["A-003.pdf", "A-002.pdf"]
    expect(lab.cell(table, 2, "file")).to_have_class(re.compile("pdm-selected|pdm-active-cell|ag-cell-focus"))
    expect(table.locator('.ag-header-cell[col-id="~sent"]')).to_have_count(0)

    lab.cell(table, 2, "number").click(button="right")
    menu = bench.get_by_role("menu")
    menu.get_by_role("menuitem", name="Clear").click()
    expect(lab.cell(table, 2, "number").locator(".pdm-text")).to_have_text("")
    assert order(lab) == ["A-003.pdf", "A-002.pdf"]  # a row that was edited stays until the filter changes
    bench.get_by_role("button", name="Show all").first.click()
    expect(shown(lab)).to_have_count(6)
    assert lab.cells.count() == 1


def test_a_step_begins_at_its_top(lab: Lab) -> None:
    imported(lab, "top")
    lab.page.set_viewport_size({"width": 1400, "height": 420})
    top = lambda: app(lab).evaluate("one => one.getBoundingClientRect().top")  # noqa: E731
    app(lab).locator(".pdm-foot").scroll_into_view_if_needed()
    lab.until(lambda: top() < 0, "the top of the workbench to be out of view")
    app(lab).get_by_role("button", name="Next: Upload").click()
    lab.until(lambda: top() >= 0, "the top of the step to be shown")


def test_one_changes_between_two_batches(lab: Lab) -> None:
    errors: list[str] = []
    lab.page.on("pageerror", lambda error: errors.append(str(error)))
    second = lab.server.root / "batch-b"
    second.mkdir()
    for number in range(4):
        (second / f"B-{number}.pdf").write_bytes(f"%PDF-1.7 b{number}".encode())
    imported(lab, "batch-a", 3)
    bench = app(lab)
    bench.get_by_role("complementary", name="Filters").get_by_role("button", name="not uploaded").click()
    step(lab, "Import").click()
    read(lab, "batch-b/")
    bench.get_by_role("button", name="Import 4 documents").click()
    expect(shown(lab)).to_have_count(4)
    for name, count in (("batch-a", 3), ("batch-b", 4), ("batch-a", 3)):
        bench.get_by_role("button", name=re.compile("^Batch: ")).click()
        bench.get_by_role("option", name=name).first.click()
        expect(bench.get_by_role("button", name=f"Batch: {name}")).to_be_visible()
        step(lab, "Prepare").click()
        expect(shown(lab)).to_have_count(count)
    lab.picture("workbench-changed-batch")
    assert errors == []


def test_a_register_becomes_a_batch_by_click(lab: Lab) -> None:
    folder = lab.server.root / "mapped"
    folder.mkdir()
    table = {
        "PDF": ["A-1", "A-2"], "Title": [HOSTILE, "Section"], "Disc.": ["Arch", "Mech."], "Issued": ["03/04/2026"] * 2,
    }  # fmt: skip
    pd.DataFrame(table).to_excel(folder / "list.xlsx", index=False)
    for name in ("A-1.pdf", "A-2.pdf", "A-3.pdf"):
        (folder / name).write_bytes(name.encode())
    lab.open(lab.write("register.ipynb", [PROJECT]))
    lab.run(0)
    read(lab, "mapped/list.xlsx")
    bench = app(lab)
    bench.get_by_label("Field: Issued").select_option("date_authored")
    bench.get_by_role("button", name="Day/Month/Year").click()
    bench.get_by_role("button", name="Use them").click()
    expect(bench.get_by_text("2 rows with a file")).to_be_visible()
    expect(bench.get_by_role("button", name="1 file without a row")).to_be_visible()
    lab.picture("workbench-register")
    bench.get_by_role("button", name="Import 2 documents").click()
    grid = bench.locator(".pdm-table")
    expect(lab.cell(grid, 0, "description").locator(".pdm-text")).to_have_text(HOSTILE)
    expect(lab.cell(grid, 0, "date_authored").locator(".pdm-text")).to_have_text(re.compile("2026-04-03"))
    assert not lab.page.evaluate("window.hit")


def test_every_control_has_a_name_and_no_word_is_cut(lab: Lab) -> None:
    imported(lab, "names")
    axe = Path(__file__).parents[2] / "pdm_nb/widgets/frontend/node_modules/axe-core/axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not installed: npm ci in pdm_nb/widgets/frontend")
    lab.page.add_script_tag(path=axe)
    for theme in ("Dark", "Light"):
        lab.theme(theme)
        for name in ("Connect", "Prepare", "Upload", "Review", "Submit", "Report"):
            step(lab, name).click()
            expect(step(lab, name)).to_have_attribute("aria-current", "step")
            lab.page.wait_for_timeout(300)  # colors fade
            found = lab.page.evaluate(
                "async () => (await axe.run('.pdm-app', { resultTypes: ['violations'] })).violations"
                ".filter(({ impact }) => ['serious', 'critical'].includes(impact))"
                ".map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`)"
            )
            assert found == [], (theme, name)
    for width in (1400, 900):
        lab.page.set_viewport_size({"width": width, "height": 1000})
        step(lab, "Prepare").click()
        cut = bench_overflow(lab)
        assert cut == [], width


def bench_overflow(lab: Lab) -> list[str]:
    """Buttons and marks whose text is wider than they are."""
    found = lab.page.evaluate(
        "() => [...document.querySelectorAll('.pdm-app :is(button, .pdm-mark, .pdm-step)')]"
        ".filter((one) => one.offsetWidth && one.scrollWidth > one.clientWidth + 1)"
        ".filter((one) => !one.closest('.ag-root-wrapper, .pdm-chips')).map((one) => one.textContent)"
    )
    return list(found)


def test_help_opens_the_page_of_the_step_and_follows_links(lab: Lab) -> None:
    lab.open(lab.write("help.ipynb", [BENCH]))
    lab.run(0)
    app(lab).get_by_role("button", name="Help", exact=True).click()
    popup = app(lab).get_by_role("dialog")
    expect(popup.get_by_role("heading", name="Connect", exact=True)).to_be_visible()
    popup.get_by_role("button", name="All help pages").click()
    popup.get_by_role("link", name="Submit", exact=True).click()
    expect(popup.get_by_role("heading", name="Submit", exact=True)).to_be_visible()
    expect(popup).to_contain_text("This is permanent")
    lab.picture("help")
    popup.get_by_role("button", name="Close").click()
    expect(popup).to_have_count(0)
