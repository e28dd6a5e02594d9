// A small panel over the table: one at a time, below the button that opened it, closed by Escape or a click elsewhere.

import { element, focusedElement } from "../dom.js";

export class PopupPanel {
  constructor(layer) {
    this.layer = layer;
    this.onOutsideClick = (event) => !event.composedPath().includes(this.open) && this.close();
  }

  /** Show `content` below `anchor`. The focus goes into the panel; when Escape closes it, `restoreFocus` is called. */
  show(anchor, label, content, restoreFocus) {
    this.close();
    const panel = element("div", "pdm-panel");
    panel.setAttribute("role", "dialog");
    panel.tabIndex = -1;
    panel.setAttribute("aria-label", label);
    panel.append(...content);
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Tab") return keepTabInside(event, panel);
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
      restoreFocus?.();
    });
    const holder = element("div", "pdm-panel-holder");
    holder.append(panel);
    this.layer.append(holder);
    const box = anchor.getBoundingClientRect();
    panel.style.left = `${Math.max(4, Math.min(box.left, innerWidth - panel.offsetWidth - 8))}px`;
    panel.style.top = `${Math.max(4, Math.min(box.bottom + 2, innerHeight - panel.offsetHeight - 8))}px`;
    this.open = holder;
    document.addEventListener("mousedown", this.onOutsideClick, true);
    (panel.querySelector("input, button, select") ?? panel).focus();
    return panel;
  }

  close() {
    this.open?.remove();
    this.open = null;
    document.removeEventListener("mousedown", this.onOutsideClick, true);
  }
}

/** Keep Tab within the panel. */
function keepTabInside(event, panel) {
  const stops = [...panel.querySelectorAll("input, button, select")].filter((one) => !one.disabled);
  if (!stops.length) return event.preventDefault();
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (focusedElement() !== from) return;
  event.preventDefault();
  to.focus();
}
