// The step Submit: what will become which version of what, why documents are not ready, and one confirmation.

import { html, useEffect, useState } from "../html.js";
import { Chip } from "../picker.js";
import { TEXTS } from "../texts.js";

export function SubmitTools({ store, confirmation, setConfirmation }) {
  const { submitting = {}, run } = store.state;
  const { plan } = store.page;
  const isRunning = Boolean(run?.running);
  useEffect(() => {
    if (!plan && !isRunning && submitting.ready) store.act("submitting.plan");
  }, [Boolean(plan), isRunning, Boolean(submitting.ready)]);
  const change = (part) => setConfirmation({ ...confirmation, ...part });
  useEffect(() => change({ confirmed: false }), [plan?.hash]); // what was confirmed is another plan
  return html`<section class="pdm-card pdm-plan" aria-label=${TEXTS.plan}>
    <div class="pdm-tools"><h4>${TEXTS.plan}</h4><span class="pdm-soft">${TEXTS.planHelp}</span><span class="pdm-grow"></span>
      <button type="button" class="pdm-button" disabled=${isRunning} onClick=${() => store.act("submitting.plan")}>${TEXTS.updatePlan}</button></div>
    ${store.pending.has("submitting.plan") && html`<p class="pdm-soft">${TEXTS.planning}</p>`}
    ${plan && html`<p><b>${plan.sentence}</b></p>
      ${plan.versions.length > 0 && html`<p>${TEXTS.planVersions}</p><ul class="pdm-file-list">${plan.versions.map(({ file, text }) => html`<li key=${file}><span>${file}</span> <span class="pdm-soft">→ ${text}</span></li>`)}
        ${plan.more > 0 && html`<li class="pdm-soft">${TEXTS.andMore(plan.more)}</li>`}</ul>`}`}
    ${submitting.reasons?.length > 0 && html`<div class="pdm-reasons"><${Chip} tone="warn" text=${TEXTS.blocked(submitting.blocked)} /><ul>${submitting.reasons.map(([reason, count]) => html`<li key=${reason}>${count} × ${reason}</li>`)}</ul></div>`}
    ${submitting.conflicts?.length > 0 && html`<${Conflicts} submitting=${submitting} confirmation=${confirmation} change=${change} />`}
    ${plan?.sends > 0 && html`<label class="pdm-confirm"><input type="checkbox" checked=${confirmation.confirmed} onChange=${(event) => change({ confirmed: event.target.checked })} /><span>${TEXTS.confirm}</span></label>`}
  </section>`;
}

/** Documents that a workflow holds: the workflows can be ended for good by this submit, with a reason and a status (B48). */
function Conflicts({ submitting, confirmation, change }) {
  return html`<fieldset class="pdm-conflicts"><p>${TEXTS.conflicts(submitting.conflicts.length)}</p>
    <ul class="pdm-file-list">${submitting.conflict_lines?.map(({ file, text }) => html`<li key=${file}><span>${file}</span> <span class="pdm-soft">${text}</span></li>`)}
      ${submitting.conflicts.length > submitting.conflict_lines?.length && html`<li class="pdm-soft">${TEXTS.andMore(submitting.conflicts.length - submitting.conflict_lines.length)}</li>`}</ul>
    <label class="pdm-confirm"><input type="checkbox" checked=${confirmation.end_workflows} onChange=${(event) => change({ end_workflows: event.target.checked })} /><span>${TEXTS.endWorkflows}</span></label>
    ${confirmation.end_workflows && html`<label class="pdm-row"><span>${TEXTS.endReason}</span><input class="pdm-field" value=${confirmation.reason} onInput=${(event) => change({ reason: event.target.value })} /></label>
    <label class="pdm-row"><span>${TEXTS.endStatus}</span><select class="pdm-field" value=${confirmation.status} onChange=${(event) => change({ status: event.target.value })}><option value=""></option>
      ${submitting.statuses.map((label) => html`<option key=${label} value=${label}>${label}</option>`)}</select></label>`}</fieldset>`;
}

export const UNCONFIRMED = { confirmed: false, end_workflows: false, reason: "", status: "" };

/** The primary button of this step, from the one that Python proposes. */
export function submitAction(store, primary, confirmation, setConfirmation) {
  const { plan } = store.page;
  const isComplete = !confirmation.end_workflows || Boolean(confirmation.reason && confirmation.status);
  const submit = () => {
    store.act("submitting.submit", { ...confirmation, hash: plan.hash });
    setConfirmation(UNCONFIRMED); // each submit needs a new one
  };
  return { label: primary.label, disabled: primary.disabled || !confirmation.confirmed || !plan?.sends || !isComplete, onClick: submit };
}
