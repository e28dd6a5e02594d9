// src/edit/keys.js
var ATTRIBUTE = "data-lm-suppress-shortcuts";
function keepKeys(element) {
  element.addEventListener("focusin", (event) => event.target.setAttribute?.(ATTRIBUTE, "true"));
  element.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") forwardSave(event);
  });
}
function forwardSave(event) {
  event.preventDefault();
  const { key, code, keyCode, ctrlKey, metaKey, shiftKey } = event;
  const copy = { key, code, keyCode, ctrlKey, metaKey, shiftKey, bubbles: true, cancelable: true };
  document.body.dispatchEvent(new KeyboardEvent("keydown", copy));
}

// src/sign_in.css
var sign_in_default = '.pdm-sign-in {\n  display: grid; gap: 8px; max-width: 460px; padding: 4px 2px; margin: 0;\n  font: 13px var(--jp-ui-font-family, system-ui, sans-serif); color: var(--jp-ui-font-color1, #222);\n}\n.pdm-sign-in-row { display: grid; grid-template-columns: 120px 1fr; align-items: center; gap: 8px; }\n.pdm-sign-in-row[hidden] { display: none; }\n.pdm-sign-in input, .pdm-sign-in select {\n  font: inherit; color: inherit; padding: 4px 7px; border: 1px solid var(--jp-border-color1, #bbb); border-radius: 3px;\n  background: var(--jp-input-background, var(--jp-layout-color1, #fff));\n}\n.pdm-sign-in input:focus-visible, .pdm-sign-in select:focus-visible, .pdm-sign-in button:focus-visible {\n  outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: 1px;\n}\n.pdm-sign-in button {\n  justify-self: start; margin-left: 128px; padding: 5px 18px; font: inherit; font-weight: 600; border: 0; border-radius: 3px;\n  color: #fff; background: var(--jp-brand-color0, #1565c0); cursor: pointer;\n}\n.pdm-sign-in button:disabled { opacity: 0.6; cursor: default; }\n.pdm-sign-in-status { margin: 0; min-height: 18px; }\n.pdm-sign-in-status[data-tone="bad"] { color: var(--jp-error-color0, #b3261e); }\n.pdm-sign-in-status[data-tone="good"] { color: var(--jp-success-color0, #1b6e38); }\n';

// src/sign_in.js
function installStyles() {
  if (document.getElementById("pdm-nb-sign-in-styles")) return;
  const style = document.createElement("style");
  style.id = "pdm-nb-sign-in-styles";
  style.textContent = sign_in_default;
  document.head.append(style);
}
function field(name, label, { type = "text", hint = "" } = {}) {
  const row = document.createElement("label");
  row.className = "pdm-sign-in-row";
  const text = document.createElement("span");
  text.textContent = label;
  const input = document.createElement("input");
  Object.assign(input, { type, name, placeholder: hint, autocomplete: "off", spellcheck: false });
  row.append(text, input);
  return { row, input };
}
function environments(model) {
  const row = document.createElement("label");
  row.className = "pdm-sign-in-row";
  const text = document.createElement("span");
  text.textContent = "Environment";
  const input = document.createElement("select");
  input.name = "environment";
  for (const [value, label] of model.get("environments")) input.append(new Option(label, value));
  row.append(text, input);
  return { row, input };
}
function form(model) {
  const node = document.createElement("form");
  node.className = "pdm-sign-in";
  node.setAttribute("aria-label", "Sign in");
  const parts = {
    environment: environments(model),
    api_url: field("api_url", "API address", { hint: "https://…" }),
    login_url: field("login_url", "Login address", { hint: "optional (defaults to the API address)" }),
    client_id: field("client_id", "Client ID"),
    client_secret: field("client_secret", "Client secret", { type: "password" }),
    company_id: field("company_id", "Company ID", { hint: "optional if there is only one company" })
  };
  const button = document.createElement("button");
  button.type = "submit";
  button.textContent = "Sign in";
  const status = document.createElement("p");
  status.className = "pdm-sign-in-status";
  status.setAttribute("role", "status");
  node.append(...Object.values(parts).map((part) => part.row), button, status);
  return { node, parts, button, status };
}
function showNeededRows({ parts }) {
  const environment = parts.environment.input.value;
  for (const name of ["login_url", "api_url"]) parts[name].row.hidden = environment !== "other";
  for (const name of ["client_id", "client_secret", "company_id"]) parts[name].row.hidden = environment === "sim";
}
function submit(model, { parts }) {
  const visible = Object.entries(parts).filter(([, part]) => !part.row.hidden);
  const typed = Object.fromEntries(visible.map(([name, part]) => [name, part.input.value.trim()]));
  parts.client_secret.input.value = "";
  model.send({ kind: "sign-in", ...typed });
}
function render({ model, el }) {
  installStyles();
  const view = form(model);
  const show = () => {
    view.status.textContent = model.get("status");
    view.status.dataset.tone = model.get("tone");
    view.button.disabled = model.get("busy");
  };
  keepKeys(view.node);
  view.node.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(model, view);
  });
  view.parts.environment.input.value = model.get("environment");
  view.parts.environment.input.addEventListener("change", () => showNeededRows(view));
  model.on("change:status change:tone change:busy", show);
  showNeededRows(view);
  show();
  el.append(view.node);
}
var sign_in_default2 = { render };
export {
  sign_in_default2 as default
};
