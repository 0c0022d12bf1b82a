"""Run the code cells of notebooks and nothing else: the floor under the time of every grader.

    python benchmarks/cells.py WORKERS NOTEBOOK...

One process loads the libraries and forks a child for each notebook, WORKERS at a time. The cells run in a shell like a
notebook's kernel, figures are drawn; nothing is walled off, reported, compared or stored.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from alliance.checking.forked import serving


def code_of(path: Path) -> list[str]:
    """Return a learner's code cells without the check cells."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(c["source"]) for c in cells if c["cell_type"] == "code" and not c["id"].endswith("-check")]


def run_cells(shell: Any, path: Path) -> None:
    """Run a notebook's cells in this process, in the notebook's folder."""
    os.chdir(path.parent)
    nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  (open as long as the process)
    sys.stdout = sys.stderr = nowhere
    for code in code_of(path):
        shell.run_cell(code, store_history=False)


def main() -> None:
    """Run every notebook in a child of its own."""
    workers, paths = int(sys.argv[1]), [Path(name).resolve() for name in sys.argv[2:]]
    shell = serving.prepare()
    running = 0
    for path in paths:
        if running == workers:
            os.wait()
            running -= 1
        if os.fork() == 0:
            run_cells(shell, path)
            os._exit(0)
        running += 1
    for _ in range(running):
        os.wait()


if __name__ == "__main__":
    main()
