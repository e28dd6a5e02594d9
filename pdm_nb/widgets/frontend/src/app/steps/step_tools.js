// What the steps show above the table: tools of Prepare, progress of Upload, acceptance in Review, the report.

import { html, useMemo, useState } from "../html.js";
import { Chip } from "../picker.js";
import { TEXTS } from "../texts.js";
import { hasOtherSuggestion } from "../../edit/describe.js";
import { SOURCES, OTHER_SUGGESTION, fixableKinds } from "../../ui/filters.js";

export function PrepareTools({ store, table, version }) {
  const fixes = useMemo(() => Object.values(fixableKinds(table.connection.rows.all)).reduce((sum, count) => sum + count, 0), [version]);
  return html`<button type="button" class="pdm-button" onClick=${() => store.act("documents.check")}>${TEXTS.check}</button>
    <button type="button" class="pdm-button" disabled=${!fixes} onClick=${() => store.act("documents.fix")}>${TEXTS.fixAll(fixes)}</button>`;
}

/** The progress of the current run, with its buttons; one that has ended only if it is in `names`. */
export function RunProgress({ store, names }) {
  const { run } = store.state;
  if (!run || (names && !run.running && !names.includes(run.name))) return null;
  const tone = run.tone === "bad" ? "bad" : run.running ? "info" : "plain";
  return html`<section class="pdm-run" aria-label=${TEXTS.progress}>
    <div class="pdm-tools"><progress class=${`pdm-bar-${tone}`} max="1" value=${run.share} aria-label=${TEXTS.progress}></progress><span class="pdm-figures">${run.figures}</span><span class="pdm-grow"></span>
      ${run.running && html`<button type="button" class="pdm-button" title=${TEXTS.pauseHelp} onClick=${() => store.act(run.paused ? "run.resume" : "run.pause")}>${run.paused ? TEXTS.resume : TEXTS.pause}</button>
      <button type="button" class="pdm-button" title=${TEXTS.cancelHelp} onClick=${() => store.act("run.cancel")}>${TEXTS.cancel}</button>`}</div>
    <p role="status" class=${run.tone === "bad" ? "pdm-is-bad" : ""}>${run.text}${run.event && run.running && html` <span class="pdm-soft">${run.event}</span>`}</p></section>`;
}

/** Documents that were not completed, grouped by reason, each with what can be done. */
export function StoppedGroups({ store, onShow, onFix }) {
  const { stopped = [], run } = store.state;
  if (!stopped.length) return null;
  return html`<section class="pdm-stopped" aria-label=${TEXTS.stopped}><h4>${TEXTS.stopped}</h4><ul>${stopped.map(({ state, message, only, count, action }) => html`<li key=${`${state} ${message}`}>
    <${Chip} tone=${state === "on hold" || state === "unconfirmed" ? "warn" : "bad"} text=${state} count=${count} /><span class="pdm-lines">${message || TEXTS.noReason}</span>
    <span class="pdm-flex"><button type="button" class="pdm-button pdm-small" onClick=${() => onShow([state], only ?? undefined)}>${TEXTS.show}</button>
    ${["upload", "submit"].includes(action) && html`<button type="button" class="pdm-button pdm-small" onClick=${() => onFix([state], message)}>${TEXTS.fixInPrepare}</button>`}
    ${action === "upload" && html`<button type="button" class="pdm-button pdm-small" disabled=${run?.running} onClick=${() => store.act("running.upload")}>${TEXTS.tryAgain}</button>`}
    ${action === "retry" && html`<button type="button" class="pdm-button pdm-small" disabled=${run?.running} onClick=${() => store.act("documents.retry", { message })}>${TEXTS.retry}</button>`}</span></li>`)}</ul></section>`;
}

/** Documents that machine learning did not read in time: what is open, and what to do. */
export function NotRead({ store, onShow, onFix }) {
  const { not_read: groups = [], run } = store.state;
  if (!groups.length) return null;
  return html`<section class="pdm-stopped" aria-label=${TEXTS.notReadInTime}><ul>${groups.map(({ state, reason, message, count }) => html`<li key=${message}>
    <${Chip} tone="warn" text=${TEXTS.notReadInTime} count=${count} /><span class="pdm-lines">${message}</span>
    <span class="pdm-flex"><button type="button" class="pdm-button pdm-small" onClick=${() => onShow([state], message)}>${TEXTS.show}</button>
    <button type="button" class="pdm-button pdm-small" onClick=${() => onFix([state], message)}>${TEXTS.fillIn}</button>
    <button type="button" class="pdm-button pdm-small" disabled=${run?.running} onClick=${() => store.act("running.wait_again", { reason })}>${TEXTS.waitAgain}</button></span></li>`)}</ul></section>`;
}

