// The line above an editable table: quick search, what was found, and buttons for what the keys do as well.

import { element } from "../dom.js";
import { quantity } from "../edit/changes.js";
import { button, textField } from "./controls.js";

const SEVERITIES = { error: "error", warning: "warning", info: "note" };

const KEYS = [
  ["Type", "replace what is there; Enter, Tab and arrows go on"],
  ["Enter, F2, double click", "edit what is there; Alt+Enter begins a line"],
  ["Tab, Tab, Enter", "to the next row, where the Tabs began"],
  ["Ctrl+Enter", "put it into all that is chosen"],
  ["Alt+Down", "open a list"],
  ["Home, End", "ends of the row; with Ctrl of the table"],
  ["Shift+arrows, Ctrl+arrows", "choose a block, go to the end"],
  ["Ctrl+A", "choose all"],
  ["Row numbers", "choose rows (Shift+Space); Shift and Ctrl as usual"],
  ["Ctrl+C, Ctrl+X, Ctrl+V", "copy, cut, paste blocks, also from and to Excel"],
  ["Ctrl+D, Ctrl+R, Ctrl+'", "fill down, fill to the right, copy from above"],
  ["Drag the corner", "go on with a series; with Ctrl also from one"],
  ["Double click the corner", "fill down beside what is filled"],
  ["Ctrl+;", "today"],
  ["Delete", "clear"],
  ["Ctrl+Z, Ctrl+Y", "take back, do again"],
  ["Ctrl+F, Ctrl+H", "find, replace"],
  ["Ctrl+Shift+L", "filter the column"],
  ["F6", "to these tools, and back"],
  ["F8, Shift+F8", "next, previous finding"],
  ["Alt+Enter", "apply the mend"],
  ["Alt+A", "take the service's proposal"],
  ["Esc", "one cell again instead of a block; then the keys are the notebook's"],
];

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
    this.clear = button("Show all", () => table.viewFilters.showAll(), "Take all filters off");
    const columns = button("Columns", () => table.viewFilters.showColumnPanel(columns), "Choose, order and pin columns");
    const help = button("?", () => table.panels.show(help, "Keys", [keyTable()], () => help.focus()), "Keys");
    help.setAttribute("aria-label", "Keys");
    this.gui.append(
      this.search,
      button("↶", () => table.undo(), "Take back (Ctrl+Z)"),
      button("↷", () => table.redo(), "Do again (Ctrl+Y)"),
      button("Fill down", () => table.keyboard.fillDown(), "The first row into the others (Ctrl+D)"),
      button("From above", () => table.keyboard.copyFromAbove(), "Copy from the row above (Ctrl+')"),
      button("Set for chosen", () => table.setSelected(), "One value into all that is chosen (Ctrl+Enter in a cell)"),
      button("Find", () => table.find(true), "Find and replace (Ctrl+F, Ctrl+H)"),
      columns, help, this.clear, this.findings,
    );
    this.gui.addEventListener("keydown", ({ key, shiftKey }) => {
      if (key === "F6") table.toggleToolbarFocus();
      if (key === "F8") table.viewFilters.nextFinding(shiftKey);
    });
    for (const made of this.gui.querySelectorAll("button")) {
      if (["↶", "↷"].includes(made.textContent)) made.setAttribute("aria-label", made.title);
    }
  }

  /** Escape takes the search off; from an empty one it goes to the cells. */
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
    if (document.activeElement !== this.search) this.search.value = filters.search; // whoever types is ahead of it
  }

  #draw(chips) {
    const had = this.findings.contains(document.activeElement) && document.activeElement.dataset.wanted;
    this.findings.replaceChildren(...chips.map(([wanted, text]) => this.#chip(wanted, text)));
    if (had) (this.findings.querySelector(`[data-wanted="${CSS.escape(had)}"]`) ?? this.search).focus();
  }

  #chip(wanted, text) {
    const { filters } = this.table.viewFilters;
    const on = filters.finding === wanted && !filters.column;
    const chip = button(text, () => this.table.viewFilters.filterFindings("", on ? "" : wanted), `Show only rows with these (${wanted})`);
    chip.dataset.wanted = wanted;
    chip.classList.add("pdm-chip", `pdm-chip-${wanted}`);
    chip.setAttribute("aria-pressed", String(on));
    return chip;
  }
}

function keyTable() {
  const list = element("dl", "pdm-keys");
  for (const [keys, does] of KEYS) list.append(element("dt", "", keys), element("dd", "", does));
  return list;
}
