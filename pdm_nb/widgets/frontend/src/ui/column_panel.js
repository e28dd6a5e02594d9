// The panel that chooses, orders and pins columns.

import { element } from "../dom.js";
import { button, textField, checkbox } from "./controls.js";

/**
 * The content of the panel. `columns` answers [{key, label, hide, pinned}] in order; `set(key, state)` changes one,
 * `move(key, by)` moves it, `reset()` puts all back.
 */
export function columnPanelContent({ columns, set, move, reset }) {
  const list = element("div", "pdm-columns");
  let needle = "";
  const draw = (focus) => {
    const fitting = columns().filter(({ label }) => label.toLowerCase().includes(needle));
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
    const pin = small("⇤", pinned ? "Unpin" : "Pin at the left", () => set(key, { pinned: pinned ? null : "left" }));
    pin.setAttribute("aria-pressed", String(Boolean(pinned)));
    made.append(
      checkbox(label, !hide, (on) => set(key, { hide: !on })),
      pin,
      small("↑", "Further left", () => move(key, -1)),
      small("↓", "Further right", () => move(key, 1)),
    );
    return made;
  };
  const find = textField("Find a column", (typed) => { needle = typed.toLowerCase(); draw(); });
  draw();
  return [find, button("As the project has them", () => { reset(); draw(); }, "Forget what was chosen, pinned and moved"), list];
}
