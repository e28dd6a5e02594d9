// A view of the application: the whole workbench, or one part of it. It draws the state that Python has.
//
//   store (state, page) -> header, steps, page of the step or table with facets, footer
//   document_table.js mounts the table once; `version` counts its changes, so that counts are drawn again

import { Fragment, html, render, useCallback, useEffect, useReducer, useRef, useState } from "./html.js";
import { ConnectPage } from "./steps/connect_page.js";
import { ContextMenu, entriesOf, menuAt } from "./context_menu.js";
import { DocumentPane } from "./pane/document_pane.js";
import { DocumentTable } from "./document_table.js";
import { FacetsPanel } from "./facets/facets_panel.js";
import { CodeDrawer, Footer, Note, Steps } from "./frame.js";
import { FilledBy } from "./steps/filled_by.js";
import { Header } from "./header.js";
import { ImportPage, importAction } from "./steps/import_page.js";
import { Popup } from "./popup.js";
import { PresentationBar } from "./presentation_bar.js";
import { ReopenBar, StaleBar } from "./restart/reopen_bar.js";
import { RequirementsPage } from "./steps/requirements_page.js";
import { NotRead, PrepareTools, ReportTools, ReviewTools, RunProgress, StoppedGroups } from "./steps/step_tools.js";
import { Store } from "./store.js";
import { SubmitTools, UNCONFIRMED, submitAction } from "./steps/submit_tools.js";
import { TEXTS } from "./texts.js";
import css from "./app.css";
import paneCss from "./pane/pane.css";
import { element } from "../dom.js";
import { keepKeys, releaseKeysOnEscape } from "../edit/keys.js";
import { hideStatic } from "../grid/table.js";
import { installStyles } from "../grid/theme.js";

const NARROW = 760; // pixels, as in app.css
const ROOM_FOR_BOTH = 1160; // pixels: with less, filters and document take turns next to the table
const WITHOUT_TABLE = new Set(["connect", "import"]);
const RUNS = { upload: ["upload", "resume"], review: ["watch", "resume"], submit: ["submit", "resume"] }; // that a step shows after their end
const WITHOUT_FACETS = new Set(["report"]);

function Application({ store }) {
  const [, redraw] = useReducer((count) => count + 1, 0);
  useEffect(() => {
    let frame = 0;
    const observer = () => (frame ||= requestAnimationFrame(() => { frame = 0; redraw(); }));
    const stop = store.observe(observer);
    observer(); // what changed before this view listened
    return () => { stop(); cancelAnimationFrame(frame); };
  }, []);
  const isStale = !store.isAlive;
  const stale = isStale && html`<${StaleBar} store=${store} />`;
  store.root.classList.toggle("pdm-is-stale", isStale);
  const late = store.isLate && html`<div role="status" class="pdm-note pdm-note-plain"><span>${TEXTS.noReply}</span></div>`;
  const view = store.shownView;
  if (view === "run") return html`<${Fragment}>${stale}${late}${!(isStale && store.state.run?.running) && html`<${RunProgress} store=${store} />`}<//>`;
  if (view === "sign_in") return html`<${Fragment}>${stale}${late}<div inert=${isStale}><${ConnectPage} store=${store} /></div><//>`;
  if (view === "requirements") return html`<${Fragment}>${stale}${late}<div class="pdm-page" inert=${isStale}><${RequirementsPage} store=${store} /></div><//>`;
  return html`<${Fragment}>${stale}${late}<${Bench} store=${store} isStale=${isStale} /><//>`;
}

