// The cells as they are shown now: rows and columns in order, and their texts. The edit layer reads them here and moves the
// focus here; besides this module, only `table.js`, `grid_options.js`, `columns.js` and `column_layout.js` know AG Grid.

import { NUMBERS } from "../edit/selection.js";
import { TEXTS } from "../edit/texts.js";

export class ShownCells {
  /** @type {number[]} in order */
  ids = [];
  /** @type {string[]} in order */
  keys = [];
  /** @type {Map<number, number>} */
  rowsById = new Map();
  /** @type {Record<string, ColumnSpec>} */
  byKey = {};

  constructor(api, connection, specs) {
    this.api = api;
    this.connection = connection;
    this.specs = specs; // a function: the specs may change
    this.reread();
  }

  /** Read the order again after rows were sorted, filtered or loaded, or columns shown or moved. */
  reread() {
    this.ids = [];
    this.api.forEachNodeAfterFilterAndSort((node) => this.ids.push(node.data.id));
    this.keys = this.api.getAllDisplayedColumns().map((column) => column.getColId()).filter((key) => key !== NUMBERS);
    this.rowsById = new Map(this.ids.map((id, index) => [id, index]));
    this.byKey = Object.fromEntries(this.specs().map((spec) => [spec.key, spec]));
  }

  rowOf(id) {
    return this.rowsById.get(id) ?? -1;
  }

  columnOf(key) {
    return this.keys.indexOf(key);
  }

  text(id, key) {
    return this.connection.rows.text(id, key);
  }

  mark(id, key) {
    return this.connection.rows.byId.get(id)?.marks[key];
  }

  editable(id, key) {
    return Boolean(this.byKey[key]?.editable) && !this.mark(id, key)?.locked;
  }

  /** Why a cell cannot be edited. */
  lockReason(id, key) {
    return this.mark(id, key)?.locked || this.byKey[key]?.locked || TEXTS.notEditable(this.label(key));
  }

  label(key) {
    return this.byKey[key]?.label ?? key;
  }

  get focused() {
    const cell = this.api.getFocusedCell();
    const id = cell && this.ids[cell.rowIndex];
    return id === undefined || id === null ? null : { id, key: cell.column.getColId() };
  }

  focus(place) {
    this.reveal(place);
    this.api.setFocusedCell(this.rowOf(place.id), place.key);
  }

  reveal(place) {
    this.api.ensureIndexVisible(this.rowOf(place.id));
    this.api.ensureColumnVisible(place.key);
  }

  /** Open the editor; if `empty`, without the present text. */
  edit(place, empty = false) {
    this.api.startEditingCell({ rowIndex: this.rowOf(place.id), colKey: place.key, key: empty ? "Delete" : undefined });
  }
}
