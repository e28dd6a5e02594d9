// The header of a column: its label, the number of findings, and the filter button.

import { element } from "../dom.js";
import { quantity } from "../edit/skipped_cells.js";
import { button } from "../ui/controls.js";
import { TEXTS } from "../edit/texts.js";

/** An inner header for AG Grid. */
export class HeaderLabel {
  /** @type {ColumnSpec} */
  spec;
  /** @type {any} */
  table;
  /** @type {HTMLElement} */
  count;
  /** @type {HTMLElement} */
  filter;

  init({ spec, table, displayName }) {
    this.spec = spec;
    this.table = table;
    this.gui = element("span", "pdm-header");
    this.count = small("pdm-header-count", button("", () => table.viewFilters.filterFindings(spec.key)));
    this.filter = small("pdm-header-filter", button("▾", () => table.viewFilters.filter(spec.key, this.filter), TEXTS.filterColumn));
    this.filter.setAttribute("aria-label", TEXTS.filterColumn);
    this.gui.append(element("span", "pdm-header-name", displayName), this.count, this.filter);
    table.headers.add(this);
    this.update();
  }

  getGui() {
    return this.gui;
  }

  refresh() {
    return false;
  }

  /** Findings or filters have changed. */
  update() {
    const { columns } = this.table.connection.rows;
    const found = columns[this.spec.key] ?? 0;
    this.count.hidden = !found;
    const text = found.toLocaleString("en");
    if (this.count.textContent !== text) {
      this.count.textContent = text;
      this.count.setAttribute("aria-label", TEXTS.showOnlyThese(quantity(found, "finding")));
    }
    this.filter.classList.toggle("pdm-on", this.table.viewFilters.filters.isFiltered(this.spec.key));
  }

  destroy() {
    this.table.headers.delete(this);
  }
}

/** A small button that Tab skips; keyboard shortcuts do the same. */
function small(className, made) {
  made.className = className;
  made.tabIndex = -1;
  for (const name of ["mousedown", "click"]) made.addEventListener(name, (event) => event.stopPropagation());
  return made;
}
