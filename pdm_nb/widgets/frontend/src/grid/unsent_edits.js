// Edits without a reply from Python: those of this view, and those that earlier views have left. They are kept in a storage
// such as sessionStorage, which survives a reload and the end of the kernel. Otherwise pure.

const KEY = "pdm-nb-unsent:";
const openViews = new Set(); // of this page

export class UnsentEdits {
  /** `name` identifies the batch in every kernel; "" stores nothing. `view` is the prefix of its actions. */
  constructor(storage, name, view) {
    this.storage = storage;
    this.name = name;
    this.view = view;
    this.own = {};
    this.stored = true; // false if something could be kept on this page only
    openViews.add(view);
  }

  /** The unsent edits of this view: [[id, key, old, new], ...], the last one of each cell. */
  get mine() {
    return lastOfEach(this.own);
  }

  /** The edits that closed views have left. */
  get left() {
    return lastOfEach(this.#left());
  }

  keep(action, cells) {
    this.own[action] = cells;
    this.#write({ ...this.#read(), [action]: cells });
  }

  /** Python has replied. */
  settle(action) {
    delete this.own[action];
    const { [action]: _, ...rest } = this.#read();
    this.#write(rest);
  }

  /** Discard the edits of closed views. */
  drop() {
    const left = this.#left();
    this.#write(Object.fromEntries(Object.entries(this.#read()).filter(([action]) => !(action in left))));
  }

  /** Close the view; its edits without a reply are left for the next view. */
  close() {
    openViews.delete(this.view);
  }

  #left() {
    return Object.fromEntries(Object.entries(this.#read()).filter(([action]) => !openViews.has(action.split(".")[0])));
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
      this.stored = false; // the storage is full or forbidden
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
