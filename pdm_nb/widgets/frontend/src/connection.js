// The wire to Python: loads, patches, edits and their answers. Python holds the truth; this side asks.
//
//   kernel -> here   trait `_data`: everything, as one columnar message with the number `seq`
//                    {kind: "patch", seq, values, marks, answer?}: cells that changed since seq - 1
//   here -> kernel   {kind: "sync", seq}: "this is what I have", answered by a load when it is not the latest
//                    {kind: "edit", action, cells: [[row, field, old, new], ...]}: one action of a person

import { Rows, decode } from "./data.js";

let actions = 0;

export class Connection {
  constructor(model, { onLoad, onPatch }) {
    this.rows = new Rows();
    this.seq = -1;
    this.model = model;
    this.view = Math.random().toString(36).slice(2, 8); // tells this view's actions from another view's
    this.waiting = new Map();
    this.onLoad = onLoad;
    this.onPatch = onPatch;
    model.on("msg:custom", (message) => message.kind === "patch" && this.#patch(message));
    model.on("change:_data", () => this.#load());
    this.#load();
    this.#sync(); // patches sent before this view listened are in no message it will get
  }

  choices(key) {
    this.lists ??= JSON.parse(new TextDecoder().decode(this.model.get("_choices")));
    return this.lists[key] ?? [];
  }

  forgetChoices() {
    this.lists = undefined;
  }

  /** Send one action of a person; its cells show what was typed until the answer comes. */
  edit(cells) {
    const action = `${this.view}.${++actions}`;
    for (const [id, key, , text] of cells) this.rows.type(id, key, text, action);
    this.waiting.set(action, cells.map(([id, key]) => [id, key]));
    this.model.send({ kind: "edit", action, cells });
  }

  #load() {
    const message = decode(this.model.get("_data"));
    if (message.seq === this.seq) return; // the answer to another view's question
    this.seq = message.seq;
    this.waiting.clear();
    this.rows.load(message);
    this.onLoad();
  }

  #sync() {
    this.model.send({ kind: "sync", seq: this.seq });
  }

  #patch(message) {
    if (message.seq <= this.seq) return;
    if (message.seq !== this.seq + 1) return this.#sync(); // one was missed
    this.seq = message.seq;
    const keys = this.waiting.get(message.answer) ?? [];
    this.waiting.delete(message.answer);
    const settled = this.rows.settle(message.answer, keys).map(([id, key]) => ({ id, key, changed: false }));
    this.onPatch([...settled, ...this.rows.patch(message)]);
  }
}
