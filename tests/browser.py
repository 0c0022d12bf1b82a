"""Start JupyterLab and drive a notebook in it, in words that read like what a learner does.

Everything goes through JupyterLab's own commands (`--LabApp.expose_app_in_browser`): they end when their work has
ended, so nothing here waits for a time to pass.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from forked_kernels import ordinary

LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"
START_SECONDS = 120
STEP_MILLISECONDS = 180_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
"""How Chromium is started: as a visitor without a past, who can find no address but this computer's own."""

# JupyterLab that writes into a file starts login shells, which find other programs than a learner's shell does.
TERMINALS = {"shell_command": ["/bin/sh"]}
# A first visit without questions: the news dialog, and tabs of an earlier visit.
SETTINGS = {"notification": {"checkForUpdates": False, "fetchNews": "false"}}

# JavaScript. `within(promise)` fails when a promise takes too long, so that nothing waits without an end. `panel()` is
# the notebook in front; `cell(id)` the widget of one of its cells, scrolled into view.
HELPERS = """
window.course = {
  app: () => window.jupyterapp,
  panel: () => window.jupyterapp.shell.currentWidget,
  within: (promise) => Promise.race([
    promise,
    new Promise((_, fail) => setTimeout(() => fail(new Error('JupyterLab did not finish in time')), STEP)),
  ]),
  cell: async (id) => {
    const notebook = course.panel().content;
    const index = notebook.widgets.findIndex((cell) => cell.model.id === id);
    if (index < 0) throw new Error(`the notebook has no cell ${id}`);
    notebook.activeCellIndex = index;
    notebook.deselectAll();
    await course.within(notebook.scrollToItem(index, 'center'));
    const cell = notebook.widgets[index];
    await course.within(cell.ready);
    return cell;
  },
};
"""

# Conditions are looked at again and again, not awaited as promises: so that each wait has an end.
OPENED = """(name) => {
  const context = window.jupyterapp && course.panel()?.context;
  return context?.path === name && context.isReady && course.panel().content.widgets.length > 0;
}"""
READY = """() => {
  const context = course.panel().sessionContext;
  const kernel = context.session?.kernel;
  return context.isReady && kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
}"""

# A terminal is a picture of text: what its shell writes is read where JupyterLab itself gets it.
OPEN_TERMINAL = """async () => {
  const widget = await course.within(course.app().commands.execute('terminal:create-new'));
  course.terminal = widget.content.session;
  course.terminal.messageReceived.connect((_, message) => {
    if (message.type === 'stdout') course.shown += message.content.join('');
  });
  course.type = (line) => { course.shown = ''; course.terminal.send({ type: 'stdin', content: [line] }); };
}"""

# The contrast of each piece of text below an element with what is painted behind it (WCAG 2.2, relative luminance).
CONTRASTS = """
(root) => {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const paint = (colours) => {
    context.clearRect(0, 0, 1, 1);
    for (const colour of ['white', ...colours]) { context.fillStyle = colour; context.fillRect(0, 0, 1, 1); }
    return Array.from(context.getImageData(0, 0, 1, 1).data.slice(0, 3));
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.textContent.trim()) continue;
    const behind = [];
    for (let e = node.parentElement; e; e = e.parentElement) behind.unshift(getComputedStyle(e).backgroundColor);
    const style = getComputedStyle(node.parentElement);
    const [front, back] = [paint([...behind, style.color]), paint(behind)];
    const [high, low] = [luminance(front), luminance(back)].sort((a, b) => b - a);
    found.push({
      text: node.textContent.trim().slice(0, 60), contrast: (high + 0.05) / (low + 0.05),
      size: parseFloat(style.fontSize), colour: front.join(','), background: back.join(','),
    });
  }
  return found;
}
"""


class LabFailed(Exception):
    """JupyterLab did not start; the message ends with what it wrote."""


@dataclasses.dataclass(frozen=True)
class Server:
    """A running JupyterLab: its address (on this computer), its token, its folder, and its process."""

    url: str
    token: str
    root: Path
    process: subprocess.Popen[bytes]

    def address(self, notebook: str) -> str:
        """Return the address that opens a notebook in a fresh workspace, without tabs of an earlier visit."""
        return f"{self.url}lab/tree/{quote(notebook)}?reset&token={self.token}"


