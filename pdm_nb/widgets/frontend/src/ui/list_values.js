// The values of a list in the text of a cell, and the order in which they are offered. Pure.

/** The values of a cell: "A; B" is ["A", "B"], unless the whole text is itself one of `entries`. */
export function splitSeveral(text, entries = []) {
  const whole = String(text ?? "").trim();
  if (entries.some((entry) => entry.text === whole || entry.code === whole)) return [whole];
  return whole.split(";").map((part) => part.trim()).filter(Boolean);
}

export const joinSeveral = (parts) => parts.join("; ");

/** The entries with those that are `similar` to the cell's text first, even if they are not in `entries`. */
export function suggestedFirst(entries, similar = []) {
  const first = similar.map((text) => entries.find((entry) => entry.text === text) ?? { text, code: "" });
  return [...first, ...entries.filter((entry) => !first.includes(entry))];
}
