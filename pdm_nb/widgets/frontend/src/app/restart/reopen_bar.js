// The bars about a kernel that has stopped: on the page that it leaves behind, and in the next view of the workbench.

import { html, useEffect, useState } from "../html.js";
import { canRunCell, runCell } from "./run_cell.js";
import { TEXTS } from "../texts.js";
import { isSavedPage } from "../../dom.js";

const nameOf = ({ project, batch, step }, steps = []) => [project, batch, steps.find(({ key }) => key === step)?.label].filter(Boolean).join(" › ");

/** The kernel was restarted or shut down: what is shown is not up to date; one button opens it again. */
export function StaleBar({ store }) {
  if (isSavedPage(store.kernel)) return html`<div role="status" class="pdm-note pdm-note-plain"><span>${TEXTS.savedPage}</span></div>`;
  return html`<${StoppedBar} store=${store} />`;
}

function StoppedBar({ store }) {
  const { place, steps } = store.state;
  const happened = store.broken ? TEXTS.kernelStopped : TEXTS.kernelRestarted;
  const isWhole = store.shownView === "workbench";
  const name = isWhole && place?.project_id ? nameOf(place, steps) : "";
  const canRun = isWhole && canRunCell(store);
  const reopen = () => {
    store.places.expect();
    runCell(store);
  };
  const next = canRun ? "" : name ? TEXTS.runToReopen(name) : TEXTS.runAgain;
  return html`<div role="alert" class="pdm-note pdm-note-bad"><span class="pdm-lines">${happened} ${TEXTS.notUpToDate} ${next}</span><span class="pdm-grow"></span>
    ${canRun && html`<button type="button" class="pdm-button" title=${TEXTS.reopenHelp} onClick=${reopen}>${name ? TEXTS.reopenPlace(name) : TEXTS.runCell}</button>`}</div>`;
}

/** A new view, in which nothing is open yet: what was open before can be opened again in one click. */
export function ReopenBar({ store }) {
  const [left, setLeft] = useState(() => store.places.left);
  const [opening, setOpening] = useState("");
  const reopen = () => {
    store.restoring = left;
    setOpening(nameOf(left.place, store.state.steps));
    setLeft(null);
    store.act("reopening.reopen", { place: left.place });
  };
  useEffect(() => {
    if (left && store.places.takeExpected()) reopen();
  }, []);
  if (opening && store.pending.has("reopening.reopen")) return html`<div role="status" class="pdm-note pdm-note-plain">${TEXTS.opening(opening)}</div>`;
  if (!left || store.state.place?.project_id) return null;
  const dismiss = () => {
    store.places.forget();
    setLeft(null);
  };
  return html`<div role="status" class="pdm-note pdm-note-plain"><span class="pdm-lines">${TEXTS.wasOpen}</span>
    <button type="button" class="pdm-button pdm-primary" onClick=${reopen}>${TEXTS.reopenPlace(nameOf(left.place, store.state.steps))}</button><span class="pdm-grow"></span>
    <button type="button" class="pdm-plain-button" aria-label=${TEXTS.dismiss} title=${TEXTS.dismiss} onClick=${dismiss}>×</button></div>`;
}
