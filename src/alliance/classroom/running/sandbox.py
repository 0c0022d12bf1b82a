"""Start the zygote inside bubblewrap: what it may see, and the sentence for a machine without bubblewrap."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import alliance
from alliance.checking.keys import keys_folder

PACKAGE = Path(alliance.__file__).resolve().parent
SECRETS = ("keys",)
"""Folders of the package that hold answers; inside the sandbox they are empty."""
COURSE = "/course"
DATA = "/course/data"
HOME = "/home/learner"
PYTHON = "/course/python"
SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/sbin")
EMPTY = ("/tmp", "/dev", "/proc", "/run", HOME, COURSE)
"""Folders that hold nothing of the machine's inside."""
SETTINGS = ("/etc/fonts", "/etc/localtime", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d")


class NoSandbox(Exception):
    """This machine cannot wall off learners' code; the message says what to do."""


def require_bubblewrap() -> str:
    """Return the path of bubblewrap. Raises NoSandbox with one sentence when it is missing or may not be used."""
    found = shutil.which("bwrap")
    if found is None:
        raise NoSandbox(
            "Learners' code is run inside bubblewrap, which was not found: install it (on Debian and Ubuntu: "
            "sudo apt install bubblewrap), or grade code that you trust with --no-sandbox."
        )
    tried = subprocess.run(
        [found, "--unshare-all", "--ro-bind", "/", "/", "true"], capture_output=True, text=True, check=False
    )
    if tried.returncode:
        raise NoSandbox(
            f"bubblewrap cannot make a sandbox here ({tried.stderr.strip() or 'no reason given'}): allow user "
            "namespaces for your account, or grade code that you trust with --no-sandbox."
        )
    if any(f"{sys.base_prefix}/".startswith(f"{folder}/") for folder in EMPTY):
        raise NoSandbox(
            f"This Python lies in {sys.base_prefix}, which learners' code cannot see: make the course's environment "
            "with a Python installed elsewhere, or grade code that you trust with --no-sandbox."
        )
    return found


def command(bubblewrap: str, data: Path, private: Sequence[Path], control: int) -> list[str]:
    """Return the command that starts the zygote with file descriptor `control`.

    Read-only inside: the system's programs and libraries, Python with its packages, this package without its keys,
    and `data` as /course/data. Nothing else of the machine: no home, no submissions, no solutions, no network. Where
    one of the folders that are shown holds a `private` one, it is empty inside, and so are this package's course and
    keys. Raises NoSandbox where that would leave nothing to run.
    """
    from alliance.checking.forked import zygote

    arguments = [bubblewrap, "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    for name, value in environment().items():
        arguments += ["--setenv", name, value]
    arguments += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", HOME]
    shown = [(path, path) for path in SYSTEM if os.path.isdir(path) and not os.path.islink(path)] + python_folders()
    shown.append((str(PACKAGE), f"{COURSE}/src/{PACKAGE.name}"))
    masked = hidden_places(shown, [*private, *own_secrets()])
    for path in SYSTEM:
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
    mounts = [(place, ["--ro-bind", path, place]) for path, place in shown]
    mounts += [(place, ["--tmpfs", place]) for place in masked]
    for _, options in sorted(mounts, key=lambda one: one[0].count("/")):  # what lies deeper comes later, and is seen
        arguments += options
    for path in SETTINGS:
        arguments += ["--ro-bind-try", path, path]
    arguments += ["--dir", f"{COURSE}/exercises", "--ro-bind", str(data.resolve()), DATA]
    arguments += font_cache()
    # What one notebook could write here, the next could read.
    for place in [*masked, "/dev", "/"]:
        arguments += ["--remount-ro", place]
    return [*arguments, "--", _inside(sys.executable), "-m", zygote.__name__, str(control), DATA]


def own_secrets() -> list[Path]:
    """Return the folders of the keys, and the course that this package lies in, if it does."""
    course = PACKAGE.parent.parent
    courses = [course] if (course / "data" / "datapackage.json").is_file() else []
    return [*(PACKAGE / name for name in SECRETS), keys_folder(), *courses]


def hidden_places(shown: Sequence[tuple[str, str]], private: Iterable[Path]) -> list[str]:
    """Return the places inside at which a private folder would be seen, since a folder that is shown holds it.

    `shown` are folders with their places inside. Raises NoSandbox for a private folder that is shown as a whole.
    """
    found = set()
    for folder in {os.path.realpath(one) for one in private}:
        for path, place in shown:
            outside = os.path.realpath(path)
            if folder == outside:
                raise NoSandbox(
                    f"{folder} is a folder that learners' code must see, because programs or Python itself lie in it: "
                    "move the course, the submissions and the results to folders of their own (Python's environment "
                    "may be a folder inside of the course's)."
                )
            if folder.startswith(f"{outside.rstrip('/')}/") and os.path.isdir(folder):
                found.add(place + folder.removeprefix(outside.rstrip("/")))
    return sorted(place for place in found if not any(place.startswith(f"{other}/") for other in found))


def environment() -> dict[str, str]:
    """Return the environment inside: nothing of the teacher's."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": HOME,
        "LANG": "C.UTF-8",
        "PYTHONPATH": f"{COURSE}/src",
        "PYTHONDONTWRITEBYTECODE": "1",
        "IPYTHONDIR": "/tmp/ipython",
        "MPLCONFIGDIR": f"{HOME}/matplotlib",
        # One notebook, one thread: threads of a loaded library do not survive a fork.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def python_folders() -> list[tuple[str, str]]:
    """Return the folders that Python needs outside the system's, each with its place inside.

    A virtual environment moves to a place of its own: it may lie below a folder that is empty inside, such as /tmp.
    """
    system = any(f"{sys.base_prefix}/".startswith(f"{path}/") for path in SYSTEM)
    folders = [] if system else [(sys.base_prefix, sys.base_prefix)]
    return folders if sys.prefix == sys.base_prefix else [*folders, (sys.prefix, PYTHON)]


def _inside(path: str) -> str:
    """Return where a path of the virtual environment is found inside; other paths stay as they are."""
    moved = sys.prefix != sys.base_prefix and path.startswith(f"{sys.prefix}/")
    return PYTHON + path.removeprefix(sys.prefix) if moved else path


def font_cache() -> list[str]:
    """Return the options that hand matplotlib's list of fonts in: making it takes seconds.

    Where matplotlib keeps it on Linux is said here again, because asking matplotlib means to wait until it is loaded.
    """
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # without a home it stays what it is
    options = ["--dir", f"{HOME}/matplotlib"]
    for path in Path(os.environ.get("MPLCONFIGDIR") or f"{cache}/matplotlib").glob("fontlist-*.json"):
        options += ["--ro-bind", str(path), f"{HOME}/matplotlib/{path.name}"]
    return options
