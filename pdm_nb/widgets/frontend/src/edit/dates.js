// Dates and times with their zone, as the cells have them: "2026-03-31" or "2026-03-31T14:00:30Z". Pure.

const FORM = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|[+-]\d{2}:\d{2})?)?$/;

/** A text as {date, time, zone}, "" for what it does not say, the time to the second; null where it is no such text. */
export function split(text) {
  const found = FORM.exec(text.trim());
  if (!found) return null;
  const [, date, time = "", zone = ""] = found;
  return { date, time, zone };
}

/** The text for what was picked; a date alone has no zone. */
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
