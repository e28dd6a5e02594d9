// Test data: a small table (rows 1.., columns a..) in the form that the modules read, and messages.

export function shownCells(texts, { locked = [], kinds = {}, marks = {} } = {}) {
  const keys = "abcdefgh".slice(0, texts[0].length).split("");
  const ids = texts.map((_, row) => row + 1);
  return {
    ids, keys,
    rowOf: (id) => ids.indexOf(id),
    columnOf: (key) => keys.indexOf(key),
    text: (id, key) => texts[id - 1][keys.indexOf(key)],
    label: (key) => `Column ${key.toUpperCase()}`,
    byKey: Object.fromEntries(keys.map((key) => [key, { kind: kinds[key] ?? "text" }])),
    mark: (id, key) => marks[`${id}${key}`],
    lockReason: (id, key) => `Column ${key.toUpperCase()} is locked.`,
    editable: (id, key) => !locked.includes(`${id}${key}`),
  };
}

export const place = (id, key) => ({ id, key });

/** A message as the kernel packs it, within a larger buffer. */
export function packed(head, codes = []) {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const all = new Uint8Array(3 + 4 + text.length + codes.length + 2);
  new DataView(all.buffer).setUint32(3, text.length, true);
  all.set(text, 7);
  all.set(codes, 7 + text.length);
  return new DataView(all.buffer, 3, 4 + text.length + codes.length);
}
