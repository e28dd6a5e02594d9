// The connection to Python: loads, patches, edits and their replies. Python owns the state; this side draws and asks.
//
//   kernel -> here   trait `_data`: all rows, as one columnar message with the number `seq`
//                    {kind: "patch", seq, values, marks, mark_table, reply_to?, notice?, place?}: cells that changed since
//                    seq - 1; marks are indexes into `mark_table`; `reply_to` is the action that this replies to, `notice`
//                    its result in words, `place` the cell to show
//                    {kind: "results", reply_to, entries}: the result of a search in a long list of values
//   here -> kernel   {kind: "sync", seq, view}: what this view has; Python loads again if it is not the latest
//                    {kind: "closed", view}: this view was closed; a table without views sleeps
//                    {kind: "edit", action, what, cells: [[row, field, old, new], ...], more}: one action of the analyst;
//                    a very large one comes in parts, and all but the last have `more`
//                    {kind: "undo" | "redo", action}
//                    {kind: "dates", action, key, order}: read texts of a column as dates in an order such as "DMY"
//                    {kind: "search", action, list, text}: search a long list of values
//                    {kind: "layout", layout}: the columns were moved, hidden, pinned or resized

import { Rows, decode } from "../edit/rows.js";
import { UnsentEdits } from "./unsent_edits.js";

const MOST_CHARACTERS = 2_500_000; // characters per message: the Jupyter server drops the connection above 10 MiB, and a character takes up to four bytes
const SOON = 1000; // milliseconds after which an edit without a reply is reported
const SMALL = 200; // cells of an edit that Python carries out at once
const OVERHEAD = 40; // characters of a cell in addition to its texts

let actions = 0;

export class Connection {
  /**
   * @param {Model} model
   * @param {any} callbacks
   * @param {{kernel?: Kernel, storage?: Storage}} [options]
   */
  constructor(model, { onLoad, onPatch, onReply = () => {}, onKernelChange = () => {}, onLate = () => {} }, { kernel, storage = globalThis.sessionStorage } = {}) {
    this.rows = new Rows();
    this.seq = -1;
    this.model = model;
    this.view = Math.random().toString(36).slice(2, 8); // distinguishes the actions of this view from those of others
    this.waiting = new Map();
    this.searches = new Map();
    this.unsentEdits = new UnsentEdits(storage, model.get("_options")?.memory ?? "", this.view);
    this.onLoad = onLoad;
    this.onPatch = onPatch;
    this.onReply = onReply;
    this.onKernelChange = onKernelChange;
    this.onLate = onLate;
    this.kernel = kernel;
    /** @type {[Model | Kernel, string, (...given: any[]) => void][]} */
    this.listeners = [
      [model, "msg:custom", (message) => this.#receive(message)],
      [model, "change:_data", () => this.#load()],
    ];
    if (kernel) this.listeners.push([kernel, "comm_live_update", () => this.onKernelChange(this.isAlive)]);
    for (const [source, name, listener] of this.listeners) source.on(name, listener);
    this.#load();
    this.#sync(); // patches that were sent before this view listened are lost
  }

  /** False after the kernel of this table has stopped or was restarted. */
  get isAlive() {
    return !this.broken && this.kernel?.comm_live !== false;
  }

  choices(key) {
    this.lists ??= JSON.parse(new TextDecoder().decode(this.model.get("_choices")));
    return this.lists[key] ?? [];
  }

  /** The codes of the values in a list, by text. */
  codes(key) {
    this.byText ??= {};
    const list = this.choices(key);
    return (this.byText[key] ??= new Map(Array.isArray(list) ? list.map(([text, code]) => [text, code]) : []));
  }

  forgetChoices() {
    this.lists = this.byText = undefined;
  }

  /** Send an edit; its cells show the typed text until the reply comes. Returns false if a cell is too large to send. */
  edit(cells, what = "") {
    const action = this.#action();
    const parts = splitIntoMessages(cells);
    if (!parts) return false;
    for (const [id, key, , text] of cells) this.rows.setPending(id, key, text, action);
    this.waiting.set(action, cells);
    this.unsentEdits.keep(action, cells);
    parts.forEach((part, index) => this.#send({ kind: "edit", action, what, cells: part, more: index < parts.length - 1 }));
    if (cells.length <= SMALL) setTimeout(() => this.waiting.has(action) && this.isAlive && this.onLate(), SOON);
    return true;
  }

  /** Ask Python to undo or redo ("undo", "redo"), or to read dates ("dates" with {key, order}). */
  request(kind, more = {}) {
    const action = this.#action();
    this.waiting.set(action, []);
    this.#send({ kind, action, ...more });
  }

  /** Search a list that only Python has. Resolves to [[text, code], ...]. */
  search(list, text) {
    const action = this.#action();
    const found = new Promise((resolve) => this.searches.set(action, resolve));
    this.#send({ kind: "search", action, list, text });
    return found;
  }

  layout(layout) {
    this.#send({ kind: "layout", layout });
  }

  close() {
    for (const [source, name, listener] of this.listeners) source.off(name, listener);
    this.unsentEdits.close();
    if (this.isAlive) this.#send({ kind: "closed", view: this.view });
  }

  #action() {
    return `${this.view}.${++actions}`;
  }

  #send(message) {
    if (!this.isAlive) return this.onKernelChange(false);
    try {
      this.model.send(message);
    } catch { // the kernel was shut down, which no event reports
      this.broken = true;
      this.onKernelChange(false);
    }
  }

  #receive(message) {
    if (message.kind === "patch") this.#patch(message);
    if (message.kind !== "results") return;
    this.searches.get(message.reply_to)?.(message.entries);
    this.searches.delete(message.reply_to);
  }

