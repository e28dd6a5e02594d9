// The picture of a page: zoom by wheel, buttons and keys, drag to move, other pages, and its title block enlarged below.

import { focusedElement } from "../../dom.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../html.js";
import { TEXTS } from "../texts.js";
import { WHOLE, moved, onto, placed, seen, zoomed } from "./page_geometry.js";

const STEP = 1.5; // of the buttons and keys
const WHEEL = 0.0022; // of a pixel that the wheel moves
const MOVE = 60; // pixels per arrow key
const SHARP_AFTER = 140; // milliseconds after the last move until a sharp part is asked for
const HEIGHTS = [180, 440]; // pixels
const ENOUGH = 1.05; // an image may be enlarged by this before it looks blurred
const MANY = 9; // pages, above which a number can be typed
const ASPECT = Math.SQRT2; // until the page is known

/** `name` is the name of the document; `isAlive` false after the kernel has stopped. */
export function PageView({ link, name }) {
  const host = useRef(null);
  const [width, setWidth] = useState(300);
  const [view, setView] = useState(WHOLE);
  const { page: base, part, "title block": block } = link.images;
  const aspect = base?.height ? base.width / base.height : ASPECT;
  const frame = { width, height: Math.min(Math.max(width / aspect, HEIGHTS[0]), HEIGHTS[1]) };
  const latest = useRef();
  latest.current = { frame, aspect, view };
  const change = (step) => setView((now) => step(now, latest.current.frame, latest.current.aspect));
  const zoom = (factor, point) => change((now, size, ratio) => zoomed(now, factor, size, ratio, point));
  const move = (right, down) => change((now, size, ratio) => moved(now, right, down, size, ratio));
  const toBlock = () => block?.url && change((_, size, ratio) => onto(block.region, size, ratio));
  const turn = (by) => link.page + by >= 0 && link.page + by < link.pages && link.turn(link.page + by);
  const goTo = (input) => {
    const page = Math.min(Math.max(Math.round(Number(input.value)) || 1, 1), link.pages) - 1;
    input.value = page + 1;
    if (page !== link.page) link.turn(page);
  };

  useLayoutEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => contentRect.width && setWidth(Math.round(contentRect.width)));
    observer.observe(host.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => setView(WHOLE), [link.row, link.page]);
  useEffect(() => followMouse(host.current, zoom, move), []);
  useEffect(() => {
    const wanted = placed(view, frame, aspect).width * devicePixelRatio; // pixels of the whole page
    if (!base?.url || wanted <= ENOUGH * base.width) return undefined;
    const region = seen(view, frame, aspect);
    const pixels = Math.ceil(wanted * (region[2] - region[0]));
    const timer = setTimeout(() => link.zoom(region, pixels), SHARP_AFTER);
    return () => clearTimeout(timer);
  }, [view, width, base?.url]);

  const actions = {
    "+": () => zoom(STEP), "=": () => zoom(STEP), "-": () => zoom(1 / STEP), 0: () => setView(WHOLE), t: toBlock, T: toBlock,
    ArrowLeft: () => move(MOVE, 0), ArrowRight: () => move(-MOVE, 0), ArrowUp: () => move(0, MOVE), ArrowDown: () => move(0, -MOVE),
    PageDown: () => turn(1), PageUp: () => turn(-1),
  };
  const keys = (event) => {
    const action = !event.ctrlKey && !event.metaKey && !event.altKey && actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  const place = placed(view, frame, aspect);
  const button = (label, text, action, disabled = false) => html`<button type="button" class="pdm-button pdm-small" aria-label=${label} title=${label} disabled=${disabled} onClick=${action}>${text}</button>`;
  return html`<div class="pdm-picture">
    <div ref=${host} class="pdm-page-frame" role="group" tabindex="0" aria-label=${TEXTS.paneFrame(link.page + 1, name)} title=${TEXTS.paneFrameHelp} style=${{ height: `${frame.height}px` }} onKeyDown=${keys}>
      ${base?.url && html`<img class="pdm-page-image" data-sharp=${base.sharp} src=${base.url} alt=${TEXTS.paneImage(link.page + 1, name)} draggable=${false} style=${css(place)} />`}
      ${base?.url && part?.url && html`<img class="pdm-part-image" src=${part.url} alt="" draggable=${false} style=${css(inside(place, part.region))} />`}
      ${base?.url && block?.score > 0 && html`<i class="pdm-block-mark" aria-hidden="true" style=${css(inside(place, block.region))}></i>`}
      ${!base && html`<p class="pdm-soft pdm-frame-text">${TEXTS.paneDrawing}</p>`}
      ${base?.fault && html`<p class="pdm-fault pdm-frame-text" role="status">${base.fault}</p>`}
    </div>
    ${base?.url && html`<div class="pdm-tools">
      ${button(TEXTS.zoomOut, "−", () => zoom(1 / STEP), view.zoom === 1)}${button(TEXTS.zoomIn, "+", () => zoom(STEP))}${button(TEXTS.zoomFit, TEXTS.fit, () => setView(WHOLE), view.zoom === 1)}
      <span class="pdm-soft pdm-figures">${Math.round(100 * view.zoom)} %</span><span class="pdm-grow"></span>
      ${link.pages > 1 && html`${button(TEXTS.previousPage, "‹", () => turn(-1), link.page === 0)}${link.pages > MANY && html`<input class="pdm-field pdm-page-number" type="number" min="1" max=${link.pages} value=${link.page + 1} aria-label=${TEXTS.pageNumber} onChange=${(event) => goTo(event.target)} />`}<span class="pdm-soft pdm-figures">${TEXTS.pageOf(link.page + 1, link.pages)}</span>${button(TEXTS.nextPage, "›", () => turn(1), link.page + 1 >= link.pages)}`}
    </div>`}
    ${block?.url && html`<button type="button" class="pdm-block" title=${TEXTS.zoomBlock} onClick=${toBlock}>
      <img src=${block.url} alt="" draggable=${false} /><span class="pdm-block-name">${block.score > 0 ? TEXTS.titleBlock : TEXTS.corner}</span></button>`}
  </div>`;
}

