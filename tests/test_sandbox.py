"""Learners' code in the sandbox: what it may do, what it must not reach, and that nothing of it stays behind."""

from __future__ import annotations

import errno
import json
import os
import platform
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from alliance.answers import Answer, Spec
from alliance.checking.forked import calls, own, walls
from alliance.checking.forked.forking import EngineFailed
from alliance.checking.forked.kernel import ForkedKernel
from alliance.checking.forked.watching import Walls
from alliance.checking.kernel import LearnerKernel, Limits, Outcome
from alliance.classroom.running import sandbox
from alliance.classroom.running.engine import Zygote

ROOT = Path(__file__).resolve().parent.parent
LIMITS = Limits(seconds=20, output=1_000_000, memory=3 * 1024**3)
WALLS = Walls(resident=600_000_000, folder=16_000_000, processes=24)


@pytest.fixture(scope="module")
def zygote(bubblewrap: str) -> Iterator[Zygote]:
    """One sandbox for all tests of this file."""
    with Zygote(ROOT / "data", WALLS) as one:
        one.wait()
        yield one


@pytest.fixture
def kernel(zygote: Zygote) -> Iterator[ForkedKernel]:
    """A fresh notebook's process."""
    with zygote.kernel(LIMITS, "") as one:
        yield one


@pytest.fixture(scope="module")
def refusing(zygote: Zygote) -> Iterator[ForkedKernel]:
    """One notebook's process for many calls, each of which is refused and changes nothing."""
    with zygote.kernel(LIMITS, REFUSALS) as one:
        yield one


def value(kernel: ForkedKernel, code: str) -> str:
    """Run code that assigns `found`, and return it as text."""
    outcome = kernel.run(code)
    assert outcome.status == "ok", outcome
    answer = kernel.answer(Spec(answer="found"))
    assert answer.type == "text", answer
    return str(answer.value)


def tried(code: str) -> str:
    """Return code that assigns to `found` what an attempt gives: its result, or the name of its error."""
    indented = "\n".join(f"    {line}" for line in code.splitlines())
    return f"try:\n{indented}\nexcept BaseException as error:\n    found = type(error).__name__\n"


# --- what notebooks need works ---------------------------------------------------------------------------------


