// Describes a cell in sentences: for tooltips, the status line below the table and screen readers. Pure.

// By source: the badge in a cell, the name in a list, and the words of a sentence.
const SOURCES = {
  MANUAL: ["✎", "analyst", "entered by an analyst"],
  REGISTER: ["register", "register", "read from the register"],
  FILE_NAME: ["template", "name template", "filled in by the name template"],
  FILENAME_SCRAPING: ["file name", "file name", "read from the file name"],
  SCRAPING_FAILED: ["not found in file name", "not found in file name", "not found in the file name"],
  ML: ["ML", "machine learning", "read by machine learning"],
  ML_FAILED: ["ML failed", "machine learning failed", "machine learning found no value"],
  SYSTEM: ["service", "service", "set by the service"],
  CONTAINER_MATCH: ["container", "earlier revision", "copied from the earlier revision"],
};

export const SOURCE_NAMES = Object.fromEntries(Object.entries(SOURCES).map(([key, [, name]]) => [key, name]));

const SEVERITY_WORDS = { error: "Error", warning: "Warning", info: "Note" };

/** The code of the finding that the service has another value than was set. Setting the shown value accepts it. */
export const OTHER_VALUE = "PDM311";

export const isOverruled = (mark) => Boolean(mark?.findings?.some(({ code }) => code === OTHER_VALUE));

const percent = (score) => `${Math.round(score * 100)} %`;
const scored = (mark) => typeof mark.confidence === "number" && mark.confidence > 0;

/** The badge next to a value: "ML 93 %", "file name", "✎" if an analyst entered it. */
export function sourceBadge(mark) {
  const short = SOURCES[mark?.source]?.[0] ?? "";
  return short && scored(mark) ? `${short} ${percent(mark.confidence)}` : short;
}

export function sourceSentence(mark) {
  const long = SOURCES[mark?.source]?.[2];
  if (!long) return "";
  const words = `${long[0].toUpperCase()}${long.slice(1)}`;
  return scored(mark) ? `${words}, confidence ${percent(mark.confidence)}.` : `${words}.`;
}

/** Lines about a cell, the most urgent first. They name keys if the cell is `editable`; `locked` is why its column is not. */
export function describe(mark, value, { pending = false, editable = false, locked = "" } = {}) {
  const lines = (mark?.findings ?? []).map((finding) => findingLine(finding, editable && !mark.locked));
  if (pending) lines.unshift("Waiting for the kernel to confirm this value.");
  if (mark?.required && isEmpty(value) && !mark.findings) lines.push("Required for this document.");
  const source = isEmpty(value) && mark?.source === "MANUAL" ? "" : sourceSentence(mark);
  if (source) lines.push(source);
  if (hasOtherSuggestion(mark, value)) lines.push(`Service suggests: ${mark.suggestion}${editable && !mark.locked ? ". Press Alt+A to accept it" : ""}`);
  if (mark?.note) lines.push(mark.note);
  const why = mark?.locked || locked;
  if (why) lines.push(why);
  return lines.map((line) => (/[.!?…]$/.test(line) ? line : `${line}.`));
}

export function findingLine({ code, severity, message, fix, proposal }, editable) {
  const isSentence = /^\p{Lu}/u.test(fix);
  const words = `${SEVERITY_WORDS[severity]}: ${message}${fix && (isSentence ? `. ${fix}` : ` (${fix})`)}`;
  if (code === OTHER_VALUE && editable) return `${words}. Press Alt+A to accept the service's value`;
  return proposal && editable ? `${words}. Press Alt+Enter to set ${proposal}` : words;
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
