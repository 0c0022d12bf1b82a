"""A class on one machine: so many learners at once open a lesson, run it, and check three answers of its exercise.

    python benchmarks/hub.py [--learners 30] [--lesson 08] [--out FILE] [--smoke]

Each learner has what a JupyterHub gives: a JupyterLab server of their own, a copy of the lesson, the exercise and the
tables, and a kernel for each open notebook. The proxy and the logging-in of a hub are left out, and so is the browser,
which runs on the learner's machine. All servers are started at once; when all of them answer, all learners begin
at once, as in the first minute of a lesson. Needs the `test` extra.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import psutil
import websocket
from checking import find_stem
from measure import as_table, machine

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = 3
"""How many answers each learner checks."""
PATIENCE = 600.0
"""Seconds after which a server, a cell or a learner counts as broken."""
LEAST_MB = 1_500
"""Memory that must stay free: below it the run is stopped, which is then what broke first."""


class Broken(Exception):
    """Something did not work for a learner; the message says what."""


@dataclasses.dataclass
class Story:
    """What happened to one learner: seconds until each step was done, memory in MB, and what broke, if anything."""

    server: float = 0.0
    lesson: float = 0.0
    verdict: float = 0.0
    verdicts: float = 0.0
    memory: float = 0.0
    right: int = 0
    broken: str = ""


class Server:
    """A learner's JupyterLab server on a copy of the course, with a token of its own."""

    def __init__(self, folder: Path, stem: str) -> None:
        self.folder, self.token = folder, secrets.token_hex(16)
        for path in (f"lessons/{stem}.ipynb", f"exercises/{stem}.ipynb"):
            (folder / path).parent.mkdir(parents=True)
            shutil.copy(ROOT / path, folder / path)
        shutil.copytree(ROOT / "data", folder / "data")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server; it answers some seconds later."""
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={self.port}", "--allow-root"]
        command += [f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={self.folder}"]
        command += ["--ServerApp.port_retries=0", "--LabApp.extension_manager=readonly"]
        own = {name: str(self.folder / ".home") for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
        environment = {**os.environ, **own, "PYTHONPATH": str(ROOT / "src"), "ALLIANCE_PROGRESS": "off"}
        with (self.folder / "server.log").open("wb") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)

    def ask(self, path: str, data: Any = None) -> Any:
        """Return what the server answers. Raises Broken."""
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}", body, {"Authorization": f"token {self.token}"}
        )
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=PATIENCE) as answer:
                return json.loads(answer.read())
        except (OSError, ValueError) as error:
            raise Broken(f"the server did not answer {path}: {error}") from error

    def await_answer(self) -> None:
        """Wait until the server answers. Raises Broken."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.process is None or self.process.poll() is not None:
                raise Broken("the server ended before it had begun")
            with contextlib.suppress(Broken):
                self.ask("api/status")
                return
            time.sleep(0.2)
        raise Broken("the server never answered")

    def memory(self) -> float:
        """Return the memory of the server and its kernels in MB; a page that several share counts a part for each."""
        total = 0
        if self.process is not None:
            with contextlib.suppress(psutil.Error):
                for one in [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(True)]:
                    with contextlib.suppress(psutil.Error):
                        total += one.memory_full_info().pss
        return total / 1e6

    def stop(self) -> None:
        """End the server and its kernels."""
        if self.process is None:
            return
        with contextlib.suppress(psutil.Error):
            family = [*psutil.Process(self.process.pid).children(True), psutil.Process(self.process.pid)]
            for one in family:
                with contextlib.suppress(psutil.Error):
                    one.kill()
        self.process.wait()


class Kernel:
    """The kernel of an opened notebook, spoken to as JupyterLab does."""

    def __init__(self, server: Server, path: str) -> None:
        about = {"path": path, "name": path.rpartition("/")[2], "type": "notebook", "kernel": {"name": "python3"}}
        self.notebook = server.ask(f"api/contents/{path}?type=notebook")["content"]
        kernel = server.ask("api/sessions", about)["kernel"]["id"]
        self.session = uuid.uuid4().hex
        address = f"ws://127.0.0.1:{server.port}/api/kernels/{kernel}/channels?session_id={self.session}"
        self.wire = websocket.create_connection(
            address, timeout=PATIENCE, header=[f"Authorization: token {server.token}"], http_no_proxy=["127.0.0.1"]
        )

    def run(self, code: str) -> str:
        """Run a cell and return what it printed and showed as text. Raises Broken, also for an error in the cell."""
        mark = uuid.uuid4().hex
        header = {
            "msg_id": mark,
            "msg_type": "execute_request",
            "session": self.session,
            "username": "",
            "version": "5.4",
        }
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        said: list[str] = []
        try:
            self.wire.send(json.dumps({**message, "buffers": []}))
            while True:
                frame = self.wire.recv()
                if isinstance(frame, bytes):  # pictures of a figure that readers move
                    continue
                answer = json.loads(frame)
                kind, content = answer["header"]["msg_type"], answer["content"]
                if answer["parent_header"].get("msg_id") != mark:
                    continue
                if kind == "error":
                    raise Broken(f"a cell ended with {content['ename']}: {content['evalue'][:80]}")
                if kind == "stream":
                    said.append(content["text"])
                if kind in {"display_data", "execute_result"}:
                    said.append(str(content["data"].get("text/plain", "")))
                if kind == "status" and content["execution_state"] == "idle":
                    return "\n".join(said)
        except (OSError, ValueError, websocket.WebSocketException) as error:
            raise Broken(f"the kernel did not answer: {type(error).__name__} {error}") from error


