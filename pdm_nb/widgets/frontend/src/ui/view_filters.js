// Which rows and columns of one table view are shown: search, filters, findings, and the column panel.

import { columnPanelContent } from "./column_panel.js";
import { filterContent } from "./filter_panel.js";
import { Filters, hasFinding, nextFinding } from "./filters.js";
import { splitSeveral } from "./list_values.js";
import { TEXTS } from "../edit/texts.js";

const TYPING_PAUSE = 120; // milliseconds without a key before the quick search starts

export class ViewFilters {
  constructor(table) {
    this.table = table;
    this.filters = new Filters((key, text) => this.#codes(key, text));
  }

  /** The codes of the values in a cell. */
  #codes(key, text) {
    const { shownCells, connection } = this.table;
    const codes = connection.codes(shownCells.byKey[key]?.choices ?? key);
    return codes.size ? (codes.get(text) ?? splitSeveral(text).map((part) => codes.get(part)).join("\n")) : "";
  }

  search(text) {
    clearTimeout(this.searching);
    this.searching = setTimeout(() => this.refilter(() => (this.filters.search = text)), TYPING_PAUSE);
  }

  close() {
    clearTimeout(this.searching);
  }

  filter(key, anchor = this.table.host.querySelector(`.ag-header-cell[col-id="${CSS.escape(key)}"]`) ?? this.table.host) {
    const spec = this.table.shownCells.byKey[key];
    const apply = (wanted) => this.refilter(() => this.filters.set(key, wanted));
    const read = (order) => {
      this.table.panels.close();
      this.table.focusCells();
      this.table.readDates(key, order);
    };
    const isDate = spec.kind === "timestamp" && spec.editable;
    const content = filterContent(spec, this.table.connection.rows.all, this.filters.columns[key], apply, isDate ? read : null);
    this.table.panels.show(anchor, TEXTS.filterOf(spec.label), content, () => this.table.focusCells());
  }

  filterFindings(column, finding = "any") {
    const off = column && this.filters.column === column && this.filters.finding;
    this.refilter(() => Object.assign(this.filters, { column: off ? "" : column, finding: off ? "" : finding }));
    const { shownCells } = this.table;
    const holds = (id, key) => (!this.filters.column || key === column) && hasFinding(shownCells.mark(id, key), this.filters.finding);
    const place = this.filters.finding && nextFinding(shownCells, holds);
    if (place) shownCells.reveal(place);
  }

  /** What is shown, for `restore`: filters, order and the selected cell; null once the table is closed, as when the batch changes. */
  get shown() {
    if (this.table.api.isDestroyed()) return null;
    const order = this.table.api.getColumnState().filter(({ sort }) => sort).map(({ colId, sort, sortIndex }) => ({ colId, sort, sortIndex }));
    return { filters: this.filters.toJSON(), order, anchor: this.table.selection.anchor };
  }

  restore({ filters, order, anchor }) {
    this.table.api.applyColumnState({ state: order, defaultState: { sort: null } });
    this.refilter(() => this.filters.restore(filters));
    if (anchor && this.table.shownCells.rowOf(anchor.id) >= 0) this.table.keyboard.changeSelection(() => this.table.selection.start(anchor));
  }

  showAll() {
    this.refilter(() => this.filters.clear());
  }

  refilter(change) {
    change();
    this.table.api.onFilterChanged();
    this.table.reordered(); // the grid reports it only later
    this.table.updateCounts();
    const [shown, all] = [this.table.shownCells.ids, this.table.connection.rows.all].map(({ length }) => length.toLocaleString("en"));
    this.table.showStatus(this.filters.active ? TEXTS.rowsShown(shown, all) : TEXTS.allRowsShown);
    this.table.refocus();
  }

  nextFinding(backwards = false) {
    const holds = (id, key) => hasFinding(this.table.shownCells.mark(id, key), "any");
    const place = nextFinding(this.table.shownCells, holds, this.table.selection.anchor, backwards);
    if (place) this.table.shownCells.focus(place);
    else this.table.showStatus(TEXTS.noFindings);
  }

  showColumnPanel(anchor) {
    this.table.panels.show(anchor, TEXTS.columns, columnPanelContent({
      columns: () => this.table.layout.columns(),
      set: (key, state) => this.table.layout.set(key, state),
      move: (key, by) => this.table.layout.move(key, by),
      reset: () => this.table.layout.reset(),
    }), () => anchor.focus());
  }
}
