// The line for finding and replacing, above the table.

import { element } from "../dom.js";
import { amount, putAll } from "../edit/changes.js";
import { find, replaced } from "../edit/find.js";
import { button, field, tick } from "./controls.js";

const REST = 150; // milliseconds without a key before it looks

export class FindBar {
  constructor(table) {
    this.table = table;
    this.options = { caseful: false, whole: false };
    this.gui = element("div", "pdm-findbar");
    this.gui.setAttribute("role", "search");
    this.gui.hidden = true;
    this.text = field("Find", () => this.#rest());
    this.by = field("Replace with", () => {});
    this.told = element("span", "pdm-found");
    this.told.setAttribute("role", "status");
    this.gui.append(
      this.text, this.by,
      tick("Aa", false, (caseful) => this.#option({ caseful })),
      tick("Whole cell", false, (whole) => this.#option({ whole })),
      button("Next", () => this.next(), "Next (Enter)"),
      button("Replace", () => this.replace(), "Replace in this cell and go on"),
      button("Replace all", () => this.replaceAll(), "Replace in all cells shown, or in what is chosen"),
      this.told,
      button("✕", () => this.close(), "Close (Esc)"),
    );
    this.gui.addEventListener("keydown", (event) => this.#key(event));
  }

  open(replacing) {
    if (this.gui.hidden) this.area = null;
    this.gui.hidden = false;
    this.#keep();
    (replacing && this.text.value ? this.by : this.text).focus();
    this.#look();
  }

  /** Somebody has chosen something: while it is open, a block is where it looks from now on. */
  chosen() {
    if (!this.gui.hidden && this.#keep()) this.#rest();
  }

  close() {
    this.gui.hidden = true;
    clearTimeout(this.resting);
    this.table.home();
  }

  next(backwards = false) {
    const found = this.#look();
    if (!found.length) return;
    const { sheet, selection } = this.table;
    const order = ([id, key]) => sheet.rowOf(id) * sheet.keys.length + sheet.columnOf(key);
    const here = selection.anchor ? order([selection.anchor.id, selection.anchor.key]) : -1;
    const ahead = backwards ? found.filter((one) => order(one) < here).at(-1) : found.find((one) => order(one) > here);
    const [id, key] = ahead ?? found.at(backwards ? -1 : 0);
    this.told.textContent = `${found.findIndex((one) => one[0] === id && one[1] === key) + 1} of ${amount(found.length, "cell")}`;
    sheet.reveal({ id, key });
    selection.start({ id, key });
    this.table.hands.paint();
    this.table.tell();
  }

  replace() {
    const { anchor } = this.table.selection;
    const here = anchor && this.#look().filter(([id, key]) => id === anchor.id && key === anchor.key);
    if (here?.length) this.#put(here);
    this.next();
  }

  replaceAll() {
    this.#put(this.#look());
    this.#look();
  }

  #put(places) {
    const { sheet } = this.table;
    this.table.act(putAll(sheet, replaced(sheet, places, this.text.value, this.by.value, this.options), "Replaced"));
  }

  /** Keep the block that is chosen, since going from find to find chooses single cells; whether there is one. */
  #keep() {
    const { selection } = this.table;
    if (selection.count < 2) return false;
    const { ids, keys } = selection.area();
    this.area = { ids: new Set(ids), keys: new Set(keys) };
    return true;
  }

  #rest() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.#look(), REST);
  }

  /** Where it stands: in the block that was chosen where there is one, of all that is shown. */
  #look() {
    clearTimeout(this.resting);
    const { sheet } = this.table;
    const within = (what) => (this.area ? sheet[what].filter((one) => this.area[what].has(one)) : sheet[what]);
    const found = find(sheet, { ids: within("ids"), keys: within("keys") }, this.text.value, this.options);
    const where = this.area ? " in what is chosen" : "";
    this.told.textContent = this.text.value || this.options.whole ? `${amount(found.length, "cell")}${where}` : "";
    return found;
  }

  #option(option) {
    Object.assign(this.options, option);
    this.#look();
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
