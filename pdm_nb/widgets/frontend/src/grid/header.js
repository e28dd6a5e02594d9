// What stands in a column's header: its name, how many findings it has, and the way to its filter.

import { element } from "../dom.js";
import { button } from "../ui/controls.js";

/** An inner header for AG Grid. */
export class HeaderLabel {
  init({ spec, table, displayName }) {
    Object.assign(this, { spec, table });
    this.gui = element("span", "pdm-header");
    this.count = small("pdm-header-count", button("", () => table.viewFilters.filterFindings(spec.key)));
    this.filter = small("pdm-header-filter", button("▾", () => table.viewFilters.filter(spec.key, this.filter), "Filter this column"));
    this.filter.setAttribute("aria-label", "Filter this column");
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
      this.count.setAttribute("aria-label", `${text} findings: show only these`);
    }
    this.filter.classList.toggle("pdm-on", this.table.viewFilters.filters.isFiltered(this.spec.key));
  }

  destroy() {
    this.table.headers.delete(this);
  }
}

/** A small button that is not in the way of Tab; the keys of the table lead to the same. */
function small(className, made) {
  made.className = className;
  made.tabIndex = -1;
  for (const name of ["mousedown", "click"]) made.addEventListener(name, (event) => event.stopPropagation());
  return made;
}
