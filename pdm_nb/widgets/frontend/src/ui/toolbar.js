// The toolbar above an editable table: quick search, buttons for the most used commands, and one filter button per kind
// of finding.

import { element, focusedElement } from "../dom.js";
import { quantity } from "../edit/skipped_cells.js";
import { button, textField } from "./controls.js";
import { TEXTS } from "../edit/texts.js";

const SEVERITIES = { error: "error", warning: "warning", info: "note" };

const SHORTCUTS = [
  [TEXTS.type, TEXTS.keyType],
  ["Enter, F2, double-click", TEXTS.keyEdit],
  [TEXTS.tabsEnter, TEXTS.keyNextRow],
  ["Ctrl+Enter", "set all selected cells to the typed value"],
  ["Alt+Down", "open the list"],
  [TEXTS.homeEnd, TEXTS.keyFirstLast],
  [TEXTS.arrowsWith, TEXTS.keyBlock],
  ["Ctrl+A", "select all cells"],
  [TEXTS.rowNumber, TEXTS.keyRows],
  ["Ctrl+C, Ctrl+X, Ctrl+V", TEXTS.keyCopy],
  ["Ctrl+D, Ctrl+R, Ctrl+'", "fill down, fill right, copy from above"],
  [TEXTS.dragTheCorner, TEXTS.keySeries],
  [TEXTS.doubleClickTheCorner, "fill down as far as the next column has values"],
  ["Ctrl+;", TEXTS.keyToday],
  ["Delete", "clear the selected cells"],
  ["Ctrl+Z, Ctrl+Y", "undo, redo"],
  ["Ctrl+F, Ctrl+H", "find, replace"],
  ["Ctrl+Shift+L", "filter the column"],
  ["F6", "switch between toolbar and cells"],
  ["F8, Shift+F8", "next, previous finding"],
  ["Alt+Enter", "apply the automatic fix"],
  ["Alt+A", TEXTS.keyAccept],
  ["Esc", TEXTS.keyEscape],
];
const EDITING = new Set(["↶", "↷", TEXTS.fillDown, TEXTS.copyFromAbove, TEXTS.setSelectedCells]);
const SEVERITY_TIPS = { error: TEXTS.onlyErrors, warning: TEXTS.onlyWarnings, info: TEXTS.onlyNotes };

export class Toolbar {
  constructor(table) {
    this.table = table;
    this.gui = element("div", "pdm-toolbar");
    this.gui.setAttribute("role", "toolbar");
    this.gui.setAttribute("aria-label", `Tools: ${table.options.label}`);
    this.search = textField(TEXTS.search, (text) => table.viewFilters.search(text));
    this.search.type = "search";
    this.search.addEventListener("keydown", (event) => event.key === "Escape" && this.#leaveSearch(event));
    this.findings = element("span", "pdm-chips");
    this.clear = button(TEXTS.showAll, () => table.viewFilters.showAll(), TEXTS.removeAllFilters);
    const columns = button(TEXTS.columns, () => table.viewFilters.showColumnPanel(columns), TEXTS.columnsHelp);
    const help = button("?", () => table.panels.show(help, TEXTS.keyboardShortcuts, [shortcutList()], () => help.focus()), TEXTS.keyboardShortcuts);
    help.setAttribute("aria-label", TEXTS.keyboardShortcuts);
    this.gui.append(
      this.search,
      button("↶", () => table.undo(), TEXTS.undo),
      button("↷", () => table.redo(), TEXTS.redo),
      button(TEXTS.fillDown, () => table.keyboard.fillDown(), TEXTS.fillDownHelp),
      button(TEXTS.copyFromAbove, () => table.keyboard.copyFromAbove(), TEXTS.copyFromAboveHelp),
      button(TEXTS.setSelectedCells, () => table.setSelected(), TEXTS.setSelectedHelp),
      button(TEXTS.find, () => table.find(true), TEXTS.findHelp),
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
    if (focusedElement() !== this.search) this.search.value = filters.search; // while somebody types, the field is newer than the filter
  }

  #draw(chips) {
    const had = this.findings.contains(focusedElement()) && focusedElement()?.getAttribute("data-wanted");
    this.findings.replaceChildren(...chips.map(([wanted, text]) => this.#chip(wanted, text)));
    if (had) (this.findings.querySelector(`[data-wanted="${CSS.escape(had)}"]`) ?? this.search).focus();
  }

  #chip(wanted, text) {
    const { filters } = this.table.viewFilters;
    const on = filters.finding === wanted && !filters.column;
    const chip = button(text, () => this.table.viewFilters.filterFindings("", on ? "" : wanted), SEVERITY_TIPS[wanted] ?? TEXTS.onlyFinding(wanted));
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
