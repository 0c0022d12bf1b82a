"""`alliance check` runs a learner's own notebook in a forked process where that is the same as an ordinary kernel."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from learner import Notebook
from typer.testing import CliRunner

import alliance
from alliance.answers import Spec, compare, portable
from alliance.checking.forked import own
from alliance.checking.forked.kernel import ForkedKernel
from alliance.checking.grade import Kernel
from alliance.checking.kernel import LearnerKernel, Limits
from alliance.checking.keys import load_key
from alliance.cli import app

ROOT = Path(__file__).resolve().parent.parent
LIMITS = Limits(seconds=20, output=1_000_000)
linux = pytest.mark.skipif("sys.platform != 'linux'", reason="elsewhere an ordinary kernel is used")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of exercises as a learner has it, and an environment of the learner's own."""
    place = tmp_path_factory.mktemp("course")
    folder = place / "exercises"
    folder.mkdir()
    (folder / "mine.csv").write_text("year,yen\n2024,7\n", encoding="utf-8")
    modules = place / "modules"
    modules.mkdir()
    (modules / "lent.py").write_text("value = 'lent'\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{os.environ['PYTHONPATH']}{os.pathsep}{modules}")
        patch.setenv("A_LEARNERS_VARIABLE", "hello")
        patch.setenv("IPYTHONDIR", str(place / "ipython"))
        patch.setenv("JPY_SESSION_NAME", "/an/opened/notebook.ipynb")
        for name in ("MPLBACKEND", "PYTHONSTARTUP", *own.ONE_THREAD):
            patch.delenv(name, raising=False)
        yield folder


@pytest.fixture(scope="module")
def zygote(folder: Path) -> Iterator[own.OwnZygote]:
    """A process that forks children for the notebooks of that folder."""
    with own.OwnZygote(folder) as zygote:
        yield zygote


@pytest.fixture
def forked(zygote: own.OwnZygote) -> Iterator[ForkedKernel]:
    """A forked process for that folder."""
    with zygote.kernel(LIMITS, "") as kernel:
        yield kernel


