"""The course with other versions of pandas: those that the browser's runtime ships, and the last pandas 2."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from forked_kernels import ordinary

ROOT = Path(__file__).resolve().parent.parent
BROWSER, PANDAS2 = ("browser",), ("pandas2", "browser")
"""The folders inside .venv that `python3 course.py test` makes, in the order in which Python looks into them."""
PANDAS_2_DIFFERS = {
    "8.5": "pct_change() of pandas 2 carries an amount over a gap; that of pandas 3, which the course needs, does not",
}
"""Tasks whose reference answer gives something else with pandas 2 → why. They must do so: an idle entry fails."""
TEXT = {BROWSER: "str", PANDAS2: "object"}


@pytest.fixture
def versions(request: pytest.FixtureRequest) -> dict[str, str]:
    """Return where Python finds other versions. Without them: skip on an author's machine, fail in CI."""
    folders = [Path(sys.prefix, name) for name in request.param]
    if not all(list(folder.glob("pandas-*.dist-info")) for folder in folders):
        message = "the versions to compare with are missing: `python3 course.py test` installs them"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    others = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    paths = [str(Path(__file__).parent), *others, *map(str, folders)]
    return ordinary(dict(os.environ)) | {"PYTHONPATH": os.pathsep.join(paths)}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with other versions, in the course's folder."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8")


def outcomes(environment: dict[str, str], folder: Path, *arguments: str) -> dict[str, str]:
    """Run pytest with other versions; return each test's outcome: `passed`, `failed` or `skipped`."""
    report = folder / "report.xml"
    # junit_family: the newer one does not know the properties with which tests tell what they have proved
    options = [
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-p",
        "forked_kernels",
        "-o",
        "junit_family=xunit1",
        f"--junitxml={report}",
    ]
    told = run(environment, "-m", "pytest", *options, *arguments)
    assert told.returncode in {0, 1}, told.stdout + told.stderr
    found = {}
    for case in ElementTree.parse(report).iter("testcase"):
        bad = {child.tag for child in case} & {"failure", "error", "skipped"}
        found[f"{case.get('classname')}::{case.get('name')}"] = min(bad, default="passed")
    return found


@pytest.mark.parametrize("versions", [BROWSER, PANDAS2], ids="+".join, indirect=True)
def test_python_finds_the_versions_that_are_pinned(versions: dict[str, str], request: pytest.FixtureRequest) -> None:
    pinned = {}
    for name in reversed(request.node.callspec.params["versions"]):
        text = (ROOT / f"locks/{name}.txt").read_text(encoding="utf-8")
        pinned |= dict(re.findall(r"^(\S+)==(\S+) \\$", text, re.MULTILINE))
    names = ("pandas", "numpy", "matplotlib", "seaborn", "nltk", "pillow")
    shown = run(versions, "-c", f"from importlib.metadata import version\nprint(*map(version, {names}))").stdout
    assert shown.split() == [pinned[name] for name in names]
    shown = run(versions, "-c", "import pandas as pd\nprint(pd.Series(['word']).dtype)").stdout
    assert shown.strip() == TEXT[request.node.callspec.params["versions"]]


@pytest.mark.parametrize("versions", [BROWSER], ids="+".join, indirect=True)
def test_every_lesson_shows_the_same_with_the_browsers_versions(versions: dict[str, str], tmp_path: Path) -> None:
    found = outcomes(versions, tmp_path, "lessons")
    cells = {name for name in found if "lessons" in name}
    assert len({name.split("::")[0] for name in cells}) == len(list((ROOT / "lessons").glob("*.ipynb")))
    assert {name: outcome for name, outcome in found.items() if outcome != "passed"} == {}


@pytest.mark.parametrize("versions", [BROWSER, PANDAS2], ids="+".join, indirect=True)
def test_every_variant_of_every_task_gets_its_verdict(
    versions: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    found = outcomes(versions, tmp_path, "tests/test_exercises.py", "-k", "test_each_variant_gets_its_verdict")
    assert len(found) > 100
    differing = {re.findall(r"\[(.+)\]$", name)[0] for name, outcome in found.items() if outcome != "passed"}
    assert differing == (set(PANDAS_2_DIFFERS) if request.node.callspec.params["versions"] == PANDAS2 else set())
