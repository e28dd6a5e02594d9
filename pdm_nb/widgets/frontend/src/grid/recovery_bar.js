// The bar that reports edits that did not reach Python, and offers to restore, copy or discard them.

import { element } from "../dom.js";
import { quantity } from "../edit/skipped_cells.js";
import { format } from "../edit/clipboard.js";
import { button } from "../ui/controls.js";
import { TEXTS } from "../edit/texts.js";

export class RecoveryBar {
  constructor(table) {
    this.table = table;
    this.gui = element("div", "pdm-recovery");
    this.gui.setAttribute("role", "alert");
    this.gui.hidden = true;
  }

  /** The kernel stopped or was restarted while this table was open. */
  dead() {
    const { unsentEdits } = this.table.connection;
    unsentEdits.close(); // edits without a reply are left for the next view
    const { mine: cells, stored } = unsentEdits;
    const isOne = cells.length === 1;
    const next = stored ? TEXTS.restoreLater(isOne ? "it" : "them") : TEXTS.copyNow(isOne ? "it" : "them", isOne ? "it" : "them");
    const unsaved = cells.length ? TEXTS.notSaved(quantity(cells.length, "edit"), isOne ? "was" : "were", next) : TEXTS.allSaved;
    this.#show(this.table.owner.isPart ? unsaved : TEXTS.tableKernelStopped(unsaved), cells.length ? [this.#copy(cells)] : []);
  }

  /** Offer edits that were made before a reload or restart and that Python does not have. */
  left() {
    const { connection } = this.table;
    const cells = connection.unsentEdits.left.filter(([id, key, , text]) => connection.rows.byId.has(id) && connection.rows.text(id, key) !== text);
    this.offering = cells.length > 0;
    if (!cells.length) {
      this.gui.hidden = true;
      return connection.unsentEdits.drop();
    }
    const end = () => {
      connection.unsentEdits.drop();
      this.gui.hidden = true;
      this.offering = false;
      this.table.refocus();
    };
    const apply = button(TEXTS.restore, () => {
      end();
      const now = cells.map(([id, key, , text]) => [id, key, connection.rows.text(id, key), text]);
      this.table.act({ cells: now, notice: `Restored: ${quantity(now.length, "edit")}.` });
    });
    const drop = button(TEXTS.discard, end);
    this.#show(TEXTS.notSavedBefore(quantity(cells.length, "edit"), cells.length === 1 ? "was" : "were"), [apply, this.#copy(cells), drop]);
  }

  /** All rows were loaded again: the offered edits may have arrived by now. */
  review() {
    if (this.offering) this.left();
  }

  #show(text, buttons) {
    this.gui.replaceChildren(element("span", "", text), ...buttons);
    this.gui.hidden = false;
  }

  /** The button that copies edits as a block, with the names of rows and columns. */
  #copy(cells) {
    return button(TEXTS.copy, async () => {
      await navigator.clipboard.writeText(format(this.#block(cells)));
      this.table.showStatus(TEXTS.copiedWithNames(quantity(cells.length, "edit")));
    });
  }

  #block(cells) {
    const { shownCells, connection } = this.table;
    const first = shownCells.specs()[0].key;
    const keys = [...new Set(cells.map(([, key]) => key))];
    const ids = [...new Set(cells.map(([id]) => id))];
    const typed = new Map(cells.map(([id, key, , text]) => [`${id} ${key}`, text]));
    const line = (id) => keys.map((key) => typed.get(`${id} ${key}`) ?? connection.rows.text(id, key));
    return [[shownCells.label(first), ...keys.map((key) => shownCells.label(key))], ...ids.map((id) => [connection.rows.text(id, first), ...line(id)])];
  }
}
