// A small table for the tests: rows 1.., columns a.., in the shape that the modules read.

export function sheet(texts, { locked = [], kinds = {} } = {}) {
  const keys = "abcdefgh".slice(0, texts[0].length).split("");
  const ids = texts.map((_, row) => row + 1);
  return {
    ids, keys,
    rowOf: (id) => ids.indexOf(id),
    columnOf: (key) => keys.indexOf(key),
    text: (id, key) => texts[id - 1][keys.indexOf(key)],
    label: (key) => `Column ${key.toUpperCase()}`,
    byKey: Object.fromEntries(keys.map((key) => [key, { kind: kinds[key] ?? "text" }])),
    editable: (id, key) => !locked.includes(`${id}${key}`),
  };
}

export const place = (id, key) => ({ id, key });
