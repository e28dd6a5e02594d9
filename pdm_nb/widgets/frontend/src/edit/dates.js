// Dates and times with their zone, as cells contain them: "2026-03-31" or "2026-03-31T14:00:30Z". Pure.

const FORM = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|[+-]\d{2}:\d{2})?)?$/;

/** Split a text into {date, time, zone}, with "" for missing parts; null if it is not a date. */
export function split(text) {
  const found = FORM.exec(text.trim());
  if (!found) return null;
  const [, date, time = "", zone = ""] = found;
  return { date, time, zone };
}

/** Compose the text of a picked date; without a time there is no zone. */
export function compose({ date, time, zone }) {
  return date && time ? `${date}T${time}${zone || "Z"}` : date;
}

/** The offset of this machine's zone at a date, as "+02:00". */
export function localZone(date, time, offsetOf = (moment) => -moment.getTimezoneOffset()) {
  const moment = new Date(`${date}T${time || "12:00"}`);
  const minutes = Number.isNaN(moment.getTime()) ? 0 : offsetOf(moment);
  const two = (value) => String(value).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
