"""A notebook that a learner has opened: its kernel knows whose it is, as in JupyterLab, and cells have their ids."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.manager import start_new_kernel

from alliance.checking.keys import cell_id


class Opened:
    """The kernel of an opened notebook, in which cells are run one by one."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def run(self, cell: str, code: str) -> str:
        """Run code as the cell with this id; return what it shows as text, or the error's name."""
        message = self._client.session.msg("execute_request", {"code": code, "store_history": True, "silent": False})
        message["metadata"]["cellId"] = cell
        self._client.shell_channel.send(message)
        shown = []
        while True:
            reply = self._client.get_iopub_msg(timeout=60)
            if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            content = reply["content"]
            if reply["msg_type"] == "status" and content["execution_state"] == "idle":
                return " ".join(filter(None, shown))
            shown.append(str(content.get("data", {}).get("text/plain", content.get("ename", content.get("text", "")))))

    def set_up(self, notebook: Any) -> None:
        """Run the notebook's cells above its first task."""
        for cell in notebook.node.cells:
            if cell.cell_type == "code" and cell.id.startswith("setup-"):
                self.run(cell.id, cell.source)

    def answer(self, notebook: Any, task: str, code: str) -> str:
        """Write an answer into the notebook (not into its file), run it and its check; return the verdict."""
        notebook.answer(task, code)
        self.run(cell_id(task, "answer"), code)
        return self.run(cell_id(task, "check"), notebook.cell(task, "check").source)


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Start a kernel for a notebook as Jupyter's server does: in its folder, with its path in the environment."""
    environment = os.environ | {"JPY_SESSION_NAME": str(path)}
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(path.parent), env=environment)
    try:
        yield Opened(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