/** `isStale`: the kernel has stopped. The table can still be read and copied; nothing else can be used, and what runs is not shown. */
function Bench({ store, isStale }) {
  const isWhole = store.shownView === "workbench";
  const isGrid = store.shownView === "grid";
  const { state } = store;
  const { step = "connect" } = state;
  const [table, setTable] = useState(null);
  const [version, changed] = useReducer((count) => count + 1, 0);
  const tick = useTick(changed);
  const [facets, setFacets] = useState(() => !isGrid && !(store.root.clientWidth && store.root.clientWidth < NARROW));
  const [pane, setPane] = useState(() => !isGrid && store.root.clientWidth >= ROOM_FOR_BOTH);
  const [code, setCode] = useState(false);
  const [menu, setMenu] = useState(null);
  const [explained, setExplained] = useState(null);
  const [confirmation, setConfirmation] = useState(UNCONFIRMED);
  const [reportPath, setReportPath] = useState(null);
  const hasTable = Boolean(state.table) && !WITHOUT_TABLE.has(step);
  const filter = (facet, value) => table?.viewFilters.refilter(() => table.viewFilters.filters.toggle(facet, value));
  const show = (states, message) => table?.viewFilters.refilter(() => {
    const { filters } = table.viewFilters;
    filters.clear();
    filters.set("state", { values: new Set(states) });
    if (message !== undefined) filters.set("~message", { values: new Set([message]) });
  });
  const openCode = () => {
    store.act(code ? "code.close" : "code.open");
    setCode(!code);
  };
  const explain = (row) => store.act("documents.explain", { row }).then(({ result }) => result && setExplained({ text: result, at: menu?.at ?? { x: 80, y: 80 } }));
  const isTight = () => store.root.clientWidth >= NARROW && store.root.clientWidth < ROOM_FOR_BOTH;
  const toggleFacets = () => {
    if (!facets && isTight()) setPane(false);
    setFacets(!facets);
  };
  const togglePane = () => {
    if (!pane && isTight()) setFacets(false);
    setPane(!pane);
  };
  const openMenu = (event, view) => setMenu(menuAt(event, view));
  const shownStep = useRef(step);
  useEffect(() => {
    // The next step may be shorter, or begin with a plan to confirm: show its top.
    if (shownStep.current !== step && store.root.getBoundingClientRect().top < 0) store.root.scrollIntoView();
    shownStep.current = step;
  }, [step]);
  useEffect(() => {
    if (!isStale) store.places.keep(state.place, table?.viewFilters.shown);
  }, [state.place, version, isStale]);
  const primary = primaryOf(store, step, { confirmation, setConfirmation, reportPath });
  const fix = (states, message) => {
    show(states, message);
    store.act("bench.go", { step: "prepare" });
  };
  const tools = { store, table, version, onFilter: filter, onShow: show, onFix: isWhole ? fix : show };
  return html`<${Fragment}>
    <div class="pdm-part" inert=${isStale}>
    ${isWhole && html`<${PresentationBar} store=${store} /><${Header} store=${store} filters=${table?.viewFilters.filters} onFilter=${filter} /><${Steps} store=${store} />`}
    ${isWhole && !isStale && html`<${ReopenBar} store=${store} />`}
    ${!isStale && html`<${Note} store=${store} />`}
    ${isWhole && step === "connect" && html`<${ConnectPage} store=${store} />`}
    ${isWhole && step === "import" && html`<${ImportPage} store=${store} />`}
    ${hasTable && !isStale && html`<${StepTools} step=${step} tools=${tools} confirmation=${confirmation} setConfirmation=${setConfirmation} reportPath=${reportPath} setReportPath=${setReportPath} />`}
    </div>
    <div class="pdm-body" hidden=${!hasTable}>
      ${facets && table && !WITHOUT_FACETS.has(step) && !isStale && html`<${FacetsPanel} key=${state.table} ...${tools} />`}
      <div class="pdm-main">
        ${hasTable && !isStale && html`<div class="pdm-tools pdm-table-tools">
          ${!WITHOUT_FACETS.has(step) && html`<button type="button" class="pdm-button" aria-pressed=${facets} onClick=${toggleFacets}>${TEXTS.facets}</button>`}
          <button type="button" class="pdm-button" aria-pressed=${pane} title=${TEXTS.paneHelp} onClick=${togglePane}>${TEXTS.pane}</button>
          ${table && step === "prepare" && html`<${PrepareTools} ...${tools} />`}${table && step === "review" && html`<${ReviewTools} ...${tools} />`}</div>`}
        ${state.table && html`<${DocumentTable} key=${state.table} store=${store} id=${state.table} step=${step} hidden=${!hasTable} onTable=${setTable} onChange=${tick} onMenu=${openMenu} />`}
      </div>
      ${pane && hasTable && table && !isStale && html`<${DocumentPane} key=${`pane ${state.table}`} store=${store} table=${table} onClose=${togglePane} />`}
    </div>
    ${code && html`<${CodeDrawer} store=${store} onClose=${openCode} />`}
    ${!isStale && html`<${Footer} store=${store} primary=${primary} onShow=${show} onCode=${state.table ? openCode : null} isCodeOpen=${code} />`}
    ${menu && table && !isStale && html`<${ContextMenu} menu=${menu} entries=${entriesOf(menu, table, store, filter, explain)} onClose=${() => setMenu(null)} />`}
    ${explained && html`<${Popup} at=${explained.at} label=${TEXTS.menuExplain} onClose=${() => setExplained(null)}><p class="pdm-lines pdm-help">${explained.text}</p><button type="button" class="pdm-button" onClick=${() => setExplained(null)}>${TEXTS.close}</button><//>`}
  <//>`;
}

