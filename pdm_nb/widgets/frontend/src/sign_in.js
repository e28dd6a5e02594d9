// The sign-in form. The typed values go to the kernel in one message. The secret is cleared at once, and nothing typed is
// kept in the state of the widget, because notebooks save that.

import { keepKeys } from "./edit/keys.js";
import css from "./sign_in.css";

function installStyles() {
  if (document.getElementById("pdm-nb-sign-in-styles")) return;
  const style = document.createElement("style");
  style.id = "pdm-nb-sign-in-styles";
  style.textContent = css;
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
    company_id: field("company_id", "Company ID", { hint: "optional if there is only one company" }),
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

/** Show only the rows that the selected environment needs. */
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

export default { render };
