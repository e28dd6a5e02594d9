// From our column specs to AG Grid's column definitions; the only place where the two meet.

import { CellView } from "./cells.js";
import { worst } from "./data.js";
import { describe, isEmpty } from "./describe.js";
import { ChoiceEditor, InputEditor, LongEditor } from "./editors.js";

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

const EDITORS = {
  text: [InputEditor, false],
  number: [InputEditor, false],
  timestamp: [InputEditor, false],
  long: [LongEditor, true],
  select: [ChoiceEditor, true],
  multiselect: [ChoiceEditor, true],
};

const WIDTHS = { long: 240, number: 100, timestamp: 150, select: 190, multiselect: 210, progress: 130, badge: 120 };

/** Numbers by size, texts as people count ("A-9" before "A-10"), empty cells last. */
export function compare(a, b) {
  if (isEmpty(a) || isEmpty(b)) return Number(isEmpty(a)) - Number(isEmpty(b));
  return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
}

export function definitions(specs, connection) {
  return specs.map((spec) => definition(spec, connection));
}

function definition(spec, connection) {
  const { key } = spec;
  const [cellEditor, isPopup] = EDITORS[spec.kind] ?? EDITORS.text;
  const has = (severity) => (params) => worst(params.data.marks[key]) === severity;
  const lines = ({ data }) => describe(data.marks[key], data.values[key], data.pending[key] !== undefined);
  return {
    colId: key,
    headerName: spec.required ? `${spec.label} *` : spec.label,
    headerTooltip: spec.help || undefined,
    pinned: spec.pinned ?? undefined,
    width: spec.width ?? WIDTHS[spec.kind] ?? 150,
    minWidth: spec.flex ? spec.width : 60,
    flex: spec.flex,
    valueGetter: ({ data }) => data.values[key] ?? "",
    comparator: compare,
    tooltipValueGetter: (params) => lines(params).join("\n") || undefined,
    cellRenderer: CellView,
    cellRendererParams: { spec },
    cellClass: spec.kind === "number" ? "pdm-number" : undefined,
    cellClassRules: {
      "pdm-error": has("error"),
      "pdm-warning": has("warning"),
      "pdm-info": has("info"),
      "pdm-pending": ({ data }) => data.pending[key] !== undefined,
      "pdm-readonly": ({ data }) => Boolean(data.marks[key]?.locked),
    },
    editable: ({ data }) => Boolean(spec.editable) && !data.marks[key]?.locked,
    cellEditor,
    cellEditorPopup: isPopup,
    cellEditorPopupPosition: "over",
    cellEditorParams: { spec, choices: () => connection.choices(spec.choices ?? key) },
    suppressKeyboardEvent: ({ editing, event }) => editing && event.defaultPrevented,
  };
}
