// The step Connect: the sign-in form, and the projects of the account. The secret goes to the kernel in one message and is
// cleared at once; nothing typed is kept in the state of the widget, because notebooks save that.

import { classes, html, useEffect, useState } from "../html.js";
import { Picture, inkOf } from "../picture.js";
import { SearchList } from "../picker.js";
import { RequirementsPage } from "./requirements_page.js";
import { TEXTS } from "../texts.js";

const FIELDS = [
  { name: "api_url", label: TEXTS.apiUrl, hint: "https://…", shown: (environment) => environment === "other" },
  { name: "login_url", label: TEXTS.loginUrl, hint: TEXTS.loginHint, shown: (environment) => environment === "other" },
  { name: "client_id", label: TEXTS.clientId, hint: "", shown: (environment) => environment !== "sim" },
  { name: "client_secret", label: TEXTS.clientSecret, hint: "", type: "password", shown: (environment) => environment !== "sim" },
  { name: "company_id", label: TEXTS.companyId, hint: TEXTS.companyHint, shown: (environment) => environment !== "sim" },
];

export function ConnectPage({ store }) {
  const { header = {} } = store.state;
  const { projects = [] } = store.page;
  return html`<div class="pdm-page pdm-columns-2">
    <${SignInForm} store=${store} />
    ${store.shownView === "workbench" && !header.account && html`<${RecentBatches} store=${store} />`}
    ${projects.length > 0 && html`<section class="pdm-card"><h3>${TEXTS.selectProject} <span class="pdm-soft">${TEXTS.projects(projects.length)}</span></h3>
      <${SearchList} label=${TEXTS.project} search=${TEXTS.searchProjects} empty=${TEXTS.noMatches}
        entries=${projects.map(({ id, name }) => ({ id, text: name, about: id }))} onSelect=${({ id }) => store.act("connect.open_project", { id })} /></section>`}
    ${header.project && store.shownView === "workbench" && html`<div class="pdm-span"><${RequirementsPage} store=${store} /></div><${Completeness} store=${store} />`}
  </div>`;
}

function SignInForm({ store }) {
  const { connect = {} } = store.state;
  const [environment, setEnvironment] = useState(connect.environment ?? "sim");
  const submit = (event) => {
    event.preventDefault();
    const form = event.target;
    const typed = Object.fromEntries(FIELDS.filter(({ shown }) => shown(environment)).map(({ name }) => [name, form.elements[name].value.trim()]));
    if (form.elements.client_secret) form.elements.client_secret.value = "";
    store.act("connect.sign_in", { environment, ...typed });
  };
  return html`<form class="pdm-card pdm-sign-in" aria-label=${TEXTS.signIn} onSubmit=${submit}>
    <h3>${TEXTS.signIn}</h3>
    <label class="pdm-row"><span>${TEXTS.environment}</span><select class="pdm-field" name="environment" value=${environment} onChange=${(event) => setEnvironment(event.target.value)}>
      ${(connect.environments ?? []).map(([value, label]) => html`<option key=${value} value=${value}>${label}</option>`)}</select></label>
    ${FIELDS.filter(({ shown }) => shown(environment)).map(({ name, label, hint, type = "text" }) => html`<label key=${name} class="pdm-row"><span>${label}</span>
      <input class="pdm-field" name=${name} type=${type} placeholder=${hint} autocomplete="off" spellcheck=${false} /></label>`)}
    <div class="pdm-row"><span></span><button type="submit" class="pdm-button pdm-primary" disabled=${connect.busy}>${TEXTS.signIn}</button></div>
    <p role="status" class=${classes("pdm-status-line", connect.tone && `pdm-is-${connect.tone}`)} data-tone=${connect.tone}>${connect.text}</p>
  </form>`;
}

/** Batches of earlier days: one click signs in, if that needs no secret, and opens the batch. */
function RecentBatches({ store }) {
  const [places, setPlaces] = useState([]);
  useEffect(() => void store.act("reopening.recent").then(({ result }) => setPlaces(result ?? [])), []);
  if (!places.length) return null;
  return html`<section class="pdm-card"><h3>${TEXTS.recentBatchesHere}</h3><p class="pdm-soft">${TEXTS.recentBatchesHelp}</p>
    <div class="pdm-items pdm-places">${places.map((place) => html`<button key=${place.journal} type="button" class="pdm-item" title=${place.journal} onClick=${() => store.act("reopening.reopen", { place })}>
      <span class="pdm-item-text">${place.batch}</span><span class="pdm-soft">${place.about}</span></button>`)}</div></section>`;
}

/** How many documents of the project have each field; all revisions are read for it, so only when it is asked for. */
function Completeness({ store }) {
  const { completeness } = store.page;
  return html`<section class="pdm-card pdm-span" aria-label=${TEXTS.completeness}><div class="pdm-tools"><h3>${TEXTS.completeness}</h3><span class="pdm-soft">${TEXTS.completenessHelp}</span><span class="pdm-grow"></span>
    <button type="button" class="pdm-button" disabled=${completeness?.busy} onClick=${() => store.act("pictures.completeness", { ink: inkOf(store.root) })}>${completeness ? TEXTS.drawAgain : TEXTS.drawPicture}</button></div>
    <${Picture} picture=${completeness} /></section>`;
}
