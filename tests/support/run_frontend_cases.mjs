// Reads cases as JSON from the standard input and writes the results, for `tests/unit/widgets/test_same_results.py`, which
// compares them with those of Python.

import { readFileSync } from "node:fs";
import { find, replaced } from "../../pdm_nb/widgets/frontend/src/edit/find_replace.js";
import { ignoreCase, plain } from "../../pdm_nb/widgets/frontend/src/edit/normalize.js";
import { continueSeries } from "../../pdm_nb/widgets/frontend/src/edit/series.js";
import { skipped } from "../../pdm_nb/widgets/frontend/src/edit/skipped_cells.js";
import { search } from "../../pdm_nb/widgets/frontend/src/edit/value_search.js";
import { shownCells } from "../../pdm_nb/widgets/frontend/test/support/builders.js";

const RUN = {
  normalize: (text) => [ignoreCase(text), plain(text)],
  search: ([typed, values]) => search(values.map(([code, text], index) => ({ code, text, index })), typed).map(({ index }) => index),
  replace: ([text, by, matchCase, whole, cell]) => {
    const [table, options] = [shownCells([[cell]]), { matchCase, whole }];
    return replaced(table, find(table, table, text, options), text, by, options)[0]?.[2] ?? null;
  },
  series: (known) => continueSeries(known, 4),
  skipped,
};

const cases = JSON.parse(readFileSync(0, "utf8"));
const results = Object.entries(cases).map(([name, inputs]) => [name, inputs.map(RUN[name])]);
process.stdout.write(JSON.stringify(Object.fromEntries(results)));
