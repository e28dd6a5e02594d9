// The layout of the columns: which are shown, their order, pins and widths. Python keeps it for the next table.

import { NUMBERS } from "../edit/selection.js";
import { focusedElement } from "../dom.js";

const SCROLL_WIDTH = 240; // pixels that the pinned columns leave for the others

export class ColumnLayout {
  constructor(table) {
    this.table = table;
    this.first = ""; // the column that `sortFirst` has sorted by
    this.unpinned = new Set(); // pinned columns that scroll because the window is too narrow
    this.hidden = new Set((table.options.layout ?? []).filter(({ hide }) => hide).map(({ key }) => key)); // by people
    this.fit();
  }

  /** The columns in order, for the column panel: [{key, label, hide, pinned}]. */
  columns() {
    return this.#state()
      .filter(({ colId }) => this.#isInStep(colId))
      .map(({ colId, hide, pinned }) => ({ key: colId, label: this.table.shownCells.label(colId), hide, pinned }));
  }

  /** Show the columns of the present step that nobody has hidden. */
  showStep() {
    const state = this.#state().map(({ colId, hide }) => ({ colId, hide: hide || !this.#isInStep(colId) }));
    this.table.api.applyColumnState({ state });
    this.fit();
  }

  /** Sort by a column, the highest first, unless somebody has sorted the table. Returns a function that ends it. */
  sortFirst(key) {
    const { api } = this.table;
    const sorted = () => api.getColumnState().filter(({ sort }) => sort);
    if (sorted().length || !api.getColumn(key)) return () => {};
    api.applyColumnState({ state: [{ colId: key, sort: "desc" }] });
    this.first = key;
    return () => {
      this.first = "";
      if (api.isDestroyed()) return;
      const [{ colId, sort } = {}] = sorted();
      if (colId === key && sort === "desc") api.applyColumnState({ state: [{ colId: key, sort: null }] });
    };
  }

  /** Sort again after cells changed, as while machine learning reads, until somebody works in the table or scrolls it. */
  sortAgain(cells) {
    const { api, host } = this.table;
    if (!this.first || !cells.some(({ key }) => key === this.first)) return;
    if (!host.contains(focusedElement()) && api.getVerticalPixelRange().top === 0) api.refreshClientSideRowModel("sort");
  }

  #isInStep(key) {
    return this.table.isInStep(this.table.shownCells.byKey[key] ?? {});
  }

  set(key, { hide, pinned }) {
    const state = { colId: key };
    if (hide !== undefined) {
      state.hide = hide;
      if (hide) this.hidden.add(key);
      else this.hidden.delete(key);
    }
    if (pinned !== undefined) {
      state.pinned = pinned;
      this.unpinned.delete(key);
    }
    this.table.api.applyColumnState({ state: [state] });
    this.changed();
    this.fit();
  }

  /** While the window is too narrow, pinned columns scroll with the others, the last ones first. */
  fit() {
    const width = this.table.host.clientWidth;
    if (!width || this.table.api.isDestroyed()) return; // not shown yet, or closed
    let space = width - SCROLL_WIDTH - this.table.api.getColumn(NUMBERS).getActualWidth();
    const pinned = this.#state().filter((column) => column.pinned && !column.hide && this.#isInStep(column.colId));
    this.unpinned = new Set(pinned.filter((column) => (space -= column.width) < 0).map(({ colId }) => colId));
    const state = pinned.map(({ colId, pinned: side }) => ({ colId, pinned: this.unpinned.has(colId) ? null : side }));
    const isOff = ({ colId, pinned: side }) => (this.table.api.getColumn(colId).getPinned() ?? null) !== side;
    if (state.some(isOff)) this.table.api.applyColumnState({ state });
  }

  /** Move a column left (-1) or right (+1). */
  move(key, by) {
    const state = this.#state().map((one) => ({ ...one, hide: one.hide || !this.#isInStep(one.colId) }));
    const from = state.findIndex((one) => one.colId === key);
    let to = from + by;
    while (state[to] && !this.#isInStep(state[to].colId)) to += by;
    if (to < 0 || to >= state.length) return;
    state.splice(to, 0, ...state.splice(from, 1));
    this.table.api.applyColumnState({ state: [{ colId: NUMBERS }, ...state], applyOrder: true });
    this.changed();
    this.fit();
  }

  reset() {
    this.hidden.clear();
    this.table.api.setGridOption("columnDefs", this.table.columns([]));
    this.unpinned.clear();
    const order = this.table.columns([]).map(({ colId, hide = false, pinned = null, width }) => ({ colId, hide, pinned, width }));
    this.table.api.applyColumnState({ state: order, applyOrder: true });
    this.table.connection.layout([]);
    this.fit();
  }

  /** A column was moved, shown, hidden, pinned or resized: send the layout to Python. */
  changed() {
    this.table.connection.layout(this.#kept());
  }

  #kept() {
    return this.#state().map(({ colId, hide, pinned, width }) => ({ key: colId, hide: Boolean(hide), pinned: pinned ?? null, width }));
  }

  /** The layout that was set, whatever fits in the window and belongs to the present step. */
  #state() {
    const state = this.table.api.getColumnState().filter(({ colId }) => colId !== NUMBERS);
    return state.map((column) => ({
      ...column,
      hide: this.hidden.has(column.colId),
      ...(this.unpinned.has(column.colId) ? { pinned: "left" } : {}),
    }));
  }
}
