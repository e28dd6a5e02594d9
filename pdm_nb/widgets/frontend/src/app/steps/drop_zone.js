// The drop zone of the step Import: files of the browser are sent in pieces, one after the other, and can be cancelled.

import { classes, html, useRef, useState } from "../html.js";
import { TEXTS } from "../texts.js";
import { formatBytes } from "../../edit/describe.js";

const PIECE = 4 << 20; // bytes: the Jupyter server drops the connection above 10 MiB
const MOST_SHOWN = 5; // files that were not received

/** Files and those in folders, as [path, file]; hidden ones are left out. */
export async function filesIn(items) {
  const found = [];
  const visit = async (entry, place) => {
    if (entry.name.startsWith(".")) return;
    const path = place + entry.name;
    if (entry.isFile) return void found.push([path, await new Promise((resolve, reject) => entry.file(resolve, reject))]);
    const reader = entry.createReader();
    for (let some; (some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length; ) {
      for (const one of some) await visit(one, `${path}/`);
    }
  };
  const dropped = [...items].map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile?.()).filter(Boolean); // before the event ends
  for (const one of dropped) {
    if (one instanceof File) found.push([one.name, one]);
    else await visit(one, "");
  }
  return found;
}

/** Send files one after the other. `onProgress` gets {files, bytes}; `isCancelled` is asked before each piece. Returns the sentences of those that failed. */
export async function sendFiles(store, files, onProgress, isCancelled) {
  const failed = [];
  let [sent, bytes] = [0, 0];
  for (const [name, file] of files) {
    if (isCancelled()) break;
    const error = await sendFile(store, name, file, (piece) => onProgress({ files: sent, bytes: (bytes += piece) }), isCancelled);
    if (error) failed.push(error);
    onProgress({ files: ++sent, bytes });
  }
  return failed;
}

async function sendFile(store, name, file, onPiece, isCancelled) {
  const { result: key, error } = await store.act("receiving.begin", { file: name, size: file.size });
  if (error) return error;
  for (let offset = 0; offset < file.size; offset += PIECE) {
    if (isCancelled()) return void (await store.act("receiving.cancel", { key }));
    let data;
    try {
      data = await file.slice(offset, offset + PIECE).arrayBuffer();
    } catch { // it was changed or removed meanwhile
      await store.act("receiving.cancel", { key });
      return TEXTS.fileNotRead(name);
    }
    const added = await store.act("receiving.add", { key, offset }, data);
    if (added.error) return added.error;
    onPiece(data.byteLength);
  }
  return (await store.act("receiving.finish", { key })).error;
}

export function DropZone({ store }) {
  const { receiving = {} } = store.page;
  const [over, setOver] = useState(false);
  const [progress, setProgress] = useState(null);
  const [failed, setFailed] = useState([]);
  const cancelled = useRef(false);
  const input = useRef(null);
  const receive = async (files) => {
    if (!files.length) return;
    const total = { of: files.length, size: files.reduce((sum, [, file]) => sum + file.size, 0) };
    cancelled.current = false;
    setFailed([]);
    setProgress({ ...total, files: 0, bytes: 0 });
    setFailed(await sendFiles(store, files, (now) => setProgress({ ...total, ...now }), () => cancelled.current || !store.isAlive));
    setProgress(null);
    store.act("receiving.read");
  };
  const drop = (event) => {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    filesIn(event.dataTransfer.items).then(receive);
  };
  const hover = (event, isOver) => {
    event.preventDefault();
    event.stopPropagation();
    setOver(isOver);
  };
  return html`<section class=${classes("pdm-drop", over && "pdm-over")} aria-label=${TEXTS.dropZone} onDragOver=${(event) => hover(event, true)} onDragLeave=${(event) => hover(event, false)} onDrop=${drop}>
    ${progress
      ? html`<div class="pdm-tools"><progress max=${Math.max(1, progress.size)} value=${progress.bytes} aria-label=${TEXTS.dropZone}></progress>
        <span role="status">${TEXTS.receiving(progress, formatBytes)}</span><button type="button" class="pdm-button" onClick=${() => (cancelled.current = true)}>${TEXTS.cancel}</button></div>`
      : html`<div class="pdm-tools"><span>${TEXTS.dropHere}</span><button type="button" class="pdm-button" onClick=${() => input.current.click()}>${TEXTS.selectFiles}</button>
        <span class="pdm-soft">${TEXTS.dropHelp(receiving)}</span>
        <input ref=${input} type="file" multiple hidden aria-hidden="true" tabindex="-1" onChange=${(event) => { receive([...event.target.files].map((file) => [file.name, file])); event.target.value = ""; }} /></div>`}
    ${failed.length > 0 && html`<ul role="alert" class="pdm-is-bad">${failed.slice(0, MOST_SHOWN).map((text) => html`<li key=${text}>${text}</li>`)}
      ${failed.length > MOST_SHOWN && html`<li>${TEXTS.andMore(failed.length - MOST_SHOWN)}</li>`}</ul>`}
  </section>`;
}
