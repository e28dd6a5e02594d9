// Different spellings of one text in a column, as OpenRefine finds them: select clusters, correct what they become, merge.

import { html, number, useEffect, useState } from "../html.js";
import { Popup } from "../popup.js";
import { TEXTS } from "../texts.js";

/** `at` is the button that opened the panel; `field` a column. */
export function MergePanel({ store, at, field, label, onClose }) {
  const [clusters, setClusters] = useState(null);
  useEffect(() => {
    store.act("spellings.clusters", { field }).then(({ result }) => setClusters((result ?? []).map((one) => ({ ...one, selected: true }))));
  }, []);
  const change = (index, part) => setClusters(clusters.map((one, place) => (place === index ? { ...one, ...part } : one)));
  const chosen = (clusters ?? []).filter(({ selected, use }) => selected && use.trim());
  const cells = chosen.reduce((sum, one) => sum + changedCells(one), 0);
  const close = () => {
    onClose();
    at.focus();
  };
  const merge = () => {
    store.act("spellings.merge", { field, uses: chosen.map(({ spellings, use }) => [spellings.map(([text]) => text), use]) });
    close();
  };
  return html`<${Popup} at=${at} label=${TEXTS.mergeTitle(label)} onClose=${onClose}>
    <div class="pdm-merge"><h3>${TEXTS.mergeTitle(label)}</h3>
      ${!clusters && html`<p class="pdm-soft">${TEXTS.working}</p>`}
      ${clusters?.length === 0 && html`<p>${TEXTS.noClusters}</p>`}
      <ul>${clusters?.map(({ spellings, use, selected }, index) => html`<li key=${spellings[0][0]}>
        <input type="checkbox" checked=${selected} aria-label=${TEXTS.mergeInto(use)} onChange=${(event) => change(index, { selected: event.target.checked })} />
        <span class="pdm-merge-spellings">${spellings.map(([text, count]) => html`<span key=${text}>${text} <span class="pdm-soft">${number(count)}</span></span>`)}</span>
        <span aria-hidden="true">→</span><input class="pdm-field" value=${use} aria-label=${TEXTS.mergeUse(spellings[0][0])} spellcheck=${false} onInput=${(event) => change(index, { use: event.target.value })} /></li>`)}</ul>
      <div class="pdm-tools">${clusters?.length > 0 && html`<button type="button" class="pdm-button pdm-primary" disabled=${!cells} onClick=${merge}>${TEXTS.merge(cells)}</button>`}
        <button type="button" class="pdm-button" onClick=${close}>${TEXTS.close}</button></div></div><//>`;
}

/** The number of cells that a cluster changes. */
export const changedCells = ({ spellings, use }) => spellings.reduce((sum, [text, count]) => sum + (text === use.trim() ? 0 : count), 0);
