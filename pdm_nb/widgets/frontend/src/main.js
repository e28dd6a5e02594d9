// The bundle: a model is either a table, or a view of the application. loader.js calls `render`; where a view has the bundle
// itself, it is an anywidget.

import { renderApplication } from "./app/application.js";
import { renderTable } from "./grid/table.js";

export function render(context) {
  return context.model.get("_columns") ? renderTable(context) : renderApplication(context);
}

export default { render };
