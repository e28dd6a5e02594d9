// Describes the cells that an action skipped because they cannot be edited. Pure.
// The same in Python: `batch/table/find_replace.py`; `tests/vectors/skipped_cells.json` tests both.

import { TEXTS } from "./texts.js";

const NAMED = 3; // reasons that a notice names

/** How many cells were not changed, and why: one reason per cell. "" if there are none. */
export function skipped(reasons) {
  const counts = new Map();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const total = reasons.length;
  if (!total) return "";
  const head = TEXTS.notChanged(quantity(total, "cell"), total === 1 ? "was" : "were");
  if (counts.size === 1) return [head, ...counts.keys()].join(" ");
  const named = [...counts].sort(([, a], [, b]) => b - a).slice(0, NAMED);
  const rest = total - named.reduce((sum, [, count]) => sum + count, 0);
  const others = rest ? [[TEXTS.otherReasons, rest]] : [];
  return [head, ...[...named, ...others].map(([reason, count]) => `${quantity(count, "cell")}: ${reason}`)].join(" ");
}

/** 3, "cell" is "3 cells". */
export function quantity(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
