// The line that says when edits did not reach Python, and what can be done with them.

import { element } from "../dom.js";
import { quantity } from "../edit/changes.js";
import { format } from "../edit/clipboard.js";
import { button } from "../ui/controls.js";

export class RecoveryBar {
  constructor(table) {
    this.table = table;
    this.gui = element("div", "pdm-recovery");
    this.gui.setAttribute("role", "alert");
    this.gui.hidden = true;
  }

  /** A kernel that ended or was restarted while this table was open. */
  dead() {
    const { unsentEdits } = this.table.connection;
    unsentEdits.close(); // what it has not had answered is for the view that comes next
    const { mine: cells, stored } = unsentEdits;
    const then = stored ? "they are kept and can be put in once this cell has run again" : "copy them now, this page could not keep them";
    const kept = cells.length ? ` ${quantity(cells.length, "edit")} did not reach it; ${then}.` : " Nothing typed before was lost.";
    this.#show(`The kernel of this table has ended. Run the cell again to go on.${kept}`, cells.length ? [this.#copy(cells)] : []);
  }

  /** Edits of an earlier page or kernel that this one does not have. */
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
    const apply = button("Put them in", () => {
      end();
      const now = cells.map(([id, key, , text]) => [id, key, connection.rows.text(id, key), text]);
      this.table.act({ cells: now, notice: `Put in: ${quantity(now.length, "edit")} of before.` });
    });
    const drop = button("Drop them", end);
    this.#show(`${quantity(cells.length, "edit")} did not reach the kernel before this page or kernel was started anew.`, [apply, this.#copy(cells), drop]);
  }

  /** Everything was loaded anew: what is suggestedFirst may have arrived by now. */
  review() {
    if (this.offering) this.left();
  }

  #show(text, buttons) {
    this.gui.replaceChildren(element("span", "", text), ...buttons);
    this.gui.hidden = false;
  }

  /** Copies them as a block with a head: the rows and columns that were edited. */
  #copy(cells) {
    return button("Copy them", async () => {
      await navigator.clipboard.writeText(format(this.#block(cells)));
      this.table.showStatus(`Copied: ${quantity(cells.length, "edit")}, with the names of rows and columns.`);
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
