// Continues a series of texts: numbers, dates, months or numbered names; other texts are repeated. Pure.
// The same in Python: `batch/table/series.py`; `tests/vectors/series.json` tests both.

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const COUNTED = /^(.*?)(\d+)(\D*)$/s;
const DAY = 86_400_000;

/** `count` texts that continue `known`; `backwards` continues before the first, `counting` continues a single text too. */
export function continueSeries(known, count, backwards = false, counting = false) {
  const from = backwards ? [...known].reverse() : known;
  const one = counting ? (backwards ? -1n : 1n) : undefined; // the step for a single text
  const next = numbers(from, one) ?? months(from) ?? dates(from, one) ?? counted(from, one) ?? ((index) => from[index % from.length]);
  return Array.from({ length: count }, (_, index) => next(index));
}

/** The step of an even series of whole numbers (BigInt: names may exceed 2^53); undefined if it is not even. */
function stepOf(values, one) {
  if (values.length < 2) return one;
  const step = values[1] - values[0];
  return values.every((value, index) => index === 0 || value - values[index - 1] === step) ? step : undefined;
}

function numbers(texts, one) {
  if (!texts.every((text) => NUMBER.test(text))) return undefined; // 001 is a name, not a number
  const decimals = Math.max(...texts.map((text) => text.split(".")[1]?.length ?? 0));
  const units = texts.map((text) => unitsOf(text, decimals)); // of the last decimal
  const step = stepOf(units, one && one * 10n ** BigInt(decimals));
  return step === undefined ? undefined : (index) => textOf(units.at(-1) + step * BigInt(index + 1), decimals);
}

/** "-1.5" with two decimals is -150, and back. */
function unitsOf(text, decimals) {
  const [whole, part = ""] = text.split(".");
  return BigInt(whole + part.padEnd(decimals, "0"));
}

function textOf(units, decimals) {
  const digits = String(units < 0n ? -units : units).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  return `${units < 0n ? "-" : ""}${decimals ? `${whole}.${digits.slice(-decimals)}` : whole}`;
}

/** The same day of months at even steps, or their last days; a shorter month gets its last day. */
function months(texts) {
  if (!texts.every(isDay)) return undefined;
  const days = texts.map((text) => Number(text.slice(8)));
  const count = texts.map((text) => BigInt(text.slice(0, 4)) * 12n + BigInt(text.slice(5, 7)) - 1n); // of months
  const step = stepOf(count);
  const same = days.every((day) => day === days[0]);
  const areLast = texts.every((text, index) => text === dayIn(Number(count[index]), 31));
  if (!step || !(same || areLast)) return undefined;
  return (index) => dayIn(Number(count.at(-1) + step * BigInt(index + 1)), same ? days[0] : 31);
}

function dayIn(count, day) {
  const [year, month] = [Math.floor(count / 12), count % 12];
  if (year < 1 || year > 9999) return "";
  const last = new Date(0);
  last.setUTCFullYear(year, month + 1, 0); // of the month
  last.setUTCDate(Math.min(day, last.getUTCDate()));
  return dayOf(last.getTime());
}

const isDay = (text) => DATE.test(text) && dayOf(Date.parse(text)) === text; // 30 February is not one

function dates(texts, one) {
  if (!texts.every(isDay)) return undefined;
  const days = texts.map((text) => BigInt(Date.parse(text) / DAY));
  const step = stepOf(days, one);
  return step === undefined ? undefined : (index) => dayOf(Number(days.at(-1) + step * BigInt(index + 1)) * DAY);
}

/** A day as text; "" outside the years 1 to 9999. */
function dayOf(time) {
  const day = new Date(time);
  const year = day.getUTCFullYear();
  return year >= 1 && year <= 9999 ? day.toISOString().slice(0, 10) : "";
}

/** "A-001", "A-002": the last number continues with the same number of digits, the text around it stays. */
function counted(texts, one) {
  const parts = texts.map((text) => COUNTED.exec(text));
  if (!parts.every((part) => part && part[1] === parts[0][1] && part[3] === parts[0][3])) return undefined;
  const step = stepOf(parts.map((part) => BigInt(part[2])), one);
  if (step === undefined) return undefined;
  const [, before, digits, after] = parts.at(-1);
  return (index) => {
    const value = BigInt(digits) + step * BigInt(index + 1);
    return `${before}${String(value < 0n ? 0n : value).padStart(digits.length, "0")}${after}`;
  };
}
