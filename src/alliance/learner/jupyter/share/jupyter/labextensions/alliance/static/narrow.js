// On a phone show the notebook, not the list of files, which can be opened again from the left edge.
const NARROW = 600; // pixels

export function activate(app) {
  const { shell } = app;
  if (window.innerWidth >= NARROW || !shell.collapseLeft) return; // Notebook shows a notebook alone anyway
  const alone = () => {
    if (shell.mode !== 'single-document') shell.mode = 'single-document';
    if (!shell.leftCollapsed) shell.collapseLeft();
    if (!shell.rightCollapsed) shell.collapseRight();
  };
  // The list opens by itself at a first visit, at no certain time: it stays closed until a reader does something.
  const begin = () => shell.layoutModified.disconnect(alone);
  for (const kind of ['pointerdown', 'keydown']) window.addEventListener(kind, begin, { capture: true, once: true });
  shell.layoutModified.connect(alone);
  app.restored.then(async () => {
    alone();
    await app.commands.execute('application:toggle-side-tabbar', { side: 'right' });
  });
}
