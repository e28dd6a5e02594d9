// The table within the application: mounted once per batch, and kept through all steps.

import { html, useEffect, useRef } from "./html.js";
import { TableView, hideStatic } from "../grid/table.js";

/** `id` names the model of the table; `onTable` gets the view, and null when it is closed. */
export function DocumentTable({ store, id, step, hidden, onTable, onChange, onMenu }) {
  const host = useRef(null);
  const view = useRef(null);
  const latest = useRef({ step, onChange });
  latest.current = { step, onChange };
  useEffect(() => {
    let closed = false;
    store.model.widget_manager.get_model(id.replace(/^IPY_MODEL_/, "")).then((model) => {
      if (closed) return;
      const changed = () => latest.current.onChange();
      view.current = new TableView(model, host.current, store.kernel, { step: latest.current.step, isPart: store.shownView === "workbench", onChange: changed, onSelect: changed });
      hideStatic(model.get("_options").name);
      if (store.restoring?.shown) view.current.viewFilters.restore(store.restoring.shown);
      store.restoring = null;
      onTable(view.current);
    });
    return () => {
      closed = true;
      view.current?.destroy();
      view.current = null;
      onTable(null);
    };
  }, [id]);
  useEffect(() => {
    view.current?.setStep(step);
    return step === "review" ? view.current?.layout.sortFirst("~differences") : undefined;
  }, [step]);
  useEffect(() => void (!hidden && view.current?.layout?.fit()), [hidden]);
  return html`<div class="pdm-table-host" ref=${host} hidden=${hidden} onContextMenu=${(event) => onMenu(event, view.current)}></div>`;
}
