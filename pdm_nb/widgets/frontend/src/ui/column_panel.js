// The panel to show, hide, order and pin columns.

import { element } from "../dom.js";
import { folded } from "../edit/normalize.js";
import { button, textField, checkbox } from "./controls.js";
import { TEXTS } from "../edit/texts.js";

/**
 * The content of the panel. `columns` returns [{key, label, hide, pinned}] in order; `set(key, state)` changes one column,
 * `move(key, by)` moves it, `reset()` restores the initial layout.
 */
export function columnPanelContent({ columns, set, move, reset }) {
  const list = element("div", "pdm-columns");
  let needle = "";
  const draw = (focus) => {
    const fitting = columns().filter(({ label }) => folded(label).includes(needle));
    list.replaceChildren(...fitting.map((column) => line(column)));
    if (focus) list.querySelector(`[data-name="${CSS.escape(focus)}"]`)?.focus();
  };
  const line = ({ key, label, hide, pinned }) => {
    const made = element("div", "pdm-column");
    const small = (text, tip, action) => {
      const one = button(text, () => { action(); draw(`${key} ${text}`); }, `${tip}: ${label}`);
      one.dataset.name = `${key} ${text}`;
      one.setAttribute("aria-label", `${tip}: ${label}`);
      return one;
    };
    const pin = small("⇤", pinned ? TEXTS.unpin : TEXTS.pinLeft, () => set(key, { pinned: pinned ? null : "left" }));
    pin.setAttribute("aria-pressed", String(Boolean(pinned)));
    made.append(
      checkbox(label, !hide, (on) => set(key, { hide: !on })),
      pin,
      small("↑", TEXTS.moveLeft, () => move(key, -1)),
      small("↓", TEXTS.moveRight, () => move(key, 1)),
    );
    return made;
  };
  const find = textField(TEXTS.findAColumn, (typed) => { needle = folded(typed); draw(); });
  draw();
  return [find, button(TEXTS.resetColumns, () => { reset(); draw(); }, TEXTS.resetColumnsHelp), list];
}
