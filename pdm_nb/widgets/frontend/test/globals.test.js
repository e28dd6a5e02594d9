import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const STATIC = new URL("../../static/", import.meta.url);
// What only some of the programs that show widgets have.
const OF_ONE_PROGRAM = [
  /\b(?:window|globalThis|self)\.(?:jupyterapp|jupyterlab|_JUPYTERLAB|requirejs|require|define|Jupyter|IPython|google|acquireVsCodeApi|__marimo\w*)\b/,
  /\bfrom\s*"(?:@jupyterlab|@jupyter-widgets|@lumino|jupyterlab)/,
  /\brequire\(\s*["']/,
  /\bimport\(\s*["'](?!\.)/,
];

test("the built code uses nothing that only one program has, and imports nothing", () => {
  for (const name of ["workbench.js", "loader.js"]) {
    const text = readFileSync(new URL(name, STATIC), "utf8");
    for (const pattern of OF_ONE_PROGRAM) assert.doesNotMatch(text, pattern, `${name}: ${pattern}`);
    assert.doesNotMatch(text, /^import\s/m, name);
  }
});
