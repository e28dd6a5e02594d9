// What a fill puts into the cells beyond those it starts from: a series where one is plain to see, else the same again.
// Pure; texts in, texts out. Its Python twin is `batch/series.py`; `tests/series.json` holds both.

const NUMBER = /^-?\d+(\.\d+)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const COUNTED = /^(.*?)(\d+)(\D*)$/s;
const DAY = 86_400_000;

/** `count` texts that go on from `known`; `backwards` goes on before the first, `counting` makes a series also of one. */
export function goOn(known, count, backwards = false, counting = false) {
  const from = backwards ? [...known].reverse() : known;
  const one = counting ? (backwards ? -1 : 1) : undefined; // the step of a single one
  const next = numbers(from, one) ?? dates(from, one) ?? counted(from, one) ?? ((index) => from[index % from.length]);
  return Array.from({ length: count }, (_, index) => next(index));
}

/** The step of an even series of numbers, undefined where there is none. */
function stepOf(values, one) {
  if (values.length < 2) return one;
  const step = values[1] - values[0];
  return values.every((value, index) => index === 0 || Math.abs(value - values[index - 1] - step) < 1e-9) ? step : undefined;
}

function numbers(texts, one) {
  if (!texts.every((text) => NUMBER.test(text))) return undefined;
  const decimals = Math.max(...texts.map((text) => text.split(".")[1]?.length ?? 0));
  const padded = texts.some((text) => /^-?0\d/.test(text)); // 001 is a name, not a number
  const step = padded ? undefined : stepOf(texts.map(Number), one);
  return step === undefined ? undefined : (index) => (Number(texts.at(-1)) + step * (index + 1)).toFixed(decimals);
}

function dates(texts, one) {
  if (!texts.every((text) => DATE.test(text) && dayOf(Date.parse(text)) === text)) return undefined; // 30 February is none
  const days = texts.map((text) => Date.parse(text) / DAY);
  const step = stepOf(days, one);
  return step === undefined ? undefined : (index) => dayOf((days.at(-1) + step * (index + 1)) * DAY);
}

const dayOf = (time) => (Number.isNaN(time) ? "" : new Date(time).toISOString().slice(0, 10));

/** "A-001", "A-002": the last number counts on, as long as it was, what is around it stays. */
function counted(texts, one) {
  const parts = texts.map((text) => COUNTED.exec(text));
  if (!parts.every((part) => part && part[1] === parts[0][1] && part[3] === parts[0][3] && part[2].length < 16)) return undefined;
  const step = stepOf(parts.map((part) => Number(part[2])), one);
  if (step === undefined) return undefined;
  const [, before, digits, after] = parts.at(-1);
  const value = (index) => Math.max(0, Number(digits) + step * (index + 1));
  return (index) => `${before}${String(value(index)).padStart(digits.length, "0")}${after}`;
}