def answers(stem: str) -> dict[str, str]:
    """Return the code of the answers of an exercise's first tasks, by the id of their cells."""
    solved = nbformat.read(ROOT / "solutions" / f"{stem}.ipynb", as_version=4)
    found = {cell.id: cell.source for cell in solved.cells if cell.id.endswith("-answer")}
    return dict(list(found.items())[:ANSWERS])


def learn(server: Server, stem: str, code: dict[str, str], story: Story, begin: float) -> None:
    """Do what a learner does: open the lesson and run it, open the exercise, answer and check. Raises Broken."""
    lesson = Kernel(server, f"lessons/{stem}.ipynb")
    for cell in lesson.notebook["cells"]:
        if cell["cell_type"] == "code":
            lesson.run("".join(cell["source"]))
    story.lesson = time.monotonic() - begin
    exercise = Kernel(server, f"exercises/{stem}.ipynb")
    checked = 0
    for cell in exercise.notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        said = exercise.run(code.get(cell["id"], "".join(cell["source"])))
        if cell["id"].endswith("-check"):
            checked += 1
            story.right += "right" in said and "not tried" not in said
            story.verdict = story.verdict or time.monotonic() - begin
        if checked == len(code):
            break
    story.verdicts = time.monotonic() - begin


@contextlib.contextmanager
def guarded(servers: Sequence[Server]) -> Iterator[list[float]]:
    """Watch the machine's memory meanwhile; yield a list of what was free, in MB. Where little is left, end it all."""
    free: list[float] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            free.append(psutil.virtual_memory().available / 1e6)
            if free[-1] < LEAST_MB:
                for one in servers:
                    one.stop()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield free
    finally:
        done.set()
        watcher.join()


def everybody(count: int, step: Callable[[int], None]) -> None:
    """Do something for all learners at the same time."""
    with ThreadPoolExecutor(count) as pool:
        for one in [pool.submit(step, number) for number in range(count)]:
            one.result()


def hold_class(count: int, stem: str, folder: Path) -> tuple[list[Story], list[float]]:
    """Let so many learners work at once; return what happened to each, and the free memory meanwhile in MB."""
    code = answers(stem)
    servers = [Server(folder / f"learner{number:02}", stem) for number in range(count)]
    stories = [Story() for _ in servers]
    with guarded(servers) as free:
        try:
            begun = time.monotonic()

            def log_in(number: int) -> None:
                try:
                    servers[number].start()
                    servers[number].await_answer()
                    stories[number].server = time.monotonic() - begun
                except Broken as error:
                    stories[number].broken = str(error)

            everybody(count, log_in)
            begin = time.monotonic()

            def work(number: int) -> None:
                if stories[number].broken:
                    return
                try:
                    learn(servers[number], stem, code, stories[number], begin)
                except Broken as error:
                    stories[number].broken = str(error)

            everybody(count, work)
            for server, story in zip(servers, stories, strict=True):
                story.memory = server.memory()
        finally:
            for server in servers:
                server.stop()
    return stories, free


def report(stories: Sequence[Story], free: Sequence[float]) -> str:
    """Return what was measured as a Markdown table, and what broke."""
    whole = [one for one in stories if not one.broken]
    steps = {
        "seconds until one's server answers": "server",
        "seconds until the lesson has been run": "lesson",
        "seconds until the first verdict": "verdict",
        f"seconds until {ANSWERS} verdicts": "verdicts",
        "MB a learner (server, two kernels)": "memory",
    }
    rows = []
    for words, name in steps.items():
        values = [getattr(one, name) for one in whole] or [float("nan")]
        rows.append([words, f"{statistics.median(values):.1f}", f"{max(values):.1f}"])
    right = sum(one.right for one in stories)
    lines = [
        f"{len(whole)} of {len(stories)} learners came to the end; {right} of {len(stories) * ANSWERS} answers right."
    ]
    lines.append(f"Least free memory: {min(free, default=float('nan')):,.0f} MB of {_total():,.0f}.")
    if free and min(free) < LEAST_MB:
        lines.append("Memory broke first: the run was stopped.")
    lines += sorted({f"Broken: {one.broken}" for one in stories if one.broken})
    return "\n\n".join([as_table(["", "median", "slowest or largest"], rows), *lines])


def _total() -> float:
    return psutil.virtual_memory().total / 1e6


def main() -> None:
    """Measure, print the report, and write it to a file where one is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=30)
    parser.add_argument("--lesson", default="08", help="number or name")
    parser.add_argument("--out", type=Path, help="write the report to this file too")
    parser.add_argument("--smoke", action="store_true", help="one learner: shows that it runs")
    options = parser.parse_args()
    count, stem = 1 if options.smoke else max(1, options.learners), find_stem(ROOT, options.lesson)
    head = f"{stem}, {count} learner{'' if count == 1 else 's'} at once: {machine()}"
    with tempfile.TemporaryDirectory() as folder:
        stories, free = hold_class(count, stem, Path(folder))
    text = f"{head}\n\n{report(stories, free)}\n"
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    if any(one.broken for one in stories):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
