"""The front door opens, mends itself, and says in one line what only the user can mend."""

from __future__ import annotations

import ast
import errno
import hashlib
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from alliance import cli

FOLDER = "a course – für 学生"  # spaces and letters that are not English ones
BACKEND = '''
"""Build the little course without any build tool: a wheel that has the command `alliance`."""
import base64, hashlib, os, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    from little_wheel import write
    return os.path.basename(write(folder, "alliance", "1", {
        "alliance_little.py":
            "import os, sys\\ndef main():\\n    print(os.getcwd(), *sys.argv[1:], sep='|')\\n    sys.exit(7)\\n",
    }, "[console_scripts]\\nalliance = alliance_little:main\\n"))

build_wheel = build_editable
'''
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "alliance"
version = "1"
"""
LITTLE_WHEEL = '''
"""Write a wheel by hand."""
import base64, hashlib, os, zipfile

def write(folder, name, version, files, entry_points=""):
    about = f"{name}-{version}.dist-info"
    files = files | {
        f"{about}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\\nGenerator: tests\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        f"{about}/entry_points.txt": entry_points,
    }
    record = "".join(
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},"
        f"{len(text.encode())}\\n" for path, text in files.items()
    )
    wheel = os.path.join(folder, f"{name}-{version}-py3-none-any.whl")
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in (files | {f"{about}/RECORD": record + f"{about}/RECORD,,\\n"}).items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return wheel
'''


# --- a little course, with little packages --------------------------------------------------------------------------


class LittleCourse:
    """A course folder whose packages are two little wheels, so that its front door is tried for real and offline."""

    def __init__(self, folder: Path, course_file: Path, wheels: Path) -> None:
        self.folder, self.wheels = folder, wheels
        folder.mkdir()
        wheels.mkdir()
        shutil.copy(course_file, folder / "course.py")
        for name, text in {"backend.py": BACKEND, "pyproject.toml": PYPROJECT, "little_wheel.py": LITTLE_WHEEL}.items():
            (folder / name).write_text(text, encoding="utf-8")
        namespace: dict[str, Any] = {}
        exec(LITTLE_WHEEL, namespace)
        self.pins = []
        for name in ("one", "two"):
            wheel = namespace["write"](str(wheels), name, "1.0", {f"{name}.py": "here = True\n"})
            digest = hashlib.sha256(Path(wheel).read_bytes()).hexdigest()
            self.pins.append(f"{name}==1.0 \\\n    --hash=sha256:{digest}\n")
        (folder / "locks").mkdir()
        self.require(*self.pins[:1])
        (folder / "locks/full.txt").write_text("".join(self.pins), encoding="utf-8")

    def require(self, *pins: str) -> None:
        """Write the learner's set."""
        (self.folder / "locks/lab.txt").write_text("".join(pins), encoding="utf-8")

    @property
    def venv(self) -> Path:
        """Return its .venv."""
        return self.folder / ".venv"

    @property
    def python(self) -> Path:
        """Return the Python inside .venv."""
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def packages(self) -> Path:
        """Return the folder of installed packages."""
        return Path(self.says("import sysconfig; print(sysconfig.get_path('purelib'))"))

    def says(self, code: str) -> str:
        """Return what the Python inside .venv prints."""
        return subprocess.check_output([self.python, "-c", code], text=True, encoding="utf-8").strip()

    def command(self, *arguments: str) -> list[str]:
        """Return the command line a user types."""
        return [sys.executable, str(self.folder / "course.py"), *arguments]

    def environment(self, **changes: str) -> dict[str, str]:
        """Return the environment of a user whose package index is the folder of little wheels."""
        return os.environ | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PYTHONUTF8": "1"} | changes

    def start(self, *arguments: str, cwd: Path | None = None, **changes: str) -> subprocess.CompletedProcess[str]:
        """Start the course as a user does."""
        return subprocess.run(
            self.command(*arguments),
            cwd=cwd or self.folder,
            env=self.environment(**changes),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
        )

    def begin(self) -> subprocess.Popen[str]:
        """Start the course without waiting for it."""
        return subprocess.Popen(
            self.command("hello"),
            cwd=self.folder,
            env=self.environment(PYTHONDONTWRITEBYTECODE="1"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory, course_file: Path) -> LittleCourse:
    """Return a little course that was never started."""
    folder = tmp_path_factory.mktemp("front-door")  # PIP_FIND_LINKS takes no spaces; the course has its own
    return LittleCourse(folder / FOLDER, course_file, folder / "wheels")


@pytest.fixture(scope="module")
def started(little: LittleCourse) -> tuple[LittleCourse, list[str]]:
    """Return a little course after two first starts at the same time, with what each told its user."""
    both = [little.begin(), little.begin()]
    told = [one.communicate(timeout=300)[1] for one in both]
    assert [one.returncode for one in both] == [7, 7], told
    return little, told


@pytest.fixture
def course(started: tuple[LittleCourse, list[str]]) -> Iterator[LittleCourse]:
    """Return the little course, ready. What a test damages, the start before the next one repairs, or it fails here."""
    assert started[0].start("hello").returncode == 7
    yield started[0]
    started[0].require(*started[0].pins[:1])


@pytest.fixture
def untouched(tmp_path_factory: pytest.TempPathFactory, course_file: Path) -> LittleCourse:
    """Return a little course of the test's own that was never started."""
    folder = tmp_path_factory.mktemp("untouched")
    return LittleCourse(folder / FOLDER, course_file, folder / "wheels")


@pytest.fixture
def door(course_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module course.py as it is for a fresh course folder that holds nothing else but the sets' names."""
    folder = tmp_path / FOLDER
    (folder / "locks").mkdir(parents=True)
    for name in ("locks/full.txt", "locks/lab.txt", "pyproject.toml"):
        (folder / name).write_text("", encoding="utf-8")
    specification = importlib.util.spec_from_file_location(
        "door_under_test", shutil.copy(course_file, folder / "course.py")
    )
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    monkeypatch.chdir(folder)
    return module


def told(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line that the user was told."""
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    return lines[0]


# --- the main job ---------------------------------------------------------------------------------------------------


def test_two_first_starts_at_once_install_once(started: tuple[LittleCourse, list[str]]) -> None:
    course, (first, second) = started
    assert ("Making .venv" in first) != ("Making .venv" in second)
    assert "waiting for it to finish" in (second if "Making .venv" in first else first)
    assert course.says("import one; print(one.here)") == "True"


def test_byte_code_is_there_from_the_start_even_where_none_may_be_written_later(course: LittleCourse) -> None:
    assert list((course.packages / "__pycache__").glob("one.*.pyc"))


def test_a_second_start_installs_nothing_and_passes_everything_on(course: LittleCourse, tmp_path: Path) -> None:
    out = course.start("check", "a file.ipynb", "--flag", cwd=tmp_path)
    assert out.stdout.strip() == f"{tmp_path}|check|a file.ipynb|--flag"
    assert out.stderr == ""
    assert out.returncode == 7, "the exit code is the command's"


def test_a_changed_set_is_installed(course: LittleCourse) -> None:
    course.require(*course.pins)
    out = course.start("hello")
    assert "Bringing .venv up to date" in out.stderr
    assert course.says("import two; print(two.here)") == "True"
    assert course.start("hello").stderr == ""


def test_other_versions_lie_beside_the_courses_own(course: LittleCourse) -> None:
    pins, folder = course.folder / "locks/browser.txt", course.venv / "browser"

    def set_up_beside() -> str:
        command = [sys.executable, "-c", "import course; course.set_up_beside()"]
        environment = course.environment(PYTHONDONTWRITEBYTECODE="1")
        return subprocess.run(command, cwd=course.folder, env=environment, capture_output=True, text=True).stderr

    course_packages = sorted(path.name for path in course.packages.iterdir())
    pins.write_text(course.pins[0], encoding="utf-8")
    assert "Installing 1 packages that the tests compare with" in set_up_beside()
    assert (folder / "one.py").is_file()
    assert set_up_beside() == "", "a second time there is nothing to do"

    pins.write_text(course.pins[1], encoding="utf-8")
    (folder / "browser.txt").unlink()  # as if the installation had been interrupted
    assert "Installing" in set_up_beside()
    assert (folder / "two.py").is_file()
    assert not (folder / "one.py").exists()
    assert sorted(path.name for path in course.packages.iterdir()) == course_packages


# --- half-made environments -----------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="on Windows .venv holds a copy of Python, not a link")
def test_a_python_that_was_removed_is_replaced(course: LittleCourse) -> None:
    course.python.unlink()
    course.python.symlink_to("/nowhere/python3")
    out = course.start("hello")
    assert "its Python is missing" in out.stderr
    assert out.returncode == 7


def test_an_interrupted_installation_is_gone_on_with(course: LittleCourse) -> None:
    stamp = course.venv / "course.json"
    stamp.write_text(json.dumps({"place": str(course.folder), "made": True}), encoding="utf-8")
    packages = course.packages
    (packages / "one-1.0.dist-info" / "RECORD").unlink()  # pip was stopped before it had written the last file
    (packages / "one.py").unlink()
    (packages / "~wo").mkdir()
    shutil.rmtree(packages / "pip")
    out = course.start("hello")
    assert "Going on with the unfinished .venv" in out.stderr
    assert "Putting pip back" in out.stderr
    assert course.says("import one; print(one.here)") == "True"
    assert not (packages / "~wo").exists()


def test_packages_that_were_deleted_come_back(course: LittleCourse) -> None:
    packages = course.packages
    shutil.rmtree(packages)
    out = course.start("hello")
    assert out.returncode == 7, out.stderr
    assert "Traceback" not in out.stderr
    assert course.says("import one; print(one.here)") == "True"
    assert course.start("hello").stderr == ""


def test_files_beside_it_are_not_taken_for_modules_of_pythons(course: LittleCourse) -> None:
    beside = [course.folder / name for name in ("json.py", "random.py", "venv.py")]
    for path in beside:
        path.write_text("raise RuntimeError('a file of the learner')\n", encoding="utf-8")
    shutil.rmtree(course.packages)
    out = course.start("hello")
    for path in beside:
        path.unlink()
    assert (out.returncode, "Traceback" in out.stderr) == (7, False), out.stderr


@pytest.mark.parametrize("kind", ["a list", "a folder", "many packages"])
def test_an_odd_stamp_is_replaced(course: LittleCourse, kind: str) -> None:
    stamp = course.venv / "course.json"
    kept = json.loads(stamp.read_text(encoding="utf-8"))
    stamp.unlink()
    if kind == "a folder":
        (stamp / "inside").mkdir(parents=True)
    else:
        odd = {"set": ["lab"]} if kind == "a list" else {"packages": 10_000}
        stamp.write_text(json.dumps({**kept, **odd}), encoding="utf-8")
    out = course.start("hello")
    assert (out.returncode, "Traceback" in out.stderr) == (7, False), out.stderr
    assert json.loads(stamp.read_text(encoding="utf-8")) == kept


def test_settings_that_send_packages_elsewhere_are_told(course: LittleCourse, tmp_path: Path) -> None:
    settings = tmp_path / "pip.conf"
    settings.write_text("[install]\ndry-run = true\n", encoding="utf-8")
    shutil.rmtree(course.packages)
    out = course.start("hello", PIP_CONFIG_FILE=str(settings))
    assert out.returncode == 1
    assert "take them out and start again." in out.stderr.splitlines()[-1]
    assert course.start("hello", PIP_DRY_RUN="1", PIP_PYTHON=sys.executable).returncode == 7


def test_a_venv_whose_making_was_interrupted_is_made_anew(door: ModuleType) -> None:
    venv = Path(door.VENV)
    venv.mkdir()
    assert door.reason_to_make_anew({}) == "missing"
    assert door.reason_to_make_anew({"place": door.ROOT}) == "unfinished"
    (venv / "pyvenv.cfg").write_text("home = /nowhere\n", encoding="utf-8")
    assert door.reason_to_make_anew({"place": door.ROOT}) == "unfinished"
    assert door.reason_to_make_anew({"place": door.ROOT, "made": True}) == "its Python is missing"
    (venv / "pyvenv.cfg").write_text("no settings", encoding="utf-8")
    assert door.reason_to_make_anew({}) == "its Python is missing"


def test_a_moved_folder_is_made_anew(door: ModuleType) -> None:
    Path(door.VENV).mkdir()
    (Path(door.VENV) / "pyvenv.cfg").write_text(f"home = {door.ROOT}\n", encoding="utf-8")
    assert door.reason_to_make_anew({"place": "/before", "set": "lab"}) == "the folder was moved or copied"


def test_only_a_finished_venv_is_ready(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("python", "alliance"):
        program = Path(door.venv_program(name))
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("", encoding="utf-8")
    (Path(door.VENV) / "pyvenv.cfg").write_text(f"home = {door.ROOT}\n", encoding="utf-8")
    assert not door.ready("lab")
    door.write_stamp(door.fingerprint("lab"))
    assert door.ready("lab")
    assert not door.ready("full")
    door.write_stamp(door.fingerprint("full"))
    assert door.ready("full")
    assert door.ready("lab"), "the full set holds the learner's"
    for stamp in ("[]", "{", '{"set": 3}', '{"set": []}', '{"set": {}}', "[" * 100_000, '{"packages": "many"}'):
        Path(door.STAMP).write_text(stamp, encoding="utf-8")
        assert not door.ready("lab")
    door.write_stamp(door.fingerprint("full"))
    Path(door.venv_program("alliance")).unlink()
    assert not door.ready("lab")


def test_emptying_keeps_the_lock_and_follows_no_link(door: ModuleType, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("", encoding="utf-8")
    venv = Path(door.VENV)
    (venv / "lib").mkdir(parents=True)
    Path(door.LOCK).touch()
    (venv / "link").symlink_to(precious, target_is_directory=True)
    door.empty_venv()
    assert os.listdir(venv) == ["course.lock"]
    assert (precious / "thesis.txt").exists()


# --- what only the user can mend ------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13), (3, 14, 0)])
@pytest.mark.parametrize(
    ("found", "advice"), [("python3.12", "Type instead: python3.12 course.py lab --port 1"), (None, "Install Python")]
)
def test_a_python_too_old_or_too_new(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], found: str | None, advice: str
) -> None:
    monkeypatch.setattr(door, "suitable_python", lambda: found)
    problem = str(door.version_problem(version, "/usr/bin/python", ["lab", "--port", "1"]))
    assert problem.startswith("This course needs Python 3.11 to 3.13; this is Python " + ".".join(map(str, version)))
    assert advice in problem
    assert "\n" not in problem


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 5), (3, 13, 9)])
def test_supported_pythons(door: ModuleType, version: tuple[int, ...]) -> None:
    assert door.version_problem(version, "python", []) is None


def test_an_unsuitable_python_ends_with_an_error(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(door.sys, "version_info", (3, 9, 1))
    monkeypatch.setattr(door, "suitable_python", lambda: None)
    assert door.main(["lab"]) == 1
    assert "this is Python 3.9.1" in told(capsys)


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], module: str
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == module else found(name))
    assert door.main(["lab"]) == 1
    line = told(capsys)
    assert f"lacks its module {module}" in line
    assert "sudo apt install python3." in line
    assert not Path(door.VENV).exists()


@pytest.mark.parametrize(
    ("number", "advice"),
    [(errno.EROFS, "Copy the course to a folder of your own"), (errno.EACCES, "Copy"), (errno.ENOSPC, "Free about")],
)
def test_a_folder_that_cannot_be_written_to(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int, advice: str
) -> None:
    def mkdir(path: str) -> None:
        raise OSError(number, os.strerror(number), path)

    monkeypatch.setattr(door.os, "mkdir", mkdir)
    assert door.main(["lab"]) == 1
    line = told(capsys)
    assert door.ROOT in line
    assert advice in line


@pytest.mark.parametrize("name", ["locks/lab.txt", "pyproject.toml"])
def test_a_copy_that_is_not_complete(door: ModuleType, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (Path(door.ROOT) / name).unlink()
    os.mkdir(door.VENV)
    Path(door.STAMP).write_text('{"set": "lab"}', encoding="utf-8")
    assert door.main(["hello"]) == 1
    assert f"not complete: {name} cannot be read" in told(capsys)


def test_an_empty_word_is_answered_with_what_can_be_typed(door: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    for word in ("", " "):
        assert door.main([word]) == 0
        assert "python3 course.py lab" in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="Windows removes no folder that somebody is in")
def test_a_working_folder_that_was_removed(
    door: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert door.main(["lab", "a.ipynb"]) == 1
    assert "does not exist any more" in told(capsys)


@pytest.mark.skipif(os.name == "nt", reason="Windows allows none of these signs, or takes them for no command")
@pytest.mark.parametrize("sign", ["$(touch x)", "`touch x`", 'a"b', "a\\b"])
def test_a_folder_whose_name_a_shell_would_run(
    door: ModuleType, sign: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(door, "ROOT", f"{door.ROOT}/{sign}")
    monkeypatch.setattr(door, "ready", lambda wanted: False)
    assert door.main(["hello"]) == 1
    assert "Rename the folder" in told(capsys)


def test_a_disk_without_room(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 10**6))  # type: ignore[attr-defined]
    assert door.main(["lab"]) == 1
    assert "not enough room on the disk" in told(capsys)


def test_a_folder_of_the_users_own_named_venv(door: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    Path(door.VENV).mkdir()
    diary = Path(door.VENV) / "diary.txt"
    diary.write_text("mine", encoding="utf-8")
    assert door.main(["lab"]) == 1
    assert "is not an environment that this course may change. Rename or remove it" in told(capsys)
    assert diary.read_text(encoding="utf-8") == "mine"


def test_a_file_or_a_link_named_venv(door: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path(door.VENV).write_text("", encoding="utf-8")
    assert door.main(["lab"]) == 1
    assert "Rename or remove it" in told(capsys)
    Path(door.VENV).unlink()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    Path(door.VENV).symlink_to(elsewhere, target_is_directory=True)
    assert door.main(["lab"]) == 1
    assert "Rename or remove it" in told(capsys)


def test_no_network_and_nothing_installed(course: LittleCourse) -> None:
    course.require("three==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # a port that refuses connections
        index = f"http://127.0.0.1:{nobody.getsockname()[1]}/simple"
        out = course.start("hello", PIP_NO_INDEX="0", PIP_INDEX_URL=index, PIP_RETRIES="1", PIP_FIND_LINKS="")
    assert out.returncode == 1
    assert out.stderr.splitlines()[-1].startswith("The packages could not be downloaded: no connection")
    assert "Traceback" not in out.stderr
    course.require(*course.pins[:1])
    assert course.start("hello").returncode == 7


def test_a_package_that_was_tampered_with(course: LittleCourse) -> None:
    course.require("two==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    course.start("hello")
    subprocess.run([course.python, "-m", "pip", "uninstall", "-q", "-y", "two"], check=True)
    out = course.start("hello")
    assert out.returncode == 1
    assert "is not the one this course was tested with" in out.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("log", "line"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "not enough room"),
        ("WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('...", "no connection"),
        ("ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED]", "certificate could not be verified"),
        ("(from versions: none)\nERROR: No matching distribution found for pandas==3.1.1", "or could not be reached"),
        (
            "(from versions: 3.0.0)\nERROR: No matching distribution found for pandas==3.1.1",
            "has no pandas==3.1.1 for this computer",
        ),
        ("ensurepip is not available.", "lacks its module ensurepip"),
        ("ERROR: Could not install: [Errno 13] Permission denied: 'x'", "cannot be written to"),
        ("ERROR: Something new.\nmore", "Setting up .venv failed: Something new. Start again"),
        ("", "Setting up .venv failed"),
    ],
)
def test_what_pip_says_becomes_one_sentence(door: ModuleType, log: str, line: str) -> None:
    problem = str(door.explain(log))
    assert line in problem
    assert "\n" not in problem


@pytest.fixture
def taken() -> Iterator[int]:
    """Return a port that a program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("spelling", ["--port {}", "--port={}", "--ServerApp.port={}"])
def test_a_port_in_use(door: ModuleType, capsys: pytest.CaptureFixture[str], taken: int, spelling: str) -> None:
    assert door.main(["lab", "--no-browser", *spelling.format(taken).split()]) == 1
    assert told(capsys).startswith(f"Port {taken} is in use by another program. Leave --port away")
    assert not Path(door.VENV).exists(), "it is said before anything is installed"


@pytest.mark.parametrize("port", ["eighty", "65536", "-1", ""])
def test_a_port_that_is_none(door: ModuleType, capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert door.main(["lab", "--port=" + port]) == 1
    assert "is no port" in told(capsys)


def test_ctrl_c_says_how_to_go_on(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(wanted: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(door, "set_up", interrupted)
    assert door.main(["lab"]) == 130
    assert told(capsys) == "Interrupted. Start again to go on from here."


# --- what is run ----------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return a list that fills with the set installed, then the command and the folder it runs in."""
    record: list[Any] = []
    monkeypatch.setattr(door, "set_up", record.append)
    monkeypatch.setattr(door, "set_up_beside", lambda: record.append("beside"))
    monkeypatch.setattr(door, "run", lambda command, folder: record.extend([command, folder]))
    return record


def test_lab_opens_the_first_lesson(door: ModuleType, asked: list[Any]) -> None:
    lessons = Path(door.ROOT, "lessons")
    lessons.mkdir()
    for name in ("03_map.ipynb", "00_start_here.ipynb", "notes.txt"):
        (lessons / name).touch()
    door.main(["lab", "--no-browser", "--port", "0"])
    wanted, command, _ = asked
    assert wanted == "lab"
    assert command[1:4] == ["-P", "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={door.ROOT}" in command
    assert "--LabApp.default_url=/lab/tree/lessons/00_start_here.ipynb?file-browser-path=/" in command
    assert command[-3:] == ["--no-browser", "--port", "0"]
    assert "--ServerApp.port_retries=0" in command


def test_lab_opens_the_notebook_that_is_named(door: ModuleType, asked: list[Any]) -> None:
    Path(door.ROOT, "my notes").mkdir()
    Path(door.ROOT, "my notes", "ü.ipynb").touch()
    door.main(["lab", "my notes/ü.ipynb", "--no-browser"])
    assert "--LabApp.default_url=/lab/tree/my%20notes/%C3%BC.ipynb?file-browser-path=/" in asked[1]
    assert "my notes/ü.ipynb" not in asked[1]


def test_lab_lists_what_a_learner_opens_unless_another_list_is_given(door: ModuleType, asked: list[Any]) -> None:
    door.main(["lab"])
    hidden = {part.partition("=")[2] for part in asked[1] if part.startswith("--ContentsManager.hide_globs=")}
    assert {"src", "tests", "pyproject.toml"} <= hidden
    assert hidden.isdisjoint({"lessons", "exercises", "data", "project", "solutions", "README.md"})
    door.main(["lab", "--ContentsManager.hide_globs=*~"])
    assert [part for part in asked[4] if "hide_globs" in part] == ["--ContentsManager.hide_globs=*~"]


def test_what_is_copied_into_the_environment_is_copied_again_when_it_changes(door: ModuleType) -> None:
    before = door.fingerprint("lab")
    added = Path(door.ROOT, "src", "alliance", "learner", "jupyter", "entry.js")
    added.parent.mkdir(parents=True)
    added.write_text("one", encoding="utf-8")
    first = door.fingerprint("lab")
    added.write_text("another", encoding="utf-8")
    assert len({one["contents"] for one in (before, first, door.fingerprint("lab"))}) == 3


def test_lab_without_lessons_opens_the_folder(door: ModuleType, asked: list[Any]) -> None:
    door.main(["lab"])
    assert not any("default_url" in part for part in asked[1])
    assert not any("port" in part for part in asked[1]), "JupyterLab finds a free port"


def test_test_runs_the_whole_suite(door: ModuleType, asked: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    door.main(["test", "-k", "prose"])
    wanted, beside, command, folder = asked
    assert (wanted, beside) == ("full", "beside")
    assert command[1:3] == ["-m", "pytest"]
    assert command[-2:] == ["-k", "prose"]
    assert folder == door.ROOT


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        *((word, "lab") for word in ("check", "progress", "reset")),
        *((word, "full") for word in ("data", *sorted(cli.TEACHERS_COMMANDS))),
    ],
)
def test_other_words_go_to_the_command(door: ModuleType, asked: list[Any], word: str, wanted: str) -> None:
    door.main([word, "--an-option"])
    assert asked == [wanted, [door.venv_program("alliance"), word, "--an-option"], os.getcwd()]


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_help_installs_nothing(
    door: ModuleType, asked: list[Any], capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert door.main(arguments) == 0
    assert "course.py lab" in capsys.readouterr().out
    assert asked == []


@pytest.mark.parametrize("word", ["lab", "test", "grade", "check", "progress", "reset"])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_on_a_command_says_what_it_will_install_and_installs_nothing(
    untouched: LittleCourse, word: str, option: str
) -> None:
    out = untouched.start(word, option)
    assert out.returncode == 0
    assert out.stdout.startswith(f"python3 course.py {word}\n")
    full = word in {"test", "grade"}
    size, packages = ("1500 MB", 2) if full else ("700 MB", 1)
    words = " ".join(out.stdout.split())
    assert f"installs up to {packages} packages" in words and f"about {size} on the disk" in words
    assert "minutes with an ordinary connection" in words
    assert not untouched.venv.exists()


def test_help_tells_whether_anything_is_left_to_install(untouched: LittleCourse) -> None:
    assert "installs up to 1 packages" in untouched.start("--help").stdout
    untouched.start("hello")
    assert "Everything needed is installed." in untouched.start("--help").stdout


def test_every_command_is_described_before_it_is_installed(door: ModuleType) -> None:
    names = {one.name or getattr(one.callback, "__name__", "") for one in cli.app.registered_commands}
    names |= {group.name for group in cli.app.registered_groups}
    assert set(door.ABOUT) == {"lab", "test"} | names


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_on_the_tests_installs_no_other_versions(
    door: ModuleType, asked: list[Any], monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.setattr(door, "ready", lambda wanted: True)
    door.main(["test", option])
    assert asked[0] == "full" and "beside" not in asked
    assert asked[1][-1] == option


def test_the_quick_tests_need_no_other_versions(door: ModuleType, asked: list[Any]) -> None:
    door.main(["test", "--quick"])
    assert asked[0] == "full" and "beside" not in asked
    assert asked[1][-1] == "--quick"


def test_the_users_settings_for_pip_stay_but_nothing_diverts_the_installation(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "mirror")
    diverting = ("TARGET", "USER", "PYTHON", "DRY_RUN", "PREFIX", "ROOT", "REPORT", "NO_DEPS", "ONLY_BINARY", "SRC")
    for name in ("PYTHONPATH", "PYTHONHOME", *(f"PIP_{one}" for one in diverting)):
        monkeypatch.setenv(name, "elsewhere")
    environment = door.installing_environment()
    assert environment["PIP_INDEX_URL"] == "mirror"
    assert "elsewhere" not in environment.values()
    assert environment["VIRTUAL_ENV"] == door.VENV
    assert environment["PATH"].startswith(os.path.dirname(door.venv_program("python")))


def test_progress_names_package_and_count(door: ModuleType, tmp_path: Path) -> None:
    progress = door.Progress(str(tmp_path), 4)
    log = "Ignoring colorama: markers 'x' don't match your environment\nCollecting one==1.0 (from -r r.txt (line 1))\n"
    assert progress.describe("") == ""
    assert progress.describe(log) == "fetching 1/3 one"
    log += "Requirement already satisfied: two==1.0 in /x (1.0)\n"
    assert progress.describe(log) == "fetching 2/3 two"
    assert "no answer yet" in progress.describe(log + "WARNING: Retrying (Retry(total=4)) after connection broken\n")
    log += "Installing collected packages: one, three\n"
    assert progress.describe(log) == "installing 1/2 one"
    (tmp_path / "one-1.0.dist-info").mkdir()
    assert progress.describe(log) == "installing 2/2 three"
    (tmp_path / "three-1.0.dist-info").mkdir()
    assert progress.describe(log) == "installing 2/2 three"


# --- any Python can read it -----------------------------------------------------------------------------------------


def test_it_imports_the_standard_library_alone(course_file: Path) -> None:
    tree = ast.parse(course_file.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


def test_old_pythons_can_read_it(course_file: Path) -> None:
    source = course_file.read_text(encoding="ascii")
    tree = ast.parse(source, feature_version=(3, 7))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Nonlocal, ast.AsyncFunctionDef, ast.Await, ast.YieldFrom)
    for node in ast.walk(tree):
        line = f"line {getattr(node, 'lineno', '?')} of course.py is too new"
        assert not isinstance(node, newer), line
        if isinstance(node, ast.arguments):
            assert not node.kwonlyargs and not node.posonlyargs, line
        if isinstance(node, ast.arg):
            assert node.annotation is None, line
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None, line
        if isinstance(node, ast.Raise):
            assert node.cause is None, line
        if isinstance(node, ast.Starred):
            assert isinstance(node.ctx, ast.Load), line
        if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict):
            parts = node.keys if isinstance(node, ast.Dict) else node.elts
            assert not any(part is None or isinstance(part, ast.Starred) for part in parts), line
    assert not re.search(r"\*\*?\w+,\s*\)", source), "no comma after the last of a call's starred arguments"
    assert not re.search(r"^\s*with \(", source, re.MULTILINE)


def test_the_old_pythons_on_this_machine_say_what_is_needed(course_file: Path) -> None:
    for name in ("python2.7", "python2", *(f"python3.{minor}" for minor in range(11))):
        out = None
        if shutil.which(name):
            out = subprocess.run([name, course_file, "lab"], capture_output=True, text=True)
        if out and "course needs" not in out.stderr and out.returncode == 127:
            continue  # a version manager's placeholder, with no Python behind it
        if out:
            assert out.returncode == 1
            assert out.stderr.startswith("This course needs Python 3.11 to 3.13; this is Python ")
            assert len(out.stderr.splitlines()) == 1
