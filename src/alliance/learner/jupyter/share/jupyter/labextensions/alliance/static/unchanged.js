// Keep a notebook that was only opened from counting as changed: JupyterLab writes into it what its kernel is called.

const OF_THE_KERNEL = ['kernelspec', 'language_info'];

function watch(model) {
  let kernels = false;
  model.metadataChanged.connect((_, change) => {
    if (!OF_THE_KERNEL.includes(change.key)) return;
    kernels = true;
    queueMicrotask(() => { kernels = false; });
  });
  // A notebook that was changed by hand before is "dirty" already, so that nothing is told here, and it stays so.
  model.stateChanged.connect((_, change) => {
    if (change.name === 'dirty' && change.newValue && kernels) queueMicrotask(() => { model.dirty = false; });
  });
}

export function activate(app, tracker) {
  tracker.widgetAdded.connect(async (_, panel) => {
    await panel.context.ready;
    if (panel.context.model.getMetadata('alliance')) watch(panel.context.model);
  });
}
