// The rows of a table in the browser: stable ids, cell values and marks. A mark is everything that is shown about a cell
// besides its value. This module knows neither the grid that draws the rows nor the kernel. `searchText` is the folded
// text of a row for the quick search, made when it is first needed.
//
// A mark is {findings, source, confidence, suggestion, required, note, locked}, all of it optional.

const SEVERITIES = ["error", "warning", "info"];
const WIDTHS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };

/** Unpack a columnar message (a DataView): length of the head (four bytes), the head, codes into dictionaries. */
export function decode({ buffer, byteOffset, byteLength }) {
  const begins = byteOffset + 4;
  const ends = begins + new DataView(buffer, byteOffset).getUint32(0, true);
  const message = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, begins, ends - begins)));
  const codes = buffer.slice(ends, byteOffset + byteLength);
  const expandAll = (columns) =>
    Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, expand(column, codes, message.ids.length)]));
  return { seq: message.seq, ids: message.ids, values: expandAll(message.values), marks: expandAll(message.marks) };
}

function expand({ plain, dictionary, bytes, offset }, codes, length) {
  if (plain) return plain;
  const own = new WIDTHS[bytes](codes.slice(offset, offset + bytes * length));
  const column = new Array(length); // Array.from is several times slower
  for (let index = 0; index < length; index += 1) column[index] = dictionary[own[index]];
  return column;
}

/** The highest severity among the findings of a mark, "" if there are none. */
export function highestSeverity(mark) {
  const found = new Set((mark?.findings ?? []).map((finding) => finding.severity));
  return SEVERITIES.find((severity) => found.has(severity)) ?? "";
}

export class Rows {
  /** @type {Row[]} */
  all = [];
  /** @type {Map<number, Row>} */
  byId = new Map();
  /** @type {Record<string, number>} number of findings by severity */
  counts = {};
  /** @type {Record<string, number>} and by code */
  codes = {};
  /** @type {Record<string, number>} and by column */
  columns = {};

  constructor() {
    this.#reset();
  }

  /**
   * Replace all rows by those of a decoded message.
   * @param {{ids: number[], values: Record<string, any[]>, marks: Record<string, (Mark | null)[]>}} message
   */
  load({ ids, values, marks }) {
    this.#reset();
    this.all = ids.map((id) => ({ id, values: {}, marks: {}, pending: {}, searchText: undefined }));
    this.byId = new Map(this.all.map((row) => [row.id, row]));
    for (const [key, column] of Object.entries(values)) {
      this.all.forEach((row, index) => (row.values[key] = column[index]));
    }
    for (const [key, column] of Object.entries(marks)) {
      this.all.forEach((row, index) => this.#mark(row, key, column[index]));
    }
  }

  /**
   * Apply changed cells. Returns [{id, key, changed}]; `changed` is true if the value changed.
   * @param {Partial<Patch>} patch
   */
  patch({ values = {}, marks = {}, mark_table = [] }) {
    const touched = new Map();
    const touch = (id, key, changed) => {
      const name = `${id} ${key}`;
      const known = touched.get(name);
      if (!known) touched.set(name, { id, key, changed });
      else if (changed) known.changed = true;
    };
    for (const [row, key, value] of cells(values, this.byId)) {
      if (row.pending[key] !== undefined) continue; // what was just typed stays until Python has replied
      touch(row.id, key, row.values[key] !== value);
      row.values[key] = value;
      row.searchText = undefined;
    }
    for (const [row, key, place] of cells(marks, this.byId)) {
      this.#mark(row, key, mark_table[place]);
      touch(row.id, key, false);
    }
    return [...touched.values()];
  }

  /** Show typed text until Python has replied; `action` is the edit that it belongs to. */
  setPending(id, key, text, action) {
    const row = this.byId.get(id);
    if (!row) return; // removed in the meantime
    row.values[key] = text;
    row.searchText = undefined;
    row.pending[key] = action;
  }

  /** Python has replied to an edit. Returns the cells that are no longer pending. */
  clearPending(action, keys) {
    return keys.filter(([id, key]) => {
      const row = this.byId.get(id);
      if (!row || row.pending[key] !== action) return false; // edited again or removed in the meantime
      delete row.pending[key];
      return true;
    });
  }

  /** The text of a cell. */
  text(id, key) {
    const value = this.byId.get(id)?.values[key];
    return value === undefined || value === null ? "" : String(value);
  }

  #mark(row, key, mark) {
    this.#count(row.marks[key], key, -1);
    if (mark) row.marks[key] = mark;
    else delete row.marks[key];
    this.#count(mark, key, +1);
  }

  #reset() {
    this.counts = { error: 0, warning: 0, info: 0 };
    this.codes = {};
    this.columns = {};
  }

  #count(mark, key, step) {
    for (const { severity, code } of mark?.findings ?? []) {
      this.counts[severity] += step;
      this.columns[key] = (this.columns[key] ?? 0) + step;
      if (code) this.codes[code] = (this.codes[code] ?? 0) + step;
    }
  }
}

function* cells(changes, byId) {
  for (const [id, byKey] of Object.entries(changes)) {
    const row = byId.get(Number(id));
    if (!row) continue; // a row that this view does not have (yet); the next load brings it
    for (const [key, value] of Object.entries(byKey)) yield [row, key, value];
  }
}
