// src/loader.js
var codeCache = globalThis.__pdm_nb_code ??= /* @__PURE__ */ new Map();
async function holderOf(model) {
  const id = model.get("_code").replace(/^IPY_MODEL_/, "");
  return model.widget_manager.get_model(id);
}
function code(holder) {
  const hash = holder.get("hash");
  if (!codeCache.has(hash)) {
    const loading = load(holder.get("source"));
    codeCache.set(hash, loading);
    loading.catch(() => codeCache.delete(hash));
  }
  return codeCache.get(hash);
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
    const kernel = await holderOf(context.model);
    return (await code(kernel)).render({ ...context, kernel });
  }
};
export {
  loader_default as default
};
