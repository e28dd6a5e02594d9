import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import loader from "../src/loader.js";

/** A model that leads to the kernel's copy of the code; `source` is the text of a module. */
function modelOf(source) {
  const holder = new Map([["hash", "h"], ["source", source]]);
  return { get: () => "IPY_MODEL_code", widget_manager: { get_model: async () => holder } };
}

test("code that could not be loaded is loaded again for the next table, and then cached", async (t) => {
  const asked = [];
  t.mock.method(URL, "revokeObjectURL", () => {});
  t.mock.method(URL, "createObjectURL", () => asked.at(-1));
  const render = (source) => {
    asked.push(`data:text/javascript,${encodeURIComponent(source)}`);
    return loader.render({ model: modelOf(source) });
  };
  await assert.rejects(render("throw new Error('broken')"), /broken/);
  assert.equal(await render("export const render = () => 'drawn'"), "drawn");
  assert.equal(await render("export const render = () => 'not asked for'"), "drawn");
});

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
