// What the project requires, as cards; values with codes and search; a box to try a file name in.

import { html, useEffect, useState } from "../html.js";
import { Chip } from "../picker.js";
import { TEXTS } from "../texts.js";

const FITS = { recognised: "good", unclear: "info", "unknown code": "bad", missing: "bad", surplus: "warn" };

export function RequirementsPage({ store }) {
  const { requirements } = store.page;
  const { project_id: project } = store.state.header ?? {};
  useEffect(() => void store.act("requirements.open"), [project]);
  const [field, setField] = useState(null);
  if (!requirements) return html`<p class="pdm-soft">${TEXTS.working}</p>`;
  const { cards, pattern, example } = requirements;
  return html`<section class="pdm-requirements" aria-label=${TEXTS.requirements}>
    <h3>${TEXTS.requirements}</h3>
    ${!cards.length && html`<p>${TEXTS.noRequirements}</p>`}
    ${pattern && html`<${Naming} store=${store} pattern=${pattern} example=${example} />`}
    <div class="pdm-cards">${cards.map((card) => html`<article key=${card.rule} class="pdm-card">
      <h4>${card.applies}</h4>
      <ul class="pdm-fields">${card.fields.map((one) => html`<li key=${one.name}><button type="button" class="pdm-link" onClick=${() => setField(one)}>${one.label}</button>
        <span class="pdm-soft">${one.type} · ${TEXTS.sources[one.source] ?? one.source}</span></li>`)}</ul>
      <p class="pdm-soft">${card.standard && html`${TEXTS.namingStandard}: ${card.standard}. `}${card.duplicates ? TEXTS.duplicatesAllowed : TEXTS.duplicatesForbidden}.</p>
    </article>`)}</div>
    ${field && html`<${Values} key=${field.name} store=${store} field=${field} onClose=${() => setField(null)} />`}
  </section>`;
}

function Naming({ store, pattern, example }) {
  const [segments, setSegments] = useState([]);
  const attempt = (event) => {
    const name = event.target.value.trim();
    if (!name) return setSegments([]);
    store.act("requirements.try_name", { name }).then(({ result }) => setSegments(result ?? []));
  };
  return html`<div class="pdm-card pdm-naming"><h4>${TEXTS.namingStandard}</h4>
    <p><code>${pattern}</code></p><p class="pdm-soft">${TEXTS.example(example)}</p>
    <label class="pdm-row"><span>${TEXTS.tryName}</span><input class="pdm-field" placeholder=${TEXTS.tryHint} spellcheck=${false} onInput=${attempt} /></label>
    ${segments.length > 0 && html`<ul class="pdm-segments">${segments.map(({ segment, label, fit, value, nearest }, index) => html`<li key=${index}><${Chip} tone=${FITS[fit] ?? "plain"} text=${segment || "—"} />
      <span>${label}</span><span class="pdm-soft">${value || fit}${nearest && ` · ${nearest}`}</span></li>`)}</ul>`}</div>`;
}

function Values({ store, field, onClose }) {
  const [values, setValues] = useState(null);
  const find = (search) => store.act("requirements.values", { field: field.name, search }).then(({ result }) => setValues(result ?? []));
  useEffect(() => void find(""), []);
  return html`<section class="pdm-card" aria-label=${`${TEXTS.values}: ${field.label}`}>
    <div class="pdm-tools"><h4>${field.label}</h4><span class="pdm-grow"></span>
      <input class="pdm-field" type="search" placeholder=${TEXTS.search} aria-label=${TEXTS.searchValues(field.label)} onInput=${(event) => find(event.target.value)} />
      <button type="button" class="pdm-button" onClick=${onClose}>${TEXTS.close}</button></div>
    ${values?.length === 0 && html`<p class="pdm-soft">${TEXTS.noValues}</p>`}
    <ul class="pdm-values">${values?.map(([label, code]) => html`<li key=${`${label} ${code}`}><span>${label}</span> <code>${code}</code></li>`)}</ul></section>`;
}
