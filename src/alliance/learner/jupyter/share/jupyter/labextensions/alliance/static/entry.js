// The door through which JupyterLab, Notebook and JupyterLite load the course's parts: nothing is bundled or compiled.
(() => {
  const here = document.currentScript.src;
  let shared;

  // What the page that loads us shares with extensions, such as "@jupyterlab/notebook": its one copy of it.
  const sharedModule = async (name) => (await Object.values(shared[name])[0].get())();

  const plugins = async () => {
    const { IRenderMimeRegistry } = await sharedModule('@jupyterlab/rendermime');
    const { INotebookTracker } = await sharedModule('@jupyterlab/notebook');
    const { PageConfig } = await sharedModule('@jupyterlab/coreutils');
    const needs = {
      arriving: [INotebookTracker],
      figures: [IRenderMimeRegistry],
      names: [INotebookTracker],
      narrow: [],
      unchanged: [INotebookTracker],
      verdicts: [],
    };
    return Promise.all(
      Object.entries(needs).map(async ([part, requires]) => {
        const { activate } = await import(new URL(`${part}.js`, here));
        return {
          id: `alliance:${part}`,
          autoStart: true,
          requires,
          activate: (...given) => activate(...given, PageConfig),
        };
      })
    );
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB.alliance = {
    init: (scope) => { shared = scope; },
    get: async () => {
      const made = await plugins();
      return () => ({ __esModule: true, default: made });
    },
  };
})();
