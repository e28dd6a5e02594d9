// The connection of one document pane to Python: asks for the selected document, and keeps its images and details. Images
// come as bytes in messages that all views get; those of other panes, documents and pages are ignored.

const SELECT_EVERY = 350; // milliseconds between two documents while a key is held down
const REFRESH_AFTER = 400; // milliseconds after a change until the details are asked for again

export class PaneConnection {
  /** @type {Partial<Record<PageImage["what"], PageImage>>} */
  images = {};
  pages = 0;
  page = 0;
  /** @type {any} */
  details = null;
  /** @type {any} */
  history = null;
  /** @type {any} */
  sizes = {};

  /** `changed` is called when something else can be drawn. */
  constructor(store, changed) {
    this.store = store;
    this.changed = changed;
    this.last = -Infinity;
    this.listener = (message, buffers) => this.#receive(message, buffers);
    store.model.on("msg:custom", this.listener);
    this.#clear();
  }

  /** Show a document; `sizes` is {width, title_width} in pixels, `following` the documents that come next. */
  select(row, sizes, following) {
    this.#clear();
    this.row = row;
    this.page = 0;
    this.sizes = sizes;
    this.details = this.history = null;
    clearTimeout(this.timer);
    const ask = () => {
      this.last = performance.now();
      this.#ask("pane.select", { pane: this.store.view, ...sizes, following }, "details");
    };
    const wait = this.last + SELECT_EVERY - performance.now();
    if (wait <= 0) ask();
    else this.timer = setTimeout(ask, wait);
    this.changed();
  }

  turn(page) {
    const { pages } = this;
    this.#clear();
    this.page = page;
    this.pages = pages;
    this.store.act("pane.turn", { pane: this.store.view, row: this.row, page, ...this.sizes });
    this.changed();
  }

  /** Draw a region of the page, `width` pixels wide. */
  zoom(region, width) {
    this.store.act("pane.zoom", { pane: this.store.view, row: this.row, page: this.page, region, width });
  }

  /** The document was changed: its rule and its history may be others. */
  refresh() {
    clearTimeout(this.refreshing);
    this.refreshing = setTimeout(() => {
      this.#ask("pane.details", {}, "details");
      if (this.history) this.loadHistory();
    }, REFRESH_AFTER);
  }

  loadHistory() {
    this.#ask("pane.history", {}, "history");
  }

  /** Nothing is selected any more, or the pane is closed. */
  stop() {
    if (this.row === undefined) return;
    clearTimeout(this.timer);
    clearTimeout(this.refreshing);
    this.#clear();
    this.row = undefined;
    this.store.act("pane.close", { pane: this.store.view });
  }

  close() {
    this.stop();
    this.store.model.off("msg:custom", this.listener);
  }

  #ask(name, args, slot) {
    const { row } = this;
    this.store.act(name, { row, ...args }).then(({ result }) => {
      if (!result || this.row !== row) return;
      this[slot] = result;
      this.changed();
    });
  }

  /**
   * @param {Images} message
   * @param {DataView<ArrayBuffer>[]} buffers
   */
  #receive(message, buffers) {
    if (message.kind !== "images") return;
    let mine = false;
    message.images.forEach((image, index) => {
      if (image.pane !== this.store.view || image.row !== this.row || image.page !== this.page) return;
      mine = true;
      const before = this.images[image.what];
      const bytes = buffers[index];
      const url = bytes?.byteLength ? URL.createObjectURL(new Blob([bytes], { type: image.mime })) : "";
      if (before?.url) URL.revokeObjectURL(before.url);
      this.images[image.what] = { ...image, url };
      if (image.pages) this.pages = image.pages;
    });
    if (mine) this.changed();
  }

  #clear() {
    for (const { url } of Object.values(this.images ?? {})) if (url) URL.revokeObjectURL(url);
    this.images = {};
    this.pages = 0;
  }
}
