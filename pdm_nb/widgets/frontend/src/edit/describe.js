// Describes a cell in sentences: for tooltips, the status line below the table and screen readers. Pure.

import { TEXTS } from "./texts.js";

export const SOURCE_NAMES = Object.fromEntries(Object.entries(TEXTS.sources).map(([key, [, name]]) => [key, name]));

const SEVERITY_WORDS = { error: TEXTS.error, warning: TEXTS.warning, info: TEXTS.note };

/** The code of the finding that the service has another value than was set. Setting the shown value accepts it. */
export const OTHER_VALUE = "PDM311";

export const isOverruled = (mark) => Boolean(mark?.findings?.some(({ code }) => code === OTHER_VALUE));

const percent = (score) => `${Math.round(score * 100)} %`;
const scored = (mark) => typeof mark.confidence === "number" && mark.confidence > 0;

/** The badge next to a value: "ML 93 %", "file name", "✎" if an analyst entered it. */
export function sourceBadge(mark) {
  const short = TEXTS.sources[mark?.source]?.[0] ?? "";
  return short && scored(mark) ? `${short} ${percent(mark.confidence)}` : short;
}

export function sourceSentence(mark) {
  const long = TEXTS.sources[mark?.source]?.[2];
  if (!long) return "";
  const words = `${long[0].toUpperCase()}${long.slice(1)}`;
  return scored(mark) ? `${words}, confidence ${percent(mark.confidence)}.` : `${words}.`;
}

/** Lines about a cell, the most urgent first. They name keys if the cell is `editable`; `locked` is why its column is not. */
export function describe(mark, value, { pending = false, editable = false, locked = "" } = {}) {
  const lines = (mark?.findings ?? []).map((finding) => findingLine(finding, editable && !mark.locked));
  if (pending) lines.unshift(TEXTS.pending);
  if (mark?.required && isEmpty(value) && !mark.findings) lines.push(TEXTS.requiredHere);
  const source = isEmpty(value) && mark?.source === "MANUAL" ? "" : sourceSentence(mark);
  if (source) lines.push(source);
  if (hasOtherSuggestion(mark, value)) lines.push(TEXTS.serviceSuggests(mark.suggestion, editable && !mark.locked ? TEXTS.acceptSuggestion : ""));
  if (mark?.note) lines.push(mark.note);
  const why = mark?.locked || locked;
  if (why) lines.push(why);
  return lines.map((line) => (/[.!?…]$/.test(line) ? line : `${line}.`));
}

export function findingLine({ code, severity, message, fix, proposal }, editable) {
  const isSentence = /^\p{Lu}/u.test(fix);
  const words = `${SEVERITY_WORDS[severity]}: ${message}${fix && (isSentence ? `. ${fix}` : ` (${fix})`)}`;
  if (code === OTHER_VALUE && editable) return TEXTS.acceptOverruled(words);
  return proposal && editable ? TEXTS.pressToSet(words, proposal) : words;
}

/** True if machine learning or the file name suggest another value than the cell has. */
export const hasOtherSuggestion = (mark, value) => Boolean(mark?.suggestion) && mark.suggestion !== String(value ?? "");

export const isEmpty = (value) => value === undefined || value === null || value === "";

/** "25 documents · 2 errors · 1 warning" */
export function summary(total, counts, noun) {
  const words = [[total, noun], [counts.error, "error"], [counts.warning, "warning"], [counts.info, "note"]];
  return words
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, word]) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`)
    .join(" · ");
}

const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** Bytes for people: 1536 is "1.5 KB". */
export function formatBytes(bytes) {
  const power = bytes > 0 ? Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), UNITS.length - 1) : 0;
  const amount = bytes / 1024 ** power;
  return `${power && amount < 100 ? amount.toFixed(1) : Math.round(amount)} ${UNITS[power]}`;
}
