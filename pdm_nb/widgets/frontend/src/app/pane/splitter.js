// The edge between table and pane: dragged, or moved with the arrow keys.

import { html } from "../html.js";
import { TEXTS } from "../texts.js";

const LEAST = 300; // pixels of the pane, and of what is left of it
const STEP = 40;

/** `width` is that of the pane in pixels; `onWidth` gets another one, null for the usual one. */
export function Splitter({ width: now, onWidth }) {
  const resize = (pane, width) => onWidth(Math.round(Math.min(Math.max(width, LEAST), pane.parentElement.clientWidth - LEAST)));
  const down = (event) => {
    const { currentTarget: edge } = event;
    const pane = edge.parentElement;
    edge.setPointerCapture(event.pointerId);
    edge.onpointermove = ({ clientX }) => resize(pane, pane.getBoundingClientRect().right - clientX);
    edge.onpointerup = edge.onpointercancel = () => (edge.onpointermove = null);
  };
  const keys = (event) => {
    const by = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
    if (!by) return;
    event.preventDefault();
    const pane = event.currentTarget.parentElement;
    resize(pane, pane.clientWidth + by);
  };
  return html`<div class="pdm-splitter" role="separator" tabindex="0" aria-orientation="vertical" aria-valuenow=${now} aria-valuetext=${TEXTS.pixels(now)} aria-label=${TEXTS.splitter} title=${TEXTS.splitter}
    onPointerDown=${down} onKeyDown=${keys} onDblClick=${() => onWidth(null)}></div>`;
}
