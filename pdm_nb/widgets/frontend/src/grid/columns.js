// Turns our column specs into AG Grid's column definitions; the only module that knows both.

import { CellView } from "./cells.js";
import { ListEditor } from "../ui/list_editor.js";
import { highestSeverity } from "../edit/rows.js";
import { describe, isEmpty } from "../edit/describe.js";
import { TextEditor, LongTextEditor, DateEditor } from "../ui/editors.js";
import { HeaderLabel } from "./header.js";
import { NUMBERS } from "../edit/selection.js";
import { TEXTS } from "../edit/texts.js";

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

const EDITORS = {
  text: [TextEditor, false],
  number: [TextEditor, false],
  timestamp: [DateEditor, true],
  long: [LongTextEditor, true],
  select: [ListEditor, true],
  multiselect: [ListEditor, true],
};

const WIDTHS = { long: 260, number: 110, timestamp: 190, select: 190, multiselect: 210, progress: 130, badge: 120 };

const LETTER = 6; // pixels, about

/**
 * How a column is sorted: numbers by size, texts in natural order ("A-9" before "A-10"). Other texts come after the
 * numbers, and empty cells come last, also in descending order.
 */
export function comparator(kind) {
  const size = (value) => (kind === "number" || typeof value === "number" ? Number(value) : NaN);
  const group = (value) => (isEmpty(value) ? 2 : Number.isNaN(size(value)) ? 1 : 0);
  return (a, b, _a, _b, descending) => {
    const difference = group(a) - group(b);
    if (difference) return descending ? -difference : difference; // AG Grid reverses the result
    return group(a) === 0 ? size(a) - size(b) : collator.compare(String(a), String(b));
  };
}

/**
 * Column definitions in the order and with the widths of `layout`: [{key, hide, pinned, width}], or [] for those of the
 * specs. Headers and editors use `table`: connection, shownCells, viewFilters, headers, keyboard,
 * applyToSelection(), isInStep().
 */
export function definitions(specs, layout, table) {
  const kept = new Map(layout.map((one) => [one.key, one]));
  return [numbers(table.options.noun), ...ordered(specs, layout).map((spec) => {
    const own = layoutOf(kept.get(spec.key));
    return { ...definition(spec, table), ...own, hide: Boolean(own.hide) || !table.isInStep(spec) };
  })];
}

/** The specs in the order of a layout; those that are not in it come last, in their own order. */
export function ordered(specs, layout) {
  const places = new Map(layout.map(({ key }, index) => [key, index]));
  return [...specs].sort((a, b) => (places.get(a.key) ?? places.size) - (places.get(b.key) ?? places.size));
}

function layoutOf(kept) {
  return kept ? { hide: Boolean(kept.hide), pinned: kept.pinned ?? null, width: kept.width, flex: undefined } : {};
}

function numbers(noun) {
  return {
    colId: NUMBERS,
    headerName: TEXTS.row,
    headerClass: "pdm-numbers-head",
    pinned: "left",
    lockPinned: true,
    lockPosition: "left",
    width: 48,
    resizable: false,
    sortable: false,
    suppressMovable: true,
    suppressNavigable: true,
    cellClass: "pdm-numbers",
    valueGetter: ({ node }) => node.rowIndex + 1,
    tooltipValueGetter: ({ data }) => `${noun[0].toUpperCase()}${noun.slice(1)} id ${data.id}`,
  };
}

/** The whole text, if it is longer than its column shows. */
function fullText({ value, column }) {
  const text = String(value ?? "");
  return text.length * LETTER > column.getActualWidth() ? [text] : [];
}

function definition(spec, table) {
  const { key } = spec;
  const { connection } = table;
  const [cellEditor, isPopup] = EDITORS[spec.kind] ?? EDITORS.text;
  const list = spec.choices ?? key;
  const has = (severity) => (params) => highestSeverity(params.data.marks[key]) === severity;
  const lines = ({ data }) => describe(data.marks[key], data.values[key], { pending: data.pending[key] !== undefined, ...spec });
  return {
    colId: key,
    headerName: spec.required ? `${spec.label} *` : spec.label,
    headerTooltip: spec.help || undefined,
    headerComponentParams: { innerHeaderComponent: HeaderLabel, innerHeaderComponentParams: { spec, table } },
    pinned: spec.pinned ?? undefined,
    width: spec.width ?? Math.max(WIDTHS[spec.kind] ?? 160, 8 * spec.label.length + 64), // so that its label fits
    minWidth: spec.flex ? spec.width : 60,
    flex: spec.flex,
    valueGetter: ({ data }) => data.values[key] ?? "",
    comparator: comparator(spec.kind),
    tooltipValueGetter: (params) => [...fullText(params), ...lines(params)].join("\n") || undefined,
    cellRenderer: CellView,
    cellRendererParams: { spec },
    cellClass: spec.kind === "number" ? "pdm-number" : undefined,
    cellClassRules: {
      "pdm-error": has("error"),
      "pdm-warning": has("warning"),
      "pdm-info": has("info"),
      "pdm-pending": ({ data }) => data.pending[key] !== undefined,
      "pdm-readonly": ({ data }) => Boolean(data.marks[key]?.locked || (spec.locked && !spec.pinned)),
    },
    editable: ({ data }) => Boolean(spec.editable) && !data.marks[key]?.locked,
    cellEditor,
    cellEditorPopup: isPopup,
    cellEditorPopupPosition: "over",
    cellEditorParams: ({ data }) => ({
      spec,
      reveal: () => table.shownCells.reveal({ id: data.id, key }),
      choices: () => connection.choices(list),
      similar: (data.marks[key]?.findings ?? []).flatMap((finding) => finding.similar ?? []),
      search: (text) => connection.search(list, text),
      applyToSelection: (text) => table.applyToSelection(text),
      isBulkEdit: () => Boolean(table.bulkArea),
      move: (name, way) => table.keyboard.moveFromEditor(name, way),
      labelOf: (other) => table.shownCells.label(other),
    }),
    suppressKeyboardEvent: ({ editing, event }) => editing && event.defaultPrevented,
  };
}

/** What Python knows of the columns. On a saved page nothing can be edited. */
export function specsOf(model, isSaved) {
  const specs = model.get("_columns");
  return isSaved ? specs.map((spec) => ({ ...spec, editable: false, locked: TEXTS.savedPage })) : specs;
}
