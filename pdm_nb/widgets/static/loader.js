// src/loader.js
var shelf = globalThis.__pdm_nb_code ??= /* @__PURE__ */ new Map();
async function code(model) {
  const id = model.get("_code").replace(/^IPY_MODEL_/, "");
  const holder = await model.widget_manager.get_model(id);
  const hash = holder.get("hash");
  if (!shelf.has(hash)) shelf.set(hash, load(holder.get("source")));
  return shelf.get(hash);
}
async function load(bytes) {
  const url = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
  try {
    return await import(
      /* webpackIgnore: true */
      url
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
var loader_default = {
  async render(context) {
    return (await code(context.model)).render(context);
  }
};
export {
  loader_default as default
};
