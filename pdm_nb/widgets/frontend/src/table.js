// The table widget: composes rows, wire, grid and the line under the grid. One instance per view.

import {
  CellStyleModule, ClientSideRowModelModule, ColumnApiModule, CustomEditorModule, HighlightChangesModule,
  ModuleRegistry, RenderApiModule, RowApiModule, ScrollApiModule, TooltipModule, createGrid,
} from "ag-grid-community";
import { element } from "./cells.js";
import { definitions } from "./columns.js";
import { Connection } from "./connection.js";
import { describe, summary } from "./describe.js";
import { keepFocus, keepKeys, leaveOnEscape } from "./keys.js";
import { installStyles, theme } from "./theme.js";

ModuleRegistry.registerModules([
  CellStyleModule, ClientSideRowModelModule, ColumnApiModule, CustomEditorModule, HighlightChangesModule,
  RenderApiModule, RowApiModule, ScrollApiModule, TooltipModule,
]);

const ROW = 28;
const HEADER = 32;
const FRAME = 20; // borders and a horizontal scroll bar
const FLASH_AT_MOST = 200; // cells; above that a flash tells nothing and costs much

class TableView {
  constructor(model, el) {
    installStyles();
    this.model = model;
    this.root = element("div", "pdm-table");
    this.host = element("div", "pdm-grid");
    this.footer = element("div", "pdm-footer");
    this.counts = element("span", "pdm-counts");
    this.said = element("span", "pdm-said");
    this.said.setAttribute("role", "status");
    this.footer.append(this.counts, this.said);
    this.root.append(this.host, this.footer);
    el.append(this.root);
    this.popups = popupLayer();
    [this.root, this.popups].forEach(keepKeys);
    keepFocus(this.root, this.popups);
    this.connection = new Connection(model, { onLoad: () => this.loaded(), onPatch: (cells) => this.patched(cells) });
    this.api = createGrid(this.host, this.options());
    leaveOnEscape(this.root, () => this.api.getEditingCells().length > 0);
    this.name();
    this.loaded();
    model.on("change:_columns", () => this.api.setGridOption("columnDefs", this.columns()));
    model.on("change:_choices", () => this.connection.forgetChoices());
  }

  columns() {
    return definitions(this.model.get("_columns"), this.connection);
  }

  options() {
    return {
      theme,
      columnDefs: this.columns(),
      rowData: this.connection.rows.all,
      getRowId: ({ data }) => String(data.id),
      defaultColDef: { sortable: true, resizable: true },
      readOnlyEdit: true, // Python decides what a cell holds
      enterNavigatesVerticallyAfterEdit: true,
      stopEditingWhenCellsLoseFocus: true,
      popupParent: this.popups,
      tooltipShowDelay: 400,
      tooltipMouseTrack: false,
      rowHeight: ROW,
      headerHeight: HEADER,
      cellFlashDuration: 700,
      cellFadeDuration: 500,
      overlayNoRowsTemplate: "<span></span>", // our own text stands there instead, as text
      onCellEditRequest: (event) => this.edited(event),
      onCellFocused: (event) => this.focused(event),
      onFirstDataRendered: () => this.name(),
    };
  }

  name() {
    const grid = this.host.querySelector('[role="grid"], [role="treegrid"]');
    grid?.setAttribute("aria-label", this.model.get("_options").label);
  }

  loaded() {
    if (!this.api) return; // the first load comes before the grid
    const { rows } = this.connection;
    this.api.setGridOption("rowData", rows.all);
    this.root.classList.toggle("pdm-is-empty", rows.all.length === 0);
    this.root.dataset.empty = this.model.get("_options").empty;
    const wanted = HEADER + FRAME + Math.max(rows.all.length, 2) * ROW;
    this.host.style.height = `${Math.min(wanted, this.model.get("_options").height)}px`;
    this.count();
  }

  patched(cells) {
    const byRow = new Map();
    for (const cell of cells) byRow.set(cell.id, [...(byRow.get(cell.id) ?? []), cell]);
    for (const [id, changes] of byRow) {
      const node = this.api.getRowNode(String(id));
      if (!node) continue;
      const columns = changes.map((cell) => cell.key).filter((key) => this.api.getColumn(key));
      this.api.refreshCells({ rowNodes: [node], columns, force: true });
      const changed = changes.filter((cell) => cell.changed && columns.includes(cell.key)).map((cell) => cell.key);
      if (changed.length && cells.length <= FLASH_AT_MOST) this.api.flashCells({ rowNodes: [node], columns: changed });
    }
    this.count();
    this.say(this.api.getFocusedCell());
  }

  edited({ data, column, oldValue, newValue }) {
    const text = newValue === null || newValue === undefined ? "" : String(newValue);
    if (text === String(oldValue ?? "")) return;
    this.connection.edit([[data.id, column.getColId(), String(oldValue ?? ""), text]]);
    this.patched([{ id: data.id, key: column.getColId(), changed: false }]);
  }

  focused(event) {
    this.say(event);
  }

  /** The line under the table tells what the focused cell has to say. */
  say(place) {
    const row = place && typeof place.rowIndex === "number" && this.api.getDisplayedRowAtIndex(place.rowIndex)?.data;
    const key = row && place.column?.getColId?.();
    const text = key ? describe(row.marks[key], row.values[key], row.pending[key] !== undefined).join(" ") : "";
    if (this.said.textContent !== text) this.said.textContent = text;
  }

  count() {
    const { rows } = this.connection;
    this.counts.textContent = summary(rows.all.length, rows.counts, this.model.get("_options").noun);
  }

  destroy() {
    this.api.destroy();
    this.popups.remove();
  }
}

/** Editors and tooltips live here, so that no output area cuts them off. */
function popupLayer() {
  const layer = element("div", "pdm-popups");
  document.body.append(layer);
  return layer;
}

export function render({ model, el }) {
  const view = new TableView(model, el);
  return () => view.destroy();
}
