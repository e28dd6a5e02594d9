// The toolbar above an editable table: quick search, buttons for the most used commands, and one filter button per kind
// of finding.

import { element } from "../dom.js";
import { quantity } from "../edit/skipped_cells.js";
import { button, textField } from "./controls.js";

const SEVERITIES = { error: "error", warning: "warning", info: "note" };

const SHORTCUTS = [
  ["Type", "replace the value; Enter, Tab or an arrow moves on"],
  ["Enter, F2, double-click", "edit the value; Alt+Enter inserts a line break"],
  ["Tab, Tab, Enter", "next row, in the column where you first pressed Tab"],
  ["Ctrl+Enter", "set all selected cells to the typed value"],
  ["Alt+Down", "open the list"],
  ["Home, End", "first, last column; with Ctrl, first, last cell of the table"],
  ["Shift+arrow, Ctrl+arrow", "select a block; go to the end of the data"],
  ["Ctrl+A", "select all cells"],
  ["Row number", "select rows (Shift+Space), several with Shift or Ctrl"],
  ["Ctrl+C, Ctrl+X, Ctrl+V", "copy, cut, paste; also from and to Excel"],
  ["Ctrl+D, Ctrl+R, Ctrl+'", "fill down, fill right, copy from above"],
  ["Drag the corner", "continue a series; with Ctrl, also from a single value"],
  ["Double-click the corner", "fill down as far as the next column has values"],
  ["Ctrl+;", "insert today's date"],
  ["Delete", "clear the selected cells"],
  ["Ctrl+Z, Ctrl+Y", "undo, redo"],
  ["Ctrl+F, Ctrl+H", "find, replace"],
  ["Ctrl+Shift+L", "filter the column"],
  ["F6", "switch between toolbar and cells"],
  ["F8, Shift+F8", "next, previous finding"],
  ["Alt+Enter", "apply the automatic fix"],
  ["Alt+A", "accept the service's suggestion"],
  ["Esc", "select one cell only; press again to leave the grid"],
];
const EDITING = new Set(["↶", "↷", "Fill down", "Copy from above", "Set selected cells"]);
const SEVERITY_TIPS = { error: "Show only rows with errors", warning: "Show only rows with warnings", info: "Show only rows with notes" };

export class Toolbar {
  constructor(table) {
    this.table = table;
    this.gui = element("div", "pdm-toolbar");
    this.gui.setAttribute("role", "toolbar");
    this.gui.setAttribute("aria-label", `Tools: ${table.options.label}`);
    this.search = textField("Search", (text) => table.viewFilters.search(text));
    this.search.type = "search";
    this.search.addEventListener("keydown", (event) => event.key === "Escape" && this.#leaveSearch(event));
    this.findings = element("span", "pdm-chips");
    this.clear = button("Show all", () => table.viewFilters.showAll(), "Remove all filters");
    const columns = button("Columns", () => table.viewFilters.showColumnPanel(columns), "Show, order and pin columns");
    const help = button("?", () => table.panels.show(help, "Keyboard shortcuts", [shortcutList()], () => help.focus()), "Keyboard shortcuts");
    help.setAttribute("aria-label", "Keyboard shortcuts");
    this.gui.append(
      this.search,
      button("↶", () => table.undo(), "Undo (Ctrl+Z)"),
      button("↷", () => table.redo(), "Redo (Ctrl+Y)"),
      button("Fill down", () => table.keyboard.fillDown(), "Copy the first selected row into the rows below (Ctrl+D)"),
      button("Copy from above", () => table.keyboard.copyFromAbove(), "Copy the value from the row above (Ctrl+')"),
      button("Set selected cells", () => table.setSelected(), "Set all selected cells to one value (Ctrl+Enter in a cell)"),
      button("Find", () => table.find(true), "Find and replace (Ctrl+F, Ctrl+H)"),
      columns, help, this.clear, this.findings,
    );
    this.gui.addEventListener("keydown", ({ key, shiftKey }) => {
      if (key === "F6") table.toggleToolbarFocus();
      if (key === "F8") table.viewFilters.nextFinding(shiftKey);
    });
    for (const made of this.gui.querySelectorAll("button")) {
      if (EDITING.has(made.textContent)) made.classList.add("pdm-editing");
      if (["↶", "↷"].includes(made.textContent)) made.setAttribute("aria-label", made.title);
    }
  }

  /** Escape clears the search; if it is empty already, the focus goes to the cells. */
  #leaveSearch(event) {
    event.preventDefault();
    if (!this.search.value) return this.table.focusCells();
    this.search.value = "";
    this.table.viewFilters.search("");
  }

  /** Findings or filters have changed. */
  update() {
    const { counts, codes } = this.table.connection.rows;
    const { filters } = this.table.viewFilters;
    const kinds = Object.entries(codes).filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
    const chips = [
      ...Object.keys(SEVERITIES).filter((one) => counts[one]).map((one) => [one, quantity(counts[one], SEVERITIES[one])]),
      ...kinds.map(([code, count]) => [code, `${this.table.options.titles[code] ?? code} · ${count.toLocaleString("en")}`]),
    ];
    const drawn = JSON.stringify([chips, filters.finding, filters.column]);
    if (drawn !== this.drawn) this.#draw(chips);
    this.drawn = drawn;
    this.clear.hidden = !filters.active;
    if (document.activeElement !== this.search) this.search.value = filters.search; // while somebody types, the field is newer than the filter
  }

  #draw(chips) {
    const had = this.findings.contains(document.activeElement) && document.activeElement?.getAttribute("data-wanted");
    this.findings.replaceChildren(...chips.map(([wanted, text]) => this.#chip(wanted, text)));
    if (had) (this.findings.querySelector(`[data-wanted="${CSS.escape(had)}"]`) ?? this.search).focus();
  }

  #chip(wanted, text) {
    const { filters } = this.table.viewFilters;
    const on = filters.finding === wanted && !filters.column;
    const chip = button(text, () => this.table.viewFilters.filterFindings("", on ? "" : wanted), SEVERITY_TIPS[wanted] ?? `Show only rows with this finding (${wanted})`);
    chip.dataset.wanted = wanted;
    chip.classList.add("pdm-chip", `pdm-chip-${wanted}`);
    chip.setAttribute("aria-pressed", String(on));
    return chip;
  }
}

function shortcutList() {
  const list = element("dl", "pdm-keys");
  for (const [keys, does] of SHORTCUTS) list.append(element("dt", "", keys), element("dd", "", does));
  return list;
}
