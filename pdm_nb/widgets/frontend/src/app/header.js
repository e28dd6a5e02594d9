// The header: project, batch, counts by state as filters, the account, calls left, and help.

import { HelpButton } from "./help_popup.js";
import { html, useState } from "./html.js";
import { Chip, Picker } from "./picker.js";
import { TEXTS } from "./texts.js";

export function Header({ store, filters, onFilter }) {
  const { header = {} } = store.state;
  const { projects = [] } = store.page;
  const [batches, setBatches] = useState(null);
  const loadBatches = () => {
    setBatches(null);
    store.act("header.batches").then(({ result }) => setBatches(result ?? []));
  };
  const batchEntries = batches?.map((one) => ({
    id: one.journal, text: one.name, about: `${TEXTS.batchAbout(one)} · ${one.changed}`, title: one.documents === null ? `${one.journal}. ${TEXTS.openElsewhere}` : one.journal,
  }));
  const selected = filters?.selected("state") ?? new Set();
  return html`<header class="pdm-bar">
    <${Picker} label=${TEXTS.project} text=${header.project || TEXTS.noProject} search=${TEXTS.searchProjects} empty=${TEXTS.noMatches}
      disabled=${!projects.length} entries=${projects.map(({ id, name }) => ({ id, text: name, about: id }))}
      onSelect=${({ id }) => id !== header.project_id && store.act("connect.open_project", { id })} />
    ${header.project && html`<${Picker} label=${TEXTS.batch} text=${header.batch || TEXTS.noBatch} search=${TEXTS.search} empty=${TEXTS.noBatches}
      entries=${batchEntries} onOpen=${loadBatches} more=${[{ action: "bench.go", text: TEXTS.importOthers }, header.batch && { action: "header.close_batch", text: TEXTS.closeBatch(header.batch) }].filter(Boolean)}
      onSelect=${({ id, action }) => (action ? store.act(action, action === "bench.go" ? { step: "import" } : {}) : id !== header.journal && store.act("header.open_batch", { journal: id }))} />`}
    <span class="pdm-marks">${(header.counts ?? []).map(({ state, tone, count }) => html`<${Chip} key=${state} tone=${tone} count=${count} text=${state}
      title=${TEXTS.showOnly(state)} pressed=${selected.has(state)} onClick=${() => onFilter("state", state)} />`)}</span>
    <span class="pdm-bar-end">${header.account && html`<${Chip} tone=${header.environment === "Production" ? "warn" : "plain"} text=${header.environment} title=${`${header.account}, ${header.company}`} />
      <span class="pdm-soft pdm-wide" title=${header.company}>${header.account}</span>`}
    ${header.calls && html`<${Calls} calls=${header.calls} />`}
    <${HelpButton} store=${store} name=${store.state.step ?? "index"} label=${TEXTS.help} /></span>
  </header>`;
}

function Calls({ calls }) {
  const share = calls.limit ? Math.round((100 * calls.left) / calls.limit) : 100;
  const tone = share < 10 ? "bad" : share < 30 ? "warn" : "good";
  return html`<span class="pdm-soft" title=${TEXTS.callsHelp}>${TEXTS.calls} <span class=${`pdm-meter pdm-meter-${tone}`} aria-hidden="true"><i style=${{ width: `${share}%` }}></i></span> ${TEXTS.callsLeft(calls)}</span>`;
}
