// The theme: AG Grid in the colors of JupyterLab, whose CSS variables change with its theme. The stylesheet has the few
// tints that JupyterLab has no name for.

import { themeQuartz } from "ag-grid-community";
import css from "../style.css";
import { addTo, element, rootOf } from "../dom.js";
import { followTheme } from "./page_theme.js";

export const theme = themeQuartz.withParams({
  backgroundColor: "var(--pdm-surface)",
  foregroundColor: "var(--pdm-ink)",
  headerBackgroundColor: "var(--pdm-header)",
  headerTextColor: "var(--pdm-ink)",
  headerFontWeight: 600,
  borderColor: "var(--pdm-line)",
  columnBorder: { color: "var(--pdm-line-soft)" },
  rowBorder: { color: "var(--pdm-line-soft)" },
  accentColor: "var(--pdm-accent)",
  rowHoverColor: "var(--pdm-hover)",
  fontFamily: "var(--jp-ui-font-family, system-ui, sans-serif)",
  fontSize: 13,
  headerFontSize: 12,
  spacing: 5,
  rowHeight: 28,
  headerHeight: 32,
  cellHorizontalPadding: 8,
  wrapperBorderRadius: 4,
  borderRadius: 3,
  browserColorScheme: "inherit",
  tooltipBackgroundColor: "var(--pdm-surface)",
  tooltipTextColor: "var(--pdm-ink)",
});

/** Add a stylesheet to the page, and to the shadow root that `node` is in, each once. */
export function installStyles(node, id = "pdm-nb-styles", text = css) {
  for (const root of new Set([document, rootOf(node)])) {
    if (root.getElementById(id)) continue;
    const style = element("style", "", text);
    style.id = id;
    addTo(root, style, "head");
  }
  followTheme(node);
}