/** A function that calls `changed` at most once per frame. */
function useTick(changed) {
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  return useCallback(() => (frame.current ||= requestAnimationFrame(() => { frame.current = 0; changed(); })), []);
}

function StepTools({ step, tools, confirmation, setConfirmation, reportPath, setReportPath }) {
  const { store, table, version, onShow, onFix } = tools;
  const progress = html`<${RunProgress} store=${store} names=${RUNS[step]} /><${StoppedGroups} store=${store} onShow=${onShow} onFix=${onFix} />`;
  if (step === "prepare") return null;
  if (step === "upload") return progress;
  if (step === "review") return html`<${RunProgress} store=${store} names=${RUNS[step]} /><${NotRead} store=${store} onShow=${onShow} onFix=${onFix} />${table && html`<${FilledBy} store=${store} table=${table} version=${version} />`}`;
  if (step === "submit") return html`<${SubmitTools} store=${store} confirmation=${confirmation} setConfirmation=${setConfirmation} />${progress}`;
  return html`<${ReportTools} store=${store} path=${reportPath} setPath=${setReportPath} />`;
}

/** The primary button: from Python, with what this page knows in addition. */
function primaryOf(store, step, { confirmation, setConfirmation, reportPath }) {
  const { primary } = store.state;
  const isWhole = store.shownView === "workbench";
  const imported = step === "import" && importAction(store);
  if (imported) return imported;
  if (!primary || store.shownView === "grid") return null;
  if (primary.step) return isWhole ? { ...primary, onClick: () => store.act("bench.go", { step: primary.step }) } : null;
  if (primary.action === "submitting.submit") return submitAction(store, primary, confirmation, setConfirmation);
  const args = primary.action === "code.report" && reportPath ? { path: reportPath } : {};
  return { ...primary, onClick: () => store.act(primary.action, args) };
}

export function renderApplication({ model, el, kernel }) {
  installStyles(el);
  installStyles(el, "pdm-nb-app-styles", css + paneCss);
  const root = element("div", `pdm-app pdm-view-${model.get("_view")}`);
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", TEXTS.workbench);
  root.tabIndex = -1; // takes the focus when a button that had it is removed, so that no key reaches the notebook
  keepKeys(root);
  releaseKeysOnEscape(root, (event) => event.target.closest(".pdm-table, .pdm-popup, input, select, textarea"));
  el.append(root);
  const store = Object.assign(new Store(model, kernel), { root });
  render(html`<${Application} store=${store} />`, root);
  hideStatic(store.state.name);
  return () => {
    render(null, root);
    store.close();
  };
}
