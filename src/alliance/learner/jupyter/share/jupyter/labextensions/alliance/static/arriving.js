// In the browser course: say that Python is being fetched, how much and from where, and what to do when it doesn't come.
const SLOW = 90; // seconds after which it is said that this takes long
const KERNEL = '@jupyterlite/pyodide-kernel-extension:kernel';
const STYLE = `
#alliance-arriving { position: fixed; left: 50%; bottom: 2rem; transform: translateX(-50%); z-index: 20000;
  box-sizing: border-box; width: min(40rem, calc(100vw - 1rem)); padding: .7rem 2.6rem .7rem 1rem; border-radius: 6px;
  border: 1px solid #5b8fb9; background: #dbeaf7; color: #0d3a5c; font: 14px/1.45 sans-serif; box-shadow: 0 2px 8px #0005; }
#alliance-arriving.failed { border-color: #c8606a; background: #fbdadd; color: #6b0f17; }
#alliance-arriving button { position: absolute; top: .3rem; right: .4rem; min-width: 24px; min-height: 24px; border: 0;
  background: none; color: inherit; font-size: 1.2rem; cursor: pointer; }`;

const instead = 'What you have written stays in this browser. Another network may help, or the course on a computer of ' +
  'your own: README.md, in the list of files, says how.';

export function sentences({ size, place }) {
  return {
    coming: `Python is on its way: ${size} from ${place}, the first time. Cells that you run wait for it.`,
    slow: `Python hasn’t come yet; ${size} from ${place} can take minutes on a slow connection. If nothing changes, ` +
      `reload this page. ${instead}`,
    failed: `Python can’t come: ${place} can’t be reached from here, so no cell can run. ` +
      `Check the connection and reload this page. ${instead}`,
    broken: `Python has come but couldn’t be started, so no cell can run. Reload this page. ${instead}`,
  };
}

function box() {
  const style = document.createElement('style');
  style.textContent = STYLE;
  document.head.append(style);
  const element = document.createElement('div');
  element.id = 'alliance-arriving';
  element.setAttribute('role', 'status');
  const words = document.createElement('span');
  const close = document.createElement('button');
  close.textContent = '×';
  close.setAttribute('aria-label', 'Close');
  close.onclick = () => element.remove();
  element.append(words, close);
  document.body.append(element);
  return {
    say: (text, failed = false) => {
      if (failed && !element.isConnected) document.body.append(element); // what was closed was another sentence
      words.textContent = text;
      element.classList.toggle('failed', failed);
    },
    end: () => element.remove(),
  };
}

// Whether each file without which nothing begins can be had: the same that the kernel asks for.
const reachable = async (address) => {
  const first = await Promise.all(
    ['pyodide.mjs', 'pyodide-lock.json'].map((name) => fetch(new URL(name, address)).then((got) => got.ok, () => false))
  );
  return first.every(Boolean);
};

export function activate(app, tracker, pageConfig) {
  const settings = JSON.parse(pageConfig.getOption('litePluginSettings') || '{}');
  const about = settings['alliance:arriving'];
  if (!about) return; // JupyterLab on a computer of one's own
  const said = sentences(about);
  const address = new URL(settings[KERNEL].pyodideUrl, document.baseURI);
  let begun = false;

  // A kernel that couldn't load a package neither dies nor answers: all that is told of it are promises that fail, with
  // the words of its worker's error as a bare string, or with an error from Pyodide.
  const failing = new Promise((failed) => window.addEventListener('unhandledrejection', ({ reason }) => {
    if (typeof reason === 'string' || /pyodide/.test(reason?.stack)) failed();
  }));

  tracker.widgetAdded.connect(async (_, panel) => {
    await panel.sessionContext.ready;
    const kernel = panel.sessionContext.session?.kernel;
    if (begun || !kernel) return;
    begun = true;
    const shown = box();
    let arrived = false;
    shown.say(said.coming);
    const late = setTimeout(() => shown.say(said.slow, true), SLOW * 1000);
    const end = () => {
      arrived = true;
      clearTimeout(late);
      shown.end();
    };
    const here = reachable(address);
    const broken = async () => {
      if (!(await here) || arrived) return;
      clearTimeout(late);
      shown.say(said.broken, true);
    };
    kernel.info.then(end, broken);
    kernel.statusChanged.connect((_, status) => { if (status === 'dead') broken(); });
    failing.then(broken);
    if (!(await here) && !arrived) {
      clearTimeout(late);
      shown.say(said.failed, true);
    }
  });
}
