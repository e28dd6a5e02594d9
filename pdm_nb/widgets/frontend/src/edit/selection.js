// Which cells are selected: a block between two corners, or whole rows. Places are row id and column key, so that a
// selection survives sorting; `order` ({ids, keys, rowOf(id), columnOf(key)}) knows where they are now. Pure.

export const NUMBERS = "#"; // the column of row numbers, which holds no values and is never selected

export class Selection {
  constructor(order) {
    this.order = order;
    this.anchor = null; // {id, key}: where the block starts; it has the focus
    this.head = null; // the corner that moves
    this.rows = new Set(); // ids, if whole rows are selected
    this.#invalidate();
  }

  /** Select one cell. */
  start(place) {
    this.anchor = this.head = place;
    this.rows = new Set();
    this.#invalidate();
  }

  /** Select nothing. */
  clear() {
    this.anchor = this.head = null;
    this.rows = new Set();
    this.#invalidate();
  }

  /** Move the active cell to another column of its row. */
  moveToColumn(key) {
    this.anchor = this.head = { id: this.anchor.id, key };
    this.#invalidate();
  }

  /** Move the other corner; start a new selection if the anchor is not shown. */
  extend(place) {
    if (!this.isShown) this.anchor = place;
    this.head = place;
    this.rows = new Set();
    this.#invalidate();
  }

  selectAll() {
    const { ids, keys } = this.order;
    if (!ids.length || !keys.length) return;
    this.anchor ??= { id: ids[0], key: keys[0] };
    this.rows = new Set(ids);
    this.#invalidate();
  }

  /** Select a whole row: alone, `adding` it to (or removing it from) the selection, or `ranging` from the active row to it. */
  selectRow(id, { adding = false, ranging = false } = {}) {
    if (ranging && this.#row(this.anchor?.id) >= 0) {
      this.rows = new Set([...(adding ? this.rows : []), ...between(this.order.ids, this.#row(this.anchor.id), this.#row(id))]);
      this.#invalidate();
      return;
    }
    const rows = new Set(adding ? this.rows : []);
    if (adding && rows.has(id)) rows.delete(id);
    else rows.add(id);
    this.anchor = this.head = { id, key: this.column };
    this.rows = rows;
    this.#invalidate();
  }

  /** Extend the block to whole rows. */
  wholeRows() {
    if (this.anchor) this.rows = new Set(this.area().ids);
    this.#invalidate();
  }

  /** Extend the block to whole columns. */
  wholeColumns() {
    const { ids } = this.order;
    if (!this.anchor || !ids.length) return;
    this.rows = new Set();
    this.head = { id: ids.at(-1), key: this.head.key };
    this.anchor = { id: ids[0], key: this.anchor.key };
    this.#invalidate();
  }

  /** Rows or columns were sorted, filtered or moved. */
  reordered() {
    this.#invalidate();
  }

  /** True if the anchor is shown. */
  get isShown() {
    return this.#row(this.anchor?.id) >= 0 && this.#column(this.anchor.key) >= 0;
  }

  /** The column of the anchor; the first column if that one is not shown. */
  get column() {
    return this.#column(this.anchor?.key) >= 0 ? this.anchor.key : this.order.keys[0];
  }

  /** The selected cells, in the order shown: {ids, keys}, every id with every key. */
  area() {
    this.cached ??= this.#area();
    return this.cached;
  }

  get count() {
    const { ids, keys } = this.area();
    return ids.length * keys.length;
  }

  has(id, key) {
    this.idSet ??= new Set(this.area().ids);
    return this.idSet.has(id) && this.area().keys.includes(key);
  }

  /** The sides of a selected cell that belong to the outline of the selection: "top", "bottom", "left", "right". */
  edges(id, key) {
    const { ids, keys } = this.order;
    const row = this.#row(id);
    const column = this.#column(key);
    const out = (otherId, otherKey) => otherId === undefined || otherKey === undefined || !this.has(otherId, otherKey);
    return [
      out(ids[row - 1], key) && "top",
      out(ids[row + 1], key) && "bottom",
      out(id, keys[column - 1]) && "left",
      out(id, keys[column + 1]) && "right",
    ].filter(Boolean);
  }

  /** The lower right corner, which has the fill handle; null if there is none. */
  corner() {
    const { ids, keys } = this.area();
    return ids.length && !this.rows.size ? { id: ids.at(-1), key: keys.at(-1) } : null;
  }

  #area() {
    const { ids, keys } = this.order;
    if (this.rows.size) return { ids: ids.filter((id) => this.rows.has(id)), keys };
    if (!this.anchor) return { ids: [], keys: [] };
    const rows = [this.#row(this.anchor.id), this.#row(this.head.id)];
    const columns = [this.#column(this.anchor.key), this.#column(this.head.key)];
    if (Math.min(...rows, ...columns) < 0) return { ids: [], keys: [] }; // filtered out, or in a hidden column
    return { ids: between(ids, ...rows), keys: between(keys, ...columns) };
  }

  #row(id) {
    return this.order.rowOf(id);
  }

  #column(key) {
    return this.order.columnOf(key);
  }

  #invalidate() {
    this.cached = this.idSet = undefined;
  }
}

function between(list, a, b) {
  return list.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** Where Ctrl and an arrow key lead: to the end of the filled cells, or over empty cells to the next filled one. */
export function jump(order, isEmpty, place, down, right) {
  const { ids, keys } = order;
  const at = (row, column) => ({ id: ids[row], key: keys[column] });
  const inside = (row, column) => row >= 0 && row < ids.length && column >= 0 && column < keys.length;
  let row = order.rowOf(place.id);
  let column = order.columnOf(place.key);
  const empty = (r, c) => isEmpty(ids[r], keys[c]);
  if (!inside(row + down, column + right)) return place;
  const within = !empty(row, column) && !empty(row + down, column + right);
  do {
    row += down;
    column += right;
  } while (inside(row + down, column + right) && (within ? !empty(row + down, column + right) : empty(row, column)));
  return at(row, column);
}

/** The place so many rows and columns away, at most at the edge. */
export function step(order, place, down, right) {
  const clamp = (value, length) => Math.max(0, Math.min(length - 1, value));
  const row = clamp(order.rowOf(place.id) + down, order.ids.length);
  const column = clamp(order.columnOf(place.key) + right, order.keys.length);
  return { id: order.ids[row], key: order.keys[column] };
}
