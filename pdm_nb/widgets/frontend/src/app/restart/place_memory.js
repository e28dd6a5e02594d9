// What is open in the workbench, and how its table is filtered and sorted: kept per notebook in a storage such as
// sessionStorage, so that a new kernel can open it again. It has no secrets: Python describes the place. Otherwise pure.

const KEY = "pdm-nb-place:";
const openViews = new Set(); // of this page
const expected = new Set(); // notebooks whose next view opens the place at once

export class PlaceMemory {
  /**
   * `notebook` identifies the notebook in this browser, `view` this view.
   * @param {Storage} storage
   * @param {string} notebook
   * @param {string} view
   */
  constructor(storage, notebook, view) {
    this.storage = storage;
    this.view = view;
    this.key = KEY + notebook;
    openViews.add(view);
  }

  /** Keep a place, and what the table shows of it. A view without a project does not replace what another one has kept. */
  keep(place, shown = null) {
    if (!place?.project_id) return;
    try {
      this.storage.setItem(this.key, JSON.stringify({ view: this.view, place, shown }));
    } catch { // the storage is full or forbidden: the journals next to the notebook are still listed
    }
  }

  /** What a closed view has left: {place, shown}; null if there is nothing. */
  get left() {
    const entry = this.#read();
    return entry && entry.view !== this.view && !openViews.has(entry.view) ? entry : null;
  }

  /** The next view of this notebook opens the place without being asked. */
  expect() {
    expected.add(this.key);
  }

  /** True once, if the place is to be opened without being asked. */
  takeExpected() {
    return expected.delete(this.key);
  }

  forget() {
    this.storage.removeItem(this.key);
  }

  close() {
    openViews.delete(this.view);
  }

  #read() {
    try {
      const entry = JSON.parse(this.storage.getItem(this.key) ?? "null");
      return entry?.place?.project_id ? entry : null;
    } catch {
      return null;
    }
  }
}
