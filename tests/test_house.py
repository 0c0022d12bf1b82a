"""The house is in order: imports go down, folders can be taken in at a glance, the root shows what was asked for."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "alliance"
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.name != "test_copy.py"]
TURNED_AROUND = {
    "a layer imports a higher one": ("answers/spec.py", "import alliance.checking.keys", "house"),
    "checking imports the classroom": ("checking/grade.py", "import alliance.classroom.running.worker", "house"),
    "the first rooms of the classroom use the last": (
        "classroom/keeping/csvfile.py",
        "from alliance.classroom.reporting import items",
        "classroom",
    ),
    "a reader of sources imports a maker of notebooks": (
        "building/sources/sections.py",
        "import alliance.building.notebooks.lessons",
        "building",
    ),
    "handing out looks at a class": (
        "classroom/handing_out/packing.py",
        "import alliance.classroom.keeping.results",
        "handing-out",
    ),
    "two modules import each other, inside a function": (
        "learner/progress.py",
        "def shown():\n    import alliance.learner.table\n",
        "circles",
    ),
}


def linted(source: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Hold a copy of the package, or the package, against the contracts in pyproject.toml."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    return subprocess.run(
        [*command, "--no-cache", "--config", str(ROOT / "pyproject.toml"), *arguments],
        cwd=source,
        env=os.environ | {"PYTHONPATH": str(source), "PYTHONUTF8": "1", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_imports_go_down_and_never_in_a_circle() -> None:
    told = linted(ROOT / "src")
    assert told.returncode == 0, f"an import goes up or round:\n{told.stdout}{told.stderr}"
    assert "0 broken" in told.stdout


@pytest.mark.parametrize(("module", "line", "contract"), TURNED_AROUND.values(), ids=TURNED_AROUND)
def test_one_import_turned_around_is_found(module: str, line: str, contract: str, tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "alliance", ignore=shutil.ignore_patterns("keys", "__pycache__"))
    changed = tmp_path / "alliance" / module
    changed.write_text(f"{changed.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    told = linted(tmp_path, "--contract", contract)
    assert told.returncode == 1, told.stdout + told.stderr
    assert "0 kept, 1 broken" in told.stdout


def test_the_root_shows_what_a_user_came_for() -> None:
    files = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines()
    assert len([name for name in files if "/" not in name]) <= 12
    assert {name.split("/")[0] for name in files} >= {"lessons", "data", "exercises", "solutions", "tests"}
    assert {"environment.yml", "README.md"} <= set(files)


def test_a_folder_of_the_package_can_be_taken_in_at_a_glance() -> None:
    count = Counter(path.parent.relative_to(PACKAGE).as_posix() for path in MODULES if path.name != "__init__.py")
    assert {folder: number for folder, number in count.items() if number > 13} == {}


@pytest.mark.parametrize("path", MODULES, ids=[path.relative_to(PACKAGE).as_posix() for path in MODULES])
def test_a_modules_first_line_says_its_job(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    first = said.splitlines()[0] if said else ""
    assert len(first) > 20 and first.endswith((".", ":")), f"{path.name} begins with {first!r}"


def test_contributing_is_one_page() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")) < 6_000
