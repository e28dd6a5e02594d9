// What the pane shows of each field, from the row of the table and the details of Python. Pure.

import { OTHER_VALUE, hasOtherSuggestion, isEmpty } from "../../edit/describe.js";

const AUTHORS = { MANUAL: "analyst", REGISTER: "register", FILE_NAME: "name template", FILENAME_SCRAPING: "file name", ML: "machine learning", CONTAINER_MATCH: "earlier version" };
const OWN_COLUMNS = new Set(["file", "state"]);

/**
 * The fields of a row in the order of the columns: {key, label, text, mark, editable, suggested, others, agreeing, required,
 * isBlank}. `suggested` is {text, source, confidence} or null; `others` other values of other sources; `agreeing` the
 * sources that have the same; `isBlank` if there is nothing to show.
 */
export function factsOf(row, specs, details) {
  return specs.filter(({ key }) => !key.startsWith("~") && !OWN_COLUMNS.has(key)).map((spec) => factOf(row, spec, details));
}

function factOf(row, { key, label, editable, locked, help }, details) {
  const mark = row.marks[key] ?? {};
  const text = isEmpty(row.values[key]) ? "" : String(row.values[key]);
  const said = details?.sources?.[key] ?? [];
  const suggested = hasOtherSuggestion(mark, text) ? suggestionOf(mark, said) : null;
  const own = AUTHORS[mark.source];
  const differs = (one) => one.text !== text && one.text !== suggested?.text;
  const others = said.filter((one) => differs(one) && !(one.source === "service" && own));
  const agreeing = [...new Set(said.filter((one) => text && one.text === text && one.source !== own && one.source !== "service").map(nameOf))];
  const findings = mark.findings ?? [];
  const isBlank = !text && !mark.required && !findings.length && !suggested && !others.length;
  return { key, label, help, text, mark, editable: Boolean(editable) && !mark.locked, locked: mark.locked || locked, suggested, others, agreeing, findings, isBlank, isPending: row.pending[key] !== undefined, required: mark.required ? details?.required?.[key] ?? "" : null };
}

const nameOf = ({ source, confidence }) => (confidence ? `${source} ${Math.round(100 * confidence)} %` : source);

function suggestionOf({ suggestion, likelihood }, said) {
  const source = said.find((one) => one.text === suggestion && one.source !== "analyst" && one.source !== "register");
  return { text: suggestion, source: source?.source ?? "service", confidence: likelihood ?? source?.confidence ?? null };
}

/** What the buttons of a finding set: [[text, isFix], ...]; a finding of another value at the service accepts what is shown. */
export function fixesOf(finding, text) {
  if (finding.code === OTHER_VALUE) return [[text, false]];
  const similar = (finding.similar ?? []).filter((one) => one !== finding.proposal);
  return [...(isEmpty(finding.proposal) ? [] : [[finding.proposal, true]]), ...similar.slice(0, 4).map((one) => [one, false])];
}

/** The cells of a document that can be accepted: [[key, text], ...]. */
export const acceptable = (facts) => facts.filter(({ suggested, editable }) => suggested && editable).map(({ key, suggested }) => [key, suggested.text]);

/** A text that changes if the rule, the sources or the history of a row may have changed; progress does not matter. */
export const signature = ({ values, marks }) => JSON.stringify([Object.entries(values).filter(([key]) => !key.startsWith("~")), marks]);
