"""Run a learner's own notebook on the learner's own machine: in a forked process where that changes nothing.

The forked process has the libraries loaded before, no walls, and the notebook's folder, environment and rights. Where
it could behave otherwise than an ordinary kernel, an ordinary kernel it is.
"""

from __future__ import annotations

import functools
import os
import socket
import sys
from collections.abc import Iterator
from importlib.machinery import all_suffixes
from pathlib import Path
from typing import TYPE_CHECKING, Self

from alliance.checking.forked.forking import EngineFailed, Forker
from alliance.checking.session import nobodys

if TYPE_CHECKING:
    from alliance.checking.forked.kernel import ForkedKernel
    from alliance.checking.grade import Grade
    from alliance.checking.kernel import Limits
    from alliance.checking.submission import Submission

INLINE = "module://matplotlib_inline.backend_inline"
"""What draws in an ordinary kernel, unless the environment names something else."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""While the libraries are loaded: threads do not survive a fork."""


class OwnZygote(Forker):
    """A process with the libraries loaded that forks children for the notebooks of one folder."""

    def __init__(self, folder: Path) -> None:
        """Start it without waiting until it is ready."""
        self._folder = folder
        # What an ordinary kernel puts into its environment and a notebook could notice.
        self._environment = {"MPLBACKEND": INLINE} | nobodys()
        super().__init__(_command, folder, self._environment | ONE_THREAD)

    def kernel(self, limits: Limits, setup: str) -> ForkedKernel:
        """Return a fresh kernel for one notebook. Raises EngineFailed."""
        from alliance.checking.forked.kernel import ForkedKernel

        return ForkedKernel(functools.partial(self._order, limits), limits, setup, None)

    def _order(self, limits: Limits) -> socket.socket:
        return self.send(
            {
                "walls": False,
                "folder": str(self._folder),
                "memory": limits.memory,
                "output": limits.output,
                "environment": self._environment,
            }
        )


def _command(control: int) -> list[str]:
    return [sys.executable, "-m", "alliance.checking.forked.zygote", str(control)]


class OwnKernels:
    """Grades a learner's own notebooks, each with the quickest kernel that is equal to an ordinary one."""

    def __init__(self) -> None:
        self._zygotes: dict[Path, OwnZygote] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while self._zygotes:
            self._zygotes.popitem()[1].close()

    def expect(self, notebook: Path) -> None:
        """Begin to load what a notebook will need, while this process does something else."""
        self._zygote(notebook)

    def grade(self, submission: Submission, limits: Limits) -> Grade:
        """Return the verdicts on a notebook."""
        from alliance.checking.grade import grade_submission

        zygote = self._zygote(submission.path)
        if zygote:
            try:
                return grade_submission(submission, limits, zygote.kernel)
            except EngineFailed:
                pass  # an ordinary kernel takes its place
        return grade_submission(submission, limits)

    def _zygote(self, notebook: Path) -> OwnZygote | None:
        folder = notebook.resolve().parent
        if folder not in self._zygotes:
            if not can_fork(folder):
                return None
            self._zygotes[folder] = OwnZygote(folder)
        return self._zygotes[folder]


def can_fork(folder: Path) -> bool:
    """Return whether a forked process does for the notebooks of a folder what an ordinary kernel does.

    Elsewhere than on Linux a process with such libraries cannot be forked safely. A module of the learner's beside
    the notebook may take a library's name, and settings of IPython or matplotlib may change what a kernel starts with.
    """
    return sys.platform == "linux" and folder.is_dir() and not any(_modules(folder)) and not any(_settings())


def _modules(folder: Path) -> Iterator[Path]:
    """Yield what Python would import from a folder."""
    endings = tuple(all_suffixes())
    for path in folder.iterdir():
        if path.name.endswith(endings) or any((path / f"__init__{ending}").exists() for ending in endings):
            yield path


def _settings() -> Iterator[str]:
    """Yield what an ordinary kernel would read at its start and a forked process would not."""
    if os.environ.get("MPLBACKEND", INLINE) != INLINE:
        yield "MPLBACKEND"
    if "PYTHONSTARTUP" in os.environ:
        yield "PYTHONSTARTUP"
    home = Path(os.environ.get("IPYTHONDIR") or os.path.expanduser("~/.ipython"))  # an account may have no home
    for folder in (
        home / "profile_default",
        *(Path(root, "etc", "ipython") for root in ("/", "/usr/local", sys.prefix)),
    ):
        yield from (path.name for path in folder.glob("ipython*_config.*"))
        yield from (path.name for path in (folder / "startup").glob("*.*py"))
