// The fields of the document in the pane: value, source, the values of other sources, why it is required, findings and fixes.

import { HelpButton } from "../help_popup.js";
import { html, useState } from "../html.js";
import { Chip } from "../picker.js";
import { TEXTS } from "../texts.js";
import { findingLine, sourceBadge } from "../../edit/describe.js";
import { fixesOf } from "./field_facts.js";

const SEVERITY_CLASSES = { error: "pdm-is-bad", warning: "pdm-is-warning" };

/** `onSet(key, text, what)` sets a field, `onKeep(key)` dismisses what is suggested, `onEdit(key)` opens its editor in the table, null if the row is not shown there. */
export function FieldList({ store, facts, onSet, onKeep, onEdit }) {
  const [isLong, setLong] = useState(false);
  const blank = facts.filter((one) => one.isBlank);
  return html`<ul class="pdm-facts">
    ${facts.filter((one) => !one.isBlank || isLong).map((one) => html`<${Fact} key=${one.key} store=${store} fact=${one} onSet=${onSet} onKeep=${onKeep} onEdit=${onEdit} />`)}</ul>
    ${blank.length > 0 && html`<button type="button" class="pdm-link" aria-expanded=${isLong} onClick=${() => setLong(!isLong)}>${isLong ? TEXTS.hideBlank : TEXTS.showBlank(blank.length)}</button>`}`;
}

function Fact({ store, fact, onSet, onKeep, onEdit }) {
  const { key, label, text, mark, editable, suggested, others, agreeing, findings, required } = fact;
  const badge = sourceBadge(mark);
  const set = (value, what) => onSet(key, value, what);
  return html`<li class="pdm-fact" data-field=${key}>
    <span class="pdm-fact-label" title=${fact.help}>${label}${required !== null && html`<span class="pdm-required" title=${TEXTS.requiredBy(required)} aria-hidden="true"> *</span>`}</span>
    <div class="pdm-fact-body">
      <div class="pdm-fact-line">
        ${editable && onEdit
          ? html`<button type="button" class="pdm-fact-value" aria-label=${TEXTS.editField(label, text)} title=${TEXTS.editFieldHelp} onClick=${() => onEdit(key)}>${text || html`<i class="pdm-soft">${TEXTS.emptyValue}</i>`}</button>`
          : html`<span class="pdm-fact-text" title=${fact.locked}>${text || html`<i class="pdm-soft">${TEXTS.emptyValue}</i>`}</span>`}
        ${fact.isPending && html`<span class="pdm-soft" title=${TEXTS.pending}>…</span>`}
        ${badge && text && html`<${Chip} tone=${mark.source === "ML" ? "ml" : "plain"} text=${badge} />`}</div>
      ${suggested && html`<${SourceValue} who=${TEXTS.sourceName(suggested)} text=${suggested.text} label=${TEXTS.acceptField(label, suggested.text)} button=${TEXTS.accept} isSuggestion onSet=${editable && (() => set(suggested.text, TEXTS.accepted))} onKeep=${editable && (() => onKeep(key))} keepLabel=${TEXTS.keepField(label, text)} />`}
      ${others.map((one) => (one.unknown ? html`<div class="pdm-soft">${TEXTS.unknownCode(one.text)}</div>` : html`<${SourceValue} who=${TEXTS.sourceName(one)} text=${one.text} label=${TEXTS.useField(label, one.text)} button=${TEXTS.use} onSet=${editable && (() => set(one.text, TEXTS.usedValue))} />`))}
      ${agreeing.length > 0 && html`<div class="pdm-soft">${TEXTS.agree(agreeing)}</div>`}
      ${required !== null && !text && html`<div class="pdm-soft">${TEXTS.requiredBy(required)}</div>`}
      ${findings.map((finding) => html`<${FoundProblem} store=${store} finding=${finding} text=${text} label=${label} onSet=${editable ? set : null} />`)}
    </div></li>`;
}

function SourceValue({ who, text, label, button, isSuggestion, onSet, onKeep, keepLabel }) {
  return html`<div class="pdm-said"><span>${who} <b class="pdm-said-text">${text}</b></span>
    ${onSet && html`<button type="button" class=${`pdm-button pdm-small ${isSuggestion ? "pdm-accept" : ""}`} aria-label=${label} onClick=${onSet}>${button}</button>`}
    ${onKeep && html`<button type="button" class="pdm-button pdm-small" aria-label=${keepLabel} title=${TEXTS.keepHelp} onClick=${onKeep}>${TEXTS.keep}</button>`}</div>`;
}

/** A finding as a sentence, with its fixes as buttons. */
export function FoundProblem({ store, finding, text, label, onSet }) {
  return html`<div class="pdm-said"><span class=${SEVERITY_CLASSES[finding.severity] ?? "pdm-soft"}>${ended(findingLine(finding, false))}</span>
    ${onSet && fixesOf(finding, text).map(([value, isFix]) => {
      const words = value === text ? TEXTS.acceptService : value === "" ? TEXTS.menuClear : TEXTS.setTo(value);
      return html`<button key=${value} type="button" class="pdm-button pdm-small" aria-label=${`${label}: ${words}`} onClick=${() => onSet(value, isFix ? TEXTS.fixed : TEXTS.usedValue)}>${words}</button>`;
    })}
    <${HelpButton} store=${store} name=${finding.code} label=${TEXTS.helpAbout(finding.code)} small /></div>`;
}

const ended = (sentence) => (/[.!?…]$/.test(sentence) ? sentence : `${sentence}.`);
