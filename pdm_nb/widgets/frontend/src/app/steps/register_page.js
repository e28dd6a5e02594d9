// The mapping view of a register: its table, what each column becomes, what is to be decided, its values and its files.

import { html, useState } from "../html.js";
import { Chip } from "../picker.js";
import { TEXTS } from "../texts.js";

const TONES = { decided: "good", sure: "good", likely: "warn", unsure: "plain" };
const SURE = 90; // the score from which candidates are taken together

export function RegisterPage({ store, register }) {
  const decide = (method, ...args) => store.act("importing.decide", { method, arguments: args });
  return html`<section class="pdm-card pdm-register" aria-label=${register.name}>
    <${Place} store=${store} register=${register} />
    <${Questions} register=${register} decide=${decide} />
    <${Columns} register=${register} decide=${decide} />
    <${Values} register=${register} decide=${decide} />
    <${Files} register=${register} />
    <${Crosswalk} store=${store} register=${register} />
    <${Profile} store=${store} profiles=${register.profiles} />
  </section>`;
}

function Place({ store, register }) {
  const [header, setHeader] = useState(register.header);
  const [folder, setFolder] = useState(register.folder);
  const reopen = (changes) => store.act("importing.reopen", changes);
  const one = register.sheet.length === 1 ? register.sheet[0] : "";
  return html`<div class="pdm-tools"><b class="pdm-cut" title=${register.name}>${register.name}</b>
    <label>${TEXTS.sheet} <select class="pdm-field" value=${one} onChange=${(event) => reopen({ sheet: event.target.value })}>
      ${register.sheet.length > 1 && html`<option value="">${register.sheet.join(", ")}</option>`}
      ${register.sheets.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}</select></label>
    <label>${TEXTS.headerRow} <input class="pdm-field pdm-short" inputmode="numeric" value=${header} onInput=${(event) => setHeader(event.target.value)}
      onChange=${(event) => Number(event.target.value) > 0 && reopen({ sheet: one || null, header: Number(event.target.value) })} /></label>
    <${Chip} text=${TEXTS.registerRows(register.rows)} />
    <label class="pdm-register-folder">${TEXTS.filesFolder} <input class="pdm-field pdm-grow" value=${folder} spellcheck=${false} onInput=${(event) => setFolder(event.target.value)}
      onChange=${(event) => reopen({ folder: event.target.value })} /></label></div>`;
}

function Questions({ register, decide }) {
  if (!register.questions.length) return null;
  return html`<div class="pdm-questions"><h4>${TEXTS.questionsTitle}</h4>${register.questions.map(({ text, calls }) => html`<div key=${text} class="pdm-question">
    <span>${text}</span> <span class="pdm-flex">${calls.map((call) => html`<button key=${call.label} type="button" class="pdm-button" onClick=${() => decide(call.method, ...call.arguments)}>${call.label}</button>`)}</span></div>`)}</div>`;
}

function Columns({ register, decide }) {
  const open = new Map();
  for (const { field, use } of register.crosswalk) if (use === null) open.set(field, (open.get(field) ?? 0) + 1);
  return html`<div class="pdm-scroll"><table class="pdm-plain-table"><thead><tr>${[TEXTS.column, TEXTS.samples, TEXTS.field, TEXTS.sure, TEXTS.values].map((text) => html`<th key=${text} scope="col">${text}</th>`)}</tr></thead>
    <tbody>${register.columns.map(({ column, samples, field, confidence, reasons }) => html`<tr key=${column}><th scope="row">${column}</th><td class="pdm-soft pdm-sample" title=${samples}>${samples}</td>
      <td><select class="pdm-field" aria-label=${`${TEXTS.field}: ${column}`} value=${field ?? ""} onChange=${(event) => decide("map", column, event.target.value || null)}>
        <option value="">${TEXTS.leaveOut}</option>${register.fields.map(([name, label]) => html`<option key=${name} value=${name}>${label}</option>`)}
        ${field && !register.fields.some(([name]) => name === field) && html`<option value=${field}>${field}</option>`}</select></td>
      <td>${field && html`<${Chip} tone=${TONES[confidence] ?? "plain"} text=${confidence} title=${reasons} />`}</td>
      <td>${open.has(field) && html`<${Chip} tone="warn" text=${TEXTS.valuesOpen(open.get(field))} />`}</td></tr>`)}</tbody></table></div>`;
}

