// Small panels over the table: one at a time, under what opened it, closed by Escape or a click elsewhere.

import { element } from "../dom.js";

export class PopupPanel {
  constructor(layer) {
    this.layer = layer;
    this.away = (event) => !this.open?.contains(event.target) && this.close();
  }

  /** Show `content` under `anchor`, with a name for screen readers; the focus goes into it, and back to `home`. */
  show(anchor, label, content, home) {
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
      home?.();
    });
    const holder = element("div", "pdm-panel-holder");
    holder.append(panel);
    this.layer.append(holder);
    const box = anchor.getBoundingClientRect();
    panel.style.left = `${Math.max(4, Math.min(box.left, innerWidth - panel.offsetWidth - 8))}px`;
    panel.style.top = `${Math.max(4, Math.min(box.bottom + 2, innerHeight - panel.offsetHeight - 8))}px`;
    this.open = holder;
    document.addEventListener("mousedown", this.away, true);
    (panel.querySelector("input, button, select") ?? panel).focus();
    return panel;
  }

  close() {
    this.open?.remove();
    this.open = null;
    document.removeEventListener("mousedown", this.away, true);
  }
}

/** Tab stays within the panel. */
function keepTabInside(event, panel) {
  const stops = [...panel.querySelectorAll("input, button, select")].filter((one) => !one.disabled);
  if (!stops.length) return event.preventDefault();
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (document.activeElement !== from) return;
  event.preventDefault();
  to.focus();
}
