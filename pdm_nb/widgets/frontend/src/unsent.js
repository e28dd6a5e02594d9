// Edits that Python has not answered yet, kept where a reload, or the end of a kernel, does not reach them. Pure but
// for the storage it is given (as sessionStorage); a storage that fails keeps nothing and disturbs nobody.

const KEY = "pdm-nb-unsent:";

export class Unsent {
  /** `name` is the same for the same batch, in every kernel; "" keeps nothing. */
  constructor(storage, name) {
    this.storage = storage;
    this.name = name;
  }

  /** What is kept: [[id, key, old, new], ...], the last edit of each cell. */
  get cells() {
    const last = new Map();
    for (const [id, key, old, text] of Object.values(this.#read()).flat()) {
      last.set(`${id} ${key}`, [id, key, last.get(`${id} ${key}`)?.[2] ?? old, text]);
    }
    return [...last.values()];
  }

  keep(action, cells) {
    this.#write({ ...this.#read(), [action]: cells });
  }

  /** Python has answered. */
  settle(action) {
    const { [action]: _, ...rest } = this.#read();
    this.#write(rest);
  }

  drop() {
    this.#write({});
  }

  #read() {
    try {
      return (this.name && JSON.parse(this.storage.getItem(KEY + this.name))) || {};
    } catch {
      return {};
    }
  }

  #write(actions) {
    if (!this.name) return;
    try {
      if (Object.keys(actions).length) this.storage.setItem(KEY + this.name, JSON.stringify(actions));
      else this.storage.removeItem(KEY + this.name);
    } catch {
      // full or forbidden: the edits still show in the table
    }
  }
}