@contextmanager
def jupyterlab(root: Path, private: Path, keys: Path | None = None, start: Sequence[str] = ()) -> Iterator[Server]:
    """Run JupyterLab over the course in `root`, with its settings and records in `private`, on a port it finds free.

    `keys` replaces the folder of keys, `start` the command that starts JupyterLab there. Raises LabFailed.
    """
    settings = private / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    for name, values in SETTINGS.items():
        (settings / f"{name}.jupyterlab-settings").write_text(json.dumps(values))
    environment = ordinary(dict(os.environ)) | {
        "ALLIANCE_KEYS": str(keys or ""),
        "ALLIANCE_PROGRESS": "",  # verdicts given there are kept there
        "IPYTHONDIR": str(private / "ipython"),
        "JUPYTER_CONFIG_DIR": str(private / "config"),
        "JUPYTER_DATA_DIR": str(private / "data"),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(private / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
    }
    usual = (sys.executable, "-m", "jupyterlab", "--allow-root", f"--ServerApp.root_dir={root}")
    command = [
        *(start or usual),
        *("--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"),
        *("--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly"),
        f"--ServerApp.terminado_settings={TERMINALS}",
    ]
    log = private / "log.txt"
    with log.open("w") as file:
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=file, stderr=subprocess.STDOUT)
    try:
        yield _server(process, private / "runtime", root, log)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _server(process: subprocess.Popen[bytes], runtime: Path, root: Path, log: Path) -> Server:
    """Return the server once it answers; it writes its address into a file of its own when it is ready."""
    import time

    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            pass
        else:
            break
        try:
            known = json.loads((runtime / f"jpserver-{process.pid}.json").read_text())
        except (OSError, ValueError):
            continue
        return Server(known["url"], known["token"], root, process)
    raise LabFailed(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


def _patient(opens: Callable[..., Any]) -> Callable[..., Any]:
    """Return what opens a context or page so that it waits for as long as a busy machine needs."""

    def open_patiently(**settings: Any) -> Any:
        opened = opens(**settings)
        opened.set_default_timeout(STEP_MILLISECONDS)
        return opened

    return open_patiently


@contextmanager
def chromium_browser(executable: str | Path) -> Iterator[Any]:
    """Run a headless Chromium; yield Playwright's Browser, whose contexts wait as long as a busy machine needs."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(executable), args=FLAGS)
        for name in ("new_context", "new_page"):
            setattr(browser, name, _patient(getattr(browser, name)))
        try:
            yield browser
        finally:
            browser.close()


class Notebook:
    """A notebook open in a browser tab of its own, and all that the tab asked for (`requests`, addresses)."""

    def __init__(self, browser: Any, server: Server, name: str, width: int = 1280, height: int = 2400) -> None:
        # Cells outside the window are not in the page: the window is tall, and cells are scrolled into view.
        self._context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        self._context.add_init_script(HELPERS.replace("STEP", str(STEP_MILLISECONDS)))
        self.requests: list[str] = []
        self._context.on("request", lambda request: self.requests.append(request.url))
        self.page = self._context.new_page()
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self._server, self.name = server, name
        self.open()

    def __enter__(self) -> Notebook:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.page.evaluate("() => course.within(course.panel().sessionContext.shutdown())")
        finally:
            self._context.close()

    def open(self) -> None:
        """Open the notebook's file, as it is stored, and wait for its kernel."""
        self.page.goto(self._server.address(self.name))
        self.page.wait_for_function(OPENED, arg=self.name)
        self._wait_for_kernel()

    def _wait_for_kernel(self) -> None:
        self.page.wait_for_function(READY)

    def command(self, name: str, **arguments: Any) -> None:
        """Carry out one of JupyterLab's commands and wait until it has ended."""
        self.page.evaluate(
            "([name, args]) => course.within(course.app().commands.execute(name, args)).then(() => null)",
            [name, arguments],
        )

    def run_all(self) -> None:
        """Run every cell from top to bottom."""
        self.command("notebook:run-all-cells")

    def run(self, cell: str) -> None:
        """Run one cell and wait for its end."""
        self._activate(cell)
        self.command("notebook:run-cell")

    def type(self, cell: str, code: str) -> None:
        """Replace a cell's code, on the keyboard."""
        self._activate(cell)
        self.command("notebook:enter-edit-mode")
        self.page.wait_for_function("document.activeElement?.classList.contains('cm-content')")
        self.page.keyboard.press("ControlOrMeta+a")
        first, *others = code.split("\n")
        self.page.keyboard.type(first)
        if others:  # pasted, because Return would indent a second time what is indented already
            self.page.keyboard.insert_text("\n" + "\n".join(others))
        self.page.wait_for_function(
            "([id, code]) => course.cell(id).then((c) => c.model.sharedModel.source === code)", arg=[cell, code]
        )

    def verdict(self, cell: str) -> str:
        """Return the words of the verdict below a check cell that has been run."""
        return " ".join(str(self.verdict_box(cell).inner_text()).split())

    def verdict_box(self, cell: str) -> Any:
        """Return the element of the verdict below a check cell that has been run, scrolled into view."""
        return self.element(cell).wait_for_selector(".jp-OutputArea-output .alert")

    def outputs(self, cell: str) -> int:
        """Return how many outputs a code cell has."""
        return int(self.page.evaluate("async (id) => (await course.cell(id)).model.outputs.length", cell))

    def element(self, cell: str) -> Any:
        """Return the element of a cell, scrolled into view and drawn."""
        self._activate(cell)
        handle = self.page.evaluate_handle("async (id) => (await course.cell(id)).node", cell).as_element()
        handle.wait_for_element_state("visible")
        return handle

    def _activate(self, cell: str) -> None:
        self.page.evaluate("async (id) => { await course.cell(id) }", cell)

    def cells(self) -> list[str]:
        """Return the ids of the notebook's cells in order."""
        return list(self.page.evaluate("() => course.panel().content.widgets.map((cell) => cell.model.id)"))

    def clear_outputs(self) -> None:
        """Clear the outputs of all cells."""
        self.command("notebook:clear-all-cell-outputs")

    def save(self) -> None:
        """Save the notebook and wait until it is stored."""
        self.command("docmanager:save")
        self.page.wait_for_function("() => !course.panel().context.model.dirty")

    def restart_kernel(self) -> None:
        """Restart the kernel through the menu's command, and say yes to its question."""
        self.page.evaluate("() => { window.restarted = course.app().commands.execute('notebook:restart-kernel') }")
        self.page.click(".jp-Dialog button.jp-mod-accept")
        self.page.evaluate("() => course.within(window.restarted)")
        self._wait_for_kernel()

    def in_terminal(self, command: str) -> tuple[int, str]:
        """Type a command into JupyterLab's terminal and wait for its end; return its exit code and what is shown.

        The notebook is in front again afterwards.
        """
        if not self.page.evaluate("() => Boolean(course.terminal)"):
            self.page.evaluate(OPEN_TERMINAL)
            self._typed(":")  # the shell's greeting comes before it
        code, shown = self._typed(command)
        self.page.evaluate(
            "(name) => { for (const one of course.app().shell.widgets('main'))"
            " if (one.context?.path === name) course.app().shell.activateById(one.id); }",
            self.name,
        )
        self.page.wait_for_function("(name) => course.panel()?.context?.path === name", arg=self.name)
        return code, shown

    def _typed(self, command: str) -> tuple[int, str]:
        ended = r"\bended:(\d+)[\r\n]"
        self.page.evaluate("(line) => course.type(line)", f"{command}; echo ended:$?\r")
        self.page.wait_for_function("(ended) => RegExp(ended).test(course.shown)", arg=ended)
        shown = re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[=>])", "", self.page.evaluate("() => course.shown"))
        found = re.search(ended, shown)
        assert found
        return int(found[1]), shown[: found.start()]

    def set_theme(self, theme: str) -> None:
        """Change the theme and wait until its colours are there."""
        self.command("apputils:change-theme", theme=theme)
        self.page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)

    def contrasts(self, element: Any) -> list[dict[str, Any]]:
        """Return each piece of text in an element with its contrast (1 to 21) and its size in pixels."""
        return list(element.evaluate(CONTRASTS))


def outside(addresses: list[str]) -> list[str]:
    """Return the addresses that are not on this computer."""
    local = {"127.0.0.1", "localhost", "::1"}
    return [
        one
        for one in addresses
        if urlsplit(one).scheme not in {"data", "blob", "about"} and urlsplit(one).hostname not in local
    ]
