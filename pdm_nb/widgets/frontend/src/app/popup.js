// A popup below a button: in the browser's top layer, so that no output area cuts it off, and within the root of the view,
// so that keys typed in it never reach the notebook.

import { classes, html, useEffect, useLayoutEffect, useRef } from "./html.js";

const GAP = 4; // pixels

/** `at` is an element, or a point {x, y}. `onClose(restore)` is called on Escape and after a click elsewhere. */
export function Popup({ at, label, onClose, kind = "dialog", children }) {
  const own = useRef(null);
  useLayoutEffect(() => {
    const popup = own.current;
    popup.showPopover?.();
    place(popup, at);
    (popup.querySelector("[autofocus], input, button, select, [tabindex]") ?? popup).focus();
  }, []);
  useEffect(() => {
    const away = (event) => {
      const path = event.composedPath();
      if (!path.includes(own.current) && !path.includes(at)) onClose();
    };
    const moved = (event) => at.getBoundingClientRect && !own.current.contains(event.target) && place(own.current, at);
    const resized = new ResizeObserver(() => place(own.current, at)); // its contents have arrived, or the window is another size
    resized.observe(own.current);
    resized.observe(document.documentElement);
    document.addEventListener("pointerdown", away, true);
    document.addEventListener("scroll", moved, true);
    return () => {
      resized.disconnect();
      document.removeEventListener("pointerdown", away, true);
      document.removeEventListener("scroll", moved, true);
    };
  }, []);
  const keys = (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      onClose();
      at.focus?.();
    }
    if (event.key === "Tab") keepInside(event, own.current);
    if (kind === "menu" && ["ArrowDown", "ArrowUp"].includes(event.key)) stepTo(event, own.current);
  };
  return html`<div ref=${own} popover="manual" role=${kind} aria-label=${label} tabindex="-1"
    class=${classes("pdm-popup", kind === "menu" && "pdm-menu")} onKeyDown=${keys}>${children}</div>`;
}

function place(popup, at) {
  const box = at.getBoundingClientRect?.() ?? { left: at.x, right: at.x, top: at.y, bottom: at.y };
  const { offsetWidth: width, offsetHeight: height } = popup;
  const below = box.bottom + GAP + height <= innerHeight || box.top < height;
  popup.style.left = `${Math.max(GAP, Math.min(box.left, innerWidth - width - GAP))}px`;
  popup.style.top = `${Math.max(GAP, Math.min(below ? box.bottom + GAP : box.top - GAP - height, innerHeight - height - GAP))}px`;
}

const stopsOf = (popup) => [...popup.querySelectorAll("input, button, select, textarea")].filter((one) => !one.disabled);

function keepInside(event, popup) {
  const stops = stopsOf(popup);
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (event.target !== from) return;
  event.preventDefault();
  to?.focus();
}

function stepTo(event, popup) {
  event.preventDefault();
  const stops = stopsOf(popup);
  const next = stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
  stops[(next + stops.length) % stops.length]?.focus();
}
