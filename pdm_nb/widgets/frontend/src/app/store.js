// The connection of one view of the application to Python: its state, and actions with one reply each.

import { PlaceMemory } from "./restart/place_memory.js";
import { notebookOf } from "./restart/run_cell.js";

const SOON = 1000; // milliseconds after which an action that Python has not begun is reported
let actions = 0;

export class Store {
  /**
   * @param {Model} model
   * @param {Kernel} [kernel]
   */
  constructor(model, kernel) {
    this.model = model;
    this.kernel = kernel;
    this.view = Math.random().toString(36).slice(2, 8); // distinguishes the actions of this view from those of others
    this.waiting = new Map();
    this.observers = new Set();
    this.places = new PlaceMemory(globalThis.sessionStorage, notebookOf(this), this.view);
    this.restoring = null; // what the table shows when the place that was open before is open again
    this.pending = new Set(); // names of the actions that wait for a reply
    /** @type {[Model | Kernel, string, (...given: any[]) => void][]} */
    this.listeners = [
      [model, "change:_state", () => this.#changed()],
      [model, "change:_page", () => this.#changed()],
      [model, "msg:custom", (message) => this.#receive(message)],
    ];
    if (kernel) this.listeners.push([kernel, "comm_live_update", () => this.#changed()]);
    for (const [source, name, listener] of this.listeners) source.on(name, listener);
  }

  get state() {
    return this.model.get("_state") ?? {};
  }

  get page() {
    return this.model.get("_page") ?? {};
  }

  get shownView() {
    return this.model.get("_view");
  }

  /** False after the kernel has stopped or was restarted: nothing that is shown can be acted on. */
  get isAlive() {
    return !this.broken && this.kernel?.comm_live !== false;
  }

  /** Ask Python for an action, with bytes if it takes some. Resolves to {result, error}; to an error at once if the kernel has stopped. */
  act(name, args = {}, data = null) {
    const action = `${this.view}.${++actions}`;
    try {
      if (this.isAlive) this.model.send({ kind: "do", action, name, arguments: args }, undefined, data ? [data] : undefined);
    } catch { // the kernel was shut down, which no event reports
      this.broken = true;
    }
    const reply = new Promise((resolve) => {
      if (!this.isAlive) return resolve({ result: null, error: "stopped" });
      this.waiting.set(action, { name, resolve, hasBegun: false, isLate: false });
      this.pending.add(name);
      setTimeout(() => this.#late(action), SOON);
    });
    this.#changed();
    return reply;
  }

  /** True if Python has not begun an action, so the kernel is busy with something else. */
  get isLate() {
    return this.isAlive && [...this.waiting.values()].some(({ isLate, hasBegun }) => isLate && !hasBegun);
  }

  /** Call `observer` after each change. Returns a function that ends it. */
  observe(observer) {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }

  close() {
    for (const [source, name, listener] of this.listeners) source.off(name, listener);
    this.observers.clear();
    this.places.close();
  }

  /** @param {Began | Done} message */
  #receive(message) {
    if (message.kind !== "began" && message.kind !== "done") return;
    const waiting = this.waiting.get(message.reply_to);
    if (!waiting) return;
    waiting.hasBegun = true;
    // Python begins actions in order, so those before were lost on the way, as in nested event loops.
    for (const [action, { hasBegun }] of this.waiting) {
      if (action === message.reply_to) break;
      if (!hasBegun) this.#settle(action, { result: null, error: "lost" });
    }
    if (message.kind === "done") this.#settle(message.reply_to, { result: message.result, error: message.error });
    this.#changed();
  }

  #settle(action, reply) {
    const { name, resolve } = this.waiting.get(action);
    this.waiting.delete(action);
    if (![...this.waiting.values()].some((other) => other.name === name)) this.pending.delete(name);
    resolve(reply);
  }

  #late(action) {
    const waiting = this.waiting.get(action);
    if (!waiting) return;
    waiting.isLate = true;
    this.#changed();
  }

  #changed() {
    for (const observer of this.observers) observer();
  }
}