const css = ({ left, top, width, height }) => ({ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });

/** The place of a region of the page. */
function inside({ left, top, width, height }, [fromX, fromY, toX, toY]) {
  return { left: left + fromX * width, top: top + fromY * height, width: (toX - fromX) * width, height: (toY - fromY) * height };
}

/** The wheel zooms with Ctrl, or once the picture was clicked, so that it does not stop who scrolls past; dragging moves. */
function followMouse(host, zoom, move) {
  const pointOf = (event) => {
    const { left, top } = host.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const wheel = (event) => {
    if (!event.ctrlKey && !event.metaKey && focusedElement() !== host) return;
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    zoom(Math.exp(-WHEEL * pixels), pointOf(event));
  };
  let last = null;
  const down = (event) => {
    if (event.button !== 0) return;
    host.focus({ preventScroll: true });
    host.setPointerCapture(event.pointerId);
    last = pointOf(event);
  };
  const drag = (event) => {
    if (!last) return;
    const now = pointOf(event);
    move(now.x - last.x, now.y - last.y);
    last = now;
  };
  const up = () => (last = null);
  const double = (event) => zoom(STEP * STEP, pointOf(event));
  const listeners = [["pointerdown", down], ["pointermove", drag], ["pointerup", up], ["pointercancel", up], ["dblclick", double]];
  host.addEventListener("wheel", wheel, { passive: false });
  for (const [name, listener] of listeners) host.addEventListener(name, listener);
  return () => {
    host.removeEventListener("wheel", wheel);
    for (const [name, listener] of listeners) host.removeEventListener(name, listener);
  };
}