/** Cells for which something else is suggested: [[row, key, confidence], ...]; confidence is null if it is not known. */
function suggestionsIn(rows) {
  const found = [];
  for (const row of rows) {
    for (const key in row.marks) {
      const mark = row.marks[key];
      if (!mark.locked && hasOtherSuggestion(mark, row.values[key])) found.push([row.id, key, mark.likelihood ?? null]);
    }
  }
  return found;
}

export function ReviewTools({ store, table, version, onFilter }) {
  const [percent, setPercent] = useState(90);
  const found = useMemo(() => suggestionsIn(table.connection.rows.all), [version]);
  const { ids, keys } = table.selection?.area() ?? { ids: [], keys: [] };
  const above = found.filter(([, , score]) => score !== null && Math.round(100 * score) >= percent);
  const idSet = new Set(ids);
  const selected = found.filter(([id, key]) => idSet.has(id) && keys.includes(key));
  const key = table.selection?.anchor?.key;
  const column = found.filter(([, other]) => other === key);
  const accept = (cells) => store.act("documents.accept_cells", { cells: cells.map(([id, name]) => [id, name]) });
  const unscored = found.filter(([, , score]) => score === null).length;
  const keep = (cells) => store.act("documents.keep_cells", { cells: cells.map(([id, name]) => [id, name]) });
  const { kept } = store.state;
  const openAgain = kept > 0 && html`<button type="button" class="pdm-button" title=${TEXTS.openAgainHelp} onClick=${() => store.act("documents.open_again")}>${TEXTS.openAgain(kept)}</button>`;
  if (!found.length) return html`<span class="pdm-soft">${kept > 0 ? TEXTS.noOpenDifferences : TEXTS.noDifferences}</span>${openAgain}`;
  return html`<${Chip} tone="ml" text=${TEXTS.onlyDifferences} count=${found.length} pressed=${table.viewFilters.filters.selected(SOURCES).has(OTHER_SUGGESTION)} onClick=${() => onFilter(SOURCES, OTHER_SUGGESTION)} />
    <label class="pdm-flex"><span class="pdm-visually-hidden">${TEXTS.threshold}</span><input type="range" min="50" max="100" step="1" value=${percent} aria-label=${TEXTS.threshold} aria-valuetext=${`${percent} %`} onInput=${(event) => setPercent(Number(event.target.value))} /></label>
    <button type="button" class="pdm-button" disabled=${!above.length} onClick=${() => accept(above)}>${TEXTS.acceptAbove(above.length, percent)}</button>
    <button type="button" class="pdm-button" disabled=${!selected.length} onClick=${() => accept(selected)}>${TEXTS.acceptSelected(selected.length)}</button>
    ${key && column.length > 0 && html`<button type="button" class="pdm-button" onClick=${() => accept(column)}>${TEXTS.acceptColumn(table.shownCells.label(key), column.length)}</button>`}
    <button type="button" class="pdm-button" title=${TEXTS.keepHelp} disabled=${!selected.length} onClick=${() => keep(selected)}>${TEXTS.keepSelected(selected.length)}</button>${openAgain}
    ${unscored > 0 && html`<span class="pdm-soft">${unscored} ${TEXTS.withoutScore}</span>`}`;
}

const KINDS = [[".xlsx", "Excel"], [".csv", "CSV"], [".parquet", "Parquet"], [".html", "HTML"]];

export function ReportTools({ store, path, setPath }) {
  const { header = {}, reported } = store.state;
  const name = `${header.batch || "batch"}-report`;
  const file = path ?? `${name}.xlsx`;
  const setKind = (suffix) => setPath(file.replace(/(\.\w{3,7})?$/, suffix));
  const outcome = store.state.outcome ?? {};
  return html`<div class="pdm-card"><h4>${TEXTS.reportTitle}</h4><p class="pdm-soft">${TEXTS.reportHelp}</p>
    <div class="pdm-tools"><label class="pdm-flex pdm-grow">${TEXTS.reportName} <input class="pdm-field pdm-grow" value=${file} spellcheck=${false} onInput=${(event) => setPath(event.target.value)} /></label>
      ${KINDS.map(([suffix, label]) => html`<button key=${suffix} type="button" class="pdm-button" aria-pressed=${file.toLowerCase().endsWith(suffix)} onClick=${() => setKind(suffix)}>${label}</button>`)}</div>
    ${outcome.stopped && html`<div class="pdm-tools"><button type="button" class="pdm-button" onClick=${() => store.act("code.report", { path: `${header.batch || "batch"}-on-hold.xlsx`, on_hold: true })}>${TEXTS.saveHeld}</button>
      <span class="pdm-soft">${TEXTS.heldHelp}</span></div>`}
    ${reported && html`<p class="pdm-is-good">${TEXTS.reported(reported)}</p>`}</div>`;
}
