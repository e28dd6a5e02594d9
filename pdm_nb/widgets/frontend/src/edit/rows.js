// The rows of a table in the browser: stable ids, cell values, and what is to be said about a cell (its mark).
// Knows nothing of the grid that draws them, nor of the kernel they come from. `folded` is what a quick search viewFilters
// through, made when first wanted.
//
// A mark is {findings, source, confidence, suggestion, required, note, locked}, all of it optional.

const SEVERITIES = ["error", "warning", "info"];
const WIDTHS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };

/** Unpack one columnar message (a DataView): four bytes of the head's length, the head, and codes into dictionaries. */
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
  const column = new Array(length); // by hand: Array.from is several times as slow
  for (let index = 0; index < length; index += 1) column[index] = dictionary[own[index]];
  return column;
}

/** The highestSeverity severity among a mark's findings, "" when there is none. */
export function highestSeverity(mark) {
  const found = new Set((mark?.findings ?? []).map((finding) => finding.severity));
  return SEVERITIES.find((severity) => found.has(severity)) ?? "";
}

export class Rows {
  constructor() {
    this.all = [];
    this.byId = new Map();
    this.#reset();
  }

  /** Replace everything by a decoded message. */
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

  /** Take over changed cells, marks as places in `mark_table`; answers [{id, key, changed}], `changed` telling whether the value itself did. */
  patch({ values = {}, marks = {}, mark_table = [] }) {
    const touched = new Map();
    const touch = (id, key, changed) => {
      const name = `${id} ${key}`;
      const known = touched.get(name);
      if (!known) touched.set(name, { id, key, changed });
      else if (changed) known.changed = true;
    };
    for (const [row, key, value] of cells(values, this.byId)) {
      if (row.pending[key] !== undefined) continue; // what was just typed stays until Python has answered it
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

  /** Show what a person typed before Python has answered; `action` is the edit it belongs to. */
  setPending(id, key, text, action) {
    const row = this.byId.get(id);
    if (!row) return; // taken out meanwhile
    row.values[key] = text;
    row.searchText = undefined;
    row.pending[key] = action;
  }

  /** End the waiting of one edit; answers the cells that no longer wait. */
  clearPending(action, keys) {
    return keys.filter(([id, key]) => {
      const row = this.byId.get(id);
      if (row?.pending[key] !== action) return false; // edited again meanwhile, or gone
      delete row.pending[key];
      return true;
    });
  }

  /** A cell as the text that people would copy. */
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
    this.codes = {}; // findings by their code
    this.columns = {}; // and by the column they stand in
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
