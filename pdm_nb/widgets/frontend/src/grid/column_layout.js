// How the columns stand: which are shown, where, pinned, how wide. Kept by Python, so that the next table has it.

import { NUMBERS } from "../edit/selection.js";

const ROOM = 240; // pixels that pinned columns leave to the others

export class ColumnLayout {
  constructor(table) {
    this.table = table;
    this.loose = new Set(); // pinned ones that a narrow window has no room for
    this.fit();
  }

  /** The columns in order, for the chooser: [{key, label, hide, pinned}]. */
  columns() {
    return this.#state().map(({ colId, hide, pinned }) => ({ key: colId, label: this.table.shownCells.label(colId), hide, pinned }));
  }

  set(key, { hide, pinned }) {
    const state = { colId: key };
    if (hide !== undefined) state.hide = hide;
    if (pinned !== undefined) {
      state.pinned = pinned;
      this.loose.delete(key);
    }
    this.table.api.applyColumnState({ state: [state] });
    this.changed();
    this.fit();
  }

  /** Pinned columns scroll with the others, the last ones first, as long as the window is too narrow for them. */
  fit() {
    const width = this.table.host.clientWidth;
    if (!width) return; // not shown yet
    let room = width - ROOM - this.table.api.getColumn(NUMBERS).getActualWidth();
    const pinned = this.#state().filter((column) => column.pinned && !column.hide);
    this.loose = new Set(pinned.filter((column) => (room -= column.width) < 0).map(({ colId }) => colId));
    const state = pinned.map(({ colId, pinned: side }) => ({ colId, pinned: this.loose.has(colId) ? null : side }));
    const isOff = ({ colId, pinned: side }) => (this.table.api.getColumn(colId).getPinned() ?? null) !== side;
    if (state.some(isOff)) this.table.api.applyColumnState({ state });
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
    this.fit();
  }

  reset() {
    this.table.api.setGridOption("columnDefs", this.table.columns([]));
    this.loose.clear();
    const order = this.table.columns([]).map(({ colId, hide = false, pinned = null, width }) => ({ colId, hide, pinned, width }));
    this.table.api.applyColumnState({ state: order, applyOrder: true });
    this.table.connection.layout([]);
    this.fit();
  }

  /** Something was moved, chosen, pinned or made wider by hand. */
  changed() {
    this.table.connection.layout(this.#kept());
  }

  #kept() {
    return this.#state().map(({ colId, hide, pinned, width }) => ({ key: colId, hide: Boolean(hide), pinned: pinned ?? null, width }));
  }

  /** As people want the columns to stand, whatever the window has room for. */
  #state() {
    const state = this.table.api.getColumnState().filter(({ colId }) => colId !== NUMBERS);
    return state.map((column) => (this.loose.has(column.colId) ? { ...column, pinned: "left" } : column));
  }
}
