// How the columns stand: which are shown, where, pinned, how wide. Kept by Python, so that the next table has it.

import { NUMBERS } from "./sheet.js";

export class Layout {
  constructor(table) {
    this.table = table;
  }

  /** The columns in order, for the chooser: [{key, label, hide, pinned}]. */
  columns() {
    return this.#state().map(({ colId, hide, pinned }) => ({ key: colId, label: this.table.sheet.label(colId), hide, pinned }));
  }

  set(key, { hide, pinned }) {
    const state = { colId: key };
    if (hide !== undefined) state.hide = hide;
    if (pinned !== undefined) state.pinned = pinned;
    this.table.api.applyColumnState({ state: [state] });
    this.changed();
  }

  /** Move a column left (-1) or right (+1). */
  move(key, by) {
    const state = this.#state();
    const from = state.findIndex((one) => one.colId === key);
    const to = from + by;
    if (to < 0 || to >= state.length) return;
    [state[from], state[to]] = [state[to], state[from]];
    this.table.api.applyColumnState({ state: [{ colId: NUMBERS }, ...state], applyOrder: true });
    this.changed();
  }

  reset() {
    this.table.api.setGridOption("columnDefs", this.table.columns([]));
    const order = this.table.columns([]).map(({ colId, hide = false, pinned = null, width }) => ({ colId, hide, pinned, width }));
    this.table.api.applyColumnState({ state: order, applyOrder: true });
    this.table.connection.layout([]);
  }

  /** Something was moved, chosen, pinned or made wider by hand. */
  changed() {
    this.table.connection.layout(this.#kept());
  }

  #kept() {
    return this.#state().map(({ colId, hide, pinned, width }) => ({ key: colId, hide: Boolean(hide), pinned: pinned ?? null, width }));
  }

  #state() {
    return this.table.api.getColumnState().filter(({ colId }) => colId !== NUMBERS);
  }
}
