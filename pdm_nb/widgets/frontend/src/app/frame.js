// What surrounds every step: the row of steps, messages, the result at the bottom, and the drawer with the code.

import { classes, html, useState } from "./html.js";
import { Chip } from "./picker.js";
import { TEXTS } from "./texts.js";

export function Steps({ store }) {
  const { steps = [], step } = store.state;
  return html`<nav class="pdm-steps" aria-label=${TEXTS.steps}>${steps.map((one) => html`<button key=${one.key} type="button" disabled=${!one.open}
    class=${classes("pdm-step", one.key === step && "pdm-on")} aria-current=${one.key === step ? "step" : undefined}
    onClick=${() => one.key !== step && store.act("bench.go", { step: one.key })}>
    ${one.done && html`<span class="pdm-tick" role="img" aria-label=${TEXTS.complete}>✓</span>`}<span>${one.label}</span>
    ${one.count && html`<${Chip} tone=${one.tone} text=${one.count} />`}</button>`)}</nav>`;
}

/** The last message, until it is closed or another one comes. */
export function Note({ store }) {
  const { note } = store.state;
  const [closed, setClosed] = useState(0);
  const isShown = note?.text && note.number !== closed;
  return html`<div role="status" class=${classes("pdm-note", `pdm-note-${note?.tone || "plain"}`)} hidden=${!isShown}>
    ${isShown && html`<span class="pdm-lines">${note.text}</span><span class="pdm-grow"></span>
      <button type="button" class="pdm-plain-button" aria-label=${TEXTS.dismiss} title=${TEXTS.dismiss} onClick=${() => setClosed(note.number)}>×</button>`}</div>`;
}

export function Footer({ store, primary, onShow, onCode, isCodeOpen }) {
  const { outcome = {} } = store.state;
  const busy = [...store.pending].some((name) => !name.startsWith("pane."));
  return html`<footer class="pdm-foot">
    <span>${outcome.text}${outcome.stopped && html`${", "}<b>${outcome.stopped}</b>${" — "}<button type="button" class="pdm-link" onClick=${() => onShow(outcome.show)}>${TEXTS.showThem}</button>`}</span>
    <span class="pdm-grow"></span>
    ${busy && html`<span class="pdm-soft" role="status">${TEXTS.working}</span>`}
    ${onCode && html`<button type="button" class="pdm-button" aria-expanded=${isCodeOpen} title=${TEXTS.codeHelp} onClick=${onCode}>${TEXTS.code}</button>`}
    ${primary && html`<button type="button" class="pdm-button pdm-primary" disabled=${primary.disabled} onClick=${primary.onClick}>${primary.label}</button>`}
  </footer>`;
}

export function CodeDrawer({ store, onClose }) {
  const code = store.page.code ?? "";
  const [copied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(code).then(() => setCopied(true));
  return html`<section class="pdm-code" aria-label=${TEXTS.codeHelp}>
    <div class="pdm-tools"><b>${TEXTS.codeHelp}</b><span class="pdm-grow"></span>
      <button type="button" class="pdm-button" onClick=${copy}>${copied ? TEXTS.copied : TEXTS.copy}</button>
      <button type="button" class="pdm-button" onClick=${() => store.act("code.save_notebook")}>${TEXTS.saveNotebook}</button>
      <button type="button" class="pdm-button" onClick=${onClose}>${TEXTS.close}</button></div>
    <pre tabindex="0">${code}</pre></section>`;
}
