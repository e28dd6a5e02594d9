// The theme: AG Grid in the colors of JupyterLab, whose CSS variables change with its theme. The stylesheet has the few
// tints that JupyterLab has no name for.

import { themeQuartz } from "ag-grid-community";
import css from "../style.css";

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

/** Add our stylesheet to the page, once. */
export function installStyles() {
  if (document.getElementById("pdm-nb-styles")) return;
  const style = document.createElement("style");
  style.id = "pdm-nb-styles";
  style.textContent = css;
  document.head.append(style);
}
