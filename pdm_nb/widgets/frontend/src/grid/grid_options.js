// How AG Grid is set up: the modules that are in the bundle, the options, and which event calls what.

import {
  CellStyleModule, ClientSideRowModelApiModule, ClientSideRowModelModule, ColumnApiModule, ColumnAutoSizeModule,
  CustomEditorModule, ExternalFilterModule, HighlightChangesModule, ModuleRegistry, RenderApiModule, RowApiModule,
  ScrollApiModule, TooltipModule,
} from "ag-grid-community";
import { TEXTS } from "../edit/texts.js";
import { theme } from "./theme.js";

ModuleRegistry.registerModules([
  CellStyleModule, ClientSideRowModelApiModule, ClientSideRowModelModule, ColumnApiModule, ColumnAutoSizeModule,
  CustomEditorModule, ExternalFilterModule, HighlightChangesModule, RenderApiModule, RowApiModule, ScrollApiModule,
  TooltipModule,
]);

export const ROW = 28; // pixels
export const HEADER = 32;
const BY_USER = new Set(["uiColumnResized", "autosizeColumns"]); // dragged, or the border double-clicked

/** The options of AG Grid for one table view, whose methods are called back. */
export function gridOptions(table) {
  return {
    theme,
    localeText: TEXTS.grid,
    columnDefs: table.columns(),
    rowData: table.connection.rows.all,
    getRowId: ({ data }) => String(data.id),
    defaultColDef: { sortable: true, resizable: true },
    readOnlyEdit: true, // Python decides what a cell holds
    stopEditingWhenCellsLoseFocus: true,
    popupParent: table.popups,
    processUnpinnedColumns: () => [], // else a narrow window would unpin columns for good
    tooltipShowDelay: 400,
    tooltipMouseTrack: false,
    rowHeight: ROW,
    headerHeight: HEADER,
    animateRows: false,
    rowBuffer: 6, // rows drawn beyond the edge
    cellFlashDuration: 700,
    cellFadeDuration: 500,
    overlayNoRowsTemplate: "<span></span>", // our own text is shown there instead
    isExternalFilterPresent: () => table.viewFilters.filters.active,
    doesExternalFilterPass: ({ data }) => table.viewFilters.filters.passes(data),
    onCellEditRequest: (event) => table.edited(event),
    onCellEditingStopped: () => (table.bulkArea = null),
    onCellFocused: () => table.focused(),
    onFirstDataRendered: () => table.setGridLabel(),
    onModelUpdated: () => table.reordered(),
    onDisplayedColumnsChanged: () => table.reordered(),
    onViewportChanged: () => table.keyboard?.paint(),
    onVirtualColumnsChanged: () => table.keyboard?.paint(),
    onColumnMoved: ({ finished, source }) => finished && source === "uiColumnMoved" && table.layout.changed(),
    onColumnResized: ({ finished, source }) => finished && BY_USER.has(source) && table.layout.changed(),
    onGridSizeChanged: () => table.layout?.fit(),
  };
}