@pytest.fixture(scope="module")
def ordinary(folder: Path) -> Iterator[LearnerKernel]:
    """An ordinary kernel for that folder."""
    with LearnerKernel(folder, LIMITS, "") as kernel:
        yield kernel


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a server on this machine that greets who connects."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            while True:
                try:
                    with server.accept()[0] as guest:
                        guest.sendall(b"welcome")
                except OSError:
                    return

        threading.Thread(target=greet, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def found(kernel: Kernel, code: str) -> object:
    """Run code that assigns `found`; return how it ended and what was assigned."""
    kernel.run("found = None")
    outcome = kernel.run(code)
    return outcome, kernel.answer(Spec(answer="found")).value


WAYS = {
    "reads a table beside the notebook": (
        "import pandas as pd\nfound = str(pd.read_csv('mine.csv').loc[0, 'yen'])",
        "7",
    ),
    "writes a picture beside it": (
        "import matplotlib.pyplot as plt, os\nplt.plot([1, 2])\nplt.savefig('mine.png')\n"
        "found = str(os.path.getsize('mine.png') > 0)\nos.remove('mine.png')",
        "True",
    ),
    "writes a module and imports it": (
        "open('helper.py', 'w').write('value = 3')\nimport helper, os\nos.remove('helper.py')\n"
        "found = str(helper.value)",
        "3",
    ),
    "imports a module from PYTHONPATH": ("import lent\nfound = lent.value", "lent"),
    "looks in its own folder": (
        "import sys\nfound = repr([path for path in sys.path if path == ''])",
        "['']",
    ),
    "has the learner's environment": ("import os\nfound = os.environ['A_LEARNERS_VARIABLE']", "hello"),
    "has no limit on threads": ("import os\nfound = str(os.environ.get('OMP_NUM_THREADS'))", "None"),
    "draws in the notebook": (
        "import matplotlib, os\nfound = os.environ['MPLBACKEND'] + ' ' + matplotlib.get_backend()",
        "module://matplotlib_inline.backend_inline module://matplotlib_inline.backend_inline",
    ),
    "is nobody's opened notebook": (
        "import os\nfound = str(os.environ.get('JPY_SESSION_NAME')) + os.environ['ALLIANCE_PROGRESS']",
        "Noneoff",
    ),
    "uses the network": (
        "import socket\nfound = socket.create_connection(('127.0.0.1', PORT), 5).recv(7).decode()",
        "welcome",
    ),
    "shows tables as a notebook does": (
        "import pandas as pd\nfound = str(pd.get_option('display.max_columns'))",
        "20",
    ),
    "runs programs": ("import subprocess\nfound = subprocess.check_output(['echo', 'said'], text=True)", "said\n"),
    "uses magics and the shell": ("%pwd\nsaid = !echo said\nfound = said[0]", "said"),
    "awaits": ("import asyncio\nfound = await asyncio.sleep(0, 'waited')", "waited"),
    "runs no second event loop": ("import asyncio\nasyncio.run(asyncio.sleep(0))", None),
    "is bounded in memory": (
        "import resource\nfound = str(resource.getrlimit(resource.RLIMIT_AS))",
        str((LIMITS.memory, LIMITS.memory)),
    ),
    "is the chief of what it starts": ("import os\nfound = str(os.getpid() == os.getpgid(0))", "True"),
    "knows its streams": ("import sys\nfound = sys.stdout.encoding", "UTF-8"),
    "raises": ("1 / 0", None),
    "cannot be asked": ("input('?')", None),
    "is told which of its commands fails": ("%tiem", None),
}


def test_reading_an_answer_changes_nothing_of_how_later_cells_show_tables(folder: Path) -> None:
    with LearnerKernel(folder, LIMITS, "") as kernel:
        found(kernel, "found = 'an answer, before anything has imported pandas'")
        assert found(kernel, WAYS["shows tables as a notebook does"][0])[1] == "20"


@linux
@pytest.mark.parametrize("way", WAYS)
def test_a_forked_notebook_may_do_what_an_ordinary_kernel_may(
    way: str, port: int, forked: ForkedKernel, ordinary: LearnerKernel
) -> None:
    code, expected = WAYS[way]
    code = code.replace("PORT", str(port))
    seen = found(forked, code)
    assert seen == found(ordinary, code)
    assert seen[1] == expected


ASKED = {
    "a loop without an end": ("def found(x):\n    while True: x += 1", "a loop in it may have no end"),
    "a question that nobody answers": ("def found(x):\n    return input('x?')", "input() waits for somebody to type"),
}


@linux
@pytest.mark.parametrize("case", ASKED)
def test_what_is_wrong_inside_a_function_is_told_the_same_with_either_kernel(
    case: str, forked: ForkedKernel, ordinary: LearnerKernel
) -> None:
    code, words = ASKED[case]
    spec = Spec(answer="found", calls=[[1], [2]])
    shorter = "import sys, alliance.answers\nsys.modules['alliance.answers.portable'].MOST_SECONDS = 0.2"
    for kernel in (forked, ordinary):
        kernel.run(shorter)
        kernel.run(code)
        message = compare(portable(lambda x: x + 1, spec.calls), kernel.answer(spec), spec)
        assert message is not None
        assert words in message


@linux
def test_a_function_whose_trial_must_be_stopped_is_asked_for_its_loop(zygote: own.OwnZygote) -> None:
    swallowing = "def found(x):\n    while True:\n        try:\n            x += 1\n        except BaseException: pass"
    spec = Spec(answer="found", calls=[[1]])
    with zygote.kernel(Limits(seconds=1), "") as kernel:
        kernel.run(swallowing)
        message = compare(portable(abs, spec.calls), kernel.answer(spec), spec)
    assert message is not None
    assert "Is there a loop without an end in it?" in message


@linux
def test_what_a_notebook_has_started_ends_with_it(zygote: own.OwnZygote) -> None:
    code = "import subprocess\nleft = subprocess.Popen(['sleep', '1000'])\nfound = str(left.pid)"
    with zygote.kernel(LIMITS, "") as kernel:
        started = os.pidfd_open(int(str(found(kernel, code)[1])))
    with os.fdopen(started), select.epoll() as ends:
        ends.register(started, select.EPOLLIN)
        assert ends.poll(60)


@linux
def test_an_infinite_loop_ends_when_its_checker_does(folder: Path) -> None:
    with own.OwnZygote(folder) as zygote:
        kernel = zygote.kernel(Limits(seconds=1), "")
        running = os.pidfd_open(kernel._process)
        body = b'{"id": "1", "code": "while True: pass"}'
        kernel._connection.sendall(len(body).to_bytes(4, "big") + body)
    with os.fdopen(running), kernel._connection, select.epoll() as ends:
        ends.register(running, select.EPOLLIN)
        assert ends.poll(60)


# --- where it is used ------------------------------------------------------------------------------------------


@linux
def test_it_is_used_in_a_folder_of_notebooks(folder: Path) -> None:
    assert own.can_fork(folder)


@pytest.mark.parametrize("name", ["pandas.py", "seaborn.pyc", "csv/__init__.py"])
def test_modules_beside_a_notebook_need_an_ordinary_kernel(folder: Path, name: str) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    try:
        assert not own.can_fork(folder)
    finally:
        path.unlink()
        if path.parent != folder:
            path.parent.rmdir()


@pytest.mark.parametrize("name", ["startup/00-first.py", "ipython_config.py", "ipython_kernel_config.json"])
def test_settings_of_a_learners_own_need_an_ordinary_kernel(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = tmp_path / "profile_default" / name
    path.parent.mkdir(parents=True)
    path.touch()
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    assert not own.can_fork(folder)


@pytest.mark.parametrize(("name", "value"), [("MPLBACKEND", "Agg"), ("PYTHONSTARTUP", "mine.py")])
def test_variables_that_change_a_kernel_need_an_ordinary_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert not own.can_fork(folder)


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_than_on_linux_an_ordinary_kernel_is_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    assert not own.can_fork(folder)


# --- the command -----------------------------------------------------------------------------------------------


@pytest.fixture
def exercise(workshop: Path, folder: Path) -> Iterator[Path]:
    """An exercise with a right and a wrong answer, an error, an endless loop, and tasks not tried."""
    notebook = Notebook(workshop / "exercises" / "90_workshop.ipynb")
    notebook.answer("90.1", 'share = budget["spent"].iloc[0] / budget["spent"].max()')
    notebook.answer("90.2", "known = budget.dropna()").answer("90.3", "average = 1 / 0")
    notebook.answer("90.4", "while True:\n    pass")
    path = notebook.save(folder / "90_workshop.ipynb")
    yield path
    path.unlink()


def check(path: Path) -> str:
    """Run the command and return what it prints."""
    result = CliRunner().invoke(app, ["check", str(path), "--timeout", "2"], env={"COLUMNS": "200"})
    assert result.exit_code == 1, result.output
    assert "1 of 6 tasks are right." in result.output
    return result.output


@linux
def test_the_command_says_the_same_with_either_kernel(
    exercise: Path, monkeypatch: pytest.MonkeyPatch, ordinary: LearnerKernel
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(LearnerKernel, "_start", lambda self: pytest.fail("an ordinary kernel was started"))
        forked = check(exercise)
    with monkeypatch.context() as patch:
        patch.setattr(own, "can_fork", lambda folder: False)
        patch.setattr(own, "OwnZygote", lambda folder: pytest.fail("a process was forked"))
        assert check(exercise) == forked


@linux
def test_a_notebook_that_ends_the_forking_process_gets_its_verdicts_from_an_ordinary_kernel(
    workshop: Path, exercise: Path
) -> None:
    notebook = Notebook(exercise)
    notebook.insert(
        "import os, signal\nif 'zygote' in open(f'/proc/{os.getppid()}/cmdline').read():\n"
        "    os.kill(os.getppid(), signal.SIGKILL)\n    os._exit(0)"
    ).save(exercise)
    assert "90.2" in check(exercise)


@pytest.mark.parametrize("name", ["nowhere/90_workshop.ipynb", "90_nothing.ipynb"])
def test_a_file_that_is_not_there_gets_a_sentence(folder: Path, name: str) -> None:
    result = CliRunner().invoke(app, ["check", str(folder / name)])
    assert (result.exit_code, result.output) == (1, f"{Path(name).name}: there is no such file.\n")


@pytest.mark.parametrize(("version", "loaded"), [(4, "False"), (3, "True")], ids=["of today", "of an older format"])
def test_reading_a_notebook_does_not_wait_for_what_it_does_not_need(exercise: Path, version: int, loaded: str) -> None:
    nbformat.write(nbformat.read(exercise, as_version=version), exercise, version=version)
    code = (
        "import sys\nfrom pathlib import Path\nfrom alliance.checking.submission import read_notebook\n"
        "read_notebook(Path(sys.argv[1]))\n"
        "print(*(name in sys.modules for name in ('nbformat', 'lark', 'rfc3987_syntax')))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(exercise)], capture_output=True, text=True)
    assert done.stdout == f"{loaded} False False\n", done.stderr


@linux
def test_an_exercise_may_be_named_by_its_number_and_a_folder_is_told_from_a_missing_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    named = CliRunner().invoke(app, ["check", "0", str(folder)])
    assert named.exit_code == 1
    assert "00 Start here\n" in named.output
    assert f"0 of {len(load_key('00_start_here').tasks)} tasks are right." in named.output
    assert f"{folder} is a folder. Name the notebooks in it, or their numbers, such as 05." in named.output


@pytest.mark.parametrize("options", [["--timeout", "2"], ["--no-such-option"]])
def test_as_a_program_it_leaves_no_process_behind(exercise: Path, options: list[str]) -> None:
    command = [sys.executable, "-c", "from alliance.cli import main; main()", "check", str(exercise), *options]
    mark = f"STARTED_FOR={uuid.uuid4()}"
    environment = os.environ | dict([mark.split("=")])
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == (2 if "--no-such-option" in options else 1), done.stderr
    assert "1 of 6 tasks are right." in done.stdout or "No such option" in done.stderr
    left = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark.encode() in path.read_bytes():
                left.append(path)
    assert not left


def test_as_a_program_it_says_once_that_this_is_not_the_courses_folder(tmp_path: Path) -> None:
    shutil.copytree(Path(alliance.__file__).parent, tmp_path / "alliance")
    command = [sys.executable, "-c", "from alliance.cli import main; main()", "check", "05"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ["PYTHONPATH"]])}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("No data/datapackage.json in ")
    assert done.stderr.count("\n") == 1