function Values({ register, decide }) {
  const [shown, setShown] = useState(true);
  const [others, setOthers] = useState({});
  const { crosswalk } = register;
  if (!crosswalk.length) return null;
  const labels = Object.fromEntries(register.fields);
  const sure = crosswalk.filter(({ use, score }) => use === null && score >= SURE).length;
  return html`<div><div class="pdm-tools"><h4>${TEXTS.valuesTitle}</h4><${Chip} tone=${register.values_open ? "warn" : "good"} text=${TEXTS.valuesOpen(register.values_open)} />
    ${sure > 0 && html`<button type="button" class="pdm-button" onClick=${() => decide("accept", SURE)}>${TEXTS.acceptSure}</button>`}
    <span class="pdm-grow"></span><button type="button" class="pdm-button" aria-expanded=${shown} onClick=${() => setShown(!shown)}>${shown ? TEXTS.hide : TEXTS.show}</button></div>
    ${shown && html`<div class="pdm-scroll"><table class="pdm-plain-table"><thead><tr>${[TEXTS.field, TEXTS.value, TEXTS.times, TEXTS.becomes].map((text) => html`<th key=${text} scope="col">${text}</th>`)}</tr></thead>
      <tbody>${crosswalk.map(({ field, value, count, use, candidate }) => {
        const key = `${field} ${value}`;
        return html`<tr key=${key}><td>${labels[field] ?? field}</td><th scope="row">${value}</th><td>${count}</td><td><div class="pdm-flex">
          ${use !== null && html`<${Chip} tone="good" text=${use || TEXTS.emptyCell} />`}
          ${candidate && candidate !== use && html`<button type="button" class="pdm-button" onClick=${() => decide("use", field, value, candidate)}>${candidate}</button>`}
          ${use !== "" && html`<button type="button" class="pdm-button" onClick=${() => decide("use", field, value, "")}>${TEXTS.emptyCell}</button>`}
          <form class="pdm-flex" onSubmit=${(event) => { event.preventDefault(); if (others[key]) decide("use", field, value, others[key]); }}>
            <input class="pdm-field" aria-label=${`${TEXTS.otherValue}: ${value}`} placeholder=${TEXTS.otherValue} value=${others[key] ?? ""} onInput=${(event) => setOthers({ ...others, [key]: event.target.value })} />
            ${others[key] && html`<button type="submit" class="pdm-button">${TEXTS.useIt}</button>`}</form></div></td></tr>`;
      })}</tbody></table></div>`}</div>`;
}

function Files({ register }) {
  const [shown, setShown] = useState("");
  const { files, notices } = register;
  const lists = {
    rows: (files?.rows_without_file ?? []).map(({ row, text, why }) => [`${row}: ${text}`, why]),
    files: (files?.files_without_row ?? []).map(({ file }) => [file, ""]),
    notices: notices.map((notice) => [notice, ""]),
  };
  const toggle = (name) => setShown(shown === name ? "" : name);
  return html`<div><div class="pdm-tools">
    ${files && html`<${Chip} tone="good" text=${TEXTS.matchedFiles(files.matched, files.kinds)} />`}
    ${files?.waiting > 0 && html`<${Chip} tone="warn" text=${TEXTS.waitingFiles(files.waiting)} />`}
    ${files?.without_file > 0 && html`<${Chip} tone="warn" text=${TEXTS.rowsWithoutFile(files.without_file)} pressed=${shown === "rows"} onClick=${() => toggle("rows")} />`}
    ${files?.without_row > 0 && html`<${Chip} tone="warn" text=${TEXTS.filesWithoutRow(files.without_row)} pressed=${shown === "files"} onClick=${() => toggle("files")} />`}
    ${notices.length > 0 && html`<${Chip} text=${TEXTS.notices(notices.length)} pressed=${shown === "notices"} onClick=${() => toggle("notices")} />`}</div>
    ${shown && html`<ul class="pdm-file-list">${lists[shown].map(([text, why]) => html`<li key=${text}><span>${text}</span> <span class="pdm-soft">${why}</span></li>`)}</ul>`}</div>`;
}

/** The values of a register as a spreadsheet, for somebody to fill in. */
function Crosswalk({ store, register }) {
  const [path, setPath] = useState("");
  if (!register.crosswalk.length) return null;
  const act = (name) => store.act(name, { path: path || TEXTS.crosswalkName });
  return html`<div class="pdm-tools"><label class="pdm-flex">${TEXTS.crosswalkFile} <input class="pdm-field" placeholder=${TEXTS.crosswalkName} value=${path} spellcheck=${false} onInput=${(event) => setPath(event.target.value)} /></label>
    <button type="button" class="pdm-button" onClick=${() => act("importing.save_crosswalk")}>${TEXTS.saveCrosswalk}</button>
    <button type="button" class="pdm-button" onClick=${() => act("importing.use_crosswalk")}>${TEXTS.useCrosswalk}</button></div>`;
}

/** Save what was decided as a mapping, or use one that was saved. */
function Profile({ store, profiles }) {
  const fitting = profiles.find(({ fits }) => fits);
  const [path, setPath] = useState("");
  const id = `pdm-profiles-${store.view}`;
  const name = path || TEXTS.profileName;
  return html`<div class="pdm-tools"><label class="pdm-flex">${TEXTS.savedProfile} <input class="pdm-field" list=${id} placeholder=${TEXTS.profileName} value=${path} spellcheck=${false} onInput=${(event) => setPath(event.target.value)} /></label>
    <datalist id=${id}>${profiles.map((one) => html`<option key=${one.path} value=${one.path} />`)}</datalist>
    <button type="button" class="pdm-button" onClick=${() => store.act("importing.save_profile", { path: name })}>${TEXTS.saveProfile}</button>
    <button type="button" class="pdm-button" disabled=${!path} onClick=${() => store.act("importing.use_profile", { path })}>${TEXTS.useProfile}</button>
    <span class="pdm-soft">${TEXTS.profileHelp}</span>
    ${fitting && fitting.path !== path && html`<span class="pdm-flex"><span>${TEXTS.profileFits(fitting.path)}</span>
      <button type="button" class="pdm-button" onClick=${() => { setPath(fitting.path); store.act("importing.use_profile", { path: fitting.path }); }}>${TEXTS.useIt}</button></span>`}</div>`;
}
