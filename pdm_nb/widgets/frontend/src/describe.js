// What a cell has to say, in words: for tooltips, the line under the table and screen readers. Pure.

const SOURCES = {
  MANUAL: ["", "entered by a person"],
  FILENAME_SCRAPING: ["file name", "read from the file name"],
  SCRAPING_FAILED: ["not in name", "not found in the file name"],
  ML: ["ML", "machine learning"],
  ML_FAILED: ["ML failed", "machine learning found no value"],
  SYSTEM: ["system", "set by the service"],
  CONTAINER_MATCH: ["earlier", "taken over from the earlier revision"],
};

const SEVERITY_WORDS = { error: "Error", warning: "Warning", info: "Note" };

const percent = (score) => `${Math.round(score * 100)} %`;
const scored = (mark) => typeof mark.confidence === "number" && mark.confidence > 0;

/** The small mark beside a value: "ML 93 %", "file name"; "" for a person's own value. */
export function sourceBadge(mark) {
  const short = SOURCES[mark?.source]?.[0] ?? "";
  return short && scored(mark) ? `${short} ${percent(mark.confidence)}` : short;
}

export function sourceSentence(mark) {
  const long = SOURCES[mark?.source]?.[1];
  if (!long) return "";
  return scored(mark) ? `From ${long}, ${percent(mark.confidence)} sure.` : `${long[0].toUpperCase()}${long.slice(1)}.`;
}

/** One line per thing to know about the cell, the most urgent first. */
export function describe(mark, value, pending = false) {
  const lines = (mark?.findings ?? []).map(
    (finding) => `${SEVERITY_WORDS[finding.severity]}: ${[finding.message, finding.mend].filter(Boolean).join(" — ")}`,
  );
  if (pending) lines.unshift("Waiting for the kernel to take this value.");
  if (mark?.required && isEmpty(value)) lines.push("Required for this document.");
  const source = isEmpty(value) && mark?.source === "MANUAL" ? "" : sourceSentence(mark);
  if (source) lines.push(source);
  if (mark?.suggestion && mark.suggestion !== String(value ?? "")) lines.push(`The service would put: ${mark.suggestion}`);
  if (mark?.note) lines.push(mark.note);
  if (mark?.locked) lines.push(mark.locked);
  return lines.map((line) => (/[.!?…]$/.test(line) ? line : `${line}.`));
}

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
