// The wire to Python: loads, patches, edits and their answers. Python holds the truth; this side asks.
//
//   kernel -> here   trait `_data`: everything, as one columnar message with the number `seq`
//                    {kind: "patch", seq, values, marks, said, answer?, notice?, place?}: cells that changed since
//                    seq - 1, marks as places in `said`; `answer` names the action it answers, `notice` says what came of it, `place` where to look
//                    {kind: "results", answer, entries}: what a search in a long list of values found
//   here -> kernel   {kind: "sync", seq, view}: "this is what I have", answered by a load when it is not the latest
//                    {kind: "closed", view}: this view is no more; a table without any is asleep
//                    {kind: "edit", action, what, cells: [[row, field, old, new], ...], more}: one action of a person;
//                    a very large one comes in parts, of which all but the last say that there is more
//                    {kind: "undo" | "redo", action}: the last one back, or again
//                    {kind: "dates", action, key, order}: what is no date yet in a column, read in an order of "DMY"
//                    {kind: "search", action, list, text}: the values that fit
//                    {kind: "layout", layout}: how the columns stand now

import { Rows, decode } from "../edit/rows.js";
import { UnsentEdits } from "./unsent_edits.js";

const MOST_CHARACTERS = 2_500_000; // characters of one message; Jupyter's server drops the connection above 10 MiB, and a character may take four bytes
const OVERHEAD = 40; // characters of a cell beside its texts

let actions = 0;

export class Connection {
  /** `kernel` is a model that knows whether the kernel lives: {comm_live, on, off}. */
  constructor(model, { onLoad, onPatch, onReply = () => {}, onKernelChange = () => {} }, { kernel, storage = globalThis.sessionStorage } = {}) {
    this.rows = new Rows();
    this.seq = -1;
    this.model = model;
    this.view = Math.random().toString(36).slice(2, 8); // tells this view's actions from another view's
    this.waiting = new Map();
    this.searches = new Map();
    this.unsentEdits = new UnsentEdits(storage, model.get("_options")?.memory ?? "", this.view);
    Object.assign(this, { onLoad, onPatch, onReply, onKernelChange });
    this.kernel = kernel;
    this.listeners = [
      [model, "msg:custom", (message) => this.#receive(message)],
      [model, "change:_data", () => this.#load()],
      ...(kernel ? [[kernel, "comm_live_update", () => this.onKernelChange(this.isAlive)]] : []),
    ];
    for (const [source, name, listener] of this.listeners) source.on(name, listener);
    this.#load();
    this.#sync(); // patches sent before this view listened are in no message it will get
  }

  /** False once the kernel that this table came from has ended or was restarted. */
  get isAlive() {
    return !this.broken && this.kernel?.comm_live !== false;
  }

  choices(key) {
    this.lists ??= JSON.parse(new TextDecoder().decode(this.model.get("_choices")));
    return this.lists[key] ?? [];
  }

  /** The codes of a list's values, by the text that a cell has of them. */
  codes(key) {
    this.byText ??= {};
    const list = this.choices(key);
    return (this.byText[key] ??= new Map(Array.isArray(list) ? list.map(([text, code]) => [text, code]) : []));
  }

  forgetChoices() {
    this.lists = this.byText = undefined;
  }

  /** Send one action of a person; its cells show what was typed until the answer comes. False where a cell is too large. */
  edit(cells, what = "") {
    const action = this.#action();
    const parts = splitIntoMessages(cells);
    if (!parts) return false;
    for (const [id, key, , text] of cells) this.rows.setPending(id, key, text, action);
    this.waiting.set(action, cells);
    this.unsentEdits.keep(action, cells);
    parts.forEach((part, index) => this.#send({ kind: "edit", action, what, cells: part, more: index < parts.length - 1 }));
    return true;
  }

  /** Have the last action taken back ("undo") or done again ("redo"), or dates read ("dates", with {key, order}). */
  request(kind, more = {}) {
    const action = this.#action();
    this.waiting.set(action, []);
    this.#send({ kind, action, ...more });
  }

  /** Values of a list that is too long to be here: [[text, code], ...]. */
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
    } catch { // a kernel that was shut down, which nothing tells of
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
    if (message.seq === this.seq) return; // the answer to another view's question
    this.seq = message.seq;
    this.rows.load(message);
    for (const [action, cells] of this.waiting) { // typed meanwhile; its answer comes yet
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
    const settled = this.rows.clearPending(message.reply_to, cells).map(([id, key]) => ({ id, key, changed: false }));
    if (message.seq > this.seq + 1) this.#resync(); // one was missed
    const next = message.seq === this.seq + 1;
    if (next) this.seq = message.seq;
    if (next || mine) this.onPatch([...settled, ...(next ? this.rows.patch(message) : [])]);
    if (mine) this.onReply(message, cells);
  }

  /** Ask for everything, once until it comes. */
  #resync() {
    if (!this.syncRequested) this.#sync();
    this.syncRequested = true;
  }
}

/** Cells as lists that fit into a message each; null where a single one does not. */
function splitIntoMessages(cells) {
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
    parts.at(-1).push(cell);
    full += size;
  }
  return parts;
}
