// What a cell has to say, in words: for tooltips, the line under the table and screen readers. Pure.

// By source: the small mark, who it is in a list, and the words of a sentence.
const SOURCES = {
  MANUAL: ["✎", "analyst", "entered by a person"],
  REGISTER: ["register", "register", "taken from the register"],
  FILE_NAME: ["template", "name template", "filled in by the name template"],
  FILENAME_SCRAPING: ["file name", "file name", "read from the file name"],
  SCRAPING_FAILED: ["not in name", "not in the file name", "not found in the file name"],
  ML: ["ML", "machine learning", "machine learning"],
  ML_FAILED: ["ML failed", "machine learning failed", "machine learning found no value"],
  SYSTEM: ["service", "service", "set by the service"],
  CONTAINER_MATCH: ["container", "earlier revision", "taken over from the earlier revision"],
};

export const SOURCE_NAMES = Object.fromEntries(Object.entries(SOURCES).map(([key, [, name]]) => [key, name]));

const SEVERITY_WORDS = { error: "Error", warning: "Warning", info: "Note" };

/** The code of a finding: the service has another value than was set. Setting what is shown accepts it. */
export const OTHER_VALUE = "PDM311";

export const isOverruled = (mark) => Boolean(mark?.findings?.some(({ code }) => code === OTHER_VALUE));

const percent = (score) => `${Math.round(score * 100)} %`;
const scored = (mark) => typeof mark.confidence === "number" && mark.confidence > 0;

/** The small mark beside a value: "ML 93 %", "file name", "✎" for a person's own. */
export function sourceBadge(mark) {
  const short = SOURCES[mark?.source]?.[0] ?? "";
  return short && scored(mark) ? `${short} ${percent(mark.confidence)}` : short;
}

export function sourceSentence(mark) {
  const long = SOURCES[mark?.source]?.[2];
  if (!long) return "";
  return scored(mark) ? `From ${long}, ${percent(mark.confidence)} sure.` : `${long[0].toUpperCase()}${long.slice(1)}.`;
}

/** One line per thing to know about the cell, the most urgent first; with the keys that help, where it is `editable`; `locked` says why its column is not. */
export function describe(mark, value, { pending = false, editable = false, locked = "" } = {}) {
  const lines = (mark?.findings ?? []).map((finding) => findingLine(finding, editable && !mark.locked));
  if (pending) lines.unshift("Waiting for the kernel to take this value.");
  if (mark?.required && isEmpty(value) && !mark.findings) lines.push("Required for this document.");
  const source = isEmpty(value) && mark?.source === "MANUAL" ? "" : sourceSentence(mark);
  if (source) lines.push(source);
  if (hasOtherSuggestion(mark, value)) lines.push(`The service would put: ${mark.suggestion}${editable && !mark.locked ? " (Alt+A takes it)" : ""}`);
  if (mark?.note) lines.push(mark.note);
  const why = mark?.locked || locked;
  if (why) lines.push(why);
  return lines.map((line) => (/[.!?…]$/.test(line) ? line : `${line}.`));
}

function findingLine({ code, severity, message, fix, proposal }, editable) {
  const isSentence = /^\p{Lu}/u.test(fix);
  const words = `${SEVERITY_WORDS[severity]}: ${[message, fix].filter(Boolean).join(isSentence ? ". " : " — ")}`;
  if (code === OTHER_VALUE && editable) return `${words} (Alt+A accepts the service's value)`;
  return proposal && editable ? `${words} (Alt+Enter puts ${proposal})` : words;
}

/** True where machine learning or the file name said something else than what stands there. */
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
