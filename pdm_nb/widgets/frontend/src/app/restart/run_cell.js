// Runs the cell of a view again. A widget has no means of its own for that; JupyterLab and Notebook 7 carry out a command
// when an element with these attributes is clicked, and no other front end does. In a notebook that is not trusted,
// JupyterLab asks first.

import { element } from "../../dom.js";

const IMPORTS = /^[ \t]*(?:import pdm_nb(?: as \w+)?|from pdm_nb import [\w, ]+)[ \t]*$/gm;

const cellOf = (root) => root.closest(".jp-NotebookPanel .jp-CodeCell");

/** Identifies the notebook of a view in this browser. */
export function notebookOf({ model }) {
  return model.widget_manager?.context?.path ?? globalThis.location?.pathname ?? "";
}

/** True if the page can run the cell of this view. */
export const canRunCell = ({ root }) => Boolean(cellOf(root));

/** Run the cell of this view again, after the imports of this package in the cells above it. */
export function runCell({ root, model }) {
  const cell = cellOf(root);
  if (!cell) return false;
  const { context, kernel } = model.widget_manager ?? {};
  const sources = [...(context?.model?.sharedModel?.cells ?? [])].map(({ source }) => source);
  const code = importsIn(sources);
  const live = kernel ?? context?.sessionContext?.session?.kernel;
  if (code) live?.requestExecute?.({ code, silent: true, store_history: false });
  cell.querySelector(".jp-InputPrompt")?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, button: 0 })); // makes the cell the active one
  const link = element("span");
  link.dataset.commandlinkerCommand = "notebook:run-cell";
  link.dataset.commandlinkerArgs = "{}";
  root.append(link);
  link.click();
  link.remove();
  return true;
}

/** The lines that import this package, each once, in their order. */
export function importsIn(sources) {
  const lines = sources.flatMap((source) => source.match(IMPORTS) ?? []);
  return [...new Set(lines.map((line) => line.trim()))].join("\n");
}