  #load() {
    const message = decode(this.model.get("_data"));
    this.syncRequested = false;
    if (message.seq === this.seq) return; // another view asked for this
    this.seq = message.seq;
    this.rows.load(message);
    for (const [action, cells] of this.waiting) { // typed in the meantime; the reply is still to come
      for (const [id, key, , text] of cells) this.rows.setPending(id, key, text, action);
    }
    this.onLoad();
  }

  #sync() {
    this.#send({ kind: "sync", seq: this.seq, view: this.view });
  }

  #patch(message) {
    const mine = this.waiting.has(message.reply_to);
    const cells = this.waiting.get(message.reply_to) ?? [];
    this.waiting.delete(message.reply_to);
    if (mine) this.unsentEdits.settle(message.reply_to);
    const confirmed = this.rows.clearPending(message.reply_to, cells).map(([id, key]) => ({ id, key, changed: false }));
    if (message.seq > this.seq + 1) this.#resync(); // a patch was missed
    const next = message.seq === this.seq + 1;
    if (next) this.seq = message.seq;
    if (next || mine) this.onPatch([...confirmed, ...(next ? this.rows.patch(message) : [])]);
    if (mine) this.onReply(message, cells);
    if (mine) this.#sendLost(message.reply_to, cells);
  }

  /** Python replies in order, so what was sent before was lost, as in nested event loops: send it again, without cells that were edited since. */
  #sendLost(replied, cells) {
    const lost = [...this.waiting].filter(([action]) => numberOf(action) < numberOf(replied));
    const [lostActions, seen] = [new Set(lost.map(([action]) => action)), new Set(cells.map(placeOf))];
    for (const [action, later] of this.waiting) if (!lostActions.has(action)) later.forEach((cell) => seen.add(placeOf(cell)));
    const again = [];
    for (const [action, earlier] of lost.reverse()) {
      this.waiting.delete(action);
      this.unsentEdits.settle(action);
      again.unshift(...earlier.filter((cell) => !seen.has(placeOf(cell))));
      earlier.forEach((cell) => seen.add(placeOf(cell)));
    }
    if (again.length) this.edit(again);
  }

  /** Ask for all rows, once until they arrive. */
  #resync() {
    if (!this.syncRequested) this.#sync();
    this.syncRequested = true;
  }
}

const numberOf = (action) => Number(action.split(".")[1]);
const placeOf = ([id, key]) => `${id} ${key}`;

/**
 * Split cells into lists that fit in one message each; null if a single cell does not.
 * @param {Cell[]} cells
 */
function splitIntoMessages(cells) {
  /** @type {Cell[][]} */
  const parts = [[]];
  let full = 0;
  for (const cell of cells) {
    const [, key, old, text] = cell;
    const size = OVERHEAD + key.length + old.length + text.length;
    if (size > MOST_CHARACTERS) return null;
    if (full + size > MOST_CHARACTERS) {
      parts.push([]);
      full = 0;
    }
    parts[parts.length - 1].push(cell);
    full += size;
  }
  return parts;
}
