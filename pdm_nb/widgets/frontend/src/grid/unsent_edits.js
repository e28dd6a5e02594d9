// Edits that Python has not answered yet: this view's own, and, kept where a reload or the end of a kernel does not reach
// them, those that views before it have left. Pure but for the storage it is given (as sessionStorage).

const KEY = "pdm-nb-unsent:";
const living = new Set(); // the views of this page

export class UnsentEdits {
  /** `name` is the same for the same batch, in every kernel; "" stores nothing. `view` begins the names of its actions. */
  constructor(storage, name, view) {
    Object.assign(this, { storage, name, view });
    this.own = {};
    this.stored = true; // false once something could be kept on this page only
    living.add(view);
  }

  /** What this view has sent: [[id, key, old, new], ...], the last edit of each cell. */
  get mine() {
    return lastOfEach(this.own);
  }

  /** What views that are no more have left. */
  get left() {
    return lastOfEach(this.#left());
  }

  keep(action, cells) {
    this.own[action] = cells;
    this.#write({ ...this.#read(), [action]: cells });
  }

  /** Python has answered. */
  settle(action) {
    delete this.own[action];
    const { [action]: _, ...rest } = this.#read();
    this.#write(rest);
  }

  /** Forget what was left. */
  drop() {
    const left = this.#left();
    this.#write(Object.fromEntries(Object.entries(this.#read()).filter(([action]) => !(action in left))));
  }

  /** The view is gone; what it has not had answered is left. */
  close() {
    living.delete(this.view);
  }

  #left() {
    return Object.fromEntries(Object.entries(this.#read()).filter(([action]) => !living.has(action.split(".")[0])));
  }

  #read() {
    try {
      return (this.name && JSON.parse(this.storage.getItem(KEY + this.name))) || {};
    } catch {
      return {};
    }
  }

  #write(actions) {
    this.stored = Boolean(this.name);
    if (!this.name) return;
    try {
      if (Object.keys(actions).length) this.storage.setItem(KEY + this.name, JSON.stringify(actions));
      else this.storage.removeItem(KEY + this.name);
    } catch {
      this.stored = false; // full or forbidden
    }
  }
}

function lastOfEach(actions) {
  const last = new Map();
  for (const [id, key, old, text] of Object.values(actions).flat()) {
    last.set(`${id} ${key}`, [id, key, last.get(`${id} ${key}`)?.[2] ?? old, text]);
  }
  return [...last.values()];
}
