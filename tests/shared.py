"""What is dear is made once in a run, by the first worker that wants it; the others wait and use the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

try:
    import fcntl
except ImportError:  # Windows: every worker makes its own
    fcntl = None  # type: ignore[assignment]


def once_in_a_run(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return the folder that `make` has filled, in this worker or in another one of the same run.

    What is in it must not be changed. A worker that fails leaves nothing, so that the next one tries itself.
    """
    base = factory.getbasetemp()
    folder = base if fcntl is None else _of_the_run(base)
    done = folder / f"{name}-made"
    with _locked(folder / f"{name}.lock"):
        if not done.exists():
            attempt = factory.mktemp(name) / "made"
            make(attempt)
            attempt.rename(done)
    return done


def _of_the_run(base: Path) -> Path:
    """Return the folder that a run's workers share: with pytest-xdist each has its own inside it."""
    return base.parent if base.name.startswith("popen-gw") else base


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)  # given back when the file is closed, however the worker ends
        yield
