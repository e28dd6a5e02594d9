// The bundle: a model is either a table, or a view of the application.

import { renderApplication } from "./app/application.js";
import { renderTable } from "./grid/table.js";

export function render(context) {
  return context.model.get("_columns") ? renderTable(context) : renderApplication(context);
}
