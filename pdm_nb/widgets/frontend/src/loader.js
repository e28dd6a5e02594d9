// The small loader that every table carries. It fetches the real code from a widget model without a view, so that the
// code is sent once per page instead of once per table. The page caches it by its hash, so that two kernels with the same
// version share it.

const codeCache = (globalThis.__pdm_nb_code ??= new Map());

async function holderOf(model) {
  const id = model.get("_code").replace(/^IPY_MODEL_/, "");
  return model.widget_manager.get_model(id);
}

function code(holder) {
  const hash = holder.get("hash");
  if (!codeCache.has(hash)) {
    const loading = load(holder.get("source"));
    codeCache.set(hash, loading);
    loading.catch(() => codeCache.delete(hash)); // the next table tries again
  }
  return codeCache.get(hash);
}

async function load(bytes) {
  const url = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
  try {
    return await import(/* webpackIgnore: true */ url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

export default {
  async render(context) {
    const kernel = await holderOf(context.model); // a model of the same kernel, which knows when the kernel stops
    return (await code(kernel)).render({ ...context, kernel });
  },
};
