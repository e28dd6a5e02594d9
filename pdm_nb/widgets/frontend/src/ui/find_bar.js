// The bar to find and replace, above the table. It searches the block that was selected, else all cells that are shown.

import { element } from "../dom.js";
import { setEach } from "../edit/changes.js";
import { find, replaced } from "../edit/find_replace.js";
import { quantity } from "../edit/skipped_cells.js";
import { button, textField, checkbox } from "./controls.js";
import { TEXTS } from "../edit/texts.js";

const TYPING_PAUSE = 150; // milliseconds without a key before the search starts

export class FindBar {
  /** @type {Record<string, Set<any>> | null} the block that is searched */
  area = null;

  constructor(table) {
    this.table = table;
    this.options = { matchCase: false, whole: false };
    this.gui = element("div", "pdm-findbar");
    this.gui.setAttribute("role", "search");
    this.gui.hidden = true;
    this.text = textField(TEXTS.find, () => this.#searchSoon());
    this.by = textField(TEXTS.replaceWith, () => {});
    this.matches = element("span", "pdm-matches");
    this.matches.setAttribute("role", "status");
    this.gui.append(
      this.text, this.by,
      checkbox(TEXTS.matchCase, false, (matchCase) => this.#option({ matchCase })),
      checkbox(TEXTS.wholeCell, false, (whole) => this.#option({ whole })),
      button(TEXTS.next, () => this.next(), TEXTS.nextHelp),
      button(TEXTS.replace, () => this.replace(), TEXTS.replaceHelp),
      button(TEXTS.replaceAll, () => this.replaceAll(), TEXTS.replaceAllHelp),
      this.matches,
      button("✕", () => this.close(), TEXTS.close),
    );
    this.gui.addEventListener("keydown", (event) => this.#key(event));
  }

  open(replacing) {
    if (this.gui.hidden) this.area = null;
    this.gui.hidden = false;
    this.#keepBlock();
    (replacing && this.text.value ? this.by : this.text).focus();
    this.#search();
  }

  /** The selection changed: a block that is selected while the bar is open becomes the area to search. */
  selectionChanged() {
    if (!this.gui.hidden && this.#keepBlock()) this.#searchSoon();
  }

  close() {
    this.gui.hidden = true;
    clearTimeout(this.resting);
    this.table.focusCells();
  }

  next(backwards = false) {
    const found = this.#search();
    if (!found.length) return;
    const { shownCells, selection } = this.table;
    const order = ([id, key]) => shownCells.rowOf(id) * shownCells.keys.length + shownCells.columnOf(key);
    const here = selection.anchor ? order([selection.anchor.id, selection.anchor.key]) : -1;
    const ahead = backwards ? found.filter((one) => order(one) < here).at(-1) : found.find((one) => order(one) > here);
    const [id, key] = ahead ?? found.at(backwards ? -1 : 0);
    this.matches.textContent = `${found.findIndex((one) => one[0] === id && one[1] === key) + 1} of ${quantity(found.length, "cell")}`;
    shownCells.reveal({ id, key });
    selection.start({ id, key });
    this.table.keyboard.paint();
    this.table.describeCell();
  }

  replace() {
    const { anchor } = this.table.selection;
    const here = anchor && this.#search().filter(([id, key]) => id === anchor.id && key === anchor.key);
    if (here?.length) this.#put(here);
    this.next();
  }

  replaceAll() {
    this.#put(this.#search());
    this.#search();
  }

  #put(places) {
    const { shownCells } = this.table;
    this.table.act(setEach(shownCells, replaced(shownCells, places, this.text.value, this.by.value, this.options), TEXTS.replaced));
  }

  /** Keep the selected block, because "Next" selects single cells. Returns false if no block is selected. */
  #keepBlock() {
    const { selection } = this.table;
    if (selection.count < 2) return false;
    const { ids, keys } = selection.area();
    this.area = { ids: new Set(ids), keys: new Set(keys) };
    return true;
  }

  #searchSoon() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.#search(), TYPING_PAUSE);
  }

  /** The matching places among the shown cells: within the kept block, if there is one. */
  #search() {
    clearTimeout(this.resting);
    const { shownCells } = this.table;
    const within = (what) => (this.area ? shownCells[what].filter((one) => this.area?.[what].has(one)) : shownCells[what]);
    const found = find(shownCells, { ids: within("ids"), keys: within("keys") }, this.text.value, this.options);
    const where = this.area ? TEXTS.inTheSelection : "";
    this.matches.textContent = this.text.value || this.options.whole ? `${quantity(found.length, "cell")}${where}` : "";
    return found;
  }

  #option(option) {
    Object.assign(this.options, option);
    this.#search();
  }

  #key(event) {
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && event.target === this.by) this.replace();
    else if (event.key === "Enter" && event.target === this.text) this.next(event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