def test_the_courses_data_can_be_read_and_plots_drawn(kernel: ForkedKernel) -> None:
    code = (
        "import pandas as pd, seaborn as sns\n"
        "budget = pd.read_csv('../data/defence_budget.csv')\n"
        "ax = sns.lineplot(budget, x='fiscal_year', y='value')\n"
        "found = f'{len(budget)} {len(ax.lines)}'"
    )
    rows = len((ROOT / "data" / "defence_budget.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert value(kernel, code).startswith(f"{rows} ")


@pytest.mark.parametrize("named", [{}, {"MPLCONFIGDIR": "{}/own"}, {"XDG_CACHE_HOME": "{}/cache"}])
def test_the_list_of_fonts_is_where_matplotlib_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: dict[str, str]
) -> None:
    for name in ("MPLCONFIGDIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, place in named.items():
        monkeypatch.setenv(name, place.format(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    code = "import matplotlib; print(matplotlib.get_cachedir())"
    folder = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    (Path(folder) / "fontlist-v0.json").touch()
    assert f"{folder}/fontlist-v0.json" in sandbox.font_cache()


def test_an_account_without_a_home_can_grade_and_check(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(number: int) -> None:
        raise KeyError(number)

    monkeypatch.setattr("pwd.getpwuid", unknown)
    for name in ("HOME", "MPLCONFIGDIR", "XDG_CACHE_HOME", "IPYTHONDIR"):
        monkeypatch.delenv(name, raising=False)
    assert sandbox.font_cache() == ["--dir", f"{sandbox.HOME}/matplotlib"]
    assert own.can_fork(ROOT / "exercises")


def test_a_file_can_be_written_where_the_notebook_stands(kernel: ForkedKernel) -> None:
    code = "open('mine.csv', 'w').write('a,b\\n1,2\\n')\nfound = open('mine.csv').read()"
    assert value(kernel, code) == "a,b\n1,2\n"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("x = (", "SyntaxError"),
        ("raise ValueError('first\\nsecond')", "ValueError: first"),
        ("raise KeyError", "KeyError"),
        ("input('?')", "input() waits for somebody to type"),
        ("no_such_name", "NameError: name 'no_such_name' is not defined"),
    ],
)
def test_errors_are_worded_as_by_an_ordinary_kernel(
    kernel: ForkedKernel, tmp_path: Path, code: str, words: str
) -> None:
    with LearnerKernel(tmp_path, LIMITS, "") as ordinary:
        expected = ordinary.run(code)
    assert kernel.run(code) == expected
    assert expected.error.startswith(words)


def test_each_cell_begins_with_no_figure_as_in_a_notebook(kernel: ForkedKernel) -> None:
    kernel.run("import matplotlib.pyplot as plt\nplt.plot([1, 2])")
    assert value(kernel, "found = str(len(plt.get_fignums()))") == "0"


def test_a_cell_that_does_not_end_costs_only_itself(zygote: Zygote) -> None:
    with zygote.kernel(Limits(seconds=1), "") as kernel:
        kernel.run("kept = 'still here'")
        assert kernel.run("while True: pass").status == "timeout"
        assert kernel.run("import time\ntime.sleep(1000)").status == "timeout"
        assert value(kernel, "found = kept") == "still here"


def test_a_copy_that_a_cell_forks_answers_nothing(kernel: ForkedKernel) -> None:
    assert kernel.run("import os\nfound = 'the original' if os.fork() else 'a copy'").status == "ok"
    assert {value(kernel, "pass") for _ in range(20)} == {"the original"}


def test_a_cell_that_prints_without_end_is_stopped(kernel: ForkedKernel) -> None:
    assert kernel.run("while True: print('again' * 1000)").status == "flooded"


def test_a_cell_that_ends_python_is_dead(kernel: ForkedKernel) -> None:
    for code in ("import os\nos._exit(0)", "exit()", "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)"):
        assert kernel.run(code).status in {"dead", "ok"}
        assert value(kernel, "found = 'alive'") == "alive"


# --- what must not be reached ----------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["keys"])
def test_answers_cannot_be_read(kernel: ForkedKernel, folder: str) -> None:
    code = f"import alliance, os\nfound = ' '.join(os.listdir(os.path.join(alliance.__path__[0], '{folder}')))"
    assert value(kernel, tried(code)) in {"", "FileNotFoundError"}


@pytest.mark.parametrize("place", ["solutions", "authoring", "tests", "exercises"])
def test_the_course_beside_its_data_cannot_be_seen(kernel: ForkedKernel, place: str) -> None:
    code = f"import os\nfound = ' '.join(os.listdir({str(ROOT / place)!r}))"
    assert value(kernel, tried(code)) == "FileNotFoundError"


def test_the_teachers_home_and_environment_cannot_be_seen(zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHERS_SECRET", "do not tell")
    with Zygote(ROOT / "data", WALLS) as one, one.kernel(LIMITS, "") as kernel:
        assert "do not tell" not in value(kernel, "import os\nfound = str(dict(os.environ))")
        assert value(kernel, "found = ' '.join(os.listdir(os.path.expanduser('~')))") == ""
        secret = Path.home() / ".bashrc"
        assert value(kernel, tried(f"found = open({str(secret)!r}).read()")) == "FileNotFoundError"


def test_other_submissions_cannot_be_seen(kernel: ForkedKernel, tmp_path: Path) -> None:
    (tmp_path / "05_kim.ipynb").write_text("{}", encoding="utf-8")
    assert value(kernel, tried(f"found = open({str(tmp_path / '05_kim.ipynb')!r}).read()")) == "FileNotFoundError"


@pytest.mark.parametrize(
    "path", ["/usr/bin/mine", "/etc/passwd", "/course/data/defence_budget.csv", "/work/mine", "/mine", "/dev/sda"]
)
def test_nothing_outside_can_be_written(kernel: ForkedKernel, path: str) -> None:
    assert value(kernel, tried(f"open({path!r}, 'a').write('x')\nfound = 'written'")) in {
        "OSError",
        "PermissionError",
        "FileNotFoundError",
    }


def test_the_package_cannot_be_changed(kernel: ForkedKernel) -> None:
    code = "import alliance\nopen(alliance.__file__, 'a').write('x')\nfound = 'written'"
    assert value(kernel, tried(code)) in {"OSError", "PermissionError"}


def test_no_socket_leads_out(kernel: ForkedKernel) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)\nfound = 'connected'"
        assert value(kernel, tried(code)) in {"OSError", "ConnectionRefusedError", "PermissionError"}


def test_the_grader_cannot_be_killed_or_seen(kernel: ForkedKernel) -> None:
    grader = os.getpid()
    assert value(kernel, tried(f"import os\nos.kill({grader}, 0)\nfound = 'seen'")) == "ProcessLookupError"
    assert value(kernel, "found = ' '.join(os.listdir('/proc'))") == ""
    kernel.run("import os, signal\nos.kill(-1, signal.SIGKILL)")
    assert value(kernel, "found = 'alive'") == "alive"


@pytest.mark.skipif(walls.landlock_version() < 4, reason="this system's Landlock knows no connections")
def test_a_second_wall_forbids_what_the_first_makes_impossible(kernel: ForkedKernel) -> None:
    code = "import socket\nsocket.create_connection(('127.0.0.1', 9), 2)\nfound = 'connected'"
    assert value(kernel, tried(code)) == "PermissionError"


@pytest.mark.skipif(walls.landlock_version() < 6, reason="this system's Landlock knows no signals")
@pytest.mark.parametrize("second_wall", [False, True])
def test_the_second_wall_stands_without_the_first(tmp_path: Path, second_wall: bool) -> None:
    (tmp_path / "own").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = f"""
import os, socket
from alliance.checking.forked import calls, own, walls
walls.drop_privileges()
if {second_wall}:
    walls.forbid([{str(tmp_path / "own")!r}])
def tell(name, attempt):
    try:
        attempt()
        print(name, end=" ")
    except PermissionError:
        pass
tell("own", lambda: open({str(tmp_path / "own" / "file")!r}, "w").close())
tell("other", lambda: open({str(tmp_path / "other")!r}, "w").close())
tell("null", lambda: open("/dev/null", "w").close())
tell("connection", lambda: socket.create_connection({server.getsockname()!r}, 5).close())
tell("signal", lambda: os.kill(os.getppid(), 0))
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == (["own", "null"] if second_wall else ["own", "other", "null", "connection", "signal"])


def test_privileges_cannot_be_got_back(kernel: ForkedKernel) -> None:
    code = (
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "found = str([libc.umount2(b'/proc', 2), libc.mount(b'none', b'/tmp', b'tmpfs', 0, None), os.getuid()])"
    )
    assert value(kernel, code) == "[-1, -1, 1000]"
    again = (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nlibc.unshare(0x10000000 | 0x00020000)\n"
        "found = str(libc.umount2(b'/proc', 2))"
    )
    assert value(kernel, again) == "-1"


def test_there_is_no_privilege_to_use_and_none_to_get(kernel: ForkedKernel) -> None:
    """The filter refuses what privileges are for; this holds where there is none."""
    code = (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "own = (ctypes.c_uint32 * 6)()\n"
        "libc.capget((ctypes.c_uint32 * 2)(0x20080522, 0), own)\n"
        "bounds, no_new = [libc.prctl(23, one, 0, 0, 0) for one in range(38)], libc.prctl(39, 0, 0, 0, 0)\n"
        "found = str([any(own), any(bounds), no_new])"
    )
    assert value(kernel, code) == "[False, False, 1]"


def test_what_a_process_may_use_is_bounded_by_the_system_too(kernel: ForkedKernel) -> None:
    code = (
        "import resource\n"
        "names = ['NPROC', 'NOFILE', 'CORE', 'CPU', 'AS']\n"
        "found = ' '.join(str(resource.getrlimit(getattr(resource, f'RLIMIT_{name}'))[1]) for name in names)"
    )
    assert value(kernel, code) == f"{WALLS.processes} 256 0 {WALLS.processor} {LIMITS.memory}"


# --- what one notebook could hold, others would wait for -------------------------------------------------------


def test_data_are_a_copy_whose_locks_are_nobody_elses_matter(zygote: Zygote, kernel: ForkedKernel) -> None:
    path = "../data/defence_budget.csv"
    lock = f"import fcntl, os, struct\nheld = open({path!r})\n"
    kernel.run(f"{lock}fcntl.lockf(held, fcntl.LOCK_SH)")
    seen = "fcntl.fcntl(held, fcntl.F_GETLK, struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, 0, 0, 0))"
    with zygote.kernel(LIMITS, "") as other:
        code = f"{lock}found = str(struct.unpack('hhqqi4x', {seen})[0] == fcntl.F_UNLCK)"
        assert value(other, code) == "True"
        assert value(other, f"import os\nfound = open({path!r}).read(20)") == DATA[:20]
    place = os.stat(ROOT / "data" / "defence_budget.csv")
    assert value(kernel, f"found = str(os.stat({path!r}).st_dev)") != str(place.st_dev)


DATA = (ROOT / "data" / "defence_budget.csv").read_text(encoding="utf-8")
ON_THIS_MACHINE = list(calls.KINDS).index(platform.machine()) if platform.machine() in calls.KINDS else None
knows_calls = pytest.mark.skipif(ON_THIS_MACHINE is None, reason="calls have other numbers on this processor")


@knows_calls
def test_no_lease_can_be_taken_on_anything(kernel: ForkedKernel) -> None:
    for path in ("../data/defence_budget.csv", "own", os.__file__):
        code = f"import fcntl\nfcntl.fcntl(open({path!r}), fcntl.F_SETLEASE, fcntl.F_RDLCK)\nfound = 'held'"
        kernel.run("open('own', 'w').close()")
        assert value(kernel, tried(code)) in {"PermissionError", "FileNotFoundError"}
    assert value(kernel, tried("fcntl.flock(open('own'), fcntl.LOCK_EX)\nfound = 'held'")) == "PermissionError"


REFUSALS = """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
def refusal(number, *arguments):
    ctypes.set_errno(0)
    libc.syscall(number, *(ctypes.c_long(one) for one in arguments))
    return errno.errorcode.get(ctypes.get_errno(), "done")
"""


WAYS_OUT: dict[str, tuple[int, int]] = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "pidfd_getfd": (438, 438),
    "perf_event_open": (298, 241),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "flock": (73, 32),
    "sched_setaffinity": (203, 122),
}
"""Calls that notebooks have used against others, with the numbers of Linux's own headers: they stay in the list."""


def test_calls_that_were_used_against_others_stay_closed() -> None:
    assert WAYS_OUT.items() - calls.CLOSED.items() == set()
    assert {"AF_UNIX", "AF_INET", "AF_INET6"} == calls.FAMILIES.keys(), "vsock leads out of a virtual machine"
    assert {1024, 1026} <= set(calls.COMMANDS.values()), "leases, and signals when a folder changes"


@knows_calls
@pytest.mark.parametrize("name", calls.CLOSED)
def test_a_call_that_no_notebook_needs_is_refused(refusing: ForkedKernel, name: str) -> None:
    assert ON_THIS_MACHINE is not None
    number = calls.CLOSED[name][ON_THIS_MACHINE]
    assert value(refusing, f"found = refusal({number}, -1, -1, -1, -1, -1)") == "EPERM"


@knows_calls
def test_calls_are_refused_by_what_they_ask_for(refusing: ForkedKernel) -> None:
    assert ON_THIS_MACHINE is not None
    kernel, column = refusing, ON_THIS_MACHINE
    for command in calls.COMMANDS.values():
        assert value(kernel, f"found = refusal({calls.FCNTL[column]}, 0, {command}, -1)") == "EPERM"
    for bit in (1 << position for position in range(32) if calls.NAMESPACES >> position & 1):
        assert value(kernel, f"found = refusal({calls.CLONE[column]}, {bit}, 0, 0, 0, 0)") == "EPERM"
    for number in (calls.CLONE3[column], calls.LAST + 1, 0x40000000):
        assert value(kernel, f"found = refusal({number}, -1, -1)") == "ENOSYS"
    for family in (set(range(60)) - set(calls.FAMILIES.values())) | {1 << 20}:
        assert value(kernel, f"found = refusal({calls.SOCKET[column]}, {family}, 1, 0)") == "EAFNOSUPPORT"
    opened = "import socket\nfor one in (1, 2, 10):\n    socket.socket(one, 1).close()\nfound = 'opened'"
    assert value(kernel, tried(opened)) == "opened"


@pytest.mark.parametrize("machine", calls.KINDS)
def test_the_filter_jumps_to_nowhere(machine: str) -> None:
    lines = list(struct.iter_unpack("=HBBI", calls.program(machine)))
    assert all(i + 1 + skipped < len(lines) for i, (_, yes, no, _) in enumerate(lines[:-1]) for skipped in (yes, no))
    assert lines[-1] == (calls.RETURN, 0, 0, calls.ALLOW)


def test_where_calls_have_unknown_numbers_none_is_closed() -> None:
    assert calls.program("riscv64") == b""


def test_what_notebooks_start_still_works(kernel: ForkedKernel) -> None:
    code = (
        "import subprocess, sys, threading\n"
        "ran = subprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True, text=True).stdout.strip()\n"
        "shown = get_ipython().getoutput('echo 2')[0]\n"
        "heard = []\none = threading.Thread(target=heard.append, args=('3',))\none.start()\none.join()\n"
        "found = ran + shown + heard[0]"
    )
    assert value(kernel, code) == "123"
    assert kernel.run("!echo 4").status == "ok"


def test_the_session_is_its_own(kernel: ForkedKernel) -> None:
    assert value(kernel, "import os\nfound = str([os.getpid(), os.getpgrp(), os.getsid(0)])") == "[1, 1, 1]"


KEYRING = """
import ctypes, os, platform
from alliance.checking.forked import walls
libc = ctypes.CDLL(None, use_errno=True)
def session():
    return libc.syscall(walls.KEYCTL[platform.machine()], 0, -3, 0)
before = session()
walls.enter([], [], 100_000)
print(before >= 0, session() not in {before, -1}, flush=True)
os._exit(0)
"""


@knows_calls
def test_the_session_keyring_is_left(bubblewrap: str) -> None:
    """Also where no call can be refused: the filter, which refuses those on keys, is not put up here."""
    done = subprocess.run([sys.executable, "-c", KEYRING], capture_output=True, text=True, check=True)
    kept = done.stdout.split()
    assert kept[0] == kept[1], "where there are keys, the keyring is another one"


def test_terminals_are_the_notebooks_own(zygote: Zygote, kernel: ForkedKernel) -> None:
    assert value(kernel, "import os\nmine = os.openpty()\nfound = os.ttyname(mine[1])") == "/dev/pts/0"
    with zygote.kernel(LIMITS, "") as other:
        assert value(other, "import os\nfound = ' '.join(os.listdir('/dev/pts'))") == "ptmx"


# --- a course below a folder that is shown ---------------------------------------------------------------------


def test_private_folders_are_empty_wherever_they_lie(bubblewrap: str) -> None:
    with tempfile.TemporaryDirectory(dir=sys.prefix) as folder:
        (Path(folder) / "solutions").mkdir()
        with Zygote(ROOT / "data", WALLS, [Path(folder)]) as one, one.kernel(LIMITS, "") as kernel:
            place = sandbox._inside(folder)
            assert value(kernel, f"import os\nfound = str(os.listdir({place!r}))") == "[]"
            assert value(kernel, tried(f"open({place + '/x'!r}, 'w')\nfound = 'written'")) in {
                "OSError",
                "PermissionError",
            }


def test_a_private_zip_cannot_be_read_wherever_it_lies(bubblewrap: str) -> None:
    with tempfile.NamedTemporaryFile(dir=sys.prefix, suffix=".zip") as file:
        file.write(b"an answer of somebody else's")
        file.flush()
        with Zygote(ROOT / "data", WALLS, [Path(file.name)]) as one, one.kernel(LIMITS, "") as kernel:
            place = sandbox._inside(file.name)
            assert value(kernel, tried(f"found = open({place!r}).read()")) in {"", "OSError", "PermissionError"}
            assert value(kernel, tried(f"open({place!r}, 'w').write('mine')\nfound = 'written'")) != "written"


def test_what_is_hidden_is_what_is_shown_and_private(tmp_path: Path) -> None:
    app, other = tmp_path / "usr" / "src" / "app", tmp_path / "opt" / "results"
    app.mkdir(parents=True)
    other.mkdir(parents=True)
    (tmp_path / "link").symlink_to(app)
    shown = [(str(tmp_path / "usr"), "/usr"), (str(app / "env"), "/course/python"), (str(tmp_path / "us"), "/us")]
    private = [tmp_path / "link", app / "solutions", other, app / "handed in.zip"]
    assert sandbox.hidden_places(shown, private) == {"/usr/src/app": str(app)}
    handed_in = tmp_path / "usr" / "handed in.zip"
    handed_in.touch()
    assert sandbox.hidden_places(shown, [handed_in, tmp_path / "usr" / "none.zip"]) == {
        "/usr/handed in.zip": str(handed_in)
    }
    with pytest.raises(sandbox.NoSandbox, match=r"must see.*folders of their own"):
        sandbox.hidden_places(shown, [tmp_path / "usr"])


def test_the_package_hides_its_own_course_and_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ALLIANCE_KEYS", str(tmp_path))
    assert sandbox.own_secrets() == [sandbox.PACKAGE / "keys", tmp_path, ROOT]


# --- what is bounded -------------------------------------------------------------------------------------------


def test_forks_without_end_are_stopped(zygote: Zygote, kernel: ForkedKernel) -> None:
    assert (
        kernel.run("import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass").status
        == "dead"
    )
    assert value(kernel, "found = 'alive'") == "alive"


def test_memory_is_bounded(kernel: ForkedKernel) -> None:
    outcome = kernel.run("held = []\nwhile True: held.append(bytes([1]) * 10_000_000)")
    assert outcome.status in {"dead", "raised"}
    assert value(kernel, "found = 'alive'") == "alive"


TALKING = """
import os, stat, threading
ours = [n for n in range(3, 64) if os.path.exists(f"/proc/self/fd/{n}")] or range(3, 64)
def talk():
    while True:
        for number in ours:
            try:
                if stat.S_ISSOCK(os.fstat(number).st_mode):
                    os.write(number, b"\\x00\\x00\\x00\\x02[]")
            except OSError:
                pass
threading.Thread(target=talk, daemon=True).start()
"""
HELD = "import mmap, time\nheld = []\n"
WAIT = "\ntime.sleep(1000)"


@pytest.mark.parametrize(
    "code",
    [
        f"{HELD}for _ in range(9): held.append(mmap.mmap(-1, 100_000_000)); held[-1].write(bytes(100_000_000)){WAIT}",
        f"{TALKING}{HELD}for _ in range(9): held.append(b'1' * 100_000_000){WAIT}",
        f"import threading, time\nfor _ in range(99): threading.Thread(target=time.sleep, args=(999,)).start(){WAIT}",
        f"import os, time\nfor _ in range(99):\n    if os.fork() == 0: time.sleep(999){WAIT}",
        "import os, time\nheld = [os.pipe() for _ in range(99)]\n"
        f"for _ in range(9):\n    if os.fork() == 0: time.sleep(999){WAIT}",
    ],
    ids=["shared memory", "while it talks", "threads", "processes", "open files"],
)
def test_what_is_too_much_is_ended_whatever_kind_it_is(kernel: ForkedKernel, code: str) -> None:
    assert kernel.run(code) in {Outcome("dead"), Outcome("raised", "RuntimeError: can't start new thread")} | {
        Outcome("raised", f"BlockingIOError: [Errno {errno.EAGAIN}] Resource temporarily unavailable")
    }
    assert value(kernel, "found = 'alive'") == "alive"


def test_who_takes_all_processors_is_given_one(kernel: ForkedKernel) -> None:
    code = (
        "import os, time\n"
        "for _ in range(3):\n    if os.fork() == 0:\n        while True: pass\n"
        "until = time.monotonic() + 15\n"
        "while os.getpriority(os.PRIO_PROCESS, 0) < 19 and time.monotonic() < until: pass\n"
        "found = str([os.getpriority(os.PRIO_PROCESS, 0), len(os.sched_getaffinity(0))])"
    )
    assert value(kernel, code) == "[19, 1]"


@pytest.mark.parametrize("folder", [".", "/tmp", "/dev/shm", "~"])
def test_disk_and_shared_memory_are_bounded(kernel: ForkedKernel, folder: str) -> None:
    code = (
        f"import os\nfolder = os.path.expanduser({folder!r})\n"
        "for i in range(100):\n    open(f'{folder}/{i}', 'wb').write(b'x' * 1_000_000)\nfound = 'filled'"
    )
    assert value(kernel, tried(code)) == "OSError"


# --- a verdict cannot be forged --------------------------------------------------------------------------------


def test_what_a_notebook_says_on_its_own_connection_answers_nothing(kernel: ForkedKernel) -> None:
    code = (
        "import os, socket, stat, json\n"
        "for number in range(3, 64):\n"
        "    try:\n"
        "        if stat.S_ISSOCK(os.fstat(number).st_mode):\n"
        "            body = json.dumps({'id': 'guess', 'report': '{\"type\": \"number\", \"value\": 1}'}).encode()\n"
        "            os.write(number, len(body).to_bytes(4, 'big') + body)\n"
        "    except OSError:\n"
        "        pass\n"
        "share = 0.25"
    )
    assert kernel.run(code).status == "ok"
    answer = kernel.answer(Spec(answer="share"))
    assert (answer.type, answer.value) == ("number", 0.25)


@pytest.mark.parametrize("garbage", [b"\xff\xff\xff\xff", b"\x00\x00\x00\x02[]", b"\x00\x00\x00\x03{{{"])
def test_garbage_on_the_connection_harms_nobody(zygote: Zygote, garbage: bytes) -> None:
    with zygote.kernel(Limits(seconds=3), "") as kernel:
        code = (
            "import os, stat\n"
            "for number in range(3, 64):\n"
            "    try:\n"
            "        if stat.S_ISSOCK(os.fstat(number).st_mode):\n"
            f"            os.write(number, {garbage!r})\n"
            "    except OSError:\n"
            "        pass\n"
        )
        kernel.run(code)
        assert isinstance(kernel.answer(Spec(answer="share")), Answer)
    with zygote.kernel(LIMITS, "") as next_one:
        assert value(next_one, "found = 'honest'") == "honest"


def test_a_report_that_is_forged_can_only_claim_a_value(kernel: ForkedKernel) -> None:
    forged = json.dumps({"type": "verdict", "state": "right"})
    kernel.run(f"import alliance.checking.report as r\nr.report = lambda value, calls='[]': {forged!r}")
    assert kernel.answer(Spec(answer="share")).type in {"other", "untried"}


# --- nothing stays behind --------------------------------------------------------------------------------------

HOSTILE = """
import os, random, subprocess, sys, threading, time
import numpy as np, pandas as pd
pd.DataFrame.sum = lambda *a, **k: 42
pd.options.display.max_rows = 1
np.random.seed(1)
for folder in (".", "/tmp", "/dev/shm", os.path.expanduser("~")):
    open(f"{folder}/left_behind", "w").write("x")
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
if os.fork() == 0:
    os.setsid()
    time.sleep(1000)
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
"""
LOOK = """
import os
import numpy as np, pandas as pd
left = [f for f in (".", "/tmp", "/dev/shm", os.path.expanduser("~")) if os.path.exists(f"{f}/left_behind")]
found = f"{left} {pd.DataFrame({'a': [1, 2]}).sum()['a']} {pd.options.display.max_rows}"
"""


def test_a_hostile_notebook_between_two_honest_ones_leaves_nothing(zygote: Zygote) -> None:
    seen = []
    for code in ("", HOSTILE, ""):
        with zygote.kernel(LIMITS, "") as kernel:
            if code:
                assert kernel.run(code).status == "ok"
                hostile = kernel._process
            else:
                seen.append(value(kernel, LOOK))
    assert seen[0] == seen[1] == "[] 3 60"
    assert _gone(hostile)


def _gone(process: int) -> bool:
    """Wait until a killed process and its namespace are gone."""
    from alliance.checking.forked.watching import family

    for _ in range(200):
        if not Path(f"/proc/{process}").exists():
            return True
        if not [one for one in family(process) if Path(f"/proc/{one}/stat").exists() and _state(one) != "Z"]:
            return True
    return False


def _state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_two_notebooks_do_not_share_their_random_numbers(zygote: Zygote) -> None:
    seen = set()
    for _ in range(2):
        with zygote.kernel(LIMITS, "") as kernel:
            seen.add(value(kernel, "import numpy as np, random\nfound = f'{np.random.random()} {random.random()}'"))
    assert len(seen) == 2


# --- a machine without it --------------------------------------------------------------------------------------


def test_without_bubblewrap_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(sandbox.NoSandbox, match=r"install it .*bubblewrap.*--no-sandbox"):
        Zygote(ROOT / "data")


def test_a_bubblewrap_that_may_not_be_used_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'No permissions to create a new namespace' >&2\nexit 1\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(sandbox.NoSandbox, match="No permissions to create a new namespace"):
        Zygote(ROOT / "data")


@pytest.mark.parametrize("place", ["/tmp/python", "/home/learner/.pyenv/versions/3.12", "/course"])
def test_a_python_that_the_sandbox_would_hide_is_refused(
    bubblewrap: str, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr("sys.base_prefix", place)
    with pytest.raises(sandbox.NoSandbox, match=f"This Python lies in {place}.*--no-sandbox"):
        Zygote(ROOT / "data")


def test_a_zygote_that_ends_is_the_graders_fault(bubblewrap: str) -> None:
    with Zygote(ROOT / "data", WALLS) as one:
        one.wait()
        one._process.kill()
        one._process.wait()
        with pytest.raises(EngineFailed):
            one.kernel(LIMITS, "")
